"""What happened to one learner on the list, as entries that a page shows, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.lab_checklist import words
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.checklist.facts import Kind, Rating
from westmec_xblocks.domain.checklist.outcomes import Outcome
from westmec_xblocks.records.api import LearnerRecord, RecordedAct

_HIDDEN_KINDS = {"draw", "evidence_removed"}


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One line's rating in an entry of the history."""

    id: str
    task: str
    rating: str
    readings: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One act as the history shows it."""

    id: str
    on: str
    title: str
    by: str
    text: str
    note: str
    mark: str
    lines: tuple[RatingRow, ...] = ()
    can_correct: bool = False
    can_reteach: bool = False


def entries(desk: Desk, record: LearnerRecord, *, acting: bool) -> list[HistoryEntry]:
    """The history, newest first. ``acting``: an evaluator looks, who may correct and re-teach as far as the role goes."""
    shown = [act for act in record.acts if act.kind not in _HIDDEN_KINDS]
    names = edxapp.people({act.actor_id for act in shown if act.actor_id})
    outcomes = {outcome.demonstration.id: outcome for outcome in record.standing.outcomes}
    taught = {act.original for act in shown if act.kind == "reteach"}
    result = []
    for act in reversed(shown):
        person = names.get(act.actor_id) if act.actor_id else None
        outcome = outcomes.get(str(act.original)) if act.replaced_by is None else None
        result.append(
            _entry(desk, act, person.name if person else "", outcome, acting=acting, taught=act.original in taught)
        )
    return result


def _entry(
    desk: Desk, act: RecordedAct, by: str, outcome: Outcome | None, *, acting: bool, taught: bool
) -> HistoryEntry:
    demonstration = act.kind in ("demonstration", "correction")
    standing = demonstration and act.replaced_by is None
    may_correct = acting and standing and (desk.viewer.staff or act.actor_id == desk.viewer.user_id)
    return HistoryEntry(
        id=str(act.original if demonstration else act.id),
        on=words.day(act.observed_on or act.recorded_at.astimezone(desk.zone).date()),
        title=_title(act),
        by=by,
        text=_text(act, outcome if standing else None),
        note="" if act.conceal else act.note,
        mark=_mark(act, outcome if standing else None),
        lines=() if act.conceal else tuple(rating_rows(desk.checklist, act.ratings)),
        can_correct=may_correct and not act.conceal,
        can_reteach=acting and desk.viewer.staff and standing and act.stop is not None and not taught,
    )


def _title(act: RecordedAct) -> str:
    if act.kind == "demonstration" and act.scored in (Kind.PRACTICE, Kind.PEER, Kind.SELF):
        return _("Practice")
    return {
        "demonstration": _("Demonstration"),
        "correction": _("Correction"),
        "withdrawal": _("Withdrawn"),
        "second_rating": _("Second rating"),
        "settlement": _("Disagreement settled"),
        "reteach": _("Re-taught"),
        "request": _("Asked for a sign-off"),
        "request_withdrawn": _("Request taken back"),
        "request_declined": _("Answer to the request"),
        "reset": _("Everything before this was reset"),
        "erased": _("Personal data erased"),
    }.get(act.kind, act.kind)


def _text(act: RecordedAct, outcome: Outcome | None) -> str:
    parts = []
    if act.replaced_by is not None and act.kind in ("demonstration", "correction"):
        parts.append(_("Replaced by a later entry; it does not count any more."))
    elif outcome is not None:
        parts.append(words.outcome(outcome))
    if act.variant:
        parts.append(_("Conditions: {variant}.").format(variant=act.variant))
    if act.stop is not None and act.stop.act:
        parts.append(_("Seen: {act}").format(act=act.stop.act))
    if act.detail.get("confirmed_by"):
        parts.append(_("From a paper list, confirmed by {name}.").format(name=act.detail["confirmed_by"]))
    return " ".join(parts)


def _mark(act: RecordedAct, outcome: Outcome | None) -> str:
    if act.replaced_by is not None or act.kind in ("withdrawal", "reset"):
        return "out"
    if outcome is None:
        return "open"
    return "done" if outcome.counts else "wait" if outcome.waits else "attention"


def rating_rows(checklist: Checklist, ratings: Mapping[str, Rating]) -> Iterable[RatingRow]:
    """The ratings line by line, in the list's order; lines that the list no longer has come last."""
    order = {skill.id: place for place, skill in enumerate(checklist.skills)}
    for skill_id, rating in sorted(ratings.items(), key=lambda item: order.get(item[0], len(order))):
        skill = checklist.find(skill_id)
        unit = skill.measure.unit if skill and skill.measure else ""
        readings = ", ".join(f"{reading} {unit}".strip() for reading in rating.readings)
        task = plain(skill.task) if skill else ""
        yield RatingRow(
            skill_id, task, words.rating(checklist.scale, rating.value), readings, rating.reason, rating.note
        )


def as_context(desk: Desk, record: LearnerRecord, *, acting: bool) -> dict[str, Any]:
    """What the history's template needs."""
    return {"history": entries(desk, record, acting=acting), "today": desk.today.isoformat()}
