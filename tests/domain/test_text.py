"""Author's text in several languages."""

import pytest

from westmec_xblocks.domain.text import Text

LOCK = Text("Lock", {"es": "Candado", "es-MX": "Candado (MX)", "vi": "Khóa", "fr": ""})


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Lock"),
        ("es", "Candado"),
        ("ES", "Candado"),
        ("es-mx", "Candado (MX)"),
        ("es_MX", "Candado (MX)"),
        ("es-419", "Candado"),
        ("vi-VN", "Khóa"),
        ("fr", "Lock"),
        ("de", "Lock"),
        ("", "Lock"),
    ],
)
def test_a_reader_sees_their_language_or_its_base_or_the_course_s_own(language, shown):
    assert LOCK.in_language(language) == shown


def test_a_regional_text_serves_readers_of_the_base_language():
    text = Text("Lock", {"es-MX": "Candado"})
    assert text.in_language("es") == text.in_language("es-419") == "Candado"


@pytest.mark.parametrize(("language", "tag"), [("es-419", "es"), ("es_mx", "es-MX"), ("de", ""), ("fr", "")])
def test_the_language_of_what_is_shown_is_known(language, tag):
    assert LOCK.tag_for(language) == tag


def test_a_language_is_not_taken_for_another_that_begins_like_it():
    assert Text("Lock", {"est": "Lukk"}).in_language("es") == "Lock"


def test_a_text_is_false_only_when_it_says_nothing_in_any_language():
    assert not Text()
    assert not Text("", {"es": ""})
    assert Text("", {"es": "Candado"})
