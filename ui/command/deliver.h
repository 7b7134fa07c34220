/* Hands a text to another program: a hook, or sendmail(8). */
#ifndef DELIVER_H
#define DELIVER_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs a program with these arguments and the text as its standard input; what it prints goes to our stderr. Waits
 * until it ends, at most until_ms (clock_now_ms), then kills it and its children. Returns false with a fault unless it
 * ended with status 0. SIGPIPE must be ignored. */
bool deliver(char *const *arguments, const char *text, size_t count, int64_t until_ms, struct fault *);

#endif
