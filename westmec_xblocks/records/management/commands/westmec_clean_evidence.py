"""Remove evidence files that no row names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from westmec_xblocks.records import api


class Command(BaseCommand):
    """A file is left over when a server stopped between storing it and writing its row, or between removing the row and the file."""

    help = "Remove evidence files, older than a day, that no record names."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--check", action="store_true", help="only list them; remove nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """List and remove."""
        left_over = api.clean_evidence(timezone.now(), remove=not options["check"])
        for name in left_over:
            self.stdout.write(name)
        self.stdout.write(f"{len(left_over)} files {'found' if options['check'] else 'removed'}.")
