"""Whether an evaluator's entry may be recorded, and if not, every reason why not.

A stop is always recordable by somebody who may evaluate: what happened is never refused for a rule that was broken
before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from westmec_xblocks.domain.checklist.definition import Checklist, Flag, Measure, Skill
from westmec_xblocks.domain.checklist.facts import Demonstration, History, Kind, Rating, Stop
from westmec_xblocks.domain.checklist.judging import Standing
from westmec_xblocks.domain.checklist.outcomes import disputed_lines, is_observed, reaches_floor
from westmec_xblocks.domain.checklist.scale import MET, NOT_APPLICABLE, NOT_MET
from westmec_xblocks.domain.refusals import Refusal

MAX_NOTE = 2000
MAX_VARIANT = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """What an evaluator enters about one learner: when it was observed, the ratings, the conditions, a stop.

    ``confirmed_by`` names who vouches for an entry that comes from a paper list.
    """

    learner: int
    evaluator: int
    observed_at: datetime
    observed_on: date
    ratings: Mapping[str, Rating]
    kind: Kind = Kind.EVALUATED
    variant: str = ""
    stop: Stop | None = None
    paired: bool = False
    confirmed_by: str = ""


def check_entry(
    checklist: Checklist,
    entry: Entry,
    history: History,
    standing: Standing,
    *,
    now: datetime,
    held_codes: Collection[str],
) -> list[Refusal]:
    """Every reason not to record ``entry``; empty when it may be recorded.

    ``standing`` is the learner's before the entry; ``held_codes`` are the codes elsewhere that hold for the learner
    on the day.
    """
    found = [*_check_person(entry), *_check_form(checklist, entry, now)]
    found.extend(check_ratings(checklist, entry.ratings))
    if found or entry.stop is not None:
        return found
    found.extend(_check_stops(entry, history))
    if entry.kind is Kind.EVALUATED:
        found.extend(_check_requirements(checklist, entry, standing, held_codes))
    return found


def _check_person(entry: Entry) -> Iterator[Refusal]:
    if entry.evaluator == entry.learner and entry.kind is not Kind.SELF:
        yield Refusal("own_skill", "Nobody evaluates their own skill.")


def _check_form(checklist: Checklist, entry: Entry, now: datetime) -> Iterator[Refusal]:
    if entry.observed_at > now:
        yield Refusal(
            "observed_in_future",
            "The date observed, {date}, is still to come.",
            {"date": entry.observed_on.isoformat()},
        )
    if not entry.ratings and entry.stop is None:
        yield Refusal("nothing_rated", "No line was rated.")
    if entry.stop is not None:
        yield from _check_stop(checklist, entry.stop)
    if len(entry.variant) > MAX_VARIANT:
        yield _too_long("variant", MAX_VARIANT)
    if len(entry.confirmed_by) > MAX_VARIANT:
        yield _too_long("confirmed_by", MAX_VARIANT)
    if (
        entry.kind is Kind.EVALUATED
        and not entry.variant.strip()
        and entry.stop is None
        and _needs_variant(checklist, entry)
    ):
        yield Refusal(
            "variant_missing", "Say under which conditions it was shown (for example the vehicle or machine)."
        )


def _check_stop(checklist: Checklist, stop: Stop) -> Iterator[Refusal]:
    if checklist.find(stop.skill) is None:
        yield _unknown_skill(stop.skill)
    if not stop.act.strip():
        yield Refusal("stop_without_act", "Say what was seen that made you stop the attempt.", skill=stop.skill)
    if len(stop.act) > MAX_NOTE:
        yield _too_long("stop", MAX_NOTE)


def _needs_variant(checklist: Checklist, entry: Entry) -> bool:
    return any(skill.id in entry.ratings and checklist.rule_for(skill).variants > 1 for skill in checklist.skills)


def check_ratings(checklist: Checklist, ratings: Mapping[str, Rating]) -> Iterator[Refusal]:
    """Every rating that the list does not allow.

    An unknown line, a value off its scale, N/A where it is not marked, readings that contradict.
    """
    for skill_id, rating in ratings.items():
        skill = checklist.find(skill_id)
        if skill is None:
            yield _unknown_skill(skill_id)
        elif rating.value == NOT_APPLICABLE:
            yield from _check_not_applicable(skill, rating)
        elif not _is_on_scale(checklist, skill, rating.value):
            yield Refusal(
                "off_scale",
                "“{value}” is not a rating of line {line}.",
                {"value": rating.value, "line": skill.id},
                skill.id,
            )
        elif skill.measure is not None:
            yield from _check_readings(checklist, skill, skill.measure, rating)
        elif rating.readings:
            yield Refusal("not_measured", "Line {line} takes no measured values.", {"line": skill.id}, skill.id)
        if max(len(rating.note), len(rating.reason)) > MAX_NOTE:
            yield _too_long(skill_id, MAX_NOTE)


def _is_on_scale(checklist: Checklist, skill: Skill, value: str) -> bool:
    return value in (MET, NOT_MET) if skill.flag is Flag.SAFETY else checklist.scale.find(value) is not None


def _check_not_applicable(skill: Skill, rating: Rating) -> Iterator[Refusal]:
    if skill.flag is not Flag.ORDINARY or not skill.not_applicable:
        yield Refusal("na_not_allowed", "Line {line} cannot be N/A.", {"line": skill.id}, skill.id)
    elif not rating.reason.strip():
        yield Refusal("na_without_reason", "Say why line {line} is N/A.", {"line": skill.id}, skill.id)


def _check_readings(checklist: Checklist, skill: Skill, measure: Measure, rating: Rating) -> Iterator[Refusal]:
    """Readings that are wrong in themselves, and ratings that the readings do not bear out."""
    values = {
        "line": skill.id,
        "unit": measure.unit,
        "wanted": str(measure.readings),
        "given": str(len(rating.readings)),
    }
    if any(not reading.is_finite() for reading in rating.readings):
        yield Refusal("reading_not_a_number", "A reading of line {line} is not a number.", values, skill.id)
        return
    if len(rating.readings) > measure.readings:
        yield Refusal("too_many_readings", "Line {line} takes {wanted} readings; {given} were given.", values, skill.id)
    if not is_observed(checklist, skill, rating) or not reaches_floor(checklist, skill, rating.value):
        return
    if len(rating.readings) < measure.readings:
        yield Refusal(
            "readings_missing", "Line {line} needs {wanted} readings in {unit}; {given} were given.", values, skill.id
        )
    outside = next((reading for reading in rating.readings if not measure.within(reading)), None)
    if outside is not None and _says_standard_reached(checklist, skill, rating.value):
        yield Refusal(
            "reading_out_of_limits",
            "A reading of {reading} {unit} is outside the limits of line {line}: it cannot be rated as reached.",
            {**values, "reading": str(outside)},
            skill.id,
        )


def _says_standard_reached(checklist: Checklist, skill: Skill, value: str) -> bool:
    return value == MET if skill.flag is Flag.SAFETY else checklist.scale.reaches(value, checklist.scale.passing)


def _check_stops(entry: Entry, history: History) -> Iterator[Refusal]:
    """After a stop, a new attempt opens only after a recorded re-teach and on a later day."""
    for stopped in history.demonstrations:
        if stopped.stop is None or stopped.kind is not Kind.EVALUATED or stopped.observed_at > entry.observed_at:
            continue
        yield from _check_after_stop(entry, stopped, history)


def _check_after_stop(entry: Entry, stopped: Demonstration, history: History) -> Iterator[Refusal]:
    on = {"date": stopped.observed_on.isoformat()}
    taught = [one for one in history.reteaches if one.stop == stopped.id and one.taught_at <= entry.observed_at]
    if not taught:
        yield Refusal(
            "reteach_missing", "The attempt of {date} was stopped: record the re-teach before a new attempt.", on
        )
    elif entry.observed_on <= stopped.observed_on:
        yield Refusal("same_day_as_stop", "The attempt of {date} was stopped: a new attempt opens on a later day.", on)


def _check_requirements(
    checklist: Checklist, entry: Entry, standing: Standing, held_codes: Collection[str]
) -> Iterator[Refusal]:
    """Lines rated as reached although what they require does not hold.

    A required line of the same list is satisfied when it holds, or when it reaches its floor in this very
    demonstration: the tester is proved and then used in one attempt.
    """
    missing = [code for code in checklist.requires_elsewhere() if code not in held_codes]
    if missing:
        yield Refusal("requirement_open", "{code} must be held first.", {"code": ", ".join(missing)})
    for skill in checklist.skills:
        if not _is_reached(checklist, skill, entry.ratings.get(skill.id)):
            continue
        open_here = [
            other
            for other in checklist.requires_here(skill)
            if not _holds(standing, other, entry.observed_on) and not _is_reached_id(checklist, other, entry.ratings)
        ]
        open_elsewhere = [code for code in checklist.requires_elsewhere(skill) if code not in held_codes]
        if open_here or open_elsewhere:
            values = {"line": skill.id, "code": ", ".join([*open_here, *open_elsewhere])}
            yield Refusal("line_requirement_open", "Line {line} requires {code} first.", values, skill.id)


def _holds(standing: Standing, skill_id: str, day: date) -> bool:
    """Whether the line holds; a learner's standing on an earlier version of the list need not have it."""
    return any(line.skill == skill_id and line.holds(day) for line in standing.lines)


