#include "dns/answer.h"
#include "fuzz.h"

#include <stdbool.h>

/* The first byte chooses the type asked for, the rest is the packet. */

static const enum record_type types[] = {RECORD_A, RECORD_TXT, RECORD_PTR, RECORD_AAAA, RECORD_MX};

static struct answer_room room;

static void
check_record(const struct record *record, enum record_type type)
{
    bool has_text = type == RECORD_TXT || type == RECORD_PTR || type == RECORD_MX;
    FUZZ_CHECK(record->type == type);
    FUZZ_CHECK(record->ttl <= INT32_MAX);
    FUZZ_CHECK(has_text == (record->addr.family == ADDR_NONE));
    if (!has_text)
        return;
    FUZZ_CHECK(record->text >= room.text && record->text + record->text_count <= room.text + sizeof room.text);
    FUZZ_CHECK(type == RECORD_TXT || !memchr(record->text, '\0', record->text_count));
}

static void
check_answer(const struct answer *answer, enum record_type type)
{
    FUZZ_CHECK((answer->outcome == OUTCOME_DATA) == (answer->count + answer->dropped > 0));
    FUZZ_CHECK(answer->count <= ANSWER_RECORDS);
    FUZZ_CHECK(answer->outcome <= OUTCOME_RCODE || answer->outcome == OUTCOME_MALFORMED);
    FUZZ_CHECK(!answer->serial || answer->outcome == OUTCOME_NODATA || answer->outcome == OUTCOME_NXDOMAIN);
    FUZZ_CHECK(!answer->partial || answer->outcome == OUTCOME_DATA);
    for (size_t i = 0; i < answer->count; i++) {
        check_record(&answer->records[i], type);
        FUZZ_CHECK(answer->ttl <= answer->records[i].ttl);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    struct answer answer = {.outcome = OUTCOME_CANCELLED};
    if (count == 0)
        return 0;
    enum record_type type = types[data[0] % (sizeof types / sizeof *types)];
    answer_parse(data + 1, count - 1, type, &room, &answer);
    check_answer(&answer, type);
    return 0;
}
