#include "asn/asndb.h"

#include "base/buf.h"
#include "base/clock.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

#define FIXTURES TEST_SOURCE_ROOT "/tests/data/"

static void
read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (int c; (c = getc(file)) != EOF;)
        buf_byte(out, (char)c);
    fclose(file);
}

/* Writes a file that was written a day ago, so that no reading waits for more of it. */
static const char *
put_old(const char *name, const void *bytes, size_t count)
{
    const char *path = temp_dir_put_bytes(name, bytes, count);
    const struct timespec times[2] = {{.tv_sec = time(NULL) - 86400}, {.tv_sec = time(NULL) - 86400}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    return path;
}

static const char *
copy_fixture(const char *fixture, const char *name)
{
    struct buf content = {0};
    char source[300];
    snprintf(source, sizeof source, FIXTURES "%s", fixture);
    read_file(source, &content);
    const char *path = put_old(name, content.at, content.count);
    buf_free(&content);
    return path;
}

static struct asndb *
open_good(const char *path)
{
    struct fault fault;
    struct asndb *db = asndb_open(path, &fault);
    if (db == NULL)
        fail_msg("%s", fault.text);
    assert_string_equal(fault.text, "");
    return db;
}

static bool
find(const struct asndb *db, const char *address, struct asndb_record *out)
{
    struct addr addr;
    struct fault fault;
    assert_true(addr_parse(address, &addr));
    bool found = asndb_find(db, &addr, out, &fault);
    assert_string_equal(fault.text, "");
    return found;
}

static void
assert_record(const struct asndb *db, const char *address, uint32_t asn, const char *org, const char *prefix)
{
    struct asndb_record record;
    char text[PREFIX_TEXT];
    assert_true(find(db, address, &record));
    assert_int_equal(record.asn, asn);
    assert_string_equal(record.org, org);
    assert_string_equal(prefix_text(&record.record, text), prefix);
}

/* Opening must fail with a sentence that holds both texts. */
static void
assert_refused(const char *path, const char *cause)
{
    struct fault fault = {""};
    struct asndb *db = asndb_open(path, &fault);
    assert_null(db);
    if (strstr(fault.text, path) == NULL || strstr(fault.text, cause) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", fault.text, cause);
}

static void
geolite_and_dbip_records(void **state)
{
    (void)state;
    static const char *const files[] = {FIXTURES "geolite-asn.mmdb", FIXTURES "ipv4-only.mmdb"};
    for (size_t i = 0; i < 2; i++) {
        struct asndb *db = open_good(files[i]);
        struct asndb_record record;
        assert_record(db, "203.0.113.77", 64497, "Harbor Net, \"Quay\" & S\xC3\xB6hne", "203.0.113.0/24");
        assert_record(db, "198.18.0.1", 4294967294, "Nimbus Cloud Hosting", "198.18.0.0/17");
        assert_record(db, "198.18.203.255", 64498, "Tideline", "198.18.200.0/22");
        assert_record(db, "192.0.2.1", 0, "No Number", "192.0.2.0/26");
        assert_record(db, "192.0.2.64", 64500, "", "192.0.2.64/26");
        assert_false(find(db, "192.0.2.128", &record));
        assert_false(find(db, "8.8.8.8", &record));
        assert_false(find(db, "2001:db9::1", &record));
        asndb_close(db);
    }
}

static void
ipv6_records(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "geolite-asn.mmdb");
    assert_record(db, "2001:db8:25::1", 64497, "Harbor Net", "2001:db8:25::/48");
    assert_record(db, "::ffff:203.0.113.77", 64497, "Harbor Net, \"Quay\" & S\xC3\xB6hne", "::ffff:203.0.113.0/120");
    asndb_close(db);
}

static void
ipinfo_records(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "ipinfo-lite.mmdb");
    assert_record(db, "203.0.113.77", 64497, "Harbor Net", "203.0.113.0/24");
    assert_record(db, "2001:db8:25::1", 64497, "Harbor Net", "2001:db8:25::/48");
    assert_record(db, "192.0.2.1", 0, "", "192.0.2.0/24");
    assert_record(db, "198.18.0.1", 0, "not a number", "198.18.0.0/15");
    asndb_close(db);
}

