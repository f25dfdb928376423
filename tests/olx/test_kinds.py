"""Every kind of item: what it takes, what it earns, what a learner may see of it, and how its author edits it."""

import json
from dataclasses import asdict, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.olx.items import BODIES, items
from westmec_xblocks.domain.assessment.definition import Item, Status
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment import (
    KINDS,
    Unusable,
    accept_response,
    body_from,
    face_of,
    fields_of,
    key_of,
    points,
    raw_of,
    review_of,
)
from westmec_xblocks.olx.kinds.base import MAX_ANSWER

SEEDS = st.sampled_from(["", "a", "b", "learner 7, attempt 2"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 500)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*"abcdefgh", "r1", "r2", "s1", "s2", "12.5", "1,234 V"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["number", "unit", "x", "y", *"abcd"]), inner, max_size=3)
    ),
    max_leaves=6,
)
every_kind = pytest.mark.parametrize("tag", list(KINDS))


def item_of(tag, body=None):
    prompt, example = KINDS[tag].example
    return Item("i01", tag, "D1", prompt, body or example)


@st.composite
def answers(draw, item):
    """An answer to the item as it is kept, right or wrong, made by way of what its widget sends."""
    face = face_of(item, draw(SEEDS))
    ids = [piece.id for piece in face.pieces]
    raws = {
        "choices": st.sampled_from(ids),
        "checks": st.lists(st.sampled_from(ids), unique=True, max_size=face.most or len(ids)),
        "number": st.builds(
            lambda number, unit: {"number": number, "unit": unit},
            st.sampled_from(["12.5", "-3", "1200", "0.0125", "1.2e3", "0"]),
            st.sampled_from(["", *face.units]),
        ),
        "line": st.sampled_from(["lock", "LOCK ", "candado y etiqueta", "nothing of it", "."]),
        "order": st.permutations(ids),
        "pairs": st.dictionaries(st.sampled_from(ids), st.sampled_from([one.id for one in face.others] or [""])),
        "spots": st.lists(
            st.sampled_from(ids) | st.builds(lambda x, y: {"x": x, "y": y}, st.integers(0, 100), st.integers(0, 100)),
            max_size=1 if face.most == 1 else 4,
        ),
    }
    return accept_response(item, draw(raws[face.widget]))


@st.composite
def items_and_answers(draw):
    item = draw(items())
    return item, draw(answers(item))


# Answers.


@settings(max_examples=300)
@given(items(), JSON, st.sampled_from(["", "en", "es"]))
def test_whatever_a_browser_sends_is_kept_in_json_or_refused(item, raw, language):
    try:
        kept = accept_response(item, raw, language)
    except Unusable:
        return
    assert json.loads(json.dumps(kept)) == kept
    assert 0 <= points(item, kept) <= 1


@settings(max_examples=300)
@given(items(), JSON)
def test_what_is_on_record_is_scored_and_told_whatever_it_is(item, kept):
    assert 0 <= points(item, kept) <= 1
    review = review_of(item, kept, "es")
    assert isinstance(review.given, str)
    assert isinstance(raw_of(item, kept), object)


@given(items_and_answers())
def test_an_answer_comes_back_as_it_was_kept(pair):
    item, kept = pair
    again = accept_response(item, raw_of(item, kept), "es")
    if item.kind == "numeric" and kept is not None:
        assert (again["number"], again["unit"]) == (kept["number"], kept["unit"])
    else:
        assert again == kept


@given(items())
def test_the_key_earns_the_whole_point(item):
    if item.kind == "numeric" and item.body.significant is not None:
        return  # rounded to these figures, the answer may lie outside the tolerance, which is a finding
    assert points(item, key_of(item)) == 1
    assert accept_response(item, raw_of(item, key_of(item))) is not None


@given(items())
def test_nothing_is_not_an_answer_and_earns_nothing(item):
    for nothing in (None, "", [], {}, {"number": "", "unit": "V"}):
        try:
            assert accept_response(item, nothing) is None
        except Unusable:
            assert nothing is not None
    assert points(item, None) == 0


