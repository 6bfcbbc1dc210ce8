#!/usr/bin/env bash
# docs/yizhan.1 is what the option table says. $1 is the program.
set -euo pipefail
if ! "$1" help --man | diff -u docs/yizhan.1 -; then
    echo "docs/yizhan.1 is out of date; write it anew: $1 help --man > docs/yizhan.1"
    exit 1
fi
