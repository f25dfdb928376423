"""Definitions of assessments: what cannot be read is told and kept, versions, ways through Studio, and the exams of our courses."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from tests.olx.test_assessment_reading import GOOD
from tests.olx.trees import elements
from westmec_xblocks.olx.assessment import (
    TAG,
    apply_to_element,
    definition_of,
    digest_of,
    parse_assessment,
    parse_element,
    write_assessment,
)
from westmec_xblocks.olx.assessment_form import ASSESSMENT
from westmec_xblocks.olx.canonical import canonical_bytes
from westmec_xblocks.olx.kinds import KINDS
from westmec_xblocks.olx.source import read

COURSES = Path(__file__).parents[2] / "course_content"
AS_THE_PLATFORM_READS = etree.XMLParser(remove_blank_text=True, resolve_entities=False)

# Hostile input.


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("<westmec_assessment", "unreadable"),
        ("no XML", "unreadable"),
        ("<westmec_lab_checklist/>", "wrong_element"),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><westmec_assessment>&b;</westmec_assessment>',
            "doctype",
        ),
        (f"<{TAG}>&nbsp;</{TAG}>", "unreadable"),
        (f"<{TAG}>" + "<a>" * 70 + "</a>" * 70 + f"</{TAG}>", "too_deep"),
        (f"<{TAG}>" + "<bank>" * 100_000, "too_deep"),
        (f"<{TAG}>\ud800</{TAG}>", "unreadable"),
        (f"<{TAG}>\x00</{TAG}>", "unreadable"),
        (f"<{TAG}><bank>" + "x" * 50 * 1024 * 1024 + f"</bank></{TAG}>", "too_large"),
        (f"<{TAG}><bank>" + "<choice/>" * 5001 + f"</bank></{TAG}>", "too_many_items"),
    ],
)
def test_what_cannot_be_read_is_one_clear_finding(text, code):
    parsed = parse_assessment(text)
    assert (parsed.assessment, parsed.usable) == (None, False)
    assert [one.code for one in parsed.problems] == [code]
    assert len(str(parsed.problems[0])) < 300
    assert digest_of(text)


def test_a_definition_that_cannot_be_read_is_kept_and_comes_back():
    element = etree.Element(TAG, url_name="a")
    apply_to_element("<half", element)
    assert definition_of(etree.fromstring(etree.tostring(element))) == "<half"


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_empty_item_of_any_kind_is_read_and_told(kind):
    parsed = parse_assessment(f"<{TAG} code='C'><bank><{kind}/></bank></{TAG}>")
    assert parsed.assessment.items[0].kind == kind
    assert {"item_without_id", "prompt_missing"} <= {one.code for one in parsed.problems}


@settings(max_examples=150)
@given(elements((TAG,)))
def test_whatever_stands_in_an_assessment_is_read_and_never_raises(element):
    parsed = parse_assessment(definition_of(element))
    assert parsed.assessment is not None
    write_assessment(replace(parsed.assessment, cut=Fraction(1, 2)), definition_of(element))


@settings(max_examples=200)
@given(elements((TAG,)))
def test_export_and_import_in_studio_give_the_same_definition(element):
    definition = definition_of(element)
    assert definition_of(etree.fromstring(definition)) == definition
    vertical = etree.Element("vertical")
    node = etree.SubElement(vertical, TAG, url_name="a", weight="10.0")
    apply_to_element(definition, node)
    exported = etree.tostring(vertical, pretty_print=True, encoding="utf-8")
    again = etree.fromstring(exported, AS_THE_PLATFORM_READS)[0]
    assert definition_of(again) == definition


# Versions and files.


def test_the_version_leaves_out_what_a_panel_said_and_what_the_platform_keeps():
    told = GOOD.replace("  <bank>", '  <validation statement="x"/>\n  <bank>')
    assert digest_of(told) == digest_of(GOOD)
    named = etree.fromstring(GOOD.replace("<westmec_assessment", '<westmec_assessment url_name="a" weight="3" due="x"'))
    assert digest_of(definition_of(named)) == digest_of(GOOD)
    assert parse_assessment(told).assessment.digest == digest_of(GOOD)
    for old, new in [("The lamp", "The light"), ("the second", "a note"), ('cut="70%"', ""), ("60 min", "61 min")]:
        assert old not in GOOD or digest_of(GOOD.replace(old, new)) != digest_of(GOOD)


def test_a_definition_in_another_form_is_the_same_version():
    assert digest_of(re.sub(r"\n\s*", "\n", GOOD)) == digest_of(GOOD)
    assert definition_of(etree.fromstring(GOOD)) == GOOD


def course_exams():
    return [path for path in sorted(COURSES.glob("*/*/*.xml")) if f"<{TAG}" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", course_exams(), ids=lambda path: path.parent.parent.name)
def test_the_exams_of_our_courses_are_in_canonical_form_and_without_findings(path):
    text = path.read_text(encoding="utf-8")
    source = read(text, max_bytes=ASSESSMENT.max_bytes)
    element = next(source.root.iter(TAG))
    assert parse_element(element, source).problems == []
    assert canonical_bytes(element, ASSESSMENT, 1) in text
    definition = definition_of(element)
    assessment = parse_assessment(definition).assessment
    assert write_assessment(assessment, definition) == definition
    fresh = parse_assessment(write_assessment(assessment)).assessment
    assert replace(fresh, digest="") == replace(assessment, digest="")
