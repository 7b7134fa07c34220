/* The dates at the start of log lines. Private to the room. */
#ifndef LOG_DATE_H
#define LOG_DATE_H

#include <stddef.h>
#include <stdint.h>

/* Reads the date at the start of a text: syslog's old form (no year: the last such day; no zone: that of this machine),
 * RFC 3339 and its variants, RFC 5424, TAI64N, seconds with decimals. Returns the bytes read, 0 = there is none; *out
 * is in seconds since 1970 UTC. */
size_t log_date_read(const char *text, size_t count, int64_t *out);

#endif
