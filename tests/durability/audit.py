"""Everything that a host has on record, as JSON, read by a process that has never served.

``python -m tests.durability.audit STATE COURSE``. With ``--deliver``, grades and completions that still wait are delivered first, as
the command for operators does.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.durability.server import ENVIRONMENT, ROOT

ACT_COLUMNS = ["id", "number", "client_id", "batch_id", "kind", "usage_key", "learner_id", "actor_id", "recorded_at"]
ACT_COLUMNS += ["observed_on", "variant", "ratings", "detail", "refers_to_id", "note"]
ATTEMPT_COLUMNS = ["id", "usage_key", "learner_id", "number", "state", "form", "events", "answers", "flags", "late"]
ATTEMPT_COLUMNS += ["position", "closed_by", "result", "passed", "share"]
EVENT_COLUMNS = ["attempt", "number", "client_id", "kind", "item", "response", "late"]


def audit(state: Path, course: Path, *, deliver: bool = False) -> dict[str, Any]:
    """What a fresh process reads."""
    options = ["--deliver"] if deliver else []
    run = [sys.executable, "-m", "tests.durability.audit", str(state), str(course), *options]
    done = subprocess.run(run, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def manage(state: Path, course: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run one of the operators' commands on a host's state."""
    run = [sys.executable, "-m", "django", *command]
    return subprocess.run(
        run, env=ENVIRONMENT | settings_of(state, course), cwd=ROOT, capture_output=True, text=True, check=False
    )


def settings_of(state: Path, course: Path) -> dict[str, str]:
    """The environment in which Django opens a host's state."""
    return {
        "DJANGO_SETTINGS_MODULE": "westmec_xblocks.preview.settings",
        "WESTMEC_VAR": str(state),
        "WESTMEC_COURSES": str(course),
    }


def main(state: Path, course: Path, *, deliver: bool) -> None:
    os.environ.update(settings_of(state, course))
    import django

    django.setup()
    from django.apps import apps
    from django.utils import timezone

    from westmec_xblocks.records import api

    if deliver:
        api.deliver_outbox(timezone.now())

    def rows(label: str, *columns: str) -> list[dict[str, Any]]:
        return list(apps.get_model(label).objects.order_by("pk").values(*columns))

    found = {
        "integrity": integrity(state),
        "users": dict(apps.get_model("auth.User").objects.values_list("username", "pk")),
        "acts": rows("westmec_records.Act", *ACT_COLUMNS),
        "attempts": rows("westmec_records.Attempt", *ATTEMPT_COLUMNS),
        "events": rows("westmec_records.AttemptEvent", *EVENT_COLUMNS),
        "statuses": rows("westmec_records.Status", "usage_key", "learner_id", "thing", "state", "score"),
        "outbox": rows(
            "westmec_records.Outbox", "kind", "usage_key", "learner_id", "earned", "possible", "delivered_at"
        ),
        "scores": rows("westmec_preview.Score", "usage_key", "user_id", "earned", "possible"),
        "completions": rows("completion.BlockCompletion", "block_key", "user_id", "completion"),
        "states": rows("westmec_preview.BlockState", "scope", "owner", "slot", "state"),
        "evidence": [one | {"readable": readable(api, one)} for one in evidence(rows)],
    }
    json.dump(found, sys.stdout, default=str)


def integrity(state: Path) -> str:
    """What SQLite itself says about the file: "ok"."""
    with sqlite3.connect(state / "preview.sqlite3") as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])


def evidence(rows: Any) -> list[dict[str, Any]]:
    columns = ["id", "client_id", "usage_key", "learner_id", "skill", "kind", "text", "size", "sha256", "storage_name"]
    return rows("westmec_records.Evidence", *columns)


def readable(api: Any, row: dict[str, Any]) -> bool:
    """Whether the file is there and is the one that was stored; true where there is none to store, or it was removed."""
    from opaque_keys.edx.keys import UsageKey

    from westmec_xblocks.domain.refusals import NotFound

    if not row["storage_name"]:
        return True
    try:
        api.open_evidence(UsageKey.from_string(row["usage_key"]), row["id"])
    except NotFound:
        return api.evidence_owner(UsageKey.from_string(row["usage_key"]), row["id"]) is None
    except api.StorageFailed:
        return False
    return True


def of_block(found: dict[str, Any], block: str) -> dict[str, Any]:
    """What is on record about one block."""
    about = {row["id"] for row in found["attempts"] if row["usage_key"] == block}

    def is_about(row: dict[str, Any]) -> bool:
        return row.get("usage_key", row.get("block_key", row.get("owner"))) == block or row.get("attempt") in about

    return {name: [row for row in rows if is_about(row)] for name, rows in found.items() if isinstance(rows, list)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), deliver="--deliver" in sys.argv)
