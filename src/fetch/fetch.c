#include "fetch/fetch.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "fetch/url.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct fetch {
    struct loop *loop;
    fetch_done *done;
    void *arg;
    pid_t pid;         /* -1 = it was waited for */
    bool is_rsync;     /* whose output is what it complains about */
    int input, output; /* our ends of its pipes; -1 = none */
    struct timer limit;
    int64_t timeout_ms, bytes_most;
    char *asked;      /* the host of the first URL */
    struct buf raw;   /* what is read and not yet taken */
    size_t body_left; /* bytes of the body that come next */
    struct fetch_answer answer;
};

/* Kills the program, which has nothing to lose, so that waiting for it takes no time. */
static void
stop(struct fetch *f)
{
    loop_watch(f->loop, f->output, 0, NULL, NULL);
    loop_timer_clear(f->loop, &f->limit);
    if (f->input >= 0)
        close(f->input);
    close(f->output);
    if (f->pid < 0)
        return;
    kill(f->pid, SIGKILL);
    while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void
free_fetch(struct fetch *f)
{
    free(f->asked);
    free(f->answer.host);
    free(f->answer.etag);
    free(f->answer.modified);
    buf_free(&f->answer.body);
    buf_free(&f->raw);
    free(f);
}

void
fetch_cancel(struct fetch *f)
{
    if (!f)
        return;
    stop(f);
    free_fetch(f);
}

/* Hands the answer over; with a sentence there is none. */
static void
finish(struct fetch *f, const char *sentence)
{
    stop(f);
    if (sentence) {
        f->answer.status = 0;
        buf_clear(&f->answer.body);
        fault_set(&f->answer.fault, "%s", sentence);
    }
    f->done(f->arg, &f->answer);
    free_fetch(f);
}

static void
replace(char **field, const char *text)
{
    free(*field);
    *field = text_clean_copy(text, strlen(text));
}

/* Takes a line of the answer. Returns false if that was the last, and the fetch is over. */
static bool
take_line(struct fetch *f, char *line)
{
    char *blank = strchr(line, ' '), *value = blank ? blank + 1 : line + strlen(line);
    int64_t number = 0;
    if (blank)
        *blank = '\0';
    text_read_integer(value, INT32_MAX, &number);
    if (strcmp(line, "status") == 0)
        f->answer.status = (int)number;
    else if (strcmp(line, "host") == 0)
        replace(&f->answer.host, value);
    else if (strcmp(line, "etag") == 0)
        replace(&f->answer.etag, value);
    else if (strcmp(line, "modified") == 0)
        replace(&f->answer.modified, value);
    else if (strcmp(line, "retry") == 0)
        f->answer.retry_ms = number * 1000;
    else if (strcmp(line, "body") == 0)
        f->body_left = (size_t)number;
    else {
        finish(f, strcmp(line, "end") == 0      ? NULL
                  : strcmp(line, "failed") == 0 ? value
                                                : "whylisted-fetch is of another version; install both together");
        return false;
    }
    return true;
}

/* Takes all that is complete. Returns false if the fetch is over. */
static bool
take_raw(struct fetch *f)
{
    size_t used = 0;
    while (used < f->raw.count) {
        char *at = f->raw.at + used, *end;
        size_t left = f->raw.count - used, part = left < f->body_left ? left : f->body_left;
        if (part > 0) {
            buf_bytes(&f->answer.body, at, part);
            f->body_left -= part;
            used += part;
            continue;
        }
        end = memchr(at, '\n', left);
        if (!end)
            break;
        *end = '\0';
        used = (size_t)(end + 1 - f->raw.at);
        if (!take_line(f, at))
            return false;
    }
    if (used > 0) {
        memmove(f->raw.at, f->raw.at + used, f->raw.count - used);
        buf_wrote(&f->raw, f->raw.at + f->raw.count - used);
    }
    return true;
}

/* Waits for rsync, whose output has ended, and hands over what it did. */
static void
finish_rsync(struct fetch *f)
{
    struct buf sentence = {0};
    int status = 0;
    while (waitpid(f->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    f->pid = -1;
    f->answer.status = FETCH_OK;
    f->answer.host = mem_copy(f->asked);
    buf_byte(&f->raw, '\0');
    f->raw.at[strcspn(f->raw.at, "\n")] = '\0';
    buf_format(&sentence, "%s: %s", f->asked, f->raw.at[0] ? f->raw.at : "rsync failed without a reason");
    finish(f, status == 0 ? NULL : buf_string(&sentence));
    buf_free(&sentence);
}

static void
on_output(void *arg, int fd, short events)
{
    enum { AT_ONCE = 65536 };
    struct fetch *f = arg;
    (void)events;
    char *room = buf_room(&f->raw, AT_ONCE);
    ssize_t got = read(fd, room, AT_ONCE);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    buf_wrote(&f->raw, room + (got > 0 ? got : 0));
    if (f->is_rsync && got > 0)
        f->raw.count = f->raw.count < FETCH_LINE ? f->raw.count : FETCH_LINE;
    else if (f->is_rsync)
        finish_rsync(f);
    else if (got <= 0)
        finish(f, "whylisted-fetch ended without an answer");
    else if (take_raw(f) && ((int64_t)f->answer.body.count > f->bytes_most || f->raw.count > FETCH_LINE))
        finish(f, "whylisted-fetch sent more than was asked for");
}

static void
on_limit(void *arg)
{
    struct fetch *f = arg;
    struct buf sentence = {0};
    buf_format(&sentence, "%s: no complete answer within ", f->answer.host ? f->answer.host : f->asked);
    text_duration(&sentence, f->timeout_ms);
    finish(f, buf_string(&sentence));
    buf_free(&sentence);
}

/* Starts a program between two pipes; `ends` are ours, then its. rsync complains into the second one. */
static int
spawn_program(pid_t *pid, const char *const *arguments, const int ends[static 4], const struct fetch_request *r)
{
    bool is_rsync = url_is_rsync(r->url);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[2], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, ends[3], is_rsync ? STDERR_FILENO : STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, is_rsync ? STDOUT_FILENO : STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (r->file > 0)
        posix_spawn_file_actions_adddup2(&files, r->file, FETCH_FILE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    int error = posix_spawnp(pid, arguments[0], &files, &attributes, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Opens both pipes: our ends, which do not block, and its, which do. */
static bool
open_pipes(int ends[static 4])
{
    int in[2], out[2];
    if (!loop_pipe(in))
        return false;
    if (!loop_pipe(out)) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    fcntl(in[0], F_SETFL, 0);
    fcntl(out[1], F_SETFL, 0);
    memcpy(ends, (const int[]){in[1], out[0], in[0], out[1]}, 4 * sizeof *ends);
    return true;
}

static void
put_request(struct buf *out, const struct fetch_request *r)
{
    buf_format(out, "url %s\nmost %lld\nstall %lld\n%s", r->url, (long long)r->bytes_most, (long long)r->stall_ms,
               r->plain ? "plain 1\n" : "");
    if (r->etag)
        buf_format(out, "etag %s\n", r->etag);
    if (r->modified)
        buf_format(out, "modified %s\n", r->modified);
    buf_text(out, r->file > 0 ? "file 1\n\n" : "\n");
}

/* Starts rsync, or whylisted-fetch with its request. Sets *pid and our ends; returns an errno. */
static int
start_program(pid_t *pid, int ends[static 4], const struct fetch_request *r)
{
    char timeout[32];
    const char *rsync[] = {"rsync", "--times", "--inplace", timeout, "--contimeout=20", "--", r->url, r->path, NULL};
    const char *fetcher[] = {r->program, NULL};
    bool is_rsync = url_is_rsync(r->url);
    struct buf request = {0};
    snprintf(timeout, sizeof timeout, "--timeout=%lld", (long long)(r->stall_ms / 1000 + 1));
    if (!is_rsync)
        put_request(&request, r);
    int error = request.count > FETCH_LINE ? E2BIG : open_pipes(ends) ? 0 : errno;
    if (error == 0 && request.count > 0 &&
        write(ends[0], request.at, request.count) < 0) /* the pipe is empty and takes it all */
        error = errno;
    buf_free(&request);
    if (error == 0)
        error = spawn_program(pid, is_rsync ? rsync : fetcher, ends, r);
    for (int i = error == 0 ? 2 : 0; i < 4; i++)
        if (ends[i] > 0)
            close(ends[i]);
    return error;
}

struct fetch *
fetch_start(struct loop *loop, const struct fetch_request *r, fetch_done *done, void *arg, struct fault *fault)
{
    char host[URL_HOST];
    int ends[4] = {0};
    pid_t pid = 0;
    bool is_rsync = url_is_rsync(r->url);
    if (is_rsync)
        snprintf(host, sizeof host, "%s", r->url);
    else if (!(r->plain ? url_check_plain : url_check)(r->url, host, fault))
        return NULL;
    int error = start_program(&pid, ends, r);
    if (error != 0) {
        fault_set(fault, "cannot run %s: %s", is_rsync ? "rsync" : r->program,
                  is_rsync && error == ENOENT ? "it is not installed" : strerror(error));
        return NULL;
    }
    struct fetch *f = mem_zero(sizeof *f);
    *f = (struct fetch){.loop = loop, .done = done, .arg = arg, .pid = pid, .input = ends[0], .output = ends[1]};
    f->is_rsync = is_rsync;
    f->timeout_ms = r->timeout_ms;
    f->bytes_most = r->bytes_most;
    f->asked = mem_copy(host);
    f->limit = (struct timer){.fire = on_limit, .arg = f};
    loop_watch(loop, f->output, POLLIN, on_output, f);
    loop_timer_set(loop, &f->limit, clock_now_ms() + r->timeout_ms);
    return f;
}
