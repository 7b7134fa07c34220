#include "lists/return_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void
state_has_contract_name(void **state)
{
    (void)state;
    static const char *const names[STATE_COUNT] = {"unasked", "clear",   "listed",    "refused", "error",
                                                   "timeout", "invalid", "unhealthy", "dead"};
    for (int s = 0; s < STATE_COUNT; s++) {
        assert_string_equal(list_state_name((enum list_state)s), names[s]);
        assert_int_equal(list_state_is_known((enum list_state)s), s == STATE_LISTED || s == STATE_CLEAR);
    }
}

#define OUTSIDE "no DNSBL answers outside 127.0.0.0/8"

static void
answer_is_judged_and_explained(void **state)
{
    (void)state;
    static const return_codes none;
    static const struct {
        const char *answers[4];
        enum list_state state;
        const char *explanation;
    } cases[] = {
        {{"127.0.0.2"}, STATE_LISTED, ""},
        {{"127.0.0.3"}, STATE_LISTED, ""},
        {{"127.45.6.7"}, STATE_LISTED, ""},
        {{"127.255.254.255"},
         STATE_INVALID,
         "answered 127.255.254.255: no documented code, and lists report errors there"},
        {{"127.255.0.2"}, STATE_INVALID, "answered 127.255.0.2: no documented code, and lists report errors there"},
        {{"127.0.0.0"}, STATE_INVALID, "answered 127.0.0.0: no documented code"},
        {{"127.0.0.255"},
         STATE_REFUSED,
         "answered 127.0.0.255: no documented code, but one by which lists decline to answer"},
        {{"127.0.1.255"},
         STATE_REFUSED,
         "answered 127.0.1.255: no documented code, but one by which lists decline to answer"},
        {{"127.0.53.53"},
         STATE_INVALID,
         "answered 127.0.53.53: the top-level domain collides with another, says ICANN"},
        {{"127.255.255.252"}, STATE_REFUSED, "answered 127.255.255.252: the zone's name is mistyped"},
        {{"127.255.255.254"},
         STATE_REFUSED,
         "answered 127.255.255.254: the list does not serve public or unattributable resolvers"},
        {{"127.255.255.255"}, STATE_REFUSED, "answered 127.255.255.255: this resolver is over the list's query limit"},
        {{"127.255.255.0"}, STATE_REFUSED, "answered 127.255.255.0: the list declines to answer this resolver"},
        {{"127.255.255.253"}, STATE_REFUSED, "answered 127.255.255.253: the list declines to answer this resolver"},
        {{"127.0.0.1"},
         STATE_INVALID,
         "answered 127.0.0.1: not a listing, but a refusal or a resolver that blocks the zone"},
        {{"198.51.100.7"}, STATE_INVALID, "answered 198.51.100.7: " OUTSIDE},
        {{"0.0.0.0"}, STATE_INVALID, "answered 0.0.0.0: " OUTSIDE},
        {{"128.0.0.2"}, STATE_INVALID, "answered 128.0.0.2: " OUTSIDE},
        {{"::1"}, STATE_INVALID, "answered ::1: no DNSBL answers with an IPv6 address"},
        /* several: a refusal before nonsense before a listing, whatever the order */
        {{"127.0.0.4", "127.0.0.2"}, STATE_LISTED, ""},
        {{"127.0.0.1", "127.0.0.2"},
         STATE_INVALID,
         "answered 127.0.0.1 beside 127.0.0.2: not a listing, but a refusal or a resolver that blocks the zone"},
        {{"127.0.0.2", "198.51.100.7"}, STATE_INVALID, "answered 198.51.100.7 beside 127.0.0.2: " OUTSIDE},
        {{"127.255.255.254", "127.0.0.4"},
         STATE_REFUSED,
         "answered 127.255.255.254 beside 127.0.0.4: the list does not serve public or unattributable resolvers"},
        {{"198.51.100.7", "127.255.255.255", "127.0.0.1"},
         STATE_REFUSED,
         "answered 127.255.255.255: this resolver is over the list's query limit"},
        {{"198.51.100.7", "198.51.100.8"}, STATE_INVALID, "answered 198.51.100.7: " OUTSIDE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr answers[4];
        size_t count = 0;
        for (; count < COUNT(answers) && cases[i].answers[count]; count++)
            assert_true(addr_parse(cases[i].answers[count], &answers[count]));
        assert_int_equal(code_meaning_state(return_codes_judge(&none, answers, count)), cases[i].state);
        struct buf out = {0};
        return_codes_explain(&none, &out, answers, count);
        assert_string_equal(buf_string(&out), cases[i].explanation);
        buf_free(&out);
    }
}

/* ---- a list's own codes ---- */

static void
add(return_codes *codes, const char *text, bool is_bits)
{
    struct fault fault = {""};
    struct return_code code;
    if (!return_code_parse(&code, text, is_bits, &fault))
        fail_msg("%s: %s", text, fault.text);
    vec_push(codes, code);
}

static void
free_codes(return_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++)
        free(codes->at[i].text);
    vec_free(codes);
}

