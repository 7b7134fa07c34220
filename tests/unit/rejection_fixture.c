#include "rejection_fixture.h"

#include "base/fault.h"
#include "base/textfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FILE_MOST = 1 << 20 };

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
                 {"text", r->text}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(key, texts[i].key) == 0)
            buf_text(out, texts[i].value);
    for (size_t i = 0; i < REJECTION_ADVICE && strcmp(key, "advice") == 0 && r->advice[i]; i++)
        buf_format(out, "%s%s", i ? " " : "", rejection_advice_name(r->advice[i]));
}

bool
rejection_holds(const struct rejection *r, const char *title, const char *line)
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

void
rejection_samples(const char *name, struct buf *out)
{
    char path[512];
    struct fault fault;
    snprintf(path, sizeof path, TEST_SOURCE_ROOT "/tests/bounce/%s", name);
    if (!textfile_read(path, FILE_MOST, out, &fault))
        fail_msg("%s", fault.text);
}
