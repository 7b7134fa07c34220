#!/usr/bin/python3
"""count_world.py ZONES DATABASE

The peer of `whylisted top`: the same count with python3-maxminddb. Prints the microseconds that the whole took, those
of the count alone (one look-up for each level 1 address), and the ASN with the most impacts.
"""
import re
import socket
import struct
import sys
import time
from bisect import bisect_right
from collections import Counter

import maxminddb

LISTED_FOR = re.compile(rb"because (\d+) impacts.*/AS(\d+) there")


def number(address):
    return struct.unpack(">I", socket.inet_aton(address.decode()))[0]


def entries(path):
    with open(path, "rb") as zone:
        for line in zone:
            if line[:1].isdigit() and not line.startswith(b"127."):
                yield line


def read_nets(path):
    """The nets as (first, last, ASN or None, impacts), in order, wider first."""
    nets = []
    for line in entries(path):
        prefix, text = line.split(None, 1)
        address, length = prefix.split(b"/")
        first = number(address)
        found = LISTED_FOR.search(text)
        asn, impacts = (int(found[2]), int(found[1])) if found else (None, 0)
        nets.append((first, first + (1 << 32 - int(length)) - 1, asn, impacts))
    nets.sort(key=lambda net: (net[0], -net[1]))
    return nets


def main(zones, database):
    began = time.perf_counter()
    impacts, ends, outer = Counter(), {}, []
    for first, last, asn, count in read_nets(zones + "/dnsbl-2.uceprotect.net"):
        if not outer or first > outer[-1][1]:
            outer.append((first, last))
        if asn is not None and first > ends.get(asn, -1):
            impacts[asn] += count
            ends[asn] = last
    firsts = [first for first, last in outer]
    level1 = [line.split(None, 1)[0] for line in entries(zones + "/dnsbl-1.uceprotect.net")]

    counting = time.perf_counter()
    get = maxminddb.open_database(database).get
    for text in level1:
        record = get(text.decode())
        if record:
            address = number(text)
            at = bisect_right(firsts, address) - 1
            if at < 0 or outer[at][1] < address:
                impacts[record.get("autonomous_system_number")] += 1
    top = impacts.most_common(20)
    ended = time.perf_counter()
    print(int((ended - began) * 1e6), int((ended - counting) * 1e6), top[0][0] if top else "-")


main(sys.argv[1], sys.argv[2])
