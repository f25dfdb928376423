"""Definition versions: stored once, read when an act names one that is not today's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock

from django.db import transaction

from westmec_xblocks.domain.checklist.definition import Checklist
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.olx.checklist import parse_checklist
from westmec_xblocks.records.models import Definition

KIND = "westmec_lab_checklist"
Versions = Mapping[str, Checklist]
_KEPT = 500


class _Cache:
    """The newest versions seen by this process.

    Only what is committed gets in, so that losing it, or having it, changes nothing but time.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: OrderedDict[str, Checklist] = OrderedDict()

    def __contains__(self, digest: str) -> bool:
        return digest in self._versions

    def find(self, digest: str) -> Checklist | None:
        """The version, or None when this process has not seen it."""
        return self._versions.get(digest)

    def keep(self, checklist: Checklist) -> None:
        """Remember a version that is in the database."""
        with self._lock:
            self._versions[checklist.digest] = checklist
            self._versions.move_to_end(checklist.digest)
            while len(self._versions) > _KEPT:
                self._versions.popitem(last=False)

    def clear(self) -> None:
        """Forget all of them; for tests, whose databases come and go."""
        with self._lock:
            self._versions.clear()


cache = _Cache()


def store(checklist: Checklist, olx: str, *, usage: str, now: datetime, known: bool) -> None:
    """Keep the version unless it is there.

    One query, or none where this process, or an act (``known``), says that it is there.
    """
    if not known and checklist.digest not in cache:
        row = Definition(
            digest=checklist.digest,
            kind=KIND,
            code=checklist.code,
            olx=olx,
            first_seen_at=now,
            first_usage_key=usage,
        )
        Definition.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(lambda: cache.keep(checklist))


def load(digests: Iterable[str], today: Checklist | None = None) -> Mapping[str, Checklist]:
    """Each version by its digest; one query for those that this process has not seen, none otherwise.

    NotFound when a version is missing or cannot be read: then nothing may be judged, since nobody knows what was asked.
    """
    wanted = set(digests)
    versions = {today.digest: today} if today is not None else {}
    for digest in wanted - set(versions):
        seen = cache.find(digest)
        if seen is not None:
            versions[digest] = seen
    missing = wanted - set(versions)
    if missing:
        for row in Definition.objects.filter(digest__in=sorted(missing)):
            versions[row.digest] = parse(row.digest, row.olx)
            cache.keep(versions[row.digest])
    lost = sorted(missing - set(versions))
    if lost:
        raise NotFound(
            Refusal("version_lost", "Version {digest} of this list is not on record.", {"digest": lost[0][:12]})
        )
    return versions


def parse(digest: str, olx: str) -> Checklist:
    """The version's list; NotFound when its text cannot be understood."""
    checklist = parse_checklist(olx).checklist
    if checklist is None:
        raise NotFound(
            Refusal("version_unreadable", "Version {digest} of this list cannot be read.", {"digest": digest[:12]})
        )
    return checklist
