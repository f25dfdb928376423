"""Works begun at the same moment, each with a database connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

PATIENCE = 60


def at_once(*works):
    """The results of all works, begun together, each in a thread with its own connection."""
    barrier = threading.Barrier(len(works))

    def run(work):
        try:
            barrier.wait(PATIENCE)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, work) for work in works]]
