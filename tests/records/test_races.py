"""Two people at once, on whatever database the tests run on, each with a connection of its own."""

import threading
import uuid

import pytest
from django.db import connection, transaction

from tests.records.conftest import (
    ALICE,
    BEA,
    BOB,
    COURSE,
    DORA,
    LEARNERS,
    USAGE,
    at,
    make_entry,
    make_sheet,
    rated,
    sign,
)
from tests.records.races import PATIENCE, at_once
from westmec_xblocks.records import api, outbox
from westmec_xblocks.records.models import Act, LabGroup, LabGroupChange, Outbox, Status

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("shared_database")]


def nothing_differs():
    return [str(one) for one in api.rebuild_statuses(at(28), write=False)] == []


def test_two_evaluators_on_one_learner_are_both_recorded(isolation):
    sheet = make_sheet(demonstrations=12, days=1)
    works = [
        lambda evaluator=evaluator, hour=hour: sign(sheet, make_entry(evaluator=evaluator, hour=hour))
        for hour in range(6)
        for evaluator in (BOB, BEA)
    ]
    verdicts = [verdict for [verdict] in at_once(*works)]
    assert all(verdict.act_id for verdict in verdicts)
    assert sorted(Act.objects.values_list("number", flat=True)) == list(range(1, 13))
    assert sum(verdict.standing.passed for verdict in verdicts) == 1
    assert Status.objects.get(thing="").state == "holds"
    assert nothing_differs()


def test_whole_classes_in_any_order_wait_for_each_other_and_none_is_lost(isolation):
    sheet = make_sheet(demonstrations=9)
    orders = (LEARNERS, LEARNERS[::-1], LEARNERS[10:], LEARNERS[:15])
    works = [
        lambda order=order, evaluator=evaluator: sign(
            sheet, *[make_entry(learner, evaluator, ratings=rated(l01="met")) for learner in order]
        )
        for order in orders
        for evaluator in (BOB, BEA)
    ]
    results = at_once(*works)
    assert all(verdict.act_id for verdicts in results for verdict in verdicts)
    assert Act.objects.count() == 2 * sum(map(len, orders))
    assert nothing_differs()


def test_the_same_entry_sent_many_times_at_once_is_one_row(isolation):
    sheet, client_id = make_sheet(), uuid.uuid4()
    works = [lambda: sign(sheet, make_entry(), ids=[client_id])] * 8
    verdicts = [verdict for [verdict] in at_once(*works)]
    assert len({verdict.act_id for verdict in verdicts}) == 1
    assert sum(verdict.repeated for verdict in verdicts) == 7
    assert (Act.objects.count(), Outbox.objects.count()) == (1, 2)


