"""The sentences that people see, as they stand in the source: marked with gettext, in templates, and in refusals and findings."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None}

# Who takes the sentence of a refusal or a finding: by the name that is called, the sentence's place among the arguments.
SENTENCES: Mapping[str, int] = {
    "Refusal": 1,
    "_error": 1,
    "_warning": 1,
    "_finding": 1,
    "Unclear": 1,
    "notes.error": 2,
    "notes.warning": 2,
    "bad": 1,
    "_take": 3,
    "wrong": 1,
    "doubtful": 1,
    "Field": 1,
}
# Those of them that take a sentence only after a code that is told as a string.
AFTER_A_CODE = frozenset({"_error", "_warning", "_finding", "wrong", "doubtful", "Field"})
# Who takes a part of a sentence, where it is a string, and the name of a mapping whose values are such parts.
PARTS: Mapping[str, int] = {"_unreadable": 0, "named": 0}
PART_MAPPING = "_PLAIN_WORDS"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: ``id`` is its English text, or singular and plural; ``file`` names where it stands."""

    id: str | tuple[str, str]
    file: str
    line: int


class Unreadable(ValueError):
    """A sentence that stands in the source in a way in which it cannot be found."""


def messages_of(path: Path, root: Path) -> list[Message]:
    """Every sentence in a Python file or a template, in the order in which they stand."""
    name = path.relative_to(root).as_posix()
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return list(_marked(_as_python(text), name))
    return sorted({*_marked(text, name), *sentences(text, name)}, key=lambda one: (one.line, str(one.id)))


def _as_python(template: str) -> str:
    """The template's translations as Python calls, line by line as they stand; Django makes them."""
    if not settings.configured:
        settings.configure()
    return re.sub(r"^[ \t]+", "", templatize(template), flags=re.MULTILINE)


def _marked(source: str, name: str) -> Iterator[Message]:
    for line, found, _comments, _context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield Message(found if isinstance(found, str) else (found[0], found[1]), name, line)


def sentences(source: str, name: str) -> Iterator[Message]:
    """The sentences that the source gives to refusals and findings, told there as a string or as a local name of strings."""
    tree = ast.parse(source, name)
    yield from _parts(tree, name)
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        own = list(_own_nodes(scope))
        for call in (node for node in own if isinstance(node, ast.Call)):
            place = _place_of_sentence(call)
            if place is not None:
                texts = _strings(call.args[place], scope, own, name)
                yield from (Message(text, name, call.lineno) for text in texts)
        for node in own:
            told = _yielded_finding(node)
            if told is not None:
                yield from (Message(text, name, told.lineno) for text in _strings(told, scope, own, name))


def _place_of_sentence(call: ast.Call) -> int | None:
    """The place of the sentence among the call's arguments; None where it takes none, as a function of the same name elsewhere."""
    name = ast.unparse(call.func)
    place = SENTENCES.get(name)
    if place is None or len(call.args) <= place:
        return None
    code = call.args[0]
    told = isinstance(code, ast.Constant) and isinstance(code.value, str)
    return place if told or name not in AFTER_A_CODE else None


def _yielded_finding(node: ast.AST) -> ast.expr | None:
    """The sentence of a finding that is yielded as (element, severity, code, sentence, values)."""
    if not isinstance(node, ast.Yield) or not isinstance(node.value, ast.Tuple) or len(node.value.elts) != 5:
        return None
    severity = node.value.elts[1]
    is_finding = isinstance(severity, ast.Constant) and severity.value in ("error", "warning")
    return node.value.elts[3] if is_finding else None


def _parts(tree: ast.AST, name: str) -> Iterator[Message]:
    for node in ast.walk(tree):
        given: Sequence[ast.expr | None] = ()
        if isinstance(node, ast.Assign) and _names(node.targets) == [PART_MAPPING] and isinstance(node.value, ast.Dict):
            given = node.value.values
        elif isinstance(node, ast.Call) and (place := PARTS.get(ast.unparse(node.func))) is not None:
            given = node.args[place : place + 1]
        for one in given:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield Message(one.value, name, one.lineno)


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in the scope, but not in functions within it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own_nodes(child)


def _strings(given: ast.expr, scope: ast.AST, nodes: Sequence[ast.AST], name: str) -> list[str]:
    """The strings that the expression may be; none for what the function is handed itself."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return [given.value]
    if isinstance(given, ast.IfExp):
        return [text for branch in (given.body, given.orelse) for text in _strings(branch, scope, nodes, name)]
    if isinstance(given, ast.Attribute) and given.attr == "sentence":
        return []
    if isinstance(given, ast.Call) and ast.unparse(given.func) in KEYWORDS:
        return []  # found there already
    if isinstance(given, ast.Name):
        if given.id in _handed(scope, nodes):
            return []
        told = [node.value for node in nodes if isinstance(node, ast.Assign) and _names(node.targets) == [given.id]]
        if told:
            return [text for value in told for text in _strings(value, scope, nodes, name)]
    where = f"{name}:{given.lineno}"
    raise Unreadable(f"{where}: the sentence must be a string, or a local name of one: {ast.unparse(given)}")


def _handed(scope: ast.AST, nodes: Sequence[ast.AST]) -> set[str]:
    """The scope's parameters, and the names over which it loops."""
    handed = {argument.arg for argument in scope.args.args} if isinstance(scope, ast.FunctionDef) else set()
    for node in nodes:
        if isinstance(node, ast.For):
            handed |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
    return handed


def _names(targets: Sequence[ast.expr]) -> list[str]:
    return [target.id for target in targets if isinstance(target, ast.Name)]
