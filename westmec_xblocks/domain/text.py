"""Text that an author wrote in one or several languages."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\b([^<>]*)>")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_INLINE = frozenset(("em", "strong", "code", "sub", "sup", "a"))


@dataclass(frozen=True, slots=True)
class Text:
    """Author's markup: ``default`` in the course's own language, ``others`` by language tag (``es``, ``es-419``, ``vi``)."""

    default: str = ""
    others: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.default) or any(self.others.values())

    def in_language(self, language: str) -> str:
        """The text for a reader of ``language``: the exact tag, then its base language, then any regional variant, then the default."""
        return self.others.get(self.tag_for(language), self.default) or self.default

    def tag_for(self, language: str) -> str:
        """The language tag of what ``in_language`` returns; empty for the course's own language."""
        wanted = language.lower().replace("_", "-")
        base = wanted.split("-", maxsplit=1)[0]
        by_tag = {tag.lower(): tag for tag, markup in self.others.items() if markup}
        for candidate in (wanted, base, *sorted(tag for tag in by_tag if tag.split("-", maxsplit=1)[0] == base)):
            if candidate in by_tag:
                return by_tag[candidate]
        return ""


def plain_words(markup: str) -> str:
    """The words of a fragment of markup, on one line; of a picture, what it is said to show."""
    if "<" in markup:
        markup = _TAG.sub(_words_of_tag, markup)
    return " ".join(html.unescape(markup).split())


def _words_of_tag(tag: re.Match[str]) -> str:
    alt = _ALT.search(tag[2]) if tag[1] == "img" else None
    if alt is not None:
        return f" {alt[1] or alt[2] or ''} "
    return "" if tag[1] in _INLINE else " "
