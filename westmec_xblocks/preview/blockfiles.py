"""Files that blocks keep through the service ``fs``: the reference service, in a folder of the state directory."""

from __future__ import annotations

from typing import Any

from fs.wrap import read_only
from xblock.reference.plugins import FSService


class BlockFilesService(FSService):
    """The reference service; ``writable`` False for staff who look through a learner's eyes and on the author's side."""

    def __init__(self, *, writable: bool) -> None:
        super().__init__()
        self._writable = writable

    def load(self, instance: Any, xblock: Any) -> Any:
        """The file system of one field of one block."""
        files = super().load(instance, xblock)
        if self._writable:
            return files
        guarded = read_only(files)
        guarded.get_url = files.get_url
        return guarded
