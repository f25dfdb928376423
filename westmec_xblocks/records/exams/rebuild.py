"""A learner's attempts and status in an assessment, made again from the acts and events."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from westmec_xblocks.olx.assessment import TAG
from westmec_xblocks.records import statuses, versions
from westmec_xblocks.records.exams import replay
from westmec_xblocks.records.exams.script import CHANGED, values_of
from westmec_xblocks.records.keys import usage_key_of
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptEvent, AttemptState

FIELDS = ["usage_key", "course_key", "code", "learner_id", "number", "language", "form", "started_at", *CHANGED]
_SKIPPED = {"updated_at"}


def is_exam(usage: str) -> bool:
    """Whether the block is an assessment."""
    return usage_key_of(usage).block_type == TAG


def attempts_from(acts: Iterable[Act], events: Mapping[uuid.UUID, Sequence[AttemptEvent]]) -> dict[uuid.UUID, Attempt]:
    """The attempts of one learner as they follow from the acts and each attempt's events, in the order in which they were recorded."""
    made: dict[uuid.UUID, Attempt] = {}
    done: dict[uuid.UUID, int] = {}

    def catch_up(attempt: Attempt, *, late: bool, up_to: int | None = None) -> None:
        for event in events.get(attempt.id, ())[done[attempt.id] :]:
            if (event.late and not late) or (up_to is not None and event.number > up_to):
                break
            replay.happened(attempt, event)
            done[attempt.id] += 1

    for act in acts:
        if act.kind == ActKind.ATTEMPT_STARTED:
            made[act.id] = replay.begun(act)
            done[act.id] = 0
        elif act.kind == ActKind.ATTEMPT_CLOSED:
            catch_up(made[act.refers_to_id], late=False)
            replay.closed(made[act.refers_to_id], act)
        elif act.kind == ActKind.RESCORED:
            replay.scored(made[act.refers_to_id], act)
        elif act.kind == ActKind.LATE_JUDGED:
            catch_up(made[act.refers_to_id], late=True, up_to=act.detail["up_to"])
            replay.late_judged(made[act.refers_to_id], act)
        elif act.kind == ActKind.ATTEMPT_VOIDED:
            catch_up(made[act.refers_to_id], late=False)
            replay.voided(made[act.refers_to_id], act)
        elif act.kind == ActKind.RESET:
            for attempt in made.values():
                if attempt.state != AttemptState.VOID:
                    catch_up(attempt, late=False)
                    replay.voided(attempt, act)
    for attempt in made.values():
        catch_up(attempt, late=True)
    return made


def events_of(acts: Iterable[Act]) -> dict[uuid.UUID, list[AttemptEvent]]:
    """The events of every attempt that the acts began; one query."""
    ids = [act.id for act in acts if act.kind == ActKind.ATTEMPT_STARTED]
    rows = AttemptEvent.objects.filter(attempt__in=ids).order_by("attempt", "number")
    return {attempt: list(own) for attempt, own in groupby(rows, key=lambda row: row.attempt)}


def expected_values(acts: Sequence[Act], attempts: Mapping[uuid.UUID, Attempt]) -> dict[str, statuses.Values]:
    """The status rows that follow; NotFound where a version is lost."""
    digest = acts[-1].digest
    return {statuses.WHOLE_LIST: values_of(versions.load([digest])[digest], acts, attempts)}


def differing(row: Attempt | None, wanted: Attempt) -> dict[str, tuple[Any, Any]]:
    """Field → stored and expected value, where they are not the same."""
    stored = {name: getattr(row, name) if row else None for name in FIELDS if name not in _SKIPPED}
    return {name: (value, getattr(wanted, name)) for name, value in stored.items() if value != getattr(wanted, name)}
