"""Reading an assessment: a good one has no findings, and everything that is wrong is told where it stands."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from westmec_xblocks.domain.assessment.definition import Feedback, Layout, Level, Status, When
from westmec_xblocks.olx.assessment import (
    TAG,
    parse_assessment,
    write_assessment,
)

GOOD = """\
<westmec_assessment code="WM.T.X" time_limit="60 min" attempts="2" wait="24 h" credit="passed" lock="minimum">
  <title xml:lang="es">Examen</title>
  <instructions>Read it.</instructions>
  <instructions xml:lang="es">Léalo.</instructions>
  <blueprint>
    <domain id="D1" title="Energy control" items="1" apply="1">
      <title xml:lang="es">Control de energía</title>
    </domain>
    <minimum domains="D1" at_least="90%"/>
  </blueprint>
  <form id="A" items="i02"/>
  <bank>
    <stimulus id="s1">
      <p>A motor stops.</p>
    </stimulus>
    <stimulus id="s1" xml:lang="es">
      <p>Un motor para.</p>
    </stimulus>
    <choice id="i01" domain="D1" level="apply" status="scored" stimulus="s1" enemies="i02" align="WM.T.S1.O1">
      <prompt>Which part do you test first?</prompt>
      <prompt xml:lang="es">¿Qué parte prueba primero?</prompt>
      <option id="a">The heater<why>It has not tripped.</why></option>
      <option id="a" xml:lang="es">El relé<why>No ha disparado.</why></option>
      <option id="b" key="true">The contact<why>It alone drops out.</why></option>
      <option id="b" xml:lang="es">El contacto<why>Solo él se abre.</why></option>
      <rationale>It holds the coil.</rationale>
      <rationale xml:lang="es">Retiene la bobina.</rationale>
    </choice>
    <!-- the second -->
    <choice id="i02" domain="D1" level="apply">
      <prompt>What keeps the pump running?</prompt>
      <prompt xml:lang="es">¿Qué mantiene la bomba en marcha?</prompt>
      <option id="a" key="true">The coil<why>It pulls.</why></option>
      <option id="a" xml:lang="es">La bobina<why>Jala.</why></option>
      <option id="b">The lamp<why>It shines.</why></option>
      <option id="b" xml:lang="es">La lámpara<why>Alumbra.</why></option>
      <rationale>It holds.</rationale>
      <rationale xml:lang="es">Retiene.</rationale>
    </choice>
  </bank>
