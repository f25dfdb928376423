"""Bad courses and bad blocks: a clear message in their place, and everything else goes on."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.preview.conftest import KEY, frame, post, usage, write_course
from tests.preview.test_pages import text_of
from westmec_xblocks.preview import courses


def anyone() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"course.xml": None}, "course.xml there is no such file"),
        (
            {"course.xml": '<course url_name="2026" org="Shop" course="SAFE"'},
            "course.xml:1 the tag is not closed",
        ),
        ({"course.xml": "<chapter/>"}, "course.xml:1 the root element is <chapter>; it must be <course>"),
        ({"course.xml": '<course url_name="2026" org="Shop"/>'}, "course.xml:1 <course> needs the attribute course"),
        (
            {"course.xml": '<course url_name="a b" org="Shop" course="SAFE"/>'},
            "course.xml:1 this points to course/a b.xml, which does not exist",
        ),
        (
            {"course/2026.xml": "<course>\n<chapter>\n</course>"},
            "course/2026.xml:3 Opening and ending tag mismatch: chapter line 2 and course",
        ),
        (
            {"course/2026.xml": '<!DOCTYPE x [<!ENTITY a "b">]><course/>'},
            "course/2026.xml:1 a document type (<!DOCTYPE …>) is not allowed in a course file",
        ),
    ],
)
def test_an_unreadable_course_names_file_line_and_reason_and_the_others_open(
    host, tmp_path: Path, changes, message: str
) -> None:
    good = host()
    bad = write_course(tmp_path / "bad", changes)
    courses.use_directories([bad, good])
    text = text_of(anyone().get("/")).replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")
    assert "bad cannot be opened" in text
    assert message in text
    assert "Shop safety" in text


@pytest.mark.parametrize("broken", ["chapter/c1.xml", "sequential/s1.xml", "vertical/u1.xml"])
def test_one_broken_file_of_the_structure_leaves_the_rest(host, sign_in, broken: str) -> None:
    host({broken: "<oops"})
    page = text_of(sign_in("arthur").get(f"/courses/{KEY}/"))
    assert "Shop safety" in page
    assert f"{broken}:1" in page


def test_one_broken_block_leaves_the_others_and_tells_the_author_why(host, sign_in) -> None:
    host({"problem/p1.xml": "<problem>\n<a>\n</problem>"})
    author = frame(sign_in("arthur"), "u2")
    assert "problem/p1.xml:3" in author
    assert 'data-host-missing="crane"' in author
    learner = frame(sign_in("alice"), "u2")
    assert "Please tell your instructor" in learner
    assert "p1.xml" not in learner


def test_a_problem_that_fails_while_it_is_shown_is_a_box(host, sign_in) -> None:
    host({"problem/p1.xml": "<problem><numericalresponse/></problem>"})
    page = frame(sign_in("alice"), "u2")
    assert 'data-host-missing="crane"' in page


def test_html_whose_file_is_gone_is_a_box(host, sign_in) -> None:
    host({"html/h1.html": None})
    page = frame(sign_in("arthur"), "u1")
    assert f'data-host-error="{usage("html", "h1")}"' in page
    assert "Inline text" in page


def test_a_text_of_fifty_megabytes_is_a_box_and_not_a_page(host, sign_in) -> None:
    folder = host()
    with (folder / "html" / "h1.html").open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    page = frame(sign_in("arthur"), "u1")
    assert "the file is larger than 8 MB" in page
    assert "Inline text" in page


@pytest.mark.parametrize("name", ["../../../secret", "..", "x/../../../secret"])
def test_a_file_name_in_html_cannot_climb_out(host, sign_in, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.html").write_text("TOP SECRET")
    host({"html/h1.xml": f'<html filename="{name}"/>'})
    assert "TOP SECRET" not in frame(sign_in("arthur"), "u1")


@pytest.mark.parametrize(
    "path",
    [
        "../course.xml",
        "..%2Fcourse.xml",
        "%2e%2e/course.xml",
        "../../secret.txt",
        "/etc/passwd",
        "..\\course.xml",
        "link.txt",
        "",
        ".",
    ],
)
def test_assets_stay_inside_the_static_folder(host, sign_in, tmp_path: Path, path: str) -> None:
    folder = host()
    (tmp_path / "secret.txt").write_text("TOP SECRET")
    (folder / "static" / "link.txt").symlink_to(tmp_path / "secret.txt")
    alice = sign_in("alice")
    assert alice.get(f"/courses/{KEY}/asset/{path}").status_code in (301, 404)
    assert alice.get(f"/asset-v1:Shop+SAFE+2026+type@asset+block@{path}").status_code == 404


def test_assets_are_found_by_studios_name_and_in_parts(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    for name in ("eye%20wash.svg", "eye_wash.svg"):
        answer = alice.get(f"/courses/{KEY}/asset/{name}")
        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            200,
            "image/svg+xml",
            "nosniff",
        )
    part = alice.get("/asset-v1:Shop+SAFE+2026+type@asset+block@eye_wash.svg", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"<svg", "bytes 0-3/41")
    assert (
        alice.get("/asset-v1:Shop+SAFE+2026+type@asset+block@eye_wash.svg", headers={"range": "bytes=900-"}).status_code
        == 416
    )


def test_the_hosts_own_files_stay_the_hosts(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    assert alice.get("/host-static/preview/host.css").status_code == 200
    assert alice.get("/host-static/../settings.py").status_code == 404
    frame(alice, "u2")
    assert alice.get("/xblock/resource/problem/problem/public/css/ProblemBlockDisplay.css").status_code == 200
    for path in ("public/../capa_block.py", "../capa_block.py", "problem/public/../../capa_block.py"):
        assert alice.get(f"/xblock/resource/problem/{path}").status_code == 404
    assert anyone().get("/xblock/resource/problem/public/css/ProblemBlockDisplay.css").status_code == 404


def test_python_in_a_problem_stays_off_unless_asked_for(host, sign_in, monkeypatch) -> None:
    script = (
        '<problem><script type="loncapa/python">answer = str(6 * 7)</script>'
        '<stringresponse answer="$answer"><textline label="Number"/></stringresponse></problem>'
    )
    host({"problem/p1.xml": script})
    alice = sign_in("alice")
    assert "data-host-scripts" in frame(alice, "u2")
    url = f"/courses/{KEY}/xblock/{usage('problem', 'p1')}/handler/xmodule_handler/problem_check"
    assert post(alice, url, {"input_p1_2_1": "42"}).status_code == 403
    monkeypatch.setattr(settings, "WESTMEC_ALLOW_PYTHON", True)
    assert "data-host-scripts" not in frame(alice, "u2")
    place = os.environ.get("TMPDIR")
    assert post(alice, url, {"input_p1_2_1": "42"}).json()["success"] == "correct"
    assert os.environ.get("TMPDIR") == place, "a script moved the process's temporary files"


@pytest.mark.parametrize(
    "text",
    ['{"GRADER": [{"type": "Quiz"}]}', '{"GRADER": 3}', "[]", "{", '{"GRADER": [{"type": "Quiz", "weight": 7}]}'],
)
def test_a_bad_grading_policy_is_a_finding_and_the_progress_page_works(host, sign_in, text: str) -> None:
    host({"policies/2026/grading_policy.json": text})
    author = sign_in("arthur")
    assert "policies/2026/grading_policy.json" in text_of(author.get(f"/courses/{KEY}/"))
    assert author.get(f"/courses/{KEY}/progress/").status_code == 200


def test_names_that_stand_twice_or_cannot_be_keys_are_findings(host, sign_in) -> None:
    host(
        {
            "vertical/u1.xml": '<vertical><html url_name="h1"/><html url_name="h1"/><html url_name="a b">x</html></vertical>'
        }
    )
    text = text_of(sign_in("arthur").get(f"/courses/{KEY}/"))
    assert "stands twice" in text
    assert "cannot be a url_name" in text


def test_an_unknown_block_handler_or_course_is_not_found(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    alice.get("/")
    base = f"/courses/{KEY}/xblock"
    assert post(alice, f"{base}/{usage('problem', 'p1')}/handler/no_such").status_code == 404
    assert post(alice, f"{base}/{usage('problem', 'nothing')}/handler/xmodule_handler").status_code == 404
    assert post(alice, f"{base}/nonsense/handler/xmodule_handler").status_code == 404
    assert alice.get("/courses/course-v1:No+Such+Course/").status_code == 404
    assert alice.get("/courses/nonsense/").status_code == 404
