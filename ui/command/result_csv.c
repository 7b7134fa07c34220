/* A row of CSV (RFC 4180), written by hand into room that is made once, because tables have a million rows. */
#include "command/result.h"

#include "base/csv.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for all cells together that hold neither a name nor a sentence. */
enum { CELLS_ROOM = 512, NUMBER_ROOM = 24, LISTS_ROOM = 128 };

/* Without a summary, the cells of lists and network are empty. */
#define TARGET_CELLS "target,label"
#define LISTS_CELLS "state,cause,level1,level2,level3,exemption,backscatterer"
#define NETWORK_CELLS "asn,org,prefix,impacts,limit,score"
#define LAST_CELLS "error,zone_age_s,listed_on,not_counted"

void
result_csv_head(struct buf *out)
{
    buf_text(out, TARGET_CELLS "," LISTS_CELLS "," NETWORK_CELLS "," LAST_CELLS "\r\n");
}

/* Appends clean text; NULL and "" are an empty cell. */
static char *
put_text(char *at, const char *text)
{
    return text && *text ? csv_put(at, text, strlen(text)) : at;
}

/* These cells follow from the lists, which are the same in most rows as in the row before. */
static char *
put_lists(char *at, const struct summary *summary)
{
    static struct {
        struct list_states states;
        struct judgement judgement;
        size_t count;
        char cells[LISTS_ROOM];
    } last;
    if (last.count == 0 || memcmp(&last.states, &summary->states, sizeof last.states) != 0 ||
        memcmp(&last.judgement, &summary->judgement, sizeof last.judgement) != 0) {
        const struct list_states *states = &summary->states;
        char *end = stpcpy(last.cells, verdict_state_name(summary->judgement.state));
        *end++ = ',';
        for (unsigned causes = summary->judgement.causes, cause; causes; causes -= cause) {
            cause = causes & -causes;
            end = stpcpy(end, cause_name((enum cause)cause));
            if (causes != cause)
                *end++ = '+';
        }
        for (size_t i = 0; i < LIST_LEVELS; i++) {
            *end++ = ',';
            end = stpcpy(end, list_state_name(states->levels[i]));
        }
        *end++ = ',';
        end = stpcpy(end, list_state_name(states->exemption));
        *end++ = ',';
        end = stpcpy(end, list_state_name(states->backscatterer));
        last.states = *states;
        last.judgement = summary->judgement;
        last.count = (size_t)(end - last.cells);
    }
    memcpy(at, last.cells, sizeof last.cells); /* all the room: faster than the exact count */
    return at + last.count;
}

static char *
put_network(char *at, const struct summary *summary)
{
    const struct summary_net *net = &summary->net;
    bool counted = net->have && net->impacts != LISTING_UNKNOWN;
    char prefix[PREFIX_TEXT];
    if (summary->asn)
        at = text_digits(at, summary->asn);
    *at++ = ',';
    at = csv_put(at, summary->org, summary->org_count);
    *at++ = ',';
    if (net->have)
        at = stpcpy(at, prefix_text(&net->prefix, prefix));
    *at++ = ',';
    if (counted)
        at = text_digits(at, (uint64_t)net->impacts);
    *at++ = ',';
    if (counted)
        at = text_digits(at, (uint64_t)net->limit);
    *at++ = ',';
    if (!summary->has_score)
        return at;
    uint64_t tenths = (uint64_t)(summary->score * 10 + 0.5);
    if ((double)tenths / 10 != summary->score)
        return at + snprintf(at, NUMBER_ROOM, "%.1f", summary->score);
    at = text_digits(at, tenths / 10); /* with one decimal, as the operator prints it */
    *at++ = '.';
    *at++ = (char)('0' + tenths % 10);
    return at;
}

/* Writes the zones of other lists that list it, with blanks between, and how many gave no answer that counts. */
static char *
put_others(char *at, const struct summary *summary)
{
    enum { BITS = 64 };
    const char *const begin = at;
    for (size_t word = 0; word < SUMMARY_WORDS; word++)
        for (uint64_t left = summary->listed_on[word]; left; left &= left - 1) {
            if (at > begin)
                *at++ = ' ';
            at = stpcpy(at, catalogue_list(summary->catalogue, word * BITS + (size_t)__builtin_ctzll(left))->zone);
        }
    *at++ = ',';
    return text_digits(at, summary->not_counted);
}

void
result_csv_row(struct buf *out, const struct result_row *row)
{
    const struct summary *summary = row->summary;
    const char *const texts[] = {row->target, row->label, row->error};
    size_t room = CELLS_ROOM + (summary ? CSV_ROOM(summary->org_count) : 0);
    for (size_t word = 0; summary && word < SUMMARY_WORDS; word++)
        room += (size_t)__builtin_popcountll(summary->listed_on[word]) * (LIST_ZONE + 1);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        room += texts[i] ? CSV_ROOM(strlen(texts[i])) : 0;
    char *at = buf_room(out, room);
    at = summary ? stpcpy(at, row->target) : put_text(at, row->target); /* an address needs no quotes */
    *at++ = ',';
    at = put_text(at, row->label);
    *at++ = ',';
    if (summary) {
        at = put_lists(at, summary);
        *at++ = ',';
        at = put_network(at, summary);
    } else {
        for (const char *names = LISTS_CELLS "," NETWORK_CELLS; (names = strchr(names, ',')) != NULL; names++)
            *at++ = ',';
    }
    *at++ = ',';
    at = put_text(at, row->error);
    *at++ = ',';
    if (summary && summary->has_age && summary->age_s < 0)
        *at++ = '-';
    if (summary && summary->has_age)
        at = text_digits(at, (uint64_t)llabs(summary->age_s));
    *at++ = ',';
    if (summary)
        at = put_others(at, summary);
    else
        *at++ = ',';
    buf_wrote(out, stpcpy(at, "\r\n"));
}

void
result_csv(struct buf *out, const struct result *r)
{
    struct summary summary;
    if (r->evidence)
        summary_of(&summary, r->evidence);
    if (r->survey) /* which has more addresses than one */
        summary.judgement =
            (struct judgement){r->verdict->state, r->verdict->listed, r->verdict->others, r->verdict->causes};
    result_csv_row(
        out, &(struct result_row){
                 .target = r->target, .label = r->label, .error = r->error, .summary = r->evidence ? &summary : NULL});
}
