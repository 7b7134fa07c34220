#include "command/parts_json.h"
#include "base/clock.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

json_t *
parts_json_object(void)
{
    return json_object();
}

json_t *
parts_json_array(void)
{
    return json_array();
}

json_t *
parts_json_bool(bool value)
{
    return json_boolean(value);
}

void
parts_json_push(json_t *array, json_t *value)
{
    json_array_append_new(array, value);
}

json_t *
parts_json_string(const char *text)
{
    return json_string_nocheck(text);
}

json_t *
parts_json_time(int64_t wall_ms)
{
    char text[CLOCK_TEXT];
    if (wall_ms <= 0)
        return json_null();
    clock_rfc3339(wall_ms, text);
    return parts_json_string(text);
}

json_t *
parts_json_text(const char *text)
{
    return text && *text ? parts_json_string(text) : json_null();
}

json_t *
parts_json_number(int64_t number, bool known)
{
    return known ? json_integer(number) : json_null();
}

void
parts_json_set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new_nocheck(object, key, value);
}

json_t *
parts_json_prefix(const struct prefix *prefix)
{
    char text[PREFIX_TEXT];
    return parts_json_string(prefix_text(prefix, text));
}

json_t *
parts_json_v4(uint32_t address)
{
    struct addr addr = addr_from_v4(address);
    char text[ADDR_TEXT];
    return parts_json_string(addr_text(&addr, text));
}

json_t *
parts_json_decimal(double value, double steps)
{
    return json_real((double)(int64_t)(value * steps + 0.5) / steps);
}

json_t *
parts_json_causes(unsigned causes)
{
    json_t *array = json_array();
    for (unsigned cause; causes; causes -= cause) {
        cause = causes & -causes;
        json_array_append_new(array, parts_json_string(cause_name((enum cause)cause)));
    }
    return array;
}

json_t *
parts_json_tags(const char *tags)
{
    json_t *array = json_array();
    while (tags && *tags) {
        size_t count = strcspn(tags, " ");
        json_array_append_new(array, json_stringn(tags, count));
        tags += count + strspn(tags + count, " ");
    }
    return array;
}

void
parts_json_set_holder(json_t *o, const struct holder *holder)
{
    parts_json_set(o, "asn", parts_json_number(holder->asn, holder->asn > 0));
    parts_json_set(o, "org", parts_json_text(holder->org));
    parts_json_set(o, "country", parts_json_text(holder->country));
}

json_t *
parts_json_net(const struct listed_net *net, const struct policy *policy, bool old)
{
    json_t *o = json_object(), *clears = json_null();
    char prefix[PREFIX_TEXT];
    bool counted = net->impacts != LISTING_UNKNOWN, measured = counted && net->limit > 0;
    if (measured) {
        clears = json_object();
        parts_json_set(clears, "impacts_to_lose", json_integer(policy_to_lose(net->impacts, net->limit)));
        parts_json_set(clears, "estimate_hours",
                       parts_json_number(policy_hours_to_clear(policy, net->impacts, net->limit), !old));
    }
    parts_json_set(o, "prefix", parts_json_string(prefix_text(&net->prefix, prefix)));
    parts_json_set(o, "kind", parts_json_string(net_kind_name(net->kind)));
    parts_json_set(o, "permanent", json_boolean(net->permanent));
    parts_json_set(o, "impacts", parts_json_number(net->impacts, counted));
    parts_json_set(o, "limit", net->permanent ? json_null() : parts_json_number(net->limit, net->limit > 0));
    parts_json_set(o, "over", parts_json_number(net->impacts - net->limit, measured));
    parts_json_set_holder(o, &net->holder);
    parts_json_set(o, "clears", clears);
    parts_json_set(o, "source", parts_json_string(net->from_zone ? "zone" : "dns"));
    return o;
}

json_t *
parts_json_zone_net(const struct listed_net *net, const struct zone_set *zones, const struct policy *policy)
{
    const struct zone_file *file = zone_set_level(zones, 2);
    struct listed_net local = *net;
    local.from_zone = true;
    return parts_json_net(&local, policy, file && data_date_age(zone_file_date(file)) == DATA_STALE);
}

void
parts_json_set_zone(json_t *o, uint32_t serial, struct data_date date)
{
    static const char *const by[] = {
        [DATED_UNKNOWN] = NULL, [DATED_BY_SERIAL] = "serial", [DATED_BY_STAMP] = "timestamp", [DATED_BY_FILE] = "file"};
    char text[16];
    snprintf(text, sizeof text, "%u", serial);
    parts_json_set(o, "zone_serial", serial ? parts_json_string(text) : json_null());
    parts_json_set(o, "zone_age_s", parts_json_number((clock_wall_ms() - date.at_ms) / 1000, date.by != DATED_UNKNOWN));
    parts_json_set(o, "zone_dated_by", parts_json_text(by[date.by]));
}

void
parts_json_set_zones(json_t *o, const struct zone_set *zones)
{
    const struct zone_file *worst = zone_set_level(zones, 1);
    for (unsigned level = 2; level <= LIST_LEVELS; level++) {
        const struct zone_file *file = zone_set_level(zones, level);
        struct data_date date = zone_file_date(worst);
        if (file && data_date_worse(date, zone_file_date(file)).at_ms != date.at_ms)
            worst = file;
    }
    parts_json_set_zone(o, zone_file_serial(worst), zone_file_date(worst));
}

json_t *
parts_json_rung(const struct rung *rung)
{
    json_t *o = json_object();
    char prefix[PREFIX_TEXT];
    parts_json_set(o, "prefix", parts_json_string(prefix_text(&rung->prefix, prefix)));
    parts_json_set(o, "listed", json_integer((int64_t)rung->listed));
    parts_json_set(o, "limit", parts_json_number(rung->limit, rung->limit > 0));
    parts_json_set(o, "impacts", parts_json_number(rung->impacts, rung->impacts != LISTING_UNKNOWN));
    parts_json_set(o, "published", rung->unknown ? json_null() : json_boolean(rung->published));
    return o;
}
