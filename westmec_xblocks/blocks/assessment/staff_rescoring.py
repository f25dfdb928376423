"""Scoring closed attempts anew after a key was changed or an item turned out bad: first what would change for whom, then all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from textwrap import shorten
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.assessment import words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_attempts import names_of, place_of
from westmec_xblocks.blocks.payload import bad, identifier, required_text, text
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.records import api

PREFIX = "decided."
CREDIT, DROP, BY_KEY = "credit", "drop", "by_key"
MOST_DECIDED = 50
# Changes that stand on one page; the tallies count all of them.
PAGE = 50
FIRST_WORDS = 90


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What scoring anew would change, with the decisions that the request names; nothing is written.

    What was decided in an earlier rescoring holds until it is decided otherwise.
    """
    earlier = api.decided_items(desk.paper.usage)
    decided = {
        name.removeprefix(PREFIX): choice
        for name, choice in data.items()
        if name.startswith(PREFIX) and choice in (CREDIT, DROP, BY_KEY)
    }
    # The key rules anyway where nothing else was decided before.
    decided = {item: choice for item, choice in decided.items() if choice != BY_KEY or item in earlier}
    asked = text(data, "item", limit=100)
    _check_items(desk, [*decided, *([asked] if asked else [])])
    changes = api.rescoring_of(desk.paper, decided)
    last = api.last_rescored(desk.paper.usage)
    asked_for = {
        **{f"{PREFIX}{item}": choice for item, choice in decided.items()},
        **({"item": asked} if asked else {}),
    }
    context = {
        **_changed(changes, int(place_of(data).get("page", "1")), asked_for),
        "items": list(_items(desk, changes, {**earlier, **decided}, asked)),
        "decided": [{"item": item, "choice": choice} for item, choice in decided.items()],
        "last": words.moment(last, desk.zone) if last else "",
        "version": desk.assessment.digest[:8],
    }
    return {"html": desk.render("staff_rescoring.html", context)}


def _check_items(desk: Desk, wanted: Sequence[str]) -> None:
    if len(wanted) > MOST_DECIDED:
        raise bad("decided", "at most {most} questions", most=MOST_DECIDED)
    for item in wanted:
        if item not in desk.assessment.by_id:
            raise NotFound(Refusal("unknown_item", "The bank holds no question “{item}”.", {"item": item[:100]}))


def _items(
    desk: Desk, changes: Iterable[api.Change], decided: Mapping[str, str], asked: str
) -> Iterable[dict[str, Any]]:
    """The questions to decide about: those whose points change, those disputed, those that somebody named."""
    touched = Counter(item for change in changes for item in _touched(change))
    appeals = Counter(one.item for one in api.appeals(desk.paper.usage))
    named = [item for item in (*decided, asked) if item]
    for item_id in sorted({*touched, *appeals, *named}, key=lambda item: (-touched[item], item)):
        item = desk.assessment.by_id.get(item_id)
        prompt = plain(item.prompt) if item is not None else ""
        yield {
            "id": item_id,
            "prompt": shorten(prompt, FIRST_WORDS, placeholder=" …"),
            "gone": item is None,
            "touched": touched[item_id],
            "appeals": appeals[item_id],
            "choice": decided.get(item_id, BY_KEY),
        }


def _touched(change: api.Change) -> Iterable[str]:
    """The items whose points the change alters."""
    before, after = change.before.items, change.after.items
    return (item for item in {*before, *after} if before.get(item) != after.get(item))


def _changed(changes: Sequence[api.Change], page: int, query: Mapping[str, str]) -> dict[str, Any]:
    """A page of the changes, and what they come to; ``query`` asks for the same changes again."""
    pages = max(1, -(-len(changes) // PAGE))
    page = min(page, pages)
    shown = changes[(page - 1) * PAGE : page * PAGE]
    names = names_of(change.learner_id for change in shown)
    return {
        "changes": [_row(change, names) for change in shown],
        "count": len(changes),
        "page": page,
        "pages": pages,
        "earlier": urlencode({**query, "page": page - 1}),
        "later": urlencode({**query, "page": page + 1}),
        "learners": len({change.learner_id for change in changes}),
        "now_passed": sum(change.after.passed and not change.before.passed for change in changes),
        "not_passed": sum(change.before.passed and not change.after.passed for change in changes),
    }


def _row(change: api.Change, names: Mapping[int, str]) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "attempt": change.attempt_id,
        "name": names[change.learner_id],
        "number": change.number,
        "points": f"{words.points(before.earned)} / {before.possible}",
        "points_after": f"{words.points(after.earned)} / {after.possible}",
        "state": words.headline(before),
        "state_after": words.headline(after),
        "turned": before.passed != after.passed,
        "passed": after.passed,
        "grade": words.percent(change.grade_before),
        "grade_after": words.percent(change.grade_after),
        "regraded": change.grade_before != change.grade_after,
    }


def rescore(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Score anew what was shown, all of it or nothing, and show what was done."""
    decided = {item: choice for choice in (BY_KEY, CREDIT, DROP) for item in _ids(data, choice)}
    _check_items(desk, list(decided))
    expected = text(data, "expected", limit=9)
    if not expected.isdecimal() or not int(expected):
        raise bad("expected", "a number above 0")
    by = api.By(desk.actor(), identifier(data), desk.now, required_text(data, "reason"))
    changes = api.rescore(desk.paper, by=by, expected=int(expected), decided=decided)
    if not changes:
        told = _("This was done before; nothing was changed again.")
    else:
        told = ngettext("Done: {n} result changed.", "Done: {n} results changed.", len(changes)).format(n=len(changes))
    context = {**_changed(changes, 1, {}), "reason": by.reason, "more": max(0, len(changes) - PAGE)}
    return announce(told, html=desk.render("staff_rescored.html", context))


def _ids(data: Mapping[str, Any], field: str) -> list[str]:
    given = data.get(field) or []
    if not isinstance(given, list) or not all(isinstance(one, str) and len(one) <= 100 for one in given):
        raise bad(field, "a list of questions")
    return given
