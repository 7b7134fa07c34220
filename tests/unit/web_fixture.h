/* A web server on loopback for tests, which answers from a table and ends with the test. */
#ifndef TEST_WEB_FIXTURE_H
#define TEST_WEB_FIXTURE_H

#include <stddef.h>

struct web_page {
    const char *path;    /* what the target of the request begins with; the first that fits counts */
    const char *headers; /* "200\r\nETag: \"1\"", without the version; NULL = never answers */
    const char *body;    /* "BASE" in it, and in the headers, becomes the server's URL */
    size_t repeats;      /* the body so many times more */
};

/* Starts the server; a page whose path is NULL ends the table, which must live as long. */
void web_fixture_start(const struct web_page *);
/* Ends it; nothing if there is none. */
void web_fixture_stop(void);

/* Returns "http://127.0.0.1:PORT/" and a path; lives until the next start. */
const char *web_fixture_url(const char *path);
/* Returns the requests since the last call, a line each: the target, and " etag" for a conditional one; lives until the
 * next call. */
const char *web_fixture_asked(void);

#endif
