"""The reading of course files: pointers, places, and what is refused."""

import os
from pathlib import Path

import pytest

from westmec_xblocks.olx.reader import MAX_FILE_BYTES, CourseFiles, OlxError, Place, is_pointer, parse_xml


def refusal(data: bytes) -> OlxError:
    with pytest.raises(OlxError) as caught:
        parse_xml(data, "x.xml")
    return caught.value


def test_a_file_that_breaks_off_names_the_line() -> None:
    error = refusal(b"<a>\n  <b>\n</a>\n")
    assert str(error) == "x.xml:3: Opening and ending tag mismatch: b line 2 and a"


def test_a_document_type_is_refused_before_its_entities_are_looked_at() -> None:
    laughs = b'<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]>\n<a>&m;</a>'
    assert str(refusal(laughs)) == "x.xml:3: a document type (<!DOCTYPE …>) is not allowed in a course file"


def test_an_external_entity_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    error = refusal(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file://' + str(tmp_path / "secret").encode() + b'">]><a>&x;</a>')
    assert "secret" not in error.reason


def test_an_undeclared_entity_is_an_error_with_its_line() -> None:
    assert refusal(b"<a>\n&nbsp;</a>").place == Place("x.xml", 2)


def test_deep_nesting_is_refused_in_plain_words() -> None:
    assert refusal(b"<a>" * 5000 + b"</a>" * 5000).reason == "the elements are nested too deeply (more than 256 levels)"


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-',
    ],
)
def test_other_encodings_are_refused(data: bytes) -> None:
    assert refusal(data).reason == "the file is not UTF-8; save it as UTF-8"


def test_bytes_that_are_no_utf8_are_refused() -> None:
    assert refusal(b"<a>\n\xff</a>").place.line == 2


def test_an_empty_file_says_so() -> None:
    assert refusal(b"").reason == "the file is empty"


def test_a_file_of_fifty_megabytes_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    with (tmp_path / "big.xml").open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    with pytest.raises(OlxError) as caught:
        CourseFiles(tmp_path).root_element("big.xml")
    assert caught.value.reason == f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB, the most that is read"


@pytest.mark.parametrize(
    "path", ["../outside.xml", "/etc/passwd", "a/../../outside.xml", "a\\..\\..\\outside.xml", "x\x00.xml"]
)
def test_a_path_that_leaves_the_course_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "course"
    root.mkdir()
    (tmp_path / "outside.xml").write_text("<a/>")
    with pytest.raises(OlxError, match="leaves the course directory"):
        CourseFiles(root).root_element(path)


def test_a_link_out_of_the_course_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "course"
    root.mkdir()
    (tmp_path / "outside.xml").write_text("<a/>")
    (root / "inside.xml").symlink_to(tmp_path / "outside.xml")
    with pytest.raises(OlxError, match="leaves the course directory"):
        CourseFiles(root).root_element("inside.xml")


def course(tmp_path: Path, files: dict[str, str]) -> CourseFiles:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return CourseFiles(tmp_path)


def test_a_pointer_is_followed_and_both_places_are_kept(tmp_path: Path) -> None:
    files = course(
        tmp_path,
        {
            "vertical/v.xml": '<vertical>\n  <html url_name="h"/>\n</vertical>',
            "html/h.xml": '\n\n<html filename="h" display_name="Title"/>',
        },
    )
    node = files.node(files.root_element("vertical/v.xml")[0], "vertical/v.xml")
    assert (node.display_name, node.place, node.pointer, node.error) == (
        "Title",
        Place("html/h.xml", 3),
        Place("vertical/v.xml", 2),
        None,
    )


def test_a_colon_in_a_name_is_a_folder(tmp_path: Path) -> None:
    files = course(tmp_path, {"v.xml": '<v><problem url_name="week1:p"/></v>', "problem/week1/p.xml": "<problem/>"})
    assert files.node(files.root_element("v.xml")[0], "v.xml").place.path == "problem/week1/p.xml"


def test_a_pointer_to_nothing_names_what_is_missing(tmp_path: Path) -> None:
    files = course(tmp_path, {"v.xml": '<v>\n<html url_name="h"/></v>'})
    node = files.node(files.root_element("v.xml")[0], "v.xml")
    assert str(node.error) == "v.xml:2: this points to html/h.xml, which does not exist"


def test_an_empty_element_of_another_type_is_its_own_definition(tmp_path: Path) -> None:
    files = course(tmp_path, {"v.xml": '<v><done url_name="d"/></v>'})
    node = files.node(files.root_element("v.xml")[0], "v.xml")
    assert (node.error, node.pointer, node.place.path) == (None, None, "v.xml")


def test_a_pointer_to_a_file_of_another_type_is_an_error(tmp_path: Path) -> None:
    files = course(tmp_path, {"v.xml": '<v><html url_name="h"/></v>', "html/h.xml": "<problem/>"})
    assert (
        str(files.node(files.root_element("v.xml")[0], "v.xml").error)
        == "html/h.xml:1: this file holds <problem>; its pointer in v.xml:1 asks for <html>"
    )


def test_a_pointer_that_climbs_out_is_an_error(tmp_path: Path) -> None:
    files = course(tmp_path, {"v.xml": '<v><html url_name="../../x"/></v>'})
    node = files.node(files.root_element("v.xml")[0], "v.xml")
    assert node.error is not None
    assert "leaves the course directory" in node.error.reason


def test_pointers_are_elements_with_a_name_only() -> None:
    assert is_pointer(parse_xml(b'<html url_name="x"/>', "x"))
    assert is_pointer(parse_xml(b'<course url_name="x" org="o" course="c"/>', "x"))
    assert not is_pointer(parse_xml(b'<html url_name="x" display_name="y"/>', "x"))
    assert not is_pointer(parse_xml(b'<html url_name="x">text</html>', "x"))


def test_an_element_without_a_name_gets_one_from_its_content(tmp_path: Path) -> None:
    files = course(tmp_path, {"v.xml": "<v><html>a</html><html>b</html></v>"})
    names = [files.node(element, "v.xml").url_name for element in files.root_element("v.xml")]
    assert len(set(names)) == 2
    assert all(name.startswith("html_") for name in names)


def test_a_changed_file_is_parsed_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    files = course(tmp_path, {"a.xml": "<a/>"})
    first = files.root_element("a.xml")
    assert files.root_element("a.xml") is first
    (tmp_path / "a.xml").write_text('<a x="1"/>')
    assert files.root_element("a.xml").get("x") == "1"


@pytest.mark.parametrize(("text", "line"), [('{\n "a": }', 2), ("[" * 100_000, 0)])
def test_broken_json_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    files = course(tmp_path, {"p.json": text})
    with pytest.raises(OlxError) as caught:
        files.json("p.json")
    assert caught.value.place == Place("p.json", line)


def test_missing_json_is_nothing(tmp_path: Path) -> None:
    assert CourseFiles(tmp_path).json("p.json") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    files = course(tmp_path, {"a.xml": "<a/>"})
    (tmp_path / "a.xml").chmod(0)
    with pytest.raises(OlxError, match="cannot be read"):
        files.root_element("a.xml")
