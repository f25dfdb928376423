"""What was recorded comes back whole, in few statements."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.records.conftest import (
    ALICE,
    BOB,
    LEARNERS,
    SKILLS,
    USAGE,
    at,
    make_entry,
    make_sheet,
    rated,
    sign,
)
from tests.records.statements import counted
from westmec_xblocks.domain.checklist.definition import Flag, Measure, Section, Skill
from westmec_xblocks.domain.checklist.facts import Rating
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.domain.text import Text
from westmec_xblocks.records import api, versions

pytestmark = pytest.mark.django_db


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


def test_the_whole_class_is_read_in_as_many_statements_as_a_few():
    sheet = make_sheet()
    sign(sheet, *[make_entry(learner) for learner in LEARNERS])
    for few in (LEARNERS[:5], LEARNERS):
        found, statements = counted(lambda few=few: api.overview(sheet, few))
        assert len(statements) == 1
        assert all(found[learner].state is State.HOLDS for learner in few)


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
