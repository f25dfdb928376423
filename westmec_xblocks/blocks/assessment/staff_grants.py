"""Reading what a learner is to be granted, from a form or a line of a file: every mistake is told, each in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.conf.locale import LANG_INFO

from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.records import api

T = TypeVar("T")
MOST_TIME, MOST_BREAKS, MOST_EXTRA, MOST_DAYS, MOST_REASON = 10, 24 * 60, 20, 366, 2000


class UnreadableGrant(WestmecError):
    """What was written cannot be granted; ``refusals`` says everything that is wrong with it."""

    def __init__(self, refusals: Collection[Refusal]) -> None:
        super().__init__(next(iter(refusals)))
        self.refusals = tuple(refusals)


def read_grant(learner_id: int, code: str, written: Mapping[str, str], languages: Collection[str]) -> api.Granting:
    """The grant that these words describe.

    ``written`` holds time (1.5, 150 % or +50 %), breaks (minutes), extra_attempts, days (after the due date), language and reason; what
    is missing grants nothing. ``languages`` are those in which the assessment can be had. Raises ``UnreadableGrant``.
    """
    wrong: list[Refusal] = []

    def take(read: Callable[[str], T], field: str, refusal: Refusal, nothing: T) -> T:
        text = written.get(field, "").strip()
        if not text:
            return nothing
        try:
            return read(text)
        except (ValueError, InvalidOperation):
            wrong.append(refusal)
            return nothing

    grant = api.Granting(
        learner_id,
        code,
        take(_factor, "time", _time(), Decimal(1)),
        take(_up_to(MOST_BREAKS), "breaks", _breaks(), 0),
        take(_up_to(MOST_EXTRA), "extra_attempts", _extra(), 0),
        24 * take(_up_to(MOST_DAYS), "days", _days(), 0),
        take(_one_of(languages if code else LANG_INFO), "language", _language(languages if code else ()), ""),
        take(_reason, "reason", _too_long(), ""),
    )
    wrong.extend(_whole(grant, wrong))
    if wrong:
        raise UnreadableGrant(wrong)
    return grant


def _whole(grant: api.Granting, wrong: Collection[Refusal]) -> Iterable[Refusal]:
    """What is wrong with the grant as a whole, where each word of it could be read."""
    if not wrong and grant == api.Granting(grant.learner_id, grant.code, reason=grant.reason):
        yield Refusal("grants_nothing", "This grants nothing: give time, breaks, attempts, days or a language.")
    if not grant.reason and not any(one.code == "grant_reason" for one in wrong):
        yield Refusal("grant_no_reason", "Reason: say why, for instance the plan that asks for it.")


def _factor(text: str) -> Decimal:
    """A factor on the time with two decimals at most: 1.5, 1,5, 150 % or +50 %."""
    match = re.fullmatch(r"(\+?)(\d{1,4}(?:[.,]\d{1,4})?)\s*(%?)", text)
    if match is None or (match[1] and not match[3]):
        raise ValueError
    factor = Decimal(match[2].replace(",", "."))
    if match[3]:
        factor = factor / 100 + (1 if match[1] else 0)
    rounded = factor.quantize(Decimal("0.01"))
    if rounded != factor or not 1 <= factor <= MOST_TIME:
        raise ValueError
    return rounded.normalize() if rounded != rounded.to_integral() else Decimal(int(rounded))


def _up_to(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,6}", text, flags=re.ASCII) or int(text) > most:
            raise ValueError
        return int(text)

    return read


def _one_of(codes: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        code = text.lower()
        found = next((one for one in codes if one.lower() == code), None)
        if found is None:
            raise ValueError
        return found

    return read


def _reason(text: str) -> str:
    if len(text) > MOST_REASON or "\x00" in text:
        raise ValueError
    return text


def _time() -> Refusal:
    sentence = "Time factor: from 1 to {most}, such as 1.5, or as more time: +50 %."
    return Refusal("grant_time", sentence, {"most": str(MOST_TIME)})


def _breaks() -> Refusal:
    return Refusal("grant_breaks", "Breaks: whole minutes, at most {most}.", {"most": str(MOST_BREAKS)})


def _extra() -> Refusal:
    return Refusal("grant_extra", "Extra attempts: a whole number, at most {most}.", {"most": str(MOST_EXTRA)})


def _days() -> Refusal:
    return Refusal("grant_days", "Days after the due date: a whole number, at most {most}.", {"most": str(MOST_DAYS)})


def _language(languages: Collection[str]) -> Refusal:
    if not languages:
        return Refusal("grant_language", "Language: its short name, such as es.")
    sentence = "Language: one in which these questions can be had ({languages})."
    return Refusal("grant_language", sentence, {"languages": ", ".join(languages)})


def _too_long() -> Refusal:
    return Refusal("grant_reason", "Reason: at most {most} characters.", {"most": str(MOST_REASON)})
