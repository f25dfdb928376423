"""Spans of calendar time as authors write them: ``30 days``, ``6 weeks``, ``24 months``, ``2 years``."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_WRITTEN = re.compile(r"\s*([0-9]{1,4})\s*(day|week|month|year)s?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """``count`` whole days, weeks, months or years."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, day: date) -> date:
        """The last day on which something that began on ``day`` is still valid.

        Months and years keep the day of the month, or its last day where the month is shorter (31 January + 1 month =
        28 February). A day past the calendar's end is the calendar's last day.
        """
        try:
            if self.unit in ("day", "week"):
                return day + timedelta(days=self.count * (7 if self.unit == "week" else 1))
            months = day.month - 1 + self.count * (12 if self.unit == "year" else 1)
            year, month = day.year + months // 12, months % 12 + 1
            return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
        except (OverflowError, ValueError):
            return date.max


def parse_span(written: str) -> Span:
    """The span that ``written`` names; ValueError when it names none or is zero."""
    match = _WRITTEN.fullmatch(written)
    if match is None or int(match[1]) == 0:
        raise ValueError(f"“{written}” is not a span such as “30 days”, “24 months” or “2 years”")
    return Span(int(match[1]), match[2].lower())
