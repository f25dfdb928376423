"""Inside Studio of a real platform: the form's check and save, what publishing sees of them, messages about a broken list.

The driver runs this file with ``emit``, ``key``, ``users``, ``client`` and ``modulestore`` as global names.
"""

import json

given = globals()
emit, key, users, client, store = (given[name] for name in ("emit", "key", "users", "client", "modulestore"))
BLOCK = key.make_usage_key("westmec_lab_checklist", "pd2-b")


def is_(name, got, wanted):
    emit(name, got == wanted, got=got, wanted=wanted)


def send(who, name, **data):
    url = f"/xblock/{BLOCK}/handler/studio/{name}"
    return who.post(url, json.dumps(data), content_type="application/json")


def stored():
    return store().get_item(BLOCK)


def changed():
    return store().has_changes(stored())


def view(who, name):
    answer = who.get(f"/xblock/{BLOCK}/{name}", HTTP_ACCEPT="application/json")
    return answer.status_code, answer.json().get("html", "") if answer.status_code == 200 else ""


author, outsider = client(users["author"]), client(users["outsider"])
first = stored().definition

is_("nothing is changed yet", changed(), False)
for _ in range(2):
    is_("check", send(author, "check", olx=first).status_code, 200)
is_("a check leaves no unpublished change", changed(), False)
is_("the form opens", view(author, "studio_view")[0], 200)
is_("opening it leaves no unpublished change", changed(), False)

same = send(author, "save", olx=first, display_name=stored().display_name, weight="10")
is_("saving the same", (same.status_code, stored().definition == first, stored().weight), (200, True, 10.0))
is_("changes nothing", changed(), False)

more = first.replace('code="WM.PD2.B"', 'code="WM.PD2.B" valid_for="12 months"')
answer = send(author, "save", olx=more, display_name="Renamed é <b>", weight="12,5")
is_("save", (answer.status_code, answer.json().get("ok")), (200, True))
is_(
    "is stored",
    ("valid_for" in stored().definition, stored().display_name, stored().weight),
    (True, "Renamed é <b>", 12.5),
)
is_("and waits to be published", changed(), True)
is_("the name is shown as text", "Renamed é &lt;b&gt;" in view(author, "student_view")[1], True)

broken = first.replace('id="02"', 'id="01"', 1)
answer = send(author, "save", olx=broken)
is_(
    "a list with errors is kept",
    (answer.status_code, stored().definition == broken or 'id="01"' in stored().definition),
    (200, True),
)
messages = [message.text for message in stored().validate().messages]
is_("validate names the error", any("01" in text for text in messages), True)
status, html = view(author, "container_child_preview")
is_("Studio's page shows it", (status, bool(messages) and messages[0][:20] in html), (200, True))
emit("   messages", None, messages=messages[:5])

for who in (outsider, client(users["learner"]), client(users["superuser"])):
    kept = stored().definition
    answer = send(who, "save", olx=first)
    wanted = (200, True) if who is not outsider and answer.status_code == 200 else (403, True)
    is_(
        "who may save",
        (answer.status_code, stored().definition == (first if answer.status_code == 200 else kept)),
        wanted,
    )

answer = send(author, "save", olx=first, display_name="PD2-B Lead an emergency drill and review", weight="10")
is_("put back", (answer.status_code, stored().definition == first), (200, True))
answer = author.post(f"/xblock/{BLOCK}", json.dumps({"publish": "discard_changes"}), content_type="application/json")
emit("   discard", None, status=answer.status_code, changed=changed())
index = stored().index_dictionary()
emit("   index_dictionary", None, index=json.dumps(index)[:300])
