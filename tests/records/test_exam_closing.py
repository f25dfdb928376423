"""An attempt ends: what counts, who is told, and what is held by it."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.records.conftest import ALICE, BOB, CHARLIE, COURSE, LEARNERS, ZONE, at, make_entry, make_sheet, on, sign
from tests.records.exams import (
    CODE,
    HOUR,
    NOON,
    OTHER_EXAM,
    WRONG,
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
from westmec_xblocks.domain.checklist.definition import Section
from westmec_xblocks.domain.refusals import Conflict, NotFound, WestmecError
from westmec_xblocks.domain.text import Text
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Attempt, Outbox, Status

pytestmark = pytest.mark.django_db


def told(learner=ALICE, kind="grade"):
    """What the host is told of the learner, in order."""
    rows = Outbox.objects.filter(learner_id=learner, kind=kind).order_by("id")
    return [(row.earned, row.possible) for row in rows]


def test_a_pass_is_a_grade_a_completion_and_a_status():
    attempt = take(make_paper())
    assert (attempt.state, attempt.closed_by, attempt.passed, attempt.share) == ("closed", "submitted", True, 1.0)
    assert told() == [(0.0, 40.0), (40.0, 40.0)]
    assert told(kind="completion") == [(1.0, 1.0)]
    status = Status.objects.get()
    assert (status.code, status.state, status.since, status.score, status.counted) == (CODE, "holds", on(2), 1.0, 1)
    assert differences() == []


def test_a_missed_minimum_is_no_pass_however_many_points_there_are():
    paper = make_paper(cut="50%")
    attempt = start(paper)
    attempt = close(work(attempt, wrong=safety(attempt)[:2]))
    assert attempt.result["earned"] == "6"
    assert attempt.result["needed"] == 4
    assert attempt.passed is False
    assert told() == [(0.0, 40.0), (30.0, 40.0)]
    assert Status.objects.get().state == "in_progress"


def test_pilot_items_never_count():
    attempt = start(make_paper())
    record(attempt, *[answer(item, WRONG if item in attempt.form["pilot"] else "b") for item in attempt.form["items"]])
    assert close(attempt).share == 1.0


def test_what_is_not_answered_earns_nothing():
    attempt = start(make_paper())
    record(attempt, answer(safety(attempt)[0]))
    closed = close(attempt)
    assert (closed.result["earned"], closed.result["possible"]) == ("1", 8)


@pytest.mark.parametrize(("credit", "first", "second"), [("score", 25.0, 40.0), ("passed", 0.0, 40.0)])
def test_the_grade_is_the_share_of_points_or_all_or_nothing(credit, first, second):
    paper = make_paper(credit=credit)
    take(paper, wrong=3)
    take(paper, now=NOON + HOUR)
    grades = [(0.0, 40.0), *([(first, 40.0)] if first else []), (second, 40.0)]
    assert told() == grades


@pytest.mark.parametrize(
    ("counted_as", "grades", "state", "since"),
    [
        ("best", [0.0, 40.0], "holds", 2),
        ("last", [0.0, 40.0, 25.0, 35.0], "holds", 4),
        ("first", [0.0, 40.0], "holds", 2),
    ],
)
def test_the_best_the_last_or_the_first_attempt_counts(counted_as, grades, state, since):
    paper = make_paper(counted=counted_as)
    take(paper)
    take(paper, now=at(3), wrong=3)
    take(paper, now=at(4), wrong=1)
    assert [earned for earned, _ in told()] == grades
    status = Status.objects.get()
    assert (status.state, status.since, status.counted) == (state, on(since), 3)
    assert differences() == []


def test_whoever_passes_again_and_better_has_passed_since_the_first_time():
    paper = make_paper()
    take(paper, wrong=2)
    take(paper, now=at(9))
    assert (Status.objects.get().since, Status.objects.get().score) == (on(2), 1.0)


def test_completion_comes_by_passing_or_by_finishing_as_the_author_chose():
    take(make_paper(), wrong=8)
    assert told(kind="completion") == []
    take(make_paper(completion="finished"), ALICE + 1, wrong=8)
    assert told(ALICE + 1, kind="completion") == [(1.0, 1.0)]


def test_the_date_is_the_sites():
    late = at(2).replace(hour=23, minute=30)
    take(make_paper(), now=late.astimezone(tz=None))
    status = Status.objects.get()
    assert status.since == late.astimezone(ZONE).date() == date(2026, 3, 2)
    assert Act.objects.get(kind="attempt_closed").observed_on == on(2)


def test_closing_again_changes_nothing():
    attempt = start(make_paper())
    client_id = uuid.uuid4()
    first = close(work(attempt), client_id=client_id)
    for again in ({"client_id": client_id}, {}, {"how": api.HOW_STAFF, "actor_id": BOB}):
        row = close(attempt, NOON + HOUR / 2, **again)
        assert (row.closed_at, row.closed_by, row.result) == (first.closed_at, "submitted", first.result)
    assert Act.objects.filter(kind="attempt_closed").count() == 1
    assert len(told()) == 2


def test_an_id_that_stands_for_something_else_closes_nothing():
    client_id = uuid.uuid4()
    attempt = start(make_paper(), client_id=client_id)
    with pytest.raises(Conflict) as refused:
        close(attempt, client_id=client_id)
    assert refused.value.code == "id_used"
    assert Attempt.objects.get().state == "open"


def test_a_learner_cannot_keep_the_clock_from_closing_the_attempt_by_taking_its_id_for_something_else():
    paper = make_paper()
    attempt = start(paper)
    item = attempt.form["items"][0]
    api.appeal(paper, learner_id=ALICE, attempt_id=attempt.id, item=item, by=by(actor=ALICE, client_id=attempt.id))
    assert api.close_overdue(NOON + 2 * HOUR) == 1


def test_nobody_closes_somebody_elses_attempt():
    attempt = start(make_paper())
    with pytest.raises(NotFound) as refused:
        close(attempt, learner_id=CHARLIE)
    assert refused.value.code == "unknown_attempt"
    with pytest.raises(NotFound):
        api.close_attempt(
            str(OTHER_EXAM),
            attempt_id=attempt.id,
            learner_id=ALICE,
            actor_id=ALICE,
            client_id=uuid.uuid4(),
            now=NOON,
            how=api.HOW_SUBMITTED,
        )
    assert Attempt.objects.get().state == "open"


def test_staff_may_close_an_attempt_and_the_log_says_so():
    attempt = start(make_paper())
    row = close(attempt, NOON + HOUR / 2, how=api.HOW_STAFF, actor_id=BOB)
    assert (row.closed_by, row.closed_at) == ("staff", NOON + HOUR / 2)
    act = Act.objects.get(kind="attempt_closed")
    assert (act.actor_id, act.note) == (BOB, "Left the room")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_staff_close_no_attempt_without_a_reason(reason):
    attempt = start(make_paper())
    with pytest.raises(WestmecError):
        close(attempt, NOON + HOUR / 2, how=api.HOW_STAFF, actor_id=BOB, reason=reason)
    assert Attempt.objects.get().state == "open"


def test_the_clock_closes_nothing_whose_time_is_not_up():
    attempt = start(make_paper())
    assert close(attempt, NOON + HOUR, how=api.HOW_TIME, actor_id=None).state == "open"
    assert not Act.objects.filter(kind="attempt_closed").exists()


def test_handed_in_within_the_grace_counts_as_handed_in_and_ends_when_the_time_was_up():
    attempt = start(make_paper())
    row = close(attempt, NOON + HOUR + timedelta(seconds=5))
    assert (row.closed_by, row.closed_at) == ("submitted", NOON + HOUR)
    late = start(make_paper(), ALICE + 1)
    row = close(late, NOON + 3 * HOUR)
    assert (row.closed_by, row.closed_at) == ("time", NOON + HOUR)
    assert Act.objects.get(kind="attempt_closed", learner_id=ALICE + 1).actor_id is None


def test_the_points_are_of_those_that_the_block_was_worth_when_the_attempt_began():
    attempt = start(make_paper(possible=40.0))
    close(work(attempt, wrong=2))
    take(make_paper(possible=10.0), now=NOON + HOUR)
    assert told() == [(0.0, 40.0), (30.0, 40.0), (10.0, 10.0)]


def test_a_checklist_may_require_the_exam_by_its_code():
    first, *others = make_sheet().checklist.skills
    sections = (Section(Text("All"), (replace(first, requires=(CODE,)), *others)),)
    sheet = make_sheet(sections=sections)
    paper = make_paper()
    take(paper, wrong=8, now=at(2))
    take(paper, ALICE + 1, now=at(2))
    verdicts = sign(sheet, make_entry(ALICE, day=3), make_entry(ALICE + 1, day=3))
    assert [bool(verdict.act_id) for verdict in verdicts] == [False, True]
    assert api.held_codes(COURSE, [ALICE, ALICE + 1], [CODE], on(3)) == {ALICE + 1: {CODE}}
    assert [(one.learner_id, one.skill) for one in api.cleared_on(COURSE, on(3)) if one.code == CODE] == [
        (ALICE + 1, "")
    ]


def test_closing_takes_as_many_statements_with_fifty_items_as_with_ten_and_with_forty_attempts_as_with_two():
    small, large = make_paper(attempts="unlimited"), make_paper(OTHER_EXAM, size=50, attempts="unlimited")
    attempts = []
    for paper in (small, large):
        take(paper)
        attempts.append(work(start(paper, now=NOON + HOUR), now=NOON + HOUR))
    for learner in LEARNERS[2:]:
        start(small, learner)
    _, few = counted(lambda: close(attempts[0], NOON + HOUR))
    _, many_items = counted(lambda: close(attempts[1], NOON + HOUR))
    for number in range(39):
        take(small, ALICE + 1, NOON + number * HOUR)
    last = work(start(small, ALICE + 1, NOON + 50 * HOUR), now=NOON + 50 * HOUR)
    _, many_attempts = counted(lambda: close(last, NOON + 50 * HOUR))
    assert len(few) == len(many_items) == len(many_attempts)


def test_closing_the_attempts_of_a_class_takes_a_number_of_statements_in_proportion():
    paper = make_paper()
    for learner in LEARNERS[:2]:
        start(paper, learner)
    _, two = counted(lambda: api.close_overdue(NOON + 2 * HOUR))
    for learner in LEARNERS[5:]:
        start(paper, learner)
    closed, twenty = counted(lambda: api.close_overdue(NOON + 2 * HOUR))
    assert closed == 20
    assert (len(twenty) - 1) * 2 == (len(two) - 1) * 20
