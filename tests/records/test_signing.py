"""Signing off through the api, on a real database."""

import uuid
from dataclasses import replace
from fractions import Fraction

import pytest
from opaque_keys.edx.locator import LibraryUsageLocatorV2

from tests.records.conftest import (
    ALICE,
    BEA,
    BOB,
    CHARLIE,
    COURSE,
    LEARNERS,
    OTHER,
    at,
    codes,
    make_entry,
    make_sheet,
    on,
    rated,
    sign,
)
from tests.records.statements import counted
from westmec_xblocks.domain.checklist.definition import Credit, SecondEvaluator
from westmec_xblocks.domain.checklist.facts import Kind, Rating, Stop
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, WestmecError
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, Definition, Outbox, Status

pytestmark = pytest.mark.django_db


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
    sheet = make_sheet(requires=("WM.PD1.A",))
    sign(sheet, make_entry(LEARNERS[-1], day=1))
    again = [replace(entry, observed_on=on(3), observed_at=at(3)) for entry in entries]
    more, statements = counted(lambda: sign(sheet, *again))
    assert len(statements) <= 8, statements
    assert not any(verdict.refusals for verdict in (*verdicts, *more))
    assert Act.objects.count() == 2 * learners + 1
    assert Outbox.objects.filter(kind="grade").count() >= learners


def test_each_refusal_is_named_and_holds_up_nobody():
    sheet = make_sheet()
    verdicts = sign(
        sheet,
        make_entry(ALICE),
        make_entry(CHARLIE),
        make_entry(ALICE + 1, ratings=rated(l01="3")),
        make_entry(ALICE + 2, ratings=rated(l99="met")),
        make_entry(ALICE + 3, ratings={}),
        make_entry(ALICE + 4, day=9),
        make_entry(ALICE + 5, ratings={"01": Rating("na", reason="none here")}),
        make_entry(ALICE + 6, ratings={"03": Rating("na")}),
        now=at(2, 12),
    )
    assert [codes(verdict.refusals) for verdict in verdicts] == [
        [],
        ["not_enrolled"],
        ["off_scale"],
        ["unknown_skill"],
        ["nothing_rated"],
        ["observed_in_future"],
        ["na_not_allowed"],
        ["na_without_reason"],
    ]
    assert list(Act.objects.values_list("learner_id", flat=True)) == [ALICE]
    assert not Status.objects.filter(learner_id=CHARLIE).exists()


def test_a_request_in_which_nothing_is_accepted_leaves_nothing_behind():
    sign(make_sheet(), make_entry(ratings={}))
    assert not any(model.objects.exists() for model in (Act, Status, Outbox, Definition))


def test_nobody_signs_their_own_skill_or_makes_anothers_self_check():
    sheet = make_sheet()
    (own,) = sign(sheet, make_entry(ALICE, ALICE))
    (others,) = sign(sheet, make_entry(ALICE, BOB, kind=Kind.SELF))
    assert (codes(own.refusals), codes(others.refusals)) == (["own_skill"], ["self_by_other"])
    assert not Act.objects.exists()


def test_an_entry_in_somebody_elses_name_is_refused_as_a_whole():
    with pytest.raises(NotPermitted) as refused:
        sign(make_sheet(), make_entry(evaluator=BOB), make_entry(ALICE + 1, BEA), actor_id=BOB)
    assert refused.value.code == "not_your_entry"
    assert not Act.objects.exists()


def test_practice_and_self_checks_are_kept_and_never_count():
    sheet = make_sheet()
    sign(sheet, make_entry(kind=Kind.PRACTICE))
    (verdict,) = sign(sheet, make_entry(ALICE, ALICE, kind=Kind.SELF))
    assert verdict.standing.score == 0
    assert Act.objects.count() == 2
    assert Status.objects.get(thing="").state == "not_started"


def test_sending_an_entry_again_gives_the_first_answer():
    sheet, client_id = make_sheet(), uuid.uuid4()
    (first,) = sign(sheet, make_entry(), ids=[client_id])
    (again,) = sign(sheet, make_entry(), ids=[client_id], now=at(5))
    assert (again.act_id, again.repeated, first.repeated) == (first.act_id, True, False)
    assert again.standing == first.standing
    assert (Act.objects.count(), Outbox.objects.count()) == (1, 2)


def test_just_now_is_the_same_when_it_is_said_again_after_midnight():
    sheet, client_id = make_sheet(), uuid.uuid4()
    sign(sheet, make_entry(day=2), ids=[client_id], now=at(2))
    (again,) = sign(sheet, make_entry(day=3), ids=[client_id], now=at(3))
    assert again.repeated
    assert Act.objects.get().observed_on == on(2)