static void
org_with_control_bytes_is_cleaned(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "geolite-asn.mmdb");
    assert_record(db, "198.51.100.66", 64501, "EVIL?[31m CORP? ?txet?", "198.51.100.0/25");
    asndb_close(db);
}

static void
database_metadata_is_reported(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "ipv4-only.mmdb");
    assert_string_equal(asndb_path(db), FIXTURES "ipv4-only.mmdb");
    assert_string_equal(asndb_type(db), "DBIP-ASN-Lite (compat=GeoLite2-ASN)");
    const int64_t day = 24 * 60 * 60 * 1000, built = INT64_C(1780272000000);
    assert_true(asndb_built_ms(db) == built);
    struct asn_data source = asndb_source(db);
    clock_fake(0, built + 61 * day - 1);
    assert_int_equal(asn_data_age_days(&source), 60);
    clock_fake(0, built + 61 * day);
    assert_int_equal(asn_data_age_days(&source), 61);
    clock_fake(0, built - 5 * day); /* our own clock is wrong */
    assert_int_equal(asn_data_age_days(&source), 0);
    clock_real();
    asndb_close(db);
}

static void
open_other_file_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *begin, *what;
        size_t at, count;
    } packages[] = {
        {"\x1f\x8b\x08\0whatever", "gunzip (a .tar.gz with tar xzf)", 0, 12},
        {"GeoLite2-ASN_20260601/", "not an MMDB file", 0, 22},
        {"ustar\00000", "a tar archive: unpack it with tar xf", 257, 8},
        {"ustar  \0", "a tar archive: unpack it with tar xf", 257, 8},
        {"PK\3\4\24\0", "a zip archive", 0, 6},
        {"BZh91AY", "bunzip2", 0, 7},
        {"\xFD"
         "7zXZ\0",
         "unxz", 0, 6},
        {"\x28\xB5\x2F\xFD\4", "unzstd", 0, 5},
    };
    struct buf text = {0}, good = {0}, empty = {0};
    buf_text(&text, "1.0.0.0/24,13335,Cloudflare\n");
    buf_text(&empty, "");
    assert_refused("/nonexistent/asn.mmdb", "No such file");
    assert_refused(temp_dir_folder(), "not a regular file");
    assert_refused("/dev/zero", "not a regular file");
    assert_refused(put_old("text.mmdb", text.at, text.count), "not an MMDB file");
    read_file(FIXTURES "geolite-asn.mmdb", &good);
    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++) {
        struct buf packed = {0}; /* around a whole database, as a tar archive is */
        while (packed.count < packages[i].at)
            buf_byte(&packed, '\0');
        buf_bytes(&packed, packages[i].begin, packages[i].count);
        if (i != 1)
            buf_bytes(&packed, good.at, good.count);
        assert_refused(put_old("packed", packed.at, packed.count), packages[i].what);
        buf_free(&packed);
    }
    assert_refused(put_old("empty.mmdb", empty.at, empty.count), "empty");
    buf_free(&text);
    buf_free(&good);
    buf_free(&empty);
}

static void
open_pipe_is_refused_at_once(void **state)
{
    (void)state;
    const char *path = temp_dir_path("pipe.mmdb");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, "not a regular file");
}

static void
open_other_database_names_its_type(void **state)
{
    (void)state;
    assert_refused(FIXTURES "city.mmdb", "\"GeoLite2-City\"");
}

static void
fault_path_is_cleaned(void **state)
{
    (void)state;
    struct fault fault;
    assert_null(asndb_open("/nonexistent/\x1b[31m.mmdb", &fault));
    assert_null(strchr(fault.text, '\x1b'));
}

/* Whatever is missing at its end, the rest is not taken for a database. */
static void
open_cut_file_is_refused(void **state)
{
    (void)state;
    struct buf good = {0};
    read_file(FIXTURES "geolite-asn.mmdb", &good);
    for (size_t count = good.count; count-- > 0;) {
        struct buf cut = {good.at, count, good.room};
        assert_refused(put_old("cut.mmdb", cut.at, cut.count), "cannot open");
    }
    buf_free(&good);
}

