"""One learner: their attempts, what the rules say now, one more attempt, a re-teach, what is granted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.assessment import staff_accommodations, staff_words, words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_attempts import mark, names_of, state, waiting_count
from westmec_xblocks.blocks.payload import identifier, required_text, user_id
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.records import api


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The panel of one learner."""
    return {"html": panel(desk, user_id(data, "learner"))}


def panel(desk: Desk, learner_id: int) -> str:
    """The HTML of one learner; NotFound for somebody who is neither enrolled nor has an attempt here."""
    record = desk.record(learner_id)
    if not record.attempts:
        desk.check_enrolled(learner_id)
    assessment, ledger = desk.assessment, record.ledger
    context = {
        "learner": learner_id,
        "name": names_of([learner_id])[learner_id],
        "attempts": [_row(desk, one) for one in reversed(record.attempts)],
        "used": sum(not one.is_void for one in record.attempts),
        "allowed": rules.allowed_attempts(assessment, ledger),
        "given": ledger.extra,
        "why_not": [_why_not(desk, one) for one in rules.refusals_to_start(assessment, ledger, desk.now)],
        "passed": rules.is_passed(assessment, ledger.past),
        "limited": assessment.attempts is not None,
        "missed": _missed_minimum(ledger),
        "locked": rules.is_locked(assessment, ledger),
        "retaught": words.moment(ledger.retaught, desk.zone) if ledger.retaught else "",
        "said": _said(desk, record),
        "holds": staff_accommodations.rows(desk, learner_id),
        **staff_accommodations.form_context(desk),
    }
    return desk.render("staff_learner.html", context)


def _said(desk: Desk, record: api.ExamRecord) -> list[dict[str, str]]:
    """Attempts given and re-teaches, with who recorded them and why, newest first."""
    names = names_of(one.actor_id for one in record.said if one.actor_id)
    kinds = {"attempt_granted": _("One more attempt given"), "reteach": _("Re-teach")}
    return [
        {
            "what": kinds[one.kind],
            "by": names.get(one.actor_id, "") if one.actor_id else "",
            "when": words.moment(one.at, desk.zone),
            "note": one.note,
        }
        for one in reversed(record.said)
    ]


def _row(desk: Desk, one: api.AttemptView) -> dict[str, Any]:
    result = None if one.is_void else one.result
    return {
        "id": one.id,
        "number": one.number,
        "begun": words.moment(one.started_at, desk.zone),
        "state": state(one, desk.now),
        "mark": mark(one),
        "points": f"{words.points(result.earned)} / {result.possible}" if result else "",
        "late": staff_words.late(one.late) if one.late and not one.is_void else "",
    }


def _missed_minimum(ledger: rules.Ledger) -> bool:
    """Whether the last attempt that ended missed a minimum."""
    closed = [past for past in ledger.past if past.result is not None]
    last = max(closed, key=lambda past: past.number, default=None)
    return last is not None and last.result is not None and not last.result.minimums_met


def _why_not(desk: Desk, refusal: Refusal) -> str:
    at = refusal.values.get("at")
    said = sentence(refusal)
    return f"{said} {words.moment(datetime.fromisoformat(at), desk.zone)}" if at else said


def give_attempt(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the learner one more attempt."""
    learner = desk.check_enrolled(user_id(data, "learner"))
    api.grant_attempt(desk.paper, learner_id=learner, by=_by(desk, data))
    return _after(desk, learner, _("One more attempt is given."))


def reteach(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record that the learner was taught again what the missed minimum is about."""
    learner = desk.check_enrolled(user_id(data, "learner"))
    api.record_exam_reteach(desk.paper, learner_id=learner, by=_by(desk, data))
    return _after(desk, learner, _("The re-teach is on record."))


def _by(desk: Desk, data: Mapping[str, Any]) -> api.By:
    return api.By(desk.actor(), identifier(data), desk.now, required_text(data, "reason"))


def _after(desk: Desk, learner: int, told: str) -> dict[str, Any]:
    return announce(told, html=panel(desk, learner), waiting=waiting_count(desk))
