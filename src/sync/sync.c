#include "sync/sync.h"

#include "base/clock.h"
#include "base/folder.h"
#include "base/text.h"
#include "base/textfile.h"
#include "fetch/fetch.h"
#include "fetch/url.h"
#include "sync/ledger.h"
#include "sync/place.h"
#include "sync/schedule.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MS = 200, TIMEOUT_MS = 30 * 60 * 1000, WEEK_MS = 7 * SCHEDULE_DAY_MS };

/* Suffixes of the downloads of a feed. */
static const char *const parts[FEED_URLS] = {"part", "part2", "part3"};

/* The outcome of one request. */
enum got { GOT_BODY, GOT_SAME, GOT_NOTHING, GOT_FAULT };

/* One request: the answer is copied here. */
struct request {
    bool done;
    int status;
    char *etag, *modified;
    int64_t retry_ms;
    struct fault fault;
};

struct run {
    const struct sync_setup *setup;
    feed_list feeds;
    struct ledger ledger;
    struct request request;
    char *etag, *modified; /* of the first URL of a feed */
    bool came_before;      /* and so sync wrote a ledger */
    enum sync_end end;
    struct fault unwritable;
};

static bool
is_stopped(const struct run *run)
{
    return run->setup->stopped && run->setup->stopped();
}

/* ---- one request ---- */

static void
clear_request(struct request *q)
{
    free(q->etag);
    free(q->modified);
    *q = (struct request){0};
}

static void
on_answer(void *arg, const struct fetch_answer *answer)
{
    struct request *q = arg;
    *q = (struct request){.done = true,
                          .status = answer->status,
                          .etag = mem_copy(answer->etag),
                          .modified = mem_copy(answer->modified),
                          .retry_ms = answer->retry_ms,
                          .fault = answer->fault};
}

/* Turns the loop until the answer is here, the file is too large, or the run is stopped. */
static void
wait_for(struct run *run, struct fetch *fetch, const struct feed *feed, const char *path)
{
    struct request *q = &run->request;
    while (!q->done) {
        struct stat status;
        int64_t bytes = stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
        if (run->setup->progress)
            run->setup->progress(run->setup->arg, feed->name, bytes);
        q->done = is_stopped(run) || bytes > FEED_BYTES;
        if (bytes > FEED_BYTES)
            fault_set(&q->fault, "it has more bytes than such a file has");
        if (q->done)
            fetch_cancel(fetch);
        else
            loop_turn(run->setup->loop, clock_now_ms() + LOOK_MS);
    }
}

static enum got
judge_answer(struct request *q, const char *url)
{
    char *shown = mem_copy_bytes(url, url_shown(url));
    if (q->status == FETCH_NOT_FOUND)
        fault_set(&q->fault, "%s is not there (HTTP status 404)", shown);
    else if (q->status == FETCH_TOO_MANY)
        fault_set(&q->fault, "%s: the server asks for fewer requests (HTTP status 429)", shown);
    else if (q->status > 0)
        fault_set(&q->fault, "%s answered with HTTP status %d", shown, q->status);
    else if (!strstr(q->fault.text, shown))
        fault_set(&q->fault, "%s: %s", shown, q->fault.text);
    free(shown);
    return q->status == FETCH_NOT_FOUND ? GOT_NOTHING : GOT_FAULT;
}

/* Gets what a URL has into a file. An entry (NULL = none) makes it conditional. */
static enum got
fetch_url(struct run *run, const struct feed *feed, const char *url, const struct ledger_entry *entry, const char *path)
{
    struct request *q = &run->request;
    bool is_rsync = url_is_rsync(url);
    clear_request(q);
    int file = is_rsync ? 0 : place_create(path, &run->unwritable);
    if (file < 0) {
        run->end = SYNC_UNWRITABLE;
        return GOT_FAULT;
    }
    struct fetch_request request = {.program = run->setup->fetch,
                                    .url = url,
                                    .plain = feed->kind == FEED_ZONE, /* which is checked */
                                    .etag = entry ? entry->etag : NULL,
                                    .modified = entry ? entry->modified : NULL,
                                    .bytes_most = FEED_BYTES,
                                    .timeout_ms = TIMEOUT_MS,
                                    .stall_ms = run->setup->stall_ms,
                                    .file = file,
                                    .path = path};
    struct fetch *fetch = fetch_start(run->setup->loop, &request, on_answer, q, &q->fault);
    if (fetch)
        wait_for(run, fetch, feed, path);
    if (file > 0)
        close(file);
    if (q->status == FETCH_OK || q->status == FETCH_SAME)
        return q->status == FETCH_OK ? GOT_BODY : GOT_SAME;
    return judge_answer(q, url);
}

