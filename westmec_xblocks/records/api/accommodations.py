"""What learners are granted in assessments: more time, breaks, attempts, days, another language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from westmec_xblocks.domain.assessment.attempts import Accommodation
from westmec_xblocks.domain.refusals import Conflict, Refusal, WestmecError
from westmec_xblocks.records import models
from westmec_xblocks.records.exams.paper import MAX_CODE, check_language
from westmec_xblocks.records.keys import course_text
from westmec_xblocks.records.single import check_reason, id_used
from westmec_xblocks.records.transactions import in_one_transaction

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey

MOST_TIME, MOST_BREAKS, MOST_EXTRA, MOST_WINDOW = Decimal(10), 24 * 60, 20, 24 * 366
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Granting:
    """What one learner is to be granted: ``code`` names an assessment, empty means every one of the course run.

    Each replaces what was granted for the same learner and code before; one that grants nothing takes it back.
    """

    learner_id: int
    code: str = ""
    time_factor: Decimal = Decimal(1)
    break_minutes: int = 0
    extra_attempts: int = 0
    window_hours: int = 0
    language: str = ""
    reason: str = ""

    def check(self) -> None:
        """Raise WestmecError for values out of range."""
        limits = (
            ("time_factor", self.time_factor, Decimal(1), MOST_TIME),
            ("break_minutes", self.break_minutes, 0, MOST_BREAKS),
            ("extra_attempts", self.extra_attempts, 0, MOST_EXTRA),
            ("window_hours", self.window_hours, 0, MOST_WINDOW),
        )
        for field, value, least, most in limits:
            if not (Decimal(value).is_finite() and least <= value <= most):
                sentence = "{field} must be from {least} to {most}."
                values = {"field": field, "least": str(least), "most": str(most)}
                raise WestmecError(Refusal("out_of_range", sentence, values))
        if self.time_factor % HUNDREDTH:
            raise WestmecError(Refusal("too_exact", "time_factor takes at most two decimals."))
        if len(self.code) > MAX_CODE:
            values = {"limit": str(MAX_CODE)}
            raise WestmecError(Refusal("too_long", "The text is longer than {limit} characters.", values))
        check_language(self.language)
        for refusal in check_reason(self.reason, required=False):
            raise WestmecError(refusal)


@dataclass(frozen=True, slots=True)
class Granted:
    """What holds for one learner and code, by whom and since when."""

    granting: Granting
    granted_by: int
    granted_at: datetime


def grant_accommodations(
    course_key: CourseKey, *, grants: Sequence[Granting], actor_id: int, client_id: UUID, now: datetime
) -> int:
    """Record what learners are granted, all of it or nothing, and say how many rows were added. Repeating it adds nothing.

    Whether the actor may, and whether the learners are enrolled, is the caller's to check; each learner and code may be named once.
    Two statements for any number of learners. An attempt keeps the time and language that were granted when it began.
    """
    course = course_text(course_key)
    grants = [replace(one, reason=one.reason.strip()) for one in grants]
    for granting in grants:
        granting.check()
    if len({(one.learner_id, one.code) for one in grants}) < len(grants):
        raise WestmecError(Refusal("named_twice", "The same learner is named twice."))

    def work() -> int:
        earlier = models.Accommodation.objects.filter(course_key=course, client_id=client_id)
        recorded = {(row.learner_id, row.code): _granting(row) for row in earlier}
        if recorded:
            if recorded != {(one.learner_id, one.code): one for one in grants}:
                raise Conflict(id_used())
            return 0
        rows = [
            models.Accommodation(
                client_id=client_id,
                course_key=course,
                code=one.code,
                learner_id=one.learner_id,
                time_factor=one.time_factor,
                break_minutes=one.break_minutes,
                extra_attempts=one.extra_attempts,
                window_hours=one.window_hours,
                language=one.language,
                reason=one.reason,
                granted_by_id=actor_id,
                granted_at=now,
            )
            for one in grants
        ]
        models.Accommodation.objects.bulk_create(rows)
        return len(rows)

    return in_one_transaction(work)


def accommodations(course_key: CourseKey, *, code: str | None = None) -> list[Granted]:
    """What holds now in the course run, newest first; with ``code``, what holds in that assessment. One query."""
    rows = models.Accommodation.objects.filter(course_key=course_text(course_key)).order_by("-granted_at", "-id")
    if code is not None:
        rows = rows.filter(code__in=["", code])
    newest: dict[tuple[int, str], models.Accommodation] = {}
    for row in rows:
        newest.setdefault((row.learner_id, row.code), row)
    return [
        Granted(_granting(row), row.granted_by_id, row.granted_at)
        for row in newest.values()
        if value_of(row) != Accommodation()
    ]


def accommodation_of(course: str, code: str, learner_id: int) -> Accommodation:
    """What holds for the learner in the assessment: what was last granted for this code, else for the whole course. One query."""
    rows = models.Accommodation.objects.filter(course_key=course, learner_id=learner_id, code__in=["", code])
    return newest_of(rows)


def newest_of(rows: Iterable[models.Accommodation]) -> Accommodation:
    """Of one learner's grants the one that holds. A newest row that grants nothing takes back what its code had."""
    newest = {row.code: row for row in sorted(rows, key=lambda row: (row.granted_at, str(row.id)))}
    values = [value_of(newest[code]) for code in sorted(newest, reverse=True)]
    return next((value for value in values if value != Accommodation()), Accommodation())


def value_of(row: models.Accommodation) -> Accommodation:
    """The row as the rules take it."""
    return Accommodation(
        Fraction(row.time_factor),
        timedelta(minutes=row.break_minutes),
        row.extra_attempts,
        timedelta(hours=row.window_hours),
        row.language,
    )


def _granting(row: models.Accommodation) -> Granting:
    return Granting(
        row.learner_id,
        row.code,
        Decimal(row.time_factor),
        row.break_minutes,
        row.extra_attempts,
        row.window_hours,
        row.language,
        row.reason,
    )
