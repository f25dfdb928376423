"""What a kind of item is: one module that knows its values, how they are read and written, scored, shown and edited.

To add a kind, write a module with its body (a frozen dataclass) and one ``Kind`` object, and name the object in ``kinds/__init__``.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Generic, TypeVar

from lxml import etree

from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.problems import Problem, wrong
from westmec_xblocks.domain.refusals import Refusal, WestmecError
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.markup import escaped, plain_words
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import Attribute, Unclear

# What JSON can hold.
Json = Any
Body = TypeVar("Body")

MAX_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Part:
    """An element that stands in an item: its own attributes in order, the elements in it, and whether it holds an author's text."""

    attributes: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    text: bool = False


REASON = Part(text=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something with a name and a text that a learner sees. ``id`` says nothing about the key."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Face:
    """What a learner may see of an item before its review, in the order in which to show it.

    ``widget`` is choices, checks, number, line, order, pairs or spots. ``pieces`` are options, steps, left sides or regions' names,
    ``others`` the right sides. ``most`` is how many may be chosen (None: any number) and ``told`` how many the learner is told to choose.
    ``units`` may be chosen from, the item's own first; ``figures`` significant figures are asked for. ``given`` is the answer so far, as
    the widget sends it. It holds no key, reason, tolerance, accepted answer, status or figure about the item, and must never.
    """

    widget: str
    pieces: tuple[Piece, ...] = ()
    others: tuple[Piece, ...] = ()
    most: int | None = 1
    told: int | None = None
    units: tuple[str, ...] = ()
    unit_needed: bool = False
    figures: int | None = None
    longest: int = MAX_ANSWER
    image: str = ""
    alt: Text = Text()
    width: int = 0
    height: int = 0
    given: Json = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a review, as markup in the reader's language; ``language`` is the tag of that markup, empty for the course's own.

    ``right``: choosing it is right. For a pair or a step that the learner placed: it stands where it should. ``reason`` says why.
    ``key`` is what would have been right, where that is another text. Where keys stay hidden, only the lines that were ``chosen`` may
    be shown, without ``key``.
    """

    text: str
    chosen: bool
    right: bool
    reason: str = ""
    key: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the author's form. ``label`` is an English sentence to translate where it is shown.

    ``widget`` is text, markup, number, choice, bool or rows. ``per_language``: the value is a mapping of language tags, the empty
    one for the course's own. ``choices`` are (value, label); ``columns`` are the fields of each row.
    """

    name: str
    label: str
    widget: str = "text"
    per_language: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Field, ...] = field(default=())


def named(sentence: str) -> str:
    """A word of ours that is translated where it is shown."""
    return sentence


class Unusable(WestmecError):
    """An answer, or an author's entry, that the item does not take. Nothing was recorded."""


class Kind(ABC, Generic[Body]):
    """One kind of item. ``attributes`` are those of the item's element besides the common ones; ``parts`` the elements in it by name.

    ``name`` is English, to be translated where it is shown; ``form`` are the fields of the author's form;
    ``example`` is a prompt and a body that show what the kind is for.
    """

    tag: ClassVar[str]
    name: ClassVar[str]
    attributes: ClassVar[Mapping[str, Attribute]] = {}
    parts: ClassVar[Mapping[str, Part]] = {}
    form: ClassVar[tuple[Field, ...]] = ()
    example: ClassVar[tuple[Text, Any]]

    @property
    def children(self) -> tuple[str, ...]:
        """The names of the elements that stand directly in the item."""
        inner = {name for part in self.parts.values() for name in part.children}
        return tuple(name for name in self.parts if name not in inner)

    @abstractmethod
    def read(self, element: etree._Element, notes: Notes) -> Body:
        """The body that the item's element holds; what cannot be read is noted."""

    @abstractmethod
    def write(self, body: Body) -> list[etree._Element]:
        """The elements of the body."""

    def written_attributes(self, body: Body) -> dict[str, str]:
        """The element's own attributes: those whose value is not what their absence says."""
        values = {name: getattr(body, name) for name in self.attributes}
        return {
            name: attribute.write(values[name])
            for name, attribute in self.attributes.items()
            if values[name] != attribute.missing
        }

    @abstractmethod
    def accept(self, body: Body, raw: Json, language: str = "") -> Json:
        """The answer that a browser sent, in the one form in which it is kept; None when nothing was answered. Raises ``Unusable``."""

    @abstractmethod
    def raw(self, body: Body, response: Json) -> Json:
        """What the face's widget would have sent for an answer that is kept."""

    @abstractmethod
    def score(self, body: Body, response: Json) -> Fraction:
        """The share of the item's point, 0 to 1. An answer that means nothing to this body, such as a removed option, earns nothing."""

    @abstractmethod
    def key(self, body: Body) -> Json:
        """An answer that earns the whole point, in the form in which answers are kept; None where there is none."""

    @abstractmethod
    def face(self, body: Body, seed: str) -> Face:
        """What a learner may see; ``seed`` is empty for the author's order."""

    @abstractmethod
    def review(self, body: Body, response: Json, language: str) -> tuple[Row, ...]:
        """The answer line by line."""

    @abstractmethod
    def in_words(self, body: Body, response: Json, language: str) -> str:
        """The answer as plain words; empty when nothing was answered."""

    def key_in_words(self, body: Body, language: str) -> str:
        """The right answer as plain words."""
        return self.in_words(body, self.key(body), language)

    @abstractmethod
    def fields(self, body: Body) -> dict[str, Json]:
        """The body as the author's form holds it: a value for each field of ``form``."""

    @abstractmethod
    def from_fields(self, data: Mapping[str, Json]) -> Body:
        """The body that the author's form describes; ``Unusable`` when a value cannot be read."""

    def problems(self, body: Body) -> Iterator[Problem]:
        """What is wrong with the body by itself."""
        yield from ()

    def texts(self, body: Body) -> Iterator[tuple[str, Text]]:
        """Every text of the body, with the name by which an author finds it."""
        yield from ()

    def choices(self, body: Body) -> tuple[Option, ...]:
        """What is chosen from, in the author's order, for rules about all kinds of options; empty where nothing is."""
        return ()

    def images(self, body: Body) -> Iterable[str]:
        """Addresses of pictures that are no part of a text."""
        return ()


