"""Where a finding stands, and what cannot be read at all: broken, hostile, too deep, too large."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.olx.definitions import SKILL, a_list, a_skill
from tests.olx.trees import elements
from tests.olx.values import annotated, checklists
from westmec_xblocks.olx.checklist import definition_of, parse_checklist, write_checklist

PLACED = """\
<westmec_lab_checklist code="WM.T.A"
    demonstrations="two">
  <section>
    <skill id="01"
        flag="safty">
      <task>Lock</task>
    </skill>
    <skill id="02"><task/><criterion>x</criterion></skill><skill id="01"><task>a</task><criterion>b</criterion></skill>
  </section>
  <section title="B"/>
</westmec_lab_checklist>"""


def test_every_finding_names_the_place_where_its_element_begins():
    found = parse_checklist(PLACED, path="course/vertical/v.xml", first_line=11).problems
    assert [str(finding).split(" ", 3)[:3] for finding in found] == [
        ["course/vertical/v.xml:11:1:", "error", "not_whole"],
        ["course/vertical/v.xml:13:3:", "warning", "section_untitled"],
        ["course/vertical/v.xml:14:5:", "error", "choice_unknown"],
        ["course/vertical/v.xml:14:5:", "warning", "criterion_missing"],
        ["course/vertical/v.xml:18:5:", "error", "task_missing"],
        ["course/vertical/v.xml:18:59:", "error", "duplicate_id"],
        ["course/vertical/v.xml:20:3:", "warning", "section_empty"],
    ]


def test_columns_count_characters_not_bytes():
    definition = a_list(f'<section title="áéíóú">{SKILL}<skill id="02"/></section>')
    column = definition.index('<skill id="02"') + 1
    assert {finding.column for finding in parse_checklist(definition).problems} == {column}


def only(definition):
    parsed = parse_checklist(definition, path="v.xml")
    assert parsed.checklist is None
    assert not parsed.usable
    assert len(parsed.problems) == 1
    assert parsed.problems[0].is_error
    return parsed.problems[0]


@pytest.mark.parametrize(
    ("definition", "code", "place"),
    [
        ("", "empty", (1, 1)),
        (" \n ", "empty", (1, 1)),
        ("hello", "unreadable", (1, 1)),
        ("<westmec_lab_checklist>\n  <skill>\n</westmec_lab_checklist>", "unreadable", (3, 3)),
        ("<westmec_lab_checklist a='1' a='2'/>", "unreadable", (1, 30)),
        ("<westmec_lab_checklist>&nbsp;</westmec_lab_checklist>", "unreadable", (1, 24)),
        ("<westmec_lab_checklist>5 < 6</westmec_lab_checklist>", "unreadable", (1, 27)),
        ("<westmec_lab_checklist>\x00</westmec_lab_checklist>", "unreadable", (1, 24)),
        ("<x:westmec_lab_checklist/>", "unreadable", None),
        ("<westmec_lab_checklist/><b/>", "unreadable", (1, 25)),
        ("\ud800", "unreadable", (1, 1)),
        ("<problem/>", "wrong_element", (1, 1)),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><westmec_lab_checklist/>', "doctype", None),
        ('<!DOCTYPE x [<!ENTITY a "b">]><westmec_lab_checklist>&a;</westmec_lab_checklist>', "doctype", None),
    ],
)
def test_what_is_no_checklist_says_why_and_where(definition, code, place):
    finding = only(definition)
    assert finding.code == code
    assert "{" not in str(finding.refusal)
    if place:
        assert (finding.line, finding.column) == place


def test_entities_are_never_expanded():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><westmec_lab_checklist>&l9;</westmec_lab_checklist>'
    assert only(bomb).code == "doctype"


@pytest.mark.parametrize("depth", [61, 300, 100_000])
def test_deep_nesting_is_refused(depth):
    assert (
        only("<westmec_lab_checklist>" + "<a>" * depth + "</a>" * depth + "</westmec_lab_checklist>").code == "too_deep"
    )


def test_a_text_of_50_mb_is_refused():
    huge = a_skill(inner=f"<task>{'x' * 50_000_000}</task>")
    assert only(huge).code == "too_large"


def test_two_megabytes_are_counted_in_bytes():
    assert only(a_skill(inner=f"<task>{'é' * 1_100_000}</task>")).code == "too_large"


def test_more_skills_than_anyone_could_rate_are_refused():
    skills = "".join(f'<skill id="{number}"><task>x</task></skill>' for number in range(30_000))
    assert only(a_list(f"<section title='A'>{skills}</section>")).code == "too_many_skills"


def test_500_skills_are_read():
    skills = "".join(SKILL.replace("01", str(number)) for number in range(500))
    assert parse_checklist(a_list(f"<section title='A'>{skills}</section>")).usable


@settings(max_examples=60)
@given(elements())
def test_whatever_an_element_holds_it_is_read_without_an_exception(element):
    definition = definition_of(element)
    parsed = parse_checklist(definition)
    assert parsed.checklist is not None
    assert not any("{" in str(finding.refusal) for finding in parsed.problems)
    assert write_checklist(parsed.checklist, definition) == definition


@given(st.text())
def test_no_text_raises(text):
    parse_checklist(text)
    parse_checklist(a_list(attributes=f"code={etree.tostring(etree.Element('a', b=_sayable(text)))[5:-2].decode()}"))


def _sayable(text):
    return "".join(letter for letter in text if letter.isprintable())


@settings(max_examples=60)
@given(st.data())
def test_cutting_a_definition_anywhere_raises_nothing(data):
    definition = data.draw(annotated(write_checklist(data.draw(checklists()))))
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(definition)), st.integers(0, len(definition)))))
    parse_checklist(definition[:start] + definition[end:])
