"""Inside the LMS of a real platform: PD-2's exam taken, passed and failed, graded, reset, refused.

The driver runs this file with ``emit``, ``key``, ``users`` and ``client`` as global names; each ``is_`` is a line of its report.
"""

import json
import re
import uuid
from datetime import timedelta

from completion.models import BlockCompletion
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lms.djangoapps.courseware.models import StudentModule
from openedx.core.djangoapps.user_api.preferences.api import set_user_preference
from openedx.core.lib.url_utils import quote_slashes

given = globals()
emit, key, users, client, store = (given[name] for name in ("emit", "key", "users", "client", "modulestore"))
BLOCK = key.make_usage_key("westmec_assessment", "pd2-exam")


def is_(name, got, wanted):
    emit(name, got == wanted, got=got, wanted=wanted)


def address(handler, suffix):
    return f"/courses/{key}/xblock/{quote_slashes(str(BLOCK))}/handler/{handler}/{suffix}"


def act(who, name, /, **data):
    data.setdefault("client_id", str(uuid.uuid4()))
    return who.post(address("act", name), json.dumps(data), content_type="application/json")


def look(who, page, **query):
    return who.get(address("page", page), query)


def code(answer):
    return answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else ""


def grade(name):
    row = StudentModule.objects.filter(student=users[name], module_state_key=BLOCK).first()
    return (row.grade, row.max_grade) if row else None


def completion(name):
    found = BlockCompletion.objects.filter(user=users[name], block_key=BLOCK).first()
    return found.completion if found else None


def keys():
    """The right option of every item, from the course's own content."""
    from westmec_xblocks.olx.assessment import key_of, parse_assessment

    return {item.id: key_of(item) for item in parse_assessment(store().get_item(BLOCK).definition).assessment.items}


def begin(who, **data):
    answer = act(who, "begin", **data)
    html = answer.json().get("html", "")
    return answer, re.findall(r'data-attempt="([^"]+)"', html)[:1], re.findall(r'data-item="([^"]+)"', html)


def give(who, attempt, answers):
    events = [
        {"client_id": str(uuid.uuid4()), "kind": "answered", "item": item, "response": one}
        for item, one in answers.items()
    ]
    return act(who, "events", attempt=attempt, events=events)


learner, learner2, staff, instructor = (client(users[n]) for n in ("learner", "learner2", "coursestaff", "instructor"))
outsider = client(users["outsider"])
right = keys()

page = learner.get(f"/xblock/{BLOCK}").content.decode()
is_("the start page opens", ('data-westmec="assessment"' in page, "36 questions" in page), (True, True))
is_("it holds no item", "data-item" in page, False)
is_("an outsider begins nothing", code(act(outsider, "begin")), (403, "not_permitted"))
is_("an outsider sees nothing", code(look(outsider, "start")), (403, "not_permitted"))
is_("nobody signed in", client(None).post(address("act", "begin")).status_code in (302, 403), True)

answer, [attempt], items = begin(learner)
is_("begun", (code(answer), len(items)), ((200, ""), 36))
page = learner.get(f"/xblock/{BLOCK}").content.decode()
is_("the questions without keys", ("data-item" in page, "rationale" in page, "pilot" in page), (True, False, False))
told = give(learner, attempt, {item: right[item] for item in items})
is_(
    "all answers taken",
    (code(told), [one["refused"] for one in told.json()["receipts"] if one["refused"]]),
    ((200, ""), []),
)
is_("not by somebody else", code(give(learner2, attempt, {items[0]: "a"})), (404, "unknown_attempt"))
is_("not by an outsider", code(give(outsider, attempt, {items[0]: "a"})), (403, "not_permitted"))
done = act(learner, "submit", attempt=attempt)
is_("handed in and passed", (code(done), "30 of 30" in done.json()["html"]), ((200, ""), True))
call_command("westmec_deliver_outbox")
is_("grade and completion", (grade("learner"), completion("learner")), ((30.0, 30.0), 1.0))

answer, [attempt], items = begin(learner2)
give(learner2, attempt, dict.fromkeys(items[:10], "a"))
act(learner2, "submit", attempt=attempt)
call_command("westmec_deliver_outbox")
is_("not passed earns nothing", (grade("learner2"), completion("learner2") in (None, 0.0)), ((0.0, 30.0), True))
is_("waiting time", code(act(learner2, "begin")), (400, "too_early"))
is_("somebody else's result", code(look(learner, "result", attempt=attempt)), (404, "unknown_attempt"))

# Staff who view the course as a learner record nothing.
masked = client(users["coursestaff"])
masked.post(
    f"/courses/{key}/masquerade",
    json.dumps({"role": "student", "user_name": "learner"}),
    content_type="application/json",
)
for name in ("begin", "events", "submit", "dispute"):
    is_(f"{name} behind a mask", code(act(masked, name, attempt=attempt, events=[])), (403, "masquerading"))

# The platform's own “delete state”: attempts are void, points gone, a new attempt opens.
reset = {"problem_to_reset": str(BLOCK), "unique_student_identifier": "learner2", "delete_module": "true"}
is_("delete state", instructor.post(f"/courses/{key}/instructor/api/reset_student_attempts", reset).status_code, 200)
answer, [attempt], items = begin(learner2)
is_("a new attempt after it", code(answer), (200, ""))

# Nobody comes back: the command closes what is over.
with connection.cursor() as cursor:
    cursor.execute("select id, clock from westmec_records_attempt where state = 'open'")
    [(row_id, clock)] = cursor.fetchall()
    past = timezone.now() - timedelta(hours=3)
    clock = json.loads(clock) | {"started": past.isoformat()}
    cursor.execute(
        "update westmec_records_attempt set clock = %s, ends_at = %s where id = %s",
        [json.dumps(clock), past + timedelta(minutes=45), row_id],
    )
call_command("westmec_close_attempts")
is_("closed by the clock", "Ended by the clock" in look(learner2, "result", attempt=attempt).json()["html"], True)

# The staff's pages.
for name in ("attempts", "waiting", "accommodations", "rescoring"):
    who = instructor if name == "rescoring" else staff
    is_(f"staff page {name}", code(look(who, name)), (200, ""))
    is_(f"{name} is not for learners", code(look(learner, name)), (403, "not_permitted"))

# Spanish.
set_user_preference(users["learner"], "pref-lang", "es-419")
spanish = client(users["learner"]).get(f"/xblock/{BLOCK}", HTTP_ACCEPT_LANGUAGE="es-419").content.decode()
is_("the author's Spanish", "Examen: talleres seguros" in spanish, True)
is_("our Spanish", "attempts" not in spanish and "Passed" not in spanish, True)
set_user_preference(users["learner"], "pref-lang", "en")

answer, *_ = begin(instructor)
emit("   an instructor begins", None, answer=code(answer))
for name, ask in {
    "start page": lambda: learner.get(f"/xblock/{BLOCK}"),
    "panel start": lambda: look(learner, "start"),
    "panel attempts": lambda: look(staff, "attempts"),
}.items():
    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    ours = [one["sql"] for one in queries if "westmec_" in one["sql"]]
    emit(f"queries: {name}", answer.status_code < 500, all=len(queries), ours=len(ours))
