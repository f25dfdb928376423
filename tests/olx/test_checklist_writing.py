"""From values to OLX and back: nothing changes, and what an author added stays where it belongs."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.olx.values import annotated, checklists, edits
from westmec_xblocks.domain.checklist.definition import Checklist, Section
from westmec_xblocks.domain.checklist.scale import PASS_FAIL
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import definition_of, digest_of, parse_checklist, write_checklist


def parsed(definition):
    checklist = parse_checklist(definition).checklist
    assert checklist is not None
    return replace(checklist, digest="")


def marks(element):
    """Everything in an element that no value stands for."""
    return sorted(
        [
            *(node.text for node in element.iter(etree.Comment)),
            *(node.get("zeta") for node in element.iter(etree.Element) if node.get("zeta")),
            *(node.text for node in element.iter("note")),
        ]
    )


@given(checklists())
def test_a_checklist_is_read_as_it_was_written(checklist):
    definition = write_checklist(checklist)
    assert parsed(definition) == checklist
    assert definition_of(etree.fromstring(definition)) == definition


@settings(max_examples=40)
@given(st.data())
def test_writing_without_a_change_gives_the_same_definition(data):
    definition = definition_of(etree.fromstring(data.draw(annotated(write_checklist(data.draw(checklists()))))))
    assert write_checklist(parse_checklist(definition).checklist, definition) == definition


@settings(max_examples=40)
@given(st.data())
def test_every_edit_is_written_whatever_stood_there_before(data):
    checklist = data.draw(checklists())
    base = data.draw(annotated(write_checklist(checklist)))
    edited = data.draw(edits(checklist))
    definition = write_checklist(edited, base)
    assert parsed(definition) == edited
    assert definition_of(etree.fromstring(definition)) == definition
    assert write_checklist(edited, definition) == definition


@settings(max_examples=40)
@given(st.data())
def test_what_an_author_added_to_a_skill_stays_with_it_through_every_edit(data):
    checklist = data.draw(checklists())
    before = etree.fromstring(data.draw(annotated(write_checklist(checklist))))
    edited = data.draw(edits(checklist))
    after = etree.fromstring(write_checklist(edited, etree.tostring(before, encoding="unicode")))
    for old in before.iterfind("section/skill"):
        for new in after.iterfind(f"section/skill[@id='{old.get('id')}']"):
            if old.find("measure") is None or new.find("measure") is not None:
                assert marks(new) == marks(old)


BASE = """\
<westmec_lab_checklist code="WM.T.A" demonstrations="2" colour="red">
  <!-- about the whole list -->
  <scale ref="entry-level"/>
  <!-- about the first section -->
  <section title="Isolate">
    <!-- about 01 -->
    <skill id="01" flag="safety" owner="Ana">
      <task>Lock <!-- which lock? -->out</task>
      <!-- about the criterion -->
      <criterion>Own lock</criterion>
      <note>ask Ben</note>
    </skill>
    <!-- about 02 -->
    <skill id="02">
      <task>Tag</task>
      <criterion>Name and date</criterion>
    </skill>
    <!-- last in the section -->
  </section>
  <section title="Verify">
    <skill id="03">
      <task>Try to start</task>
      <criterion>Does not start</criterion>
    </skill>
  </section>
  <validation statement="panel of 2026-03-01"/>
