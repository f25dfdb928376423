"""Accommodations for many learners by a CSV file: a template, and an upload that is recorded whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from webob import Response

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.assessment import staff_accommodations, staff_words
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_accommodations import COURSE, EXAM, FIELDS
from westmec_xblocks.blocks.assessment.staff_attempts import as_csv
from westmec_xblocks.blocks.assessment.staff_grants import UnreadableGrant, read_grant
from westmec_xblocks.blocks.payload import bad, identifier
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.records import api

HEADER = ("username", "for", *FIELDS)
MAX_BYTES = 512 * 1024
MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number as a spreadsheet counts, what stands in it, the grant, and everything that is wrong."""

    number: int
    username: str
    name: str = ""
    grant: api.Granting | None = None
    wrong: tuple[Refusal, ...] = ()


def template(desk: Desk, data: Mapping[str, Any]) -> Response:
    """The file to fill in: its headings alone, so that nobody uploads an example."""
    return as_csv([HEADER], "accommodations.csv")


def upload(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record every line of the file, or none where one of them has a mistake; either way a report of each line."""
    client_id = identifier(data)
    lines = read_lines(desk, _cells(_content(data)))
    wrong = sum(bool(line.wrong) for line in lines)
    if wrong:
        told = ngettext(
            "Nothing was recorded: {n} line has a mistake.", "Nothing was recorded: {n} lines have mistakes.", wrong
        ).format(n=wrong)
        report = {"told": told, "recorded": False, "rows": [_report(line) for line in lines]}
        return {"ok": False, "message": told, "html": staff_accommodations.panel(desk, report=report)}
    grants = [line.grant for line in lines if line.grant is not None]
    added = api.grant_accommodations(
        desk.course_key, grants=grants, actor_id=desk.actor(), client_id=client_id, now=desk.now
    )
    told = ngettext("Granted to {n} learner.", "Granted to {n} learners.", len(lines)).format(n=len(lines))
    if not added:
        told = _("This file was recorded before; nothing was recorded again.")
    report = {"told": told, "recorded": True, "rows": [_report(line) for line in lines]}
    return announce(told, html=staff_accommodations.panel(desk, report=report))


def _report(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "username": line.username,
        "name": line.name,
        "granted": staff_words.granted_by(line.grant) if line.grant else [],
        "course": line.grant is not None and not line.grant.code,
        "wrong": [sentence(one) for one in line.wrong],
    }


def _content(data: Mapping[str, Any]) -> str:
    given = data.get("file")
    if given is None or not hasattr(given, "file"):
        raise bad("file", "a file")
    content = given.file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        values = {"limit": str(MAX_BYTES // 1024)}
        raise WestmecError(Refusal("file_too_large", "The file is larger than {limit} KB.", values))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence_ = "This is not a CSV file in UTF-8. In your spreadsheet save it as “CSV UTF-8”."
        raise WestmecError(Refusal("file_not_utf8", sentence_)) from None


def _cells(content: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that says something, with its number; cells by the name of their column."""
    if "\x00" in content:
        raise WestmecError(Refusal("file_unreadable", "This file cannot be read as CSV."))
    first = content.splitlines()[0] if content.strip() else ""
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=mark)
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
        _check_head(head)
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                yield number, _named(head, cells)
    except csv.Error:
        raise WestmecError(Refusal("file_unreadable", "This file cannot be read as CSV.")) from None


def _check_head(head: Sequence[str]) -> None:
    strange = [cell for cell in head if cell and cell not in HEADER]
    if "username" not in head or strange or len({*head}) < len(head):
        sentence_ = "The first line must hold the template's headings: {headings}."
        raise WestmecError(Refusal("file_headings", sentence_, {"headings": ", ".join(HEADER)}))


def _named(head: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    named = dict(zip(head, (cell.strip() for cell in cells), strict=False))
    return {**named, "beyond": "".join(cells[len(head) :]).strip()}


def read_lines(desk: Desk, cells: Iterator[tuple[int, Mapping[str, str]]]) -> list[Line]:
    """The file's lines, read against who is enrolled. A constant number of queries."""
    reader = _Reader(edxapp.learners(desk.course_key), desk.assessment.code, staff_accommodations.languages(desk))
    lines: list[Line] = []
    for number, row in cells:
        if len(lines) >= MAX_ROWS:
            values = {"limit": str(MAX_ROWS)}
            raise WestmecError(Refusal("file_too_long", "The file has more than {limit} lines.", values))
        lines.append(reader.read(number, row))
    if not lines:
        raise WestmecError(Refusal("file_empty", "The file has no line besides the headings."))
    return lines


class _Reader:
    """Reads line after line, and knows who was named before."""

    def __init__(self, people: Sequence[edxapp.Person], code: str, languages: Sequence[str]) -> None:
        self.people = {person.username.casefold(): person for person in people}
        self.people |= {person.username: person for person in people}
        self.code, self.languages = code, languages
        self.named: dict[tuple[int, str], int] = {}

    def read(self, number: int, row: Mapping[str, str]) -> Line:
        """The line, with everything that is wrong with it."""
        username = row.get("username", "").removeprefix("'")
        person = self.people.get(username) or self.people.get(username.casefold())
        scope = row.get("for", "").lower() or EXAM
        code = self.code if scope == EXAM else ""
        wrong = list(self._problems(number, row, person, scope))
        grant = None
        try:
            grant = read_grant(person.id if person else 0, code, row, self.languages)
        except UnreadableGrant as error:
            wrong.extend(error.refusals)
        return Line(number, username, person.name if person else "", None if wrong else grant, tuple(wrong))

    def _problems(
        self, number: int, row: Mapping[str, str], person: edxapp.Person | None, scope: str
    ) -> Iterator[Refusal]:
        if person is None:
            yield Refusal("line_unknown", "Nobody with this user name is enrolled in the course.")
        elif (earlier := self.named.setdefault((person.id, scope), number)) != number:
            yield Refusal("line_twice", "The same learner stands in line {line} already.", {"line": str(earlier)})
        if scope not in (EXAM, COURSE):
            yield Refusal("line_scope", "“for” takes exam or course.")
        if row.get("beyond"):
            yield Refusal("line_too_long", "The line has more cells than there are headings.")
