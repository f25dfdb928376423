"""What an attempt's row says after each act and event: the same steps as it happens and when the rows are made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from westmec_xblocks.domain.assessment.attempts import Break, Clock
from westmec_xblocks.records.exams.stored import clock_as_json, clock_of, moment_as_json, result_of
from westmec_xblocks.records.models import Act, Attempt, AttemptEvent, AttemptState, EventKind

ANSWERS = frozenset((EventKind.ANSWERED, EventKind.CLEARED))
ABOUT_ITEMS = frozenset((*ANSWERS, EventKind.FLAGGED, EventKind.UNFLAGGED, EventKind.SHOWN))
Answers = Mapping[str, Any]


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
        attempt.late += event.kind in ANSWERS
        return
    _let_time_pass(attempt, event)
    if event.kind in ANSWERS:
        attempt.answers = answers_after(attempt.answers, [event])
    elif event.kind == EventKind.FLAGGED:
        attempt.flags = sorted({*attempt.flags, event.item})
    elif event.kind == EventKind.UNFLAGGED:
        attempt.flags = [item for item in attempt.flags if item != event.item]
    if event.kind in ABOUT_ITEMS:
        attempt.position = event.item


def answers_after(answers: Answers, events: Iterable[AttemptEvent]) -> dict[str, Any]:
    """Item → response and when the server had it, after these events."""
    after = dict(answers)
    for event in events:
        if event.kind == EventKind.ANSWERED:
            after[event.item] = {"response": event.response, "at": moment_as_json(event.recorded_at)}
        elif event.kind == EventKind.CLEARED:
            after.pop(event.item, None)
    return after


def _let_time_pass(attempt: Attempt, event: AttemptEvent) -> None:
    """Begin a break, or end it; whoever works on the questions has ended it as well."""
    clock, now = clock_of(attempt.clock), event.recorded_at
    if event.kind == EventKind.BREAK_BEGAN:
        clock = _break_begun(clock, now)
    elif event.kind == EventKind.BREAK_ENDED or (event.kind in ABOUT_ITEMS and clock.on_break(now)):
        clock = _break_ended(clock, now)
    else:
        return
    attempt.clock = clock_as_json(clock)
    # While a break is under way, the attempt may last as long as if all of it were taken.
    attempt.ends_at = clock.ends(now + clock.break_left(now) if clock.on_break(now) else now)


def may_begin_break(clock: Clock, now: datetime) -> bool:
    """Whether a break may begin: some is left, and the time is not up. (In the grace after the end it would buy time.)"""
    return not clock.is_over(now) and clock.break_left(now).total_seconds() > 0


def _break_begun(clock: Clock, now: datetime) -> Clock:
    if clock.on_break(now) or not may_begin_break(clock, now):
        return clock
    ended = _break_ended(clock, now)
    return replace(ended, taken=(*ended.taken, Break(now)))


def _break_ended(clock: Clock, now: datetime) -> Clock:
    if not clock.taken or clock.taken[-1].ended is not None:
        return clock
    return replace(clock, taken=(*clock.taken[:-1], Break(clock.taken[-1].began, now)))


def closed(attempt: Attempt, act: Act) -> None:
    """Let the act close the attempt."""
    attempt.state = AttemptState.CLOSED
    attempt.closed_at = act.observed_at
    attempt.closed_by = act.detail["how"]
    scored(attempt, act)


def scored(attempt: Attempt, act: Act) -> None:
    """Let the act give the attempt its result."""
    attempt.result = act.detail["result"]
    result = result_of(act.detail["result"])
    attempt.passed = result.passed
    attempt.share = float(result.share)
    attempt.updated_at = act.recorded_at


def late_judged(attempt: Attempt, act: Act, events: Iterable[AttemptEvent]) -> None:
    """Let the decision about these late events, which then wait no longer, change the attempt."""
    attempt.late = 0
    if act.detail["taken"]:
        attempt.answers = answers_after(attempt.answers, events)
    scored(attempt, act)


def voided(attempt: Attempt, act: Act) -> None:
    """Let the act take the attempt back."""
    attempt.state = AttemptState.VOID
    attempt.updated_at = act.recorded_at
