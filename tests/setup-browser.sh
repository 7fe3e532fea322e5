#!/bin/sh
# Browser tests need Chromium and a font. As root on Debian they are installed; elsewhere the
# tests skip with a hint, and fail under CI=true.
have() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
have && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium and fonts for the browser tests"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null
else
  echo "no Chromium found: browser tests will be skipped; install the package 'chromium' to run them"
fi
