"""Looking at attempts: a learner's own, all of an assessment, one with its log. Reading only: nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from westmec_xblocks.domain.assessment.attempts import Clock, Ledger
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.domain.assessment.scoring import Result
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.accommodations import accommodation_of
from westmec_xblocks.records.api.closing import unknown_attempt
from westmec_xblocks.records.exams import stored
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.exams.script import ledger_of, open_appeals
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptEvent, AttemptState

PAGE = 50
_WITHOUT_WEIGHT = ("form", "answers", "flags", "clock")


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt as pages show it. ``answers`` holds the responses acknowledged, by item; None in lists, which do not load them."""

    id: UUID
    learner_id: int
    number: int
    state: str
    digest: str
    language: str
    started_at: datetime
    ends_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    late: int
    result: Result | None
    form: Form | None = None
    clock: Clock | None = None
    answers: Mapping[str, Any] | None = None
    flags: frozenset[str] = frozenset()
    position: str = ""
    events: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is under way."""
        return self.state == AttemptState.OPEN

    @property
    def is_void(self) -> bool:
        """Whether staff took it back."""
        return self.state == AttemptState.VOID


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of an attempt's log: an event of the learner's, or an act about the attempt."""

    at: datetime
    kind: str
    item: str = ""
    response: Any = None
    late: bool = False
    actor_id: int | None = None
    note: str = ""
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ExamRecord:
    """Everything about one learner in one assessment: the attempts in order, void ones among them, and what the rules look at.

    ``said`` are attempts given and re-teaches, with their reasons, oldest first.
    """

    attempts: tuple[AttemptView, ...]
    ledger: Ledger
    waiting_appeals: int = 0
    said: tuple[LogEntry, ...] = ()

    @property
    def open(self) -> AttemptView | None:
        """The attempt under way, or None."""
        return next((one for one in self.attempts if one.is_open), None)

    def find(self, attempt_id: UUID) -> AttemptView:
        """The attempt of this id; NotFound when it is not the learner's."""
        found = next((one for one in self.attempts if one.id == attempt_id), None)
        if found is None:
            raise unknown_attempt()
        return found


def exam_record(paper: Paper, learner_id: int) -> ExamRecord:
    """The learner's attempts and what the rules look at. Three queries, however many attempts and items."""
    acts = list(
        Act.objects.filter(usage_key=paper.usage, learner_id=learner_id)
        .exclude(kind__in=[ActKind.ATTEMPT_STARTED, ActKind.ATTEMPT_CLOSED, ActKind.RESCORED])
        .order_by("number")
    )
    rows = list(Attempt.objects.filter(usage_key=paper.usage, learner_id=learner_id).order_by("number"))
    granted = accommodation_of(paper.course, paper.assessment.code, learner_id)
    ledger = ledger_of(acts, rows, accommodation=granted, due=paper.due, opens=paper.opens)
    said = tuple(
        LogEntry(act.recorded_at, act.kind, actor_id=act.actor_id, note=act.note)
        for act in acts
        if act.kind in (ActKind.ATTEMPT_GRANTED, ActKind.RETEACH)
    )
    return ExamRecord(tuple(view_of(row) for row in rows), ledger, len(open_appeals(acts)), said)


def view_of(row: Attempt) -> AttemptView:
    """The row as pages show it, form and answers included."""
    return AttemptView(
        **_plain(row),
        form=stored.form_of(row.form),
        clock=stored.clock_of(row.clock),
        answers={item: answer["response"] for item, answer in row.answers.items()},
        flags=frozenset(row.flags),
        position=row.position,
        events=row.events,
    )


def _plain(row: Attempt) -> dict[str, Any]:
    return {
        "id": row.id,
        "learner_id": row.learner_id,
        "number": row.number,
        "state": row.state,
        "digest": row.digest,
        "language": row.language,
        "started_at": row.started_at,
        "ends_at": row.ends_at,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by,
        "late": row.late,
        "result": stored.result_of(row.result) if row.result else None,
    }


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """One page of an assessment's attempts, newest first, and how many there are in all and of each sort."""

    attempts: tuple[AttemptView, ...]
    page: int
    pages: int
    counts: Mapping[str, int]


