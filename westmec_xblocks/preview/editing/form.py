"""The form of one block: its fields and its markup as they stand in the course's files, and what an author's answers make of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext
from lxml import etree
from xblock.fields import UNIQUE_ID, Field, Scope

from westmec_xblocks.olx.reader import OlxError
from westmec_xblocks.preview import splice, writeback
from westmec_xblocks.preview.blocktypes import CONTAINERS, CONTRIB, class_for, is_installed
from westmec_xblocks.preview.editing import elements, layout
from westmec_xblocks.preview.editing.fields import Entry, Unreadable, entry_of, read
from westmec_xblocks.preview.editing.words import FIRST

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey
    from xblock.core import XBlock

    from westmec_xblocks.preview.courses import Course
    from westmec_xblocks.preview.runtime import LightRuntime

# What stands inside the element, by block type.
MARKED_UP = ("html", "problem", "annotatable", "poll_question")
# The key of a grading service that the platform is taking out; some versions of the problem still offer it.
NOT_OFFERED = {
    "name",
    "tags",
    "xml_attributes",
    "data",
    "upstream_data",
    "children",
    "parent",
    "license",
    "matlab_api_key",
}
MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Markup:
    """What stands inside the element, or in the block's own text file (``path``, whose name ends in .html)."""

    path: str
    text: str
    error: str = ""
    line: int = 0

    @property
    def is_file(self) -> bool:
        return self.path.endswith(".html")

    @property
    def message(self) -> str:
        """What is wrong with it, and in which of its lines."""
        place = gettext("Markup, line %(line)s: ") % {"line": self.line} if self.line else ""
        return place + self.error


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it is shown. ``seen`` is the state of the files that it was made from."""

    course: Course
    key: UsageKey
    block: XBlock
    entries: tuple[Entry, ...]
    markup: Markup | None
    source: writeback.Source
    text_file: writeback.Source | None

    @property
    def first(self) -> list[Entry]:
        names = FIRST.get(self.key.block_type, tuple(entry.name for entry in self.entries))
        return [entry for name in names for entry in self.entries if entry.name == name]

    @property
    def more(self) -> list[Entry]:
        first = {entry.name for entry in self.first}
        return [entry for entry in self.entries if entry.name not in first]

    @property
    def errors(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.error]

    @property
    def is_good(self) -> bool:
        return not self.errors and not (self.markup and self.markup.error)

    @property
    def seen(self) -> str:
        return writeback.digest_of(self.source, self.text_file)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an author's answers make of the block. ``form`` is the form with them filled in, and with what is wrong about them.

    ``element`` and ``html`` (the text of a file of its own) are None where nothing of it changes, and where something is wrong.
    """

    form: Form
    element: bytes | None = None
    html: str | None = None


def has_form(key: UsageKey) -> bool:
    """Whether the host has a form for blocks of this type: not where they bring their own or are not installed."""
    tag = key.block_type
    if not is_installed(tag):
        return False
    return tag in CONTRIB or tag in CONTAINERS or not hasattr(class_for(tag), "studio_view")


def form_of(runtime: LightRuntime, key: UsageKey) -> Form:
    """The form of a block as it stands in its files. ``OlxError`` when it cannot be read."""
    course = runtime.course
    source, text_file = writeback.element_source(course, key), writeback.text_source(course, key)
    block = runtime.open_block(key)
    values = runtime.definitions.values(key)
    locked = course.settings_of(course.get(key))
    entries = []
    for field in offered(block, key.block_type):
        value = _value(source, field, values)
        entry = entry_of(block, key.block_type, field, value, _default(runtime, block, field))
        place = f"policies/{course.root.url_name}/policy.json" if field.name in locked else ""
        entries.append(replace(entry, locked=place))
    return Form(course, key, block, tuple(entries), _markup(key, source, text_file), source, text_file)


def offered(block: XBlock, tag: str) -> list[Field]:
    """The fields that an author may set: as the block's own metadata says, without those that only machines write."""
    fields = getattr(block, "unmixed_class", type(block)).fields.values()
    kept = {field.name for field in getattr(block, "non_editable_metadata_fields", ())} | NOT_OFFERED
    scopes = (Scope.settings,) if tag in CONTRIB or tag in CONTAINERS else (Scope.settings, Scope.content)
    return [
        field
        for field in fields
        if field.scope in scopes
        and field.name not in kept
        and not field.runtime_options.get("hidden")
        and (tag not in CONTRIB or field._display_name or field.name == "display_name")
    ]


def _value(source: writeback.Source, field: Field, values: Mapping[str, Any]) -> Any:
    # The host's video block keeps no identifier of a video store; the file does.
    if field.name == "edx_video_id":
        return source.element.get("edx_video_id")
    return values.get(field.name)


