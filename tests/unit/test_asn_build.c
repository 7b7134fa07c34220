/* The compact tables: made from dumps, names and statistics, read again, and read when they are damaged. */

#include "asn/asn_build.h"

#include "asn/allocations.h"
#include "asn/asn_table.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/textfile.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "temp_dir.h"

enum { MIB = 1 << 20 };

/* Of two days, 311 peers or fewer. */
static const char ris[] = "% This is RIPE NCC's Routing Information Service\n"
                          "\n"
                          "64500\t203.0.112.0/22\t311\n"
                          "64502\t203.0.113.0/24\t20\n"
                          "64501\t203.0.113.0/24\t300\n"
                          "64501\t203.0.113.0/24\t12\n"
                          "{64503,64504}\t198.51.100.0/24\t50\r\n"
                          "64505\t198.51.100.0/25\t9\n"
                          "64505\t0.0.0.0/0\t40\n"
                          "64500\t198.18.0.0/15\t10\n"
                          "64501\t198.18.0.0/16\t10\n"
                          "64500\t198.18.7.0/24\t10";
static const char ris6[] = "64506\t2001:db8::/32\t200\n"
                           "64500\t2001:db8:7::/48\t200\n"
                           "64500\t2001:db8:7::1/128\t200\n";
static const char names[] =
    "64500 DOCK Dock Company, DE\n64501 QUAY, NL\n64506 PIER - Pier \"One\", Ltd., GB\n64999 NOBODY, US\n";

static bool
build(const char *const *dumps, size_t count, const char *named, const char *to, struct asn_built *built,
      struct fault *fault)
{
    fault->text[0] = '\0';
    return asn_build_announced(dumps, count, named, to, built, fault);
}

static struct asn_table *
open_table(const char *path)
{
    struct fault fault = {""};
    struct asn_table *table = asn_table_open(path, &fault);
    if (!table || asn_table_step(table, INT64_MAX, &fault) != ASN_TABLE_READY)
        fail_msg("%s", fault.text);
    return table;
}

static struct asn_table *
made_table(void)
{
    const char *dumps[] = {temp_dir_put("ris4", ris), temp_dir_put("ris6", ris6)}, *to = temp_dir_path("announced.asn");
    struct asn_built built;
    struct fault fault;
    if (!build(dumps, 2, temp_dir_put("names", names), to, &built, &fault))
        fail_msg("%s", fault.text);
    return open_table(to);
}

/* "203.0.113.0/24 AS64501 AS64502 QUAY", or "none". */
static const char *
announced(const struct asn_table *table, const char *address)
{
    static char line[400];
    struct addr addr;
    struct asn_announced found;
    char prefix[PREFIX_TEXT];
    assert_true(addr_parse(address, &addr));
    if (!asn_table_announced(table, &addr, &found))
        return "none";
    size_t used = (size_t)snprintf(line, sizeof line, "%s", prefix_text(&found.prefix, prefix));
    for (size_t i = 0; i < found.count; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, " AS%u", found.origins[i]);
    snprintf(line + used, sizeof line - used, " %s", found.org);
    return line;
}

/* Its ranges and addresses. */
static const char *
ranges_of(const struct asn_table *table, uint32_t number)
{
    static char line[400];
    size_t asn, used = 0;
    if (!asn_table_find(table, number, &asn))
        return "none";
    for (size_t i = 0; i < asn_table_range_count(table, asn); i++) {
        struct prefix range = asn_table_range(table, asn, i);
        char text[PREFIX_TEXT];
        used += (size_t)snprintf(line + used, sizeof line - used, "%s ", prefix_text(&range, text));
    }
    snprintf(line + used, sizeof line - used, "%llu", (unsigned long long)asn_table_addresses(table, asn));
    return line;
}

