#!/usr/bin/env bash
# bench durable: writes are acknowledged, in memory and on a disk, and the figures are there.
#     bench_durable.sh YIZHAN
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
figure() { grep -o "\"$1\": *[0-9.]*" "$dir/out" | tr -d ' ' | cut -d: -f2; }
above() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }'; }

"$1" bench durable --clients 8 --seconds 1 --json >"$dir/out"
above "$(figure acks)" 100
[[ $(figure failed) == 0 ]]
[[ -z $(figure sync.append.p50_us) ]] # no disk was measured

mkdir "$dir/disk"
"$1" bench durable --clients 8 --seconds 1 --dir "$dir/disk" --json >"$dir/out"
above "$(figure acks)" 10
above "$(figure acks_per_sync)" 0.9
above "$(figure sync.append.p50_us)" 0
[[ $(figure failed) == 0 ]]
[[ -z $(ls "$dir/disk") ]] # removed afterwards
