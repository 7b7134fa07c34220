#include "command/setup_command.h"

#include "base/folder.h"
#include "base/mem.h"
#include "base/own_address.h"
#include "base/text.h"
#include "base/textfile.h"
#include "check/doctor.h"
#include "command/consent.h"
#include "command/doctor_command.h"
#include "command/sync_command.h"
#include "session/configuration.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/paths.h"
#include "session/session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXAMINE_MS = 20000, FILE_MOST = 256 * 1024, HOST = 256 };

struct setup_file {
    char *path;      /* as it is shown and named */
    char *at;        /* where it is written: below $DESTDIR with --system */
    struct buf text; /* "" = none is needed */
    bool exists;
};

struct setup_plan {
    char *folder, *data; /* of settings and of data */
    bool system;
    struct setup_file config, fleet;
    struct buf found; /* a line for each thing that was found out */
    struct buf steps; /* commands that do the same by hand */
    char *timers;     /* the one that has systemd do it every hour; NULL = cron does */
};

static void
put_found(struct setup_plan *plan, bool good, const char *what, const char *format, const char *value)
{
    buf_format(&plan->found, "%s %-11s", good ? "ok" : " !", what);
    buf_format(&plan->found, format, value);
    buf_byte(&plan->found, '\n');
}

/* ---- the resolver ---- */

/* Examines the servers of the options. Returns whether all are fit, and appends why one is not. */
static bool
examine(const struct options *o, struct buf *out, size_t *lists, struct fault *fault, int *status)
{
    struct engine engine;
    struct fault warning;
    bool fit = true;
    if (!session_open(&engine, o, fault, &warning, status))
        return false;
    interrupt_watch(engine.loop);
    struct doctor *doctor = doctor_command_examine(&engine, EXAMINE_MS);
    for (size_t i = 0; i < doctor_count(doctor); i++) {
        const struct doctor_server *s = doctor_at(doctor, i);
        const struct doctor_finding *first = s->findings.count > 0 ? &s->findings.at[0] : NULL;
        char name[ENDPOINT_TEXT];
        buf_format(out, "%s%s", i > 0 ? ", " : "", endpoint_text(&s->endpoint, name));
        if (!s->fit)
            buf_format(out, " is not fit: %s", first ? first->what : "it gave no answer in time.");
        else
            *lists = s->lists[DOCTOR_USABLE].count;
        fit &= s->fit;
    }
    fit &= doctor_count(doctor) > 0;
    doctor_free(doctor);
    session_close(&engine);
    return fit;
}

/* Examines the resolver, and another one on this machine if that is not fit. Returns false if nothing could be
 * examined. */
static bool
find_resolver(struct setup_plan *plan, const struct options *o, struct fault *fault, int *status)
{
    struct buf named = {0}, local = {0};
    struct options other = *o;
    size_t lists = 0;
    char count[40];
    *fault = (struct fault){""};
    other.server_count = 1;
    if (o->offline) {
        put_found(plan, false, "resolver", "%s", "not examined: --offline");
        return true;
    }
    bool fit = examine(o, &named, &lists, fault, status);
    bool local_fit = !fit && !*fault->text && !interrupt_came() && o->server_count == 0 &&
                     endpoint_parse("127.0.0.1", &other.servers[0]) && examine(&other, &local, &lists, fault, status);
    snprintf(count, sizeof count, "%zu lists work through it", lists);
    buf_text(&named, fit ? " is fit: " : "");
    buf_text(&named, fit ? count : "");
    put_found(plan, fit, "resolver", "%s", buf_string(&named));
    if (local_fit)
        put_found(plan, true, "", "127.0.0.1 is fit: %s", count);
    else if (!fit)
        put_found(plan, false, "", "%s", "install one of your own, such as unbound; see whylisted doctor");
    if (local_fit)
        buf_text(&plan->config.text, "resolver = 127.0.0.1\n");
    buf_free(&named);
    buf_free(&local);
    return !*fault->text;
}

/* ---- files ---- */

