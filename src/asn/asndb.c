#include "asn/asndb.h"

#include "asn/asndb_tree.h"
#include "asn/mmdb_check.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The library maps a private copy of the file and searches its tree, after mmdb_check has found the metadata sound.
 * mmdb_check reads the records. */

enum {
    PROBE_LOOKUPS = 4096, /* steps through the address space to find a record that shows the shape */
};

/* The keys of a record: its ASN, its name, and the key of its name if that one is missing. */
enum { SHAPE_KEYS = 3 };

struct shape {
    struct mmdb_check_key inside; /* the map in the record that has the keys; no name: the record itself */
    struct mmdb_check_key keys[SHAPE_KEYS];
};

#define KEY(name)                                                                                                      \
    {                                                                                                                  \
        name, sizeof name - 1, 0                                                                                       \
    }

#define NONE                                                                                                           \
    {                                                                                                                  \
        NULL, 0, 0                                                                                                     \
    }

static const struct shape shapes[] = {
    {NONE, {KEY("autonomous_system_number"), KEY("autonomous_system_organization"), NONE}}, /* GeoLite2, DB-IP Lite */
    {NONE, {KEY("asn"), KEY("as_name"), KEY("name")}}, /* IPinfo Lite, IPinfo ASN */
    {KEY("traits"),                                    /* GeoIP2 Enterprise, DB-IP IP-to-ISP */
     {KEY("autonomous_system_number"), KEY("autonomous_system_organization"), NONE}},
};

struct asndb {
    MMDB_s mmdb;
    char *path; /* as given */
    char *type; /* clean */
    struct shape shape;
    struct stat status;
};

/* How databases are sent: what such a file begins with, or has at some place, and what to do with it. */
static const struct package {
    size_t at, count;
    const char *magic, *what;
} packages[] = {
    {257, 5, "ustar", "a tar archive: unpack it with tar xf and name the .mmdb file in it"}, /* MaxMind's download */
    {0, 2, "\x1f\x8b", "still packed: unpack it with gunzip (a .tar.gz with tar xzf) and name the .mmdb file"},
    {0, 4, "PK\3\4", "a zip archive: unpack it with unzip and name the .mmdb file in it"},
    {0, 3, "BZh", "still packed: unpack it with bunzip2"},
    {0, 6,
     "\xFD"
     "7zXZ",
     "still packed: unpack it with unxz"},
    {0, 4, "\x28\xB5\x2F\xFD", "still packed: unpack it with unzstd"},
};

enum { PACKAGES = sizeof packages / sizeof packages[0], HEAD = 512 };

/* Checks a file before the library sees it. Returns false with the reason in `why`. */
static bool
check_content(int fd, struct buf *why)
{
    struct stat status = {0};
    bool sound = false;
    uint8_t *tail = mem_alloc(MMDB_CHECK_TAIL), head[HEAD] = {0};
    fstat(fd, &status);
    size_t size = (size_t)status.st_size, want = size < MMDB_CHECK_TAIL ? size : MMDB_CHECK_TAIL, got = 0;
    ssize_t bytes = 1;
    while (got < want && (bytes = pread(fd, tail + got, want - got, (off_t)(size - want + got))) > 0)
        got += (size_t)bytes;
    if (pread(fd, head, sizeof head, 0) < 0)
        bytes = -1;
    size_t packed = 0;
    while (packed < PACKAGES && memcmp(head + packages[packed].at, packages[packed].magic, packages[packed].count) != 0)
        packed++;
    if (bytes < 0)
        buf_text(why, strerror(errno));
    else if (size == 0)
        buf_text(why, "not an MMDB file (it is empty)");
    else if (packed < PACKAGES)
        buf_text(why, packages[packed].what);
    else
        sound = mmdb_check_tail(tail, got, size, why);
    free(tail);
    return sound;
}

/* Finds the offset of an address's record, and the length of the record, or of the gap, as a prefix of the address's
 * own family. Returns false if it has no record; *problem is set if the tree is damaged. */
