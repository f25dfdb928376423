"""What stands in a form and is not saved yet: seen by its author alone, and written nowhere."""

import re
from html import unescape

from tests.preview.conftest import FILES, KEY, frame, post, usage
from tests.preview.forms import draft, opened


def test_a_draft_is_shown_to_its_author_and_saved_nowhere(host, arthur, sign_in) -> None:
    folder = host()
    url = draft(arthur, "problem", "p1", markup="<p>Draft \\(x\\)</p>", display_name="Not yet").json()["url"]
    page = unescape(arthur.get(url).content.decode())
    assert "Draft \\(x\\)" in page
    assert "Not yet" in page
    assert "mathjax" in page
    assert (folder / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]
    assert "Draft" not in frame(sign_in("alice"), "u2")
    assert sign_in("irene").get(url).status_code == 404
    assert arthur.get(url.replace("p1", "h1").replace("problem", "html")).status_code == 404
    assert "Glasses" in unescape(arthur.get(url.split("?")[0]).content.decode())


def test_a_draft_problem_answers_by_what_is_in_the_form_and_keeps_nothing(host, arthur) -> None:
    folder = host()
    right = (
        FILES["problem/p1.xml"]
        .split(">", 1)[1]
        .rsplit("<", 1)[0]
        .replace("true", "x")
        .replace("false", "true")
        .replace('"x"', '"false"')
    )
    page = arthur.get(draft(arthur, "problem", "p1", markup=right).json()["url"]).content.decode()
    url = unescape(re.search(r'data-url="([^"]+)"', page)[1])
    assert "/draft/" in url
    said = post(arthur, f"{url}/problem_check", {"input_p1_2_1": "choice_1"}).json()
    assert said["success"] == "correct"
    assert (folder / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]


def test_a_draft_s_script_does_not_run_where_scripts_are_off(host, arthur, tmp_path) -> None:
    host()
    file = tmp_path / "ran"
    script = f'<script type="loncapa/python">open({str(file)!r}, "w")</script><p>a</p>'
    page = arthur.get(draft(arthur, "problem", "p1", markup=script).json()["url"]).content.decode()
    assert "data-host-scripts" in page
    assert not file.exists()


def test_a_draft_that_is_no_xml_says_what_is_wrong(host, arthur) -> None:
    host()
    answer = draft(arthur, "problem", "p1", markup="<p>a", weight="x")
    assert answer.status_code == 422
    assert answer.json()["faults"] == ["Problem Weight: This must be a number."]
    answer = draft(arthur, "problem", "p1", markup="<p>a")
    assert answer.json()["faults"][0].startswith("Markup, line 1: ")
    plain = post(
        arthur, f"/studio/{KEY}/draft/{usage('problem', 'p1')}/", {**opened(arthur, "problem", "p1"), "markup": "<p>a"}
    )
    assert (plain.status_code, "Markup, line 1" in plain.content.decode()) == (422, True)


def test_a_text_s_draft_shows_the_text_that_is_typed(host, arthur) -> None:
    host()
    page = arthur.get(draft(arthur, "html", "h1", markup="<p>Typed</p>").json()["url"]).content.decode()
    assert "Typed" in page
    assert "Glasses first" not in page
    page = arthur.get(draft(arthur, "html", "h2", markup="<p>Typed too</p>").json()["url"]).content.decode()
    assert "Typed too" in page
