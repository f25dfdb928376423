"""Two at once in an exam, on whatever database the tests run on, each with a connection of its own."""

import random
import threading
import uuid
from collections import Counter

import pytest
from django.db import connection, transaction

from tests.records.conftest import ALICE, BOB, COURSE, LEARNERS
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
    take,
    work,
)
from tests.records.races import PATIENCE, at_once
from westmec_xblocks.domain.refusals import WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Attempt, AttemptEvent, ItemExposure, Outbox, Status

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("shared_database")]


def or_refused(doing):
    """What the work returns, or the code of its refusal."""
    try:
        return doing()
    except WestmecError as error:
        return error.code


def test_a_start_sent_many_times_at_once_is_one_attempt(isolation):
    paper, client_id = make_paper(), uuid.uuid4()
    rows = at_once(*[lambda: start(paper, client_id=client_id)] * 8)
    assert len({row.id for row in rows}) == 1
    assert (Act.objects.count(), Attempt.objects.count(), ItemExposure.objects.get().forms) == (1, 1, 1)
    assert differences() == []


def test_of_two_starts_from_two_tabs_one_begins_and_the_other_is_told_so(isolation):
    paper = make_paper()
    done = at_once(*[lambda: or_refused(lambda: start(paper))] * 4)
    assert Counter(one if isinstance(one, str) else "begun" for one in done) == {"attempt_open": 3, "begun": 1}
    assert Attempt.objects.count() == 1
    assert differences() == []


def test_a_class_that_begins_at_once_gets_forms_that_even_the_exposure_out(isolation):
    paper = make_paper()
    at_once(*[lambda learner=learner: start(paper, learner) for learner in LEARNERS[:12]])
    tally = ItemExposure.objects.get()
    assert tally.forms == 12
    assert set(tally.counts.values()) == {6}
    begun = Act.objects.filter(kind="attempt_started")
    assert sorted(act.detail["forms_before"] for act in begun) == list(range(12))
    assert differences() == []


def test_answers_from_two_tabs_are_all_there_once_and_the_last_one_holds(isolation):
    attempt = start(make_paper())
    items = attempt.form["items"]
    sent = [answer(items[number % 10], "abcd"[number % 4]) for number in range(60)]
    receipts = at_once(
        *[lambda part=part: record(attempt, *part)[1] for part in (sent[:40], sent[20:], sent[::2], sent[::-1])]
    )
    assert not [one for some in receipts for one in some if one.refusal or one.late]
    rows = list(AttemptEvent.objects.order_by("number"))
    assert {row.client_id for row in rows} == {one.client_id for one in sent}
    assert [row.number for row in rows] == list(range(1, 61))
    last = {row.item: row.response for row in rows}
    row = Attempt.objects.get()
    assert {item: given["response"] for item, given in row.answers.items()} == last
    assert row.events == 60
    assert differences() == []


def test_every_answer_that_was_acknowledged_before_the_end_is_in_the_result_and_every_other_one_is_late(isolation):
    attempt = start(make_paper())
    items = attempt.form["items"]
    works = [lambda item=item: record(attempt, answer(item))[1][0] for item in items]
    *receipts, closed = at_once(*works, lambda: close(attempt))
    row = Attempt.objects.get()
    in_time = {item for item, receipt in zip(items, receipts, strict=True) if not receipt.late}
    assert set(row.answers) == in_time
    assert row.late == 10 - len(in_time)
    assert row.result == closed.result
    assert {item for item, points in row.result["items"].items() if points == "1"} == in_time - set(row.form["pilot"])
    assert differences() == []


def test_closed_by_many_at_once_it_is_closed_once(isolation):
    attempt, later = start(make_paper()), NOON + 2 * HOUR
    at_once(
        *[lambda: close(attempt, later)] * 2,
        lambda: close(attempt, later, how=api.HOW_STAFF, actor_id=BOB),
        *[lambda: api.close_overdue(later)] * 3,
        *[lambda: record(attempt, event("left"), now=later)] * 2,
    )
    assert Act.objects.filter(kind="attempt_closed").count() == 1
    assert Outbox.objects.filter(kind="grade").count() == 1
    assert Attempt.objects.get().closed_by == "time"
    assert differences() == []


