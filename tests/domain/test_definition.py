"""What a checklist says about its own lines."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cases import checklists, line, listed
from westmec_xblocks.domain.checklist.definition import LineRule, Measure
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted, Refusal, WestmecError


def test_a_line_takes_from_the_list_what_it_does_not_say_itself():
    yearly, monthly = Span(1, "year"), Span(1, "month")
    own = line("b", demonstrations=3, days=1, variants=2, valid_for=monthly)
    checklist = listed(line("a"), own, demonstrations=2, days=2, variants=2, valid_for=yearly)
    assert checklist.rule_for(checklist.find("a")) == LineRule(2, 2, 2, yearly)
    assert checklist.rule_for(own) == LineRule(3, 1, 2, monthly)


@given(checklists())
def test_what_is_inherited_never_asks_for_more_than_there_are_demonstrations(checklist):
    for skill in checklist.skills:
        rule = checklist.rule_for(skill)
        assert 1 <= rule.days <= rule.demonstrations
        assert 1 <= rule.variants <= rule.demonstrations


def test_requirements_are_told_apart_into_here_and_elsewhere():
    checklist = listed(line("a"), line("b", requires=("WM.T.A.a", "WM.X.1")), requires=("WM.E",))
    skill = checklist.find("b")
    assert checklist.requires_here(skill) == ("a",)
    assert checklist.requires_elsewhere(skill) == ("WM.X.1",)
    assert checklist.requires_elsewhere() == ("WM.E",)
    assert checklist.codes_elsewhere == {"WM.X.1", "WM.E"}


def test_a_line_is_found_by_its_id_and_named_elsewhere_by_its_code():
    checklist = listed(line("05"))
    assert checklist.find("05").id == "05"
    assert checklist.find("5") is None
    assert checklist.code_of("05") == "WM.T.A.05"


def test_limits_of_a_measure_are_inclusive_and_may_be_one_sided():
    both, least, most = Measure("V", Decimal(1), Decimal(2)), Measure("V", Decimal(1)), Measure("V", None, Decimal(2))
    values = [Decimal(text) for text in ("0.9", "1", "2.0", "2.1")]
    assert [both.within(value) for value in values] == [False, True, True, False]
    assert [least.within(value) for value in values] == [False, True, True, True]
    assert [most.within(value) for value in values] == [True, True, True, False]


@given(st.sampled_from([WestmecError, NotPermitted, NotFound, Conflict]))
def test_an_error_carries_its_code_its_sentence_and_its_status(kind):
    error = kind(Refusal("off_scale", "“{value}” is not a rating.", {"value": "9"}))
    assert (error.code, str(error)) == ("off_scale", "“9” is not a rating.")
    assert 400 <= error.status < 500
