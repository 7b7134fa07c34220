/* bench_asn_table JOB FILE NUMBER, where the jobs are
 *
 *   walk        the networks of AS NUMBER in a database, nothing in memory: open, walk, list
 *   kept        the same from its compact file, which is made before the clock starts
 *   again       the same once the table is there
 *   library     their peer: libmaxminddb's nodes and values, IPv4 and IPv6 without the aliases of IPv4
 *   library4    ... and IPv4 alone, which is what our table has of a database
 *   locate      who announces each of NUMBER random addresses, once the table is there
 *   library-locate   its peer: libmaxminddb's lookup and value
 *   build       FILE, a compact file, from the dumps ris4.gz, ris6.gz and names in its folder
 *   load        FILE is read
 *   find        who announces each of NUMBER random addresses, from FILE once it is read
 *
 * Prints "MICROSECONDS COUNT", the count being networks found or addresses announced, rows, or KiB of memory. */

#include "asn/asn_build.h"
#include "asn/asn_table.h"
#include "base/buf.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static void
fail(const char *why)
{
    fprintf(stderr, "bench_asn_table: %s\n", why);
    exit(1);
}

/* ---- ours ---- */

static struct asndb *
open_database(const char *path)
{
    struct fault fault;
    struct asndb *db = asndb_open(path, &fault);
    if (db == NULL)
        fail(fault.text);
    return db;
}

static struct asn_table *
walk(const struct asndb *db)
{
    struct fault fault;
    struct asn_table *map = asn_table_new(db, NULL);
    if (asn_table_step(map, INT64_MAX, &fault) != ASN_TABLE_READY)
        fail(fault.text);
    return map;
}

static size_t
list(const struct asn_table *map, uint32_t number)
{
    size_t asn, count = 0;
    if (!asn_table_find(map, number, &asn))
        return 0;
    struct asn found = asn_table_at(map, asn);
    for (size_t i = 0; i < found.range_count; i++)
        count += asn_table_range(map, asn, i).length > 0;
    return count;
}

static size_t
locate(const struct asn_table *map, uint32_t count)
{
    size_t asn, announced = 0;
    for (uint32_t random = 1; count > 0; count--) {
        random = random * 1664525 + 1013904223;
        announced += asn_table_locate(map, random, &asn, NULL);
    }
    return announced;
}

static struct asn_table *
finish(struct asn_table *table)
{
    struct fault fault = {"no table"};
    if (!table || asn_table_step(table, INT64_MAX, &fault) != ASN_TABLE_READY)
        fail(fault.text);
    return table;
}

static size_t
job_kept(const char *path, uint32_t number, int64_t *began_us)
{
    const char *folder = getenv("TMPDIR");
    struct buf kept = {0};
    buf_format(&kept, "%s/whylisted-bench-kept/", folder ? folder : "/tmp");
    finish(asn_table_new(open_database(path), kept.at));
    *began_us = clock_now_us();
    return list(finish(asn_table_kept(path, kept.at)), number);
}

static size_t
job_build(const char *path, uint32_t number, int64_t *began_us)
{
    struct buf dumps[3] = {{0}};
    static const char *const names[] = {"ris4.gz", "ris6.gz", "names"};
    const char *slash = strrchr(path, '/');
    struct asn_built built;
    struct fault fault;
    (void)number;
    for (size_t i = 0; i < 3; i++)
        buf_format(&dumps[i], "%.*s/%s", (int)(slash ? slash - path : 0), path, names[i]);
    *began_us = clock_now_us();
    if (!asn_build_announced((const char *[]){dumps[0].at, dumps[1].at}, 2, dumps[2].at, path, &built, &fault))
        fail(fault.text);
    return built.rows;
}

static size_t
job_load(const char *path, uint32_t number, int64_t *began_us)
{
    struct rusage before, after;
    struct fault fault = {""};
    (void)number;
    getrusage(RUSAGE_SELF, &before);
    *began_us = clock_now_us();
    finish(asn_table_open(path, &fault));
    getrusage(RUSAGE_SELF, &after);
    return (size_t)(after.ru_maxrss - before.ru_maxrss);
}

static size_t
job_find(const char *path, uint32_t count, int64_t *began_us)
{
    struct fault fault = {""};
    struct asn_table *table = finish(asn_table_open(path, &fault));
    *began_us = clock_now_us();
    return locate(table, count);
}

