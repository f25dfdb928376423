"""Forms: the items that one learner gets in one attempt, in their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from westmec_xblocks.domain.assessment import exact
from westmec_xblocks.domain.assessment.cells import Shortage, Stock, Unit, stock_of
from westmec_xblocks.domain.assessment.definition import Assessment, Status
from westmec_xblocks.domain.assessment.lots import lot
from westmec_xblocks.domain.refusals import NotFound, Refusal, WestmecError


class CannotAssemble(WestmecError):
    """The bank cannot fill the blueprint; ``shortages`` names the cells."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(
            Refusal(
                "form_impossible", "No form can be put together from this bank: its author must mend the blueprint."
            )
        )
        self.shortages = tuple(shortages)


@dataclass(frozen=True, slots=True)
class Form:
    """Item ids in the order in which they are shown. ``pilot`` are those that do not count, as they stood when the form was made.

    ``seed`` and the recorded inputs make it again; ``fixed`` is the id of the author's form that it is.
    """

    items: tuple[str, ...]
    pilot: frozenset[str]
    seed: str = ""
    fixed: str = ""
    seen_again: tuple[str, ...] = field(default=())

    @property
    def scored(self) -> tuple[str, ...]:
        """The items that count, in order."""
        return tuple(item for item in self.items if item not in self.pilot)


def assemble(
    assessment: Assessment,
    *,
    seed: str,
    seen: Collection[str] = (),
    exposure: Mapping[str, int] | None = None,
    stock: Stock | None = None,
) -> Form:
    """A form of the blueprint: exact in every cell, friends together, enemies apart.

    Of all such forms it holds as few ``seen`` items as can be, then those with the least ``exposure`` (how many forms held the item so
    far), then what the lot of ``seed`` says. CannotAssemble when there is none. ``stock`` spares the caller who has it the making.

    Items are taken one unit at a time, the least seen and least exposed first, which takes a time in proportion to the bank. Where
    that leaves a gap, or takes a seen item that another choice might avoid, the choice is made by integer programming (``exact``).
    """
    stock = stock or stock_of(assessment)
    costs = _costs(stock, seed, frozenset(seen), exposure or {})
    chosen = _by_turns(stock, costs)
    if chosen is None or any(costs[place][0] for place in chosen):
        chosen = exact.choose(stock, costs) or chosen
    if chosen is None:
        raise CannotAssemble(exact.shortages(stock))
    return _laid_out(assessment, [stock.units[place] for place in chosen], seed, frozenset(seen))


def fixed_form(assessment: Assessment, form_id: str, *, seed: str, seen: Collection[str] = ()) -> Form:
    """The author's own form of this id, in the author's order; NotFound when there is none. Items retired since are left out."""
    written = assessment.fixed_form(form_id)
    if written is None:
        raise NotFound(Refusal("unknown_form", "There is no form “{form}”.", {"form": form_id}))
    known = [item for item in written.items if item in assessment.by_id and assessment.by_id[item].is_used]
    pilot = frozenset(item for item in known if assessment.by_id[item].status is Status.PILOT)
    return Form(tuple(known), pilot, seed, form_id, tuple(item for item in known if item in set(seen)))


def form_for(
    assessment: Assessment,
    *,
    seed: str,
    seen: Collection[str] = (),
    exposure: Mapping[str, int] | None = None,
    stock: Stock | None = None,
) -> Form:
    """The form of a new attempt: one of the author's own where there are any, else one that is drawn (``assemble``).

    Of the author's forms the one with the fewest items ``seen``, then the one given out least, then what the lot of ``seed`` says: a
    second attempt gets another form as long as there is one, and all are used alike.
    """
    if not assessment.fixed_forms:
        return assemble(assessment, seed=seed, seen=seen, exposure=exposure, stock=stock)
    counts = exposure or {}
    forms = [fixed_form(assessment, one.id, seed=seed, seen=seen) for one in assessment.fixed_forms]
    return min(
        forms,
        key=lambda form: (
            len(form.seen_again),
            Fraction(sum(counts.get(item, 0) for item in form.items), max(len(form.items), 1)),
            lot(seed, "form", form.fixed),
        ),
    )


def shortages(assessment: Assessment) -> tuple[Shortage, ...]:
    """The cells that no form can fill, and by how many items each falls short; empty when forms can be put together.

    What falls short is least in total; where a shortage can be laid on one cell or another, it is laid on the later one.
    """
    stock = stock_of(assessment)
    if _by_turns(stock, [(0, 0, place) for place in range(len(stock.units))]) is not None:
        return ()
    return exact.shortages(stock)


Cost = tuple[int, int, int]


def _costs(stock: Stock, seed: str, seen: frozenset[str], exposure: Mapping[str, int]) -> list[Cost]:
    """For each unit: how many of its items were seen, how exposed it is, its lot."""
    costs = []
    for unit in stock.units:
        size = len(unit.items)
        exposed = sum(exposure.get(item, 0) for item in unit.items)
        # Tenths of the mean, so that a unit of three is compared with a single item.
        costs.append((sum(item in seen for item in unit.items), exposed * 10 // size, lot(seed, unit.items[0])))
    return costs


def _by_turns(stock: Stock, costs: Sequence[Cost]) -> list[int] | None:
    """Units that fill every cell exactly, taken in the order of their costs while they fit; None where a gap is left."""
    left = [cell.wanted for cell in stock.cells]
    chosen: list[int] = []
    banned: set[int] = set()
    order = sorted(range(len(stock.units)), key=lambda place: (costs[place][0] > 0, *costs[place][1:]))
    for place in order:
        unit = stock.units[place]
        if not unit.fills or place in banned or any(left[cell] < count for cell, count in unit.fills.items()):
            continue
        for cell, count in unit.fills.items():
            left[cell] -= count
        chosen.append(place)
        banned |= unit.enemies
    return None if any(left) else chosen


def _laid_out(assessment: Assessment, units: Sequence[Unit], seed: str, seen: frozenset[str]) -> Form:
    """Domains in the blueprint's order, units shuffled inside a domain, friends side by side in the author's order."""
    rank = {domain.id: place for place, domain in enumerate(assessment.domains)}
    by_id = assessment.by_id
    in_order = sorted(
        units, key=lambda unit: (rank[by_id[unit.items[0]].domain], lot(seed, "place", unit.items[0]), unit.items[0])
    )
    items = tuple(item for unit in in_order for item in unit.items)
    pilot = frozenset(item for item in items if by_id[item].status is Status.PILOT)
    return Form(items, pilot, seed, "", tuple(item for item in items if item in seen))
