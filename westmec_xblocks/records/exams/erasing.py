"""Erasing what a learner wrote in words: answers to items of short text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from westmec_xblocks.records import versions
from westmec_xblocks.records.models import Act, ActKind, AttemptEvent

# Kinds whose response is a learner's own words.
IN_WORDS = frozenset(("text",))


def erase_words(acts: Iterable[Act]) -> list[Act]:
    """Blank the words in the events of these acts' attempts, and give the acts that repeated them, changed and not yet saved."""
    acts = list(acts)
    started = [act for act in acts if act.kind == ActKind.ATTEMPT_STARTED]
    known = versions.find({act.digest for act in started})
    changed: list[Act] = []
    for act in started:
        version = known.get(act.digest)
        words = (
            {item.id for item in version.items if item.kind in IN_WORDS}
            if version
            else set(act.detail["form"]["items"])
        )
        events = [
            event
            for event in AttemptEvent.objects.filter(attempt=act.id, item__in=sorted(words))
            if event.response is not None
        ]
        for event in events:
            event.response = None
        AttemptEvent._base_manager.bulk_update(events, ["response"], batch_size=100)
        if events:
            changed.append(act)
        for later in acts:
            if later.kind == ActKind.LATE_JUDGED and later.refers_to_id == act.id and _blank(later.detail, words):
                changed.append(later)
    return changed


def _blank(detail: dict[str, Any], words: set[str]) -> bool:
    given = [item for item in detail["answers"] if item in words and detail["answers"][item]["response"] is not None]
    for item in given:
        detail["answers"][item]["response"] = None
    return bool(given)
