"""The authors' reference says what is so."""

import re
from pathlib import Path

from lxml import etree

from westmec_xblocks.domain.checklist.definition import EVIDENCE_KINDS
from westmec_xblocks.domain.checklist.scale import BUILT_IN
from westmec_xblocks.olx.canonical import canonical_bytes
from westmec_xblocks.olx.checklist import TAG, definition_of, parse_checklist
from westmec_xblocks.olx.forms import CHECKLIST
from westmec_xblocks.olx.markup import ALLOWED_TAGS

PAGE = (Path(__file__).parents[2] / "docs" / "olx-skill-checklist.md").read_text(encoding="utf-8")
EXAMPLES = [etree.fromstring(text) for text in re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)]


def test_the_example_is_a_good_list_in_canonical_form():
    made = next(EXAMPLES[0].iter(TAG))
    parsed = parse_checklist(definition_of(made))
    assert [finding for finding in parsed.problems if finding.is_error] == []
    indented = "\n".join(f"  {line}" for line in canonical_bytes(made, CHECKLIST).splitlines())
    assert indented.strip() in PAGE


def test_the_scale_that_is_spelt_out_can_be_used():
    skill = "<section title='A'><skill id='1'><task>a</task><criterion>b</criterion></skill></section>"
    scale = etree.tostring(EXAMPLES[1], encoding="unicode")
    parsed = parse_checklist(f"<{TAG} code='C'>{scale}{skill}</{TAG}>")
    assert parsed.problems == []
    assert [level.value for level in parsed.checklist.scale.levels] == ["9", "3", "2", "1"]


def test_every_attribute_element_scale_tag_and_kind_of_evidence_is_on_the_page():
    words = {name for tag, names in CHECKLIST.attributes.items() for name in (tag, *names) if "}" not in name}
    for word in {*words, *BUILT_IN, *EVIDENCE_KINDS}:
        assert re.search(rf"[`<\" ]{re.escape(word)}\b", PAGE), word
    for tag in ALLOWED_TAGS - {"table", "thead", "tbody", "tr", "td", "th", "caption"}:
        assert f"`{tag}`" in PAGE, tag


def test_the_table_of_scales_is_right():
    for ref, scale in BUILT_IN.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{ref}`"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1].replace(" (not observed)", "").split() == [level.value for level in scale.levels]
        assert cells[2:] == [scale.floor, scale.passing]
