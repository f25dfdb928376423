"""Erasing a person blanks what they wrote in an exam and why they were granted something; what they can do stays proved."""

import uuid

import pytest

from tests.records.conftest import ALICE, BOB, COURSE, DORA, at
from tests.records.exams import NOON, answer, by, close, differences, make_paper, record, safety, start, take
from westmec_xblocks.records import api, versions
from westmec_xblocks.records.models import Accommodation, Act, Attempt, AttemptEvent, Definition, Status

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Alice Romero"
TABLES = (Act, Attempt, AttemptEvent, Status, Accommodation)


def everything():
    return repr([list(table.objects.order_by("pk").values()) for table in TABLES])


@pytest.fixture
def paper():
    return make_paper(words=8)


@pytest.fixture
def attempt(paper):
    """A closed attempt with right answers in words, one that names the learner, a late one, an appeal and a granted hour."""
    granting = api.Granting(ALICE, break_minutes=5, reason=f"{SECRET} has a bad back")
    api.grant_accommodations(COURSE, grants=[granting], actor_id=BOB, client_id=uuid.uuid4(), now=NOON)
    row = start(paper)
    words = safety(row)
    record(row, answer(words[0], f"{SECRET} was here"), *[answer(item, "lock") for item in words[1:]])
    record(row, *[answer(item) for item in row.form["items"] if item.startswith("d2")])
    row = close(row)
    record(row, answer(words[0], f"{SECRET} again"))
    api.judge_late(paper, learner_id=ALICE, attempt_id=row.id, take=True, by=by(reason="The net was down"))
    record(row, answer(words[0], f"{SECRET} once more"))
    said = by(reason=f"{SECRET} disagrees", actor=ALICE)
    asked = api.appeal(paper, learner_id=ALICE, attempt_id=row.id, item=words[0], by=said)
    api.answer_appeal(paper, learner_id=ALICE, appeal_id=asked, outcome="rejected", by=by(reason=f"Dear {SECRET}"))
    return Attempt.objects.get()


def test_the_words_are_gone_and_the_result_stays(attempt):
    assert SECRET in everything()
    before = AttemptEvent.objects.count()
    api.retire_user(ALICE, actor_id=DORA, now=at(10))
    assert SECRET not in everything()
    row = Attempt.objects.get()
    assert (row.result, row.passed, row.late, row.events) == (attempt.result, True, 1, attempt.events)
    assert AttemptEvent.objects.count() == before
    chosen = AttemptEvent.objects.filter(item__startswith="d2")
    assert {one.response for one in chosen} == {"b"}
    assert Accommodation.objects.get().break_minutes == 5
    assert Act.objects.order_by("number").last().kind == "erased"
    assert Status.objects.get().state == "holds"
    assert differences() == []


def test_erasing_again_changes_nothing(attempt):
    api.retire_user(ALICE, actor_id=DORA, now=at(10))
    before = everything()
    assert api.retire_user(ALICE, actor_id=DORA, now=at(11)).acts == 0
    assert everything() == before


def test_what_was_erased_is_not_scored_again(attempt, paper):
    chosen = next(item for item in attempt.form["items"] if item.startswith("d2") and item not in attempt.form["pilot"])
    api.retire_user(ALICE, actor_id=DORA, now=at(10))
    assert api.rescoring_of(paper) == []
    [change] = api.rescoring_of(make_paper(words=8, keys={chosen: "c"}))
    assert change.before.earned - change.after.earned == 1
    api.judge_late(paper, learner_id=ALICE, attempt_id=attempt.id, take=True, by=by(at(11)))
    assert Attempt.objects.get().result["earned"] == attempt.result["earned"]
    assert differences() == []


def test_where_nobody_knows_any_more_what_was_asked_every_answer_goes(attempt):
    Definition._base_manager.all().delete()
    versions.cache.clear()
    api.retire_user(ALICE, actor_id=DORA, now=at(10))
    assert SECRET not in everything()
    assert not [one for one in AttemptEvent.objects.all() if one.response is not None]


def test_others_keep_what_they_wrote_and_were_granted(paper):
    other = take(make_paper(), ALICE + 1)
    granting = api.Granting(ALICE + 1, break_minutes=5, reason="Bad back")
    api.grant_accommodations(COURSE, grants=[granting], actor_id=ALICE, client_id=uuid.uuid4(), now=NOON)
    before = everything()
    api.retire_user(ALICE, actor_id=DORA, now=at(10))
    assert everything() == before
    assert other.passed
