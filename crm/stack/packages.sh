#!/bin/sh
# What tests need beside Python: a browser, gettext, and a font with Chinese characters. As root on Debian or Ubuntu
# they are installed; elsewhere a sentence names them and the tests that need them are skipped (in CI that is a failure).
set -eu

missing=
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
offered() { apt-cache policy "$1" 2>/dev/null | grep -q "Candidate: [0-9]"; }
has_shell() { command -v chromium-headless-shell || [ -n "${CHROMIUM:-}" ]; }
has_browser() { has_shell || command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_font() { fc-list :lang=zh-cn family 2>/dev/null | grep -q .; }

# Chromium without windows takes three quarters of the time; where there is no such package, a whole browser serves.
if can_install && ! has_shell >/dev/null; then
    offered chromium || apt-get update -qq || true
    if offered chromium-headless-shell; then
        echo "Installing for the tests: chromium-headless-shell"
        install chromium-headless-shell || true
    fi
fi
has_browser >/dev/null || missing="$missing chromium"
command -v msgfmt >/dev/null || missing="$missing gettext"
has_font || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] && exit 0

if can_install; then
    echo "Installing for the tests:$missing"
    # shellcheck disable=SC2086
    apt-get update -qq && install $missing && exit 0
    echo "They could not be installed; the lines above say why." >&2
fi
echo "Missing for the browser tests:$missing. On Debian or Ubuntu: sudo apt-get install$missing" >&2
[ -z "${CI:-}" ] || exit 1
