#!/bin/sh
# Makes .venv with the locked dependencies. `setup.sh run` takes what Candor needs, `setup.sh test` the tools too.
# A stamp makes the second call free: it changes when pyproject.toml, uv.lock, this file or the wish change.
set -eu
cd "$(dirname "$0")/../.."
wish=${1:-run}
uv_version=0.13.9
stamp=.venv/.candor
venv_python=.venv/bin/python

say() { printf '%s\n' "$*"; }
give_up() { printf '%s\n' "$*" >&2; exit 1; }

[ -x .venv/bin/pytest ] && wish=test # tools that are there stay there
fingerprint="$(cat pyproject.toml uv.lock crm/stack/setup.sh | cksum) $wish"
[ -x "$venv_python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$fingerprint" ] && exit 0

new_enough() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    give_up "Candor needs Python 3.11 to 3.14; $(python3 --version 2>/dev/null || echo 'no python3') was found." \
        "Install one (on Debian 12: apt-get install python3) or name one: PYTHON=/path/to/python3.12 make run"
}

# Debian's python3 comes without ensurepip, which a virtual environment needs.
ensure_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Python's venv module is missing; installing python3-venv."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            python3-venv >/dev/null || give_up "python3-venv could not be installed. Install it by hand: apt-get install python3-venv"
        "$1" -c 'import ensurepip' 2>/dev/null && return
    fi
    give_up "$1 cannot make a virtual environment. Install Python's venv module (on Debian and Ubuntu:" \
        "sudo apt-get install python3-venv), or install uv, and try again."
}

make_venv() {
    python=$(find_python)
    if [ -x "$venv_python" ] && new_enough "$venv_python"; then
        return
    fi
    rm -rf .venv
    if uv --version >/dev/null 2>&1; then
        uv venv --quiet --seed --python "$python" .venv && return
    fi
    ensure_venv_module "$python"
    "$python" -m venv .venv || give_up "The virtual environment .venv could not be made; the lines above say why."
}

# The same uv for everybody, inside the environment, so that the lock is always read the same way.
fetch_uv() {
    [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$uv_version" ] && return
    "$venv_python" -m pip --version >/dev/null 2>&1 || "$venv_python" -m ensurepip >/dev/null
    "$venv_python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version" ||
        give_up "uv $uv_version could not be installed; the lines above say why. Is there a way to the package index" \
            "(a proxy in HTTPS_PROXY, or an index of your own in PIP_INDEX_URL)?"
}

sync() {
    groups=--no-dev
    [ "$wish" = test ] && groups=--group=dev
    UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 UV_PROJECT_ENVIRONMENT="$PWD/.venv" UV_PYTHON_DOWNLOADS=never \
        .venv/bin/uv sync --quiet --frozen "$groups" --python "$venv_python" ||
        give_up "The locked dependencies could not be installed; the lines above say why. Behind a proxy, set" \
            "HTTPS_PROXY; with an index of your own, UV_DEFAULT_INDEX. Then run the same command again."
}

say "Setting up .venv (once; a changed lock does it again)."
rm -f "$stamp"
make_venv
fetch_uv
sync
printf '%s' "$fingerprint" >"$stamp"
