"""Rows of acts to the domain's facts, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.checklist.entry import Entry
from westmec_xblocks.domain.checklist.facts import (
    Demonstration,
    History,
    Kind,
    Rating,
    Reteach,
    SecondRating,
    Settlement,
    Stop,
)
from westmec_xblocks.records.models import Act, ActKind


def ratings_as_json(ratings: Mapping[str, Rating]) -> dict[str, Any]:
    """Line id → what was rated, leaving out what is empty."""
    return {skill: _without_blanks(_rating_as_json(rating)) for skill, rating in ratings.items()}


def _rating_as_json(rating: Rating) -> dict[str, Any]:
    readings = [str(reading) for reading in rating.readings]
    return {"value": rating.value, "readings": readings, "reason": rating.reason, "note": rating.note}


def _without_blanks(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def ratings_of(stored: Mapping[str, Any]) -> dict[str, Rating]:
    """The domain's ratings from a row's JSON."""
    return {
        skill: Rating(
            one["value"],
            tuple(Decimal(reading) for reading in one.get("readings", ())),
            one.get("reason", ""),
            one.get("note", ""),
        )
        for skill, one in stored.items()
    }


def detail_of_entry(entry: Entry) -> dict[str, Any]:
    """What a demonstration's row keeps besides its ratings."""
    stop = {"skill": entry.stop.skill, "act": entry.stop.act} if entry.stop else None
    given = {
        "scored": entry.kind.value,
        "stop": stop,
        "paired": entry.paired,
        "confirmed_by": entry.confirmed_by.strip(),
    }
    return _without_blanks(given)


def stop_of(act: Act) -> Stop | None:
    """The stop event of a demonstration's row."""
    stop = act.detail.get("stop")
    return Stop(stop["skill"], stop.get("act", "")) if stop else None


def version_of(act: Act) -> str:
    """The digest of the version that a demonstration was rated by.

    A correction keeps the one of the demonstration it corrects.
    """
    return act.detail.get("rated_by") or act.digest


def covered_by(act: Act) -> set[str]:
    """The lines that a demonstration speaks of."""
    stop = stop_of(act)
    return {*act.ratings, *({stop.skill} if stop else ())}


@dataclass
class Story:
    """What stands of a learner's acts on one list, after corrections, withdrawals and resets.

    Keys are ids of the original demonstrations.
    """

    originals: dict[UUID, Act] = field(default_factory=dict)
    contents: dict[UUID, Act] = field(default_factory=dict)
    second_ratings: dict[UUID, Act] = field(default_factory=dict)
    settlements: dict[UUID, Act] = field(default_factory=dict)
    reteaches: dict[UUID, Act] = field(default_factory=dict)
    request: Act | None = None
    needs_second: bool | None = None
    replaced: dict[UUID, Act] = field(default_factory=dict)

    def history(self, versions: Mapping[str, Checklist]) -> History:
        """The facts that the verdict rests on; ``versions`` holds each version that a demonstration was rated by."""
        return History(
            demonstrations=tuple(
                _demonstration(original, self.contents[key], versions) for key, original in self.originals.items()
            ),
            second_ratings={
                str(key): SecondRating(str(key), act.actor_id, ratings_of(act.ratings))
                for key, act in self.second_ratings.items()
            },
            settlements={
                str(key): Settlement(str(key), act.actor_id, act.detail["decisions"], act.note)
                for key, act in self.settlements.items()
            },
            reteaches=tuple(
                Reteach(str(act.refers_to_id), act.observed_at, act.actor_id, act.note)
                for act in self.reteaches.values()
            ),
            needs_second=bool(self.needs_second),
        )

    def find_original(self, act_id: UUID) -> Act | None:
        """The demonstration that this id, or the id of a correction of it, stands for; None when it does not stand any more."""
        for key, content in self.contents.items():
            if act_id in (key, content.id):
                return self.originals[key]
        replaced_by = self.replaced.get(act_id)
        return self.find_original(replaced_by.id) if replaced_by and replaced_by.kind == ActKind.CORRECTION else None

    def find_follow_up(self, act_id: UUID) -> Act | None:
        """The second rating, settlement or re-teach of this id, if it stands."""
        follow_ups = (*self.second_ratings.values(), *self.settlements.values(), *self.reteaches.values())
        return next((act for act in follow_ups if act.id == act_id), None)


