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
    uint32_t as; /* its place in `ases` */
    uint16_t peers;
    uint8_t length;
};

struct asn_rows {
    VEC(struct asn_row) ipv4, ipv6;
    struct buf text;
    VEC(struct asn_rows_as {
        uint32_t number;
        uint32_t name;  /* a place in the text; 0 = none */
        uint32_t place; /* in the file, when that is laid out */
        bool has_ipv4;
    })
    ases;

    /* private */
    uint32_t *slots; /* 1 + place in `ases`, by open addressing, at most half full; 0 = free */
    size_t room;
    unsigned stage;
    size_t done;
    uint32_t *sorted; /* numbers: those with IPv4 ranges, then the others */
    size_t ipv4_ases;
    struct sort_numbers *sort;
    uint64_t *ends; /* address behind the ranges of each AS so far */
};

void asn_rows_free(struct asn_rows *);

/* Returns the place of an AS in `ases`, where it is added if need be; number > 0. */
uint32_t asn_rows_as(struct asn_rows *, uint32_t number);

/* Returns whether an AS has been added. */
bool asn_rows_has(const struct asn_rows *, uint32_t number);

/* Adds a prefix of an AS: of IPv4, or of IPv6 and no longer than ASN_IPV6_BITS. */
void asn_rows_add(struct asn_rows *, const struct prefix *, uint32_t as, uint16_t peers);

/* Names an AS by foreign text, unless it has a name. */
void asn_rows_name(struct asn_rows *, uint32_t as, const char *name, size_t count);

/* Sorts rows that were added in another order than that of the file, and drops repeated ones. */
void asn_rows_sort(struct asn_rows *);

/* Works on for one batch; *file is complete when it returns true. The rows are in order: by start, the wider first, of
 * one prefix the main origin first. */
bool asn_rows_step(struct asn_rows *, struct asn_file *file);

#endif
