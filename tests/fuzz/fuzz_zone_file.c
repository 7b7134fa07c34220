#include "base/addr.h"
#include "fuzz.h"
#include "zones/zone_file.h"

enum { ROOM = 32, TEXT_MOST = 255 };

static bool
is_same_row(const struct zone_file_row *a, const struct zone_file_row *b)
{
    return a->excluded == b->excluded && prefix_equal(&a->prefix, &b->prefix) && a->text_count == b->text_count &&
           memcmp(a->text, b->text, a->text_count) == 0;
}

/* What holds of the rows around any address. */
static void
check_address(const struct zone_file *zone, uint32_t address)
{
    struct zone_file_row all[ROOM], some[ROOM];
    struct addr addr = addr_from_v4(address);
    size_t found = zone_file_find(zone, address, all, ROOM), answered = zone_file_answer(zone, address, some, ROOM);
    FUZZ_CHECK(zone_file_find(zone, address, NULL, 0) == found);
    FUZZ_CHECK(zone_file_lists(zone, address) == (answered > 0));
    FUZZ_CHECK(answered <= found);
    FUZZ_CHECK(zone_file_count(zone, address, address, NULL) <= answered);
    for (size_t i = 0; i < found && i < ROOM; i++) {
        FUZZ_CHECK(prefix_holds(&all[i].prefix, &addr));
        FUZZ_CHECK(i == 0 || prefix_covers(&all[i].prefix, &all[i - 1].prefix));
    }
    for (size_t i = 0; i < answered && i < ROOM; i++) {
        struct buf text = {0};
        FUZZ_CHECK(!some[i].excluded);
        FUZZ_CHECK(found > ROOM || is_same_row(&some[i], &all[i]));
        zone_file_text(zone, &some[i], address, &text);
        FUZZ_CHECK(text.count < TEXT_MOST && some[i].text_count <= TEXT_MOST);
        buf_free(&text);
    }
}

static void
check_around(const struct zone_file *zone, const struct prefix *prefix)
{
    uint32_t first = addr_to_v4(&prefix->addr), last = first + (uint32_t)(prefix_size(prefix) - 1);
    check_address(zone, first);
    check_address(zone, first - 1);
    check_address(zone, first + (last - first) / 2);
    check_address(zone, last);
    check_address(zone, last + 1);
}

static void
check_addresses(const struct zone_file *zone)
{
    size_t count, from;
    const uint32_t *at = zone_file_addresses(zone, &count);
    FUZZ_CHECK(zone_file_count(zone, 0, UINT32_MAX, NULL) == count);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(i == 0 || at[i - 1] < at[i]);
        FUZZ_CHECK(zone_file_lists(zone, at[i]));
        FUZZ_CHECK(zone_file_count(zone, at[i], UINT32_MAX, &from) == count - i && from == i);
        struct addr addr = addr_from_v4(at[i]);
        struct prefix prefix = prefix_around(&addr, 32);
        check_around(zone, &prefix);
    }
}

static void
check_rows(const struct zone_file *zone)
{
    size_t count = zone_file_row_count(zone);
    for (size_t i = 0; i < count; i++) {
        struct zone_file_row row = zone_file_row_at(zone, i);
        struct prefix exact = prefix_around(&row.prefix.addr, row.prefix.length);
        FUZZ_CHECK(!row.excluded && row.prefix.length < 32 && prefix_equal(&exact, &row.prefix));
        if (i > 0) {
            struct zone_file_row before = zone_file_row_at(zone, i - 1);
            FUZZ_CHECK(prefix_compare(&before.prefix, &row.prefix) <= 0);
        }
        size_t from = zone_file_row_from(zone, addr_to_v4(&row.prefix.addr));
        struct zone_file_row first = zone_file_row_at(zone, from);
        FUZZ_CHECK(from <= i && addr_equal(&first.prefix.addr, &row.prefix.addr));
        check_around(zone, &row.prefix);
    }
}

static void
check_warnings(const struct zone_file *zone)
{
    size_t count = zone_file_warning_count(zone), last = 1;
    for (size_t i = 0; i < count && i < ZONE_FILE_WARNINGS; i++) {
        struct zone_file_warning w = zone_file_warning_at(zone, i);
        FUZZ_CHECK(w.line >= last && w.why[0]);
        for (const char *s = w.text; *s; s++)
            FUZZ_CHECK((unsigned char)*s >= ' ' && *s != 0x7F);
        last = w.line;
    }
}

/* The zone is the same wherever in the file its lines are: behind a comment so long that the pieces in which a file is
 * read end elsewhere. */
static void
check_pieces(const struct zone_file *zone, const uint8_t *data, size_t count)
{
    enum { PIECE = 32 * 1024 };
    struct fault fault;
    size_t pad = PIECE - count / 2, a, b;
    char *bytes = malloc(pad + count);
    FUZZ_CHECK(bytes);
    memset(bytes, '#', pad - 1);
    bytes[pad - 1] = '\n';
    memcpy(bytes + pad, data, count);
    struct zone_file *other = zone_file_parse(bytes, pad + count, &fault);
    FUZZ_CHECK(other);
    const uint32_t *x = zone_file_addresses(zone, &a), *y = zone_file_addresses(other, &b);
    FUZZ_CHECK(a == b && (a == 0 || memcmp(x, y, a * sizeof *x) == 0));
    FUZZ_CHECK(zone_file_row_count(zone) == zone_file_row_count(other));
    FUZZ_CHECK(zone_file_warning_count(zone) == zone_file_warning_count(other));
    for (size_t i = 0; i < zone_file_row_count(zone); i++) {
        struct zone_file_row one = zone_file_row_at(zone, i), two = zone_file_row_at(other, i);
        FUZZ_CHECK(is_same_row(&one, &two));
    }
    if (zone_file_warning_count(zone))
        FUZZ_CHECK(zone_file_warning_at(zone, 0).line + 1 == zone_file_warning_at(other, 0).line);
    zone_file_free(other);
    free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    enum { PIECES_MOST = 8192 };
    struct fault fault;
    struct zone_file *zone = zone_file_parse(data, count, &fault);
    FUZZ_CHECK((zone == NULL) == (fault.text[0] != '\0'));
    if (zone == NULL)
        return 0;
    check_addresses(zone);
    check_rows(zone);
    check_warnings(zone);
    check_address(zone, 0);
    check_address(zone, UINT32_MAX);
    for (size_t i = 0; i + 4 <= count; i += 4)
        check_address(zone,
                      (uint32_t)data[i] << 24 | (uint32_t)data[i + 1] << 16 | (uint32_t)data[i + 2] << 8 | data[i + 3]);
    if (count > 0 && count < PIECES_MOST)
        check_pieces(zone, data, count);
    zone_file_free(zone);
    return 0;
}
