#include "console/views/drill.h"

#include "base/text.h"
#include "check/swept.h"
#include "console/views/case_menu.h"
#include "console/views/view_asn.h"
#include "console/views/view_history.h"
#include "console/views/view_journal.h"
#include "console/views/view_note.h"
#include "console/views/view_range.h"
#include "console/views/view_world.h"
#include "session/home.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 24, ADDRESS = 32 };

void
drill_to_range(struct drill *drill, const struct prefix *prefix, const struct addr *here)
{
    view_range_open(drill, prefix, here, NULL);
}

void
drill_to_asn(struct drill *drill, uint32_t asn)
{
    view_asn_open(drill, asn, NULL);
}

void
drill_to_world(struct drill *drill, uint32_t asn)
{
    view_world_open(drill, asn);
}

/* ---- the journal ---- */

struct journal *
drill_journal(const struct drill *drill)
{
    return drill->keeper ? keeper_journal(drill->keeper) : NULL;
}

struct journal *
drill_keeps(const struct drill *drill)
{
    struct journal *journal = drill_journal(drill);
    if (journal && !journal_is_read_only(journal))
        return journal;
    if (journal)
        app_message(drill->app, "%s can only be read: nothing is kept in it", journal_path(journal));
    else
        app_message(drill->app, "%s", drill->no_journal ? drill->no_journal : "there is no journal to keep it in");
    return NULL;
}

void
drill_to_history(struct drill *drill, const struct matter *matter)
{
    view_history_open(drill, matter);
}

/* ---- up ---- */

static bool
is_wider(const struct prefix *candidate, const struct prefix *than)
{
    return candidate->length < than->length && prefix_covers(candidate, than);
}

/* Takes the candidate if it is wider than the prefix and narrower than what was found. */
static void
consider(const struct prefix *candidate, const struct prefix *prefix, struct prefix *found)
{
    if (is_wider(candidate, prefix) && (found->addr.family == ADDR_NONE || candidate->length > found->length))
        *found = *candidate;
}

/* The narrowest published net, record or /24 around it; its family is ADDR_NONE when there is none. */
static struct prefix
find_wider(const struct drill *drill, const struct prefix *prefix, const struct prefix *record)
{
    struct prefix found = {0}, block = prefix_around(&prefix->addr, BLOCK);
    density_nets nets = {0};
    consider(&block, prefix, &found);
    if (record)
        consider(record, prefix, &found);
    if (atlas_zone(drill->atlas, LIST_LEVEL2))
        density_nets_around(&nets, atlas_zones(drill->atlas), atlas_policy(drill->atlas), prefix);
    else
        heard_nets(&drill->heard, prefix, &nets);
    for (size_t i = 0; i < nets.count; i++)
        consider(&nets.at[i].prefix, prefix, &found);
    vec_free(&nets);
    return found;
}

static void
leave_widest(struct drill *drill, const struct prefix *prefix, const struct asndb_record *record,
             const struct prefix *from)
{
    char text[PREFIX_TEXT];
    prefix_text(prefix, text);
    const struct heard_network *told = heard_network(&drill->heard, from);
    if (record && record->asn != 0) {
        view_asn_open(drill, record->asn, from);
    } else if (!atlas_asndb(drill->atlas) && told) {
        view_asn_open(drill, told->asn, from);
        app_message(drill->app, "AS%u announces it, by %s", told->asn,
                    told->by_level3 ? "the text of level 3" : "Team Cymru");
    } else if (!atlas_asndb(drill->atlas)) {
        app_message(drill->app, "who announces %s is not known without an ASN database (--asn-db FILE)", text);
    } else {
        app_message(drill->app, "nobody announces %s, says the ASN database", text);
    }
}

void
drill_up(struct drill *drill, const struct prefix *prefix, const struct addr *here)
{
    struct asndb_record record;
    struct fault fault;
    const struct asndb *asndb = atlas_asndb(drill->atlas);
    struct prefix host = here ? prefix_around(here, ADDRESS) : *prefix;
    bool known = asndb && asndb_find(asndb, here ? here : &prefix->addr, &record, &fault);
    if (prefix->length == ADDRESS) {
        struct prefix block = prefix_around(&prefix->addr, BLOCK);
        drill_to_range(drill, &block, &prefix->addr);
        return;
    }
    struct prefix wider = find_wider(drill, prefix, known ? &record.record : NULL);
    if (wider.addr.family != ADDR_NONE)
        view_range_open(drill, &wider, here, prefix);
    else
        leave_widest(drill, prefix, known ? &record : NULL, &host);
}

/* ---- the app's guide ---- */

