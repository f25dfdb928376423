"""An exam with a double bank, its learners, and what they do: Alice takes it, Bob teaches, Charlie must be refused."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from opaque_keys.edx.keys import UsageKey

from tests.records.conftest import ALICE, BOB, at
from westmec_xblocks.olx.assessment import parse_assessment
from westmec_xblocks.records import api
from westmec_xblocks.records.models import Attempt

EXAM = UsageKey.from_string("block-v1:West-MEC+PD2+2026+type@westmec_assessment+block@exam")
OTHER_EXAM = UsageKey.from_string("block-v1:West-MEC+PD2+2026+type@westmec_assessment+block@other")
CODE = "WM.PD2.X"
KEY, WRONG = "b", "a"
NOON = at(2, 12)
HOUR = timedelta(hours=1)

# Two domains; the first is the safety domain, of which three quarters must be right. A form has eight scored items and two pilots.
FORM_A = ("d1-01", "d1-02", "d2-01", "d2-02")
RULES = {"code": CODE, "cut": "70%", "time_limit": "60 min", "attempts": "3"}


def exam_olx(
    *,
    size: int = 10,
    keys: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
    words: int = 0,
    form: Iterable[str] = (),
    **rules: str | None,
) -> str:
    """An assessment whose forms have ``size`` items, a fifth of them pilots; the bank holds twice as many, of which ``b`` is the key.

    ``form`` names the items of a form of the author's own; then none is drawn.
    ``keys`` changes keys, ``without`` leaves items out, ``words`` makes so many items of the first domain ask for words.
    """
    scored, pilot = size * 4 // 10, size // 10
    without = set(without)
    written = {**RULES, **rules}
    root = " ".join(f'{name}="{value}"' for name, value in written.items() if value is not None)
    bank = []
    for domain in ("D1", "D2"):
        for number in range(1, 2 * (scored + pilot) + 1):
            name = f"{domain.lower()}-{number:02}"
            if name in without:
                continue
            status = ' status="pilot"' if number > 2 * scored else ""
            common = f'id="{name}" domain="{domain}"{status}'
            if domain == "D1" and number <= words:
                bank.append(f"<text {common}><prompt>Question {name}?</prompt><accept>lock</accept></text>")
            else:
                bank.append(
                    f"<choice {common}><prompt>Question {name}?</prompt>{_options(name, (keys or {}).get(name, KEY))}</choice>"
                )
    return f"""<westmec_assessment {root}>
  <blueprint>
    <domain id="D1" title="Energy control" items="{scored}" pilot="{pilot}"/>
    <domain id="D2" title="Checks" items="{scored}" pilot="{pilot}"/>
    <minimum domains="D1" at_least="75%"/>
  </blueprint>
  {_fixed_form(name for name in form if name not in without)}
  <bank>{"".join(bank)}</bank>
</westmec_assessment>"""


def _fixed_form(items: Iterable[str]) -> str:
    written = " ".join(items)
    return f'<form id="A" items="{written}"/>' if written else ""


def _options(name: str, key: str) -> str:
    return "".join(
        f'<option id="{one}"{" key=" + chr(34) + "true" + chr(34) if one == key else ""}>Answer {one} of {name}<why>So.</why></option>'
        for one in "abcd"
    )


def make_paper(
    usage: UsageKey = EXAM,
    *,
    possible: float = 40.0,
    due: datetime | None = None,
    opens: datetime | None = None,
    broken: bool = False,
    **changes: Any,
) -> api.Paper:
    """The exam, with these changes, in use at its place; ``broken``: its author has something to mend."""
    olx = exam_olx(**changes)
    parsed = parse_assessment(olx)
    assert parsed.usable is not broken, [problem for problem in parsed.problems if problem.is_error]
    return api.Paper(usage, parsed.assessment, olx, possible, due, opens)


def start(paper: api.Paper, learner: int = ALICE, now: datetime = NOON, **more: Any) -> Attempt:
    """Begin an attempt, under a fresh id unless one is given."""
    return api.start_attempt(paper, learner_id=learner, client_id=more.pop("client_id", uuid.uuid4()), now=now, **more)


def answer(item: str, response: Any = KEY, **more: Any) -> api.Event:
    """An answer under a fresh id."""
    return api.Event(uuid.uuid4(), "answered", item, response, **more)


def event(kind: str, item: str = "", **more: Any) -> api.Event:
    """Something else that happens, under a fresh id."""
    return api.Event(uuid.uuid4(), kind, item, **more)


def record(
    attempt: Attempt, *events: api.Event, now: datetime = NOON, **more: Any
) -> tuple[Attempt, list[api.Receipt]]:
    """Record what the learner did."""
    return api.record_events(
        more.pop("usage", attempt.usage_key),
        attempt_id=attempt.id,
        learner_id=more.pop("learner_id", attempt.learner_id),
        events=events,
        now=now,
    )


def close(attempt: Attempt, now: datetime = NOON, *, how: str = api.HOW_SUBMITTED, **more: Any) -> Attempt:
    """Close the attempt; by default the learner hands it in."""
    return api.close_attempt(
        attempt.usage_key,
        attempt_id=attempt.id,
        learner_id=more.pop("learner_id", attempt.learner_id),
        actor_id=more.pop("actor_id", attempt.learner_id),
        client_id=more.pop("client_id", uuid.uuid4()),
        now=now,
        how=how,
        reason=more.pop("reason", "Left the room" if how == api.HOW_STAFF else ""),
    )


def work(attempt: Attempt, *, wrong: Iterable[str] | int = (), now: datetime = NOON) -> Attempt:
    """Answer every item of the form, the scored ones rightly but for these (or so many of the last domain)."""
    scored = [item for item in attempt.form["items"] if item not in attempt.form["pilot"]]
    missed = set(scored[len(scored) - wrong :] if isinstance(wrong, int) else wrong)
    given = [answer(item, WRONG if item in missed else KEY) for item in attempt.form["items"]]
    return record(attempt, *given, now=now)[0]


def take(
    paper: api.Paper, learner: int = ALICE, now: datetime = NOON, *, wrong: Iterable[str] | int = (), **more: Any
) -> Attempt:
    """Begin an attempt, answer everything, hand it in."""
    attempt = start(paper, learner, now, **more)
    work(attempt, wrong=wrong, now=now)
    return close(attempt, now)


def safety(attempt: Attempt) -> list[str]:
    """The scored items of the safety domain."""
    return [item for item in attempt.form["items"] if item.startswith("d1") and item not in attempt.form["pilot"]]


def by(now: datetime = NOON, reason: str = "because", actor: int = BOB, client_id: uuid.UUID | None = None) -> api.By:
    """Bob, who teaches, with a reason."""
    return api.By(actor, client_id or uuid.uuid4(), now, reason)


def differences(now: datetime = NOON) -> list[str]:
    """What the derived rows have that does not follow from the facts."""
    return [str(one) for one in api.rebuild_statuses(now, write=False)]
