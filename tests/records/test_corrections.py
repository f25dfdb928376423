"""Mistakes are corrected by another act; what was recorded first stays readable."""

import uuid

import pytest

from tests.records.conftest import (
    ALICE,
    ALL_WELL,
    BEA,
    BOB,
    EVERYONE,
    SKILLS,
    at,
    codes,
    make_entry,
    make_sheet,
    rated,
    sign,
)
from westmec_xblocks.domain.checklist.definition import Section
from westmec_xblocks.domain.checklist.facts import Kind, Stop
from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted
from westmec_xblocks.domain.text import Text
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Outbox, Status

pytestmark = pytest.mark.django_db


def correct(sheet, demonstration, entry, *, actor=BOB, staff=False, reason="wrong line", client_id=None, now=None):
    return api.correct_demonstration(
        sheet,
        demonstration=demonstration,
        entry=entry,
        reason=reason,
        actor_id=actor,
        may_correct_others=staff,
        client_id=client_id or uuid.uuid4(),
        now=now or at(5),
    )


def withdraw(sheet, demonstration, *, actor=BOB, staff=False, reason="wrong learner", learner=ALICE, client_id=None):
    return api.withdraw_demonstration(
        sheet,
        learner_id=learner,
        demonstration=demonstration,
        reason=reason,
        actor_id=actor,
        may_correct_others=staff,
        client_id=client_id or uuid.uuid4(),
        now=at(5),
    )


def test_a_correction_stands_in_the_place_of_what_was_said():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry(ratings={**ALL_WELL, **rated(l02="1")}))
    verdict = correct(sheet, first.act_id, make_entry())
    assert verdict.standing.passed
    record = api.standing_of(sheet, ALICE)
    assert [(act.kind, act.ratings["02"].value, act.replaced_by, act.note) for act in record.acts] == [
        ("demonstration", "1", verdict.act_id, ""),
        ("correction", "3", None, "wrong line"),
    ]
    assert [act.original for act in record.acts] == [first.act_id, first.act_id]


def test_a_correction_can_be_corrected_and_sent_again():
    sheet, client_id = make_sheet(), uuid.uuid4()
    (first,) = sign(sheet, make_entry())
    second = correct(sheet, first.act_id, make_entry(ratings=rated(l01="not_met")))
    third = correct(sheet, second.act_id, make_entry(ratings=rated(l01="met")), client_id=client_id)
    again = correct(sheet, second.act_id, make_entry(ratings=rated(l01="met")), client_id=client_id, now=at(6))
    assert (again.act_id, again.repeated) == (third.act_id, True)
    assert [act.replaced_by for act in api.standing_of(sheet, ALICE).acts] == [second.act_id, third.act_id, None]
    with pytest.raises(Conflict):
        correct(sheet, first.act_id, make_entry(ratings=rated(l01="met", l02="4")), client_id=client_id)


def test_only_whoever_recorded_it_or_staff_may_change_it():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry())
    with pytest.raises(NotPermitted):
        correct(sheet, first.act_id, make_entry(evaluator=BEA), actor=BEA)
    with pytest.raises(NotPermitted):
        withdraw(sheet, first.act_id, actor=BEA)
    assert Act.objects.count() == 1
    correct(sheet, first.act_id, make_entry(evaluator=BEA, ratings=rated(l01="met")), actor=BEA, staff=True)
    (outcome,) = api.standing_of(sheet, ALICE).standing.outcomes
    assert outcome.demonstration.evaluator == BOB
    assert Act.objects.get(kind="correction").actor_id == BEA


def test_staff_who_learn_here_cannot_change_their_own_record():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry())
    assert codes(correct(sheet, first.act_id, make_entry(), actor=ALICE, staff=True).refusals) == ["own_skill"]
    assert codes(withdraw(sheet, first.act_id, actor=ALICE, staff=True).refusals) == ["own_skill"]


def test_a_learner_may_correct_a_self_check_which_stays_one():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry(ALICE, ALICE, kind=Kind.SELF))
    verdict = correct(sheet, first.act_id, make_entry(ALICE, ALICE, ratings=rated(l01="met")), actor=ALICE)
    assert verdict.refusals == ()
    assert verdict.standing.score == 0