/* Puts the public addresses of this machine into the file of the fleet. */
static void
find_fleet(struct setup_plan *plan, const struct options *o)
{
    struct addr own[OWN_ADDRESS_MOST];
    size_t all = own_address_list(own), count = 0;
    char host[HOST] = "", text[ADDR_TEXT], number[64];
    if (o->fleet) {
        put_found(plan, true, "fleet", "%s", o->fleet);
        return;
    }
    gethostname(host, sizeof host - 1);
    for (size_t i = 0; i < all; i++) {
        if (addr_reserved(&own[i]))
            continue;
        if (count++ == 0)
            buf_text(&plan->fleet.text, "# Addresses that send mail, one a line: ADDRESS LABEL [TAG ...] # comment\n");
        buf_format(&plan->fleet.text, "%-24s ", addr_text(&own[i], text));
        text_clean(&plan->fleet.text, host, strlen(host), sizeof host);
        buf_byte(&plan->fleet.text, '\n');
    }
    snprintf(number, sizeof number, "%zu public address%s of this machine", count, count > 1 ? "es" : "");
    put_found(plan, count > 0, "fleet", "%s",
              count > 0 ? number : "this machine has no public address; write yours into a file");
    buf_text(&plan->config.text, count > 0 ? "fleet = fleet\n" : "#fleet = fleet\n");
}

static void
find_data(struct setup_plan *plan, const struct options *o)
{
    struct fault warning = {""};
    char *zones = session_zones_directory(o);
    struct asndb *asndb = asndb_open(o->asn_db, &warning);
    struct buf place = {0};
    paths_shorten(&place, zones ? zones : plan->data);
    put_found(plan, zones, "zone files", zones ? "%s" : "none yet; whylisted sync puts them into %s",
              buf_string(&place));
    put_found(plan, asndb, "ASN data", "%s",
              asndb           ? asndb_path(asndb)
              : *warning.text ? warning.text
                              : "none yet; whylisted sync fetches them");
    buf_clear(&place);
    paths_shorten(&place, plan->data);
    put_found(plan, !o->no_journal, "journal", o->no_journal || o->journal ? "%s" : "%s/journal.db",
              o->no_journal ? "turned off"
              : o->journal  ? o->journal
                            : buf_string(&place));
    put_found(plan, o->mail_to || o->hook, "reports", "%s",
              o->mail_to ? o->mail_to
              : o->hook  ? o->hook
                         : "only where the timer puts them; set mail-to = ADDRESS");
    buf_text(&plan->config.text, o->mail_to || o->hook ? "" : "#mail-to = postmaster@example.org\n");
    asndb_close(asndb);
    buf_free(&place);
    free(zones);
}

/* ---- the plan ---- */

static struct setup_file
file_in(const char *root, const char *folder, const char *name)
{
    struct setup_file file = {0};
    struct buf path = {0}, at = {0};
    buf_format(&path, "%s/%s", folder, name);
    buf_format(&at, "%s%s", root, buf_string(&path));
    file.path = buf_take(&path);
    file.at = buf_take(&at);
    file.exists = !textfile_is_missing(file.at);
    return file;
}

/* The minutes of an hour are spread over users, because servers are busy when all ask at once. */
static void
put_steps(struct setup_plan *plan, bool has_fleet)
{
    unsigned minute = 7 + (unsigned)getuid() * 31 % 23;
    struct buf timers = {0};
    if (!plan->config.exists) {
        buf_text(&plan->steps, "mkdir -p ");
        paths_shorten(&plan->steps, plan->folder);
        buf_text(&plan->steps, " && ${EDITOR:-vi} ");
        paths_shorten(&plan->steps, plan->config.path);
        buf_byte(&plan->steps, '\n');
    }
    if (plan->system) {
        buf_format(&timers, "systemctl enable --now whylisted-sync.timer%s", has_fleet ? " whylisted-watch.timer" : "");
        plan->timers = buf_take(&timers);
        buf_format(&plan->steps, "systemctl start whylisted-sync.service\n%s\n", plan->timers);
        return;
    }
    buf_format(&plan->steps, "whylisted sync\ncrontab -e    # and add:\n    %u * * * *  whylisted sync\n", minute);
    if (has_fleet)
        buf_format(&plan->steps, "    %u * * * *  whylisted watch\n", minute + 25);
}

