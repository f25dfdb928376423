"""Rating scales of any shape: which levels there are, which pass, and which way is up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from westmec_xblocks.domain.text import Text

MET = "met"
NOT_MET = "not_met"
NOT_APPLICABLE = "na"


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a scale. ``observed`` is False for a level that says that there was no performance to judge."""

    value: str
    label: Text
    description: Text = Text()
    observed: bool = True

    @property
    def number(self) -> Decimal | None:
        """The value as a number, or None for a level that is only a word."""
        try:
            number = Decimal(self.value)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels from worst to best.

    ``passing`` is the level that quality lines must reach, ``floor`` the one that ordinary lines must reach for a
    demonstration to count; both are values of levels. ``descending`` says that smaller numbers are better, as in
    states that count 1 as best; it turns the comparison of means, while the order of ``levels`` always is from worst
    to best. ``ref`` is the name of a built-in scale, or empty for one that is spelt out.
    """

    levels: tuple[Level, ...]
    passing: str
    floor: str
    descending: bool = False
    ref: str = ""

    def find(self, value: str) -> Level | None:
        """The level of this value, or None."""
        return next((level for level in self.levels if level.value == value), None)

    def rank(self, value: str) -> int:
        """The place of the level from worst (0) to best; KeyError for a value that is not on the scale."""
        for place, level in enumerate(self.levels):
            if level.value == value:
                return place
        raise KeyError(value)

    def reaches(self, value: str, wanted: str) -> bool:
        """Whether ``value`` is as good as ``wanted`` or better; a value off the scale, or one that says “not observed”, never is."""
        level = self.find(value)
        return level is not None and level.observed and self.rank(value) >= self.rank(wanted)

    def worse(self, one: str, other: str) -> str:
        """The worse of two values that are on the scale."""
        return min(one, other, key=self.rank)

    @property
    def default_mean(self) -> Decimal | None:
        """The mean that is asked for where the author names none: the passing level's number (3 on 0–4); None on a scale of words."""
        level = self.find(self.passing)
        return level.number if level else None

    def mean_reached(self, mean: Decimal, wanted: Decimal) -> bool:
        """Whether a mean is as good as the one asked for, in the scale's direction."""
        return mean <= wanted if self.descending else mean >= wanted


def _level(value: str, english: str, spanish: str, seen: str = "", visto: str = "", *, observed: bool = True) -> Level:
    return Level(value, Text(english, {"es": spanish}), Text(seen, {"es": visto} if visto else {}), observed)


ENTRY_LEVEL = Scale(
    ref="entry-level",
    passing="3",
    floor="2",
    levels=(
        _level(
            "0",
            "Not yet attempted",
            "Aún no intentado",
            "No performance to judge",
            "No hay desempeño que evaluar",
            observed=False,
        ),
        _level(
            "1",
            "Guided",
            "Guiado",
            "Completes parts only when told or shown each step",
            "Completa partes solo si se le indica cada paso",
        ),
        _level(
            "2",
            "Prompted",
            "Con recordatorios",
            "Completes the task with reminders or a correction",
            "Completa la tarea con recordatorios o una corrección",
        ),
        _level(
            "3",
            "Entry level",
            "Nivel de ingreso",
            "Completes the task alone, safely, to the stated criteria",
            "Completa la tarea solo, con seguridad y según los criterios",
        ),
        _level(
            "4",
            "Strong",
            "Sólido",
            "Entry level, and works at a realistic pace, adapts to a change, explains why",
            "Nivel de ingreso, y trabaja a ritmo realista, se adapta y explica el porqué",
        ),
    ),
)
_FIVE: Sequence[tuple[str, str]] = (
    ("Cannot do it yet", "Aún no puede hacerlo"),
    ("Needs close help", "Necesita ayuda constante"),
    ("Needs some help", "Necesita algo de ayuda"),
    ("Works alone", "Trabaja por su cuenta"),
    ("Can teach it", "Puede enseñarlo"),
)
FIVE_POINT = Scale(
    ref="five-point",
    passing="4",
    floor="3",
    levels=tuple(_level(str(number), english, spanish) for number, (english, spanish) in enumerate(_FIVE, start=1)),
)
FIVE_POINT_INVERTED = Scale(
    ref="five-point-inverted",
    passing="2",
    floor="3",
    descending=True,
    levels=tuple(_level(str(6 - number), english, spanish) for number, (english, spanish) in enumerate(_FIVE, start=1)),
)
PASS_FAIL = Scale(
    ref="pass-fail",
    passing="pass",
    floor="pass",
    levels=(_level("fail", "Not yet", "Aún no"), _level("pass", "Pass", "Aprobado")),
)
BUILT_IN: dict[str, Scale] = {scale.ref: scale for scale in (ENTRY_LEVEL, FIVE_POINT, FIVE_POINT_INVERTED, PASS_FAIL)}
