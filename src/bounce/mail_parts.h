/* A mail, taken apart. */
#ifndef MAIL_PARTS_H
#define MAIL_PARTS_H

#include "base/buf.h"
#include "base/vec.h"
#include "bounce/marks.h"
#include "bounce/mime.h"
#include "bounce/rejection.h"

#include <stdbool.h>
#include <stddef.h>

/* A recipient in the text of a bounce, and the lines about it. */
struct mail_section {
    char recipient[REJECTION_MAILBOX];
    size_t begin, end; /* in the text */
    size_t order;
};

struct mail {
    const struct catalogue *catalogue;
    const struct marks *marks;
    mail_take *take;
    void *arg;
    size_t taken;
    struct rejection all; /* what holds for every recipient */
    struct buf text;      /* for people: in UTF-8, without the returned mail */
    size_t prose;         /* of it in front of status fields */
    struct buf html;      /* the same, if there is no other */
    struct buf fields;    /* status fields or feedback report, if they were encoded ... */
    const char *status;   /* ... or where they are */
    size_t status_count;
    size_t groups; /* of status fields, one for each recipient */
    bool has_head; /* it is no text without header fields */
    bool is_feedback;
    bool is_report;       /* a mail system says that it is one */
    bool is_automatic;    /* a program answers, perhaps for a person (RFC 3834) */
    const char *returned; /* the original mail or its headers */
    size_t returned_count;
    VEC(struct mime_part) brought; /* that and further ones */
    bool returned_in_text;         /* it follows the text in `text` */
    bool returned_report;          /* it is a bounce */
    bool returned_id;              /* it has a Message-ID */
    char hop_by[REJECTION_HOST];   /* who received it from the last hop: no client of another receiver */
    char sender[REJECTION_MAILBOX],
        from[REJECTION_MAILBOX]; /* To and From of the bounce: whose mail it was, who writes */
    struct buf failed;           /* X-Failed-Recipients */
    char original_to[REJECTION_MAILBOX];
    VEC(struct mail_section) sections; /* by recipient without case, then by order */
};

/* Takes the mailbox at `at`, "<a@b>" or "a@b". Returns its length with brackets, or 0. */
size_t mail_box(const char *at, size_t count, char out[static REJECTION_MAILBOX]);

/* Finds the recipients in the text and the lines about each. */
void mail_find_sections(struct mail *);

/* Reads the lines about a recipient into a rejection, or all if no other recipient has lines; `alone`: the mail is
 * about no other. Returns false if no reply is in them. */
bool mail_read_sections(const struct mail *, const char *recipient, bool alone, struct rejection *);

/* Hands over a rejection for each group of status fields, in the mail's status part or in its text. Returns false if
 * there are none. */
bool mail_read_status(struct mail *);

/* Returns whether the system that wrote the bounce had handed the mail on to another one, which refused it. */
bool mail_was_passed_on(const struct mail *);

/* Hands over a complaint for each recipient of a feedback report. */
void mail_read_feedback(struct mail *);

/* Adds what holds for every recipient of the struct mail to a rejection and hands it over. */
mail_take mail_emit;

#endif
