"""Text that an author wrote in one or several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
