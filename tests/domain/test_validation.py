"""What is wrong, or doubtful, with a checklist."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.cases import line, listed
from westmec_xblocks.domain.checklist.definition import Measure, Section
from westmec_xblocks.domain.checklist.scale import BUILT_IN, ENTRY_LEVEL, PASS_FAIL, Level, Scale
from westmec_xblocks.domain.checklist.validation import SCALE_CODES, validate
from westmec_xblocks.domain.text import Text

GOOD = listed(line("01", "safety"), line("02", requires=("01",)))


def found(checklist):
    return [(problem.severity, problem.refusal.code, problem.skill) for problem in validate(checklist)]


def of_line(**more):
    return found(listed(replace(line("01"), **more)))


def scale(*values, passing="b", floor="b", descending=False, unseen=()):
    levels = tuple(Level(value, Text(value), observed=value not in unseen) for value in values)
    return Scale(levels, passing, floor, descending)


def test_a_good_list_has_no_findings():
    assert found(GOOD) == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_scales_have_no_findings(name):
    assert found(replace(GOOD, scale=BUILT_IN[name])) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": ""}, "code_missing"),
        ({"sections": ()}, "no_skills"),
        ({"demonstrations": 2, "days": 3}, "more_days_than_demonstrations"),
        ({"demonstrations": 2, "variants": 3}, "more_variants_than_demonstrations"),
        ({"requires": ("WM.T.A",)}, "requires_itself"),
        ({"requires": ("01",)}, "requires_unknown"),
        ({"requires": ("WM.T.A.01",)}, "requires_unknown"),
        ({"mean": Decimal("4.1")}, "mean_off_scale"),
        ({"mean": Decimal("0.9")}, "mean_off_scale"),
        ({"mean": Decimal(3), "scale": PASS_FAIL}, "mean_without_numbers"),
    ],
)
def test_a_list_that_cannot_work_is_an_error(change, code):
    assert found(replace(GOOD, **change)) == [("error", code, "")]


def test_other_lists_may_be_required_and_a_mean_at_the_end_of_the_scale():
    assert found(replace(GOOD, requires=("WM.AR5.X",), mean=Decimal(4))) == []


@pytest.mark.parametrize(
    ("change", "severity", "code"),
    [
        ({"task": Text("  ")}, "error", "task_missing"),
        ({"task": Text("", {"es": "Bloquear"}), "criterion": Text("x", {"es": "x"})}, "error", "task_missing"),
        ({"criterion": Text()}, "warning", "criterion_missing"),
        ({"requires": ("01",)}, "error", "requires_itself"),
        ({"requires": ("WM.T.A.01",)}, "error", "requires_itself"),
        ({"requires": ("99",)}, "error", "requires_unknown"),
        ({"requires": ("WM.T.A.99",)}, "error", "requires_unknown"),
        ({"demonstrations": 1, "days": 2}, "error", "more_days_than_demonstrations"),
        ({"demonstrations": 1, "variants": 2}, "error", "more_variants_than_demonstrations"),
        ({"evidence": ("observed", "heard")}, "error", "unknown_evidence"),
        ({"evidence": ("measured",)}, "warning", "measure_missing"),
        ({"measure": Measure("", at_most=Decimal(1))}, "error", "unit_missing"),
        ({"measure": Measure("V")}, "warning", "limits_missing"),
        ({"measure": Measure("V", Decimal(2), Decimal(1))}, "error", "limits_crossed"),
        ({"criterion": Text("x", {"es": "x"})}, "warning", "translation_missing"),
        ({"stops": (Text("x", {"vi": "x"}),)}, "warning", "translation_missing"),
    ],
)
def test_a_line_that_cannot_work_or_may_mislead_is_named(change, severity, code):
    assert of_line(**change) == [(severity, code, "01")]


@pytest.mark.parametrize("flag", ["safety", "quality"])
def test_a_flagged_line_can_never_be_na(flag):
    assert found(listed(line("01", flag, not_applicable="equipment"))) == [("error", "na_on_flagged_line", "01")]


def test_a_limit_may_be_exact():
    assert of_line(measure=Measure("V", Decimal(1), Decimal(1))) == []


def test_inherited_days_never_exceed_a_line_s_own_demonstrations():
    assert found(listed(line("01", demonstrations=1), line("02"), demonstrations=3, days=3, variants=3)) == []


def test_ids_must_be_there_and_differ_in_more_than_capitals():
    codes = found(listed(line("a"), line("a"), line("A"), line("b"), line("")))
    assert [code for code in codes if code[1] != "task_missing"] == [
        ("error", "duplicate_id", "a"),
        ("error", "skill_without_id", ""),
        ("error", "ids_alike", "A"),
    ]


def test_a_circle_of_requirements_is_found_and_a_chain_is_not():
    circle = listed(line("a", requires=("b",)), line("b", requires=("c",)), line("c", requires=("a",)), line("d"))
    assert found(circle) == [("error", "circle", "")]
    assert "a, b, c" in str(validate(circle)[0].refusal)
    assert found(listed(line("a", requires=("b",)), line("b", requires=("c",)), line("c"))) == []


def test_sections_should_have_a_title_and_a_line():
    sections = (Section(Text(), GOOD.sections[0].skills), Section(Text("Later"), ()))
    assert found(replace(GOOD, sections=sections)) == [
        ("warning", "section_untitled", ""),
        ("warning", "section_empty", ""),
    ]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (scale("b"), "scale_too_short"),
        (scale("a", "b", unseen=("a",)), "scale_too_short"),
        (scale("a", "b", "a"), "level_repeated"),
        (scale("a", "b", passing=""), "scale_without_passing"),
        (scale("a", "b", passing="c"), "level_unknown"),
        (scale("a", "b", floor="c"), "level_unknown"),
        (scale("a", "b", "c", floor="a", passing="a", unseen=("a",)), "level_unknown"),
        (scale("a", "b", floor="b", passing="a"), "floor_above_passing"),
        (scale("2", "1", passing="2", floor="2"), "scale_out_of_order"),
        (scale("1", "2", passing="2", floor="2", descending=True), "scale_out_of_order"),
        (scale("1", "1.0", passing="1", floor="1"), "scale_out_of_order"),
    ],
)
def test_a_scale_that_cannot_be_used_is_an_error(made, code):
    codes = {one for _, one, _ in found(replace(GOOD, scale=made))}
    assert code in codes
    assert codes <= SCALE_CODES


def test_errors_come_before_warnings():
    severities = [severity for severity, *_ in found(listed(line("a", criterion=Text()), line("b", task=Text())))]
    assert severities == sorted(severities)


def test_every_sentence_can_be_filled_in():
    bad = listed(
        line("a", "safety", not_applicable="x", requires=("a", "zz"), evidence=("heard",), demonstrations=1, days=2),
        line("a", criterion=Text("x", {"es": "x"}), measure=Measure("V", Decimal(2), Decimal(1))),
        requires=("q",),
        mean=Decimal(9),
        scale=replace(ENTRY_LEVEL, floor="4", ref=""),
    )
    sentences = [str(problem.refusal) for problem in validate(bad)]
    assert len(sentences) > 10
    assert not any("{" in sentence for sentence in sentences)
