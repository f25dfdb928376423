"""The start page: the rules, what is granted, the attempts so far. It holds no item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, get_language_info

from westmec_xblocks.blocks.assessment import taking, words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.payload import identifier, text
from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.definition import Assessment, When
from westmec_xblocks.domain.refusals import NotPermitted, Refusal
from westmec_xblocks.records import api


def panel(desk: Desk) -> str:
    """The learner's first panel: the attempt under way, else the start page."""
    record = desk.record()
    if record.open is not None and not desk.viewer.masquerading:
        return taking.panel(desk, record.open)
    return start_panel(desk, record)


def start_panel(desk: Desk, record: api.ExamRecord) -> str:
    """The HTML of the start page."""
    assessment, ledger = desk.assessment, record.ledger
    refusals = rules.refusals_to_start(assessment, ledger, desk.now)
    stands = [one for one in record.attempts if not one.is_void]
    allowed = rules.allowed_attempts(assessment, ledger)
    context = {
        "rules": list(words.rules(assessment, ledger)),
        "instructions": assessment.instructions,
        "provisional": assessment.provisional,
        "passed": rules.is_passed(assessment, ledger.past),
        "attempts": [_row(desk, one) for one in stands if one.closed_at is not None],
        "used": len(stands),
        "allowed": allowed,
        "why_not": words.why_not_now(refusals, desk.zone),
        "may_start": not refusals and not desk.viewer.masquerading and desk.viewer.enrolled,
        "window": words.moment(end, desk.zone) if (end := rules.window_end(ledger)) else "",
        "languages": _languages(assessment, ledger.accommodation.language),
        "again": bool(stands),
    }
    return desk.render("start.html", context)


def _row(desk: Desk, attempt: api.AttemptView) -> dict[str, Any]:
    result = attempt.result
    told = desk.assessment.feedback.when is not When.NEVER
    return {
        "id": attempt.id,
        "number": attempt.number,
        "when": words.moment(attempt.closed_at, desk.zone) if attempt.closed_at else "",
        "headline": words.headline(result) if result else "",
        "passed": bool(result and result.passed),
        "points": f"{words.points(result.earned)} / {result.possible}" if result and told else "",
    }


def _languages(assessment: Assessment, granted: str) -> list[dict[str, Any]]:
    """The languages in which every item can be had, with the reader's own chosen; none where there is no choice."""
    others = (
        set.intersection(*({*item.prompt.others} for item in assessment.used_items)) if assessment.used_items else set()
    )
    if granted or not others:
        return []
    own = (get_language() or "en").split("-")[0]
    codes = ["en", *sorted(others)]
    chosen = own if own in codes else "en"
    return [{"code": code, "name": _name(code), "chosen": code == chosen} for code in codes]


def _name(code: str) -> str:
    try:
        return get_language_info(code)["name_local"].capitalize()
    except KeyError:
        return code


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The learner's first panel."""
    return {"html": panel(desk)}


def begin(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Begin an attempt, in the learner's own name, and show its first question."""
    learner = desk.own_id()
    if not desk.viewer.enrolled:
        raise NotPermitted(Refusal("not_enrolled", "This person is not enrolled in the course."))
    language = text(data, "language", default="", limit=20) or (get_language() or "en")
    api.start_attempt(desk.paper, learner_id=learner, client_id=identifier(data), now=desk.now, language=language)
    record = desk.record()
    html = taking.panel(desk, record.open) if record.open else start_panel(desk, record)
    return {"ok": True, "message": "", "html": html}
