"""Which learners are rated by two evaluators, when a list asks for a share of them."""

from __future__ import annotations

import hashlib
import hmac
from fractions import Fraction


def is_drawn(share: Fraction, *, key: bytes, course: str, checklist: str, learner: int) -> bool:
    """Whether this learner belongs to the share of learners that two evaluators rate.

    A keyed hash of course, list and learner, read as a fraction of 2**64, is compared with the share: nobody without
    the key can foretell it, and the same learner is drawn each time. A larger share keeps everyone whom a smaller one
    had drawn.
    """
    message = "\x1f".join((course, checklist, str(learner))).encode()
    number = int.from_bytes(hmac.new(key, message, hashlib.sha256).digest()[:8], "big")
    return Fraction(number, 2**64) < share
