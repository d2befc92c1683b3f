#!/usr/bin/env bash
# Prints where Chromium or Chrome is: TASKROUTER_CHROMIUM, else the first one on the PATH.
#   tests/chromium.sh            fails when there is none, and says what to install
#   tests/chromium.sh --install  installs Debian's package first, where that can be done
set -euo pipefail

find_browser() {
    local name
    for name in "${TASKROUTER_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable chrome \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
        if [[ -n $name ]] && command -v "$name"; then
            return 0
        fi
    done
    return 1
}

find_browser && exit
if [[ ${1:-} == --install && $(id -u) == 0 ]] && command -v apt-get > /dev/null; then
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >&2
    find_browser && exit
fi
echo 'The test of the page for agents needs Chromium or Chrome. Do one of these and run this again:
  - install it: apt-get install chromium, dnf install chromium, brew install --cask google-chrome
  - set TASKROUTER_CHROMIUM to the path of its executable' >&2
exit 1
