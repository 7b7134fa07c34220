#include "pages/changes.h"

#include "base/clock.h"
#include "base/text.h"
#include "lists/catalogue.h"
#include "lists/data_date.h"
#include "lists/list_state.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MOST = 3 /* changes that are named */ };

/* Returns the bit of the level that a difference is about; 0 = none. */
static unsigned
level_of(const struct difference *d)
{
    static const char level[] = "level ";
    if (strncmp(d->what, level, sizeof level - 1) == 0)
        return 1u << (d->what[sizeof level - 1] - '1');
    return strcmp(d->what, "score") == 0 ? 4 : strchr(d->what, '/') ? 2 : 0;
}

bool
changes_is_list(const struct difference *d)
{
    return strchr(d->what, '.') && !strchr(d->what, '/') && !strchr(d->what, ' ');
}

/* Returns whether a list beside the escalation changed in this way, and lists the address neither then nor now. */
static bool
is_minor(const struct difference *d)
{
    return changes_is_list(d) && strcmp(d->then, "listed") != 0 && strcmp(d->now, "listed") != 0;
}

void
changes_join(observation_differences *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct difference *d = &list->at[i];
        size_t end = i + 1, same = 1;
        if (!is_minor(d))
            continue;
        for (size_t other = end; other < list->count; other++) {
            const struct difference *o = &list->at[other];
            bool joins = is_minor(o) && strcmp(o->then, d->then) == 0 && strcmp(o->now, d->now) == 0;
            same += joins;
            if (!joins)
                list->at[end++] = *o;
        }
        list->count = end;
        if (same > 1)
            snprintf(d->what, sizeof d->what, "%zu lists", same);
    }
}

/* Returns whether a list beside the escalation is on neither side of a difference that says something: it is not known
 * there, or one of its texts is another. */
static bool
is_quiet(const struct difference *d)
{
    bool was_listed = strcmp(d->then, "listed") == 0, is_listed = strcmp(d->now, "listed") == 0;
    if (!changes_is_list(d))
        return strncmp(d->what, "text of ", 8) == 0 && strchr(d->what, '.');
    return !is_listed && !(was_listed && strcmp(d->now, "clear") == 0);
}

/* "now on PSBL", "PSBL cleared" */
static void
put_list_change(struct buf *out, const struct difference *d)
{
    const struct list *list = catalogue_find(catalogue_builtin(), d->what);
    const char *name = list ? list->title : d->what;
    bool was_clear = strcmp(d->then, "clear") == 0, is_listed = strcmp(d->now, "listed") == 0;
    if (is_listed)
        buf_format(out, was_clear ? "now on %s" : "found on %s", name);
    else
        buf_format(out, "%s cleared", name);
}

/* "level 1 cleared", "831 -> 412 impacts"; with several nets, each is named. */
static void
put_change(struct buf *out, const struct difference *d, bool several_nets)
{
    static const char impacts[] = "impacts ";
    bool is_level = strncmp(d->what, "level ", 6) == 0, is_net = strchr(d->what, '/');
    if (changes_is_list(d)) {
        put_list_change(out, d);
    } else if (is_level && strcmp(d->then, "listed") == 0 && strcmp(d->now, "clear") == 0) {
        buf_format(out, "%s cleared", d->what);
    } else if (is_level && strcmp(d->then, "clear") == 0 && strcmp(d->now, "listed") == 0) {
        buf_format(out, "now on %s", d->what);
    } else if (is_net && strncmp(d->change, impacts, sizeof impacts - 1) == 0) {
        const char *figures = d->change + sizeof impacts - 1, *limit = strrchr(figures, '(');
        if (several_nets)
            buf_format(out, "%s ", d->what);
        buf_bytes(out, figures, limit && limit > figures ? (size_t)(limit - 1 - figures) : strlen(figures));
        buf_text(out, " impacts");
    } else if (is_net && strcmp(d->then, "-") == 0) {
        buf_format(out, "%s published", d->what);
    } else if (is_net && strcmp(d->now, "-") == 0) {
        buf_format(out, "%s no longer published", d->what);
    } else {
        observation_difference_text(out, d);
    }
}

unsigned
changes_words(struct buf *out, const struct observation *then, const struct observation *now)
{
    observation_differences all = {0};
    size_t named = 0, rest = 0, nets = 0;
    unsigned levels = 0;
    observation_compare_matched(&all, then, now);
    for (size_t i = 0; i < all.count; i++)
        nets += strchr(all.at[i].what, '/') != NULL;
    for (size_t i = 0; i < all.count; i++) {
        const struct difference *d = &all.at[i];
        bool told = strcmp(d->what, "score") == 0 && (levels & 4); /* by the state of level 3, which comes before */
        levels |= level_of(d);
        if (told || is_quiet(d) || strcmp(d->what, "verdict") == 0) /* follows from the others */
            continue;
        if (named == WORDS_MOST) {
            rest++;
            continue;
        }
        buf_text(out, named++ > 0 ? ", " : "");
        put_change(out, d, nets > 1);
    }
    if (rest > 0)
        buf_format(out, " and %zu more", rest);
    vec_free(&all);
    return levels;
}

/* ---- nets and ASes ---- */

void
last_count_read(struct last_count *last, struct recorder *recorder, const struct resource *resource)
{
    struct fault ignored;
    journal_counts counts = {0};
    struct journal *journal = recorder && !last->read ? recorder_journal(recorder) : NULL;
    last->read = last->read || recorder;
    if (journal && journal_counts_of(journal, resource, 1, &counts, &ignored) && counts.count > 0)
        last->then = counts.at[0];
    vec_free(&counts);
}

/* A figure below zero is unknown or none. */
static void
put_figures(struct buf *out, int64_t then, int64_t now, const char *what)
{
    if (then == now)
        return;
    buf_text(out, out->count > 0 ? ", " : "");
    if (then < 0)
        buf_text(out, "none");
    else
        text_number(out, then);
    buf_text(out, " -> ");
    if (now < 0)
        buf_text(out, "none");
    else
        text_number(out, now);
    buf_format(out, " %s", what);
}

void
last_count_changes(const struct last_count *last, uint32_t serial, int64_t listed, int64_t impacts, struct buf *out)
{
    struct buf figures = {0};
    char at[CLOCK_MINUTE];
    if (last->then.at_ms == 0 || last->then.at_ms >= data_date_serial_ms(serial))
        return;
    put_figures(&figures, last->then.listed, listed, "listed");
    put_figures(&figures, last->then.impacts, impacts, "impacts");
    if (figures.count > 0)
        buf_format(out, "Since your last look (%.10s): %s.", clock_minute(last->then.at_ms, at), buf_string(&figures));
    buf_free(&figures);
}
