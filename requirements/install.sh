#!/bin/sh
# Makes the virtual environment and installs into it what is locked.
#
#   sh requirements/install.sh run|dev
#
# PYTHON names the interpreter (3.11 or 3.12; else the first that is found), VENV the folder (.venv). "dev" holds all of "run".
# A stamp in the environment, named after the content of what was installed, makes a second call cheap.
set -eu
cd "$(dirname "$0")/.."

wanted=$1
venv=${VENV:-.venv}
lock=requirements/$wanted.txt

say() { printf '%s\n' "$*" >&2; }

stamp_of() {
    sum=$(cat requirements/bootstrap.txt "requirements/$1.txt" requirements/install.sh requirements/build.cfg setup.py pyproject.toml | cksum | cut -d ' ' -f 1)
    printf '%s/.installed-%s-%s' "$venv" "$1" "$sum"
}

runs() { # runs PYTHON: is it an interpreter of a version we support, not a shim without one behind it?
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' >/dev/null 2>&1
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        runs "$PYTHON" && return
        say "PYTHON=$PYTHON is not a Python 3.11 or 3.12 that runs here."
        exit 2
    fi
    for PYTHON in python3.12 python3.11 python3 python; do
        runs "$PYTHON" && return
    done
    say "This needs Python 3.11 or 3.12, and none was found. Install one, or name it: make run PYTHON=/path/to/python3.12"
    exit 2
}

make_venv() {
    choose_python
    if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
        say "$PYTHON cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"
        exit 2
    fi
    say "Making $venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear "$venv"
}

# uv takes seconds where pip takes a minute. pip is the second way: it also obeys a pip.conf, which uv does not read.
install_lock() {
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements/bootstrap.txt
    if "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --require-hashes -r "$lock"; then
        return
    fi
    say "uv could not install; trying pip, which is slower"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$lock"
}

# An editable install leaves its metadata in the source tree, unless it is told another place.
install_project() {
    mkdir -p var/build
    DIST_EXTRA_CONFIG="$PWD/requirements/build.cfg" "$venv/bin/python" -m pip install -qq --disable-pip-version-check \
        --no-deps --no-build-isolation --editable .
}

usable() { # does the environment work, with the interpreter that was asked for?
    runs "$venv/bin/python" && "$venv/bin/python" -c 'import pip' 2>/dev/null || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$venv/bin/python")" = "$(version "$PYTHON")" ]
}

version() {
    "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null
}

if [ -e "$(stamp_of dev)" ] || [ -e "$(stamp_of "$wanted")" ]; then
    [ -z "${PYTHON:-}" ] && exit 0
    usable && exit 0
fi
started=$(date +%s)
usable || make_venv
say "Installing $lock"
install_lock
install_project
rm -f "$venv"/.installed-*
: >"$(stamp_of "$wanted")"
say "Installed in $(($(date +%s) - started)) s"
