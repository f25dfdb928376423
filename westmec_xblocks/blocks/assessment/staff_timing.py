"""How long each question of an attempt was in view, from what the page reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from westmec_xblocks.records.api import LogEntry

# What takes the question out of view, and what brings the last one back.
_AWAY = frozenset({"left", "break_began", "attempt_closed", "attempt_voided"})
_BACK = frozenset({"resumed", "break_ended"})


def time_in_view(log: Iterable[LogEntry], end: datetime | None = None) -> dict[str, timedelta]:
    """Question → how long it was in view: from when it was shown to when another was, the page was left, or a break or the end came.

    ``log`` is in order; nothing counts after ``end``. Where a page shows all questions at once it reports none, and there is no figure.
    """
    spent: dict[str, timedelta] = defaultdict(timedelta)
    item, since = "", None
    for entry in log:
        if entry.late:
            continue
        at = entry.at if end is None else min(entry.at, end)
        if entry.kind == "shown" or entry.kind in _AWAY:
            if since is not None:
                spent[item] += max(at - since, timedelta())
            since = None
        if entry.kind == "shown":
            item, since = entry.item, at
        elif entry.kind in _BACK and item and since is None:
            since = at
    return dict(spent)