/* ---- one file ---- */

/* Whether the file is one that sync wrote, with its entry: nobody changed it since. */
static bool
is_ours(const struct feed *feed, const struct ledger_entry *entry)
{
    char *identity = place_identity(feed->path);
    bool ours = identity && entry->path && strcmp(entry->path, feed->path) == 0 &&
                ((entry->made && strcmp(entry->made, identity) == 0) ||
                 (entry->making && strcmp(entry->making, identity) == 0));
    free(identity);
    return ours;
}

/* Whether the last request was another one, for example because the month or the mirror is another. */
static bool
is_other_url(const struct feed *feed, const struct ledger_entry *entry)
{
    size_t shown = url_shown(feed->urls[0]);
    return !entry->url || strlen(entry->url) != shown || strncmp(entry->url, feed->urls[0], shown) != 0;
}

static bool
is_due(const struct feed *feed, const struct ledger_entry *entry, int64_t now_ms)
{
    bool waits = is_ours(feed, entry) || entry->failures > 0; /* a file that is gone is fetched at once */
    return !waits || is_other_url(feed, entry) || entry->next_ms <= now_ms ||
           entry->next_ms > now_ms + WEEK_MS + SCHEDULE_DAY_MS; /* the clock was wrong */
}

static bool
is_alien(const struct feed *feed, const struct ledger_entry *entry)
{
    struct stat status;
    return lstat(feed->path, &status) == 0 && !is_ours(feed, entry);
}

/* Gets a zone file by rsync, which changes a copy of the old one. */
static enum got
fetch_rsync(struct run *run, const struct feed *feed, bool has_old, const char *fresh)
{
    unlink(fresh);
    if (has_old && !place_copy(feed->path, fresh, FEED_BYTES, &run->request.fault))
        return GOT_FAULT;
    enum got got = fetch_url(run, feed, feed->urls[0], NULL, fresh);
    char *before = place_identity(feed->path), *after = place_identity(fresh);
    bool same = has_old && before && after && strcmp(before, after) == 0;
    free(before);
    free(after);
    return got == GOT_BODY && same ? GOT_SAME : got;
}

/* Gets the URLs of a feed beside its path. The first one is asked for news, and its ETag counts. */
static enum got
fetch_parts(struct run *run, const struct feed *feed, const struct ledger_entry *entry, bool has_old)
{
    enum got got = GOT_NOTHING;
    for (size_t i = 0; i < FEED_URLS && feed->urls[i]; i++) {
        char *part = place_beside(feed->path, parts[feed->kind == FEED_MMDB ? 0 : i]);
        if (i > 0 && feed->kind == FEED_MMDB && has_old) /* the new one is not published yet */
            got = GOT_SAME;
        else
            got = fetch_url(run, feed, feed->urls[i], i == 0 && has_old && !is_other_url(feed, entry) ? entry : NULL,
                            part);
        free(part);
        if (i == 0) {
            ledger_set(&run->etag, run->request.etag);
            ledger_set(&run->modified, run->request.modified);
        }
        if (feed->kind == FEED_MMDB ? got != GOT_NOTHING : got != GOT_BODY)
            break;
    }
    return got;
}

/* Names what was fetched by its URL, in place of the file that is removed. */
static void
name_url(const struct feed *feed, char *const *paths, size_t count, struct fault *fault)
{
    for (size_t i = count; i-- > 0;) { /* the first path begins the others */
        char *at = strstr(fault->text, paths[i]), *whole = mem_copy(fault->text);
        if (at)
            fault_set(fault, "%.*s%.*s%s", (int)(at - fault->text), whole, (int)url_shown(feed->urls[i]), feed->urls[i],
                      whole + (at - fault->text) + strlen(paths[i]));
        free(whole);
    }
}

