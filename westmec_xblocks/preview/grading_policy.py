"""The grading policy of a course: its assignment types and cut-offs, read from ``grading_policy.json``."""

from __future__ import annotations

from dataclasses import dataclass

from westmec_xblocks.olx.reader import OlxError, Place


@dataclass(frozen=True, slots=True)
class AssignmentType:
    """One kind of graded work. ``weight`` is its share of the course grade, 0 to 1."""

    name: str
    short: str
    weight: float
    min_count: int
    drop_count: int


@dataclass(frozen=True, slots=True)
class GradingPolicy:
    """Assignment types in the policy's order, and the cut-offs from the highest down, each with the share it needs."""

    types: tuple[AssignmentType, ...] = ()
    cutoffs: tuple[tuple[str, float], ...] = (("Pass", 0.5),)

    @classmethod
    def read(cls, value: object, place: Place) -> GradingPolicy:
        """The policy in a parsed ``grading_policy.json``; the default when there is none; ``OlxError`` naming what is wrong."""
        if value is None:
            return cls()
        if not isinstance(value, dict):
            raise OlxError(place, "the grading policy must be an object with GRADER and GRADE_CUTOFFS")
        try:
            types = tuple(_assignment_type(entry) for entry in value.get("GRADER") or [])
            cutoffs = tuple(
                sorted(
                    ((str(k), float(v)) for k, v in (value.get("GRADE_CUTOFFS") or {"Pass": 0.5}).items()),
                    key=lambda c: -c[1],
                )
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise OlxError(place, f"the grading policy cannot be used: {error!s} is missing or is no number") from error
        if any(not 0 <= t.weight <= 1 for t in types) or any(not 0 <= share <= 1 for _, share in cutoffs):
            raise OlxError(place, "weights and cut-offs lie between 0 and 1")
        return cls(types, cutoffs)


def _assignment_type(entry: dict[str, object]) -> AssignmentType:
    name = str(entry["type"])
    return AssignmentType(
        name=name,
        short=str(entry.get("short_label") or name),
        weight=float(str(entry["weight"])),
        min_count=max(1, int(str(entry.get("min_count") or 1))),
        drop_count=max(0, int(str(entry.get("drop_count") or 0))),
    )
