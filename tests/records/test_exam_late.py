"""Answers that came after the end are kept apart until a person has judged them, once each."""

import uuid

import pytest

from tests.records.conftest import ALICE, BOB, CHARLIE
from tests.records.exams import (
    HOUR,
    KEY,
    NOON,
    WRONG,
    answer,
    by,
    close,
    differences,
    event,
    make_paper,
    record,
    safety,
    start,
)
from westmec_xblocks.domain.refusals import Conflict, NotFound
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Attempt, Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    return make_paper()


@pytest.fixture
def attempt(paper):
    """Handed in after one right answer of eight; the rest was on its way."""
    row = start(paper)
    record(row, answer(safety(row)[0]))
    return close(row)


def scored(attempt):
    return [item for item in attempt.form["items"] if item not in attempt.form["pilot"]]


def judge(paper, attempt, *, take, said=None):
    return api.judge_late(paper, learner_id=ALICE, attempt_id=attempt.id, take=take, by=said or by())


def row_of(attempt):
    return Attempt.objects.get(pk=attempt.pk)


def test_late_answers_that_are_taken_count_as_if_they_had_come_in_time(paper, attempt):
    record(attempt, *[answer(item) for item in scored(attempt)])
    assert api.exam_waiting(paper.usage)["late"] == 8
    judge(paper, attempt, take=True)
    row = row_of(attempt)
    assert (row.late, row.passed, row.share, row.closed_at) == (0, True, 1.0, attempt.closed_at)
    assert Outbox.objects.filter(kind="grade").order_by("id").last().earned == 40.0
    assert api.exam_waiting(paper.usage)["late"] == 0
    assert differences() == []


def test_late_answers_that_are_not_taken_stay_on_record_and_change_nothing(paper, attempt):
    record(attempt, *[answer(item) for item in scored(attempt)])
    judge(paper, attempt, take=False)
    row = row_of(attempt)
    assert (row.late, row.result, row.answers) == (0, attempt.result, attempt.answers)
    assert differences() == []


def test_what_comes_after_a_decision_waits_for_one_of_its_own(paper, attempt):
    first, second, third = scored(attempt)[1:4]
    record(attempt, answer(first))
    judge(paper, attempt, take=False)
    record(attempt, answer(second), event("left"))
    assert row_of(attempt).late == 1
    judge(paper, attempt, take=True)
    # The one that was turned down before is not let in by the second decision.
    assert set(row_of(attempt).answers) == {scored(attempt)[0], second}
    assert row_of(attempt).result["earned"] == "2"
    record(attempt, answer(third))
    assert (row_of(attempt).late, row_of(attempt).result["earned"]) == (1, "2")
    assert differences() == []
    judge(paper, attempt, take=True)
    assert row_of(attempt).result["earned"] == "3"
    assert differences() == []


def test_a_late_change_of_mind_and_a_late_clearing_are_taken_in_their_order(paper, attempt):
    first, second = scored(attempt)[:2]
    record(attempt, answer(second, WRONG), answer(second, KEY), event("cleared", first))
    judge(paper, attempt, take=True)
    assert {item: given["response"] for item, given in row_of(attempt).answers.items()} == {second: KEY}
    assert differences() == []


def test_nothing_is_judged_where_nothing_waits(paper, attempt):
    for wrong in (attempt, start(paper, now=NOON + HOUR)):
        with pytest.raises(Conflict) as refused:
            judge(paper, wrong, take=True)
        assert refused.value.code == "nothing_late"
    record(attempt, answer(scored(attempt)[1]))
    api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=by())
    with pytest.raises(Conflict) as refused:
        judge(paper, attempt, take=True)
    assert refused.value.code == "nothing_late"


def test_a_decision_is_recorded_once_and_its_id_stands_for_nothing_else(paper, attempt):
    record(attempt, answer(scored(attempt)[1]))
    said = by()
    act = judge(paper, attempt, take=True, said=said)
    assert judge(paper, attempt, take=True, said=said) == act
    with pytest.raises(Conflict) as refused:
        judge(paper, attempt, take=False, said=said)
    assert refused.value.code == "id_used"
    assert Act.objects.filter(kind="late_judged").count() == 1


def test_a_decision_after_a_rescoring_keeps_what_the_rescoring_changed(paper, attempt):
    first, second = scored(attempt)[:2]
    changed = make_paper(keys={first: "c"})
    changes = api.rescore(changed, by=by(), expected=1, decided={scored(attempt)[7]: "drop"})
    assert (changes[0].after.earned, changes[0].after.possible) == (0, 7)
    record(attempt, answer(second))
    judge(changed, attempt, take=True)
    result = row_of(attempt).result
    assert (result["earned"], result["possible"]) == ("1", 7)
    assert differences() == []


def test_late_answers_of_somebody_elses_attempt_are_not_judged(paper, attempt):
    record(attempt, answer(scored(attempt)[1]))
    with pytest.raises(NotFound) as refused:
        api.judge_late(paper, learner_id=CHARLIE, attempt_id=attempt.id, take=True, by=by())
    assert refused.value.code == "unknown_attempt"
    assert row_of(attempt).late == 1


def test_the_act_names_what_was_judged_and_repeats_no_answer(paper, attempt):
    record(attempt, answer(scored(attempt)[1]), answer(scored(attempt)[2]))
    judge(paper, attempt, take=True)
    act = Act.objects.get(kind="late_judged")
    assert (act.actor_id, act.refers_to_id, act.digest) == (BOB, attempt.id, paper.assessment.digest)
    assert {name: act.detail[name] for name in ("attempt", "taken", "after", "up_to")} == {
        "attempt": 1,
        "taken": True,
        "after": 0,
        "up_to": 3,
    }
    assert "answers" not in act.detail


def test_a_repeated_late_answer_waits_once_and_is_told_to_be_late_each_time(paper, attempt):
    sent = api.Event(uuid.uuid4(), "answered", scored(attempt)[1], KEY)
    told = [record(attempt, sent)[1][0] for _ in range(3)]
    assert [(one.repeated, one.late) for one in told] == [(False, True), (True, True), (True, True)]
    assert row_of(attempt).late == 1
