"""Rules, times and results in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.blocks.wording import date_in_words
from westmec_xblocks.domain.assessment.attempts import Accommodation, Ledger, allowed_attempts
from westmec_xblocks.domain.assessment.definition import Assessment, Minimum, When
from westmec_xblocks.domain.assessment.scoring import Result


def percent(share: Fraction) -> str:
    """A share as whole percents, or with one decimal where it has one."""
    number = float(share * 100)
    return f"{number:.1f}".removesuffix(".0") + " %"


def points(earned: Fraction) -> str:
    """Points with two decimals at most."""
    return f"{float(earned):.2f}".rstrip("0").rstrip(".")


def length(span: timedelta) -> str:
    """A span of time in hours and minutes, or in days."""
    minutes = ceil(span.total_seconds() / 60)
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
    items = sum(domain.items for domain in assessment.domains if domain.id in one.domains)
    sentence = _("Besides, at least {needed} of the {items} questions on {domains} ({share}), counted together.")
    return sentence.format(
        needed=one.needed(items),
        items=items,
        domains=domain_names(assessment, one.domains),
        share=percent(one.at_least),
    )


def rules(assessment: Assessment, ledger: Ledger) -> Iterator[str]:
    """The rules as the learner is told them before the start, with what they are granted."""
    scored, pilot = assessment.scored_count, assessment.pilot_count
    asked = ngettext("{n} question.", "{n} questions.", scored + pilot).format(n=scored + pilot)
    if pilot:
        tried = ngettext(
            "{n} of them is being tried out and does not count; it is not marked.",
            "{n} of them are being tried out and do not count; they are not marked.",
            pilot,
        ).format(n=pilot)
        asked = f"{asked} {tried}"
    yield asked
    needed = ceil(assessment.cut * scored)
    passing = _("To pass: {needed} of the {scored} questions that count ({share}).").format(
        needed=needed, scored=scored, share=percent(assessment.cut)
    )
    if assessment.provisional:
        passing = f"{passing} {_('This cut score is provisional: no panel has set it yet.')}"
    yield passing
    for one in assessment.minimums:
        yield minimum(assessment, one)
    yield _time(assessment, ledger.accommodation)
    allowed = allowed_attempts(assessment, ledger)
    if allowed is not None:
        yield ngettext("{n} attempt.", "{n} attempts.", allowed).format(n=allowed)
    if assessment.wait and allowed != 1:
        yield _("Between two attempts you wait {span}.").format(span=length(assessment.wait))
    if assessment.lock:
        yield _("If a minimum is missed, the next attempt opens after a re-teach.")
    yield _told_afterwards(assessment)


def _time(assessment: Assessment, granted: Accommodation) -> str:
    if assessment.time_limit is None:
        said = _("There is no time limit.")
    else:
        limit = timedelta(seconds=float(Fraction(round(assessment.time_limit.total_seconds())) * granted.time_factor))
        said = _("Time: {span}. The clock is the server's and starts with the first question.").format(
            span=length(limit)
        )
        if granted.time_factor != 1:
            said = f"{said} {_('This includes the extra time granted to you.')}"
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
        sentence = _("Afterwards you are told your points; from {date} on you can look at your answers.")
        return sentence.format(date=date_in_words(feedback.day))
    return said.get(feedback.when, said[When.DOMAINS])


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
            sentence = _("In {domains} {needed} of {possible} are needed; you have {earned}.")
            yield sentence.format(
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
                "share": percent(one.earned / one.possible) if one.possible else "",
                "pooled": one.domain in pooled,
            }
            for one in result.domains
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
