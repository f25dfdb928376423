"""Some learners' scripts in one assessment: locked, read, written and closed again, in a constant number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.attempts import Accommodation, Ledger, Past
from westmec_xblocks.domain.assessment.definition import Assessment, Counted
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.records import outbox, statuses, versions
from westmec_xblocks.records.exams.paper import Place
from westmec_xblocks.records.exams.stored import result_of
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptState, Outbox, OutboxKind, Status
from westmec_xblocks.records.zone import site_zone

CHANGED = [
    "state",
    "digest",
    "clock",
    "possible",
    "ends_at",
    "closed_at",
    "closed_by",
    "events",
    "answers",
    "flags",
    "position",
    "late",
    "result",
    "passed",
    "share",
    "updated_at",
]


@dataclass
class Script:
    """One learner's acts and attempts in the assessment, those on record and those to be added.

    ``version`` is the one that the last act on record names; None before the first.
    """

    place: Place
    learner: int
    stored: tuple[Act, ...] = ()
    attempts: dict[uuid.UUID, Attempt] = field(default_factory=dict)
    added: list[Act] = field(default_factory=list)
    touched: dict[uuid.UUID, Attempt] = field(default_factory=dict)
    version: Assessment | None = None
    past_before: tuple[Past, ...] = ()

    @property
    def acts(self) -> tuple[Act, ...]:
        """Every act, in order."""
        return (*self.stored, *self.added)

    def find_by_client(self, client_id: uuid.UUID) -> Act | None:
        """The act that the client made under this id, or None."""
        return next((act for act in self.acts if act.client_id == client_id), None)

    def add(
        self, kind: ActKind, *, now: datetime, actor: int | None, client_id: uuid.UUID, digest: str, **values: Any
    ) -> Act:
        """One more act, to be written when the script is closed."""
        last = self.acts[-1] if self.acts else None
        act = Act(
            kind=kind,
            number=last.number + 1 if last else 1,
            client_id=client_id,
            course_key=self.place.course,
            usage_key=self.place.usage,
            code=self.place.code,
            learner_id=self.learner,
            actor_id=actor,
            recorded_at=now,
            digest=digest,
            **values,
        )
        self.added.append(act)
        return act

    def touch(self, attempt: Attempt) -> Attempt:
        """Mark the attempt as changed, or as new."""
        self.attempts[attempt.id] = self.touched[attempt.id] = attempt
        return attempt


def ledger_of(
    acts: Sequence[Act],
    attempts: Iterable[Attempt],
    *,
    accommodation: Accommodation = Accommodation(),  # noqa: B008  (a frozen value)
    due: datetime | None = None,
    opens: datetime | None = None,
) -> Ledger:
    """What the rules look at. After a reset nothing before it counts."""
    reset = max((act.number for act in acts if act.kind == ActKind.RESET), default=0)
    later = [act for act in acts if act.number > reset]
    taught = [act.observed_at or act.recorded_at for act in later if act.kind == ActKind.RETEACH]
    return Ledger(
        past_of(attempts),
        accommodation,
        sum(act.kind == ActKind.ATTEMPT_GRANTED for act in later),
        max(taught, default=None),
        due,
        opens,
    )


def past_of(attempts: Iterable[Attempt]) -> tuple[Past, ...]:
    """The attempts that were not voided."""
    rows = sorted((row for row in attempts if row.state != AttemptState.VOID), key=lambda row: row.number)
    return tuple(
        Past(row.number, row.started_at, row.closed_at, result_of(row.result) if row.result else None) for row in rows
    )


def open_scripts(place: Place, learners: Iterable[int], now: datetime) -> dict[int, Script]:
    """The learners' scripts, locked until the transaction ends. Three queries; a fourth where a version must be read.

    The first statement writes, so that a second writer waits here before either has read anything (see books.py): acts, and what
    state an attempt is in, change under this lock only. Answers do not take it (api/attempts.py): an attempt that is to be changed
    must be locked by itself, with ``lock_attempts``. Everybody locks in this order: statuses, attempts, exposure.
    """
    ids = sorted(set(learners))
    if not ids:
        return {}
    blank = {**statuses.BLANK, "code": place.code}
    statuses.upsert((_status(place, learner, blank, now) for learner in ids), ["updated_at"])
    acts = Act.objects.filter(usage_key=place.usage, learner_id__in=ids).order_by("learner_id", "number")
    own = {learner: tuple(some) for learner, some in groupby(acts, key=lambda act: act.learner_id)}
    rows = Attempt.objects.filter(usage_key=place.usage, learner_id__in=ids).order_by("learner_id", "number")
    attempts = {
        learner: {row.id: row for row in some} for learner, some in groupby(rows, key=lambda row: row.learner_id)
    }
    known = versions.find({acts[-1].digest for acts in own.values()})
    return {
        learner: Script(
            place,
            learner,
            own.get(learner, ()),
            attempts.get(learner, {}),
            version=known.get(own[learner][-1].digest) if learner in own else None,
            past_before=past_of(attempts.get(learner, {}).values()),
        )
        for learner in ids
    }


def lock_attempts(scripts: Iterable[Script], wanted: Callable[[Attempt], bool]) -> None:
    """Lock the attempts that are wanted until the transaction ends, and read them anew. One query; none where there are none.

    Found by their keys, since MySQL under REPEATABLE READ would lock the gap beside a learner without attempts, and two learners who
    begin at once would then wait for each other. A read that locks sees what is committed now, on every database.
    """
    scripts = list(scripts)
    ids = [row.id for script in scripts for row in script.attempts.values() if wanted(row)]
    rows = Attempt.objects.select_for_update().filter(pk__in=ids).order_by("pk") if ids else ()
    fresh = {row.id: row for row in rows}
    for script in scripts:
        script.attempts = {key: fresh.get(key, row) for key, row in script.attempts.items()}


def _status(place: Place, learner: int, values: Mapping[str, Any], now: datetime) -> Status:
    return Status(
        usage_key=place.usage,
        course_key=place.course,
        learner_id=learner,
        thing=statuses.WHOLE_LIST,
        updated_at=now,
        **values,
    )


def close_scripts(scripts: Iterable[Script], today: Assessment | None, now: datetime) -> None:
    """Write what was added, the attempts that changed, the statuses and the news for the host, in a constant number of queries.

    ``today`` is the version in force from now on; None leaves each learner's as it was, and is NotFound where that is lost.
    """
    changed = [script for script in scripts if script.added]
    if not changed:
        transaction.set_rollback(True)
        return
    Act.objects.bulk_create([act for script in changed for act in script.added])
    touched = [row for script in changed for row in script.touched.values()]
    if touched:
        write_attempts(touched, CHANGED)
    rows: list[Status] = []
    news: list[Outbox] = []
    for script in changed:
        last = script.acts[-1].digest
        version = today or script.version or versions.load([last])[last]
        rows.append(_status(script.place, script.learner, values_of(version, script.acts, script.attempts), now))
        news.extend(_news(script, version, now))
    statuses.upsert(rows, statuses.UPDATED)
    if news:
        Outbox.objects.bulk_create(news)
        outbox.deliver_after_commit()


def write_attempts(rows: Iterable[Attempt], fields: Sequence[str]) -> None:
    """Insert the attempts, or give those that are there these fields. One query; for very many rows a few."""
    target = ["id"] if connection.features.supports_update_conflicts_with_target else None
    Attempt.objects.bulk_create(list(rows), update_conflicts=True, update_fields=list(fields), unique_fields=target)


def values_of(version: Assessment, acts: Sequence[Act], attempts: Mapping[uuid.UUID, Attempt]) -> statuses.Values:
    """The status row that follows from the acts and attempts, by this version of the rules.

    Late answers are no part of it: they arrive without an act, and each attempt counts its own.
    """
    past = past_of(attempts.values())
    ledger = ledger_of(acts, attempts.values())
    passed = rules.is_passed(version, past)
    waiting = [
        name
        for name, holds in (
            ("appeal", bool(open_appeals(acts))),
            ("reteach", rules.is_locked(version, ledger)),
        )
        if holds
    ]
    since = _passed_on(version, past) if passed else None
    state = State.HOLDS if passed else State.IN_PROGRESS if past else State.NOT_STARTED
    return {
        **statuses.BLANK,
        "code": version.code,
        "state": state.value,
        "counted": sum(one.closed is not None for one in past),
        "since": since,
        "score": float(rules.grade(version, past)),
        "waiting": "+".join(waiting),
        "detail": {"attempts": len(past), "complete": rules.is_complete(version, past)},
        "digest": version.digest,
    }


def _passed_on(version: Assessment, past: Sequence[Past]) -> date | None:
    """The site's date since when it is passed: of the first pass where the best attempt counts, else of the attempt that counts."""
    counted = rules.counted_result(version, past)
    passes = (one for one in past if one.result is not None and one.result.passed)
    first = next(one for one in passes if version.counted is Counted.BEST or one.result is counted)
    return first.closed.astimezone(site_zone()).date() if first.closed else None


