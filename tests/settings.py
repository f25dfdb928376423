"""The preview's settings, for tests: files go to a place of their own, and ``WESTMEC_DATABASE_URL`` may name a database server.

postgres://user:password@host:port/name or mysql://user:password@host:port/name (MySQL and MariaDB alike); without it, SQLite.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

VAR = Path(__file__).resolve().parent.parent / "var" / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["WESTMEC_VAR"] = str(VAR)

from westmec_xblocks.preview.settings import *  # noqa: E402, F403

ENGINES = {"postgres": "django.db.backends.postgresql", "mysql": "django.db.backends.mysql"}


def database(url: str) -> dict:
    """Django's settings for the database at ``url``."""
    parts = urlsplit(url)
    if parts.scheme not in ENGINES or not parts.hostname:
        raise ValueError(f"WESTMEC_DATABASE_URL must be postgres://… or mysql://…, and is {url!r}")
    settings = {
        "ENGINE": ENGINES[parts.scheme],
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": str(parts.port or ""),
    }
    if parts.scheme == "mysql":
        settings["OPTIONS"] = {"charset": "utf8mb4"}
        settings["TEST"] = {"CHARSET": "utf8mb4"}
    return settings


if url := os.environ.get("WESTMEC_DATABASE_URL"):
    if url.startswith("mysql:"):
        import pymysql

        # Django knows MySQL by the module name of another driver, which needs a compiler; this one is plain Python.
        pymysql.install_as_MySQLdb()
    DATABASES = {"default": database(url)}
