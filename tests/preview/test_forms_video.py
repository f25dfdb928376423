"""A video's form: each field where the platform looks for it."""

import pytest

from tests.preview.forms import VIDEO, faults, fields_of, opened, save


def test_a_video_s_fields_are_saved_where_the_platform_looks_for_them(host, arthur) -> None:
    folder = host({"vertical/u1.xml": VIDEO, "static/a-en.srt": "", "static/a-es.srt": ""})
    shown = opened(arthur, "video", "v1")
    assert (shown["html5_sources"], shown["youtube_id_1_0"], shown["start_time"]) == (
        "/static/a.mp4",
        "abcdefghijk",
        "",
    )
    assert shown["transcripts.language"] == ["en", "", ""]
    assert shown["edx_video_id"] == "6f0e"
    save(
        arthur,
        "video",
        "v1",
        html5_sources="/static/a.webm\r\n\r\nhttps://films.example/a.mp4\r\n",
        youtube_id_1_0="https://www.youtube.com/watch?v=ZYXWVUTSRQP&t=3",
        start_time="5",
        end_time="1:30",
        download_video="true",
        **{"transcripts.language": ["en", "es", ""], "transcripts.file": ["a-en.srt", "a-es.srt", ""]},
    )
    assert (folder / "vertical/u1.xml").read_text() == (
        '<vertical display_name="Gauges">\n'
        '  <video url_name="v1" display_name="Old" youtube="1.00:ZYXWVUTSRQP" youtube_id_1_0="ZYXWVUTSRQP"'
        ' html5_sources="[&quot;/static/a.webm&quot;, &quot;https://films.example/a.mp4&quot;]"'
        ' transcripts="{&quot;en&quot;: &quot;a-en.srt&quot;, &quot;es&quot;: &quot;a-es.srt&quot;}" edx_video_id="6f0e"'
        ' download_video="true" end_time="00:01:30" start_time="00:00:05">\n'
        "    <!-- filmed in the shop -->\n"
        '    <source src="/static/a.webm"/>\n'
        '    <source src="https://films.example/a.mp4"/>\n'
        '    <video_asset client_video_id="a" duration="12.0"/>\n'
        '    <transcript language="en" src="a-en.srt"/>\n'
        '    <transcript language="es" src="a-es.srt"/>\n'
        "  </video>\n"
        '  <html url_name="h2"><p>Inline text</p></html>\n'
        "</vertical>\n"
    )
    again = opened(arthur, "video", "v1")
    assert (again["youtube_id_1_0"], again["start_time"], again["end_time"]) == ("ZYXWVUTSRQP", "00:00:05", "00:01:30")


def test_a_video_without_youtube_stays_without_it(host, arthur) -> None:
    folder = host({"vertical/u1.xml": '<vertical>\n  <video url_name="v1" youtube="1.00:abcdefghijk"/>\n</vertical>\n'})
    save(arthur, "video", "v1", youtube_id_1_0="", html5_sources="/static/a.webm")
    assert (folder / "vertical/u1.xml").read_text() == (
        '<vertical>\n  <video url_name="v1" youtube_id_1_0="">\n    <source src="/static/a.webm"/>\n  </video>\n</vertical>\n'
    )
    assert opened(arthur, "video", "v1")["youtube_id_1_0"] == ""


def test_a_video_of_an_old_course_gets_its_times_under_their_new_names(host, arthur) -> None:
    folder = host(
        {
            "vertical/u1.xml": '<vertical>\n  <video url_name="v1" from="00:00:10" to="00:00:20" youtube="1.0:abcdefghijk"/>\n</vertical>\n'
        }
    )
    assert (
        opened(arthur, "video", "v1")["start_time"] == "0:00:10"
        or opened(arthur, "video", "v1")["start_time"] == "00:00:10"
    )
    save(arthur, "video", "v1", start_time="00:00:12")
    text = (folder / "vertical/u1.xml").read_text()
    assert ('to="00:00:20"' in text, 'start_time="00:00:12"' in text, "from=" in text) == (True, True, False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"html5_sources": "/static/a.mp4\nfilm in the shop.mp4"}, "Video files: Line 2 is no address"),
        ({"html5_sources": "javascript:alert(1)"}, "Line 1 is no address"),
        ({"html5_sources": "//evil.example/a.mp4"}, "Line 1 is no address"),
        ({"youtube_id_1_0": "a film"}, "YouTube video: This is neither the address nor the ID"),
        ({"start_time": "soon"}, "Start at: Write hours, minutes and seconds"),
        ({"start_time": "00:61:00"}, "Write hours, minutes and seconds"),
        ({"start_time": "00:02:00", "end_time": "00:01:00"}, "Stop at: The end must come after the start."),
        (
            {"transcripts.language": [""], "transcripts.file": ["a-en.srt"]},
            "Transcripts: Which language is a-en.srt in?",
        ),
        (
            {"transcripts.language": ["en", "en"], "transcripts.file": ["a.srt", "b.srt"]},
            "Two files are given for one language.",
        ),
        ({"transcripts.language": ["en"], "transcripts.file": ["../secret.srt"]}, "no name of a transcript"),
        ({"transcripts.language": ["en"], "transcripts.file": ["a.vtt"]}, "no name of a transcript"),
    ],
)
def test_a_video_s_field_that_cannot_be_is_told_with_what_was_typed(host, arthur, changes: dict, message: str) -> None:
    folder = host({"vertical/u1.xml": VIDEO})
    answer = save(arthur, "video", "v1", display_name="Typed", **changes)
    assert message in faults(answer)
    kept = fields_of(answer.content.decode())
    assert kept["display_name"] == "Typed"
    for name, value in changes.items():
        assert kept[name][: len(value)] == value, name
    assert (folder / "vertical/u1.xml").read_text() == VIDEO
