#!/bin/sh
# Writes the lock files from setup.py. Pins that still fit stay; --upgrade takes the newest.
set -eu
cd "$(dirname "$0")/.."
uv="${VENV:-.venv}/bin/uv"

# Asking setup.py for its metadata leaves a folder beside it, so a copy is asked.
asked=var/build/lock
mkdir -p "$asked"
cp setup.py README.md "$asked"

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"
}

echo uv | compile --no-deps -o requirements/bootstrap.txt - ${1:+"$1"}
compile "$asked/setup.py" --extra dev -o requirements/dev.txt ${1:+"$1"}
# The same versions as in dev.txt, so that both can live in one environment.
compile "$asked/setup.py" --extra preview --constraint requirements/dev.txt -o requirements/run.txt
