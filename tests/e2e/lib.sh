# Sourced by the scripts of this directory: the program as a user meets it, DNS servers on loopback, and cases in TAP.
# Each script asks only these servers, reads no file of the user's, and needs nothing but a POSIX shell and its tools.
# shellcheck shell=sh disable=SC2034

: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
WHYLISTED=${WHYLISTED:-$top_builddir/whylisted}
SCENARIO=${SCENARIO:-$top_builddir/tests/dns/scenario}

for program in "$WHYLISTED" "$SCENARIO"; do
    [ -x "$program" ] || { echo "Bail out! $program is not built"; exit 99; }
done

DIR=$(mktemp -d "${TMPDIR:-/tmp}/whylisted-e2e.XXXXXX") || exit 99
SERVERS=
clean_up() {
    for pid in $SERVERS; do kill "$pid"; done 2>/dev/null
    rm -rf "$DIR"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

LC_ALL=C.UTF-8 HOME=$DIR XDG_CONFIG_HOME=$DIR/config XDG_DATA_HOME=$DIR/data
export LC_ALL HOME XDG_CONFIG_HOME XDG_DATA_HOME
unset NO_COLOR
mkdir -p "$DIR/config/whylisted" "$DIR/data"
echo 'lists = uceprotect' >"$DIR/config/whylisted/config" # the servers of most cases know no other

# ---- servers ----

# await COMMAND...: until it comes true, 5 s at most.
await() {
    tries=100
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}

# serial HOURS: of so many hours ago, in German time as the operator writes it.
serial() { TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d "@$(($(date +%s) - $1 * 3600))" +%Y%m%d%H; }

# The answers of lists that are in order, for the end of a scenario: what was not said before is not listed.
LISTS='dnsbl-1.uceprotect.net dnsbl-2.uceprotect.net dnsbl-3.uceprotect.net ips.whitelisted.org ips.backscatterer.org'
honest_lists() {
    for list in $LISTS; do echo "2.0.0.127.$list A data 127.0.0.2"; done
    echo '* * nxdomain'
}

# listed N LEVEL: rules that list 203.0.113.N.
listed() {
    case $2 in
    1) text="IP 203.0.113.$1 is UCEPROTECT-Level 1 listed. See http://x" ;;
    2) text='Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 19 impacts are seen from HARBOR Harbor Net, NL/AS64497 there. See: http://x' ;;
    3) text='Your ISP HARBOR Harbor Net, NL/AS64497 is UCEPROTECT-Level3 listed because of a spamscore of 79.7. See: http://x' ;;
    esac
    echo "$1.113.0.203.dnsbl-$2.uceprotect.net A data 127.0.0.2"
    echo "$1.113.0.203.dnsbl-$2.uceprotect.net TXT data \"$text\""
}

# serve SCENARIO [OPTION...]: starts a server and sets PORT and SERVER. Its log is $DIR/asked-$PORT.
serve() {
    scenario=$1
    shift
    : >"$DIR/port"
    "$SCENARIO" --log "$DIR/asked" "$@" "$scenario" </dev/null >"$DIR/port" 2>&1 &
    SERVER=$!
    SERVERS="$SERVERS $SERVER"
    await test -s "$DIR/port"
    PORT=$(head -n 1 "$DIR/port")
    case $PORT in *[!0-9]* | '') echo "Bail out! no server: $PORT"; exit 99 ;; esac
    mv "$DIR/asked" "$DIR/asked-$PORT"
}

