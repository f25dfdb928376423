"""From values to OLX and back: nothing changes, and what an author added stays where it belongs."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.olx.items import assessments, edits, items
from westmec_xblocks.olx.assessment import (
    definition_of,
    parse_assessment,
    remove_item,
    replace_item,
    write_assessment,
    write_settings,
)
from westmec_xblocks.olx.assessment_form import ASSESSMENT


def parsed(definition):
    assessment = parse_assessment(definition).assessment
    assert assessment is not None
    return replace(assessment, digest="")


def tidy(assessment):
    """The assessment as it is read: stimuli in the order of the text."""
    return replace(assessment, stimuli=dict(sorted(assessment.stimuli.items())))


@st.composite
def annotated(draw, definition):
    """The definition with comments, unknown attributes, unknown elements and stray words in it."""
    root = etree.fromstring(definition)
    structure = [tag for tag in ASSESSMENT.attributes if tag not in ASSESSMENT.text]
    for count, element in enumerate(list(root.iter(*structure))):
        kind = draw(st.integers(0, 6))
        if kind == 0:
            element.insert(draw(st.integers(0, len(element))), etree.Comment(f" comment {count} "))
        elif kind == 1:
            element.set("zeta", f"mark {count}")
        elif kind == 2:
            note = etree.Element("note", by="Ana")
            note.text = f"note {count}"
            element.insert(draw(st.integers(0, len(element))), note)
        elif kind == 3 and len(element):
            element[draw(st.integers(0, len(element) - 1))].tail = f" stray {count} "
    return etree.tostring(root, encoding="unicode")


def marks(element):
    """Everything in an element that no value stands for."""
    return sorted(
        [
            *(node.text for node in element.iter(etree.Comment)),
            *(node.get("zeta") for node in element.iter(etree.Element) if node.get("zeta")),
            *(node.text for node in element.iter("note")),
        ]
    )


@given(assessments())
def test_an_assessment_is_read_as_it_was_written(assessment):
    definition = write_assessment(assessment)
    assert parsed(definition) == assessment
    assert definition_of(etree.fromstring(definition)) == definition


@settings(max_examples=60)
@given(st.data())
def test_writing_without_a_change_gives_the_same_definition(data):
    definition = definition_of(etree.fromstring(data.draw(annotated(write_assessment(data.draw(assessments()))))))
    assert write_assessment(parse_assessment(definition).assessment, definition) == definition
    assert write_settings(definition, parse_assessment(definition).assessment) == definition


@settings(max_examples=100)
@given(st.data())
def test_every_edit_is_written_whatever_stood_there_before(data):
    assessment = data.draw(assessments())
    base = data.draw(annotated(write_assessment(assessment)))
    edited = data.draw(edits(assessment))
    definition = write_assessment(edited, base)
    assert parsed(definition) == edited
    assert definition_of(etree.fromstring(definition)) == definition
    assert write_assessment(edited, definition) == definition


@settings(max_examples=60)
@given(st.data())
def test_settings_are_written_and_the_bank_stays_as_it_is(data):
    base = definition_of(etree.fromstring(data.draw(annotated(write_assessment(data.draw(assessments()))))))
    other = data.draw(assessments())
    definition = write_settings(base, other)
    before = parsed(base)
    assert parsed(definition) == replace(other, stimuli=before.stimuli, items=before.items)
    bank = base[base.index("<bank") : base.rindex("bank")] if "</bank>" in base else "<bank"
    assert bank in definition


@settings(max_examples=100)
@given(st.data())
def test_one_item_is_replaced_and_every_other_character_stays(data):
    assessment = data.draw(assessments())
    base = definition_of(etree.fromstring(data.draw(annotated(write_assessment(assessment)))))
    if not assessment.items:
        return
    place = data.draw(st.integers(0, len(assessment.items) - 1))
    old = assessment.items[place]
    new = data.draw(items(data.draw(st.sampled_from([old.id, "other"]))))
    definition = replace_item(base, old.id, new)
    after = [*assessment.items[:place], new, *assessment.items[place + 1 :]]
    assert parsed(definition) == replace(parsed(base), items=tuple(after))
    assert definition_of(etree.fromstring(definition)) == definition
    others = [
        etree.tostring(one, with_tail=False)
        for one in etree.fromstring(base).find("bank")
        if one.get("id") != old.id and isinstance(one.tag, str)
    ]
    assert all(other.decode() in etree.tostring(etree.fromstring(definition)).decode() for other in others)
    start, end = base.index("<bank"), base.index("</bank>")
    assert definition.startswith(base[:start])
    assert definition.endswith(base[end:])


@settings(max_examples=60)
@given(st.data())
def test_an_item_is_added_behind_the_others_and_taken_out_again(data):
    base = definition_of(etree.fromstring(data.draw(annotated(write_assessment(data.draw(assessments()))))))
    new = data.draw(items("new"))
    definition = replace_item(base, None, new)
    assert parsed(definition).items == (*parsed(base).items, new)
    assert definition_of(etree.fromstring(definition)) == definition
    again = remove_item(definition, "new")
    assert parsed(again) == parsed(base)
    assert marks(etree.fromstring(again)) == marks(etree.fromstring(base))
    assert definition_of(etree.fromstring(again)) == again


@settings(max_examples=60)
@given(st.data())
def test_what_an_author_added_to_an_item_stays_with_it_through_an_edit(data):
    assessment = data.draw(assessments().filter(lambda assessment: assessment.items))
    base = definition_of(etree.fromstring(data.draw(annotated(write_assessment(assessment)))))
    old = assessment.items[0]
    new = replace(old, prompt=replace(old.prompt, default="changed"))
    before, after = etree.fromstring(base), etree.fromstring(replace_item(base, old.id, new))
    find = f"bank/{old.kind}[@id='{old.id}']"
    assert marks(after.find(find)) == marks(before.find(find))
