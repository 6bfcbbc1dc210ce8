#!/usr/bin/env bash
# The page in Debian's Chromium, against the real server with its demo. Exit 77, with a word why,
# where there is no Chromium, no node or no program.
#
#   tests/web/run.sh [file of tests ...]     YIZHAN_URL=http://127.0.0.1:PORT/ takes a running server
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

skip() {
    echo "$1"
    exit 77
}
command -v node >/dev/null || skip "no node"
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || skip "no chromium"
cd "$here"
if [ ! -d node_modules/playwright-core ]; then
    command -v npm >/dev/null || skip "no npm, and no tests/web/node_modules"
    npm ci --no-audit --no-fund >&2
fi

if [ -z "${YIZHAN_URL:-}" ]; then
    . "$root/tests/serve.sh"
    serve_demo
    export YIZHAN_URL
fi
node --test --test-concurrency=1 ${1:+"$@"} $([ $# -gt 0 ] || echo test_*.mjs)
