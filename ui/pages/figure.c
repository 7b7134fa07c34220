#include "pages/figure.h"

#include "base/clock.h"
#include "base/text.h"
#include "verdict/evidence.h"

enum { HOUR_MS = 60 * 60 * 1000, DAY_HOURS = 24 };

void
figure_count(struct buf *out, int64_t count, const char *one, const char *many)
{
    text_number(out, count);
    buf_format(out, " %s", count == 1 ? one : many);
}

void
figure_share(struct buf *out, uint64_t part, uint64_t whole)
{
    double share = whole > 0 ? 100 * (double)part / (double)whole : 0;
    if (part > 0 && share < 0.1)
        buf_text(out, "<0.1 %");
    else
        buf_format(out, "%.1f %%", share);
}

void
figure_times(struct buf *out, double times)
{
    buf_format(out, times >= 10 ? "%.0fx" : "%.1fx", times);
}

/* Rounds to hours, so that a screen that does not change stays true for a while. */
void
figure_age(struct buf *out, struct data_date date)
{
    int64_t hours = data_date_age_ms(date) / HOUR_MS;
    if (data_date_age(date) > DATA_STALE) {
        data_date_put(out, date);
        return;
    }
    if (hours < 1)
        buf_text(out, "under 1 h old");
    else if (hours < 2 * DAY_HOURS)
        buf_format(out, "%lld h old", (long long)hours);
    else
        buf_format(out, "%lld d old", (long long)hours / DAY_HOURS);
    buf_text(out, date.by == DATED_BY_FILE ? " by its file time" : "");
}

void
figure_zones(struct buf *out, const struct zone_set *zones)
{
    const struct zone_file *oldest = NULL;
    for (unsigned level = 1; zones && level <= LIST_LEVELS; level++) {
        const struct zone_file *zone = zone_set_level(zones, level);
        if (zone && (!oldest || data_date_age_ms(zone_file_date(zone)) > data_date_age_ms(zone_file_date(oldest))))
            oldest = zone;
    }
    if (!oldest)
        return;
    buf_text(out, "zones ");
    figure_age(out, zone_file_date(oldest));
}

bool
figure_sources(struct buf *out, const struct zone_set *zones, const struct asn_data *asns)
{
    bool fresh = true;
    for (unsigned level = 1; zones && level <= LIST_LEVELS; level++) {
        const struct zone_file *zone = zone_set_level(zones, level);
        bool doubted = zone_set_doubt(zones, catalogue_level(zone_set_catalogue(zones), level));
        if (doubted)
            buf_format(out, "%s L%u not used", out->count > 0 ? "," : "Zones:", level);
        fresh &= !doubted;
        if (!zone)
            continue;
        struct data_date date = zone_file_date(zone);
        bool stale = data_date_age(date) == DATA_STALE;
        size_t skipped = zone_file_warning_count(zone);
        buf_format(out, "%s L%u ", out->count > 0 ? "," : "Zones:", level);
        figure_age(out, date);
        buf_text(out, stale && skipped > 0 ? " (stale, " : stale ? " (stale" : skipped > 0 ? " (" : "");
        if (skipped > 0)
            figure_count(out, (int64_t)skipped, "line skipped", "lines skipped");
        buf_text(out, stale || skipped > 0 ? ")" : "");
        fresh &= data_date_age(date) == DATA_FRESH;
    }
    if (asns && asns->path) {
        char dated[CLOCK_TEXT];
        int64_t days = asn_data_age_days(asns);
        clock_rfc3339(asns->dated_ms, dated);
        buf_format(out, "%s%s of %.10s", out->count > 0 ? "; " : "",
                   asns->is_announced ? "announced prefixes" : "ASN database", dated);
        if (asns->is_announced)
            buf_format(out, " (%s)", asns->type);
        if (days > ASNDB_STALE_DAYS)
            buf_format(out, " (%lld days old)", (long long)days);
        fresh &= days <= ASNDB_STALE_DAYS;
    }
    return fresh;
}