static void
address_has_most_specific_prefix_and_its_origins(void **state)
{
    (void)state;
    static const struct {
        const char *address, *found;
    } cases[] = {
        {"203.0.112.255", "203.0.112.0/22 AS64500 DOCK Dock Company"},
        {"203.0.113.0", "203.0.113.0/24 AS64501 AS64502 QUAY"},
        {"203.0.113.255", "203.0.113.0/24 AS64501 AS64502 QUAY"},
        {"203.0.114.0", "203.0.112.0/22 AS64500 DOCK Dock Company"},
        {"203.0.115.255", "203.0.112.0/22 AS64500 DOCK Dock Company"},
        {"203.0.111.255", "none"},
        {"203.0.116.0", "none"},
        {"198.51.100.1", "198.51.100.0/24 AS64503 AS64504 "},
        {"198.18.6.255", "198.18.0.0/16 AS64501 QUAY"},
        {"198.18.7.255", "198.18.7.0/24 AS64500 DOCK Dock Company"},
        {"198.18.255.255", "198.18.0.0/16 AS64501 QUAY"},
        {"198.19.0.0", "198.18.0.0/15 AS64500 DOCK Dock Company"},
        {"0.0.0.0", "none"},
        {"255.255.255.255", "none"},
        {"2001:db8:6:ffff::", "2001:db8::/32 AS64506 PIER - Pier \"One\", Ltd."},
        {"2001:db8:7::1", "2001:db8:7::/48 AS64500 DOCK Dock Company"},
        {"2001:db8:8::", "2001:db8::/32 AS64506 PIER - Pier \"One\", Ltd."},
        {"2001:db9::", "none"},
        {"::", "none"},
    };
    struct asn_table *table = made_table();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(announced(table, cases[i].address), cases[i].found);
    asn_table_free(table);
}

/* Those of nested ranges are counted once; an AS with IPv6 alone has no ranges that the lists know. */
static void
as_has_all_its_prefixes(void **state)
{
    (void)state;
    struct asn_table *table = made_table();
    assert_string_equal(ranges_of(table, 64500), "198.18.0.0/15 198.18.7.0/24 203.0.112.0/22 132096");
    assert_string_equal(ranges_of(table, 64501), "198.18.0.0/16 203.0.113.0/24 65792");
    assert_string_equal(ranges_of(table, 64502), "203.0.113.0/24 256");
    assert_string_equal(ranges_of(table, 64504), "198.51.100.0/24 256");
    assert_string_equal(ranges_of(table, 64506), "none");
    assert_string_equal(ranges_of(table, 64999), "none");
    assert_int_equal(asn_table_count(table), 5);
    struct asn_data source = asn_table_source(table);
    assert_string_equal(source.type, "RIPE RIS");
    assert_true(source.is_announced);
    asn_table_free(table);
}

/* Level 3 is counted from one answer to the next. */
static void
next_address_is_where_answer_may_change(void **state)
{
    (void)state;
    struct asn_table *table = made_table();
    static const char *const steps[] = {"198.18.0.0",  "198.18.7.0",   "198.18.8.0",   "198.19.0.0",
                                        "198.20.0.0",  "198.51.100.0", "198.51.101.0", "203.0.112.0",
                                        "203.0.113.0", "203.0.114.0",  "203.0.116.0"};
    uint64_t at = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char text[ADDR_TEXT];
        at = asn_table_next(table, (uint32_t)at);
        struct addr addr = addr_from_v4((uint32_t)at);
        assert_string_equal(addr_text(&addr, text), steps[i]);
    }
    assert_true(asn_table_next(table, (uint32_t)at) == UINT64_C(1) << 32);
    asn_table_free(table);
}

static void
rows_are_counted_and_bad_lines_named(void **state)
{
    (void)state;
    struct buf text = {0};
    struct asn_built built;
    struct fault fault;
    buf_text(&text, ris);
    buf_text(&text,
             "\n<html>\x1b[31m\n0\t203.0.112.0/24\t50\n64500\t203.0.113.7/24\t50\n64500\t203.0.112.0/24\tmany\n");
    const char *dump = temp_dir_put("ris4", buf_string(&text));
    assert_true(build(&dump, 1, NULL, temp_dir_path("announced.asn"), &built, &fault));
    assert_int_equal(built.rows, 8);
    assert_int_equal(built.left_out, 2);
    assert_int_equal(built.skipped, 4);
    assert_non_null(strstr(built.skipped_first.text, "ris4:13: '<html>?[31m': "));
    struct stat status;
    assert_int_equal(stat(dump, &status), 0);
    assert_int_equal(built.dated_ms / 1000, status.st_mtime);
    buf_free(&text);
}

