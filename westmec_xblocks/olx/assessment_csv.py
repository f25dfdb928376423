"""Items as a table: a CSV file that spreadsheets write, read into items and back; all of it, or none.

One row is one item. Besides the columns that every item has there are those of its kind's fields: ``answer``; ``prompt.es`` for a text in
Spanish; ``options.2.why`` for the second row of a field of rows. The columns come from the kinds' own fields, so that a new kind has its
columns at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from westmec_xblocks.domain.assessment.definition import Assessment, Item
from westmec_xblocks.domain.assessment.validation import validate
from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.olx.assessment_form import ASSESSMENT, MAX_BYTES
from westmec_xblocks.olx.assessment_reading import MAX_ITEMS, read_item, view_of
from westmec_xblocks.olx.assessment_values import ITEM_ATTRIBUTES
from westmec_xblocks.olx.assessment_writing import write_item
from westmec_xblocks.olx.kinds import KINDS
from westmec_xblocks.olx.kinds.base import Field, as_attribute, as_text
from westmec_xblocks.olx.problems import Notes, nearest
from westmec_xblocks.olx.source import Source

MAX_COLUMNS = 500
MAX_CELL = 20_000
_MARK = "\ufeff"
# What a spreadsheet would take for a formula, and our sign before it.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_TEXTS = ("prompt", "rationale")
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_COLUMN = re.compile(rf"([a-z_]+)(?:\.([1-9][0-9]?)\.([a-z_]+))?(?:\.({_LANGUAGE}))?")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row, counted from 1 as spreadsheets do; row 1 are the headings."""

    row: int
    refusal: Refusal


def template() -> str:
    """A table with an example of every kind."""
    return _written([_example(tag) for tag in KINDS], ("es",))


def write_csv(assessment: Assessment) -> str:
    """The bank as a table."""
    return _written(assessment.items, ())


def read_csv(data: bytes, assessment: Assessment) -> tuple[list[Item], list[RowProblem]]:
    """The items that the table holds, or what is wrong with it; never both. An id of the bank means that its item is changed."""
    table = _Table(assessment)
    try:
        rows = list(_rows(data))
        table.read(rows)
    except _Unreadable as error:
        return [], [RowProblem(error.row, error.refusal)]
    return ([], table.problems) if table.problems else (table.items, [])


def _example(tag: str) -> Item:
    prompt, body = KINDS[tag].example
    values = {name: attribute.missing for name, attribute in ITEM_ATTRIBUTES.items()}
    values |= {"id": f"{tag}-01", "domain": "D1", "level": ITEM_ATTRIBUTES["level"].read("apply")}
    return Item(kind=tag, prompt=prompt, body=body, **values)


# Writing.


def _written(items: Iterable[Item], languages: Sequence[str]) -> str:
    rows = [dict(_cells(item)) for item in items]
    used = {name for row in rows for name, value in row.items() if value}
    used |= {f"{name}.{language}" for name in _TEXTS for language in languages}
    header = sorted(used | {"kind", *ITEM_ATTRIBUTES, *_TEXTS}, key=_place_of_column)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(row.get(name, "")) for name in header] for row in rows)
    return _MARK + stream.getvalue()


def _cells(item: Item) -> Iterator[tuple[str, str]]:
    yield "kind", item.kind
    for name, attribute in ITEM_ATTRIBUTES.items():
        value = getattr(item, name)
        yield name, "" if value is None else attribute.write(value)
    for name, text in (("prompt", item.prompt), ("rationale", item.rationale)):
        yield from _text_cells(name, {"": text.default, **text.others})
    kind = KINDS[item.kind]
    values = kind.fields(item.body)
    for field in kind.form:
        yield from _field_cells(field.name, field, values.get(field.name))


def _field_cells(name: str, field: Field, value: Any) -> Iterator[tuple[str, str]]:
    if field.widget == "rows":
        for place, row in enumerate(value or (), 1):
            for column in field.columns:
                yield from _field_cells(f"{name}.{place}.{column.name}", column, row.get(column.name))
    elif field.per_language:
        yield from _text_cells(name, value or {})
    elif field.widget == "bool":
        yield name, "true" if value else ""
    else:
        yield name, "" if value is None else str(value)


