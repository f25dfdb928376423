"""What a form's answers make of a block's element: attributes, a video's sources and transcripts, and what stands inside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lxml import etree

from westmec_xblocks.olx.reader import OlxError, parse_xml
from westmec_xblocks.preview.editing.fields import YOUTUBE

if TYPE_CHECKING:
    from xblock.fields import Field

# Attributes of old courses, and the names that the same setting has now.
OLD_NAMES = {"start_time": "from", "end_time": "to"}
SPEEDS = {"youtube_id_0_75": "0.75", "youtube_id_1_0": "1.00", "youtube_id_1_25": "1.25", "youtube_id_1_5": "1.50"}


def parsed(data: bytes, path: str) -> etree._Element:
    """An element with its white space, comments and CDATA as they stand. ``OlxError`` names line and reason."""
    parse_xml(data, path)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        strip_cdata=False,
        remove_blank_text=False,
        encoding="utf-8",
    )
    return etree.fromstring(data, parser)


def inner_of(data: bytes) -> str:
    """What stands between the tags of an element, as it is written, without the line breaks at its ends."""
    opening = _tag_end(data)
    if data[opening - 2 : opening] == b"/>":
        return ""
    return data[opening : data.rindex(b"</")].decode("utf-8").strip("\r\n").rstrip()


def _tag_end(data: bytes) -> int:
    quote = 0
    for position, byte in enumerate(data):
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in (34, 39):
            quote = byte
        elif byte == 62:
            return position + 1
    raise ValueError("the tag has no end")


def with_inner(element: etree._Element, inner: str, path: str) -> etree._Element:
    """The element with something else inside. ``OlxError`` counts the lines of ``inner``."""
    tag = str(element.tag)
    try:
        made = parsed(f"<{tag}>{inner}</{tag}>".encode(), path)
    except OlxError as error:
        # A fault that shows only at the end is told at the last line that the author wrote.
        line = min(error.place.line, inner.count("\n") + 1)
        raise OlxError(type(error.place)(path, line), error.reason) from error
    for name, value in element.items():
        made.set(name, value)
    return made


def with_values(element: etree._Element, fields: Mapping[str, Field], values: Mapping[str, Any]) -> etree._Element:
    """The element with some of its settings changed; None takes one out. What is not named stays as it is written."""
    made = deepcopy(element)
    made.tail = None
    for name, value in values.items():
        if made.tag == "video" and name == "html5_sources":
            _set_sources(made, value or [])
        elif made.tag == "video" and name == "transcripts":
            _set_transcripts(made, value or {})
        else:
            _set(made, name, None if value is None else as_attribute(fields[name], value))
    if made.tag == "video" and YOUTUBE & set(values):
        _set_youtube(made, {name: values.get(name, _youtube(made, name)) for name in YOUTUBE})
    return made


def as_attribute(field: Field, value: Any) -> str:
    """The attribute's text from which the platform reads the value back."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, sort_keys=isinstance(value, dict))
    try:
        read = json.loads(value)
        # The platform takes a text that is JSON for what it says: "null" for nothing, a quotation for the quoted.
        means_more = read is None or field.from_json(read) != value
    except (ValueError, TypeError):
        return value
    return json.dumps(value, ensure_ascii=False) if means_more else value


def _set(element: etree._Element, name: str, text: str | None) -> None:
    if element.tag == "video" and name in OLD_NAMES:
        element.attrib.pop(OLD_NAMES[name], None)
    if text is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, text)


def _replace(element: etree._Element, tag: str, children: Iterable[etree._Element], at: int) -> None:
    old = element.findall(tag)
    place = list(element).index(old[0]) if old else at
    for child in old:
        element.remove(child)
    for number, child in enumerate(children):
        element.insert(place + number, child)


def _set_sources(element: etree._Element, addresses: list[str]) -> None:
    _replace(element, "source", [etree.Element("source", src=address) for address in addresses], 0)
    if "html5_sources" in element.attrib:
        element.set("html5_sources", json.dumps(addresses, ensure_ascii=False))


def _set_transcripts(element: etree._Element, files: dict[str, str]) -> None:
    children = [etree.Element("transcript", language=language, src=file) for language, file in files.items()]
    _replace(element, "transcript", children, len(element))
    if "transcripts" in element.attrib:
        element.set("transcripts", json.dumps(files, ensure_ascii=False, sort_keys=True))


def _youtube(element: etree._Element, name: str) -> str | None:
    if name in element.attrib:
        return str(element.get(name))
    pairs = (part.split(":", 1) for part in str(element.get("youtube", "")).split(",") if ":" in part)
    return next((video for speed, video in pairs if _same(speed, SPEEDS[name])), None)


def _same(speed: str, other: str) -> bool:
    try:
        return float(speed) == float(other)
    except ValueError:
        return False


def _set_youtube(element: etree._Element, videos: Mapping[str, str | None]) -> None:
    """Both forms in which the platform keeps the IDs, so that they never say different things."""
    text = ",".join(
        f"{SPEEDS[name]}:{videos[name]}" for name in sorted(YOUTUBE, key=lambda name: SPEEDS[name]) if videos[name]
    )
    if text:
        element.set("youtube", text)
    else:
        element.attrib.pop("youtube", None)
    for name, video in videos.items():
        if video is not None:
            element.set(name, video)
        else:
            element.attrib.pop(name, None)
