"""One field of a block in a form: what is shown, and what the words that an author typed stand for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext
from xblock import fields

from westmec_xblocks.preview.editing.words import OURS, Words

if TYPE_CHECKING:
    from xblock.core import XBlock

KINDS = {("video", "html5_sources"): "addresses", ("video", "transcripts"): "transcripts"}
YOUTUBE = {"youtube_id_0_75", "youtube_id_1_0", "youtube_id_1_25", "youtube_id_1_5"}
EMPTY_ROWS = 2
_TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:\.0+)?|(\d+)(?:\.0+)?")
_YOUTUBE = re.compile(r"(?:v=|youtu\.be/|/embed/|/shorts/)([\w-]{11})(?![\w-])")


class Unreadable(Exception):
    """Why what the author typed cannot be the field's value, in a sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A field as the form shows it.

    ``text`` is what stands in it, ``unset`` what holds while it is empty. ``locked`` names the file that decides instead of the element.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    text: str = ""
    unset: str = ""
    options: tuple[tuple[str, str], ...] = ()
    limits: Mapping[str, Any] | None = None
    locked: str = ""
    error: str = ""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """A transcript's language and file in each row, and some empty ones."""
        known = json.loads(self.text or "{}")
        given = (
            known.items()
            if isinstance(known, dict)
            else [(language, file) for language, file in known if language or file]
        )
        return [*given, *[("", "")] * EMPTY_ROWS]


def entry_of(block: XBlock, tag: str, field: fields.Field, value: Any, default: Any) -> Entry:
    """The field with its value (None: not set) and what holds without it."""
    kind = kind_of(tag, field, value)
    words = OURS.get((tag, field.name)) or Words(field.display_name or field.name, field.help or "")
    options = tuple(_options(field, kind))
    entry = Entry(
        field.name,
        kind,
        gettext(words.label) if words.label else field.name,
        gettext(words.help) if words.help else "",
        _shown(kind, value),
        options=options,
        limits=field.values if isinstance(field.values, dict) else None,
    )
    if value is not None and kind in ("text", "area"):
        return entry
    named = dict(options)
    meaning = _shown(kind, default)
    return replace(entry, unset=named.get(meaning, meaning))


def kind_of(tag: str, field: fields.Field, value: Any) -> str:  # noqa: PLR0911  (a table of types)
    """How the form asks for the field."""
    if (tag, field.name) in KINDS:
        return KINDS[tag, field.name]
    if isinstance(field, fields.Boolean):
        return "yes_no"
    if isinstance(field.values, list | tuple) and field.values:
        return "choice"
    if isinstance(field, fields.Integer):
        return "whole"
    if isinstance(field, fields.Float):
        return "number"
    if isinstance(field, fields.RelativeTime):
        return "time"
    if isinstance(field, fields.List | fields.Dict | fields.Set):
        return "json"
    return "area" if isinstance(value, str) and "\n" in value else "text"


def _options(field: fields.Field, kind: str) -> list[tuple[str, str]]:
    if kind == "yes_no":
        return [("true", gettext("Yes")), ("false", gettext("No"))]
    if kind == "transcripts":
        return [(code, gettext(name)) for code, name in settings.ALL_LANGUAGES]
    if kind != "choice":
        return []
    pairs = [
        (one["value"], one.get("display_name", one["value"])) if isinstance(one, dict) else (one, one)
        for one in field.values
    ]
    return [(_shown("choice", value), gettext(str(name))) for value, name in pairs]


