"""A learner disputes a question; staff answer; both are kept."""

import uuid

import pytest

from tests.records.conftest import ALICE, BOB, CHARLIE, LEARNERS, at
from tests.records.exams import NOON, by, differences, make_paper, safety, start, take
from tests.records.statements import counted
from westmec_xblocks.domain.refusals import Conflict, NotFound, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    return make_paper()


def dispute(paper, attempt, item=None, said=None, learner=ALICE):
    said = said or by(actor=learner, reason="Two answers are right.")
    return api.appeal(paper, learner_id=learner, attempt_id=attempt.id, item=item or safety(attempt)[0], by=said)


def reply(paper, appeal_id, outcome="upheld", learner=ALICE, said=None):
    said = said or by(at(3), "You are right.")
    return api.answer_appeal(paper, learner_id=learner, appeal_id=appeal_id, outcome=outcome, by=said)


def test_what_was_said_and_what_was_answered_are_both_on_record(paper):
    attempt = take(paper)
    asked = dispute(paper, attempt)
    assert api.exam_waiting(paper.usage) == {"late": 0, "appeals": 1}
    assert Status.objects.get().waiting == "appeal"
    assert api.exam_record(paper, ALICE).waiting_appeals == 1
    reply(paper, asked)
    [one] = api.appeals(paper.usage)
    assert (one.learner_id, one.attempt_id, one.attempt, one.item) == (ALICE, attempt.id, 1, safety(attempt)[0])
    assert (one.said, one.outcome, one.answer, one.answered_by, one.answered_at) == (
        "Two answers are right.",
        "upheld",
        "You are right.",
        BOB,
        at(3),
    )
    assert api.exam_waiting(paper.usage) == {"late": 0, "appeals": 0}
    assert Status.objects.get().waiting == ""
    assert differences() == []


def test_an_answer_changes_no_result(paper):
    attempt = take(paper, wrong=1)
    reply(paper, dispute(paper, attempt))
    attempt.refresh_from_db()
    assert attempt.result["earned"] == "7"


def test_a_question_may_be_disputed_while_the_attempt_is_open(paper):
    attempt = start(paper)
    dispute(paper, attempt)
    assert api.appeals(paper.usage)[0].outcome == ""


def test_one_open_appeal_a_question_and_another_after_the_answer(paper):
    attempt = take(paper)
    asked = dispute(paper, attempt)
    with pytest.raises(Conflict) as refused:
        dispute(paper, attempt)
    assert refused.value.code == "appeal_open"
    dispute(paper, attempt, safety(attempt)[1])
    reply(paper, asked, "rejected")
    dispute(paper, attempt)
    assert [one.outcome for one in api.appeals(paper.usage, learner_id=ALICE)].count("") == 2


def test_only_questions_of_ones_own_form_are_disputed(paper):
    attempt, other = take(paper), take(paper, ALICE + 1)
    foreign = next(item.id for item in paper.assessment.items if item.id not in attempt.form["items"])
    with pytest.raises(NotFound) as refused:
        dispute(paper, attempt, foreign)
    assert refused.value.code == "not_on_form"
    for wrong, learner in ((other, ALICE), (attempt, CHARLIE)):
        with pytest.raises(NotFound) as refused:
            dispute(paper, wrong, learner=learner)
        assert refused.value.code == "unknown_attempt"
    assert not Act.objects.filter(kind="appeal").exists()


def test_an_appeal_is_answered_once_and_with_a_known_outcome(paper):
    asked = dispute(paper, take(paper))
    with pytest.raises(WestmecError) as refused:
        reply(paper, asked, "maybe")
    assert refused.value.code == "unknown_outcome"
    said = by(at(3))
    first = reply(paper, asked, said=said)
    assert reply(paper, asked, said=said) == first
    with pytest.raises(Conflict) as refused:
        reply(paper, asked, "rejected", said=said)
    assert refused.value.code == "id_used"
    for wrong in (asked, uuid.uuid4()):
        with pytest.raises(NotFound) as refused:
            reply(paper, wrong)
        assert refused.value.code == "unknown_appeal"
    with pytest.raises(NotFound):
        reply(paper, dispute(paper, take(paper, ALICE + 1), learner=ALICE + 1))


def test_the_same_dispute_sent_again_is_one_and_another_under_its_id_is_none(paper):
    attempt, said = take(paper), by(actor=ALICE)
    assert dispute(paper, attempt, said=said) == dispute(paper, attempt, said=said)
    with pytest.raises(Conflict) as refused:
        dispute(paper, attempt, safety(attempt)[1], said=said)
    assert refused.value.code == "id_used"


def test_listing_takes_as_many_statements_for_twenty_five_learners_as_for_two(paper):
    for learner in LEARNERS[:2]:
        reply(paper, dispute(paper, take(paper, learner, NOON), learner=learner), learner=learner)
    _, few = counted(lambda: (api.appeals(paper.usage), api.exam_waiting(paper.usage)))
    for learner in LEARNERS[2:]:
        dispute(paper, take(paper, learner), learner=learner)
    (found, waiting), many = counted(lambda: (api.appeals(paper.usage), api.exam_waiting(paper.usage)))
    assert (len(found), waiting["appeals"]) == (25, 23)
    assert len(few) == len(many) == 3