def test_a_writer_that_waited_sees_what_the_other_has_written(isolation):
    """The second one starts while the first one's transaction is open, and reads only after the first one's commit."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets the second one begin only after the first one's commit")
    sheet = make_sheet(demonstrations=2, days=1)
    sign(sheet, make_entry(LEARNERS[-1]))
    written, begun = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            verdict = sign(sheet, make_entry(evaluator=BOB))[0]
            written.set()
            begun.wait(PATIENCE)
            threading.Event().wait(0.5)
        return verdict

    def second():
        written.wait(PATIENCE)
        begun.set()
        return sign(sheet, make_entry(evaluator=BEA, hour=11))[0]

    one, other = at_once(first, second)
    assert (one.standing.passed, other.standing.passed) == (False, True)
    assert list(Act.objects.filter(learner_id=ALICE).order_by("number").values_list("number", "actor_id")) == [
        (1, BOB),
        (2, BEA),
    ]
    assert nothing_differs()


def test_acts_of_different_kinds_at_once_leave_a_record_that_fits_together():
    sheet = make_sheet()
    first = sign(sheet, make_entry())[0].act_id

    def correct(value):
        return api.correct_demonstration(
            sheet,
            demonstration=first,
            entry=make_entry(ratings=rated(l01=value)),
            reason="typo",
            actor_id=BOB,
            may_correct_others=False,
            client_id=uuid.uuid4(),
            now=at(5),
        )

    at_once(
        lambda: correct("met"),
        lambda: correct("not_met"),
        lambda: api.request_sign_off(sheet, learner_id=ALICE, client_id=uuid.uuid4(), now=at(5)),
        lambda: sign(sheet, make_entry(evaluator=DORA, day=3)),
    )
    assert Act.objects.count() == 5
    assert nothing_differs()


def test_news_delivered_by_several_workers_is_told_once_and_the_newest_last(gradebook):
    sheet = make_sheet()
    sign(sheet, *[make_entry(learner) for learner in LEARNERS])
    told = at_once(*[lambda: api.deliver_outbox(at(20))] * 3)
    assert sum(one.delivered for one in told) == 50
    assert len(gradebook.told) == 50
    Outbox.objects.all().delete()
    gradebook.told.clear()

    def sign_and_tell(day):
        sign(sheet, make_entry(day=day, ratings=rated(l01="met" if day % 2 else "not_met")))
        return api.deliver_outbox(at(20))

    at_once(*[lambda day=day: sign_and_tell(day) for day in range(3, 9)])
    api.deliver_outbox(at(20))
    grades = [one[3] for one in gradebook.told if one[0] == "grade"]
    assert grades[-1] == pytest.approx(api.standing_of(sheet, ALICE).standing.score * 10)
    assert not Outbox.objects.filter(delivered_at=None).exists()


def test_a_slow_worker_is_not_overtaken_by_newer_news_of_the_same_learner(gradebook, monkeypatch):
    sheet = make_sheet()
    sign(sheet, make_entry(day=1))
    slow, go_on = threading.Event(), threading.Event()
    tell = outbox._tell

    def tell_slowly(row):
        if row.kind == "grade" and not slow.is_set():
            slow.set()
            go_on.wait(2 if connection.vendor == "sqlite" else PATIENCE)
        tell(row)

    monkeypatch.setattr(outbox, "_tell", tell_slowly)

    def newer():
        slow.wait(PATIENCE)
        sign(sheet, make_entry(day=2, ratings=rated(l01="not_met")))
        told = api.deliver_outbox(at(20))
        go_on.set()
        return told

    at_once(lambda: api.deliver_outbox(at(20)), newer)
    api.deliver_outbox(at(20))
    assert [one[3] for one in gradebook.told if one[0] == "grade"] == [10.0, pytest.approx(20 / 3)]


def test_the_same_group_and_the_same_evidence_sent_at_once_are_one(settings, tmp_path):
    settings.WESTMEC_EVIDENCE_STORAGE = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "files")},
    }
    group_id, file_id, sheet = uuid.uuid4(), uuid.uuid4(), make_sheet()

    def make():
        return api.create_group(COURSE, name="Crew", members=[ALICE], actor_id=DORA, client_id=group_id, now=at(1))

    def store():
        return api.store_evidence(
            sheet, learner_id=ALICE, skill="01", name="a.txt", content=b"x", client_id=file_id, now=at(1)
        )

    assert len({group.id for group in at_once(*[make] * 4)}) == LabGroup.objects.count() == 1
    assert len({one.id for one in at_once(*[store] * 4)}) == len(api.evidence_of(USAGE, ALICE)) == 1
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1

    def change(members):
        [group] = api.groups(COURSE)
        return api.change_group(
            COURSE,
            group_id=group.id,
            name="Crew",
            members=members,
            actor_id=DORA,
            client_id=uuid.uuid4(),
            now=at(2),
        )

    at_once(*[lambda n=n: change(range(ALICE, ALICE + n)) for n in range(2, 6)])
    numbers = list(LabGroupChange.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(api.groups(COURSE)[0].members) in range(2, 6)
