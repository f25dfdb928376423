"""What the platform's pages bring for its core blocks, and this host brings too."""

import re

import pytest
from playwright.sync_api import expect

from tests.preview.conftest import KEY, enter, frame, usage

NOTE = "Wait for the blade to stop; it runs on for half a minute."
PASSAGE = (
    '<vertical display_name="Read">\n  <annotatable url_name="a1" display_name="The saw">'
    f'<annotatable><p>Then open the <annotation title="The blade" body="{NOTE}" problem="0">guard</annotation>.</p></annotatable>'
    "</annotatable>\n</vertical>\n"
)
FILM = '<vertical display_name="Watch">\n  <video url_name="v1" youtube_id_1_0="AOUEsgFrYeg"/>\n</vertical>\n'
AWAY = "This video plays from YouTube, which cannot be reached"
# What YouTube's script offers, as far as the block uses it.
YOUTUBE = """
window.YT = {
  PlayerState: {ENDED: 0, PLAYING: 1, PAUSED: 2, BUFFERING: 3, CUED: 5},
  ready: function (start) { setTimeout(start); },
  Player: function (id, options) {
    var frame = document.createElement('iframe');
    frame.title = 'film ' + options.videoId;
    var place = document.getElementById(id);
    if (place) place.replaceWith(frame);
    this.getDuration = function () { return 90; };
    this.getCurrentTime = function () { return 0; };
    this.getAvailablePlaybackRates = function () { return [1]; };
    ['setPlaybackRate', 'setVolume', 'cueVideoById', 'pauseVideo', 'playVideo', 'destroy'].forEach(function (name) {
      this[name] = function () {};
    }, this);
    setTimeout(options.events.onReady);
  },
};
setTimeout(function () { if (window.onYouTubeIframeAPIReady) window.onYouTubeIframeAPIReady(); });
"""


@pytest.mark.browser
def test_an_annotation_is_read_with_the_keyboard(site, page, screenshot) -> None:
    base = site({"vertical/u1.xml": PASSAGE})
    enter(page, base, "alice")
    page.goto(f"{base}/courses/{KEY}/unit/u1/")
    inside = page.frame_locator("#unit-frame")
    passage = inside.get_by_role("button", name="guard")
    expect(passage).to_have_attribute("aria-expanded", "false")
    expect(inside.get_by_text(NOTE)).to_be_hidden()
    passage.focus()
    page.keyboard.press("Enter")
    expect(inside.get_by_text(NOTE)).to_be_visible()
    expect(passage).to_have_attribute("aria-expanded", "true")
    screenshot(page, "preview-annotation")
    inside.get_by_text("Hide Annotations").click()
    expect(inside.get_by_text(NOTE)).to_be_hidden()
    passage.click()
    expect(inside.get_by_text(NOTE)).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_video_says_when_youtube_is_away(site, page, screenshot, language: str) -> None:
    base = site({"vertical/u1.xml": FILM})
    page.route(re.compile(r"^https:"), lambda route: route.abort())
    enter(page, base, "alice")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    page.goto(f"{base}/courses/{KEY}/unit/u1/")
    said = page.frame_locator("#unit-frame").locator("[data-host-away]")
    expect(said).to_be_visible()
    expect(said).to_contain_text({"en": AWAY, "es": "no se puede llegar a YouTube"}[language])
    expect(said.get_by_role("link")).to_have_attribute("href", "https://youtu.be/AOUEsgFrYeg")
    screenshot(page, f"preview-video-away-{language}")


@pytest.mark.browser
def test_a_video_from_youtube_has_its_player(site, page) -> None:
    base = site({"vertical/u1.xml": FILM})
    page.route(
        re.compile(r"^https:"),
        lambda route: route.fulfill(
            body=YOUTUBE if "iframe_api" in route.request.url else "", content_type="text/javascript"
        ),
    )
    enter(page, base, "alice")
    page.goto(f"{base}/courses/{KEY}/unit/u1/")
    inside = page.frame_locator("#unit-frame")
    expect(inside.locator('iframe[title="film AOUEsgFrYeg"]')).to_be_visible()
    expect(inside.locator(".vidtime")).to_have_text("0:00 / 1:30")
    expect(inside.locator("[data-host-away]")).to_be_hidden()


def test_nothing_is_said_of_youtube_where_the_file_is_at_hand(host, sign_in) -> None:
    host({"vertical/u1.xml": FILM.replace("/>\n</v", '><source src="/static/gauge.webm"/></video>\n</v')})
    assert "data-host-away" not in frame(sign_in("alice"), "u1")


def test_a_transcript_that_the_course_does_not_hold_is_not_found(host, sign_in) -> None:
    host({"vertical/u1.xml": FILM})
    base = f"/courses/{KEY}/xblock/{usage('video', 'v1')}/handler/transcript"
    assert sign_in("alice").get(f"{base}/translation/en?videoId=AOUEsgFrYeg").status_code == 404


def test_a_point_on_a_picture_is_marked(host, sign_in) -> None:
    host(
        {
            "problem/p1.xml": '<problem><imageresponse><imageinput src="/static/eye wash.svg" width="60" height="40"'
            ' rectangle="(1,1)-(20,20)"/></imageresponse></problem>\n'
        }
    )
    alice = sign_in("alice")
    assert 'data-usage-id="' + usage("problem", "p1") in frame(alice, "u2")
    assert alice.get("/host-static/images/green-pointer.png").status_code == 200
