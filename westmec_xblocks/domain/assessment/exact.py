"""The choice of units by integer programming: the best one where taking turns does not do, and what a bank lacks where there is none.

Variables are one bit per unit and, for shortages, one whole number per cell. SciPy's HiGHS solves it (Huangfu and Hall, 2018); SciPy is
imported only here and only when needed, since most forms never are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from westmec_xblocks.domain.assessment.cells import Shortage, Stock


def choose(stock: Stock, costs: Sequence[tuple[int, int, int]]) -> list[int] | None:
    """Units that fill every cell exactly with the fewest seen items, then the least exposure, then the lowest lots; None if none do."""
    import numpy as np  # noqa: PLC0415

    if not stock.units:
        return [] if not any(cell.wanted for cell in stock.cells) else None
    ranks = np.argsort(np.argsort([cost[2] for cost in costs], kind="stable"), kind="stable")
    exposure = np.array(
        [min(cost[1], 10**4) * max(len(unit.items), 1) for cost, unit in zip(costs, stock.units, strict=True)]
    )
    seen = _solve(stock, np.array([cost[0] for cost in costs], dtype=float))
    if seen is None:
        return None
    fewest = sum(costs[place][0] for place in seen)
    fine = exposure + (ranks + 1.0) / (len(stock.units) + 1.0)
    return _solve(stock, fine.astype(float), seen_at_most=([cost[0] for cost in costs], fewest)) or seen


def shortages(stock: Stock) -> tuple[Shortage, ...]:
    """The least that must be added to the bank, cell by cell; empty when nothing is missing."""
    import numpy as np  # noqa: PLC0415

    units, cells = len(stock.units), len(stock.cells)
    if not cells:
        return ()
    # A shortage in an earlier cell costs a little more, so that of equal answers always the same is given.
    weights = np.array(
        [1.0 + (cells - place) / (10.0 * cells * (sum(c.wanted for c in stock.cells) + 1)) for place in range(cells)]
    )
    result = _milp(stock, np.concatenate([np.zeros(units), weights]), slack=True)
    missing = [round(value) for value in result.x[units:]]
    return tuple(Shortage(cell, count) for cell, count in zip(stock.cells, missing, strict=True) if count)


def _solve(stock: Stock, cost: Any, seen_at_most: tuple[Sequence[int], int] | None = None) -> list[int] | None:
    result = _milp(stock, cost, slack=False, seen_at_most=seen_at_most)
    if result.x is None:
        return None
    return [place for place, value in enumerate(result.x) if value > 0.5]


def _milp(stock: Stock, cost: Any, *, slack: bool, seen_at_most: tuple[Sequence[int], int] | None = None) -> Any:
    import numpy as np  # noqa: PLC0415
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import lil_matrix  # noqa: PLC0415

    units, cells = len(stock.units), len(stock.cells)
    width = units + (cells if slack else 0)
    fill = lil_matrix((cells, width))
    for place, unit in enumerate(stock.units):
        for cell, count in unit.fills.items():
            fill[cell, place] = count
    wanted = np.array([cell.wanted for cell in stock.cells], dtype=float)
    if slack:
        for cell in range(cells):
            fill[cell, units + cell] = 1
    constraints = [LinearConstraint(fill.tocsr(), wanted, wanted)] if cells else []
    pairs = [(one, other) for one, unit in enumerate(stock.units) for other in unit.enemies if one < other]
    if pairs:
        apart = lil_matrix((len(pairs), width))
        for row, pair in enumerate(pairs):
            for place in pair:
                apart[row, place] = 1
        constraints.append(LinearConstraint(apart.tocsr(), -np.inf, 1))
    if seen_at_most:
        constraints.append(LinearConstraint(np.array([[*seen_at_most[0]]], dtype=float), -np.inf, seen_at_most[1]))
    upper = np.array([1.0 if unit.fills else 0.0 for unit in stock.units] + ([*wanted] if slack else []), dtype=float)
    return milp(cost, constraints=constraints, integrality=np.ones(width), bounds=Bounds(np.zeros(width), upper))
