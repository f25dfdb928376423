"""The clock is the server's: it begins with the attempt, stands still in breaks, and ends with the window."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from tests.records.conftest import ALICE, BOB, COURSE, LEARNERS, at
from tests.records.exams import (
    HOUR,
    KEY,
    NOON,
    answer,
    close,
    differences,
    event,
    make_paper,
    record,
    start,
)
from westmec_xblocks.domain.assessment.attempts import GRACE
from westmec_xblocks.domain.refusals import WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.exams.stored import clock_of
from westmec_xblocks.records.models import Act, Attempt, AttemptEvent

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def grant(learner=ALICE, now=NOON, **values):
    api.grant_accommodations(
        COURSE, grants=[api.Granting(learner, **values)], actor_id=BOB, client_id=uuid.uuid4(), now=now
    )


def ends(attempt):
    return Attempt.objects.get(pk=attempt.pk).ends_at


def test_a_granted_factor_makes_the_time_longer_for_attempts_that_begin_afterwards():
    paper = make_paper()
    first = start(paper)
    grant(time_factor=Decimal("1.5"))
    assert ends(first) == NOON + HOUR
    close(first)
    second = start(paper)
    assert ends(second) == NOON + 90 * MINUTE
    detail = Act.objects.filter(kind="attempt_started").order_by("number").last().detail
    assert detail["granted"] == {"time_factor": "3/2", "breaks": 0.0, "window": 0.0}


def test_without_a_limit_and_a_due_date_the_time_is_never_up():
    attempt = start(make_paper(time_limit=None))
    assert ends(attempt) is None
    row, [receipt] = record(attempt, answer(attempt.form["items"][0]), now=NOON + timedelta(days=300))
    assert (row.state, receipt.late) == ("open", False)
    assert api.close_overdue(NOON + timedelta(days=400)) == 0
    assert close(attempt, NOON + timedelta(days=400)).closed_at == NOON + timedelta(days=400)


def test_the_end_of_the_window_ends_every_attempt_and_may_be_put_off_for_one():
    paper = make_paper(due=NOON + 30 * MINUTE)
    assert ends(start(paper)) == NOON + 30 * MINUTE
    grant(ALICE + 1, window_hours=1)
    assert ends(start(paper, ALICE + 1)) == NOON + HOUR
    grant(ALICE + 2, window_hours=48)
    late = start(paper, ALICE + 2, now=NOON + 24 * HOUR)
    assert ends(late) == NOON + 25 * HOUR


def test_a_break_stops_the_clock_until_it_is_ended_or_used_up():
    grant(break_minutes=20)
    attempt = start(make_paper())
    record(attempt, event("break_began"), now=NOON + 10 * MINUTE)
    # As if all of it were taken, for the command that closes attempts.
    assert ends(attempt) == NOON + 80 * MINUTE
    record(attempt, event("break_ended"), now=NOON + 15 * MINUTE)
    assert ends(attempt) == NOON + 65 * MINUTE
    record(attempt, event("break_began"), now=NOON + 60 * MINUTE)
    assert ends(attempt) == NOON + 80 * MINUTE
    row, [receipt] = record(attempt, answer(attempt.form["items"][0]), now=NOON + 79 * MINUTE)
    assert (row.state, receipt.late, row.ends_at) == ("open", False, NOON + 80 * MINUTE)
    row, [receipt] = record(attempt, answer(attempt.form["items"][1]), now=NOON + 80 * MINUTE + GRACE)
    assert (row.state, receipt.late, row.closed_at) == ("closed", True, NOON + 80 * MINUTE)
    assert differences() == []


def test_whoever_answers_in_a_break_has_ended_it():
    grant(break_minutes=20)
    attempt = start(make_paper())
    record(attempt, event("break_began"), now=NOON + 10 * MINUTE)
    row, _ = record(attempt, answer(attempt.form["items"][0]), now=NOON + 14 * MINUTE)
    assert ends(attempt) == NOON + 64 * MINUTE
    assert not clock_of(row.clock).on_break(NOON + 15 * MINUTE)
    assert clock_of(row.clock).break_left(NOON + 15 * MINUTE) == 16 * MINUTE
    assert differences() == []


def test_no_break_begins_where_none_is_left_or_the_time_is_up():
    grant(ALICE + 1, break_minutes=5)
    none, some = start(make_paper()), start(make_paper(), ALICE + 1)
    _, [receipt] = record(none, event("break_began"), now=NOON + MINUTE)
    assert (receipt.refusal.code, str(receipt.refusal)) == ("no_break_left", "No break is left.")
    # In the grace after the end a break would buy time.
    _, [receipt] = record(some, event("break_began"), now=NOON + HOUR + GRACE / 2)
    assert receipt.refusal.code == "time_is_up"
    assert ends(some) == NOON + HOUR
    assert not AttemptEvent.objects.exists()


def test_a_break_begun_twice_is_one_break():
    grant(break_minutes=10)
    attempt = start(make_paper())
    _, receipts = record(attempt, event("break_began"), event("break_began"), now=NOON + MINUTE)
    assert [one.refusal for one in receipts] == [None, None]
    record(attempt, event("break_began"), now=NOON + 3 * MINUTE)
    record(attempt, event("break_ended"), event("break_ended"), now=NOON + 5 * MINUTE)
    assert ends(attempt) == NOON + 64 * MINUTE
    assert len(Attempt.objects.get().clock["taken"]) == 1
    _, receipts = record(
        attempt, event("break_began"), event("break_ended"), event("break_began"), now=NOON + 6 * MINUTE
    )
    assert [one.refusal for one in receipts] == [None] * 3
    assert differences() == []


def test_breaks_never_put_the_end_of_the_window_off():
    grant(break_minutes=30)
    attempt = start(make_paper(due=NOON + 70 * MINUTE))
    record(attempt, event("break_began"), now=NOON + 30 * MINUTE)
    assert ends(attempt) == NOON + 70 * MINUTE
    assert api.close_overdue(NOON + 70 * MINUTE + GRACE) == 1
    assert Attempt.objects.get().closed_at == NOON + 70 * MINUTE
    assert differences() == []


def test_a_server_whose_clock_is_behind_does_no_harm():
    grant(break_minutes=10)
    attempt = start(make_paper())
    record(attempt, event("break_began"), now=NOON + 10 * MINUTE)
    row, [receipt] = record(attempt, answer(attempt.form["items"][0]), now=NOON + 9 * MINUTE)
    assert (receipt.late, row.ends_at) == (False, NOON + HOUR)
    record(attempt, answer(attempt.form["items"][1]), now=NOON - MINUTE)
    assert close(attempt, NOON - MINUTE).closed_at == NOON - MINUTE
    assert differences() == []


def test_the_command_closes_what_is_over_with_what_was_acknowledged_and_repeating_it_closes_nothing(capsys):
    paper, then = make_paper(), datetime.now(tz=NOON.tzinfo) - 2 * HOUR
    rows = [start(paper, learner, then) for learner in LEARNERS[:3]]
    record(rows[0], *[answer(item) for item in rows[0].form["items"]], now=then)
    running = start(paper, LEARNERS[3], then + 90 * MINUTE)
    call_command("westmec_close_attempts")
    assert capsys.readouterr().out == "3 attempts closed.\n"
    call_command("westmec_close_attempts")
    assert capsys.readouterr().out == "0 attempts closed.\n"
    closed = list(Attempt.objects.filter(state="closed").order_by("learner"))
    assert [row.passed for row in closed] == [True, False, False]
    assert {(row.closed_by, row.closed_at) for row in closed} == {("time", then + HOUR)}
    assert Attempt.objects.get(state="open").pk == running.pk
    assert set(Act.objects.filter(kind="attempt_closed").values_list("actor_id", flat=True)) == {None}
    assert differences() == []


def test_an_attempt_is_closed_when_the_grace_is_over_and_not_before():
    start(make_paper())
    assert api.close_overdue(NOON + HOUR + GRACE - timedelta(seconds=1)) == 0
    assert (api.count_overdue(NOON + HOUR + GRACE), api.close_overdue(NOON + HOUR + GRACE)) == (1, 1)
    assert api.count_overdue(NOON + HOUR + GRACE) == 0


def test_closing_may_be_narrowed_to_a_block_a_learner_a_number():
    paper = make_paper()
    for learner in LEARNERS[:5]:
        start(paper, learner)
    later = NOON + 2 * HOUR
    assert api.close_overdue(later, usage="block-v1:West-MEC+PD2+2026+type@westmec_assessment+block@nowhere") == 0
    assert api.close_overdue(later, usage=paper.usage, learner_id=ALICE) == 1
    assert api.close_overdue(later, limit=3) == 3
    assert api.close_overdue(later) == 1


def test_an_attempt_that_cannot_be_closed_holds_up_no_other_and_is_reported(capsys, caplog):
    paper, then = make_paper(), datetime.now(tz=NOON.tzinfo) - 2 * HOUR
    broken, whole = start(paper, ALICE, then), start(paper, ALICE + 1, then)
    Attempt.objects.filter(pk=broken.pk).update(digest="0" * 64)
    with pytest.raises(SystemExit) as left:
        call_command("westmec_close_attempts")
    assert left.value.code == 1
    assert capsys.readouterr().out == "1 attempts closed. 1 cannot be closed now.\n"
    assert str(broken.pk) in caplog.text
    whole.refresh_from_db()
    assert whole.state == "closed"


def test_a_client_that_sends_times_of_its_own_gains_nothing():
    attempt = start(make_paper())
    given = answer(attempt.form["items"][0], KEY, given_at=NOON + 30 * MINUTE)
    _, [receipt] = record(attempt, given, now=NOON + 2 * HOUR)
    assert receipt.late
    with pytest.raises(WestmecError):
        start(make_paper(attempts="1"), now=at(3))