static size_t
position(const struct buf *in, const char *needle, size_t count)
{
    const char *at = memmem(in->at, in->count, needle, count);
    assert_non_null(at);
    return (size_t)(at - in->at);
}

static void
find_in_zeroed_middle_is_fault(void **state)
{
    (void)state;
    struct buf good = {0}, hole = {0};
    read_file(FIXTURES "geolite-asn.mmdb", &good);
    size_t metadata = position(&good, "\xab\xcd\xefMaxMind.com", 14);
    buf_bytes(&hole, good.at, 100);
    buf_bytes(&hole, good.at + metadata, good.count - metadata);
    assert_refused(put_old("hole.mmdb", hole.at, hole.count), "cut short: its search tree takes");
    buf_free(&good);
    buf_free(&hole);
}

/* Each byte of a good file wrong in turn: any answer will do, but one has to come. */
static void
find_with_any_flipped_byte_survives(void **state)
{
    (void)state;
    static const uint8_t flips[] = {0xFF, 0x01, 0x80};
    struct buf bytes = {0};
    struct addr address;
    addr_parse("198.51.100.66", &address);
    read_file(FIXTURES "geolite-asn.mmdb", &bytes);
    for (size_t i = 0; i < bytes.count; i++)
        for (size_t f = 0; f < sizeof flips; f++) {
            char was = bytes.at[i];
            bytes.at[i] = (char)(was ^ flips[f]);
            struct fault fault = {""};
            struct asndb_record record;
            struct asndb *db = asndb_open(put_old("flipped.mmdb", bytes.at, bytes.count), &fault);
            if (db == NULL)
                assert_string_not_equal(fault.text, "");
            else
                asndb_find(db, &address, &record, &fault);
            asndb_close(db);
            bytes.at[i] = was;
        }
    buf_free(&bytes);
}

/* Every node leads back to the first one. */
static void
open_cyclic_tree_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0};
    read_file(FIXTURES "geolite-asn.mmdb", &bytes);
    static const char separator[16] = {0};
    memset(bytes.at, 0, position(&bytes, separator, sizeof separator));
    assert_refused(put_old("cyclic.mmdb", bytes.at, bytes.count), "its search tree is damaged");
    buf_free(&bytes);
}

