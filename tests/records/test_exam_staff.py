"""Waiting, locks, re-teaches, extra attempts, attempts taken back, learners reset: who may start when."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from tests.records.conftest import ALICE, BEA, BOB, COURSE, at
from tests.records.exams import (
    HOUR,
    NOON,
    answer,
    by,
    close,
    differences,
    make_paper,
    record,
    safety,
    start,
    take,
    work,
)
from tests.records.statements import counted
from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.refusals import Conflict, NotFound, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Attempt, Outbox, Status

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def refusal_of(paper, now, learner=ALICE):
    with pytest.raises(WestmecError) as refused:
        start(paper, learner, now)
    return refused.value.code


def fail_safety(paper, now=NOON):
    attempt = start(paper, now=now)
    return close(work(attempt, wrong=safety(attempt)[:2], now=now), now)


def told(kind="grade"):
    return list(Outbox.objects.filter(learner_id=ALICE, kind=kind).order_by("id").values_list("earned", flat=True))


def test_the_next_attempt_opens_after_the_waiting_time():
    paper = make_paper(wait="24 h")
    close(start(paper), NOON + 30 * MINUTE)
    assert refusal_of(paper, NOON + 24 * HOUR + 29 * MINUTE) == "too_early"
    assert start(paper, now=NOON + 24 * HOUR + 30 * MINUTE).number == 2


def test_all_attempts_are_used_until_staff_give_another():
    paper = make_paper(attempts="1")
    take(paper)
    assert refusal_of(paper, at(3)) == "no_attempt_left"
    api.grant_attempt(paper, learner_id=ALICE, by=by(at(3), "The fire alarm went off."))
    assert start(paper, now=at(3)).number == 2
    close(Attempt.objects.get(number=2), at(3))
    assert refusal_of(paper, at(4)) == "no_attempt_left"
    assert differences() == []


def test_an_attempt_is_given_once_however_often_the_request_comes():
    paper, client_id = make_paper(attempts="1"), uuid.uuid4()
    first = api.grant_attempt(paper, learner_id=ALICE, by=by(client_id=client_id))
    assert api.grant_attempt(paper, learner_id=ALICE, by=by(NOON + HOUR, client_id=client_id)) == first
    assert Act.objects.count() == 1
    for other in (by(client_id=client_id, reason="another"), by(client_id=client_id, actor=BEA)):
        with pytest.raises(Conflict) as refused:
            api.grant_attempt(paper, learner_id=ALICE, by=other)
        assert refused.value.code == "id_used"


def test_every_act_of_staff_needs_a_reason_and_not_a_novel():
    paper = make_paper()
    attempt = take(paper)
    about = {"learner_id": ALICE, "attempt_id": attempt.id}
    for reason, code in ((" ", "reason_missing"), ("x" * 2001, "too_long")):
        for act in (
            lambda said: api.grant_attempt(paper, learner_id=ALICE, by=said),
            lambda said: api.void_attempt(paper, **about, by=said),
            lambda said: api.record_exam_reteach(paper, learner_id=ALICE, by=said),
            lambda said: api.judge_late(paper, **about, take=True, by=said),
            lambda said: api.appeal(paper, **about, item=attempt.form["items"][0], by=said),
            lambda said: api.answer_appeal(paper, learner_id=ALICE, appeal_id=uuid.uuid4(), outcome="upheld", by=said),
            lambda said: api.rescore(paper, by=said, expected=0),
        ):
            with pytest.raises(WestmecError) as refused:
                act(by(reason=reason))
            assert refused.value.code == code
    assert Act.objects.count() == 2


def test_a_missed_minimum_locks_the_next_attempt_until_a_reteach_is_recorded():
    paper = make_paper(lock="minimum")
    fail_safety(paper)
    assert refusal_of(paper, at(3)) == "reteach_needed"
    assert Status.objects.get().waiting == "reteach"
    api.record_exam_reteach(paper, learner_id=ALICE, by=by(at(3), "Went through lock and tag again."))
    assert Status.objects.get().waiting == ""
    second = start(paper, now=at(4))
    close(work(second, wrong=safety(second)[:2], now=at(4)), at(4))
    assert refusal_of(paper, at(5)) == "reteach_needed"
    act = Act.objects.get(kind="reteach")
    assert (act.actor_id, act.note, act.observed_on) == (BOB, "Went through lock and tag again.", at(3).date())
    assert differences() == []


def test_a_reteach_before_the_miss_opens_nothing():
    paper = make_paper(lock="minimum")
    api.record_exam_reteach(paper, learner_id=ALICE, by=by(at(1)))
    fail_safety(paper)
    assert refusal_of(paper, at(3)) == "reteach_needed"


def test_whoever_failed_without_missing_a_minimum_is_not_locked():
    paper = make_paper(lock="minimum")
    take(paper, wrong=4)
    assert Status.objects.get().waiting == ""
    assert start(paper, now=at(3)).number == 2


def test_a_voided_attempt_stays_on_record_and_counts_for_nothing():
    paper = make_paper(attempts="1", lock="minimum")
    failed = fail_safety(paper)
    api.void_attempt(paper, learner_id=ALICE, attempt_id=failed.id, by=by(at(3), "Wrong learner"))
    row = Attempt.objects.get()
    assert (row.state, row.result, row.closed_at) == ("void", failed.result, failed.closed_at)
    second = start(paper, now=at(3))
    assert (second.number, set(second.form["items"]) & set(failed.form["items"])) == (2, set())
    assert differences() == []


def test_voiding_a_pass_takes_grade_completion_and_status_back():
    paper = make_paper(credit="passed")
    passed = take(paper)
    api.void_attempt(paper, learner_id=ALICE, attempt_id=passed.id, by=by(at(3), "A helper at the screen"))
    assert told() == [0.0, 40.0, 0.0]
    assert told("completion") == [1.0, 0.0]
    status = Status.objects.get()
    assert (status.state, status.since, status.counted, status.score) == ("not_started", None, 0, 0.0)
    assert differences() == []


def test_an_open_attempt_may_be_voided_and_what_then_comes_is_late_and_waits_for_nobody():
    paper = make_paper()
    attempt = start(paper)
    api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=by())
    row, [receipt] = record(attempt, answer(attempt.form["items"][0]))
    assert (row.state, receipt.late) == ("void", True)
    assert close(attempt).state == "void"
    assert api.exam_waiting(paper.usage) == {"late": 0, "appeals": 0}
    assert api.close_overdue(at(3)) == 0
    assert start(paper).number == 2
    assert differences() == []


def test_an_attempt_is_voided_once_and_only_where_it_is():
    paper = make_paper()
    attempt, other = take(paper), take(paper, ALICE + 1)
    said = by()
    act = api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=said)
    assert api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=said) == act
    with pytest.raises(Conflict) as refused:
        api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=by())
    assert refused.value.code == "attempt_void"
    with pytest.raises(NotFound) as refused:
        api.void_attempt(paper, learner_id=ALICE, attempt_id=other.id, by=by())
    assert refused.value.code == "unknown_attempt"
    with pytest.raises(Conflict) as refused:
        api.void_attempt(paper, learner_id=ALICE, attempt_id=other.id, by=said)
    assert refused.value.code == "id_used"


def test_a_reset_voids_everything_and_numbers_go_on():
    paper = make_paper(attempts="1", lock="minimum")
    first = fail_safety(paper)
    api.grant_attempt(paper, learner_id=ALICE, by=by(at(3)))
    api.record_exam_reteach(paper, learner_id=ALICE, by=by(at(3)))
    second = start(paper, now=at(3))
    api.reset_attempts(paper, learner_id=ALICE, by=by(at(4)))
    assert set(Attempt.objects.values_list("state", flat=True)) == {"void"}
    assert Status.objects.get().state == "not_started"
    assert told()[-1] == 0.0
    third = start(paper, now=at(4))
    assert third.number == 3
    assert set(third.form["seen_again"]) == set(third.form["items"])
    assert set(first.form["items"]).isdisjoint(second.form["items"])
    close(third, at(4))
    # What was granted before the reset counts no more.
    assert refusal_of(paper, at(5)) in ("no_attempt_left", "reteach_needed")
    ledger = api.exam_record(paper, ALICE).ledger
    assert (ledger.extra, ledger.retaught, len(ledger.past)) == (0, None, 1)
    assert differences() == []


def test_a_reset_is_told_to_the_host_and_recorded_once():
    paper, said = make_paper(completion="finished"), by(at(3))
    take(paper)
    act = api.reset_attempts(paper, learner_id=ALICE, by=said)
    assert api.reset_attempts(paper, learner_id=ALICE, by=said) == act
    assert told() == [0.0, 40.0, 0.0]
    assert told("completion") == [1.0, 0.0]
    assert Act.objects.filter(kind="reset").count() == 1
    with pytest.raises(Conflict):
        api.grant_attempt(paper, learner_id=ALICE, by=said)


def test_for_somebody_without_a_record_a_reset_does_nothing():
    assert api.reset_attempts(make_paper(), learner_id=ALICE, by=by()) is None
    assert not Act.objects.exists()
    assert not Status.objects.exists()


def test_accommodations_outlast_a_reset_and_apply_at_once():
    paper = make_paper(attempts="1")
    take(paper)
    grant = api.Granting(ALICE, extra_attempts=1)
    api.grant_accommodations(COURSE, grants=[grant], actor_id=BOB, client_id=uuid.uuid4(), now=at(3))
    assert start(paper, now=at(3)).number == 2
    api.reset_attempts(paper, learner_id=ALICE, by=by(at(4)))
    for day in (5, 6):
        take(paper, now=at(day))
    assert refusal_of(paper, at(7)) == "no_attempt_left"


def test_what_the_rules_say_is_what_the_record_shows():
    paper = make_paper(attempts="2", wait="24 h")
    close(start(paper))
    ledger = api.exam_record(paper, ALICE).ledger
    refusals = rules.refusals_to_start(paper.assessment, ledger, NOON + HOUR)
    assert [refusal.code for refusal in refusals] == ["too_early"]
    assert refusal_of(paper, NOON + HOUR) == "too_early"


def test_todays_rules_hold_from_the_next_act_on():
    old, new = make_paper(), make_paper(credit="passed", completion="finished")
    take(old, wrong=3)
    assert told() == [0.0, 25.0]
    api.grant_attempt(new, learner_id=ALICE, by=by(at(3)))
    assert told() == [0.0, 25.0, 0.0]
    assert told("completion") == [1.0]
    assert differences() == []


def test_an_act_takes_as_many_statements_after_forty_attempts_as_after_two():
    paper = make_paper(attempts="unlimited")
    take(paper)
    take(paper, now=NOON + HOUR)
    _, few = counted(lambda: api.grant_attempt(paper, learner_id=ALICE, by=by(at(5))))
    for number in range(2, 40):
        take(paper, now=NOON + number * HOUR)
    _, many = counted(lambda: api.grant_attempt(paper, learner_id=ALICE, by=by(at(5))))
    assert len(few) == len(many)
    take(paper, ALICE + 1)
    take(paper, ALICE + 1, NOON + HOUR)
    _, few = counted(lambda: api.reset_attempts(paper, learner_id=ALICE + 1, by=by(at(6))))
    _, many = counted(lambda: api.reset_attempts(paper, learner_id=ALICE, by=by(at(6))))
    # SQLite takes 39 attempts at once.
    assert len(many) - len(few) == (connection.vendor == "sqlite")
