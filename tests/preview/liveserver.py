"""A server for one test that is gone before the test's database is emptied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread


class WaitingServer(ThreadedWSGIServer):
    """Django's threaded server, which on closing waits for the requests that still run.

    Django's own leaves them to themselves: one that still reads a table makes SQLite refuse the flush at the end of the test.
    """

    daemon_threads = False
    block_on_close = True


class WaitingThread(LiveServerThread):
    server_class = WaitingServer


@contextmanager
def serving() -> Iterator[str]:
    """The address of the host, served by threads that share the test's database."""
    shared = {one.alias: one for one in connections.all() if one.vendor == "sqlite" and one.is_in_memory_db()}
    thread = WaitingThread("127.0.0.1", StaticFilesHandler, connections_override=shared)
    thread.daemon = True
    for one in shared.values():
        one.inc_thread_sharing()
    try:
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()
        for one in shared.values():
            one.dec_thread_sharing()
