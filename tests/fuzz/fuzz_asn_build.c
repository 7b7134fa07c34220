/* Any bytes as a dump of announced prefixes, and as statistics of the registries. What is made of them can be read, and
 * finds what it lists. */
#include "fuzz.h"

#include "asn/allocations.h"
#include "asn/asn_build.h"
#include "asn/asn_table.h"

#include <sys/mman.h>
#include <unistd.h>

static void
check_as(const struct asn_table *table, size_t index)
{
    struct asn asn = asn_table_at(table, index);
    uint64_t sum = 0;
    FUZZ_CHECK(asn.number > (index ? asn_table_at(table, index - 1).number : 0) && asn.range_count > 0);
    for (size_t i = 0; i < asn.range_count; i++) {
        struct prefix range = asn_table_range(table, index, i), found;
        struct asn_announced announced;
        size_t owner;
        uint32_t first = addr_to_v4(&range.addr);
        FUZZ_CHECK(asn_table_locate(table, first, &owner, &found) && prefix_covers(&range, &found));
        FUZZ_CHECK(asn_table_announced(table, &range.addr, &announced) && prefix_equal(&announced.prefix, &found));
        FUZZ_CHECK(announced.origins[0] == asn_table_number(table, owner));
        FUZZ_CHECK(asn_table_next(table, first) <= first + prefix_size(&found));
        sum += prefix_size(&range);
    }
    FUZZ_CHECK(asn.addresses > 0 && asn.addresses <= sum);
}

static void
read_announced(const char *path)
{
    struct fault fault = {""};
    struct asn_table *table = asn_table_open(path, &fault);
    FUZZ_CHECK(table && asn_table_step(table, INT64_MAX, &fault) == ASN_TABLE_READY);
    for (size_t i = 0; i < asn_table_count(table); i++)
        check_as(table, i);
    asn_table_free(table);
}

static void
read_allocations(const char *path)
{
    struct fault fault = {""};
    struct allocations *all = allocations_open(path, &fault);
    FUZZ_CHECK(all);
    while (allocations_step(all, &fault))
        ;
    FUZZ_CHECK(!*fault.text);
    for (uint32_t i = 0; i < 256; i++) {
        struct addr address = addr_from_v4(i * UINT32_C(0x1010101));
        struct allocation block;
        char text[ALLOCATION_TEXT];
        if (!allocations_find(all, &address, &block))
            continue;
        FUZZ_CHECK(addr_compare(&block.first, &address) <= 0 && addr_compare(&address, &block.last) <= 0);
        FUZZ_CHECK(*allocation_text(&block, text));
    }
    allocations_free(all);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char path[64], to[64];
    const char *dumps[] = {path};
    int fd = memfd_create("dump", MFD_CLOEXEC);
    struct asn_built built;
    struct fault fault = {""};
    FUZZ_CHECK(fd >= 0 && write(fd, data, count) == (ssize_t)count);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(to, sizeof to, "/tmp/whylisted-fuzz-%ld.asn", (long)getpid());
    bool made = asn_build_announced(dumps, 1, path, to, &built, &fault);
    FUZZ_CHECK(made == !*fault.text && (!made || built.rows > 0));
    if (made)
        read_announced(to);
    made = asn_build_allocations(path, to, &built, &fault);
    if (made)
        read_allocations(to);
    unlink(to);
    close(fd);
    return 0;
}
