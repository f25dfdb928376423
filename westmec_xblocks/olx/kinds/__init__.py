"""The kinds of items, each in a module of its own; to add one, write its module and name it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from westmec_xblocks.olx.kinds import choice, hotspot, match, multiple, numeric, order, text
from westmec_xblocks.olx.kinds.base import Kind

_MODULES: tuple[Any, ...] = (choice, multiple, numeric, text, order, match, hotspot)
KINDS: Mapping[str, Kind[Any]] = {module.KIND.tag: module.KIND for module in _MODULES}

__all__ = ["KINDS", "Kind"]