static bool
look_up(const MMDB_s *mmdb, const struct addr *addr, size_t *offset, unsigned *length, const char **problem)
{
    *problem = NULL;
    *length = 0;
    bool v4 = addr->family == ADDR_V4;
    if (!v4 && mmdb->metadata.ip_version == 4)
        return false;

    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    memcpy(&in.sin_addr, addr->bytes, sizeof in.sin_addr);
    memcpy(&in6.sin6_addr, addr->bytes, sizeof in6.sin6_addr);
    int error = MMDB_SUCCESS;
    MMDB_lookup_result_s found =
        MMDB_lookup_sockaddr(mmdb, v4 ? (struct sockaddr *)&in : (struct sockaddr *)&in6, &error);

    /* an IPv6 tree has the IPv4 addresses under ::/96 */
    unsigned above = v4 && mmdb->metadata.ip_version == 6 ? 96 : 0;
    *length = found.netmask > above ? found.netmask - above : 0;
    *offset = found.entry.offset;
    if (error != MMDB_SUCCESS)
        *problem = "its search tree is damaged";
    else if (found.found_entry && *offset >= mmdb->data_section_size)
        *problem = "its search tree is damaged (it does not end)";
    return found.found_entry && *problem == NULL;
}

static const char DAMAGED_RECORDS[] = "its records are damaged";

/* Returns a number, or that of "AS64500" or "64500"; 0 = neither. */
static uint32_t
asn_of(const struct mmdb_check_field *field)
{
    if (!field->text)
        return field->number;
    size_t i = field->text_count >= 2 && strncasecmp(field->text, "AS", 2) == 0 ? 2 : 0;
    uint64_t number = 0;
    for (; i < field->text_count; i++) {
        if (!isdigit((unsigned char)field->text[i]) || number > UINT32_MAX)
            return 0;
        number = number * 10 + (uint64_t)(field->text[i] - '0');
    }
    return number <= UINT32_MAX ? (uint32_t)number : 0;
}

/* Looks the keys of a shape up. Returns false if the record is damaged. */
static bool
read_fields(const MMDB_s *mmdb, size_t offset, const struct shape *shape, struct mmdb_check_field *fields)
{
    const uint8_t *data = mmdb->data_section;
    if (shape->inside.name) {
        struct mmdb_check_field outer;
        if (!mmdb_check_record(data, mmdb->data_section_size, offset, &shape->inside, 1, &outer))
            return false;
        memset(fields, 0, SHAPE_KEYS * sizeof *fields);
        if (!outer.map)
            return true;
        offset = outer.map;
    }
    return mmdb_check_record(data, mmdb->data_section_size, offset, shape->keys, SHAPE_KEYS, fields);
}

bool
asndb_read(const struct asndb *db, size_t offset, struct asndb_value *out)
{
    struct mmdb_check_field fields[SHAPE_KEYS];
    if (!read_fields(&db->mmdb, offset, &db->shape, fields))
        return false;
    const struct mmdb_check_field *org = fields[1].text ? &fields[1] : &fields[2];
    *out = (struct asndb_value){
        .asn = asn_of(&fields[0]), .org = org->text ? org->text : "", .org_count = org->text_count};
    return true;
}

/* Recognises the shape by the keys of a record that has an ASN. Other records spell the keys at the same places. */
static bool
recognise_record(const MMDB_s *mmdb, size_t offset, struct shape *out, const char **problem)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct mmdb_check_field fields[SHAPE_KEYS];
        if (!read_fields(mmdb, offset, &shapes[i], fields)) {
            *problem = DAMAGED_RECORDS;
            return false;
        }
        if (asn_of(&fields[0]) == 0)
            continue;
        *out = shapes[i];
        for (size_t key = 0; key < SHAPE_KEYS; key++)
            out->keys[key].spelt = fields[key].spelt;
        return true;
    }
    return false;
}

/* Steps from block to block through the IPv4 space until a record shows the shape. */
static bool
recognise(const MMDB_s *mmdb, struct shape *out, const char **problem)
{
    uint64_t at = 0;
    unsigned length;
    for (int i = 0; i < PROBE_LOOKUPS && at <= UINT32_MAX; i++) {
        struct addr addr = addr_from_v4((uint32_t)at);
        size_t offset;
        if (look_up(mmdb, &addr, &offset, &length, problem) && recognise_record(mmdb, offset, out, problem))
            return true;
        if (*problem != NULL)
            return false;
        at += UINT64_C(1) << (32 - length);
    }
    return false;
}

