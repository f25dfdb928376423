"""The command ``westmec``."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Answers 0 when it worked, 1 when it found faults, 2 when it was called wrongly or could not start."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="westmec", description="Courses and records for career and technical education on Open edX."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    preview = commands.add_parser(
        "preview",
        help="show courses in the browser",
        description="Serve course directories (OLX) on this computer, to read, try and edit them.",
    )
    preview.add_argument(
        "courses",
        nargs="*",
        type=Path,
        metavar="COURSE_DIR",
        help="directory with a course.xml (default: each one in ./course_content)",
    )
    preview.add_argument(
        "--port", type=_port, default=8000, help="port to listen on (default: 8000; 0 takes a free one)"
    )
    preview.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDR",
        help="address to listen on (default: 127.0.0.1, this computer only)",
    )
    preview.add_argument(
        "--password", default="", help="ask every visitor for this password; needed when others can reach the address"
    )
    preview.add_argument("--reset", action="store_true", help="forget everybody's work and start anew")
    preview.add_argument(
        "--allow-python", action="store_true", help="run the Python scripts of problems, unprotected, on this computer"
    )
    preview.add_argument(
        "--state", type=Path, default=Path("var"), metavar="DIR", help="where the host keeps its state (default: ./var)"
    )
    preview.set_defaults(run=_preview)
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number between 0 and 65535, not {text!r}")
    return int(text)


def _preview(options: argparse.Namespace) -> int:
    from westmec_xblocks.preview.serve import CannotStart, Options, serve  # noqa: PLC0415  (other commands need no Django)

    # A word of the package fs to its own makers; setuptools is pinned to where the thing still exists.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    courses = options.courses or [file.parent for file in sorted(Path("course_content").glob("*/course.xml"))]
    if not courses:
        print("No course: name a directory with a course.xml, or call this where ./course_content is.", file=sys.stderr)
        return 2
    try:
        serve(
            Options(
                courses=courses,
                host=options.host,
                port=options.port,
                password=options.password,
                reset=options.reset,
                allow_python=options.allow_python,
                state=options.state,
            )
        )
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
