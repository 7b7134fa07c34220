#include "rejection_fixture.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/textfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FILE_MOST = 1 << 20 };

void
rejections_keep(void *arg, struct rejection *r)
{
    struct rejections *kept = arg;
    if (kept->count < REJECTIONS_MOST)
        kept->at[kept->count] = *r;
    kept->count++;
}

static void
addresses(const struct rejection *r, const char *key, struct buf *out)
{
    char address[PREFIX_TEXT];
    if (strcmp(key, "address") == 0)
        buf_text(out, addr_text(&r->own.address, address));
    for (size_t i = 0; i < r->other_count && strcmp(key, "others") == 0; i++)
        buf_format(out, "%s%s", i ? " " : "", addr_text(&r->others[i].address, address));
    if (strcmp(key, "net") == 0 && r->net.addr.family)
        buf_text(out, prefix_text(&r->net, address));
    if (strcmp(key, "receiver") == 0) {
        addr_text(&r->receiver.address, address);
        buf_format(out, "%s%s%s", r->receiver.host, *r->receiver.host && *address ? " " : "", address);
    }
}

static void
numbers(const struct rejection *r, const char *key, struct buf *out)
{
    if (strcmp(key, "code") == 0 && r->code)
        buf_format(out, "%u", r->code);
    if (strcmp(key, "level") == 0 && r->level)
        buf_format(out, "%u", r->level);
    if (strcmp(key, "time") == 0 && r->time)
        buf_format(out, "%lld", (long long)r->time);
}

static void
words(const struct rejection *r, const char *key, struct buf *out)
{
    const struct {
        const char *key, *value;
    } texts[] = {{"list", *r->list.zone ? r->list.zone : r->list.name},
                 {"kind", rejection_kind_name(r->kind)},
                 {"party", rejection_party_name(r->party)},
                 {"recipient", r->recipient},
                 {"status", r->status},
                 {"software", r->software},
                 {"id", r->id},
                 {"form", r->form},
                 {"direction", r->inbound ? "inbound" : "outbound"},
                 {"text", r->text}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(key, texts[i].key) == 0)
            buf_text(out, texts[i].value);
    for (size_t i = 0; i < REJECTION_LISTS && strcmp(key, "further") == 0 && r->further[i].list; i++)
        buf_format(out, "%s%s", i ? " " : "", r->further[i].zone);
    for (size_t i = 0; i < REJECTION_ADVICE && strcmp(key, "advice") == 0 && r->advice[i]; i++)
        buf_format(out, "%s%s", i ? " " : "", rejection_advice_name(r->advice[i]));
}

/* Compares one line, "KEY = VALUE", and prints a difference. Returns whether it holds. */
static bool
holds(const struct rejection *r, const char *title, const char *line)
{
    char key[32];
    const char *equals = strstr(line, " = ");
    if (!equals)
        fail_msg("%s: '%s' is no KEY = VALUE", title, line);
    snprintf(key, sizeof key, "%.*s", (int)(equals - line), line);
    struct buf out = {0};
    addresses(r, key, &out);
    numbers(r, key, &out);
    words(r, key, &out);
    if (out.count == 0)
        buf_text(&out, "-");
    bool same = strcmp(buf_string(&out), equals + 3) == 0;
    if (!same)
        print_error("%s: %s is %s, not %s\n", title, key, buf_string(&out), equals + 3);
    buf_free(&out);
    return same;
}

/* Appends a line of a sample, in which "%ESC" stands for that byte. */
static void
add_line(struct buf *text, const char *begin, const char *line, const char *end)
{
    buf_text(text, begin);
    for (const char *at; (at = strstr(line, "%ESC")); line = at + 4)
        buf_format(text, "%.*s\033", (int)(at - line), line);
    buf_format(text, "%s%s", line, end);
}

void
rejections_compare(const char *name, const char *begin, const char *line_end, rejections_read *read, size_t least)
{
    static struct rejections found;
    enum { BEFORE, TEXT, EXPECTED } place = BEFORE;
    char path[512], title[128] = "";
    struct buf file = {0}, text = {0};
    struct fault fault;
    size_t differences = 0, samples = 0, at = 0, expected = 0;
    snprintf(path, sizeof path, TEST_SOURCE_ROOT "/tests/bounce/%s", name);
    if (!textfile_read(path, FILE_MOST, &file, &fault))
        fail_msg("%s", fault.text);
    buf_text(&file, "%%% \n"); /* ends the last sample */
    for (char *line = file.at, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        *end++ = '\0';
        if (strncmp(line, "%%% ", 4) == 0) {
            if (place == EXPECTED && found.count != expected)
                print_error("%s: %zu rejections, not %zu\n", title, found.count, expected);
            differences += place == EXPECTED && found.count != expected;
            snprintf(title, sizeof title, "%s", line + 4);
            buf_clear(&text);
            place = TEXT;
        } else if (strcmp(line, "%%") == 0 && place == TEXT) {
            memset(&found, 0, sizeof found);
            read(buf_string(&text), text.count, &found);
            place = EXPECTED;
            samples++;
            at = expected = 0;
        } else if (place == TEXT) {
            add_line(&text, begin, line, line_end);
        } else if (place == EXPECTED && *line && *line != '#') {
            at += strncmp(line, "recipient = ", 12) == 0;
            expected = at > 0 ? at : 1;
            differences += !holds(&found.at[at > 0 && at <= REJECTIONS_MOST ? at - 1 : 0], title, line);
        }
    }
    buf_free(&file);
    buf_free(&text);
    assert_int_equal(differences, 0);
    assert_in_range(samples, least, SIZE_MAX);
}