def _demonstration(original: Act, content: Act, versions: Mapping[str, Checklist]) -> Demonstration:
    return Demonstration(
        id=str(original.id),
        sequence=original.number,
        observed_at=content.observed_at,
        observed_on=content.observed_on,
        evaluator=original.actor_id,
        ratings=ratings_of(content.ratings),
        kind=Kind(content.detail.get("scored", Kind.EVALUATED)),
        variant=content.variant,
        stop=stop_of(content),
        paired=bool(content.detail.get("paired")),
        rated_by=versions[version_of(content)],
    )


def replay(acts: Iterable[Act]) -> Story:
    """What stands after these acts of one learner on one list, in the order of their numbers."""
    story = Story()
    for act in acts:
        take = _TAKE.get(ActKind(act.kind))
        if take is not None:
            take(story, act)
    return story


def _demonstrated(story: Story, act: Act) -> None:
    story.originals[act.id] = story.contents[act.id] = act
    asked = story.request
    if asked is not None and act.detail.get("scored") == Kind.EVALUATED:
        lines = asked.detail.get("skills", [])
        if not lines or covered_by(act).intersection(lines):
            story.replaced[asked.id] = act
            story.request = None


def _corrected(story: Story, act: Act) -> None:
    key = act.refers_to_id
    story.replaced[story.contents[key].id] = act
    story.contents[key] = act


def _withdrawn(story: Story, act: Act) -> None:
    key = act.refers_to_id
    if key in story.originals:
        story.replaced[story.contents[key].id] = act
        del story.originals[key], story.contents[key]
        _drop_follow_ups(story, act, lambda follow_up: follow_up.refers_to_id == key)
        return
    second = next((one for one in story.second_ratings.values() if one.id == key), None)
    demonstration = second.refers_to_id if second else None
    settled = story.settlements.get(demonstration) if demonstration else None
    _drop_follow_ups(story, act, lambda follow_up: follow_up.id == key or follow_up is settled)


def _drop_follow_ups(story: Story, by: Act, dropped: Callable[[Act], bool]) -> None:
    for kept in (story.second_ratings, story.settlements, story.reteaches):
        for key, follow_up in list(kept.items()):
            if dropped(follow_up):
                story.replaced[follow_up.id] = by
                del kept[key]


def _rated_again(story: Story, act: Act) -> None:
    story.second_ratings[act.refers_to_id] = act


def _settled(story: Story, act: Act) -> None:
    story.settlements[act.refers_to_id] = act


def _taught_again(story: Story, act: Act) -> None:
    story.reteaches[act.id] = act


def _asked(story: Story, act: Act) -> None:
    story.request = act


def _request_closed(story: Story, act: Act) -> None:
    if story.request is not None:
        story.replaced[story.request.id] = act
    story.request = None


def _drawn(story: Story, act: Act) -> None:
    if story.needs_second is None:
        story.needs_second = bool(act.detail.get("needs_second"))


def _reset(story: Story, act: Act) -> None:
    standing = [
        *story.contents.values(),
        *story.second_ratings.values(),
        *story.settlements.values(),
        *story.reteaches.values(),
        *([story.request] if story.request else []),
    ]
    story.replaced.update({one.id: act for one in standing})
    for kept in (story.originals, story.contents, story.second_ratings, story.settlements, story.reteaches):
        kept.clear()
    story.request = None


_TAKE: dict[ActKind, Callable[[Story, Act], None]] = {
    ActKind.DEMONSTRATION: _demonstrated,
    ActKind.CORRECTION: _corrected,
    ActKind.WITHDRAWAL: _withdrawn,
    ActKind.SECOND_RATING: _rated_again,
    ActKind.SETTLEMENT: _settled,
    ActKind.RETEACH: _taught_again,
    ActKind.REQUEST: _asked,
    ActKind.REQUEST_WITHDRAWN: _request_closed,
    ActKind.REQUEST_DECLINED: _request_closed,
    ActKind.DRAW: _drawn,
    ActKind.RESET: _reset,
}
