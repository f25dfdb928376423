"""What the points of an attempt mean: the total, each domain, each minimum, and whether it is a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.forms import Form

# Fewer items than this say too little about the spread of their own errors.
FEWEST_FOR_ERROR = 20


@dataclass(frozen=True, slots=True)
class DomainResult:
    """The points earned of the scored items of one domain."""

    domain: str
    earned: Fraction
    possible: int


@dataclass(frozen=True, slots=True)
class MinimumResult:
    """The points earned in the domains of a minimum, pooled, and how many are needed."""

    domains: tuple[str, ...]
    earned: Fraction
    possible: int
    needed: int

    @property
    def met(self) -> bool:
        """Whether enough was right."""
        return self.earned >= self.needed


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt, by the definition that its form names. Points are exact fractions; an item is worth one."""

    earned: Fraction
    possible: int
    needed: int
    domains: tuple[DomainResult, ...]
    minimums: tuple[MinimumResult, ...]
    items: Mapping[str, Fraction]

    @property
    def share(self) -> Fraction:
        """The points earned, of those possible; zero where none are."""
        return self.earned / self.possible if self.possible else Fraction(0)

    @property
    def cut_reached(self) -> bool:
        """Whether the total is enough."""
        return self.possible > 0 and self.earned >= self.needed

    @property
    def minimums_met(self) -> bool:
        """Whether every minimum is met."""
        return all(minimum.met for minimum in self.minimums)

    @property
    def passed(self) -> bool:
        """Whether the whole rule is met: the cut and every minimum."""
        return self.cut_reached and self.minimums_met

    @property
    def error(self) -> float | None:
        """The standard error of measurement of the number right; None where the data allow none.

        SEM(x) = sqrt(x(n − x)/(n − 1)) for x right of n items scored right or wrong (Lord, F. M., 1957: Do tests of the same length
        have the same standard error of measurement? Educational and Psychological Measurement 17, 510–521). It rests on the items being
        a sample of those that might have been asked, which holds for forms drawn from a bank, and needs no other learners. No figure for
        fewer than 20 items, for partial points, nor at 0 and n, where the formula gives a certainty that nobody has.
        """
        right, count = self.earned, self.possible
        if (
            count < FEWEST_FOR_ERROR
            or not 0 < right < count
            or any(points not in (0, 1) for points in self.items.values())
        ):
            return None
        return sqrt(float(right) * float(count - right) / (count - 1))


def result_of(assessment: Assessment, form: Form, points: Mapping[str, Fraction]) -> Result:
    """The result of a form.

    ``points`` gives each item's share of its one point, 0 to 1; an item that is not answered is missing and earns nothing. Pilot items
    and items that the definition does not know never count.
    """
    scored = [item for item in form.scored if item in assessment.by_id]
    earned = {item: min(max(points.get(item, Fraction(0)), Fraction(0)), Fraction(1)) for item in scored}
    domains = tuple(_domain_result(assessment, domain.id, earned) for domain in assessment.domains)
    by_domain = {result.domain: result for result in domains}
    minimums = []
    for minimum in assessment.minimums:
        pooled = [by_domain[domain] for domain in minimum.domains if domain in by_domain]
        possible = sum(one.possible for one in pooled)
        minimums.append(
            MinimumResult(
                minimum.domains, sum((one.earned for one in pooled), Fraction(0)), possible, minimum.needed(possible)
            )
        )
    return Result(
        sum(earned.values(), Fraction(0)),
        len(scored),
        ceil(assessment.cut * len(scored)),
        domains,
        tuple(minimums),
        earned,
    )


def _domain_result(assessment: Assessment, domain: str, earned: Mapping[str, Fraction]) -> DomainResult:
    own = [points for item, points in earned.items() if assessment.by_id[item].domain == domain]
    return DomainResult(domain, sum(own, Fraction(0)), len(own))
