"""Shapes on a picture, in its own coordinates: whether a point lies in one, edges included, in exact arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

RECT, CIRCLE, POLY = "rect", "circle", "poly"
SHAPES = (RECT, CIRCLE, POLY)

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape as HTML's image maps write it: ``rect`` left, top, right, bottom; ``circle`` x, y, radius; ``poly`` x, y of each corner."""

    name: str
    coords: tuple[Fraction, ...]

    @property
    def is_whole(self) -> bool:
        """Whether there are as many numbers as the shape needs, and it has an inside."""
        count = len(self.coords)
        if self.name == RECT:
            return count == 4 and self.coords[0] < self.coords[2] and self.coords[1] < self.coords[3]
        if self.name == CIRCLE:
            return count == 3 and self.coords[2] > 0
        return count >= 6 and count % 2 == 0

    def holds(self, point: Point) -> bool:
        """Whether the point lies in the shape or on its edge."""
        if not self.is_whole:
            return False
        x, y = point
        if self.name == RECT:
            left, top, right, bottom = self.coords
            return left <= x <= right and top <= y <= bottom
        if self.name == CIRCLE:
            middle_x, middle_y, radius = self.coords
            return (x - middle_x) ** 2 + (y - middle_y) ** 2 <= radius**2
        return self._polygon_holds(point)

    def _polygon_holds(self, point: Point) -> bool:
        """By the even-odd rule: a line to the right crosses the edges an odd number of times."""
        corners = list(zip(self.coords[::2], self.coords[1::2], strict=True))
        inside = False
        x, y = point
        for (x1, y1), (x2, y2) in pairwise([*corners, corners[0]]):
            turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
            if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                return True
            if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
                inside = not inside
        return inside
