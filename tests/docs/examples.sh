#!/usr/bin/env bash
# The examples of the documents do what they show. In each ```console block a line `$ command` is
# run against a demo server, and the lines below it must come out, in this order, `…` standing for
# anything. What prints nothing in the document may print what it likes, but must succeed.
#
#   tests/docs/examples.sh [FILE.md ...]       default: the READMEs and docs/*.md
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
. tests/serve.sh
serve_demo

address=${YIZHAN_URL#http://}
address=${address%/}
work=$(mktemp -d)
ran=0
wrong=0

# Are the lines of file $1, as patterns, among those of file $2 in this order?
comes_out() {
    local pattern line
    exec 3<"$2"
    while IFS= read -r pattern; do
        pattern=$(sed -e 's/[][\\.^$*+?(){}|]/\\&/g' -e 's/…/.*/g' <<<"$pattern")
        while :; do
            IFS= read -r line <&3 || [ -n "$line" ] || { exec 3<&-; return 1; }
            [[ $line =~ ^$pattern$ ]] && break
        done
    done <"$1"
    exec 3<&-
}

run_example() { # FILE LINE COMMAND, expected output in $work/expected
    local code=0
    ran=$((ran + 1))
    (
        cd "$work/at"
        export PATH="$root/build/release:$PATH"
        curl() { command curl -sS --fail-with-body "$@"; }
        eval "${3//127.0.0.1:7780/$address}"
    ) >"$work/out" 2>&1 </dev/null || code=$?
    # The address in the output is that of the document.
    sed -i "s/$address/127.0.0.1:7780/g" "$work/out"
    if [ "$code" -ne 0 ]; then
        echo "$1:$2: exit $code: $3"
    elif ! comes_out "$work/expected" "$work/out"; then
        echo "$1:$2: prints something else: $3"
    else
        return 0
    fi
    head -c 3000 "$work/out" | sed 's/^/    /'
    wrong=$((wrong + 1))
}

examples_of() { # FILE
    local inside=0 number=0 command="" at=0 line
    : >"$work/expected"
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        if [ $inside -eq 0 ]; then
            [[ $line == '```console'* ]] && inside=1
            continue
        fi
        if [[ $line == '```'* || $line == '$ '* ]]; then
            [ -n "$command" ] && run_example "$1" "$at" "$command"
            command=""
            : >"$work/expected"
            if [[ $line == '$ '* ]]; then
                command=${line#'$ '}
                at=$number
            else
                inside=0
            fi
        elif [[ $command == *\\ ]]; then
            command=${command%\\}$line
        else
            echo "$line" >>"$work/expected"
        fi
    done <"$1"
}

mkdir "$work/at"
ln -s "$root/datasets" "$work/at/datasets" # whoever reads stands in the root
[ $# -gt 0 ] || set -- README.md README.zh-CN.md docs/*.md
for file in "$@"; do
    examples_of "$file"
done
rm -rf "$work"
echo "examples: $ran run, $wrong wrong"
[ "$ran" -gt 0 ] && [ "$wrong" -eq 0 ]
