"""Accommodations: granted, taken back, and for many by a file that is recorded whole or not at all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.blocks.conftest import Somebody, new_id
from tests.blocks.exam_staff import at, panel, queries
from tests.blocks.exams import exam, exam_shop
from westmec_xblocks.blocks.assessment.staff_bulk import HEADER
from westmec_xblocks.preview import people
from westmec_xblocks.records.models import Accommodation

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(open_shop):
    return exam_shop(open_shop(exam(others=False), "exam"))


def grant(who: Somebody, **data: Any) -> Any:
    return who.act("grant", **({"client_id": new_id(), "reason": "Plan of September"} | data))


def holds(html: str) -> list[str]:
    """What the page says that holds, a line each."""
    return [
        " ".join(re.sub(r"<[^>]+>", "", one).split())
        for one in re.findall(r'<li class="wm-card" data-name="[^"]*">(.*?)<details>', html, flags=re.DOTALL)
    ]


def upload(who: Somebody, content: str | bytes, *, client_id: str = "", name: str = "accommodations.csv") -> Any:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content, content_type="text/csv")
    return who.client.post(f"{who.base}/upload/grants", {"client_id": client_id or new_id(), "file": file})


def report(answer: Any) -> list[tuple[str, str]]:
    """Line by line what the report says."""
    rows = re.findall(
        r'<tr><th scope="row">(\d+)</th><td>[^<]*</td><td>(.*?)</td></tr>', answer.json()["html"], re.DOTALL
    )
    return [(number, " ".join(re.sub(r"<[^>]+>", " ", told).split())) for number, told in rows]


# One learner.


def test_the_page_says_that_it_is_confidential(shop):
    erik = shop.person("erik")
    for html in (erik.html("accommodations"), erik.html("learner", learner=shop.taker("alice").id)):
        assert "Confidential." in html
        assert "health" in html


def test_what_is_granted_holds_from_the_next_attempt_on(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    done = grant(
        erik, username="alice", time="+50 %", breaks="10", extra_attempts="1", days="7", language="es", reason=" Plan "
    )
    assert done.status_code == 200
    [line] = holds(done.json()["html"])
    assert "Alice Romero" in line
    for said in ("time × 1.5 (50 % more)", "breaks of 10 minutes", "1 more attempt", "7 days after", "Español"):
        assert said in line
    assert "for this assessment Plan · Erik Lindqvist" in line
    rules = alice.html("start")
    assert "Time: 45 minutes" in rules
    assert "3 attempts." in rules
    attempt = alice.begin()
    assert "¿c1?" in alice.html("start")
    assert "time × 1.5" in erik.html("review", attempt=attempt)


def test_an_attempt_under_way_keeps_what_it_began_with(shop, monkeypatch):
    erik, alice = shop.person("erik"), shop.taker("alice")
    attempt = alice.begin()
    grant(erik, username="alice", time="2")
    at(monkeypatch, minutes=31)
    assert "Ended by the clock" in erik.html("review", attempt=attempt)


@pytest.mark.parametrize(
    ("written", "factor"),
    [
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("150 %", "1.5"),
        ("+50 %", "1.5"),
        ("+100%", "2"),
        ("2", "2"),
        ("1.25", "1.25"),
        ("10", "10"),
    ],
)
def test_time_is_written_as_a_factor_or_as_more_time(shop, written, factor):
    done = grant(shop.person("erik"), username="alice", time=written)
    assert done.status_code == 200
    assert f"time × {factor} (" in done.json()["html"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"time": "50 %"}, "Time factor:"),
        ({"time": "0.5"}, "Time factor:"),
        ({"time": "+1.5"}, "Time factor:"),
        ({"time": "10.01"}, "Time factor:"),
        ({"time": "1.234"}, "Time factor:"),
        ({"time": "NaN"}, "Time factor:"),
        ({"time": "1e3"}, "Time factor:"),
        ({"time": "-2"}, "Time factor:"),
        ({"breaks": "ten"}, "Breaks:"),
        ({"breaks": "-1"}, "Breaks:"),
        ({"breaks": "1441"}, "Breaks:"),
        ({"breaks": "²"}, "Breaks:"),
        ({"extra_attempts": "21"}, "Extra attempts:"),
        ({"extra_attempts": "1.5"}, "Extra attempts:"),
        ({"days": "367"}, "Days after the due date:"),
        ({"language": "fr", "time": "2"}, "Language: one in which these questions can be had (en, es)."),
        ({}, "This grants nothing"),
        ({"time": "1"}, "This grants nothing"),
        ({"time": "2", "reason": " "}, "Reason:"),
        ({"time": "2", "scope": "world"}, "exam, course"),
        ({"time": "2", "username": "nobody"}, "There is no account"),
        ({"time": "2", "username": "oscar"}, "not enrolled"),
        ({"time": "2", "username": ""}, "User name"),
        ({"time": "2" * 3000}, "text of at most"),
        ({"time": 2}, "text of at most"),
    ],
)
def test_what_cannot_be_granted_is_refused_with_a_sentence(shop, wrong, said):
    answer = grant(shop.person("erik"), **({"username": "alice"} | wrong))
    assert answer.status_code in (400, 404)
    assert said in answer.json()["error"]["message"]
    assert not Accommodation.objects.exists()


def test_sent_twice_under_the_same_id_it_is_recorded_once_and_other_content_is_refused(shop):
    erik, same = shop.person("erik"), new_id()
    assert grant(erik, client_id=same, username="alice", time="1.5").status_code == 200
    assert grant(erik, client_id=same, username="alice", time="1,50").status_code == 200
    assert Accommodation.objects.count() == 1
    assert grant(erik, client_id=same, username="alice", time="2").status_code == 409


def test_the_newest_grant_replaces_the_one_before_and_taken_back_none_holds(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    grant(erik, username="alice", time="1.5")
    [line] = holds(grant(erik, username="alice@example.com", breaks="5").json()["html"])
    assert "breaks of 5 minutes" in line
    assert "time" not in line
    assert erik.act("take_back", client_id=new_id(), learner=alice.id, scope="exam", reason="").status_code == 400
    done = erik.act("take_back", client_id=new_id(), learner=alice.id, scope="exam", reason="The plan ended")
    assert holds(done.json()["html"]) == []
    assert "breaks" not in alice.html("start")
    assert Accommodation.objects.count() == 3


def test_what_is_granted_for_the_course_holds_where_the_assessment_has_no_grant_of_its_own(shop):
    erik, alice = shop.person("erik"), shop.taker("alice")
    grant(erik, username="alice", time="2", scope="course")
    done = grant(erik, username="alice", time="1.5")
    assert "not here: this assessment has its own" in done.json()["html"]
    assert "Time: 45 minutes" in alice.html("start")
    erik.act("take_back", client_id=new_id(), learner=alice.id, scope="exam", reason="One plan for all")
    assert "Time: 1 hour" in alice.html("start")
    [line] = holds(erik.html("accommodations"))
    assert "for every assessment of the course" in line


def test_from_the_learners_own_panel_one_comes_back_to_it(shop):
    erik, alice, ben = shop.person("erik"), shop.taker("alice"), shop.taker("ben")
    grant(erik, username="ben", time="3")
    html = grant(erik, learner=alice.id, shown="learner", time="2").json()["html"]
    assert "Alice Romero</h4>" in html
    assert "time × 2" in html
    assert "time × 3" not in html
    html = erik.act("take_back", client_id=new_id(), learner=alice.id, shown="learner", reason="Ended").json()["html"]
    assert "Nothing is granted." in html
    assert grant(erik, learner=999999, time="2").status_code == 404
    assert ben.id


def test_a_reason_is_shown_as_it_was_written_and_never_as_markup(shop):
    html = grant(shop.person("erik"), username="alice", time="2", reason="<script>alert(1)</script>").json()["html"]
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


# Many learners.

NAMES = [name.split()[0].lower() for name in people.LEARNERS]


def test_the_template_holds_the_headings_and_nothing_else(shop):
    grant(shop.person("erik"), username="alice", time="2")
    answer = shop.person("erik").get("template")
    assert answer.content.decode("utf-8-sig").strip() == ",".join(HEADER)
    assert "attachment" in answer["Content-Disposition"]


def test_a_file_is_recorded_whole_with_a_report_of_each_line(shop):
    erik = shop.person("erik")
    content = (
        "username,for,time,breaks,extra_attempts,days,language,reason\n"
        "alice,exam,1.5,,,,,Plan 1\n"
        "BEN,,,10,,,es,Plan 2\n"
        "\n"
        'carla,course,2,,1,3,,"Plan 3, with\na line break"\n'
    )
    answer = upload(erik, content)
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert answer.json()["message"] == "Granted to 3 learners."
    assert [number for number, _ in report(answer)] == ["2", "3", "5"]
    assert report(answer)[0][1] == "time × 1.5 (50 % more)"
    assert "for every assessment of the course" in report(answer)[2][1]
    assert Accommodation.objects.count() == 3
    assert "Time: 45 minutes" in shop.taker("alice").html("start")


def test_one_mistake_and_nothing_is_recorded_and_every_mistake_is_told(shop):
    content = (
        "username,for,time,breaks,extra_attempts,days,language,reason\n"
        "alice,exam,1.5,,,,,Plan\n"
        "nobody,exam,1.5,,,,,Plan\n"
        "oscar,exam,1.5,,,,,Plan\n"
        "ben,exam,half,-1,x,1000,fr,\n"
        "carla,exam,,,,,,Plan\n"
        "alice,exam,2,,,,,Plan\n"
        "alice,course,2,,,,,Plan\n"
        "david,school,2,,,,,Plan\n"
        "elena,exam,2,,,,,Plan,and more\n"
    )
    answer = upload(shop.person("erik"), content)
    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert answer.json()["message"] == "Nothing was recorded: 7 lines have mistakes."
    told = dict(report(answer))
    assert told["2"] == "time × 1.5 (50 % more) (in order, not recorded)"
    assert told["3"] == told["4"] == "Nobody with this user name is enrolled in the course."
    for said in ("Time factor:", "Breaks:", "Extra attempts:", "Days after the due date:", "Language:", "Reason:"):
        assert said in told["5"]
    assert "This grants nothing" in told["6"]
    assert told["7"] == "The same learner stands in line 2 already."
    assert "not recorded" in told["8"]
    assert told["9"] == "“for” takes exam or course."
    assert "more cells" in told["10"]
    assert not Accommodation.objects.exists()


def test_the_same_upload_sent_twice_is_recorded_once(shop):
    erik, same = shop.person("erik"), new_id()
    content = "username,time,reason\nalice,1.5,Plan\nben,2,Plan\n"
    assert upload(erik, content, client_id=same).json()["message"] == "Granted to 2 learners."
    assert "nothing was recorded again" in upload(erik, content, client_id=same).json()["message"]
    assert Accommodation.objects.count() == 2
    assert upload(erik, content.replace("2", "3"), client_id=same).status_code == 409
    assert Accommodation.objects.count() == 2


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_of_every_spreadsheet_are_read(shop, mark, start, end):
    lines = [["Reason", "USERNAME", "time"], ["Plan: “año”", "alice", "1.5"]]
    content = start + end.join(mark.join(line) for line in lines) + end
    assert upload(shop.person("erik"), content).json()["message"] == "Granted to 1 learner."
    assert "Plan: “año”" in shop.person("erik").html("accommodations")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "headings"),
        (b"\n\n", "headings"),
        (b"name,time\nalice,2\n", "headings"),
        (b"username,time,color\nalice,2,red\n", "headings"),
        (b"username,time,time\nalice,2,3\n", "headings"),
        (b"username,time,reason\n", "no line"),
        ("username,time,reason\nalice,2,Plan año\n".encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x14\x00\x00\x00", "CSV"),
        (b"username,time,reason\nalice,2,\x00\n", "CSV"),
        (b'username,time,reason\nalice,2,"' + b"x" * 140_000 + b'"\n', "CSV"),
        (b"username,time,reason\n" + b"alice,2,Plan\n" * 1001, "1000"),
        (b"x" * (512 * 1024 + 1), "512"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(shop, content, said):
    answer = upload(shop.person("erik"), content)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]
    assert not Accommodation.objects.exists()


def test_an_upload_without_a_file_or_an_id_is_refused(shop):
    erik = shop.person("erik")
    url = f"{erik.base}/upload/grants"
    assert erik.client.post(url, {"client_id": new_id()}).status_code == 400
    assert erik.client.post(url, {"client_id": new_id(), "file": "text"}).status_code == 400
    file = SimpleUploadedFile("a.csv", b"username,time,reason\nalice,2,Plan\n")
    assert erik.client.post(url, {"file": file}).status_code == 400
    assert not Accommodation.objects.exists()


def test_a_file_and_the_page_take_as_many_queries_for_25_learners_as_for_two(shop):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    erik = shop.person("erik")
    counts, pages = [], []
    for size in (2, 2, 25):
        content = "username,time,reason\n" + "".join(f"{name},1.5,Plan\n" for name in NAMES[:size])
        with CaptureQueriesContext(connection) as captured:
            assert upload(erik, content).json()["ok"] is True
        counts.append(len(captured))
        pages.append(queries(erik, "accommodations"))
    assert counts[1] == counts[2]
    assert pages[1] == pages[2]


def test_more_than_a_hundred_grants_come_in_pages(shop):
    erik = shop.person("erik")
    grant(erik, username="alice", time="2")
    pattern = Accommodation.objects.get()
    values = {
        field.attname: getattr(pattern, field.attname)
        for field in Accommodation._meta.concrete_fields
        if field.name != "id"
    }
    Accommodation.objects.bulk_create(
        Accommodation(**(values | {"learner_id": 10_000 + number, "client_id": new_id()})) for number in range(120)
    )
    html = erik.html("accommodations")
    assert "What holds now (121)" in html
    assert "Page 1 of 2" in html
    assert len(holds(html)) == 100
    assert len(holds(panel(erik, "accommodations", page="2"))) == 21
