/* Cuts files, folders and streams of any size into mails, log lines, events and bare replies. */
#ifndef BOUNCE_READER_H
#define BOUNCE_READER_H

#include "base/fault.h"
#include "bounce/mail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* BOUNCE_READER_LINE and _MAIL: a longer line or mail is read to there, and counted as cut. */
enum { BOUNCE_READER_LINE = 64 * 1024, BOUNCE_READER_MAIL = 8 * 1024 * 1024 };

/* Amounts of input. */
struct bounce_reader_counts {
    uint64_t bytes, lines, mails, events, cut;
};

struct bounce_reader {
    const struct catalogue *catalogue;
    const struct marks *marks;
    mail_take *take;                             /* receives each rejection with its source, in order */
    bool (*progress)(void *arg, uint64_t bytes); /* called now and then; false ends the reading. NULL = none */
    void *arg;
    struct bounce_reader_counts counts;
};

/* Reads a file, plain or packed with gzip, or the mails of a folder (Maildir, or files side by side). Returns false
 * with a fault that names the file. */
bool bounce_reader_path(struct bounce_reader *, const char *path, struct fault *);

/* Reads an open descriptor, which stays open, to its end; `name` stands for it in sources and in the fault. */
bool bounce_reader_descriptor(struct bounce_reader *, int fd, const char *name, struct fault *);

/* Reads pasted text. */
void bounce_reader_text(struct bounce_reader *, const char *text, size_t count);

#endif