# serve_zones FOLDER: rbldnsd serves the lists' files in it; sets PORT and SERVER. Its user must be able to read them.
PATH=$PATH:/usr/sbin:/sbin
user=
[ "$(id -u)" -ne 0 ] || user='-u nobody'
rbldnsd_is_up() { grep -q 'started' "$DIR/rbldnsd"; }
rbldnsd_is_over() { rbldnsd_is_up || ! kill -0 "$SERVER" 2>/dev/null; }
serve_zones() {
    command -v rbldnsd >/dev/null || return 1
    chmod 755 "$DIR" "$1" && chmod 644 "$1"/*
    for try in 1 2 3 4 5; do
        PORT=$(awk -v pid=$$ -v try=$try 'BEGIN { print 20000 + (pid * 13 + try * 977) % 20000 }')
        : >"$DIR/rbldnsd"
        # shellcheck disable=SC2046,SC2086
        rbldnsd -n $user -b "127.0.0.1/$PORT" -r "$1" \
            $(for list in $LISTS; do [ ! -e "$1/$list" ] || echo "$list:ip4set:$list"; done) >"$DIR/rbldnsd" 2>&1 &
        SERVER=$!
        SERVERS="$SERVERS $SERVER"
        await rbldnsd_is_over
        rbldnsd_is_up && return
    done
    return 1
}

# copy_of FOLDER NAME: sets COPY to a copy that may be changed.
copy_of() {
    COPY=$DIR/$2
    mkdir "$COPY"
    cp "$1"/*.* "$COPY"
    chmod 644 "$COPY"/*
}

stop() { kill "$1" && wait "$1"; } 2>/dev/null

# ---- running ----

# A report of a sanitizer is a failure whatever else came out.
mind_sanitizers() {
    if grep -q -e 'Sanitizer' -e 'runtime error:' "$DIR/err"; then
        WRONG='a sanitizer speaks'
    fi
}

LIMIT=
command -v timeout >/dev/null && LIMIT='timeout 60'

# run ARGUMENT...: sets STATUS; what was printed is in $DIR/out and $DIR/err. Whoever hangs is ended.
run() {
    $LIMIT "$WHYLISTED" "$@" >"$DIR/out" 2>"$DIR/err"
    STATUS=$?
    mind_sanitizers
}

# ask ARGUMENT...: a check by the server that was started last. PATIENCE is how long silence takes.
PATIENCE=3
ask() { run check --resolver "127.0.0.1:$PORT" --timeout "$PATIENCE" "$@"; }

# ---- cases ----

CASES=0 FAILED=0 WRONG=

begin() { CASE=$1 WRONG=; }

# must WHAT COMMAND...: the first that does not hold names the failure.
must() {
    _what=$1
    shift
    [ -z "$WRONG" ] || return 0
    "$@" || WRONG=$_what
}

end() {
    CASES=$((CASES + 1))
    if [ -z "$WRONG" ]; then
        printf 'ok %s - %s\n' "$CASES" "$CASE"
        return
    fi
    FAILED=$((FAILED + 1))
    printf 'not ok %s - %s\n' "$CASES" "$CASE"
    printf '# not so: %s (exit status %s)\n' "$WRONG" "$STATUS"
    head -c 2000 "$DIR/out" | awk '{ print "# stdout: " $0 }'
    head -c 2000 "$DIR/err" | awk '{ print "# stderr: " $0 }'
}

skip() {
    CASES=$((CASES + 1))
    printf 'ok %s - %s # SKIP %s\n' "$CASES" "$CASE" "$1"
}

finish() {
    echo "1..$CASES"
    [ "$FAILED" -eq 0 ]
    exit
}

status_is() { [ "$STATUS" -eq "$1" ]; }
out_has() { grep -q -e "$1" "$DIR/out"; }
out_lacks() { ! grep -q -e "$1" "$DIR/out"; }
out_is_empty() { [ ! -s "$DIR/out" ]; }
err_has() { grep -q -e "$1" "$DIR/err"; }
err_is_empty() { [ ! -s "$DIR/err" ]; }
lines_are() { [ "$(wc -l <"$DIR/out")" -eq "$1" ]; }

# Text that a terminal can be shown: no control bytes but newlines, no C1, no marks of direction or of invisible kinds.
is_clean() {
    ! tr -d '\n' <"$1" | LC_ALL=C grep -q -e "$(printf '[\001-\037\177]')" \
        -e "$(printf '\302[\200-\237]')" -e "$(printf '\342\200[\213-\217\252-\256]')" \
        -e "$(printf '\342\201[\240-\257]')" -e "$(printf '\357\273\277')" && iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1
}

# metrics_are_sound FILE: rules of the text format of Prometheus: each metric has HELP and TYPE before its samples, all
# samples of a metric are together, none is repeated, and the file ends with a newline. promtool, where it is, agrees.
metrics_are_sound() {
    awk '/^# HELP / { if ($3 in help) exit 1; help[$3]; now = $3; if (NF < 4) exit 1; next }
         /^# TYPE / { if ($3 != now || $4 != "gauge") exit 1; next }
         { name = $0; sub(/[{ ].*/, "", name); line = $0; sub(/ [^ ]*$/, "", line) }
         name != now || line in seen || $NF !~ /^-?[0-9.]+(e[+-]?[0-9]+)?$/ { exit 1 }
         { seen[line] }' "$1" && [ -z "$(tail -c 1 "$1")" ] &&
        { ! command -v promtool >/dev/null || promtool check metrics <"$1" >"$DIR/err" 2>&1; }
}

# "whylisted: what is wrong", one line without a final period.
one_sentence() {
    [ "$(wc -l <"$DIR/err")" -eq 1 ] && err_has '^whylisted: .*[^.]$'
}
