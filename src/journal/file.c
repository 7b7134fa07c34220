/* Never deletes or overwrites a file that any program has written to. */
#include "journal/file.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/folder.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- reading the header ---- */

enum { MAGIC = 16, APPLICATION_AT = 68 }; /* https://www.sqlite.org/fileformat2.html section 1.3 */

static enum journal_file
cannot_open(const char *path, const char *why, struct fault *fault)
{
    fault_set(fault, "cannot open the journal %s: %s", path, why);
    return JOURNAL_FILE_UNUSABLE;
}

static const char magic[MAGIC] = "SQLite format 3";

bool
journal_file_is_ours(const uint8_t header[static JOURNAL_FILE_HEADER])
{
    const uint8_t *id = header + APPLICATION_AT;
    return memcmp(header, magic, MAGIC) == 0 &&
           ((uint32_t)id[0] << 24 | id[1] << 16 | id[2] << 8 | id[3]) == JOURNAL_APPLICATION;
}

enum journal_file
journal_file_look(const char *path, struct fault *fault)
{
    struct stat is;
    uint8_t header[JOURNAL_FILE_HEADER];
    if (stat(path, &is) != 0) {
        if (errno != ENOENT)
            return cannot_open(path, strerror(errno), fault);
        if (lstat(path, &is) != 0)
            return JOURNAL_FILE_ABSENT;
        if (S_ISLNK(is.st_mode)) /* if not, another program has made it just now */
            return cannot_open(path, "a symbolic link to a file that is not there; is a disk not mounted?", fault);
    }
    if (S_ISDIR(is.st_mode))
        return cannot_open(path, "it is a folder; name a file in it", fault);
    if (!S_ISREG(is.st_mode))
        return cannot_open(path, "it is a device or a pipe; name a plain file", fault);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? -1 : read(file, header, JOURNAL_FILE_HEADER);
    int error = errno;
    if (file >= 0)
        close(file);
    if (count < 0)
        return cannot_open(path,
                           error == EACCES ? "permission denied; give yourself the right to read and write it, or name"
                                             " another file"
                                           : strerror(error),
                           fault);
    if (count == 0)
        return JOURNAL_FILE_EMPTY;
    if (count < MAGIC || memcmp(header, magic, MAGIC) != 0)
        return JOURNAL_FILE_FOREIGN;
    return count == JOURNAL_FILE_HEADER && journal_file_is_ours(header) ? JOURNAL_FILE_OURS : JOURNAL_FILE_DATABASE;
}

static bool
has_content(const char *path, const char *suffix)
{
    struct stat is;
    struct buf beside = {0};
    buf_format(&beside, "%s%s", path, suffix);
    bool has = stat(buf_string(&beside), &is) == 0 && is.st_size > 0;
    buf_free(&beside);
    return has;
}

bool
journal_file_is_closed(const char *path, struct fault *why)
{
    char *folder = folder_of(path);
    bool closed = true;
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        fault_set(why, "the file may not be written (%s)", strerror(errno));
    else if (faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) != 0)
        fault_set(why, "its folder may not be written (%s)", strerror(errno));
    else
        closed = false;
    free(folder);
    return closed;
}

bool
journal_file_is_at_rest(const char *path)
{
    return !has_content(path, "-wal") && !has_content(path, "-journal");
}

bool
journal_file_is_only_log(const char *path)
{
    return !has_content(path, "") && has_content(path, "-wal");
}

/* ---- making ---- */

bool
journal_file_make(const char *path, bool usual, const struct stat *like, bool *made, struct fault *fault)
{
    struct stat is = {0};
    char *folder = folder_of(path);
    int file = -1;
    *made = false;
    if (!usual && stat(folder, &is) < 0 && errno == ENOENT) {
        fault_set(fault, "cannot make the journal %s: its folder is not there", path);
        free(folder);
        return false;
    }
    const char *what = folder_make(folder, 0700) ? NULL : "its folder";
    if (!what) {
        file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        *made = file >= 0;
        if (*made ? fchmod(file, like ? (like->st_mode & 0666) | 0600 : 0600) != 0 : errno != EEXIST)
            what = "it";
        bool owned = like || (geteuid() == 0 && stat(folder, &is) == 0);
        const struct stat *owner = like ? like : &is;
        if (*made && owned && fchown(file, owner->st_uid, owner->st_gid) != 0 && geteuid() == 0)
            what = "it";
    }
    if (what)
        fault_set(fault, "cannot make the journal %s: %s cannot be made: %s", path, what, strerror(errno));
    if (file >= 0)
        close(file);
    free(folder);
    return what == NULL;
}

/* ---- quarantine ---- */

/* Files that SQLite keeps beside a database. They are moved first, because a new database would use or delete the log
 * of the old one. */
static const char *const companions[] = {"-wal", "-journal", "-shm"};
enum { COMPANIONS = sizeof companions / sizeof *companions, NAMES_TRIED = 1000 };

/* Makes an empty file, which the rename replaces, so that two programs never choose the same name. */
static bool
reserve(const char *name)
{
    for (size_t i = 0; i < COMPANIONS; i++) {
        struct stat is;
        struct buf beside = {0};
        buf_format(&beside, "%s%s", name, companions[i]);
        bool taken = lstat(buf_string(&beside), &is) == 0;
        buf_free(&beside);
        if (taken) {
            errno = EEXIST;
            return false;
        }
    }
    int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    return file >= 0;
}

/* Chooses "journal.db.damaged-20261122T041500Z", or "...Z-2" if that exists. */
static bool
choose_name(const char *path, struct buf *out)
{
    char when[CLOCK_TEXT], short_when[CLOCK_TEXT];
    size_t used = 0;
    clock_rfc3339(clock_wall_ms(), when);
    for (const char *c = when; *c; c++)
        if (*c != '-' && *c != ':')
            short_when[used++] = *c;
    short_when[used] = '\0';
    for (int number = 1; number <= NAMES_TRIED; number++) {
        buf_clear(out);
        buf_format(out, "%s.damaged-%s", path, short_when);
        if (number > 1)
            buf_format(out, "-%d", number);
        if (reserve(buf_string(out)))
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

static bool
move_companions(const char *path, const char *to)
{
    bool moved = true;
    for (size_t i = 0; i < COMPANIONS && moved; i++) {
        struct buf old = {0}, new = {0};
        buf_format(&old, "%s%s", path, companions[i]);
        buf_format(&new, "%s%s", to, companions[i]);
        moved = rename(buf_string(&old), buf_string(&new)) == 0 || errno == ENOENT;
        buf_free(&old);
        buf_free(&new);
    }
    return moved;
}

bool
journal_file_is_there(const char *path, dev_t device, ino_t inode)
{
    struct stat is;
    return stat(path, &is) == 0 && is.st_dev == device && is.st_ino == inode;
}

bool
journal_file_quarantine(const char *path, struct fault *aside, struct fault *fault)
{
    struct buf to = {0};
    bool done = false;
    assert(*path == '/');
    if (!choose_name(path, &to)) {
        fault_set(fault, "the journal %s is damaged and cannot be set aside (%s); move it away yourself", path,
                  strerror(errno));
    } else if (!move_companions(path, buf_string(&to)) || rename(path, buf_string(&to)) != 0) {
        fault_set(fault,
                  "the journal %s is damaged and cannot be set aside (%s); move it and its -wal file away yourself",
                  path, strerror(errno));
        unlink(buf_string(&to));
    } else {
        done = true;
        fault_set(aside, "%s", buf_string(&to));
    }
    buf_free(&to);
    return done;
}
