"""Looking at attempts: a learner's own, all of an exam, one with its log. Nothing of it writes."""

import uuid
from datetime import timedelta

import pytest

from tests.records.conftest import ALICE, BOB, CHARLIE, COURSE, LEARNERS, at
from tests.records.exams import (
    EXAM,
    HOUR,
    KEY,
    NOON,
    OTHER_EXAM,
    answer,
    by,
    close,
    event,
    make_paper,
    record,
    safety,
    start,
    take,
    work,
)
from tests.records.statements import counted
from westmec_xblocks.domain.refusals import NotFound
from westmec_xblocks.records import api, versions
from westmec_xblocks.records.models import Attempt

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def reads(statements):
    return all(one.lstrip("(").startswith("SELECT") for one in statements)


def test_a_learner_sees_every_attempt_of_their_own_and_what_the_rules_look_at():
    paper = make_paper(due=at(20))
    first = take(paper, wrong=3)
    take(paper, ALICE + 1)
    second = start(paper, now=NOON + HOUR, language="es")
    item = second.form["items"][0]
    record(second, answer(item), event("flagged", item), now=NOON + HOUR)
    found = api.exam_record(paper, ALICE)
    assert [(one.number, one.state, one.language) for one in found.attempts] == [(1, "closed", ""), (2, "open", "es")]
    assert found.open == found.attempts[1]
    assert (found.open.answers, found.open.flags, found.open.position) == ({item: KEY}, {item}, item)
    assert found.open.form.items == tuple(second.form["items"])
    assert found.find(first.id).result.earned == 5
    assert (found.ledger.due, len(found.ledger.past)) == (at(20), 2)
    with pytest.raises(NotFound) as refused:
        found.find(uuid.uuid4())
    assert refused.value.code == "unknown_attempt"
    assert api.exam_record(paper, CHARLIE).attempts == ()


def test_a_learners_record_takes_three_statements_whatever_there_is():
    small, large = make_paper(attempts="unlimited"), make_paper(OTHER_EXAM, size=50, attempts="unlimited")
    for paper in (small, large):
        take(paper)
        take(paper, now=NOON + HOUR)
    _, few = counted(lambda: api.exam_record(small, ALICE))
    _, many_items = counted(lambda: api.exam_record(large, ALICE))
    for number in range(2, 40):
        take(small, now=NOON + number * HOUR)
    found, many_attempts = counted(lambda: api.exam_record(small, ALICE))
    assert len(found.attempts) == 40
    assert len(few) == len(many_items) == len(many_attempts) == 3
    assert reads(few)


@pytest.fixture
def crowd():
    """One attempt of each sort, each an hour after the one before."""
    paper = make_paper()
    take(paper, ALICE, NOON)
    take(paper, ALICE + 1, NOON + HOUR, wrong=8)
    start(paper, ALICE + 2, NOON + 2 * HOUR)
    late = take(paper, ALICE + 3, NOON + 3 * HOUR)
    record(late, answer(late.form["items"][0]))
    void = take(paper, ALICE + 4, NOON + 4 * HOUR)
    api.void_attempt(paper, learner_id=ALICE + 4, attempt_id=void.id, by=by())
    take(make_paper(OTHER_EXAM), ALICE)
    return paper


def test_staff_see_every_attempt_newest_first_and_how_many_of_each_sort(crowd):
    page = api.attempts_of(crowd.usage)
    assert [one.learner_id for one in page.attempts] == [ALICE + 4, ALICE + 3, ALICE + 2, ALICE + 1, ALICE]
    assert (page.page, page.pages) == (1, 1)
    assert page.counts == {"all": 5, "open": 1, "passed": 2, "not_passed": 1, "late": 1, "void": 1}
    assert page.attempts[0].is_void
    assert page.attempts[2].is_open
    assert {one.form for one in page.attempts} == {None}
    for which, learners in {
        "open": [ALICE + 2],
        "passed": [ALICE + 3, ALICE],
        "not_passed": [ALICE + 1],
        "late": [ALICE + 3],
        "void": [ALICE + 4],
        "nonsense": [ALICE + 4, ALICE + 3, ALICE + 2, ALICE + 1, ALICE],
    }.items():
        assert [one.learner_id for one in api.attempts_of(crowd.usage, which=which).attempts] == learners, which
    assert [one.learner_id for one in api.attempts_of(crowd.usage, learners=[ALICE, CHARLIE]).attempts] == [ALICE]
    assert api.attempts_of(crowd.usage, learners=[]).counts["all"] == 0


def test_an_export_holds_every_attempt_that_was_not_voided(crowd):
    found, statements = counted(lambda: api.every_result(crowd.usage))
    assert [one.learner_id for one in found] == [ALICE, ALICE + 1, ALICE + 2, ALICE + 3]
    assert [one.result is None for one in found] == [False, False, True, False]
    assert len(statements) == 1


def test_a_page_that_is_not_there_is_the_nearest_one_and_the_number_of_statements_does_not_grow():
    paper = make_paper()
    rows = [take(paper, learner) for learner in LEARNERS[:20]]
    page, few = counted(lambda: api.attempts_of(paper.usage))
    assert (len(page.attempts), page.pages) == (20, 1)
    for row in rows:
        for number in range(2, 11):
            row.pk, row.number = uuid.uuid4(), number
            row.save(force_insert=True)
    page, many = counted(lambda: api.attempts_of(paper.usage, page=4))
    assert (len(page.attempts), page.page, page.pages, page.counts["all"]) == (50, 4, 4, 200)
    assert len(few) == len(many) == 2
    assert reads(many)
    assert (api.attempts_of(paper.usage, page=99).page, api.attempts_of(paper.usage, page=-1).page) == (4, 1)
    seen = [one.id for number in range(1, 5) for one in api.attempts_of(paper.usage, page=number).attempts]
    assert len(set(seen)) == 200


