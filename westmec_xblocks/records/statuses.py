"""The derived rows: what a standing looks like in the table of statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.checklist.facts import Kind
from westmec_xblocks.domain.checklist.judging import LineStanding, Standing, State, judge
from westmec_xblocks.domain.checklist.outcomes import Why
from westmec_xblocks.records.facts import Story
from westmec_xblocks.records.models import Act, Status

WHOLE_LIST = ""
AWAITS = {Why.AWAITS_SECOND: "second", Why.AWAITS_SETTLEMENT: "settlement"}
Values = dict[str, Any]
BLANK: Values = {
    "state": State.NOT_STARTED.value,
    "counted": 0,
    "dates": 0,
    "variants": 0,
    "level": "",
    "since": None,
    "valid_until": None,
    "score": 0.0,
    "waiting": "",
    "requested_at": None,
    "detail": {},
    "digest": "",
}
UPDATED = ["course_key", "code", *BLANK, "updated_at"]


def judged(checklist: Checklist, story: Story, versions: Mapping[str, Checklist]) -> Standing:
    """Where the learner stands by ``checklist``."""
    return judge(checklist, story.history(versions))


def values_of(
    checklist: Checklist, story: Story, standing: Standing, versions: Mapping[str, Checklist]
) -> dict[str, Values]:
    """Thing → the values of its status row; lines that nobody has touched have none."""
    version = checklist if standing.digest == checklist.digest else versions[standing.digest]
    rows = {WHOLE_LIST: _list_values(checklist, version, story, standing)}
    for line in standing.lines:
        if line.state is not State.NOT_STARTED:
            rows[line.skill] = _line_values(version, line, standing.digest)
    return rows


def _list_values(checklist: Checklist, version: Checklist, story: Story, standing: Standing) -> Values:
    waiting = sorted({AWAITS[one.why_not] for one in standing.outcomes if one.why_not in AWAITS})
    untaught = ["reteach"] if open_stops(story) else []
    assessed = [line for line in standing.lines if line.state is not State.NOT_ASSESSED]
    return {
        **BLANK,
        "code": version.code,
        "state": _list_state(standing, waiting),
        "counted": sum(outcome.counts for outcome in standing.outcomes),
        "since": standing.since,
        "valid_until": standing.valid_until,
        "score": float(standing.score),
        "waiting": "+".join([*waiting, *untaught]),
        "requested_at": story.request.recorded_at if story.request else None,
        "detail": {
            "held": sum(line.state is State.HOLDS for line in assessed),
            "assessed": len(assessed),
            "second_needed": standing.second_needed,
            "second_done": standing.second_done,
            "mean": "" if standing.mean is None else str(standing.mean),
            "in_force": checklist.digest,
            "request": _request(story.request),
        },
        "digest": standing.digest,
    }


def open_stops(story: Story) -> list[Act]:
    """The stopped attempts after which nothing was taught again; each as it stands now."""
    taught = {act.refers_to_id for act in story.reteaches.values()}
    contents = (content for key, content in story.contents.items() if key not in taught)
    return [act for act in contents if act.detail.get("scored") == Kind.EVALUATED and act.detail.get("stop")]


def _list_state(standing: Standing, waiting: list[str]) -> str:
    if standing.passed:
        return State.HOLDS.value
    if waiting:
        return State.WAITING.value
    touched = any(line.state is not State.NOT_STARTED for line in standing.lines)
    return State.IN_PROGRESS.value if touched else State.NOT_STARTED.value


def _request(request: Act | None) -> dict[str, Any] | None:
    if request is None:
        return None
    return {"id": str(request.id), "skills": request.detail.get("skills", []), "note": request.note}


def _line_values(version: Checklist, line: LineStanding, digest: str) -> Values:
    detail = {"ended_on": line.ended_on.isoformat() if line.ended_on else "", "reason": line.reason}
    return {
        **BLANK,
        "code": version.code_of(line.skill),
        "state": line.state.value,
        "counted": line.counted,
        "dates": line.dates,
        "variants": line.variants,
        "level": line.level,
        "since": line.since,
        "valid_until": line.valid_until,
        "detail": {name: value for name, value in detail.items() if value},
        "digest": digest,
    }


def changes(before: Mapping[str, Values], after: Mapping[str, Values]) -> dict[str, Values]:
    """The rows to write; one that no longer follows from the acts is written as not started."""
    changed = {thing: values for thing, values in after.items() if before.get(thing) != values}
    gone = {thing: {**BLANK, "code": values["code"]} for thing, values in before.items() if thing not in after}
    return {**changed, **gone}


def upsert(rows: Iterable[Status], fields: list[str]) -> None:
    """Insert the rows, or give those that are there these fields. One query, which locks each row until the transaction ends.

    Rows come in the order of their keys, so that two writers never wait for each other. MySQL finds the key by itself
    and refuses to be told.
    """
    in_order = sorted(rows, key=lambda row: (row.usage_key, row.learner_id, row.thing))
    target = ["usage_key", "learner", "thing"] if connection.features.supports_update_conflicts_with_target else None
    Status.objects.bulk_create(in_order, update_conflicts=True, update_fields=fields, unique_fields=target)