/* A database of one node whose two halves lead to the data at its start. */
static void
one_node(struct buf *out, const char *data, size_t count)
{
    buf_bytes(out, "\0\0\x11\0\0\x11", 6);
    buf_bytes(out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    buf_bytes(out, data, count);
}

static void
key(struct buf *out, const char *name, const char *value, size_t count)
{
    buf_byte(out, (char)(0x40 | strlen(name)));
    buf_text(out, name);
    buf_bytes(out, value, count);
}

/* An IPv4 database's metadata, with these nodes and this value as its languages. */
static void
metadata(struct buf *out, const char nodes[static 4], const char *languages, size_t count)
{
    buf_bytes(out, "\xab\xcd\xefMaxMind.com\xe9", 15);
    key(out, "node_count", "\xc4", 1);
    buf_bytes(out, nodes, 4);
    key(out, "record_size", "\xa1\x18", 2);
    key(out, "ip_version", "\xa1\x04", 2);
    key(out, "database_type", "\x44Test", 5);
    key(out, "binary_format_major_version", "\xa1\x02", 2);
    key(out, "binary_format_minor_version", "\xa0", 1);
    key(out, "build_epoch", "\x01\x02\x01", 3);
    key(out, "description", "\xe0", 1);
    key(out, "languages", languages, count);
}

/* The smallest record: asn "AS1". */
static const char AS1[] = "\xe1\x43"
                          "asn\x43"
                          "AS1";
static const char NO_LANGUAGES[] = "\x00\x04";

static void
open_handmade_database_answers(void **state)
{
    (void)state;
    struct buf bytes = {0};
    one_node(&bytes, AS1, sizeof AS1 - 1);
    metadata(&bytes, "\0\0\0\1", NO_LANGUAGES, 2);
    struct asndb *db = open_good(put_old("handmade.mmdb", bytes.at, bytes.count));
    assert_record(db, "203.0.113.77", 1, "", "128.0.0.0/1");
    asndb_close(db);
    buf_free(&bytes);
}

/* Writes a database whose only record is this one. */
static const char *
put_record(const char *record, size_t count)
{
    struct buf bytes = {0};
    one_node(&bytes, record, count);
    metadata(&bytes, "\0\0\0\1", NO_LANGUAGES, 2);
    const char *path = put_old("record.mmdb", bytes.at, bytes.count);
    buf_free(&bytes);
    return path;
}

static void
number_of_any_type_is_read(void **state)
{
    (void)state;
#define VALUE(bytes) bytes, sizeof bytes - 1
    static const struct {
        const char *bytes;
        size_t count;
        uint32_t asn; /* 0 = refused */
    } cases[] = {
        {VALUE("\xa2\xfb\xf4"), 64500},
        {VALUE("\xa1\x07"), 7},
        {VALUE("\xc4\xff\xff\xff\xff"), 4294967295},
        {VALUE("\xc3\x01\xfb\xf4"), 130036},
        {VALUE("\x02\x02\xfb\xf4"), 64500}, /* uint64 */
        {VALUE("\x08\x02\0\0\0\0\xff\xff\xff\xfe"), 4294967294},
        {VALUE("\x08\x02\0\0\0\1\0\0\0\1"), 0},
        {VALUE("\x02\x03\xfb\xf4"), 64500}, /* uint128 */
        {VALUE("\x10\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xfb\xf4"), 64500},
        {VALUE("\x09\x03\1\0\0\0\0\0\0\0\1"), 0},
        {VALUE("\x04\x01\0\0\xfb\xf4"), 64500}, /* int32 */
        {VALUE("\x04\x01\xff\xff\xff\xfe"), 0},
        {VALUE("\x68\x40\xef\x7e\x80\0\0\0\0"), 64500}, /* double */
        {VALUE("\x68\x41\xef\xff\xff\xff\xe0\0\0"), 4294967295},
        {VALUE("\x68\xc0\xef\x7e\x80\0\0\0\0"), 0},
        {VALUE("\x68\x7f\xf8\0\0\0\0\0\0"), 0},
        {VALUE("\x64\0\0\xfb\xf4"), 0},
        {VALUE("\x04\x08\x47\x7b\xf4\0"), 64500}, /* float */
        {VALUE("\x04\x08\x4f\x80\0\0"), 0},
        {VALUE("\x47"
               "AS64500"),
         64500},
        {VALUE("\x47"
               "as64500"),
         64500},
        {VALUE("\x45"
               "64500"),
         64500},
        {VALUE("\x42"
               "AS"),
         0},
        {VALUE("\x40"), 0},
        {VALUE("\x85"
               "64500"),
         0},                    /* bytes */
        {VALUE("\x01\x07"), 0}, /* true */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf record = {0};
        buf_text(&record, "\xe1\x43"
                          "asn");
        buf_bytes(&record, cases[i].bytes, cases[i].count);
        const char *path = put_record(record.at, record.count);
        if (cases[i].asn == 0) {
            assert_refused(path, "it is no ASN database");
        } else {
            struct asndb *db = open_good(path);
            assert_record(db, "203.0.113.77", cases[i].asn, "", "128.0.0.0/1");
            asndb_close(db);
        }
        buf_free(&record);
    }
}

/* The map may be spelt out, or be pointed at. */
static void
number_inside_traits_is_read(void **state)
{
    (void)state;
    static const char in_place[] = "\xe2\x44"
                                   "city\xe0\x46"
                                   "traits\xe2\x58"
                                   "autonomous_system_number\xc2\xfb\xf4"
                                   "\x5d\x01"
                                   "autonomous_system_organization\x46"
                                   "Harbor";
    static const char pointed_at[] = "\xe2\x46"
                                     "traits\x20\x0e\x43"
                                     "isp\xe1\x58"
                                     "autonomous_system_number\xc2\xfb\xf4";
    static const char empty[] = "\xe1\x46"
                                "traits\xe0";
    struct asndb *db = open_good(put_record(in_place, sizeof in_place - 1));
    assert_record(db, "203.0.113.77", 64500, "Harbor", "128.0.0.0/1");
    asndb_close(db);
    db = open_good(put_record(pointed_at, sizeof pointed_at - 1));
    assert_record(db, "203.0.113.77", 64500, "", "128.0.0.0/1");
    asndb_close(db);
    assert_refused(put_record(empty, sizeof empty - 1), "it is no ASN database");
    db = open_good(FIXTURES "traits.mmdb");
    assert_record(db, "203.0.113.77", 64497, "Harbor Net", "203.0.113.0/24");
    assert_record(db, "192.0.2.1", 0, "", "192.0.2.0/24");
    assert_record(db, "2001:db8:25::1", 64497, "Harbor Net", "2001:db8:25::/48");
    asndb_close(db);
}

static void
open_absurd_node_count_is_refused(void **state)
{
    (void)state;
    static const char counts[][4] = {"\xff\xff\xff\xff", "\x2a\xaa\xaa\xa8", "\0\0\0\0", "\0\0\0\x40"};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct buf bytes = {0};
        one_node(&bytes, AS1, sizeof AS1 - 1);
        metadata(&bytes, counts[i], NO_LANGUAGES, 2);
        assert_refused(put_old("absurd.mmdb", bytes.at, bytes.count), "cannot open");
        buf_free(&bytes);
    }
}

