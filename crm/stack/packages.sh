#!/bin/sh
# What tests need beside Python: a browser, gettext, and a font with Chinese characters. As root on Debian or Ubuntu
# they are installed; elsewhere a sentence names them and the tests that need them are skipped (in CI that is a failure).
set -eu

missing=
has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || [ -n "${CHROMIUM:-}" ]; }
has_font() { fc-list :lang=zh-cn family 2>/dev/null | grep -q .; }
has_browser >/dev/null || missing="$missing chromium"
command -v msgfmt >/dev/null || missing="$missing gettext"
has_font || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests:$missing"
    # shellcheck disable=SC2086
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
    echo "They could not be installed; the lines above say why." >&2
fi
echo "Missing for the browser tests:$missing. On Debian or Ubuntu: sudo apt-get install$missing" >&2
[ -z "${CI:-}" ] || exit 1
