/* Observations and cases as CSV. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/csv.h"

#include <stdlib.h>

static void
put_cell(struct buf *out, const char *text)
{
    buf_byte(out, ',');
    csv_cell(out, text);
}

static void
put_time(struct buf *out, int64_t wall_ms)
{
    char text[CLOCK_TEXT] = "";
    if (wall_ms > 0)
        clock_rfc3339(wall_ms, text);
    put_cell(out, text);
}

static void
put_number(struct buf *out, int64_t number, bool known)
{
    buf_byte(out, ',');
    if (known)
        buf_format(out, "%lld", (long long)number);
}

/* Joins the lines of a note with "/", so that a row is one line. */
static void
put_case(struct buf *out, const struct journal_case *a_case)
{
    struct buf note = {0};
    put_cell(out, a_case ? case_state_name(a_case->state) : NULL);
    put_time(out, a_case ? a_case->due_ms : 0);
    put_cell(out, a_case ? a_case->ticket : NULL);
    put_cell(out, a_case ? a_case->tags : NULL);
    if (a_case)
        journal_case_note_text(a_case, &note);
    for (size_t i = 0; i < note.count; i++)
        if (note.at[i] == '\n')
            note.at[i] = i + 1 < note.count ? '/' : ' ';
    put_cell(out, buf_string(&note));
    buf_free(&note);
}

void
journal_command_csv_head(struct buf *out)
{
    buf_text(out,
             "target,first_seen,last_seen,times,source,resolver,state,level1,level2,level3,exemption,backscatterer,"
             "asn,org,country,name,prefix,impacts,limit,score,headline,case,due,ticket,tags,note\r\n");
}

void
journal_command_csv_case(struct buf *out, const struct journal_case *a_case)
{
    enum { OBSERVATION_COLUMNS = 20 };
    char text[RESOURCE_TEXT];
    csv_cell(out, resource_text(&a_case->resource, text));
    for (int i = 0; i < OBSERVATION_COLUMNS; i++)
        buf_byte(out, ',');
    put_case(out, a_case);
    buf_text(out, "\r\n");
}

void
journal_command_csv_rejection(struct buf *out, const struct journal_rejection *r)
{
    enum { BETWEEN = 15 }; /* from the resolver to the score */
    char address[ADDR_TEXT];
    struct buf words = {0};
    csv_cell(out, addr_text(&r->address, address));
    put_time(out, r->at_ms);
    put_time(out, r->at_ms);
    put_number(out, 1, true);
    put_cell(out, "bounce");
    for (int i = 0; i < BETWEEN; i++)
        buf_byte(out, ',');
    buf_format(&words, "%s rejected mail because of %s", *r->receiver ? r->receiver : "a receiver", r->list);
    put_cell(out, buf_string(&words));
    put_case(out, NULL);
    buf_text(out, "\r\n");
    buf_free(&words);
}

void
journal_command_csv_row(struct buf *out, const struct observation *o, const struct journal_case *a_case)
{
    const struct listed_net *net = NULL;
    char address[ADDR_TEXT], prefix[PREFIX_TEXT];
    for (size_t i = 0; i < o->nets.count; i++) /* the widest, if possible with impacts */
        if (!net || net->impacts == LISTING_UNKNOWN || o->nets.at[i].impacts != LISTING_UNKNOWN)
            net = &o->nets.at[i];
    csv_cell(out, addr_text(&o->address, address));
    put_time(out, o->first_ms);
    put_time(out, o->last_ms);
    put_number(out, o->times, true);
    put_cell(out, o->source == SOURCE_ZONE ? "zone" : o->source == SOURCE_DNS ? "dns" : NULL);
    put_cell(out, o->resolver);
    put_cell(out, verdict_state_name(o->verdict));
    for (size_t i = 0; observation_part_at(i); i++)
        put_cell(out, list_state_name(observation_state(o, observation_part_at(i))));
    put_number(out, o->asn, o->asn > 0);
    put_cell(out, o->org);
    put_cell(out, o->country);
    put_cell(out, o->name);
    put_cell(out, net ? prefix_text(&net->prefix, prefix) : NULL);
    put_number(out, net ? net->impacts : 0, net && net->impacts != LISTING_UNKNOWN);
    put_number(out, net ? net->limit : 0, net && net->limit > 0 && !net->permanent);
    buf_byte(out, ',');
    if (o->score >= 0)
        buf_format(out, "%.1f", o->score);
    put_cell(out, o->headline);
    put_case(out, a_case);
    buf_text(out, "\r\n");
}
