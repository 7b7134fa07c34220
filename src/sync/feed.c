#include "sync/feed.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "fetch/url.h"
#include "sync/schedule.h"

static const char operator[] = "http://wget-mirrors.uceprotect.net/rbldnsd-all";

enum { MIB = 1 << 20 };

/* Adds a URL in a folder, of the publisher or of the mirror that the user names. */
static void
add_url(struct feed *feed, const char *mirror, const char *folder, const char *name)
{
    struct buf url = {0};
    const char *base = mirror ? mirror : folder;
    buf_format(&url, "%s%s%s", base, base[strlen(base) - 1] == '/' ? "" : "/", name);
    feed->urls[feed->url_count++] = buf_take(&url);
}

static char *
path_in(const char *folder, const char *name)
{
    struct buf path = {0};
    buf_format(&path, "%s/%s", folder, name);
    return buf_take(&path);
}

/* Of the five zones. */
static void
add_zones(feed_list *feeds, const struct feed_setup *setup)
{
    const char *mirror = setup->mirror ? setup->mirror : operator;
    for (size_t i = 0; i < catalogue_known(setup->catalogue); i++) {
        const struct list *list = catalogue_list(setup->catalogue, i);
        struct feed feed = {FEED_ZONE, .list = list, .period_ms = SCHEDULE_HOUR_MS, .bytes_most = 256 * MIB};
        struct buf name = {0};
        if (!list->part || list->disabled)
            continue;
        buf_format(&name, "%s%s", list->zone, url_is_rsync(mirror) ? "" : ".gz");
        feed.name = mem_copy(list->zone);
        feed.path = path_in(setup->zones, list->zone);
        add_url(&feed, mirror, operator, buf_string(&name));
        buf_free(&name);
        vec_push(feeds, feed);
    }
}

/* DB-IP publishes a file a month, named after it; in its first days there may be only that of the month before. */
static void
add_dbip(struct feed *feed, const struct feed_setup *setup)
{
    static const char folder[] = "https://download.db-ip.com/free", form[] = "dbip-asn-lite-%Y-%m.mmdb.gz";
    char name[sizeof form + 8], day[4];
    int64_t now = clock_wall_ms(), of_month = 0;
    text_read_integer(clock_text(now, "%d", day, sizeof day), 31, &of_month);
    add_url(feed, setup->asn_mirror, folder, clock_text(now, form, name, sizeof name));
    add_url(feed, setup->asn_mirror, folder, clock_text(now - of_month * SCHEDULE_DAY_MS, form, name, sizeof name));
    feed->name = mem_copy("dbip-asn-lite.mmdb");
    feed->period_ms = 7 * (int64_t)SCHEDULE_DAY_MS;
}

static void
add_ipinfo(struct feed *feed, const struct feed_setup *setup)
{
    struct buf name = {0};
    buf_format(&name, "ipinfo_lite.mmdb?token=%s", setup->token ? setup->token : "");
    add_url(feed, setup->asn_mirror, "https://ipinfo.io/data", buf_string(&name));
    feed->name = mem_copy("ipinfo_lite.mmdb");
    feed->period_ms = SCHEDULE_DAY_MS;
    buf_free(&name);
}

void
feed_list_make(feed_list *feeds, const struct feed_setup *setup)
{
    struct feed feed = {FEED_MMDB, .bytes_most = 256 * MIB};
    add_zones(feeds, setup);
    if (setup->asn == FEED_DBIP)
        add_dbip(&feed, setup);
    else if (setup->asn == FEED_IPINFO)
        add_ipinfo(&feed, setup);
    if (!feed.name)
        return;
    feed.path = path_in(setup->data, feed.name);
    vec_push(feeds, feed);
}

void
feed_list_free(feed_list *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        struct feed *feed = &feeds->at[i];
        for (size_t k = 0; k < feed->url_count; k++)
            free(feed->urls[k]);
        free(feed->name);
        free(feed->path);
    }
    vec_free(feeds);
}
