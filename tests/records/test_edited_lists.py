"""A list that its author edits after learners were rated."""

import pytest

from tests.records.conftest import (
    ALICE,
    LEARNERS,
    SKILLS,
    at,
    make_entry,
    make_sheet,
    on,
    rated,
    sign,
)
from tests.records.statements import counted
from westmec_xblocks.domain.checklist.definition import Section, Skill
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.domain.text import Text
from westmec_xblocks.records import api, versions
from westmec_xblocks.records.models import Definition, Status

pytestmark = pytest.mark.django_db


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
