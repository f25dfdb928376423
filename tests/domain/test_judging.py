"""When a line holds, when credit ends, when the list is passed, and what it scores."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.domain.cases import BEN, CAL, day, line, listed, second, shown, standing
from westmec_xblocks.domain.checklist.definition import Credit, SecondEvaluator
from westmec_xblocks.domain.checklist.facts import Kind, Rating, Reteach, Settlement
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.domain.checklist.scale import FIVE_POINT_INVERTED, PASS_FAIL, Level, Scale
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.text import Text

S, Q, O = line("S", "safety"), line("Q", "quality"), line("O")  # noqa: E741 - the letters that the field uses
NA = line("N", not_applicable="equipment")
MET, NOT_MET = {"S": "met"}, {"S": "not_met"}


def state(checklist, *demonstrations, of="S", **more):
    return standing(checklist, *demonstrations, **more).line(of).state


# Lines.


def test_nothing_shown_is_not_started():
    assert state(listed(S)) is State.NOT_STARTED


def test_a_line_holds_after_its_number_of_counted_demonstrations():
    twice = listed(line("S", "safety", demonstrations=2))
    assert state(twice, shown(1, MET)) is State.IN_PROGRESS
    assert state(twice, shown(1, MET), shown(2, MET)) is State.HOLDS


def test_two_or_more_demonstrations_need_two_dates_unless_said_otherwise():
    twice = listed(S, demonstrations=2)
    same_day = [shown(1, MET), shown(1, MET, hour=15)]
    assert state(twice, *same_day) is State.IN_PROGRESS
    assert state(listed(S, demonstrations=2, days=1), *same_day) is State.HOLDS
    assert state(listed(line("S", "safety", days=1), demonstrations=2), *same_day) is State.HOLDS
    assert (
        state(listed(S, demonstrations=3, days=3), shown(1, MET), shown(2, MET), shown(2, MET, hour=15))
        is State.IN_PROGRESS
    )


def test_variants_are_distinct_conditions_however_they_are_spelt():
    two = listed(S, demonstrations=2, days=1, variants=2)

    def after(*variants):
        return state(two, *(shown(1, MET, hour=9 + hour, variant=variant) for hour, variant in enumerate(variants)))

    assert after("Truck", " truck ") is State.IN_PROGRESS
    assert after("Ford  F150", "ford f150") is State.IN_PROGRESS
    assert after("Truck", "Car") is State.HOLDS


def test_a_demonstration_without_conditions_is_no_second_variant():
    two = listed(S, demonstrations=2, days=1, variants=2)
    assert state(two, shown(1, MET, variant="truck"), shown(1, MET, hour=15)) is State.IN_PROGRESS


def test_the_line_s_own_numbers_go_before_the_list_s():
    mixed = listed(line("S", "safety", demonstrations=1), Q, demonstrations=2)
    judged = standing(mixed, shown(1, {"S": "met", "Q": "3"}))
    assert [one.state for one in judged.lines] == [State.HOLDS, State.IN_PROGRESS]


def test_a_demonstration_below_the_floor_gives_no_line_credit():
    judged = standing(listed(S, Q), shown(1, {"S": "met", "Q": "2"}))
    assert [one.counted for one in judged.lines] == [0, 0]
    assert judged.line("S").state is State.IN_PROGRESS


def test_a_part_of_the_list_credits_only_its_lines():
    judged = standing(listed(S, Q), shown(1, MET))
    assert [one.state for one in judged.lines] == [State.HOLDS, State.NOT_STARTED]
    assert judged.score == Fraction(1, 2)


def test_since_is_the_day_on_which_the_line_came_to_hold():
    judged = standing(listed(S, demonstrations=2), shown(1, MET), shown(3, MET), shown(5, MET))
    assert judged.line("S").since == judged.since == day(3)


# Credit that ends.


def test_a_later_safety_failure_ends_the_earlier_credit_of_what_it_covered():
    judged = standing(listed(S, Q, O), shown(1, {"S": "met", "Q": "3", "O": "3"}), shown(2, {"S": "not_met", "Q": "4"}))
    assert [one.state for one in judged.lines] == [State.CREDIT_ENDED, State.CREDIT_ENDED, State.HOLDS]
    assert [one.ended_on for one in judged.lines] == [day(2), day(2), None]


def test_a_later_stop_ends_it_too():
    judged = standing(listed(S, Q), shown(1, {"S": "met", "Q": "3"}), shown(2, {}, stop="S"))
    assert [one.state for one in judged.lines] == [State.CREDIT_ENDED, State.HOLDS]


def test_an_earlier_safety_failure_ends_nothing_that_comes_later():
    assert state(listed(S), shown(1, NOT_MET), shown(2, MET)) is State.HOLDS


def test_the_order_is_that_of_observation_not_of_recording():
    late_entry = shown(1, NOT_MET, sequence=999)
    assert state(listed(S), shown(2, MET, sequence=1), late_entry) is State.HOLDS


def test_after_ended_credit_the_line_holds_again_only_with_its_full_number():
    twice = listed(S, demonstrations=2)
    failed = [shown(1, MET), shown(2, MET), shown(3, NOT_MET), shown(4, MET)]
    assert state(twice, *failed) is State.CREDIT_ENDED
    assert standing(twice, *failed, shown(5, MET)).line("S").ended_on is None
    assert state(twice, *failed, shown(5, MET)) is State.HOLDS


def test_a_re_teach_does_not_bring_ended_credit_back():
    stopped = shown(2, {}, stop="S")
    taught = (Reteach(stopped.id, shown(3, {}).observed_at, BEN),)
    assert state(listed(S), shown(1, MET), stopped, reteaches=taught) is State.CREDIT_ENDED


def test_ordinary_and_quality_failures_end_no_credit():
    judged = standing(listed(Q, O), shown(1, {"Q": "3", "O": "3"}), shown(2, {"Q": "1", "O": "1"}))
    assert all(one.state is State.HOLDS for one in judged.lines)


def test_a_failed_practice_ends_no_credit():
    assert state(listed(S), shown(1, MET), shown(2, {}, stop="S", kind=Kind.PRACTICE)) is State.HOLDS


# Not applicable.


def test_a_line_that_is_not_applicable_leaves_the_denominator_and_keeps_its_reason():
    judged = standing(listed(S, NA), shown(1, {"S": "met", "N": Rating("na", reason="no lift here")}))
    assert judged.line("N").state is State.NOT_ASSESSED
    assert judged.line("N").reason == "no lift here"
    assert (judged.score, judged.passed) == (1, True)


def test_na_counts_only_on_lines_marked_for_it():
    assert state(listed(S, O), shown(1, {"S": "met", "O": "na"}), of="O") is State.NOT_STARTED


def test_a_list_of_which_nothing_was_assessed_is_not_passed():
    judged = standing(listed(NA), shown(1, {"N": Rating("na", reason="none")}))
    assert (judged.passed, judged.score) == (False, 0)


def test_a_line_shown_after_all_is_assessed_again():
    na = shown(1, {"N": Rating("na", reason="in repair")})
    assert state(listed(NA), na, shown(2, {"N": "3"}), of="N") is State.HOLDS
    assert state(listed(NA), na, shown(2, {"N": "1"}), of="N") is State.IN_PROGRESS


def test_a_line_seen_in_an_unsafe_attempt_no_longer_counts_as_not_applicable():
    na = shown(1, {"S": "met", "N": Rating("na", reason="in repair")})
    judged = standing(listed(S, NA), na, shown(2, {"S": "not_met", "N": "3"}))
    assert judged.line("N").state is not State.NOT_ASSESSED


def test_a_rating_that_still_waits_does_not_bring_the_line_back_yet():
    na = shown(1, {"N": Rating("na", reason="in repair")})
    waiting = shown(2, {"N": "3"}, paired=True)
    assert state(listed(NA), na, waiting, of="N") is State.NOT_ASSESSED
    assert state(listed(NA), na, waiting, of="N", second_ratings=[second(waiting, {"N": "3"})]) is State.HOLDS


def test_a_line_that_holds_already_is_not_taken_away_by_na():
    na = shown(2, {"N": Rating("na", reason="in repair")})
    assert state(listed(NA), shown(1, {"N": "3"}), na, of="N") is State.HOLDS


# The mean.


def means(*levels, mean=None, **more):
    ordinary = [line(f"O{number}") for number in range(len(levels))]
    ratings = {f"O{number}": level for number, level in enumerate(levels)}
    return standing(listed(*ordinary, mean=mean, **more), shown(1, ratings))


def test_the_mean_of_ordinary_lines_must_reach_three_on_the_usual_scale():
    assert means("2", "4").passed
    judged = means("2", "3")
    assert (judged.mean, judged.mean_reached, judged.passed, judged.score) == (Fraction(5, 2), False, False, 1)


def test_an_author_may_ask_for_another_mean():
    assert means("2", "3", mean=Decimal("2.5")).passed
    assert not means("3", "4", mean=Decimal("3.6")).passed


def test_the_mean_is_exact():
    assert means("3", "3", "4", mean=Decimal("3.3333333333")).passed
    assert not means("3", "3", "4", mean=Decimal("3.3333333334")).passed


def test_the_latest_counted_levels_make_the_mean():
    judged = standing(listed(O), shown(1, {"O": "4"}), shown(2, {"O": "2"}))
    assert (judged.mean, judged.passed) == (2, False)
    later_but_not_counted = shown(3, {"O": "1"})
    assert standing(listed(O), shown(1, {"O": "4"}), later_but_not_counted).mean == 4


def test_safety_quality_and_na_lines_are_not_in_the_mean():
    judged = standing(
        listed(S, Q, O, NA), shown(1, {"S": "met", "Q": "4", "O": "3", "N": Rating("na", reason="none here")})
    )
    assert judged.mean == 3


def test_without_numeric_ordinary_lines_the_mean_is_satisfied():
    assert standing(listed(S, Q), shown(1, {"S": "met", "Q": "3"})).mean_reached
    assert standing(listed(O, scale=PASS_FAIL), shown(1, {"O": "pass"})).passed


def test_where_one_is_best_the_mean_must_be_low_enough():
    def inverted(*levels):
        return means(*levels, scale=FIVE_POINT_INVERTED)

    assert inverted("1", "3").passed
    assert not inverted("2", "3").passed


# Second evaluator.

BOTH = listed(S, Q, second_evaluator=SecondEvaluator(Fraction(1)))
PAIR = shown(1, {"S": "met", "Q": "3"}, paired=True)


def test_one_counted_demonstration_must_be_rated_by_two():
    alone = standing(BOTH, shown(1, {"S": "met", "Q": "3"}))
    assert (alone.second_needed, alone.second_done, alone.passed) == (True, False, False)
    rated = standing(BOTH, PAIR, second_ratings=[second(PAIR, {"S": "met", "Q": "3"})])
    assert (rated.second_done, rated.passed) == (True, True)


def test_a_double_rated_demonstration_that_does_not_count_is_not_enough():
    single = shown(2, {"S": "met", "Q": "3"})
    judged = standing(BOTH, PAIR, single, second_ratings=[second(PAIR, {"S": "met", "Q": "1"})])
    assert (judged.second_done, judged.passed) == (False, False)


@pytest.mark.parametrize("drawn", [True, False])
def test_a_share_asks_it_only_of_learners_who_were_drawn(drawn):
    some = listed(S, second_evaluator=SecondEvaluator(Fraction(1, 5)))
    assert standing(some, shown(1, MET), needs_second=drawn).passed is not drawn


def test_a_draw_means_nothing_on_a_list_without_second_evaluator():
    assert standing(listed(S), shown(1, MET), needs_second=True).passed


def test_credit_waits_while_two_evaluators_disagree():
    disagree = {"second_ratings": [second(PAIR, {"S": "not_met", "Q": "3"})]}
    assert state(BOTH, PAIR, **disagree) is State.WAITING
    met = [Settlement(PAIR.id, CAL, {"S": True}, "film")]
    not_met = [Settlement(PAIR.id, CAL, {"S": False}, "film")]
    assert standing(BOTH, PAIR, **disagree, settlements=met).passed
    assert state(BOTH, PAIR, **disagree, settlements=not_met) is State.IN_PROGRESS


def test_what_waits_from_before_a_stop_is_no_longer_waited_for():
    judged = standing(listed(S), shown(1, MET, paired=True), shown(2, {}, stop="S"))
    assert judged.line("S").state is State.IN_PROGRESS


# Requirements, validity, versions, credit.


def test_a_line_with_enough_credit_waits_for_the_line_that_it_requires():
    needs = listed(S, line("Q", "quality", requires=("S",)))
    assert state(needs, shown(1, {"Q": "3"}), of="Q") is State.REQUIREMENT_OPEN
    assert state(needs, shown(1, {"Q": "3"}), shown(2, MET), of="Q") is State.HOLDS


def test_a_line_of_the_list_may_be_required_by_its_full_code():
    needs = listed(S, line("Q", "quality", requires=("WM.T.A.S",)))
    assert needs.requires_here(needs.find("Q")) == ("S",)
    assert needs.codes_elsewhere == frozenset()
    assert state(needs, shown(1, {"Q": "3"}), of="Q") is State.REQUIREMENT_OPEN


def test_a_requirement_is_passed_on_along_the_chain():
    chain = listed(S, line("Q", "quality", requires=("S",)), line("O", requires=("Q",)))
    judged = standing(chain, shown(1, {"Q": "3", "O": "3"}))
    assert [one.state for one in judged.lines] == [State.NOT_STARTED, State.REQUIREMENT_OPEN, State.REQUIREMENT_OPEN]


def test_a_sign_off_expires_after_its_last_day():
    yearly = listed(S, valid_for=Span(1, "year"))
    judged = standing(yearly, shown(1, MET))
    last = judged.line("S").valid_until
    assert last == judged.valid_until == day(1).replace(year=2027)
    assert judged.is_passed(last)
    assert not judged.is_passed(last.replace(day=last.day + 1))
    assert not judged.line("S").holds(last.replace(day=last.day + 1))


def test_a_list_is_valid_as_long_as_its_first_sign_off_to_expire():
    mixed = listed(line("S", "safety", valid_for=Span(2, "year")), line("Q", "quality", valid_for=Span(1, "year")), O)
    judged = standing(mixed, shown(1, {"S": "met", "Q": "3", "O": "3"}))
    assert judged.valid_until == judged.line("Q").valid_until == day(1).replace(year=2027)


def test_a_demonstration_within_the_span_renews_it():
    monthly = listed(S, demonstrations=2, valid_for=Span(30, "day"))
    judged = standing(monthly, shown(1, MET), shown(5, MET), shown(30, MET))
    assert judged.line("S").valid_until == day(60)


def test_after_expiry_the_full_number_is_asked_for_again():
    monthly = listed(S, demonstrations=2, valid_for=Span(30, "day"))
    lapsed = [shown(1, MET), shown(2, MET), shown(40, MET)]
    assert state(monthly, *lapsed) is State.IN_PROGRESS
    assert state(monthly, *lapsed, shown(41, MET)) is State.HOLDS


def test_demonstrations_too_far_apart_do_not_add_up():
    monthly = listed(S, demonstrations=2, valid_for=Span(30, "day"))
    assert state(monthly, shown(1, MET), shown(40, MET)) is State.IN_PROGRESS


def test_who_passed_an_earlier_version_keeps_the_pass():
    first = listed(S, digest="v1")
    today = listed(S, Q, digest="v2")
    judged = standing(today, shown(1, MET, rated_by=first))
    assert (judged.passed, judged.digest) == (True, "v1")


def test_of_several_versions_that_were_passed_the_newest_is_named():
    first, next_one = listed(S, digest="v1"), listed(S, Q, digest="v2")
    today = listed(S, Q, O, digest="v3")
    judged = standing(
        today, shown(1, {"S": "met", "Q": "3"}, rated_by=first), shown(2, {"S": "met", "Q": "3"}, rated_by=next_one)
    )
    assert (judged.passed, judged.digest) == (True, "v2")


def test_who_had_not_passed_keeps_what_can_still_be_compared():
    first = listed(S, O, line("X"), digest="v1")
    today = listed(S, line("O", "quality"), line("X"), line("Y"), digest="v2")
    judged = standing(today, shown(1, {"S": "met", "O": "3"}, rated_by=first))
    assert judged.digest == "v2"
    assert [one.state for one in judged.lines] == [State.HOLDS, *[State.NOT_STARTED] * 3]


def test_levels_of_another_scale_are_not_compared_but_safety_is():
    words = Scale((Level("no", Text("No")), Level("3", Text("Yes"))), "3", "3")
    first = listed(S, O, line("X"), scale=words, digest="v1")
    judged = standing(listed(S, O, line("X"), digest="v2"), shown(1, {"S": "met", "O": "3"}, rated_by=first))
    assert [one.state for one in judged.lines][:2] == [State.HOLDS, State.NOT_STARTED]


def test_a_later_safety_failure_ends_a_pass_of_an_earlier_version_too():
    first, today = listed(S, digest="v1"), listed(S, Q, digest="v2")
    judged = standing(today, shown(1, MET, rated_by=first), shown(2, NOT_MET, rated_by=today))
    assert not judged.passed


def test_all_or_nothing_credit_scores_only_a_pass():
    strict = listed(S, Q, credit=Credit.PASSED)
    assert standing(strict, shown(1, MET)).score == 0
    assert standing(strict, shown(1, {"S": "met", "Q": "3"})).score == 1


def test_an_unknown_line_has_no_standing():
    with pytest.raises(KeyError):
        standing(listed(S)).line("Z")


def test_after_an_earlier_versions_pass_has_expired_a_new_start_is_judged_by_todays_list():
    before = listed(line("a"), valid_for=Span(10, "day"), digest="v1")
    today = listed(line("a"), line("b"), valid_for=Span(10, "day"), digest="v2")
    old = shown(1, {"a": "3"}, rated_by=before)
    assert standing(today, old).digest == "v1"
    anew = standing(today, old, shown(20, {"a": "3"}, rated_by=today))
    assert (anew.digest, anew.passed, anew.line("a").state, anew.line("b").state) == (
        "v2",
        False,
        State.HOLDS,
        State.NOT_STARTED,
    )


def test_a_double_rating_whose_credit_has_ended_does_not_stand_for_the_second_evaluator():
    checklist = listed(line("s", "safety"), second_evaluator=SecondEvaluator(Fraction(1)))
    pair = shown(1, {"s": "met"}, paired=True)
    seconds = [second(pair, {"s": "met"})]
    assert standing(checklist, pair, second_ratings=seconds).passed
    later = standing(checklist, pair, shown(2, {"s": "not_met"}), shown(3, {"s": "met"}), second_ratings=seconds)
    assert (later.line("s").state, later.second_done, later.passed) == (State.HOLDS, False, False)
