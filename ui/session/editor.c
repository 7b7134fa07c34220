/* The file lies in a folder of its own, so that what the editor puts beside it, backups and the like, is as private as
 * it is, and goes with it. */
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
#include <sys/wait.h>
#include <unistd.h>

static const char *
setting(const char *const *variables, size_t count, const char *otherwise)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return value;
    }
    return otherwise;
}

static const char *
name_of_editor(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};
    return setting(variables, sizeof variables / sizeof variables[0], "vi");
}

/* ---- the file ---- */

static char *
make_folder(struct fault *fault)
{
    static const char *const variables[] = {"XDG_RUNTIME_DIR", "TMPDIR"};
    struct buf path = {0};
    buf_format(&path, "%s/whylisted-XXXXXX", setting(variables, sizeof variables / sizeof variables[0], "/tmp"));
    if (mkdtemp(path.at))
        return buf_take(&path);
    fault_set(fault, "cannot make the folder %s: %s", path.at, strerror(errno));
    buf_free(&path);
    return NULL;
}

/* With what is in it. */
static void
remove_folder(const char *folder)
{
    DIR *content = opendir(folder);
    for (struct dirent *entry; content && (entry = readdir(content)) != NULL;)
        unlinkat(dirfd(content), entry->d_name, 0);
    if (content)
        closedir(content);
    rmdir(folder);
}

/* Editors want a newline at the end. */
static char *
with_newline(const char *text)
{
    struct buf lines = {0};
    size_t count = strlen(text);
    buf_format(&lines, "%s%s", text, count > 0 && text[count - 1] != '\n' ? "\n" : "");
    return buf_take(&lines);
}

static bool
write_file(const char *path, const char *text, struct fault *fault)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool ok = file && fputs(text, file) != EOF;
    if (file)
        ok = fclose(file) == 0 && ok;
    return ok || fault_set(fault, "cannot write %s: %s", path, strerror(errno));
}

/* By its name, since editors put a new file in its place; a little more than `most`, to see that there is more. */
static bool
read_back(const char *path, size_t most, struct buf *out, struct fault *fault)
{
    char bytes[4096];
    FILE *file = fopen(path, "re");
    if (!file)
        return fault_set(fault, "cannot read what the editor wrote in %s: %s", path, strerror(errno));
    for (size_t got; out->count <= most && (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_bytes(out, bytes, got);
    bool ok = !ferror(file) || fault_set(fault, "cannot read what the editor wrote in %s: %s", path, strerror(errno));
    fclose(file);
    return ok;
}

/* ---- the editor ---- */

/* The name may be a command with arguments ("code --wait"), so a shell reads it. */
static void
become_editor(const char *path)
{
    struct buf command = {0};
    buf_format(&command, "%s \"$1\"", name_of_editor());
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", buf_string(&command), "sh", path, (char *)NULL);
    _exit(127);
}

/* Keys that interrupt are the editor's while it runs. False when it did not end well, or could not begin. */
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
    char *name = text_clean_copy(name_of_editor(), strlen(name_of_editor()));
    bool ok = ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (ended < 0)
        fault_set(fault, "cannot start the editor '%.80s': %s", name, strerror(errno));
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        fault_set(fault, "there is no editor '%.80s': set VISUAL or EDITOR", name);
    else if (!ok)
        fault_set(fault, "the editor '%.80s' failed: nothing is changed", name);
    free(name);
    return ok;
}

/* What it wrote: taken, or else told where it is when it is not what it was given. */
static bool
take(const char *path, const char *initial, size_t most, bool well, struct buf *text, struct fault *fault)
{
    struct fault unread;
    if (!read_back(path, most, text, well ? fault : &unread))
        return false;
    if (well && text->count <= most)
        return true;
    bool changed = strcmp(buf_string(text), initial) != 0;
    size_t said = well ? 0 : strlen(fault->text);
    if (well)
        said = (size_t)snprintf(fault->text, sizeof fault->text, "more than %zu bytes are no note", most);
    if (changed)
        snprintf(fault->text + said, sizeof fault->text - said, "; what was written is in %s", path);
    else
        buf_clear(text);
    return false;
}

bool
editor_run(const char *initial, size_t most, struct buf *out, struct fault *fault)
{
    char *folder = make_folder(fault), *given = with_newline(initial);
    struct buf path = {0}, text = {0};
    bool ok = false;
    if (folder) {
        buf_format(&path, "%s/note.txt", folder);
        bool wrote = write_file(buf_string(&path), given, fault);
        bool well = wrote && run_on(buf_string(&path), fault);
        ok = wrote && take(buf_string(&path), given, most + 1, well, &text, fault);
        if (ok || text.count == 0)
            remove_folder(folder);
    }
    if (ok)
        buf_bytes(out, buf_string(&text), text.count);
    buf_free(&path);
    buf_free(&text);
    free(given);
    free(folder);
    return ok;
}