static void
open_empty_metadata_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0};
    while (bytes.count < 4096 - 14) /* the marker ends with a memory page, so that nothing readable follows */
        buf_byte(&bytes, 0);
    buf_bytes(&bytes, "\xab\xcd\xefMaxMind.com", 14);
    assert_refused(put_old("marker.mmdb", bytes.at, bytes.count), "its metadata are damaged");
    buf_free(&bytes);
}

/* Sixty arrays, each holding the next one twice: 2^60 values when written out. */
static void
open_exploding_metadata_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0}, languages = {0};
    struct buf before = {0};
    metadata(&before, "\0\0\0\1", "", 0);
    size_t start = before.count - 14; /* pointers count from the end of the marker */
    for (size_t i = 1; i <= 60; i++) {
        size_t next = start + 6 * i;
        char array[6] = {2, 4, (char)(0x20 | next >> 8), (char)next, (char)(0x20 | next >> 8), (char)next};
        buf_bytes(&languages, array, sizeof array);
    }
    buf_text(&languages, "\x42"
                         "en");
    one_node(&bytes, AS1, sizeof AS1 - 1);
    metadata(&bytes, "\0\0\0\1", languages.at, languages.count);
    assert_refused(put_old("explosive.mmdb", bytes.at, bytes.count), "its metadata are damaged");
    buf_free(&bytes);
    buf_free(&before);
    buf_free(&languages);
}

/* A long text to which each of many languages points: every one of them would be copied. */
static void
open_metadata_expanding_by_pointers_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0}, languages = {0}, before = {0};
    metadata(&before, "\0\0\0\1", "", 0);
    enum { LANGUAGES = 900, LONG = 16 * 1024 };
    size_t start = before.count - 14 + 4 + 4 * (LANGUAGES - 1) + 3;
    buf_bytes(&languages, "\x1e\x04", 2); /* an array of 285 and so many more */
    buf_byte(&languages, (char)((LANGUAGES - 285) >> 8));
    buf_byte(&languages, (char)((LANGUAGES - 285) & 0xFF));
    for (size_t i = 0; i + 1 < LANGUAGES; i++) {
        size_t beyond = start - 2048 - 3;
        char pointer[4] = {(char)(0x28 | beyond >> 16), (char)(beyond >> 8), (char)beyond, 0};
        buf_bytes(&languages, pointer, 3);
    }
    buf_byte(&languages, '\x5e');
    buf_byte(&languages, (char)((LONG - 285) >> 8));
    buf_byte(&languages, (char)((LONG - 285) & 0xFF));
    for (size_t i = 0; i < LONG; i++)
        buf_byte(&languages, 'x');
    one_node(&bytes, AS1, sizeof AS1 - 1);
    metadata(&bytes, "\0\0\0\1", languages.at, languages.count);
    assert_refused(put_old("expanding.mmdb", bytes.at, bytes.count), "larger than any real ones");
    buf_free(&bytes);
    buf_free(&before);
    buf_free(&languages);
}

