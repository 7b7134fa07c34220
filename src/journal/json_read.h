/* The journal as NDJSON, both ways: one record is one object on one line, its keys in alphabetical order. A case with
 * many notes takes several lines, each with its fields and some of the notes, so that no line grows without bound.
 *
 *     {"journal":2,"tool":"whylisted 0.2.0"}
 *     {"address":"203.0.113.7","asn":64500, ... "type":"observation","uid":"...","verdict":"direct"}
 *
 * Every key is always there; null = not known, not set, never. Times are RFC 3339 in UTC with milliseconds. Version 1
 * can be read, too: it has the keys level1, level2, level3, exemption, backscatterer and texts in place of "lists". */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "base/buf.h"
#include "journal/journal.h"

enum { JOURNAL_JSON_VERSION = 2, JOURNAL_LINE_MOST = 1024 * 1024 /* bytes */ };

/* Append one line or several. */
void journal_json_put_observation(struct buf *out, const struct observation *);
void journal_json_put_case(struct buf *out, const struct journal_case *);
void journal_json_put_neighbour(struct buf *out, const struct journal_neighbour *);
void journal_json_put_count(struct buf *out, const struct journal_count *);
void journal_json_put_rejection(struct buf *out, const struct journal_rejection *);

enum journal_json_kind {
    JOURNAL_JSON_HEAD,
    JOURNAL_JSON_OBSERVATION,
    JOURNAL_JSON_CASE,
    JOURNAL_JSON_NEIGHBOUR,
    JOURNAL_JSON_COUNT,
    JOURNAL_JSON_REJECTION
};

struct journal_json_record {
    enum journal_json_kind kind;
    union {
        struct observation observation;
        struct journal_case a_case;
        struct journal_neighbour neighbour;
        struct journal_count count;
        struct journal_rejection rejection;
    };
};

/* Parses a foreign line: the record is clean, complete and in range, but for times in the future. False with half a
 * sentence that says what is wrong; nothing must be freed then. */
bool journal_json_read(const char *line, size_t count, struct journal_json_record *out, struct fault *);
void journal_json_record_fini(struct journal_json_record *);

#endif
