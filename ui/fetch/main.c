/* whylisted-fetch: gets one file over HTTP for whylisted, which says what on standard input; see fetch.h. It is a
 * program of its own, so that whylisted is not linked with libcurl. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "fetch/url.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { HEADERS_MOST = 65536, VALUE_MOST = 512 };

struct job {
    CURL *curl;
    char *url, *etag, *modified; /* as asked for; `url` follows redirects */
    int64_t most, stall_ms;
    bool to_file, plain;
    char host[URL_HOST];
    char new_etag[VALUE_MOST], new_modified[VALUE_MOST];
    size_t headers;
    int64_t body;
    bool told;                    /* the status was written */
    char reason[CURL_ERROR_SIZE]; /* of libcurl, for a transfer that failed */
    struct fault fault;           /* why there is no answer; "" = there may be one */
};

/* ---- what whylisted reads ---- */

static bool
write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t wrote = write(fd, bytes, count);
        if (wrote < 0)
            return false;
        bytes += wrote;
        count -= (size_t)wrote;
    }
    return true;
}

static void
write_out(const char *bytes, size_t count)
{
    if (!write_all(STDOUT_FILENO, bytes, count))
        exit(EXIT_FAILURE);
}

static void
write_lines(struct buf *lines)
{
    write_out(buf_string(lines), lines->count);
    buf_free(lines);
}

static long
status_of(const struct job *job)
{
    long status = 0;
    curl_easy_getinfo(job->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static void
tell_status(struct job *job)
{
    struct buf lines = {0};
    if (job->told)
        return;
    job->told = true;
    buf_format(&lines, "status %ld\nhost %s\n", status_of(job), job->host);
    if (*job->new_etag)
        buf_format(&lines, "etag %s\n", job->new_etag);
    if (*job->new_modified)
        buf_format(&lines, "modified %s\n", job->new_modified);
    curl_off_t retry_s = 0;
    if (curl_easy_getinfo(job->curl, CURLINFO_RETRY_AFTER, &retry_s) == CURLE_OK && retry_s > 0)
        buf_format(&lines, "retry %lld\n", (long long)retry_s);
    write_lines(&lines);
}

/* ---- the transfer ---- */

static size_t
on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct job *job = arg;
    (void)size;
    job->body += (int64_t)count;
    if (job->body > job->most) {
        fault_set(&job->fault, "%s: the answer has more than %lld bytes", job->host, (long long)job->most);
        return 0;
    }
    if (status_of(job) != FETCH_OK)
        return count;
    tell_status(job);
    struct buf line = {0};
    if (job->to_file) {
        if (!write_all(FETCH_FILE, bytes, count))
            fault_set(&job->fault, "cannot write the file: %s", strerror(errno));
        return *job->fault.text ? 0 : count;
    }
    buf_format(&line, "body %zu\n", count);
    write_lines(&line);
    write_out(bytes, count);
    return count;
}

/* Copies the value of this header, unless it is too long or not plain ASCII, as a request must give it back. */
static void
take_header(const char *line, size_t count, const char *name, char out[static VALUE_MOST])
{
    size_t at = strlen(name);
    if (count <= at || strncasecmp(line, name, at) != 0)
        return;
    while (at < count && line[at] == ' ')
        at++;
    while (count > at && strchr("\r\n ", line[count - 1]))
        count--;
    out[0] = '\0';
    for (size_t i = at; i < count; i++)
        if (line[i] < ' ' || line[i] > '~' || count - at >= VALUE_MOST)
            return;
    memcpy(out, line + at, count - at);
    out[count - at] = '\0';
}

static size_t
on_header(char *line, size_t size, size_t count, void *arg)
{
    struct job *job = arg;
    (void)size;
    job->headers += count;
    if (job->headers > HEADERS_MOST) {
        fault_set(&job->fault, "%s: the headers of the answer have more than %d bytes", job->host, HEADERS_MOST);
        return 0;
    }
    take_header(line, count, "ETag:", job->new_etag);
    take_header(line, count, "Last-Modified:", job->new_modified);
    return count;
}

/* Ends the program when standard input has ended, because the program that asked has gone then. */
static int
on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    (void)arg, (void)total, (void)now, (void)up_total, (void)up_now;
    return poll(&input, 1, 0) > 0;
}

static struct curl_slist *
add_condition(struct curl_slist *headers, const char *name, const char *value)
{
    char line[FETCH_LINE];
    snprintf(line, sizeof line, "%s: %s", name, value);
    return value ? curl_slist_append(headers, line) : headers;
}