static size_t
job_walk(const char *path, uint32_t number, int64_t *began_us)
{
    *began_us = clock_now_us();
    return list(walk(open_database(path)), number);
}

static size_t
job_again(const char *path, uint32_t number, int64_t *began_us)
{
    struct asn_table *map = walk(open_database(path));
    *began_us = clock_now_us();
    return list(map, number);
}

static size_t
job_locate(const char *path, uint32_t count, int64_t *began_us)
{
    struct asn_table *map = walk(open_database(path));
    *began_us = clock_now_us();
    return locate(map, count);
}

/* ---- the library alone ---- */

struct library {
    MMDB_s mmdb;
    uint32_t ipv4; /* the node at which IPv4 begins */
    uint32_t number;
    size_t count;
};

static MMDB_search_node_s
read_node(const struct library *l, uint32_t node)
{
    MMDB_search_node_s both;
    if (MMDB_read_node(&l->mmdb, node, &both) != MMDB_SUCCESS)
        fail("a damaged database");
    return both;
}

static void
walk_record(struct library *l, uint64_t record, uint8_t type, MMDB_entry_s *entry, bool zeros)
{
    MMDB_entry_data_s data;
    if (type == MMDB_RECORD_TYPE_SEARCH_NODE) {
        if (record == l->ipv4 && !zeros)
            return;
        MMDB_search_node_s both = read_node(l, (uint32_t)record);
        walk_record(l, both.left_record, both.left_record_type, &both.left_record_entry, zeros);
        walk_record(l, both.right_record, both.right_record_type, &both.right_record_entry, false);
    } else if (type == MMDB_RECORD_TYPE_DATA &&
               MMDB_get_value(entry, &data, "autonomous_system_number", NULL) == MMDB_SUCCESS && data.has_data) {
        l->count += data.uint32 == l->number;
    }
}

static void
open_library(struct library *l, const char *path)
{
    if (MMDB_open(path, MMDB_MODE_MMAP, &l->mmdb) != MMDB_SUCCESS)
        fail("not a database");
    for (int i = 0; l->mmdb.metadata.ip_version == 6 && i < 96 && l->ipv4 < l->mmdb.metadata.node_count; i++)
        l->ipv4 = (uint32_t)read_node(l, l->ipv4).left_record;
}

static size_t
job_library(const char *path, uint32_t number, int64_t *began_us)
{
    *began_us = clock_now_us();
    struct library l = {.number = number};
    open_library(&l, path);
    walk_record(&l, 0, MMDB_RECORD_TYPE_SEARCH_NODE, NULL, true);
    return l.count;
}

static size_t
job_library4(const char *path, uint32_t number, int64_t *began_us)
{
    *began_us = clock_now_us();
    struct library l = {.number = number};
    open_library(&l, path);
    walk_record(&l, l.ipv4, MMDB_RECORD_TYPE_SEARCH_NODE, NULL, true);
    return l.count;
}

static size_t
job_library_locate(const char *path, uint32_t count, int64_t *began_us)
{
    struct library l = {0};
    size_t announced = 0;
    open_library(&l, path);
    *began_us = clock_now_us();
    for (uint32_t random = 1; count > 0; count--) {
        random = random * 1664525 + 1013904223;
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(random)};
        MMDB_entry_data_s data;
        int error;
        MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&l.mmdb, (struct sockaddr *)&in, &error);
        announced += found.found_entry && MMDB_get_value(&found.entry, &data, "autonomous_system_number", NULL) == 0 &&
                     data.has_data;
    }
    return announced;
}

static const struct {
    const char *name;
    size_t (*run)(const char *path, uint32_t number, int64_t *began_us);
} jobs[] = {
    {"walk", job_walk},       {"kept", job_kept},
    {"again", job_again},     {"locate", job_locate},
    {"library", job_library}, {"library4", job_library4},
    {"build", job_build},     {"load", job_load},
    {"find", job_find},       {"library-locate", job_library_locate},
};

int
main(int argc, char **argv)
{
    for (size_t i = 0; argc == 4 && i < sizeof jobs / sizeof jobs[0]; i++) {
        if (strcmp(argv[1], jobs[i].name) != 0)
            continue;
        int64_t began_us;
        size_t count = jobs[i].run(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), &began_us);
        printf("%" PRId64 " %zu\n", clock_now_us() - began_us, count);
        return 0;
    }
    fputs("usage: bench_asn_table JOB FILE NUMBER\n", stderr);
    return 64;
}
