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
    _keep_after_commit(checklist)


def _keep_after_commit(checklist: Checklist) -> None:
    transaction.on_commit(lambda: cache.keep(checklist))


def load(digests: Iterable[str], today: Checklist | None = None) -> Versions:
    """Each version by its digest; one query for those that this process has not seen, none otherwise.

    NotFound when a version is missing or cannot be read: then nothing may be judged, since nobody knows what was asked.
    """
    versions = find(digests, today)
    check(digests, versions)
    return versions


def find(digests: Iterable[str], today: Checklist | None = None) -> Versions:
    """As ``load``, leaving out what is missing or cannot be read."""
    wanted = set(digests)
    versions = {today.digest: today} if today is not None else {}
    for digest in wanted - set(versions):
        seen = cache.find(digest)
        if seen is not None:
            versions[digest] = seen
    missing = wanted - set(versions)
    for row in Definition.objects.filter(digest__in=sorted(missing)) if missing else ():
        checklist = parse_checklist(row.olx).checklist
        if checklist is not None:
            versions[row.digest] = checklist
            _keep_after_commit(checklist)
    return versions


def check(digests: Iterable[str], versions: Versions) -> None:
    """Raise NotFound for a digest that has no version."""
    lost = next((digest for digest in digests if digest not in versions), None)
    if lost is not None:
        sentence = "Version {digest} of this list is not on record, or cannot be read."
        raise NotFound(Refusal("version_lost", sentence, {"digest": lost[:12]}))
