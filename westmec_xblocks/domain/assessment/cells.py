"""The cells of a blueprint, and the units in which a bank fills them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from westmec_xblocks.domain.assessment.definition import Assessment, Item, Level, Status


@dataclass(frozen=True, slots=True)
class Cell:
    """Items of one domain that a form needs: scored ones of some levels, or pilot ones of any.

    ``levels`` is empty where the level does not matter. Each item of the bank belongs to one cell at most.
    """

    domain: str
    status: Status
    wanted: int
    levels: frozenset[Level] = frozenset()

    def takes(self, item: Item) -> bool:
        """Whether the item belongs here."""
        return (
            item.domain == self.domain and item.status is self.status and (not self.levels or item.level in self.levels)
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """Items that stand on a form together or not at all: one item, or all that share a stimulus.

    ``fills`` says how many items it adds to each cell, by the cell's place; ``enemies`` are the places of units that it may not meet.
    """

    items: tuple[str, ...]
    fills: Mapping[int, int]
    enemies: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cell that the bank cannot fill: it wants so many items, and so many are missing at least."""

    cell: Cell
    missing: int


@dataclass(frozen=True, slots=True)
class Stock:
    """A blueprint's cells and the bank's units, ready for assembly. Items that fit no cell, and what they drag along, are in no unit."""

    cells: tuple[Cell, ...]
    units: tuple[Unit, ...]


def cells_of(assessment: Assessment) -> tuple[Cell, ...]:
    """What a form needs, cell by cell, in the blueprint's order.

    Levels that a domain does not fix share what is left of its scored items.
    """
    cells: list[Cell] = []
    for domain in assessment.domains:
        cells.extend(
            Cell(domain.id, Status.SCORED, count, frozenset((level,))) for level, count in domain.levels.items()
        )
        rest = domain.items - sum(domain.levels.values())
        if rest > 0:
            free = frozenset(Level).difference(domain.levels) if domain.levels else frozenset()
            cells.append(Cell(domain.id, Status.SCORED, rest, free))
        if domain.pilot:
            cells.append(Cell(domain.id, Status.PILOT, domain.pilot))
    return tuple(cells)


def stock_of(assessment: Assessment) -> Stock:
    """The cells and units of an assessment. Friends stay together also where one of them fits no cell: then none is used."""
    cells = cells_of(assessment)
    groups: dict[str, list[Item]] = {}
    for item in assessment.used_items:
        groups.setdefault(f"stimulus {item.stimulus}" if item.stimulus else f"item {item.id}", []).append(item)
    places = _places(cells)
    kept: list[tuple[tuple[str, ...], dict[int, int]]] = []
    for members in groups.values():
        fills = [places.get((member.domain, member.status, member.level)) for member in members]
        if any(place is None for place in fills):
            continue
        kept.append(
            (tuple(member.id for member in members), dict(Counter(place for place in fills if place is not None)))
        )
    home = {item: place for place, (items, _) in enumerate(kept) for item in items}
    enemies: dict[int, set[int]] = {}
    impossible: set[int] = set()
    for first, second in map(tuple, assessment.enemy_pairs()):
        one, other = home.get(first), home.get(second)
        if one is None or other is None:
            continue
        if one == other:
            impossible.add(one)
        else:
            enemies.setdefault(one, set()).add(other)
            enemies.setdefault(other, set()).add(one)
    blank: Mapping[int, Mapping[int, int]] = {place: {} for place in impossible}
    return Stock(
        cells,
        tuple(
            Unit(items, blank.get(place, fills), frozenset(enemies.get(place, ())))
            for place, (items, fills) in enumerate(kept)
        ),
    )


def _places(cells: tuple[Cell, ...]) -> Mapping[tuple[str, Status, Level | None], int]:
    """The place of the cell to which an item of this domain, status and level belongs."""
    places: dict[tuple[str, Status, Level | None], int] = {}
    for place, cell in enumerate(cells):
        levels: tuple[Level | None, ...] = (*cell.levels,) if cell.levels else (*Level, None)
        for level in levels:
            places.setdefault((cell.domain, cell.status, level), place)
    return places
