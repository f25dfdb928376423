"""Kinds, levels, statuses and cells of the blueprint by the names that authors read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from westmec_xblocks.domain.assessment.cells import Cell
from westmec_xblocks.domain.assessment.definition import Level, Status
from westmec_xblocks.olx.assessment import KINDS


def kind_name(tag: str) -> str:
    """What the kind is called."""
    return _(KINDS[tag].name)


def level_name(level: Level | None) -> str:
    """What the level is called; of an item without one, nothing."""
    names = {Level.RECALL: _("recall"), Level.APPLY: _("apply"), Level.ANALYZE: _("analyze")}
    return names[level] if level is not None else ""


def status_name(status: Status) -> str:
    """What the status is called."""
    return {Status.SCORED: _("scored"), Status.PILOT: _("pilot"), Status.RETIRED: _("retired")}[status]


def cell_name(cell: Cell) -> str:
    """The items that a cell takes."""
    if cell.status is Status.PILOT:
        return _("pilot items")
    if not cell.levels:
        return _("scored items")
    return " / ".join(level_name(level) for level in Level if level in cell.levels)
