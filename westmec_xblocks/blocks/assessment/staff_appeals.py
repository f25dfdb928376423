"""What waits for staff: disputed questions and late answers; one dispute with everything that is needed to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.assessment import items, staff_words, words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_attempts import names_of, waiting_count
from westmec_xblocks.blocks.payload import bad, identifier, required_text, text
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import api

# Answered disputes that the panel still shows.
ANSWERED = 50


def waiting(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The panel of what waits. A constant number of queries."""
    return {"html": panel(desk), "waiting": waiting_count(desk)}


def panel(desk: Desk) -> str:
    """The HTML of what waits."""
    appeals = api.appeals(desk.paper.usage)
    late = api.attempts_of(desk.paper.usage, which="late")
    asked = [one for one in reversed(appeals) if not one.outcome]
    answered = [one for one in appeals if one.outcome][:ANSWERED]
    ids = {one.learner_id for one in (*asked, *answered)} | {one.learner_id for one in late.attempts}
    names = names_of(ids | {one.answered_by for one in answered if one.answered_by})
    context = {
        "appeals": [_row(desk, one, names) for one in asked],
        "answered": [_row(desk, one, names) for one in answered],
        "late": [
            {
                "id": one.id,
                "name": names[one.learner_id],
                "number": one.number,
                "late": staff_words.late(one.late),
                "when": words.moment(one.closed_at, desk.zone) if one.closed_at else "",
            }
            for one in late.attempts
        ],
        "more_late": late.counts["late"] - len(late.attempts),
    }
    return desk.render("staff_waiting.html", context)


def _row(desk: Desk, one: api.Appeal, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": names[one.learner_id],
        "attempt": one.attempt,
        "item": one.item,
        "said": one.said,
        "at": words.moment(one.at, desk.zone),
        "outcome": _outcomes().get(one.outcome, ""),
        "answer": one.answer,
        "by": names.get(one.answered_by or 0, ""),
        "answered_at": words.moment(one.answered_at, desk.zone) if one.answered_at else "",
    }


def _outcomes() -> dict[str, str]:
    return {"upheld": _("Upheld"), "rejected": _("Not upheld")}


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """One dispute: the question as the learner saw it, the answer, the key, what the learner says."""
    appeals = api.appeals(desk.paper.usage)
    one = _find(appeals, identifier(data, "appeal"))
    attempt, version, _log = api.attempt_with_log(desk.paper.usage, one.attempt_id)
    if attempt.form is None:
        raise NotFound(Refusal("unknown_appeal", "This appeal is not on record here, or was answered."))
    taken_in = desk.language_of(attempt)
    shown = next(found for found in items.shown(version, attempt.form, answers=attempt.answers) if found.id == one.item)
    item = version.by_id[one.item]
    review = codec.review_of(item, (attempt.answers or {}).get(one.item), get_language() or "en")
    with translation.override(taken_in):
        question = desk.block.render_template("_item.html", {"item": shown, "item_language": taken_in})
    names = names_of({one.learner_id, *({one.answered_by} if one.answered_by else ())})
    others = [other for other in appeals if other.item == one.item and other.id != one.id]
    context = {
        "appeal": _row(desk, one, names),
        "learner": one.learner_id,
        "attempt": attempt,
        "number": shown.number,
        "question": question,
        "language": staff_words.language(taken_in),
        "given": review.given,
        "key": review.key,
        "rows": review.rows,
        "rationale": item.rationale,
        "points": words.points(review.points),
        "pilot": one.item in attempt.form.pilot,
        "others": len(others),
        "others_open": sum(not other.outcome for other in others),
        "may_rescore": desk.viewer.instructor,
    }
    return {"html": desk.render("staff_appeal.html", context)}


def _find(appeals: list[api.Appeal], wanted: Any) -> api.Appeal:
    found = next((one for one in appeals if one.id == wanted), None)
    if found is None:
        raise NotFound(Refusal("unknown_appeal", "This appeal is not on record here, or was answered."))
    return found


def answer(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a dispute in words. What follows for the points is a rescoring of its own."""
    outcome = text(data, "outcome", limit=10)
    if outcome not in _outcomes():
        raise bad("outcome", "one of {choices}", choices=", ".join(_outcomes()))
    one = _find(api.appeals(desk.paper.usage), identifier(data, "appeal"))
    by = api.By(desk.actor(), identifier(data), desk.now, required_text(data, "reason"))
    api.answer_appeal(desk.paper, learner_id=one.learner_id, appeal_id=one.id, outcome=outcome, by=by)
    told = _("Answered. The learner sees it with the result.")
    if outcome == "upheld" and desk.viewer.instructor:
        told += " " + _("The points change when you score anew.")
    return announce(told, html=panel(desk), waiting=waiting_count(desk))
