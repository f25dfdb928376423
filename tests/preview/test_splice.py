"""One element of a file is replaced; every other byte stays."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from westmec_xblocks.preview import splice

TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="<>&\r\x00", exclude_categories=("Cc", "Cs")), max_size=8
)
NAMES = st.sampled_from(["vertical", "html", "p", "b"])
SPACE = st.sampled_from(["", "\n", "\n    ", " ", "\t", "\r\n  "])
OUTSIDE = st.sampled_from(["", "<!-- a > comment -->", "<?pi x?>", "<![CDATA[<b>no element</b>]]>", "&amp;", "&#233;"])


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(NAMES)
    quote = draw(st.sampled_from("'\""))
    value = draw(TEXT).replace(quote, "") + draw(st.sampled_from(["", ">", "/>", "&lt;"]))
    attribute = f" a={quote}{value}{quote}" if draw(st.booleans()) else ""
    space = draw(st.sampled_from(["", " ", "\n  "]))
    if depth == 0 or draw(st.booleans()):
        return f"<{name}{attribute}{space}/>" if draw(st.booleans()) else f"<{name}{attribute}></{name}{space}>"
    parts = draw(st.lists(st.one_of(elements(depth - 1), TEXT, SPACE, OUTSIDE), max_size=5))
    return f"<{name}{attribute}>{''.join(parts)}</{name}{space}>"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    before = draw(st.sampled_from(["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>\n', "<!-- first -->\n"]))
    return f"{before}{draw(elements())}{draw(SPACE)}".encode()


@given(documents(), st.data())
def test_only_the_bytes_of_the_element_change(document: bytes, data: st.DataObject) -> None:
    root = etree.fromstring(document)
    every = list(root.iter("*"))
    at = data.draw(st.integers(0, len(every) - 1))
    start, end = splice.span(document, splice.path_of(every[at]))
    found = etree.fromstring(document[start:end])
    assert etree.tostring(found, method="c14n") == etree.tostring(every[at], method="c14n", with_tail=False)
    changed = document[:start] + b'<marker x="1"/>' + document[end:]
    after = list(etree.fromstring(changed).iter("*"))
    assert after[at].tag == "marker"
    assert [e.tag for e in after[:at]] == [e.tag for e in every[:at]]
    assert changed[:start] == document[:start]
    assert changed.endswith(document[end:])


def test_an_empty_element_ends_before_its_parents_end_tag() -> None:
    data = b"<vertical><html/></vertical>"
    start, end = splice.span(data, [0])
    assert data[start:end] == b"<html/>"


def test_an_element_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError):
        splice.span(b"<a><b/></a>", [1])


def test_an_element_stands_at_the_indent_of_its_place() -> None:
    element = etree.fromstring(
        "<skills><skill><task>Lift <b>with</b> <i>knees</i></task></skill><!-- note --></skills>"
    )
    assert splice.serialized(element, "    ").decode() == (
        "<skills>\n      <skill>\n        <task>Lift <b>with</b> <i>knees</i></task>\n      </skill>\n      <!-- note -->\n    </skills>"
    )


def test_what_is_already_laid_out_keeps_its_layout() -> None:
    element = etree.fromstring("<a>\n  <b/>\n\n  <c>text\n  more</c>\n</a>")
    assert splice.serialized(element, "") == b"<a>\n  <b/>\n\n  <c>text\n  more</c>\n</a>"
    assert splice.serialized(element, "  ") == b"<a>\n    <b/>\n\n    <c>text\n  more</c>\n  </a>"


def test_accents_stay_readable() -> None:
    assert splice.serialized(etree.fromstring("<a>ñandú</a>"), "") == "<a>ñandú</a>".encode()


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "x.xml"
    file.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(splice.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        splice.write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    file.write_bytes(b"old")
    file.chmod(0o640)
    splice.write_atomically(file, b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)


def test_marks_that_touch_each_other_stay_in_one_piece() -> None:
    element = etree.fromstring("<list><task><sub>2</sub><sup>3</sup></task></list>")
    element[0].text = ""  # what a block does to a text that must not be laid out anew
    assert b"<task><sub>2</sub><sup>3</sup></task>" in splice.serialized(element, "  ")
