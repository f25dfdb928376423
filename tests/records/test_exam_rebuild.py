"""Attempts, statuses and exposure always follow from acts and events, whatever happened and in whatever order."""

import uuid
from datetime import timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.conftest import ALICE, BOB, COURSE, LEARNERS, at
from tests.records.exams import (
    HOUR,
    NOON,
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
)
from tests.records.statements import counted
from westmec_xblocks.domain.refusals import WestmecError
from westmec_xblocks.records import api, versions
from westmec_xblocks.records.models import (
    Act,
    Attempt,
    AttemptEvent,
    Definition,
    ItemExposure,
    Outbox,
    Status,
)

pytestmark = pytest.mark.django_db

COMMON = {"attempts": "unlimited", "lock": "minimum"}
PAPERS = [
    make_paper(**COMMON),
    make_paper(**COMMON, cut="80%", keys={"d1-01": "c", "d2-03": "d"}, counted="last"),
    make_paper(**COMMON, credit="passed", completion="finished", without=["d1-10", "d2-10", "d1-08", "d2-08"]),
    make_paper(**COMMON, time_limit="90 min", wait="1 h", counted="first", words=3),
]
DOINGS = [
    *["start"] * 4,
    *["answer"] * 6,
    *["submit"] * 3,
    *["pass time"] * 3,
    "close overdue",
    "break",
    "void",
    "grant",
    "grant time",
    "reteach",
    "appeal",
    "answer appeal",
    *["judge late"] * 2,
    "rescore",
    "reset",
    "edit",
    "erase",
]
STEPS = st.tuples(st.sampled_from(DOINGS), st.integers(0, 999))


class World:
    """An exam that is edited now and then, and two learners to whom everything happens."""

    def __init__(self) -> None:
        self.paper, self.now = PAPERS[0], NOON
        self.attempts: list[Attempt] = []
        self.appeals: list[tuple[int, uuid.UUID]] = []
        self.ids = count(1)

    def do(self, what: str, pick: int) -> None:
        """One thing that somebody does; what is refused changes nothing."""
        learner = ALICE + pick % 2
        attempt = self.attempts[-1 - pick % min(len(self.attempts), 3)] if self.attempts else None
        said = api.By(BOB, self._id(), self.now, "because")
        try:
            self._do(what, pick, learner, said)
            if attempt is not None:
                self._do_in(attempt, what, pick, said)
        except WestmecError:
            return

    def _do(self, what: str, pick: int, learner: int, said: api.By) -> None:
        {
            "start": lambda: self.attempts.append(start(self.paper, learner, self.now, client_id=said.client_id)),
            "pass time": lambda: setattr(self, "now", self.now + timedelta(minutes=7 * (pick % 13))),
            "edit": lambda: setattr(self, "paper", PAPERS[pick % len(PAPERS)]),
            "close overdue": lambda: api.close_overdue(self.now),
            "grant": lambda: api.grant_attempt(self.paper, learner_id=learner, by=said),
            "grant time": lambda: self._grant_time(learner, pick, said),
            "reteach": lambda: api.record_exam_reteach(self.paper, learner_id=learner, by=said),
            "answer appeal": lambda: self._answer_appeal(pick, said),
            "rescore": lambda: self._rescore(pick, said),
            "reset": lambda: api.reset_attempts(self.paper, learner_id=learner, by=said) if pick % 3 == 0 else None,
            "erase": lambda: api.retire_user(learner, actor_id=BOB, now=self.now) if pick % 3 == 0 else None,
        }.get(what, lambda: None)()

    def _do_in(self, attempt: Attempt, what: str, pick: int, said: api.By) -> None:
        about = {"learner_id": attempt.learner_id, "attempt_id": attempt.id, "by": said}
        {
            "answer": lambda: record(attempt, *self._answers(attempt, pick), now=self.now),
            "break": lambda: record(attempt, event(("break_began", "break_ended")[pick % 2]), now=self.now),
            "submit": lambda: close(attempt, self.now, client_id=said.client_id),
            "void": lambda: api.void_attempt(self.paper, **about) if pick % 3 == 0 else None,
            "appeal": lambda: self.appeals.append(
                (attempt.learner_id, api.appeal(self.paper, **about, item=_one(attempt, pick)))
            ),
            "judge late": lambda: api.judge_late(self.paper, **about, take=bool(pick % 2)),
        }.get(what, lambda: None)()

    def _grant_time(self, learner: int, pick: int, said: api.By) -> None:
        grants = [api.Granting(learner, break_minutes=pick % 30, extra_attempts=pick % 3)]
        api.grant_accommodations(COURSE, grants=grants, actor_id=BOB, client_id=said.client_id, now=self.now)

    def _answer_appeal(self, pick: int, said: api.By) -> None:
        for who, which in self.appeals[pick % 3 : pick % 3 + 1]:
            api.answer_appeal(self.paper, learner_id=who, appeal_id=which, outcome="upheld", by=said)

    def _rescore(self, pick: int, said: api.By) -> None:
        item = self.paper.assessment.items[pick % len(self.paper.assessment.items)].id
        decided = {item: ("credit", "drop", "by_key")[pick % 3]} if pick % 2 else {}
        expected = len(api.rescoring_of(self.paper, decided))
        api.rescore(self.paper, by=said, expected=expected, decided=decided)

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=next(self.ids))

    def _answers(self, attempt: Attempt, pick: int) -> list[api.Event]:
        items = attempt.form["items"]
        some = items[pick % 5 :: 1 + pick % 3]
        response = "abcdbbb"[pick % 7]
        events = [answer(item, response if pick % 11 else None) for item in some]
        return [*events, event("flagged", items[0]), event("unflagged", items[pick % len(items)])]


