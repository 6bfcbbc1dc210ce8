#!/usr/bin/env bash
# The same commands, the same digest and the same answers: by gcc and clang, optimised or not, with
# and without sanitizers, on every vector width, and with AVX2 and FMA hidden from the C library.
# Compares whatever builds are there; needs at least one.
set -u
cd "$(dirname "$0")/.."
expected= said= lines=0 failed=0 builds=0

compare() { # words of the variant, then its command
    local variant=$1 answer code
    shift
    answer=$("$@" 2>&1)
    code=$?
    if [ $code -eq 77 ]; then
        echo "  skipped  $variant: this processor cannot"
        return
    fi
    if [ $code -ne 0 ]; then
        echo "  FAILED   $variant: exit $code: $answer"
        failed=1
        return
    fi
    lines=$((lines + 1))
    if [ -z "$expected" ]; then
        expected=$answer said=$variant
        echo "$answer"
    fi
    if [ "$answer" = "$expected" ]; then
        echo "  equal    $variant"
    else
        echo "  DIFFERS  $variant from $said:"
        echo "$answer"
        failed=1
    fi
}

for build in release clang debug asan; do
    program=build/$build/bench/same
    [ -x "$program" ] || continue
    builds=$((builds + 1))
    for cpu in avx512 avx2 portable; do
        compare "$build --cpu $cpu" "$program" --cpu $cpu
    done
    compare "$build, AVX2 and FMA masked" env GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F \
        "$program" --cpu portable
done

if [ $builds -eq 0 ]; then
    echo "same_everywhere: no build has bench/same; cmake --build --preset release makes one"
    exit 1
fi
echo "same_everywhere: $lines runs of $builds builds compared"
exit $failed