static void
find_endless_nesting_is_refused(void **state)
{
    (void)state;
    struct buf deep = {0}, bytes = {0};
    for (int i = 0; i < 1000 * 1000; i++) /* {x: {x: {x: ... */
        buf_bytes(&deep, "\xe1\x41x", 3);
    one_node(&bytes, deep.at, deep.count);
    metadata(&bytes, "\0\0\0\1", NO_LANGUAGES, 2);
    assert_refused(put_old("deep.mmdb", bytes.at, bytes.count), "its records are damaged");
    buf_clear(&bytes);

    static const char itself[] = "\xe1\x41x\x20\x00";
    one_node(&bytes, itself, sizeof itself - 1);
    metadata(&bytes, "\0\0\0\1", NO_LANGUAGES, 2);
    assert_refused(put_old("itself.mmdb", bytes.at, bytes.count), "its records are damaged");
    buf_free(&bytes);
    buf_free(&deep);
}

/* The tree of a readable database may still be broken further on. */
static void
find_in_damage_reports_fault(void **state)
{
    (void)state;
    struct buf bytes = {0};
    one_node(&bytes, AS1, sizeof AS1 - 1);
    metadata(&bytes, "\0\0\0\1", NO_LANGUAGES, 2);
    bytes.at[5] = 1 + 16 + 1; /* the upper half leads into the middle of the record */
    const char *path = put_old("half.mmdb", bytes.at, bytes.count);
    struct asndb *db = open_good(path);
    assert_record(db, "9.9.9.9", 1, "", "0.0.0.0/1");

    struct addr upper = addr_from_v4(0xCB007101);
    struct asndb_record record;
    struct fault fault;
    assert_false(asndb_find(db, &upper, &record, &fault));
    assert_non_null(strstr(fault.text, path));
    assert_non_null(strstr(fault.text, "its records are damaged"));
    asndb_close(db);
    buf_free(&bytes);
}

static void
assert_usual(const char *path)
{
    struct fault fault;
    struct asndb *db = asndb_open(NULL, &fault);
    assert_non_null(db);
    assert_string_equal(asndb_path(db), path);
    asndb_close(db);
}

/* ---- while another program writes ---- */

enum { LARGE = 1000 * 1000 }; /* some pieces of a reading */

/* Writes a database in which this AS announces everything. */
static const char *
put_large(const char *name, char digit)
{
    struct buf bytes = {0};
    one_node(&bytes, AS1, sizeof AS1 - 1);
    bytes.at[bytes.count - 1] = digit;
    memset(buf_room(&bytes, LARGE), 0, LARGE);
    bytes.count += LARGE;
    metadata(&bytes, "\0\0\0\1", NO_LANGUAGES, 2);
    const char *path = put_old(name, bytes.at, bytes.count);
    buf_free(&bytes);
    return path;
}

static enum asndb_progress
read_on(struct asndb_reader *reader, struct asndb **db, struct fault *fault)
{
    enum asndb_progress progress;
    do
        progress = asndb_reader_step(reader, 0, db, fault);
    while (progress == ASNDB_READING);
    return progress;
}

static void
file_written_over_later_changes_nothing(void **state)
{
    (void)state;
    struct asndb *db = open_good(put_large("live.mmdb", '1'));
    put_large("live.mmdb", '2');
    assert_record(db, "203.0.113.77", 1, "", "128.0.0.0/1");
    assert_int_equal(truncate(temp_dir_path("live.mmdb"), 0), 0);
    assert_record(db, "9.9.9.9", 1, "", "0.0.0.0/1");
    assert_true(find(db, "203.0.113.77", &(struct asndb_record){0}));
    asndb_close(db);
}

