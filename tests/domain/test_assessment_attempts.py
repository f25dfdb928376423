"""The rules of attempts: who may start when, how long an attempt runs, and which attempt the grade is taken from."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.assessment.attempts import (
    GRACE,
    Accommodation,
    Break,
    Clock,
    Ledger,
    Past,
    allowed_attempts,
    clock_of,
    counted_result,
    grade,
    is_complete,
    is_locked,
    is_passed,
    next_start,
    refusals_to_start,
    window_end,
)
from westmec_xblocks.domain.assessment.definition import Assessment, Completion, Counted, Credit, Minimum
from westmec_xblocks.domain.assessment.scoring import MinimumResult, Result

START = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EXAM = Assessment("X", time_limit=HOUR, attempts=2, wait=timedelta(hours=24))


def result(earned=7, minimum_met=True):
    minimum = MinimumResult(("D1",), Fraction(9 if minimum_met else 0), 10, 9)
    return Result(Fraction(earned), 10, 7, (), (minimum,), {})


def past(number=1, *, started=START, closed=START + HOUR, earned=7, minimum_met=True):
    return Past(number, started, closed, result(earned, minimum_met) if closed else None)


def codes(assessment, ledger, now):
    return [refusal.code for refusal in refusals_to_start(assessment, ledger, now)]


# Starting.


def test_a_first_attempt_may_start_at_once():
    assert codes(EXAM, Ledger(), START) == []


def test_nobody_starts_a_second_attempt_while_one_is_open():
    ledger = Ledger((past(closed=None),))
    assert ledger.open == ledger.past[0]
    assert codes(EXAM, ledger, START + HOUR) == ["attempt_open"]


def test_attempts_are_used_up_and_given_anew():
    two = (past(1), past(2))
    later = START + timedelta(days=3)
    assert codes(EXAM, Ledger(two), later) == ["no_attempt_left"]
    assert codes(EXAM, Ledger(two, extra=1), later) == []
    assert codes(EXAM, Ledger(two, Accommodation(extra_attempts=1)), later) == []
    assert allowed_attempts(EXAM, Ledger((), Accommodation(extra_attempts=2), 3)) == 7
    assert allowed_attempts(Assessment("X", attempts=None), Ledger(extra=3)) is None
    assert codes(Assessment("X", attempts=None), Ledger(two * 50), later) == []


def test_the_wait_is_over_to_the_second():
    ledger = Ledger((past(),))
    over = START + HOUR + timedelta(hours=24)
    assert next_start(EXAM, ledger) == over
    assert codes(EXAM, ledger, over - timedelta(seconds=1)) == ["too_early"]
    assert codes(EXAM, ledger, over) == []
    assert next_start(Assessment("X"), ledger) is None
    assert next_start(EXAM, Ledger()) is None


def test_the_wait_counts_from_the_last_attempt_that_was_closed_whatever_its_number():
    ledger = Ledger((past(1, closed=START + timedelta(hours=30)), past(2, closed=START + HOUR)), extra=5)
    assert next_start(EXAM, ledger) == START + timedelta(hours=54)


@given(st.integers(0, 72), st.integers(-12, 14))
def test_times_are_the_same_in_every_zone(hours, offset):
    zone = timezone(timedelta(hours=offset))
    ledger = Ledger((past(),))
    elsewhere = Ledger((Past(1, START.astimezone(zone), (START + HOUR).astimezone(zone), result()),))
    now = START + timedelta(hours=hours)
    assert codes(EXAM, ledger, now) == codes(EXAM, elsewhere, now.astimezone(zone))


def test_nobody_starts_before_it_opens_or_after_it_is_due_unless_the_window_is_longer():
    due = START + timedelta(days=7)
    assert codes(EXAM, Ledger(opens=START + HOUR), START) == ["not_open_yet"]
    assert codes(EXAM, Ledger(due=due), due - MINUTE) == []
    assert codes(EXAM, Ledger(due=due), due) == ["closed"]
    longer = Accommodation(window=timedelta(days=2))
    assert codes(EXAM, Ledger((), longer, due=due), due + timedelta(days=1)) == []
    assert codes(EXAM, Ledger((), longer, due=due), due + timedelta(days=2)) == ["closed"]
    assert window_end(Ledger((), longer)) is None


def test_a_missed_minimum_locks_until_a_reteach_is_recorded_after_it():
    locked = Assessment("X", attempts=5, lock=True, minimums=(Minimum(("D1",), Fraction(9, 10)),))
    ledger = Ledger((past(minimum_met=False),))
    later = START + timedelta(days=2)
    assert codes(locked, ledger, later) == ["reteach_needed"]
    assert codes(EXAM, ledger, later) == []
    for retaught, code in [(START, ["reteach_needed"]), (START + HOUR, []), (later, [])]:
        assert codes(locked, Ledger(ledger.past, retaught=retaught), later) == code
    again = Ledger((*ledger.past, past(2, closed=later, minimum_met=False)), retaught=START + HOUR)
    assert is_locked(locked, again)
    assert not is_locked(locked, Ledger((past(minimum_met=True),)))
    assert not is_locked(locked, Ledger((past(closed=None),)))


def test_every_reason_is_told_at_once():
    ledger = Ledger((past(1), past(2)), due=START, opens=START + timedelta(days=9))
    assert codes(EXAM, ledger, START + HOUR) == ["no_attempt_left", "too_early", "not_open_yet", "closed"]


# The clock.


def test_the_limit_is_the_authors_times_the_learners_factor():
    clock = clock_of(EXAM, Accommodation(Fraction(3, 2), 10 * MINUTE), started=START, due=None)
    assert (clock.limit, clock.granted_breaks, clock.closes) == (90 * MINUTE, 10 * MINUTE, None)
    assert clock.ends(START) == START + 90 * MINUTE
    assert clock_of(Assessment("X"), Accommodation(Fraction(2)), started=START, due=None).ends(START) is None
    due = clock_of(EXAM, Accommodation(window=HOUR), started=START, due=START + 10 * MINUTE)
    assert due.ends(START) == START + HOUR


@given(st.integers(-10_000, 10_000))
def test_time_is_up_at_the_end_and_answers_are_taken_within_a_short_grace(seconds):
    clock = Clock(START, HOUR)
    now = START + timedelta(seconds=seconds)
    assert clock.is_over(now) == (seconds >= 3600)
    assert clock.takes(now) == (seconds < 3600 + GRACE.total_seconds())


def test_a_clock_that_is_set_back_gives_no_more_time():
    clock = Clock(START, HOUR, 10 * MINUTE, (Break(START + 10 * MINUTE),))
    for back in (START - timedelta(days=1), START, START + 5 * MINUTE):
        assert clock.ends(back) == START + HOUR
        assert not clock.is_over(back)
    assert clock.break_left(START) == 10 * MINUTE


def test_without_limit_and_window_time_is_never_up():
    clock = Clock(START, None)
    assert clock.ends(START + timedelta(days=999)) is None
    assert clock.takes(START + timedelta(days=999))
    assert not clock.is_over(START + timedelta(days=999))


def test_a_window_ends_an_attempt_before_its_limit_and_a_break_does_not_move_it():
    clock = Clock(START, HOUR, HOUR, (Break(START, START + 30 * MINUTE),), START + 40 * MINUTE)
    assert clock.ends(START + 31 * MINUTE) == START + 40 * MINUTE
    assert Clock(START, None, closes=START + MINUTE).ends(START) == START + MINUTE


def test_a_break_puts_the_end_off_by_what_was_taken_and_no_more_than_was_granted():
    taken = (Break(START + 10 * MINUTE, START + 14 * MINUTE),)
    clock = Clock(START, HOUR, 10 * MINUTE, taken)
    assert clock.ends(START + 20 * MINUTE) == START + 64 * MINUTE
    assert clock.break_left(START + 20 * MINUTE) == 6 * MINUTE
    long = Clock(START, HOUR, 10 * MINUTE, (*taken, Break(START + 30 * MINUTE, START + 50 * MINUTE)))
    assert long.ends(START + 55 * MINUTE) == START + 70 * MINUTE
    assert long.break_left(START + 55 * MINUTE) == timedelta()


def test_the_clock_stands_still_during_a_break_until_it_is_used_up():
    clock = Clock(
        START, HOUR, 10 * MINUTE, (Break(START + 10 * MINUTE, START + 14 * MINUTE), Break(START + 20 * MINUTE))
    )
    assert clock.on_break(START + 25 * MINUTE)
    assert clock.ends(START + 25 * MINUTE) == START + 69 * MINUTE
    assert not clock.on_break(START + 26 * MINUTE)
    assert clock.ends(START + 40 * MINUTE) == START + 70 * MINUTE
    assert not Clock(START, HOUR, 10 * MINUTE).on_break(START)
    assert not Clock(START, HOUR, timedelta(), (Break(START),)).on_break(START)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=4),
    st.integers(0, 30),
    st.lists(st.integers(-10, 200), min_size=2, max_size=2),
)
def test_the_end_never_comes_nearer_as_time_goes_by(spans, granted, moments):
    taken, at = [], START
    for wait, length in spans:
        taken.append(Break(at + wait * MINUTE, at + (wait + length) * MINUTE))
        at = taken[-1].ended
    clock = Clock(START, HOUR, granted * MINUTE, tuple(taken))
    early, late = sorted(START + minutes * MINUTE for minutes in moments)
    assert clock.ends(early) <= clock.ends(late) <= START + HOUR + granted * MINUTE
    assert timedelta() <= clock.break_left(late) <= granted * MINUTE


# The grade.


@pytest.mark.parametrize(("counted", "earned"), [(Counted.BEST, 9), (Counted.LAST, 5), (Counted.FIRST, 6)])
def test_the_grade_is_taken_from_the_attempt_that_the_author_chose(counted, earned):
    assessment = Assessment("X", counted=counted)
    attempts = [past(2, earned=9), past(1, earned=6), past(3, earned=5), past(4, closed=None)]
    assert counted_result(assessment, attempts).earned == earned
    assert grade(assessment, attempts) == Fraction(earned, 10)
    assert is_passed(assessment, attempts) == (earned >= 7)


def test_the_best_attempt_is_a_pass_before_more_points_without_one():
    attempts = [past(1, earned=9, minimum_met=False), past(2, earned=7)]
    assert counted_result(Assessment("X"), attempts).earned == 7
    assert is_passed(Assessment("X"), attempts)


def test_all_or_nothing_earns_only_by_passing_the_whole_rule():
    assessment = Assessment("X", credit=Credit.PASSED)
    assert grade(assessment, [past(earned=10, minimum_met=False)]) == 0
    assert grade(assessment, [past(earned=6)]) == 0
    assert grade(assessment, [past(earned=7)]) == 1
    assert grade(assessment, []) == 0


def test_completion_is_by_passing_or_by_finishing():
    finished = Assessment("X", completion=Completion.FINISHED)
    for attempts, by_passing, by_finishing in [
        ([], False, False),
        ([past(closed=None)], False, False),
        ([past(earned=1)], False, True),
        ([past(earned=9)], True, True),
    ]:
        assert is_complete(Assessment("X"), attempts) == by_passing
        assert is_complete(finished, attempts) == by_finishing
