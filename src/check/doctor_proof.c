#include "check/doctor_proof.h"

#include "base/text.h"

#include <string.h>

enum { TEXTS_SHOWN = 4 };

void
doctor_proof_answer(struct buf *out, const struct answer *answer)
{
    char server[ENDPOINT_TEXT], address[ADDR_TEXT];
    if (answer->outcome != OUTCOME_DATA) {
        buf_text(out, outcome_name(answer->outcome));
        if (answer->server.addr.family)
            buf_format(out, " by %s", endpoint_text(&answer->server, server));
        return;
    }
    for (size_t i = 0; i < answer->count && i < TEXTS_SHOWN; i++) {
        const struct record *r = &answer->records[i];
        buf_text(out, i > 0 ? ", " : "");
        if (r->type == RECORD_TXT)
            text_clean(out, r->text, r->text_count, TEXT_CLEAN_MAX);
        else
            buf_text(out, addr_text(&r->addr, address));
    }
    buf_format(out, " (TTL %u s%s)", answer->ttl, answer->stale ? ", marked as expired" : "");
}

void
doctor_proof_question(struct buf *out, const char *name, enum record_type type, const struct answer *answer)
{
    buf_format(out, "%s %s: ", name, record_type_name(type));
    doctor_proof_answer(out, answer);
}

const struct health_point *
doctor_proof_point(const struct list_health *health)
{
    const struct health_point *label = &health->points.at[health->points.count - 1];
    bool unhealthy = health->state == STATE_UNHEALTHY;
    for (size_t p = 0; p < health->points.count; p++) {
        const struct health_point *point = &health->points.at[p];
        if (unhealthy && label->state != STATE_LISTED ? point->wanted != point->state : point->state == health->state)
            return point;
    }
    return label;
}

void
doctor_proof_list(struct buf *out, const struct list_health *health)
{
    const struct health_point *point = doctor_proof_point(health);
    char address[ADDR_TEXT];
    bool answered = point->answer.family != ADDR_NONE && strncmp(point->detail, "answered", 8) != 0;
    buf_format(out, "%s A: %s%s%s", point->question, answered ? addr_text(&point->answer, address) : "",
               answered && *point->detail ? ": " : "",
               *point->detail || answered ? point->detail : outcome_name(point->outcome));
}
