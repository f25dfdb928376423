"""The authors' reference says what is so."""

import re
from pathlib import Path

import pytest
from lxml import etree

from westmec_xblocks.domain.assessment.definition import Completion, Counted, Credit, Layout, Level, Status, When
from westmec_xblocks.olx.assessment import KINDS, MAX_BYTES, TAG, definition_of, parse_assessment
from westmec_xblocks.olx.assessment_form import ASSESSMENT
from westmec_xblocks.olx.assessment_reading import MAX_ITEMS
from westmec_xblocks.olx.canonical import MAX_DEPTH, canonical_bytes
from westmec_xblocks.olx.kinds.text import MAX_TEXT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "olx-assessment.md").read_text(encoding="utf-8")
EXAMPLES = [etree.fromstring(text) for text in re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)]
SOURCES = [
    *(ROOT / "westmec_xblocks" / "domain" / "assessment").glob("*.py"),
    *(ROOT / "westmec_xblocks" / "olx" / "kinds").glob("*.py"),
    *(ROOT / "westmec_xblocks" / "olx").glob("assessment_[rv]*.py"),
]


def test_the_example_is_a_good_assessment_in_canonical_form():
    made = next(EXAMPLES[0].iter(TAG))
    parsed = parse_assessment(definition_of(made))
    assert [str(finding) for finding in parsed.problems] == []
    assert canonical_bytes(made, ASSESSMENT, 1) in PAGE


def test_the_picture_item_can_be_used():
    item = etree.tostring(EXAMPLES[1], encoding="unicode")
    parsed = parse_assessment(f"<{TAG} code='C'><bank>{item}</bank></{TAG}>")
    assert {finding.code for finding in parsed.problems} == {"blueprint_empty", "rationale_missing"}
    assert parsed.assessment.items[0].body.regions[0].option.text.others == {"es": "Seccionador principal"}


def test_every_attribute_element_kind_and_word_is_on_the_page():
    names = {name for tag, known in ASSESSMENT.attributes.items() for name in (tag, *known) if "}" not in name}
    words = {one.value for choices in (Completion, Counted, Credit, Layout, Level, Status) for one in choices}
    whens = {when.value for when in When if when is not When.DATE}
    for word in {*names, *words, *whens, *KINDS}:
        assert re.search(rf"[`<\" ]{re.escape(word)}\b", PAGE), word


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_finding_has_its_mend_on_the_page(source):
    text = source.read_text(encoding="utf-8")
    codes = re.findall(r'(?:wrong|doubtful|Unclear|write_mend)\(\s*"([a-z_]+)"', text)
    codes += re.findall(r'notes\.(?:error|warning)\([^"]*"([a-z_]+)"', text)
    for code in codes:
        assert f"`{code}`" in PAGE, code


def test_the_limits_are_those_of_the_code():
    assert f"up to {MAX_BYTES // 1024 // 1024} MB, {MAX_ITEMS:,} items and {MAX_DEPTH} levels of nesting" in PAGE
    assert f"at most {MAX_TEXT} characters" in PAGE


def test_the_defaults_are_those_of_the_code():
    made = parse_assessment(f"<{TAG} code='C'/>").assessment
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")
    ]
    told = {row[0].strip("`"): row[2].strip("`") for row in rows if len(row) == 3}
    assert told["cut"] == f"{made.cut * 100}%"
    assert told["attempts"] == str(made.attempts)
    for name, value in [
        ("feedback", made.feedback.when),
        ("credit", made.credit),
        ("counted", made.counted),
        ("completion", made.completion),
        ("layout", made.layout),
    ]:
        assert re.search(rf"\| `{name}` \|.*\| `{value.value}` \|", PAGE), name
