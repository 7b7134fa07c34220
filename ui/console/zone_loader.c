#include "console/zone_loader.h"

#include "base/clock.h"

#include <stdio.h>

static bool
has_given(const struct zone_loader *feed)
{
    return feed->engine->dataset.zones != NULL;
}

static void
show_progress(const struct zone_loader *feed)
{
    char text[APP_PROGRESS];
    if (clock_now_ms() - feed->began_ms < ZONE_LOADER_PATIENCE_MS)
        return;
    snprintf(text, sizeof text, "reading zone files: %u %%", zone_set_percent(feed->zones));
    app_progress(feed->app, text);
}

/* Others are given them, new or anew, or are told that there are none. */
static void
give(struct zone_loader *feed, struct zone_set *zones)
{
    dataset_set_zones(&feed->engine->dataset, zones);
    app_touch(feed->app);
}

/* The console does without what it cannot read, and says so. */
static void
end_reading(struct zone_loader *feed, enum zone_set_progress progress, const char *fault)
{
    feed->reading = false;
    app_progress(feed->app, "");
    if (progress != ZONE_SET_SAME)
        give(feed, progress == ZONE_SET_CHANGED ? feed->zones : NULL);
    feed->tell(feed->arg, fault);
}

static void
read_on(void *arg)
{
    struct zone_loader *feed = arg;
    struct fault fault;
    int64_t now_ms = clock_now_ms();
    if (!feed->reading)
        feed->began_ms = now_ms;
    feed->reading = true;
    enum zone_set_progress progress = zone_set_step(feed->zones, feed->slice_us, &fault);
    if (progress == ZONE_SET_READING)
        show_progress(feed);
    else
        end_reading(feed, progress, fault.text);
    if (feed->reading || has_given(feed))
        loop_timer_set(feed->engine->loop, &feed->timer, feed->reading ? now_ms : now_ms + ZONE_LOADER_AGAIN_MS);
}

void
zone_loader_start(struct zone_loader *feed, const char *directory)
{
    if (!directory)
        return;
    feed->zones = zone_set_new(directory, feed->engine->dataset.catalogue, ZONE_SET_ALL);
    feed->timer = (struct timer){.fire = read_on, .arg = feed};
    dataset_await_zones(&feed->engine->dataset);
    loop_timer_set(feed->engine->loop, &feed->timer, clock_now_ms());
}

void
zone_loader_stop(struct zone_loader *feed)
{
    if (feed->zones)
        loop_timer_clear(feed->engine->loop, &feed->timer);
    if (!has_given(feed))
        zone_set_close(feed->zones);
    feed->zones = NULL;
}
