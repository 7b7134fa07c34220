#include "base/addr.h"
#include "fuzz.h"

#include <arpa/inet.h>

static void
check_against_the_system(const char *string, const struct addr *a)
{
    uint8_t bytes[16] = {0};
    FUZZ_CHECK(inet_pton(a->family == ADDR_V4 ? AF_INET : AF_INET6, string, bytes) == 1);
    FUZZ_CHECK(memcmp(bytes, a->bytes, sizeof bytes) == 0);
}

static void
check_address(const char *string, const char *bytes, size_t count)
{
    char text[ADDR_TEXT], reversed[ADDR_REVERSED_TEXT];
    struct addr a, again;
    bool whole = strlen(string) == count;
    bool good = addr_parse_bytes(bytes, count, &a);
    FUZZ_CHECK(!good || whole);
    if (!whole)
        return;
    FUZZ_CHECK(addr_parse(string, &again) == good);
    if (!good)
        return;
    FUZZ_CHECK(addr_equal(&a, &again));
    check_against_the_system(string, &a);
    FUZZ_CHECK(addr_parse(addr_text(&a, text), &again) && addr_equal(&a, &again));
    FUZZ_CHECK(a.family == ADDR_V6 || strcmp(text, string) == 0);
    size_t length = strlen(addr_reversed(&a, reversed));
    FUZZ_CHECK(a.family == ADDR_V4 ? length == count : length == ADDR_REVERSED_TEXT - 2);
    addr_reserved(&a);
}

static void
check_prefix(const char *bytes, size_t count)
{
    char text[PREFIX_TEXT];
    struct prefix p = {0}, again;
    bool host_bits;
    bool good = prefix_parse_bytes(bytes, count, &p, &host_bits);
    FUZZ_CHECK(!good || !host_bits);
    if (!good && !host_bits)
        return;
    FUZZ_CHECK(prefix_parse(prefix_text(&p, text), &again, NULL) && prefix_equal(&p, &again));
    struct prefix around = prefix_around(&p.addr, p.length);
    FUZZ_CHECK(prefix_equal(&p, &around));
    FUZZ_CHECK(prefix_holds(&p, &p.addr) && prefix_covers(&p, &again));
}

static void
check_endpoint(const char *string)
{
    char text[ENDPOINT_TEXT];
    struct endpoint e, again;
    if (!endpoint_parse(string, &e))
        return;
    FUZZ_CHECK(e.port != 0);
    FUZZ_CHECK(endpoint_parse(endpoint_text(&e, text), &again) && endpoint_equal(&e, &again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    char *string = fuzz_string(data, count);
    check_address(string, (const char *)data, count);
    check_prefix((const char *)data, count);
    check_endpoint(string);
    free(string);
    return 0;
}