@pytest.mark.parametrize(
    ("entry", "reason", "code"),
    [
        (make_entry(), " ", "reason_missing"),
        (make_entry(), "x" * 2001, "too_long"),
        (make_entry(ratings=rated(l01="5")), "typo", "off_scale"),
        (make_entry(ratings={}), "typo", "nothing_rated"),
        (make_entry(day=9), "typo", "observed_in_future"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(entry, reason, code):
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry())
    assert codes(correct(sheet, first.act_id, entry, reason=reason).refusals) == [code]
    assert Act.objects.count() == 1


def test_only_staff_take_a_stop_away():
    sheet = make_sheet()
    (stopped,) = sign(sheet, make_entry(stop=Stop("01", "reached in")))
    assert codes(correct(sheet, stopped.act_id, make_entry()).refusals) == ["stop_needs_staff"]
    assert codes(withdraw(sheet, stopped.act_id).refusals) == ["stop_needs_staff"]
    kept = correct(sheet, stopped.act_id, make_entry(stop=Stop("01", "reached in while it ran")))
    assert kept.refusals == ()
    assert withdraw(sheet, stopped.act_id, actor=BEA, staff=True).refusals == ()
    assert Status.objects.get(thing="").waiting == ""
    (later,) = sign(sheet, make_entry(day=5))
    assert later.standing.passed


def test_a_reteach_survives_the_correction_of_its_stop():
    sheet = make_sheet()
    (stopped,) = sign(sheet, make_entry(stop=Stop("01", "reached in")))
    fixed = correct(sheet, stopped.act_id, make_entry(stop=Stop("01", "reached in while it ran")))
    api.record_reteach(
        sheet,
        learner_id=ALICE,
        stop=fixed.act_id,
        taught_at=at(3),
        taught_on=at(3).date(),
        actor_id=BOB,
        client_id=uuid.uuid4(),
        now=at(5),
    )
    (again,) = sign(sheet, make_entry(day=4), now=at(5))
    assert again.standing.passed


def test_what_a_second_evaluator_was_compared_with_is_changed_by_staff_only():
    sheet = make_sheet(second_evaluator=EVERYONE)
    (first,) = sign(sheet, make_entry(paired=True))
    api.record_second_rating(
        sheet,
        learner_id=ALICE,
        demonstration=first.act_id,
        ratings={**ALL_WELL, **rated(l01="not_met")},
        actor_id=BEA,
        client_id=uuid.uuid4(),
        now=at(3),
    )
    agreeing = make_entry(ratings={**ALL_WELL, **rated(l01="not_met")})
    assert codes(correct(sheet, first.act_id, agreeing).refusals) == ["second_has_rated"]
    assert codes(withdraw(sheet, first.act_id).refusals) == ["second_has_rated"]
    assert correct(sheet, first.act_id, agreeing, staff=True).refusals == ()
    assert api.waiting_settlement(sheet.usage_key, evaluator_id=4) == []


def test_what_was_accepted_once_is_not_refused_when_a_detail_is_corrected():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry(day=1))
    harder = make_sheet(requires=("WM.PD1.A",))
    assert correct(harder, first.act_id, make_entry(day=1, variant="blue lathe")).refusals == ()


def test_a_correction_is_checked_by_the_version_that_was_rated():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry())
    shorter = make_sheet(sections=(Section(Text("All"), SKILLS[:2]),))
    verdict = correct(shorter, first.act_id, make_entry(ratings={**ALL_WELL, **rated(l03="4")}))
    assert verdict.refusals == ()
    assert list(api.rebuild_statuses(at(6), write=False)) == []


def test_a_withdrawn_demonstration_counts_no_more_and_stays_readable():
    sheet, client_id = make_sheet(), uuid.uuid4()
    (first,) = sign(sheet, make_entry())
    verdict = withdraw(sheet, first.act_id, client_id=client_id)
    assert verdict.standing.score == 0
    assert withdraw(sheet, first.act_id, client_id=client_id).repeated
    with pytest.raises(NotFound):
        withdraw(sheet, first.act_id)
    with pytest.raises(NotFound):
        correct(sheet, first.act_id, make_entry())
    assert [act.kind for act in api.standing_of(sheet, ALICE).acts] == ["demonstration", "withdrawal"]
    assert list(Outbox.objects.order_by("id").values_list("kind", "earned"))[-2:] == [("grade", 0), ("completion", 0)]


def test_a_demonstration_of_another_learner_is_not_found():
    sheet = make_sheet()
    (first,) = sign(sheet, make_entry())
    with pytest.raises(NotFound):
        withdraw(sheet, first.act_id, learner=ALICE + 1)
    with pytest.raises(NotFound):
        correct(sheet, first.act_id, make_entry(ALICE + 1))


def test_a_reset_begins_anew_and_tells_the_host_zero():
    sheet = make_sheet()
    sign(sheet, make_entry(stop=Stop("01", "reached in")))
    Outbox.objects.all().delete()
    api.reset_learner(sheet, learner_id=ALICE, actor_id=BEA, now=at(3), reason="moved course")
    assert list(Outbox.objects.values_list("kind", "earned")) == [("grade", 0.0)]
    assert Status.objects.get(thing="").state == "not_started"
    (again,) = sign(sheet, make_entry(day=3, hour=11))
    assert again.standing.passed
    assert [act.kind for act in api.standing_of(sheet, ALICE).acts] == ["demonstration", "reset", "demonstration"]
    assert list(api.rebuild_statuses(at(6), write=False)) == []


def test_resetting_somebody_without_a_record_does_nothing():
    verdict = api.reset_learner(make_sheet(), learner_id=ALICE, actor_id=BEA, now=at(3))
    assert codes(verdict.refusals) == ["nothing_recorded"]
    assert not any(model.objects.exists() for model in (Act, Status, Outbox))
