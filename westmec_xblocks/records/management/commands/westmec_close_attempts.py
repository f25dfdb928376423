"""Close the attempts whose time is up."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from westmec_xblocks.records import api


class Command(BaseCommand):
    """Exit 0 when nothing stays open whose time is up, 1 otherwise (the log says why). Safe to repeat and to run twice at once."""

    help = (
        "Close every attempt whose time is up, also where nobody comes back, with the answers that were acknowledged."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Close, and say how many."""
        now = timezone.now()
        closed = api.close_overdue(now)
        left = api.count_overdue(now)
        self.stdout.write(f"{closed} attempts closed." + (f" {left} cannot be closed now." if left else ""))
        if left:
            sys.exit(1)