/* At whatever piece it is written over, cut or grows: the old and the new never mix. */
static void
file_changed_while_read_is_read_again(void **state)
{
    (void)state;
    for (int steps = 1; steps < 5; steps++)
        for (int how = 0; how < 3; how++) {
            struct asndb *db;
            struct fault fault;
            const char *path = put_large("live.mmdb", '1');
            struct asndb_reader *reader = asndb_reader_new(path);
            for (int i = 0; i < steps; i++)
                assert_int_equal(asndb_reader_step(reader, 0, &db, &fault), ASNDB_READING);
            if (how == 0)
                put_large("live.mmdb", '2');
            else
                assert_int_equal(truncate(path, how == 1 ? 0 : 2 * LARGE), 0);
            assert_int_equal(read_on(reader, &db, &fault), ASNDB_UNSETTLED);
            assert_null(db);
            assert_string_equal(fault.text, ""); /* it may be whole in a moment */
            put_large("live.mmdb", '2');
            assert_int_equal(read_on(reader, &db, &fault), ASNDB_NEW);
            assert_record(db, "203.0.113.77", 2, "", "128.0.0.0/1");
            asndb_close(db);
            asndb_reader_free(reader);
        }
}

static void
file_is_taken_once_and_faults_are_told_once(void **state)
{
    (void)state;
    struct asndb *db;
    struct fault fault;
    struct asndb_reader *reader = asndb_reader_new(put_large("live.mmdb", '1'));
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_NEW);
    asndb_close(db);
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_SAME);
    assert_string_equal(fault.text, "");
    put_old("live.mmdb", "junk", 4);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read_on(reader, &db, &fault), ASNDB_SAME);
        if (i == 0)
            assert_non_null(strstr(fault.text, "live.mmdb: not an MMDB file"));
        else
            assert_string_equal(fault.text, "");
    }
    put_large("live.mmdb", '3');
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_NEW);
    assert_record(db, "203.0.113.77", 3, "", "128.0.0.0/1");
    asndb_close(db);
    unlink(temp_dir_path("live.mmdb"));
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_SAME);
    assert_non_null(strstr(fault.text, "No such file"));
    asndb_reader_free(reader);
}

/* A write in the same tick of the system's clock leaves the file's times as they are. */
static void
file_just_written_is_not_trusted_yet(void **state)
{
    (void)state;
    struct asndb *db;
    struct fault fault;
    const char *path = put_large("live.mmdb", '1');
    struct asndb_reader *reader = asndb_reader_new(path);
    clock_fake(1000, INT64_C(1783361580000));
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){{1783361580, 0}, {1783361579, 990000000}}, 0), 0);
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_UNSETTLED);
    clock_fake(3000, INT64_C(1783361580000)); /* still: then the user hears of it, once */
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_UNSETTLED);
    assert_non_null(strstr(fault.text, "live.mmdb: it is being written"));
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_UNSETTLED);
    assert_string_equal(fault.text, "");
    clock_fake(3000, INT64_C(1783361580010));
    assert_int_equal(read_on(reader, &db, &fault), ASNDB_NEW);
    clock_real();
    asndb_close(db);
    asndb_reader_free(reader);
}

/* Without a disk for the copy it goes to memory. */
static void
copy_without_disk_goes_to_memory(void **state)
{
    (void)state;
    static const char *const folders[] = {"/nonexistent", "/proc", "/dev/full"};
    const char *path = put_large("live.mmdb", '1');
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        setenv("TMPDIR", folders[i], 1);
        struct asndb *db = open_good(path);
        assert_record(db, "203.0.113.77", 1, "", "128.0.0.0/1");
        asndb_close(db);
    }
    unsetenv("TMPDIR");
}

static void
open_usual_searches_usual_places(void **state)
{
    (void)state;
    const char *data = temp_dir_path("data [1]");
    char dir[340], path[400], broken[400];
    snprintf(dir, sizeof dir, "%s/whylisted", data);
    assert_int_equal(mkdir(data, 0700), 0);
    assert_int_equal(mkdir(dir, 0700), 0);
    setenv("XDG_DATA_HOME", data, 1);

    snprintf(path, sizeof path, "%s/asn.mmdb", dir);
    rename(copy_fixture("ipinfo-lite.mmdb", "moved"), path);
    assert_usual(path);

    snprintf(path, sizeof path, "%s/dbip-asn-lite-2026-05.mmdb", dir);
    rename(copy_fixture("ipv4-only.mmdb", "moved"), path);
    assert_usual(path);
    snprintf(path, sizeof path, "%s/dbip-asn-lite-2026-06.mmdb", dir);
    rename(copy_fixture("ipv4-only.mmdb", "moved"), path);
    assert_usual(path);

    /* a file that cannot be used is passed over, but not in silence */
    snprintf(broken, sizeof broken, "%s/GeoLite2-ASN.mmdb", dir);
    rename(copy_fixture("city.mmdb", "moved"), broken);
    assert_usual(path);
    struct fault fault;
    asndb_close(asndb_open(NULL, &fault));
    assert_non_null(strstr(fault.text, broken));

    rename(copy_fixture("geolite-asn.mmdb", "moved"), broken);
    assert_usual(broken);
    asndb_close(asndb_open(NULL, &fault));
    assert_string_equal(fault.text, "");
}

