"""What staff read: grants, events and spans of time in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from westmec_xblocks.blocks.assessment import words
from westmec_xblocks.domain.assessment.definition import Level
from westmec_xblocks.records import api


def language(code: str) -> str:
    """A language by its own name; a code that nobody knows stays as it is."""
    try:
        return get_language_info(code)["name_local"].capitalize()
    except KeyError:
        return code


def level(one: Level | None) -> str:
    """What an item asks of the mind."""
    names = {Level.RECALL: _("recall"), Level.APPLY: _("apply"), Level.ANALYZE: _("analyze")}
    return names[one] if one is not None else ""


def granted(
    *,
    time_factor: Fraction = Fraction(1),
    breaks: timedelta = timedelta(),
    extra_attempts: int = 0,
    window: timedelta = timedelta(),
    language_code: str = "",
) -> list[str]:
    """What somebody is granted, piece by piece; empty where it is nothing."""
    said = []
    if time_factor != 1:
        more = words.percent(time_factor - 1)
        said.append(_("time × {factor} ({more} more)").format(factor=words.points(time_factor), more=more))
    if breaks:
        said.append(_("breaks of {span} in all").format(span=words.length(breaks)))
    if extra_attempts:
        said.append(ngettext("{n} more attempt", "{n} more attempts", extra_attempts).format(n=extra_attempts))
    if window:
        said.append(_("{span} after the due date").format(span=words.length(window)))
    if language_code:
        said.append(_("questions in {language}").format(language=language(language_code)))
    return said


def granted_by(one: api.Granting) -> list[str]:
    """What a grant on record says."""
    return granted(
        time_factor=Fraction(one.time_factor),
        breaks=timedelta(minutes=one.break_minutes),
        extra_attempts=one.extra_attempts,
        window=timedelta(hours=one.window_hours),
        language_code=one.language,
    )


def late(count: int) -> str:
    """How many late answers wait."""
    return ngettext("{n} late answer", "{n} late answers", count).format(n=count)


def seconds(span: timedelta) -> str:
    """A short span as a clock shows it: 0:42, 12:05, 1:02:05."""
    whole = max(0, round(span.total_seconds()))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock(when: datetime, zone: ZoneInfo) -> str:
    """The time of day with seconds."""
    return f"{when.astimezone(zone):%H:%M:%S}"


def happened(entry: api.LogEntry) -> str:
    """What one line of a log says."""
    detail = entry.detail or {}
    if entry.kind == "attempt_closed":
        return words.closed_how(detail.get("how", ""))
    if entry.kind == "late_judged":
        return _("Late answers: they count") if detail.get("taken") else _("Late answers: they do not count")
    if entry.kind == "appeal_answered":
        return _("Upheld") if detail.get("outcome") == "upheld" else _("Not upheld")
    if entry.kind == "rescored":
        return _("Scored anew: {before} → {after} points").format(
            before=words.points(Fraction(detail["before"]["earned"])),
            after=words.points(Fraction(detail["result"]["earned"])),
        )
    return _kinds().get(entry.kind, entry.kind)


def _kinds() -> dict[str, str]:
    return {
        "answered": _("Answer"),
        "cleared": _("Answer taken back"),
        "flagged": _("Flag set"),
        "unflagged": _("Flag taken away"),
        "shown": _("Question shown"),
        "resumed": _("Back on the page"),
        "left": _("Page left"),
        "break_began": _("Break begun"),
        "break_ended": _("Break ended"),
        "attempt_started": _("Begun"),
        "attempt_voided": _("Made void"),
        "reset": _("Made void with everything of this learner here"),
        "appeal": _("The learner disputes the question"),
    }
