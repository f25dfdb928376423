"""The catalogues say everything that the source says, in Spanish, with the same blanks to fill in; and they are compiled."""

from __future__ import annotations

import re
import string
import textwrap
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from django.utils import translation

from tools.extract import Unreadable, messages_of, sentences
from tools.messages import DOMAINS, PACKAGE, Domain, brought_up_to_date, is_translated, read_catalogue, read_compiled
from westmec_xblocks.blocks.wording import field_name, sentence
from westmec_xblocks.domain.refusals import Refusal

SPANISH = ("es", "es-mx", "es-419", "es-es", "es-us")
# What is the same in both languages.
ALIKE = {"Error:", "Instructor", "JSON", "N/A", "No", "video", "{reason}.", "{why}"}

each_domain = pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.home)


def entries(domain: Domain) -> list[Entry]:
    return [entry for entry in read_catalogue(domain.path("es"), "es") if entry.id]


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def blanks(text: str) -> set[str]:
    """What is filled into the text: the names of {name} and %(name)s, and a percent sign."""
    braces = {f"{{{name}}}" for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%\(\w+\)s|%%", text))


@each_domain
def test_the_catalogue_holds_what_the_source_says_and_nothing_else(domain: Domain) -> None:
    said = {message.id for message in domain.messages()}
    assert len(said) > 100
    assert {entry.id for entry in entries(domain)} == said, "run `make messages`"
    assert not read_catalogue(domain.path("es"), "es").obsolete


@each_domain
def test_everything_is_translated_in_each_of_its_forms(domain: Domain) -> None:
    for entry in entries(domain):
        assert is_translated(entry.string), f"not translated: {entry.id}"
        assert not entry.fuzzy, entry.id
        assert len(forms(entry.string)) == (2 if entry.pluralizable else 1), entry.id
        same = set(forms(entry.id)) & set(forms(entry.string))
        assert same <= ALIKE, f"still English: {entry.id}"


@each_domain
def test_a_translation_has_the_same_blanks_to_fill_in(domain: Domain) -> None:
    for entry in filter(lambda entry: is_translated(entry.string), entries(domain)):
        for form in forms(entry.string):
            assert blanks(form) == blanks(forms(entry.id)[-1]), entry.id


@each_domain
def test_what_is_compiled_is_what_is_written(domain: Domain) -> None:
    compiled = {forms(entry.id)[0]: forms(entry.string) for entry in read_compiled(domain.path("es")) if entry.id}
    written = {forms(entry.id)[0]: forms(entry.string) for entry in entries(domain) if is_translated(entry.string)}
    assert compiled == written, "run `make messages`"


@each_domain
def test_bringing_the_catalogue_up_to_date_again_changes_nothing(domain: Domain) -> None:
    before = read_catalogue(domain.path("es"), "es")
    again = brought_up_to_date(domain.messages(), before, "es")
    assert [(entry.id, entry.string) for entry in again if entry.id] == [
        (entry.id, entry.string) for entry in before if entry.id
    ]


def catalogues() -> Iterator[Catalog]:
    for home in ("blocks", "records", "preview"):
        yield read_catalogue(PACKAGE / home / "locale" / "es" / "LC_MESSAGES" / "django.po", "es")


def test_a_sentence_has_one_translation_wherever_it_stands() -> None:
    known: dict[str, object] = {}
    for catalogue in catalogues():
        for entry in (entry for entry in catalogue if entry.id):
            assert known.setdefault(forms(entry.id)[0], entry.string) == entry.string, entry.id


@pytest.mark.parametrize("language", SPANISH)
@each_domain
def test_every_kind_of_spanish_takes_it(domain: Domain, language: str) -> None:
    with translation.override(language):
        for entry in entries(domain):
            if not is_translated(entry.string):
                continue  # another test names it
            if entry.pluralizable:
                got = [translation.ngettext(*entry.id, count) for count in (1, 5)]
                assert got == list(entry.string)
            elif len(entry.id.split()) > 2:
                assert translation.gettext(entry.id) == entry.string


def test_a_refusal_is_told_in_spanish_with_its_date_as_people_write_it() -> None:
    refusal = Refusal(
        "same_day_as_stop",
        "The attempt of {date} was stopped: a new attempt opens on a later day.",
        {"date": "2026-03-31"},
    )
    with translation.override("es-mx"):
        assert sentence(refusal) == "El intento del 31 de marzo de 2026 se detuvo: el nuevo intento se abre otro día."


def test_our_own_words_in_a_refusal_are_translated_and_those_of_others_are_not() -> None:
    ours = Refusal(
        "na_on_flagged_line", "Line {line} is {flag}: it can never be N/A.", {"line": "safety", "flag": "safety"}
    )
    with translation.override("es"):
        assert sentence(ours) == "La línea safety es de seguridad: nunca puede ser N/A."


def test_a_field_is_named_as_on_the_form_and_a_hidden_one_as_it_is() -> None:
    with translation.override("es"):
        assert field_name("readings.05") == "Lecturas (05)"
        assert field_name("client_id") == "client_id"


def found(source: str) -> list[str | tuple[str, str]]:
    return [message.id for message in sentences(textwrap.dedent(source), "rules.py")]


def test_a_sentence_is_found_as_a_string_by_its_name_and_in_both_branches() -> None:
    source = """
        def check(line, good):
            yield _error("a", "Line {line} says nothing.", line)
            sentence = "It is " "late."
            notes.warning(line, "b", sentence)
            raise NotFound(Refusal("c", "Gone." if good else "Lost."))
    """
    assert sorted(found(source)) == ["Gone.", "It is late.", "Line {line} says nothing.", "Lost."]


def test_a_finding_that_is_yielded_is_found() -> None:
    assert found("def faults(e):\n    yield e, 'error', 'active', '<{tag}> runs.', {}\n") == ["<{tag}> runs."]


def test_a_function_of_the_same_name_that_takes_no_sentence_is_left_alone() -> None:
    assert found("def answer(error):\n    return _error(404, Refusal('gone', 'It is gone.'))\n") == ["It is gone."]
    assert found("def answer(error):\n    return _error(error.status, make(error))\n") == []


def test_what_a_function_hands_on_is_looked_for_where_it_is_made() -> None:
    assert found("def _error(code, sentence):\n    return Refusal(code, sentence)\n") == []


@pytest.mark.parametrize("given", ["f'Line {line} is bad.'", "words[0]", "make()"])
def test_a_sentence_that_cannot_be_found_is_an_error_that_names_the_place(given: str) -> None:
    with pytest.raises(Unreadable, match=r"rules\.py:2"):
        found(f"def check(line):\n    return Refusal('x', {given})\n")


def test_templates_are_read_as_django_reads_them(tmp_path) -> None:
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text(
        "{% load i18n %}\n    <b title=\"{% trans 'A title' %}\">{% blocktrans count n=n %}{{ n }} day{% plural %}{{ n }} days"
        "{% endblocktrans %}</b>\n  {# nothing #}\n",
        encoding="utf-8",
    )
    assert [message.id for message in messages_of(page, tmp_path)] == ["A title", ("%(n)s day", "%(n)s days")]
