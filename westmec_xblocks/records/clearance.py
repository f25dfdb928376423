"""What a learner holds, by code: skills and lists elsewhere in the course run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.records.models import Status


@dataclass(frozen=True, slots=True)
class Holding:
    """A skill or list that is signed off, since when and, where it expires, until when."""

    since: date | None
    valid_until: date | None

    def valid_on(self, day: date) -> bool:
        """Whether the sign-off has not expired on this day."""
        return self.valid_until is None or day <= self.valid_until


def holdings(course: str, learners: Iterable[int], codes: Iterable[str]) -> dict[int, dict[str, Holding]]:
    """Learner → code → what they hold; of two blocks with one code, what lasts longer. One query."""
    rows = Status.objects.filter(
        course_key=course, code__in=sorted(codes), learner_id__in=sorted(learners), state=State.HOLDS.value
    )
    found: dict[int, dict[str, Holding]] = {}
    for learner, code, since, until in rows.values_list("learner_id", "code", "since", "valid_until"):
        held = found.setdefault(learner, {})
        other = held.get(code)
        if other is None or until is None or (other.valid_until is not None and until > other.valid_until):
            held[code] = Holding(since, until)
    return found


def on(held: Mapping[str, Holding], day: date) -> Collection[str]:
    """The codes that hold on this day."""
    return {code for code, holding in held.items() if holding.valid_on(day)}