/* Makes the new file from what was fetched, and checks it. */
static bool
make_content(const struct feed *feed, const struct ledger_entry *entry, bool has_old, const char *fresh,
             struct sync_result *result)
{
    char *paths[FEED_URLS];
    size_t count = 0;
    struct asn_built built = {0};
    struct fault *fault = &result->fault;
    const struct verify_content old = {.rows = has_old ? entry->rows : 0, .dated_ms = has_old ? entry->dated_ms : 0};
    bool may_shrink = clock_wall_ms() - entry->fetched_ms > WEEK_MS, ok; /* a shorter file is believed then */
    for (; count < FEED_URLS && feed->urls[count]; count++)
        paths[count] = place_beside(feed->path, parts[count]);
    if (feed->kind == FEED_ANNOUNCED || feed->kind == FEED_ALLOCATIONS)
        ok = (feed->kind == FEED_ANNOUNCED
                  ? asn_build_announced((const char *const *)paths, count == FEED_URLS ? 2 : count,
                                        count == FEED_URLS ? paths[2] : NULL, fresh, &built, fault)
                  : asn_build_allocations(paths[0], fresh, &built, fault)) &&
             verify_table(&built, &old, may_shrink, &result->content, fault);
    else {
        ok = url_is_rsync(feed->urls[0]) || place_unpack(paths[0], fresh, FEED_BYTES, fault);
        if (ok && feed->kind == FEED_MMDB)
            ok = verify_mmdb(fresh, &old, &result->content, fault);
        else if (ok)
            ok = verify_zone(feed->list, fresh, has_old ? feed->path : NULL, may_shrink, &result->content, fault);
    }
    name_url(feed, paths, count, fault);
    name_url(feed, paths, count, &result->content.skipped_first);
    while (count > 0)
        free(paths[--count]);
    return ok;
}

/* Puts a checked file into its place. The ledger knows it before, so that a run that is killed leaves no file that
 * seems to be another program's. */
static bool
put_content(struct run *run, const struct feed *feed, struct ledger_entry *entry, const char *fresh,
            const struct verify_content *content)
{
    char *identity = place_identity(fresh), *old = place_identity(feed->path);
    ledger_set(&entry->path, feed->path);
    ledger_set(&entry->made, old);
    ledger_set(&entry->making, identity);
    bool ok =
        identity && ledger_write(&run->ledger, &run->unwritable) && place_move(fresh, feed->path, &run->unwritable);
    if (ok) {
        ledger_set(&entry->made, identity);
        ledger_set(&entry->etag, run->etag);
        ledger_set(&entry->modified, run->modified);
        entry->rows = content->rows;
        entry->serial = content->serial;
        entry->dated_ms = content->dated_ms;
        struct buf skipped = {0};
        verify_put_skipped(&skipped, content);
        ledger_set(&entry->skipped, skipped.at);
        buf_free(&skipped);
    } else {
        run->end = SYNC_UNWRITABLE;
    }
    free(identity);
    free(old);
    return ok;
}

/* Notes in the entry what came of the try. */
static void
note(const struct feed *feed, struct ledger_entry *entry, const struct sync_result *result, int64_t retry_ms)
{
    bool failed = result->outcome == SYNC_FAILED;
    if (is_other_url(feed, entry) && result->outcome != SYNC_REPLACED) { /* they are those of the old URL */
        ledger_set(&entry->etag, NULL);
        ledger_set(&entry->modified, NULL);
    }
    char *url = mem_copy_bytes(feed->urls[0], url_shown(feed->urls[0]));
    ledger_set(&entry->url, url);
    free(url);
    entry->tried_ms = clock_wall_ms();
    entry->failures = failed ? entry->failures + 1 : 0;
    if (!failed)
        entry->fetched_ms = entry->tried_ms;
    ledger_set(&entry->error, failed ? result->fault.text : NULL);
    entry->next_ms = failed ? schedule_after_failure(entry->tried_ms, (unsigned)entry->failures, retry_ms)
                            : entry->tried_ms + feed->period_ms;
}

/* Removes what this run, or a killed one, has left beside the file. */
static void
clean_up(const struct feed *feed)
{
    static const char *const suffixes[] = {"new", "part", "part2", "part3"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *left = place_beside(feed->path, suffixes[i]);
        unlink(left);
        free(left);
    }
}

