"""Make the derived rows again from the recorded acts."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from westmec_xblocks.records import api


class Command(BaseCommand):
    """Exit 0 when there was nothing to mend, or all of it was mended.

    1 with --check when something differs, and whenever a version cannot be read.
    """

    help = "Compare what holds now with what follows from the recorded acts, and mend the differences."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--check", action="store_true", help="only report; change nothing")
        parser.add_argument("--course", metavar="KEY", help="only this course run")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare, report, mend."""
        found = unreadable = 0
        for difference in api.rebuild_statuses(timezone.now(), course_key=_course(options), write=not options["check"]):
            found += 1
            unreadable += bool(difference.error)
            self.stdout.write(str(difference))
        mended = "" if options["check"] else f", {found - unreadable} mended"
        self.stdout.write(f"{found} differences{mended}.")
        if unreadable or (found and options["check"]):
            sys.exit(1)


def _course(options: dict[str, Any]) -> CourseKey | None:
    written = options["course"]
    if not written:
        return None
    try:
        return CourseKey.from_string(written)
    except InvalidKeyError:
        raise CommandError(f"“{written}” is not the key of a course run") from None