def test_the_log_holds_everything_that_happened_in_order():
    paper = make_paper()
    attempt = start(paper)
    item = safety(attempt)[0]
    record(attempt, answer(item), event("left"), now=NOON + MINUTE)
    close(attempt, NOON + 2 * MINUTE)
    record(attempt, answer(safety(attempt)[1]), now=NOON + 3 * MINUTE)
    about = {"learner_id": ALICE, "attempt_id": attempt.id}
    asked = api.appeal(paper, **about, item=item, by=by(NOON + 4 * MINUTE, "Two are right", actor=ALICE))
    said = by(NOON + 5 * MINUTE, "Yes")
    api.answer_appeal(paper, learner_id=ALICE, appeal_id=asked, outcome="upheld", by=said)
    api.rescore(make_paper(keys={item: "c"}), by=by(NOON + 6 * MINUTE, "Key"), expected=1)
    api.judge_late(paper, **about, take=True, by=by(NOON + 7 * MINUTE, "The net was down"))
    api.reset_attempts(paper, learner_id=ALICE, by=by(NOON + 8 * MINUTE, "Anew"))
    take(paper, now=at(3))
    api.reset_attempts(paper, learner_id=ALICE, by=by(at(4), "Again"))
    versions.cache.clear()
    (view, version, log), statements = counted(lambda: api.attempt_with_log(paper.usage, attempt.id))
    assert [(one.kind, one.actor_id) for one in log] == [
        ("attempt_started", ALICE),
        ("answered", ALICE),
        ("left", ALICE),
        ("attempt_closed", ALICE),
        ("answered", ALICE),
        ("appeal", ALICE),
        ("appeal_answered", BOB),
        ("rescored", BOB),
        ("late_judged", BOB),
        ("reset", BOB),
    ]
    assert [one.note for one in log][5:] == ["Two are right", "Yes", "Key", "The net was down", "Anew"]
    assert [one.late for one in log[:5]] == [False, False, False, False, True]
    assert (version.digest, view.is_void, view.answers[item]) == (paper.assessment.digest, True, KEY)
    assert len(statements) == 4
    assert reads(statements)


def test_what_began_an_attempt_stands_first_in_the_log_though_all_happened_at_once():
    attempt = take(make_paper())
    log = api.attempt_with_log(str(EXAM), attempt.id)[2]
    assert (log[0].kind, log[-1].kind) == ("attempt_started", "attempt_closed")


def test_a_reset_after_an_attempt_was_voided_is_no_part_of_its_log():
    paper = make_paper()
    attempt = take(paper)
    api.void_attempt(paper, learner_id=ALICE, attempt_id=attempt.id, by=by(NOON + MINUTE))
    api.reset_attempts(paper, learner_id=ALICE, by=by(NOON + 2 * MINUTE))
    assert [one.kind for one in api.attempt_with_log(paper.usage, attempt.id)[2]][-1] == "attempt_voided"


def test_a_log_takes_as_many_statements_with_two_hundred_events_as_with_two():
    paper = make_paper()
    one, other = start(paper), start(paper, ALICE + 1)
    record(one, event("left"), event("resumed"))
    record(other, *[answer(other.form["items"][number % 10]) for number in range(200)])
    _, few = counted(lambda: api.attempt_with_log(paper.usage, one.id))
    _, many = counted(lambda: api.attempt_with_log(paper.usage, other.id))
    assert len(few) == len(many)


def test_an_attempt_is_looked_up_only_in_its_own_block():
    attempt = start(make_paper())
    with pytest.raises(NotFound) as refused:
        api.attempt_with_log(str(OTHER_EXAM), attempt.id)
    assert refused.value.code == "unknown_attempt"


def test_the_version_of_an_attempt_is_the_one_its_form_names():
    old, new = make_paper(), make_paper(cut="90%")
    work(start(old))
    [view] = api.exam_record(new, ALICE).attempts
    assert api.version_of_attempt(view, new.assessment).digest == old.assessment.digest
    view = api.exam_record(old, ALICE).attempts[0]
    _, statements = counted(lambda: api.version_of_attempt(view, old.assessment))
    assert statements == []


def test_what_waits_is_counted_by_two_statements():
    paper = make_paper()
    for learner in LEARNERS[:3]:
        attempt = take(paper, learner)
        record(attempt, answer(attempt.form["items"][0]))
        said = by(actor=learner)
        api.appeal(paper, learner_id=learner, attempt_id=attempt.id, item=attempt.form["items"][0], by=said)
    waiting, statements = counted(lambda: api.exam_waiting(paper.usage))
    assert (waiting, len(statements)) == ({"late": 3, "appeals": 3}, 2)
    assert api.exam_waiting(str(OTHER_EXAM)) == {"late": 0, "appeals": 0}


def test_looking_closes_and_changes_nothing():
    paper = make_paper()
    attempt = start(paper)
    before = Attempt.objects.values().get()
    api.exam_record(paper, ALICE)
    api.attempts_of(paper.usage)
    api.attempt_with_log(paper.usage, attempt.id)
    api.accommodations(COURSE)
    assert Attempt.objects.values().get() == before
