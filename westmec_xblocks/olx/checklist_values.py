"""The attributes of a skill checklist as values: how each is read, what is said when it cannot be, how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from westmec_xblocks.domain.checklist.definition import Credit, Flag, SecondEvaluator
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


def _write_mend(code: str, mend: str, instead: object = None) -> Unclear:
    return Unclear(code, "{attribute}=“{value}” cannot be read: write “{mend}”.", instead, mend=mend)


def whole(text: str) -> int:
    """A whole number from 1 to 99, in digits."""
    written = text.strip()
    if re.fullmatch(r"[1-9][0-9]?", written):
        return int(written)
    digits = re.match(r"\+?0*([1-9][0-9]?)(?:\.0+)?(?![0-9.,])", written)
    mend = digits[1] if digits else str(_WORDS.index(written.lower()) + 1) if written.lower() in _WORDS else ""
    if mend:
        raise _write_mend("not_whole", mend)
    raise Unclear("not_whole", "{attribute}=“{value}” is not a whole number from 1 to {most}.", most=str(MAX_NUMBER))


def decimal(text: str) -> Decimal:
    """A plain decimal number with a point."""
    written = text.strip()
    if _NUMBER.fullmatch(written):
        return Decimal(written)
    thousands = re.fullmatch(r"(-?[0-9]{1,3}),([0-9]{3})", written)
    if thousands:
        mend = f"{thousands[1]}.{thousands[2]}” or “{thousands[1]}{thousands[2]}"
        raise _write_mend("not_decimal", mend)
    cleaned = re.sub(r"^(-?)0+(?=[0-9])", r"\1", written.replace(",", ".").replace("\u2212", "-").lstrip("+"))
    cleaned = re.sub(r"^(-?)\.", r"\g<1>0.", cleaned)
    number = _NUMBER.match(cleaned)
    if (
        number
        and re.fullmatch(r"[.]?\s*[^0-9.,]*", cleaned[number.end() :])
        and not re.match(r"\s*[eE]", cleaned[number.end() :])
    ):
        raise _write_mend("not_decimal", number[0])
    raise Unclear("not_decimal", "{attribute}=“{value}” is not a number such as 3.0.")


def second_evaluator(text: str) -> SecondEvaluator:
    """``once`` for every learner, or a share of the learners such as ``20%``."""
    written = text.strip()
    if written == "once":
        return SecondEvaluator(Fraction(1))
    share = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s?%", written)
    if share and 0 < Fraction(share[1]) <= 100:
        return SecondEvaluator(Fraction(share[1]) / 100)
    bare = re.fullmatch(r"([1-9][0-9]?)(?: ?percent)?", written, re.IGNORECASE)
    if bare:
        raise _write_mend("second_evaluator_unclear", f"{bare[1]}%")
    part = re.fullmatch(r"0?\.([0-9]{1,4})", written)
    if part and int(part[1]):
        raise _write_mend("second_evaluator_unclear", _percent(Fraction(f"0.{part[1]}")))
    if written.lower() in ("once", "all", "always", "yes", "true", "1"):
        raise _write_mend("second_evaluator_unclear", "once")
    raise Unclear(
        "second_evaluator_unclear",
        "{attribute}=“{value}” is neither “once” nor a share of the learners such as “20%”; leave it out for none.",
    )


def _percent(share: Fraction) -> str:
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
        raise _write_mend("names_unclear", " ".join(parts), parts)
    return tuple(dict.fromkeys(text.split()))


def identifier(text: str) -> str:
    """The id of a skill, which records keep."""
    return _name(text, MAX_ID)


def code(text: str) -> str:
    """The code of a list, which records and credentials keep."""
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
            raise _write_mend("choice_unknown", mend)
        named = ", ".join(f"“{choice}”" for choice in choices)
        raise Unclear("choice_unknown", "{attribute}=“{value}” is not one of {choices}.", choices=named)

    return read


def flag(text: str) -> Flag:
    """``safety`` or ``quality``; empty for an ordinary line."""
    return Flag(one_of("safety", "quality")(text)) if text.strip() else Flag.ORDINARY


def credit(text: str) -> Credit:
    """``lines`` or ``passed``."""
    return Credit(one_of("lines", "passed")(text))


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: ``read`` raises ``Unclear``; ``missing`` is the value where it is left out."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    missing: Any


def _number_text(number: Decimal) -> str:
    return f"{number:f}"


def _second_text(second: SecondEvaluator) -> str:
    return "once" if second.share >= 1 else _percent(second.share)


_TEXT = Attribute(str.strip, str, "")
_NUMBER_OR_NONE = Attribute(whole, str, None)
_NAMES = Attribute(names, " ".join, ())
_SPAN = Attribute(span, str, None)
_LIMIT = Attribute(decimal, _number_text, None)

LIST_ATTRIBUTES: Mapping[str, Attribute] = {
    "code": Attribute(code, str, ""),
    "demonstrations": Attribute(whole, str, 1),
    "days": _NUMBER_OR_NONE,
    "variants": Attribute(whole, str, 1),
    "mean": Attribute(decimal, _number_text, None),
    "second_evaluator": Attribute(second_evaluator, _second_text, None),
    "requires": _NAMES,
    "valid_for": _SPAN,
    "credit": Attribute(credit, str, Credit.LINES),
}
SKILL_ATTRIBUTES: Mapping[str, Attribute] = {
    "id": Attribute(identifier, str, ""),
    "flag": Attribute(flag, str, Flag.ORDINARY),
    "evidence": _NAMES,
    "demonstrations": _NUMBER_OR_NONE,
    "days": _NUMBER_OR_NONE,
    "variants": _NUMBER_OR_NONE,
    "requires": _NAMES,
    "valid_for": _SPAN,
    "not_applicable": _TEXT,
    "align": _NAMES,
}
MEASURE_ATTRIBUTES: Mapping[str, Attribute] = {
    "unit": _TEXT,
    "at_least": _LIMIT,
    "at_most": _LIMIT,
    "readings": Attribute(whole, str, 1),
}
