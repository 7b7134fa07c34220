#include "editor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SUFFIX = sizeof ".txt" - 1 };

static const char *
name_of_editor(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *name = getenv(variables[i]);
        if (name && *name)
            return name;
    }
    return "vi";
}

/* As lines, the last of which ends, too: editors expect that. */
static bool
write_lines(int file, const char *text)
{
    struct buf lines = {0};
    size_t done = 0;
    buf_text(&lines, text);
    if (lines.count > 0 && lines.at[lines.count - 1] != '\n')
        buf_byte(&lines, '\n');
    while (done < lines.count) {
        ssize_t wrote = write(file, lines.at + done, lines.count - done);
        if (wrote < 0 && errno != EINTR)
            break;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    bool ok = done == lines.count;
    buf_free(&lines);
    return ok;
}

/* The name may be a command with arguments ("code --wait"), so a shell reads it. */
static void
become_editor(const char *path)
{
    struct buf command = {0};
    buf_format(&command, "exec %s \"$1\"", name_of_editor());
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", buf_string(&command), "sh", path, (char *)NULL);
    _exit(127);
}

/* Keys that interrupt are the editor's while it runs. */
static bool
run_on(const char *path, struct fault *fault)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    int status = 0;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t child = fork();
    if (child == 0)
        become_editor(path);
    pid_t ended;
    while ((ended = child < 0 ? -1 : waitpid(child, &status, 0)) < 0 && child > 0 && errno == EINTR)
        ;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    if (ended < 0)
        return fault_set(fault, "cannot start the editor '%.80s': %s", name_of_editor(), strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return fault_set(fault, "there is no editor '%.80s': set VISUAL or EDITOR", name_of_editor());
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           fault_set(fault, "the editor '%.80s' failed: nothing is changed", name_of_editor());
}

/* By its name, since editors put a new file in its place. */
static bool
read_back(const char *path, size_t most, struct buf *out, struct fault *fault)
{
    char bytes[4096];
    size_t total = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return fault_set(fault, "cannot read what the editor wrote: %s", strerror(errno));
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0 && total <= most; total += got)
        buf_bytes(out, bytes, got);
    bool ok = !ferror(file);
    fclose(file);
    if (!ok)
        return fault_set(fault, "cannot read what the editor wrote: %s", strerror(errno));
    return total <= most || fault_set(fault, "more than %zu bytes are no note", most);
}

bool
editor_run(const char *initial, size_t most, struct buf *out, struct fault *fault)
{
    const char *folder = getenv("TMPDIR");
    struct buf path = {0}, text = {0};
    buf_format(&path, "%s/whylisted-note-XXXXXX.txt", folder && *folder == '/' ? folder : "/tmp");
    int file = mkstemps(path.at, SUFFIX);
    bool ok = file >= 0 && write_lines(file, initial);
    if (!ok)
        fault_set(fault, "cannot write %s: %s", buf_string(&path), strerror(errno));
    if (file >= 0)
        close(file);
    ok = ok && run_on(buf_string(&path), fault) && read_back(buf_string(&path), most, &text, fault);
    if (ok)
        buf_bytes(out, buf_string(&text), text.count);
    if (file >= 0)
        unlink(buf_string(&path));
    buf_free(&path);
    buf_free(&text);
    return ok;
}