</westmec_lab_checklist>"""


def base():
    return parsed(BASE)


def with_skills(checklist, *groups):
    sections = [
        replace(section, skills=tuple(checklist.find(skill_id) for skill_id in group))
        for section, group in zip(checklist.sections, groups, strict=True)
    ]
    return replace(checklist, sections=tuple(sections))


def test_the_example_is_canonical():
    assert definition_of(etree.fromstring(BASE)) == BASE


def test_an_edit_changes_only_its_own_lines():
    edited = replace(base(), demonstrations=3)
    assert write_checklist(edited, BASE) == BASE.replace('demonstrations="2"', 'demonstrations="3"')


def test_an_edited_line_keeps_its_comments_attributes_and_unknown_parts():
    checklist = base()
    line = replace(checklist.find("01"), criterion=Text("Own lock, own key"))
    section = replace(checklist.sections[0], skills=(line, checklist.find("02")))
    edited = replace(checklist, sections=(section, checklist.sections[1]))
    assert write_checklist(edited, BASE) == BASE.replace("Own lock<", "Own lock, own key<")


def test_a_moved_line_takes_the_comment_before_it_along():
    written = write_checklist(with_skills(base(), ["02"], ["03", "01"]), BASE)
    section = written[written.index('<section title="Verify">') :]
    assert section.index("Try to start") < section.index("<!-- about 01 -->") < section.index('id="01"')
    assert written.index("<!-- about 02 -->") < written.index('id="02"') < written.index("<!-- last in the section -->")


def test_the_comment_before_a_removed_line_stays_and_those_inside_it_go():
    written = write_checklist(with_skills(base(), ["02"], ["03"]), BASE)
    assert "<!-- about 01 -->" in written
    assert "ask Ben" not in written


def test_a_renamed_section_is_still_the_same_section():
    checklist = base()
    first = replace(checklist.sections[0], title=Text("Isolate &amp; lock"))
    written = write_checklist(replace(checklist, sections=(first, checklist.sections[1])), BASE)
    assert written == BASE.replace('title="Isolate"', 'title="Isolate &amp; lock"')


def test_an_empty_section_that_is_renamed_keeps_what_stands_in_it():
    before = BASE.replace('<section title="Verify">', '<section title="Later" room="B2"/><section title="Verify">')
    checklist = parsed(before)
    renamed = replace(checklist.sections[1], title=Text("Soon"))
    edited = replace(checklist, sections=(checklist.sections[0], renamed, checklist.sections[2]))
    assert '<section title="Soon" room="B2"/>' in write_checklist(edited, before)


def test_a_new_section_takes_nothing_from_the_others():
    before = BASE.replace('title="Verify"', 'title="Verify" room="B2"')
    checklist = parsed(before)
    added = Section(Text("First"), (replace(checklist.find("02"), id="09"),))
    written = write_checklist(replace(checklist, sections=(added, *checklist.sections)), before)
    assert written.count("room=") == 1
    assert '<section title="Verify" room="B2">' in written
    assert written.index('title="First"') < written.index("<!-- about the first section -->")


def test_stops_that_say_the_same_keep_what_each_had():
    before = BASE.replace("<note>", '<stop mark="a">Runs</stop><stop mark="b">Runs</stop><note>')
    checklist = parsed(before)
    line = replace(checklist.find("01"), task=Text("Lock"))
    section = replace(checklist.sections[0], skills=(line, checklist.find("02")))
    written = write_checklist(replace(checklist, sections=(section, checklist.sections[1])), before)
    assert '<stop mark="a">Runs</stop>\n      <stop mark="b">Runs</stop>' in written


def test_the_usual_scale_is_named_in_a_new_list_and_not_added_to_one_that_leaves_it_out():
    assert '<scale ref="entry-level"/>' in write_checklist(base())
    without = BASE.replace('  <scale ref="entry-level"/>\n', "")
    assert "<scale" not in write_checklist(replace(parsed(without), demonstrations=3), without)


def test_a_panel_s_validation_is_kept_but_is_no_part_of_the_version():
    line = '  <validation statement="panel of 2026-03-01"/>\n'
    assert line in write_checklist(replace(base(), demonstrations=3), BASE)
    assert digest_of(BASE) == digest_of(BASE.replace(line, ""))


def test_another_scale_replaces_the_old_one():
    assert '<scale ref="pass-fail"/>' in write_checklist(replace(base(), scale=PASS_FAIL), BASE)


def test_a_base_that_is_no_checklist_is_written_over():
    checklist = base()
    assert write_checklist(checklist, "<oops") == write_checklist(checklist, "<problem/>") == write_checklist(checklist)


def test_what_somebody_types_becomes_text_unless_it_is_markup():
    for typed, shown in [
        ("5 < 6 & 7", "5 &lt; 6 &amp; 7"),
        ("<b>bold", "&lt;b&gt;bold"),
        ("90&nbsp;&deg;C &amp; up", "90\u00a0°C &amp; up"),
        ("bell \x07 and null \x00", "bell \ufffd and null \ufffd"),
        ("  two\n words ", "two words"),
        ("</task><stop>x", "&lt;/task&gt;&lt;stop&gt;x"),
        ("<em>now</em>", "<em>now</em>"),
    ]:
        line = replace(base().find("01"), task=Text(typed))
        definition = write_checklist(Checklist("WM.T.A", (Section(Text("A"), (line,)),)))
        assert parsed(definition).find("01").task.default == shown


def test_what_cannot_be_read_in_the_base_is_left_for_the_author():
    broken = BASE.replace('demonstrations="2" colour="red"', 'demonstrations="two" colour="red" dayz="2"')
    checklist = parsed(broken)
    assert checklist.demonstrations == 1
    assert write_checklist(checklist, broken) == broken
    assert 'demonstrations="two"' in write_checklist(replace(checklist, code="WM.T.B"), broken)
    assert 'demonstrations="3"' in write_checklist(replace(checklist, demonstrations=3), broken)