def _one(attempt: Attempt, pick: int) -> str:
    return attempt.form["items"][pick % len(attempt.form["items"])]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=5, max_size=40))
def test_after_any_history_nothing_is_lost_and_every_derived_row_follows(history):
    with transaction.atomic():
        world = World()
        for what, pick in history:
            world.do(what, pick)
        versions.cache.clear()
        assert differences(world.now) == []
        tables = (Attempt, Status, ItemExposure)
        columns = [
            [field.name for field in table._meta.fields if field.name not in ("id", "updated_at")] for table in tables
        ]
        before = [
            list(table.objects.order_by("pk").values(*names)) for table, names in zip(tables, columns, strict=True)
        ]
        for table in tables:
            table.objects.all().delete()
        list(api.rebuild_statuses(world.now))
        after = [
            list(table.objects.order_by("pk").values(*names)) for table, names in zip(tables, columns, strict=True)
        ]
        assert after[0] == before[0]
        assert sorted(map(repr, after[1])) == sorted(map(repr, before[1]))
        assert after[2] == before[2]
        for learner in (ALICE, ALICE + 1):
            numbers = list(Act.objects.filter(learner_id=learner).order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
            rows = Attempt.objects.filter(learner_id=learner).order_by("number")
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            assert sum(row.state == "open" for row in rows) <= 1
            for row in rows:
                events = AttemptEvent.objects.filter(attempt=row.pk).order_by("number")
                assert [one.number for one in events] == list(range(1, row.events + 1))
        transaction.set_rollback(True)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEPS.filter(lambda step: step[0] != "erase"), min_size=5, max_size=40))
def test_the_host_always_knows_the_grade_that_holds(history):
    with transaction.atomic():
        world = World()
        for what, pick in history:
            world.do(what, pick)
        for learner in (ALICE, ALICE + 1):
            news = Outbox.objects.filter(learner_id=learner).order_by("id")
            told, done = news.filter(kind="grade").last(), news.filter(kind="completion").last()
            status = Status.objects.filter(learner_id=learner).first()
            assert (told.earned if told else 0.0) == pytest.approx((status.score if status else 0.0) * 40)
            assert bool(done and done.earned) is bool(status and status.detail["complete"])
        transaction.set_rollback(True)


@pytest.fixture
def taken():
    """Two learners' attempts, one of them with a late answer that waits."""
    paper = make_paper()
    first = take(paper)
    record(first, answer(safety(first)[0]))
    start(paper, ALICE + 1)
    return first


def test_lost_wrong_and_strange_attempts_are_named_and_mended(taken, capsys):
    Attempt.objects.filter(learner_id=ALICE + 1).delete()
    Attempt.objects.filter(pk=taken.pk).update(late=7, passed=False)
    ItemExposure.objects.update(forms=9)
    stranger = Attempt.objects.get(pk=taken.pk)
    stranger.pk, stranger.number, stranger.learner_id = uuid.uuid4(), 5, ALICE + 2
    stranger.save(force_insert=True)
    with pytest.raises(SystemExit) as left:
        call_command("westmec_rebuild_status", "--check")
    told = capsys.readouterr().out
    assert left.value.code == 1
    assert f"learner {ALICE} attempt 1: late: 7 should be 1; passed: False should be True" in told
    assert f"learner {ALICE + 1} attempt 1: usage_key: None should be" in told
    assert f"learner {ALICE + 2} attempt 5: id: UUID('{stranger.pk}') should be None" in told
    assert "exam exposure: forms: 9 should be 2" in told
    assert "4 differences." in told
    call_command("westmec_rebuild_status", "--course", str(COURSE))
    assert "4 differences, 4 mended." in capsys.readouterr().out
    assert differences() == []
    assert Attempt.objects.count() == 2


def test_everything_can_be_made_again_from_nothing(taken):
    before = [list(table.objects.order_by("pk").values()) for table in (Attempt, ItemExposure)]
    for table in (Attempt, Status, ItemExposure):
        table.objects.all().delete()
    list(api.rebuild_statuses(at(28)))
    after = [list(table.objects.order_by("pk").values()) for table in (Attempt, ItemExposure)]
    for rows in (*before, *after):
        for row in rows:
            row.pop("updated_at", None)
    assert after == before
    assert differences() == []


def test_a_lost_version_is_reported_and_nothing_is_guessed(taken, capsys):
    Definition._base_manager.all().delete()
    versions.cache.clear()
    Status.objects.update(score=0.5)
    with pytest.raises(SystemExit):
        call_command("westmec_rebuild_status")
    assert "is not on record" in capsys.readouterr().out
    assert Status.objects.filter(score=0.5).count() == 2


def test_the_number_of_statements_does_not_grow_with_learners_attempts_or_events():
    paper = make_paper(attempts="unlimited")
    for learner in LEARNERS[:2]:
        take(paper, learner)
    _, few = counted(differences)
    for learner in LEARNERS[2:]:
        take(paper, learner)
    for number in range(1, 15):
        take(paper, now=NOON + number * HOUR)
    found, many = counted(differences)
    assert found == []
    assert len(few) == len(many)


def test_an_interrupted_life_goes_on_where_it_was(taken):
    paper = make_paper(attempts="unlimited")
    for table in (Attempt, Status, ItemExposure):
        table.objects.all().delete()
    list(api.rebuild_statuses(NOON))
    attempt = Attempt.objects.get(learner_id=ALICE + 1)
    record(attempt, answer(safety(attempt)[0]))
    close(attempt)
    api.judge_late(paper, learner_id=ALICE, attempt_id=taken.id, take=True, by=by())
    assert start(paper).number == 2
    assert ItemExposure.objects.get().forms == 3
    assert differences() == []
