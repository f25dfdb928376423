"""Reading a checklist: the values it stands for, and for everything that is wrong, where and how to mend it."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.olx.definitions import SKILL, a_list, a_skill, codes, sentences, the_skill
from westmec_xblocks.domain.checklist.definition import Credit, Flag, Measure, SecondEvaluator
from westmec_xblocks.domain.checklist.scale import BUILT_IN, ENTRY_LEVEL
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import digest_of, parse_checklist


def test_a_whole_list_is_read():
    definition = """
    <westmec_lab_checklist code="WM.AR5.A" demonstrations="2" days="2" variants="2" mean="3.0" second_evaluator="20%"
        requires="WM.AR5.X WM.AR5.Y" valid_for="24 months" credit="passed">
      <title xml:lang="es">Aislar</title>
      <instructions><p>Use the <em>sheet</em>.</p></instructions>
      <instructions xml:lang="es"><p>Use la hoja.</p></instructions>
      <scale ref="five-point"/>
      <section title="Isolate &amp; lock">
        <title xml:lang="es">Aislar y bloquear</title>
        <skill id="05" flag="safety" evidence="observed video" demonstrations="3" days="1" variants="1" align="WM.S1.O2 WM.S1.O3"
            requires="06" valid_for="1 year">
          <task>Isolate</task>
          <task xml:lang="es">Aislar</task>
          <criterion>Stands aside</criterion>
          <stop>Reaches in</stop>
          <stop xml:lang="es">Mete la mano</stop>
          <stop>Runs</stop>
          <measure unit="V" at_least="-0.5" at_most="1.0" readings="6"/>
        </skill>
        <skill id="06" not_applicable="equipment"><task>Try</task><criterion>Off</criterion></skill>
      </section>
    </westmec_lab_checklist>"""
    checklist = parse_checklist(definition).checklist
    assert (checklist.code, checklist.demonstrations, checklist.days, checklist.variants) == ("WM.AR5.A", 2, 2, 2)
    assert (checklist.mean, checklist.credit, checklist.valid_for) == (Decimal("3.0"), Credit.PASSED, Span(24, "month"))
    assert checklist.second_evaluator == SecondEvaluator(Fraction(1, 5))
    assert checklist.requires == ("WM.AR5.X", "WM.AR5.Y")
    assert checklist.scale is BUILT_IN["five-point"]
    assert checklist.title == Text("", {"es": "Aislar"})
    assert checklist.instructions == Text("<p>Use the <em>sheet</em>.</p>", {"es": "<p>Use la hoja.</p>"})
    assert checklist.digest == digest_of(definition)
    assert checklist.sections[0].title == Text("Isolate &amp; lock", {"es": "Aislar y bloquear"})
    first, second = checklist.skills
    assert (first.id, first.flag, first.evidence) == ("05", Flag.SAFETY, ("observed", "video"))
    assert (first.demonstrations, first.days, first.variants, first.valid_for) == (3, 1, 1, Span(1, "year"))
    assert (first.requires, first.align) == (("06",), ("WM.S1.O2", "WM.S1.O3"))
    assert (first.task, first.criterion) == (Text("Isolate", {"es": "Aislar"}), Text("Stands aside"))
    assert first.stops == (Text("Reaches in", {"es": "Mete la mano"}), Text("Runs"))
    assert first.measure == Measure("V", Decimal("-0.5"), Decimal("1.0"), 6)
    assert (second.not_applicable, second.flag) == ("equipment", Flag.ORDINARY)


def test_the_shortest_good_list_has_no_findings_and_the_usual_rules():
    parsed = parse_checklist(a_list())
    assert parsed.problems == []
    assert parsed.usable
    checklist = parsed.checklist
    assert (checklist.demonstrations, checklist.days, checklist.variants, checklist.mean) == (1, None, 1, None)
    assert (checklist.scale, checklist.second_evaluator, checklist.credit) == (ENTRY_LEVEL, None, Credit.LINES)


def test_comments_are_no_part_of_a_text():
    assert the_skill(a_skill(inner="<task>Lock <!-- which? --> out</task>")).task.default == "Lock out"


def test_a_title_may_hold_markup_where_the_attribute_is_plain_text():
    title = '<section title="A &lt; B"><title xml:lang="es">A</title>' + SKILL + "</section>"
    assert parse_checklist(a_list(title)).checklist.sections[0].title == Text("A &lt; B", {"es": "A"})
    markup = "<section><title>A <em>B</em></title>" + SKILL + "</section>"
    assert parse_checklist(a_list(markup)).checklist.sections[0].title == Text("A <em>B</em>")


@pytest.mark.parametrize(
    ("attribute", "value"), [("mean", "3"), ("mean", "3.00"), ("demonstrations", " 2 "), ("second_evaluator", "12.5 %")]
)
def test_small_differences_in_spelling_are_no_finding(attribute, value):
    assert parse_checklist(a_list(attributes=f'code="C" {attribute}="{value}"')).usable


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ('demonstrations="010"', "“10”"),
        ('demonstrations="two"', "“2”"),
        ('demonstrations="2.0"', "“2”"),
        ('demonstrations="+2"', "“2”"),
        ('demonstrations="2 times"', "“2”"),
        ('demonstrations="yes"', "whole number from 1 to 99"),
        ('demonstrations="0"', "whole number from 1 to 99"),
        ('demonstrations="100"', "whole number from 1 to 99"),
        ('demonstrations="-1"', "whole number from 1 to 99"),
        ('demonstrations="1.5"', "whole number from 1 to 99"),
        ('demonstrations="٢"', "whole number from 1 to 99"),
        ('mean="1,5"', "“1.5”"),
        ('mean="2,125"', "“2.125” or “2125”"),
        ('mean="03"', "“3”"),
        ('mean=".5"', "“0.5”"),
        ('mean="3."', "“3”"),
        ('mean="+3"', "“3”"),
        ('mean="3 points"', "“3”"),
        ('mean="\u22123"', "“-3”"),
        ('mean="three"', "a number such as 3.0"),
        ('mean="NaN"', "a number such as 3.0"),
        ('mean="Infinity"', "a number such as 3.0"),
        ('mean="1e2"', "a number such as 3.0"),
        ('mean="1.2.3"', "a number such as 3.0"),
        ('second_evaluator="20"', "“20%”"),
        ('second_evaluator="0.2"', "“20%”"),
        ('second_evaluator="20 percent"', "“20%”"),
        ('second_evaluator="yes"', "“once”"),
        ('second_evaluator="0%"', "leave it out for none"),
        ('second_evaluator="101%"', "leave it out for none"),
        ('second_evaluator="never"', "leave it out for none"),
        ('valid_for="two years"', "“24 months”"),
        ('valid_for="0 days"', "“24 months”"),
        ('credit="pass"', "“passed”"),
        ('credit="Lines"', "“lines”"),
        ('credit="none"', "“lines”, “passed”"),
        ('requires="WM.X, WM.Y"', "“WM.X WM.Y”"),
    ],
)
def test_a_value_that_cannot_be_read_is_an_error_that_names_the_mend(written, mend):
    definition = a_list(attributes=f'code="WM.T.A" {written}')
    parsed = parse_checklist(definition)
    assert len(parsed.problems) == 1
    assert mend in str(parsed.problems[0].refusal)
    assert not parsed.usable
    assert parsed.checklist is not None


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ('flag="Safety"', "“safety”"),
        ('flag="critical"', "“safety”, “quality”"),
        ('days="0"', "whole number"),
        ('valid_for="soon"', "“30 days”"),
        ('evidence="observed, video"', "“observed video”"),
    ],
)
def test_a_skill_s_value_is_told_with_its_skill(written, mend):
    finding = parse_checklist(a_skill(written)).problems[0]
    assert finding.skill == "01"
    assert finding.is_error
    assert mend in str(finding.refusal)


@pytest.mark.parametrize("skill_id", ["a b", "é", "-1", "x" * 51, "a/b", "<a>".replace("<", "&lt;")])
def test_an_id_that_records_cannot_keep_is_an_error(skill_id):
    definition = a_list(f'<section title="A">{SKILL.replace("01", skill_id)}</section>')
    assert ("error", "name_unusable") in codes(definition)


def test_a_mean_off_the_scale_is_shown_but_cannot_be_used():
    parsed = parse_checklist(a_list(attributes='code="WM.T.A" mean="5"'))
    assert parsed.checklist.mean == 5
    assert [finding.code for finding in parsed.problems] == ["mean_off_scale"]
    assert not parsed.usable


@pytest.mark.parametrize(
    ("definition", "severity", "code", "word"),
    [
        (a_list(attributes='code="C" demonstrationss="2"'), "error", "attribute_unknown", "demonstrations"),
        (a_list(attributes='code="C" Days="2"'), "error", "attribute_unknown", "days"),
        (a_list(attributes='code="C" second-evaluator="once"'), "error", "attribute_unknown", "second_evaluator"),
        (a_list(attributes='code="C" colour="red"'), "warning", "attribute_unknown", "colour"),
        (a_list(attributes='code="C" unreadable-weight="ten"'), "error", "field_unreadable", "weight"),
        (a_skill('fllag="safety"'), "error", "attribute_unknown", "flag"),
        (a_skill(inner='<task lang="es">x</task>'), "error", "attribute_unknown", "xml:lang"),
        (a_list(f'<sections title="A">{SKILL}</sections>'), "error", "element_unknown", "section"),
        (a_list(f'<section title="A">{SKILL}</section>{SKILL}'), "error", "element_misplaced", "section"),
        (a_skill(inner="<task>x</task><scale/>"), "error", "element_misplaced", "westmec_lab_checklist"),
        (a_skill(inner="<task>x</task><hint>y</hint>"), "warning", "element_unknown", "hint"),
        (a_skill(inner="<task>x</task>Lock out"), "warning", "stray_text", "Lock out"),
    ],
)
def test_a_misspelt_or_misplaced_name_is_an_error_and_an_unknown_one_a_warning(definition, severity, code, word):
    named = [finding for finding in parse_checklist(definition).problems if finding.code == code]
    assert [finding.severity for finding in named] == [severity]
    assert word in str(named[0].refusal)


def test_names_are_told_as_they_are_written():
    attributes = 'code="C" xmlns:o="urn:o" o:mark="1" xml:id="a"'
    assert [
        one.split(";")[0] for one in sentences(a_list(f"<o:x/><section title='A'>{SKILL}</section>", attributes))
    ] == [
        "<westmec_lab_checklist> has no attribute o:mark",
        "<westmec_lab_checklist> has no attribute xml:id",
        "<westmec_lab_checklist> holds no <o:x>",
    ]


def test_attributes_of_the_platform_are_no_finding():
    attributes = (
        'code="C" url_name="a" display_name="A" weight="3" visible_to_staff_only="true" due="x" xblock-family="y"'
    )
    assert codes(a_list(attributes=attributes)) == []


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<task>a</task><task>b</task>", "text_repeated"),
        ('<task>a</task><task xml:lang="es">b</task><task xml:lang="ES">c</task>', "text_repeated"),
        ('<task>a</task><stop>a</stop><stop xml:lang="es">b</stop><stop xml:lang="es">c</stop>', "text_repeated"),
        ('<task>a</task><task xml:lang="spanish!">b</task>', "language_unclear"),
        ("<task>a</task><measure unit='V'/><measure unit='V'/>", "repeated"),
    ],
)
def test_what_stands_twice_or_in_no_language_is_an_error(inner, code):
    assert ("error", code) in codes(a_skill(inner=inner))


def test_a_translation_of_a_stop_without_its_original_is_doubtful():
    definition = a_skill(
        inner='<task>a</task><criterion>b</criterion><stop xml:lang="es">Corre</stop><stop>Runs</stop>'
    )
    assert ("warning", "original_missing") in codes(definition)
    assert the_skill(definition).stops == (Text("", {"es": "Corre"}), Text("Runs"))


def test_a_stop_that_says_nothing_is_left_out():
    definition = a_skill(inner="<task>a</task><criterion>b</criterion><stop/><stop> </stop>")
    assert codes(definition) == [("warning", "text_empty")] * 2
    assert the_skill(definition).stops == ()