def _shown(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "yes_no":
        return "true" if value in (True, "true", "True") else "false"
    if kind == "addresses":
        return "\n".join(filter(None, value))
    if kind in ("transcripts", "json"):
        return json.dumps(value, ensure_ascii=False, indent=2 if kind == "json" else None)
    if kind == "number" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read(entry: Entry, field: fields.Field, text: str) -> Any:
    """The JSON value that the text stands for; None when the field is left to its default. ``Unreadable`` otherwise."""
    text = text.replace("\r\n", "\n")
    stripped = text.strip()
    if not stripped and not _empty_is_a_value(entry, field):
        return None
    value = _READERS.get(entry.kind, _read_text)(entry, field, stripped if entry.kind != "area" else text)
    try:
        return field.to_json(field.enforce_type(field.from_json(value)))
    except (ValueError, TypeError) as error:
        raise Unreadable(gettext("This cannot be a value of the field: %(reason)s") % {"reason": error}) from error


def _empty_is_a_value(entry: Entry, field: fields.Field) -> bool:
    """Whether nothing is something else than the default: an empty YouTube ID is no video, and the default is the platform's own."""
    return entry.kind in ("text", "area") and entry.name != "display_name" and field.default not in ("", None)


def _read_text(entry: Entry, field: fields.Field, text: str) -> str:
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise Unreadable(gettext("There is a character in it that no XML file can hold."))
    if entry.name not in YOUTUBE or not text:
        return text
    found = _YOUTUBE.search(text)
    name = found[1] if found else text
    if not re.fullmatch(r"[\w-]{5,20}", name):
        raise Unreadable(gettext("This is neither the address nor the ID of a YouTube video."))
    return name


def _read_yes_no(entry: Entry, field: fields.Field, text: str) -> bool:
    return text == "true"


def _read_choice(entry: Entry, field: fields.Field, text: str) -> str:
    if text not in dict(entry.options) and text != entry.text:
        raise Unreadable(gettext("This is not one of the choices."))
    return text


def _read_whole(entry: Entry, field: fields.Field, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise Unreadable(gettext("This must be a whole number."))
    return _within(entry, int(text))


def _read_number(entry: Entry, field: fields.Field, text: str) -> float:
    try:
        number = float(text.replace(",", ".")) if text.count(",") == 1 and "." not in text else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Unreadable(gettext("This must be a number."))
    return _within(entry, number)


def _within(entry: Entry, number: Any) -> Any:
    limits = entry.limits or {}
    if limits.get("min") is not None and number < limits["min"]:
        raise Unreadable(gettext("This must be %(least)s or more.") % {"least": limits["min"]})
    if limits.get("max") is not None and number > limits["max"]:
        raise Unreadable(gettext("This must be %(most)s or less.") % {"most": limits["max"]})
    return number


def _read_time(entry: Entry, field: fields.Field, text: str) -> str:
    found = _TIME.fullmatch(text)
    if not found:
        raise Unreadable(gettext("Write hours, minutes and seconds, such as 00:01:30."))
    hours, minutes, seconds, alone = (int(part or 0) for part in found.groups())
    whole = alone or hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or whole >= 24 * 3600:
        raise Unreadable(gettext("Write hours, minutes and seconds, such as 00:01:30."))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _read_addresses(entry: Entry, field: fields.Field, text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        if not re.fullmatch(r"(?:https?://[^\s/]+/|/)\S+", line) or line.startswith("//"):
            raise Unreadable(
                gettext("Line %(number)s is no address: write https://… or /static/… without spaces.")
                % {"number": number}
            )
    return lines


def _read_json(entry: Entry, field: fields.Field, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            gettext("This is not valid JSON: line %(line)s, %(reason)s") % {"line": error.lineno, "reason": error.msg}
        ) from error
    except RecursionError as error:
        raise Unreadable(gettext("The values are nested too deeply.")) from error


def _read_transcripts(entry: Entry, field: fields.Field, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, file in json.loads(text):
        if not file:
            continue
        if not language:
            raise Unreadable(gettext("Which language is %(file)s in?") % {"file": file})
        if language in found:
            raise Unreadable(gettext("Two files are given for one language."))
        if not re.fullmatch(r"[^/\\<>:\"|?*\x00-\x1f]+\.(?:srt|sjson)", file):
            raise Unreadable(
                gettext("%(file)s is no name of a transcript: a file in the folder static that ends in .srt or .sjson.")
                % {"file": file}
            )
        found[language] = file
    return found


_READERS = {
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "whole": _read_whole,
    "number": _read_number,
    "time": _read_time,
    "addresses": _read_addresses,
    "json": _read_json,
    "transcripts": _read_transcripts,
}
