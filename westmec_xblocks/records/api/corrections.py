"""Mistakes: a demonstration corrected or withdrawn, a learner's record begun anew. What was recorded first stays readable."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from westmec_xblocks.domain.checklist.entry import Entry, check_entry
from westmec_xblocks.domain.checklist.facts import Demonstration, History, Kind
from westmec_xblocks.domain.checklist.judging import judge
from westmec_xblocks.domain.refusals import NotPermitted, Refusal
from westmec_xblocks.records import clearance
from westmec_xblocks.records.books import Book
from westmec_xblocks.records.entries import columns_of
from westmec_xblocks.records.facts import stop_of, version_of
from westmec_xblocks.records.models import Act, ActKind
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.single import Author, Plan, Verdict, check_reason, record_one, standing_demonstration


def correct_demonstration(
    sheet: Sheet,
    *,
    demonstration: UUID,
    entry: Entry,
    reason: str,
    actor_id: int,
    may_correct_others: bool,
    client_id: UUID,
    now: datetime,
) -> Verdict:
    """Put ``entry`` in the place of what a demonstration said, with a reason.

    By the evaluator who recorded it, or by whoever ``may_correct_others`` (course staff); only the latter may take a
    stop away, or change ratings that a second evaluator has been compared with. It is checked by the version of the
    list that it was rated by.
    """
    said = {**columns_of(entry), "note": reason.strip()}
    del said["detail"]
    learner_id = entry.learner

    def plan(book: Book) -> Plan:
        original = standing_demonstration(book, demonstration)
        content = book.story.contents[original.id]
        _check_permitted(original, actor_id, may_correct_others=may_correct_others)
        before = next(one for one in book.history.demonstrations if one.id == str(original.id))
        new = _as_corrected(entry, original, before, second=original.id in book.story.second_ratings)
        refusals = [*check_reason(reason), *_limits(book, original, new, may_correct_others=may_correct_others)]
        refusals += _no_self_service(learner_id, actor_id, before)
        refusals += _new_refusals(sheet, book, before, new, now)
        detail = {**columns_of(new)["detail"], "rated_by": version_of(content)}
        return refusals, {"detail": detail, "refers_to": original}

    return record_one(sheet, learner_id, ActKind.CORRECTION, Author(actor_id, now, client_id), said=said, plan=plan)


def _check_permitted(original: Act, actor_id: int, *, may_correct_others: bool) -> None:
    if original.actor_id != actor_id and not may_correct_others:
        raise NotPermitted(Refusal("not_yours", "Only whoever made the entry, or the course staff, may change it."))


def _no_self_service(learner_id: int, actor_id: int, before: Demonstration) -> list[Refusal]:
    if actor_id == learner_id and before.kind is not Kind.SELF:
        return [Refusal("own_skill", "Nobody changes entries about their own skill.")]
    return []


def _as_corrected(entry: Entry, original: Act, before: Demonstration, *, second: bool) -> Entry:
    """The entry as the original evaluator's: neither who saw it nor the kind of scoring changes, nor that two have rated it."""
    paired = before.paired if second else entry.paired
    return replace(entry, learner=original.learner_id, evaluator=original.actor_id, kind=before.kind, paired=paired)


def _limits(book: Book, original: Act, new: Entry, *, may_correct_others: bool) -> list[Refusal]:
    if may_correct_others:
        return []
    found = []
    if stop_of(book.story.contents[original.id]) is not None and new.stop is None:
        found.append(Refusal("stop_needs_staff", "Only the course staff may take a stop away."))
    if original.id in book.story.second_ratings:
        found.append(
            Refusal("second_has_rated", "A second evaluator has rated this since: only the course staff may change it.")
        )
    return found


def _new_refusals(sheet: Sheet, book: Book, before: Demonstration, new: Entry, now: datetime) -> list[Refusal]:
    """Why the corrected entry may not stand, leaving out what was so before: what was accepted then is not refused now."""
    version = before.rated_by or sheet.checklist
    history = _without(book.history, before)
    standing = judge(version, history)
    holdings = (
        clearance.holdings(sheet.course, [new.learner], version.codes_elsewhere) if version.codes_elsewhere else {}
    )
    held = holdings.get(new.learner, {})

    def refusals_of(entry: Entry) -> list[Refusal]:
        return check_entry(version, entry, history, standing, now=now, held_codes=clearance.on(held, entry.observed_on))

    as_it_was = Entry(
        new.learner,
        before.evaluator,
        before.observed_at,
        before.observed_on,
        before.ratings,
        before.kind,
        before.variant,
        before.stop,
        before.paired,
    )
    known = {(refusal.code, refusal.skill) for refusal in refusals_of(as_it_was)}
    return [refusal for refusal in refusals_of(new) if (refusal.code, refusal.skill) not in known]


def _without(history: History, left_out: Demonstration) -> History:
    return replace(
        history,
        demonstrations=tuple(one for one in history.demonstrations if one.id != left_out.id),
        reteaches=tuple(one for one in history.reteaches if one.stop != left_out.id),
    )


def withdraw_demonstration(
    sheet: Sheet,
    *,
    learner_id: int,
    demonstration: UUID,
    reason: str,
    actor_id: int,
    may_correct_others: bool,
    client_id: UUID,
    now: datetime,
) -> Verdict:
    """Take a demonstration back as if it had not happened (a wrong learner, for example), with what followed it; it stays readable.

    By the evaluator who recorded it, or by course staff; only the latter may take back a stop or what a second
    evaluator has rated.
    """

    def plan(book: Book) -> Plan:
        original = standing_demonstration(book, demonstration)
        _check_permitted(original, actor_id, may_correct_others=may_correct_others)
        before = next(one for one in book.history.demonstrations if one.id == str(original.id))
        refusals = [*check_reason(reason), *_no_self_service(learner_id, actor_id, before)]
        if not may_correct_others and before.stop is not None:
            refusals.append(Refusal("stop_needs_staff", "Only the course staff may take a stop away."))
        if not may_correct_others and original.id in book.story.second_ratings:
            sentence = "A second evaluator has rated this since: only the course staff may change it."
            refusals.append(Refusal("second_has_rated", sentence))
        return refusals, {"refers_to": original}

    by, said = Author(actor_id, now, client_id), {"note": reason.strip()}
    return record_one(sheet, learner_id, ActKind.WITHDRAWAL, by, said=said, plan=plan)


def reset_learner(
    sheet: Sheet, *, learner_id: int, actor_id: int, now: datetime, client_id: UUID | None = None, reason: str = ""
) -> Verdict:
    """Begin the learner's record on this list anew; what was recorded before stays readable and counts no more.

    A grade of 0 goes to the host. For somebody without a record nothing happens, which the verdict's refusal says. Who
    may do this is the caller's to check.
    """

    def plan(book: Book) -> Plan:
        nothing = Refusal("nothing_recorded", "There is no record yet.")
        return [*check_reason(reason, required=False), *([] if book.stored else [nothing])], {}

    by, said = Author(actor_id, now, client_id or uuid4()), {"note": reason.strip()}
    return record_one(sheet, learner_id, ActKind.RESET, by, said=said, plan=plan)
