"""Column types that mean the same on every database."""

from __future__ import annotations

from typing import Any

from django.db import models


class KeyField(models.CharField):
    """A key that is compared byte by byte.

    ``…@a1`` and ``…@A1`` are two blocks, also on MySQL, whose text ignores case by default.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """Django's own column type, with a binary collation on MySQL and MariaDB."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