@every_kind
def test_an_empty_answer_of_its_own_form_is_no_answer(tag):
    empty = {
        "choice": "",
        "multiple": [],
        "numeric": {"number": " ", "unit": ""},
        "text": "  ",
        "order": [],
        "match": {},
    }
    assert accept_response(item_of(tag), empty.get(tag, [])) is None


@every_kind
@pytest.mark.parametrize("raw", ["x" * 10_000, ["x" * 10_000], {"number": "1" * 10_000, "x": 1, "y": "1" * 10_000}])
def test_a_long_answer_is_refused_in_a_short_sentence(tag, raw):
    with pytest.raises(Unusable) as refused:
        accept_response(item_of(tag), raw)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("mark", ["\ud800", "\x00", "\x1b", "\ue000"])
def test_a_text_that_cannot_be_kept_is_refused(mark):
    with pytest.raises(Unusable, match="cannot be kept"):
        accept_response(item_of("text"), f"tag{mark}")


def test_a_text_is_never_cut():
    assert len(accept_response(item_of("text"), "x" * MAX_ANSWER)) == MAX_ANSWER
    with pytest.raises(Unusable, match="too long: at most 500"):
        accept_response(item_of("text"), "x" * (MAX_ANSWER + 1))


@every_kind
def test_an_answer_with_an_unknown_name_is_refused(tag):
    raw = {"choice": "z", "multiple": ["a", "z"], "order": ["s1", "z"], "match": {"a": "z"}, "hotspot": "z"}
    if tag in raw:
        with pytest.raises(Unusable, match="no answer “z”"):
            accept_response(item_of(tag), raw[tag])


# Faces.


@settings(max_examples=200)
@given(items_and_answers(), SEEDS)
def test_a_face_is_the_same_for_the_same_seed_and_says_what_was_answered(pair, seed):
    item, kept = pair
    face = face_of(item, seed, kept)
    assert face == face_of(item, seed, kept)
    assert replace(face, given=None) == face_of(item, seed)
    assert face.given == raw_of(item, kept)


@settings(max_examples=200)
@given(items(), SEEDS)
def test_a_face_tells_neither_key_nor_reason_nor_status(item, seed):
    told = json.dumps(asdict(face_of(item, seed)), default=str, ensure_ascii=False)
    for word in ('"key"', "Because", "Porque", "why", "reason", "tolerance", "accept", "pilot", "retired", "scored"):
        assert word not in told.replace('"unit_needed"', "")


@given(items(), SEEDS)
def test_the_key_and_the_status_change_nothing_in_the_face_of_a_choice(item, seed):
    if item.kind not in ("choice", "multiple"):
        return
    other = replace(
        item.body, options=tuple(replace(option, key=not option.key, reason=Text("x")) for option in item.body.options)
    )
    assert face_of(replace(item, body=other, status=Status.PILOT), seed) == face_of(item, seed)


@given(items(kinds=("order",)), SEEDS)
def test_steps_are_never_shown_with_two_in_their_right_order_and_their_names_tell_nothing(item, seed):
    face = face_of(item, seed)
    right = raw_of(item, key_of(item))
    shown = [piece.id for piece in face.pieces]
    assert sorted(shown) == sorted(right)
    assert not set(pairwise(shown)) & set(pairwise(right))
    assert not {piece.id for piece in face.pieces} & {step.id for step in item.body.steps}
    mixed = replace(item.body, steps=tuple(reversed(item.body.steps)))
    names = {piece.text.default: piece.id for piece in face.pieces}
    assert {piece.text.default: piece.id for piece in face_of(replace(item, body=mixed), seed).pieces} == names


@given(items(kinds=("match",)), SEEDS)
def test_right_sides_stand_beside_another_left_side_and_their_names_tell_nothing(item, seed):
    face = face_of(item, seed)
    right = raw_of(item, key_of(item))
    beside = [right[left.id] == other.id for left, other in zip(face.pieces, face.others, strict=False)]
    assert len(face.others) < 2 or not all(beside)
    if len(set(right.values())) == len(right) and len(face.others) > 2:
        assert not any(beside)
    assert len({other.text.default for other in face.others}) == len(face.others)
    assert not {other.id for other in face.others} & {pair.id for pair in item.body.pairs}


