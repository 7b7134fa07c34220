#include "journal/outside.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PERIODS_MOST = 1000000, DETAIL_MOST = 200, NAME_MOST = 60 };

/* ---- RIPEstat ---- */

/* Writes the name of a list, and returns the level of UCEPROTECT that RIPEstat's key means; 0 = another list. */
static unsigned
read_list(const char *key, struct buf *name)
{
    static const char levels[] = "uceprotect-level";
    size_t count = sizeof levels - 1;
    bool is_level = strncmp(key, levels, count) == 0 && key[count] >= '1' && key[count] <= '3' && !key[count + 1];
    if (is_level)
        buf_format(name, "UCEPROTECT Level %c", key[count]);
    else
        text_clean(name, key, strlen(key), NAME_MOST);
    return is_level ? (unsigned)(key[count] - '0') : 0;
}

static bool
read_time(const json_t *object, const char *key, int64_t *out)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && date_parse_form(text, "YYYY-MM-DDThh:mm:ss", out);
}

/* Appends the periods of one entry of a source. */
static void
read_entry(const json_t *entry, const struct outside_period *pattern, outside_periods *out)
{
    const char *prefix = json_string_value(json_object_get(entry, "prefix")),
               *details = json_string_value(json_object_get(entry, "details"));
    const json_t *timelines = json_object_get(entry, "timelines");
    struct outside_period period = *pattern;
    struct prefix net;
    bool host_bits;
    if (!prefix || !prefix_parse(prefix, &net, &host_bits))
        return;
    period.resource = prefix_size(&net) == 1 ? resource_of_address(&net.addr) : resource_of_net(&net);
    for (size_t i = 0; i < json_array_size(timelines) && out->count < PERIODS_MOST; i++) {
        const json_t *timeline = json_array_get(timelines, i);
        if (!read_time(timeline, "starttime", &period.from_ms) || !read_time(timeline, "endtime", &period.until_ms) ||
            period.until_ms < period.from_ms)
            continue;
        vec_push(out, period);
        struct outside_period *last = &out->at[out->count - 1];
        last->list = mem_copy(pattern->list);
        last->detail = details && strcmp(details, "no details") != 0 ? text_clean_copy(details, strlen(details)) : NULL;
    }
}

static bool
read_ripestat(const char *bytes, size_t count, outside_periods *out, struct fault *fault)
{
    json_error_t error;
    size_t before = out->count;
    const char *key;
    json_t *whole = json_loadb(bytes, count, JSON_REJECT_DUPLICATES, &error), *source;
    if (!whole)
        return fault_set(fault, "line %d is no JSON: %s", error.line, error.text);
    json_t *sources = json_object_get(json_object_get(whole, "data"), "sources");
    json_object_foreach(sources, key, source)
    {
        struct buf name = {0};
        struct outside_period pattern = {.source = "RIPEstat", .imported_ms = clock_wall_ms()};
        pattern.level = read_list(key, &name);
        pattern.list = (char *)buf_string(&name);
        for (size_t i = 0; i < json_array_size(source); i++)
            read_entry(json_array_get(source, i), &pattern, out);
        buf_free(&name);
    }
    bool is_answer = json_is_object(sources);
    json_decref(whole);
    if (!is_answer)
        return fault_set(fault, "this is no answer of RIPEstat's data call blocklist: there is no data.sources");
    return out->count > before || fault_set(fault, "RIPEstat names no listing in it");
}

/* ---- the chart ---- */

enum { CELLS = 12, CELL_MOST = 256, AS_FROM = 4 /* cells before that of the AS */ };

struct chart {
    const char *at, *end;
    char cells[CELLS][CELL_MOST];
    size_t count;
};

static bool
is_tag(const struct chart *c, const char *name)
{
    size_t count = strlen(name);
    return (size_t)(c->end - c->at) > count && strncasecmp(c->at, name, count) == 0 &&
           !isalnum((unsigned char)c->at[count]);
}

/* Adds a character to the cell under way. */
static void
put(struct chart *c, char byte)
{
    size_t at = c->count > 0 ? strlen(c->cells[c->count - 1]) : 0;
    if (c->count > 0 && at + 1 < CELL_MOST) {
        c->cells[c->count - 1][at] = byte;
        c->cells[c->count - 1][at + 1] = '\0';
    }
}

