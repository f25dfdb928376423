"""Inside the LMS of a real platform, after the plan: evidence, views as somebody else, resets, the outbox, gradebook, languages.

The driver runs this file with ``h``, ``emit``, ``key``, ``users`` and ``client`` as global names; each ``is_`` is a line of its report.
"""

import base64
import json
import uuid

from celery import current_app
from completion.models import BlockCompletion
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lms.djangoapps.courseware.models import StudentModule
from openedx.core.djangoapps.user_api.preferences.api import set_user_preference
from openedx.core.lib.url_utils import quote_slashes
from waffle.models import Flag

given = globals()
emit, key, users, client = (given[name] for name in ("emit", "key", "users", "client"))
BLOCK = key.make_usage_key("westmec_lab_checklist", "pd2-a")
DRILL = key.make_usage_key("westmec_lab_checklist", "pd2-b")
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def is_(name, got, wanted):
    emit(name, got == wanted, got=got, wanted=wanted)


def address(handler, suffix, block=BLOCK):
    return f"/courses/{key}/xblock/{quote_slashes(str(block))}/handler/{handler}/{suffix}"


def act(who, name, block=BLOCK, /, **data):
    data.setdefault("client_id", str(uuid.uuid4()))
    return who.post(address("act", name, block), json.dumps(data), content_type="application/json")


def look(who, page, block=BLOCK, **query):
    return who.get(address("page", page, block), query)


def code(answer):
    return answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else ""


def rows():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from westmec_records_act")
        return cursor.fetchone()[0]


def waiting():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from westmec_records_outbox where delivered_at is null")
        return cursor.fetchone()[0]


def grade(name, block=DRILL):
    row = StudentModule.objects.filter(student=users[name], module_state_key=block).first()
    return (row.grade, row.max_grade) if row else None


def completion(name, block=DRILL):
    found = BlockCompletion.objects.filter(user=users[name], block_key=block).first()
    return found.completion if found else None


def drill_ratings():
    safety = {one: {"value": "met"} for one in ("01", "02", "03", "04", "07")}
    return {**safety, **{one: {"value": "3"} for one in ("05", "06", "08", "09", "10")}}


learner, learner2, staff, instructor = (client(users[n]) for n in ("learner", "learner2", "coursestaff", "instructor"))
outsider = client(users["outsider"])

# Evidence: stored, listed for its owner, given out to the owner and to evaluators only.
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402


def upload(who, name, content, kind):
    form = {"client_id": str(uuid.uuid4()), "skill": "02", "file": SimpleUploadedFile(name, content, kind)}
    return who.post(address("upload", "evidence"), form)


sent = upload(learner, "shutoff map.png", PHOTO, "image/png")
is_("evidence is stored", code(sent), (200, ""))
is_("evidence that is not what it claims", code(upload(learner, "map.png", b"<html>", "image/png"))[0], 400)
is_("evidence of an outsider", code(upload(outsider, "map.png", PHOTO, "image/png")), (403, "not_permitted"))
big = upload(learner, "big.png", PHOTO + b"0" * 3_600_000, "image/png")
is_("evidence over the limit", big.status_code in (400, 413), True)
emit("   over the limit", None, answer=big.content.decode()[:300])
with connection.cursor() as cursor:
    cursor.execute("select id from westmec_records_evidence where storage_name <> '' order by added_at desc")
    row = cursor.fetchone()
wanted = str(uuid.UUID(str(row[0]))) if row else ""
given_out = look(learner, "evidence", id=wanted)
is_("the owner gets it", (given_out.status_code, given_out.content[:4]), (200, b"\x89PNG"))
is_("as an attachment", given_out.headers["Content-Disposition"].startswith("attachment"), True)
is_("not sniffed", given_out.headers["X-Content-Type-Options"], "nosniff")
is_("an evaluator gets it", look(staff, "evidence", id=wanted).status_code, 200)
is_("another learner does not", code(look(learner2, "evidence", id=wanted)), (404, "unknown_evidence"))
is_("an outsider does not", code(look(outsider, "evidence", id=wanted)), (403, "not_permitted"))

with connection.cursor() as cursor:
    cursor.execute("select id from westmec_records_labgroup")
    row = cursor.fetchone()
group = str(uuid.UUID(str(row[0]))) if row else ""
grid = look(staff, "group", group=group)
is_("the group's grid", (code(grid), "Learner2 Name" in grid.json().get("html", "")), ((200, ""), True))

