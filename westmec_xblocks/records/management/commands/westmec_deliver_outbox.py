"""Deliver the grades and completions that are waiting."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from westmec_xblocks.records import api


class Command(BaseCommand):
    """Exit 0 when everything due was delivered, 1 when the host refused something; run it from cron."""

    help = "Tell the gradebook every grade and completion that is waiting. Repeat it as often as you like."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Deliver, and say how many."""
        told = api.deliver_outbox(timezone.now())
        self.stdout.write(f"{told.delivered} delivered, {told.failed} refused for now.")
        if told.failed:
            sys.exit(1)
