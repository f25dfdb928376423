"""When a demonstration counts."""

import pytest

from tests.domain.cases import ANA, BEN, CAL, history, line, listed, second, shown
from westmec_xblocks.domain.checklist.facts import Kind, Rating, Settlement
from westmec_xblocks.domain.checklist.outcomes import Why, judge_demonstration
from westmec_xblocks.domain.checklist.scale import ENTRY_LEVEL, PASS_FAIL, Level, Scale
from westmec_xblocks.domain.text import Text

LIST = listed(line("S", "safety"), line("Q", "quality"), line("O", not_applicable="equipment"))


def outcome(ratings, *, checklist=LIST, second_ratings=(), settlements=(), **more):
    demonstration = shown(1, ratings, **more)
    happened = history(demonstration, second_ratings=second_ratings, settlements=settlements)
    return judge_demonstration(checklist, demonstration, happened)


@pytest.mark.parametrize(
    ("ratings", "why_not", "lines"),
    [
        ({"S": "met", "Q": "3", "O": "2"}, None, ()),
        ({"S": "met"}, None, ()),
        ({"S": "not_met", "Q": "4", "O": "4"}, Why.BELOW_FLOOR, ("S",)),
        ({"S": "met", "Q": "2", "O": "4"}, Why.BELOW_FLOOR, ("Q",)),
        ({"S": "met", "Q": "3", "O": "1"}, Why.BELOW_FLOOR, ("O",)),
        ({"S": "not_met", "Q": "1", "O": "1"}, Why.BELOW_FLOOR, ("S", "Q", "O")),
        ({"Q": "0", "O": "0"}, Why.NOTHING_OBSERVED, ()),
        ({"O": "na"}, Why.NOTHING_OBSERVED, ()),
        ({}, Why.NOTHING_OBSERVED, ()),
    ],
)
def test_it_counts_when_every_line_that_was_seen_reaches_its_floor(ratings, why_not, lines):
    judged = outcome(ratings)
    assert (judged.why_not, judged.lines, judged.counts) == (why_not, lines, why_not is None)


def test_a_line_not_observed_counts_neither_way():
    assert outcome({"S": "met", "Q": "0", "O": "0"}).counts


def test_on_a_binary_scale_the_floor_is_to_pass():
    binary = listed(line("O"), line("Q", "quality"), scale=PASS_FAIL)
    assert outcome({"O": "pass", "Q": "pass"}, checklist=binary).counts
    assert outcome({"O": "fail", "Q": "pass"}, checklist=binary).lines == ("O",)


@pytest.mark.parametrize("kind", [Kind.PRACTICE, Kind.PEER, Kind.SELF])
def test_practice_peer_and_self_scored_runs_never_count(kind):
    judged = outcome({"S": "not_met", "Q": "4"}, kind=kind)
    assert judged.why_not is Why.NOT_EVALUATED
    assert not judged.ends_credit


def test_a_stop_ends_the_credit_of_the_lines_it_covered_and_of_its_own():
    judged = outcome({"Q": "4", "O": "0"}, stop="S")
    assert (judged.why_not, judged.lines, judged.ends_credit) == (Why.STOPPED, ("S",), {"Q", "S"})


def test_safety_not_met_ends_the_credit_of_every_line_the_demonstration_covered():
    assert outcome({"S": "not_met", "Q": "4", "O": "0"}).ends_credit == {"S", "Q"}


def test_below_the_floor_without_a_safety_failure_ends_no_credit():
    assert outcome({"S": "met", "Q": "1", "O": "1"}).ends_credit == frozenset()


def test_a_level_that_happens_to_be_called_not_met_is_no_safety_failure():
    levels = (Level("not_met", Text("Not met")), Level("met", Text("Met")))
    binary = listed(line("S", "safety"), line("O"), scale=Scale(levels, "met", "met"))
    judged = outcome({"S": "met", "O": "not_met"}, checklist=binary)
    assert judged.why_not is Why.BELOW_FLOOR
    assert judged.ends_credit == frozenset()


# Two evaluators.

PAIRED = shown(1, {"S": "met", "Q": "4", "O": "3"}, paired=True)


def paired(second_values, **more):
    happened = history(PAIRED, second_ratings=[second(PAIRED, second_values)] if second_values else [], **more)
    return judge_demonstration(LIST, PAIRED, happened)


def settled(decision):
    return [Settlement(PAIRED.id, CAL, {"S": decision}, "watched the film")]


def test_a_paired_demonstration_waits_for_the_second_evaluator():
    judged = paired(None)
    assert (judged.why_not, judged.waits, judged.double_rated) == (Why.AWAITS_SECOND, True, False)


def test_when_both_agree_it_counts_and_is_double_rated():
    judged = paired({"S": "met", "Q": "4", "O": "3"})
    assert judged.counts
    assert judged.double_rated


def test_the_worse_of_two_ratings_stands():
    judged = paired({"S": "met", "Q": "2", "O": "4"})
    assert {name: rating.value for name, rating in judged.ratings.items()} == {"S": "met", "Q": "2", "O": "3"}
    assert judged.lines == ("Q",)


def test_a_disagreement_on_a_safety_line_waits_for_a_third():
    judged = paired({"S": "not_met", "Q": "4", "O": "3"})
    assert (judged.why_not, judged.lines, judged.waits) == (Why.AWAITS_SETTLEMENT, ("S",), True)
    assert judged.ends_credit == frozenset()


@pytest.mark.parametrize("decision", [True, False])
def test_the_third_evaluator_s_decision_stands(decision):
    judged = paired({"S": "not_met", "Q": "4", "O": "3"}, settlements=settled(decision))
    assert judged.counts is decision
    assert judged.ends_credit == (frozenset() if decision else {"S", "Q", "O"})
    assert judged.double_rated


def test_the_originals_are_kept():
    paired({"S": "not_met", "Q": "1", "O": "3"}, settlements=settled(True))
    assert {name: rating.value for name, rating in PAIRED.ratings.items()} == {"S": "met", "Q": "4", "O": "3"}


def test_a_line_that_only_one_of_them_saw_keeps_that_rating():
    judged = paired({"S": "met", "Q": "0", "O": "2"})
    assert judged.ratings["Q"].value == "4"
    first = shown(1, {"S": "met", "Q": "0"}, paired=True)
    other = judge_demonstration(LIST, first, history(first, second_ratings=[second(first, {"S": "met", "Q": "3"})]))
    assert other.ratings["Q"].value == "3"


def test_a_demonstration_is_judged_by_the_version_it_was_rated_against():
    lenient = listed(line("S", "safety"), line("Q"), digest="v0")
    assert outcome({"S": "met", "Q": "2"}, rated_by=lenient).counts
    assert not outcome({"S": "met", "Q": "2"}).counts


def test_a_rating_off_the_scale_is_no_observation():
    assert outcome({"Q": "9", "S": "3"}).why_not is Why.NOTHING_OBSERVED
    assert ENTRY_LEVEL.find("9") is None


def test_who_evaluated_changes_nothing():
    assert outcome({"S": "met"}, evaluator=ANA).counts == outcome({"S": "met"}, evaluator=BEN).counts


def test_readings_and_notes_do_not_change_what_counts():
    assert outcome({"S": Rating("met", note="slow but sure")}).counts
