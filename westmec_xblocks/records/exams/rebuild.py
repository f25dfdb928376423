"""Learners' attempts and statuses in an assessment, and its tally of exposure, made again from the acts and events."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from westmec_xblocks.olx.assessment import TAG
from westmec_xblocks.records import statuses, versions
from westmec_xblocks.records.exams import exposure, replay
from westmec_xblocks.records.exams.script import CHANGED, values_of, write_attempts
from westmec_xblocks.records.keys import usage_key_of
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptEvent, AttemptState

FIELDS = ["usage_key", "course_key", "code", "learner_id", "number", "language", "form", "started_at", *CHANGED]
_SKIPPED = {"updated_at"}

Fields = dict[str, tuple[Any, Any]]
Events = Mapping[uuid.UUID, Sequence[AttemptEvent]]


def is_exam(usage: str) -> bool:
    """Whether the block is an assessment."""
    return usage_key_of(usage).block_type == TAG


def lock_attempts(usage: str, learners: Iterable[int]) -> list[Attempt]:
    """The attempts as they are stored, locked, so that nobody answers between reading and comparing."""
    return list(Attempt.objects.select_for_update().filter(usage_key=usage, learner_id__in=sorted(learners)))


class Rebuilt:
    """The attempts of some learners in one assessment as they follow from acts and events, beside those that are stored.

    ``rows`` are the stored ones, ``acts`` each learner's acts in order. One query.
    """

    def __init__(self, rows: Iterable[Attempt], acts: Mapping[int, Sequence[Act]]) -> None:
        self.stored = {row.id: row for row in rows}
        self.acts = acts
        events = _events_of(act for own in acts.values() for act in own)
        self.made = {learner: attempts_from(own, events) for learner, own in acts.items()}
        self.wanted = {attempt.id: attempt for own in self.made.values() for attempt in own.values()}

    def expected(self, learner: int, known: versions.Versions) -> dict[str, statuses.Values]:
        """The status rows of one learner; NotFound where the version in force is lost."""
        acts = self.acts.get(learner)
        if not acts:
            return {}
        versions.check([acts[-1].digest], known)
        return {statuses.WHOLE_LIST: values_of(known[acts[-1].digest], acts, self.made[learner])}

    def differences(self) -> Iterator[tuple[Attempt, Fields]]:
        """Attempts that are not what follows, and those that nothing began, with stored and expected values of the fields that differ."""
        for attempt in self.wanted.values():
            fields = _differing(self.stored.get(attempt.id), attempt)
            if fields:
                yield attempt, fields
        for row_id in self.stored.keys() - self.wanted.keys():
            yield self.stored[row_id], {"id": (row_id, None)}

    def mend(self) -> None:
        """Write what differs."""
        changed = [attempt for attempt, _ in self.differences() if attempt.id in self.wanted]
        strangers = self.stored.keys() - self.wanted.keys()
        if strangers:
            Attempt.objects.filter(pk__in=strangers).delete()
        if changed:
            write_attempts(changed, FIELDS)


def _differing(row: Attempt | None, wanted: Attempt) -> Fields:
    stored = {name: getattr(row, name) if row else None for name in FIELDS if name not in _SKIPPED}
    return {name: (value, getattr(wanted, name)) for name, value in stored.items() if value != getattr(wanted, name)}


def _events_of(acts: Iterable[Act]) -> Events:
    """The events of every attempt that the acts began; one query."""
    ids = [act.id for act in acts if act.kind == ActKind.ATTEMPT_STARTED]
    rows = AttemptEvent.objects.filter(attempt__in=ids).order_by("attempt", "number")
    return {attempt: list(own) for attempt, own in groupby(rows, key=lambda row: row.attempt)}


def attempts_from(acts: Iterable[Act], events: Events) -> dict[uuid.UUID, Attempt]:
    """The attempts of one learner as they follow from the acts and each attempt's events, in the order in which they were recorded."""
    made: dict[uuid.UUID, _Replayed] = {}
    for act in acts:
        if act.kind == ActKind.ATTEMPT_STARTED:
            made[act.id] = _Replayed(act, events.get(act.id, ()))
        elif act.kind == ActKind.ATTEMPT_CLOSED:
            replay.closed(made[act.refers_to_id].at_its_end(), act)
        elif act.kind == ActKind.RESCORED:
            replay.scored(made[act.refers_to_id].attempt, act)
        elif act.kind == ActKind.LATE_JUDGED:
            made[act.refers_to_id].judge_late(act)
        elif act.kind == ActKind.ATTEMPT_VOIDED:
            replay.voided(made[act.refers_to_id].at_its_end(), act)
        elif act.kind == ActKind.RESET:
            for one in made.values():
                if one.attempt.state != AttemptState.VOID:
                    replay.voided(one.at_its_end(), act)
    return {key: one.to_the_last() for key, one in made.items()}


class _Replayed:
    """One attempt on its way through its events."""

    def __init__(self, act: Act, events: Sequence[AttemptEvent]) -> None:
        self.attempt = replay.begun(act)
        self.left = list(reversed(events))

    def at_its_end(self) -> Attempt:
        """The attempt after everything that came in time."""
        while self.left and not self.left[-1].late:
            replay.happened(self.attempt, self.left.pop())
        return self.attempt

    def judge_late(self, act: Act) -> None:
        """Let a decision about late answers change it, after what had come until then."""
        judged = []
        while self.left and self.left[-1].number <= act.detail["up_to"]:
            judged.append(self.left.pop())
            replay.happened(self.attempt, judged[-1])
        replay.late_judged(self.attempt, act, judged)

    def to_the_last(self) -> Attempt:
        """The attempt after everything."""
        while self.left:
            replay.happened(self.attempt, self.left.pop())
        return self.attempt


def compare_exposure(usage: str, *, write: bool) -> Fields:
    """What differs between the tally of exposure and what follows from the acts; mended where ``write`` says so."""
    tally = exposure.lock(usage)
    wanted = exposure.expected(usage)
    fields = {
        name: (getattr(tally, name) if tally else None, getattr(wanted, name))
        for name in ("forms", "counts")
        if (getattr(tally, name) if tally else None) != getattr(wanted, name)
    }
    if tally is None and not wanted.forms:
        return {}
    if fields and write:
        wanted.save(force_insert=tally is None, force_update=tally is not None)
    return fields
