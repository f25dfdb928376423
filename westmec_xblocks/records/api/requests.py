"""Learners ask to be signed off; evaluators see the queue, oldest first. What is refused here is raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from westmec_xblocks.domain.refusals import NotFound, Refusal, WestmecError
from westmec_xblocks.records import statuses
from westmec_xblocks.records.api.standings import OpenRequest, open_request
from westmec_xblocks.records.books import Book
from westmec_xblocks.records.keys import course_text, usage_key_of, usage_text
from westmec_xblocks.records.models import Act, ActKind, Status
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.single import Author, Plan, Verdict, check_reason, record_one

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey


@dataclass(frozen=True, slots=True)
class Waiting:
    """A learner who waits for a sign-off on a list."""

    usage_key: UsageKey
    code: str
    learner_id: int
    request: OpenRequest


def request_sign_off(
    sheet: Sheet, *, learner_id: int, skills: Sequence[str] = (), note: str = "", client_id: UUID, now: datetime
) -> Verdict:
    """Ask to be signed off on these lines, or on the whole list.

    One request at a time; a demonstration of one of its lines answers it.
    """
    lines = list(dict.fromkeys(skills))

    def plan(book: Book) -> Plan:
        refusals = check_reason(note, required=False)
        for line in lines:
            if sheet.checklist.find(line) is None:
                values = {"line": line[:50]}
                refusals.append(Refusal("unknown_skill", "The list has no line “{line}”.", values, line[:100]))
        if book.story.request is not None:
            values = {"date": book.story.request.recorded_at.date().isoformat()}
            refusals.append(Refusal("request_open", "You have asked already; your request is waiting.", values))
        return refusals, {}

    said = {"detail": {"skills": lines}, "note": note.strip()}
    return _accepted(
        record_one(sheet, learner_id, ActKind.REQUEST, Author(learner_id, now, client_id), said=said, plan=plan)
    )


def withdraw_request(sheet: Sheet, *, learner_id: int, request_id: UUID, client_id: UUID, now: datetime) -> Verdict:
    """Take one's own open request back; NotFound when it was answered, or taken back, before."""

    def plan(book: Book) -> Plan:
        return [], {"refers_to": _open(book, request_id)}

    return _accepted(
        record_one(sheet, learner_id, ActKind.REQUEST_WITHDRAWN, Author(learner_id, now, client_id), said={}, plan=plan)
    )


def decline_request(
    sheet: Sheet, *, learner_id: int, request_id: UUID, note: str, actor_id: int, client_id: UUID, now: datetime
) -> Verdict:
    """Answer a request with a note instead of a demonstration.

    NotFound when the learner has asked for something else, or nothing, by now.
    """

    def plan(book: Book) -> Plan:
        request = _open(book, request_id)
        refusals = check_reason(note)
        if actor_id == learner_id:
            refusals.append(Refusal("own_skill", "Take your own request back instead."))
        return refusals, {"refers_to": request}

    said = {"note": note.strip()}
    return _accepted(
        record_one(sheet, learner_id, ActKind.REQUEST_DECLINED, Author(actor_id, now, client_id), said=said, plan=plan)
    )


def _open(book: Book, request_id: UUID) -> Act:
    request = book.story.request
    if request is None or request.id != request_id:
        raise NotFound(Refusal("unknown_request", "This request is not open any more."))
    return request


def _accepted(verdict: Verdict) -> Verdict:
    """The verdict; WestmecError with its first refusal where it has one."""
    if verdict.refusals:
        raise WestmecError(verdict.refusals[0])
    return verdict


def queue(usage_key: UsageKey) -> list[Waiting]:
    """Every open request on the list, oldest first. One query."""
    return _waiting(Status.objects.filter(usage_key=usage_text(usage_key)))


def queue_of_course(course_key: CourseKey) -> list[Waiting]:
    """Every open request of the course run, on any of its lists, oldest first. One query."""
    return _waiting(Status.objects.filter(course_key=course_text(course_key)))


def _waiting(rows: QuerySet[Status]) -> list[Waiting]:
    found = []
    for row in rows.filter(thing=statuses.WHOLE_LIST, requested_at__isnull=False).order_by("requested_at", "id"):
        request = open_request({"detail": row.detail, "requested_at": row.requested_at})
        if request is not None:
            found.append(Waiting(usage_key_of(row.usage_key), row.code, row.learner_id, request))
    return found
