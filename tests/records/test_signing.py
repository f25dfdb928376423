"""Signing off through the api, on a real database."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.records.conftest import (
    ALICE,
    BOB,
    COURSE,
    LEARNERS,
    at,
    make_entry,
    make_sheet,
    on,
    rated,
    sign,
)
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.records import api, versions
from westmec_xblocks.records.models import Act, Definition, Outbox, Status

pytestmark = pytest.mark.django_db


def counted(work):
    with CaptureQueriesContext(connection) as queries:
        result = work()
    return result, [query["sql"] for query in queries]


def test_a_demonstration_is_recorded_with_its_version_and_moves_the_status():
    sheet = make_sheet()
    (verdict,) = sign(sheet, make_entry())
    assert verdict.refusals == ()
    act = Act.objects.get()
    assert (act.id, act.number, act.learner_id, act.actor_id) == (verdict.act_id, 1, ALICE, BOB)
    assert Definition.objects.get().digest == act.digest == sheet.checklist.digest
    assert verdict.standing.passed
    whole = Status.objects.get(thing="")
    assert (whole.state, whole.score, whole.since) == ("holds", 1.0, on(2))
    assert set(Status.objects.exclude(thing="").values_list("code", "state")) == {
        ("WM.PD2.A.01", "holds"),
        ("WM.PD2.A.02", "holds"),
        ("WM.PD2.A.03", "holds"),
    }


def test_the_standing_read_back_is_the_standing_returned():
    sheet = make_sheet()
    (verdict,) = sign(sheet, make_entry(ratings=rated(l01="met", l02="2")))
    record = api.standing_of(sheet, ALICE)
    assert record.standing == verdict.standing
    assert [act.kind for act in record.acts] == ["demonstration"]
    assert record.acts[0].ratings == rated(l01="met", l02="2")
    versions.cache.clear()
    status = api.overview(sheet, [ALICE, BOB])
    assert status[ALICE].line("01").state is State.IN_PROGRESS
    assert status[BOB].state is State.NOT_STARTED


def hold_elsewhere(code):
    Status.objects.bulk_create(
        Status(
            usage_key="other", course_key=str(COURSE), learner_id=learner, code=code, state="holds", updated_at=at(1)
        )
        for learner in LEARNERS
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("learners", [5, 25])
def test_signing_one_skill_takes_at_most_eight_statements(learners):
    entries = [make_entry(learner, ratings=rated(l01="met")) for learner in LEARNERS[:learners]]
    verdicts, statements = counted(lambda: sign(make_sheet(), *entries))
    assert len(statements) == 8, statements
    hold_elsewhere("WM.PD1.A")
    sheet = make_sheet("<b/>", requires=("WM.PD1.A",))
    sign(sheet, make_entry(LEARNERS[-1], day=1))
    again = [replace(entry, observed_on=on(3), observed_at=at(3)) for entry in entries]
    more, statements = counted(lambda: sign(sheet, *again))
    assert len(statements) <= 8, statements
    assert not any(verdict.refusals for verdict in (*verdicts, *more))
    assert Act.objects.count() == 2 * learners + 1
    assert Outbox.objects.filter(kind="grade").count() >= learners


def test_the_whole_class_is_read_in_as_many_statements_as_a_few():
    sheet = make_sheet()
    sign(sheet, *[make_entry(learner) for learner in LEARNERS])
    for few in (LEARNERS[:5], LEARNERS):
        found, statements = counted(lambda few=few: api.overview(sheet, few))
        assert len(statements) == 1
        assert all(found[learner].state is State.HOLDS for learner in few)
