/* A row of CSV (RFC 4180), written by hand into room that is made once, because tables have a million rows. */
#include "command/result.h"

#include "base/text.h"
#include "command/output.h"

#include <stdio.h>
#include <string.h>

/* What all cells take together that hold neither a name nor a sentence. */
enum { CELLS_ROOM = 512, NUMBER_ROOM = 24, LISTS_ROOM = 128 };

static char *
put_text(char *at, const char *text)
{
    return stpcpy(at, text);
}

/* Clean text, perhaps none. */
static char *
put_foreign(char *at, const char *text)
{
    return text && *text ? output_csv_put(at, text, strlen(text)) : at;
}

/* ---- cells ---- */

static char *
put_target(char *at, const struct result_row *row)
{
    return row->summary ? put_text(at, row->target) : put_foreign(at, row->target); /* an address needs no quotes */
}

static char *
put_label(char *at, const struct result_row *row)
{
    return put_foreign(at, row->label);
}

static char *
put_causes(char *at, unsigned causes)
{
    while (causes) {
        unsigned cause = causes & -causes;
        at = put_text(at, cause_name((enum cause)cause));
        causes -= cause;
        if (causes)
            *at++ = '+';
    }
    return at;
}

static char *
put_states(char *at, const struct summary *summary)
{
    const struct list_states *states = &summary->states;
    at = put_text(at, verdict_state_name(summary->judgement.state));
    *at++ = ',';
    at = put_causes(at, summary->judgement.causes);
    for (size_t i = 0; i < LIST_LEVELS; i++) {
        *at++ = ',';
        at = put_text(at, list_state_name(states->levels[i]));
    }
    *at++ = ',';
    at = put_text(at, list_state_name(states->exemption));
    *at++ = ',';
    return put_text(at, list_state_name(states->backscatterer));
}

/* These cells follow from the lists, which are the same in most rows as in the row before. */
static char *
put_lists(char *at, const struct result_row *row)
{
    static struct {
        struct list_states states;
        size_t count;
        char cells[LISTS_ROOM];
    } last;
    const struct summary *summary = row->summary;
    if (last.count == 0 || memcmp(&last.states, &summary->states, sizeof last.states) != 0) {
        last.states = summary->states;
        last.count = (size_t)(put_states(last.cells, summary) - last.cells);
    }
    memcpy(at, last.cells, sizeof last.cells); /* all the room: quicker than the right count */
    return at + last.count;
}

static char *
put_asn(char *at, const struct result_row *row)
{
    return row->summary->asn ? text_digits(at, row->summary->asn) : at;
}

static char *
put_org(char *at, const struct result_row *row)
{
    return output_csv_put(at, row->summary->org, row->summary->org_count);
}

static char *
put_net(char *at, const struct result_row *row)
{
    const struct summary_net *net = &row->summary->net;
    char prefix[PREFIX_TEXT];
    if (!net->have)
        return put_text(at, ",,");
    at = put_text(at, prefix_text(&net->prefix, prefix));
    if (net->impacts == LISTING_UNKNOWN)
        return put_text(at, ",,");
    *at++ = ',';
    at = text_digits(at, (uint64_t)net->impacts);
    *at++ = ',';
    return text_digits(at, (uint64_t)net->limit);
}

/* With one decimal, as the operator prints it. */
static char *
put_score(char *at, const struct result_row *row)
{
    double score = row->summary->score;
    if (!row->summary->has_score)
        return at;
    uint64_t tenths = (uint64_t)(score * 10 + 0.5);
    if ((double)tenths / 10 != score)
        return at + snprintf(at, NUMBER_ROOM, "%.1f", score);
    at = text_digits(at, tenths / 10);
    *at++ = '.';
    *at++ = (char)('0' + tenths % 10);
    return at;
}

static char *
put_error(char *at, const struct result_row *row)
{
    return put_foreign(at, row->error);
}

/* ---- rows ---- */

/* Some functions write several cells, and the commas between them. */
static const struct {
    const char *names;
    char *(*put)(char *at, const struct result_row *);
    bool always; /* also without a standing */
} columns[] = {
    {"target", put_target, true},
    {"label", put_label, true},
    {"state,cause,level1,level2,level3,exemption,backscatterer", put_lists, false},
    {"asn", put_asn, false},
    {"org", put_org, false},
    {"prefix,impacts,limit", put_net, false},
    {"score", put_score, false},
    {"error", put_error, true},
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

void
result_csv_head(struct buf *out)
{
    for (size_t i = 0; i < COLUMNS; i++)
        buf_format(out, "%s%s", i ? "," : "", columns[i].names);
    buf_text(out, "\r\n");
}

static char *
put_nothing(char *at, const char *names)
{
    while ((names = strchr(names, ',')) != NULL) {
        *at++ = ',';
        names++;
    }
    return at;
}

static size_t
room_for(const struct result_row *row)
{
    const char *const texts[] = {row->target, row->label, row->error};
    size_t room = CELLS_ROOM + (row->summary ? OUTPUT_CSV_ROOM(row->summary->org_count) : 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] && *texts[i])
            room += OUTPUT_CSV_ROOM(strlen(texts[i]));
    return room;
}

void
result_csv_row(struct buf *out, const struct result_row *row)
{
    char *at = buf_room(out, room_for(row));
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i)
            *at++ = ',';
        at = row->summary || columns[i].always ? columns[i].put(at, row) : put_nothing(at, columns[i].names);
    }
    buf_wrote(out, put_text(at, "\r\n"));
}

void
result_csv(struct buf *out, const struct result *r)
{
    struct summary summary;
    if (r->evidence)
        summary_of(&summary, r->evidence);
    result_csv_row(
        out, &(struct result_row){
                 .target = r->target, .label = r->label, .error = r->error, .summary = r->evidence ? &summary : NULL});
}
