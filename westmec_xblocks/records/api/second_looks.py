"""Demonstrations that wait for somebody.

A second evaluator, who must not see the first's ratings, a third who settles, a re-teach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from westmec_xblocks.domain.checklist.outcomes import judge_demonstration
from westmec_xblocks.records import statuses, versions
from westmec_xblocks.records.facts import Story, replay, version_of
from westmec_xblocks.records.keys import usage_text
from westmec_xblocks.records.models import Act, Status

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey


@dataclass(frozen=True, slots=True)
class Awaited:
    """A demonstration that another evaluator is to rate, or to settle on these ``lines``. Nobody's ratings are in it."""

    demonstration: UUID
    learner_id: int
    observed_at: datetime
    observed_on: date
    variant: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenStop:
    """A stopped attempt after which nothing was taught again yet: at which line, and what was seen."""

    demonstration: UUID
    learner_id: int
    observed_on: date
    skill: str
    act: str


def waiting_second(usage_key: UsageKey, *, evaluator_id: int) -> list[Awaited]:
    """What this evaluator may rate as the second, oldest first. Two queries; a third where a version must be read."""
    return _awaited(usage_key, "second", evaluator_id)


def waiting_settlement(usage_key: UsageKey, *, evaluator_id: int) -> list[Awaited]:
    """What this evaluator may settle as the third, oldest first. Two queries; a third where a version must be read."""
    return _awaited(usage_key, "settlement", evaluator_id)


def _awaited(usage_key: UsageKey, what: str, evaluator_id: int) -> list[Awaited]:
    stories = list(_stories(usage_key, what))
    known = versions.load({version_of(act) for _, story in stories for act in story.contents.values()})
    found: list[Awaited] = []
    for learner, story in stories:
        history = story.history(known)
        for fact in history.demonstrations:
            second = history.second_ratings.get(fact.id)
            if evaluator_id in (learner, fact.evaluator, second.evaluator if second else None):
                continue
            outcome = judge_demonstration(known[version_of(story.contents[UUID(fact.id)])], fact, history)
            if outcome.why_not is not None and statuses.AWAITS.get(outcome.why_not) == what:
                lines = outcome.lines or tuple(fact.ratings)
                about = (fact.observed_at, fact.observed_on, fact.variant)
                found.append(Awaited(UUID(fact.id), learner, *about, lines))
    return sorted(found, key=lambda one: one.observed_at)


def waiting_reteach(usage_key: UsageKey) -> list[OpenStop]:
    """Every stopped attempt that waits for a re-teach, oldest first. Two queries."""
    found = []
    for learner, story in _stories(usage_key, "reteach"):
        for act in statuses.open_stops(story):
            stop, original = act.detail["stop"], act.refers_to_id or act.id
            found.append(OpenStop(original, learner, act.observed_on, stop["skill"], stop.get("act", "")))
    return sorted(found, key=lambda one: one.observed_on)


def _stories(usage_key: UsageKey, awaited: str) -> Iterator[tuple[int, Story]]:
    usage = usage_text(usage_key)
    rows = Status.objects.filter(usage_key=usage, thing=statuses.WHOLE_LIST, waiting__contains=awaited)
    learners = list(rows.values_list("learner_id", flat=True))
    if not learners:
        return
    acts = Act.objects.filter(usage_key=usage, learner_id__in=learners).order_by("learner_id", "number")
    for learner, own in groupby(acts, key=lambda act: act.learner_id):
        yield learner, replay(own)
