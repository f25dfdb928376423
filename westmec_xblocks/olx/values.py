"""Attributes as values: how each kind of value is read, what is said when it cannot be, how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from westmec_xblocks.domain.durations import Span, parse_span
from westmec_xblocks.olx.problems import nearest

MAX_NUMBER = 99
MAX_ID = 50
MAX_CODE = 100

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,9})?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Unclear(ValueError):
    """A value that cannot be read: a code and a sentence, in which {attribute} and {value} are filled in by whoever knows them.

    ``instead`` is what to show of it all the same; None for the value of an attribute left out.
    """

    def __init__(self, code: str, sentence: str, instead: object = None, **values: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.instead = instead
        self.values = values


def write_mend(code: str, mend: str, instead: object = None) -> Unclear:
    """What to raise where the mend is plain."""
    return Unclear(code, "{attribute}=“{value}” cannot be read: write “{mend}”.", instead, mend=mend)


def whole(text: str) -> int:
    """A whole number from 1 to 99, in digits."""
    written = text.strip()
    if re.fullmatch(r"[1-9][0-9]?", written):
        return int(written)
    digits = re.match(r"\+?0*([1-9][0-9]?)(?:\.0+)?(?![0-9.,])", written)
    mend = digits[1] if digits else str(_WORDS.index(written.lower()) + 1) if written.lower() in _WORDS else ""
    if mend:
        raise write_mend("not_whole", mend)
    raise Unclear("not_whole", "{attribute}=“{value}” is not a whole number from 1 to {most}.", most=str(MAX_NUMBER))


def decimal(text: str) -> Decimal:
    """A plain decimal number with a point."""
    written = text.strip()
    if _NUMBER.fullmatch(written):
        return Decimal(written)
    thousands = re.fullmatch(r"(-?[0-9]{1,3}),([0-9]{3})", written)
    if thousands:
        mend = f"{thousands[1]}.{thousands[2]}” or “{thousands[1]}{thousands[2]}"
        raise write_mend("not_decimal", mend)
    cleaned = re.sub(r"^(-?)0+(?=[0-9])", r"\1", written.replace(",", ".").replace("\u2212", "-").lstrip("+"))
    cleaned = re.sub(r"^(-?)\.", r"\g<1>0.", cleaned)
    number = _NUMBER.match(cleaned)
    if (
        number
        and re.fullmatch(r"[.]?\s*[^0-9.,]*", cleaned[number.end() :])
        and not re.match(r"\s*[eE]", cleaned[number.end() :])
    ):
        raise write_mend("not_decimal", number[0])
    raise Unclear("not_decimal", "{attribute}=“{value}” is not a number such as 3.0.")


def percent(share: Fraction) -> str:
    """A share as authors write it."""
    number = f"{float(share * 100):.4f}".rstrip("0").rstrip(".")
    return f"{number}%"


def span(text: str) -> Span:
    """A span of time, such as ``24 months``."""
    try:
        return parse_span(text)
    except ValueError:
        raise Unclear(
            "span_unclear", "{attribute}=“{value}” is not a span such as “30 days”, “24 months” or “2 years”."
        ) from None


def names(text: str) -> tuple[str, ...]:
    """Names with white space between them, each once."""
    if any(mark in text for mark in ",;"):
        parts = tuple(dict.fromkeys(re.split(r"[\s,;]+", text.strip(" ,;\t\r\n"))))
        raise write_mend("names_unclear", " ".join(parts), parts)
    return tuple(dict.fromkeys(text.split()))


def identifier(text: str) -> str:
    """An id, which records keep."""
    return _name(text, MAX_ID)


def code(text: str) -> str:
    """A code, which records and credentials keep."""
    return _name(text, MAX_CODE)


def _name(text: str, longest: int) -> str:
    written = text.strip()
    if written and (len(written) > longest or not _NAME.fullmatch(written)):
        raise Unclear(
            "name_unusable",
            "{attribute}=“{value}”: use letters without accents, digits, points, hyphens and underscores, at most {most} characters.",
            written,
            most=str(longest),
        )
    return written


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader for one word out of ``choices``."""

    def read(text: str) -> str:
        written = text.strip()
        if written in choices:
            return written
        mend = nearest(written, choices)
        if mend:
            raise write_mend("choice_unknown", mend)
        named = ", ".join(f"“{choice}”" for choice in choices)
        raise Unclear("choice_unknown", "{attribute}=“{value}” is not one of {choices}.", choices=named)

    return read


