/* Gets one file over HTTP or from an rsync daemon while the loop turns.
 *
 * A program of its own, whylisted-fetch, does it, because only that is linked with libcurl: 25 shared libraries would
 * delay every start of this one. It ends with this program. The request goes to its standard input, so that no URL
 * shows in the list of processes. rsync(1) is another program. */
#ifndef FETCH_H
#define FETCH_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stdint.h>

/* Strings are borrowed for the call of fetch_start. */
struct fetch_request {
    const char *program;  /* path of whylisted-fetch */
    const char *url;      /* as url_check takes it; so must be each URL that it redirects to, FETCH_REDIRECTS at most */
    bool plain;           /* http may come from anywhere, as url_check_plain takes it */
    const char *etag;     /* of the copy that the caller has, NULL = none: if it is still the same, the status is 304 */
    const char *modified; /* likewise, its Last-Modified */
    int64_t bytes_most;   /* of the body */
    int64_t timeout_ms;   /* for all of it */
    int64_t stall_ms;     /* gives up on a server that sends less than FETCH_DRIP for so long; 0 = never */
    int file;             /* gets the body; 0 = it goes to memory */
    const char *path; /* of rsync, where url_is_rsync takes the URL: the file to write, as the mirror dates it. One that
                       * is there already is what rsync changes, or leaves if the mirror has the same */
};

enum { FETCH_DRIP = 512 }; /* bytes a second */
enum { FETCH_REDIRECTS = 5, FETCH_OK = 200, FETCH_SAME = 304, FETCH_NOT_FOUND = 404, FETCH_TOO_MANY = 429 };

/* The strings are clean. */
struct fetch_answer {
    int status;            /* of HTTP; 0 = there is no complete answer, and `fault` says why */
    char *host;            /* that answered, after redirects; NULL = none */
    char *etag, *modified; /* of the body; NULL = not known */
    int64_t retry_ms;      /* after which the server wants to be asked again, as Retry-After says; 0 = not known */
    struct buf body;       /* with FETCH_OK alone */
    struct fault fault;
};

struct fetch;

/* Receives the answer once, from the loop; it lives for the call, and the fetch is over then. */
typedef void fetch_done(void *arg, const struct fetch_answer *);

/* Begins. NULL with a fault if the URL may not be fetched, or the program does not start. bytes_most means nothing to
 * rsync: the caller looks at the file. */
struct fetch *fetch_start(struct loop *, const struct fetch_request *, fetch_done *, void *arg, struct fault *);
/* Ends it without an answer; NULL is fine. */
void fetch_cancel(struct fetch *);

/* ---- between the two programs ---- */

/* The request is lines "KEY VALUE" and an empty one: url, etag, modified, most (bytes), stall (ms), plain (1), file (1:
 * the body goes to FETCH_FILE). The answer is lines "status", "host", "etag", "modified", "retry SECONDS", "body
 * COUNT", followed by so many bytes, and at last "end" or "failed SENTENCE". Standard input stays open: its end means
 * that the program that asked has gone. */
enum { FETCH_FILE = 3, FETCH_LINE = 4096 };

#endif
