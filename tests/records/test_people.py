"""Who may evaluate, and who works together."""

import uuid

import pytest

from tests.records.conftest import ALICE, BEA, BOB, COURSE, DORA, at, on
from tests.records.statements import counted
from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import EvaluatorGrant, LabGroupChange

pytestmark = pytest.mark.django_db
ELSEWHERE = COURSE.replace(run="2027")


def grant(user=BOB, codes=(), until=None, *, by=DORA, client_id=None, reason="master welder"):
    return api.grant_evaluator(
        COURSE,
        user_id=user,
        codes=codes,
        expires_on=until,
        granted_by=by,
        client_id=client_id or uuid.uuid4(),
        now=at(1),
        today=on(1),
        reason=reason,
    )


def may(code="WM.PD2.A", day=2, user=BOB, course=COURSE):
    return api.may_evaluate(user, course, code, on(day))


def test_a_grant_reaches_as_far_as_its_scope_its_course_and_its_last_day():
    grant(codes=["WM.PD2"], until=on(5))
    assert all([may(), may("WM.PD2"), may("WM.PD2.A.05"), may(day=5)])
    assert not any([may("WM.PD20.A"), may("WM.PD1.A"), may(day=6), may(user=BEA), may(course=ELSEWHERE)])


def test_a_grant_without_codes_is_for_the_whole_course():
    grant()
    _, statements = counted(lambda: may("WM.X"))
    assert len(statements) == 1
    assert may("WM.X", day=30)


def test_a_revoked_grant_ends_at_once_and_stays_listed():
    one = grant()
    grant(BEA)
    about = {"grant_id": one.id, "revoked_by": DORA, "now": at(2)}
    with pytest.raises(NotFound):
        api.revoke_evaluator(ELSEWHERE, client_id=uuid.uuid4(), **about)
    api.revoke_evaluator(COURSE, client_id=uuid.uuid4(), **about)
    again = api.revoke_evaluator(COURSE, client_id=uuid.uuid4(), **about)
    assert again.revoked_at == at(2)
    assert not may()
    assert may(user=BEA)
    found, statements = counted(lambda: api.evaluators(COURSE))
    assert len(statements) == 1
    assert {(one.user_id, one.revoked_at is None) for one in found} == {(BOB, False), (BEA, True)}


def test_a_grant_sent_twice_is_one_grant():
    client_id = uuid.uuid4()
    assert grant(client_id=client_id).id == grant(client_id=client_id).id
    with pytest.raises(Conflict):
        grant(BEA, client_id=client_id)
    assert EvaluatorGrant.objects.count() == 1


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"user": DORA}, "own_grant"),
        ({"until": on(1).replace(year=2025)}, "expires_in_past"),
        ({"codes": [f"W{n}" for n in range(51)]}, "scope_too_large"),
        ({"reason": "x" * 2001}, "too_long"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(about, code):
    with pytest.raises(WestmecError) as refused:
        grant(**about)
    assert refused.value.code == code
    assert isinstance(refused.value, NotPermitted) == (code == "own_grant")
    assert not EvaluatorGrant.objects.exists()


def make(name="Monday crew", members=(ALICE, ALICE + 1), client_id=None):
    return api.create_group(
        COURSE, name=name, members=members, actor_id=DORA, client_id=client_id or uuid.uuid4(), now=at(1)
    )


def change(group, name="Monday crew", members=(ALICE,), client_id=None, course=COURSE):
    return api.change_group(
        course,
        group_id=group.id,
        name=name,
        members=members,
        actor_id=DORA,
        client_id=client_id or uuid.uuid4(),
        now=at(2),
    )


def test_groups_are_read_in_two_statements_however_many_there_are():
    for number in range(6):
        make(f"Crew {number}", range(ALICE, ALICE + number))
    found, statements = counted(lambda: api.groups(COURSE))
    assert len(statements) == 2
    assert [(one.name, len(one.members)) for one in found] == [(f"Crew {n}", n) for n in range(6)]
    assert api.groups(ELSEWHERE) == []


def test_a_change_records_only_what_is_different():
    group = make()
    changed = change(group, "Tuesday crew", (ALICE + 1, ALICE + 2))
    assert api.groups(COURSE) == [changed]
    assert (changed.name, changed.members) == ("Tuesday crew", {ALICE + 1, ALICE + 2})
    kinds = list(LabGroupChange.objects.order_by("number").values_list("number", "kind", "learner_id"))
    assert kinds == [
        (1, "joined", ALICE),
        (2, "joined", ALICE + 1),
        (3, "joined", ALICE + 2),
        (4, "left", ALICE),
        (5, "renamed", None),
    ]


def test_making_and_changing_may_be_sent_twice():
    made, changed = uuid.uuid4(), uuid.uuid4()
    group = make(client_id=made)
    assert make(client_id=made) == group
    with pytest.raises(Conflict):
        make("Other", client_id=made)
    change(group, members=(ALICE + 2,), client_id=changed)
    change(group, members=(ALICE,))
    change(group, members=(ALICE + 2,), client_id=changed)
    assert api.groups(COURSE)[0].members == {ALICE}


def test_a_closed_group_and_a_group_of_another_course_are_not_found():
    group = make()
    with pytest.raises(NotFound):
        change(group, course=ELSEWHERE)
    api.close_group(COURSE, group_id=group.id, actor_id=DORA, client_id=uuid.uuid4(), now=at(3))
    assert api.groups(COURSE) == []
    with pytest.raises(NotFound):
        change(group)


@pytest.mark.parametrize(("name", "members"), [(" ", ()), ("x" * 101, ()), ("Crew", range(201))])
def test_a_group_that_cannot_be_is_refused(name, members):
    with pytest.raises(WestmecError):
        make(name, members)
    assert api.groups(COURSE) == []