static enum code_meaning
judge(const return_codes *codes, const char *answer)
{
    struct addr address;
    assert_true(addr_parse(answer, &address));
    return return_codes_judge(codes, &address, 1);
}

static const char *
text_of(const return_codes *codes, const char *answer, size_t n)
{
    struct addr address;
    assert_true(addr_parse(answer, &address));
    return return_codes_text(codes, &address, n);
}

static void
list_codes_precede_general_codes(void **state)
{
    (void)state;
    return_codes codes = {0};
    add(&codes, "127.0.0.1 listed open proxy", false);
    add(&codes, "127.0.0.10 policy PBL", false);
    add(&codes, "127.0.10.0/24 refused", false);
    add(&codes, "127.255.255.250 refused the key is disabled", false);
    add(&codes, "127.0.0.0/8 allow", false);
    assert_int_equal(judge(&codes, "127.0.0.1"), CODE_LISTED);
    assert_int_equal(judge(&codes, "127.0.0.10"), CODE_POLICY);
    assert_int_equal(judge(&codes, "127.0.10.7"), CODE_REFUSED);
    assert_int_equal(judge(&codes, "127.0.0.2"), CODE_ALLOW);
    assert_int_equal(judge(&codes, "127.255.255.250"), CODE_REFUSED);
    assert_int_equal(judge(&codes, "127.255.255.254"), CODE_REFUSED); /* never a listing, whatever a wide code says */
    assert_int_equal(judge(&codes, "198.51.100.7"), CODE_INVALID);
    assert_string_equal(text_of(&codes, "127.0.0.10", 0), "PBL");
    assert_null(text_of(&codes, "127.0.0.10", 1));

    struct addr answers[2] = {addr_from_v4(0x7f000002), addr_from_v4(0x7f00000a)};
    assert_int_equal(return_codes_judge(&codes, answers, 2), CODE_POLICY); /* the weightiest of all answers */
    struct buf why = {0};
    struct addr key = addr_from_v4(0x7ffffffa);
    return_codes_explain(&codes, &why, &key, 1);
    assert_string_equal(buf_string(&why), "answered 127.255.255.250: the key is disabled");
    buf_free(&why);
    free_codes(&codes);
}

static void
mask_matches_answers_with_its_bits(void **state)
{
    (void)state;
    return_codes codes = {0};
    add(&codes, "0.0.0.1 refused too many queries", true);
    add(&codes, "0.0.0.8 listed phishing", true);
    add(&codes, "0.0.0.64 listed cracked", true);
    assert_int_equal(judge(&codes, "127.0.0.8"), CODE_LISTED);
    assert_int_equal(judge(&codes, "127.0.0.9"), CODE_REFUSED);
    assert_string_equal(text_of(&codes, "127.0.0.72", 0), "phishing");
    assert_string_equal(text_of(&codes, "127.0.0.72", 1), "cracked");
    assert_null(text_of(&codes, "127.0.0.72", 2));
    assert_int_equal(judge(&codes, "127.255.255.72"), CODE_REFUSED);
    assert_string_equal(text_of(&codes, "127.255.255.72", 0), "the list declines to answer this resolver");
    assert_null(text_of(&codes, "127.255.255.72", 1));
    assert_int_equal(judge(&codes, "198.51.100.72"), CODE_INVALID);
    free_codes(&codes);
}

static void
code_has_its_own_weight(void **state)
{
    (void)state;
    return_codes codes = {0};
    add(&codes, "127.0.0.2 listed SBL", false);
    add(&codes, "127.0.0.10 policy/3 PBL", false);
    add(&codes, "127.0.0.0/24 info", false);
    const struct addr answers[] = {addr_from_v4(0x7f00000a), addr_from_v4(0x7f000007), addr_from_v4(0x7f000002)};
    assert_int_equal(return_codes_weight(&codes, answers, 1, 5), 3);
    assert_int_equal(return_codes_weight(&codes, answers, 2, 5), 3); /* information beside it counts for nothing */
    assert_int_equal(return_codes_weight(&codes, answers, 3, 5), 5);
    assert_int_equal(judge(&codes, "127.0.0.7"), CODE_INFO);
    assert_string_equal(text_of(&codes, "127.0.0.10", 0), "PBL");
    free_codes(&codes);
}

