"""A list, its people and its days: Alice learns, Bob and Bea evaluate, Dora settles, Charlie must be refused."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from opaque_keys.edx.keys import CourseKey, UsageKey

from westmec_xblocks import edxapp
from westmec_xblocks.domain.checklist.definition import Checklist, Flag, SecondEvaluator, Section, Skill
from westmec_xblocks.domain.checklist.entry import Entry
from westmec_xblocks.domain.checklist.facts import Kind, Rating, Stop
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import parse_checklist, write_checklist
from westmec_xblocks.records import api, versions

COURSE = CourseKey.from_string("course-v1:West-MEC+PD2+2026")
USAGE = UsageKey.from_string("block-v1:West-MEC+PD2+2026+type@westmec_lab_checklist+block@list_a")
OTHER = UsageKey.from_string("block-v1:West-MEC+PD2+2026+type@westmec_lab_checklist+block@list_b")
ZONE = ZoneInfo("America/Phoenix")
ALICE, BOB, BEA, DORA, CHARLIE = 1001, 2001, 2002, 2003, 3001
LEARNERS = range(ALICE, ALICE + 25)
BATCH = uuid.UUID(int=77)
KEY = b"a key for tests"

SKILLS = (
    Skill("01", Text("Locks the machine out"), Flag.SAFETY, Text("Lock and tag on, tried to start")),
    Skill("02", Text("Measures the gap"), Flag.QUALITY, Text("Within 0.1 mm")),
    Skill("03", Text("Cleans the bench"), Flag.ORDINARY, Text("Nothing left"), not_applicable="no bench"),
)


def make_sheet(usage: UsageKey = USAGE, possible: float = 10.0, **changes: Any) -> api.Sheet:
    """A list of three lines, with these changes, in use at its place; its text is what a course file would hold."""
    checklist = replace(Checklist(code="WM.PD2.A", sections=(Section(Text("All"), SKILLS),)), **changes)
    olx = write_checklist(checklist)
    parsed = parse_checklist(olx)
    assert parsed.usable, parsed.problems
    return api.Sheet(usage, parsed.checklist, olx, possible, KEY)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of March 2026 on the site's clock."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def on(day: int) -> date:
    """A date of March 2026."""
    return date(2026, 3, day)


def rated(**values: str) -> dict[str, Rating]:
    """Ratings by line: ``rated(l01="met", l02="3")``."""
    return {name.removeprefix("l"): Rating(value) for name, value in values.items()}


ALL_WELL = {"01": Rating("met"), "02": Rating("3"), "03": Rating("3")}


def make_entry(
    learner: int = ALICE,
    evaluator: int = BOB,
    day: int = 2,
    ratings: Mapping[str, Rating] | None = None,
    stop: Stop | None = None,
    *,
    kind: Kind = Kind.EVALUATED,
    variant: str = "",
    paired: bool = False,
    hour: int = 10,
) -> Entry:
    """What an evaluator enters."""
    return Entry(
        learner,
        evaluator,
        at(day, hour),
        on(day),
        ALL_WELL if ratings is None else ratings,
        kind,
        variant,
        stop,
        paired,
    )


def sign(sheet: api.Sheet, *entries: Entry, now: datetime | None = None, ids: list | None = None, **more: Any) -> list:
    """Record the entries of one evaluator, each under a fresh id unless ids are given."""
    now = now or max(entry.observed_at for entry in entries)
    client_ids = ids or [uuid.uuid4() for _ in entries]
    return api.record_demonstrations(
        sheet,
        entries=list(zip(client_ids, entries, strict=True)),
        enrolled=more.pop("enrolled", set(LEARNERS)),
        batch_id=BATCH,
        actor_id=more.pop("actor_id", entries[0].evaluator),
        now=now,
    )


def codes(refused: Any) -> list[str]:
    """The codes of refusals."""
    return [refusal.code for refusal in refused]


EVERYONE = SecondEvaluator(Fraction(1))


@pytest.fixture(autouse=True)
def _forget_versions():
    versions.cache.clear()


class Gradebook:
    """A host that keeps what it is told, and refuses whom it is told to refuse."""

    def __init__(self) -> None:
        self.told: list[tuple] = []
        self.refusing: set[int] = set()

    def publish_grade(self, user_id: int, usage_key: UsageKey, earned: float, possible: float) -> None:
        self._take("grade", user_id, usage_key, earned, possible)

    def submit_completion(self, user_id: int, usage_key: UsageKey, completion: float) -> None:
        self._take("completion", user_id, usage_key, completion)

    def _take(self, *told: Any) -> None:
        if told[1] in self.refusing:
            raise edxapp.HostRefused(Refusal("host-block-missing", "The block is not published."))
        self.told.append(told)


@pytest.fixture
def gradebook(monkeypatch) -> Gradebook:
    """The host's gradebook."""
    book = Gradebook()
    monkeypatch.setattr(edxapp, "_host", book)
    return book


@pytest.fixture
def people(db) -> Callable[..., Any]:
    """Real accounts for the cast."""
    model = get_user_model()
    return model.objects.bulk_create(
        [
            model(id=number, username=name, email=f"{name}@example.com")
            for number, name in ((ALICE, "alice"), (BOB, "bob"), (BEA, "bea"), (DORA, "dora"), (CHARLIE, "charlie"))
        ]
    )


@pytest.fixture
def shared_database(tmp_path, django_db_blocker, transactional_db):
    """A database that several connections can open: SQLite's in a file; a server's as it is."""
    if connection.vendor != "sqlite":
        yield
        return
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection = None
    connection.settings_dict["NAME"] = str(tmp_path / "races.sqlite3")
    call_command("migrate", "westmec_records", verbosity=0)
    yield
    connection.close()
    connection.settings_dict["NAME"], connection.connection = name, in_memory


@pytest.fixture(params=["as set", "repeatable read"])
def isolation(request):
    """The isolation of the site's connections; repeatable read is what MySQL has by itself."""
    if request.param == "as set":
        yield
        return
    if connection.vendor != "mysql":
        pytest.skip("only MySQL and MariaDB differ here")
    options = connection.settings_dict["OPTIONS"]
    options["isolation_level"] = request.param
    connection.close()
    yield
    del options["isolation_level"]
    connection.close()
