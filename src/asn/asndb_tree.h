/* Private to asn: the tree and the records of the ASN database, for the walk of asn_table and for asn_bulk. */
#ifndef ASNDB_TREE_H
#define ASNDB_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asndb;
struct fault;
struct stat;

/* The search tree: nodes of two records of so many bits, the left one for a 0. A record under node_count is a node;
 * node_count means that nothing is there; node_count + 16 + n leads to the data at offset n. The nodes can be read, but
 * a damaged file may contain anything in them. */
struct asndb_tree {
    const uint8_t *nodes;
    uint32_t node_count;
    unsigned record_bits; /* 24, 28 or 32 */
    unsigned ipv4_depth;  /* zero bits between the first node and IPv4 */
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

/* Reads a node, place < node_count. The layouts: MaxMind DB File Format Specification, "Node Layout". */
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

/* Returns the record where the IPv4 addresses begin. */
static inline uint32_t
asndb_ipv4_root(const struct asndb_tree *tree)
{
    uint32_t record = 0;
    for (unsigned i = 0; i < tree->ipv4_depth && record < tree->node_count; i++)
        record = asndb_node(tree, record).left;
    return record;
}

struct asndb_value {
    uint32_t asn;    /* 0 = none */
    const char *org; /* foreign text in the file, no NUL behind it; "" = none */
    size_t org_count;
};

/* Reads the record at an offset of the data. Returns false if it is damaged. */
bool asndb_read(const struct asndb *, size_t offset, struct asndb_value *out);

/* Returns the database in a private copy of the file `path`, which had that status, and takes the copy's descriptor;
 * NULL with a fault. */
struct asndb *asndb_adopt(int fd, const char *path, const struct stat *, struct fault *);

/* Returns the status of the file when it was copied. */
const struct stat *asndb_status(const struct asndb *);

/* Returns the path of the file that asndb_open would read first, and its status; the caller frees it. NULL = none. */
char *asndb_reader_first(const char *path, struct stat *);

/* Lets the system drop the file's pages from memory, after a walk. */
void asndb_rest(const struct asndb *);

#endif