/* A list that documents a range does not mean what is no listing anywhere. */
static void
range_documents_no_answer_that_is_none_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *code, *answer;
        enum code_meaning meaning;
        bool is_bits;
    } cases[] = {
        {"127.0.0.0/24 listed", "127.0.0.0", CODE_INVALID, false},
        {"127.0.0.0/24 listed", "127.0.0.1", CODE_INVALID, false},
        {"127.0.0.0/24 listed", "127.0.0.255", CODE_REFUSED, false},
        {"127.0.0.0/24 listed", "127.0.0.2", CODE_LISTED, false},
        {"127.0.0.0/16 allow", "127.0.53.53", CODE_INVALID, false},
        {"127.0.0.0/16 allow", "127.0.0.1", CODE_INVALID, false},
        {"127.0.0.0/16 allow", "127.0.5.2", CODE_ALLOW, false},
        {"127.0.0.0/8 allow", "127.255.0.1", CODE_INVALID, false},
        {"127.255.0.0/24 listed", "127.255.0.1", CODE_LISTED, false},
        {"127.0.0.0/24 refused", "127.0.0.1", CODE_REFUSED, false},
        {"127.0.0.1 listed", "127.0.0.1", CODE_LISTED, false},
        {"127.0.0.255 listed", "127.0.0.255", CODE_LISTED, false},
        {"0.0.0.1 listed", "127.0.0.1", CODE_LISTED, true},
        {"0.0.0.1 listed", "127.0.0.3", CODE_LISTED, true},
        {"0.0.0.1 listed", "127.0.53.53", CODE_INVALID, true},
        {"0.0.0.1 listed", "127.255.0.1", CODE_INVALID, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        return_codes codes = {0};
        add(&codes, cases[i].code, cases[i].is_bits);
        if (judge(&codes, cases[i].answer) != cases[i].meaning)
            fail_msg("%s, %s", cases[i].code, cases[i].answer);
        free_codes(&codes);
    }
}

static void
wider_code_adds_no_text(void **state)
{
    (void)state;
    return_codes codes = {0};
    add(&codes, "127.0.0.4 listed Tor", false);
    add(&codes, "127.0.0.0/24 listed attacks", false);
    assert_string_equal(text_of(&codes, "127.0.0.4", 0), "Tor");
    assert_null(text_of(&codes, "127.0.0.4", 1));
    assert_string_equal(text_of(&codes, "127.0.0.5", 0), "attacks");
    free_codes(&codes);
}

static void
impossible_code_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_bits;
        const char *fault;
    } cases[] = {
        {"127.0.0.256 listed", false, "'127.0.0.256' is not an IPv4 address or prefix"},
        {"", false, "'' is not an IPv4 address or prefix"},
        {"127.0.0.1/8 listed", false, "'127.0.0.1/8' is not an IPv4 address or prefix"},
        {"10.0.0.2 listed", false, "10.0.0.2 is outside 127.0.0.0/8: no DNSBL answers there"},
        {"::1 listed", false, "'::1' is not an IPv4 address or prefix"},
        {"127.0.0.2", false, "'127.0.0.2': behind the address goes listed, policy, allow, info, refused or invalid"},
        {"127.0.0.2 list", false,
         "'127.0.0.2 list': behind the address goes listed, policy, allow, info, refused or invalid"},
        {"127.0.0.2 policy/6", false, "'127.0.0.2 policy/6': a weight is 1 to 5"},
        {"127.0.0.2 policy/33 PBL", false, "'127.0.0.2 policy/33 PBL': a weight is 1 to 5"},
        {"127.0.0.2 policy/", false, "'127.0.0.2 policy/': a weight is 1 to 5"},
        {"127.255.255.254 listed", false, "127.255.255.0/24 is a refusal on every list, never listed"},
        {"0.0.0.0 listed", true, "a mask without a bit fits every answer"},
        {"8 listed", true, "'8' is not a mask of bits like 0.0.0.8"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault = {""};
        struct return_code code;
        assert_false(return_code_parse(&code, cases[i].text, cases[i].is_bits, &fault));
        assert_string_equal(fault.text, cases[i].fault);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_has_contract_name),
        cmocka_unit_test(answer_is_judged_and_explained),
        cmocka_unit_test(range_documents_no_answer_that_is_none_elsewhere),
        cmocka_unit_test(list_codes_precede_general_codes),
        cmocka_unit_test(mask_matches_answers_with_its_bits),
        cmocka_unit_test(code_has_its_own_weight),
        cmocka_unit_test(wider_code_adds_no_text),
        cmocka_unit_test(impossible_code_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
