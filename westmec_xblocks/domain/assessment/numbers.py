"""Numbers as people type them, read by their shape, in exact arithmetic."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

MAX_DIGITS = 30
MAX_EXPONENT = 30

# Languages whose readers write a decimal comma, after Unicode CLDR; of Spanish, the countries that write a point are left out.
_COMMA_LANGUAGES = """
    bg ca cs da de el es et eu fi fr gl hr hu id is it lt lv nb nl nn no pl pt ro ru sk sl sr sv tr uk vi
"""
_POINT_REGIONS = """
    es-419 es-mx es-us es-pr es-gt es-hn es-ni es-sv es-pa es-do es-pe es-cu de-ch de-li it-ch
"""

_MINUS = "\u2212\u2013\u2014\u2012\u2010\u2011"
_APOSTROPHES = "\u2019\u2018\u02bc"
_WRITTEN = re.compile(r"([+-]?) ?([0-9.,' ]*[0-9][.,]?)(?:[eE]([+-]?[0-9]{1,3}))?(?![0-9.,']) ?(.*)", re.DOTALL)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([ '.,])[0-9]{3})(?:\1[0-9]{3})*")


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it was typed: its value with the figures that were given, and the words behind it (a unit)."""

    number: Decimal
    rest: str = ""


def read_number(text: str, language: str = "") -> Written | None:
    """The number at the beginning of the text, or None when it is none.

    The shape decides. Spaces and apostrophes part thousands. Of a point and a comma together, the last is the decimal mark; one that stands
    several times parts thousands. A single mark is the decimal mark, with one exception: a comma before exactly three digits
    (``1,234``) parts thousands, unless the reader's language writes a decimal comma. A single point never parts thousands, because
    meters show it. ``1.2e3`` is read; nothing is calculated.
    """
    tidy = "".join(map(_tidy, text)).strip()
    match = _WRITTEN.fullmatch(" ".join(tidy.split(" ")))
    if match is None:
        return None
    digits = _digits(match[2].strip(), comma_is_decimal(language))
    if digits is None or len(digits) > MAX_DIGITS or abs(int(match[3] or 0)) > MAX_EXPONENT:
        return None
    sign = "-" if match[1] == "-" else ""
    exponent = f"e{int(match[3])}" if match[3] else ""
    return Written(Decimal(f"{sign}{digits}{exponent}"), match[4].strip())


def comma_is_decimal(language: str) -> bool:
    """Whether readers of the language write a decimal comma."""
    tag = language.lower().replace("_", "-")
    return tag not in _POINT_REGIONS.split() and tag.split("-", maxsplit=1)[0] in _COMMA_LANGUAGES.split()


def _tidy(mark: str) -> str:
    if mark in _MINUS:
        return "-"
    if mark in _APOSTROPHES:
        return "'"
    return " " if unicodedata.category(mark) == "Zs" or mark in "\t\n\r" else mark


def _digits(body: str, comma: bool) -> str | None:
    """The digits with a decimal point, out of a number's body; None when its shape is none."""
    whole, fraction = _parted(body, comma)
    whole = whole or "0"
    if not whole.isdigit():
        grouped = _GROUPED.fullmatch(whole)
        if grouped is None:
            return None
        whole = re.sub(r"[ '.,]", "", whole)
    if fraction:
        if not re.fullmatch(r"[0-9]+|(?:[0-9]{3} )+[0-9]{1,3}", fraction):
            return None
        fraction = fraction.replace(" ", "")
    return f"{whole}.{fraction}" if fraction else whole


def _parted(body: str, comma: bool) -> tuple[str, str]:
    """What stands before and behind the decimal mark."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        mark = "." if body.rindex(".") > body.rindex(",") else ","
        return _split(body, mark) if body.count(mark) == 1 else (body, "")
    mark = "." if points else ","
    if points + commas != 1:
        return body, ""
    if mark == "," and not comma and re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", body):
        return body, ""
    return _split(body, mark)


def _split(body: str, mark: str) -> tuple[str, str]:
    whole, _, fraction = body.partition(mark)
    return whole, fraction


def figures_of(number: Decimal) -> range:
    """How many significant figures the number may have been given with; zeros at the end of a whole number may count or not."""
    digits = "".join(map(str, number.as_tuple().digits)).lstrip("0")
    exponent = number.as_tuple().exponent
    most = len(digits) or 1
    if exponent == 0:
        return range(len(digits.rstrip("0")) or 1, most + 1)
    return range(most, most + 1)


def with_figures(number: Decimal, figures: int) -> Decimal:
    """The number rounded to so many significant figures, halves away from zero."""
    return number.quantize(Decimal(1).scaleb(number.adjusted() - figures + 1), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an answer may be from the right one, edges included: so much, or so many percent of the right answer."""

    amount: Decimal
    relative: bool = False

    def around(self, answer: Decimal) -> Fraction:
        """The distance that is allowed."""
        return abs(Fraction(answer)) * Fraction(self.amount) / 100 if self.relative else Fraction(self.amount)


def is_near(value: Fraction, answer: Decimal, tolerance: Tolerance | None) -> bool:
    """Whether the value is the answer, within the tolerance."""
    allowed = tolerance.around(answer) if tolerance is not None else Fraction(0)
    return abs(value - Fraction(answer)) <= allowed
