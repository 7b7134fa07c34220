#include "command/watch_command.h"

#include "base/clock.h"
#include "base/mem.h"
#include "command/check_command.h"
#include "command/deliver.h"
#include "command/fleet_command.h"
#include "command/output.h"
#include "command/prometheus.h"
#include "command/watch_json.h"
#include "session/exit_status.h"
#include "session/session.h"
#include "watch/outbox.h"
#include "watch/report.h"
#include "watch/round.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { DEADLINE_MS = 3600 * 1000, CHANNEL_MS = 30 * 1000, HOST_ROOM = 256, STEP_MS = 50 };

/* Bits of journal_message.waits, which journals keep. */
enum channel { CHANNEL_STDOUT = 1, CHANNEL_MAIL = 2, CHANNEL_HOOK = 4 };

struct watch {
    const struct options *options;
    char *fleet; /* the file, absolute: who its messages are for */
    struct round *round;
    int64_t until_ms[CHANNEL_HOOK + 1]; /* by channel, when its time is up; 0 = it was not used */
    struct prometheus metrics;
    int lock;        /* descriptor, -1 = none; its file has a byte after the first run */
    bool ran_before; /* with this journal */
    bool failed;     /* a channel, the journal or the file of metrics */
};

static void
report(void *arg, const struct fault *fault)
{
    struct watch *w = arg;
    w->failed = true;
    exit_status_report(fault->text, 0);
}

/* ---- the start ---- */

