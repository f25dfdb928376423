"""What the author wrote in each block, parsed from its element once for each state of the course's files."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fs.errors import ResourceNotFound
from fs.osfs import OSFS
from lxml import etree
from xblock.fields import ScopeIds
from xblock.runtime import DictKeyValueStore, IdGenerator, IdReader, KvsFieldData, Runtime

from westmec_xblocks.olx.reader import MAX_FILE_BYTES, STRUCTURE, Node, OlxError, Place, line_of
from westmec_xblocks.preview.blocktypes import CONTAINERS, CONTRIB, class_for
from westmec_xblocks.preview.fielddata import is_state
from westmec_xblocks.preview.mixin import PlatformFieldsMixin
from westmec_xblocks.preview.mixing import ReadyMixologist

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey
    from xblock.core import XBlock

    from westmec_xblocks.preview.courses import Course
    from westmec_xblocks.preview.drafts import Draft

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Definition:
    """A block's content and settings as JSON values by field name; ``children`` among them. ``error`` when its element cannot be used."""

    values: Mapping[str, Any] = field(default_factory=dict)
    error: Exception | None = None


class Definitions:
    """The definitions of one course as it was read. Parses a block when it is first asked for."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._known: dict[UsageKey, Definition] = {}

    def get(self, key: UsageKey) -> Definition:
        """The definition behind a key. ``KeyError`` when the course has no such block."""
        known = self._known.get(key)
        if known is None:
            node = self.course.find(key)
            if node is None:
                raise KeyError(key)
            known = self._known[key] = self._read(node, key)
        return known

    def values(self, key: UsageKey) -> Mapping[str, Any]:
        return self.get(key).values

    def parent(self, key: UsageKey) -> UsageKey | None:
        """The key of the block that holds this one."""
        node = self.course.find(key)
        return self.course.keys.get(node.parent) if node and node.parent else None

    def inherited(self, key: UsageKey, name: str) -> Any:
        """The value a setting inherits from the nearest ancestor that sets it. ``KeyError`` when none does."""
        node = self.course.find(key)
        value = self.course.attribute(node.parent, name) if node and node.parent else None
        if value is None:
            raise KeyError(name)
        return _json_value(value)

    def drafted(self, draft: Draft) -> Definition:
        """What a draft's element says of its block, and of no other."""
        node = self.course.get(draft.key)
        shown = Node(node.tag, node.url_name, node.place, node.parent, draft.element, node.pointer, None, node.children)
        definition = self._parse(shown, draft.key)
        if draft.html is None or definition.error is not None:
            return definition
        return Definition(values={**definition.values, "data": draft.html})

    def _read(self, node: Node, key: UsageKey) -> Definition:
        if node.tag in STRUCTURE:
            return self._structure(node)
        self.course.follow(node)
        return self._parse(node, key)

    def _parse(self, node: Node, key: UsageKey) -> Definition:
        if node.error is not None or node.element is None:
            return Definition(error=node.error or OlxError(node.place, "this element cannot be read"))
        try:
            if node.tag in CONTAINERS:
                return self._container(node)
            return Definition(values=self._parsed(node, key))
        except Exception as error:
            log.warning("%s: %s cannot be parsed", node.place, key, exc_info=True)
            return Definition(error=error)

    def _structure(self, node: Node) -> Definition:
        values = _attributes(node)
        values.update(self.course.settings_of(node))
        values["children"] = [self.course.keys[child] for child in node.children if child in self.course.keys]
        return Definition(values={**values, "display_name": self.course.name_of(node)}, error=node.error)

    def _container(self, node: Node) -> Definition:
        children = []
        for element in node.element.iterchildren("*") if node.element is not None else ():
            if element.get("url_name"):
                child = self._child(node, element)
                if child is not None:
                    children.append(child)
        return Definition(values={**_attributes(node), **self.course.settings_of(node), "children": children})

    def _child(self, node: Node, element: etree._Element) -> UsageKey | None:
        known = next((c for c in node.children if c.tag == element.tag and c.url_name == element.get("url_name")), None)
        if known is None:
            url_name = element.get("url_name") or self.course.files.node(element, node.place.path).url_name
            known = Node(str(element.tag), url_name, Place(node.place.path, line_of(element)), node, element)
            if str(element.tag) in STRUCTURE:
                known = self.course.files.node(element, node.place.path, node)
                for inner in known.element.iterchildren("*") if known.element is not None else ():
                    self.course.register(self._leaf(known, inner))
            node.children.append(known)
        return self.course.register(known)

    def _leaf(self, parent: Node, element: etree._Element) -> Node:
        url_name = element.get("url_name") or self.course.files.node(element, parent.place.path).url_name
        leaf = Node(str(element.tag), url_name, Place(parent.place.path, line_of(element)), parent, element)
        parent.children.append(leaf)
        return leaf

    def _parsed(self, node: Node, key: UsageKey) -> dict[str, Any]:
        runtime = ParsingRuntime(self.course, node, self)
        block_class = runtime.mixologist.mix(class_for(node.tag))
        element: etree._Element = copy.deepcopy(node.element)
        element.attrib.pop("xblock-family", None)
        if node.tag in CONTRIB:
            element.set("url_name", node.url_name)
        block = block_class.parse_xml(element, runtime, ScopeIds(None, node.tag, key, key))
        block.save()
        values = {
            name: field_.read_json(block)
            for name, field_ in block.fields.items()
            if not is_state(field_) and name not in ("parent",) and field_.is_set_on(block)
        }
        for name, value in self.course.settings_of(node).items():
            if name in block.fields:
                values[name] = value
        return values


