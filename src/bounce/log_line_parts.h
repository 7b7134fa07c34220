/* The parts of the reader of log lines. */
#ifndef LOG_LINE_PARTS_H
#define LOG_LINE_PARTS_H

#include "base/buf.h"
#include "bounce/marks.h"
#include "bounce/rejection.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a line, borrowed. */
struct span {
    const char *at;
    size_t count;
};

/* The order of the columns of an Exchange protocol log. */
struct log_line_columns {
    unsigned local, remote, event, data, session;
};
extern const struct log_line_columns log_line_columns;

/* The same of an Exchange log that tracks messages; all 0 = the log is none. */
struct log_line_tracking {
    unsigned event, recipient, status;
};

/* The same of an accounting file of PowerMTA. */
struct log_line_accounts {
    unsigned time, recipient, diagnostic, receiver, source;
};
extern const struct log_line_accounts log_line_accounts;

enum { LOG_LINE_SESSIONS = 512, LOG_LINE_SESSION_NAME = 48 };

/* The name of a session is that of one program's log: other logs have others. */
struct log_line_session {
    char name[LOG_LINE_SESSION_NAME];
    char recipient[REJECTION_MAILBOX];
    struct rejection_address own;
    bool inbound;
    char said[REJECTION_TEXT]; /* the lines so far of a reply that goes on, "554-..." */
};

struct log_line_context {
    struct log_line_columns columns;
    struct log_line_tracking tracking;
    struct log_line_accounts accounts;
    struct log_line_session sessions[LOG_LINE_SESSIONS];
    size_t next;
};

/* A line while it is read. */
struct reading {
    struct span line;  /* behind its date */
    struct span reply; /* in the line, or in `scratch` */
    struct buf scratch;
    struct log_line_context *context;
    const struct catalogue *catalogue;
    const struct marks *marks;
    struct rejection *out;
    bool is_final; /* no queue tries again */
    bool is_kept;  /* the queue tries again, whatever the reply says */
};

/* Sets *rest to what follows a word. */
bool span_behind(struct span, const char *word, struct span *rest);

bool span_begins(struct span, const char *word);

/* Return what is before one of the characters, or before a word, or all. */
struct span span_before_any(struct span, const char *ends);
struct span span_before(struct span, const char *word);

/* Finds the value of key="VALUE" or key=VALUE; `key` ends with the equals sign and what follows it. */
bool span_quoted(struct span line, const char *key, struct span *value);

/* Take a mailbox, with or without brackets; the value of "dsn="; the word before `place` as the name of the message. */
void log_line_take_mailbox(struct rejection *, struct span);
void log_line_take_status(struct rejection *, struct span line);
void log_line_take_id(struct rejection *, struct span line, const char *place);

/* Reads "IPv6:ADDRESS", "ADDRESS" or "ADDRESS:PORT". */
bool log_line_read_address(struct span, struct addr *);

/* Take the host that refused the mail, and the one that was refused by the writer of the log. */
void log_line_take_receiver(struct rejection *, struct span);
void log_line_take_stranger(struct rejection *, struct span);

/* Makes the reply from the text with other characters in place of some, as the log wrote them. */
void log_line_unescape(struct reading *, struct span, const char *escape, char byte);

/* Remember who the mail of a session or delivery is for and which client brought it, and fill in what a later line of
 * it does not say. */
void log_line_remember(struct reading *, struct span session);
void log_line_recall(struct reading *, struct span session);

/* Keeps a line of a reply that goes on ("554-...") until its last one comes, which gets all lines before it. Returns
 * false while it goes on. */
bool log_line_join(struct reading *, struct span session);

/* A function for each form of line: finds the reply and what is around it. Returns false if the line reports no
 * refusal. */
typedef bool log_line_grammar(struct reading *);
log_line_grammar log_line_postfix, log_line_postfix_refusal, log_line_postscreen, log_line_dnsblog,
    log_line_lookup_error, log_line_sendmail, log_line_sendmail_refusal, log_line_exim, log_line_exim_refusal,
    log_line_qmail_start, log_line_qmail, log_line_opensmtpd, log_line_opensmtpd_client, log_line_opensmtpd_refusal,
    log_line_haraka, log_line_haraka_refusal, log_line_haraka_list, log_line_rspamd, log_line_amavis, log_line_stalwart,
    log_line_stalwart_refusal, log_line_exchange, log_line_powermta;

#endif
