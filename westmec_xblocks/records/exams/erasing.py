"""Erasing what a learner wrote in words: answers to items of short text."""

from __future__ import annotations

from collections.abc import Iterable

from westmec_xblocks.records import versions
from westmec_xblocks.records.models import Act, ActKind, AttemptEvent

# Kinds whose response is a learner's own words.
IN_WORDS = frozenset(("text",))


def erase_words(acts: Iterable[Act]) -> list[Act]:
    """Blank the words in the events of the attempts that these acts began, and give the acts whose attempts held some.

    Where the version of a form is lost, nobody knows what was asked, and every answer goes. Results are in the acts and stay.
    """
    started = [act for act in acts if act.kind == ActKind.ATTEMPT_STARTED]
    known = versions.find({act.digest for act in started})
    changed = []
    for act in started:
        version = known.get(act.digest)
        words = act.detail["form"]["items"]
        if version is not None:
            words = [item for item in words if item in version.by_id and version.by_id[item].kind in IN_WORDS]
        events = AttemptEvent.objects.filter(attempt=act.id, item__in=words)
        dirty = [event for event in events if event.response is not None]
        for event in dirty:
            event.response = None
        AttemptEvent._base_manager.bulk_update(dirty, ["response"], batch_size=100)
        if dirty:
            changed.append(act)
    return changed
