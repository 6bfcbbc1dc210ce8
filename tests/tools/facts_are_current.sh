#!/usr/bin/env bash
# docs/policy-facts.md is what the catalogue of facts says. $1 is the program.
set -euo pipefail
if ! "$1" policy facts --lang en | diff -u docs/policy-facts.md -; then
    echo "docs/policy-facts.md is out of date; write it anew: $1 policy facts --lang en > docs/policy-facts.md"
    exit 1
fi