@pytest.mark.parametrize(
    "other",
    [
        make_entry(ratings=rated(l01="not_met")),
        make_entry(variant="blue lathe"),
        make_entry(stop=Stop("01", "reached in")),
        make_entry(day=1),
        make_entry(evaluator=BEA),
    ],
)
def test_a_used_id_with_other_content_is_refused_and_changes_nothing(other):
    sheet, client_id = make_sheet(), uuid.uuid4()
    sign(sheet, make_entry(), ids=[client_id], now=at(4))
    (verdict,) = sign(sheet, other, ids=[client_id], now=at(5))
    assert codes(verdict.refusals) == ["id_used"]
    assert Act.objects.count() == 1


def test_one_client_id_may_stand_for_a_whole_group():
    sheet, client_id = make_sheet(), uuid.uuid4()
    verdicts = sign(sheet, make_entry(ALICE), make_entry(ALICE + 1), ids=[client_id, client_id])
    assert all(verdict.act_id for verdict in verdicts)


def test_two_entries_about_one_learner_in_one_request_follow_each_other():
    sheet = make_sheet(demonstrations=2)
    verdicts = sign(sheet, make_entry(day=1), make_entry(day=2))
    assert [verdict.standing.passed for verdict in verdicts] == [False, True]
    assert list(Act.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_list_elsewhere_must_be_held_on_the_day_and_not_be_expired():
    first = make_sheet(usage=OTHER, code="WM.PD1.A", valid_for=Span(10, "day"))
    sheet = make_sheet(requires=("WM.PD1.A",))
    (early,) = sign(sheet, make_entry(day=1))
    assert codes(early.refusals) == ["requirement_open"]
    sign(first, make_entry(day=2))
    (good,) = sign(sheet, make_entry(day=12))
    (late,) = sign(sheet, make_entry(day=13))
    assert (good.refusals, codes(late.refusals)) == ((), ["requirement_open"])
    assert api.held_codes(COURSE, [ALICE, BOB], ["WM.PD1.A", "WM.PD1.A.01"], on(12)) == {
        ALICE: {"WM.PD1.A", "WM.PD1.A.01"}
    }
    assert api.held_codes(COURSE, [ALICE], ["WM.PD1.A"], on(13)) == {ALICE: set()}
    assert {one.code for one in api.cleared_on(COURSE, on(13))} == {"WM.PD2.A", *(f"WM.PD2.A.0{n}" for n in (1, 2, 3))}


def test_the_draw_of_a_second_evaluator_is_fixed_at_the_first_act():
    sheet = make_sheet(second_evaluator=SecondEvaluator(Fraction(1, 2)))
    sign(sheet, *[make_entry(learner, day=1) for learner in LEARNERS])
    drawn = set(Act.objects.filter(kind="draw", detail__needs_second=True).values_list("learner_id", flat=True))
    assert 0 < len(drawn) < 25
    everyone = replace(sheet, draw_key=b"another key")
    verdicts = sign(everyone, *[make_entry(learner, day=2) for learner in LEARNERS])
    assert {verdict.learner_id for verdict in verdicts if verdict.standing.second_needed} == drawn
    assert Act.objects.filter(kind="draw").count() == 25


def test_the_grade_follows_the_first_act_and_each_change_of_score():
    sheet = make_sheet(possible=8.0, credit=Credit.PASSED)
    sign(sheet, make_entry(day=1, ratings=rated(l01="met")))
    sign(sheet, make_entry(day=2, ratings=rated(l02="3")))
    sign(sheet, make_entry(day=3, ratings=rated(l03="3")))
    sign(sheet, make_entry(day=4, ratings=rated(l01="not_met")))
    told = list(Outbox.objects.order_by("id").values_list("kind", "earned", "possible"))
    assert told == [
        ("grade", 0.0, 8.0),
        ("grade", 8.0, 8.0),
        ("completion", 1.0, 1.0),
        ("grade", 0.0, 8.0),
        ("completion", 0.0, 1.0),
    ]


def test_nothing_is_recorded_in_a_library():
    library = LibraryUsageLocatorV2.from_string("lb:West-MEC:shop:westmec_lab_checklist:a")
    with pytest.raises(NotFound) as refused:
        sign(replace(make_sheet(), usage_key=library), make_entry())
    assert refused.value.code == "no_course"


def test_codes_too_long_to_be_kept_are_refused_before_anything_is_written():
    sheet = make_sheet()
    with pytest.raises(WestmecError) as refused:
        sign(replace(sheet, checklist=replace(sheet.checklist, code="W" * 151)), make_entry())
    assert refused.value.code == "code_too_long"
    assert not Status.objects.exists()
