"""Where a learner stands on a checklist: which lines hold, and whether the list is passed.

The rules are those of the district's conventions: a line holds after its own number of counted demonstrations, dates
and variants; a later safety “Not met”, or a stop, ends the earlier credit of the lines that this attempt covered; the
list is passed when every line holds, the mean of the ordinary lines is reached, and a second evaluator has rated
where one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from westmec_xblocks.domain.checklist.definition import Checklist, Credit, Flag, LineRule, Skill
from westmec_xblocks.domain.checklist.facts import Demonstration, History
from westmec_xblocks.domain.checklist.outcomes import Outcome, Why, is_observed, judge_demonstration
from westmec_xblocks.domain.checklist.scale import NOT_APPLICABLE


class State(StrEnum):
    """What can be said of one line."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    HOLDS = "holds"
    CREDIT_ENDED = "credit_ended"
    REQUIREMENT_OPEN = "requirement_open"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One line: what counts so far, and since when and until when it holds.

    ``level`` is the value in the latest counted demonstration that covers the line. ``ended_on`` is the date on which
    a safety failure or stop ended earlier credit, while the line does not hold again. ``valid_until`` is the last day
    of a sign-off that expires.
    """

    skill: str
    state: State
    counted: int = 0
    dates: int = 0
    variants: int = 0
    level: str = ""
    since: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    reason: str = ""

    def holds(self, today: date) -> bool:
        """Whether the line holds on this day: signed off and not expired."""
        return self.state is State.HOLDS and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one learner stands on one version of a list."""

    digest: str
    lines: tuple[LineStanding, ...]
    outcomes: tuple[Outcome, ...]
    mean: Fraction | None
    mean_reached: bool
    second_needed: bool
    second_done: bool
    passed: bool
    since: date | None
    valid_until: date | None
    score: Fraction

    def line(self, skill_id: str) -> LineStanding:
        """The standing of the line of this id; KeyError when the list has no such line."""
        for line in self.lines:
            if line.skill == skill_id:
                return line
        raise KeyError(skill_id)

    def is_passed(self, today: date) -> bool:
        """Whether the list is passed and no sign-off of it has expired on this day."""
        return self.passed and (self.valid_until is None or today <= self.valid_until)


def judge(checklist: Checklist, history: History) -> Standing:
    """Where the learner stands on the list as it is written today.

    Whoever had passed an earlier version keeps the pass: the list's edits void nothing that was signed off in full.
    ``Standing.digest`` then names the version that was passed.
    """
    standing = _judge_version(checklist, history)
    if standing.passed:
        return standing
    for version in _earlier_versions(checklist, history.demonstrations):
        achieved = _judge_version(version, _up_to(version, history))
        if not achieved.passed or _begun_anew(achieved, history.demonstrations):
            continue
        earlier = _judge_version(version, history)
        if earlier.passed:
            return earlier
    return standing


def _up_to(version: Checklist, history: History) -> History:
    """The history as it was when somebody last rated by this version."""
    by_version = (
        one.sequence for one in history.demonstrations if one.rated_by and one.rated_by.digest == version.digest
    )
    last = max(by_version)
    return replace(history, demonstrations=tuple(one for one in history.demonstrations if one.sequence <= last))


def _begun_anew(passed: Standing, demonstrations: Sequence[Demonstration]) -> bool:
    """Whether the learner has shown something since the pass expired: then today's version is the one that matters."""
    last_day = passed.valid_until
    return last_day is not None and any(one.observed_on > last_day for one in demonstrations)


def _earlier_versions(checklist: Checklist, demonstrations: Sequence[Demonstration]) -> Iterable[Checklist]:
    newest_first = sorted(demonstrations, key=lambda one: one.sequence, reverse=True)
    versions = {one.rated_by.digest: one.rated_by for one in newest_first if one.rated_by is not None}
    return [version for digest, version in versions.items() if digest != checklist.digest]


def _judge_version(checklist: Checklist, history: History) -> Standing:
    in_order = sorted(history.demonstrations, key=lambda one: (one.observed_at, one.sequence))
    outcomes = tuple(judge_demonstration(checklist, one, history) for one in in_order)
    ledgers = {skill.id: _Ledger.of(checklist, skill, outcomes) for skill in checklist.skills}
    holding = _with_requirements(checklist, {line for line, ledger in ledgers.items() if ledger.enough})
    lines = tuple(ledgers[skill.id].standing(skill, holds=skill.id in holding) for skill in checklist.skills)
    mean = _mean(checklist, lines)
    mean_reached = _is_mean_reached(checklist, mean)
    second_needed = _second_needed(checklist, history)
    second_done = any(one.double_rated for ledger in ledgers.values() for one in ledger.credits)
    assessed = [line for line in lines if line.state is not State.NOT_ASSESSED]
    held = [line for line in assessed if line.state is State.HOLDS]
    passed = bool(held) and len(held) == len(assessed) and mean_reached and (second_done or not second_needed)
    return Standing(
        digest=checklist.digest,
        lines=lines,
        outcomes=outcomes,
        mean=mean,
        mean_reached=mean_reached,
        second_needed=second_needed,
        second_done=second_done,
        passed=passed,
        since=max((line.since for line in held if line.since), default=None) if passed else None,
        valid_until=min((line.valid_until for line in held if line.valid_until), default=None) if passed else None,
        score=_score(checklist, passed=passed, held=len(held), assessed=len(assessed)),
    )


def _score(checklist: Checklist, *, passed: bool, held: int, assessed: int) -> Fraction:
    if checklist.credit is Credit.PASSED:
        return Fraction(int(passed))
    return Fraction(held, assessed) if assessed else Fraction(0)


def _second_needed(checklist: Checklist, history: History) -> bool:
    asked = checklist.second_evaluator
    return asked is not None and (asked.share >= 1 or history.needs_second)


