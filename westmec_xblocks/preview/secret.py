"""The host's secret key: made once, kept in a file that only its owner reads, never in code."""

import os
import secrets
from pathlib import Path


def secret_key(path: Path) -> str:
    """The key in ``path``; made on the first call. Two processes that start together end up with the same key."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if key:
            return key
        key = secrets.token_urlsafe(48)
        path.write_text(key, encoding="ascii")
        return key
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key)
    return key
