"""Who holds what: codes elsewhere, who is cleared today, and every rating for a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Q

from westmec_xblocks.domain.checklist.facts import Rating
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.domain.checklist.outcomes import Why
from westmec_xblocks.records import clearance, statuses, versions
from westmec_xblocks.records.facts import ratings_of, replay, version_of
from westmec_xblocks.records.keys import course_text, usage_key_of
from westmec_xblocks.records.models import Act, ActKind, Status
from westmec_xblocks.records.sheet import Sheet

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey


@dataclass(frozen=True, slots=True)
class Clearance:
    """A learner who is cleared for a skill or a list (``skill`` is empty then) of the course run."""

    learner_id: int
    code: str
    usage_key: UsageKey
    skill: str
    since: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class RatedLine:
    """One rating of one line, for a file: who was rated by whom, when, on what, and what became of it.

    ``stands`` is False for what was corrected, withdrawn or reset later. ``outcome`` is why a demonstration does not
    count, ``counts`` where it does, and empty for a rating that does not stand. ``actor_id`` is who rated; of a
    correction, who corrected. ``conceal``: a second evaluator still has to rate it without knowing this one.
    """

    learner_id: int
    actor_id: int | None
    kind: str
    skill: str
    rating: Rating
    observed_on: date
    recorded_at: datetime
    variant: str
    stands: bool
    outcome: str
    digest: str
    conceal: bool = False


def held_codes(
    course_key: CourseKey, learner_ids: Iterable[int], codes: Iterable[str], on: date
) -> dict[int, set[str]]:
    """Learner → the codes that they hold on this day, of those asked for. One query."""
    found = clearance.holdings(course_text(course_key), learner_ids, codes)
    return {learner: set(clearance.on(held, on)) for learner, held in found.items()}


def cleared_on(course_key: CourseKey, on: date) -> list[Clearance]:
    """Every skill and list of the course run that somebody holds on this day, by code. One query.

    What a list requires elsewhere is not asked again here: ``held_codes`` tells.
    """
    valid = Q(valid_until=None) | Q(valid_until__gte=on)
    rows = Status.objects.filter(valid, course_key=course_text(course_key), state=State.HOLDS.value)
    return [
        Clearance(row.learner_id, row.code, usage_key_of(row.usage_key), row.thing, row.since, row.valid_until)
        for row in rows.order_by("code", "learner_id")
    ]


def export_ratings(sheet: Sheet) -> list[RatedLine]:
    """Every rating ever recorded on the list, by learner and in the order of recording.

    One query; two where a version must be read.
    """
    kinds = (ActKind.EVIDENCE_REMOVED, ActKind.ERASED, ActKind.REQUEST, ActKind.REQUEST_WITHDRAWN)
    acts = Act.objects.filter(usage_key=sheet.usage).exclude(kind__in=kinds).order_by("learner_id", "number")
    by_learner = [list(own) for _, own in groupby(acts, key=lambda act: act.learner_id)]
    wanted = {version_of(act) for own in by_learner for act in own if act.observed_on}
    known = versions.load(wanted, sheet.checklist)
    return [line for own in by_learner for line in _lines_of(sheet, own, known)]


def _lines_of(sheet: Sheet, acts: list[Act], known: versions.Versions) -> Iterator[RatedLine]:
    story = replay(acts)
    standing = statuses.judged(sheet.checklist, story, known)
    outcomes = {outcome.demonstration.id: outcome for outcome in standing.outcomes}
    hidden = {key for key, outcome in outcomes.items() if outcome.why_not is Why.AWAITS_SECOND}
    originals = {act.id: act for act in acts}
    for act in acts:
        about = act if act.kind in (ActKind.DEMONSTRATION, ActKind.CORRECTION) else originals.get(act.refers_to_id)
        if not act.ratings or about is None:
            continue
        stands = act.id not in story.replaced
        original = act.id if act.kind == ActKind.DEMONSTRATION else act.refers_to_id
        outcome = outcomes.get(str(original)) if stands else None
        for skill, rating in ratings_of(act.ratings).items():
            yield RatedLine(
                learner_id=act.learner_id,
                actor_id=act.actor_id,
                kind=act.kind,
                skill=skill,
                rating=rating,
                observed_on=about.observed_on,
                recorded_at=act.recorded_at,
                variant=about.variant,
                stands=stands,
                outcome=("counts" if outcome.why_not is None else outcome.why_not.value) if outcome else "",
                digest=version_of(about),
                conceal=str(original) in hidden,
            )