def _is_reached(checklist: Checklist, skill: Skill, rating: Rating | None) -> bool:
    return (
        rating is not None and is_observed(checklist, skill, rating) and reaches_floor(checklist, skill, rating.value)
    )


def _is_reached_id(checklist: Checklist, skill_id: str, ratings: Mapping[str, Rating]) -> bool:
    skill = checklist.find(skill_id)
    return skill is not None and _is_reached(checklist, skill, ratings.get(skill_id))


def check_second_rating(
    checklist: Checklist,
    demonstration: Demonstration,
    history: History,
    *,
    learner: int,
    evaluator: int,
    ratings: Mapping[str, Rating],
) -> list[Refusal]:
    """Every reason not to record a second evaluator's ratings of a demonstration.

    The second evaluator is somebody else than the first, rates each line that the first rated and no other, and rates
    once.
    """
    version = demonstration.rated_by or checklist
    found = list(check_ratings(version, ratings))
    if evaluator == learner:
        found.append(Refusal("own_skill", "Nobody evaluates their own skill."))
    if evaluator == demonstration.evaluator:
        found.append(Refusal("same_evaluator", "The second evaluator must be somebody else than the first."))
    if not demonstration.paired or demonstration.stop is not None:
        found.append(Refusal("not_paired", "This demonstration does not wait for a second evaluator."))
    if demonstration.id in history.second_ratings:
        found.append(Refusal("already_rated", "A second evaluator has rated this demonstration already."))
    first = {skill for skill, rating in demonstration.ratings.items() if rating.value != NOT_APPLICABLE}
    unrated = sorted(first - set(ratings))
    if unrated:
        found.append(
            Refusal(
                "lines_left_out", "Rate every line that was shown; missing: {lines}.", {"lines": ", ".join(unrated)}
            )
        )
    beyond = sorted(set(ratings) - set(demonstration.ratings))
    if beyond:
        found.append(
            Refusal(
                "lines_not_shown",
                "These lines were not part of the demonstration: {lines}.",
                {"lines": ", ".join(beyond)},
            )
        )
    return found


