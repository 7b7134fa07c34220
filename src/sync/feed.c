#include "sync/feed.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "fetch/url.h"
#include "sync/schedule.h"

static const char operators[] = "http://wget-mirrors.uceprotect.net/rbldnsd-all";

/* DB-IP names its file after the month, in whose first days there may be only that of the month before. */
static const struct product {
    enum feed_asn asn;
    enum feed_kind kind;
    const char *name;
    int days;
    const char *urls[FEED_URLS]; /* with the conversions of strftime(3); the second one is for the month before */
} products[] = {
    {FEED_DBIP,
     FEED_MMDB,
     "dbip-asn-lite.mmdb",
     7,
     {"https://download.db-ip.com/free/dbip-asn-lite-%Y-%m.mmdb.gz",
      "https://download.db-ip.com/free/dbip-asn-lite-%Y-%m.mmdb.gz"}},
    {FEED_IPINFO, FEED_MMDB, "ipinfo_lite.mmdb", 1, {"https://ipinfo.io/data/ipinfo_lite.mmdb"}},
    {FEED_IPTOASN, FEED_ANNOUNCED, "announced.asn", 1, {"https://iptoasn.com/data/ip2asn-combined.tsv.gz"}},
    {FEED_RIS,
     FEED_ANNOUNCED,
     "announced.asn",
     1,
     {"https://www.ris.ripe.net/dumps/riswhoisdump.IPv4.gz", "https://www.ris.ripe.net/dumps/riswhoisdump.IPv6.gz",
      "https://ftp.ripe.net/ripe/asnames/asn.txt"}},
    {FEED_RIS,
     FEED_ALLOCATIONS,
     "allocations.asn",
     7,
     {"https://ftp.ripe.net/pub/stats/ripencc/nro-stats/latest/nro-delegated-stats"}},
};

static char *
path_in(const char *folder, const char *name, const char *suffix)
{
    struct buf path = {0};
    buf_format(&path, "%s%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name, suffix);
    return buf_take(&path);
}

/* Returns a URL of a product, in the folder that the user names. */
static char *
product_url(const struct product *product, size_t place, const struct feed_setup *setup)
{
    char url[URL_MOST], day[4];
    int64_t now = clock_wall_ms(), of_month = 0;
    struct buf whole = {0};
    text_read_integer(clock_text(now, "%d", day, sizeof day), 31, &of_month);
    clock_text(now - (place == 1 ? of_month * SCHEDULE_DAY_MS : 0), product->urls[place], url, sizeof url);
    char *moved = setup->asn_mirror ? path_in(setup->asn_mirror, strrchr(url, '/') + 1, "") : mem_copy(url);
    buf_text(&whole, moved);
    if (product->asn == FEED_IPINFO)
        buf_format(&whole, "?token=%s", setup->token ? setup->token : "");
    free(moved);
    return buf_take(&whole);
}

void
feed_list_make(feed_list *feeds, const struct feed_setup *setup)
{
    const char *mirror = setup->mirror ? setup->mirror : operators;
    for (size_t i = 0; i < catalogue_known(setup->catalogue); i++) {
        const struct list *list = catalogue_list(setup->catalogue, i);
        if (!list->part || list->disabled)
            continue;
        struct feed feed = {FEED_ZONE,       list, list->zone, path_in(setup->zones, list->zone, ""), {NULL},
                            SCHEDULE_HOUR_MS};
        feed.urls[0] = path_in(mirror, list->zone, url_is_rsync(mirror) ? "" : ".gz");
        vec_push(feeds, feed);
    }
    for (const struct product *p = products; p < products + sizeof products / sizeof products[0]; p++) {
        if (p->asn != setup->asn)
            continue;
        struct feed feed = {p->kind, NULL, p->name, path_in(setup->data, p->name, ""), {NULL}, 0};
        feed.period_ms = p->days * (int64_t)SCHEDULE_DAY_MS;
        for (size_t i = 0; i < FEED_URLS && p->urls[i]; i++)
            feed.urls[i] = product_url(p, i, setup);
        vec_push(feeds, feed);
    }
}

void
feed_list_free(feed_list *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        for (size_t k = 0; k < FEED_URLS; k++)
            free(feeds->at[i].urls[k]);
        free(feeds->at[i].path);
    }
    vec_free(feeds);
}
