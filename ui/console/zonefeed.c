#include "console/zonefeed.h"

#include "base/clock.h"

#include <stdio.h>

static bool
has_given(const struct zonefeed *feed)
{
    return feed->setup->zones != NULL;
}

static void
show_progress(const struct zonefeed *feed)
{
    char text[APP_PROGRESS];
    if (clock_now_ms() - feed->began_ms < ZONEFEED_PATIENCE_MS)
        return;
    snprintf(text, sizeof text, "reading zone files: %u %%", zones_percent(feed->zones));
    app_progress(feed->app, text);
}

/* Others are given them, new or anew, or are told that there are none. */
static void
give(struct zonefeed *feed, struct zones *zones)
{
    setup_take_zones(feed->setup, zones);
    atlas_set_zones(feed->atlas, zones);
    app_touch(feed->app);
}

/* The console does without what it cannot read, and says so. */
static void
end_reading(struct zonefeed *feed, enum zones_progress progress, const char *fault)
{
    feed->reading = false;
    app_progress(feed->app, "");
    if (progress != ZONES_SAME)
        give(feed, progress == ZONES_CHANGED ? feed->zones : NULL);
    feed->tell(feed->arg, fault);
}

static void
read_on(void *arg)
{
    struct zonefeed *feed = arg;
    struct fault fault;
    int64_t now_ms = clock_now_ms();
    if (!feed->reading)
        feed->began_ms = now_ms;
    feed->reading = true;
    enum zones_progress progress = zones_step(feed->zones, feed->slice_us, &fault);
    if (progress == ZONES_READING)
        show_progress(feed);
    else
        end_reading(feed, progress, fault.text);
    if (feed->reading || has_given(feed))
        loop_timer_set(feed->setup->loop, &feed->timer, feed->reading ? now_ms : now_ms + ZONEFEED_AGAIN_MS);
}

void
zonefeed_start(struct zonefeed *feed, const char *directory)
{
    if (!directory)
        return;
    feed->zones = zones_new(directory, ZONES_ALL);
    feed->timer = (struct timer){.fire = read_on, .arg = feed};
    setup_await_zones(feed->setup);
    atlas_await_zones(feed->atlas);
    loop_timer_set(feed->setup->loop, &feed->timer, clock_now_ms());
}

void
zonefeed_stop(struct zonefeed *feed)
{
    if (feed->zones)
        loop_timer_clear(feed->setup->loop, &feed->timer);
    if (!has_given(feed))
        zones_close(feed->zones);
    feed->zones = NULL;
}