/* Finds everything out, and asks the lists through the resolver for that. Returns false with a fault and its exit
 * status if options or files do not allow it. */
static bool
make_plan(struct setup_plan *plan, const struct options *o, struct fault *fault, int *status)
{
    const char *root = o->system ? getenv("DESTDIR") : NULL;
    char *file = o->system ? NULL : paths_usual("XDG_CONFIG_HOME", ".config", "");
    *plan = (struct setup_plan){.system = o->system};
    *status = 64;
    plan->folder = o->system ? mem_copy(PATHS_MACHINE) : file;
    plan->data = o->system ? mem_copy("/var/lib/whylisted") : paths_usual("XDG_DATA_HOME", ".local/share", "");
    if (!plan->folder || !plan->data)
        return fault_set(fault, "setup needs a home directory; set HOME, or use --system");
    for (char *folder = plan->folder; folder; folder = folder == plan->folder ? plan->data : NULL)
        if (folder[strlen(folder) - 1] == '/')
            folder[strlen(folder) - 1] = '\0';
    plan->config = file_in(root ? root : "", plan->folder, "config");
    plan->fleet = file_in(root ? root : "", plan->folder, "fleet");
    buf_text(&plan->config.text, "# Written by whylisted setup. For all settings: whylisted config --defaults\n");
    configuration_put_typed(&plan->config.text, o);
    if (!find_resolver(plan, o, fault, status))
        return false;
    find_data(plan, o);
    find_fleet(plan, o);
    put_steps(plan, o->fleet || plan->fleet.text.count > 0);
    return true;
}

static void
file_fini(struct setup_file *file)
{
    free(file->path);
    free(file->at);
    buf_free(&file->text);
}

static void
free_plan(struct setup_plan *plan)
{
    file_fini(&plan->config);
    file_fini(&plan->fleet);
    buf_free(&plan->found);
    buf_free(&plan->steps);
    free(plan->folder);
    free(plan->data);
    free(plan->timers);
}

/* Appends the lines of a file to be written that the present one does not have. Returns their number. */
static size_t
find_missing(struct buf *out, const struct setup_file *file)
{
    struct buf present = {0}, wanted = {0};
    struct fault fault;
    size_t count = 0;
    buf_byte(&present, '\n');
    if (!textfile_read(file->at, FILE_MOST, &present, &fault))
        buf_format(out, "%s\n", fault.text);
    for (const char *line = buf_string((struct buf *)&file->text); *line; line += strcspn(line, "\n") + 1) {
        buf_clear(&wanted);
        buf_format(&wanted, "\n%.*s", (int)strcspn(line, "\n"), line);
        if (*line == '#' || strstr(buf_string(&present), buf_string(&wanted)))
            continue;
        buf_format(out, "    + %s\n", buf_string(&wanted) + 1);
        count++;
    }
    buf_free(&present);
    buf_free(&wanted);
    return count;
}

/* Writes a file that does not exist, with its folder. */
static bool
write_file(const struct setup_file *file, bool is_public, struct fault *fault)
{
    const char *text = file->text.at;
    size_t left = file->text.count;
    int fd = -1;
    char *folder = folder_of(file->at);
    if (folder_make(folder, is_public ? 0755 : 0700))
        fd = open(file->at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_public ? 0644 : 0600);
    free(folder);
    if (fd < 0)
        return fault_set(fault, "cannot write %s: %s%s", file->at, strerror(errno),
                         is_public && errno == EACCES ? "; run it as root" : "");
    for (ssize_t wrote = 0; left > 0 && wrote >= 0; left -= wrote > 0 ? (size_t)wrote : 0) {
        wrote = write(fd, text, left);
        text += wrote > 0 ? wrote : 0;
    }
    if (left == 0 && fsync(fd) == 0 && close(fd) == 0)
        return true;
    fault_set(fault, "cannot write %s: %s", file->at, strerror(errno));
    unlink(file->at);
    return false;
}

