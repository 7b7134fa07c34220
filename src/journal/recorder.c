/* Results wait in one queue, in the order in which they were found, until the journal has stored them. A step of the
 * console's loop must be short, so a prefix with many neighbours is cut into pieces, and writing stops after SLICE_US;
 * the timer continues with the rest. */
#include "journal/recorder.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/sort.h"
#include "journal/damage.h"
#include "journal/history.h"
#include "journal/transfer.h"
#include "zones/zone_file.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SLICE_US = 8 * 1000,
    RETRY_MS = 200,       /* while another program writes */
    LAST_RETRY_MS = 20,   /* the same at the end, because nothing else is left to do */
    CHECK_FIRST_MS = 250, /* so that the first frame comes before it */
    CHECK_EVERY_MS = 20,  /* between two tables: keys come first, and the console is soon idle */
    CHECK_MOST_MS = 15,   /* for one */
    OPEN_EVERY_MS = 3000, /* a journal that could not be opened */
    OTHERS_MS = 1000,     /* between two checks whether another program has written */
    PIECE = 512,          /* listed neighbours written at once */
    REASONS = 32,         /* reported sentences, so that none is reported twice */
    RECENT = 64,          /* last prefixes of a zone, so that none is written twice */
    TEST_RECORD = 0x7f000002
};

/* The neighbours of a prefix. */
struct around {
    struct prefix prefix;
    int64_t at_ms;
    uint32_t *listed, *asked; /* asked NULL = all */
    size_t listed_count, asked_count;
};

enum item_kind { ITEM_OBSERVATION, ITEM_NEIGHBOURS, ITEM_COUNT };

struct item {
    enum item_kind kind;
    union {
        struct observation observation;
        struct around around;
        struct journal_count count;
    };
};

struct look {
    struct addr address;
    struct last_look last;
};

struct recorder {
    struct loop *loop;
    struct journal *journal; /* NULL once it broke */
    bool batched;
    int64_t leave_ms; /* by the clock; INT64_MAX = with patience */
    recorder_reports *report;
    void *arg;
    VEC(struct item) queue;
    struct timer timer, check, opening;
    char *path; /* of the journal that could not be opened; NULL = none */
    bool usual;
    size_t table; /* the next one to examine for damage */
    unsigned version;
    int64_t check_again_ms; /* whether another program has written */
    VEC(char *) reported;
    VEC(struct look *) looks;     /* of addresses that were asked in this run */
    struct around recent[RECENT]; /* prefix and at_ms only; a ring */
    size_t recent_next;
};

/* ---- reporting ---- */

static void
report_once(struct recorder *k, const char *sentence)
{
    for (size_t i = 0; i < k->reported.count; i++)
        if (strcmp(k->reported.at[i], sentence) == 0)
            return;
    if (k->reported.count == REASONS)
        return;
    vec_push(&k->reported, mem_copy(sentence));
    k->report(k->arg, sentence);
}

/* ---- the queue ---- */

static void
drop_first(struct recorder *k, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct item *item = &k->queue.at[i];
        if (item->kind == ITEM_OBSERVATION)
            observation_fini(&item->observation);
        if (item->kind == ITEM_NEIGHBOURS) {
            free(item->around.listed);
            free(item->around.asked);
        }
    }
    k->queue.count -= count;
    if (count > 0 && k->queue.count > 0)
        memmove(k->queue.at, k->queue.at + count, k->queue.count * sizeof k->queue.at[0]);
}

bool
recorder_stores(const struct recorder *k)
{
    return k->journal && !journal_is_read_only(k->journal);
}

/* ---- writing ---- */

/* Writes the first `most` items in one transaction. */
static enum journal_result
write_first(struct recorder *k, size_t most, int64_t until_us, size_t *count, struct fault *fault)
{
    enum journal_result result = journal_begin_observations(k->journal, fault);
    *count = 0;
    if (result != JOURNAL_DONE)
        return result;
    while (*count < k->queue.count && *count < most && (*count == 0 || clock_now_us() < until_us)) {
        const struct item *item = &k->queue.at[*count];
        const struct around *around = &item->around;
        if (item->kind == ITEM_OBSERVATION)
            result = journal_observe(k->journal, &item->observation, NULL, fault);
        else if (item->kind == ITEM_NEIGHBOURS)
            result = journal_neighbours_add(k->journal, &around->prefix, around->at_ms, around->listed,
                                            around->listed_count, around->asked, around->asked_count, fault);
        else
            result = journal_count_store(k->journal, &item->count, fault);
        if (result != JOURNAL_DONE) {
            journal_undo(k->journal);
            return result;
        }
        ++*count;
    }
    return journal_commit(k->journal, fault);
}

/* Writes until the queue is empty or the time is over. After a failure, writes one item at a time, so that only items
 * that cannot be stored are lost; *lost is set then. */
