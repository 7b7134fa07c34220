/* An investigation, or the survey of a domain, judged as the options want, and ready to be printed. */
#ifndef JUDGED_H
#define JUDGED_H

#include "check/investigation.h"
#include "command/result.h"
#include "session/options.h"

/* Parts of a result beyond the headline. */
enum judged_part {
    JUDGED_WHOLE = 1,   /* advice, notes and ends */
    JUDGED_CHANGES = 2, /* compared with the last look, which the journal has */
    JUDGED_CASE = 4,    /* the case in the journal, if there is one */
};

struct judged {
    struct result result; /* refers to the rest and to the investigation */
    struct verdict verdict;
    struct observation now;
    struct journal_case a_case;
};

/* Judges an investigation, or NULL: then the result has no evidence, and the caller says why. Receivers may be NULL. */
void judged_make(struct judged *, struct engine *, struct investigation *, const struct options *,
                 const struct receivers *, unsigned parts);
/* Gives a result without evidence that of a survey. */
void judged_set_survey(struct judged *, struct survey *);
void judged_fini(struct judged *);

#endif
