/* Any bytes as an ASN database, walked in slices. What comes out is in order, and the same as single questions find. */
#include "fuzz.h"

#include "asn/asnindex.h"
#include "asn/asnmap.h"

#include <sys/mman.h>
#include <unistd.h>

static void
check_range(const struct asndb *db, const struct asnmap *map, size_t asn, const struct prefix *range)
{
    uint32_t first = addr_to_v4(&range->addr), last = (uint32_t)(first + prefix_size(range) - 1);
    struct prefix same;
    struct asndb_record record;
    struct fault fault;
    size_t owner;
    FUZZ_CHECK(asnmap_locate(map, first, &owner, NULL) && owner == asn);
    FUZZ_CHECK(asnmap_locate(map, last, &owner, &same) && owner == asn && prefix_equal(&same, range));
    FUZZ_CHECK(asndb_find(db, &range->addr, &record, &fault));
    FUZZ_CHECK(record.asn == asnmap_at(map, asn).number && prefix_equal(&record.record, range));
}

static void
check_asn(const struct asndb *db, const struct asnmap *map, size_t index)
{
    struct asn asn = asnmap_at(map, index);
    uint64_t addresses = 0, end = 0;
    size_t place;
    FUZZ_CHECK(asn.number > (index ? asnmap_at(map, index - 1).number : 0) && asn.range_count > 0);
    FUZZ_CHECK(asnmap_find(map, asn.number, &place) && place == index);
    for (size_t i = 0; i < asn.range_count; i++) {
        struct prefix range = asnmap_range(map, index, i);
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
    struct asnmap *map = asnmap_new(db);
    struct fault fault = {""};
    enum asnmap_progress progress;
    while ((progress = asnmap_step(map, 0, &fault)) == ASNMAP_WALKING)
        FUZZ_CHECK(asnmap_count(map) == 0);
    FUZZ_CHECK((progress == ASNMAP_FAILED) == (fault.text[0] != '\0'));
    for (size_t i = 0; i < asnmap_count(map); i++)
        check_asn(db, map, i);
    asnmap_free(map);
}

/* Whatever the database: many addresses at once find what each finds alone. */
static void
look_up(const struct asndb *db)
{
    enum { STEPS = 64 };
    struct asnindex *index = asnindex_new(db);
    struct addr addresses[ASNINDEX_MOST];
    const struct addr *asked[ASNINDEX_MOST];
    struct asnindex_record found[ASNINDEX_MOST];
    for (uint32_t step = 0; step < STEPS; step++) {
        for (uint32_t i = 0; i < ASNINDEX_MOST; i++) {
            addresses[i] = addr_from_v4((step * ASNINDEX_MOST + i) * UINT32_C(0x100101));
            asked[i] = &addresses[i];
        }
        asnindex_find(index, asked, ASNINDEX_MOST, found);
        for (size_t i = 0; i < ASNINDEX_MOST; i++) {
            struct asndb_record record;
            struct fault fault;
            asndb_find(db, asked[i], &record, &fault);
            FUZZ_CHECK(found[i].asn == record.asn && strcmp(found[i].org, record.org) == 0);
            FUZZ_CHECK(found[i].org_count == strlen(record.org));
        }
    }
    asnindex_free(index);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char path[64];
    int fd = memfd_create("asn.mmdb", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, count) == (ssize_t)count);
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
