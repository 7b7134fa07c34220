/* Any bytes as an ASN database, walked in slices. What comes out is in order, and the same as single questions find. */
#include "fuzz.h"

#include "asn/asn_bulk.h"
#include "asn/asn_table.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void
check_range(const struct asndb *db, const struct asn_table *map, size_t asn, const struct prefix *range)
{
    uint32_t first = addr_to_v4(&range->addr), last = (uint32_t)(first + prefix_size(range) - 1);
    struct prefix same;
    struct asndb_record record;
    struct fault fault;
    size_t owner;
    FUZZ_CHECK(asn_table_locate(map, first, &owner, NULL) && owner == asn);
    FUZZ_CHECK(asn_table_locate(map, last, &owner, &same) && owner == asn && prefix_equal(&same, range));
    FUZZ_CHECK(asndb_find(db, &range->addr, &record, &fault));
    FUZZ_CHECK(record.asn == asn_table_at(map, asn).number && prefix_equal(&record.record, range));
}

static void
check_asn(const struct asndb *db, const struct asn_table *map, size_t index)
{
    struct asn asn = asn_table_at(map, index);
    uint64_t addresses = 0, end = 0;
    size_t place;
    FUZZ_CHECK(asn.number > (index ? asn_table_at(map, index - 1).number : 0) && asn.range_count > 0);
    FUZZ_CHECK(asn_table_find(map, asn.number, &place) && place == index);
    for (size_t i = 0; i < asn.range_count; i++) {
        struct prefix range = asn_table_range(map, index, i);
        check_range(db, map, index, &range);
        FUZZ_CHECK(addr_to_v4(&range.addr) >= end);
        addresses += prefix_size(&range);
        end = addr_to_v4(&range.addr) + prefix_size(&range);
    }
    FUZZ_CHECK(asn.addresses == addresses);
}

static void
walk(const struct asndb *db)
{
    struct asn_table *map = asn_table_new(db, NULL);
    struct fault fault = {""};
    enum asn_table_progress progress;
    while ((progress = asn_table_step(map, 0, &fault)) == ASN_TABLE_WALKING)
        FUZZ_CHECK(asn_table_count(map) == 0);
    FUZZ_CHECK((progress == ASN_TABLE_FAILED) == (fault.text[0] != '\0'));
    for (size_t i = 0; i < asn_table_count(map); i++)
        check_asn(db, map, i);
    asn_table_free(map);
}

/* Whatever the database: many addresses at once find what each finds alone. */
static void
look_up(const struct asndb *db)
{
    enum { STEPS = 64 };
    struct asn_bulk *index = asn_bulk_new(db);
    struct addr addresses[ASN_BULK_MOST];
    const struct addr *asked[ASN_BULK_MOST];
    struct asn_bulk_record found[ASN_BULK_MOST];
    for (uint32_t step = 0; step < STEPS; step++) {
        for (uint32_t i = 0; i < ASN_BULK_MOST; i++) {
            addresses[i] = addr_from_v4((step * ASN_BULK_MOST + i) * UINT32_C(0x100101));
            asked[i] = &addresses[i];
        }
        asn_bulk_find(index, asked, ASN_BULK_MOST, found);
        for (size_t i = 0; i < ASN_BULK_MOST; i++) {
            struct asndb_record record;
            struct fault fault;
            asndb_find(db, asked[i], &record, &fault);
            FUZZ_CHECK(found[i].asn == record.asn && strcmp(found[i].org, record.org) == 0);
            FUZZ_CHECK(found[i].org_count == strlen(record.org));
        }
    }
    asn_bulk_free(index);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char path[64];
    int fd = memfd_create("asn.mmdb", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, count) == (ssize_t)count);
    futimens(fd, (struct timespec[2]){{0}}); /* old, so that no reading waits for more of it */
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);

    struct fault fault;
    struct asndb *db = asndb_open(path, &fault);
    if (db != NULL) {
        walk(db);
        look_up(db);
    }
    asndb_close(db);
    close(fd);
    return 0;
}
