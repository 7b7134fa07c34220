/* A scenario: the rules by which the test server answers.
 *
 * There is one rule a line; the first that matches a question counts, and where none does it is REFUSED. '#' begins
 * a comment line.
 *
 *     NAME TYPE [times=N] [each=N] [every=N] [after=N] [late=MS] [ttl=N] [serial=N] [ede=N] [nosoa] [noaa]
 *         [edns] ACTION [VALUE...]
 *
 *     NAME      the whole name, or *.suffix for all names under it, or *; without regard to case
 *     TYPE      A, AAAA, TXT, PTR, MX, or * for any
 *     times=N   the rule is spent after N questions, and the next that matches counts
 *     each=N    the same for each name and type: each=1 is how a server answers that first gives what it has, expired,
 *               and fetches the new answer then
 *     every=N   the rule counts for every Nth question that it matches
 *     after=N   the rule counts only after N questions that it matches
 *     late=MS   held back for so long, beyond --delay
 *     ttl=N     of the records, or the SOA's minimum; 300 by default
 *     serial=N  of the SOA; that of zones made now by default
 *     ede=N     an extended error (RFC 8914) in the OPT record: 3 is a stale answer, 19 a stale NXDOMAIN
 *     nosoa     without the SOA
 *     noaa      neither authoritative nor recursive
 *     edns      the rule counts only for questions with EDNS
 *
 *     data VALUE...            these records
 *     cname TARGET             a CNAME, and after it what the rules say of TARGET, if that is data or another cname
 *     nxdomain, nodata         with an SOA; before it VALUES, if there are any: a contradiction
 *     referral                 no records, but NS records of the root
 *     refused, servfail, formerr, notimp, badvers
 *     formerr-bare             FORMERR without the question section
 *     silence                  no answer
 *     truncated VALUE...       by UDP nothing but the TC bit, by TCP the records
 *     wrong-id VALUE...        the records under another id
 *     wrong-question VALUE...  ... to another question
 *     wrong-owner VALUE...     ... of another name
 *     old VALUE...             FORMERR to a question with EDNS, otherwise the records
 *     garbage [TEXT]           the header of an answer with one record, the question, then these bytes
 *     raw [TEXT]               these bytes and nothing else
 *     echo                     the question itself
 *
 * A VALUE is an address, a name, for MX "10,NAME", or for TXT one record: strings in quotes, with + and no blanks
 * between the strings of one record. In a TEXT \" \\ and \xNN are understood; a string over 255 bytes becomes several.
 * An answer that does not fit into 512 bytes, or into what EDNS allows, goes out as a truncated one. A question with
 * EDNS is answered with an OPT record, unless by formerr, notimp and what is no answer. Example:
 *
 *     2.0.0.127.list.test A data 127.0.0.2
 *     2.0.0.127.list.test TXT ttl=60 data "Test Record" "two"+" strings"
 *     *.list.test * times=1 silence
 *     *.list.test * nxdomain
 */
#ifndef RULE_H
#define RULE_H

#include "base/buf.h"
#include "base/vec.h"

#include <arpa/nameser.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_MAX = 65535, TYPE_ANY = 0 };

struct question {
    uint8_t packet[PACKET_MAX];
    size_t count, head_count; /* the head: header and question section */
    char name[NS_MAXDNAME];
    int type;
    size_t room; /* for the answer */
    bool tcp, edns;
    bool cut; /* records that have no room are left out without a word */
};

struct rule;

/* Writes the answer; false = there is none. */
typedef bool rule_act(struct buf *reply, const struct question *, const struct rule *);

/* How often a rule with each= has answered a name and type. */
struct rule_heard {
    char *name;
    int type;
    long times;
};

struct rule {
    char *name;
    int type;
    long times, each, late_ms; /* times < 0, each = 0: without end */
    long after;                /* questions still to be passed over */
    long every, since;         /* ... again after each answer */
    uint32_t ttl, serial;
    int ede; /* < 0: none */
    bool nosoa, noaa, edns;
    rule_act *act;
    int rcode;
    char *target;           /* cname */
    VEC(struct buf) values; /* record data, or the bytes of garbage and raw */
    VEC(struct rule_heard) heard;
};

/* Reads the file, or says what is wrong with it and ends the program. */
void rule_read(const char *path);

/* The first that matches and is not spent, which counts as used once; the one that refuses when none does. */
struct rule *rule_find(const char *name, int type, bool edns);
/* The one that refuses. */
struct rule *rule_refuse(void);
void rule_free(void);

const char *rule_type_name(int type);

/* Takes the packet apart; false: it is no question. */
bool rule_question(struct question *);

/* Writes the answer to a question by a rule, cut down to the TC bit where it has no room; false: there is none. */
bool rule_answer(struct buf *reply, const struct question *, struct rule *);

/* What rule_read needs to know of actions: the one of this name, and its response code. */
rule_act *rule_action(const char *name, int *rcode);
enum rule_values { VALUES_RECORDS, VALUES_TEXT, VALUES_TARGET };
enum rule_values rule_values_of(rule_act *);

/* Appends a name in wire form; false: it is none. */
bool rule_put_name(struct buf *, const char *name);

#endif
