"""What learners see, and who is refused."""

import re

import pytest
from django.test import Client

from tests.preview.conftest import KEY, answer_problem, frame, post, usage
from westmec_xblocks.preview import courses


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_first_page_is_open_to_anyone_and_shows_how_to_sign_in(host) -> None:
    host()
    answer = Client(headers={"host": "localhost"}).get("/")
    assert answer.status_code == 200
    assert "Shop safety" in text_of(answer)
    assert "Alice Romero" in text_of(answer)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "progress/",
        "about/",
        "unit/u1/",
        f"frame/{usage('vertical', 'u1')}",
        "asset/eye%20wash.svg",
        "jump_to_id/u1",
    ],
)
def test_nobody_enters_a_course_without_signing_in_and_the_outsider_not_at_all(host, sign_in, path: str) -> None:
    host()
    assert Client(headers={"host": "localhost"}).get(f"/courses/{KEY}/{path}").status_code == 302
    assert sign_in("oscar").get(f"/courses/{KEY}/{path}").status_code == 403
    assert sign_in("alice").get(f"/courses/{KEY}/{path}", follow=True).status_code == 200


def test_handlers_refuse_the_outsider_and_the_stranger(host, sign_in) -> None:
    host()
    url = f"/courses/{KEY}/xblock/{usage('problem', 'p1')}/handler/xmodule_handler/problem_get"
    outsider = sign_in("oscar")
    outsider.get("/")
    assert post(outsider, url).status_code == 403
    stranger = Client(headers={"host": "localhost"})
    assert stranger.post(url).status_code == 403


def test_a_forged_request_is_refused(host, sign_in) -> None:
    host()
    url = f"/courses/{KEY}/xblock/{usage('problem', 'p1')}/handler/xmodule_handler/problem_get"
    assert sign_in("alice").post(url).status_code == 403


def test_the_host_header_is_checked(host) -> None:
    host()
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_the_outline_names_everything_and_where_to_start(host, sign_in) -> None:
    host()
    text = text_of(sign_in("alice").get(f"/courses/{KEY}/"))
    assert "Start : Wear them" in text.replace("Start:", "Start :")
    for name in ("Start", "Eyes", "Quiz", "Wear them", "Check", "0 of 3 parts complete"):
        assert name in text


def test_what_is_for_the_team_stays_with_the_team(host, sign_in) -> None:
    host()
    learner, evaluator = sign_in("alice"), sign_in("erik")
    assert "For the team" not in text_of(learner.get(f"/courses/{KEY}/"))
    assert learner.get(f"/courses/{KEY}/unit/hidden/").status_code == 404
    assert learner.get(f"/courses/{KEY}/frame/{usage('vertical', 'hidden')}").status_code == 404
    assert learner.get(f"/courses/{KEY}/frame/{usage('html', 'h3')}").status_code == 404
    assert "Keys" in text_of(evaluator.get(f"/courses/{KEY}/frame/{usage('html', 'h3')}"))


def test_a_unit_has_its_way_back_and_on(host, sign_in) -> None:
    host()
    page = sign_in("alice").get(f"/courses/{KEY}/unit/u2/").content.decode()
    assert f'rel="prev" href="/courses/{KEY}/unit/u1/"' in page
    assert "Unit 2 of 2" in page
    assert 'rel="next"' not in page


def test_a_frame_shows_its_blocks_with_their_addresses_replaced(host, sign_in) -> None:
    host()
    page = frame(sign_in("alice"), "u1")
    assert "Inline text" in page
    assert "/asset-v1:Shop+SAFE+2026+type@asset+block@eye_wash.svg" in page
    assert f"/courses/{KEY}/jump_to_id/u2" in page


def test_links_by_name_lead_to_the_unit(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    for name, unit in {"p1": "u2", "u2": "u2", "s1": "u1", "c1": "u1"}.items():
        assert alice.get(f"/courses/{KEY}/jump_to_id/{name}").url == f"/courses/{KEY}/unit/{unit}/"
    assert alice.get(f"/courses/{KEY}/jump_to_id/nothing").status_code == 404


def test_a_type_that_is_not_installed_is_a_box_with_its_name(host, sign_in) -> None:
    host()
    page = frame(sign_in("alice"), "u2")
    assert 'data-host-missing="crane"' in page
    assert "Crane hours" in page


def test_text_completes_when_seen_and_problems_when_handed_in(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    assert post(alice, f"/courses/{KEY}/xblock/{usage('html', 'h1')}/viewed").json() == {"complete": True}
    assert post(alice, f"/courses/{KEY}/xblock/{usage('problem', 'p1')}/viewed").status_code == 400
    assert "1 of 3 parts complete" in text_of(alice.get(f"/courses/{KEY}/"))
    answer_problem(alice, 1)
    assert "2 of 3 parts complete" in text_of(alice.get(f"/courses/{KEY}/"))
    assert "0 of 3 parts complete" in text_of(sign_in("ben").get(f"/courses/{KEY}/"))


def test_the_progress_page_weighs_scores_against_the_cutoff(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    before = text_of(alice.get(f"/courses/{KEY}/progress/"))
    assert "Not passed yet – 70 % are needed." in before
    assert "not tried / 4" in before
    assert answer_problem(alice, 0)["success"] == "correct"
    after = text_of(alice.get(f"/courses/{KEY}/progress/"))
    assert "100 % Pass – you have reached the mark." in after
    assert "4 / 4" in after


def test_the_page_speaks_spanish_when_asked(host, sign_in) -> None:
    host()
    elena = sign_in("elena")
    page = elena.get(f"/courses/{KEY}/").content.decode()
    assert '<html lang="es">' in page
    assert "Empezar: Wear them" in page
    post(elena, "/language/", {"language": "en", "next": "/"})
    assert '<html lang="en">' in elena.get("/").content.decode()


def test_pages_redirect_only_within_the_host(host, sign_in) -> None:
    host()
    alice = sign_in("alice")
    assert post(alice, "/sign-in/", {"username": "ben", "next": "https://evil.example/"}).url == "/"
    irene = sign_in("irene")
    assert post(irene, "/view-as/", {"username": "ben", "next": "//evil.example/"}).url == "/"


def test_the_admin_is_for_the_instructor(host, sign_in) -> None:
    host()
    assert sign_in("irene").get("/admin/").status_code == 200
    assert sign_in("alice").get("/admin/").status_code == 302


def test_a_course_that_changes_on_disk_changes_on_the_page(host, sign_in) -> None:
    folder = host()
    alice = sign_in("alice")
    frame(alice, "u1")
    (folder / "html" / "h1.html").write_text("<p>Gloves now.</p>")
    assert "Gloves now." in frame(alice, "u1")
    (folder / "vertical" / "u1.xml").write_text('<vertical display_name="Renamed"/>')
    assert "Renamed" in text_of(alice.get(f"/courses/{KEY}/"))


def test_two_directories_with_the_same_course_are_told_apart(host, sign_in, tmp_path) -> None:
    folder = host()
    twin = tmp_path / "twin"
    twin.mkdir()
    for name in ("course.xml", "course/2026.xml"):
        (twin / name).parent.mkdir(exist_ok=True)
        (twin / name).write_text((folder / name).read_text())
    courses.use_directories([folder, twin])
    assert "another open directory holds the same course" in text_of(Client(headers={"host": "localhost"}).get("/"))