</westmec_assessment>"""


# What is told of a stimulus that has lost its id, its translation, and the item that names it.
NAMELESS = [
    "1 warning translation_missing",
    "13 error stimulus_without_id",
    "16 error original_missing",
    "19 error unknown_stimulus",
]
# What a fixed form is told whose item fits no cell.
OUT = ["11 warning form_not_blueprint", "11 warning form_outside_blueprint"]


def found(old="", new="", *more):
    """The findings after a change, as ``line severity code``."""
    text = GOOD
    for before, after in [(old, new), *more]:
        assert before in text
        text = text.replace(before, after, 1)
    problems = parse_assessment(text).problems
    return [f"{one.line} {one.severity} {one.code}" for one in problems]


def test_a_good_assessment_has_no_findings_and_is_what_it_says():
    parsed = parse_assessment(GOOD)
    assert (parsed.problems, parsed.usable) == ([], True)
    made = parsed.assessment
    assert (made.code, made.cut, made.time_limit, made.attempts) == ("WM.T.X", Fraction(7, 10), timedelta(hours=1), 2)
    assert (made.wait, made.lock, made.shuffle, made.provisional) == (timedelta(hours=24), True, True, True)
    assert made.title.in_language("es") == "Examen"
    assert made.domains[0].levels == {Level.APPLY: 1}
    assert made.domains[0].title.others == {"es": "Control de energía"}
    assert made.minimums[0].at_least == Fraction(9, 10)
    assert made.fixed_form("A").items == ("i02",)
    assert made.stimuli["s1"].others == {"es": "<p>Un motor para.</p>"}
    first = made.by_id["i01"]
    assert (first.kind, first.stimulus, first.enemies, first.align) == ("choice", "s1", ("i02",), ("WM.T.S1.O1",))
    assert (first.level, first.status) == (Level.APPLY, Status.SCORED)
    assert [(option.id, option.key) for option in first.body.options] == [("a", False), ("b", True)]
    assert first.body.options[1].reason.others == {"es": "Solo él se abre."}


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ('attempts="unlimited"', "attempts", None),
        ('cut="72.5%"', "cut", Fraction(725, 1000)),
        ('time_limit="90 s"', "time_limit", timedelta(seconds=90)),
        ('time_limit="1 h 30 min"', "time_limit", timedelta(minutes=90)),
        ('wait="2 days"', "wait", timedelta(days=2)),
        ('feedback="last"', "feedback", Feedback(When.LAST)),
        ('feedback="2027-01-31" keys="shown"', "feedback", Feedback(When.DATE, date(2027, 1, 31), keys=True)),
        ('layout="all"', "layout", Layout.ALL),
        ('options="authored"', "shuffle", False),
        ('lock="minimum"', "lock", True),
    ],
)
def test_settings_are_read_and_written(attributes, field, value):
    definition = f'<{TAG} code="C" {attributes}/>'
    assert getattr(parse_assessment(definition).assessment, field) == value
    assert write_assessment(parse_assessment(definition).assessment).replace(' attempts="1"', "").startswith(
        definition[:-2]
    ) or value in (timedelta(minutes=90),)


# What is wrong, and where.


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # attributes
        ('attempts="2"', 'attempts="two"', ["1 error not_whole"]),
        ('attempts="2"', 'attempts="no limit"', ["1 error attempts_unclear"]),
        ('time_limit="60 min"', 'time_limit="60"', ["1 error amount_unclear"]),
        ('time_limit="60 min"', 'time_limit="soon"', ["1 error amount_unclear"]),
        ('wait="24 h"', 'cut="0.7"', ["1 error share_unclear"]),
        ('wait="24 h"', 'cut="110%"', ["1 error cut_impossible"]),
        ('wait="24 h"', 'feedback="2027-02-31"', ["1 error date_unclear"]),
        ('wait="24 h"', 'feedback="domain"', ["1 error choice_unknown"]),
        ('wait="24 h"', 'time-limit="1 h"', ["1 error attribute_unknown"]),
        ('wait="24 h"', 'colour="red"', ["1 warning attribute_unknown"]),
        ('wait="24 h"', 'keys="shown"', ["1 warning keys_shown"]),
        ('code="WM.T.X" ', "", ["1 error code_missing"]),
        # blueprint
        ('apply="1">', 'apply="2">', [OUT[0], "6 error levels_do_not_sum"]),
        ('items="1" apply="1">', 'items="4" recall="1" apply="1" analyze="1">', [OUT[0], "6 error levels_do_not_sum"]),
        ('items="1" apply="1">', 'items="-1">', ["6 error not_whole", "6 warning domain_empty"]),
        ('at_least="90%"', 'at_least="200%"', ["9 error minimum_impossible"]),
        ('domains="D1" at', 'domains="D1 D2" at', ["9 error minimum_unknown_domain"]),
        ('domains="D1" at', "at", ["9 error minimum_without_domains"]),
        ("    <minimum", '    <domain id="D1" title="b" items="0"/>\n    <minimum', ["6 error id_repeated", "6 warning domain_empty"]),
        ("    <minimum", '    <domain title="b" items="0"/>\n    <minimum', ["5 error domain_without_id", "9 warning domain_empty"]),
        ('    <minimum domains="D1" at_least="90%"/>\n', "", ["1 warning lock_without_minimum"]),
        # forms
        ('items="i02"', 'items="i02 i07"', ["11 error form_unknown_items"]),
        ('items="i02"', 'items="i01 i02"', ["11 warning form_enemies", OUT[0]]),
        ('items="i02"', "", ["11 error form_empty", OUT[0]]),
        ('id="A" ', "", ["1 error form_without_id"]),
        # items
        ('id="i02"', "", ["11 error form_unknown_items", "19 warning unknown_enemy", "30 error item_without_id"]),
        ('id="i02"', 'id="i01"', ["11 error form_unknown_items", "19 warning unknown_enemy", "30 error duplicate_item"]),
        ('id="i02"', 'id="I01"', ["11 error form_unknown_items", "19 warning unknown_enemy", "30 error ids_alike"]),
        ('id="i02"', 'id="i 02"', ["11 error form_unknown_items", "19 warning unknown_enemy", "30 error name_unusable"]),
        ('id="i02" domain="D1"', 'id="i02" domain="D2"', [*OUT, "30 error unknown_domain"]),
        ('id="i02" domain="D1"', 'id="i02"', [*OUT, "30 error item_without_domain"]),
        ('id="i02" domain="D1"', 'id="i02" domain="D1" stimulus="s7"', ["30 error unknown_stimulus"]),
        ('id="i02" domain="D1"', 'id="i02" domain="D1" enemies="i02"', ["30 warning enemy_of_itself"]),
        ('id="i02" domain="D1"', 'id="i02" domain="D1" enemies="i09"', ["30 warning unknown_enemy"]),
        ('id="i02" domain="D1"', 'id="i02" domain="D1" stimulus="s1"', ["19 warning enemies_share_stimulus"]),
        ('"i02" domain="D1" level="apply', '"i02" domain="D1" level="aply', [*OUT, "30 error choice_unknown", "30 warning level_missing"]),
        ("<prompt>What keeps the pump running?</prompt>", "", ["30 error prompt_missing"]),
        ("<rationale>It holds.</rationale>", "", ["30 warning rationale_missing"]),
        ("<prompt>What keeps", "<prompt>Which of these does not keep", ["30 warning negative_stem"]),
        ("The lamp<", "None of the above<", ["30 warning all_of_the_above"]),
        # options
        ('b" key="true"', 'b"', ["19 error no_key"]),
        ('<option id="a">', '<option id="a" key="true">', ["19 error two_keys"]),
        ('id="b">The lamp', 'id="b">The coil', ["30 error options_alike"]),
        ('id="b">The lamp', 'id="a">The lamp', ["30 error duplicate_part", "30 warning translation_missing", "36 error original_missing"]),
        ("<why>It shines.</why>", "", ["30 warning reason_missing"]),
        ("The lamp<why>", "<why>", ["30 error option_empty"]),
        ('b" xml:lang="es">La lámpara', 'c" xml:lang="es">La lámpara', ["30 warning translation_missing", "36 error original_missing"]),
        ('b" xml:lang="es">La lámpara', 'a" xml:lang="es">La lámpara', ["30 warning translation_missing", "36 error text_repeated"]),
        ('b" xml:lang="es">La lámpara', 'b" key="true" xml:lang="es">La lámpara', ["36 warning attribute_on_translation"]),
        ("<why>It shines.</why>", '<why>It.</why><why xml:lang="es">x</why>', ["35 error language_misplaced"]),
        ("The lamp<", "The <b>lamp</b><", ["35 warning markup_unknown"]),
        ("The lamp<", "The <script>lamp</script><", ["35 error active_content"]),
        # texts
        ('<prompt xml:lang="es">¿Qué mantiene la bomba en marcha?</prompt>', "", ["30 warning translation_missing"]),
        ("<rationale>It holds.", "<rationale>x</rationale><rationale>It holds.", ["37 error text_repeated"]),
        ('xml:lang="es">Retiene.<', 'xml:lang="e s">Retiene.<', ["30 warning translation_missing", "38 error language_unclear"]),
        # stimuli
        ('<stimulus id="s1">', "<stimulus>", NAMELESS),
        (' stimulus="s1" ', " ", ["13 warning stimulus_unused"]),
        ('      <title xml:lang="es">Control de energía</title>\n', "", ["1 warning translation_missing"]),
        ('  <title xml:lang="es">Examen</title>\n', "", ["1 warning translation_missing"]),
        ('  <instructions xml:lang="es">Léalo.</instructions>\n', "", ["1 warning translation_missing"]),
        # structure
        ("    <!-- the second -->", "    words", ["12 warning stray_text"]),
        ("    <!-- the second -->", "    <prompt>x</prompt>", ["29 error element_misplaced"]),
        ("    <!-- the second -->", "    <choise/>", ["29 error element_unknown"]),
        ("    <!-- the second -->", "    <riddle/>", ["29 warning element_unknown"]),
        ("  <bank>", "  <bank/>\n  <bank>", ["13 error repeated"]),
        ("  <bank>", '  <validation statement="x"/>\n  <bank>', []),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(old, new, expected):
    assert sorted(set(found(old, new))) == sorted(expected)


def test_a_bank_that_cannot_fill_the_blueprint_says_which_cell_and_by_how_many():
    text = GOOD.replace('  <form id="A" items="i02"/>\n', "")
    text = text.replace('items="1" apply="1"', 'items="5" pilot="1" recall="1" apply="3"')
    told = [str(one.refusal) for one in parse_assessment(text).problems if one.code == "bank_short"]
    assert [line.partition(" Items that")[0] for line in told] == [
        "Domain D1 (recall): of 1 items that a form needs, 1 are missing in the bank.",
        "Domain D1 (apply): of 3 items that a form needs, 2 are missing in the bank.",
        "Domain D1 (analyze): of 1 items that a form needs, 1 are missing in the bank.",
        "Domain D1 (pilot): of 1 items that a form needs, 1 are missing in the bank.",
    ]