static enum journal_result
write_out(struct recorder *k, int64_t until_us, bool *lost)
{
    struct fault fault = {""};
    size_t most = SIZE_MAX, count;
    bool late = false;
    while (k->queue.count > 0 && !late) {
        enum journal_result result = write_first(k, most, until_us, &count, &fault);
        if (result == JOURNAL_BUSY)
            return result;
        if (result == JOURNAL_DONE) {
            drop_first(k, count);
            k->version++;
        } else if (result == JOURNAL_FAILED && most > 1) {
            most = 1;
        } else {
            *lost = true;
            report_once(k, fault.text);
            drop_first(k, result == JOURNAL_BROKEN ? k->queue.count : 1);
            if (result == JOURNAL_BROKEN) {
                journal_close(k->journal);
                k->journal = NULL;
                k->version++;
            }
        }
        late = clock_now_us() >= until_us;
    }
    return JOURNAL_DONE;
}

static void
work(void *arg)
{
    struct recorder *k = arg;
    bool lost = false;
    if (!k->journal)
        return;
    int64_t until_us = clock_now_us() + SLICE_US;
    enum journal_result result = write_out(k, until_us, &lost);
    if (k->queue.count > 0)
        loop_timer_set(k->loop, &k->timer, clock_now_ms() + (result == JOURNAL_BUSY ? RETRY_MS : 0));
}

static void
enqueue(struct recorder *k, const struct item *item)
{
    struct fault fault;
    if (k->queue.count >= RECORDER_QUEUE && !(k->batched && recorder_flush(k)) && k->queue.count >= RECORDER_QUEUE) {
        fault_set(&fault, "another program holds the journal %s: what was found first is no longer kept",
                  journal_path(k->journal));
        report_once(k, fault.text);
        drop_first(k, 1);
    }
    vec_push(&k->queue, *item);
    if (!k->batched && !loop_timer_is_set(&k->timer))
        work(k);
}

bool
recorder_flush(struct recorder *k)
{
    bool lost = false;
    if (k->queue.count == 0)
        return true;
    write_out(k, INT64_MAX, &lost);
    if (k->queue.count == 0)
        loop_timer_clear(k->loop, &k->timer);
    return k->queue.count == 0 && !lost;
}

/* ---- damage ---- */

/* Examines a table at a time while the user reads, as far as that takes no longer than a key may wait. */
static void
check(void *arg)
{
    struct recorder *k = arg;
    struct fault fault = {""};
    size_t before = k->table;
    if (!k->journal)
        return;
    if (!journal_check_table(k->journal, &k->table, CHECK_MOST_MS, &fault))
        report_once(k, fault.text);
    else if (k->table > before)
        loop_timer_set(k->loop, &k->check, clock_now_ms() + CHECK_EVERY_MS);
}

/* ---- a journal that could not be opened ---- */

static void
open_again(void *arg)
{
    struct recorder *k = arg;
    struct fault notice, fault;
    struct journal *journal = k->journal ? journal_open(k->path, k->usual, JOURNAL_WRITES, 0, &notice, &fault) : NULL;
    if (!journal || journal_is_read_only(journal) || journal_take(journal, k->journal, &fault) != JOURNAL_DONE) {
        journal_close(journal);
        loop_timer_set(k->loop, &k->opening, clock_now_ms() + OPEN_EVERY_MS);
        return;
    }
    journal_close(k->journal);
    k->journal = journal;
    k->version++;
    fault_set(&fault, "%s%sthe journal %s is open now, and what was found before is in it", notice.text,
              *notice.text ? "; " : "", journal_path(journal));
    report_once(k, fault.text);
    loop_timer_set(k->loop, &k->check, clock_now_ms() + CHECK_FIRST_MS);
}

void
recorder_open_later(struct recorder *k, const char *path, bool usual)
{
    k->path = mem_copy(path);
    k->usual = usual;
    k->opening = (struct timer){.fire = open_again, .arg = k};
    loop_timer_set(k->loop, &k->opening, clock_now_ms() + OPEN_EVERY_MS);
}

/* ---- life ---- */

struct recorder *
recorder_new(struct loop *loop, struct journal *journal, bool batched, recorder_reports *report, void *arg)
{
    struct recorder *k = mem_zero(sizeof *k);
    k->loop = loop;
    k->journal = journal;
    k->batched = batched;
    k->leave_ms = INT64_MAX;
    k->report = report;
    k->arg = arg;
    k->timer = (struct timer){.fire = work, .arg = k};
    k->check = (struct timer){.fire = check, .arg = k};
    if (!batched && !journal_is_in_memory(journal))
        loop_timer_set(loop, &k->check, clock_now_ms() + CHECK_FIRST_MS);
    return k;
}

void
recorder_leave_by(struct recorder *k, int64_t at_ms)
{
    k->leave_ms = at_ms;
}

