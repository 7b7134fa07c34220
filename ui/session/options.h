/* The options of a run, as command line and configuration file set them. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/addr.h"
#include "dns/resolver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum command {
    COMMAND_CONSOLE,
    COMMAND_CHECK,
    COMMAND_RANGE,
    COMMAND_ASN,
    COMMAND_TOP,
    COMMAND_COMPARE,
    COMMAND_COMPLAIN,
    COMMAND_SWEEP,
    COMMAND_BOUNCE,
    COMMAND_DOMAIN,
    COMMAND_DOCTOR,
    COMMAND_LISTS,
    COMMAND_FLEET,
    COMMAND_WATCH,
    COMMAND_REPORT,
    COMMAND_HISTORY,
    COMMAND_SYNC,
    COMMAND_JOURNAL,
    COMMAND_SETUP,
    COMMAND_CONFIG,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COMPLETION
};

/* Actions of the command `journal`. */
enum journal_action {
    JOURNAL_LIST,
    JOURNAL_SHOW,
    JOURNAL_NOTE,
    JOURNAL_SEARCH,
    JOURNAL_EXPORT,
    JOURNAL_IMPORT,
    JOURNAL_MERGE,
    JOURNAL_CHECK,
    JOURNAL_FORGET,
    JOURNAL_HISTORY /* of `history import` */
};

/* Sort key of `top`. */
enum rank { RANK_RATIO, RANK_SCORE, RANK_IMPACTS, RANK_LISTED };

/* The last is of `report`, the two before it of `complain`. */
enum format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_CSV,
    FORMAT_NAGIOS,
    FORMAT_PROMETHEUS,
    FORMAT_EML,
    FORMAT_XARF,
    FORMAT_HTML
};

/* Answers of `watch`. */
enum collateral { COLLATERAL_NO, COLLATERAL_YES };
enum digest { DIGEST_NO, DIGEST_DAILY };

enum lookup { LOOKUP_YES, LOOKUP_NO };
/* As enum letter_language. */
enum language { LANGUAGE_EN, LANGUAGE_DE };

/* As enum feed_asn. */
enum asn_source { ASN_SOURCE_DBIP, ASN_SOURCE_IPINFO, ASN_SOURCE_IPTOASN, ASN_SOURCE_RIS, ASN_SOURCE_NONE };

enum mouse { MOUSE_YES, MOUSE_NO };

enum shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH };

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* What a setting was given, and where; `value` is NULL for its default. */
struct option_source {
    char *value, *path; /* path: "" = the command line */
    unsigned line;
};

struct options {
    enum command command;
    int argc;
    char **argv;                   /* borrowed, in the order that getopt leaves */
    const char *program;           /* as it was started; borrowed from argv */
    struct option_source *sources; /* one a setting */
    char **targets;                /* those of --host first; the strings are borrowed from argv */
    size_t target_count;
    struct endpoint servers[RESOLVER_SERVERS];
    size_t server_count;
    char *config, *asn_db, *policy, *zones; /* file names, NULL = the usual places */
    char *journal;                          /* NULL = the usual place, and for the console alone */
    bool no_journal;
    bool offline;
    enum format format;
    enum colour colour;
    bool ascii;
    enum mouse mouse;
    char *theme;     /* a name; NULL = auto */
    char *lists;     /* those to ask, as catalogue_choose reads them; NULL = those of weight 1 and more */
    unsigned quorum; /* weighty lists that must be believed before a verdict; 0 = all */
    bool probe;      /* `lists` has them prove themselves */
    bool no_check;   /* `bounce` reads only */
    bool summary;    /* `bounce` counts rejections by list and receiver */
    int64_t timeout_ms;
    int64_t deadline_ms;        /* for all targets together; 0 = none */
    unsigned warning, critical; /* listings from which monitoring warns; 0 = the verdict decides */
    bool verbose;
    char *extra_opts;                /* SECTION@FILE of check_rbl, NULL = none */
    char *rbl_zones;                 /* the lists that it names, with commas between; NULL = those of `lists` */
    char *fleet;                     /* file of the targets of `fleet` and `watch`, NULL = none */
    char *mail_to, *sendmail, *hook; /* channels of `watch`; NULL = none, and the usual sendmail(8) */
    char *textfile;                  /* where `watch` writes metrics; NULL = nowhere */
    struct {
        unsigned need, of;
    } damping;              /* looks that an alarm of `watch` needs, of so many */
    unsigned unknown_after; /* runs without a verdict that `watch` reports */
    enum collateral watch_collateral;
    enum digest digest;
    enum lookup contacts;  /* whether abuse contacts are looked up for complaints */
    char *rdap, *ripestat; /* URLs of folders, see struct contacts_setup; NULL = the public ones */
    char *mirror;          /* of `sync`: an rsync module or the URL of a folder; NULL = the operator's */
    enum asn_source asn_source;
    char *asn_mirror;   /* the same for the files of asn_source */
    char *ipinfo_token; /* a secret */
    bool now, status;   /* of `sync` */
    bool changed;       /* `check` prints only what changed since the journal's last look */
    int64_t max_age_ms; /* of zone files that are answered from; 0 = any */
    enum rank rank;
    char *spf_check, *from, *helo; /* of `domain`; as written, NULL = not given */
    size_t number;                 /* rows of `top`, and of lists of the journal */
    bool defaults, system;         /* of `config` and `setup` */
    bool yes;     /* consent to a sweep wider than a /24, to over 100,000 questions, and to forgetting */
    char *letter; /* of `complain`: enum letter_kind by name; NULL = the one that fits */
    enum language language;
    bool edit, sent;
    char *name, *mail_from; /* of the sender of letters, NULL = none */
    enum shell shell;       /* of `--completion` */
    enum journal_action action;
    /* As written, NULL = not given: for `journal note`, the last for `journal forget`. */
    char *state, *ticket, *tags, *told, *due, *before;
};

/* Returns whether the command needs the journal, because it compares with it, tells what it has or, as bounce, adds to
 * what another one compares: without --journal it uses the usual one. */
static inline bool
options_need_journal(const struct options *o)
{
    return o->command == COMMAND_FLEET || o->command == COMMAND_WATCH || o->command == COMMAND_BOUNCE ||
           o->command == COMMAND_COMPLAIN || o->command == COMMAND_REPORT || o->changed;
}

#endif
