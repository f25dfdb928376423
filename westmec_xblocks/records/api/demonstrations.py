"""Signing skills off: what an evaluator saw, for one learner or for a lab group."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from westmec_xblocks.domain.checklist.entry import Entry, check_entry
from westmec_xblocks.domain.checklist.facts import Kind
from westmec_xblocks.domain.refusals import NotPermitted, Refusal
from westmec_xblocks.records import clearance
from westmec_xblocks.records.books import Book, close_books, open_books
from westmec_xblocks.records.entries import columns_of, is_same
from westmec_xblocks.records.models import Act, ActKind
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.single import Verdict, id_used
from westmec_xblocks.records.transactions import in_one_transaction


def record_demonstrations(
    sheet: Sheet,
    *,
    entries: Sequence[tuple[UUID, Entry]],
    enrolled: Collection[int],
    batch_id: UUID,
    actor_id: int,
    now: datetime,
) -> list[Verdict]:
    """Record what ``actor_id`` saw: one verdict per entry, in the order given.

    Each entry comes with the id that the client made for it. Learners are judged apart: one who is refused holds up
    nobody, and all that is accepted is committed together. Whether the actor may evaluate here is the caller's to
    check; that nobody rates themselves is checked here.

    At most eight statements for any number of learners, the transaction's own among them: begin, lock, read, (codes
    elsewhere,) acts, statuses, outbox, commit. A version of the list that this process has not seen yet costs one more.
    """

    def work() -> list[Verdict]:
        _check_actor(entries, actor_id)
        learners = [entry.learner for _, entry in entries if entry.learner in enrolled]
        books = open_books(sheet, learners, now)
        signing = _Signing(batch_id, now, _held_codes(sheet, books, entries))
        verdicts = [signing.take(books.get(entry.learner), client_id, entry) for client_id, entry in entries]
        close_books(sheet, books.values(), now)
        return verdicts

    return in_one_transaction(work)


def _check_actor(entries: Sequence[tuple[UUID, Entry]], actor_id: int) -> None:
    if any(entry.evaluator != actor_id for _, entry in entries):
        raise NotPermitted(Refusal("not_your_entry", "An entry is made in one's own name only."))


def _held_codes(
    sheet: Sheet, books: Mapping[int, Book], entries: Sequence[tuple[UUID, Entry]]
) -> Mapping[int, Mapping[str, clearance.Holding]]:
    """What the learners hold of the codes elsewhere that this list requires; one query if it requires any."""
    codes = sheet.checklist.codes_elsewhere
    evaluated = any(entry.kind is Kind.EVALUATED for _, entry in entries)
    return clearance.holdings(sheet.course, books, codes) if codes and books and evaluated else {}


@dataclass(frozen=True, slots=True)
class _Signing:
    """One request to record: its number, its moment, and what the learners hold elsewhere."""

    batch_id: UUID
    now: datetime
    held: Mapping[int, Mapping[str, clearance.Holding]]

    def take(self, book: Book | None, client_id: UUID, entry: Entry) -> Verdict:
        """Add the entry to the learner's book, or say why not."""
        if book is None:
            refusal = Refusal("not_enrolled", "This person is not enrolled in the course.")
            return Verdict(entry.learner, refusals=(refusal,))
        earlier = book.find_by_client(client_id)
        if earlier is not None:
            return _repeated(book, earlier, entry, self.now)
        held = clearance.on(self.held.get(entry.learner, {}), entry.observed_on)
        refusals = check(book, entry, now=self.now, held=held)
        if refusals:
            return Verdict(entry.learner, refusals=tuple(refusals), standing=book.standing)
        about = {"client_id": client_id, "batch_id": self.batch_id, **columns_of(entry)}
        act = book.add(ActKind.DEMONSTRATION, now=self.now, actor=entry.evaluator, **about)
        return Verdict(entry.learner, act.id, standing=book.standing)


def check(book: Book, entry: Entry, *, now: datetime, held: Collection[str]) -> list[Refusal]:
    """Every reason not to record the entry in this book."""
    found = check_entry(book.sheet.checklist, entry, book.history, book.standing, now=now, held_codes=held)
    if entry.kind is Kind.SELF and entry.evaluator != entry.learner:
        found.append(Refusal("self_by_other", "Only the learner can make a self-check."))
    return found


def _repeated(book: Book, earlier: Act, entry: Entry, now: datetime) -> Verdict:
    if not is_same(earlier, entry, now):
        return Verdict(entry.learner, refusals=(id_used(),), standing=book.standing)
    return Verdict(entry.learner, earlier.id, repeated=True, standing=book.standing)
