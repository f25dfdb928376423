"""An attempt under way: its questions, the answers as they come, breaks, handing in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from westmec_xblocks.blocks.assessment import items, results, start, words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.payload import bad, identifier
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.domain.assessment.attempts import Clock
from westmec_xblocks.domain.assessment.definition import Layout
from westmec_xblocks.records import api

MAX_EVENTS = 200


def panel(desk: Desk, attempt: api.AttemptView) -> str:
    """The HTML of the attempt under way: every question of its form, in the language of the attempt. On a break none is shown."""
    version = api.version_of_attempt(attempt, desk.assessment)
    form, clock = attempt.form, attempt.clock
    if form is None or clock is None:
        raise ValueError("an attempt is shown with its form")
    on_break = clock.on_break(desk.now)
    shown = (
        []
        if on_break
        else list(items.shown(version, form, answers=attempt.answers, flags=attempt.flags, position=attempt.position))
    )
    context = {
        "attempt": attempt,
        "items": shown,
        "count": len(form.items),
        "one": version.layout is Layout.ONE,
        "item_language": desk.language_of(attempt),
        "timed": clock.ends(desk.now) is not None,
        "on_break": on_break,
        "break_left": words.length(clock.break_left(desk.now)) if clock.granted_breaks else "",
        "break_seconds": ceil(clock.break_left(desk.now).total_seconds()) if on_break else "",
        "may_break": bool(clock.granted_breaks) and clock.break_left(desk.now).total_seconds() >= 1,
        "events": attempt.events,
        **clock_state(desk, attempt, clock),
    }
    return desk.render("taking.html", context)


def clock_state(desk: Desk, attempt: api.AttemptView, clock: Clock) -> dict[str, Any]:
    """What the browser must know of the clock: seconds left, by the server; empty without a time limit."""
    ends = clock.ends(desk.now)
    left = "" if ends is None else max(0, round((ends - desk.now).total_seconds()))
    return {"seconds_left": left}


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The attempt under way as it stands on the server; the start page where there is none."""
    return {"html": start.panel(desk)}


def events(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record what the learner did: a receipt for each event, the seconds left, how many events the server has."""
    learner, attempt_id = desk.own_id(), identifier(data, "attempt")
    given = _events(data)
    row, receipts = api.record_events(desk.usage, attempt_id=attempt_id, learner_id=learner, events=given, now=desk.now)
    seconds = max(0, round((row.ends_at - desk.now).total_seconds())) if row.ends_at else None
    return {
        "ok": True,
        "receipts": [
            {
                "client_id": str(one.client_id),
                "repeated": one.repeated,
                "late": one.late,
                "refused": sentence(one.refusal) if one.refusal else "",
            }
            for one in receipts
        ],
        "events": row.events,
        "seconds_left": seconds,
        "open": row.state == "open",
    }


def _events(data: Mapping[str, Any]) -> list[api.Event]:
    given = data.get("events")
    if not isinstance(given, list) or not given or len(given) > MAX_EVENTS:
        raise bad("events", "a list of 1 to {most} events", most=MAX_EVENTS)
    return [_event(one) for one in given]


def _event(one: Any) -> api.Event:
    if not isinstance(one, dict):
        raise bad("events", "a list of 1 to {most} events", most=MAX_EVENTS)
    kind, item = one.get("kind"), one.get("item", "")
    if not isinstance(kind, str) or not isinstance(item, str) or len(item) > 100 or len(kind) > 20:
        raise bad("events", "a list of 1 to {most} events", most=MAX_EVENTS)
    return api.Event(identifier(one), kind, item, one.get("response"), _moment(one.get("at")))


def _moment(value: Any) -> datetime | None:
    """The client's own time, which is kept and not trusted; nothing where it is none."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = parse_datetime(value)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def submit(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Hand the attempt in, and show its result. ``time_up``: by the browser's clock; while time is left by ours, the attempt goes on."""
    learner, attempt_id = desk.own_id(), identifier(data, "attempt")
    if data.get("time_up") is True and _has_time(desk, learner, attempt_id):
        return {"ok": True, "message": _("There is time left: go on."), "html": start.panel(desk)}
    row = api.close_attempt(
        desk.usage,
        attempt_id=attempt_id,
        learner_id=learner,
        actor_id=learner,
        client_id=identifier(data),
        now=desk.now,
        how=api.HOW_SUBMITTED,
    )
    told = (
        _("The time is up: the attempt is closed with what was saved.")
        if words.ended_by_clock(row.closed_by, row.closed_at, row.ends_at)
        else _("Handed in.")
    )
    return {"ok": True, "message": told, "html": results.panel(desk, learner, row.id)}


def _has_time(desk: Desk, learner: int, attempt_id: UUID) -> bool:
    attempt = desk.record(learner).find(attempt_id)
    return attempt.is_open and attempt.clock is not None and not attempt.clock.is_over(desk.now)


def pause(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Begin or end a break."""
    kind = data.get("kind")
    if kind not in ("break_began", "break_ended"):
        raise bad("kind", "one of {choices}", choices="break_began, break_ended")
    event = api.Event(identifier(data), kind)
    api.record_events(
        desk.usage,
        attempt_id=identifier(data, "attempt"),
        learner_id=desk.own_id(),
        events=[event],
        now=desk.now,
    )
    return {"ok": True, "message": "", "html": start.panel(desk)}