def truth(text: str) -> bool:
    """``true`` or ``false``."""
    return one_of("true", "false")(text.lower()) == "true"


def truth_text(value: object) -> str:
    """A truth as authors write it."""
    return "true" if value else "false"


def share(text: str) -> Fraction:
    """A share, such as ``70%``."""
    written = text.strip()
    if match := re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s?%", written):
        return Fraction(match[1]) / 100
    cleaned = written.replace(",", ".")
    if match := re.fullmatch(r"([1-9][0-9]{0,2}(?:\.[0-9]{1,4})?) ?(?:percent|%)?", cleaned, re.IGNORECASE):
        raise write_mend("share_unclear", f"{match[1]}%")
    if match := re.fullmatch(r"0?\.([0-9]{1,4})", cleaned):
        raise write_mend("share_unclear", percent(Fraction(f"0.{match[1]}")))
    raise Unclear("share_unclear", "{attribute}=“{value}” is not a share such as “70%”.")


_AMOUNT = re.compile(r"([0-9]{1,5})\s*(seconds?|sec|s|minutes?|min|hours?|h|days?|d|weeks?)(?![a-z])\s*", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def amount(text: str) -> timedelta:
    """A length of time: ``90 s``, ``60 min``, ``1 h 30 min``, ``24 h``, ``2 days``."""
    written = text.strip()
    seconds = place = 0
    while match := _AMOUNT.match(written, place):
        seconds += int(match[1]) * _SECONDS[match[2][0].lower()]
        place = match.end()
    if seconds and place == len(written):
        return timedelta(seconds=seconds)
    if re.fullmatch(r"[1-9][0-9]{0,4}", written):
        raise write_mend("amount_unclear", f"{written} min")
    raise Unclear(
        "amount_unclear", "{attribute}=“{value}” is not a length of time such as “60 min”, “24 h” or “2 days”."
    )


def amount_text(value: timedelta) -> str:
    """A length of time as authors write it."""
    seconds = round(value.total_seconds())
    if seconds % 86400 == 0 and seconds > 86400:
        return f"{seconds // 86400} days"
    if seconds % 3600 == 0 and seconds > 2 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"


def up_to(most: int, least: int = 1) -> Callable[[str], int]:
    """A reader for a whole number in digits, from ``least`` to ``most``."""

    def read(text: str) -> int:
        written = text.strip()
        if re.fullmatch(r"0|[1-9][0-9]{0,8}", written) and least <= int(written) <= most:
            return int(written)
        sentence = "{attribute}=“{value}” is not a whole number from {least} to {most}."
        raise Unclear("not_whole", sentence, least=str(least), most=str(most))

    return read


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: ``read`` raises ``Unclear``; ``missing`` is the value where it is left out."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    missing: Any


def number_text(number: Decimal) -> str:
    """A number in digits."""
    return f"{number:f}"


TEXT = Attribute(str.strip, str, "")
NUMBER_OR_NONE = Attribute(whole, str, None)
NAMES = Attribute(names, " ".join, ())
ID = Attribute(identifier, str, "")


def word(*choices: str) -> Attribute:
    """An attribute that is one of these words; left out, it is the first."""
    return Attribute(one_of(*choices), str, choices[0])


def only(word: str) -> Attribute:
    """An attribute that has one possible value, or is left out: true or false."""
    return Attribute(lambda text: one_of(word)(text) == word, lambda value: word if value else "", False)