static void
iptoasn_ranges_become_prefixes(void **state)
{
    (void)state;
    const char *dump = temp_dir_pack("ip2asn.gz", "192.0.2.1\t192.0.2.6\t64500\tDE\tDOCK Dock Company\n"
                                                  "192.0.2.7\t203.0.112.255\t0\tNone\tNot routed\n"
                                                  "203.0.113.0\t203.0.114.255\t64501\tNL\tQUAY\n"
                                                  "2001:db8::\t2001:db8:2:ffff:ffff:ffff:ffff:ffff\t64502\tGB\tPIER\n"
                                                  "2001:db8:5::1\t2001:db8:5:1:ffff:ffff:ffff:ffff\t64502\tGB\tPIER\n"
                                                  "2001:db8:6::1\t2001:db8:6::9\t64502\tGB\tPIER\n");
    struct asn_built built;
    struct fault fault;
    if (!build(&dump, 1, NULL, temp_dir_path("announced.asn"), &built, &fault))
        fail_msg("%s", fault.text);
    struct asn_table *table = open_table(temp_dir_path("announced.asn"));
    assert_string_equal(ranges_of(table, 64500), "192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32 6");
    assert_string_equal(ranges_of(table, 64501), "203.0.113.0/24 203.0.114.0/24 512");
    assert_string_equal(announced(table, "2001:db8:1::5"), "2001:db8::/47 AS64502 PIER");
    assert_string_equal(announced(table, "2001:db8:2::5"), "2001:db8:2::/48 AS64502 PIER");
    assert_string_equal(announced(table, "2001:db8:5::5"), "none");
    assert_string_equal(announced(table, "2001:db8:5:1::5"), "2001:db8:5:1::/64 AS64502 PIER");
    assert_string_equal(announced(table, "2001:db8:6::5"), "none");
    assert_string_equal(asn_table_source(table).type, "iptoasn.com");
    assert_int_equal(built.left_out, 2);
    asn_table_free(table);
}

static void
assert_refused(const char *dump, const char *cause)
{
    struct asn_built built;
    struct fault fault;
    const char *to = temp_dir_put("old.asn", "old");
    assert_false(build(&dump, 1, NULL, to, &built, &fault));
    if (!strstr(fault.text, cause) || !strstr(fault.text, dump))
        fail_msg("\"%s\" lacks \"%s\" or \"%s\"", fault.text, cause, dump);
    assert_false(asn_build_allocations(dump, to, &built, &fault));
    struct buf text = {0};
    assert_true(textfile_read(to, 100, &text, &fault));
    assert_string_equal(buf_string(&text), "old");
    buf_free(&text);
}

static void
long_dump_with_more_than_a_hundredth_of_bad_lines_is_refused(void **state)
{
    (void)state;
    for (int bad = 20; bad <= 21; bad++) {
        struct buf rows = {0};
        struct asn_built built;
        struct fault fault = {""};
        for (int i = 0; i < 2000; i++)
            buf_format(&rows, "64500\t10.%d.%d.0/24%s\t100\n", i / 256, i % 256, i < bad ? " broken" : "");
        const char *dump = temp_dir_put("long", buf_string(&rows));
        bool ok = build(&dump, 1, NULL, temp_dir_path("announced.asn"), &built, &fault);
        assert_true(ok == (bad == 20));
        assert_int_equal(built.skipped, bad);
        assert_true(ok || strstr(fault.text, "it has no prefix (and so on: 21 of its 2000 lines)"));
        buf_free(&rows);
    }
}

