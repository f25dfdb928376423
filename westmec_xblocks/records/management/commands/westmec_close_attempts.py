"""Close the attempts whose time is up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from westmec_xblocks.records import api


class Command(BaseCommand):
    """Exit 0. Safe to repeat and to run twice at once; run it from cron every few minutes."""

    help = (
        "Close every attempt whose time is up, also where nobody comes back, with the answers that were acknowledged."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Close, and say how many."""
        closed = api.close_overdue(timezone.now())
        self.stdout.write(f"{closed} attempts closed.")
