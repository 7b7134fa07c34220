#include "web_fixture.h"

#include "base/buf.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { REQUEST_MOST = 16384 };

static pid_t server;
static int log_end = -1; /* where its lines come out */
static char base[64];
static struct buf lines, url;

static void
put_text(struct buf *out, const char *text)
{
    const char *at;
    while (text && (at = strstr(text, "BASE")) != NULL) {
        buf_bytes(out, text, (size_t)(at - text));
        buf_text(out, base);
        text = at + 4;
    }
    buf_text(out, text ? text : "");
}

static void
send_all(int client, const struct buf *text)
{
    for (size_t sent = 0; sent < text->count;) {
        ssize_t got = send(client, text->at + sent, text->count - sent, MSG_NOSIGNAL);
        if (got <= 0)
            return;
        sent += (size_t)got;
    }
}

/* Serves one request; the connection of a page that never answers stays open. */
static void
serve(int client, int log, const struct web_page *page)
{
    char request[REQUEST_MOST + 1], target[REQUEST_MOST + 1] = "";
    size_t count = 0;
    ssize_t got = 1;
    struct buf answer = {0}, line = {0};
    request[0] = '\0';
    while (got > 0 && count < REQUEST_MOST && !strstr(request, "\r\n\r\n")) {
        got = recv(client, request + count, REQUEST_MOST - count, 0);
        count += got > 0 ? (size_t)got : 0;
        request[count] = '\0';
    }
    sscanf(request, "GET %s", target);
    buf_format(&line, "%s%s\n", target, strcasestr(request, "\r\nIf-None-Match:") ? " etag" : "");
    if (write(log, line.at, line.count) < 0)
        _exit(1);
    while (page->path && strncmp(target, page->path, strlen(page->path)) != 0)
        page++;
    if (page->path && !page->headers)
        return;
    bool same = page->path && strstr(page->headers, "ETag:") && strcasestr(request, "\r\nIf-None-Match:");
    buf_text(&answer, "HTTP/1.0 ");
    put_text(&answer, same ? "304" : page->path ? page->headers : "404");
    buf_text(&answer, "\r\n\r\n");
    for (size_t i = 0; i <= page->repeats && !same; i++)
        put_text(&answer, page->body);
    send_all(client, &answer);
    shutdown(client, SHUT_WR);
    close(client);
    buf_free(&answer);
    buf_free(&line);
}

void
web_fixture_start(const struct web_page *pages)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t room = sizeof address;
    int ends[2], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    web_fixture_stop();
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &room), 0);
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    snprintf(base, sizeof base, "http://127.0.0.1:%u/", (unsigned)ntohs(address.sin_port));
    server = fork();
    if (server == 0)
        for (;;) {
            int client = accept(listener, NULL, NULL);
            if (client >= 0)
                serve(client, ends[1], pages);
        }
    assert_true(server > 0);
    close(listener);
    close(ends[1]);
    log_end = ends[0];
}

void
web_fixture_stop(void)
{
    if (server <= 0)
        return;
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    close(log_end);
    server = 0;
    log_end = -1;
    buf_free(&lines);
    buf_free(&url);
}

const char *
web_fixture_url(const char *path)
{
    buf_clear(&url);
    buf_format(&url, "%s%s", base, path);
    return buf_string(&url);
}

const char *
web_fixture_asked(void)
{
    char part[REQUEST_MOST];
    ssize_t got;
    buf_clear(&lines);
    while ((got = read(log_end, part, sizeof part)) > 0)
        buf_bytes(&lines, part, (size_t)got);
    return buf_string(&lines);
}
