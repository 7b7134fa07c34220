#include "zones/zone_vars.h"

#include "base/addr.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Name servers and the times of the SOA are read to know a sound line from junk, and forgotten. So is $TIMESTAMP: how
 * old a zone is tells its serial. */

static bool
take_time(struct zone_line *line, uint32_t *out)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    struct zone_line word;
    if (!zone_line_word(line, &word) || !zone_line_number(&word, UINT32_MAX, out))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units && word.at < word.end; i++)
        if ((*word.at | 0x20) == units[i].unit && *out <= UINT32_MAX / units[i].seconds) {
            *out *= units[i].seconds;
            word.at++;
            break;
        }
    return word.at == word.end;
}

static bool
take_count(struct zone_line *line, uint32_t *out)
{
    struct zone_line word;
    return zone_line_word(line, &word) && zone_line_number(&word, UINT32_MAX, out) && word.at == word.end;
}

static const char unsound[] = "the words of this special line are not those that it needs";

static const char *
set_soa(struct zone_vars *vars, struct zone_line line)
{
    struct zone_line origin, person;
    uint32_t ttl, serial, time;
    if (vars->has_soa)
        return NULL;
    if (!take_time(&line, &ttl) || !zone_line_word(&line, &origin) || !zone_line_word(&line, &person) ||
        !take_count(&line, &serial))
        return unsound;
    for (int i = 0; i < 4; i++)
        if (!take_time(&line, &time))
            return unsound;
    if (line.at < line.end)
        return unsound;
    vars->has_soa = true;
    vars->serial = serial;
    vars->soa_ttl = ttl;
    return NULL;
}

static const char *
check_ns(struct zone_vars *vars, struct zone_line line)
{
    uint32_t ttl;
    (void)vars;
    return take_time(&line, &ttl) && line.at < line.end ? NULL : unsound;
}

static const char *
set_ttl(struct zone_vars *vars, struct zone_line line)
{
    uint32_t ttl;
    if (!take_time(&line, &ttl) || line.at < line.end)
        return unsound;
    vars->ttl = ttl;
    return NULL;
}

/* A number of addresses, or /n. */
static const char *
set_range_most(struct zone_vars *vars, struct zone_line line)
{
    uint32_t most;
    bool is_length = zone_line_take(&line, '/');
    if (!zone_line_number(&line, is_length ? 32 : UINT32_MAX, &most) || most == 0 || line.at < line.end)
        return unsound;
    if (is_length)
        most = (uint32_t)1 << (32 - most);
    if (vars->range_most && most > vars->range_most)
        return "$MAXRANGE4 cannot be made larger";
    vars->range_most = most;
    return NULL;
}

/* yyyy:mm:dd:hh:mi:ss with or without its colons, 0 or "-". */
static bool
take_stamp(struct zone_line *line)
{
    struct zone_line word;
    if (!zone_line_word(line, &word))
        return false;
    while (word.at < word.end && memchr("0123456789:-", *word.at, 12))
        word.at++;
    return word.at == word.end;
}

static const char *
check_timestamp(struct zone_vars *vars, struct zone_line line)
{
    uint32_t time;
    (void)vars;
    bool sound = take_stamp(&line);
    if (sound && line.at < line.end)
        sound = zone_line_take(&line, '+') ? take_time(&line, &time) : take_stamp(&line);
    return sound && line.at == line.end ? NULL : unsound;
}

static const struct special {
    const char *name;
    const char *(*set)(struct zone_vars *, struct zone_line);
} specials[] = {
    {"soa", set_soa},
    {"ns", check_ns},
    {"nameserver", check_ns},
    {"ttl", set_ttl},
    {"maxrange4", set_range_most},
    {"timestamp", check_timestamp},
};

/* "0 text" to "9 text", "= text". */
static const char *
set_text(struct zone_vars *vars, char name, struct zone_line line)
{
    char **text = &vars->texts[name == '=' ? ZONE_VARS_BASE : name - '0'];
    if (line.at == line.end)
        return unsound;
    if (*text == NULL)
        *text = mem_copy_bytes(line.at, (size_t)(line.end - line.at));
    return NULL;
}

const char *
zone_vars_special(struct zone_vars *vars, struct zone_line line)
{
    struct zone_line name;
    zone_line_word(&line, &name);
    size_t count = (size_t)(name.end - name.at);
    if (count == 1 && (*name.at == '=' || (*name.at >= '0' && *name.at <= '9')))
        return set_text(vars, *name.at, line);
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strlen(specials[i].name) == count && strncasecmp(name.at, specials[i].name, count) == 0)
            return specials[i].set(vars, line);
    return "no such special line is known";
}

/* A text under way, never longer than a TXT string. */
struct filling {
    struct buf *out;
    size_t room;
};

static void
put(struct filling *f, const char *bytes, size_t count)
{
    if (count > f->room)
        count = f->room;
    buf_bytes(f->out, bytes, count);
    f->room -= count;
}

/* Puts in what the "$" at `s` stands for, and returns how long that name was. What is put in is not looked at again. */
static size_t
fill_in(struct filling *f, const struct zone_vars *vars, const char *s, const char *end, struct zone_line text,
        const char *address)
{
    char c = s + 1 < end ? s[1] : '\0';
    if (c == '$') {
        put(f, "$", 1);
        return 2;
    }
    if (c == '=') {
        struct zone_line value = text.at < text.end ? text : (struct zone_line){address, address + strlen(address)};
        put(f, value.at, (size_t)(value.end - value.at));
        return 2;
    }
    if (c >= '0' && c <= '9') {
        const char *value = vars->texts[c - '0'];
        put(f, value ? value : "$", value ? strlen(value) : 1);
        return value ? 2 : 1;
    }
    put(f, address, strlen(address));
    return 1;
}

void
zone_vars_text(const struct zone_vars *vars, const char *text, size_t count, uint32_t address, struct buf *out)
{
    char quad[ADDR_TEXT];
    struct addr queried = addr_from_v4(address);
    struct filling f = {out, ZONE_VARS_TEXT};
    struct zone_line own = {text, text + count};
    const char *base = vars->texts[ZONE_VARS_BASE];

    bool bare = zone_line_take(&own, '='); /* "=text" goes without the base */
    struct zone_line form = base && !bare ? (struct zone_line){base, base + strlen(base)} : own;
    addr_text(&queried, quad);
    while (form.at < form.end && f.room) {
        const char *dollar = memchr(form.at, '$', (size_t)(form.end - form.at));
        put(&f, form.at, (size_t)((dollar ? dollar : form.end) - form.at));
        form.at = dollar ? dollar + fill_in(&f, vars, dollar, form.end, own, quad) : form.end;
    }
}

bool
zone_vars_is_alike(const struct zone_vars *vars, const char *text, size_t count)
{
    enum { LONGEST_QUAD = sizeof "255.255.255.255" - 1 };
    const char *dollar = memchr(text, '$', count);
    if (vars->texts[ZONE_VARS_BASE] && !(count > 0 && *text == '='))
        return false;
    bool ends = dollar && dollar + 1 == text + count && dollar > text && dollar[-1] == '=';
    return !dollar || (ends && count - 1 + LONGEST_QUAD <= ZONE_VARS_TEXT);
}

void
zone_vars_fini(struct zone_vars *vars)
{
    for (size_t i = 0; i < ZONE_VARS_COUNT; i++)
        free(vars->texts[i]);
}