static void
bad_dump_leaves_old_table(void **state)
{
    (void)state;
    struct buf page = {0}, rows = {0}, packed = {0};
    for (int i = 0; i < 100; i++)
        buf_text(&page, "<p>We will be back soon.</p>\n");
    for (int i = 0; i < 20000; i++)
        buf_format(&rows, "%d\t10.%d.%d.0/24\t%d\n", 64500 + i % 97, i / 256, i % 256, 100 + i % 100);
    const char *whole = temp_dir_pack("whole.gz", buf_string(&rows));
    FILE *file = fopen(whole, "rb");
    for (int c; (c = getc(file)) != EOF;)
        buf_byte(&packed, (char)c);
    fclose(file);
    assert_refused(temp_dir_path("nowhere"), "No such file");
    assert_refused(temp_dir_folder(), "not a regular file");
    assert_refused(temp_dir_put("empty", ""), "it has no rows");
    assert_refused(temp_dir_put("page", buf_string(&page)), "page:1: '<p>We will be back soon.</p>'");
    assert_refused(temp_dir_put("few", "64500\t203.0.113.0/24\t9\n"), "at least 10 peers");
    assert_refused(temp_dir_put_bytes("cut.gz", packed.at, packed.count / 2), "damaged or incomplete");
    assert_refused(temp_dir_put_bytes("cut.gz", packed.at, packed.count - 4), "damaged or incomplete");
    buf_free(&page);
    buf_free(&rows);
    buf_free(&packed);
}

/* 600 MiB in as many members of gzip. */
static void
bomb_is_refused(void **state)
{
    (void)state;
    char *blank = mem_zero(MIB);
    const char *path = temp_dir_path("bomb.gz");
    memset(blank, '\n', MIB);
    gzFile out = gzopen(path, "wb1");
    for (int i = 0; i < 600; i++)
        assert_int_equal(gzwrite(out, blank, MIB), MIB);
    assert_int_equal(gzclose(out), Z_OK);
    assert_refused(path, "it unpacks to more than such a file has");
    free(blank);
}

/* ---- the file ---- */

static char *
read_file(const char *path, size_t *count)
{
    struct stat status;
    int fd = open(path, O_RDONLY);
    assert_int_equal(fstat(fd, &status), 0);
    *count = (size_t)status.st_size;
    char *bytes = mem_alloc(*count);
    assert_int_equal(read(fd, bytes, *count), *count);
    close(fd);
    return bytes;
}

/* Whether a table is refused, with a fault that names it. */
static bool
is_refused(const char *path)
{
    struct fault fault = {""};
    struct asn_table *table = asn_table_open(path, &fault);
    bool refused = !table || asn_table_step(table, INT64_MAX, &fault) == ASN_TABLE_FAILED;
    assert_true(!refused || strstr(fault.text, path));
    asn_table_free(table);
    return refused;
}

static void
damaged_table_is_refused(void **state)
{
    (void)state;
    size_t count;
    asn_table_free(made_table());
    char *bytes = read_file(temp_dir_path("announced.asn"), &count);
    for (size_t i = 0; i < count; i++) {
        bytes[i] ^= 0x10;
        assert_true(is_refused(temp_dir_put_bytes("damaged.asn", bytes, count)));
        bytes[i] ^= 0x10;
    }
    for (size_t i = 0; i < count; i += 7)
        assert_true(is_refused(temp_dir_put_bytes("damaged.asn", bytes, i)));
    assert_false(is_refused(temp_dir_put_bytes("damaged.asn", bytes, count)));
    assert_true(is_refused(temp_dir_folder()));
    free(bytes);
}

/* The table lives in memory of its own. */
static void
table_outlives_its_file(void **state)
{
    (void)state;
    struct asn_table *table = made_table();
    assert_int_equal(truncate(temp_dir_path("announced.asn"), 0), 0);
    assert_string_equal(announced(table, "203.0.113.9"), "203.0.113.0/24 AS64501 AS64502 QUAY");
    asn_table_free(table);
}

/* ---- a database's table ---- */

static size_t
kept_files(const char *folder, char name[static 300])
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (strstr(entry->d_name, ".asn")) {
            snprintf(name, 300, "%s%s", folder, entry->d_name);
            count++;
        }
    if (entries)
        closedir(entries);
    return count;
}

static struct asn_table *
walked(const char *path, const char *kept, struct asndb **db)
{
    struct fault fault = {""};
    *db = asndb_open(path, &fault);
    struct asn_table *table = *db ? asn_table_new(*db, kept) : NULL;
    if (!table || asn_table_step(table, INT64_MAX, &fault) != ASN_TABLE_READY)
        fail_msg("%s", fault.text);
    return table;
}

