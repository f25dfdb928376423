"""Who may evaluate besides the course staff: named people, each with a scope and a last day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted, Refusal, WestmecError
from westmec_xblocks.records.keys import course_text
from westmec_xblocks.records.models import EvaluatorGrant, EvaluatorRevocation
from westmec_xblocks.records.transactions import in_one_transaction

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey

MAX_CODES = 50
MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody's right to evaluate.

    In the whole course where ``codes`` is empty, else what these codes name and what lies under them.
    """

    id: UUID
    user_id: int
    codes: tuple[str, ...]
    expires_on: date | None
    granted_by: int
    granted_at: datetime
    reason: str = ""
    revoked_at: datetime | None = None
    revoked_by: int | None = None

    def covers(self, code: str, day: date) -> bool:
        """Whether it lets its holder evaluate this code on this day. ``WM.PD2`` covers ``WM.PD2.A`` and ``WM.PD2.A.05``."""
        if self.revoked_at is not None or (self.expires_on is not None and day > self.expires_on):
            return False
        return not self.codes or any(code == scope or code.startswith(f"{scope}.") for scope in self.codes)


def may_evaluate(user_id: int, course_key: CourseKey, code: str, on: date) -> bool:
    """Whether a grant lets this person evaluate the code in the course run on this day. One query."""
    rows = EvaluatorGrant.objects.filter(course_key=course_text(course_key), user_id=user_id, revocation=None)
    return any(_grant(row).covers(code, on) for row in rows)


def evaluators(course_key: CourseKey) -> list[Grant]:
    """Every grant of the course run, newest first, revoked and expired ones among them. One query."""
    rows = EvaluatorGrant.objects.filter(course_key=course_text(course_key)).select_related("revocation")
    return [_grant(row, getattr(row, "revocation", None)) for row in rows]


def grant_evaluator(
    course_key: CourseKey,
    *,
    user_id: int,
    codes: Iterable[str] = (),
    expires_on: date | None = None,
    granted_by: int,
    client_id: UUID,
    now: datetime,
    today: date,
    reason: str = "",
) -> Grant:
    """Let somebody evaluate.

    Repeating it with the same client id gives the first grant; Conflict when that one says something else.
    """
    course, scope = course_text(course_key), _scope(codes)
    if user_id == granted_by:
        raise NotPermitted(Refusal("own_grant", "Nobody names themselves as an evaluator."))
    if expires_on is not None and expires_on < today:
        raise WestmecError(
            Refusal("expires_in_past", "The last day, {date}, is over.", {"date": expires_on.isoformat()})
        )
    if len(reason) > MAX_REASON:
        raise WestmecError(
            Refusal("too_long", "The text is longer than {limit} characters.", {"limit": str(MAX_REASON)})
        )

    def work() -> Grant:
        earlier = EvaluatorGrant.objects.filter(course_key=course, client_id=client_id).first()
        if earlier is not None:
            if (earlier.user_id, tuple(earlier.codes), earlier.expires_on) != (user_id, scope, expires_on):
                raise Conflict(
                    Refusal("id_used", "This entry was recorded before with other content. Nothing was changed.")
                )
            return _grant(earlier)
        row = EvaluatorGrant(
            client_id=client_id,
            course_key=course,
            user_id=user_id,
            codes=list(scope),
            expires_on=expires_on,
            granted_by_id=granted_by,
            granted_at=now,
            reason=reason.strip(),
        )
        row.save()
        return _grant(row)

    return in_one_transaction(work)


def _scope(codes: Iterable[str]) -> tuple[str, ...]:
    scope = tuple(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if len(scope) > MAX_CODES or any(len(code) > 255 for code in scope):
        raise WestmecError(Refusal("scope_too_large", "Name at most {limit} codes.", {"limit": str(MAX_CODES)}))
    return scope


def revoke_evaluator(
    course_key: CourseKey, *, grant_id: UUID, revoked_by: int, client_id: UUID, now: datetime, reason: str = ""
) -> Grant:
    """Take a grant back, from now on.

    What was evaluated under it stands. Repeating it changes nothing; NotFound for a grant of another course.
    """

    def work() -> Grant:
        rows: Sequence[EvaluatorGrant] = EvaluatorGrant.objects.filter(
            pk=grant_id, course_key=course_text(course_key)
        ).select_related("revocation")
        grant = next(iter(rows), None)
        if grant is None:
            raise NotFound(Refusal("unknown_grant", "There is no such evaluator in this course."))
        revocation = getattr(grant, "revocation", None)
        if revocation is None:
            revocation = EvaluatorRevocation(
                grant=grant,
                client_id=client_id,
                revoked_by_id=revoked_by,
                revoked_at=now,
                reason=reason.strip()[:MAX_REASON],
            )
            revocation.save()
        return _grant(grant, revocation)

    return in_one_transaction(work)


def _grant(row: EvaluatorGrant, revocation: EvaluatorRevocation | None = None) -> Grant:
    return Grant(
        id=row.id,
        user_id=row.user_id,
        codes=tuple(row.codes),
        expires_on=row.expires_on,
        granted_by=row.granted_by_id,
        granted_at=row.granted_at,
        reason=row.reason,
        revoked_at=revocation.revoked_at if revocation else None,
        revoked_by=revocation.revoked_by_id if revocation else None,
    )
