"""What is doubtful about a bank as a whole is told with its figures; a bank without habits has no findings."""

import pytest
from lxml import etree

from westmec_xblocks.olx.assessment import TAG, definition_of, parse_assessment


def many(count, *, key=lambda n: n % 4, level=lambda n: "apply", words=lambda n, place: f"option {place}", prompt=None):
    """A bank of so many items of four options."""
    prompt = prompt or (lambda n: f"Why {'abcdefghijklmnopqrstuvwxyz'[n % 26] * (n // 26 + 2)}?")
    mark = ' key="true"'
    items = "".join(
        f'<choice id="i{n}" domain="D1" level="{level(n)}"><prompt>{prompt(n)}</prompt>'
        + "".join(
            f'<option id="{"abcd"[place]}"{mark if place == key(n) else ""}>{words(n, place)}<why>x</why></option>'
            for place in range(4)
        )
        + "<rationale>x</rationale></choice>"
        for n in range(count)
    )
    return f'<{TAG} code="C"><blueprint><domain id="D1" title="x" items="8" pilot="0"/></blueprint><bank>{items}</bank></{TAG}>'


def of_bank(text):
    return [(one.code, str(one.refusal)) for one in parse_assessment(text).problems]


def test_a_bank_without_habits_has_no_findings():
    assert of_bank(many(40)) == []


def test_keys_that_are_the_longest_too_often_are_told_with_the_figure():
    text = many(40, words=lambda n, place: f"option {place}" + ("!" * (place == n % 4 and n < 16)))
    assert of_bank(text) == [
        (
            "key_longest",
            "The right option is the longest in 16 of 40 items (40 %); by chance it would be in about 10.",
        )
    ]


def test_keys_that_stand_at_one_place_too_often_are_told_with_the_figures():
    ((code, sentence),) = of_bank(many(40, key=lambda n: 0 if n < 22 else n % 4))
    assert code == "key_places"
    assert "so often: 26, 4, 5, 5." in sentence
    assert "chi-square 34.2" in sentence


def test_too_much_recall_is_told_of_the_bank_and_of_the_blueprint():
    text = many(40, level=lambda n: "recall" if n % 2 else "apply")
    assert [code for code, _ in of_bank(text)] == ["bank_recall"]
    blueprint = text.replace('items="8"', 'items="10" recall="4"')
    assert {code for code, _ in of_bank(blueprint)} == {"blueprint_recall", "pilot_share", "bank_recall"}


def test_a_share_of_pilots_far_from_a_fifth_is_told():
    text = (
        many(40)
        .replace('items="8" pilot="0"', 'items="10" pilot="6"')
        .replace('level="apply"', 'level="apply" status="pilot"', 10)
    )
    assert [code for code, _ in of_bank(text)] == ["pilot_share"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("A pack of 400 V reads 12.5 V. Is it safe?", "A pack of 800 V reads 9 V. Is it safe?", True),
        ("Maria Lopez finds a leak. What next?", "Deshawn finds a leak. What next?", True),
        ("The maker says 60 V. Is it safe?", "The maker says nothing. Is it safe?", False),
        ("A pack of 400 V reads 0 V. Is it safe?", "A cell of 400 V reads 0 V. Is it safe?", False),
    ],
)
def test_items_that_differ_only_in_numbers_or_names_are_told(one, other, alike):
    prompts = [one, other]
    text = many(2, prompt=lambda n: prompts[n]).replace('items="8"', 'items="1"')
    assert [code for code, _ in of_bank(text)] == (["items_alike"] if alike else [])


def test_a_bank_of_a_thousand_items_is_read_whole():
    parsed = parse_assessment(definition_of(etree.fromstring(many(1000))))
    assert parsed.assessment is not None
    assert len(parsed.assessment.by_id) == 1000