/* Fetches one file. */
static void
sync_file(struct run *run, const struct feed *feed, struct ledger_entry *entry, struct sync_result *result)
{
    char *fresh = place_beside(feed->path, "new");
    struct stat status;
    result->has_old = lstat(feed->path, &status) == 0;
    enum got got = url_is_rsync(feed->urls[0]) ? fetch_rsync(run, feed, result->has_old, fresh)
                                               : fetch_parts(run, feed, entry, result->has_old);
    result->outcome = SYNC_FAILED;
    if (got == GOT_SAME)
        result->outcome = SYNC_SAME;
    else if (got == GOT_BODY && make_content(feed, entry, result->has_old, fresh, result) &&
             put_content(run, feed, entry, fresh, &result->content))
        result->outcome = SYNC_REPLACED;
    else if (got != GOT_BODY)
        result->fault = run->request.fault;
    clean_up(feed);
    free(fresh);
    if (run->end == SYNC_UNWRITABLE || is_stopped(run))
        return;
    note(feed, entry, result, run->request.retry_ms);
    if (got == GOT_SAME && run->request.status == FETCH_NOT_FOUND) /* the new one may come soon */
        entry->next_ms = entry->tried_ms + SCHEDULE_DAY_MS;
    if (!ledger_write(&run->ledger, &run->unwritable))
        run->end = SYNC_UNWRITABLE;
}

static void
visit(struct run *run, const struct feed *feed)
{
    struct ledger_entry *entry = ledger_entry_of(&run->ledger, feed->name);
    struct sync_result result = {.name = feed->name};
    if (is_alien(feed, entry)) {
        result.outcome = SYNC_FAILED;
        result.has_old = true;
        fault_set(&result.fault, "%s is not of sync, which leaves it alone; move it away to have it fetched",
                  feed->path);
    } else if (run->setup->now || is_due(feed, entry, clock_wall_ms())) {
        sync_file(run, feed, entry, &result);
    }
    result.next_ms = entry->next_ms;
    if (run->end == SYNC_UNWRITABLE || is_stopped(run))
        return;
    if (result.outcome == SYNC_FAILED)
        run->end = SYNC_MISSED;
    run->setup->ended(run->setup->arg, &result);
}

/* ---- the run ---- */

/* Takes over the sound files in place, if sync came before and its ledger is gone: then they are most likely its own.
 * Writes a ledger, so that this happens once. */
static void
adopt(struct run *run)
{
    for (size_t i = 0; run->came_before && i < run->feeds.count; i++) {
        const struct feed *feed = &run->feeds.at[i];
        struct verify_content content;
        struct fault fault;
        struct stat status;
        if (lstat(feed->path, &status) != 0 || !S_ISREG(status.st_mode) ||
            !(feed->kind == FEED_ZONE   ? verify_zone(feed->list, feed->path, NULL, true, &content, &fault)
              : feed->kind == FEED_MMDB ? verify_mmdb(feed->path, &(struct verify_content){0}, &content, &fault)
                                        : verify_built(feed->path, feed->kind == FEED_ANNOUNCED, &content, &fault)))
            continue;
        struct ledger_entry *entry = ledger_entry_of(&run->ledger, feed->name);
        char *identity = place_identity(feed->path);
        ledger_set(&entry->path, feed->path);
        ledger_set(&entry->made, identity);
        free(identity);
        entry->rows = content.rows;
        entry->serial = content.serial;
        entry->dated_ms = content.dated_ms;
    }
    if (!ledger_write(&run->ledger, &run->unwritable))
        run->end = SYNC_UNWRITABLE;
}

/* Waits in an unattended run until files that are due soon are due, but not for those that are missing. */
static void
wait_for_start(struct run *run)
{
    int64_t now = clock_wall_ms(), due = 0;
    char host[256] = "";
    uint32_t seed = 5381;
    if (run->setup->attended || run->setup->now)
        return;
    for (size_t i = 0; i < run->feeds.count; i++) {
        const struct feed *feed = &run->feeds.at[i];
        const struct ledger_entry *entry = ledger_entry_of(&run->ledger, feed->name);
        bool soon = is_due(feed, entry, now + SCHEDULE_PATIENCE_MS);
        if (soon && !is_ours(feed, entry) && entry->failures == 0)
            return;
        int64_t at = is_due(feed, entry, now) ? now : entry->next_ms;
        if (soon && due < at)
            due = at;
    }
    if (due == 0)
        return;
    gethostname(host, sizeof host - 1);
    for (const char *at = host; *at; at++)
        seed = seed * 33 + (unsigned char)*at;
    int64_t until = clock_now_ms() + schedule_start(now, due, seed) - now;
    while (clock_now_ms() < until && !is_stopped(run) && loop_turn(run->setup->loop, until))
        continue;
}