/* Gets what the URL of the job has, without following redirects; or sets the fault, unless that is set. Certificates
 * are verified by default. */
static bool
transfer(struct job *job)
{
    struct curl_slist *headers = NULL;
    CURL *curl = job->curl;
    job->headers = 0;
    job->body = 0;
    job->reason[0] = '\0';
    job->new_etag[0] = job->new_modified[0] = '\0';
    headers = add_condition(headers, "If-None-Match", job->etag);
    headers = add_condition(headers, "If-Modified-Since", job->modified);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, job->url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, job->reason);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, job);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, job);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    if (getenv("SSL_CERT_FILE")) /* as other programs have it; libcurl itself does not look */
        curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, job->stall_ms > 0 ? (long)FETCH_DRIP : 0L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)((job->stall_ms + 999) / 1000));
    if (strncasecmp(job->url, "http:", 5) == 0 && url_is_local(job->host))
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    if (code != CURLE_OK && !*job->fault.text)
        fault_set(&job->fault, "%s: %s", job->host, *job->reason ? job->reason : curl_easy_strerror(code));
    return code == CURLE_OK;
}

static bool
check(struct job *job, const char *url, char host[static URL_HOST])
{
    return (job->plain ? url_check_plain : url_check)(url, host, &job->fault);
}

/* Returns whether the answer sends us on, to a URL that may be fetched; otherwise the job may have a fault. */
static bool
follow(struct job *job)
{
    char *next = NULL, host[URL_HOST];
    long status = status_of(job);
    curl_easy_getinfo(job->curl, CURLINFO_REDIRECT_URL, &next);
    if (status < 300 || status > 399 || !next)
        return false;
    if (!check(job, next, host))
        return false;
    if (strncasecmp(job->url, "https:", 6) == 0 && strncasecmp(next, "https:", 6) != 0)
        return fault_set(&job->fault, "%s redirects to %.*s, which is not https", job->host, (int)url_shown(next),
                         next);
    free(job->url);
    job->url = mem_copy(next);
    strcpy(job->host, host);
    return true;
}

static void
run(struct job *job)
{
    struct buf last = {0};
    int hops = 0;
    bool goes_on = check(job, job->url, job->host);
    while (goes_on && transfer(job) && follow(job))
        if (++hops > FETCH_REDIRECTS)
            goes_on = fault_set(&job->fault, "%s: more than %d redirects", job->host, FETCH_REDIRECTS);
    if (*job->fault.text) {
        buf_format(&last, "failed %s\n", job->fault.text);
    } else {
        tell_status(job);
        buf_text(&last, "end\n");
    }
    write_lines(&last);
}

/* ---- the request ---- */

/* Reads the lines of the request, up to the empty one. Returns false if they are too long or do not end. */
static bool
read_request(struct buf *request)
{
    ssize_t got = 1;
    while (got > 0 && request->count <= FETCH_LINE && (request->count < 2 || !strstr(request->at, "\n\n"))) {
        char *room = buf_room(request, FETCH_LINE);
        got = read(STDIN_FILENO, room, FETCH_LINE);
        buf_wrote(request, room + (got > 0 ? got : 0));
    }
    return strstr(buf_string(request), "\n\n");
}

int
main(void)
{
    struct job job = {.curl = NULL};
    struct buf request = {0};
    if (isatty(STDIN_FILENO) || !read_request(&request)) {
        fputs("whylisted-fetch: whylisted runs this program; it has no use of its own\n", stderr);
        return EXIT_FAILURE;
    }
    for (char *save, *line = strtok_r(request.at, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *value = strchr(line, ' ');
        if (!value)
            continue;
        *value++ = '\0';
        if (strcmp(line, "url") == 0)
            job.url = mem_copy(value);
        else if (strcmp(line, "etag") == 0)
            job.etag = value;
        else if (strcmp(line, "modified") == 0)
            job.modified = value;
        else if (strcmp(line, "most") == 0)
            text_read_integer(value, INT64_MAX, &job.most);
        else if (strcmp(line, "stall") == 0)
            text_read_integer(value, INT32_MAX, &job.stall_ms);
        else if (strcmp(line, "plain") == 0)
            job.plain = true;
        else if (strcmp(line, "file") == 0)
            job.to_file = true;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    job.curl = curl_easy_init();
    if (job.curl && job.url)
        run(&job);
    curl_easy_cleanup(job.curl);
    free(job.url);
    buf_free(&request);
    return EXIT_SUCCESS;
}
