"""The definition: what of an element belongs to it, which edits make another version of it, and how it comes back into a file."""

from pathlib import Path

import pytest
from lxml import etree

from tests.olx.values import MARKUP
from westmec_xblocks.olx.canonical import canonical_bytes
from westmec_xblocks.olx.checklist import (
    OWN_ATTRIBUTES,
    TAG,
    apply_to_element,
    definition_of,
    digest_of,
    parse_checklist,
)
from westmec_xblocks.olx.forms import CHECKLIST

COURSES = Path(__file__).parents[2] / "course_content"

LIST = """\
<westmec_lab_checklist code="WM.T.A" demonstrations="2">
  <section title="Isolate">
    <skill id="01" flag="safety">
      <task>Lock out</task>
      <criterion>Own lock</criterion>
    </skill>
  </section>
</westmec_lab_checklist>"""


def element(text=LIST):
    return etree.fromstring(text)


def with_attributes(**attributes):
    made = element()
    for name, value in attributes.items():
        made.set(name.replace("__", "-"), value)
    return made


def applied(definition, **attributes):
    node = etree.Element(TAG, **attributes)
    apply_to_element(definition, node)
    return node


def test_own_attributes_are_listed_in_their_order_and_are_no_fields_of_the_platform():
    assert OWN_ATTRIBUTES == (
        "code",
        "demonstrations",
        "days",
        "variants",
        "mean",
        "second_evaluator",
        "requires",
        "valid_for",
        "credit",
    )


def test_what_the_platform_keeps_in_fields_is_no_part_of_the_definition():
    made = with_attributes(
        url_name="a", display_name="A", weight="10", due="2026-05-01", group_access="{}", xblock__family="xblock.v1"
    )
    assert definition_of(made) == LIST


def test_fields_of_this_host_are_no_part_of_it_either():
    made = with_attributes(shop_room="B2")
    assert definition_of(made, field_names=["shop_room"]) == LIST
    assert 'shop_room="B2"' in definition_of(made)


def test_a_field_of_the_host_cannot_take_an_attribute_of_ours_away():
    assert definition_of(element(), field_names=["code", "demonstrations"]) == LIST


def test_a_misspelt_attribute_stays_where_it_is_found():
    definition = definition_of(with_attributes(demonstrationss="3"))
    assert "did you mean demonstrations?" in str(parse_checklist(definition).problems[0].refusal)
    assert applied(definition).get("demonstrationss") == "3"


def test_field_values_that_the_platform_writes_as_children_are_left_out_and_the_words_around_them_kept():
    option = '<option:tags xmlns:option="http://code.edx.org/xblock/option">[]</option:tags>'
    assert definition_of(element(LIST.replace("<section", f"{option}<section", 1))) == LIST
    stray = definition_of(element(LIST.replace("<section", f"{option} stray <section", 1)))
    assert "stray" in stray
    assert "option" not in stray


def test_the_element_is_not_changed_and_what_follows_it_is_no_part_of_it():
    dated = LIST.replace("code=", 'due="2026-05-01" code=')
    vertical = etree.fromstring(f"<vertical>{dated} tail</vertical>")
    before = etree.tostring(vertical)
    assert definition_of(vertical[0]) == LIST
    assert etree.tostring(vertical) == before


# Versions.


@pytest.mark.parametrize(
    "same",
    [
        LIST.replace("\n", "").replace("  ", ""),
        LIST.replace("Lock out", "\n  Lock\tout "),
        LIST.replace('code="WM.T.A" demonstrations="2"', 'demonstrations="2"   code="WM.T.A"'),
        LIST.replace("Lock out", "<![CDATA[Lock out]]>"),
        LIST.replace("Own", "&#79;wn"),
        '<?xml version="1.0" encoding="utf-8"?>\n' + LIST,
        LIST.replace("</westmec", '  <validation statement="panel"/>\n</westmec'),
    ],
)
def test_layout_and_what_a_panel_said_make_no_other_version(same):
    assert digest_of(same) == digest_of(LIST)


