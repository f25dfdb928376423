"""Evidence that learners bring.

Photos, documents, measured values, links. Private; a file is stored and read back before its row is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from westmec_xblocks.domain.checklist.facts import Kind
from westmec_xblocks.domain.refusals import Conflict, NotFound, NotPermitted, Refusal, WestmecError
from westmec_xblocks.records.books import Book
from westmec_xblocks.records.facts import covered_by
from westmec_xblocks.records.file_types import recognise
from westmec_xblocks.records.keys import usage_text
from westmec_xblocks.records.models import Act, ActKind, EvidenceKind
from westmec_xblocks.records.models import Evidence as EvidenceRow
from westmec_xblocks.records.sheet import Sheet
from westmec_xblocks.records.single import Author, Plan, Verdict, check_reason, id_used, record_one
from westmec_xblocks.records.storage import discard, evidence_limit, read, stored
from westmec_xblocks.records.transactions import in_one_transaction, when_committed

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey

MAX_PIECES = 200
MAX_VALUE = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence. A file has ``name``, ``content_type`` and ``size``; a measured value or a link has its ``value``."""

    id: UUID
    learner_id: int
    skill: str
    kind: str
    added_at: datetime
    name: str = ""
    content_type: str = ""
    size: int = 0
    value: str = ""


def evidence_of(usage_key: UsageKey, learner_id: int) -> list[Evidence]:
    """The learner's evidence on the list, oldest first, without what was removed. Two queries."""
    return evidence_of_all(usage_key, [learner_id])[learner_id]


def evidence_of_all(usage_key: UsageKey, learner_ids: Iterable[int]) -> dict[int, list[Evidence]]:
    """Each learner's evidence on the list, oldest first, without what was removed. Two queries for any number of learners."""
    ids = sorted(set(learner_ids))
    usage = usage_text(usage_key)
    removals = Act.objects.filter(usage_key=usage, learner_id__in=ids, kind=ActKind.EVIDENCE_REMOVED)
    removed = {UUID(detail["evidence"]) for detail in removals.values_list("detail", flat=True)}
    found: dict[int, list[Evidence]] = {learner: [] for learner in ids}
    for row in EvidenceRow.objects.filter(usage_key=usage, learner_id__in=ids).order_by("added_at", "id"):
        if row.id not in removed:
            found[row.learner_id].append(_piece(row))
    return found


def _piece(row: EvidenceRow) -> Evidence:
    return Evidence(
        row.id, row.learner_id, row.skill, row.kind, row.added_at, row.name, row.content_type, row.size, row.text
    )


def store_evidence(
    sheet: Sheet, *, learner_id: int, skill: str, name: str, content: bytes, client_id: UUID, now: datetime
) -> Evidence:
    """Keep a file for a line of the list. What it is, its content says: JPEG, PNG, WebP, PDF or plain text; photos lose their hidden data.

    Raises WestmecError for one that is too large, empty, damaged or not what its name says, and StorageFailed (503)
    when the storage does not take it. Repeating it with the same client id and content gives the first one.
    """
    limit = evidence_limit()
    if len(content) > limit:
        values = {"limit": f"{limit / 1_000_000:.1f}"}
        raise WestmecError(Refusal("file_too_large", "The file is larger than {limit} MB.", values))
    name = plain_name(name)
    kind, clean = recognise(name, content)
    columns = {
        "kind": EvidenceKind.PHOTO if kind.is_photo else EvidenceKind.DOCUMENT,
        "name": name or f"file{kind.endings[0]}",
        "content_type": kind.content_type,
        "size": len(clean),
        "sha256": hashlib.sha256(clean).hexdigest(),
    }
    adding = _Adding(sheet, learner_id, skill, client_id, now, columns)
    earlier = adding.find_earlier()
    if earlier is not None:
        return earlier
    with stored(clean, kind.endings[0]) as storage_name:
        added, is_new = adding.add(storage_name=storage_name)
    if not is_new:
        discard(storage_name)
    return added


def plain_name(name: str) -> str:
    """The file's own name, without folders, control characters and what a header or a file system could trip over.

    At most 100 characters.
    """
    own = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/")).rsplit(
        "/", maxsplit=1
    )[-1]
    path = PurePosixPath(own.strip(" ."))
    return path.stem[: 100 - len(path.suffix[:10])].strip() + path.suffix[:10] if path.name else ""


def add_evidence(sheet: Sheet, *, learner_id: int, skill: str, value: str, client_id: UUID, now: datetime) -> Evidence:
    """Keep a link (http or https) or a measured value for a line of the list. What looks like a link must be one."""
    value = value.strip()
    if not value or len(value) > MAX_VALUE or any(ord(character) < 32 for character in value):
        values = {"limit": str(MAX_VALUE)}
        raise WestmecError(Refusal("value_length", "Write one line of at most {limit} characters.", values))
    looks_like_link = "://" in value or value.startswith(("//", "www."))
    if looks_like_link and not _is_link(value):
        raise WestmecError(Refusal("link_wrong", "A link begins with https:// or http:// and names a site."))
    kind = EvidenceKind.LINK if looks_like_link else EvidenceKind.VALUE
    adding = _Adding(sheet, learner_id, skill, client_id, now, {"kind": kind, "text": value})
    return adding.find_earlier() or adding.add()[0]


