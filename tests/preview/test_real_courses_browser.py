"""The two public courses in a real browser: what a problem or a video needs is there once its scripts have run."""

import re

import pytest
from playwright.sync_api import expect

from tests.preview.conftest import REAL_COURSES, enter
from westmec_xblocks.preview import courses

pytestmark = [
    pytest.mark.skipif(not REAL_COURSES.is_dir(), reason="the public courses are not beside the project"),
    pytest.mark.browser,
    pytest.mark.slow,
]
# A script of the demo course looks for its own address on the platform's page.
OF_THE_COURSE = "getAssetURL"


@pytest.mark.parametrize("name", ["demo-course", "test-course"])
def test_every_problem_can_be_handed_in_and_every_video_shows_or_says_why_not(
    server, cast, chromium, name: str
) -> None:
    library = courses.use_directories([REAL_COURSES / name])
    course = library.courses()[0][0]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    thrown: list[str] = []
    context.on("weberror", lambda event: thrown.append(event.error.stack or str(event.error)))
    page = context.new_page()
    page.route(re.compile(r"^https?://(?!localhost)"), lambda route: route.abort())
    enter(page, server, "alice")
    problems = videos = 0
    for unit in course.units():
        page.goto(f"{server}/courses/{course.key}/frame/{course.keys[unit]}")
        for block in page.locator('.xblock[data-block-type="problem"]').all():
            expect(block.locator("button.submit"), unit.url_name).to_be_visible()
            problems += 1
        for block in page.locator('.xblock[data-block-type="video"]').all():
            expect(
                block.locator("[data-host-away], .video-error, video").locator("visible=true").first, unit.url_name
            ).to_be_visible()
            videos += 1
    context.close()
    assert not [stack for stack in thrown if OF_THE_COURSE not in stack]
    assert problems >= 5
    assert videos >= 3
