"""Where evidence files lie: a private storage of its own, random names, and no row before the file was read back."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.files.storage.handler import StorageHandler
from django.db import DatabaseError

from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.records.settings.common import EVIDENCE_MAX_BYTES

log = logging.getLogger(__name__)


class StorageFailed(WestmecError):
    """The storage did not keep the file. Nothing was recorded, and the learner's own copy is the only one."""

    status = 503


def evidence_limit() -> int:
    """The most bytes that one file may have."""
    return int(getattr(settings, "WESTMEC_EVIDENCE_MAX_BYTES", EVIDENCE_MAX_BYTES))


def evidence_storage() -> Storage:
    """The site's storage; StorageFailed where the site names none."""
    wanted = getattr(settings, "WESTMEC_EVIDENCE_STORAGE", None)
    if wanted is None:
        raise StorageFailed(Refusal("no_storage", "This site has no place for files yet. Tell the people who run it."))
    described: dict[str, Any] = {"BACKEND": wanted} if isinstance(wanted, str) else wanted
    return StorageHandler({"evidence": described})["evidence"]


@contextmanager
def stored(content: bytes, ending: str) -> Iterator[str]:
    """Keep the content and give its name in the storage; when the block raises, the file is removed again, at the latest by the command.

    The file is read back and compared before anybody hears of it. StorageFailed when it cannot be kept: a full disk, a
    bucket out of reach.
    """
    storage = evidence_storage()
    wanted = f"{secrets.token_hex(1)}/{secrets.token_urlsafe(24)}{ending}"
    name = ""
    try:
        name = storage.save(wanted, ContentFile(content))
        _to_disk(storage, name)
        if _digest(storage, name) != hashlib.sha256(content).hexdigest():
            raise OSError("the file read back is not the file that was written")
    except Exception as error:
        log.exception("Evidence could not be stored")
        discard(name or wanted)
        raise StorageFailed(
            Refusal("not_stored", "The file could not be stored. Nothing was lost: keep it and try again later.")
        ) from error
    try:
        yield name
    except DatabaseError:
        # The commit may have gone through before the answer was lost: a row without its file would be worse than a file
        # without a row.
        raise
    except BaseException:
        discard(name)
        raise


def _to_disk(storage: Storage, name: str) -> None:
    """Have a local file written through to the disk, so that it outlives a power failure as its row does."""
    try:
        path = storage.path(name)
    except NotImplementedError:
        return
    for one in (path, os.path.dirname(path)):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        return hashlib.sha256(file.read()).hexdigest()


def read(name: str, digest: str) -> bytes:
    """The file's content; StorageFailed when it is away or is not what was stored."""
    try:
        with evidence_storage().open(name) as file:
            content: bytes = file.read()
    except OSError as error:
        raise StorageFailed(Refusal("file_away", "The file cannot be read at the moment.")) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise StorageFailed(Refusal("file_changed", "The file is not the one that was stored."))
    return content


def discard(name: str) -> None:
    """Remove a file as far as possible: one that stays is named in the log, and ``westmec_clean_evidence`` finds it."""
    try:
        evidence_storage().delete(name)
    except Exception:
        log.exception("Evidence file %s could not be removed", name)
