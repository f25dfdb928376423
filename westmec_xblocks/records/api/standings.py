"""Where learners stand. Reading only: nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from westmec_xblocks.domain.checklist.facts import Kind, Rating, Stop
from westmec_xblocks.domain.checklist.judging import Standing, State
from westmec_xblocks.domain.checklist.outcomes import Why
from westmec_xblocks.records import statuses, versions
from westmec_xblocks.records.facts import Story, ratings_of, replay, stop_of, version_of
from westmec_xblocks.records.keys import usage_text
from westmec_xblocks.records.models import Act, ActKind, Status
from westmec_xblocks.records.sheet import Sheet


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """One thing that happened, as a history page shows it.

    ``original`` is the id of the demonstration that it belongs to (its own, where it is one). ``replaced_by`` is the
    act that corrected, withdrew, answered or reset it: what has one does not stand any more. ``conceal``: a second
    evaluator is still to rate this demonstration and must not see its ratings.
    """

    id: UUID
    kind: str
    actor_id: int | None
    recorded_at: datetime
    observed_at: datetime | None
    observed_on: date | None
    ratings: Mapping[str, Rating]
    variant: str
    scored: Kind | None
    stop: Stop | None
    paired: bool
    note: str
    detail: Mapping[str, Any]
    original: UUID | None
    replaced_by: UUID | None
    conceal: bool


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A learner asks to be signed off: on these lines, or on the whole list where there are none."""

    id: UUID
    asked_at: datetime
    skills: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LearnerRecord:
    """One learner on one list.

    The standing with the outcome of each demonstration, all that happened (oldest first), the open request.
    """

    standing: Standing
    acts: tuple[RecordedAct, ...]
    request: OpenRequest | None


@dataclass(frozen=True, slots=True)
class LineStatus:
    """One line of one learner, from the derived rows."""

    state: State
    counted: int = 0
    dates: int = 0
    variants: int = 0
    level: str = ""
    since: date | None = None
    valid_until: date | None = None

    def holds(self, today: date) -> bool:
        """Whether the line holds on this day: signed off and not expired."""
        return self.state is State.HOLDS and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True, slots=True)
class ListStatus:
    """One learner on one list, from the derived rows.

    ``lines`` holds the lines that somebody has touched; the others are not started.
    """

    learner_id: int
    state: State = State.NOT_STARTED
    since: date | None = None
    valid_until: date | None = None
    score: float = 0.0
    waiting: frozenset[str] = frozenset()
    request: OpenRequest | None = None
    lines: Mapping[str, LineStatus] = field(default_factory=dict)

    def is_passed(self, today: date) -> bool:
        """Whether the list is passed and not expired on this day."""
        return self.state is State.HOLDS and (self.valid_until is None or today <= self.valid_until)

    def line(self, skill_id: str) -> LineStatus:
        """The line's status; not started where there is none."""
        return self.lines.get(skill_id, LineStatus(State.NOT_STARTED))


def standing_of(sheet: Sheet, learner_id: int) -> LearnerRecord:
    """Where the learner stands on the list as it is written now, and all that happened.

    One query; two where an earlier version must be read.
    """
    usage = usage_text(sheet.usage_key)
    acts = list(Act.objects.filter(usage_key=usage, learner_id=learner_id).order_by("number"))
    known = versions.load({version_of(act) for act in acts if act.observed_on}, sheet.checklist)
    story = replay(acts)
    standing = statuses.judged(sheet.checklist, story, known)
    hidden = {outcome.demonstration.id for outcome in standing.outcomes if outcome.why_not is Why.AWAITS_SECOND}
    request = story.request
    return LearnerRecord(
        standing=standing,
        acts=tuple(_recorded(act, story, hidden) for act in acts),
        request=OpenRequest(request.id, request.recorded_at, tuple(request.detail.get("skills", ())), request.note)
        if request
        else None,
    )


def _recorded(act: Act, story: Story, hidden: Iterable[str]) -> RecordedAct:
    original = act.id if act.kind == ActKind.DEMONSTRATION else act.refers_to_id
    replaced_by = story.replaced.get(act.id)
    scored = act.detail.get("scored")
    return RecordedAct(
        id=act.id,
        kind=act.kind,
        actor_id=act.actor_id,
        recorded_at=act.recorded_at,
        observed_at=act.observed_at,
        observed_on=act.observed_on,
        ratings=ratings_of(act.ratings),
        variant=act.variant,
        scored=Kind(scored) if scored else None,
        stop=stop_of(act),
        paired=bool(act.detail.get("paired")),
        note=act.note,
        detail=act.detail,
        original=original,
        replaced_by=replaced_by.id if replaced_by else None,
        conceal=str(original) in hidden,
    )


def overview(sheet: Sheet, learner_ids: Iterable[int]) -> dict[int, ListStatus]:
    """Where each of the learners stands. One query.

    Two more where the list was edited after somebody's last act: these learners are judged again by the list as it is
    written now.
    """
    ids = sorted(set(learner_ids))
    rows = Status.objects.filter(usage_key=sheet.usage, learner_id__in=ids).order_by("learner_id", "thing")
    found = {learner: ListStatus(learner) for learner in ids}
    stale = []
    for learner, own in groupby(rows, key=lambda row: row.learner_id):
        by_thing = {row.thing: row for row in own}
        whole = by_thing.get(statuses.WHOLE_LIST)
        if whole is None or whole.detail.get("in_force", sheet.checklist.digest) != sheet.checklist.digest:
            stale.append(learner)
        else:
            found[learner] = _list_status(learner, {thing: _values(row) for thing, row in by_thing.items()})
    found.update(_judged_again(sheet, stale))
    return found


def _values(row: Status) -> statuses.Values:
    return {name: getattr(row, name) for name in statuses.BLANK}


def _judged_again(sheet: Sheet, learners: list[int]) -> dict[int, ListStatus]:
    if not learners:
        return {}
    acts = Act.objects.filter(usage_key=sheet.usage, learner_id__in=learners).order_by("learner_id", "number")
    by_learner = {learner: list(own) for learner, own in groupby(acts, key=lambda act: act.learner_id)}
    wanted = {version_of(act) for own in by_learner.values() for act in own if act.observed_on}
    known = versions.load(wanted, sheet.checklist)
    found = {}
    for learner, own in by_learner.items():
        story = replay(own)
        standing = statuses.judged(sheet.checklist, story, known)
        found[learner] = _list_status(learner, statuses.values_of(sheet.checklist, story, standing, known))
    return found


def _list_status(learner: int, rows: Mapping[str, Mapping[str, Any]]) -> ListStatus:
    whole = rows[statuses.WHOLE_LIST]
    return ListStatus(
        learner_id=learner,
        state=State(whole["state"]),
        since=whole["since"],
        valid_until=whole["valid_until"],
        score=whole["score"],
        waiting=frozenset(filter(None, whole["waiting"].split("+"))),
        request=open_request(whole),
        lines={thing: _line_status(values) for thing, values in rows.items() if thing != statuses.WHOLE_LIST},
    )


def open_request(whole: Mapping[str, Any]) -> OpenRequest | None:
    """The open request that a list's row names."""
    asked = whole["detail"].get("request")
    if not asked or whole["requested_at"] is None:
        return None
    return OpenRequest(UUID(asked["id"]), whole["requested_at"], tuple(asked["skills"]), asked["note"])


def _line_status(values: Mapping[str, Any]) -> LineStatus:
    shown = ("counted", "dates", "variants", "level", "since", "valid_until")
    return LineStatus(State(values["state"]), **{name: values[name] for name in shown})
