# For scripts that need a running demo: `. tests/serve.sh; serve_demo` starts build/release/yizhan
# (or $YIZHAN_PROGRAM) on a free port, waits until it is ready, sets YIZHAN_URL, and ends it when the
# script ends. Exit 77 where the program is not built.

serve_demo() {
    local root program port tries
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    program=${YIZHAN_PROGRAM:-$root/build/release/yizhan}
    [ -x "$program" ] || { echo "not built: $program"; exit 77; }
    served_log=$(mktemp)
    trap 'stop_serving' EXIT
    for tries in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 40000))
        "$program" serve --demo --listen "127.0.0.1:$port" >"$served_log" 2>&1 </dev/null &
        served_pid=$!
        for _ in $(seq 1 300); do
            if curl -fsS -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; then
                YIZHAN_URL=http://127.0.0.1:$port/
                return
            fi
            kill -0 "$served_pid" 2>/dev/null || break # perhaps the port was taken
            sleep 0.1
        done
        kill "$served_pid" 2>/dev/null || true
        wait "$served_pid" 2>/dev/null || true
    done
    echo "the demo did not become ready:"
    cat "$served_log"
    exit 1
}

stop_serving() {
    local code=$?
    if [ -n "${served_pid:-}" ] && kill "$served_pid" 2>/dev/null; then
        wait "$served_pid" || echo "the server ended with exit code $?" >&2
    fi
    rm -f "$served_log"
    exit "$code"
}