/* Reads the cells of the next row of any table. Returns false at the end. */
static bool
next_row(struct chart *c)
{
    bool in_row = false;
    c->count = 0;
    for (; c->at < c->end; c->at++) {
        if (*c->at != '<') {
            put(c, *c->at);
            continue;
        }
        if (in_row && (is_tag(c, "</tr") || is_tag(c, "<tr") || is_tag(c, "</table")))
            return true;
        if (is_tag(c, "<tr")) {
            in_row = true;
        } else if (in_row && (is_tag(c, "<td") || is_tag(c, "<th")) && c->count < CELLS) {
            c->cells[c->count++][0] = '\0';
        } else {
            put(c, ' ');
        }
        while (c->at < c->end && *c->at != '>')
            c->at++;
    }
    return in_row;
}

/* Reads "1,591.8" and "1.591,8": the last separator is that of decimals if one or two digits follow it. */
static double
read_number(const char *text)
{
    double whole = 0, part = 0, scale = 1;
    const char *from = text + strcspn(text, "0123456789"), *end = from + strspn(from, "0123456789.,"), *point = end;
    while (point > from && isdigit((unsigned char)point[-1]))
        point--;
    bool decimals = point > from && point < end && end - point <= 2;
    if (from == end)
        return -1;
    for (const char *at = from; at < end; at++)
        if (isdigit((unsigned char)*at) && decimals && at >= point)
            part += (*at - '0') / (scale *= 10);
        else if (isdigit((unsigned char)*at))
            whole = whole * 10 + (*at - '0');
    return whole + part;
}

/* Returns the AS number of a cell, "AS64500"; 0 = it has none. */
static uint32_t
asn_of(const char *cell)
{
    int64_t number;
    cell += strspn(cell, " \t\r\n");
    if (strncasecmp(cell, "as", 2) != 0)
        return 0;
    cell += 2 + strspn(cell + 2, " ");
    return text_read_integer(cell, UINT32_MAX, &number) > 0 ? (uint32_t)number : 0;
}

/* Appends the AS of a row: position, trend, score, impacts, provider, AS. */
static void
read_row(const struct chart *c, int64_t at_ms, outside_periods *out)
{
    size_t place = 0;
    while (place < c->count && asn_of(c->cells[place]) == 0)
        place++;
    if (place == c->count || place < AS_FROM || out->count >= PERIODS_MOST)
        return;
    double score = read_number(c->cells[place - 3]), impacts = read_number(c->cells[place - 2]);
    if (score < 0 || impacts < 0)
        return;
    struct buf detail = {0};
    buf_format(&detail, "score %.1f, %.0f impact%s", score, impacts, impacts == 1 ? "" : "s");
    vec_push(out, ((struct outside_period){.resource = resource_of_asn(asn_of(c->cells[place])),
                                           .source = "level 3 chart",
                                           .list = mem_copy("UCEPROTECT Level 3"),
                                           .level = 3,
                                           .from_ms = at_ms,
                                           .until_ms = at_ms,
                                           .detail = buf_take(&detail),
                                           .imported_ms = clock_wall_ms()}));
}

/* Finds the date at which the operator made the page, "09.12.2024 00:13 CET". */
static bool
find_date(const char *bytes, size_t count, int64_t *out)
{
    static const char form[] = "DD.MM.YYYY hh:mm CE";
    enum { HOUR_MS = 60 * 60 * 1000 };
    for (size_t i = 0; i + sizeof form + 1 < count; i++)
        if (bytes[i + 2] == '.' && date_parse_form(bytes + i, form, out)) {
            bool summer = strncmp(bytes + i + sizeof form - 3, "CEST", 4) == 0;
            *out -= (summer ? 2 : 1) * HOUR_MS;
            return true;
        }
    return false;
}

static bool
read_chart(const char *bytes, size_t count, outside_periods *out, struct fault *fault)
{
    struct chart *chart = mem_zero(sizeof *chart);
    size_t before = out->count;
    int64_t at_ms = 0;
    bool dated = find_date(bytes, count, &at_ms);
    chart->at = bytes;
    chart->end = bytes + count;
    while (dated && next_row(chart))
        read_row(chart, at_ms, out);
    free(chart);
    if (!dated)
        return fault_set(fault,
                         "there is no date such as \"Last Updated: 09.12.2024 00:13 CET\" in it; save the page of the "
                         "level 3 chart as the browser shows it");
    return out->count > before || fault_set(fault, "there is no table of ASes with score and impacts in it");
}

bool
outside_read(const char *bytes, size_t count, outside_periods *out, struct fault *fault)
{
    size_t first = 0;
    while (first < count && isspace((unsigned char)bytes[first]))
        first++;
    return first < count && bytes[first] == '{' ? read_ripestat(bytes, count, out, fault)
                                                : read_chart(bytes, count, out, fault);
}
