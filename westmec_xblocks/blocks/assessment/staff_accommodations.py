"""Accommodations: what holds for whom. Confidential: only staff see them, and no address or file holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from westmec_xblocks.blocks.assessment import staff_words, words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_attempts import names_of, place_of
from westmec_xblocks.records import api

PAGE = 100
EXAM, COURSE = "exam", "course"
FIELDS = ("time", "breaks", "extra_attempts", "days", "language", "reason")


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is granted to whom, the form, and the way by a file."""
    return {"html": panel(desk, page=int(place_of(data).get("page", "1")))}


def panel(desk: Desk, *, page: int = 1, report: Mapping[str, Any] | None = None) -> str:
    """The HTML of the panel; ``report`` says what became of an uploaded file."""
    holds = rows(desk)
    pages = max(1, -(-len(holds) // PAGE))
    page = min(page, pages)
    context = {
        "rows": holds[(page - 1) * PAGE : page * PAGE],
        "count": len(holds),
        "page": page,
        "pages": pages,
        "report": report,
        "template_url": desk.url("page", "template"),
        **form_context(desk),
    }
    return desk.render("staff_accommodations.html", context)


def form_context(desk: Desk) -> dict[str, Any]:
    """What the form needs: the languages in which the questions can be had."""
    codes = languages(desk)
    return {"languages": [{"code": code, "name": staff_words.language(code)} for code in codes]}


def languages(desk: Desk) -> list[str]:
    """The languages in which every question can be had; none where there is only the course's own."""
    items = desk.assessment.used_items
    others = set.intersection(*({*item.prompt.others} for item in items)) if items else set()
    return ["en", *sorted(others)] if others else []


def rows(desk: Desk, learner_id: int | None = None) -> list[dict[str, Any]]:
    """What holds here, newest first, of one learner or of all. Two queries."""
    found = api.accommodations(desk.course_key, code=desk.assessment.code)
    mine = [one for one in found if learner_id is None or one.granting.learner_id == learner_id]
    names = names_of({one.granting.learner_id for one in mine} | {one.granted_by for one in mine})
    own = {one.granting.learner_id for one in mine if one.granting.code}
    return [
        {
            "learner": one.granting.learner_id,
            "name": names[one.granting.learner_id],
            "scope": EXAM if one.granting.code else COURSE,
            # What is granted for one assessment replaces there what is granted for all.
            "replaced": not one.granting.code and one.granting.learner_id in own,
            "granted": staff_words.granted_by(one.granting),
            "reason": one.granting.reason,
            "by": names[one.granted_by],
            "at": words.moment(one.granted_at, desk.zone),
        }
        for one in mine
    ]
