/* Private to asn: gathers prefixes with their ASes, and names of ASes, and makes the compact file of them in memory, in
 * steps so that the caller stays responsive. */
#ifndef ASN_ROWS_H
#define ASN_ROWS_H

#include "asn/asn_file.h"
#include "base/addr.h"
#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asn_rows;
struct sort_numbers;

enum {
    ASN_ROWS_MOST = 1 << 23,
    ASN_PLACE_SHIFT = 8, /* of the place of an AS beside a length */
    ASN_IPV6_BITS = 64,  /* no longer IPv6 prefix is announced */
};

struct asn_row {
    uint64_t start;
    uint32_t number;
    uint16_t peers;
    uint8_t length;
};

/* The ASes, by open addressing, at most half full. */
struct asn_rows_slot {
    uint32_t number; /* 0 = free */
    uint32_t name;   /* a place in the text; 0 = none */
    uint32_t place;  /* in the file, when that is laid out */
    bool has_ipv4;
};

struct asn_rows {
    VEC(struct asn_row) ipv4, ipv6;
    struct buf text;
    struct asn_rows_slot *slots;
    size_t room, count;

    /* private */
    unsigned stage;
    size_t done;
    uint32_t *sorted; /* numbers: those with IPv4 ranges, then the others */
    size_t ipv4_ases;
    struct sort_numbers *sort;
    uint64_t *ends; /* address behind the ranges of each AS so far */
};

void asn_rows_free(struct asn_rows *);

/* Adds a prefix of an AS, which is not 0: of IPv4, or of IPv6 and no longer than ASN_IPV6_BITS. */
void asn_rows_add(struct asn_rows *, const struct prefix *, uint32_t number, uint16_t peers);

/* Names an AS by foreign text, unless it has a name or no prefix. */
void asn_rows_name(struct asn_rows *, uint32_t number, const char *name, size_t count);

/* Sorts rows that were added in another order than that of the file, and drops repeated ones. */
void asn_rows_sort(struct asn_rows *);

/* Works on for one batch; *file is complete when it returns true. The rows are in order: by start, the wider first, of
 * one prefix the main origin first. */
bool asn_rows_step(struct asn_rows *, struct asn_file *file);

#endif
