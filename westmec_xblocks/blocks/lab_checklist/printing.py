"""Pages to print and a file to download: a learner's record, the blank list, who is cleared today, all ratings as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from webob import Response

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.lab_checklist import history, learner, rows, words
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.payload import user_id
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.blocks.wording import date_in_words
from westmec_xblocks.domain.checklist.facts import Rating
from westmec_xblocks.domain.checklist.judging import State
from westmec_xblocks.records import api


def record(desk: Desk, data: Mapping[str, Any]) -> Response:
    """The printable record of one learner: every line, what is not assessed, the whole history."""
    learner_id = desk.learner_in_view(user_id(data, "learner", default=None))
    found = api.standing_of(desk.sheet, learner_id)
    standing = found.standing
    extra = {
        line.skill: {"level": words.rating(desk.checklist.scale, line.level) if line.level else ""}
        for line in standing.lines
    }
    out = {line.skill for line in standing.lines if line.state is State.NOT_ASSESSED}
    assessed = [line.skill for line in standing.lines if line.skill not in out]
    by_id = {line.skill: line for line in standing.lines}
    context = {
        **_head(desk),
        **learner.standing_context(desk, standing),
        **history.as_context(desk, found, acting=False),
        "learner": edxapp.people([learner_id]).get(learner_id),
        "course": str(desk.course_key),
        "since": words.day(standing.since) if standing.since else "",
        "valid_until": _("Valid until {date}.").format(date=words.day(standing.valid_until))
        if standing.valid_until
        else "",
        "sections": rows.sections(desk.checklist, standing, desk.today, only=assessed, extra=extra),
        "left_out": [
            rows.line_row(desk.checklist, skill, by_id[skill.id], desk.today)
            for skill in desk.checklist.skills
            if skill.id in out
        ],
    }
    return _paper(desk, "record.html", context)


def blank(desk: Desk, data: Mapping[str, Any]) -> Response:
    """The empty list for a lab without a network."""
    checklist = desk.checklist
    extra = {
        skill.id: {"paper": [choice.name for choice in rows.choices(checklist, skill) if choice.value]}
        for skill in checklist.skills
    }
    levels = [
        {"name": words.rating(checklist.scale, level.value), "help": plain(level.description)}
        for level in checklist.scale.levels
        if level.observed
    ]
    context = {
        **_head(desk),
        "version": checklist.digest[:8],
        "instructions": checklist.instructions,
        "levels": levels,
        "sections": rows.sections(checklist, None, desk.today, extra=extra),
    }
    return _paper(desk, "blank.html", context)


def cleared(desk: Desk, data: Mapping[str, Any]) -> Response:
    """Who is cleared for which line today: signed off and not expired, with everything that the list requires elsewhere still held."""
    people = edxapp.learners(desk.course_key)
    ids = [person.id for person in people]
    statuses = api.overview(desk.sheet, ids)
    codes = desk.checklist.codes_elsewhere
    held = api.held_codes(desk.course_key, ids, codes, desk.today) if codes else {}
    open_list = {person for person in ids if not set(desk.checklist.requires) <= set(held.get(person, ()))}
    lines = []
    for skill in desk.checklist.skills:
        needed = set(desk.checklist.requires_elsewhere(skill))
        names = [
            person.name
            for person in people
            if person.id not in open_list
            and statuses[person.id].line(skill.id).holds(desk.today)
            and needed <= set(held.get(person.id, ()))
        ]
        lines.append({"line": rows.line_row(desk.checklist, skill, None, desk.today), "names": ", ".join(names)})
    whole = [
        person.name for person in people if person.id not in open_list and statuses[person.id].is_passed(desk.today)
    ]
    return _paper(desk, "cleared.html", {**_head(desk), "rows": lines, "whole": ", ".join(whole)})


def _head(desk: Desk) -> dict[str, Any]:
    return {
        "title": plain(desk.title),
        "code": desk.checklist.code,
        "printed": date_in_words(desk.now.astimezone(desk.zone), "DATETIME_FORMAT"),
    }


def _paper(desk: Desk, name: str, context: dict[str, Any]) -> Response:
    body = mark_safe(desk.render(name, context))
    page = {
        "language": desk.block.language,
        "title": context["title"],
        "style_url": static("westmec/print.css"),
        "body": body,
    }
    html = desk.block.render_template("print.html", page)
    return Response(body=html.encode(), content_type="text/html", charset="utf-8", cache_control="no-store")


HEADER = (
    "list", "learner", "username", "date", "act", "stands", "counts", "line", "flag", "rating", "readings", "unit", "reason", "note",
    "evaluator", "conditions", "version", "recorded_at",
)  # fmt: skip


def export(desk: Desk, data: Mapping[str, Any]) -> Response:
    """Every rating of the list as CSV, a row a rating; cells that a spreadsheet would take for a formula are quoted.

    While a second evaluator still has to rate on their own, the first one's rating is left empty.
    """
    exported = api.export_ratings(desk.sheet)
    people = edxapp.people({one for row in exported for one in (row.learner_id, row.actor_id) if one})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for row in exported:
        writer.writerow([_safe(cell) for cell in _csv_row(desk, row, people)])
    name = f"{desk.checklist.code or 'checklist'}-{desk.today.isoformat()}.csv".replace('"', "")
    return Response(
        body=("\ufeff" + out.getvalue()).encode(),
        content_type="text/csv",
        charset="utf-8",
        cache_control="no-store",
        content_disposition=f'attachment; filename="{name}"',
    )


def _csv_row(desk: Desk, row: Any, people: Mapping[int, edxapp.Person]) -> list[str]:
    skill = desk.checklist.find(row.skill)
    rating = Rating("") if row.conceal else row.rating
    person, evaluator = people.get(row.learner_id), people.get(row.actor_id)
    return [
        desk.checklist.code,
        person.name if person else str(row.learner_id),
        person.username if person else "",
        row.observed_on.isoformat(),
        row.kind,
        "yes" if row.stands else "no",
        row.outcome,
        row.skill,
        skill.flag.value if skill else "",
        rating.value,
        " ".join(str(reading) for reading in rating.readings),
        skill.measure.unit if skill and skill.measure else "",
        rating.reason,
        rating.note,
        evaluator.name if evaluator else "",
        row.variant,
        row.digest[:12],
        row.recorded_at.astimezone(desk.zone).isoformat(timespec="seconds"),
    ]


def _safe(cell: str) -> str:
    """The cell, with an apostrophe before anything that a spreadsheet would run as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
