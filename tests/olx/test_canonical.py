"""The canonical form: one way to write an element, stable on every way that a course file takes."""

import re

import pytest
from hypothesis import given, settings
from lxml import etree

from tests.olx.trees import elements
from westmec_xblocks.olx.canonical import canonical_bytes, depth_of
from westmec_xblocks.olx.checklist import apply_to_element, definition_of
from westmec_xblocks.olx.forms import CHECKLIST, SPACE

AS_THE_PLATFORM_READS = etree.XMLParser(remove_blank_text=True, resolve_entities=False)


def canonical(text):
    return canonical_bytes(etree.fromstring(text), CHECKLIST)


def in_list(inner):
    return canonical(f"<westmec_lab_checklist>{inner}</westmec_lab_checklist>")


def lines(*inner):
    return "\n".join(["<westmec_lab_checklist>", *inner, "</westmec_lab_checklist>"])


def words_of(element):
    return [word for text in element.itertext(etree.Element) for word in re.split("[ \t\r\n]+", text) if word]


@given(elements())
def test_a_canonical_element_is_written_as_it_was_read(element):
    once = canonical_bytes(element, CHECKLIST)
    assert canonical_bytes(etree.fromstring(once), CHECKLIST) == once
    assert canonical_bytes(etree.fromstring(once, AS_THE_PLATFORM_READS), CHECKLIST) == once


@given(elements())
def test_nothing_that_an_author_wrote_is_lost(element):
    written = etree.fromstring(canonical_bytes(element, CHECKLIST))
    assert words_of(written) == words_of(element)
    assert [node.text for node in written.iter(etree.Comment)] == [node.text for node in element.iter(etree.Comment)]
    assert [node.tag for node in written.iter(etree.Element)] == [node.tag for node in element.iter(etree.Element)]
    for new, old in zip(written.iter(etree.Element), element.iter(etree.Element), strict=True):
        assert {**old.attrib, **({SPACE: "preserve"} if SPACE in new.attrib else {})} == dict(new.attrib)


@settings(max_examples=200)
@given(elements())
def test_export_and_import_in_studio_give_the_same_definition(element):
    definition = definition_of(element)
    vertical = etree.Element("vertical")
    node = etree.SubElement(vertical, "westmec_lab_checklist", url_name="a", weight="10.0")
    apply_to_element(definition, node)
    exported = etree.tostring(vertical, pretty_print=True, encoding="utf-8")
    again = etree.fromstring(exported, AS_THE_PLATFORM_READS)[0]
    assert (again.get("url_name"), again.get("weight")) == ("a", "10.0")
    assert definition_of(again) == definition


def test_elements_stand_on_lines_of_their_own_and_texts_on_one():
    written = in_list("<section title='A'><skill   id='1'><task>\n  Lock\n  out </task><!-- why --></skill></section>")
    assert written == lines(
        '  <section title="A">',
        '    <skill id="1">',
        "      <task>Lock out</task>",
        "      <!-- why -->",
        "    </skill>",
        "  </section>",
    )


def test_attributes_come_in_the_documented_order_and_unknown_ones_behind_them():
    assert in_list('<skill zeta="1" flag="safety" alpha="2" id="7"/>') == lines(
        '  <skill id="7" flag="safety" alpha="2" zeta="1"/>'
    )


def test_an_element_of_a_file_keeps_name_title_code_and_weight_in_front():
    written = canonical('<westmec_lab_checklist mean="3" due="x" weight="2" code="C" display_name="D" url_name="u"/>')
    assert written == '<westmec_lab_checklist url_name="u" display_name="D" code="C" weight="2" mean="3" due="x"/>'


def test_paragraphs_and_list_items_stand_on_lines_of_their_own():
    written = in_list("<instructions><p>One <em>two</em></p> <ul><li>three</li><li> four</li></ul></instructions>")
    assert written == lines(
        "  <instructions>",
        "    <p>One <em>two</em></p>",
        "    <ul>",
        "      <li>three</li>",
        "      <li>four</li>",
        "    </ul>",
        "  </instructions>",
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Lock <b>out</b> now", "Lock <b>out</b> now"),
        ("Lock<b> out </b> now", "Lock<b> out </b>now"),
        ("<b>Lock</b> <i>out</i>", None),
        ("H<sub>2</sub><sup>3</sup>", "H<sub>2</sub><sup>3</sup>"),
        ("<sub>2</sub><sup>3</sup>", "<sub>2</sub><sup>3</sup>"),
        ("one <br/> two", "one<br/>two"),
        ("see <img src='a' alt=''/> here", 'see <img src="a" alt=""/> here'),
        ("a\u00a0b  c", "a\u00a0b c"),
        ("<![CDATA[5 < 6 & 7]]>", "5 &lt; 6 &amp; 7"),
        ("Lock <!-- why --> out", "Lock <!-- why -->out"),
    ],
)
def test_white_space_in_a_text_collapses_as_in_a_browser(written, kept):
    marked = ' xml:space="preserve"' if kept is None else ""
    assert in_list(f"<task>\n {written} </task>") == lines(f"  <task{marked}>{kept or written}</task>")


def test_words_between_inline_elements_survive_a_reader_that_drops_blank_text():
    """Without the mark, the platform would read “Lockout”."""
    once = in_list("<task><b>Lock</b> <i>out</i></task>")
    task = etree.fromstring(once, AS_THE_PLATFORM_READS)[0]
    assert "".join(task.itertext()) == "Lock out"


def test_text_whose_space_is_to_be_preserved_is_left_alone():
    inner = '<task xml:space="preserve">  a\n   b </task>'
    assert in_list(inner) == lines(f"  {inner}")


def test_unknown_elements_and_stray_words_are_kept_on_lines_of_their_own():
    assert in_list("<note><by>Ana</by><on/></note>stray words") == lines(
        "  <note>", "    <by>Ana</by>", "    <on/>", "  </note>", "  stray words"
    )


def test_namespaces_that_nothing_uses_are_dropped_and_used_ones_kept():
    outer = etree.fromstring(
        '<vertical xmlns:option="urn:option"><westmec_lab_checklist xmlns:o="urn:o" o:mark="1"/></vertical>'
    )
    assert canonical_bytes(outer[0], CHECKLIST) == '<westmec_lab_checklist xmlns:o="urn:o" o:mark="1"/>'


def test_an_element_nested_too_deeply_is_written_as_it_is():
    deep = "<westmec_lab_checklist>" + "<a>" * 200 + "  x  " + "</a>" * 200 + "</westmec_lab_checklist>"
    element = etree.fromstring(deep)
    assert depth_of(element) == 201
    assert canonical_bytes(element, CHECKLIST) == deep


def test_the_element_itself_is_not_changed():
    element = etree.fromstring("<westmec_lab_checklist><task> a  b </task></westmec_lab_checklist>")
    canonical_bytes(element, CHECKLIST)
    assert element[0].text == " a  b "