/* Locks out other runs; rsync holds the lock, too, because it may outlive this program and go on writing. Returns -1
 * with a fault. */
static int
lock(struct run *run, struct fault *fault)
{
    struct buf path = {0};
    bool is_rsync = run->setup->feeds.mirror && url_is_rsync(run->setup->feeds.mirror);
    buf_format(&path, "%s/sync.lock", run->setup->feeds.data);
    run->came_before = access(path.at, F_OK) == 0;
    int fd = open(path.at, O_RDWR | O_CREAT | (is_rsync ? 0 : O_CLOEXEC), 0666);
    if (fd < 0) {
        run->end = SYNC_UNWRITABLE;
        fault_set(fault, "cannot write %s: %s", path.at, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        run->end = SYNC_MISSED;
        fault_set(fault, "another sync is running");
        close(fd);
        fd = -1;
    }
    buf_free(&path);
    return fd;
}

static bool
read_ledger(struct ledger *ledger, const char *folder, struct fault *fault)
{
    struct buf path = {0};
    buf_format(&path, "%s/sync.state", folder);
    bool ok = ledger_read(ledger, path.at, fault);
    buf_free(&path);
    return ok;
}

enum sync_end
sync_run(const struct sync_setup *setup, struct fault *fault)
{
    struct run run = {.setup = setup};
    fault->text[0] = '\0';
    bool has_data = folder_make(setup->feeds.data, 0777);
    if (!has_data || !folder_make(setup->feeds.zones, 0777)) {
        const char *folder = has_data ? setup->feeds.zones : setup->feeds.data;
        fault_set(fault, "cannot make the folder %s: %s", folder, strerror(errno));
        return SYNC_UNWRITABLE;
    }
    int fd = lock(&run, fault);
    if (fd < 0)
        return run.end;
    if (read_ledger(&run.ledger, setup->feeds.data, fault)) {
        feed_list_make(&run.feeds, &setup->feeds);
        for (size_t i = 0; i < run.feeds.count; i++)
            clean_up(&run.feeds.at[i]);
        if (textfile_is_missing(run.ledger.path))
            adopt(&run);
        wait_for_start(&run);
        for (size_t i = 0; i < run.feeds.count && run.end != SYNC_UNWRITABLE && !is_stopped(&run); i++)
            visit(&run, &run.feeds.at[i]);
    } else {
        run.end = SYNC_UNWRITABLE;
        run.unwritable = *fault;
    }
    if (run.end == SYNC_UNWRITABLE)
        *fault = run.unwritable;
    clear_request(&run.request);
    free(run.etag);
    free(run.modified);
    feed_list_free(&run.feeds);
    ledger_fini(&run.ledger);
    close(fd);
    return is_stopped(&run) ? SYNC_STOPPED : run.end;
}

/* ---- what is there ---- */

bool
sync_files_read(sync_files *files, const struct feed_setup *setup, struct fault *fault)
{
    struct ledger ledger;
    feed_list feeds = {0};
    bool ok = read_ledger(&ledger, setup->data, fault);
    feed_list_make(&feeds, setup);
    for (size_t i = 0; i < feeds.count && ok; i++) {
        const struct feed *feed = &feeds.at[i];
        const struct ledger_entry *entry = ledger_entry_of(&ledger, feed->name);
        bool ours = is_ours(feed, entry), alien = is_alien(feed, entry);
        int64_t age = clock_wall_ms() - entry->dated_ms;
        const char *error = entry->error && !is_other_url(feed, entry) ? entry->error : ours ? entry->skipped : NULL;
        struct sync_file file = {.name = mem_copy(feed->name),
                                 .source = mem_copy_bytes(feed->urls[0], url_shown(feed->urls[0])),
                                 .exists = ours || alien,
                                 .age_ms = ours && entry->dated_ms > 0 ? (age > 0 ? age : 0) : -1,
                                 .rows = ours ? entry->rows : 0,
                                 .serial = ours ? entry->serial : 0,
                                 .next_ms = is_due(feed, entry, clock_wall_ms()) ? 0 : entry->next_ms,
                                 .error = mem_copy(alien ? "not of sync, which leaves it alone" : error)};
        vec_push(files, file);
    }
    feed_list_free(&feeds);
    ledger_fini(&ledger);
    return ok;
}

void
sync_files_free(sync_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->at[i].name);
        free(files->at[i].source);
        free(files->at[i].error);
    }
    vec_free(files);
}