static void
database_is_walked_once(void **state)
{
    (void)state;
    size_t count;
    char *bytes = read_file(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &count), kept[200], name[300] = "";
    const char *path = temp_dir_put_bytes("asn.mmdb", bytes, count);
    struct fault fault;
    struct asndb *db;
    const struct timespec day = {.tv_sec = time(NULL) - 86400};
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){day, day}, 0), 0);
    snprintf(kept, sizeof kept, "%s/cache/whylisted/", temp_dir_folder());
    assert_null(asn_table_kept(path, kept));
    struct asn_table *first = walked(path, kept, &db), *again = asn_table_kept(path, kept);
    assert_non_null(again);
    assert_int_equal(asn_table_step(again, INT64_MAX, &fault), ASN_TABLE_READY);
    assert_string_equal(asn_table_source(again).path, path);
    assert_string_equal(asn_table_source(again).type, "GeoLite2-ASN");
    assert_true(asn_table_source(again).dated_ms == asndb_built_ms(db));
    assert_false(asn_table_source(again).is_announced);
    char ranges[400];
    snprintf(ranges, sizeof ranges, "%s", ranges_of(first, 4294967294));
    assert_string_equal(ranges_of(again, 4294967294), ranges);
    asn_table_free(first);
    asn_table_free(again);
    asndb_close(db);

    /* a damaged one is made again, that of another file goes */
    assert_int_equal(kept_files(kept, name), 1);
    char *table = read_file(name, &count);
    table[count / 2] ^= 1;
    FILE *file = fopen(name, "wb");
    assert_int_equal(fwrite(table, 1, count, file), count);
    fclose(file);
    asn_table_free(walked(path, kept, &db));
    asndb_close(db);
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){{.tv_sec = 1000}, {.tv_sec = 1000}}, 0), 0);
    assert_null(asn_table_kept(path, kept));
    asn_table_free(walked(path, kept, &db));
    asndb_close(db);
    assert_int_equal(kept_files(kept, name), 1);
    again = asn_table_kept(path, kept);
    assert_non_null(again);
    asn_table_free(again);
    unlink(name);
    free(table);
    free(bytes);
}

