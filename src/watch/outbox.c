#include "watch/outbox.h"

#include "base/clock.h"
#include "journal/cases.h"

#include <poll.h>
#include <string.h>

enum { CHANNELS_MOST = 32, FAILURES_MOST = 3 };

/* One run. */
struct sending {
    const struct outbox *box;
    unsigned failures[CHANNELS_MOST];
    bool moved; /* a channel took a message, for which another one may have waited */
};

/* A message, and the channels that were tried in this run. */
struct letter {
    struct journal_message message;
    unsigned tried;
};

/* ---- the journal ---- */

/* Records a report in the case of the address, which an alarm opens with a follow-up. */
static enum journal_result
record(struct journal *j, const struct journal_alarm *alarm, int64_t now_ms, struct fault *fault)
{
    enum { WEEK_MS = 7 * 24 * 60 * 60 * 1000 };
    struct resource resource;
    struct journal_case found;
    struct buf what = {0};
    bool listed = strcmp(alarm->event, "listed") == 0;
    if (!resource_parse(alarm->target, &resource))
        return JOURNAL_DONE;
    bool has_case = journal_case_find(j, &resource, &found, fault);
    bool due = has_case && found.state != CASE_CLOSED && found.due_ms != 0;
    if (has_case)
        journal_case_fini(&found);
    if (!listed && !has_case)
        return JOURNAL_DONE;
    buf_format(&what, "%s%s%s (%s): %s", alarm->label, *alarm->label ? " " : "", listed ? "listed" : "no longer listed",
               alarm->scope, alarm->headline);
    enum journal_result result = listed
                                     ? journal_case_add_contact(j, &resource, "watch", buf_string(&what), now_ms, fault)
                                     : journal_case_add_report(j, &resource, "watch", buf_string(&what), now_ms, fault);
    buf_free(&what);
    if (result == JOURNAL_DONE && listed && !due)
        result = journal_case_set_due(j, &resource, now_ms + WEEK_MS, fault);
    return result;
}

/* Stores what a message still waits for, and after the first channel has taken it, that it was told. */
static enum journal_result
store(const struct outbox *box, const struct journal_message *m, const journal_alarms *told, struct fault *fault)
{
    enum journal_result result = journal_begin(box->journal, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = journal_message_update(box->journal, m, fault);
    if (result == JOURNAL_DONE && told)
        result = journal_message_tell(box->journal, m, fault);
    for (size_t i = 0; told && i < told->count && result == JOURNAL_DONE; i++)
        result = record(box->journal, &told->at[i], m->told_ms, fault);
    if (result == JOURNAL_DONE)
        return journal_commit(box->journal, fault);
    journal_undo(box->journal);
    return result;
}

/* Stores the message, and tries again while another program writes. */
static void
update(const struct outbox *box, const struct journal_message *m, const journal_alarms *told)
{
    enum { STEP_MS = 50 };
    int64_t until_ms = clock_now_ms() + JOURNAL_WAIT_MS;
    enum journal_result result;
    struct fault fault;
    while ((result = store(box, m, told, &fault)) == JOURNAL_BUSY && clock_now_ms() < until_ms)
        poll(NULL, 0, STEP_MS);
    if (result != JOURNAL_DONE)
        box->report(box->arg, &fault);
}

/* ---- the run ---- */

/* Hands a message to a channel. */
static void
send_to(struct sending *s, struct letter *letter, const journal_alarms *alarms, unsigned channel)
{
    const struct outbox *box = s->box;
    struct journal_message *m = &letter->message, before = *m;
    struct fault fault, sentence;
    before.tries -= letter->tried != 0; /* those of this run */
    m->tries += letter->tried == 0;
    if (letter->tried == 0)
        update(box, m, NULL);
    letter->tried |= channel;
    if (!box->send(box->arg, channel, &before, alarms, &fault)) {
        s->failures[__builtin_ctz(channel)]++;
        fault_set(&sentence, "%s; the next run sends the message again", fault.text);
        box->report(box->arg, &sentence);
        return;
    }
    bool first = m->told_ms == 0;
    m->told_ms = first ? clock_wall_ms() : m->told_ms;
    m->waits &= ~channel;
    s->moved = true;
    update(box, m, first ? alarms : NULL);
}

/* Hands a message to each channel that it waits for, unless an older one about its targets waits there. */
static void
send_letter(struct sending *s, struct letter *letter)
{
    const struct outbox *box = s->box;
    struct journal_message *m = &letter->message;
    journal_alarms alarms;
    struct fault fault;
    if (!(m->waits & ~letter->tried))
        return;
    if (!journal_alarms_read(box->journal, &m->uuid, &alarms, &fault)) {
        box->report(box->arg, &fault);
        return;
    }
    for (unsigned left = alarms.count > 0 ? m->waits & ~letter->tried : 0; left; left &= left - 1) {
        unsigned channel = left & -left;
        if (s->failures[__builtin_ctz(channel)] < FAILURES_MOST &&
            !journal_message_is_behind(box->journal, box->fleet, m, channel, &fault))
            send_to(s, letter, &alarms, channel);
    }
    if (alarms.count == 0) { /* its targets were forgotten */
        m->waits = 0;
        update(box, m, NULL);
    }
    journal_alarms_fini(&alarms);
}

void
outbox_send(const struct outbox *box)
{
    struct sending s = {.box = box, .moved = true};
    VEC(struct letter) letters = {0};
    journal_messages waiting;
    struct fault fault;
    if (!journal_messages_waiting(box->journal, box->fleet, &waiting, &fault)) {
        box->report(box->arg, &fault);
        return;
    }
    for (size_t i = 0; i < waiting.count; i++) {
        struct journal_message *m = &waiting.at[i];
        unsigned waits = m->waits & box->channels ? m->waits & box->channels : box->channels;
        bool same = waits == m->waits;
        m->waits = waits;
        if (!same)
            update(box, m, NULL);
        vec_push(&letters, ((struct letter){.message = *m}));
    }
    while (s.moved) {
        s.moved = false;
        for (size_t i = 0; i < letters.count; i++)
            send_letter(&s, &letters.at[i]);
    }
    vec_free(&waiting);
    vec_free(&letters);
}