/* The library opens files by name only. */
static int
open_descriptor(int fd, MMDB_s *mmdb)
{
    static const char *const folders[] = {"/proc/self/fd", "/dev/fd"};
    int error = MMDB_FILE_OPEN_ERROR;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && error != MMDB_SUCCESS; i++) {
        struct buf name = {0};
        buf_format(&name, "%s/%d", folders[i], fd);
        error = MMDB_open(name.at, MMDB_MODE_MMAP, mmdb);
        buf_free(&name);
    }
    return error;
}

struct asndb *
asndb_adopt(int fd, const char *path, const struct stat *status, struct fault *fault)
{
    struct buf why = {0};
    fault->text[0] = '\0';
    if (!check_content(fd, &why)) {
        fault_set(fault, "cannot open %s: %s", path, buf_string(&why));
        buf_free(&why);
        close(fd);
        return NULL;
    }
    struct asndb *db = mem_zero(sizeof *db);
    db->path = mem_copy(path);
    db->status = *status;
    int error = open_descriptor(fd, &db->mmdb);
    close(fd);
    if (error != MMDB_SUCCESS) {
        memset(&db->mmdb, 0, sizeof db->mmdb); /* the library has freed what it points at */
        fault_set(fault, "cannot open %s: %s", path, MMDB_strerror(error));
    } else {
        const char *type = db->mmdb.metadata.database_type, *problem = NULL;
        db->type = text_clean_copy(type, strlen(type));
        if (recognise(&db->mmdb, &db->shape, &problem))
            return db;
        if (problem)
            fault_set(fault, "cannot use %s: %s", path, problem);
        else
            fault_set(fault, "cannot use %s: it is no ASN database but of type \"%s\"", path, db->type);
    }
    asndb_close(db);
    return NULL;
}

void
asndb_close(struct asndb *db)
{
    if (db == NULL)
        return;
    MMDB_close(&db->mmdb);
    free(db->path);
    free(db->type);
    free(db);
}

bool
asndb_find(const struct asndb *db, const struct addr *addr, struct asndb_record *out, struct fault *fault)
{
    struct asndb_value value;
    size_t offset;
    unsigned length;
    const char *problem;
    fault->text[0] = '\0';
    memset(out, 0, sizeof *out);
    bool found = look_up(&db->mmdb, addr, &offset, &length, &problem);
    if (found && !asndb_read(db, offset, &value))
        problem = DAMAGED_RECORDS;
    if (problem != NULL)
        return fault_set(fault, "cannot read %s: %s", db->path, problem);
    if (found) {
        out->asn = value.asn;
        text_clean_into(out->org, sizeof out->org, value.org, value.org_count);
        out->record = prefix_around(addr, length);
    }
    return found;
}

struct asndb_tree
asndb_tree(const struct asndb *db)
{
    const MMDB_metadata_s *metadata = &db->mmdb.metadata;
    return (struct asndb_tree){
        .nodes = db->mmdb.file_content,
        .node_count = metadata->node_count,
        .record_bits = metadata->record_size,
        .ipv4_depth = metadata->ip_version == 6 ? 96 : 0,
        .data_count = db->mmdb.data_section_size,
    };
}

const struct stat *
asndb_status(const struct asndb *db)
{
    return &db->status;
}

void
asndb_rest(const struct asndb *db)
{
    madvise((void *)db->mmdb.file_content, (size_t)db->mmdb.file_size, MADV_DONTNEED);
}

const char *
asndb_path(const struct asndb *db)
{
    return db->path;
}

const char *
asndb_type(const struct asndb *db)
{
    return db->type;
}

int64_t
asndb_built_ms(const struct asndb *db)
{
    uint64_t seconds = db->mmdb.metadata.build_epoch;
    return seconds < INT64_MAX / 1000 ? (int64_t)seconds * 1000 : INT64_MAX;
}
