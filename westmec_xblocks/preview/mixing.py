"""Block classes that are ready before a second thread sees them."""

from __future__ import annotations

import threading
from typing import Any

from xblock.core import XBlock
from xblock.internal import LazyClassProperty
from xblock.runtime import Mixologist

_lock = threading.RLock()
_ready: set[type[XBlock]] = set()


class ReadyMixologist(Mixologist):
    """Mixes classes as XBlock does, and works their lazy properties out under a lock.

    XBlock's ``LazyClassProperty`` (``fields`` and others) holds None while one thread works its value out: another thread's
    first request of the same moment would see a class without fields.
    """

    def mix(self, cls: type[XBlock]) -> Any:
        """The mixed class, ready for use."""
        with _lock:
            mixed = super().mix(cls)
            for one in (cls, mixed):
                if one not in _ready:
                    _work_out(one)
                    _ready.add(one)
        return mixed


def _work_out(cls: type[XBlock]) -> None:
    lazy = {name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, LazyClassProperty)}
    for name in sorted(lazy):
        getattr(cls, name)
