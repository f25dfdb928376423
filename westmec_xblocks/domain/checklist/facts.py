"""What happened on a checklist, for one learner: the facts that a verdict rests on.

Ids are those of the records; ``sequence`` is the order of recording. Times are aware; ``observed_on`` is the date in
the site's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from westmec_xblocks.domain.checklist.definition import Checklist


class Kind(StrEnum):
    """Who scored, and whether it can count: only an evaluated demonstration can."""

    EVALUATED = "evaluated"
    PRACTICE = "practice"
    PEER = "peer"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Rating:
    """One line's rating: ``met``, ``not_met``, ``na`` or a level's value. A line that was not observed has no rating."""

    value: str
    readings: tuple[Decimal, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """The evaluator halted the attempt at this line; ``act`` says what was seen."""

    skill: str
    act: str = ""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """One attempt at the list or a part of it. ``paired``: a second evaluator watched too and is still to rate, or has rated.

    ``rated_by`` is the version of the list that the evaluator had before him; None means today's.
    """

    id: str
    sequence: int
    observed_at: datetime
    observed_on: date
    evaluator: int
    ratings: Mapping[str, Rating]
    kind: Kind = Kind.EVALUATED
    variant: str = ""
    stop: Stop | None = None
    paired: bool = False
    rated_by: Checklist | None = None


@dataclass(frozen=True, slots=True)
class SecondRating:
    """The second evaluator's own ratings of a paired demonstration, given without seeing the first's."""

    demonstration: str
    evaluator: int
    ratings: Mapping[str, Rating]


@dataclass(frozen=True, slots=True)
class Settlement:
    """A third evaluator's decision on the safety lines on which two disagreed: line id → Met or not."""

    demonstration: str
    evaluator: int
    decisions: Mapping[str, bool]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reteach:
    """The skill was taught again after the stop of that demonstration."""

    stop: str
    taught_at: datetime
    taught_by: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All that stands for one learner on one list: superseded, withdrawn and reset facts are already left out.

    ``needs_second`` is the draw of a share of learners, fixed at enrolment; it is ignored by lists that ask for a
    second evaluator of everyone or no one.
    """

    demonstrations: tuple[Demonstration, ...] = ()
    second_ratings: Mapping[str, SecondRating] = field(default_factory=dict)
    settlements: Mapping[str, Settlement] = field(default_factory=dict)
    reteaches: tuple[Reteach, ...] = ()
    needs_second: bool = False
