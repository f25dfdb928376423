"""Markup in a checklist: what is shown, what is told, what is refused."""

import pytest

from tests.olx.definitions import SKILL, a_list, a_skill, codes
from westmec_xblocks.olx.checklist import parse_checklist


@pytest.mark.parametrize(
    ("markup", "severity", "code"),
    [
        ("<script>alert(1)</script>", "error", "active_content"),
        ("<p><iframe src='https://x'/></p>", "error", "active_content"),
        ("<SCRIPT>x</SCRIPT>", "error", "active_content"),
        ("<p onclick='x()'>y</p>", "error", "active_content"),
        ("<img src='a.png' alt='' OnError='x()'/>", "error", "active_content"),
        ("<a href='javascript:x()'>y</a>", "error", "unsafe_link"),
        ("<a href=' JaVa&#10;Script:x()'>y</a>", "error", "unsafe_link"),
        ("<a href='java&#9;script:x()'>y</a>", "error", "unsafe_link"),
        ("<a href='data:text/html,x'>y</a>", "error", "unsafe_link"),
        ("<img src='vbscript:x' alt=''/>", "error", "unsafe_link"),
        ("<h3>x</h3>", "warning", "markup_unknown"),
        ("<p style='color:red'>x</p>", "warning", "markup_attribute"),
        ("<img src='a.png'/>", "warning", "image_without_alt"),
    ],
)
@pytest.mark.parametrize("place", ["task", "stop", "criterion"])
def test_markup_that_would_not_be_shown_is_told(markup, severity, code, place):
    texts = {"task": "Lock", "criterion": "Own lock", "stop": "Runs", place: f"see {markup} now"}
    definition = a_skill(inner="".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items()))
    found = parse_checklist(definition).problems
    assert [(finding.severity, finding.code, finding.skill) for finding in found] == [(severity, code, "01")]


@pytest.mark.parametrize(
    "address", ["https://a.b/c:d", " https://a.b", "/static/a.pdf", "a.pdf", "#x", "?q=a:b", "mailto:a@b.c", "tel:+1"]
)
def test_ordinary_links_are_no_finding(address):
    assert codes(a_skill(inner=f"<task>see <a href='{address}'>it</a></task><criterion>c</criterion>")) == []


def test_the_usual_markup_is_no_finding():
    text = (
        "<p class='x'>a <strong>b</strong> <em>c</em> <code>d</code> <sub>e</sub><sup>f</sup><br/></p>"
        "<ul><li>g</li></ul><ol start='2'><li>h</li></ol>"
        "<table><caption>i</caption><thead><tr><th scope='col'>j</th></tr></thead><tbody><tr><td colspan='2'>k</td></tr></tbody></table>"
        "<img src='/static/a.svg' alt='l' width='40'/>"
    )
    assert codes(a_list(f"<instructions>{text}</instructions><section title='A'>{SKILL}</section>")) == []
