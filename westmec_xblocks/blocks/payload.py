"""Reading what a request carries: every value is checked before anything else looks at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from westmec_xblocks.blocks.wording import field_name
from westmec_xblocks.domain.checklist.facts import Rating, Stop
from westmec_xblocks.domain.refusals import Refusal, WestmecError

MAX_BODY = 512 * 1024
MAX_LEARNERS = 200
_MISSING = object()


class BadRequest(WestmecError):
    """The request is not of the form that the handler takes."""


def bad(field: str, expected: str, **values: object) -> BadRequest:
    """The error for a field that is not what it should be; ``expected`` is a template that ``values`` fill in."""
    wanted = gettext(expected).format(**values)
    told = {"field": field_name(field), "expected": wanted}
    return BadRequest(Refusal("bad_request", "{field}: {expected} expected.", told))


def read_json(request: Any) -> dict[str, Any]:
    """The object that the request's body holds; BadRequest for anything else, or for a body over 512 KB."""
    if (request.content_length or 0) > MAX_BODY or len(request.body) > MAX_BODY:
        raise BadRequest(
            Refusal("too_large", "The request is larger than {limit} KB.", {"limit": str(MAX_BODY // 1024)})
        )
    try:
        data = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise bad("body", "JSON") from None
    if not isinstance(data, dict):
        raise bad("body", "a JSON object")
    return data


def _take(
    data: Mapping[str, Any], field: str, read: Callable[[Any], Any], expected: str, default: Any, **values: object
) -> Any:
    value = data.get(field, _MISSING)
    if value is _MISSING or value is None or value == "":
        if default is _MISSING:
            raise bad(field, expected, **values)
        return default
    try:
        return read(value)
    except (ValueError, TypeError, OverflowError, InvalidOperation, AttributeError):
        raise bad(field, expected, **values) from None


def text(data: Mapping[str, Any], field: str, *, default: Any = "", limit: int = 2000) -> str:
    """A string of at most ``limit`` characters, stripped."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > limit or "\x00" in value:
            raise ValueError
        return value.strip()

    return _take(data, field, read, "text of at most {limit} characters", default, limit=limit)


def required_text(data: Mapping[str, Any], field: str, *, limit: int = 2000) -> str:
    """A string that says something."""
    value = text(data, field, default=_MISSING, limit=limit)
    if not value:
        raise bad(field, "a text")
    return value


def identifier(data: Mapping[str, Any], field: str = "client_id") -> UUID:
    """A UUID, as the client makes for each act so that repeating it is safe."""
    return _take(data, field, _read_uuid, "a UUID", _MISSING)


def _read_uuid(value: Any) -> UUID:
    if not isinstance(value, str):
        raise TypeError
    return UUID(value)


def user_id(data: Mapping[str, Any], field: str, *, default: Any = _MISSING) -> int:
    """The id of a user: a positive whole number."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str) or not 0 < int(value) < 2**63:
            raise ValueError
        return int(value)

    return _take(data, field, read, "a user id", default)


def flag(data: Mapping[str, Any], field: str) -> bool:
    """True or False; absent is False."""

    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise TypeError
        return value

    return _take(data, field, read, "true or false", False)


def day(data: Mapping[str, Any], field: str, *, default: Any = None) -> date | None:
    """A date written YYYY-MM-DD."""
    return _take(data, field, date.fromisoformat, "a date such as 2026-03-31", default)


def moment(data: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> tuple[datetime, date]:
    """When it was observed: ``observed_on`` and, where known, ``observed_time`` (HH:MM) in the site's time zone; else today and now.

    A past date without a time is taken as noon; today without a time as now.
    """
    on = day(data, "observed_on")
    at = _take(data, "observed_time", time.fromisoformat, "a time such as 14:30", None)
    today = now.astimezone(zone)
    if on is None or (on == today.date() and at is None):
        return now, today.date()
    if on.year < 2000:
        raise bad("observed_on", "a date since 2000")
    return datetime.combine(on, at or time(12, 0), tzinfo=zone), on


def ratings(data: Mapping[str, Any], field: str = "ratings") -> dict[str, Rating]:
    """Line id → rating, from ``{"05": {"value": "met", "readings": ["0.4"], "reason": "", "note": ""}}``; no value, no rating."""
    given = data.get(field) or {}
    if not isinstance(given, dict) or len(given) > 500:
        raise bad(field, "an object of ratings by line")
    read: dict[str, Rating] = {}
    for line, rating in given.items():
        if not isinstance(rating, dict):
            raise bad(f"{field}.{line[:50]}", "an object")
        value = text(rating, "value", limit=50)
        if value:
            read[line[:100]] = Rating(value, _readings(rating, line), text(rating, "reason"), text(rating, "note"))
    return read


def _readings(rating: Mapping[str, Any], line: str) -> tuple[Decimal, ...]:
    given = rating.get("readings") or []
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > 100:
        raise bad(f"readings.{line[:50]}", "a list of numbers")
    return tuple(_number(one, line) for one in given if one not in ("", None))


def _number(value: Any, line: str) -> Decimal:
    """One reading; a decimal comma is read as well, and the comma of thousands is refused as ambiguous."""
    written = str(value).strip()
    if isinstance(value, bool) or len(written) > 30:
        raise bad(f"readings.{line[:50]}", "a number")
    if written.count(",") == 1 and "." not in written:
        written = written.replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise bad(f"readings.{line[:50]}", "a number") from None
    if not number.is_finite():
        raise bad(f"readings.{line[:50]}", "a number")
    return number


def stop(data: Mapping[str, Any]) -> Stop | None:
    """The stop event, from ``{"skill": "05", "act": "what was seen"}``; None where there was none."""
    given = data.get("stop")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad("stop", "an object")
    return Stop(required_text(given, "skill", limit=100), required_text(given, "act"))


def user_ids(data: Mapping[str, Any], field: str) -> list[int]:
    """A list of at most 200 distinct user ids, in the order given."""
    given = data.get(field)
    if not isinstance(given, list) or len(given) > MAX_LEARNERS:
        raise bad(field, "a list of at most {limit} user ids", limit=MAX_LEARNERS)
    return list(dict.fromkeys(user_id({field: one}, field) for one in given))
