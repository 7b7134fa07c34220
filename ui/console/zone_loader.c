#include "console/zone_loader.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* Reads one slice. The console works without files that it cannot read, says so once, and tries them again. */
static void
read_slice(void *arg)
{
    struct zone_loader *loader = arg;
    struct dataset *dataset = &loader->engine->dataset;
    struct fault fault;
    char text[APP_PROGRESS];
    int64_t now_ms = clock_now_ms();
    if (!loader->reading)
        loader->began_ms = now_ms;
    enum zone_set_progress progress = zone_set_step(loader->zones, loader->slice_us, &fault);
    loader->reading = progress == ZONE_SET_READING;
    if (!loader->reading) {
        app_progress(loader->app, "");
        if (progress == ZONE_SET_CHANGED || dataset->zones_awaited)
            dataset_set_zones(dataset, progress == ZONE_SET_CHANGED ? loader->zones : NULL);
        app_touch(loader->app);
        loader->report(loader->arg, strcmp(fault.text, loader->told.text) == 0 ? "" : fault.text);
        loader->told = fault;
    } else if (clock_now_ms() - loader->began_ms >= ZONE_LOADER_PATIENCE_MS) {
        snprintf(text, sizeof text, "reading zone files: %u %%", zone_set_percent(loader->zones));
        app_progress(loader->app, text);
    }
    loop_timer_set(loader->engine->loop, &loader->timer, loader->reading ? now_ms : now_ms + ZONE_LOADER_AGAIN_MS);
}

void
zone_loader_start(struct zone_loader *loader, const char *directory)
{
    if (!directory)
        return;
    loader->zones = zone_set_new(directory, loader->engine->dataset.catalogue, ZONE_SET_ALL);
    zone_set_max_age(loader->zones, loader->max_age_ms);
    loader->timer = (struct timer){.fire = read_slice, .arg = loader};
    dataset_await_zones(&loader->engine->dataset);
    loop_timer_set(loader->engine->loop, &loader->timer, clock_now_ms());
}

void
zone_loader_again(struct zone_loader *loader)
{
    if (loader->zones)
        loop_timer_set(loader->engine->loop, &loader->timer, clock_now_ms());
}

void
zone_loader_stop(struct zone_loader *loader)
{
    if (loader->zones)
        loop_timer_clear(loader->engine->loop, &loader->timer);
    if (!loader->engine->dataset.zones) /* which would own them */
        zone_set_close(loader->zones);
    loader->zones = NULL;
}
