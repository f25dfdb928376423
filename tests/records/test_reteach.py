"""After a stop: the re-teach, and the attempt that follows it."""

import uuid

import pytest

from tests.records.conftest import (
    ALICE,
    BOB,
    at,
    codes,
    make_entry,
    make_sheet,
    on,
    sign,
)
from westmec_xblocks.domain.checklist.facts import Stop
from westmec_xblocks.domain.refusals import NotFound
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act

pytestmark = pytest.mark.django_db


def test_after_a_stop_a_new_attempt_needs_a_reteach_and_a_later_day():
    sheet = make_sheet()
    (stopped,) = sign(sheet, make_entry(stop=Stop("01", "reached into the machine")))
    (early,) = sign(sheet, make_entry(day=3))
    assert codes(early.refusals) == ["reteach_missing"]
    (waiting,) = api.waiting_reteach(sheet.usage_key)
    assert (waiting.demonstration, waiting.learner_id, waiting.act) == (
        stopped.act_id,
        ALICE,
        "reached into the machine",
    )
    taught = api.record_reteach(
        sheet,
        learner_id=ALICE,
        stop=stopped.act_id,
        taught_at=at(2, 14),
        taught_on=on(2),
        note="Lockout, step by step",
        actor_id=BOB,
        client_id=uuid.uuid4(),
        now=at(2, 14),
    )
    assert taught.refusals == ()
    assert api.waiting_reteach(sheet.usage_key) == []
    (same_day,) = sign(sheet, make_entry(day=2, hour=15))
    assert codes(same_day.refusals) == ["same_day_as_stop"]
    (later,) = sign(sheet, make_entry(day=3))
    assert later.standing.passed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor_id": ALICE}, "own_skill"),
        ({"taught_at": at(9), "taught_on": on(9)}, "observed_in_future"),
        ({"taught_at": at(1), "taught_on": on(1)}, "reteach_before_stop"),
        ({"note": "x" * 2001}, "too_long"),
    ],
)
def test_a_reteach_that_cannot_be_is_refused(changes, code):
    sheet = make_sheet()
    (stopped,) = sign(sheet, make_entry(stop=Stop("01", "reached in")))
    about = {"taught_at": at(3), "taught_on": on(3), "note": "", "actor_id": BOB, **changes}
    verdict = api.record_reteach(
        sheet, learner_id=ALICE, stop=stopped.act_id, client_id=uuid.uuid4(), now=at(3), **about
    )
    assert codes(verdict.refusals) == [code]
    assert Act.objects.count() == 1


def test_a_reteach_belongs_to_a_stop_of_this_learner():
    sheet = make_sheet()
    (plain,) = sign(sheet, make_entry())
    about = {"taught_at": at(3), "taught_on": on(3), "actor_id": BOB, "now": at(3)}
    verdict = api.record_reteach(sheet, learner_id=ALICE, stop=plain.act_id, client_id=uuid.uuid4(), **about)
    assert codes(verdict.refusals) == ["not_stopped"]
    with pytest.raises(NotFound):
        api.record_reteach(sheet, learner_id=ALICE + 1, stop=plain.act_id, client_id=uuid.uuid4(), **about)