def test_two_commands_at_once_close_every_attempt_once_and_count_it_once(isolation):
    paper = make_paper()
    for learner in LEARNERS[:10]:
        start(paper, learner)
    counts = at_once(*[lambda: api.close_overdue(NOON + 2 * HOUR)] * 3)
    assert sum(counts) == 10
    assert Act.objects.filter(kind="attempt_closed").count() == 10
    assert not Attempt.objects.filter(state="open").exists()
    assert differences() == []


def test_late_answers_that_arrive_while_others_are_judged_wait_for_the_next_decision(isolation):
    paper = make_paper()
    attempt = start(paper)
    close(attempt)
    items = [item for item in attempt.form["items"] if item not in attempt.form["pilot"]]
    record(attempt, answer(items[0]))
    judging = lambda: api.judge_late(paper, learner_id=ALICE, attempt_id=attempt.id, take=True, by=by())  # noqa: E731
    at_once(judging, *[lambda item=item: record(attempt, answer(item)) for item in items[1:]])
    row = Attempt.objects.get()
    assert row.late + len(row.answers) == 8
    assert row.events == AttemptEvent.objects.count() == 8
    assert int(row.result["earned"]) == len(row.answers)
    assert differences() == []
    while Attempt.objects.get().late:
        judging()
    assert Attempt.objects.get().passed
    assert differences() == []


def test_voided_while_answers_arrive_nothing_is_lost(isolation):
    paper = make_paper()
    attempt = start(paper)
    at_once(
        lambda: api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=by()),
        *[lambda item=item: record(attempt, answer(item)) for item in attempt.form["items"]],
    )
    row = Attempt.objects.get()
    assert (row.state, row.events, len(row.answers) + row.late) == ("void", 10, 10)
    assert differences() == []


def test_a_reset_and_a_start_at_once_leave_a_record_that_fits_together(isolation):
    paper = make_paper(attempts="1")
    take(paper)
    at_once(
        lambda: api.reset_attempts(paper, learner_id=ALICE, by=by()),
        *[lambda: or_refused(lambda: start(paper))] * 3,
    )
    assert Attempt.objects.filter(state="open").count() <= 1
    assert Attempt.objects.get(number=1).state == "void"
    assert differences() == []


def test_scoring_anew_while_learners_answer_and_hand_in_loses_nothing(isolation):
    paper = make_paper()
    done = [take(paper, learner) for learner in LEARNERS[:5]]
    running = [start(paper, learner) for learner in LEARNERS[5:9]]
    again = [start(paper, learner) for learner in LEARNERS[:3]]
    wrong = {safety(one)[0] for one in done}
    mended = make_paper(keys=dict.fromkeys(wrong, "c"))
    expected = len(api.rescoring_of(mended))
    said = by()
    outcomes = at_once(
        *[lambda: or_refused(lambda: api.rescore(mended, by=said, expected=expected))] * 2,
        *[lambda one=one: close(work(one)) for one in running],
        *[lambda one=one: work(one, wrong=1) for one in again],
    )
    if outcomes[:2].count("rescoring_stale") == 2:
        # Somebody handed in before: the count that was shown does not hold any more.
        assert not Act.objects.filter(kind="rescored").exists()
    else:
        assert sorted(len(one) for one in outcomes[:2] if not isinstance(one, str))[-1] == expected
    assert differences() == []
    fresh = api.rescoring_of(mended)
    assert len(api.rescore(mended, by=by(), expected=len(fresh))) == len(fresh)
    assert api.rescoring_of(mended) == []
    for one in again:
        one.refresh_from_db()
        assert (one.events, len(one.answers)) == (10, 10)
    assert differences() == []


def test_rebuilding_while_learners_work_finds_nothing_wrong(isolation):
    paper = make_paper()
    rows = [start(paper, learner) for learner in LEARNERS[:6]]
    found, *_ = at_once(
        lambda: [one for _ in range(5) for one in differences()],
        *[lambda row=row: close(record(row, *[answer(item) for item in row.form["items"]])[0]) for row in rows],
        *[lambda learner=learner: start(paper, learner) for learner in LEARNERS[6:10]],
    )
    assert found == []
    assert differences() == []


