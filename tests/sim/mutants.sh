#!/usr/bin/env bash
# Breaks the server by hand, one thing at a time, and sees a seed of the simulator fail. In a copy of
# the tree; nothing here is changed.
#
#   tests/sim/mutants.sh [--seeds N] [NAME...]     prints a line each; exit 1 if one lives
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
seeds=1000
if [ "${1:-}" = --seeds ]; then
    seeds=$2
    shift 2
fi
only=("$@")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cd "$root"
for part in CMakeLists.txt CMakePresets.json engine net tests tools bench docs datasets; do
    [ -e "$part" ] && cp -r "$part" "$copy/"
done
cd "$copy"
cmake --preset release -DYZ_TESTS=ON > /dev/null
cmake --build --preset release --target sim > /dev/null
build/release/tests/sim/sim --seeds 1..20 > /dev/null || {
    echo "the simulator fails without a mutant"
    exit 1
}

lived=0
mutant() { # NAME FILE PYTHON-REGEX REPLACEMENT
    local name=$1 file=$2
    if [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $name "* ]]; then return 0; fi
    cp "$file" "$file.kept"
    if ! python3 - "$file" "$3" "$4" <<'PY'
import re, sys
path, pattern, to = sys.argv[1:]
text = open(path).read()
changed, count = re.subn(pattern, to, text, count=1, flags=re.S)
open(path, "w").write(changed)
sys.exit(count != 1)
PY
    then
        echo "$name: the line it breaks is not there any more"
        lived=1
    elif ! cmake --build --preset release --target sim > build/log 2>&1; then
        echo "$name: does not build"
        tail -5 build/log
        lived=1
    elif build/release/tests/sim/sim --first --seeds "1..$seeds" > build/said 2>&1; then
        echo "$name: LIVES through $seeds seeds"
        lived=1
    else
        echo "$name: caught: $(grep -av '^[0-9]' build/said | head -1 | cut -c1-150)"
    fi
    mv "$file.kept" "$file"
    touch "$file"
}

mutant acknowledge_before_commit net/store/append.c \
    'durable\(durable_context, append_now\(d, batch\)\);' \
    'durable(durable_context, 0);\n        (void)append_now(d, batch);'
mutant synchronous_off net/store/database.c 'synchronous=FULL' 'synchronous=OFF'
mutant synchronous_normal net/store/database.c 'synchronous=FULL' 'synchronous=NORMAL'
mutant no_chain_check engine/journal/batch.c \
    'if \(memcmp\(&chain, &r->chain, sizeof chain\) != 0\)' \
    'if (size == 0 && memcmp(&chain, &r->chain, sizeof chain) != 0)'
mutant apply_before_durable net/server/writer_turn.c \
    '(static bool send_next\(.*?)(w->o\.store\.append\([^;]*;)(.*?)if \(failure == 0\) \{\s*apply_batch\(w, slot\);' \
    'static void apply_batch(writer *w, writer_slot *slot);\n\1apply_batch(w, slot);\2\3if (failure == 0) {'
mutant key_kept_at_erasure net/store/append.c \
    'uint64_t id = keys_destroy\(d->keys, c->named\.id\);' \
    'uint64_t id = c->named.id.size > 0 ? 0 : keys_destroy(d->keys, c->named.id);'
mutant sync_error_ignored net/store/append.c \
    'int rc = database_run\(d->say\.commit\);' \
    'int rc = database_run(d->say.commit);\n    if (rc != SQLITE_OK) rc = SQLITE_OK;'
mutant log_kept_after_erasure net/store/append.c \
    'if \(erased && !disk_checkpoint_truncate\(d\)\) return 503;' ''
mutant no_checkpoint_at_start net/store/disk.c \
    'if \(!disk_checkpoint_truncate\(d\)\) \{' 'if (d == NULL && !disk_checkpoint_truncate(d)) {'
mutant receipts_not_asked engine/market/market.c \
    'if \(kept == NULL\) return false;' 'if (kept == NULL || c != NULL) return false;'
mutant market_not_asked_first net/server/writer_turn.c \
    'slot->taken\.first->guarded && !broken' 'slot->taken.first->guarded && broken && !broken'
mutant keys_not_undone net/store/append.c 'keys_undo\(d->keys\);' ''
mutant failure_is_success net/server/writer_turn.c \
    'int failure = slot->failure;' 'int failure = slot->failure == 503 ? 0 : slot->failure;'
exit $lived
