#!/bin/sh
# The figures of data/demo hang together as the real ones do: limits, nested nets, scores, exemptions. A story that
# contradicts itself would teach the wrong thing, and this data is edited by hand.
# Prints TAP; needs awk, and Debian's libmaxmind-db-writer-perl for the second case.
demo=${top_srcdir:-$(dirname "$0")/../..}/data/demo

# report NUMBER SENTENCE STATUS; what is wrong is in $wrong.
report() {
    [ "$3" -eq 0 ] && echo "ok $1 - $2" || echo "not ok $1 - $2"
    [ -z "$wrong" ] || echo "$wrong" | sed 's/^/# /'
}

echo 1..2
wrong=$(LC_ALL=C awk '
function wrong(what) { print what; bad = 1 }
function number(ip,  o) { split(ip, o, "."); return ((o[1] * 256 + o[2]) * 256 + o[3]) * 256 + o[4] }
# Appends a range to one of the lists asn, l1, l2.
function add(list, text,  p, n) {
    split(text, p, "/"); n = ++count[list]; width[list, n] = p[2] == "" ? 32 : p[2]
    first[list, n] = number(p[1]); last[list, n] = first[list, n] + 2 ^ (32 - width[list, n]) - 1
    text_of[list, n] = text; return n
}
function covers(a, i, b, j) { return first[a, i] <= first[b, j] && last[b, j] <= last[a, i] }
function inside(a, i, b,  j, n) { for (j = 1; j <= count[b]; j++) n += covers(a, i, b, j); return n + 0 }
# The narrowest row of a list around this one, itself not counted; 0 = none.
function parent(a, i, b,  j, best) {
    for (j = 1; j <= count[b]; j++)
        if (covers(b, j, a, i) && !(a == b && i == j) && (!best || width[b, j] > width[b, best])) best = j
    return best + 0
}
function named_asn() { return match($0, /\/AS[0-9]+/) ? substr($0, RSTART + 3, RLENGTH - 3) : 0 }

BEGIN {
    for (n = 32; n >= 8; n--) limit[n] = n >= 27 ? 1 : n == 21 ? 15 : limit[n + 1] + limit[n + 3]
}
/^(#|\$|:|127\.|$)/ { next }
FILENAME ~ /asn\.txt$/ {
    if ($1 ~ /:/) next
    split($0, f, "\t"); n = add("asn", f[1]); asn[n] = f[2]; known[f[2]] = 1; next
}
/^!/ { exempt[FILENAME, substr($1, 2)] = 1; next }
FILENAME ~ /dnsbl-1/ { add("l1", $1); next }
FILENAME ~ /dnsbl-2/ {
    n = add("l2", $1)
    holder[n] = named_asn(); impacts[n] = -1; abusers[n] = -1
    if (match($0, /because [0-9]+ impacts/)) impacts[n] = substr($0, RSTART + 8) + 0
    if (match($0, /because [0-9]+ abusers/)) abusers[n] = substr($0, RSTART + 8) + 0
    if (NF > 1 && $3 != $1) wrong($1 " has the text of " $3)
    if ($2 == "NET" && $1 !~ /\/24$/) wrong($1 " is NET and no /24")
    next
}
FILENAME ~ /dnsbl-3/ {
    who = named_asn()
    if (match($0, /spamscore of [0-9]+\.[0-9]/)) score[who] = substr($0, RSTART + 13, RLENGTH - 13)
    if (match($0, /total of [0-9]+/)) total[who] = substr($0, RSTART + 9, RLENGTH - 9)
    next
}
FILENAME ~ /whitelisted/ { white[$1] = 1 }

END {
    for (i = 1; i <= count["l1"]; i++) {
        in_net = parent("l1", i, "l2"); who = parent("l1", i, "asn")
        if (!who) wrong(text_of["l1", i] " belongs to nobody")
        if (in_net) loose[in_net]++; else estimate[asn[who]]++
    }
    for (i = 1; i <= count["l2"]; i++) {
        what = text_of["l2", i]; up = parent("l2", i, "l2"); listed = inside("l2", i, "l1")
        if (holder[i] && !known[holder[i]]) wrong(what " names AS" holder[i] ", which asn.txt does not have")
        if (abusers[i] >= 0) { if (abusers[i] != listed) wrong(what ": " abusers[i] " abusers, but " listed " listed") }
        if (impacts[i] < 0) { if (holder[i]) counted[holder[i]] += abusers[i]; continue }
        if (impacts[i] < limit[width["l2", i]]) wrong(what ": " impacts[i] " impacts are under the limit")
        if (impacts[i] > 168 * listed) wrong(what ": " impacts[i] " impacts of " listed " addresses")
        if (up) inner[up] += impacts[i]; else estimate[holder[i]] += impacts[i]
    }
    for (i = 1; i <= count["l2"]; i++)
        if (impacts[i] >= 0 && impacts[i] < inner[i] + loose[i])
            wrong(text_of["l2", i] ": the nets and addresses in it have more than " impacts[i])
    for (i = 1; i <= count["asn"]; i++) {
        size[asn[i]] += last["asn", i] - first["asn", i] + 1
        up = parent("asn", i, "asn"); if (up) size[asn[up]] -= last["asn", i] - first["asn", i] + 1
    }
    for (a in known) {
        figure = sprintf("%.1f", estimate[a] / size[a] * 100000)
        over = estimate[a] >= 50 && figure + 0 >= 50
        if (a in score && score[a] != figure) wrong("AS" a " has a score of " figure ", not " score[a])
        if (a in score && !over) wrong("AS" a " is not over the limit of level 3")
        if (!(a in score) && !(a in total) && over) wrong("AS" a " is over the limit of level 3, but not listed")
        if (a in total && total[a] != counted[a]) wrong("AS" a " has " counted[a] " abusers, not " total[a])
    }
    for (w in white)
        for (level = 2; level <= 3; level++)
            if (!exempt[ARGV[level + 1], w]) wrong(w " is exempt, but not in level " level)
    exit bad
}' "$demo/asn.txt" "$demo/dnsbl-1.uceprotect.net" "$demo/dnsbl-2.uceprotect.net" "$demo/dnsbl-3.uceprotect.net" \
    "$demo/ips.whitelisted.org" 2>&1)
report 1 "the figures of the demonstration obey the rules" $?

what="asn.mmdb is what asn.txt makes"
if perl -MMaxMind::DB::Writer::Tree -e 1 2>/dev/null; then
    new=$(mktemp) || exit 99
    wrong=$("$demo/build-asn" "$new" 2>&1 && cmp "$new" "$demo/asn.mmdb" 2>&1)
    report 2 "$what" $?
    rm -f "$new"
else
    echo "ok 2 - $what # SKIP no MaxMind::DB::Writer; on Debian: apt-get install libmaxmind-db-writer-perl"
fi
