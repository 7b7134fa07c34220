/* Private to check: a run of it, its window of targets, and what it prints of each. */
#ifndef CHECK_WINDOW_H
#define CHECK_WINDOW_H

#include "check/survey.h"
#include "command/batch_size.h"
#include "command/check_fleet.h"
#include "command/lines.h"
#include "command/output.h"
#include "command/prometheus.h"
#include "session/exit_status.h"
#include "targets/target.h"

/* This window keeps that of a server full while answers wait for the next self-test of their list. A domain has many
 * addresses. */
enum { CHECK_WINDOW = 256, CHECK_SURVEYS = 8, CHECK_NOTES = 10 /* that are reported */ };

struct job {
    struct target target;
    const struct fleet_target *member; /* of the fleet; NULL without one */
    struct addr address;
    struct fault error;                  /* why the line is no target, "" = it is one */
    bool late;                           /* nothing can be asked, or the deadline came first */
    struct investigation *investigation; /* NULL: not an address, late, or looked up in bulk */
    struct survey *survey;               /* of a domain */
};

struct check {
    const struct options *options;
    const struct check_format *format;
    struct engine engine;
    struct receivers *receivers;     /* NULL: the output does not show them */
    struct bulk *bulk;               /* not NULL: instead of investigations */
    struct lines *lines;             /* NULL: targets come from the command line, or from the fleet */
    const struct check_fleet *fleet; /* NULL = none */
    size_t next_argument;            /* or member of the fleet */
    struct targets targets;          /* of the last line or argument */
    size_t next_target;              /* of them */
    size_t notes;                    /* how often it was said what was taken */
    struct job jobs[CHECK_WINDOW];   /* a ring */
    size_t first, count, window;     /* of them: CHECK_WINDOW, or as many as are looked up in bulk */
    size_t surveys;                  /* of them */
    struct survey_client client;     /* of --spf-check */
    bool several;                    /* targets come from stdin, and text has one line a target */
    bool domains;                    /* the command takes domains alone */
    bool whole_result;               /* the output has more than one line or row a target */
    bool compares;                   /* with the last look in the journal */
    bool pretty, progress;
    bool late;              /* the deadline has come ... */
    bool cut_short;         /* ... before all answers */
    struct batch_size size; /* of the addresses that were read */
    bool too_many;          /* they would need more questions than are asked without --yes */
    struct output output;
    size_t finished;
    struct result_counts counts; /* of those that are finished */
    bool bad_input;
    enum exit_status worst;
    enum verdict_state nagios_state; /* of the worst target, with its verdict in place of that of the thresholds ... */
    enum exit_status nagios_verdict;
    struct buf nagios_worst, nagios_said; /* ... its line, and the headline in it */
    size_t nagios_left_out;               /* lines */
    struct buf out, nagios_rest;
    struct prometheus metrics;
    int64_t started_ms, progress_due_ms;
};

/* Prints targets in one format. */
struct check_format {
    void (*begin)(struct buf *); /* NULL: nothing to do */
    void (*put)(struct check *, const struct result *, enum exit_status);
    void (*finish)(struct check *); /* NULL: nothing to do */
};
const struct check_format *check_format_of(const struct options *, const struct check_fleet *);

/* Returns whether the command takes a target, and sets its address; the family of a domain is ADDR_NONE. Otherwise
 * *fault names the command for it. */
bool check_window_takes(const struct check *, const struct target *, struct addr *, struct fault *);

/* Returns whether the window takes no other target. */
static inline bool
check_window_is_full(const struct check *c)
{
    return c->count == c->window || c->surveys == CHECK_SURVEYS;
}

/* Fills the window with targets from standard input, from the arguments, which are all known to be some, or from the
 * fleet. */
void check_window_fill(struct check *);
/* Prints the targets at the front of the window that are finished, or all that are looked up in bulk. */
void check_window_finish(struct check *);
/* Frees those that are left. */
void check_window_drop(struct check *);

/* Takes the progress from the screen before something else is written there. */
void check_window_clear_progress(const struct check *);

#endif
