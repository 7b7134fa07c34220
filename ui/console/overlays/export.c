#include "console/overlays/export.h"

#include "base/clock.h"
#include "base/mem.h"
#include "console/overlays/confirm.h"
#include "console/overlays/prompt.h"
#include "session/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORT_COLS = 100 };

/* Writes a file that only its owner can read, because reports contain notes. Returns false with errno set. Never waits
 * for the reader of a FIFO. */
static bool
write_file(const char *path, int flags, const struct buf *text)
{
    struct stat is;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, 0600);
    if (fd < 0)
        return false;
    if (fstat(fd, &is) == 0 && S_ISREG(is.st_mode))
        (void)fchmod(fd, 0600);
    size_t done = 0;
    while (done < text->count) {
        ssize_t n = write(fd, text->at + done, text->count - done);
        if (n < 0 && errno != EINTR) {
            int why = errno;
            close(fd);
            errno = why;
            return false;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return close(fd) == 0;
}

static void
replace(void *arg, bool yes)
{
    struct export *report = arg;
    if (!yes)
        app_message(report->app, "not written; %s is unchanged", report->path);
    else if (write_file(report->path, O_TRUNC | O_NOFOLLOW, &report->text))
        app_message(report->app, "wrote %s", report->path);
    else
        app_message(report->app, "cannot write %s: %s", report->path, strerror(errno));
}

static bool
submit(void *arg, const char *typed, struct fault *fault)
{
    struct export *report = arg;
    if (*typed == '\0')
        return fault_set(fault, "type a file name");
    free(report->path);
    report->path = paths_expand(typed);
    if (write_file(report->path, O_EXCL, &report->text)) {
        app_message(report->app, "wrote %s", report->path);
        return true;
    }
    if (errno != EEXIST)
        return fault_set(fault, "cannot write %s: %s", report->path, strerror(errno));
    struct buf question = {0};
    struct stat is;
    char *target = lstat(report->path, &is) == 0 && S_ISLNK(is.st_mode) ? realpath(report->path, NULL) : NULL;
    if (S_ISLNK(is.st_mode) && !target)
        return fault_set(fault, "%s is a link that leads nowhere; type another name", report->path);
    if (stat(report->path, &is) == 0 && !S_ISREG(is.st_mode)) {
        free(target);
        return fault_set(fault, "%s is %s, not a plain file; type another name", report->path,
                         S_ISDIR(is.st_mode)    ? "a folder"
                         : S_ISFIFO(is.st_mode) ? "a pipe"
                                                : "a device or socket");
    }
    if (target) {
        buf_format(&question, "%s is a link to %s. Replace that?", report->path, target);
        free(report->path);
        report->path = target; /* no other link is followed after a yes */
    } else {
        buf_format(&question, "%s exists. Replace it?", report->path);
    }
    confirm_open(report->app, buf_string(&question), replace, report);
    buf_free(&question);
    return true;
}

void
export_ask_text(struct export *report, struct app *app, const char *question, const char *name)
{
    report->app = app;
    prompt_open(app, question, name, submit, report);
}

void
export_ask(struct export *report, struct app *app, struct layer *layer)
{
    char now[CLOCK_TEXT];
    bool ascii = app_screen(app)->ascii;
    struct buf title = {0}, detail = {0}, status = {0}, name = {0};
    layer->view->subject(layer->self, VIEW_ANY_ROW,
                         &(struct view_subject){.title = &title, .detail = &detail, .status = &status});
    buf_text(&name, "whylisted-");
    for (const char *at = buf_string(&title); *at != '\0'; at++) { /* in letters that every system accepts */
        bool plain =
            (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at == '.';
        if (plain || name.at[name.count - 1] != '-')
            buf_byte(&name, plain ? *at : '-');
    }
    buf_text(&name, ".txt");

    clock_rfc3339(clock_wall_ms(), now);
    buf_clear(&report->text);
    buf_format(&report->text, "whylisted: %s, %s\n\n", buf_string(&title), now);
    if (layer->view->report)
        layer->view->report(layer->self, REPORT_COLS, ascii, &report->text);
    else
        layer_dump(layer->view, layer->self, SIZE_MAX, REPORT_COLS, ascii, &report->text);
    export_ask_text(report, app, "Write the report to file", buf_string(&name));
    buf_free(&title);
    buf_free(&detail);
    buf_free(&status);
    buf_free(&name);
}
