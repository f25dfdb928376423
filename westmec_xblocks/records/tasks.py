"""Tasks for the platform's queue. Only imported where Celery is installed."""

from __future__ import annotations

from celery import shared_task

from westmec_xblocks.records import outbox


@shared_task(name="westmec_records.deliver_outbox", ignore_result=True)
def deliver_outbox() -> None:
    """Tell the host every grade and completion that is due. Repeatable."""
    outbox.deliver_outbox()
