"""Erasing a person blanks what the law asks for, keeps the proof of the skill, and says that it was done."""

import uuid
from dataclasses import replace

import pytest

from tests.records.conftest import ALICE, BOB, COURSE, DORA, USAGE, at, make_entry, make_sheet, on, sign
from westmec_xblocks.domain.checklist.facts import Rating, Stop
from westmec_xblocks.domain.refusals import NotFound
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Act, EvaluatorGrant, Evidence, Outbox, Status

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Alice Romero"


@pytest.fixture
def sheet(settings, tmp_path):
    settings.WESTMEC_EVIDENCE_STORAGE = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    return make_sheet(demonstrations=2, variants=2)


@pytest.fixture
def record(sheet):
    """A passed list, a stop, a note and a file, each naming the learner."""
    ratings = {
        "01": Rating("met", note=f"{SECRET} did well"),
        "02": Rating("3"),
        "03": Rating("na", reason=f"{SECRET} has no bench"),
    }
    about = {"learner_id": ALICE, "now": at(9)}
    stopped = sign(sheet, make_entry(day=1, stop=Stop("01", f"{SECRET} reached in")))[0].act_id
    api.record_reteach(
        sheet,
        stop=stopped,
        taught_at=at(2),
        taught_on=on(2),
        note=f"{SECRET} again",
        actor_id=BOB,
        client_id=uuid.uuid4(),
        **about,
    )
    for day, variant in ((3, f"{SECRET}'s truck"), (4, "blue truck"), (5, f" {SECRET.upper()}'S TRUCK")):
        sign(sheet, replace(make_entry(day=day, ratings=ratings, variant=variant), confirmed_by=SECRET))
    api.request_sign_off(sheet, note=f"{SECRET} is ready", client_id=uuid.uuid4(), **about)
    api.store_evidence(
        sheet, skill="01", name=f"{SECRET}.txt", content=SECRET.encode(), client_id=uuid.uuid4(), **about
    )
    return api.standing_of(sheet, ALICE)


def everything_about(learner):
    tables = (Act, Status, Evidence)
    return repr([list(table.objects.filter(learner_id=learner).values()) for table in tables])


def test_the_person_is_gone_and_the_skill_stays_proved(sheet, record, tmp_path):
    assert SECRET in everything_about(ALICE)
    erased = api.retire_user(ALICE, actor_id=DORA, now=at(10))
    assert (erased.acts, erased.evidence) == (6, 1)
    told = everything_about(ALICE)
    assert SECRET not in told
    assert SECRET.upper() not in told
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    after = api.standing_of(sheet, ALICE)
    assert after.standing.score == record.standing.score > 0
    assert [line.state for line in after.standing.lines] == [line.state for line in record.standing.lines]
    assert [line.variants for line in after.standing.lines] == [line.variants for line in record.standing.lines]
    assert (after.acts[-1].kind, after.acts[-1].actor_id) == ("erased", DORA)
    assert list(api.rebuild_statuses(at(11), write=False)) == []
    assert not Outbox.objects.filter(learner_id=ALICE, delivered_at=None).exists()


def test_erasing_again_changes_nothing(record):
    api.retire_user(ALICE, actor_id=DORA, now=at(10))
    before = everything_about(ALICE)
    again = api.retire_user(ALICE, actor_id=DORA, now=at(11))
    assert (again.acts, again.evidence) == (0, 0)
    assert everything_about(ALICE) == before


def test_others_records_and_what_was_written_about_them_stay(sheet, record):
    ratings = {"01": Rating("met", note="written by Bob")}
    sign(sheet, make_entry(ALICE + 1, day=5, ratings=ratings, variant="truck"))
    api.grant_evaluator(
        COURSE,
        user_id=BOB,
        granted_by=DORA,
        reason="Bob is a welder",
        client_id=uuid.uuid4(),
        now=at(1),
        today=on(1),
    )
    before = everything_about(ALICE + 1)
    api.retire_user(BOB, actor_id=DORA, now=at(10))
    assert everything_about(ALICE + 1) == before
    assert not api.may_evaluate(BOB, COURSE, "WM.PD2.A", on(10))
    assert EvaluatorGrant.objects.get().reason == ""


def test_removed_evidence_stays_removed(sheet, record):
    api.retire_user(ALICE, actor_id=None, now=at(10))
    (piece,) = api.evidence_of(USAGE, ALICE)
    assert (piece.name, piece.value) == ("", "")
    with pytest.raises(NotFound):
        api.open_evidence(USAGE, piece.id)