static void
open_usual_without_xdg_uses_home(void **state)
{
    (void)state;
    static const char *const parts[] = {"home", "home/.local", "home/.local/share", "home/.local/share/whylisted"};
    const char *path = temp_dir_path("home/.local/share/whylisted/asn.mmdb");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_int_equal(mkdir(temp_dir_path(parts[i]), 0700), 0);
    setenv("HOME", temp_dir_path("home"), 1);
    rename(copy_fixture("geolite-asn.mmdb", "moved"), path);

    unsetenv("XDG_DATA_HOME");
    assert_usual(path);
    setenv("XDG_DATA_HOME", "relative/path", 1);
    assert_usual(path);
}

static void
real_database(void **state)
{
    (void)state;
    struct asndb *db = open_good(REAL_DATA("asn-2026-06.mmdb"));
    static const struct {
        const char *address;
        uint32_t asn;
    } known[] = {
        {"36.37.203.5", 38623},          {"104.131.101.59", 14061},       {"146.70.235.10", 9009},
        {"2001:4860:4860::8888", 15169}, {"2606:4700:4700::1111", 13335},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct asndb_record record;
        struct addr addr;
        assert_true(find(db, known[i].address, &record));
        assert_int_equal(record.asn, known[i].asn);
        assert_string_not_equal(record.org, "");
        addr_parse(known[i].address, &addr);
        assert_true(prefix_holds(&record.record, &addr));
    }
    assert_record(db, "36.37.203.5", 38623, "VIETTEL (CAMBODIA) PTE., LTD", "36.37.128.0/17");
    asndb_close(db);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geolite_and_dbip_records),
        cmocka_unit_test(ipv6_records),
        cmocka_unit_test(ipinfo_records),
        cmocka_unit_test(org_with_control_bytes_is_cleaned),
        cmocka_unit_test(database_metadata_is_reported),
        cmocka_unit_test(open_other_file_is_refused),
        cmocka_unit_test(open_pipe_is_refused_at_once),
        cmocka_unit_test(open_other_database_names_its_type),
        cmocka_unit_test(fault_path_is_cleaned),
        cmocka_unit_test(open_cut_file_is_refused),
        cmocka_unit_test(find_in_zeroed_middle_is_fault),
        cmocka_unit_test(find_with_any_flipped_byte_survives),
        cmocka_unit_test(open_cyclic_tree_is_refused),
        cmocka_unit_test(open_handmade_database_answers),
        cmocka_unit_test(open_absurd_node_count_is_refused),
        cmocka_unit_test(open_empty_metadata_is_refused),
        cmocka_unit_test(open_exploding_metadata_is_refused),
        cmocka_unit_test(open_metadata_expanding_by_pointers_is_refused),
        cmocka_unit_test(number_of_any_type_is_read),
        cmocka_unit_test(number_inside_traits_is_read),
        cmocka_unit_test(find_endless_nesting_is_refused),
        cmocka_unit_test(find_in_damage_reports_fault),
        cmocka_unit_test(file_written_over_later_changes_nothing),
        cmocka_unit_test(file_changed_while_read_is_read_again),
        cmocka_unit_test(file_is_taken_once_and_faults_are_told_once),
        cmocka_unit_test(file_just_written_is_not_trusted_yet),
        cmocka_unit_test(copy_without_disk_goes_to_memory),
        cmocka_unit_test(open_usual_searches_usual_places),
        cmocka_unit_test(open_usual_without_xdg_uses_home),
        cmocka_unit_test(real_database),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}