void
recorder_free(struct recorder *k)
{
    struct fault fault;
    if (!k)
        return;
    int patience_ms = k->batched ? JOURNAL_WAIT_MS : RECORDER_LEAVING_MS;
    int64_t until_ms = clock_now_ms() + patience_ms;
    for (int tries = 0; !recorder_flush(k) && k->queue.count > 0 && tries < patience_ms / LAST_RETRY_MS; tries++) {
        if (clock_now_ms() >= until_ms || clock_now_ms() >= k->leave_ms)
            break;
        nanosleep(&(struct timespec){.tv_nsec = LAST_RETRY_MS * 1000000L}, NULL);
    }
    if (k->queue.count > 0) {
        fault_set(&fault, "another program holds the journal %s: %zu things that were found are not kept",
                  journal_path(k->journal), k->queue.count);
        report_once(k, fault.text);
    }
    loop_timer_clear(k->loop, &k->timer);
    loop_timer_clear(k->loop, &k->check);
    loop_timer_clear(k->loop, &k->opening);
    free(k->path);
    drop_first(k, k->queue.count);
    vec_free(&k->queue);
    for (size_t i = 0; i < k->reported.count; i++)
        free(k->reported.at[i]);
    vec_free(&k->reported);
    for (size_t i = 0; i < k->looks.count; i++) {
        observation_fini(&k->looks.at[i]->last.then);
        free(k->looks.at[i]);
    }
    vec_free(&k->looks);
    journal_close(k->journal);
    free(k);
}

struct journal *
recorder_journal(struct recorder *k)
{
    return k->journal;
}

/* Another program may write all the time, and a check costs more than a frame. */
unsigned
recorder_version(struct recorder *k)
{
    int64_t now_ms = clock_now_ms();
    if (k->journal && now_ms >= k->check_again_ms) {
        k->version += journal_has_changed(k->journal);
        k->check_again_ms = now_ms + OTHERS_MS;
    }
    return k->version;
}

void
recorder_touched(struct recorder *k)
{
    k->version++;
}

/* ---- results ---- */

void
recorder_seen(struct recorder *k, const struct addr *address, struct seen *out)
{
    struct fault fault = {""};
    seen_fini(out);
    if (k->journal && !journal_seen(k->journal, address, out, &fault)) {
        seen_fini(out);
        if (*fault.text)
            report_once(k, fault.text);
    }
    for (size_t i = 0; i < k->queue.count; i++) {
        const struct item *item = &k->queue.at[i];
        if (item->kind == ITEM_OBSERVATION && addr_equal(&item->observation.address, address))
            observation_add_seen(out, &item->observation.lists, item->observation.first_ms, item->observation.last_ms);
    }
}

/* Enqueues copies, in halves while they are too many to be written at once. */
static void
enqueue_around(struct recorder *k, const struct around *around)
{
    struct item item = {.kind = ITEM_NEIGHBOURS, .around = *around};
    if (around->listed_count > PIECE && around->prefix.length < 32) {
        struct around low = *around, high = *around;
        low.prefix.length = ++high.prefix.length;
        uint32_t middle = addr_to_v4(&around->prefix.addr) | UINT32_C(1) << (32 - high.prefix.length);
        high.prefix.addr = addr_from_v4(middle);
        sort_search(low.listed_count, 0, around->listed_count, around->listed[low.listed_count] < middle);
        high.listed += low.listed_count;
        high.listed_count -= low.listed_count;
        if (around->asked) {
            sort_search(low.asked_count, 0, around->asked_count, around->asked[low.asked_count] < middle);
            high.asked += low.asked_count;
            high.asked_count -= low.asked_count;
        }
        enqueue_around(k, &low);
        enqueue_around(k, &high);
        return;
    }
    item.around.listed = mem_alloc((around->listed_count + 1) * sizeof *around->listed);
    if (around->listed_count > 0)
        memcpy(item.around.listed, around->listed, around->listed_count * sizeof *around->listed);
    if (around->asked) {
        item.around.asked = mem_alloc((around->asked_count + 1) * sizeof *around->asked);
        memcpy(item.around.asked, around->asked, around->asked_count * sizeof *around->asked);
    }
    enqueue(k, &item);
}

void
recorder_add_neighbours(struct recorder *k, const struct prefix *prefix, int64_t at_ms, const uint32_t *listed,
                        size_t listed_count, const uint32_t *asked, size_t asked_count)
{
    if (!recorder_stores(k) || at_ms <= 0)
        return;
    /* Views add the whole prefix of a zone again and again. */
    for (size_t i = 0; !asked && i < RECENT; i++)
        if (k->recent[i].at_ms == at_ms && prefix_equal(&k->recent[i].prefix, prefix))
            return;
    if (!asked) {
        k->recent[k->recent_next] = (struct around){.prefix = *prefix, .at_ms = at_ms};
        k->recent_next = (k->recent_next + 1) % RECENT;
    }
    enqueue_around(k, &(struct around){.prefix = *prefix,
                                       .at_ms = at_ms,
                                       .listed = (uint32_t *)listed,
                                       .listed_count = listed_count,
                                       .asked = (uint32_t *)asked,
                                       .asked_count = asked_count});
}