/* Keeps other runs with this journal away; the system drops the lock with the process. */
static bool
take_lock(struct watch *w, const struct journal *journal, struct fault *fault)
{
    struct buf path = {0};
    buf_format(&path, "%s.watch", journal_path(journal));
    w->lock = open(buf_string(&path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = w->lock >= 0 && flock(w->lock, LOCK_EX | LOCK_NB) == 0;
    w->ran_before = ok && lseek(w->lock, 0, SEEK_END) > 0;
    if (!ok && w->lock >= 0 && errno == EWOULDBLOCK)
        fault_set(fault, "another watch with the journal %s is running", journal_path(journal));
    else if (!ok)
        fault_set(fault, "cannot lock %s: %s", buf_string(&path), strerror(errno));
    buf_free(&path);
    return ok;
}

static unsigned
channels_of(const struct options *o)
{
    unsigned channels = (o->mail_to ? CHANNEL_MAIL : 0) | (o->hook ? CHANNEL_HOOK : 0);
    return channels ? channels : CHANNEL_STDOUT;
}

static bool
begin(void *arg, struct engine *engine, struct fault *fault)
{
    struct watch *w = arg;
    const struct options *o = w->options;
    struct journal *journal = engine->recorder ? recorder_journal(engine->recorder) : NULL;
    struct round_rules rules = {
        .fleet = w->fleet,
        .policy = &engine->dataset.policy,
        .alarm = {o->damping.need, o->damping.of},
        .blind_after = o->unknown_after,
        .collateral = o->watch_collateral == COLLATERAL_YES,
        .digest = o->digest == DIGEST_DAILY,
        .channels = channels_of(o),
    };
    if (!journal || !recorder_stores(engine->recorder))
        return fault_set(fault, "watch compares with its journal, which cannot be written");
    if (!take_lock(w, journal, fault))
        return false;
    rules.ran_before = w->ran_before;
    w->round = round_new(journal, &rules, fault);
    return w->round;
}

static void
take(void *arg, const struct fleet_target *target, const struct result *r)
{
    struct watch *w = arg;
    round_take(w->round, target, r->evidence, r->verdict);
    if (w->options->textfile)
        prometheus_add(&w->metrics, r);
}

/* ---- channels ---- */

static bool
print(const struct watch *w, const struct journal_message *m, const journal_alarms *alarms, struct fault *fault)
{
    struct output output;
    struct buf text = {0};
    output_init(&output, w->options);
    if (w->options->format == FORMAT_JSON)
        watch_json(&text, m, alarms, output.terminal);
    else
        report_text(&text, alarms, w->fleet);
    output_flush(&output, &text);
    buf_free(&text);
    return output.error == 0 || fault_set(fault, "cannot write to stdout: %s", strerror(output.error));
}

/* Sets the name of this machine, with the characters of a domain alone. */
static void
read_host(char host[static HOST_ROOM])
{
    if (gethostname(host, HOST_ROOM) != 0 || !*host)
        strcpy(host, "localhost");
    host[HOST_ROOM - 1] = '\0';
    for (char *at = host; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '.' && *at != '-')
            *at = '-';
}

/* Runs a program with a text, as long as its channel has time in this run. */
static bool
hand_over(struct watch *w, enum channel channel, char **arguments, const struct buf *text, struct fault *fault)
{
    int64_t now = clock_now_ms(), *until_ms = &w->until_ms[channel];
    *until_ms = *until_ms ? *until_ms : now + CHANNEL_MS;
    if (now >= *until_ms)
        return fault_set(fault, "%s has had its %d seconds", channel == CHANNEL_HOOK ? "the hook" : arguments[0],
                         CHANNEL_MS / 1000);
    return deliver(arguments, text->at, text->count, *until_ms, fault);
}

static bool
mail(struct watch *w, const struct journal_message *m, const journal_alarms *alarms, struct fault *fault)
{
    const struct options *o = w->options;
    char host[HOST_ROOM], *arguments[] = {o->sendmail ? o->sendmail : "/usr/sbin/sendmail", "-t", "-i", NULL};
    const struct passwd *user = getpwuid(geteuid());
    struct buf text = {0}, from = {0};
    read_host(host);
    buf_format(&from, "%s@%s", user ? user->pw_name : "whylisted", host);
    report_mail(&text, m, alarms, w->fleet, &(struct report_envelope){from.at, o->mail_to, host});
    bool ok = hand_over(w, CHANNEL_MAIL, arguments, &text, fault);
    buf_free(&text);
    buf_free(&from);
    return ok;
}

static bool
run_hook(struct watch *w, const struct journal_message *m, const journal_alarms *alarms, struct fault *fault)
{
    char *arguments[] = {"/bin/sh", "-c", w->options->hook, NULL};
    struct buf text = {0};
    watch_json(&text, m, alarms, false);
    bool ok = hand_over(w, CHANNEL_HOOK, arguments, &text, fault);
    buf_free(&text);
    return ok;
}

static bool
send_message(void *arg, unsigned channel, const struct journal_message *m, const journal_alarms *alarms,
             struct fault *fault)
{
    struct watch *w = arg;
    return channel == CHANNEL_MAIL   ? mail(w, m, alarms, fault)
           : channel == CHANNEL_HOOK ? run_hook(w, m, alarms, fault)
                                     : print(w, m, alarms, fault);
}

/* ---- the end ---- */

/* Writes the metrics beside the file and renames them, so that no reader sees half of them. */
static bool
write_metrics(const struct watch *w, struct fault *fault)
{
    const char *path = w->options->textfile;
    struct buf text = {0}, beside = {0};
    buf_format(&beside, "%s.new", path);
    prometheus_put(&w->metrics, clock_wall_ms(), &text);
    int fd = open(buf_string(&beside), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool ok = fd >= 0;
    for (size_t done = 0; ok && done < text.count;) {
        ssize_t wrote = write(fd, text.at + done, text.count - done);
        ok = wrote > 0 || (wrote < 0 && errno == EINTR);
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    ok = (fd < 0 || close(fd) == 0) && ok && rename(buf_string(&beside), path) == 0;
    if (!ok) {
        fault_set(fault, "cannot write %s: %s", path, strerror(errno));
        if (fd >= 0)
            unlink(buf_string(&beside));
    }
    buf_free(&text);
    buf_free(&beside);
    return ok;
}

/* Says that first looks are not reported, and what they found. */
static void
report_first(const struct round_counts *counts)
{
    const size_t *n = counts->first_by_state;
    struct buf sentence = {0};
    if (counts->first == 0)
        return;
    buf_format(&sentence, "first look at %zu target%s: %zu direct, %zu collateral, %zu clear, %zu unknown",
               counts->first, counts->first == 1 ? "" : "s", n[VERDICT_DIRECT], n[VERDICT_COLLATERAL], n[VERDICT_CLEAR],
               n[VERDICT_UNKNOWN]);
    if (counts->unlistable > 0)
        buf_format(&sentence, "; no list can have %zu more", counts->unlistable);
    buf_text(&sentence, "; later changes are reported");
    exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
}

/* Stores the run, and tries again while another program writes. */
static bool
store(struct watch *w, struct fault *fault)
{
    int64_t until_ms = clock_now_ms() + JOURNAL_WAIT_MS;
    enum journal_result result;
    while ((result = round_store(w->round, fault)) == JOURNAL_BUSY && clock_now_ms() < until_ms)
        poll(NULL, 0, STEP_MS);
    return result == JOURNAL_DONE;
}

static void
finish(void *arg, struct engine *engine, struct buf *out)
{
    struct watch *w = arg;
    struct journal *journal;
    struct fault fault;
    (void)out;
    recorder_flush(engine->recorder);
    journal = recorder_journal(engine->recorder);
    if (!journal || !store(w, &fault)) {
        if (!journal)
            fault_set(&fault, "the journal broke: this run is not remembered");
        report(w, &fault);
        return;
    }
    if (!w->ran_before && write(w->lock, "\n", 1) != 1) {
        fault_set(&fault, "cannot write %s.watch: %s", journal_path(journal), strerror(errno));
        report(w, &fault);
    }
    report_first(round_counts(w->round));
    outbox_send(&(struct outbox){journal, w->fleet, channels_of(w->options), send_message, report, w});
    if (w->options->textfile && !write_metrics(w, &fault))
        report(w, &fault);
}

int
watch_command_run(const struct options *o)
{
    struct fleet fleet = {0};
    struct options own = *o;
    struct watch w = {.options = &own, .lock = -1};
    struct fault fault;
    int status;
    own.deadline_ms = o->deadline_ms ? o->deadline_ms : DEADLINE_MS;
    if (!fleet_command_read(o, &fleet, &fault, &status)) {
        fleet_fini(&fleet);
        return session_refuse(o, fault.text, status);
    }
    w.fleet = realpath(fleet.files.at[0], NULL);
    w.fleet = w.fleet ? w.fleet : mem_copy(fleet.files.at[0]); /* a pipe has no path */
    struct check_fleet batch = {.fleet = &fleet, .begin = begin, .take = take, .finish = finish, .arg = &w};
    status = check_command_run_fleet(&own, &batch);
    if (status <= STATUS_UNKNOWN && (w.failed || fleet.bad > 0))
        status = w.failed ? STATUS_FILE : STATUS_USAGE;
    round_free(w.round);
    prometheus_fini(&w.metrics);
    free(w.fleet);
    if (w.lock >= 0)
        close(w.lock);
    fleet_fini(&fleet);
    return status;
}