def _is_link(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "." in (parts.hostname or "")
            and "@" not in parts.netloc
            and not re.search(r"[\s<>\"'`\\]", value)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Adding:
    """One piece of evidence on its way into the table."""

    sheet: Sheet
    learner_id: int
    skill: str
    client_id: UUID
    now: datetime
    columns: Mapping[str, Any]

    def find_earlier(self) -> Evidence | None:
        """What the client added under this id before; Conflict when it was something else."""
        row = EvidenceRow.objects.filter(
            usage_key=self.sheet.usage, learner_id=self.learner_id, client_id=self.client_id
        ).first()
        if row is None:
            return None
        said = {"skill": self.skill, **self.columns}
        if any(getattr(row, name) != value for name, value in said.items()):
            raise Conflict(id_used())
        return _piece(row)

    def add(self, **further: Any) -> tuple[Evidence, bool]:
        """Write the row, unless the same request came in meanwhile."""
        return in_one_transaction(lambda: self._work(further))

    def _work(self, further: Mapping[str, Any]) -> tuple[Evidence, bool]:
        earlier = self.find_earlier()
        if earlier is not None:
            return earlier, False
        sheet = self.sheet
        if sheet.checklist.find(self.skill) is None:
            values = {"line": self.skill[:50]}
            raise NotFound(Refusal("unknown_skill", "The list has no line “{line}”.", values, self.skill[:100]))
        own = EvidenceRow.objects.filter(usage_key=sheet.usage, learner_id=self.learner_id)
        if own.count() >= MAX_PIECES:
            values = {"limit": str(MAX_PIECES)}
            raise WestmecError(Refusal("too_much_evidence", "A list takes at most {limit} pieces of evidence.", values))
        row = EvidenceRow(
            client_id=self.client_id,
            course_key=sheet.course,
            usage_key=sheet.usage,
            learner_id=self.learner_id,
            skill=self.skill,
            added_at=self.now,
            **self.columns,
            **further,
        )
        row.save()
        return _piece(row), True


def remove_evidence(
    sheet: Sheet,
    *,
    learner_id: int,
    evidence_id: UUID,
    client_id: UUID,
    now: datetime,
    actor_id: int | None = None,
    may_remove_others: bool = False,
    reason: str = "",
) -> Verdict:
    """Remove a piece of evidence: the file is deleted, that it was there stays on record.

    Learners remove their own, as long as no evaluator has rated the line since; whoever ``may_remove_others`` (course
    staff) removes any. NotFound for what is not this learner's, NotPermitted and WestmecError for the rest.
    """
    row = EvidenceRow.objects.filter(pk=evidence_id, usage_key=sheet.usage, learner_id=learner_id).first()
    if row is None:
        raise NotFound(Refusal("unknown_evidence", "There is no such evidence, or it is not yours."))
    actor = learner_id if actor_id is None else actor_id
    if actor != learner_id and not may_remove_others:
        raise NotPermitted(Refusal("not_yours", "Only the learner, or the course staff, may remove it."))

    def plan(book: Book) -> Plan:
        refusals = check_reason(reason, required=False)
        if _removed(book, evidence_id):
            raise NotFound(Refusal("unknown_evidence", "There is no such evidence, or it is not yours."))
        if not may_remove_others and _used(book, row):
            sentence = "An evaluator has rated this line since: ask the course staff to remove it."
            refusals.append(Refusal("evidence_used", sentence, skill=row.skill))
        if not refusals and row.storage_name:
            when_committed(lambda: discard(row.storage_name))
        return refusals, {}

    said = {"detail": {"evidence": str(evidence_id), "skill": row.skill}, "note": reason.strip()}
    verdict = record_one(
        sheet, learner_id, ActKind.EVIDENCE_REMOVED, Author(actor, now, client_id), said=said, plan=plan
    )
    if verdict.refusals:
        raise WestmecError(verdict.refusals[0])
    return verdict


def _removed(book: Book, evidence_id: UUID) -> bool:
    removals = (act for act in book.stored if act.kind == ActKind.EVIDENCE_REMOVED)
    return any(act.detail["evidence"] == str(evidence_id) for act in removals)


def _used(book: Book, row: EvidenceRow) -> bool:
    """Whether an evaluator has rated the line since the evidence was added."""
    return any(
        row.skill in covered_by(act)
        for act in book.stored
        if act.detail.get("scored") == Kind.EVALUATED and act.recorded_at >= row.added_at
    )


def evidence_owner(usage_key: UsageKey, evidence_id: UUID) -> int | None:
    """Whose evidence it is; None when there is no such piece on this list, or it was removed. Two queries."""
    row = _find(usage_key, evidence_id)
    return row.learner_id if row else None


def open_evidence(usage_key: UsageKey, evidence_id: UUID) -> tuple[Evidence, bytes]:
    """A file and its content, compared with the fingerprint it was stored with; for whom, is the caller's to check first.

    NotFound when there is no such file on this list, or it was removed; StorageFailed when the storage does not give it.
    """
    row = _find(usage_key, evidence_id)
    if row is None or not row.storage_name:
        raise NotFound(Refusal("unknown_evidence", "There is no such evidence, or it is not yours."))
    return _piece(row), read(row.storage_name, row.sha256)


def _find(usage_key: UsageKey, evidence_id: UUID) -> EvidenceRow | None:
    row = EvidenceRow.objects.filter(pk=evidence_id, usage_key=usage_text(usage_key)).first()
    if row is None:
        return None
    removals = Act.objects.filter(
        usage_key=row.usage_key, learner_id=row.learner_id, kind=ActKind.EVIDENCE_REMOVED
    ).values_list("detail", flat=True)
    return None if any(detail["evidence"] == str(row.id) for detail in removals) else row
