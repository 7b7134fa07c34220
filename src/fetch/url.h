/* URLs that may be fetched: https anywhere, and http on this machine alone, for tests and demonstrations. */
#ifndef URL_H
#define URL_H

#include "base/fault.h"

#include <stdbool.h>

enum { URL_MOST = 2048, URL_HOST = 256 };

/* Checks an absolute URL and writes its host name, without brackets. Returns false with a sentence; refuses names and
 * passwords in it, too. */
bool url_check(const char *url, char host[static URL_HOST], struct fault *);

#endif
