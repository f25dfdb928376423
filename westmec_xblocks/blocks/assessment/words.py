"""Rules, times and results in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.blocks.wording import date_in_words, sentence
from westmec_xblocks.domain.assessment.attempts import (
    Accommodation,
    Ledger,
    allowed_attempts,
    is_passed,
    refusals_to_start,
)
from westmec_xblocks.domain.assessment.definition import Assessment, Minimum, When
from westmec_xblocks.domain.assessment.scoring import Result
from westmec_xblocks.domain.refusals import Refusal


def percent(share: Fraction) -> str:
    """A share as whole percents, or with one decimal where it has one."""
    number = float(share * 100)
    return f"{number:.1f}".removesuffix(".0") + " %"


def points(earned: Fraction) -> str:
    """Points with two decimals at most."""
    return f"{float(earned):.2f}".rstrip("0").rstrip(".")


def length(span: timedelta) -> str:
    """A span of time in hours and minutes, or in days; seconds where it is less than two minutes."""
    seconds = ceil(span.total_seconds())
    if 0 < seconds < 120 and seconds != 60:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    minutes = ceil(seconds / 60)
    if minutes and minutes % 1440 == 0:
        days = minutes // 1440
        return _("24 hours") if days == 1 else ngettext("{n} day", "{n} days", days).format(n=days)
    hours, rest = divmod(minutes, 60)
    said = []
    if hours:
        said.append(ngettext("{n} hour", "{n} hours", hours).format(n=hours))
    if rest or not hours:
        said.append(ngettext("{n} minute", "{n} minutes", rest).format(n=rest))
    return " ".join(said)


def moment(when: datetime, zone: ZoneInfo) -> str:
    """A date and time as the reader writes it."""
    return date_in_words(when.astimezone(zone), "DATETIME_FORMAT")


def domain_names(assessment: Assessment, domains: tuple[str, ...]) -> str:
    """The titles of some domains, in a row."""
    found = [assessment.find_domain(domain) for domain in domains]
    return ", ".join(plain(one.title) or one.id for one in found if one is not None)


def minimum(assessment: Assessment, one: Minimum) -> str:
    """A minimum as a rule."""
    items = sum(assessment.form_counts.get(domain, (0, 0))[0] for domain in one.domains)
    needed = one.needed(items)
    if needed >= items:
        rule = _("Besides, every question on {domains} ({items} questions).")
    elif len(one.domains) == 1:
        rule = _("Besides, at least {needed} of the {items} questions on {domains} ({share}).")
    else:
        rule = _("Besides, at least {needed} of the {items} questions on {domains} ({share}), counted together.")
    return rule.format(
        needed=needed, items=items, domains=domain_names(assessment, one.domains), share=percent(one.at_least)
    )


def rules(assessment: Assessment, ledger: Ledger) -> Iterator[str]:
    """The rules as the learner is told them before the start, with what they are granted."""
    scored, pilot = assessment.scored_count, assessment.pilot_count
    asked = ngettext("{n} question.", "{n} questions.", scored + pilot).format(n=scored + pilot)
    if pilot:
        tried = ngettext(
            "{n} of them is only being tried out and does not count; you cannot tell which.",
            "{n} of them are only being tried out and do not count; you cannot tell which.",
            pilot,
        ).format(n=pilot)
        asked = f"{asked} {tried}"
    yield asked
    needed = ceil(assessment.cut * scored)
    passing = _("To pass: {needed} of the {scored} questions that count ({share}).").format(
        needed=needed, scored=scored, share=percent(assessment.cut)
    )
    if assessment.provisional:
        passing = " ".join((passing, _("This cut score is provisional: no panel has set it yet.")))
    yield passing
    for one in assessment.minimums:
        yield minimum(assessment, one)
    yield _time(assessment, ledger.accommodation)
    allowed = allowed_attempts(assessment, ledger)
    if allowed is not None:
        told = ngettext("{n} attempt.", "{n} attempts.", allowed).format(n=allowed)
        used = len(ledger.past)
        yield " ".join((told, _("Used so far: {n}.").format(n=used))) if used else told
    if assessment.wait and allowed != 1:
        yield _("Between two attempts you wait {span}.").format(span=length(assessment.wait))
    if assessment.lock:
        yield _("If you miss that minimum, you go over it again with your instructor before the next attempt.")
    yield _told_afterwards(assessment)


def _time(assessment: Assessment, granted: Accommodation) -> str:
    if assessment.time_limit is None:
        said = _("There is no time limit.")
    else:
        limit = timedelta(seconds=float(Fraction(round(assessment.time_limit.total_seconds())) * granted.time_factor))
        said = _("Time: {span}. The clock starts when you begin, and runs on when you leave the page.").format(
            span=length(limit)
        )
        if granted.time_factor != 1:
            said = " ".join((said, _("This includes the extra time granted to you.")))
    if granted.breaks:
        pause = _("You may take breaks of {span} in all, during which the clock stands still.")
        said = f"{said} {pause.format(span=length(granted.breaks))}"
    return said


def _told_afterwards(assessment: Assessment) -> str:
    feedback = assessment.feedback
    said = {
        When.NEVER: _("Afterwards you are told whether you passed."),
        When.DOMAINS: _(
            "Afterwards you are told your points, in all and per domain; the questions are not shown again."
        ),
        When.SUBMITTED: _("Afterwards you are told your points, and you can look at your answers."),
        When.LAST: _("Afterwards you are told your points; you can look at your answers after your last attempt."),
    }
    if feedback.when is When.DATE and feedback.day is not None:
        said_then = _("Afterwards you are told your points; from {date} on you can look at your answers.")
        return said_then.format(date=date_in_words(feedback.day))
    return said.get(feedback.when, said[When.DOMAINS])


def why_not_now(refusals: Iterable[Refusal], zone: ZoneInfo) -> list[str]:
    """Why the learner may not begin now, in sentences; once all attempts are used, nothing else matters."""
    found = list(refusals)
    used_up = [one for one in found if one.code == "no_attempt_left"]
    return [_why_not_now(one, zone) for one in used_up or found]


def _why_not_now(refusal: Refusal, zone: ZoneInfo) -> str:
    when = moment(datetime.fromisoformat(refusal.values["at"]), zone) if "at" in refusal.values else ""
    if refusal.code == "too_early":
        return _("You may try again from {when} on.").format(when=when)
    if refusal.code == "not_open_yet":
        return _("You may begin from {when} on.").format(when=when)
    if refusal.code == "reteach_needed":
        return _("The minimum was missed: go over it again with your instructor, who then opens the next attempt.")
    said = sentence(refusal)
    if refusal.code == "no_attempt_left":
        said = " ".join((said, _("Please talk with your instructor about what comes next.")))
    return said


def what_next(assessment: Assessment, ledger: Ledger, now: datetime, zone: ZoneInfo) -> list[str]:
    """What a learner can do after a result."""
    if is_passed(assessment, ledger.past):
        return [_("You have passed this assessment. Your points are in the course's progress.")]
    allowed = allowed_attempts(assessment, ledger)
    left = None if allowed is None else allowed - len(ledger.past)
    said = []
    if left is not None and left > 0:
        said.append(ngettext("You have {n} more attempt.", "You have {n} more attempts.", left).format(n=left))
    reasons = why_not_now(refusals_to_start(assessment, ledger, now), zone)
    return [*said, *(reasons or [_("You may try again as soon as you like, from the start page.")])]


def headline(result: Result) -> str:
    """Pass or not yet."""
    return _("Passed") if result.passed else _("Not passed yet")


def why_not(assessment: Assessment, result: Result) -> Iterator[str]:
    """What was missing, one sentence each."""
    if not result.cut_reached:
        yield _("{needed} points are needed; you have {earned}.").format(
            needed=result.needed, earned=points(result.earned)
        )
    for one in result.minimums:
        if not one.met:
            missed = _("In {domains} {needed} of {possible} are needed; you have {earned}.")
            yield missed.format(
                domains=domain_names(assessment, one.domains),
                needed=one.needed,
                possible=one.possible,
                earned=points(one.earned),
            )


def certainty(result: Result) -> str:
    """How sure the result is, in a plain sentence; silence where the data allow none."""
    error = result.error
    if error is None:
        return ""
    low = max(0, round(float(result.earned) - error))
    high = min(result.possible, round(float(result.earned) + error))
    sure = _(
        "No exam measures exactly. With other questions from the same bank you would probably have got between {low} and {high} points."
    )
    said = sure.format(low=low, high=high)
    if low < result.needed <= high:
        close = _("The cut of {needed} lies within that range: take this result as close.")
        said = f"{said} {close.format(needed=result.needed)}"
    return said


def closed_how(how: str) -> str:
    """How an attempt ended."""
    return {
        "submitted": _("Handed in"),
        "time": _("Ended by the clock"),
        "staff": _("Ended by staff"),
    }.get(how, how)


def ended_by_clock(how: str, closed: datetime | None, ends: datetime | None) -> bool:
    """Whether the time ended the attempt: also where the learner's page handed it in at that very moment."""
    return how == "time" or (how == "submitted" and closed is not None and ends is not None and closed >= ends)


def result_row(assessment: Assessment, result: Result) -> dict[str, Any]:
    """A result as pages show it."""
    pooled = {domain for one in assessment.minimums for domain in one.domains}
    return {
        "passed": result.passed,
        "headline": headline(result),
        "earned": points(result.earned),
        "possible": result.possible,
        "share": percent(result.share),
        "needed": result.needed,
        "why_not": list(why_not(assessment, result)),
        "certainty": certainty(result),
        "domains": [
            {
                "name": domain_names(assessment, (one.domain,)) or one.domain,
                "earned": points(one.earned),
                "possible": one.possible,
                "share": percent(one.earned / one.possible),
                "pooled": one.domain in pooled,
            }
            for one in result.domains
            if one.possible
        ],
        "minimums": [
            {
                "name": domain_names(assessment, one.domains),
                "earned": points(one.earned),
                "possible": one.possible,
                "needed": one.needed,
                "met": one.met,
            }
            for one in result.minimums
        ],
    }
