#include "pages/contact_words.h"

#include "base/clock.h"

enum { DAY = 10 /* bytes of a date */ };

void
contact_words(struct buf *out, const struct contacts *contacts)
{
    char day[CLOCK_MINUTE], until[CLOCK_MINUTE];
    if (contacts->found.count > 0) {
        const struct contact *best = &contacts->found.at[0];
        buf_format(out, "contact %s (", best->address);
        const char *between = "";
        for (enum contact_source source = 0; source < CONTACT_SOURCES; source++)
            if (best->sources & 1U << source) {
                buf_format(out, "%s%s", between, contact_source_word(source));
                unsigned left = best->sources >> (source + 1);
                between = left & (left - 1) ? ", " : " and ";
            }
        buf_format(out, ", %s, %.*s)", best->from, DAY, clock_minute(best->asked_ms, day));
        for (size_t i = 1; i < contacts->found.count; i++)
            buf_format(out, "%s%s", i == 1 ? "; also " : ", ", contacts->found.at[i].address);
        return;
    }
    buf_text(out, contacts->waits ? "asking for the contact" : "no contact is known");
    const char *between = ": ";
    if (*contacts->refused.text) {
        buf_format(out, "%s%s", between, contacts->refused.text);
        between = "; ";
    }
    for (enum contact_source source = 0; source < CONTACT_SOURCES; source++) {
        const struct contact_answer *answer = &contacts->answers[source];
        if (!*answer->none.text)
            continue;
        buf_format(out, "%s%s: %s", between, contact_source_word(source), answer->none.text);
        between = "; ";
        if (contacts->recalled & 1U << source)
            buf_format(out, " (asked on %s UTC, again after %s)", clock_minute(answer->asked_ms, day),
                       clock_minute(contact_answer_until(answer), until));
    }
}
