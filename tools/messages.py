"""The catalogues of translations: ``python -m tools.messages`` brings them up to date with the source and compiles them.

What is new stands in the .po file without a translation, and the tests name it. What nobody says any more is taken out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tools.extract import Message, messages_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "westmec_xblocks"
LANGUAGES = ("es",)
# The header names a date; one that stays keeps the file as it is where no sentence changed.
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Domain:
    """One Django app's catalogue: ``home`` holds it, ``sources`` are the folders whose sentences it translates."""

    home: str
    sources: tuple[str, ...]

    def path(self, language: str) -> Path:
        """The .po file."""
        return PACKAGE / self.home / "locale" / language / "LC_MESSAGES" / "django.po"

    def messages(self) -> Iterator[Message]:
        """Every sentence of its sources."""
        for folder in self.sources:
            for path in sorted((PACKAGE / folder).rglob("*")):
                if path.suffix == ".py" or (path.suffix == ".html" and "templates" in path.parts):
                    yield from messages_of(path, ROOT)


# domain, olx and edxapp are no Django apps: the app that records finds their sentences' translations for them.
DOMAINS = (
    Domain("blocks", ("blocks",)),
    Domain("records", ("domain", "olx", "edxapp", "records")),
    Domain("preview", ("preview",)),
)


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue in a .po file; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def read_compiled(path: Path) -> Catalog:
    """The catalogue in the .mo file beside a .po file."""
    with path.with_suffix(".mo").open("rb") as file:
        return read_mo(file)


def brought_up_to_date(messages: Iterable[Message], before: Catalog, language: str) -> Catalog:
    """The messages with the translations that the catalogue has for them, each where it first stands."""
    catalogue = Catalog(
        locale=language,
        domain="django",
        header_comment="# Translations of westmec-xblocks. `make messages` writes this file; only its msgstr lines are written by hand.",
        project="westmec-xblocks",
        charset="utf-8",
        fuzzy=False,
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="The westmec-xblocks authors",
        language_team="es",
    )
    for message in messages:
        known = before.get(message.id if isinstance(message.id, str) else message.id[0])
        fits = known is not None and known.id == message.id
        catalogue.add(
            message.id, known.string if known is not None and fits else None, locations=[(message.file, None)]
        )
    return catalogue


def update(domain: Domain, language: str) -> list[str]:
    """Write the catalogue and its compiled form; what has no translation yet."""
    path = domain.path(language)
    catalogue = brought_up_to_date(domain.messages(), read_catalogue(path, language), language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return [str(message.id) for message in catalogue if message.id and not is_translated(message.string)]


def is_translated(string: str | Sequence[str]) -> bool:
    """Whether the translation says something, in each of its forms."""
    return bool(string) and (isinstance(string, str) or all(string))


def main() -> int:
    missing = [(domain, one) for domain in DOMAINS for language in LANGUAGES for one in update(domain, language)]
    for domain, one in missing:
        print(f"{domain.home}: not translated yet: {one}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
