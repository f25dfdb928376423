"""Where a block's fields are kept: content and settings as the course files say, state in the database.

As on the platform, content and settings cannot be written while a learner works (``InvalidScopeError``); the Studio side writes them
into an overlay that is then saved to the course's files.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from xblock.exceptions import InvalidScopeError
from xblock.field_data import FieldData
from xblock.fields import BlockScope, Field, Scope, ScopeIds, UserScope

from westmec_xblocks.preview.models import BlockState

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey
    from xblock.core import XBlock

    from westmec_xblocks.preview.definitions import Definitions

INHERITED = frozenset(
    {
        "due",
        "graceperiod",
        "graded",
        "giturl",
        "group_access",
        "hide_from_toc",
        "matlab_api_key",
        "max_attempts",
        "relative_weeks_due",
        "rerandomize",
        "self_paced",
        "show_correctness",
        "show_reset_button",
        "showanswer",
        "start",
        "static_asset_path",
        "use_latex_compiler",
        "user_partitions",
        "days_early_for_beta",
        "video_auto_advance",
        "visible_to_staff_only",
    }
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One row of state: the scope, the person (0 for all), and the block or block type it belongs to."""

    scope: str
    person: int
    owner: str


def slot_of(scope_field: Field, ids: ScopeIds, person: int | None) -> Slot:
    """The row in which a field of user state lives."""
    scope = scope_field.scope
    owner = {BlockScope.ALL: "", BlockScope.TYPE: str(ids.block_type)}.get(scope.block, str(ids.usage_id))
    return Slot(str(scope.name or scope.block), person or 0 if scope.user == UserScope.ONE else 0, owner)


@dataclass
class StateStore:
    """The state rows of one request: each read once, written through at once. ``writable`` False keeps changes in memory only."""

    writable: bool = True
    rows: dict[Slot, dict[str, Any]] = field(default_factory=dict)

    def prefetch(self, person: int | None, keys: Iterable[UsageKey]) -> None:
        """Read the ``user_state`` rows of many blocks in one query."""
        wanted = {Slot("user_state", person or 0, str(key)) for key in keys} - set(self.rows)
        found = BlockState.objects.filter(
            scope="user_state", slot=person or 0, owner__in=[slot.owner for slot in wanted]
        )
        self.rows.update({slot: {} for slot in wanted})
        for row in found:
            self.rows[Slot(row.scope, row.slot, row.owner)] = json.loads(row.state)

    def row(self, slot: Slot) -> dict[str, Any]:
        """The values kept in a row, by field name."""
        if slot not in self.rows:
            row = BlockState.objects.filter(scope=slot.scope, slot=slot.person, owner=slot.owner).first()
            self.rows[slot] = json.loads(row.state) if row else {}
        return self.rows[slot]

    def write(self, slot: Slot, values: Mapping[str, Any], removed: Iterable[str] = ()) -> None:
        """Set and remove values of a row. What somebody else wrote meanwhile in other fields is kept."""
        text_safe = json.loads(json.dumps(_plain(dict(values))))
        if not self.writable:
            merged = {**self.row(slot), **text_safe}
            self.rows[slot] = {k: v for k, v in merged.items() if k not in set(removed)}
            return
        with transaction.atomic():
            row, _ = BlockState.objects.select_for_update().get_or_create(
                scope=slot.scope, slot=slot.person, owner=slot.owner, defaults={"user_id": slot.person or None}
            )
            merged = {**json.loads(row.state), **text_safe}
            for name in removed:
                merged.pop(name, None)
            row.state = json.dumps(merged)
            row.save(update_fields=["state"])
        self.rows[slot] = merged


class LightFieldData(FieldData):
    """Reads definitions from the course's files and state from ``store``. ``overlay`` collects content changes where they are allowed."""

    def __init__(
        self, definitions: Definitions, store: StateStore, person: int | None, *, authoring: bool = False
    ) -> None:
        self.definitions = definitions
        self.store = store
        self.person = person
        self.authoring = authoring
        self.overlay: dict[UsageKey, dict[str, Any]] = {}

    def _content(self, block: XBlock) -> Mapping[str, Any]:
        key = block.scope_ids.usage_id
        values = self.definitions.values(key)
        if key not in self.overlay:
            return values
        return {name: value for name, value in {**values, **self.overlay[key]}.items() if value is not _UNSET}

    def get(self, block: XBlock, name: str) -> Any:
        scope_field = block.fields[name]
        if scope_field.scope == Scope.parent:
            return self.definitions.parent(block.scope_ids.usage_id)
        if not is_state(scope_field):
            value = self._content(block)[name]
        else:
            value = self.store.row(slot_of(scope_field, block.scope_ids, self.person))[name]
        return copy.deepcopy(value) if isinstance(value, dict | list) else value

    def set(self, block: XBlock, name: str, value: Any) -> None:
        self.set_many(block, {name: value})

    def set_many(self, block: XBlock, update_dict: Mapping[str, Any]) -> None:
        rows: dict[Slot, dict[str, Any]] = {}
        for name, value in update_dict.items():
            scope_field = block.fields[name]
            if is_state(scope_field):
                rows.setdefault(slot_of(scope_field, block.scope_ids, self.person), {})[name] = value
            elif self.authoring:
                self.overlay.setdefault(block.scope_ids.usage_id, {})[name] = value
            elif self._content(block).get(name, _UNSET) != value:
                raise InvalidScopeError(scope_field.scope)
        for slot, values in rows.items():
            self.store.write(slot, values)

    def delete(self, block: XBlock, name: str) -> None:
        scope_field = block.fields[name]
        if is_state(scope_field):
            self.store.write(slot_of(scope_field, block.scope_ids, self.person), {}, [name])
        elif self.authoring:
            self.overlay.setdefault(block.scope_ids.usage_id, {})[name] = _UNSET
        else:
            raise InvalidScopeError(scope_field.scope)

    def has(self, block: XBlock, name: str) -> bool:
        try:
            self.get(block, name)
        except KeyError:
            return False
        return True

    def default(self, block: XBlock, name: str) -> Any:
        if name not in INHERITED or is_state(block.fields[name]):
            raise KeyError(name)
        return self.definitions.inherited(block.scope_ids.usage_id, name)


_UNSET = object()


def _plain(value: Any) -> Any:
    """Named tuples as objects, as the platform's encoder writes them (a problem's score is one)."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def is_state(scope_field: Field) -> bool:
    """Whether the field is a learner's or everyone's state rather than what the author wrote."""
    return getattr(scope_field.scope, "user", UserScope.NONE) != UserScope.NONE
