/* One checked target in the formats of the command line. Each function appends to `out`, up to a newline. */
#ifndef RESULT_H
#define RESULT_H

#include "asn/asn_table.h"
#include "asn/asndb.h"
#include "base/buf.h"
#include "check/bulk.h"
#include "check/survey.h"
#include "journal/journal.h"
#include "lists/policy.h"
#include "lists/receivers.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>

struct json_t;

struct result {
    const struct evidence *evidence; /* NULL: the line could not be read as a target */
    const struct verdict *verdict;
    const struct survey *survey; /* the target is a domain, and the evidence that of its survey; NULL = an address */
    const struct policy *policy;
    struct asn_data database;          /* no path = none */
    const struct asn_table *map;       /* the whole of it; NULL = not read */
    const struct zone_set *zones;      /* may be NULL */
    const struct receivers *receivers; /* NULL = not read */
    const char *target, *label;        /* clean; label may be NULL */
    const char *error;                 /* why there is no evidence; NULL */
    bool late;                         /* there is none because nothing could be asked, or not in time */
    unsigned warning, critical;        /* listings from which monitoring warns; 0 = the verdict decides */
    const struct observation *then;    /* the last look before this one; NULL = none, or it is not known */
    const struct observation *now;     /* this one; NULL = it is not compared */
    const struct journal_case *a_case; /* what was done about it; NULL = nothing, or it is not known */
};

/* Returns whether this look, which is compared, found something else than the last, or is the first. */
bool result_is_changed(const struct result *);

/* Returns whether no list of the run can have the target, or anything that the domain publishes. */
bool result_is_unlistable(const struct result *);

/* The page of the console, so many columns wide. */
void result_text(struct buf *out, const struct result *, int columns, bool colour, bool ascii);
/* The target in one line, with its changes if only such are printed. */
void result_line(struct buf *out, const struct result *, bool colour);
void result_json(struct buf *out, const struct result *, bool pretty);
/* Returns the same as a value of jansson, which the caller owns. */
struct json_t *result_json_value(const struct result *);
void result_csv_head(struct buf *out);
void result_csv(struct buf *out, const struct result *);
/* The parts of it that a domain has, too; the caller owns them. */
struct json_t *result_verdict_json(const struct verdict *);
struct json_t *result_domain_json(const struct result *);
/* Rows of CSV for each address and wide net of a domain. */
void result_domain_csv_head(struct buf *out);
void result_domain_csv(struct buf *out, const struct survey *);
/* A row of CSV from a bulk lookup. */
struct result_row {
    const char *target, *label, *error;
    const struct summary *summary; /* NULL: the line could not be read */
};
void result_csv_row(struct buf *out, const struct result_row *);
/* Returns the result of a list without a part in the escalation; the caller owns it. */
struct json_t *result_list_json(const struct list_result *);
/* Returns the verdict for a monitoring system: by the number of listings if that is wanted; clear if nothing can list
 * the address; a warning, as for collateral, if it is clear by zone files that are not fresh. */
enum verdict_state result_nagios_state(const struct result *);
/* "DNSBL CRITICAL - headline | perfdata": the first line of a monitoring plugin, about the worst target. */
void result_nagios(struct buf *out, const struct result *);
/* Its headline; and the first line for several targets, which counts them by their verdicts and has the headline of the
 * worst. The thresholds decide the state alone. */
void result_nagios_said(struct buf *out, const struct result *);
struct result_counts {
    size_t targets;
    size_t by_state[VERDICT_UNKNOWN + 1];
    size_t unlistable, bad;                       /* bad: lines that are no targets */
    size_t asked[LIST_PARTS], listed[LIST_PARTS]; /* targets, by part of the escalation */
    unsigned warning, critical;                   /* as struct result has them */
};
void result_nagios_count(struct result_counts *, const struct result *);
void result_nagios_several(struct buf *out, enum verdict_state state, const struct result_counts *, const char *said);
/* One of the lines below it, one for each target; with `verbose` a line more for each list. */
void result_nagios_line(struct buf *out, const struct result *, bool verbose);

#endif
