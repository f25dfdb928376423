"""Signing off through the api, on a real database."""

import uuid
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.locator import LibraryUsageLocatorV2

from tests.records.conftest import (
    ALICE,
    BEA,
    BOB,
    CHARLIE,
    COURSE,
    LEARNERS,
    OTHER,
    SKILLS,
    USAGE,
    at,
    codes,
    make_entry,
    make_sheet,
    on,
    rated,
    sign,
)
from westmec_xblocks.domain.checklist.definition import Credit, Flag, Measure, SecondEvaluator, Section, Skill
from westmec_xblocks.domain.checklist.facts import Kind, Rating, Stop
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, WestmecError
from westmec_xblocks.domain.text import Text
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
    sheet = make_sheet(requires=("WM.PD1.A",))
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


def test_an_edited_list_judges_again_without_losing_what_was_passed():
    before = make_sheet()
    sign(before, make_entry(ALICE), make_entry(ALICE + 1, ratings=rated(l01="met")))
    more = Skill("04", Text("Puts the tools away"), criterion=Text("All of them"))
    after = make_sheet(sections=(Section(Text("All"), (*SKILLS, more)),))
    versions.cache.clear()
    seen = api.overview(after, [ALICE, ALICE + 1])
    assert seen[ALICE].is_passed(on(3))
    assert seen[ALICE + 1].line("01").state is State.HOLDS
    (verdict,) = sign(after, make_entry(ALICE + 1, day=3, ratings=rated(l02="3", l03="3", l04="4")))
    assert verdict.standing.passed
    assert verdict.standing.digest == after.checklist.digest != before.checklist.digest
    assert list(api.rebuild_statuses(at(4), write=False)) == []
    assert Definition.objects.count() == 2


def test_the_overview_judges_by_the_list_as_it_is_written_now_and_writes_nothing():
    sign(make_sheet(demonstrations=2), *[make_entry(learner) for learner in LEARNERS])
    easier = make_sheet(demonstrations=1)
    before = list(Status.objects.values())
    seen, statements = counted(lambda: api.overview(easier, LEARNERS))
    assert all(status.is_passed(on(3)) for status in seen.values())
    assert len(statements) == 3
    assert list(Status.objects.values()) == before


def test_a_line_that_the_author_took_away_is_not_held_any_more():
    sign(make_sheet(), make_entry(ratings=rated(l01="met", l02="1")))
    shorter = make_sheet(sections=(Section(Text("All"), SKILLS[1:]),))
    sign(shorter, make_entry(day=3, ratings=rated(l02="1")))
    assert Status.objects.get(thing="01").state == "not_started"
    assert list(api.rebuild_statuses(at(4), write=False)) == []


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


def test_two_blocks_whose_names_differ_in_case_are_two_blocks():
    lower, upper = (make_sheet(usage=USAGE.course_key.make_usage_key("westmec_lab_checklist", name)) for name in "aA")
    sign(lower, make_entry())
    sign(upper, make_entry(ratings=rated(l01="met")))
    assert api.standing_of(lower, ALICE).standing.passed
    assert not api.standing_of(upper, ALICE).standing.passed


def test_a_branch_of_the_course_is_the_same_block():
    sign(make_sheet(), make_entry())
    published = make_sheet(usage=USAGE.for_branch("published-branch"))
    assert api.standing_of(published, ALICE).standing.passed


def test_readings_notes_and_who_confirmed_a_paper_list_come_back_as_they_were_said():
    measured = Skill(
        "02", Text("Gap"), Flag.QUALITY, Text("ok"), measure=Measure("mm", Decimal("0.1"), Decimal("0.5"), 2)
    )
    sheet = make_sheet(sections=(Section(Text("All"), (SKILLS[0], measured)),))
    ratings = {"02": Rating("3", (Decimal("0.40"), Decimal("0.1")), note="¡Bien! 👍")}
    sign(sheet, replace(make_entry(ratings=ratings, variant="Ø 40 mm"), confirmed_by="Ms Lee"))
    (act,) = api.standing_of(sheet, ALICE).acts
    assert act.ratings == ratings
    assert (act.variant, act.detail["confirmed_by"]) == ("Ø 40 mm", "Ms Lee")


def test_a_hundred_acts_are_read_in_as_many_statements_as_one():
    sheet = make_sheet(demonstrations=5)
    sign(sheet, make_entry(day=1))
    _, few = counted(lambda: api.standing_of(sheet, ALICE))
    sign(sheet, *[make_entry(day=2, hour=n % 24) for n in range(100)], now=at(3))
    record, many = counted(lambda: api.standing_of(sheet, ALICE))
    assert len(few) == len(many) == 1
    assert len(record.acts) == 101


def test_every_rating_is_exported_with_what_became_of_it():
    sheet = make_sheet()
    sign(sheet, make_entry(ratings=rated(l01="met", l02="1")))
    sign(sheet, make_entry(ALICE + 1, ratings=rated(l01="met")))
    for _ in range(2):
        rows, statements = counted(lambda: api.export_ratings(sheet))
        assert len(statements) == 1
    assert [(row.learner_id, row.skill, row.rating.value, row.stands, row.outcome) for row in rows] == [
        (ALICE, "01", "met", True, "below_floor"),
        (ALICE, "02", "1", True, "below_floor"),
        (ALICE + 1, "01", "met", True, "counts"),
    ]
