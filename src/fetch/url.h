/* URLs that may be fetched: https anywhere, and http on this machine, for tests and demonstrations, or where the caller
 * allows it, because it checks the content. */
#ifndef URL_H
#define URL_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

enum { URL_MOST = 2048, URL_HOST = 256 };

/* Checks an absolute URL and writes its host name, without brackets. Returns false with a sentence; refuses names and
 * passwords in it, too. */
bool url_check(const char *url, char host[static URL_HOST], struct fault *);
/* Likewise, but http may come from anywhere. */
bool url_check_plain(const char *url, char host[static URL_HOST], struct fault *);

/* Whether the host of an http URL is this machine. */
bool url_is_local(const char *host);

/* Whether a word names a module of an rsync daemon, rsync://HOST/MODULE or HOST::MODULE, and neither an option nor a
 * remote shell of rsync. */
bool url_is_rsync(const char *word);

/* Returns how many bytes of a URL may be shown: without its query, which may be a secret. */
size_t url_shown(const char *url);

#endif