def _text_cells(name: str, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for language, markup in texts.items():
        yield (f"{name}.{language}" if language else name), markup


def _harmless(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def _plain(cell: str) -> str:
    text = cell.strip(" \t\r\n")
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _place_of_column(name: str) -> tuple[Any, ...]:
    """Columns in the order of the item: what every item has, then each kind's fields, rows by number, the original before translations."""
    match = _COLUMN.fullmatch(name)
    if match is None:
        return (9, name)
    base, place, column, language = match[1], int(match[2] or 0), match[3] or "", match[4] or ""
    first = ("kind", *ITEM_ATTRIBUTES, *_TEXTS)
    if not column and base in first:
        return (0, first.index(base), 0, 0, language)
    fields = [field for kind in KINDS.values() for field in kind.form]
    names = list(dict.fromkeys(field.name for field in fields))
    columns = [one.name for field in fields if field.name == base for one in field.columns]
    return (1, names.index(base), place, columns.index(column) if column in columns else 0, language)


# Reading.


class _Unreadable(Exception):
    """The table cannot be read at all."""

    def __init__(self, row: int, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.row = row
        self.refusal = refusal


def _rows(data: bytes) -> Iterator[list[str]]:
    if len(data) > MAX_BYTES:
        values = {"limit": f"{MAX_BYTES / 1024 / 1024:g}"}
        raise _Unreadable(
            1, Refusal("table_too_large", "The file is larger than {limit} MB, the most that is read.", values)
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = "The file is not UTF-8: save it as “CSV UTF-8”."
        raise _Unreadable(1, Refusal("table_not_utf8", sentence)) from None
    if "\x00" in text:
        raise _Unreadable(1, Refusal("table_not_text", "This is no CSV file: save the table as “CSV UTF-8”."))
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=lambda mark: (heading.count(mark), mark == ","))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            if number > MAX_ITEMS + 1:
                values = {"most": str(MAX_ITEMS)}
                raise _Unreadable(
                    number, Refusal("table_too_long", "A table of more than {most} items is not read.", values)
                )
            yield row
    except csv.Error:
        sentence = "This row cannot be read: is a quote missing, or a cell too long?"
        raise _Unreadable(number + 1, Refusal("table_unreadable", sentence)) from None


class _Table:
    """A table while it is read."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.items: list[Item] = []
        self.problems: list[RowProblem] = []
        self.row_of: dict[str, int] = {}

    def read(self, rows: Sequence[Sequence[str]]) -> None:
        """Read the headings, then every row that holds anything."""
        if not rows:
            raise _Unreadable(1, Refusal("table_empty", "The file is empty."))
        header = [cell.strip() for cell in rows[0]]
        while header and not header[-1]:
            header.pop()
        self._check_header(header)
        if self.problems:
            return
        for number, row in enumerate(rows[1:], 2):
            cells = {name: _plain(cell) for name, cell in zip(header, row, strict=False)}
            if any(cell.strip() for cell in row[len(header) :]):
                sentence = "The row has more cells than the table has headings."
                self._tell(number, Refusal("row_too_long", sentence))
            elif any(cells.values()):
                self._read_row(number, cells)
        if not self.row_of and not self.problems:
            raise _Unreadable(1, Refusal("table_without_items", "The table holds no item."))
        self._check_together()

    def _tell(self, row: int, refusal: Refusal) -> None:
        self.problems.append(RowProblem(row, refusal))

    def _check_header(self, header: Sequence[str]) -> None:
        if len(header) > MAX_COLUMNS:
            values = {"most": str(MAX_COLUMNS)}
            raise _Unreadable(1, Refusal("table_too_wide", "A table of more than {most} columns is not read.", values))
        for name in ("kind", "id", "prompt"):
            if name not in header:
                self._tell(1, Refusal("column_missing", "The table has no column “{column}”.", {"column": name}))
        for place, name in enumerate(header):
            values = {"column": name[:60]}
            if name in header[:place]:
                self._tell(1, Refusal("column_repeated", "The column “{column}” stands twice.", values))
            elif not any(_has_column(tag, name) for tag in KINDS):
                mend = nearest(name, [*ITEM_ATTRIBUTES, "kind", *_TEXTS])
                sentence = (
                    "There is no column “{column}”; did you mean “{mend}”?"
                    if mend
                    else "There is no column “{column}”."
                )
                self._tell(1, Refusal("column_unknown", sentence, {**values, "mend": mend}))

    def _read_row(self, number: int, cells: Mapping[str, str]) -> None:
        tag = cells["kind"].lower()
        if tag not in KINDS:
            values = {"kind": tag[:30], "kinds": ", ".join(KINDS)}
            self._tell(number, Refusal("kind_unknown", "“{kind}” is no kind of item. Write one of: {kinds}.", values))
            return
        for name, cell in cells.items():
            if cell and not _has_column(tag, name):
                values = {"column": name, "kind": tag}
                self._tell(
                    number,
                    Refusal("column_of_another_kind", "A <{kind}> has no “{column}”: leave the cell empty.", values),
                )
                return
            if len(cell) > MAX_CELL:
                self._tell(number, Refusal("cell_too_long", "The cell in “{column}” is too long.", {"column": name}))
                return
        try:
            item = _item(tag, cells)
        except WestmecError as error:
            self._tell(number, error.refusal)
            return
        self._take(number, item)

    def _take(self, number: int, item: Item) -> None:
        if not item.id:
            self._tell(number, Refusal("row_without_id", "The item has no id."))
        elif item.id in self.row_of:
            values = {"id": item.id, "row": str(self.row_of[item.id])}
            self._tell(number, Refusal("row_repeated", "The id “{id}” stands in row {row} already.", values))
        else:
            element = write_item(item)
            notes = Notes(Source(element, {}), ASSESSMENT)
            self.items.append(read_item(element, notes))
            for finding in notes.found:
                if finding.is_error:
                    self._tell(number, finding.refusal)
        self.row_of.setdefault(item.id, number)

    def _check_together(self) -> None:
        """What is wrong with the new items in the bank that they come into."""
        ids = {item.id for item in self.items}
        kept = [item for item in self.assessment.items if item.id not in ids]
        together = replace(self.assessment, items=(*kept, *self.items))
        for problem in validate(together, [view_of(item) for item in together.items]):
            if problem.is_error and problem.skill in ids:
                self._tell(self.row_of[problem.skill], problem.refusal)
        self.problems.sort(key=lambda problem: problem.row)


def _has_column(tag: str, name: str) -> bool:
    """Whether items of this kind have the column."""
    match = _COLUMN.fullmatch(name)
    if match is None:
        return False
    base, place, column, language = match.groups()
    if not column and base in _TEXTS:
        return True
    if not column and (base == "kind" or base in ITEM_ATTRIBUTES):
        return not language and not place
    field = next((field for field in KINDS[tag].form if field.name == base), None)
    if field is not None and column:
        field = next((one for one in field.columns if one.name == column), None)
    elif field is not None and field.widget == "rows":
        return False
    return field is not None and (field.per_language or not language)


def _item(tag: str, cells: Mapping[str, str]) -> Item:
    values = {name: as_attribute(cells.get(name), name, one) for name, one in ITEM_ATTRIBUTES.items()}
    data: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    texts: dict[str, dict[str, str]] = {name: {} for name in _TEXTS}
    for name, cell in cells.items():
        match = _COLUMN.fullmatch(name)
        if not cell or match is None or name == "kind" or name in ITEM_ATTRIBUTES:
            continue
        base, place, column, language = match.groups()
        if base in texts and not column:
            texts[base][language or ""] = cell
        elif column:
            _put(
                rows.setdefault(base, {}).setdefault(int(place), {}), column, language, cell, _field(tag, base, column)
            )
        else:
            _put(data, base, language, cell, _field(tag, base))
    data |= {name: [by_place[place] for place in sorted(by_place)] for name, by_place in rows.items()}
    prompt, rationale = (as_text(texts[name], name) for name in _TEXTS)
    return Item(kind=tag, prompt=prompt, body=KINDS[tag].from_fields(data), rationale=rationale, **values)


def _field(tag: str, base: str, column: str = "") -> Field:
    field = next(field for field in KINDS[tag].form if field.name == base)
    return next(one for one in field.columns if one.name == column) if column else field


def _put(data: dict[str, Any], name: str, language: str | None, cell: str, field: Field) -> None:
    if field.per_language:
        data.setdefault(name, {})[language or ""] = cell
    else:
        data[name] = cell


__all__ = ["RowProblem", "read_csv", "template", "write_csv"]
