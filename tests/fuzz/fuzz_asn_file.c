/* Any bytes as the parts of a compact file whose head and sum are right: it is refused, or all of it can be read. */
#include "fuzz.h"

#include "asn/allocations.h"
#include "asn/asn_file.h"
#include "asn/asn_table.h"

#include <unistd.h>

static void
read_announced(const char *path)
{
    struct fault fault = {""};
    struct asn_table *table = asn_table_open(path, &fault);
    enum asn_table_progress progress = ASN_TABLE_FAILED;
    while (table && (progress = asn_table_step(table, 0, &fault)) == ASN_TABLE_WALKING)
        FUZZ_CHECK(asn_table_count(table) == 0);
    FUZZ_CHECK((progress == ASN_TABLE_FAILED) == (*fault.text != '\0'));
    for (size_t i = 0; table && i < asn_table_count(table); i++) {
        struct asn asn = asn_table_at(table, i);
        for (size_t k = 0; k < asn.range_count; k++)
            FUZZ_CHECK(asn_table_range(table, i, k).length <= 32);
        asn_table_matches(table, i, "x");
    }
    for (uint32_t i = 0; table && i < 256; i++) {
        struct addr four = addr_from_v4(i * UINT32_C(0x1010101)), six = addr_from_high(i * UINT64_C(0x101010101010101));
        struct asn_announced found;
        if (asn_table_announced(table, &four, &found))
            FUZZ_CHECK(prefix_holds(&found.prefix, &four) && found.count > 0);
        if (asn_table_announced(table, &six, &found))
            FUZZ_CHECK(prefix_holds(&found.prefix, &six) && found.count > 0);
        if (progress == ASN_TABLE_READY)
            FUZZ_CHECK(asn_table_next(table, addr_to_v4(&four)) > addr_to_v4(&four));
    }
    asn_table_free(table);
}

static void
read_allocations(const char *path)
{
    struct fault fault = {""};
    struct allocations *all = allocations_open(path, &fault);
    while (all && allocations_step(all, &fault))
        ;
    for (uint32_t i = 0; all && i < 256; i++) {
        struct addr four = addr_from_v4(i * UINT32_C(0x1010101)), six = addr_from_high(i * UINT64_C(0x101010101010101));
        struct allocation block;
        char text[ALLOCATION_TEXT];
        if (allocations_find(all, &four, &block))
            FUZZ_CHECK(*allocation_text(&block, text) && *block.registry);
        if (allocations_find(all, &six, &block))
            FUZZ_CHECK(*allocation_text(&block, text) && *block.registry);
    }
    allocations_free(all);
}

/* A byte of the kind, one of each count, then the parts. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char path[64];
    struct asn_file file;
    struct fault fault;
    if (count < 1 + ASN_FILE_COUNTS)
        return 0;
    enum asn_file_kind kind = data[0] % 2 ? ASN_FILE_ALLOCATIONS : ASN_FILE_ANNOUNCED;
    size_t parts = count - 1 - ASN_FILE_COUNTS;
    asn_file_new(&file, kind, parts);
    struct asn_file_head *head = (void *)file.bytes;
    for (size_t i = 0; i < ASN_FILE_COUNTS; i++)
        head->counts[i] = data[1 + i] < 255 ? data[1 + i] : UINT32_MAX;
    memcpy(head + 1, data + 1 + ASN_FILE_COUNTS, parts);
    snprintf(path, sizeof path, "/tmp/whylisted-fuzz-%ld.asn", (long)getpid());
    while (asn_file_write(&file, path, false, &fault))
        ;
    asn_file_close(&file);
    FUZZ_CHECK(!*fault.text);
    if (kind == ASN_FILE_ANNOUNCED)
        read_announced(path);
    else
        read_allocations(path);
    unlink(path);
    return 0;
}
