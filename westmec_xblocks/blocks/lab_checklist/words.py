"""The list's rules and a learner's standing, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.blocks.wording import date_in_words
from westmec_xblocks.domain.checklist.definition import Checklist, Credit, Flag, LineRule, Measure, Skill
from westmec_xblocks.domain.checklist.judging import LineStanding, Standing, State
from westmec_xblocks.domain.checklist.outcomes import Outcome, Why
from westmec_xblocks.domain.checklist.scale import MET, NOT_APPLICABLE, NOT_MET, Scale
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.text import Text


def flag_name(flag: Flag) -> str:
    """What the flag means to a learner."""
    return {Flag.SAFETY: _("Safety-critical step"), Flag.QUALITY: _("Quality step")}.get(flag, "")


def evidence_name(kind: str) -> str:
    """How a line is judged: what the evaluator looks at."""
    names = {
        "observed": _("observed live"),
        "measured": _("measured value"),
        "product": _("product inspected"),
        "document": _("document"),
        "video": _("video"),
    }
    return names.get(kind, kind)


def span(value: Span) -> str:
    """A span of time."""
    count = value.count
    return {
        "day": ngettext("{count} day", "{count} days", count),
        "week": ngettext("{count} week", "{count} weeks", count),
        "month": ngettext("{count} month", "{count} months", count),
        "year": ngettext("{count} year", "{count} years", count),
    }[value.unit].format(count=count)


def day(value: date) -> str:
    """A date as the reader writes it."""
    return date_in_words(value)


def limits(measure: Measure) -> str:
    """The limits of a measured line, with unit and number of readings."""
    low, high, unit = measure.at_least, measure.at_most, measure.unit
    if low is not None and high is not None:
        text = _("{low} to {high} {unit}").format(low=low, high=high, unit=unit)
    elif high is not None:
        text = _("at most {high} {unit}").format(high=high, unit=unit)
    elif low is not None:
        text = _("at least {low} {unit}").format(low=low, unit=unit)
    else:
        text = _("in {unit}").format(unit=unit)
    readings = ngettext("{count} reading", "{count} readings", measure.readings).format(count=measure.readings)
    return f"{text}, {readings}"


def rating(scale: Scale, value: str) -> str:
    """A rating's name; a value that today's scale no longer has is told as it is."""
    fixed = {MET: _("Met"), NOT_MET: _("Not met"), NOT_APPLICABLE: _("N/A"), "": _("Not observed")}
    if value in fixed:
        return fixed[value]
    level = scale.find(value)
    if level is None:
        return value
    return f"{value} · {plain(level.label)}" if level.number is not None else plain(level.label)


def state(line: LineStanding, today: date) -> str:
    """A line's state in two or three words."""
    if line.state is State.HOLDS and not line.holds(today):
        return _("Expired")
    return {
        State.NOT_STARTED: _("Not shown yet"),
        State.IN_PROGRESS: _("Under way"),
        State.WAITING: _("Waits for another evaluator"),
        State.HOLDS: _("Signed off"),
        State.CREDIT_ENDED: _("Show again"),
        State.REQUIREMENT_OPEN: _("Waits for another line"),
        State.NOT_ASSESSED: _("Not assessed"),
    }[line.state]


def state_mark(line: LineStanding, today: date) -> str:
    """The name of the mark beside the state: done, open, attention, wait or left out."""
    if line.state is State.HOLDS:
        return "done" if line.holds(today) else "attention"
    return {
        State.CREDIT_ENDED: "attention",
        State.WAITING: "wait",
        State.REQUIREMENT_OPEN: "wait",
        State.NOT_ASSESSED: "out",
        State.IN_PROGRESS: "half",
    }.get(line.state, "open")


def what_next(checklist: Checklist, skill: Skill, line: LineStanding, today: date) -> Iterator[str]:
    """What still counts for the line, or why something does not count yet, as sentences."""
    rule = checklist.rule_for(skill)
    if line.state is State.HOLDS:
        yield from _held(line, today)
        return
    if line.state is State.NOT_ASSESSED:
        yield _("Left out of the result. Reason: {reason}").format(reason=line.reason)
        return
    if line.state is State.REQUIREMENT_OPEN:
        open_lines = ", ".join(checklist.requires_here(skill))
        yield _("Shown often enough. It counts once these lines are signed off: {lines}.").format(lines=open_lines)
        return
    if line.ended_on is not None:
        yield _(
            "Earlier sign-offs ended on {date}, because a safety step was not met or the attempt was stopped."
        ).format(date=day(line.ended_on))
    if line.state is State.WAITING:
        yield _("A demonstration is waiting for another evaluator; it counts after that.")
    if line.state is State.NOT_STARTED and rule == _rule_of_list(checklist):
        return
    missing = rule.demonstrations - line.counted
    if missing > 0:
        yield ngettext(
            "{count} more demonstration that counts.", "{count} more demonstrations that count.", missing
        ).format(count=missing)
    if rule.days > max(line.dates, 1) or (rule.days > line.dates and not missing):
        yield _("On {wanted} different days; so far {done}.").format(wanted=rule.days, done=line.dates)
    if rule.variants > max(line.variants, 1) or (rule.variants > line.variants and not missing):
        yield _("Under {wanted} different conditions; so far {done}.").format(wanted=rule.variants, done=line.variants)