/* Of where the user is, as far as one is known; 0 = none. */
static uint32_t
asn_of(const struct drill *drill, const struct app_place *place)
{
    struct asndb_record record;
    struct fault fault;
    if (place->matter && place->matter->kind == MATTER_ASN)
        return place->matter->asn;
    const struct prefix *prefix = place->about ? place->about : place->matter ? &place->matter->prefix : NULL;
    const struct asndb *asndb = atlas_asndb(drill->atlas);
    return prefix && asndb && asndb_find(asndb, &prefix->addr, &record, &fault) ? record.asn : 0;
}

static bool
can_go(void *arg, enum action action, const struct app_place *place)
{
    const struct drill *drill = arg;
    const struct prefix *about = place->about;
    switch (action) {
    case ACTION_WIDER:
        return about && about->addr.family == ADDR_V4 && about->length > 0;
    case ACTION_WORLD:
        return !about || about->length > 0; /* all of it is the world already */
    case ACTION_JOURNAL:
        return drill->keeper || drill->no_journal;
    default:
        return place->matter && drill->keeper;
    }
}

static void
go(void *arg, enum action action, const struct app_place *place)
{
    struct drill *drill = arg;
    switch (action) {
    case ACTION_WIDER:
        drill_up(drill, place->about, NULL);
        break;
    case ACTION_WORLD:
        drill_to_world(drill, asn_of(drill, place));
        break;
    case ACTION_JOURNAL:
        view_journal_open(drill);
        break;
    case ACTION_HISTORY:
        drill_to_history(drill, place->matter);
        break;
    case ACTION_NOTE:
        view_note_open(drill, place->matter);
        break;
    default:
        case_menu_open(drill, place->matter);
        break;
    }
}

static void
on_change(void *arg)
{
    const struct drill *drill = arg;
    app_touch(drill->app);
}

static void
tell(void *arg, struct buf *out)
{
    const struct drill *drill = arg;
    const struct journal *journal = drill_journal(drill);
    if (journal) {
        home_shorten(out, journal_path(journal));
        buf_text(out, journal_is_read_only(journal) ? " is a journal that can only be read"
                                                    : " is the journal: what is asked about is kept in it");
    } else if (drill->no_journal) {
        buf_text(out, drill->no_journal);
    }
}

/* Without a journal. */
static void
excuse(void *arg, enum action action, const struct app_place *place, struct buf *out)
{
    const struct drill *drill = arg;
    bool of_journal = action == ACTION_HISTORY || action == ACTION_NOTE || action == ACTION_STATE;
    if (of_journal && place->matter && !drill->keeper && drill->no_journal)
        buf_text(out, drill->no_journal);
}

void
drill_start(struct drill *drill)
{
    app_on_guide(drill->app,
                 &(struct app_guide){.can = can_go, .go = go, .tell = tell, .excuse = excuse, .arg = drill});
    atlas_on_change(drill->atlas, on_change, drill);
}

void
drill_end(struct drill *drill)
{
    swept_free_all(drill);
    heard_fini(&drill->heard);
}

/* ---- what the user types ---- */

/* "AS64500", in any case, or the number alone. */
static bool
read_asn(const char *text, int64_t *asn)
{
    const char *digits = strncasecmp(text, "as", 2) == 0 ? text + 2 : text;
    size_t taken = text_read_integer(digits, UINT32_MAX, asn);
    return taken > 0 && digits[taken] == '\0';
}

bool
drill_is_place(const char *text)
{
    int64_t asn;
    return strchr(text, '/') || read_asn(text, &asn);
}

bool
drill_to_text(struct drill *drill, const char *text, struct fault *fault)
{
    int64_t asn;
    struct prefix prefix;
    bool host_bits = false;
    char suggested[PREFIX_TEXT];
    if (read_asn(text, &asn)) {
        drill_to_asn(drill, (uint32_t)asn);
        return true;
    }
    if (!prefix_parse(text, &prefix, &host_bits)) {
        if (host_bits)
            return fault_set(fault, "%s has bits set beyond its length; perhaps %s", text,
                             prefix_text(&prefix, suggested));
        return fault_set(fault, "%s is no prefix; one looks like 203.0.113.0/24", text);
    }
    if (prefix.addr.family != ADDR_V4)
        return fault_set(fault, "the UCEPROTECT lists know IPv4 only, and %s is IPv6", text);
    if (prefix.length == 0) {
        drill_to_world(drill, 0);
        return true;
    }
    if (prefix.length < POLICY_SHORTEST)
        return fault_set(fault, "no net is wider than a /%d; W shows the world", POLICY_SHORTEST);
    drill_to_range(drill, &prefix, NULL);
    return true;
}