static void
folder_that_cannot_be_written_is_no_fault(void **state)
{
    (void)state;
    struct asndb *db;
    struct asn_table *table = walked(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", "/proc/nowhere/", &db);
    assert_int_equal(asn_table_count(table), 5);
    asn_table_free(table);
    asndb_close(db);
}

/* ---- allocations ---- */

static const char stats[] = "2|nro|20261129|8|19830705|20261129|+0000\n"
                            "nro|*|ipv4|*|3|summary\n"
                            "nro|*|asn|*|1|summary\n"
                            "ripencc|DE|ipv4|203.0.112.0|1024|20080215|allocated|abc|e-stats\n"
                            "arin|US|ipv4|198.51.100.0|384|20000101|assigned|def\n"
                            "apnic||ipv4|192.0.2.0|256||available||e-stats\n"
                            "lacnic|BR|ipv4|255.255.255.0|256|00000000|allocated\n"
                            "iana|ZZ|ipv6|2001:db8::|32|20040701|reserved|ietf|iana\n"
                            "ripencc|DE|asn|64500|1|20080215|allocated|abc\n";

static const char *
allocated(const struct allocations *all, const char *address)
{
    static char line[200];
    char range[ALLOCATION_TEXT];
    struct addr addr;
    struct allocation found;
    assert_true(addr_parse(address, &addr));
    if (!allocations_find(all, &addr, &found))
        return "none";
    snprintf(line, sizeof line, "%s %s %s %s %lld", allocation_text(&found, range), found.registry, found.country,
             allocation_status_name(found.status), (long long)(found.since_ms / 86400000));
    return line;
}

static struct allocations *
open_allocations(const char *path)
{
    struct fault fault = {""};
    struct allocations *all = allocations_open(path, &fault);
    while (all && allocations_step(all, &fault))
        ;
    if (!*fault.text)
        return all;
    assert_non_null(strstr(fault.text, path));
    allocations_free(all);
    return NULL;
}

static void
address_has_its_allocation(void **state)
{
    (void)state;
    static const struct {
        const char *address, *found;
    } cases[] = {
        {"203.0.113.7", "203.0.112.0/22 RIPE NCC DE allocated 13924"},
        {"203.0.116.0", "none"},
        {"198.51.100.0", "198.51.100.0 - 198.51.101.127 ARIN US assigned 10957"},
        {"198.51.101.127", "198.51.100.0 - 198.51.101.127 ARIN US assigned 10957"},
        {"198.51.101.128", "none"},
        {"192.0.2.255", "192.0.2.0/24 APNIC  available 0"},
        {"255.255.255.255", "255.255.255.0/24 LACNIC BR allocated 0"},
        {"2001:db8:ffff::1", "2001:db8::/32 IANA  reserved 12600"},
        {"2001:db9::", "none"},
        {"0.0.0.0", "none"},
    };
    struct asn_built built;
    struct fault fault;
    const char *to = temp_dir_path("allocations.asn");
    assert_true(asn_build_allocations(temp_dir_pack("stats.gz", stats), to, &built, &fault));
    assert_int_equal(built.rows, 5);
    assert_int_equal(built.left_out, 1);
    assert_int_equal(built.skipped, 0);
    assert_int_equal(built.dated_ms / 86400000, 20786);
    struct allocations *all = open_allocations(to);
    assert_true(allocations_dated_ms(all) == built.dated_ms);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(allocated(all, cases[i].address), cases[i].found);
    allocations_free(all);
}

static void
bad_statistics_are_named(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "ripencc|DE|ipv4|203.0.112.0|0|20080215|allocated|abc",
        "ripencc|DE|ipv4|255.255.255.0|257|20080215|allocated|",
        "ripencc|DE|ipv4|2001:db8::|32|20080215|allocated|",
        "ripencc|DE|ipv6|2001:db8::|65|20080215|allocated|",
        "moon|DE|ipv4|203.0.112.0|256|20080215|allocated|",
        "ripencc|DE|ipv4|203.0.112.0|256|20080215|sold|",
        "ripencc|DE|ipv4|203.0.112.0",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct buf text = {0};
        struct asn_built built;
        struct fault fault;
        buf_format(&text, "%s%s\n", stats, lines[i]);
        assert_true(asn_build_allocations(temp_dir_put("stats", buf_string(&text)), temp_dir_path("allocations.asn"),
                                          &built, &fault));
        assert_int_equal(built.skipped, 1);
        assert_non_null(strstr(built.skipped_first.text, "stats:10: '"));
        buf_free(&text);
    }
}

static void
damaged_allocations_are_refused(void **state)
{
    (void)state;
    struct asn_built built;
    struct fault fault;
    size_t count;
    const char *to = temp_dir_path("allocations.asn");
    assert_true(asn_build_allocations(temp_dir_put("stats", stats), to, &built, &fault));
    char *bytes = read_file(to, &count);
    for (size_t i = 0; i < count; i++) {
        bytes[i] ^= 0x10;
        assert_null(open_allocations(temp_dir_put_bytes("damaged.asn", bytes, count)));
        bytes[i] ^= 0x10;
    }
    for (size_t i = 0; i < count; i += 7)
        assert_null(open_allocations(temp_dir_put_bytes("damaged.asn", bytes, i)));
    asn_table_free(made_table());
    assert_null(open_allocations(temp_dir_path("announced.asn"))); /* another kind */
    free(bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_has_most_specific_prefix_and_its_origins),
        cmocka_unit_test(as_has_all_its_prefixes),
        cmocka_unit_test(next_address_is_where_answer_may_change),
        cmocka_unit_test(rows_are_counted_and_bad_lines_named),
        cmocka_unit_test(iptoasn_ranges_become_prefixes),
        cmocka_unit_test(long_dump_with_more_than_a_hundredth_of_bad_lines_is_refused),
        cmocka_unit_test(bad_dump_leaves_old_table),
        cmocka_unit_test(bomb_is_refused),
        cmocka_unit_test(damaged_table_is_refused),
        cmocka_unit_test(table_outlives_its_file),
        cmocka_unit_test(database_is_walked_once),
        cmocka_unit_test(folder_that_cannot_be_written_is_no_fault),
        cmocka_unit_test(address_has_its_allocation),
        cmocka_unit_test(bad_statistics_are_named),
        cmocka_unit_test(damaged_allocations_are_refused),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