def _rule_of_list(checklist: Checklist) -> LineRule:
    """What every line without numbers of its own asks for; the page says it once, in the rules."""
    return checklist.rule_for(Skill("", Text()))


def _held(line: LineStanding, today: date) -> Iterator[str]:
    if line.since:
        yield _("Signed off on {date}.").format(date=day(line.since))
    if line.valid_until and line.holds(today):
        yield _("Valid until {date}.").format(date=day(line.valid_until))
    elif line.valid_until:
        yield _("It was valid until {date}: show it again.").format(date=day(line.valid_until))


def outcome(result: Outcome) -> str:
    """Whether a demonstration counts, and if not, why."""
    lines = ", ".join(result.lines)
    return {
        None: _("Counts."),
        Why.STOPPED: _("Stopped at line {lines}: an unsafe act. It stays on record and does not count."),
        Why.BELOW_FLOOR: _("Does not count: line {lines} did not reach what is asked."),
        Why.NOTHING_OBSERVED: _("Does not count: nothing was observed."),
        Why.NOT_EVALUATED: _("Practice: it never counts."),
        Why.AWAITS_SECOND: _("Waits for the second evaluator."),
        Why.AWAITS_SETTLEMENT: _("The evaluators disagree on line {lines}: a third one decides."),
    }[result.why_not].format(lines=lines)


def headline(standing: Standing, today: date) -> str:
    """Where the learner stands on the whole list, in a few words."""
    if standing.is_passed(today):
        return _("Passed")
    if standing.passed:
        return _("Expired")
    return _("Not passed yet")


def rules(checklist: Checklist) -> Iterator[str]:
    """The list's rules as sentences, for the author and for whoever asks."""
    yield (
        ngettext(
            "Each line must be shown in {count} demonstration that counts.",
            "Each line must be shown in {count} demonstrations that count.",
            checklist.demonstrations,
        ).format(count=checklist.demonstrations)
        + " "
        + _own_numbers(checklist)
    )
    days = checklist.days or min(checklist.demonstrations, 2)
    if days > 1:
        yield _("On at least {count} different days.").format(count=days)
    if checklist.variants > 1:
        yield _("Under at least {count} different conditions, which the evaluator writes down.").format(
            count=checklist.variants
        )
    yield _(
        "A demonstration counts when it was not stopped, every safety line in it is Met, "
        "every quality line reaches “{passing}” and every other line “{floor}”."
    ).format(
        passing=rating(checklist.scale, checklist.scale.passing), floor=rating(checklist.scale, checklist.scale.floor)
    )
    yield _(
        "A later “Not met” on a safety line, or a stop, ends the earlier credit of the lines of that attempt. "
        "After a stop, a new attempt opens after a recorded re-teach and on a later day."
    )
    if checklist.wanted_mean is not None and any(skill.flag is Flag.ORDINARY for skill in checklist.skills):
        better = _("or lower") if checklist.scale.descending else _("or higher")
        yield _("The lines without a flag must reach a mean of {mean} {better}.").format(
            mean=checklist.wanted_mean, better=better
        )
    yield from _further_rules(checklist)


def _own_numbers(checklist: Checklist) -> str:
    own = [
        skill.id
        for skill in checklist.skills
        if skill.demonstrations and skill.demonstrations != checklist.demonstrations
    ]
    return _("Lines with a number of their own: {lines}.").format(lines=", ".join(own)) if own else ""


def _further_rules(checklist: Checklist) -> Iterator[str]:
    second = checklist.second_evaluator
    if second is not None and second.share >= 1:
        yield _("One counted demonstration is rated by two evaluators, each on their own.")
    elif second is not None:
        yield _("For {percent} % of the learners, one counted demonstration is rated by two evaluators.").format(
            percent=f"{float(second.share * 100):g}"
        )
    if checklist.requires:
        yield _("These must be signed off or passed first: {codes}.").format(codes=", ".join(checklist.requires))
    if checklist.valid_for is not None:
        yield _("A sign-off is valid for {span}.").format(span=span(checklist.valid_for))
    if checklist.credit is Credit.PASSED:
        yield _("Points are earned only when the whole list is passed.")
    else:
        yield _("Points are the share of lines that are signed off.")
