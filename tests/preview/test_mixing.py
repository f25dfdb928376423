"""A block class has its fields for every thread from the first request on."""

from __future__ import annotations

import threading
import time

from xblock.core import XBlock
from xblock.fields import Scope, String
from xblock.internal import LazyClassProperty

from westmec_xblocks.preview.mixin import PlatformFieldsMixin
from westmec_xblocks.preview.mixing import ReadyMixologist


class SlowlyReady(LazyClassProperty):
    """As ``fields`` on a busy machine: working it out takes a while."""


def _slow(cls: type) -> dict[str, bool]:
    time.sleep(0.05)
    return {"ready": True}


class Fresh(XBlock):
    """A block that nothing has used yet."""

    note = String(scope=Scope.content, default="")
    slow = SlowlyReady(_slow)


def test_threads_that_come_at_once_all_see_the_fields() -> None:
    start = threading.Barrier(8)
    seen: list[object] = []

    def use() -> None:
        start.wait()
        mixed = ReadyMixologist((PlatformFieldsMixin,)).mix(Fresh)
        seen.append((mixed.slow, "note" in (mixed.fields or {})))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [({"ready": True}, True)] * 8
