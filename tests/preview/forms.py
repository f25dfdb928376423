"""Forms as a browser opens, fills in and sends them."""

from lxml import html

from tests.preview.conftest import KEY, post, usage

# A unit with a video as an old export writes it, and a text inside it.
VIDEO = (
    '<vertical display_name="Gauges">\n'
    '  <video url_name="v1" display_name="Old" youtube="1.00:abcdefghijk" youtube_id_1_0="abcdefghijk"'
    ' html5_sources="[&quot;/static/a.mp4&quot;]" transcripts="{&quot;en&quot;: &quot;a-en.srt&quot;}" edx_video_id="6f0e">\n'
    "    <!-- filmed in the shop -->\n"
    '    <source src="/static/a.mp4"/>\n'
    '    <video_asset client_video_id="a" duration="12.0"/>\n'
    '    <transcript language="en" src="a-en.srt"/>\n'
    "  </video>\n"
    '  <html url_name="h2"><p>Inline text</p></html>\n'
    "</vertical>\n"
)


def address(kind: str, name: str) -> str:
    return f"/studio/{KEY}/edit/{usage(kind, name)}/"


def fields_of(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of the form on the page."""
    sent: dict[str, str | list[str]] = {}
    for control in html.fromstring(page).get_element_by_id("editor-form").iter("input", "textarea", "select"):
        if control.get("disabled") is None:
            text = (control.text or "").removeprefix("\n") if control.tag == "textarea" else control.value
            if control.name.startswith("transcripts."):
                sent.setdefault(control.name, []).append(text)
            else:
                sent[control.name] = text
    return sent


def opened(client, kind: str, name: str) -> dict:
    answer = client.get(address(kind, name))
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def save(client, kind: str, name: str, **changes: object):
    """Open the form, change some of its fields and send it."""
    return post(client, address(kind, name), {**opened(client, kind, name), **changes})


def faults(answer) -> str:
    assert answer.status_code == 422
    return " ".join(html.fromstring(answer.content.decode()).get_element_by_id("faults").text_content().split())


def draft(client, kind: str, name: str, **changes: object):
    url, sent = f"/studio/{KEY}/draft/{usage(kind, name)}/", {**opened(client, kind, name), **changes}
    headers = {"x-csrftoken": client.cookies["csrftoken"].value, "x-requested-with": "fetch"}
    return client.post(url, sent, headers=headers)
