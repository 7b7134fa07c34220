/* The file has a folder of its own, so that backup files of the editor are as private as it is and are removed with it.
 */
#include "session/editor.h"

#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns the first variable that is set and not empty. */
static const char *
setting(const char *first, const char *second, const char *otherwise)
{
    const char *value = getenv(first);
    if (!value || !*value)
        value = getenv(second);
    return value && *value ? value : otherwise;
}

/* ---- the file ---- */

/* Opens the file by name, because editors replace it, perhaps by a pipe, for which it never waits. Reads a little more
 * than `most`, so that the caller sees excess. */
static bool
read_back(const char *path, size_t most, struct buf *out, struct fault *fault)
{
    char bytes[4096];
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    FILE *file = fd >= 0 && fstat(fd, &is) == 0 ? fdopen(fd, "r") : NULL;
    if (!file || !S_ISREG(is.st_mode)) {
        fault_set(fault, "cannot read what the editor left in %s: %s", path,
                  file ? "it is not a plain file" : strerror(errno));
        file ? (void)fclose(file) : (void)(fd >= 0 && close(fd));
        return false;
    }
    for (size_t got; out->count <= most && (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_bytes(out, bytes, got);
    bool ok = !ferror(file) || fault_set(fault, "cannot read what the editor wrote in %s: %s", path, strerror(errno));
    fclose(file);
    return ok;
}

/* ---- the editor ---- */

static volatile sig_atomic_t told_to_end; /* by this signal */

static void
on_end(int number)
{
    told_to_end = number;
}

/* Waits for the editor. SIGINT and SIGQUIT are ignored, because the keys are the editor's; SIGHUP and SIGTERM are
 * passed on to it, because its file must be read and removed before the program ends. Returns as waitpid. */
static pid_t
start_and_wait(const char *command, const char *path, int *status)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM};
    enum { IGNORED = 2, SIGNALS = sizeof signals / sizeof *signals };
    struct sigaction before[SIGNALS];
    told_to_end = 0;
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &(struct sigaction){.sa_handler = i < IGNORED ? SIG_IGN : on_end}, &before[i]);
    pid_t child = fork(), ended = child;
    if (child == 0) {
        for (int i = 0; i < SIGNALS; i++)
            signal(signals[i], SIG_DFL);
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", command, "sh", path, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && (ended = waitpid(child, status, 0)) < 0 && errno == EINTR)
        if (told_to_end)
            kill(child, told_to_end);
    for (int i = 0; i < SIGNALS; i++) {
        bool handled = before[i].sa_handler != SIG_DFL && before[i].sa_handler != SIG_IGN;
        if (told_to_end && i >= IGNORED && !handled)
            signal(signals[i], SIG_IGN); /* ends once the text is stored; a terminal that goes away sends two SIGHUP */
        else
            sigaction(signals[i], &before[i], NULL);
        if (handled && told_to_end == signals[i])
            raise(signals[i]);
    }
    return ended;
}

/* Runs the editor through a shell, because its name may have arguments ("code --wait"). What it had written when the
 * terminal went away counts. */
static bool
run_on(const char *path, struct fault *fault)
{
    const char *editor = setting("VISUAL", "EDITOR", "vi");
    struct buf command = {0};
    int status = 0;
    buf_format(&command, "%s \"$1\"", editor);
    pid_t ended = start_and_wait(buf_string(&command), path, &status);
    buf_free(&command);
    char *name = text_clean_copy(editor, strlen(editor));
    bool ok = ended > 0 && (told_to_end || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    if (ended < 0)
        fault_set(fault, "cannot start the editor '%.80s': %s", name, strerror(errno));
    else if (!ok && WIFEXITED(status) && WEXITSTATUS(status) == 127)
        fault_set(fault, "no editor '%.80s'; set VISUAL or EDITOR", name);
    else if (!ok)
        fault_set(fault, "the editor '%.80s' failed; nothing was changed", name);
    free(name);
    return ok;
}

/* Reads the result. If the editor failed or the text is too long, the fault names the file; *keeps: it has text of the
 * user that is nowhere else. */
static bool
read_result(const char *path, const char *initial, size_t most, bool succeeded, struct buf *text, bool *keeps,
            struct fault *fault)
{
    struct fault unread;
    struct stat is;
    size_t room = most + 1; /* for the newline that editors add */
    if (!read_back(path, room, text, succeeded ? fault : &unread)) {
        *keeps = lstat(path, &is) == 0 && S_ISREG(is.st_mode) && is.st_size > 0;
        return false;
    }
    if (succeeded && text->count <= room)
        return true;
    size_t used = succeeded ? 0 : strlen(fault->text);
    if (succeeded)
        used = (size_t)snprintf(fault->text, sizeof fault->text, "the text is longer than %zu bytes", most);
    *keeps = strcmp(buf_string(text), initial) != 0;
    if (*keeps)
        snprintf(fault->text + used, sizeof fault->text - used, "; your text is in %s", path);
    return false;
}

bool
editor_run(const char *initial, size_t most, struct buf *out, struct fault *fault)
{
    struct buf made = {0}, path = {0}, given = {0}, text = {0};
    size_t count = strlen(initial);
    bool ok = false, keeps = false;
    buf_format(&made, "%s/whylisted-XXXXXX", setting("XDG_RUNTIME_DIR", "TMPDIR", "/tmp"));
    char *folder = buf_take(&made);
    if (!mkdtemp(folder)) {
        fault_set(fault, "cannot make the folder %s: %s", folder, strerror(errno));
        free(folder);
        return false;
    }
    buf_format(&given, "%s%s", initial, count > 0 && initial[count - 1] != '\n' ? "\n" : "");
    buf_format(&path, "%s/note.txt", folder);
    int fd = open(buf_string(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool written = file && fputs(buf_string(&given), file) != EOF;
    if (file)
        written = fclose(file) == 0 && written;
    if (!written) {
        fault_set(fault, "cannot write %s: %s", buf_string(&path), strerror(errno));
    } else {
        bool succeeded = run_on(buf_string(&path), fault);
        ok = read_result(buf_string(&path), buf_string(&given), most, succeeded, &text, &keeps, fault);
    }
    if (!keeps) {
        DIR *content = opendir(folder);
        for (struct dirent *entry; content && (entry = readdir(content)) != NULL;)
            unlinkat(dirfd(content), entry->d_name, 0);
        if (content)
            closedir(content);
        rmdir(folder);
    }
    if (ok)
        buf_bytes(out, buf_string(&text), text.count);
    buf_free(&path);
    buf_free(&given);
    buf_free(&text);
    free(folder);
    return ok;
}

void
editor_work(void *arg)
{
    struct editor_work *work = arg;
    work->ok = editor_run(work->initial, work->most, &work->result, &work->fault);
}
