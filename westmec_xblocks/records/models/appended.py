"""Rows that are appended and never edited."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class AppendOnly(TypeError):
    """A program tried to change or remove a recorded fact."""

    def __init__(self) -> None:
        super().__init__("A recorded fact is never edited or removed: append another one that corrects it.")


class AppendedQuerySet(models.QuerySet):
    """Reads and inserts; whatever else would change a row raises ``AppendOnly``."""

    def update(self, **_kwargs: Any) -> NoReturn:
        """Never."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Never."""
        raise AppendOnly

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Never."""
        raise AppendOnly

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Insert; an insert that would update on conflict is refused."""
        if kwargs.get("update_conflicts"):
            raise AppendOnly
        return super().bulk_create(objs, *args, **kwargs)


class Appended(models.Model):
    """A fact. The plain ``_base_manager`` is left for the one thing that the law asks for: erasing (erasing.py)."""

    objects = AppendedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; AppendOnly when the row exists."""
        if not self._state.adding:
            raise AppendOnly
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Never."""
        raise AppendOnly


def person_field(**options: Any) -> models.ForeignKey:
    """A column that names an account by its id.

    The database does not enforce it, and deleting an account leaves it as it is: a fact outlives the account, then
    under a number that names nobody. Besides, an enforced key would lock the account's row on MySQL at each insert.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **options
    )
