"""Courses on disk and people signed in, for the tests of the host."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from tests.preview.liveserver import serving
from westmec_xblocks.preview import courses
from westmec_xblocks.preview.blocktypes import class_for
from westmec_xblocks.preview.people import seed_people

ROOT = Path(__file__).resolve().parents[2]
REAL_COURSES = ROOT.parent / "shared" / "courses"
KEY = "course-v1:Shop+SAFE+2026"

FILES = {
    "course.xml": '<course url_name="2026" org="Shop" course="SAFE"/>\n',
    "course/2026.xml": '<course display_name="Shop safety">\n  <chapter url_name="c1"/>\n</course>\n',
    "chapter/c1.xml": '<chapter display_name="Start">\n  <sequential url_name="s1"/>\n  <sequential url_name="s2"/>\n</chapter>\n',
    "sequential/s1.xml": (
        '<sequential display_name="Eyes" graded="true" format="Quiz">\n'
        '  <vertical url_name="u1"/>\n'
        '  <vertical url_name="u2"/>\n'
        "</sequential>\n"
    ),
    "sequential/s2.xml": '<sequential display_name="Team">\n  <vertical url_name="hidden"/>\n</sequential>\n',
    "vertical/u1.xml": (
        '<vertical display_name="Wear them">\n'
        '  <html url_name="h1"/>\n'
        '  <html url_name="h2" display_name="Inline"><p>Inline text</p></html>\n'
        "</vertical>\n"
    ),
    "vertical/u2.xml": (
        '<vertical display_name="Check">\n'
        '  <problem url_name="p1"/>\n'
        '  <crane url_name="x1" display_name="Crane hours"/>\n'
        "</vertical>\n"
    ),
    "vertical/hidden.xml": (
        '<vertical display_name="For the team" visible_to_staff_only="true">\n'
        '  <html url_name="h3"><p>Keys</p></html>\n'
        "</vertical>\n"
    ),
    "html/h1.xml": '<html filename="h1" display_name="Why"/>\n',
    "html/h1.html": '<p>Glasses first. <img src="/static/eye wash.svg" alt="An eyewash"> <a href="/jump_to_id/u2">Check</a></p>\n',
    "problem/p1.xml": (
        '<problem display_name="Which" weight="4" max_attempts="2">\n  <multiplechoiceresponse>\n    <label>Which comes first?</label>\n'
        '    <choicegroup type="MultipleChoice">\n      <choice correct="true">Glasses</choice>\n'
        '      <choice correct="false">Grinder</choice>\n'
        "    </choicegroup>\n  </multiplechoiceresponse>\n</problem>\n"
    ),
    "policies/2026/policy.json": '{"course/2026": {"display_name": "Shop safety"}}',
    "policies/2026/grading_policy.json": (
        '{"GRADER": [{"type": "Quiz", "weight": 1.0, "min_count": 1, "drop_count": 0, "short_label": "Q"}], '
        '"GRADE_CUTOFFS": {"Pass": 0.7}}'
    ),
    "static/eye wash.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "about/overview.html": "<p>About the shop</p>",
}


def write_course(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """A small course in ``folder``, with some of its files changed, added or (None) left out."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def cast(db: None) -> None:
    """The sample people, in the database."""
    seed_people()


@pytest.fixture
def host(tmp_path: Path, cast: None) -> Callable[..., Path]:
    """``host(changes)`` opens the small course, changed so, and gives its directory."""

    def open_course(changes: dict[str, str | None] | None = None) -> Path:
        cache.clear()
        folder = write_course(tmp_path / "course", changes)
        courses.use_directories([folder])
        return folder

    return open_course


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    """``sign_in("alice")`` gives a browser in which she is signed in. The forged-request check is on."""

    def enter(username: str) -> Client:
        client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        page = client.get("/sign-in/").content.decode()
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
        answer = client.post("/sign-in/", {"username": username, "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        return client

    return enter


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The address of a server of this test's own. It has answered its last request before the database is emptied."""
    # Its calculators take seconds to import, which is no page's time.
    class_for("problem")
    with serving() as address:
        yield address


@pytest.fixture
def page(server: str, page):
    """A page that is closed before the server waits for what still runs."""
    return page


@pytest.fixture
def site(server: str, host: Callable[..., Path]) -> Callable[..., str]:
    """``site(changes)`` serves the small course and gives the server's address."""

    def open_course(changes: dict[str, str | None] | None = None) -> str:
        host(changes)
        return server

    return open_course


def enter(page, base: str, username: str) -> None:
    """Sign somebody in on the page of a real browser."""
    page.goto(f"{base}/sign-in/")
    page.locator(f'button[value="{username}"]').click()
    page.locator(".who-name").wait_for()


@pytest.fixture
def arthur(sign_in: Callable[[str], Client]) -> Client:
    """The author, signed in."""
    return sign_in("arthur")


def post(client: Client, url: str, data: dict | None = None):
    """A POST as our pages send it: with the token of the forged-request check."""
    return client.post(url, data or {}, headers={"x-csrftoken": client.cookies["csrftoken"].value})


def usage(kind: str, name: str) -> str:
    """A usage key of the small course."""
    return f"block-v1:Shop+SAFE+2026+type@{kind}+block@{name}"


def frame(client: Client, unit: str) -> str:
    """The page inside a unit's frame."""
    answer = client.get(f"/courses/{KEY}/frame/{usage('vertical', unit)}")
    assert answer.status_code == 200
    return answer.content.decode()


def answer_problem(client: Client, choice: int, problem: str = "p1") -> dict:
    """Hand in an answer to the small course's problem and give what its handler says."""
    name = f"input_{problem}_2_1"
    url = f"/courses/{KEY}/xblock/{usage('problem', problem)}/handler/xmodule_handler/problem_check"
    return post(client, url, {name: f"choice_{choice}"}).json()
