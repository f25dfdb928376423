"""Whether one demonstration counts, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from westmec_xblocks.domain.checklist.definition import Checklist, Flag, Skill
from westmec_xblocks.domain.checklist.facts import Demonstration, History, Kind, Rating, SecondRating
from westmec_xblocks.domain.checklist.scale import MET, NOT_APPLICABLE, NOT_MET


class Why(StrEnum):
    """Why a demonstration does not count (yet)."""

    STOPPED = "stopped"
    BELOW_FLOOR = "below_floor"
    NOTHING_OBSERVED = "nothing_observed"
    NOT_EVALUATED = "not_evaluated"
    AWAITS_SECOND = "awaits_second"
    AWAITS_SETTLEMENT = "awaits_settlement"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One demonstration, judged. ``ratings`` are the ones that stand: both evaluators' put together, settled where they disagreed.

    ``lines`` names the lines that are the reason (below their floor, or in dispute). ``ends_credit`` names the lines
    whose earlier credit it ends. ``double_rated``: two evaluators rated it and nothing is in dispute.
    """

    demonstration: Demonstration
    ratings: Mapping[str, Rating]
    why_not: Why | None = None
    lines: tuple[str, ...] = ()
    ends_credit: frozenset[str] = field(default_factory=frozenset)
    double_rated: bool = False

    @property
    def counts(self) -> bool:
        """Whether the demonstration counts for the lines it covers."""
        return self.why_not is None

    @property
    def waits(self) -> bool:
        """Whether it may still come to count, once somebody else has rated."""
        return self.why_not in (Why.AWAITS_SECOND, Why.AWAITS_SETTLEMENT)

    @property
    def on(self) -> date:
        """The date it was observed on, in the site's time zone."""
        return self.demonstration.observed_on


def is_observed(checklist: Checklist, skill: Skill, rating: Rating | None) -> bool:
    """Whether the rating says how well the line was done; unrated, N/A and “no performance to judge” do not."""
    if rating is None or rating.value == NOT_APPLICABLE:
        return False
    if skill.flag is Flag.SAFETY:
        return rating.value in (MET, NOT_MET)
    level = checklist.scale.find(rating.value)
    return level is not None and level.observed


def reaches_floor(checklist: Checklist, skill: Skill, value: str) -> bool:
    """Whether an observed value is enough for a demonstration to count: safety Met, quality the passing level, ordinary the floor."""
    if skill.flag is Flag.SAFETY:
        return value == MET
    wanted = checklist.scale.passing if skill.flag is Flag.QUALITY else checklist.scale.floor
    return checklist.scale.reaches(value, wanted)


def disputed_lines(checklist: Checklist, first: Mapping[str, Rating], second: Mapping[str, Rating]) -> tuple[str, ...]:
    """The safety lines that both evaluators rated and rated differently."""
    return tuple(
        skill.id
        for skill in checklist.skills
        if skill.flag is Flag.SAFETY
        and is_observed(checklist, skill, first.get(skill.id))
        and is_observed(checklist, skill, second.get(skill.id))
        and first[skill.id].value != second[skill.id].value
    )


def judge_demonstration(checklist: Checklist, demonstration: Demonstration, history: History) -> Outcome:
    """What one demonstration amounts to, by the version of the list that it was rated against."""
    version = demonstration.rated_by or checklist
    second = history.second_ratings.get(demonstration.id)
    ratings = dict(demonstration.ratings)
    if demonstration.kind is not Kind.EVALUATED:
        return Outcome(demonstration, ratings, Why.NOT_EVALUATED)
    covered = _covered(version, ratings)
    if demonstration.stop is not None:
        ended = frozenset(covered) | {demonstration.stop.skill}
        return Outcome(demonstration, ratings, Why.STOPPED, (demonstration.stop.skill,), ended)
    if demonstration.paired and second is None:
        return Outcome(demonstration, ratings, Why.AWAITS_SECOND)
    if second is not None:
        settlement = history.settlements.get(demonstration.id)
        decisions = settlement.decisions if settlement else {}
        open_disputes = [line for line in disputed_lines(version, ratings, second.ratings) if line not in decisions]
        if open_disputes:
            return Outcome(demonstration, ratings, Why.AWAITS_SETTLEMENT, tuple(open_disputes))
        ratings = _together(version, ratings, second, decisions)
        covered = _covered(version, ratings)
    return _by_floors(version, demonstration, ratings, covered, double_rated=second is not None)


def _by_floors(
    version: Checklist,
    demonstration: Demonstration,
    ratings: Mapping[str, Rating],
    covered: list[str],
    *,
    double_rated: bool,
) -> Outcome:
    failed = [
        skill
        for skill in version.skills
        if skill.id in covered and not reaches_floor(version, skill, ratings[skill.id].value)
    ]
    below = tuple(skill.id for skill in failed)
    unsafe = any(skill.flag is Flag.SAFETY for skill in failed)
    why_not = Why.BELOW_FLOOR if below else None if covered else Why.NOTHING_OBSERVED
    return Outcome(
        demonstration, ratings, why_not, below, frozenset(covered) if unsafe else frozenset(), double_rated=double_rated
    )


def _covered(version: Checklist, ratings: Mapping[str, Rating]) -> list[str]:
    return [skill.id for skill in version.skills if is_observed(version, skill, ratings.get(skill.id))]


def _together(
    version: Checklist, first: Mapping[str, Rating], second: SecondRating, decisions: Mapping[str, bool]
) -> dict[str, Rating]:
    """Both evaluators' ratings as one: the third's decision where there is one, else the worse of the two.

    The worse one, since a demonstration shows what both saw. A line that only one of them observed keeps that rating.
    """
    together = dict(first)
    for skill in version.skills:
        one, other = first.get(skill.id), second.ratings.get(skill.id)
        if skill.id in decisions:
            together[skill.id] = Rating(MET if decisions[skill.id] else NOT_MET)
        elif other is not None and is_observed(version, skill, other) and not _outweighs(version, skill, one, other):
            together[skill.id] = other
    return together


def _outweighs(version: Checklist, skill: Skill, one: Rating | None, other: Rating) -> bool:
    """Whether the first rating stands against the second: it was observed, and the second is not worse."""
    observed = one is not None and is_observed(version, skill, one)
    return one is not None and observed and not _is_worse(version, skill, other.value, one.value)


def _is_worse(version: Checklist, skill: Skill, value: str, than: str) -> bool:
    if skill.flag is Flag.SAFETY:
        return value == NOT_MET and than == MET
    return version.scale.rank(value) < version.scale.rank(than)
