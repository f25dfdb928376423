"""The answers of each kind: what is right, what earns a part, and what is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.olx.test_kinds import item_of
from westmec_xblocks.olx.assessment import KINDS, Unusable, accept_response, body_from, face_of, points, review_of

# Multiple response.


def multiple(keys, wrongs, **more):
    rows = [{"id": f"k{n}", "text": f"right {n}", "key": True} for n in range(keys)]
    rows += [{"id": f"w{n}", "text": f"wrong {n}"} for n in range(wrongs)]
    return item_of("multiple", body_from("multiple", {"options": rows, **more}))


@pytest.mark.parametrize(
    ("marked", "whole", "part"),
    [
        (["k0", "k1"], 1, 1),
        (["k0"], 0, Fraction(1, 2)),
        (["k0", "k1", "w0"], 0, Fraction(2, 3)),
        (["k0", "w0"], 0, Fraction(1, 6)),
        (["k0", "k1", "w0", "w1", "w2"], 0, 0),
        (["w0"], 0, 0),
    ],
)
def test_marks_earn_all_or_nothing_or_their_part(marked, whole, part):
    assert points(multiple(2, 3), marked) == whole
    assert points(multiple(2, 3, credit="partial"), marked) == part


def test_no_more_may_be_marked_than_the_learner_is_told():
    item = multiple(2, 3, choose="2")
    assert face_of(item, "").told == 2
    with pytest.raises(Unusable, match="At most 2"):
        accept_response(item, ["k0", "k1", "w0"])
    assert face_of(multiple(2, 3), "").told is None


# Numbers.


def numeric(**fields):
    return item_of("numeric", body_from("numeric", fields))


@pytest.mark.parametrize(
    ("typed", "language", "earned"),
    [
        ("12.5", "en", 1),
        ("12,5", "en", 1),
        ("12.4", "en", 1),
        ("12.6", "en", 1),
        ("12.61", "en", 0),
        ("12.5 V", "en", 1),
        ("12.5V", "es", 1),
        ("12.5 v", "en", 1),
        ("12 500 mV", "en", 1),
        ("12,500 mV", "en", 1),
        ("12,500 mV", "es", 0),
        ("12.500 mV", "es", 0),
        ("0.0125 kV", "en", 1),
        ("1.25e1", "en", 1),
        ("12.5 A", "en", 0),
    ],
)
def test_a_number_is_right_within_its_tolerance_in_any_of_its_units(typed, language, earned):
    units = [{"name": "mV", "factor": "0.001"}, {"name": "kV", "factor": "1000"}, {"name": "A"}]
    item = numeric(answer="12.5", tolerance="0.1", unit="V", units=units)
    assert points(item, accept_response(item, typed, language)) == earned


@pytest.mark.parametrize(
    "typed", ["twelve", "12.5.3", "1+2", "25/2", "1e999", "--3", "12.5 V 3", "0x10", "²", "inf", "nan", "NaN"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(Unusable):
        accept_response(numeric(answer="12.5", unit="V"), typed)


@pytest.mark.parametrize("number", ["1e999999999", "-1e-999999999", "nan", "inf", "x", None])
def test_a_number_on_record_that_nobody_could_have_given_earns_nothing_at_once(number):
    item = numeric(answer="12.5", unit="V")
    assert points(item, {"number": number, "unit": "V", "typed": "x"}) == 0
    assert review_of(item, {"number": number, "unit": "V", "typed": "x"}, "en").given == ""


def test_an_unknown_unit_is_refused_with_those_that_are_known():
    units = [{"name": "mV", "factor": "0.001"}]
    with pytest.raises(Unusable, match="Use one of: V, mV"):
        accept_response(numeric(answer="12.5", unit="V", units=units), "12.5 volts")
    with pytest.raises(Unusable, match="number alone"):
        accept_response(numeric(answer="12.5"), "12.5 V")


def test_milli_is_never_taken_for_mega():
    item = numeric(answer="5", unit="MW")
    assert points(item, accept_response(item, "5 MW")) == 1
    with pytest.raises(Unusable):
        accept_response(item, "5 mW")


def test_signs_that_look_alike_are_the_same_unit():
    item = numeric(answer="5", unit="Ω", units=[{"name": "µΩ", "factor": "1e-6"}])
    assert points(item, accept_response(item, "5 \u2126")) == 1
    assert points(item, accept_response(item, "5000000 \u03bc\u03a9")) == 1


@pytest.mark.parametrize(
    ("given", "earned"), [({"number": "5", "unit": ""}, 0), ({"number": "5", "unit": "V"}, 1), ("5", 0)]
)
def test_a_unit_that_is_needed_must_be_given(given, earned):
    item = numeric(answer="5", unit="V", unit_needed=True)
    assert points(item, accept_response(item, given)) == earned


@pytest.mark.parametrize(
    ("typed", "earned"), [("12.5", 1), ("12.50", 0), ("12", 0), ("1.25e1", 1), ("0.0125 kV", 1), ("13", 0)]
)
def test_significant_figures_are_checked_where_they_are_asked_for(typed, earned):
    item = numeric(answer="12.47", tolerance="0.5", unit="V", significant="3", units=[{"name": "kV", "factor": "1000"}])
    assert points(item, accept_response(item, typed)) == earned
    assert face_of(item, "").figures == 3


@given(st.decimals(-1000, 1000, places=2), st.decimals(0, 5, places=2), st.booleans())
def test_the_edges_of_a_tolerance_are_right_and_what_lies_beyond_is_not(answer, amount, relative):
    item = numeric(answer=f"{answer:f}", tolerance=f"{amount:f}{'%' if relative else ''}")
    edge = abs(Fraction(answer)) * Fraction(amount) / 100 if relative else Fraction(amount)
    for side in (-1, 1):
        at_edge = Fraction(answer) + side * edge
        beyond = at_edge + side * Fraction(1, 10**6)
        for value, earned in ((at_edge, 1), (beyond, 0)):
            digits = value * 10**6
            assert digits.denominator == 1
            typed = f"{'-' if value < 0 else ''}{abs(digits.numerator) // 10**6}.{abs(digits.numerator) % 10**6:06d}"
            assert points(item, accept_response(item, typed)) == earned


# Short texts.


@pytest.mark.parametrize(
    ("given", "strict", "earned"),
    [
        ("candado y etiqueta", [], 1),
        ("  Candado  y ETIQUETA. ", [], 1),
        ("Candado y Etiqueta", ["case"], 0),
        ("cándado y etiqueta", [], 1),
        ("cándado y etiqueta", ["accents"], 0),
        ("candadoyetiqueta", [], 1),
        ("candadoyetiqueta", ["spacing"], 0),
        ("«candado y etiqueta»", [], 1),
        ("candado y etiqueta!", ["punctuation"], 0),
        ("can\u200bdado y etiqueta", [], 1),
        ("candado", [], 0),
        (".*", [], 0),
        ("(((((((a+)+)+)+)+)+)+$", [], 0),
    ],
)
def test_a_text_is_compared_as_its_author_wants(given, strict, earned):
    fields = {"accepted": [{"text": "lock and tag"}, {"text": "candado y etiqueta", "language": "es"}]}
    item = item_of("text", body_from("text", {**fields, **dict.fromkeys(strict, True)}))
    assert points(item, accept_response(item, given)) == earned


def test_a_key_is_told_in_the_readers_language():
    assert review_of(item_of("text"), None, "es").key == "etiqueta"
    assert review_of(item_of("text"), None, "en").key == "tag"


# Pairs.


def test_right_sides_that_say_the_same_are_one():
    rows = [{"left": "12 V", "right": "DC"}, {"left": "240 V", "right": "AC"}, {"left": "24 V", "right": "DC"}]
    item = item_of("match", body_from("match", {"pairs": rows, "credit": "partial"}))
    face = face_of(item, "x")
    assert sorted(piece.text.default for piece in face.others) == ["AC", "DC"]
    names = {piece.text.default: piece.id for piece in face.others}
    kept = accept_response(item, {"a": names["DC"], "b": names["AC"], "c": names["DC"]})
    assert points(item, kept) == 1
    assert points(item, accept_response(item, {"a": names["DC"]})) == Fraction(1, 3)


# Places on a picture.


def test_a_point_means_the_first_region_that_holds_it():
    rows = [
        {"id": "r1", "label": "Small", "shape": "circle", "coords": "50,50,10", "key": True},
        {"id": "r2", "label": "Large", "shape": "rect", "coords": "0 0 100 100"},
    ]
    fields = {"image": "/static/a.png", "alt": "a", "width": "200", "height": "200", "regions": rows}
    item = item_of("hotspot", body_from("hotspot", fields))
    for raw, earned in [
        ("r1", 1),
        ({"x": 60, "y": 50}, 1),
        ({"x": 61, "y": 50}, 0),
        ({"x": 150, "y": 150}, 0),
        ("r2", 0),
    ]:
        assert points(item, accept_response(item, raw)) == earned
    assert accept_response(item, {"x": 59.6, "y": 50.2}) == [[60, 50]]
    assert [piece.text.default for piece in face_of(item, "").pieces] == ["Small", "Large"]
    review = review_of(item, [[150, 150]], "en")
    assert [(row.text, row.chosen, row.right) for row in review.rows] == [
        ("Small", False, True),
        ("Large", False, False),
        ("(150, 150)", True, False),
    ]


@pytest.mark.parametrize(
    "raw",
    [{"x": 201, "y": 0}, {"x": -1, "y": 0}, {"x": 1}, {"x": True, "y": 1}, {"x": float("nan"), "y": 1}, ["a", "b"]],
)
def test_a_point_outside_the_picture_or_a_second_one_is_refused(raw):
    _, body = KINDS["hotspot"].example
    item = item_of("hotspot", replace(body, width=200, height=200))
    with pytest.raises(Unusable):
        accept_response(item, raw)


def test_several_places_earn_their_part():
    rows = [
        {"id": name, "label": name, "shape": "rect", "coords": f"{n}0,0,{n}9,9", "key": n < 2}
        for n, name in enumerate("abcd")
    ]
    item = item_of(
        "hotspot", body_from("hotspot", {"image": "x.png", "alt": "x", "credit": "partial", "regions": rows})
    )
    assert face_of(item, "").most is None
    assert points(item, ["a", [15, 5]]) == 1
    assert points(item, ["a"]) == Fraction(1, 2)
    assert points(item, ["a", "b", "c"]) == Fraction(1, 2)
    assert points(item, ["a", "b", [500, 500], [600, 600]]) == 0
