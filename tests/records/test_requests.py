"""Learners ask; evaluators answer."""

import uuid

import pytest

from tests.records.conftest import ALICE, BOB, COURSE, OTHER, at, make_entry, make_sheet, rated, sign
from tests.records.statements import counted
from westmec_xblocks.domain.checklist.facts import Kind
from westmec_xblocks.domain.refusals import Conflict, NotFound, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Outbox

pytestmark = pytest.mark.django_db


def ask(sheet, learner=ALICE, *, skills=(), note="I am ready", now=None, client_id=None):
    return api.request_sign_off(
        sheet, learner_id=learner, skills=skills, note=note, client_id=client_id or uuid.uuid4(), now=now or at(1)
    )


def test_the_queue_is_oldest_first_and_read_in_one_statement():
    sheet, other = make_sheet(), make_sheet(usage=OTHER)
    for number in range(10):
        ask(sheet, ALICE + number, now=at(10 - number))
    ask(other, now=at(1, 9))
    found, statements = counted(lambda: api.queue(sheet.usage_key))
    assert len(statements) == 1
    assert [one.learner_id for one in found] == [ALICE + number for number in reversed(range(10))]
    assert (found[0].request.note, found[0].request.asked_at) == ("I am ready", at(1))
    assert api.queue_of_course(COURSE)[0].usage_key == OTHER


def test_a_demonstration_of_a_line_asked_for_answers_the_request():
    sheet = make_sheet()
    asked = ask(sheet, skills=["01", "02"])
    sign(sheet, make_entry(ratings=rated(l03="3")))
    sign(sheet, make_entry(ALICE, ALICE, kind=Kind.SELF))
    assert len(api.queue(sheet.usage_key)) == 1
    (answer,) = sign(sheet, make_entry(day=3, ratings=rated(l02="3")))
    assert api.queue(sheet.usage_key) == []
    record = api.standing_of(sheet, ALICE)
    assert record.request is None
    assert {act.id: act.replaced_by for act in record.acts}[asked.act_id] == answer.act_id


def test_one_request_at_a_time_and_the_same_one_may_be_sent_twice():
    sheet, client_id = make_sheet(), uuid.uuid4()
    first = ask(sheet, client_id=client_id)
    assert ask(sheet, client_id=client_id, now=at(2)).act_id == first.act_id
    with pytest.raises(WestmecError) as refused:
        ask(sheet)
    assert refused.value.code == "request_open"
    with pytest.raises(Conflict):
        ask(sheet, client_id=client_id, note="other")
    assert Act.objects.count() == 1


@pytest.mark.parametrize(("about", "code"), [({"skills": ["99"]}, "unknown_skill"), ({"note": "x" * 2001}, "too_long")])
def test_a_request_that_cannot_be_is_refused(about, code):
    with pytest.raises(WestmecError) as refused:
        ask(make_sheet(), **about)
    assert refused.value.code == code
    assert not Act.objects.exists()


def test_a_request_is_taken_back_by_the_learner_and_declined_with_a_note():
    sheet = make_sheet()
    first = ask(sheet)
    about = {"learner_id": ALICE, "now": at(2)}
    api.withdraw_request(sheet, request_id=first.act_id, client_id=uuid.uuid4(), **about)
    second = ask(sheet)
    with pytest.raises(NotFound):
        api.withdraw_request(sheet, request_id=first.act_id, client_id=uuid.uuid4(), **about)
    decline = {**about, "request_id": second.act_id}
    with pytest.raises(WestmecError) as refused:
        api.decline_request(sheet, note=" ", actor_id=BOB, client_id=uuid.uuid4(), **decline)
    assert refused.value.code == "reason_missing"
    with pytest.raises(WestmecError) as refused:
        api.decline_request(sheet, note="yes", actor_id=ALICE, client_id=uuid.uuid4(), **decline)
    assert refused.value.code == "own_skill"
    api.decline_request(sheet, note="Thursday", actor_id=BOB, client_id=uuid.uuid4(), **decline)
    assert api.queue(sheet.usage_key) == []
    assert api.standing_of(sheet, ALICE).acts[-1].note == "Thursday"
    with pytest.raises(NotFound):
        api.decline_request(sheet, note="Friday", actor_id=BOB, client_id=uuid.uuid4(), **decline)


def test_asking_alone_makes_a_grade_of_zero_so_that_the_host_knows_the_learner():
    ask(make_sheet())
    assert list(Outbox.objects.values_list("kind", "earned")) == [("grade", 0.0)]


def test_the_overview_shows_who_waits():
    sheet = make_sheet()
    ask(sheet, skills=["02"])
    assert api.overview(sheet, [ALICE])[ALICE].request.skills == ("02",)
