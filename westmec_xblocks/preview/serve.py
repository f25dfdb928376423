"""Starts the host: state directory, database, sample people, server."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import shutil
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

# Seconds; long enough for the first pages to have gone out.
WARM_UP_AFTER = 0.6


class CannotStart(Exception):
    """Why the host did not start, in a sentence for whoever typed the command."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``westmec preview`` was asked for."""

    courses: list[Path]
    host: str = "127.0.0.1"
    port: int = 8000
    password: str = ""
    reset: bool = False
    allow_python: bool = False
    state: Path = Path("var")


def serve(options: Options) -> None:
    """Serve until stopped. ``CannotStart`` when a directory, the address or the state directory cannot be used."""
    check(options)
    # A shell that starts us in the background has us ignore Ctrl+C; a service manager sends SIGTERM. Both end the host in order.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    listener = listen(options.host, options.port)
    try:
        start(options)
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  (settings come first)
        from waitress import create_server  # noqa: PLC0415

        application = get_wsgi_application()
        server = create_server(
            application, sockets=[listener], threads=8, max_request_body_size=5 * 1024 * 1024, ident=None
        )
        announce(options, listener.getsockname()[1])
        warm_up()
        try:
            server.run()
        finally:
            server.close()
    finally:
        listener.close()


def check(options: Options) -> None:
    """Refuse what cannot work before anything is written."""
    for directory in options.courses:
        if not directory.is_dir():
            raise CannotStart(f"There is no directory {directory}.")
    if not is_loopback(options.host) and len(options.password) < 8:
        raise CannotStart(
            f"{options.host} can be reached from other machines. Give a password of at least 8 characters with --password."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_everywhere(host: str) -> bool:
    """Whether the address stands for every one of this machine's."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that a busy port is known before anything else happens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        if error.errno in (48, 98, 10048):
            raise CannotStart(f"Port {port} is in use. Choose another with --port, or stop what uses it.") from error
        raise CannotStart(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error
    listener.setblocking(False)
    return listener


def start(options: Options) -> None:
    """Set Django up on the state directory, with a current database and the sample people."""
    state = options.state.resolve()
    try:
        if options.reset:
            reset(state)
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Cannot write to {state}: {error.strerror or error}.") from error
    os.environ["DJANGO_SETTINGS_MODULE"] = "westmec_xblocks.preview.settings"
    os.environ["WESTMEC_VAR"] = str(state)
    os.environ["WESTMEC_COURSES"] = os.pathsep.join(str(path.resolve()) for path in options.courses)
    os.environ["WESTMEC_ALLOW_PYTHON"] = "1" if options.allow_python else "0"
    os.environ["WESTMEC_HOSTS"] = "" if is_loopback(options.host) else "*"
    import django  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    try:
        django.setup()
        prepare_database(state)
    except OSError as error:
        raise CannotStart(f"Cannot write to {state}: {error.strerror or error}.") from error
    except DatabaseError as error:
        raise CannotStart(f"Cannot use the database in {state}: {error}.") from error
    from django.conf import settings  # noqa: PLC0415

    from westmec_xblocks.preview import password  # noqa: PLC0415

    settings.WESTMEC_PASSWORD = password.digest(options.password) if options.password else ""


def reset(state: Path) -> None:
    """Forget everybody's work: database, evidence, log. The secret key stays."""
    for name in ("preview.sqlite3", "preview.sqlite3-wal", "preview.sqlite3-shm", "migrated", "preview.log"):
        (state / name).unlink(missing_ok=True)
    for name in ("evidence", "media", "blockfiles"):
        shutil.rmtree(state / name, ignore_errors=True)


def prepare_database(state: Path) -> None:
    """Migrate and seed, unless the marker says that exactly these migrations were already run on this database."""
    marker, wanted = state / "migrated", _migrations_digest()
    if (state / "preview.sqlite3").exists() and marker.is_file() and marker.read_text(encoding="ascii") == wanted:
        return
    from django.core.management import call_command  # noqa: PLC0415

    from westmec_xblocks.preview.people import seed_people  # noqa: PLC0415

    print("Preparing the database …", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    seed_people()
    partial = marker.with_suffix(".part")
    partial.write_text(wanted, encoding="ascii")
    partial.replace(marker)


def _migrations_digest() -> str:
    """Names every migration there is, and the versions of the packages that bring the others."""
    digest = hashlib.sha256(sys.version.encode())
    for package in ("Django", "edx-completion", "edxval", "django-waffle", "westmec-xblocks"):
        digest.update(f"{package} {_version(package)}\n".encode())
    for name in ("westmec_xblocks.records", "westmec_xblocks.preview"):
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or []) if spec else []:
            for file in sorted(Path(place, "migrations").glob("*.py")):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "as it lies in the folder"


def warm_up() -> None:
    """Once the first page has gone out: import what the open courses will need, and deliver what an earlier run left in the outbox.

    The text block comes first, since nearly every unit has one; the problem block last, since its calculators take seconds.
    """
    from django.db import connections  # noqa: PLC0415

    from westmec_xblocks.preview.blocktypes import class_for  # noqa: PLC0415
    from westmec_xblocks.preview.courses import library  # noqa: PLC0415
    from westmec_xblocks.preview.host import after_response  # noqa: PLC0415

    def load() -> None:
        time.sleep(WARM_UP_AFTER)
        class_for("html")
        time.sleep(2 * WARM_UP_AFTER)
        used = {key.block_type for course in library().courses()[0] for key in course.nodes}
        after_response()
        connections.close_all()
        for tag in sorted(used, key=lambda tag: tag == "problem"):
            class_for(tag)

    threading.Thread(target=load, name="warm-up", daemon=True).start()


def announce(options: Options, port: int) -> None:
    """Print where to look and as whom."""
    host = f"[{options.host}]" if ":" in options.host else options.host
    at_hand = is_loopback(options.host) or is_everywhere(options.host)
    print(f"Westmec preview: http://{'localhost' if at_hand else host}:{port}/")
    if is_everywhere(options.host):
        print(f"  from other machines: http://{socket.gethostname()}:{port}/, with the password")
    for directory in options.courses:
        print(f"  course: {directory}")
    print(
        "  sign in as: alice, ben … (learners), erik or fatima (evaluators), irene (instructor), arthur (author), oscar (outsider)"
    )
    print("Stop with Ctrl+C.", flush=True)
