"""Results: the learner's page after an attempt, what may be told of the questions, disputes, and a page to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.templatetags.static import static
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from webob import Response

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.assessment import words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.payload import identifier, required_text, text, user_id
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.definition import Assessment, When
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import api


def items_may_be_told(desk: Desk, record: api.ExamRecord) -> bool:
    """Whether the learner may look at their answers item by item by now."""
    feedback = desk.assessment.feedback
    if feedback.when is When.SUBMITTED:
        return record.open is None
    if feedback.when is When.LAST:
        allowed = rules.allowed_attempts(desk.assessment, record.ledger)
        used_up = allowed is not None and len(record.ledger.past) >= allowed
        return record.open is None and (used_up or rules.is_passed(desk.assessment, record.ledger.past))
    if feedback.when is When.DATE and feedback.day is not None:
        return record.open is None and desk.today >= feedback.day
    return False


def panel(desk: Desk, learner_id: int, attempt_id: UUID) -> str:
    """The HTML of one closed attempt's result."""
    record = desk.record(learner_id)
    attempt = record.find(attempt_id)
    own = learner_id == desk.viewer.user_id
    tells_next = own and record.open is None
    more = {
        "own": own,
        "passed": rules.is_passed(desk.assessment, record.ledger.past),
        "next": words.what_next(desk.assessment, record.ledger, desk.now, desk.zone) if tells_next else [],
    }
    return desk.render("result.html", {**context_of(desk, record, attempt), **more})


def context_of(desk: Desk, record: api.ExamRecord, attempt: api.AttemptView) -> dict[str, Any]:
    """What a result page shows: only what the author lets the learner know by now."""
    assessment = desk.assessment
    version = api.version_of_attempt(attempt, assessment)
    feedback = assessment.feedback.when
    told = items_may_be_told(desk, record)
    result = attempt.result
    row = words.result_row(version, result) if result else None
    if row and feedback is When.NEVER:
        row |= {"domains": [], "minimums": [], "why_not": [], "certainty": "", "hidden": True}
    disputes = api.appeals(desk.paper.usage, learner_id=attempt.learner_id)
    return {
        "attempt": attempt,
        "result": row,
        "provisional": version.provisional,
        "when": words.moment(attempt.closed_at, desk.zone) if attempt.closed_at else "",
        "how": words.closed_how(_how_closed(attempt)),
        "late": attempt.late,
        "item_language": desk.language_of(attempt),
        "items": told_items(desk, version, attempt, keys=assessment.feedback.keys) if told and result else [],
        "keys": told and assessment.feedback.keys,
        "numbers": list(range(1, len(attempt.form.items) + 1)) if attempt.form else [],
        "disputes": [_dispute(desk, one, attempt) for one in disputes if one.attempt_id == attempt.id],
        "print_url": desk.url("page", "print", f"attempt={attempt.id}"),
    }


def _how_closed(attempt: api.AttemptView) -> str:
    ends = attempt.clock.ends(attempt.closed_at) if attempt.clock and attempt.closed_at else None
    return "time" if words.ended_by_clock(attempt.closed_by, attempt.closed_at, ends) else attempt.closed_by


def told_items(
    desk: Desk, version: Assessment, attempt: api.AttemptView, *, keys: bool, language: str = ""
) -> list[dict[str, Any]]:
    """Each item with the answer and its reasons. Without ``keys`` only what was chosen is told, and neither key nor rationale."""
    language = language or desk.language_of(attempt)
    told = []
    pilot = attempt.form.pilot if attempt.form else frozenset()
    for number, item_id in enumerate(attempt.form.items if attempt.form else (), start=1):
        item = version.by_id[item_id]
        review = codec.review_of(item, (attempt.answers or {}).get(item_id), language)
        rows = review.rows if keys else tuple(row for row in review.rows if row.chosen)
        right = review.points == 1
        # Where the right options stand among the rows, or all is right, the key is told already.
        untold = not right and not any(row.right and not row.chosen for row in rows)
        told.append(
            {
                "number": number,
                "prompt": item.prompt,
                "stimulus": version.stimuli.get(item.stimulus),
                "rows": rows,
                "given": review.given,
                "key": review.key if keys else "",
                "untold": untold,
                "rationale": item.rationale if keys else None,
                "pilot": item_id in pilot,
                "points": words.points(review.points),
                "right": right,
                "wrong": review.points == 0,
                "none": not review.given,
            }
        )
    return told


def _dispute(desk: Desk, one: api.Appeal, attempt: api.AttemptView) -> dict[str, Any]:
    place = attempt.form.items.index(one.item) + 1 if attempt.form and one.item in attempt.form.items else 0
    outcomes = {"upheld": _("Upheld"), "rejected": _("Not upheld")}
    return {
        "number": place,
        "said": one.said,
        "at": words.moment(one.at, desk.zone),
        "outcome": outcomes.get(one.outcome, ""),
        "answer": one.answer,
        "answered_at": words.moment(one.answered_at, desk.zone) if one.answered_at else "",
    }


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The result of one of the learner's own attempts."""
    return {"html": panel(desk, desk.own_id(), identifier(data, "attempt"))}


def dispute(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """A learner says that something is wrong with a question of theirs: named by its id during the attempt, by its number afterwards."""
    learner, attempt_id = desk.own_id(), identifier(data, "attempt")
    attempt = desk.record(learner).find(attempt_id)
    item = text(data, "item", default="", limit=100) or _item_of(attempt, text(data, "number", limit=4))
    by = api.By(learner, identifier(data), desk.now, required_text(data, "reason"))
    api.appeal(desk.paper, learner_id=learner, attempt_id=attempt_id, item=item, by=by)
    answer: dict[str, Any] = {"ok": True, "message": _("Sent. Staff will answer; you see the answer with your result.")}
    if not attempt.is_open:
        answer["html"] = panel(desk, learner, attempt_id)
    return answer


def _item_of(attempt: api.AttemptView, number: str) -> str:
    place = int(number) if number.isdigit() else 0
    return attempt.form.items[place - 1] if attempt.form and 0 < place <= len(attempt.form.items) else ""


def printed(desk: Desk, data: Mapping[str, Any]) -> Response:
    """The printable result of one attempt: the learner's own, or, for staff, anybody's."""
    learner = desk.learner_in_view(user_id(data, "learner", default=None))
    record = desk.record(learner)
    attempt = record.find(identifier(data, "attempt"))
    person = edxapp.people([learner]).get(learner)
    context = {
        **context_of(desk, record, attempt),
        "title": plain(desk.title),
        "code": desk.assessment.code,
        "learner": person,
        "course": str(desk.course_key),
        "printed": words.moment(desk.now, desk.zone),
        "version": attempt.digest[:8],
    }
    return paper(desk, "print_result.html", context)


def paper(desk: Desk, name: str, context: dict[str, Any]) -> Response:
    """A page of its own, to print."""
    page = {
        "language": desk.block.language,
        "title": context["title"],
        "style_url": static("westmec/print.css"),
        "body": mark_safe(desk.render(name, context)),
    }
    html = desk.block.render_template("print.html", page)
    return Response(body=html.encode(), content_type="text/html", charset="utf-8", cache_control="no-store")
