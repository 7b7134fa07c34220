#include "watch/outbox.h"

#include "base/clock.h"

#include <poll.h>

/* Stores what a message still waits for, and tries again while another program writes. */
static void
update(const struct outbox *box, const struct journal_message *m)
{
    enum { STEP_MS = 50 };
    int64_t until_ms = clock_now_ms() + JOURNAL_WAIT_MS;
    enum journal_result result;
    struct fault fault;
    while ((result = journal_message_update(box->journal, m, &fault)) == JOURNAL_BUSY && clock_now_ms() < until_ms)
        poll(NULL, 0, STEP_MS);
    if (result != JOURNAL_DONE)
        box->report(box->arg, &fault);
}

/* Sends a message through each channel that has not taken it. *broken has the channels that failed in this run. */
static void
send_message(const struct outbox *box, struct journal_message *m, unsigned *broken)
{
    const struct journal_message told = *m;
    journal_alarms alarms;
    struct fault fault, sentence;
    if (!journal_alarms_read(box->journal, &m->uuid, &alarms, &fault)) {
        box->report(box->arg, &fault);
        return;
    }
    m->tries++;
    m->waits = m->waits & box->channels ? m->waits & box->channels : box->channels;
    update(box, m);
    for (unsigned left = alarms.count > 0 ? m->waits & ~*broken : 0; left; left &= left - 1) {
        unsigned channel = left & -left;
        if (!box->send(box->arg, channel, &told, &alarms, &fault)) {
            *broken |= channel;
            fault_set(&sentence, "%s; the next run sends the message again", fault.text);
            box->report(box->arg, &sentence);
            continue;
        }
        m->waits &= ~channel;
        update(box, m);
    }
    if (alarms.count == 0) { /* its targets were forgotten */
        m->waits = 0;
        update(box, m);
    }
    journal_alarms_fini(&alarms);
}

void
outbox_send(const struct outbox *box)
{
    journal_messages waiting;
    struct fault fault;
    unsigned broken = 0;
    if (!journal_messages_waiting(box->journal, &waiting, &fault)) {
        box->report(box->arg, &fault);
        return;
    }
    for (size_t i = 0; i < waiting.count; i++)
        send_message(box, &waiting.at[i], &broken);
    vec_free(&waiting);
}