def check_settlement(
    checklist: Checklist,
    demonstration: Demonstration,
    history: History,
    *,
    learner: int,
    evaluator: int,
    decisions: Mapping[str, bool],
    reason: str,
) -> list[Refusal]:
    """Every reason not to record a third evaluator's decision.

    It must come from a third person, give a reason, and decide exactly what is in dispute.
    """
    second = history.second_ratings.get(demonstration.id)
    version = demonstration.rated_by or checklist
    disputed = set(disputed_lines(version, demonstration.ratings, second.ratings)) if second else set()
    if second is None or not disputed or demonstration.id in history.settlements:
        return [Refusal("nothing_in_dispute", "There is no open disagreement on this demonstration.")]
    found = []
    if set(decisions) != disputed:
        values = {"lines": ", ".join(sorted(disputed))}
        found.append(Refusal("not_in_dispute", "Decide each disputed line and no other: {lines}.", values))
    if evaluator in (demonstration.evaluator, second.evaluator, learner):
        found.append(
            Refusal("same_evaluator", "A third person, who did not rate this demonstration, settles the disagreement.")
        )
    if not reason.strip():
        found.append(Refusal("reason_missing", "Give a reason."))
    if len(reason) > MAX_NOTE:
        found.append(_too_long("reason", MAX_NOTE))
    return found


def _unknown_skill(skill_id: str) -> Refusal:
    return Refusal("unknown_skill", "The list has no line “{line}”.", {"line": skill_id[:50]}, skill_id)


def _too_long(what: str, limit: int) -> Refusal:
    return Refusal("too_long", "The text is longer than {limit} characters.", {"limit": str(limit)}, what)