@pytest.mark.parametrize(
    "other",
    [
        LIST.replace("Lock out", "Lock out all"),
        LIST.replace("Lock out", "Lock<!-- why --> out"),
        LIST.replace('flag="safety"', 'flag="quality"'),
        LIST.replace('demonstrations="2"', 'demonstrations="3"'),
        LIST.replace('title="Isolate"', 'title="Lock"'),
        LIST.replace('id="01"', 'id="1"'),
    ],
)
def test_any_other_edit_makes_another_version(other):
    assert digest_of(other) != digest_of(LIST)


def test_the_version_of_the_example_is_what_it_always_was():
    """Records name it: a change of the canonical form would make every signed list look edited."""
    assert digest_of(LIST) == "d01915c87ce82691aff87a3e8c441be24e56ffd117e15f5455833c098716776d"


def test_even_a_text_that_is_no_xml_has_a_version():
    assert digest_of("<oops") != digest_of("<oops>")
    assert len(digest_of("\ud800")) == 64


# The way back.


def test_attributes_that_stand_there_are_kept_and_all_come_in_their_order():
    node = applied(LIST, weight="3.0", url_name="a", due="x", display_name="A")
    assert list(node.attrib) == ["url_name", "display_name", "code", "weight", "demonstrations", "due"]
    assert definition_of(node) == LIST
    assert (
        canonical_bytes(node, CHECKLIST)
        .replace(' url_name="a" display_name="A"', "")
        .replace(' weight="3.0"', "")
        .replace(' due="x"', "")
        == LIST
    )


@pytest.mark.parametrize("markup", MARKUP)
def test_texts_survive_the_platform_s_indentation_and_its_reader(markup):
    definition = definition_of(element(LIST.replace("Lock out", markup)))
    vertical = etree.Element("vertical")
    vertical.append(applied(definition))
    exported = etree.tostring(vertical, pretty_print=True)
    again = etree.fromstring(exported, etree.XMLParser(remove_blank_text=True))
    assert definition_of(again[0]) == definition


def test_an_export_is_laid_out_as_the_canonical_form():
    vertical = etree.Element("vertical")
    vertical.append(applied(LIST))
    written = etree.tostring(vertical, pretty_print=True, encoding="unicode")
    assert written == "<vertical>\n" + "".join(f"  {line}\n" for line in LIST.splitlines()) + "</vertical>\n"


@pytest.mark.parametrize(
    "raw", ["<oops", "just words & more", "<problem>x</problem>", "<westmec_lab_checklist>&nbsp;", "]]>"]
)
def test_a_definition_that_is_no_checklist_goes_through_export_and_import_unchanged(raw):
    node = applied(raw, url_name="a")
    again = etree.fromstring(etree.tostring(node, pretty_print=True), etree.XMLParser(remove_blank_text=True))
    assert definition_of(again) == raw
    assert parse_checklist(definition_of(again)).checklist is None


def test_characters_that_no_file_can_hold_are_replaced():
    assert definition_of(applied("<oops \x00")) == "<oops \ufffd"


def test_an_empty_definition_adds_nothing():
    assert etree.tostring(applied(" ", url_name="a")) == b'<westmec_lab_checklist url_name="a"/>'
    assert definition_of(element("<westmec_lab_checklist url_name='a'/>")) == "<westmec_lab_checklist/>"


def test_elements_too_deep_or_too_large_are_kept_as_they_are():
    deep = element("<westmec_lab_checklist>" + "<a>" * 200 + " x " + "</a>" * 200 + "</westmec_lab_checklist>")
    assert definition_of(deep) == etree.tostring(deep, encoding="unicode")
    large = element(f"<westmec_lab_checklist><task> {'x' * 3_000_000}</task></westmec_lab_checklist>")
    definition = definition_of(large)
    assert definition == etree.tostring(large, encoding="unicode")
    assert [finding.code for finding in parse_checklist(definition).problems] == ["too_large"]
    assert definition_of(applied(definition)) == definition


def lists_of_ours():
    for file in sorted(COURSES.rglob("*.xml")):
        if b"<westmec_lab_checklist" in file.read_bytes():
            yield from etree.parse(file).iter(TAG)


def test_the_lists_of_our_own_courses_can_be_used_and_come_back_as_they_are():
    found = list(lists_of_ours())
    assert found
    for one in found:
        definition = definition_of(one)
        assert parse_checklist(definition).problems == []
        assert definition_of(applied(definition)) == definition
