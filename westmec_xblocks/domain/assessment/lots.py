"""Chance that can be drawn again: the same seed and names give the same lot, on every machine and in every version of Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def lot(seed: str, *names: str) -> int:
    """A number from 0 to 2**64 - 1: the first eight bytes of SHA-256 over the seed and the names."""
    return int.from_bytes(hashlib.sha256("\x1f".join((seed, *names)).encode()).digest()[:8], "big")


def shuffled(things: Iterable[str], seed: str, *names: str) -> tuple[str, ...]:
    """The names in the order of their lots."""
    return tuple(sorted(things, key=lambda thing: (lot(seed, *names, thing), thing)))
