#!/usr/bin/env python3
"""make_dump.py FOLDER: writes ris4.gz, ris6.gz and names in the form of RIPE RIS, with the shape of the routing table
of 2026: 1.0 million IPv4 prefixes, 61 in 100 of them /24 and half of them inside wider ones, 200,000 IPv6 prefixes,
84,000 ASes, few with many prefixes and many with few; one prefix in a hundred has two origins. Always the same."""

import gzip
import random
import sys

IPV4, IPV6, ASES = 1_000_000, 200_000, 84_000
# how many of 1,000 prefixes that are no part of another have that length
LENGTHS = {11: 2, 12: 3, 13: 5, 14: 10, 15: 20, 16: 100, 17: 45, 18: 60, 19: 110, 20: 180, 21: 190, 22: 275}
LENGTHS6 = {29: 60, 32: 240, 36: 40, 40: 60, 44: 100, 48: 500}


def origin():
    """A number of an AS: the first few announce most."""
    return 1 + int(ASES * random.random() ** 3)


def rows(prefix):
    peers = random.randint(280, 390)
    yield f"{origin()}\t{prefix}\t{peers}\n"
    if random.random() < 0.01:
        yield f"{origin()}\t{prefix}\t{random.randint(1, 60)}\n"


def ipv4(out):
    written, at, lengths, weights = 0, 1 << 24, list(LENGTHS), list(LENGTHS.values())
    while written < IPV4:
        length = random.choices(lengths, weights)[0]
        size = 1 << 32 - length
        at = (at + size - 1) // size * size
        if at + size > 224 << 24:
            raise SystemExit("the address space is full")
        inside = [(at, length)]
        parts = size >> 8
        for part in random.sample(range(parts), min(parts, int(random.expovariate(1 / 14)))):
            inside.append((at + (part << 8), 24))
        for _ in range(int(random.expovariate(1 / 6))):
            more = random.randint(length, 23)
            inside.append((at + random.randrange(1 << more - length) * (1 << 32 - more), more))
        for start, more in sorted(set(inside)):
            for row in rows(".".join(str(start >> shift & 255) for shift in (24, 16, 8, 0)) + f"/{more}"):
                out.write(row)
            written += 1
        at += size + (random.randrange(8) << 8)


def ipv6(out):
    lengths, weights = list(LENGTHS6), list(LENGTHS6.values())
    seen = set()
    while len(seen) < IPV6:
        length = random.choices(lengths, weights)[0]
        start = (0x2000 << 48 | random.getrandbits(61)) >> 64 - length << 64 - length
        seen.add((start, length))
    for start, length in sorted(seen):
        groups = ":".join(f"{start >> shift & 0xffff:x}" for shift in (48, 32, 16, 0))
        for row in rows(f"{groups}::/{length}"):
            out.write(row)


def main(folder):
    random.seed(1)
    for name, write in (("ris4.gz", ipv4), ("ris6.gz", ipv6)):
        with gzip.open(f"{folder}/{name}", "wt", compresslevel=6) as out:
            out.write("% made by make_dump.py\n%\n")
            write(out)
    with open(f"{folder}/names", "w", encoding="ascii") as out:
        for number in range(1, ASES + 1):
            out.write(f"{number} EXAMPLE-{number} Example Networks {number % 977} Ltd., {'DE' if number % 3 else 'US'}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
