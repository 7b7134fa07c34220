/* Surveys the mail of a domain: reads what it publishes (SPF, MX, own addresses), judges the addresses from which it
 * sends, and asks the lists of domains about it.
 *
 * Single addresses and nets up to /28 are investigated address by address. Wider nets are looked up in the zone files
 * alone, because a sweep over DNS would take thousands of questions. */
#ifndef SURVEY_H
#define SURVEY_H

#include "check/domain_lists.h"
#include "check/investigation.h"
#include "density/cover.h"
#include "domain/spf.h"

enum { SURVEY_ADDRESSES_MOST = 256, SURVEY_HOSTS_MOST = 20, SURVEY_NARROW = 16 /* addresses of a net */ };

/* Why an address belongs to the domain; several may be true. */
enum survey_role { SURVEY_SPF = 1, SURVEY_MX = 2, SURVEY_OWN = 4 };

struct survey_address {
    struct addr address;
    unsigned roles;
    unsigned group;                      /* of the SPF report, by place, if SPF names it */
    struct investigation *investigation; /* under way; NULL = not begun, or ended: */
    bool judged;
    bool unlistable; /* no list of the run knows such addresses */
    struct judgement judgement;
    char *headline; /* clean */
    char *ptr;      /* confirmed name, clean; NULL = none */
    enum actor actor;
};

/* A net too wide to ask about each address. */
struct survey_net {
    struct prefix prefix;
    unsigned group;
    bool known;                /* level 1 has a zone file */
    size_t listed;             /* its addresses on level 1 */
    enum cover level2, level3; /* how much of it they list, as far as zone files say */
};

struct survey_host {
    char *name; /* clean; "." = takes no mail (RFC 7505) */
    unsigned preference;
    bool is_address; /* the name is one, which no mail server looks up */
    VEC(struct addr) addresses;
    struct survey *survey; /* private */
};

/* The client that is checked besides; address.family ADDR_NONE = none. */
struct survey_client {
    struct addr address;
    const char *from, *helo; /* NULL = the domain */
};

/* Read it. */
struct survey {
    const struct engine *engine;
    char *domain;      /* as the user wrote it, clean ... */
    char *asked;       /* ... and in ASCII, for questions */
    struct spf *spf;   /* all addresses */
    struct spf *check; /* of the client; NULL = none */
    struct addr client;
    char *from, *helo;             /* of it; NULL = not given */
    VEC(struct survey_host) hosts; /* by preference */
    enum outcome mx;               /* of the question; OUTCOME_CANCELLED = awaited */
    size_t left;                   /* answers about hosts and own addresses that are awaited */
    enum outcome failure;          /* of one of these; OUTCOME_DATA = none */
    VEC(struct survey_address) addresses;
    VEC(struct survey_net) nets;
    size_t left_out; /* addresses beyond SURVEY_ADDRESSES_MOST, which are not asked about */
    size_t open;     /* investigations under way */
    struct domain_lists *lists;
    struct evidence worst; /* survey_evidence */
    bool compares;         /* with the last looks: */
    bool differs;          /* an address changed ... */
    bool fresh;            /* ... or was never looked at */
    bool stopped;
    void (*changed)(void *arg);
    void *arg;
};

/* Returns the domain in ASCII, as it is asked about. Returns NULL with a fault without a resolver, and for a text that
 * is no domain. The caller frees it. */
char *survey_name(const struct engine *, const char *domain, struct fault *);

/* Begins; the client may be NULL. `changed` is called after each change, never from inside; it may not free the survey.
 * Returns NULL with the fault of survey_name. The engine outlives it. */
struct survey *survey_new(const struct engine *, const char *domain, const struct survey_client *,
                          void (*changed)(void *arg), void *arg, struct fault *);
/* Drops the questions under way. NULL is fine. */
void survey_free(struct survey *);

/* Compares each address with the last look that the journal has, from the start. Ignored without a journal. */
void survey_compare(struct survey *);

/* Gives up the addresses that are not judged, because of `why` ("the deadline came first"). The survey stays open, so
 * that it is not clear. */
void survey_stop(struct survey *, const char *why);

/* Returns whether answers are awaited. */
bool survey_is_open(const struct survey *);
/* Counts the addresses that are judged. */
size_t survey_judged(const struct survey *);

/* Looks the wide nets up again, after the zone files have changed. */
void survey_zones_changed(struct survey *);
/* Looks origins up again if the ASN database was read or replaced. */
void survey_asndb_changed(struct survey *);

/* Returns whether a question about what the domain publishes had no answer. */
bool survey_is_unread(const struct survey *);
/* Returns whether the domain says that it sends nothing: SPF forbids every address, and it has none itself. */
bool survey_is_mute(const struct survey *);

/* Returns whether no list of this run can have what the domain publishes, all of which could be read. */
bool survey_is_unlistable(const struct survey *);

/* Returns what lists say in evidence without an address: of each list the worst about the domain, its addresses and its
 * nets. Its finished_ms is 0 while the survey is open. Lives as long as the survey. */
const struct evidence *survey_evidence(struct survey *);

/* Returns the worst of what is known: of the addresses, the nets and the domain itself; VERDICT_UNKNOWN also while
 * the survey is open, if a part of what it publishes cannot be read, if no address or net of it was asked about, or if
 * SPF lets every address send, which are too many to ask about. */
enum verdict_state survey_state(const struct survey *);

/* Sets a verdict without advice and ends: state, causes, actor and headline. The caller calls verdict_fini. */
void survey_verdict(const struct survey *, struct verdict *out);

/* Appends its headline, one sentence: how much is listed. */
void survey_headline(struct buf *out, const struct survey *);

/* Returns whether SPF lets the whole prefix send, or has no record that could forbid it. */
bool survey_passes(const struct survey *, const struct prefix *);

/* Return whether mail could leave there today: SPF lets it pass, and nothing lists it. */
bool survey_is_exit(const struct survey *, const struct survey_address *);
bool survey_net_is_exit(const struct survey *, const struct survey_net *);

#endif
