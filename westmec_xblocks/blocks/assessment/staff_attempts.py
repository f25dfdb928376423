"""Every attempt at the assessment: fifty a page with filters and a search by name, and all of them as a file."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from webob import Response

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.assessment import words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.payload import text
from westmec_xblocks.domain.assessment.scoring import Result
from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.records import api

# As many ids as every database takes in one statement with room to spare.
MOST_FOUND = 5000


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """A page of attempts, newest first."""
    place = place_of(data)
    which, find = place.get("which", "all"), place.get("find", "")
    page = int(place.get("page", "1"))
    found = api.attempts_of(desk.paper.usage, page=page, which=which, learners=_ids_of(desk, find))
    names = names_of(one.learner_id for one in found.attempts)
    # The row links back to the page of the list on which it stands.
    back = {**place, "page": str(found.page)} if found.page > 1 else place
    context = {
        "rows": [_row(desk, one, names, back) for one in found.attempts],
        "filters": list(_filters(found.counts, which, find)),
        "which": which,
        "find": find,
        "page": found.page,
        "pages": found.pages,
        "earlier": urlencode({**place, "page": found.page - 1}),
        "later": urlencode({**place, "page": found.page + 1}),
        "csv_url": desk.url("page", "export"),
    }
    return {"html": desk.render("staff_attempts.html", context), "waiting": waiting_count(desk)}


def waiting_count(desk: Desk) -> int:
    """How many attempts with late answers, and how many appeals, wait for staff."""
    usage = desk.paper.usage
    return api.attempts_of(usage, which="late").counts["late"] + api.exam_waiting(usage)["appeals"]


def place_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Where in the list somebody is: the filter, the name looked for, the page; what says nothing is left out."""
    which = text(data, "which", limit=20)
    find = text(data, "find", limit=100)
    page = text(data, "page", limit=6)
    return {
        **({"which": which} if which in dict(_names()) and which != "all" else {}),
        **({"find": find} if find else {}),
        **({"page": page} if page.isdecimal() and int(page) > 1 else {}),
    }


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """A name for each of these accounts; of one that is gone, its number."""
    wanted = set(ids)
    people = edxapp.people(wanted)
    return {one: people[one].name if one in people else str(one) for one in wanted}


