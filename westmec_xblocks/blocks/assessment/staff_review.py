"""One attempt: what the learner sees of it, item by item, under which conditions, its log; and what staff do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.assessment import results, staff_words, words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_attempts import mark, names_of, place_of, state, waiting_count
from westmec_xblocks.blocks.assessment.staff_timing import time_in_view
from westmec_xblocks.blocks.payload import bad, identifier, required_text, text, user_id
from westmec_xblocks.blocks.wording import date_in_words
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import api

LOG_PAGE = 100


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The panel of one attempt."""
    return {"html": panel(desk, identifier(data, "attempt"), place_of(data)), "waiting": waiting_count(desk)}


def find(desk: Desk, attempt_id: UUID) -> tuple[api.AttemptView, Assessment, list[api.LogEntry]]:
    """The attempt, its version and its log; closed first where its time is up."""
    found = api.attempt_with_log(desk.paper.usage, attempt_id)
    attempt = found[0]
    if attempt.is_open and attempt.clock is not None and not attempt.clock.takes(desk.now):
        api.close_overdue(desk.now, usage=desk.paper.usage, learner_id=attempt.learner_id)
        found = api.attempt_with_log(desk.paper.usage, attempt_id)
    return found


def panel(desk: Desk, attempt_id: UUID, place: Mapping[str, str] | None = None) -> str:
    """The HTML of one attempt; ``place`` is where in the list somebody came from."""
    attempt, version, log = find(desk, attempt_id)
    result = attempt.result
    context = {
        "attempt": attempt,
        "name": names_of([attempt.learner_id])[attempt.learner_id],
        "state": state(attempt, desk.now),
        "mark": mark(attempt),
        "facts": list(_facts(desk, attempt, log)),
        "granted": granted(attempt, log),
        "result": words.result_row(version, result) if result else None,
        "items": list(_items(desk, attempt, version, log)),
        "late": list(_late(desk, attempt, version, log)) if attempt.late and not attempt.is_void else [],
        "reasons": [row for row in log_rows(desk, attempt, version, log) if row["note"]],
        "back": urlencode(place or {}),
        "log_length": len(log),
        "print_url": desk.url("page", "print", urlencode({"attempt": attempt.id, "learner": attempt.learner_id})),
        "may_rescore": desk.viewer.instructor,
    }
    return desk.render("staff_review.html", context)


def _facts(desk: Desk, attempt: api.AttemptView, log: Sequence[api.LogEntry]) -> Iterable[tuple[str, str]]:
    yield _("Begun"), words.moment(attempt.started_at, desk.zone)
    if attempt.closed_at:
        took = words.length(attempt.closed_at - attempt.started_at)
        yield (
            _("Ended"),
            f"{words.moment(attempt.closed_at, desk.zone)} · {words.closed_how(attempt.closed_by)} · {took}",
        )
    elif attempt.ends_at:
        yield _("Ends at the latest"), words.moment(attempt.ends_at, desk.zone)
    form = attempt.form
    if form is not None:
        if form.fixed:
            yield _("Exam form"), _("The author's form {form}").format(form=form.fixed)
        else:
            yield _("Exam form"), _("Drawn from the bank, seed {seed}").format(seed=form.seed)
        numbers = [str(form.items.index(item) + 1) for item in form.seen_again if item in form.items]
        yield _("Seen before"), ", ".join(numbers) or _("none of its questions")
    if attempt.language:
        yield _("Language"), staff_words.language(attempt.language)
    if attempt.result is not None and attempt.result.error is not None:
        spread = _("± {points} points (standard error)").format(points=f"{attempt.result.error:.1f}")
        yield _("How sure the points are"), spread
    today = desk.assessment.digest == attempt.digest
    version = attempt.digest[:8]
    yield _("Version"), version if today else _("{version}, not today's").format(version=version)


def granted(attempt: api.AttemptView, log: Iterable[api.LogEntry]) -> list[str]:
    """Under which accommodation the attempt ran: what was granted when it began. For staff's eyes only."""
    begun = next((entry.detail for entry in log if entry.kind == "attempt_started" and entry.detail), None)
    if begun is None:
        return []
    given = begun.get("granted", {})
    return staff_words.granted(
        time_factor=Fraction(given.get("time_factor", "1")),
        breaks=timedelta(seconds=given.get("breaks", 0)),
        window=timedelta(seconds=given.get("window", 0)),
    )


def _items(
    desk: Desk, attempt: api.AttemptView, version: Assessment, log: Sequence[api.LogEntry]
) -> Iterable[dict[str, Any]]:
    """Each item with the answer, the key and the points as they count now."""
    form, result = attempt.form, attempt.result
    if form is None:
        return
    language = get_language() or "en"
    told = results.told_items(desk, version, attempt, keys=True, language=language)
    times = time_in_view(log, attempt.closed_at)
    for item_id, row in zip(form.items, told, strict=True):
        item, today = version.by_id[item_id], desk.assessment.by_id.get(item_id)
        counted = result.items.get(item_id) if result else None
        key_today = codec.review_of(today, None, language).key if today is not None else ""
        yield {
            **row,
            "id": item_id,
            "level": staff_words.level(item.level),
            "domain": words.domain_names(version, (item.domain,)) or item.domain,
            "again": item_id in form.seen_again,
            "flagged": item_id in attempt.flags,
            "points": words.points(counted) if counted is not None else row["points"],
            "right": counted == 1 if counted is not None else row["right"],
            "dropped": result is not None and counted is None and not row["pilot"],
            "anew": counted is not None and words.points(counted) != row["points"],
            "key_today": key_today if key_today != row["key"] else "",
            "gone": today is None,
            "time": staff_words.seconds(times[item_id]) if item_id in times else "",
        }


