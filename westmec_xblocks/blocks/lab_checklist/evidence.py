"""A learner's evidence: photos, documents, links, measured values. Private; stored and confirmed before it is listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.template.defaultfilters import filesizeformat, floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from webob import Response

from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.lab_checklist import learner
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.payload import bad, identifier, required_text, text
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.records import api


@dataclass(frozen=True, slots=True)
class FileRow:
    """One piece of evidence as the page lists it."""

    id: str
    name: str
    about: str
    url: str
    external: bool


def limit_in_words() -> str:
    """The largest file that may be uploaded, as people read it; the refusal of a larger one counts the same way."""
    return f"{floatformat(api.evidence_limit() / 1_000_000)}\u00a0MB"


def by_line(desk: Desk, learner_id: int) -> Mapping[str, list[FileRow]]:
    """The learner's evidence by line."""
    found: dict[str, list[FileRow]] = defaultdict(list)
    for one in api.evidence_of(desk.usage_key, learner_id):
        found[one.skill].append(_row(desk, one, learner_id))
    return found


def _row(desk: Desk, one: Any, learner_id: int) -> FileRow:
    added = date_format(one.added_at.astimezone(desk.zone), "SHORT_DATE_FORMAT")
    if one.kind == "link":
        return FileRow(str(one.id), one.value, added, one.value, external=True)
    if one.kind == "value":
        return FileRow(str(one.id), one.value, added, "", external=False)
    url = desk.url("page", "evidence", f"id={one.id}&learner={learner_id}")
    return FileRow(str(one.id), one.name, f"{filesizeformat(one.size)}, {added}", url, external=False)


def upload(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store one file for a line; it is listed once the storage has confirmed it."""
    learner_id = desk.learner_in_view(None)
    given = data.get("file")
    if given is None or not hasattr(given, "file"):
        raise bad("file", "a file")
    limit = api.evidence_limit()
    content = given.file.read(limit + 1)
    api.store_evidence(
        desk.sheet,
        learner_id=learner_id,
        skill=_line(desk, data),
        name=(given.filename or "file")[:200],
        content=content,
        client_id=identifier(data),
        now=desk.now,
    )
    return announce(_("The file is stored."), html=learner.panel(desk, learner_id))


def add(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a link or a measured value for a line."""
    learner_id = desk.learner_in_view(None)
    api.add_evidence(
        desk.sheet,
        learner_id=learner_id,
        skill=_line(desk, data),
        value=required_text(data, "content", limit=500),
        client_id=identifier(data),
        now=desk.now,
    )
    return announce(_("It is kept."), html=learner.panel(desk, learner_id))


def remove(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Remove one's own evidence; that it was there stays on record."""
    learner_id = desk.learner_in_view(None)
    api.remove_evidence(
        desk.sheet,
        learner_id=learner_id,
        evidence_id=identifier(data, "evidence"),
        client_id=identifier(data),
        now=desk.now,
    )
    return announce(_("Removed."), html=learner.panel(desk, learner_id))


def download(desk: Desk, data: Mapping[str, Any]) -> Response:
    """The file itself, as an attachment that no browser runs: to its owner and to whoever may evaluate here."""
    wanted = identifier(data, "id")
    owner = api.evidence_owner(desk.usage_key, wanted)
    if owner is None or (owner != desk.actor() and not desk.is_evaluator):
        raise NotFound(Refusal("unknown_evidence", "There is no such file, or it is not yours."))
    one, content = api.open_evidence(desk.usage_key, wanted)
    response = Response(body=content, content_type=one.content_type, cache_control="private, no-store")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(one.name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _line(desk: Desk, data: Mapping[str, Any]) -> str:
    skill = text(data, "skill", limit=100)
    if desk.checklist.find(skill) is None:
        raise bad("skill", "a line of this list")
    return skill