class Drafted:
    """A course's definitions with one block as its author has it in a form."""

    def __init__(self, known: Definitions, draft: Draft) -> None:
        self._known, self._draft = known, draft
        self.course, self.parent, self.inherited = known.course, known.parent, known.inherited
        self._shown = known.drafted(draft)

    def get(self, key: UsageKey) -> Definition:
        return self._shown if key == self._draft.key else self._known.get(key)

    def values(self, key: UsageKey) -> Mapping[str, Any]:
        return self.get(key).values


def _attributes(node: Node) -> dict[str, Any]:
    if node.element is None:
        return {}
    names = set(PlatformFieldsMixin.fields) | {"display_name"}
    return {str(k): (v if k == "display_name" else _json_value(str(v))) for k, v in node.element.items() if k in names}


def _json_value(text: str) -> Any:
    """An attribute's text as the JSON value it stands for: OLX writes lists, objects, numbers and booleans as JSON."""
    if text[:1] not in '[{tfn"-0123456789':
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


class CourseFS(OSFS):
    """The course's files as ``fs`` shows them to blocks: read only, inside the directory, no huge files."""

    def __init__(self, course: Course, base: str = "") -> None:
        super().__init__(str(course.files.root / base))
        self._course, self._base = course, base

    def openbin(self, path: str, mode: str = "r", buffering: int = -1, **options: Any) -> Any:
        self._check(path)
        return super().openbin(path, "rb", buffering, **options)

    def open(self, path: str, mode: str = "r", *args: Any, **options: Any) -> Any:
        self._check(path)
        if set(mode) & set("wax+"):
            raise PermissionError(f"{path}: a course's files are read only here")
        return super().open(path, mode, *args, **options)

    def _check(self, path: str) -> None:
        name = self._base + path.lstrip("/")
        try:
            file = self._course.files.locate(name)
        except OlxError as error:
            raise ResourceNotFound(path) from error
        self._course.note(name)
        if file.is_file() and file.stat().st_size > MAX_FILE_BYTES:
            raise OlxError(
                Place(name), f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB, the most that is read"
            )


class PlainIds(IdReader, IdGenerator):
    """Usage keys stand for usages and definitions alike."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def create_usage(self, def_id: UsageKey) -> UsageKey:
        return def_id

    def create_definition(self, block_type: str, slug: str | None = None) -> UsageKey:
        return self.course.key.make_usage_key(block_type, slug or block_type)

    def get_definition_id(self, usage_id: UsageKey) -> UsageKey:
        return usage_id

    def get_block_type(self, def_id: UsageKey) -> str:
        return str(def_id.block_type)

    def create_aside(self, definition_id: UsageKey, usage_id: UsageKey, aside_type: str) -> tuple[Any, Any]:
        raise NotImplementedError("asides are not shown here")

    get_usage_id_from_aside = get_definition_id_from_aside = create_aside  # type: ignore[assignment]
    get_aside_type_from_usage = get_aside_type_from_definition = create_aside  # type: ignore[assignment]


class ParsingRuntime(Runtime):
    """The runtime a block sees while its element is read."""

    def __init__(self, course: Course, node: Node, definitions: Definitions) -> None:
        ids = PlainIds(course)
        super().__init__(ids, ids, services={"field-data": KvsFieldData(DictKeyValueStore())})
        self.mixologist = ReadyMixologist((PlatformFieldsMixin,))
        self.course, self.node, self.definitions = course, node, definitions
        self.resources_fs = CourseFS(course, "drafts/" if node.place.path.startswith("drafts/") else "")

    def service(self, block: XBlock, service_name: str) -> Any:
        return self._services.get(service_name)

    def add_node_as_child(self, block: XBlock, node: etree._Element) -> None:
        key = self.definitions._child(self.node, node)
        if key is not None:
            block.children.append(key)

    def get_policy(self, usage_id: UsageKey) -> dict[str, object]:
        return self.course.settings_of(self.node)

    def parse_asides(self, *args: object) -> list[object]:
        return []

    def get_asides(self, block: XBlock) -> list[object]:
        return []

    def error_tracker(self, message: str) -> None:
        self.course.findings.append(OlxError(self.node.place, message))

    def handler_url(
        self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        raise NotImplementedError("a block being read has no address yet")

    def resource_url(self, resource: str) -> str:
        raise NotImplementedError("a block being read has no address yet")

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        raise NotImplementedError("a block being read has no address yet")

    def publish(self, block: XBlock, event_type: str, event_data: object) -> None:
        """Reading publishes nothing."""