def test_options_are_shuffled_by_the_seed_and_stand_as_written_without():
    item = item_of("multiple")
    written = tuple(option.id for option in item.body.options)
    assert tuple(piece.id for piece in face_of(item, "").pieces) == written
    shown = {tuple(piece.id for piece in face_of(item, f"seed {n}").pieces) for n in range(60)}
    assert len(shown) == 6


def test_two_items_of_a_form_are_shuffled_apart():
    item = item_of("multiple")
    pairs = [
        (face_of(item, f"seed {n}").pieces, face_of(replace(item, id="i02"), f"seed {n}").pieces) for n in range(40)
    ]
    assert any(one != other for one, other in pairs)


# Reviews.


@given(items_and_answers(), st.sampled_from(["en", "es"]))
def test_a_review_says_what_was_chosen_and_how_much_it_earned(pair, language):
    item, kept = pair
    review = review_of(item, kept, language)
    assert review.points == points(item, kept)
    assert bool(review.given) == (kept is not None)
    assert review.key == review_of(item, None, language).key
    assert any(row.chosen for row in review.rows) == (kept is not None)


@given(items())
def test_the_review_of_the_key_is_right_in_every_line_that_was_chosen(item):
    if item.kind == "numeric" and item.body.significant is not None:
        return
    review = review_of(item, key_of(item), "en")
    assert all(row.right for row in review.rows if row.chosen)


def test_a_review_is_told_in_the_readers_language():
    review = review_of(item_of("choice"), "a", "es-mx")
    assert (review.given, review.key) == ("El relé térmico", "El contacto de retención")
    assert [(row.text, row.language, row.chosen, row.right) for row in review.rows] == [
        ("El relé térmico", "es", True, False),
        ("El contacto de retención", "es", False, True),
    ]


# Editing.


@settings(max_examples=200)
@given(items())
def test_the_authors_form_holds_everything(item):
    data = json.loads(json.dumps(fields_of(item)))
    assert body_from(item.kind, data) == item.body
    assert set(data) == {field.name for field in KINDS[item.kind].form}
    for field in KINDS[item.kind].form:
        for row in data[field.name] if field.widget == "rows" else ():
            assert set(row) == {column.name for column in field.columns}


@settings(max_examples=300)
@given(st.sampled_from(list(KINDS)), st.data())
def test_whatever_the_authors_form_sends_is_a_body_or_refused(tag, data):
    names = [field.name for field in KINDS[tag].form]
    columns = [column.name for field in KINDS[tag].form for column in field.columns]
    value = JSON | st.lists(st.dictionaries(st.sampled_from(columns or ["x"]), JSON, max_size=3), max_size=3)
    sent = data.draw(st.dictionaries(st.sampled_from(names), value))
    try:
        body = body_from(tag, sent)
    except Unusable:
        return
    list(KINDS[tag].problems(body))
    list(KINDS[tag].texts(body))
    face_of(item_of(tag, body), "seed")
    review_of(item_of(tag, body), None, "en")


@every_kind
def test_an_empty_form_is_a_body_that_says_what_it_lacks(tag):
    body = body_from(tag, {})
    assert any(problem.is_error for problem in KINDS[tag].problems(body))
    assert points(item_of(tag, body), "a") == 0
    assert key_of(item_of(tag, body)) is None


@every_kind
def test_a_kinds_example_has_nothing_wrong_with_it(tag):
    assert not [problem for problem in KINDS[tag].problems(item_of(tag).body) if problem.is_error]


def test_an_option_without_an_id_gets_the_next_free_letter():
    body = body_from("choice", {"options": [{"text": "x"}, {"id": "a", "text": "y"}, {"text": "z", "key": True}]})
    assert [option.id for option in body.options] == ["b", "a", "c"]


def test_every_kind_has_random_bodies_here():
    assert set(BODIES) == set(KINDS)
