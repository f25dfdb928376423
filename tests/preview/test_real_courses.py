"""The two public courses beside the project, where they are: every core block works, the rest are boxes."""

import re
from collections import Counter

import pytest

from tests.preview.conftest import REAL_COURSES
from westmec_xblocks.preview import courses
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.runtime import runs_scripts

pytestmark = [
    pytest.mark.skipif(not REAL_COURSES.is_dir(), reason="the public courses are not beside the project"),
    pytest.mark.slow,
]


@pytest.fixture(params=["demo-course", "test-course"])
def course(request, cast) -> Course:
    found, unreadable = courses.use_directories([REAL_COURSES / request.param]).courses()
    assert not unreadable
    return found[0]


def test_every_unit_opens_and_no_block_fails(course: Course, sign_in) -> None:
    author = sign_in("arthur")
    kinds: Counter[str] = Counter()
    for unit in course.units():
        assert author.get(f"/courses/{course.key}/unit/{unit.url_name}/").status_code == 200
        page = author.get(f"/courses/{course.key}/frame/{course.keys[unit]}").content.decode()
        assert "data-host-error" not in page, unit.url_name
        boxes = set(re.findall(r'data-host-scripts="([^"]*)"', page))
        for key in re.findall(r'data-host-block="([^"]*)"', page):
            usage = course.key.make_usage_key(*re.search(r"type@([^+]+)\+block@(.+)", key).groups())
            assert (key in boxes) == runs_scripts(course, usage), key
            if usage.block_type in ("html", "problem", "video") and key not in boxes:
                assert f'data-usage-id="{key}"' in page, key
        kinds.update(re.findall(r'data-usage-id="block-v1:[^"]*type@(\w+)', page))
    assert not course.findings
    assert kinds["html"] >= 15
    assert kinds["problem"] >= 5
    assert kinds["video"] >= 3


def test_types_that_are_not_installed_are_named(course: Course, sign_in) -> None:
    learner = sign_in("alice")
    named = set()
    for unit in course.units():
        page = learner.get(f"/courses/{course.key}/frame/{course.keys[unit]}").content.decode()
        named |= set(re.findall(r'data-host-missing="([^"]*)"', page))
    assert {"done", "edx_sga", "poll", "survey", "lti"} <= named


def test_the_author_sees_every_unit_and_every_source(course: Course, sign_in) -> None:
    author = sign_in("arthur")
    for unit in [*course.units(), *course.drafts()]:
        page = author.get(f"/studio/{course.key}/unit/{course.keys[unit]}/").content.decode()
        for link in re.findall(r'class="button ghost" href="([^"]*)"', page):
            assert author.get(f"{link}?mode=source").status_code == 200, link


@pytest.mark.parametrize("course", ["test-course"], indirect=True)
def test_problems_of_a_library_answer_although_no_vertical_names_them(course: Course, sign_in) -> None:
    key = course.key.make_usage_key("problem", "c414277f90888e529175")
    learner = sign_in("alice")
    learner.get("/")
    answer = learner.post(
        f"/courses/{course.key}/xblock/{key}/handler/xmodule_handler/problem_get",
        headers={"x-csrftoken": learner.cookies["csrftoken"].value},
    )
    assert "input" in answer.json()["html"]
