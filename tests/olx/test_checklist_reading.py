"""Reading a checklist: the values it stands for, and for everything that is wrong, where and how to mend it."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.olx.trees import elements
from tests.olx.values import annotated, checklists
from westmec_xblocks.domain.checklist.definition import Credit, Flag, Measure, SecondEvaluator
from westmec_xblocks.domain.checklist.scale import BUILT_IN, ENTRY_LEVEL
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import definition_of, digest_of, parse_checklist, write_checklist

SKILL = '<skill id="01"><task>Lock</task><criterion>Own lock</criterion></skill>'


def a_list(inner=f'<section title="A">{SKILL}</section>', attributes='code="WM.T.A"'):
    return f"<westmec_lab_checklist {attributes}>{inner}</westmec_lab_checklist>"


def a_skill(attributes="", inner="<task>Lock</task><criterion>Own lock</criterion>"):
    return a_list(f'<section title="A"><skill id="01" {attributes}>{inner}</skill></section>')


def codes(definition):
    found = parse_checklist(definition).problems
    assert not any("{" in str(finding.refusal) for finding in found), found
    return [(finding.severity, finding.code) for finding in found]


def sentences(definition):
    return [str(finding.refusal) for finding in parse_checklist(definition).problems]


def the_skill(definition):
    return next(parse_checklist(definition).checklist.skills)


# Values.


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


# Values that cannot be read: the mend is named.


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


# Names that we do not know.


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


# Markup.


@pytest.mark.parametrize(
    ("markup", "severity", "code"),
    [
        ("<script>alert(1)</script>", "error", "active_content"),
        ("<p><iframe src='https://x'/></p>", "error", "active_content"),
        ("<SCRIPT>x</SCRIPT>", "error", "active_content"),
        ("<p onclick='x()'>y</p>", "error", "active_content"),
        ("<img src='a.png' alt='' OnError='x()'/>", "error", "active_content"),
        ("<a href='javascript:x()'>y</a>", "error", "unsafe_link"),
        ("<a href=' JaVa&#10;Script:x()'>y</a>", "error", "unsafe_link"),
        ("<a href='java&#9;script:x()'>y</a>", "error", "unsafe_link"),
        ("<a href='data:text/html,x'>y</a>", "error", "unsafe_link"),
        ("<img src='vbscript:x' alt=''/>", "error", "unsafe_link"),
        ("<h3>x</h3>", "warning", "markup_unknown"),
        ("<p style='color:red'>x</p>", "warning", "markup_attribute"),
        ("<img src='a.png'/>", "warning", "image_without_alt"),
    ],
)
@pytest.mark.parametrize("place", ["task", "stop", "criterion"])
def test_markup_that_would_not_be_shown_is_told(markup, severity, code, place):
    texts = {"task": "Lock", "criterion": "Own lock", "stop": "Runs", place: f"see {markup} now"}
    definition = a_skill(inner="".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items()))
    found = parse_checklist(definition).problems
    assert [(finding.severity, finding.code, finding.skill) for finding in found] == [(severity, code, "01")]


@pytest.mark.parametrize(
    "address", ["https://a.b/c:d", " https://a.b", "/static/a.pdf", "a.pdf", "#x", "?q=a:b", "mailto:a@b.c", "tel:+1"]
)
def test_ordinary_links_are_no_finding(address):
    assert codes(a_skill(inner=f"<task>see <a href='{address}'>it</a></task><criterion>c</criterion>")) == []


def test_the_usual_markup_is_no_finding():
    text = (
        "<p class='x'>a <strong>b</strong> <em>c</em> <code>d</code> <sub>e</sub><sup>f</sup><br/></p>"
        "<ul><li>g</li></ul><ol start='2'><li>h</li></ol>"
        "<table><caption>i</caption><thead><tr><th scope='col'>j</th></tr></thead><tbody><tr><td colspan='2'>k</td></tr></tbody></table>"
        "<img src='/static/a.svg' alt='l' width='40'/>"
    )
    assert codes(a_list(f"<instructions>{text}</instructions><section title='A'>{SKILL}</section>")) == []


# Scales.


def a_scale(attributes, levels):
    return a_list(f"<scale {attributes}>{levels}</scale><section title='A'>{SKILL}</section>")


def scale_of(attributes, levels):
    parsed = parse_checklist(a_scale(attributes, levels))
    assert parsed.problems == []
    return parsed.checklist.scale


def in_order(scale):
    return [level.value for level in scale.levels]


NUMBERS = "".join(f'<level value="{value}" label="{value}"/>' for value in (2, 1, 3))
WORDS = '<level value="poor"/><level value="fair"/><level value="good"/>'


def test_numbers_are_put_in_order_whatever_the_author_s_order():
    ascending = scale_of('passing="2"', NUMBERS)
    assert (in_order(ascending), ascending.passing, ascending.floor, ascending.descending) == (
        ["1", "2", "3"],
        "2",
        "2",
        False,
    )
    descending = scale_of('passing="2" floor="3" direction="descending"', NUMBERS)
    assert (in_order(descending), descending.floor, descending.descending) == (["3", "2", "1"], "3", True)


def test_words_run_as_the_author_says():
    assert in_order(scale_of('passing="fair"', WORDS)) == ["poor", "fair", "good"]
    assert in_order(scale_of('passing="fair" order="best-first"', WORDS)) == ["good", "fair", "poor"]
    assert in_order(scale_of('passing="fair" direction="descending"', WORDS)) == ["good", "fair", "poor"]
    assert in_order(scale_of('passing="fair" direction="descending" order="worst-first"', WORDS)) == [
        "poor",
        "fair",
        "good",
    ]


def test_a_level_without_an_observation_comes_first_and_says_so():
    scale = scale_of('passing="2"', f'{NUMBERS}<level value="0" observed="false"><label>Not seen</label></level>')
    assert in_order(scale) == ["0", "1", "2", "3"]
    assert not scale.levels[0].observed


def test_levels_carry_labels_and_descriptions_in_every_language():
    level = '<level value="2"><label>Yes</label><label xml:lang="es">Sí</label><description>Did <em>it</em></description></level>'
    scale = scale_of('passing="2"', f'<level value="1" label="No"/>{level}')
    assert scale.levels[0].label == Text("No")
    assert scale.levels[1].label == Text("Yes", {"es": "Sí"})
    assert scale.levels[1].description == Text("Did <em>it</em>")


def test_a_level_without_a_label_is_called_by_its_value():
    assert scale_of('passing="fair"', WORDS).find("fair").label == Text("fair")


def test_levels_may_be_marked_as_passing_instead():
    marked = WORDS.replace('"fair"', '"fair" passes="true"').replace('"good"', '"good" passes="true"')
    assert scale_of("", marked).passing == "fair"
    assert scale_of("", WORDS.replace('"good"', '"good" passes="true"')).passing == "good"


@pytest.mark.parametrize(
    ("attributes", "levels", "code"),
    [
        ("", "", "scale_empty"),
        ('ref="entry"', "", "scale_unknown"),
        ('ref="entry-level"', WORDS, "scale_ref_and_levels"),
        ('ref="entry-level" passing="4"', "", "scale_ref_and_levels"),
        ("", WORDS, "scale_without_passing"),
        ('passing="great"', WORDS, "level_unknown"),
        ('passing="fair" floor="good"', WORDS, "floor_above_passing"),
        ('passing="fair"', WORDS + '<level value="fair"/>', "level_repeated"),
        ('passing="fair"', WORDS + "<level/>", "level_without_value"),
        ('passing="fair"', WORDS + '<level value="na"/>', "level_value_unusable"),
        ('passing="fair"', WORDS + '<level value="very good"/>', "level_value_unusable"),
        ('passing="fair"', '<level value="fair"/>', "scale_too_short"),
        ('passing="good"', WORDS.replace('"fair"', '"fair" passes="true"'), "passing_contradicted"),
        ("", '<level value="a" passes="true"/><level value="b"/><level value="c" passes="true"/>', "passing_with_gaps"),
        ('passing="fair"', WORDS + '<level value="0" observed="no"/>', "choice_unknown"),
        ('passing="fair" direction="up"', WORDS, "choice_unknown"),
        ('passing="fair"', WORDS.replace('"fair"', '"fair" label="Fair"'), None),
        ('passing="1"', '<level value="1"/><level value="1.0"/>', "scale_out_of_order"),
        ('passing="2"', '<level value="3"/><level value="word"/><level value="2"/>', "scale_out_of_order"),
    ],
)
def test_a_scale_that_cannot_be_used_is_told_at_the_scale(attributes, levels, code):
    found = parse_checklist(a_scale(attributes, levels)).problems
    if code is None:
        assert found == []
        return
    assert code in [finding.code for finding in found if finding.is_error]
    assert all(finding.column > len('<westmec_lab_checklist code="WM.T.A">') for finding in found)


# Places.

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


# What cannot be read at all.


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


def test_a_text_of_50_mb_is_refused_at_once():
    huge = a_skill(inner=f"<task>{'x' * 50_000_000}</task>")
    started = time.perf_counter()
    assert only(huge).code == "too_large"
    assert time.perf_counter() - started < 0.5


def test_two_megabytes_are_counted_in_bytes():
    assert only(a_skill(inner=f"<task>{'é' * 1_100_000}</task>")).code == "too_large"


def test_more_skills_than_anyone_could_rate_are_refused_quickly():
    skills = "".join(f'<skill id="{number}"><task>x</task></skill>' for number in range(30_000))
    started = time.perf_counter()
    assert only(a_list(f"<section title='A'>{skills}</section>")).code == "too_many_skills"
    assert time.perf_counter() - started < 5


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