def _default(runtime: LightRuntime, block: XBlock, field: Field) -> Any:
    """What holds while the field is not set: what an ancestor says, else the block's own default."""
    try:
        return runtime.field_store.default(block, field.name)
    except KeyError:
        return None if field.default is UNIQUE_ID else field.to_json(field.default)


def _markup(key: UsageKey, source: writeback.Source, text_file: writeback.Source | None) -> Markup | None:
    if text_file is not None:
        return Markup(text_file.path, text_file.text.decode("utf-8"))
    return Markup(source.path, elements.inner_of(source.text)) if key.block_type in MARKED_UP else None


def answer(form: Form, posted: QueryDict) -> Answer:
    """Read an author's answers. What did not change keeps every character that it has in the file."""
    fields = {field.name: field for field in offered(form.block, form.key.block_type)}
    values: dict[str, Any] = {}
    entries = []
    for entry in form.entries:
        text = _typed(entry, posted)
        shown = replace(entry, text=entry.text if text is None else text)
        if text is not None and not entry.locked and not _same(text, entry.text):
            try:
                values[entry.name] = read(entry, fields[entry.name], text)
            except Unreadable as error:
                shown = replace(shown, error=str(error))
        entries.append(shown)
    _check_times(form, values, entries)
    markup = form.markup and replace(form.markup, text=posted.get(MARKUP, form.markup.text))
    filled = replace(form, entries=tuple(entries), markup=markup)
    return _made(filled, form, fields, values)


def _typed(entry: Entry, posted: QueryDict) -> str | None:
    """What was typed for a field; None when the form that was sent does not ask for it."""
    if entry.kind == "transcripts":
        languages, files = posted.getlist(f"{entry.name}.language"), posted.getlist(f"{entry.name}.file")
        if not files:
            return None
        rows = [(language, file.strip()) for language, file in zip(languages, files, strict=False)]
        known = list(json.loads(entry.text or "{}").items())
        return entry.text if [row for row in rows if row[1]] == [tuple(one) for one in known] else json.dumps(rows)
    return posted.get(entry.name)


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")


def _check_times(form: Form, values: Mapping[str, Any], entries: list[Entry]) -> None:
    """A part of a video ends after it begins; an end of 0 is the video's own."""
    if form.key.block_type != "video" or not {"start_time", "end_time"} & set(values):
        return
    known = {entry.name: entry.text or "00:00:00" for entry in form.entries}
    start, end = (values.get(name, known[name]) or "00:00:00" for name in ("start_time", "end_time"))
    if end not in ("00:00:00", "") and str(end) <= str(start):
        at = next(number for number, entry in enumerate(entries) if entry.name == "end_time")
        entries[at] = replace(entries[at], error=entries[at].error or gettext("The end must come after the start."))


def _made(filled: Form, before: Form, fields: Mapping[str, Field], values: Mapping[str, Any]) -> Answer:
    markup = filled.markup
    rewritten = markup is not None and not _same(
        markup.text.rstrip(), str(before.markup and before.markup.text).rstrip()
    )
    html = markup.text.replace("\r\n", "\n") if markup and rewritten and markup.is_file else None
    if not filled.is_good:
        return Answer(filled)
    inner = markup.text.replace("\r\n", "\n") if markup and rewritten and not markup.is_file else None
    if not values and inner is None:
        return Answer(filled, None, html)
    try:
        return Answer(filled, _element(filled, fields, values, inner), html)
    except OlxError as error:
        faulty = markup and replace(markup, error=error.reason, line=error.place.line)
        return Answer(replace(filled, markup=faulty))


def _element(form: Form, fields: Mapping[str, Field], values: Mapping[str, Any], inner: str | None) -> bytes:
    if form.key.block_type not in CONTRIB and form.key.block_type not in CONTAINERS:
        return splice.serialized(_serialized(form, values), form.source.indent)
    element = elements.with_values(form.source.element, fields, values)
    if inner is not None:
        element = elements.with_inner(element, inner, form.source.path)
        # Studio's simple editor would put the markup that it remembers in place of this one.
        for name in ("markdown", "markdown_edited"):
            element.attrib.pop(name, None)
    return layout.written(element, form.source.indent)


def _serialized(form: Form, values: Mapping[str, Any]) -> etree._Element:
    """A pure XBlock's element as the block itself writes it."""
    block = form.block
    for name, value in values.items():
        if value is None:
            block.fields[name].delete_from(block)
        else:
            setattr(block, name, block.fields[name].from_json(value))
    block.save()
    return writeback.element_of(form.course, form.key, block)