def _with_requirements(checklist: Checklist, enough: set[str]) -> set[str]:
    """Those lines that have enough credit and whose required lines of the same list hold as well."""
    required = {skill.id: checklist.requires_here(skill) for skill in checklist.skills}
    holding = set(enough)
    while True:
        left = {line for line in holding if all(other in holding for other in required[line])}
        if left == holding:
            return holding
        holding = left


def _mean(checklist: Checklist, lines: Sequence[LineStanding]) -> Fraction | None:
    """The mean of the ordinary lines' latest counted levels; None when none has a number yet."""
    ordinary = {skill.id for skill in checklist.skills if skill.flag is Flag.ORDINARY}
    numbers: list[Decimal] = []
    for line in lines:
        level = (
            checklist.scale.find(line.level)
            if line.skill in ordinary and line.state is not State.NOT_ASSESSED
            else None
        )
        if level is not None and level.number is not None:
            numbers.append(level.number)
    return Fraction(sum(map(Fraction, numbers))) / len(numbers) if numbers else None


def _is_mean_reached(checklist: Checklist, mean: Fraction | None) -> bool:
    wanted = checklist.wanted_mean
    if mean is None or wanted is None:
        return True
    return mean <= Fraction(wanted) if checklist.scale.descending else mean >= Fraction(wanted)


@dataclass(slots=True)
class _Ledger:
    """What counts for one line, walked through in the order of observation."""

    rule: LineRule
    credits: list[Outcome]
    ended_on: date | None = None
    waiting: bool = False
    tried: bool = False
    not_applicable: str | None = None

    @classmethod
    def of(cls, checklist: Checklist, skill: Skill, outcomes: Iterable[Outcome]) -> _Ledger:
        ledger = cls(checklist.rule_for(skill), [])
        for outcome in outcomes:
            ledger._take(checklist, skill, outcome)
        return ledger

    def _take(self, checklist: Checklist, skill: Skill, outcome: Outcome) -> None:
        if skill.id in outcome.ends_credit:
            self.tried = True
            if self.credits:
                self.ended_on = outcome.on
            self.credits, self.waiting, self.not_applicable = [], False, None
            return
        rating = outcome.ratings.get(skill.id)
        if rating is None or not _comparable(checklist, skill, outcome.demonstration):
            return
        if rating.value == NOT_APPLICABLE:
            if skill.not_applicable and outcome.why_not in (None, Why.BELOW_FLOOR, Why.NOTHING_OBSERVED):
                self.not_applicable = rating.reason
            return
        if not is_observed(checklist, skill, rating) or outcome.why_not is Why.NOT_EVALUATED:
            return
        self.tried = True
        self.waiting = self.waiting or outcome.waits
        if not outcome.waits:
            self.not_applicable = None
        if outcome.counts:
            self._add(outcome)

    def _add(self, outcome: Outcome) -> None:
        valid_for = self.rule.valid_for
        if valid_for is not None and self.credits:
            renewed = self.enough and outcome.on <= valid_for.after(self.credits[-1].on)
            if not renewed:
                self.credits = (
                    [one for one in self.credits if outcome.on <= valid_for.after(one.on)] if not self.enough else []
                )
        self.credits.append(outcome)
        if self.enough:
            self.ended_on = None

    @property
    def dates(self) -> int:
        return len({outcome.on for outcome in self.credits})

    @property
    def variants(self) -> int:
        """Distinct conditions; demonstrations without any named are one condition, but none besides named ones."""
        named = {" ".join(outcome.demonstration.variant.split()).casefold() for outcome in self.credits} - {""}
        return len(named) or min(1, len(self.credits))

    @property
    def enough(self) -> bool:
        rule = self.rule
        return len(self.credits) >= rule.demonstrations and self.dates >= rule.days and self.variants >= rule.variants

    def standing(self, skill: Skill, *, holds: bool) -> LineStanding:
        last = self.credits[-1] if self.credits else None
        return LineStanding(
            skill=skill.id,
            state=self._state(holds=holds),
            counted=len(self.credits),
            dates=self.dates,
            variants=self.variants if self.rule.variants > 1 else min(1, len(self.credits)),
            level=last.ratings[skill.id].value if last else "",
            since=self._since() if holds else None,
            valid_until=self.rule.valid_for.after(last.on) if holds and last and self.rule.valid_for else None,
            ended_on=self.ended_on,
            reason=self.not_applicable or "" if not holds else "",
        )

    def _since(self) -> date | None:
        """The date of the demonstration with which the line came to hold."""
        earned = _Ledger(self.rule, [])
        for outcome in self.credits:
            earned.credits.append(outcome)
            if earned.enough:
                return outcome.on
        return None

    def _state(self, *, holds: bool) -> State:
        if holds:
            return State.HOLDS
        if self.enough:
            return State.REQUIREMENT_OPEN
        if self.not_applicable is not None:
            return State.NOT_ASSESSED
        if self.waiting:
            return State.WAITING
        if self.ended_on is not None:
            return State.CREDIT_ENDED
        return State.IN_PROGRESS if self.tried else State.NOT_STARTED


def _comparable(checklist: Checklist, skill: Skill, demonstration: Demonstration) -> bool:
    """Whether a rating given under another version still speaks of this line: same flag, and the same scale unless it is a safety line."""
    version = demonstration.rated_by
    if version is None or version.digest == checklist.digest:
        return True
    then = version.find(skill.id)
    if then is None or then.flag is not skill.flag:
        return False
    return skill.flag is Flag.SAFETY or _values(version) == _values(checklist)


def _values(checklist: Checklist) -> tuple[Mapping[str, object], ...]:
    return tuple({"value": level.value, "observed": level.observed} for level in checklist.scale.levels)
