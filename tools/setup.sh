#!/bin/sh
# Makes .venv and puts the hash-locked packages and this project into it.
# Called by make; needs Python 3.11 with venv, no root, nothing else.
set -eu

find_python() {
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
        if "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Sunup needs Python 3.11 or newer with venv; on Debian: apt-get install python3 python3-venv" >&2
    exit 1
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "Setting up .venv with $python; this takes about half a minute, once."
    "$python" -m venv --clear .venv || {
        echo "Python could not make a virtual environment; on Debian: apt-get install python3-venv" >&2
        exit 1
    }
fi

PIP_DISABLE_PIP_VERSION_CHECK=1
export PIP_DISABLE_PIP_VERSION_CHECK
pip_install() { .venv/bin/python -m pip install --quiet --quiet "$@"; }

pip_install --require-hashes --requirement requirements-setup.lock

# uv installs the same locked files some ten times faster. It reads no pip configuration, so on a machine
# whose package index is set for pip alone it finds nothing, and pip does the work.
if ! .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --requirement requirements.lock \
    2>.venv/uv.log; then
    echo "The fast installer could not be used here (see .venv/uv.log); going on with pip, a minute longer."
    pip_install --require-hashes --requirement requirements.lock
fi

# The build back end is installed and locked already: nothing is fetched here.
pip_install --no-deps --no-build-isolation --editable .
