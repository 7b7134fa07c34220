#include "check/ptr.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Confirms only the first PTR records, because a spammer's zone may hold thousands. */
enum { PTR_NAMES = 4 };

/* Returns whether to ask for a PTR name, which the holder of the address writes: only for a valid host name. */
static bool
is_host_name(const char *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("-._", name[i]))
            return false;
    return count > 0 && count < EXCHANGES_NAME - 1;
}

static void
on_forward(void *arg, const char *name, const struct answer *answer)
{
    struct ptr_lookup *ptr_lookup = arg;
    struct evidence *e = ptr_lookup->exchanges->evidence;
    struct ptr *ptr = &e->ptr;
    bool failed =
        answer->outcome != OUTCOME_DATA && answer->outcome != OUTCOME_NODATA && answer->outcome != OUTCOME_NXDOMAIN;
    for (size_t i = 0; i < answer->count; i++)
        if (ptr->state != PTR_CONFIRMED && addr_equal(&answer->records[i].addr, &e->address)) {
            ptr->state = PTR_CONFIRMED;
            free(ptr->name);
            ptr->name = mem_copy(name);
        }
    if (failed)
        ptr->outcome = answer->outcome;
    if (--ptr_lookup->left == 0 && ptr->state == PTR_ASKING)
        ptr->state = ptr->outcome == OUTCOME_DATA ? PTR_UNCONFIRMED : PTR_UNVERIFIED;
}

static void
on_ptr(void *arg, const char *name, const struct answer *answer)
{
    struct ptr_lookup *ptr_lookup = arg;
    struct evidence *e = ptr_lookup->exchanges->evidence;
    struct ptr *ptr = &e->ptr;
    (void)name;
    ptr_read(ptr, answer);
    if (!ptr->name)
        return;
    ptr_lookup->left = 0;
    for (size_t i = 0; i < answer->count && i < PTR_NAMES; i++) {
        const struct record *record = &answer->records[i];
        char host[EXCHANGES_NAME];
        if (!is_host_name(record->text, record->text_count))
            continue;
        snprintf(host, sizeof host, "%.*s", (int)record->text_count, record->text);
        ptr_lookup->left++;
        exchanges_put(ptr_lookup->exchanges, SUBJECT_NAME, host, e->address.family == ADDR_V6 ? RECORD_AAAA : RECORD_A,
                      on_forward, ptr_lookup);
    }
    if (ptr_lookup->left > 0)
        ptr->state = PTR_ASKING;
}

void
ptr_ask(struct ptr_lookup *ptr_lookup)
{
    struct evidence *e = ptr_lookup->exchanges->evidence;
    char name[PTR_QUESTION];
    e->ptr.state = PTR_ASKING;
    exchanges_put(ptr_lookup->exchanges, SUBJECT_NAME, ptr_question(&e->address, name), RECORD_PTR, on_ptr, ptr_lookup);
}

const char *
ptr_question(const struct addr *address, char out[static PTR_QUESTION])
{
    char reversed[ADDR_REVERSED_TEXT];
    snprintf(out, PTR_QUESTION, "%s.%s", addr_reversed(address, reversed),
             address->family == ADDR_V6 ? "ip6.arpa" : "in-addr.arpa");
    return out;
}

void
ptr_read(struct ptr *ptr, const struct answer *answer)
{
    bool denied = answer->outcome == OUTCOME_NXDOMAIN || answer->outcome == OUTCOME_NODATA;
    free(ptr->name);
    *ptr = (struct ptr){.state = PTR_UNVERIFIED, .count = answer->count, .outcome = answer->outcome};
    if (answer->outcome == OUTCOME_DATA)
        ptr->name = text_clean_copy(answer->records[0].text, answer->records[0].text_count);
    else
        ptr->state = denied ? PTR_NONE : PTR_FAILED;
}
