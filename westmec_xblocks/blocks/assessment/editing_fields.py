"""Fields of the author's form as the templates show them, whatever they are fields of: the settings, the blueprint, any kind of item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from westmec_xblocks.blocks.payload import BadRequest, bad
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment import Field
from westmec_xblocks.olx.values import Attribute, Unclear

# Besides the course's own language, the one that every form offers.
OFFERED = ("es",)
MAX_TEXT = 20_000
MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class Input:
    """One control: ``language`` is the tag of what is written in it, empty for the course's own."""

    name: str
    label: str
    value: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of a field of rows; ``place`` counts from 1."""

    fields: tuple[ShownField, ...]
    place: int = 1


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field, filled in.

    ``choices`` are (value, label, chosen); ``blank`` is a row to copy; ``held``: the bank's count stands below it.
    """

    name: str
    label: str
    widget: str
    inputs: tuple[Input, ...] = ()
    choices: tuple[tuple[str, str, bool], ...] = ()
    checked: bool = False
    rows: tuple[ShownRow, ...] = ()
    blank: ShownRow | None = None
    held: bool = False


def language_name(tag: str) -> str:
    """The language as the reader calls it; its tag where nobody knows a name."""
    try:
        return str(get_language_info(tag.lower())["name_translated"])
    except KeyError:
        return tag


def shown(
    field: Field, value: Any, languages: Sequence[str], *, prefix: str = "", held: Iterable[str] = ()
) -> ShownField:
    """The field with its value.

    ``languages`` are those besides the course's own; ``held`` names the columns that the bank is counted for.
    """
    name, label = f"{prefix}{field.name}", _(field.label)
    if field.widget == "rows":
        rows = tuple(_row(field.columns, row, languages, place, held) for place, row in enumerate(value or (), start=1))
        return ShownField(name, label, "rows", rows=rows, blank=_row(field.columns, {}, languages, 1, held))
    if field.widget == "bool":
        return ShownField(name, label, "bool", checked=value in (True, "true"))
    if field.widget == "choice":
        chosen = str(value or "")
        choices = tuple((one, _(named), one == chosen) for one, named in field.choices)
        return ShownField(name, label, "choice", choices=choices, inputs=(Input(name, label, chosen),))
    if field.per_language:
        inputs = tuple(_per_language(name, label, _texts(value), languages))
    else:
        inputs = (Input(name, label, "" if value is None else str(value)),)
    return ShownField(name, label, field.widget, inputs, held=field.name in held)


def _row(
    columns: Sequence[Field], row: Mapping[str, Any], languages: Sequence[str], place: int, held: Iterable[str]
) -> ShownRow:
    short_first = sorted(columns, key=lambda column: column.per_language or column.widget == "markup")
    return ShownRow(tuple(shown(column, row.get(column.name), languages, held=held) for column in short_first), place)


def _texts(value: Any) -> Mapping[str, str]:
    return {tag: str(text) for tag, text in value.items()} if isinstance(value, Mapping) else {"": str(value or "")}


def _per_language(name: str, label: str, texts: Mapping[str, str], languages: Sequence[str]) -> Iterable[Input]:
    yield Input(f"{name}.", label, texts.get("", ""))
    for tag in dict.fromkeys((*languages, *(one for one in texts if one))):
        labelled = f"{label} ({language_name(tag)})"
        yield Input(f"{name}.{tag}", labelled, texts.get(tag, ""), tag)


def as_values(text: Text) -> dict[str, str]:
    """A text as the form holds it: by language, the empty tag for the course's own."""
    return {"": text.default, **text.others}


# Reading what the form sent. ``label`` is what people call the field.


def read_text(data: Mapping[str, Any], name: str, label: str) -> Text:
    """A text in several languages; BadRequest for anything else."""
    given = data.get(name) or {}
    if isinstance(given, str):
        given = {"": given}
    if not isinstance(given, dict):
        raise bad(label, "an object")
    for tag, markup in given.items():
        if not isinstance(markup, str) or len(markup) > MAX_TEXT or len(tag) > 35 or "\x00" in markup:
            raise bad(label, "text of at most {limit} characters", limit=MAX_TEXT)
    others = {tag: markup.strip() for tag, markup in given.items() if tag and markup.strip()}
    return Text(given.get("", "").strip(), others)


def read_value(data: Mapping[str, Any], name: str, attribute: Attribute, label: str) -> Any:
    """The value of an attribute, as the codec reads it; left out where nothing was written. BadRequest says how to write it."""
    given = data.get(name, "")
    if given is None or isinstance(given, bool) or not isinstance(given, str | int) or len(str(given)) > MAX_TEXT:
        raise bad(label, "text of at most {limit} characters", limit=MAX_TEXT)
    written = str(given).strip()
    if not written:
        return attribute.missing
    try:
        return attribute.read(written)
    except Unclear as unclear:
        values = {**unclear.values, "attribute": label, "value": written[:80]}
        raise BadRequest(Refusal(unclear.code, unclear.sentence, values)) from None


def read_rows(data: Mapping[str, Any], name: str, label: str) -> list[Mapping[str, Any]]:
    """Rows; those that say nothing at all are left out."""
    given = data.get(name) or []
    if not isinstance(given, list) or len(given) > MAX_ROWS or not all(isinstance(row, dict) for row in given):
        raise bad(label, "a list of at most {limit}", limit=MAX_ROWS)
    return [row for row in given if _says_something(row)]


def read_flag(data: Mapping[str, Any], name: str, label: str) -> bool:
    """Yes or no."""
    given = data.get(name, False)
    if not isinstance(given, bool):
        raise bad(label, "true or false")
    return given


def _says_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_says_something(one) for one in value.values())
    return bool(value.strip()) if isinstance(value, str) else bool(value)