def open_appeals(acts: Iterable[Act]) -> list[Act]:
    """Appeals that nobody has answered."""
    acts = list(acts)
    answered = {act.refers_to_id for act in acts if act.kind == ActKind.APPEAL_ANSWERED}
    return [act for act in acts if act.kind == ActKind.APPEAL and act.id not in answered]


def _news(script: Script, version: Assessment, now: datetime) -> Iterable[Outbox]:
    """The grade at a learner's first act, at a reset and whenever it changed; the completion whenever that changed."""
    before = script.version if script.stored else None
    past = past_of(script.attempts.values())
    grade, complete = rules.grade(version, past), rules.is_complete(version, past)
    common = {
        "usage_key": script.place.usage,
        "course_key": script.place.course,
        "learner_id": script.learner,
        "created_at": now,
        "next_try_at": now,
    }
    reset = any(act.kind == ActKind.RESET for act in script.added)
    if before is None or rules.grade(before, script.past_before) != grade or reset:
        possible = script.place.possible
        yield Outbox(kind=OutboxKind.GRADE, earned=float(grade) * possible, possible=possible, **common)
    if complete != (before is not None and rules.is_complete(before, script.past_before)):
        yield Outbox(kind=OutboxKind.COMPLETION, earned=float(complete), possible=1.0, **common)
