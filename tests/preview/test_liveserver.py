"""The tests' own server: nothing of it runs on once the test is over."""

import threading
import time
import urllib.request

from django.core.signals import request_finished, request_started

from tests.preview.liveserver import serving


def test_a_request_that_still_runs_is_waited_for(transactional_db, host) -> None:
    host()
    running, done = threading.Event(), []

    def begun(**_: object) -> None:
        running.set()
        time.sleep(0.5)

    def over(**_: object) -> None:
        done.append(threading.current_thread().name)

    request_started.connect(begun)
    request_finished.connect(over)
    try:
        with serving() as address:
            browser = threading.Thread(target=lambda: urllib.request.urlopen(f"{address}/", timeout=20).read())
            browser.start()
            assert running.wait(timeout=20)
        assert len(done) == 1
        browser.join()
    finally:
        request_started.disconnect(begun)
        request_finished.disconnect(over)
