"""What follows a demonstration: the second evaluator's ratings, the third's decision, the re-teach after a stop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from westmec_xblocks.domain.checklist.entry import check_second_rating, check_settlement
from westmec_xblocks.domain.checklist.facts import Demonstration, Rating
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal
from westmec_xblocks.records.books import Book
from westmec_xblocks.records.facts import ratings_as_json
from westmec_xblocks.records.models import Act, ActKind
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.single import Author, Plan, Verdict, check_reason, record_one, standing_demonstration


def record_second_rating(
    sheet: Sheet,
    *,
    learner_id: int,
    demonstration: UUID,
    ratings: Mapping[str, Rating],
    actor_id: int,
    client_id: UUID,
    now: datetime,
) -> Verdict:
    """Record what a second evaluator saw of the same demonstration, rated by the version that the first had."""

    def plan(book: Book) -> Plan:
        original, fact = _find(book, demonstration)
        refusals = check_second_rating(
            sheet.checklist, fact, book.history, learner=learner_id, evaluator=actor_id, ratings=ratings
        )
        return refusals, {"refers_to": original}

    said = {"ratings": ratings_as_json(ratings)}
    return record_one(sheet, learner_id, ActKind.SECOND_RATING, Author(actor_id, now, client_id), said=said, plan=plan)


def settle(
    sheet: Sheet,
    *,
    learner_id: int,
    demonstration: UUID,
    decisions: Mapping[str, bool],
    reason: str,
    actor_id: int,
    client_id: UUID,
    now: datetime,
) -> Verdict:
    """Record a third evaluator's decision on the safety lines on which two disagree: line id → Met or not."""

    def plan(book: Book) -> Plan:
        original, fact = _find(book, demonstration)
        refusals = check_settlement(
            sheet.checklist,
            fact,
            book.history,
            learner=learner_id,
            evaluator=actor_id,
            decisions=decisions,
            reason=reason,
        )
        return refusals, {"refers_to": original}

    said = {"detail": {"decisions": dict(decisions)}, "note": reason.strip()}
    return record_one(sheet, learner_id, ActKind.SETTLEMENT, Author(actor_id, now, client_id), said=said, plan=plan)


def record_reteach(
    sheet: Sheet,
    *,
    learner_id: int,
    stop: UUID,
    taught_at: datetime,
    taught_on: date,
    note: str = "",
    actor_id: int,
    client_id: UUID,
    now: datetime,
) -> Verdict:
    """Record that the skill was taught again after this demonstration was stopped.

    A new attempt then opens on a later day than the stop.
    """

    def plan(book: Book) -> Plan:
        original, fact = _find(book, stop)
        refusals = check_reason(note, required=False)
        if actor_id == learner_id:
            refusals.append(Refusal("own_skill", "Nobody records their own re-teach."))
        if fact.stop is None:
            refusals.append(Refusal("not_stopped", "This attempt was not stopped: there is nothing to teach again."))
        if taught_at > now:
            values = {"date": taught_on.isoformat()}
            refusals.append(Refusal("observed_in_future", "The date observed, {date}, is still to come.", values))
        if taught_on < fact.observed_on:
            values = {"date": fact.observed_on.isoformat()}
            refusals.append(Refusal("reteach_before_stop", "The attempt was stopped only on {date}.", values))
        return refusals, {"refers_to": original}

    said = {"observed_at": taught_at, "observed_on": taught_on, "note": note.strip()}
    return record_one(sheet, learner_id, ActKind.RETEACH, Author(actor_id, now, client_id), said=said, plan=plan)


def withdraw_follow_up(
    sheet: Sheet,
    *,
    learner_id: int,
    act_id: UUID,
    reason: str,
    actor_id: int,
    may_correct_others: bool,
    client_id: UUID,
    now: datetime,
) -> Verdict:
    """Withdraw a second rating, a settlement or a re-teach, by whom it was made or by course staff; it can then be made anew.

    A settlement goes with the second rating that it settled.
    """

    def plan(book: Book) -> Plan:
        follow_up = book.story.find_follow_up(act_id)
        if follow_up is None:
            raise NotFound(Refusal("unknown_act", "This entry is not on record here, or was withdrawn."))
        if follow_up.actor_id != actor_id and not may_correct_others:
            raise NotPermitted(Refusal("not_yours", "Only whoever made the entry, or the course staff, may change it."))
        refusals = check_reason(reason)
        if actor_id == learner_id:
            refusals.append(Refusal("own_skill", "Nobody changes entries about their own skill."))
        return refusals, {"refers_to": follow_up}

    return record_one(
        sheet,
        learner_id,
        ActKind.WITHDRAWAL,
        Author(actor_id, now, client_id),
        said={"note": reason.strip()},
        plan=plan,
    )


def _find(book: Book, act_id: UUID) -> tuple[Act, Demonstration]:
    original = standing_demonstration(book, act_id)
    return original, next(one for one in book.history.demonstrations if one.id == str(original.id))