# What kinds tell their authors.


def too_few(what: str, count: int, least: int) -> Iterator[Problem]:
    """An error where there are fewer than the least that makes sense."""
    if count < least:
        yield wrong(
            "too_few_parts",
            "<{tag}> stands here {count} times; it takes at least {least}.",
            tag=what,
            count=str(count),
            least=str(least),
        )


def too_many(what: str, count: int, most: int) -> Iterator[Problem]:
    """An error where there are more than anybody can deal with."""
    if count > most:
        sentence = "<{tag}> stands here {count} times; the most is {most}."
        yield wrong("too_many_parts", sentence, tag=what, count=str(count), most=str(most))


def unnamed_or_repeated(what: str, ids: Iterable[str]) -> Iterator[Problem]:
    """An error for each part without an id, and for each id that stands twice."""
    seen: dict[str, int] = {}
    for one in ids:
        seen[one] = seen.get(one, 0) + 1
    for one, count in seen.items():
        if not one:
            yield wrong("part_without_id", "A <{tag}> has no id: answers on record name it.", tag=what)
        elif count > 1:
            yield wrong(
                "duplicate_part", "<{tag}> has the id “{id}” {count} times.", tag=what, id=one, count=str(count)
            )


# Reading what a browser or a form sent.


def wrong_form() -> Unusable:
    """The refusal of an answer whose type is not that of the item's widget."""
    return Unusable(Refusal("answer_wrong_form", "The answer does not have the form that this item takes."))


def text_given(raw: Json, most: int = MAX_ANSWER) -> str:
    """A short text as somebody typed it, on one line; refused when it is too long or no text."""
    if not isinstance(raw, str):
        raise wrong_form()
    if len(raw) > most:
        raise Unusable(
            Refusal("answer_too_long", "The answer is too long: at most {most} characters.", {"most": str(most)})
        )
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if any(unicodedata.category(mark) in ("Cc", "Cs", "Cn", "Co") for mark in text):
        raise Unusable(Refusal("answer_characters", "The answer holds characters that cannot be kept."))
    return text


def known(raw: Json, ids: Iterable[str]) -> str:
    """One of the ids; refused when it is none of them."""
    if not isinstance(raw, str):
        raise wrong_form()
    if raw not in ids:
        raise Unusable(Refusal("answer_unknown", "This item has no answer “{answer}”.", {"answer": raw[:40]}))
    return raw


def names_in(response: Json) -> list[str]:
    """The names in an answer that is a list; whatever else it holds means nothing."""
    return [one for one in response if isinstance(one, str)] if isinstance(response, list) else []


def as_values(text: Text) -> dict[str, str]:
    """A text as the author's form holds it."""
    return {"": text.default, **text.others}


def as_text(value: Json, name: str) -> Text:
    """A text as the author's form sends it: a mapping of languages, or the course's own alone."""
    if isinstance(value, str):
        return Text(value.strip())
    if value is None:
        return Text()
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for pair in value.items() for one in pair):
        raise wrong_field(name)
    return Text(value.get("", "").strip(), {tag: one.strip() for tag, one in value.items() if tag and one.strip()})


def as_word(value: Json, name: str) -> str:
    """A word or number as the author's form sends it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_field(name)
    return value.strip()


def as_rows(value: Json, name: str, most: int = 100) -> list[Mapping[str, Json]]:
    """Rows as the author's form sends them."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most or not all(isinstance(row, Mapping) for row in value):
        raise wrong_field(name)
    return value


def as_plain(value: Json, name: str) -> Text:
    """A text without markup as the author's form sends it."""
    text = as_text(value, name)
    return Text(escaped(text.default), {tag: escaped(words) for tag, words in text.others.items()})


def plain_values(text: Text) -> dict[str, str]:
    """A text without markup as the author's form holds it."""
    return {tag: plain_words(markup) for tag, markup in as_values(text).items()}


def as_truth(value: Json, name: str) -> bool:
    """Yes or no as the author's form, or a table, sends it."""
    if value in (True, "true", "x", "X"):
        return True
    if value in (False, None, "", "false"):
        return False
    raise wrong_field(name)


def as_attribute(value: Json, name: str, attribute: Attribute) -> Any:
    """The value of an attribute as the author's form sends it; ``Unusable`` with the attribute's own sentence."""
    written = as_word(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, name)
    if not written:
        return attribute.missing
    try:
        return attribute.read(written)
    except Unclear as unclear:
        values = {**unclear.values, "attribute": name, "value": written[:80]}
        raise Unusable(Refusal(unclear.code, unclear.sentence, values)) from None


def wrong_field(name: str) -> Unusable:
    """The refusal of an entry of the author's form that has another form than the field."""
    return Unusable(
        Refusal("field_wrong_form", "The field {field} does not have the form that it takes.", {"field": name})
    )


def names_for(ids: Iterable[str]) -> list[str]:
    """The ids, with the next free letter or number for each that is missing."""
    given = list(ids)
    free = (name for name in (*"abcdefghijklmnopqrstuvwxyz", *map(str, range(1, 1000))) if name not in given)
    return [one or next(free) for one in given]
