"""An evaluator's entry as the columns of an act, and whether an act says what an entry says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from westmec_xblocks.domain.checklist.entry import Entry
from westmec_xblocks.records.facts import detail_of_entry, ratings_as_json, ratings_of
from westmec_xblocks.records.models import Act, ActKind


def columns_of(entry: Entry) -> dict[str, Any]:
    """An entry as the columns of an act."""
    return {
        "observed_at": entry.observed_at,
        "observed_on": entry.observed_on,
        "variant": entry.variant.strip(),
        "ratings": ratings_as_json(entry.ratings),
        "detail": detail_of_entry(entry),
    }


def is_same(earlier: Act, entry: Entry, now: datetime) -> bool:
    """Whether the entry says what the act says. “Just now” is the same when it is said again later."""
    just_now = earlier.observed_at == earlier.recorded_at and entry.observed_at == now
    return (
        earlier.kind == ActKind.DEMONSTRATION
        and earlier.actor_id == entry.evaluator
        and ratings_of(earlier.ratings) == dict(entry.ratings)
        and earlier.detail == detail_of_entry(entry)
        and earlier.variant == entry.variant.strip()
        and (just_now or (earlier.observed_at, earlier.observed_on) == (entry.observed_at, entry.observed_on))
    )
