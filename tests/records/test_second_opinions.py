"""The second evaluator, the third who settles, and what none of them may do."""

import uuid

import pytest

from tests.records.conftest import (
    ALICE,
    ALL_WELL,
    BEA,
    BOB,
    DORA,
    EVERYONE,
    at,
    codes,
    make_entry,
    make_sheet,
    rated,
    sign,
)
from westmec_xblocks.domain.checklist.outcomes import Why
from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    return make_sheet(second_evaluator=EVERYONE)


@pytest.fixture
def first(sheet):
    """Bob's demonstration, which Bea has watched too."""
    (verdict,) = sign(sheet, make_entry(paired=True))
    return verdict.act_id


def second(sheet, demonstration, ratings=ALL_WELL, actor=BEA, *, learner=ALICE, client_id=None):
    return api.record_second_rating(
        sheet,
        learner_id=learner,
        demonstration=demonstration,
        ratings=ratings,
        actor_id=actor,
        client_id=client_id or uuid.uuid4(),
        now=at(2, 11),
    )


def settled(sheet, demonstration, *, decisions=None, reason="I was there", actor=DORA):
    return api.settle(
        sheet,
        learner_id=ALICE,
        demonstration=demonstration,
        decisions={"01": True} if decisions is None else decisions,
        reason=reason,
        actor_id=actor,
        client_id=uuid.uuid4(),
        now=at(2, 12),
    )


def test_credit_waits_until_the_second_evaluator_has_rated(sheet, first):
    assert Status.objects.get(thing="").waiting == "second"
    (waiting,) = api.waiting_second(sheet.usage_key, evaluator_id=BEA)
    assert (waiting.demonstration, waiting.learner_id, waiting.lines) == (first, ALICE, ("01", "02", "03"))
    verdict = second(sheet, first)
    assert verdict.standing.passed
    assert verdict.standing.second_done
    assert api.waiting_second(sheet.usage_key, evaluator_id=BEA) == []


def test_the_second_evaluator_sees_no_ratings_of_the_first(sheet, first):
    (act,) = api.standing_of(sheet, ALICE).acts
    assert act.conceal
    (waiting,) = api.waiting_second(sheet.usage_key, evaluator_id=BEA)
    assert not hasattr(waiting, "ratings")
    second(sheet, first)
    assert not any(act.conceal for act in api.standing_of(sheet, ALICE).acts)


def test_what_waits_is_shown_to_neither_the_first_evaluator_nor_the_learner(sheet, first):
    assert api.waiting_second(sheet.usage_key, evaluator_id=BOB) == []
    assert api.waiting_second(sheet.usage_key, evaluator_id=ALICE) == []


@pytest.mark.parametrize(
    ("actor", "ratings", "code"),
    [
        (BOB, ALL_WELL, "same_evaluator"),
        (ALICE, ALL_WELL, "own_skill"),
        (BEA, rated(l01="met"), "lines_left_out"),
        (BEA, {**ALL_WELL, "02": rated(l02="9")["02"]}, "off_scale"),
    ],
)
def test_a_second_rating_that_cannot_be_is_refused(sheet, first, actor, ratings, code):
    verdict = second(sheet, first, ratings, actor)
    assert code in codes(verdict.refusals)
    assert Act.objects.count() == 1


def test_a_second_rating_is_given_once(sheet, first):
    client_id = uuid.uuid4()
    one = second(sheet, first, client_id=client_id)
    again = second(sheet, first, client_id=client_id)
    assert (again.repeated, again.act_id) == (True, one.act_id)
    assert "already_rated" in codes(second(sheet, first, actor=DORA).refusals)
    with pytest.raises(Conflict):
        second(sheet, first, {**ALL_WELL, **rated(l01="not_met")}, client_id=client_id)
    assert Act.objects.count() == 2


def test_a_demonstration_of_somebody_else_is_not_found(sheet, first):
    with pytest.raises(NotFound):
        second(sheet, first, learner=ALICE + 1)
    with pytest.raises(NotFound):
        second(sheet, uuid.uuid4())


def test_a_demonstration_that_nobody_else_watched_takes_no_second_rating(sheet):
    (verdict,) = sign(sheet, make_entry())
    assert "not_paired" in codes(second(sheet, verdict.act_id).refusals)


def test_a_disagreement_on_a_safety_line_waits_for_a_third(sheet, first):
    verdict = second(sheet, first, {**ALL_WELL, **rated(l01="not_met")})
    assert verdict.standing.outcomes[0].why_not is Why.AWAITS_SETTLEMENT
    assert Status.objects.get(thing="").waiting == "settlement"
    for nobody in (BOB, BEA, ALICE):
        assert api.waiting_settlement(sheet.usage_key, evaluator_id=nobody) == []
    (dispute,) = api.waiting_settlement(sheet.usage_key, evaluator_id=DORA)
    assert (dispute.demonstration, dispute.lines) == (first, ("01",))
    assert settled(sheet, first).standing.passed
    originals = {act.kind: act.ratings["01"].value for act in api.standing_of(sheet, ALICE).acts if act.ratings}
    assert originals == {"demonstration": "met", "second_rating": "not_met"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": BOB}, "same_evaluator"),
        ({"actor": BEA}, "same_evaluator"),
        ({"actor": ALICE}, "same_evaluator"),
        ({"decisions": {}}, "not_in_dispute"),
        ({"decisions": {"01": True, "02": True}}, "not_in_dispute"),
        ({"reason": " "}, "reason_missing"),
    ],
)
def test_a_settlement_that_cannot_be_is_refused(sheet, first, changes, code):
    second(sheet, first, {**ALL_WELL, **rated(l01="not_met")})
    assert codes(settled(sheet, first, **changes).refusals) == [code]
    assert Act.objects.count() == 2


def test_there_is_nothing_to_settle_where_nobody_disagrees(sheet, first):
    second(sheet, first)
    assert codes(settled(sheet, first).refusals) == ["nothing_in_dispute"]
    assert codes(settled(sheet, first, decisions={}).refusals) == ["nothing_in_dispute"]


def test_a_second_rating_withdrawn_can_be_given_anew(sheet, first):
    wrong = second(sheet, first, {**ALL_WELL, **rated(l01="not_met")})
    settled(sheet, first, decisions={"01": False})
    about = {"learner_id": ALICE, "act_id": wrong.act_id, "reason": "wrong learner", "now": at(3)}
    with pytest.raises(NotPermitted):
        api.withdraw_follow_up(sheet, actor_id=BOB, may_correct_others=False, client_id=uuid.uuid4(), **about)
    api.withdraw_follow_up(sheet, actor_id=BEA, may_correct_others=False, client_id=uuid.uuid4(), **about)
    assert Status.objects.get(thing="").waiting == "second"
    assert second(sheet, first).standing.passed
    with pytest.raises(NotFound):
        api.withdraw_follow_up(sheet, actor_id=BEA, may_correct_others=False, client_id=uuid.uuid4(), **about)
