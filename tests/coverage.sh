#!/usr/bin/env bash
# Which branches of the journal and of the store do their tests take? Builds without optimisation
# in build/coverage, runs the tests of those rooms, and prints each file's branches.
#
#   tests/coverage.sh              branches taken, by file
#   tests/coverage.sh --missing    and every line with a branch that is not taken
#
# Exit 1: a room is below 95 % of its branches. Exit 77: gcovr (Debian) is not here.
set -euo pipefail
cd "$(dirname "$0")/.."

rooms="engine/journal net/store"
goal=95
build=build/coverage

if ! command -v gcovr >/dev/null; then
    echo "coverage: gcovr is missing; apt-get install gcovr"
    exit 77
fi

cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DYZ_TESTS=ON \
    -DCMAKE_C_FLAGS_DEBUG="-O0 -g --coverage" >/dev/null
tests=()
for room in $rooms; do
    for source in tests/"$room"/test_*.c; do
        [ -e "$source" ] || continue
        name=${source#tests/}
        name=${name%.c}
        grep -q "yz_test($name\b" tests/CMakeLists.txt && tests+=("${name//\//_}")
    done
done
ninja -C "$build" "${tests[@]}" >/dev/null
find "$build" -name '*.gcda' -delete
for test in "${tests[@]}"; do
    "$build/tests/$test" >/dev/null 2>&1 || { echo "coverage: $test fails"; exit 1; }
done

below=0
for room in $rooms; do
    # A broken invariant stops the process: yz_check has a branch that no test comes back from.
    report=$(gcovr --root . --branches --filter "$room/" --gcov-ignore-parse-errors \
        --exclude-lines-by-pattern '.*yz_check\(.*' --exclude-throw-branches "$build")
    grep -q "^$room/" <<<"$report" || { echo "== $room: no test of it ran"; continue; }
    echo "== $room"
    if [ "${1:-}" = --missing ]; then
        sed -n '/^---/,$p' <<<"$report"
    else
        awk '/^(engine|net)\// || /^TOTAL/ { print $1, $2, $3, $4 }' <<<"$report" | column -t
    fi
    taken=$(awk '/^TOTAL/ { print int(100 * $3 / $2) }' <<<"$report")
    if [ "$taken" -lt "$goal" ]; then
        echo "$room: $taken % is below $goal %"
        below=1
    fi
done
exit "$below"
