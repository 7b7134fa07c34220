#include "zones/zone_health.h"

#include "base/clock.h"
#include "base/text.h"

enum { REJECTED_IN = 100 }; /* one line in so many may be junk, as in the operator's own files */

static void
judge_lines(const struct zone_file *file, struct buf *why)
{
    struct zone_file_quality quality = zone_file_quality(file);
    if (quality.is_cut) {
        buf_text(why, "its zone file ends within a line, so it is only half written" DATA_DATE_CURE);
    } else if (quality.has_nul) {
        buf_text(why, "its zone file has NUL bytes in it, so it is damaged" DATA_DATE_CURE);
    } else if (quality.includes) {
        buf_text(why,
                 "its zone file names another file by $INCLUDE, which is not read; put the entries of both in one");
    } else if (quality.rejected * REJECTED_IN > quality.lines) {
        struct zone_file_warning first = zone_file_warning_at(file, 0);
        text_number(why, (int64_t)quality.rejected);
        buf_text(why, " of the ");
        text_number(why, (int64_t)quality.lines);
        buf_format(why, " lines of its zone file are not understood, first line %zu: %s" DATA_DATE_CURE, first.line,
                   first.why);
    }
}

/* Compares with the test points, and looks for answers that are no listing on that list. */
static void
judge_answers(const struct zone_file *file, const struct list *list, struct buf *why)
{
    char text[ADDR_TEXT];
    for (size_t i = 0; i < list->points.count && why->count == 0; i++) {
        const struct test_point *point = &list->points.at[i];
        if (point->address.family != ADDR_V4 || zone_file_lists(file, addr_to_v4(&point->address)) == point->listed)
            continue;
        addr_text(&point->address, text);
        if (point->listed)
            buf_format(why, "its zone file does not list the test point %s" DATA_DATE_CURE, text);
        else
            buf_format(why, "its zone file lists %s, the test point that is never listed" DATA_DATE_CURE, text);
    }
    struct zone_file_quality quality = zone_file_quality(file);
    for (size_t i = 0; i < quality.answer_count && why->count == 0; i++) {
        struct addr answer = addr_from_v4(quality.answers[i]);
        enum code_meaning meaning = return_codes_judge(&list->codes, &answer, 1);
        if (code_meaning_state(meaning) != STATE_LISTED)
            buf_format(why, "its zone file answers %s, which is no listing" DATA_DATE_CURE, addr_text(&answer, text));
        else if (!list->part && meaning != CODE_LISTED && list->scope != SCOPE_ALLOW)
            buf_format(why,
                       "its zone file has rows with %s, which are no listings for abuse, and the code of a row is not "
                       "kept here: only the DNS tells",
                       addr_text(&answer, text));
    }
}

/* As a random label of a DNSBL, most addresses must be clear. */
static void
judge_extent(const struct zone_file *file, struct buf *why)
{
    uint64_t covered = 0, next = 0; /* the first address behind the rows so far: rows nest or are apart */
    for (size_t i = 0; i < zone_file_row_count(file); i++) {
        struct prefix prefix = zone_file_row_at(file, i).prefix;
        if (addr_to_v4(&prefix.addr) < next)
            continue;
        covered += prefix_size(&prefix);
        next = addr_to_v4(&prefix.addr) + prefix_size(&prefix);
    }
    if (covered > UINT32_MAX / 2)
        buf_text(why, "its zone file lists more than half of all addresses" DATA_DATE_CURE);
}

char *
zone_health_doubt(const struct zone_file *file, const struct list *list)
{
    struct buf why = {0};
    judge_lines(file, &why);
    if (why.count == 0)
        judge_answers(file, list, &why);
    if (why.count == 0 && list->points.count > 0)
        judge_extent(file, &why);
    return why.count > 0 ? buf_take(&why) : NULL;
}

char *
zone_health_outdated(const struct zone_file *file, int64_t max_age_ms)
{
    struct buf why = {0};
    struct data_date date = zone_file_date(file);
    int64_t now = clock_wall_ms(), stamp = zone_file_quality(file).stamp_ms, expiry = zone_file_quality(file).expiry_ms;
    struct buf age = {0};
    if (stamp > now) {
        buf_text(&why, "its zone file is from the future by its $TIMESTAMP, ");
        text_duration(&why, stamp - now);
        buf_text(&why, " ahead; check the clock of this machine");
    } else if (expiry > 0 && expiry < now) {
        buf_text(&why, "its zone file expired ");
        text_duration(&why, now - expiry);
        buf_text(&why, " ago by its $TIMESTAMP" DATA_DATE_CURE);
    } else if (data_date_exceeds(date, max_age_ms, &age)) {
        buf_format(&why, "its zone file is %s" DATA_DATE_CURE, buf_string(&age));
    }
    buf_free(&age);
    return why.count > 0 ? buf_take(&why) : NULL;
}

size_t
zone_health_entries(const struct zone_file *file)
{
    size_t count;
    zone_file_addresses(file, &count);
    return count + zone_file_row_count(file);
}

char *
zone_health_shrunk(size_t has, size_t had)
{
    enum { SMALL = 100 };
    struct buf why = {0};
    if (had < SMALL || has >= had / 2)
        return NULL;
    buf_text(&why, "its zone file has only ");
    text_number(&why, (int64_t)has);
    buf_text(&why, " entries, and the last sound one had ");
    text_number(&why, (int64_t)had);
    buf_text(&why, DATA_DATE_CURE);
    return buf_take(&why);
}
