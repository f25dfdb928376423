"""What an attempt's row says after each act and event: the same steps as it happens and when the rows are made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from westmec_xblocks.domain.assessment.attempts import Break, Clock
from westmec_xblocks.records.exams.stored import clock_as_json, clock_of, result_of
from westmec_xblocks.records.models import Act, Attempt, AttemptEvent, AttemptState, EventKind

_WORK = {EventKind.ANSWERED, EventKind.CLEARED, EventKind.FLAGGED, EventKind.UNFLAGGED, EventKind.SHOWN}


def begun(act: Act) -> Attempt:
    """The attempt that this act began."""
    clock = clock_of(act.detail["clock"])
    return Attempt(
        id=act.id,
        usage_key=act.usage_key,
        course_key=act.course_key,
        code=act.code,
        learner_id=act.learner_id,
        number=act.detail["attempt"],
        digest=act.digest,
        language=act.detail["language"],
        form=act.detail["form"],
        clock=act.detail["clock"],
        possible=act.detail["possible"],
        started_at=act.recorded_at,
        ends_at=clock.ends(act.recorded_at),
        updated_at=act.recorded_at,
    )


def happened(attempt: Attempt, event: AttemptEvent) -> None:
    """Let the event change the attempt. What came late changes nothing but the count of what waits for a person."""
    attempt.events = event.number
    attempt.updated_at = event.recorded_at
    if event.late:
        attempt.late += event.kind in (EventKind.ANSWERED, EventKind.CLEARED)
        return
    clock = clock_of(attempt.clock)
    if event.kind == EventKind.BREAK_BEGAN:
        _keep_clock(attempt, _break_begun(clock, event.recorded_at), event.recorded_at)
    elif event.kind == EventKind.BREAK_ENDED or (event.kind in _WORK and clock.on_break(event.recorded_at)):
        _keep_clock(attempt, _break_ended(clock, event.recorded_at), event.recorded_at)
    if event.kind == EventKind.ANSWERED:
        attempt.answers = {**attempt.answers, event.item: _answer(event)}
    elif event.kind == EventKind.CLEARED:
        attempt.answers = {item: answer for item, answer in attempt.answers.items() if item != event.item}
    elif event.kind == EventKind.FLAGGED:
        attempt.flags = sorted({*attempt.flags, event.item})
    elif event.kind == EventKind.UNFLAGGED:
        attempt.flags = [item for item in attempt.flags if item != event.item]
    if event.kind in _WORK and event.item:
        attempt.position = event.item


def _answer(event: AttemptEvent) -> dict[str, Any]:
    return {"response": event.response, "at": event.recorded_at.isoformat()}


def _break_begun(clock: Clock, now: datetime) -> Clock:
    if clock.on_break(now) or clock.break_left(now).total_seconds() <= 0:
        return clock
    return replace(_break_ended(clock, now), taken=(*_break_ended(clock, now).taken, Break(now)))


def _break_ended(clock: Clock, now: datetime) -> Clock:
    if not clock.taken or clock.taken[-1].ended is not None:
        return clock
    return replace(clock, taken=(*clock.taken[:-1], Break(clock.taken[-1].began, now)))


def _keep_clock(attempt: Attempt, clock: Clock, now: datetime) -> None:
    attempt.clock = clock_as_json(clock)
    # While a break is under way, the attempt may last as long as if all of it were taken.
    attempt.ends_at = clock.ends(now + clock.break_left(now) if clock.on_break(now) else now)


def closed(attempt: Attempt, act: Act) -> None:
    """Let the act close the attempt."""
    attempt.state = AttemptState.CLOSED
    attempt.closed_at = act.observed_at
    attempt.closed_by = act.detail["how"]
    attempt.updated_at = act.recorded_at
    scored(attempt, act)


def scored(attempt: Attempt, act: Act) -> None:
    """Let the act give the attempt its result."""
    attempt.result = act.detail["result"]
    result = result_of(act.detail["result"])
    attempt.passed = result.passed
    attempt.share = float(result.share)
    attempt.updated_at = act.recorded_at


def late_judged(attempt: Attempt, act: Act) -> None:
    """Let the decision about late answers change the attempt; they wait no longer."""
    attempt.late = 0
    attempt.answers = act.detail["answers"]
    scored(attempt, act)


def voided(attempt: Attempt, act: Act) -> None:
    """Let the act take the attempt back."""
    attempt.state = AttemptState.VOID
    attempt.updated_at = act.recorded_at
