#include "asn/asndb.h"

#include "asn/asndb_tree.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/textfile.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A mapped file that another program truncates raises SIGBUS, and one that it writes over gives wrong names without a
 * sign. So the file is copied in pieces; if it changed meanwhile, the copy is dropped and the file copied again later.
 * Only the finished copy is checked and used. */

enum {
    LARGEST = 1 << 30,  /* bytes; the largest ASN databases of 2026 take 60 MB */
    PIECE = 256 * 1024, /* bytes between two looks at the clock */
    TICK_MS = 20,       /* the system dates changes to within a tick of its clock, 10 ms on some machines */
    FRESH_MS = 1000,    /* a damaged file that was written so recently may not be whole yet */
    PATIENCE_MS = 2000, /* with a file that is being written, before the user is told */
    PAUSE_MS = 20,      /* between two readings of asndb_open */
};

struct asndb_reader {
    char *path;                         /* NULL = the usual places */
    VEC(char *) paths;                  /* of this reading, the best first */
    size_t at;                          /* the one that is being read */
    int from, to;                       /* the file, and its private copy; -1 = closed */
    bool in_memory;                     /* copies, because the disk is full or read-only */
    char *piece;                        /* room for one */
    struct stat current, used, refused; /* states of files; any write gives another one */
    struct fault why;                   /* ... `refused` was refused */
    struct fault problem;               /* the first of this reading; "" = none */
    bool told;                          /* the problem of an earlier reading, which lasts */
    bool unsettled;                     /* a file is being written ... */
    int64_t unsettled_since_ms;         /* ... since then; 0 = none was in the last reading */
};

/* What became of a file: more of it must be read, it was refused, the reading ends, or its database is good. */
enum outcome { MORE, REFUSED, OVER, GOOD };

/* Whether it was written in the last milliseconds. A time in the future is another machine's and says nothing. */
static bool
is_younger(const struct stat *file, int64_t ms)
{
    int64_t age_ms = clock_wall_ms() - ((int64_t)file->st_mtim.tv_sec * 1000 + file->st_mtim.tv_nsec / 1000000);
    return age_ms >= 0 && age_ms < ms;
}

/* ---- the usual places ---- */

static void
add_path(struct asndb_reader *r, const char *dir, const char *name)
{
    struct buf path = {0};
    buf_format(&path, "%s/%s", dir, name);
    if (!textfile_is_missing(path.at))
        vec_push(&r->paths, buf_take(&path));
    buf_free(&path);
}

static int
is_dbip(const struct dirent *entry)
{
    return fnmatch("dbip-asn-lite*.mmdb", entry->d_name, 0) == 0;
}

static int
newest_first(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*b)->d_name, (*a)->d_name); /* the name ends in year and month */
}

static void
add_directory(struct asndb_reader *r, const char *dir)
{
    add_path(r, dir, "GeoLite2-ASN.mmdb");
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, is_dbip, newest_first);
    for (int i = 0; i < count; i++) {
        add_path(r, dir, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    add_path(r, dir, "ipinfo_lite.mmdb");
    add_path(r, dir, "asn.mmdb");
}

static void
add_usual_places(struct asndb_reader *r)
{
    struct buf own_dir = {0};
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data != NULL && data[0] == '/') /* the XDG base directory rules ignore a relative one */
        buf_format(&own_dir, "%s/whylisted", data);
    else if (home != NULL && home[0] == '/')
        buf_format(&own_dir, "%s/.local/share/whylisted", home);
    if (own_dir.count > 0)
        add_directory(r, own_dir.at);
    buf_free(&own_dir);
    add_directory(r, "/var/lib/whylisted");
    add_directory(r, "/var/lib/GeoIP");
    add_directory(r, "/usr/share/GeoIP");
    add_directory(r, "/usr/local/share/GeoIP");
}

/* ---- one file ---- */

static void
close_both(struct asndb_reader *r)
{
    if (r->from >= 0)
        close(r->from);
    if (r->to >= 0)
        close(r->to);
    r->from = r->to = -1;
}

/* Opens a nameless file. One on disk is preferred, because the system can take its memory back. */
static int
open_private(bool in_memory)
{
    struct buf path = {0};
    const char *folder = getenv("TMPDIR");
    int fd = -1;
    buf_format(&path, "%s/whylisted-XXXXXX", folder && *folder == '/' ? folder : "/tmp");
    if (!in_memory)
        fd = mkostemp(path.at, O_CLOEXEC);
#ifdef MFD_CLOEXEC
    else
        fd = memfd_create("whylisted", MFD_CLOEXEC);
#endif
    if (!in_memory && fd >= 0)
        unlink(path.at);
    buf_free(&path);
    return fd;
}

static enum outcome
refuse(struct asndb_reader *r, const char *why)
{
    if (!*r->problem.text)
        fault_set(&r->problem, "cannot open %s: %s", r->paths.at[r->at], why);
    return REFUSED;
}

/* Ends the reading for now, so that no worse file is used instead; when that lasts, the next file is tried. */
static enum outcome
wait_for(struct asndb_reader *r)
{
    int64_t now_ms = clock_now_ms();
    r->unsettled = true;
    if (r->unsettled_since_ms == 0)
        r->unsettled_since_ms = now_ms;
    return now_ms - r->unsettled_since_ms < PATIENCE_MS ? OVER : refuse(r, "it is being written");
}