def test_mending_while_learners_work_overwrites_no_answer(isolation):
    attempt = start(make_paper())
    at_once(
        lambda: [list(api.rebuild_statuses(NOON)) for _ in range(4)],
        *[lambda item=item: record(attempt, answer(item)) for item in attempt.form["items"]],
    )
    row = Attempt.objects.get()
    assert (row.events, len(row.answers)) == (10, 10)
    assert differences() == []


def test_the_same_grants_sent_at_once_are_recorded_once(isolation):
    sent = uuid.uuid4()
    grants = [api.Granting(learner, break_minutes=5) for learner in LEARNERS]
    added = at_once(
        *[lambda: api.grant_accommodations(COURSE, grants=grants, actor_id=BOB, client_id=sent, now=NOON)] * 4
    )
    assert sorted(added) == [0, 0, 0, 25]
    assert len(api.accommodations(COURSE)) == 25


def test_an_answer_that_waits_for_the_end_sees_it_and_is_late(isolation):
    """It arrives while the transaction that closes the attempt is open, and goes on only after that one's commit."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets the second one begin only after the first one's commit")
    attempt = start(make_paper())
    first, second = safety(attempt)[:2]
    record(attempt, answer(first))
    written, begun = threading.Event(), threading.Event()

    def closing():
        with transaction.atomic():
            row = close(attempt)
            written.set()
            begun.wait(PATIENCE)
            threading.Event().wait(0.5)
        return row

    def answering():
        written.wait(PATIENCE)
        begun.set()
        return record(attempt, answer(second))

    closed, (row, [receipt]) = at_once(closing, answering)
    assert (receipt.late, row.late, row.state) == (True, 1, "closed")
    assert closed.result["earned"] == row.result["earned"] == "1"
    assert differences() == []


def test_an_end_that_waits_for_an_answer_counts_it(isolation):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets the second one begin only after the first one's commit")
    attempt = start(make_paper())
    item = safety(attempt)[0]
    written, begun = threading.Event(), threading.Event()

    def answering():
        with transaction.atomic():
            [receipt] = record(attempt, answer(item))[1]
            written.set()
            begun.wait(PATIENCE)
            threading.Event().wait(0.5)
        return receipt

    def closing():
        written.wait(PATIENCE)
        begun.set()
        return close(attempt)

    receipt, closed = at_once(answering, closing)
    assert (receipt.late, closed.result["earned"]) == (False, "1")
    assert differences() == []


def test_a_stormy_hour_leaves_a_record_that_fits_together(isolation):
    paper = make_paper(attempts="unlimited")
    mended = make_paper(attempts="unlimited", keys={"d1-01": WRONG, "d2-01": WRONG})

    def learner(who):
        chance = random.Random(who)
        for _ in range(3):
            row = start(paper, who, NOON)
            for item in row.form["items"]:
                record(row, answer(item, chance.choice([KEY, WRONG])), now=NOON)
            close(row, NOON)
            if chance.random() < 0.5:
                record(row, answer(row.form["items"][0]), now=NOON)

    def teacher(seed):
        chance = random.Random(seed)
        for _ in range(8):
            who = chance.choice(LEARNERS[:4])
            rows = list(Attempt.objects.filter(learner_id=who))
            row = chance.choice(rows) if rows else None
            doings = [
                lambda who=who: api.grant_attempt(paper, learner_id=who, by=by()),
                lambda: api.rescore(mended, by=by(), expected=len(api.rescoring_of(mended))),
                lambda: api.close_overdue(NOON + 2 * HOUR),
            ]
            if row is not None and row.state == "closed":
                about = {"learner_id": who, "attempt_id": row.id, "by": by()}
                doings += [
                    lambda about=about: api.void_attempt(paper, **about),
                    lambda about=about: api.judge_late(paper, **about, take=True),
                    lambda about=about, row=row: api.appeal(paper, **about, item=row.form["items"][0]),
                ]
            or_refused(chance.choice(doings))

    at_once(
        *[lambda who=who: or_refused(lambda: learner(who)) for who in LEARNERS[:4]],
        *[lambda n=n: teacher(n) for n in range(3)],
    )
    assert differences() == []
    for who in LEARNERS[:4]:
        numbers = list(Act.objects.filter(learner_id=who).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        told = Outbox.objects.filter(learner_id=who, kind="grade").order_by("id").last()
        assert told.earned == pytest.approx(Status.objects.get(learner_id=who).score * 40)