FILTERS: Mapping[str, Q] = {
    "all": Q(),
    "open": Q(state=AttemptState.OPEN),
    "passed": Q(state=AttemptState.CLOSED, passed=True),
    "not_passed": Q(state=AttemptState.CLOSED, passed=False),
    "late": Q(late__gt=0) & ~Q(state=AttemptState.VOID),
    "void": Q(state=AttemptState.VOID),
}


def attempts_of(usage: str, *, page: int = 1, which: str = "all", learners: list[int] | None = None) -> AttemptPage:
    """A page of fifty attempts. Two queries, however many attempts there are; ``learners`` narrows it to some."""
    every: QuerySet[Attempt] = Attempt.objects.filter(usage_key=usage)
    if learners is not None:
        every = every.filter(learner_id__in=learners)
    told = every.aggregate(**{f"n_{name}": Count("pk", filter=wanted) for name, wanted in FILTERS.items()})
    counts = {name: told[f"n_{name}"] for name in FILTERS}
    wanted = FILTERS.get(which, Q())
    total = counts.get(which, counts["all"])
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = every.filter(wanted).defer(*_WITHOUT_WEIGHT).order_by("-started_at", "-id")[(page - 1) * PAGE : page * PAGE]
    return AttemptPage(tuple(AttemptView(**_plain(row)) for row in rows), page, pages, counts)


def attempt_with_log(usage: str, attempt_id: UUID) -> tuple[AttemptView, Assessment, list[LogEntry]]:
    """One attempt, the version that its form names, and everything that happened in it, oldest first. Four queries at most."""
    row = Attempt.objects.filter(pk=attempt_id, usage_key=usage).first()
    if row is None:
        raise unknown_attempt()
    version = versions.load([row.digest])[row.digest]
    events = AttemptEvent.objects.filter(attempt=attempt_id).order_by("number")
    log = [LogEntry(one.recorded_at, one.kind, one.item, one.response, one.late, row.learner_id) for one in events]
    log += [
        LogEntry(act.recorded_at, act.kind, actor_id=act.actor_id, note=act.note, detail=act.detail)
        for act in _acts_about(row)
    ]
    # What began it stands first, whatever else happened in the same instant.
    return view_of(row), version, sorted(log, key=lambda entry: (entry.kind != ActKind.ATTEMPT_STARTED, entry.at))


def _acts_about(attempt: Attempt) -> list[Act]:
    """The acts that began, closed, rescored, judged or voided the attempt, appeals with their answers, and the reset that voided it."""
    own = (
        Q(pk=attempt.id)
        | Q(refers_to_id=attempt.id)
        | Q(refers_to__kind=ActKind.APPEAL, refers_to__refers_to=attempt.id)
    )
    acts = Act.objects.filter(own | Q(kind=ActKind.RESET), usage_key=attempt.usage_key, learner_id=attempt.learner_id)
    found: list[Act] = []
    for act in acts.order_by("number"):
        ended = any(one.kind in (ActKind.ATTEMPT_VOIDED, ActKind.RESET) for one in found)
        if act.kind != ActKind.RESET or (found and not ended):
            found.append(act)
    return found


def version_of_attempt(attempt: AttemptView, today: Assessment | None = None) -> Assessment:
    """The definition that the attempt's form names. No query where it is today's or this process has seen it."""
    return versions.load([attempt.digest], today)[attempt.digest]


def every_result(usage: str) -> list[AttemptView]:
    """Every attempt that was not voided, without forms and answers, for an export; oldest first. One query."""
    rows = Attempt.objects.filter(usage_key=usage).exclude(state=AttemptState.VOID).defer(*_WITHOUT_WEIGHT)
    return [AttemptView(**_plain(row)) for row in rows.order_by("started_at", "id")]


def exam_waiting(usage: str) -> dict[str, int]:
    """How many late answers and appeals wait for staff. Two queries."""
    late = Attempt.objects.filter(usage_key=usage).exclude(state=AttemptState.VOID).aggregate(sum=Sum("late"))["sum"]
    asked = Act.objects.filter(usage_key=usage, kind__in=[ActKind.APPEAL, ActKind.APPEAL_ANSWERED])
    asked = asked.only("kind", "refers_to")
    return {"late": late or 0, "appeals": len(open_appeals(asked))}