static enum outcome
begin_file(struct asndb_reader *r)
{
    r->from = open(r->paths.at[r->at], O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* waits for no pipe and no device */
    if (r->from < 0 || fstat(r->from, &r->current) != 0)
        return refuse(r, strerror(errno));
    if (!S_ISREG(r->current.st_mode))
        return refuse(r, "not a regular file");
    if (r->current.st_size > LARGEST)
        return refuse(r, "too large for an ASN database");
    if (textfile_is_same(&r->current, &r->used))
        return OVER;
    bool was_refused = textfile_is_same(&r->current, &r->refused);
    if (is_younger(&r->current, was_refused ? FRESH_MS : TICK_MS)) /* the next change may look like the last one */
        return wait_for(r);
    if (was_refused && !*r->problem.text)
        r->problem = r->why;
    if (was_refused)
        return REFUSED;
    r->to = open_private(r->in_memory);
    if (r->to >= 0)
        return MORE;
    if (r->in_memory)
        return refuse(r, strerror(errno));
    r->in_memory = true;
    close_both(r);
    return MORE;
}

/* Takes the finished copy, unless the file has changed since it was opened. */
static enum outcome
end_file(struct asndb_reader *r, struct asndb **db)
{
    struct stat now;
    if (fstat(r->from, &now) != 0 || !textfile_is_same(&now, &r->current))
        return wait_for(r);
    *db = asndb_adopt(r->to, r->paths.at[r->at], &r->current, &r->why);
    r->to = -1;
    if (*db) {
        r->used = r->current;
        return GOOD;
    }
    r->refused = r->current; /* which begin_file judges */
    close_both(r);
    return MORE;
}

static enum outcome
copy_piece(struct asndb_reader *r, struct asndb **db)
{
    ssize_t got = read(r->from, r->piece, PIECE), put = 0;
    if (got == 0)
        return end_file(r, db);
    if (got < 0)
        return errno == EINTR ? MORE : refuse(r, strerror(errno));
    for (ssize_t now; put < got && ((now = write(r->to, r->piece + put, (size_t)(got - put))) > 0 || errno == EINTR);)
        put += now > 0 ? now : 0;
    if (put == got)
        return MORE;
    if (r->in_memory)
        return refuse(r, strerror(errno));
    r->in_memory = true; /* the disk is full: begin again */
    close_both(r);
    return MORE;
}

/* ---- all files ---- */

struct asndb_reader *
asndb_reader_new(const char *path)
{
    struct asndb_reader *r = mem_zero(sizeof *r);
    r->path = path ? mem_copy(path) : NULL;
    r->from = r->to = -1;
    r->piece = mem_alloc(PIECE);
    return r;
}

static void
forget_paths(struct asndb_reader *r)
{
    for (size_t i = 0; i < r->paths.count; i++)
        free(r->paths.at[i]);
    vec_free(&r->paths);
    r->at = 0;
}

void
asndb_reader_free(struct asndb_reader *r)
{
    if (!r)
        return;
    close_both(r);
    forget_paths(r);
    free(r->path);
    free(r->piece);
    free(r);
}

/* Sets the files of a reading, the best first. */
static void
begin_reading(struct asndb_reader *r)
{
    if (r->path)
        vec_push(&r->paths, mem_copy(r->path));
    else
        add_usual_places(r);
}

char *
asndb_reader_first(const char *path, struct stat *status)
{
    struct asndb_reader *r = asndb_reader_new(path);
    begin_reading(r);
    char *first = r->paths.count > 0 && stat(r->paths.at[0], status) == 0 ? mem_copy(r->paths.at[0]) : NULL;
    asndb_reader_free(r);
    return first;
}

static enum asndb_progress
end(struct asndb_reader *r, const struct asndb *db, struct fault *fault)
{
    bool has_problem = *r->problem.text != '\0';
    if (has_problem && !r->told)
        *fault = r->problem;
    if (has_problem || !r->unsettled)
        r->told = has_problem;
    if (!r->unsettled)
        r->unsettled_since_ms = 0;
    forget_paths(r);
    return db ? ASNDB_NEW : r->unsettled ? ASNDB_UNSETTLED : ASNDB_SAME;
}

enum asndb_progress
asndb_reader_step(struct asndb_reader *r, int64_t budget_us, struct asndb **db, struct fault *fault)
{
    int64_t began_us = clock_now_us();
    *db = NULL;
    fault->text[0] = '\0';
    if (r->paths.count == 0) { /* a reading begins */
        r->unsettled = false;
        r->problem.text[0] = '\0';
        begin_reading(r);
    }
    do {
        if (r->at == r->paths.count)
            return end(r, NULL, fault);
        enum outcome outcome = r->from < 0 ? begin_file(r) : copy_piece(r, db);
        if (outcome == MORE)
            continue;
        close_both(r);
        if (outcome != REFUSED)
            return end(r, *db, fault);
        r->at++;
    } while (clock_now_us() - began_us < budget_us);
    return ASNDB_READING;
}

struct asndb *
asndb_open(const char *path, struct fault *fault)
{
    struct asndb_reader *r = asndb_reader_new(path);
    struct asndb *db;
    struct fault ignored;
    for (int waited_ms = 0; waited_ms <= PATIENCE_MS; waited_ms += PAUSE_MS) {
        while (asndb_reader_step(r, INT64_MAX, &db, &ignored) == ASNDB_READING)
            ;
        if (db || !r->unsettled)
            break;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000 * 1000}, NULL);
    }
    *fault = r->problem;
    asndb_reader_free(r);
    return db;
}
