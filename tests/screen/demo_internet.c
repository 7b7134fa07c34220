#include "demo_internet.h"

#include "../unit/builtin_lists.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 16, LINE = 512 };

struct speaker {
    struct resolver *resolver;
    const struct zone_set *zones;
    struct zone_file *origins, *contacts;
};

/* ---- files ---- */

static void
each_line(const char *name, void (*use)(void *arg, const char *line), void *arg)
{
    char path[LINE], line[LINE];
    snprintf(path, sizeof path, DEMO "/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        use(arg, line);
    }
    fclose(file);
}

static struct zone_file *
load(const char *name)
{
    char path[LINE];
    struct fault fault;
    snprintf(path, sizeof path, DEMO "/%s", name);
    struct zone_file *zone = zone_file_new(path);
    if (zone_file_step(zone, INT64_MAX, &fault) != ZONE_FILE_READY)
        fail_msg("%s", fault.text);
    return zone;
}

struct reader {
    void (*use)(void *arg, const char *address);
    void *arg;
};

static void
read_address(void *arg, const char *line)
{
    const struct reader *reader = arg;
    char word[LINE];
    struct addr address;
    if (sscanf(line, "  %511s", word) == 1 && strncmp(line, "  ", 2) == 0 && addr_parse(word, &address))
        reader->use(reader->arg, word);
}

void
demo_addresses(void (*use)(void *arg, const char *address), void *arg)
{
    each_line("README", read_address, &(struct reader){use, arg});
}

/* ---- answers ---- */

/* As a line of a script needs it. */
static void
quote(struct buf *out, const char *text, size_t count)
{
    buf_text(out, " \"");
    for (size_t i = 0; i < count; i++)
        if (text[i] >= ' ' && text[i] < 0x7F && text[i] != '"' && text[i] != '\\')
            buf_byte(out, text[i]);
        else
            buf_format(out, "\\x%02x", (unsigned char)text[i]);
    buf_text(out, "\"");
}

/* What rbldnsd answers from the file; nothing if it lists nothing. */
static void
say_rows(struct resolver *r, const struct zone_file *file, const char *zone, const struct addr *address)
{
    struct zone_file_row rows[ROWS];
    struct buf script = {0}, text = {0};
    char reversed[ADDR_REVERSED_TEXT];
    size_t count = zone_file_answer(file, addr_to_v4(address), rows, ROWS);
    addr_reversed(address, reversed);
    if (count > 0)
        buf_format(&script, "%s.%s A data 127.0.0.2\n%s.%s TXT data", reversed, zone, reversed, zone);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&text);
        zone_file_text(file, &rows[i], addr_to_v4(address), &text);
        quote(&script, buf_string(&text), text.count);
    }
    fake_resolver_say(r, buf_string(&script));
    buf_free(&script);
    buf_free(&text);
}

static void
say_address(void *arg, const char *text)
{
    const struct speaker *speaker = arg;
    struct addr address;
    assert_true(addr_parse(text, &address));
    if (address.family != ADDR_V4)
        return;
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        say_rows(speaker->resolver, zone_set_at(speaker->zones, LIST_AT(i)), LIST_AT(i)->zone, &address);
    say_rows(speaker->resolver, speaker->origins, "origin.asn.cymru.com", &address);
    say_rows(speaker->resolver, speaker->contacts, "abuse-contacts.abusix.zone", &address);
}

static void
say_as_name(void *arg, const char *line)
{
    const struct speaker *speaker = arg;
    struct buf script = {0};
    unsigned asn;
    if (sscanf(line, "AS%u TXT", &asn) == 1)
        buf_format(&script, "AS%u.asn.cymru.com TXT data %s", asn, strchr(line, '"'));
    fake_resolver_say(speaker->resolver, buf_string(&script));
    buf_free(&script);
}

/* A line of dnsmasq's; all but the hostile name, which is bytes. */
static void
say_name(void *arg, const char *line)
{
    const struct speaker *speaker = arg;
    char name[LINE], to[LINE], reversed[ADDR_REVERSED_TEXT];
    struct buf script = {0};
    struct addr address;
    if (sscanf(line, "host-record=%511[^,],%511s", name, to) == 2 && addr_parse(to, &address)) {
        bool v4 = address.family == ADDR_V4;
        buf_format(&script, "%s.%s PTR data %s\n", addr_reversed(&address, reversed), v4 ? "in-addr.arpa" : "ip6.arpa",
                   name);
        buf_format(&script, "%s %s data %s\n", name, v4 ? "A" : "AAAA", to);
    } else if (sscanf(line, "ptr-record=%511[^,],%511s", name, to) == 2) {
        buf_format(&script, "%s PTR data %s\n", name, to);
    } else if (sscanf(line, "address=/%511[^/]/%511s", name, to) == 2) {
        buf_format(&script, "%s A data %s\n", name, to);
    }
    fake_resolver_say(speaker->resolver, buf_string(&script));
    buf_free(&script);
}

void
demo_say(struct resolver *r, const struct zone_set *zones)
{
    struct speaker speaker = {r, zones, load("origin.asn.cymru.com"), load("abuse-contacts.abusix.zone")};
    struct buf script = {0};
    buf_format(&script, "* * nxdomain serial %d labels 3\n", DEMO_SERIAL);
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        buf_format(&script, "2.0.0.127.%s A data 127.0.0.2\n", LIST_AT(i)->zone);
    fake_resolver_say(r, buf_string(&script));
    demo_addresses(say_address, &speaker);
    say_address(&speaker, "198.18.0.0"); /* these stand for their net or AS */
    say_address(&speaker, "198.18.77.0");
    each_line("asn.cymru.com", say_as_name, &speaker);
    each_line("names.conf", say_name, &speaker);
    zone_file_free(speaker.origins);
    zone_file_free(speaker.contacts);
    buf_free(&script);
}
