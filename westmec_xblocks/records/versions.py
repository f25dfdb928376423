"""Definition versions: stored once, read when an act names one that is not today's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db import transaction

from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.olx import assessment as assessment_codec
from westmec_xblocks.olx import checklist as checklist_codec
from westmec_xblocks.records.models import Definition

# A Checklist or an Assessment, each with its ``digest`` and ``code``.
Content = Any
Versions = Mapping[str, Content]
_KEPT = 500
_READ = {
    checklist_codec.TAG: lambda olx: checklist_codec.parse_checklist(olx).checklist,
    assessment_codec.TAG: lambda olx: assessment_codec.parse_assessment(olx).assessment,
}


class _Cache:
    """The newest versions seen by this process.

    Only what is committed gets in, so that losing it, or having it, changes nothing but time.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: OrderedDict[str, Content] = OrderedDict()

    def __contains__(self, digest: str) -> bool:
        return digest in self._versions

    def find(self, digest: str) -> Content | None:
        """The version, or None when this process has not seen it."""
        return self._versions.get(digest)

    def keep(self, content: Content) -> None:
        """Remember a version that is in the database."""
        with self._lock:
            self._versions[content.digest] = content
            self._versions.move_to_end(content.digest)
            while len(self._versions) > _KEPT:
                self._versions.popitem(last=False)

    def clear(self) -> None:
        """Forget all of them; for tests, whose databases come and go."""
        with self._lock:
            self._versions.clear()


cache = _Cache()


def store(
    content: Content, olx: str, *, usage: str, now: datetime, known: bool, kind: str = checklist_codec.TAG
) -> None:
    """Keep the version unless it is there.

    One query, or none where this process, or an act (``known``), says that it is there.
    """
    if not known and content.digest not in cache:
        row = Definition(
            digest=content.digest,
            kind=kind,
            code=content.code,
            olx=olx,
            first_seen_at=now,
            first_usage_key=usage,
        )
        Definition.objects.bulk_create([row], ignore_conflicts=True)
    _keep_after_commit(content)


def _keep_after_commit(content: Content) -> None:
    transaction.on_commit(lambda: cache.keep(content))


def load(digests: Iterable[str], today: Content | None = None) -> Versions:
    """Each version by its digest; one query for those that this process has not seen, none otherwise.

    NotFound when a version is missing or cannot be read: then nothing may be judged, since nobody knows what was asked.
    """
    versions = find(digests, today)
    check(digests, versions)
    return versions


def find(digests: Iterable[str], today: Content | None = None) -> Versions:
    """As ``load``, leaving out what is missing or cannot be read."""
    wanted = set(digests)
    versions = {today.digest: today} if today is not None else {}
    for digest in wanted - set(versions):
        seen = cache.find(digest)
        if seen is not None:
            versions[digest] = seen
    missing = wanted - set(versions)
    for row in Definition.objects.filter(digest__in=sorted(missing)) if missing else ():
        content = _read(row.kind, row.olx)
        if content is not None:
            versions[row.digest] = content
            _keep_after_commit(content)
    return versions


@lru_cache(maxsize=32)
def _read(kind: str, olx: str) -> Content | None:
    """What the text says. A large bank takes a while to read, and one transaction may ask for it several times before it commits."""
    return _READ[kind](olx) if kind in _READ else None


def check(digests: Iterable[str], versions: Versions) -> None:
    """Raise NotFound for a digest that has no version."""
    lost = next((digest for digest in digests if digest not in versions), None)
    if lost is not None:
        sentence = "Version {digest} is not on record, or cannot be read."
        raise NotFound(Refusal("version_lost", sentence, {"digest": lost[:12]}))