void
recorder_add_count(struct recorder *k, const struct journal_count *count)
{
    if (recorder_stores(k) && count->at_ms > 0)
        enqueue(k, &(struct item){.kind = ITEM_COUNT, .count = *count});
}

struct last_look *
recorder_last_look(struct recorder *k, const struct addr *address)
{
    struct fault fault = {""};
    for (size_t i = 0; i < k->looks.count; i++)
        if (addr_equal(&k->looks.at[i]->address, address))
            return &k->looks.at[i]->last;
    if (!k->journal)
        return NULL;
    struct look *look = mem_zero(sizeof *look);
    look->address = *address;
    look->last.known = journal_newest(k->journal, address, &look->last.then, &fault);
    if (*fault.text)
        report_once(k, fault.text);
    vec_push(&k->looks, look);
    return &look->last;
}

void
recorder_add(struct recorder *k, const struct evidence *e, const struct verdict *verdict)
{
    struct item item = {.kind = ITEM_OBSERVATION};
    const struct list_result *level1 = evidence_level(e, 1);
    struct prefix around = prefix_around(&e->address, 24), alone = prefix_around(&e->address, 32);
    VEC(uint32_t) listed = {0};
    if (!recorder_stores(k) || e->reserved || (e->offline && !evidence_has_zone_file(e)))
        return;
    if (!k->batched)
        recorder_last_look(k, &e->address);
    observation_make(&item.observation, e, verdict);
    enqueue(k, &item);
    for (size_t i = 0; e->has_density && i < e->neighbours.count; i++)
        vec_push(&listed, e->neighbours.at[i].address);
    if (e->has_density)
        recorder_add_neighbours(k, &around, data_date_serial_ms(level1->file.serial), listed.at, listed.count, NULL, 0);
    vec_free(&listed);
    /* The address is a neighbour of others, and its answer is younger than any zone file. */
    if (e->address.family != ADDR_V4 || level1->source != SOURCE_DNS || !list_state_is_known(level1->state))
        return;
    uint32_t address = addr_to_v4(&e->address);
    recorder_add_neighbours(k, &alone, level1->answered_ms, &address, level1->state == STATE_LISTED, &address, 1);
}

/* ---- prefixes and ASes ---- */

void
recorder_add_prefix(struct recorder *k, const struct zone_set *zones, const struct policy *policy,
                    const struct prefix *prefix)
{
    const struct zone_file *file = zones ? zone_set_level(zones, 1) : NULL;
    VEC(uint32_t) listed = {0};
    density_nets nets = {0};
    size_t total, from;
    if (!file || !recorder_stores(k))
        return;
    uint32_t first = addr_to_v4(&prefix->addr);
    const uint32_t *all = zone_file_addresses(file, &total);
    size_t found = zone_file_count(file, first, first + (uint32_t)(prefix_size(prefix) - 1), &from);
    for (size_t i = 0; i < found; i++)
        if (all[from + i] != TEST_RECORD)
            vec_push(&listed, all[from + i]);
    struct journal_count count = {.resource = resource_of_net(prefix),
                                  .at_ms = data_date_serial_ms(zone_file_serial(file)),
                                  .serial = zone_file_serial(file),
                                  .listed = (int64_t)listed.count,
                                  .impacts = -1, /* unless they are published for exactly this prefix */
                                  .limit = (double)policy_limit(policy, prefix->length)};
    density_nets_around(&nets, zones, policy, prefix);
    for (size_t i = 0; i < nets.count; i++)
        if (prefix_equal(&nets.at[i].prefix, prefix) && nets.at[i].impacts != LISTING_UNKNOWN)
            count.impacts = nets.at[i].impacts;
    recorder_add_count(k, &count);
    recorder_add_neighbours(k, prefix, count.at_ms, listed.at, listed.count, NULL, 0);
    vec_free(&nets);
    vec_free(&listed);
}

void
recorder_add_asn(struct recorder *k, const struct zone_set *zones, const struct asn_density *density)
{
    const struct zone_file *file = zones ? zone_set_level(zones, 1) : NULL;
    if (!file)
        return;
    recorder_add_count(k, &(struct journal_count){.resource = resource_of_asn(density->asn),
                                                  .at_ms = data_date_serial_ms(zone_file_serial(file)),
                                                  .serial = zone_file_serial(file),
                                                  .listed = (int64_t)density->listed,
                                                  .impacts = density->impacts,
                                                  .limit = density->needed});
}
