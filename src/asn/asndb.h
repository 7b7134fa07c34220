/* The ASN database: which provider announces an address, from a MaxMind DB file on disk.
 *
 * Three shapes are told apart by content: GeoLite2 and DB-IP (autonomous_system_number, ..._organization) and IPinfo
 * ("asn": "AS64500", "as_name"). */
#ifndef ASNDB_H
#define ASNDB_H

#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { ASNDB_ORG = 256, ASNDB_STALE_DAYS = 60 };

struct asndb;

/* What the database says of one address. */
struct asndb_record {
    uint32_t asn;         /* 0 = no ASN recorded */
    char org[ASNDB_ORG];  /* clean; "" = none */
    struct prefix record; /* the database's own record: neither a BGP prefix nor a level 2 net */
};

struct asndb *asndb_open(const char *path, struct fault *);
void asndb_close(struct asndb *); /* NULL is fine */

/* The first readable database in the usual places (GeoLite2-ASN.mmdb, dbip-asn-lite*.mmdb, asn.mmdb in
 * $XDG_DATA_HOME/whylisted, /var/lib/GeoIP, /usr/share/GeoIP, /usr/local/share/GeoIP). NULL when there is none, which
 * is no fault, or none can be used. *found: a file is there. *fault tells of the first file that cannot be used, also
 * when a later one could and is returned (worth a warning); otherwise fault->text is "". */
struct asndb *asndb_open_usual(struct fault *, bool *found);

/* False: not in the database (or damaged there, then *fault says so; otherwise fault->text is ""). */
bool asndb_find(const struct asndb *, const struct addr *, struct asndb_record *out, struct fault *);

const char *asndb_path(const struct asndb *);
const char *asndb_type(const struct asndb *); /* the file's own database_type, clean */
int64_t asndb_built_ms(const struct asndb *); /* build time, wall ms */
/* Whole days since it was built; over ASNDB_STALE_DAYS the program warns. */
int64_t asndb_age_days(const struct asndb *);

/* ---- the whole of it, for a walk (asnmap.c) and for very many addresses (asnindex.c) ---- */

/* The search tree: nodes of two records of so many bits, the left one for a 0. A record under node_count is a node;
 * node_count means nothing is there; node_count + 16 + n leads to the data at offset n. The file may be damaged: the
 * nodes can be read, but may say anything. */
struct asndb_tree {
    const uint8_t *nodes;
    uint32_t node_count;
    unsigned record_bits; /* 24, 28 or 32 */
    unsigned ipv4_depth;  /* IPv4 begins so many zero bits below the first node */
    size_t data_count;    /* bytes of data */
};

struct asndb_tree asndb_tree(const struct asndb *);

struct asndb_node {
    uint32_t left, right;
};

static inline uint32_t
asndb_big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The layouts of a node: MaxMind DB File Format Specification, "Node Layout". `place` is less than node_count. */
static inline struct asndb_node
asndb_node(const struct asndb_tree *tree, uint32_t place)
{
    const uint8_t *at = tree->nodes + (size_t)place * (tree->record_bits / 4);
    uint32_t head = asndb_big_endian(at);
    switch (tree->record_bits) {
    case 24:
        return (struct asndb_node){head >> 8, asndb_big_endian(at + 2) & 0xFFFFFF};
    case 28:
        return (struct asndb_node){(at[3] >> 4u) << 24 | head >> 8, asndb_big_endian(at + 3) & 0xFFFFFFF};
    default:
        return (struct asndb_node){head, asndb_big_endian(at + 4)};
    }
}

/* What the record at an offset of the data says. */
struct asndb_value {
    uint32_t asn;    /* 0 = none */
    const char *org; /* foreign text in the file, no NUL behind it; NULL = none */
    size_t org_count;
};

/* False: damaged. */
bool asndb_read(const struct asndb *, size_t offset, struct asndb_value *out);

/* Such a foreign text as it may be shown. */
void asndb_clean_org(const char *bytes, size_t count, char org[static ASNDB_ORG]);

/* The walk is over: what it brought into memory of the file need not stay there. */
void asndb_rest(const struct asndb *);

#endif
