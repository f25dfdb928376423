"""One more act in one learner's book: found again when repeated, refused with every reason, or recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from westmec_xblocks.domain.checklist.judging import Standing
from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal
from westmec_xblocks.records.books import Book, close_books, open_books
from westmec_xblocks.records.models import Act, ActKind
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.transactions import in_one_transaction

MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one entry.

    ``act_id`` is the recorded act's id, None where there are ``refusals``. ``repeated``: the client had sent it before, and
    nothing was recorded again. ``standing`` is the learner's afterwards; None for somebody who is not enrolled.
    """

    learner_id: int
    act_id: UUID | None = None
    refusals: tuple[Refusal, ...] = ()
    repeated: bool = False
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, when, and under which id of the client."""

    id: int
    now: datetime
    client_id: UUID


Plan = tuple[list[Refusal], Mapping[str, Any]]


def record_one(
    sheet: Sheet,
    learner_id: int,
    kind: ActKind,
    by: Author,
    *,
    said: Mapping[str, Any],
    plan: Callable[[Book], Plan],
) -> Verdict:
    """Record one act of this kind for one learner.

    ``said`` are the columns that the request gives; repeated with the same id they must be the same, else Conflict. ``plan``
    looks into the locked book and gives every reason not to record, and the further columns.
    """

    def work() -> Verdict:
        book = open_books(sheet, [learner_id], by.now)[learner_id]
        earlier = book.find_by_client(by.client_id)
        if earlier is not None:
            if not _says_the_same(earlier, kind, by, said):
                raise Conflict(id_used())
            close_books(sheet, [book], by.now)
            return Verdict(learner_id, earlier.id, repeated=True, standing=book.standing)
        refusals, further = plan(book)
        if refusals:
            close_books(sheet, [book], by.now)
            return Verdict(learner_id, refusals=tuple(refusals), standing=book.standing)
        act = book.add(kind, now=by.now, actor=by.id, client_id=by.client_id, **{**said, **further})
        close_books(sheet, [book], by.now)
        return Verdict(learner_id, act.id, standing=book.standing)

    return in_one_transaction(work)


def _says_the_same(earlier: Act, kind: ActKind, by: Author, said: Mapping[str, Any]) -> bool:
    if (earlier.kind, earlier.actor_id) != (kind, by.id):
        return False
    just_now = earlier.observed_at == earlier.recorded_at and said.get("observed_at") == by.now
    passed_over = {"observed_at", "observed_on"} if just_now else set()
    return all(getattr(earlier, name) == value for name, value in said.items() if name not in passed_over)


def id_used() -> Refusal:
    """The refusal for a client's id that stands for something else already."""
    return Refusal("id_used", "This entry was recorded before with other content. Nothing was changed.")


def standing_demonstration(book: Book, act_id: UUID) -> Act:
    """The original of the demonstration; NotFound when it is not this learner's, or does not stand any more."""
    original = book.story.find_original(act_id)
    if original is None:
        raise NotFound(Refusal("unknown_demonstration", "This demonstration is not on record here, or was withdrawn."))
    return original


def check_reason(text: str, *, required: bool = True) -> list[Refusal]:
    """The refusals of a reason or note: missing, or too long."""
    if len(text) > MAX_TEXT:
        return [Refusal("too_long", "The text is longer than {limit} characters.", {"limit": str(MAX_TEXT)})]
    if required and not text.strip():
        return [Refusal("reason_missing", "Give a reason.")]
    return []