def fold(written: str) -> str:
    """Text without case and accents, as a search compares it."""
    apart = unicodedata.normalize("NFD", written.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def _ids_of(desk: Desk, find: str) -> list[int] | None:
    """Who is meant by what was typed: all its words stand in the name or user name; None where nothing was typed."""
    if not find:
        return None
    parts = fold(find).split()
    people = edxapp.learners(desk.course_key)
    found = {one.id for one in people if all(part in f"{fold(one.name)} {fold(one.username)}" for part in parts)}
    # Somebody who has left the course is found by the whole user name.
    left = edxapp.find_person(find)
    found |= {left.id} if left else set()
    if len(found) > MOST_FOUND:
        raise WestmecError(Refusal("too_many_found", "Too many people have such a name: write more of it."))
    return sorted(found)


def _names() -> tuple[tuple[str, str], ...]:
    return (
        ("all", _("All")),
        ("open", _("Under way")),
        ("passed", _("Passed")),
        ("not_passed", _("Not passed yet")),
        ("late", _("Late answers")),
        ("void", _("Void")),
    )


def _filters(counts: Mapping[str, int], which: str, find: str) -> Iterable[dict[str, Any]]:
    for name, shown in _names():
        query = {**({"which": name} if name != "all" else {}), **({"find": find} if find else {})}
        yield {"name": shown, "count": counts[name], "on": name == which, "query": urlencode(query)}


def _row(desk: Desk, one: api.AttemptView, names: Mapping[int, str], place: Mapping[str, str]) -> dict[str, Any]:
    result = None if one.is_void else one.result
    return {
        "name": names[one.learner_id],
        "query": urlencode({"attempt": one.id, **place}),
        "number": one.number,
        "begun": words.moment(one.started_at, desk.zone),
        "state": state(one, desk.now),
        "mark": mark(one),
        "points": f"{words.points(result.earned)} / {result.possible}" if result else "",
        "share": words.percent(result.share) if result else "",
        "how": words.closed_how(one.closed_by),
        "late": one.late if not one.is_void else 0,
    }


def state(one: api.AttemptView, now: datetime) -> str:
    """How far an attempt is, in words."""
    if one.is_void:
        return _("Void")
    if one.is_open:
        return _("Time is up") if one.ends_at is not None and now >= one.ends_at else _("Under way")
    return words.headline(one.result) if one.result else ""


def mark(one: api.AttemptView) -> str:
    """The mark that goes with the state."""
    if one.is_void or one.is_open:
        return "out" if one.is_void else "wait"
    return "done" if one.result and one.result.passed else "open"


# The file. Its headings stay English: programs read them.

HEADER = (
    "assessment", "learner", "username", "attempt", "begun", "ended", "how_ended", "minutes", "points", "possible", "share",
    "passed", "late_answers", "version",
)  # fmt: skip


def export(desk: Desk, data: Mapping[str, Any]) -> Response:
    """Every attempt that was not voided as CSV, a row an attempt, with the points of each domain. What was granted to whom is not in it."""
    rows = api.every_result(desk.paper.usage)
    people = edxapp.people({one.learner_id for one in rows})
    domains = _domains(desk, rows)
    heads = [head for domain in domains for head in (f"{domain}_points", f"{domain}_possible")]
    lines = [[*HEADER, *heads], *(_csv_row(desk, one, people, domains) for one in rows)]
    return as_csv(lines, f"{desk.assessment.code or 'assessment'}-{desk.today.isoformat()}.csv")


def as_csv(lines: Iterable[Sequence[str]], name: str) -> Response:
    """A CSV file to download. Cells that a spreadsheet would take for a formula are quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([_safe(cell) for cell in line])
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    return Response(
        body=("\ufeff" + out.getvalue()).encode(),
        content_type="text/csv",
        charset="utf-8",
        cache_control="no-store",
        content_disposition=f'attachment; filename="{plain}"',
    )


def _safe(cell: str) -> str:
    """The cell, with an apostrophe before anything that a spreadsheet would run as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _domains(desk: Desk, rows: Iterable[api.AttemptView]) -> list[str]:
    """Today's domains in their order, then those of earlier versions."""
    today = [domain.id for domain in desk.assessment.domains]
    earlier = {one.domain for row in rows if row.result for one in row.result.domains}
    return [*today, *sorted(earlier.difference(today))]


def _csv_row(
    desk: Desk, one: api.AttemptView, people: Mapping[int, edxapp.Person], domains: Sequence[str]
) -> list[str]:
    person = people.get(one.learner_id)
    ended = one.closed_at
    return [
        desk.assessment.code,
        person.name if person else str(one.learner_id),
        person.username if person else "",
        str(one.number),
        _moment(desk, one.started_at),
        _moment(desk, ended) if ended else "",
        one.closed_by,
        f"{(ended - one.started_at).total_seconds() / 60:.1f}" if ended else "",
        *_csv_result(one.result),
        str(one.late),
        one.digest[:12],
        *_csv_domains(one.result, domains),
    ]


def _moment(desk: Desk, when: datetime) -> str:
    return when.astimezone(desk.zone).isoformat(timespec="seconds")


def _csv_result(result: Result | None) -> list[str]:
    if result is None:
        return ["", "", "", ""]
    return [_number(result.earned), str(result.possible), _number(result.share), "yes" if result.passed else "no"]


def _number(value: Fraction) -> str:
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


def _csv_domains(result: Result | None, domains: Sequence[str]) -> Iterable[str]:
    found = {one.domain: one for one in result.domains} if result else {}
    for domain in domains:
        one = found.get(domain)
        yield _number(one.earned) if one else ""
        yield str(one.possible) if one else ""