def _late(
    desk: Desk, attempt: api.AttemptView, version: Assessment, log: Iterable[api.LogEntry]
) -> Iterable[dict[str, Any]]:
    """The answers that came after the end, beside those that count now."""
    language = get_language() or "en"
    for entry in log:
        if not entry.late or entry.kind not in ("answered", "cleared") or attempt.form is None:
            continue
        item = version.by_id[entry.item]
        now = (attempt.answers or {}).get(entry.item)
        after = entry.at - attempt.closed_at if attempt.closed_at else timedelta()
        yield {
            "number": attempt.form.items.index(entry.item) + 1,
            "prompt": item.prompt,
            "given": codec.review_of(item, entry.response, language).given or _("no answer"),
            "now": codec.review_of(item, now, language).given or _("no answer"),
            "at": words.moment(entry.at, desk.zone),
            "after": staff_words.seconds(after),
        }


def seen(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The result as the learner sees it."""
    attempt, _version, _log = find(desk, identifier(data, "attempt"))
    if attempt.result is None:
        raise NotFound(Refusal("no_result", "This attempt has no result yet."))
    record = desk.record(attempt.learner_id)
    context = {
        **results.context_of(desk, record, record.find(attempt.id)),
        "name": names_of([attempt.learner_id])[attempt.learner_id],
        "item_language": desk.language_of(attempt),
    }
    return {"html": desk.render("staff_seen.html", context)}


def log(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that happened in an attempt, a hundred lines a page, oldest first."""
    attempt, version, entries = find(desk, identifier(data, "attempt"))
    pages = max(1, -(-len(entries) // LOG_PAGE))
    page = min(int(place_of(data).get("page", "1")), pages)
    shown = entries[(page - 1) * LOG_PAGE : page * LOG_PAGE]
    context = {
        "attempt": attempt,
        "name": names_of([attempt.learner_id])[attempt.learner_id],
        "rows": log_rows(desk, attempt, version, shown),
        "page": page,
        "pages": pages,
        "earlier": urlencode({"attempt": attempt.id, "page": page - 1}),
        "later": urlencode({"attempt": attempt.id, "page": page + 1}),
    }
    return {"html": desk.render("staff_log.html", context)}


def log_rows(
    desk: Desk, attempt: api.AttemptView, version: Assessment, entries: Sequence[api.LogEntry]
) -> list[dict[str, Any]]:
    """Lines of the log in words."""
    language = get_language() or "en"
    actors = names_of({entry.actor_id for entry in entries if entry.actor_id})
    places = {item: place for place, item in enumerate(attempt.form.items if attempt.form else (), start=1)}
    rows = []
    for entry in entries:
        item = entry.item or (entry.detail or {}).get("item", "")
        answer = ""
        if entry.kind == "answered" and item in version.by_id:
            answer = codec.review_of(version.by_id[item], entry.response, language).given
        rows.append(
            {
                "date": date_in_words(entry.at.astimezone(desk.zone)),
                "at": staff_words.clock(entry.at, desk.zone),
                "when": words.moment(entry.at, desk.zone),
                "what": staff_words.happened(entry),
                "number": places.get(item, ""),
                "answer": answer,
                "late": entry.late,
                "by": actors.get(entry.actor_id or 0, "") if entry.actor_id != attempt.learner_id else "",
                "note": entry.note,
            }
        )
    return rows


# What staff do.


def _by(desk: Desk, data: Mapping[str, Any]) -> api.By:
    return api.By(desk.actor(), identifier(data), desk.now, required_text(data, "reason"))


def void(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Take an attempt back; it stays on record and counts for nothing."""
    attempt_id = identifier(data, "attempt")
    api.void_attempt(desk.paper, learner_id=user_id(data, "learner"), attempt_id=attempt_id, by=_by(desk, data))
    return _after(desk, attempt_id, _("Void. The attempt stays on record and counts for nothing."))


def close(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """End an attempt that is under way, with what was saved so far."""
    attempt_id = identifier(data, "attempt")
    row = api.close_attempt(
        desk.paper.usage,
        attempt_id=attempt_id,
        learner_id=user_id(data, "learner"),
        actor_id=desk.actor(),
        client_id=identifier(data),
        now=desk.now,
        how=api.HOW_STAFF,
        reason=required_text(data, "reason"),
    )
    told = _("Ended, with what was saved so far.") if row.closed_by == api.HOW_STAFF else _("It had ended before.")
    return _after(desk, attempt_id, told)


def judge_late(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Let answers that came after the end count, or not."""
    choice = text(data, "decision", limit=10)
    if choice not in ("take", "leave"):
        raise bad("decision", "one of {choices}", choices="take, leave")
    attempt_id, take = identifier(data, "attempt"), choice == "take"
    api.judge_late(
        desk.paper, learner_id=user_id(data, "learner"), attempt_id=attempt_id, take=take, by=_by(desk, data)
    )
    told = (
        _("The late answers count; the attempt is scored with them.") if take else _("The late answers do not count.")
    )
    return _after(desk, attempt_id, told)


def _after(desk: Desk, attempt_id: UUID, told: str) -> dict[str, Any]:
    return announce(told, html=panel(desk, attempt_id), waiting=waiting_count(desk))
