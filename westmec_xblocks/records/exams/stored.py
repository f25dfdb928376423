"""Forms, clocks and results as the tables hold them, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from westmec_xblocks.domain.assessment.attempts import Break, Clock
from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.domain.assessment.scoring import DomainResult, MinimumResult, Result

JSON = dict[str, Any]


def moment_as_json(moment: datetime) -> str:
    """A moment in ISO 8601, always told in UTC: the same text whichever zone the caller thinks in."""
    return moment.astimezone(UTC).isoformat()


def form_as_json(form: Form) -> JSON:
    """A form."""
    return {
        "items": list(form.items),
        "pilot": sorted(form.pilot),
        "seed": form.seed,
        "fixed": form.fixed,
        "seen_again": list(form.seen_again),
    }


def form_of(stored: JSON) -> Form:
    """The form that was stored."""
    return Form(
        tuple(stored["items"]),
        frozenset(stored["pilot"]),
        stored["seed"],
        stored["fixed"],
        tuple(stored["seen_again"]),
    )


def clock_as_json(clock: Clock) -> JSON:
    """A clock: seconds, and moments in ISO 8601."""
    return {
        "started": moment_as_json(clock.started),
        "limit": None if clock.limit is None else clock.limit.total_seconds(),
        "breaks": clock.granted_breaks.total_seconds(),
        "taken": [[moment_as_json(one.began), one.ended and moment_as_json(one.ended)] for one in clock.taken],
        "closes": clock.closes and moment_as_json(clock.closes),
    }


def clock_of(stored: JSON) -> Clock:
    """The clock that was stored."""
    return Clock(
        datetime.fromisoformat(stored["started"]),
        None if stored["limit"] is None else timedelta(seconds=stored["limit"]),
        timedelta(seconds=stored["breaks"]),
        tuple(
            Break(datetime.fromisoformat(began), datetime.fromisoformat(ended) if ended else None)
            for began, ended in stored["taken"]
        ),
        datetime.fromisoformat(stored["closes"]) if stored["closes"] else None,
    )


def result_as_json(result: Result) -> JSON:
    """A result; fractions as text, exactly."""
    return {
        "earned": str(result.earned),
        "possible": result.possible,
        "needed": result.needed,
        "domains": [[one.domain, str(one.earned), one.possible] for one in result.domains],
        "minimums": [[list(one.domains), str(one.earned), one.possible, one.needed] for one in result.minimums],
        "items": {item: str(points) for item, points in result.items.items()},
    }


def result_of(stored: JSON) -> Result:
    """The result that was stored."""
    return Result(
        Fraction(stored["earned"]),
        stored["possible"],
        stored["needed"],
        tuple(DomainResult(domain, Fraction(earned), possible) for domain, earned, possible in stored["domains"]),
        tuple(
            MinimumResult(tuple(domains), Fraction(earned), possible, needed)
            for domains, earned, possible, needed in stored["minimums"]
        ),
        {item: Fraction(points) for item, points in stored["items"].items()},
    )
