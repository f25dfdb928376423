"""What operators do now and then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.storage import Storage

from westmec_xblocks.records import rebuild
from westmec_xblocks.records.keys import course_text
from westmec_xblocks.records.models import Act, ActKind, Evidence
from westmec_xblocks.records.storage import discard, evidence_storage

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey

SETTLED = timedelta(days=1)


def rebuild_statuses(
    now: datetime, *, course_key: CourseKey | None = None, write: bool = True
) -> Iterator[rebuild.Difference]:
    """Every status row that is not what follows from the acts; mended on the way where ``write`` says so."""
    course = course_text(course_key) if course_key is not None else None
    yield from rebuild.rebuild(now, course=course, write=write)


def clean_evidence(now: datetime, *, remove: bool = True) -> list[str]:
    """Names of the files, older than a day, that no standing row names; removed where ``remove`` says so."""
    storage = evidence_storage()
    removals = Act.objects.filter(kind=ActKind.EVIDENCE_REMOVED).values_list("detail", flat=True)
    removed = {UUID(detail["evidence"]) for detail in removals.iterator()}
    rows = Evidence.objects.exclude(storage_name="").values_list("id", "storage_name")
    named = {name for row_id, name in rows.iterator() if row_id not in removed}
    left_over = [name for name in _files(storage) if name not in named and _age(storage, name, now) > SETTLED]
    for name in left_over if remove else ():
        discard(name)
    return left_over


def _files(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        yield f"{folder}/{name}" if folder else name
    for inner in sorted(folders):
        yield from _files(storage, f"{folder}/{inner}" if folder else inner)


def _age(storage: Storage, name: str, now: datetime) -> timedelta:
    try:
        return now - storage.get_modified_time(name)
    except FileNotFoundError:
        return timedelta()
