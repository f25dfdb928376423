"""A video of the course's own plays in the host, with its transcript, also from its middle.

media/gauge.webm was drawn for this test: twelve seconds of a pressure gauge, VP9, without sound.
"""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.preview.conftest import KEY, enter, frame, usage
from westmec_xblocks.preview import courses

MEDIA = Path(__file__).with_name("media")
VIDEO = (
    '<video url_name="v1" display_name="Read a gauge" youtube_id_1_0="" download_video="true" download_track="true">\n'
    '  <source src="/static/gauge.webm"/>\n'
    '  <transcript language="en" src="gauge-en.srt"/>\n'
    '  <transcript language="es" src="gauge-es.srt"/>\n'
    "</video>"
)
UNIT = {"vertical/u1.xml": f'<vertical display_name="Gauges">\n  {VIDEO}\n</vertical>\n'}


def add_media(folder: Path) -> None:
    (folder / "static").mkdir(exist_ok=True)
    for file in MEDIA.iterdir():
        shutil.copy(file, folder / "static" / file.name)


@pytest.fixture
def with_video(host):
    """The small course with the video in its first unit."""
    add_media(host(UNIT))


def until(element, condition: str) -> None:
    """Wait until a condition on ``e``, the element, holds; fail after twenty seconds."""
    look = f"() => ({condition}) ? done() : Date.now() > end ? fail(new Error('never: {condition}')) : setTimeout(look, 50)"
    element.evaluate(
        f"e => new Promise((done, fail) => {{ const end = Date.now() + 20000; const look = {look}; look(); }})"
    )


def address_of(client) -> str:
    """Where the page says that the video is."""
    return re.search(r"/asset-v1:[^&\"]+gauge\.webm", frame(client, "u1"))[0]


def test_a_video_s_file_is_served_in_the_parts_that_a_player_asks_for(with_video, sign_in) -> None:
    alice = sign_in("alice")
    url, whole = address_of(alice), (MEDIA / "gauge.webm").read_bytes()
    answer = alice.get(url)
    assert (answer.status_code, answer["Content-Type"], answer["Accept-Ranges"]) == (200, "video/webm", "bytes")
    assert b"".join(answer.streaming_content) == whole
    for asked, part in {"bytes=0-": whole, "bytes=1000-1999": whole[1000:2000], "bytes=-500": whole[-500:]}.items():
        answer = alice.get(url, headers={"range": asked})
        start = len(whole) - 500 if asked == "bytes=-500" else int(asked[6:].split("-")[0])
        assert (answer.status_code, answer.content) == (206, part)
        assert answer["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
    answer = alice.get(url, headers={"range": f"bytes={len(whole)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_video_s_file_is_for_people_of_the_course(with_video, sign_in) -> None:
    url = address_of(sign_in("alice"))
    assert sign_in("oscar").get(url).status_code == 403


def test_its_transcripts_are_given_in_the_languages_that_it_has(with_video, sign_in) -> None:
    alice = sign_in("alice")
    base = f"/courses/{KEY}/xblock/{usage('video', 'v1')}/handler/transcript"
    assert alice.get(f"{base}/available_translations").json() == ["en", "es"]
    spoken = alice.get(f"{base}/translation/es").json()
    assert spoken["text"][0] == "Colóquese a un lado del manómetro."
    assert spoken["start"] == [0, 4000, 8000]


@pytest.mark.browser
def test_the_video_plays_with_its_transcript_and_from_its_middle(site, page, screenshot) -> None:
    base = site(UNIT)
    add_media(courses.library()._files[0].root)
    enter(page, base, "alice")
    parts: list[int] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: parts.append(answer.status) if "gauge.webm" in answer.url else None)
    page.goto(f"{base}/courses/{KEY}/unit/u1/")
    inside = page.frame_locator("#unit-frame")
    film = inside.locator("video")
    expect(inside.get_by_role("link", name="Stand to the side of the gauge.")).to_be_visible()
    play = inside.get_by_role("button", name="Play")
    assert play.locator(".fa-play").evaluate("e => getComputedStyle(e, '::before').maskImage").startswith("url(")
    play.click()
    until(film, "e.currentTime > 1")
    assert film.evaluate("e => [e.videoWidth, e.videoHeight, e.duration, e.seekable.end(0), e.error]") == [
        320,
        180,
        12,
        12,
        None,
    ]
    screenshot(page, "preview-video-playing")
    inside.get_by_role("link", name="Read it straight on: 110 kPa.").click()
    until(film, "e.currentTime > 8.2")
    expect(inside.locator(".subtitles .current")).to_have_text("Read it straight on: 110 kPa.")
    assert set(parts) == {206}
    assert all(url.startswith((base, "data:")) for url in asked)
    # The player sets the handle back once more before it follows the film.
    until(inside.locator(".progress-handle"), "e.offsetLeft > e.parentNode.offsetWidth / 2")
    screenshot(page, "preview-video-seeked")