# Grades and completion through the outbox, with the queue of tasks away.
conf = current_app.conf
kept = (conf.task_always_eager, conf.broker_url)
conf.task_always_eager, conf.broker_url = False, "redis://127.0.0.1:9/0"
current_app.amqp._producer_pool = None
try:
    signed = act(staff, "sign", DRILL, learner=users["learner2"].id, observed_on="2026-02-05", ratings=drill_ratings())
finally:
    conf.task_always_eager, conf.broker_url = kept
    current_app.amqp._producer_pool = None
is_("signed while the queue is away", code(signed), (200, ""))
is_("news waits in the outbox", (waiting() > 0, grade("learner2"), completion("learner2")), (True, None, None))
call_command("westmec_deliver_outbox")
is_("the command delivers", (waiting(), grade("learner2"), completion("learner2")), (0, (10.0, 10.0), 1.0))
Flag.objects.update_or_create(name="grades.writable_gradebook", defaults={"everyone": True})
book = instructor.get(f"/api/grades/v1/gradebook/{key}/")
entry = (
    [one for one in book.json().get("results", []) if one["username"] == "learner2"] if book.status_code == 200 else []
)
lab = [
    (one["subsection_name"], one["score_earned"])
    for e in entry
    for one in e["section_breakdown"]
    if one["score_earned"]
]
is_("the gradebook has the points", (book.status_code, [points for _, points in lab]), (200, [10.0]))
emit("   gradebook", None, rows=lab)

# Staff who view the course as a learner: they see the page, and nothing is recorded.
before = rows()
for view in ({"role": "student", "user_name": "learner"}, {"role": "student"}):
    masked = client(users["coursestaff"])
    answer = masked.post(f"/courses/{key}/masquerade", json.dumps(view), content_type="application/json")
    is_(f"masquerade {view}", answer.json().get("success"), True)
    page = masked.get(f"/xblock/{BLOCK}")
    is_("the page opens", (page.status_code, "data-westmec" in page.content.decode()), (200, True))
    for name in ("request_sign_off", "sign", "self_check", "create_group"):
        refused = act(masked, name, learner=users["learner"].id, ratings={}, skill="01", value="alone", name="x")
        is_(f"{name} is refused", code(refused), (403, "masquerading"))
    is_("no list of people", code(look(masked, "choose"))[0], 403)
is_("nothing was recorded", rows(), before)

# A reset by the instructor's own tool of the platform.
reset = {"problem_to_reset": str(DRILL), "unique_student_identifier": "learner2", "delete_module": "true"}
answer = instructor.post(f"/courses/{key}/instructor/api/reset_student_attempts", reset)
is_("delete state", answer.status_code, 200)
call_command("westmec_deliver_outbox")
emit("   after the reset", None, grade=grade("learner2"), completion=completion("learner2"), waiting=waiting())
is_("no points are left", (grade("learner2") or (0, 0))[0] in (0, 0.0, None), True)
is_("not complete any more", completion("learner2") in (None, 0.0), True)
is_("the list starts anew", "0 of 10" in look(learner2, "mine", DRILL).json()["html"], True)
again = act(staff, "sign", DRILL, learner=users["learner2"].id, ratings=drill_ratings())
is_("signed again after it", code(again), (200, ""))
call_command("westmec_deliver_outbox")
is_("and graded again", (grade("learner2"), completion("learner2")), ((10.0, 10.0), 1.0))

# Spanish: the author's text and ours.
set_user_preference(users["learner"], "pref-lang", "es-419")
spanish = client(users["learner"]).get(f"/xblock/{BLOCK}", HTTP_ACCEPT_LANGUAGE="es-419").content.decode()
is_("the author's Spanish", "PD2-A Abrir el taller" in spanish, True)
is_("our Spanish", "Not passed yet" not in spanish and "Passed" not in spanish, True)
set_user_preference(users["learner"], "pref-lang", "en")

# Queries of a request, and the number that one more learner adds.
for name, ask in {
    "page of a learner": lambda: learner.get(f"/xblock/{BLOCK}"),
    "page of staff": lambda: staff.get(f"/xblock/{BLOCK}"),
    "panel mine": lambda: look(learner, "mine"),
    "panel choose": lambda: look(staff, "choose"),
    "panel rate": lambda: look(staff, "rate", learner=users["learner"].id),
    "panel class": lambda: look(staff, "class"),
    "act self_check": lambda: act(learner, "self_check", skill="01", value="alone"),
    "act request_sign_off": lambda: act(learner, "request_sign_off"),
    "act sign": lambda: act(staff, "sign", DRILL, learner=users["learner"].id, ratings=drill_ratings()),
}.items():
    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    ours = [one["sql"] for one in queries if "westmec_" in one["sql"]]
    emit(f"queries: {name}", answer.status_code < 500, all=len(queries), ours=len(ours))
