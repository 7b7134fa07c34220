#include "check/complaints.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/consequences.h"

#include <stdlib.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, NAMED = 3 /* ends that are named one by one */ };

/* Returns whether an AS announces what a complaint was about. */
static bool
announces(struct dataset *dataset, uint32_t asn, const struct resource *resource)
{
    const struct asn_table *table = dataset_asn_table(dataset);
    size_t place;
    if (resource->kind == RESOURCE_ASN)
        return resource->asn == asn;
    return table && resource->prefix.addr.family == ADDR_V4 &&
           asn_table_locate(table, addr_to_v4(&resource->prefix.addr), &place, NULL) &&
           asn_table_number(table, place) == asn;
}

static bool
concerns(struct dataset *dataset, const struct resource *about, const struct resource *resource)
{
    if (about->kind == RESOURCE_ASN)
        return announces(dataset, about->asn, resource);
    return resource->kind != RESOURCE_ASN && prefix_covers(&about->prefix, &resource->prefix);
}

static int
shorter(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

bool
complaints_read(struct complaints *out, struct journal *journal, struct dataset *dataset,
                const struct resource *resource, struct fault *fault)
{
    consequences all = {0};
    complaints_fini(out);
    *out = (struct complaints){0};
    bool ok = consequences_read(journal, &all, fault);
    for (size_t i = 0; i < all.count && ok; i++) {
        struct consequence *o = &all.at[i];
        if (!concerns(dataset, resource, &o->resource))
            continue;
        ok = consequence_follow(o, journal, fault);
        out->first_ms = out->count++ == 0 ? o->complained_ms : out->first_ms;
        out->listed += !o->ended_ms && o->seen_ms;
        out->unseen += !o->ended_ms && !o->seen_ms;
        out->again += o->ended_ms && o->listed;
        if (o->ended_ms)
            vec_push(&out->ended, o->ended_ms - o->complained_ms);
    }
    if (out->ended.count > 1)
        qsort(out->ended.at, out->ended.count, sizeof *out->ended.at, shorter);
    vec_free(&all);
    return ok;
}

long long
complaints_days(int64_t ended)
{
    return (long long)((ended + DAY_MS / 2) / DAY_MS);
}

void
complaints_ended_words(struct buf *out, const struct complaints *c)
{
    size_t count = c->ended.count;
    if (count == 0)
        return;
    for (size_t i = 0; i < count && count <= NAMED; i++)
        buf_format(out, "%s%lld", i == 0 ? "" : i + 1 < count ? ", " : " and ", complaints_days(c->ended.at[i]));
    if (count > NAMED)
        buf_format(out, "%lld to %lld", complaints_days(c->ended.at[0]), complaints_days(c->ended.at[count - 1]));
    buf_text(out, count == 1 && complaints_days(c->ended.at[0]) == 1 ? " day" : " days");
}

void
complaints_words(struct buf *out, const struct complaints *c)
{
    char since[CLOCK_MINUTE];
    const char *between = ": ";
    if (c->count == 0)
        return;
    buf_format(out, "%zu complaint%s %s %.10s", c->count, c->count == 1 ? "" : "s", c->count == 1 ? "on" : "since",
               clock_minute(c->first_ms, since));
    if (c->ended.count > 0) {
        buf_format(out, "%s%zu listing%s ended, after ", between, c->ended.count, c->ended.count == 1 ? "" : "s");
        complaints_ended_words(out, c);
        if (c->again > 0)
            buf_format(out, ", of which %zu %s listed again", c->again, c->again == 1 ? "is" : "are");
        between = "; ";
    }
    if (c->listed > 0) {
        buf_format(out, "%s%zu %s still listed", between, c->listed, c->listed == 1 ? "is" : "are");
        between = "; ";
    }
    if (c->unseen > 0)
        buf_format(out, "%s%zu %s not been looked at since", between, c->unseen, c->unseen == 1 ? "has" : "have");
}
