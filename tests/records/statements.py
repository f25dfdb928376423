"""Counting the statements that reach the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def counted(work):
    with CaptureQueriesContext(connection) as queries:
        result = work()
    return result, [query["sql"] for query in queries]
