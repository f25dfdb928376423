"""Column types that mean the same on every database."""

from __future__ import annotations

import uuid
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


class IdField(models.UUIDField):
    """A UUID that MySQL and MariaDB hold as 32 characters under every version of Django.

    Django 5 began to use MariaDB's own type, and then no longer finds rows in tables that Django 4.2 has made.
    """

    def db_type(self, connection: Any) -> str | None:
        """The column's type."""
        return "char(32)" if connection.vendor == "mysql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The value as the column holds it."""
        if connection.vendor != "mysql":
            return super().get_db_prep_value(value, connection, prepared)
        value = self.to_python(value)
        return value.hex if value is not None else None

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> uuid.UUID | None:
        """The UUID, whichever way the driver gives it."""
        return uuid.UUID(value) if isinstance(value, str) else value