/* ---- the command ---- */

static void
show_lines(const char *title, const char *lines)
{
    printf("\n%s\n", title);
    for (; *lines; lines += strcspn(lines, "\n") + 1)
        printf("    %.*s\n", (int)strcspn(lines, "\n"), lines);
}

/* Prints a text with its lines broken for the terminal. */
static void
show_folded(struct buf *text)
{
    struct winsize size;
    struct buf folded = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    text_fold(&folded, buf_string(text), known ? size.ws_col : INT_MAX);
    fputs(buf_string(&folded), stdout);
    buf_free(&folded);
}

/* Shows a file that would be written, or what the present one lacks. */
static void
show_file(struct setup_file *file)
{
    struct buf title = {0}, lines = {0};
    if (file->text.count == 0)
        return;
    paths_shorten(&title, file->path);
    if (file->exists) {
        bool differs = find_missing(&lines, file) > 0;
        buf_format(&title, " exists, and setup never changes a file%s\n%s",
                   differs ? ". It lacks:" : "; it has all that setup would write.", buf_string(&lines));
        putchar('\n');
        show_folded(&title);
    } else {
        buf_byte(&title, ':');
        show_lines(buf_string(&title), buf_string(&file->text));
    }
    buf_free(&title);
    buf_free(&lines);
}

static void
show(struct setup_plan *plan)
{
    show_folded(&plan->found);
    show_file(&plan->config);
    show_file(&plan->fleet);
    show_lines("By hand:", buf_string(&plan->steps));
    fflush(stdout);
}

/* Writes the files that do not exist. Returns the exit status. */
static int
write_files(struct setup_plan *plan)
{
    struct setup_file *const files[] = {&plan->fleet, &plan->config}; /* the first is named in the second */
    struct fault fault;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i]->text.count == 0 || files[i]->exists)
            continue;
        if (!write_file(files[i], plan->system, &fault))
            return exit_status_report(fault.text, STATUS_FILE);
        printf("written: %s\n", files[i]->at);
    }
    fflush(stdout);
    return 0;
}

/* Has the timers of the machine begin. Returns the exit status. */
static int
begin_timers(const struct setup_plan *plan)
{
    struct fault fault;
    int result = system(plan->timers);
    if (result == 0)
        return 0;
    fault_set(&fault, "the timers are not enabled; do it by hand: %s", plan->timers);
    return exit_status_report(fault.text, STATUS_FILE);
}

/* Does what the user agrees to. Returns the exit status. */
static int
carry_out(struct setup_plan *plan, const struct options *o)
{
    bool can_ask = consent_can_ask() && !o->yes;
    bool writes = !plan->config.exists || (plan->fleet.text.count > 0 && !plan->fleet.exists);
    bool has_systemd = plan->system && !getenv("DESTDIR") && access("/run/systemd/system", F_OK) == 0;
    int status = 0;
    putchar('\n');
    fflush(stdout);
    if (!writes)
        puts("There is nothing to write.");
    else if (!o->yes && !can_ask)
        puts("Nothing is written; use --yes to write it.");
    else if (o->yes || consent_ask("Write this?"))
        status = write_files(plan);
    else
        return interrupt_came() ? STATUS_INTERRUPTED : 0;
    if (status == 0 && has_systemd && (o->yes || (can_ask && consent_ask("Enable the timers now?"))))
        status = begin_timers(plan);
    if (status == 0 && can_ask && !plan->system && !o->offline && consent_ask("Fetch zone files and ASN data now?"))
        status = sync_command_run(o);
    return status;
}

int
setup_command_run(const struct options *o)
{
    struct setup_plan plan;
    struct fault fault;
    int status;
    bool ok = make_plan(&plan, o, &fault, &status);
    if (!ok) {
        status = exit_status_report(fault.text, status);
    } else if (interrupt_came()) {
        status = STATUS_INTERRUPTED;
    } else {
        show(&plan);
        status = carry_out(&plan, o);
    }
    free_plan(&plan);
    return status;
}
