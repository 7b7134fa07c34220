#include "base/clock.h"
#include "base/text.h"
#include "builtin_lists.h"
#include "evidence_fixture.h"
#include "pages/fleet_table.h"
#include "temp_dir.h"
#include "verdict/explain.h"
#include "verdict/notes.h"
#include "verdict/parties.h"
#include "verdict/phrases.h"
#include "verdict/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct policy policy;

static void
reach(struct verdict *v, const struct evidence *e)
{
    policy_default(&policy);
    verdict_reach(v, e, &policy);
}

/* The sentences of one kind, one a line; the caller frees. */
static char *
joined(char *const *at, size_t count)
{
    struct buf out = {0};
    for (size_t i = 0; i < count; i++)
        buf_format(&out, "%s\n", at[i]);
    return buf_take(&out);
}

static char *
joined_advice(const struct verdict *v)
{
    struct buf out = {0};
    for (size_t i = 0; i < v->advice.count; i++)
        buf_format(&out, "%s\n", v->advice.at[i].text);
    return buf_take(&out);
}

static char *
joined_ends(const struct verdict *v)
{
    struct buf out = {0};
    for (size_t i = 0; i < v->ends.count; i++)
        buf_format(&out, "%s %s\n", v->ends.at[i].estimate ? "estimate" : "fact", v->ends.at[i].text);
    return buf_take(&out);
}

static void
assert_has(const char *what, const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("%s: \"%s\" is not in\n%s", what, part, text ? text : "nothing");
}

static void
assert_lacks(const char *what, const char *text, const char *part)
{
    if (text && strstr(text, part))
        fail_msg("%s: \"%s\" is in\n%s", what, part, text);
}

/* ---- the decision table ---- */

enum ingredient {
    L1 = 1,
    L2 = 2,
    L3 = 4,
    INNER = 8, /* a second net inside */
    HAND = 16, /* level 2 by hand */
    OLD = 32,  /* levels 2 and 3 with texts of before 2021 */
    BARE = 64, /* listed, but no text could be had */
    WHITE = 128,
    BACK = 256,
    NO_L1 = 512, /* no answer */
    NO_L2 = 1024,
    NO_L3 = 2048,
    DEFAULT = 4096, /* level 2 with the zone's default text */
};

static const char *
text_of(unsigned what, const char *usual, const char *old)
{
    return what & BARE ? NULL : what & OLD ? old : usual;
}

static void
make(struct evidence *e, unsigned what)
{
    made_evidence(e, "203.0.113.77");
    if (what & L1)
        made_listed(e, AT_LEVEL1, text_of(what, MADE_L1, MADE_L1));
    if (what & L2)
        made_listed(e, AT_LEVEL2, text_of(what, what & DEFAULT ? MADE_L2_DEFAULT : MADE_L2, MADE_L2_OLD));
    if (what & HAND)
        what &L2 ? made_text(e, AT_LEVEL2, MADE_L2_PERMANENT) : made_listed(e, AT_LEVEL2, MADE_L2_PERMANENT);
    if (what & INNER)
        made_text(e, AT_LEVEL2, MADE_L2_INNER);
    if (what & L3)
        made_listed(e, AT_LEVEL3, text_of(what, MADE_L3, MADE_L3_OLD));
    if (what & WHITE)
        made_listed(e, AT_EXEMPTION, MADE_WHITE);
    if (what & BACK)
        made_listed(e, AT_BACKSCATTERER, MADE_BACKSCATTER);
    for (unsigned i = 0; i < 3; i++)
        if (what & NO_L1 << i)
            made_trouble(e, (AT_LEVEL1 + i), STATE_TIMEOUT, "no answer");
}

enum { A = CAUSE_ADDRESS, N = CAUSE_ALLOCATION, P = CAUSE_PROVIDER };

#define L1_SAYS "203.0.113.77 is on level 1"
#define L2_SAYS "level 2 lists 203.0.112.0/22 (23 impacts in 7 days, limit 9)"
#define L3_SAYS "level 3 lists AS64500 EXAMPLE Example Hosting (spamscore 79.7, limit 50)"
#define HAND_SAYS "level 2 lists 203.0.113.0/24 by hand (PERMANENT: no limit, no expiry)"
#define BACK_SAYS "ips.backscatterer.org lists it as a source of misdirected bounces"

static const struct {
    unsigned what;
    enum verdict_state state;
    unsigned causes;
    enum actor actor, then;
    const char *headline;
} verdicts[] = {
    {0, VERDICT_CLEAR, 0, ACTOR_NOBODY, 0, "Clear: on none of the three levels, and all three passed their self-test."},
    {L1, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " L1_SAYS "."},
    {L2, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0, "Your neighbours, not you: " L2_SAYS "."},
    {L2 | INNER, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0,
     "Your neighbours, not you: level 2 lists 203.0.113.0/24 (19 impacts in 7 days, limit 4) and 1 other net."},
    {L3, VERDICT_COLLATERAL, P, ACTOR_PROVIDER, 0, "Your provider, not you: " L3_SAYS "."},
    {L1 | L2, VERDICT_DIRECT, A | N, ACTOR_YOU, ACTOR_NET_OWNER,
     "You, and perhaps your neighbours: " L1_SAYS "; " L2_SAYS "."},
    {L1 | L3, VERDICT_DIRECT, A | P, ACTOR_YOU, ACTOR_PROVIDER, "You and your provider: " L1_SAYS "; " L3_SAYS "."},
    {L2 | L3, VERDICT_COLLATERAL, N | P, ACTOR_PROVIDER, 0,
     "Your neighbours and your provider, not you: " L2_SAYS "; " L3_SAYS "."},
    {L1 | L2 | L3, VERDICT_DIRECT, A | N | P, ACTOR_YOU, ACTOR_PROVIDER,
     "You, your net and your provider: " L1_SAYS "; " L2_SAYS "; " L3_SAYS "."},

    /* by hand */
    {HAND, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0, "Listed by hand, not for what this address did: " HAND_SAYS "."},
    {HAND | L1, VERDICT_DIRECT, A | N, ACTOR_YOU, ACTOR_NET_OWNER,
     "You, and a net listed by hand: " L1_SAYS "; " HAND_SAYS "."},
    {HAND | L3, VERDICT_COLLATERAL, N | P, ACTOR_PROVIDER, 0,
     "A net listed by hand and your provider, not you: " HAND_SAYS "; " L3_SAYS "."},
    {HAND | L1 | L3, VERDICT_DIRECT, A | N | P, ACTOR_YOU, ACTOR_PROVIDER,
     "You, a net listed by hand, and your provider: " L1_SAYS "; " HAND_SAYS "; " L3_SAYS "."},
    {HAND | L2, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0,
     "Your neighbours, not you: " HAND_SAYS " and 203.0.112.0/22 (23 impacts in 7 days, limit 9)."},

    /* exempt */
    {WHITE, VERDICT_CLEAR, 0, ACTOR_NOBODY, 0,
     "Exempt: registered at ips.whitelisted.org, so levels 2 and 3 do not apply; level 1 is clear."},
    {WHITE | NO_L2 | NO_L3, VERDICT_CLEAR, 0, ACTOR_NOBODY, 0,
     "Exempt: registered at ips.whitelisted.org, so levels 2 and 3 do not apply; level 1 is clear."},
    {WHITE | L1, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " L1_SAYS "."},
    {WHITE | L2, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0, "Your neighbours, not you: " L2_SAYS "."},
    {WHITE | NO_L1, VERDICT_UNKNOWN, 0, ACTOR_UNKNOWN, 0, "Cannot tell: level 1 gave no answer."},

    /* backscatter */
    {BACK, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " BACK_SAYS "; none of the three levels does."},
    {BACK | NO_L3, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " BACK_SAYS "."},
    {BACK | WHITE, VERDICT_DIRECT, A, ACTOR_YOU, 0,
     "This address itself: " BACK_SAYS "; none of the three levels does."},
    {BACK | L2, VERDICT_DIRECT, A | N, ACTOR_YOU, ACTOR_NET_OWNER, "This address itself: " BACK_SAYS "; " L2_SAYS "."},
    {BACK | L3, VERDICT_DIRECT, A | P, ACTOR_YOU, ACTOR_PROVIDER, "This address itself: " BACK_SAYS "; " L3_SAYS "."},
    {BACK | L1, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " L1_SAYS "."},
    {BACK | NO_L1, VERDICT_UNKNOWN, A, ACTOR_UNKNOWN, 0, "Cannot tell: level 1 gave no answer; but " BACK_SAYS "."},

    /* what is not known */
    {NO_L1, VERDICT_UNKNOWN, 0, ACTOR_UNKNOWN, 0, "Cannot tell: level 1 gave no answer."},
    {NO_L2, VERDICT_UNKNOWN, 0, ACTOR_UNKNOWN, 0, "Cannot tell: level 2 gave no answer."},
    {NO_L3, VERDICT_UNKNOWN, 0, ACTOR_UNKNOWN, 0, "Cannot tell: level 3 gave no answer."},
    {NO_L1 | NO_L2 | NO_L3, VERDICT_UNKNOWN, 0, ACTOR_UNKNOWN, 0, "Cannot tell: levels 1, 2 and 3 gave no answer."},
    {NO_L1 | L2, VERDICT_UNKNOWN, N, ACTOR_UNKNOWN, 0, "Cannot tell: level 1 gave no answer; but " L2_SAYS "."},
    {NO_L1 | L3, VERDICT_UNKNOWN, P, ACTOR_UNKNOWN, 0, "Cannot tell: level 1 gave no answer; but " L3_SAYS "."},
    {NO_L2 | L1, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " L1_SAYS "."},
    {NO_L2 | NO_L3 | L1, VERDICT_DIRECT, A, ACTOR_YOU, 0, "This address itself: " L1_SAYS "."},
    {NO_L3 | L2, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0, "Your neighbours, not you: " L2_SAYS "."},
    {NO_L2 | L3, VERDICT_COLLATERAL, P, ACTOR_PROVIDER, 0, "Your provider, not you: " L3_SAYS "."},

    /* texts that say less */
    {L2 | OLD, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0,
     "Your neighbours, not you: level 2 lists 203.0.113.0/24 (7 abusers, by the rule before 2021)."},
    {L3 | OLD, VERDICT_COLLATERAL, P, ACTOR_PROVIDER, 0,
     "Your provider, not you: level 3 lists AS64500 EXAMPLE Example Hosting (311 abusers, by the rule before 2021)."},
    {L2 | BARE, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0,
     "Your neighbours, not you: level 2 lists the address without naming a net."},
    {L2 | DEFAULT, VERDICT_COLLATERAL, N, ACTOR_NET_OWNER, 0,
     "Your neighbours, not you: level 2 lists the address without naming a net."},
    {L3 | BARE, VERDICT_COLLATERAL, P, ACTOR_PROVIDER, 0,
     "Your provider, not you: level 3 lists the address without naming a provider."},
    {L1 | L2 | L3 | BARE, VERDICT_DIRECT, A | N | P, ACTOR_YOU, ACTOR_PROVIDER,
     "You, your net and your provider: " L1_SAYS
     "; level 2 lists the address without naming a net; level 3 lists the address without naming a provider."},
};

static void
verdict_follows_decision_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, verdicts[i].what);
        reach(&v, &e);
        if (strcmp(v.headline, verdicts[i].headline) != 0)
            fail_msg("expected: %s\n   found: %s", verdicts[i].headline, v.headline);
        if (v.state != verdicts[i].state || v.causes != verdicts[i].causes || v.actor != verdicts[i].actor ||
            v.then != verdicts[i].then)
            fail_msg("%s: state %s, causes %u, actor %d, then %d", v.headline, verdict_state_name(v.state), v.causes,
                     v.actor, v.then);
        assert_false(v.pending);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* Whatever comes together: a level that is not known is never taken for clear or listed, and every sentence is whole.
 */
static void
verdict_silence_is_never_clear(void **state)
{
    (void)state;
    enum { EACH = 3 };
    static const unsigned levels[3][EACH] = {{0, L1, NO_L1}, {0, L2, NO_L2}, {0, L3, NO_L3}};
    for (unsigned i = 0; i < EACH * EACH * EACH * 4; i++) {
        unsigned what = levels[0][i % 3] | levels[1][i / 3 % 3] | levels[2][i / 9 % 3];
        what |= i / 27 & 1 ? WHITE : 0;
        what |= i / 27 & 2 ? BACK : 0;
        struct evidence e;
        struct verdict v;
        make(&e, what);
        reach(&v, &e);
        if (what & NO_L1)
            assert_int_equal(v.state, VERDICT_UNKNOWN);
        else if (what & (L1 | BACK))
            assert_int_equal(v.state, VERDICT_DIRECT);
        else if (what & (L2 | L3))
            assert_int_equal(v.state, VERDICT_COLLATERAL);
        else if (what & (NO_L2 | NO_L3) && !(what & WHITE))
            assert_int_equal(v.state, VERDICT_UNKNOWN);
        else
            assert_int_equal(v.state, VERDICT_CLEAR);
        assert_int_equal(v.actor == ACTOR_UNKNOWN, v.state == VERDICT_UNKNOWN);
        assert_true(v.advice.count > 0);
        assert_int_equal(v.headline[strlen(v.headline) - 1], '.');
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* ---- in a few words ---- */

static const struct {
    unsigned what;
    const char *brief, *remedy;
} briefs[] = {
    {0, "CLEAR. On none of the three levels.", ""},
    {WHITE, "CLEAR. Exempt: levels 2 and 3 do not apply.", ""},
    {L1, "YOU. This address itself is listed.", "You can end it."},
    {L2, "NOT YOU. Your neighbours are listed.", "Only Example Hosting can end it."},
    {L1 | L2, "YOU, and perhaps your neighbours.", "You, then Example Hosting, can end it."},
    {L2 | L3, "NOT YOU. Your neighbours and your provider are listed.", "Only Example Hosting can end it."},
    {HAND | L3, "NOT YOU. A net by hand and your provider are listed.", "Only Example Hosting can end it."},
    {L2 | NO_L3, "NOT YOU. Your neighbours are listed.", "Not known: level 3."},
    {L1 | NO_L2 | NO_L3, "YOU. This address itself is listed.", "Not known: levels 2 and 3."},
    {NO_L1, "CANNOT TELL: level 1 gave no answer.", ""},
    {NO_L1 | L2 | L3, "CANNOT TELL: level 1 gave no answer; listed on levels 2 and 3.", ""},
    {BACK, "YOU, as a backscatterer, on none of the three levels.", "You can end it."},
    {BACK | L2, "YOU, as a backscatterer; also on level 2.", "You, then Example Hosting, can end it."},
    {BACK | NO_L3, "YOU, as a backscatterer.", "Not known: level 3."},
};

static void
brief_says_who_is_listed_and_who_can_end_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(briefs); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, briefs[i].what);
        reach(&v, &e);
        assert_string_equal(v.brief, briefs[i].brief);
        assert_string_equal(v.remedy, briefs[i].remedy);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* Whatever comes together: the first words are the verdict, nobody can end what is not known, and each end and advice
 * has a short form, but for advice about resolvers. */
static void
brief_agrees_with_verdict(void **state)
{
    (void)state;
    static const unsigned levels[3][3] = {{0, L1, NO_L1}, {0, L2, NO_L2}, {0, L3, NO_L3}};
    static const char *const begins[] = {
        [VERDICT_CLEAR] = "CLEAR.",
        [VERDICT_COLLATERAL] = "NOT YOU.",
        [VERDICT_DIRECT] = "YOU",
        [VERDICT_UNKNOWN] = "CANNOT TELL: ",
    };
    for (unsigned i = 0; i < 27 * 8; i++) {
        unsigned what = levels[0][i % 3] | levels[1][i / 3 % 3] | levels[2][i / 9 % 3];
        what |= (i / 27 & 1 ? BACK : 0) | (i / 27 & 2 ? OLD : 0) | (i / 27 & 4 && !(what & NO_L2) ? HAND : 0);
        struct evidence e;
        struct verdict v;
        make(&e, what);
        reach(&v, &e);
        assert_memory_equal(v.brief, begins[v.state], strlen(begins[v.state]));
        if (what & (NO_L1 | NO_L2 | NO_L3))
            assert_lacks(v.headline, v.remedy, "can end it");
        for (size_t n = 0; n < v.ends.count; n++)
            assert_in_range(text_width(v.ends.at[n].brief), 1, 44);
        for (size_t n = 0; n < v.advice.count && v.state != VERDICT_UNKNOWN; n++)
            assert_in_range(text_width(v.advice.at[n].brief), 1, 60);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* The name without registry's handle and legal form; the number where that leaves nothing. */
static void
short_name_is_what_people_say(void **state)
{
    (void)state;
    static const struct {
        const char *org, *name;
    } names[] = {
        {"OVH SAS", "OVH"},
        {"M247 Europe SRL", "M247 Europe"},
        {"HARBOR-NET Harbor Net", "Harbor Net"},
        {"NIMBUS Nimbus Cloud Hosting", "Nimbus Cloud"},
        {"VIETTEL (CAMBODIA) PTE., LTD", "VIETTEL"},
        {"PEAR Pear, Plum, Quince and S...", "Pear, Plum"},
        {"VIETTELCAMBODIA-AS-AP ISPIXP", "AS64500"},
        {"", "AS64500"},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct buf out = {0};
        phrases_short_holder(&out, 64500, names[i].org, "nobody");
        assert_string_equal(buf_string(&out), names[i].name);
        buf_free(&out);
    }
}

/* ---- what to do ---- */

static const char find[] = "Find what 203.0.113.77 sends: ";
static const char bounces2[] = "Check your bounces for UCEPROTECT or dnsbl-2.uceprotect.net: if no rejection names it";
static const char bounces3[] = "Check your bounces for UCEPROTECT or dnsbl-3.uceprotect.net: if no rejection names it";
static const char bounces23[] =
    "Check your bounces for UCEPROTECT, dnsbl-2.uceprotect.net or dnsbl-3.uceprotect.net: if no rejection names it";
static const char complain[] = "Complain to AS64500 EXAMPLE Example Hosting, who can end level 2: name 203.0.112.0/22, "
                               "its 23 impacts in 7 days, the limit 9, and the listed neighbours in it.";
static const char if_not_alone[] =
    "See whether yours is the only listed address in 203.0.112.0/22 (whylisted range or sweep): then its listing ends "
    "with "
    "yours. If not, complain to AS64500 EXAMPLE Example Hosting, who can end level 2: name 203.0.112.0/22, its 23 "
    "impacts";
static const char update_result[] =
    "Only AS64500 EXAMPLE Example Hosting can settle the listing of 203.0.113.0/24 by hand with "
    "the operator. Waiting does not end it.";
static const char provider[] = "Tell AS64500 EXAMPLE Example Hosting; only the provider can end level 3";

static const struct {
    unsigned what;
    const char *advice[5]; /* how each begins */
} advices[] = {
    {0, {"Nothing to do. If mail still bounces, read the bounce: another list, or something else, is the reason."}},
    {WHITE, {"Nothing to do."}},
    {L1, {find}},
    {L2, {bounces2, complain, "If rejections matter meanwhile: another address outside 203.0.112.0/22, or a relay."}},
    {L3,
     {bounces3, provider,
      "A new address at the same provider hardly helps: level 3 is meant to list all that it announces."}},
    {L1 | L2, {find, if_not_alone}},
    {L1 | L3, {find, provider}},
    {L2 | L3, {bounces23, "Consider moving", "Meanwhile: send by IPv6", complain}},
    {L1 | L2 | L3, {find, if_not_alone, provider}},
    {HAND,
     {bounces2, update_result, "If rejections matter meanwhile: another address outside 203.0.113.0/24, or a relay."}},
    {HAND | L1, {find, update_result}},
    {HAND | L2,
     {bounces2, complain, "If rejections matter meanwhile: another address outside 203.0.112.0/22", update_result}},
    {HAND | L1 | L2, {find, if_not_alone, update_result}},
    {HAND | L3, {bounces23, "Consider moving", "Meanwhile: send by IPv6", update_result}},
    {HAND | L1 | L3, {find, update_result, provider}},
    {BACK, {"Reject unknown recipients during the SMTP dialogue"}},
    {BACK | L3, {"Reject unknown recipients during the SMTP dialogue", bounces3, provider, "A new address"}},
    {BACK | L1, {find, "Reject unknown recipients during the SMTP dialogue"}},
    {NO_L1, {"Try again; if it fails again, use your own resolver (--resolver ADDRESS)"}},
    {L2 | BARE,
     {bounces2,
      "Complain to AS64500 EXAMPLE Example Hosting, who can end level 2: name 203.0.113.77; the listed net is not "
      "known "
      "(its text is missing).",
      "If rejections matter meanwhile: an address in another net, or a relay."}},
    {L2 | DEFAULT,
     {bounces2,
      "Complain to AS64500 EXAMPLE Example Hosting, who can end level 2: name 203.0.113.77; the listed net is not "
      "known "
      "(its text does not say).",
      "If rejections matter meanwhile: an address in another net, or a relay."}},
    {L2 | NO_L3,
     {bounces2, complain, "If rejections matter meanwhile: another address outside 203.0.112.0/22, or a relay.",
      "Level 3 is not known here: if it lists AS64500 EXAMPLE Example Hosting, another address there does not help."}},
    {L2 | OLD,
     {bounces2, "Complain to AS64500 EXAMPLE Example Hosting, who can end level 2: name 203.0.113.0/24 and the listed",
      "If rejections"}},
    {L3 | BARE, {bounces3, "Tell your provider; only the provider can end level 3", "A new address"}},
};

static void
advice_names_actor(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(advices); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, advices[i].what);
        reach(&v, &e);
        size_t n = 0;
        for (; n < COUNT(advices[i].advice) && advices[i].advice[n]; n++)
            if (n >= v.advice.count ||
                strncmp(v.advice.at[n].text, advices[i].advice[n], strlen(advices[i].advice[n])) != 0)
                fail_msg("%s\nexpected: %s\n   found: %s", v.headline, advices[i].advice[n],
                         n < v.advice.count ? v.advice.at[n].text : "nothing");
        if (v.advice.count != n)
            fail_msg("%s\nis too much: %s", v.headline, v.advice.at[n].text);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

#define MOVES " That helps only against levels 2 and 3: the cause of level 1 would move with you."

/* What was counted in the ranges of the provider replaces what the levels say by themselves. */
static void
counted_answer_replaces_general_advice(void **state)
{
    (void)state;
    static const struct {
        unsigned what;
        bool helps, carrier;
        size_t at, count; /* of the advice */
        const char *advice;
    } cases[] = {
        {L2, true, false, 2, 3, "It counts."},
        {L3, true, false, 2, 3, "It counts."},
        {L3, false, false, 2, 3, "It counts."},
        {L2 | L3, true, false, 1, 4, "It counts."},
        {L2 | L3, false, false, 1, 4, "It counts."},
        {L2 | NO_L3, false, false, 2, 3, "It counts."},
        {HAND, true, false, 2, 3, "It counts."},
        {L3, true, true, 2, 3, "It counts."},
        /* a listed address, too, but its own cause would move with it */
        {L1 | L2, true, false, 2, 3, "It counts." MOVES},
        {L1 | L3, false, false, 2, 3, "It counts." MOVES},
        {L1 | L2 | L3, true, false, 3, 4, "It counts." MOVES},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, cases[i].what);
        e.network.asn = cases[i].carrier ? 64511 : 64500;
        e.another = mem_copy("It counts");
        e.another_helps = cases[i].helps;
        reach(&v, &e);
        assert_int_equal(v.advice.count, cases[i].count);
        assert_string_equal(v.advice.at[cases[i].at].text, cases[i].advice);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* Its place is reserved: when the count arrives, it replaces the text in the same row. */
static void
pending_count_keeps_its_place(void **state)
{
    (void)state;
    static const unsigned cases[] = {L2, L3, L2 | L3, L1 | L2, L1 | L2 | L3};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, cases[i]);
        e.network.asn = 64500;
        e.another_pending = true;
        reach(&v, &e);
        size_t count = v.advice.count, at = 0;
        while (at < count && strcmp(v.advice.at[at].text, "Counting the clean ranges of AS64500 ...") != 0)
            at++;
        assert_in_range(at, 0, count - 1);
        assert_string_equal(v.advice.at[at].brief, "counting where to move ...");
        assert_false(v.advice.at[at].in_provider);
        verdict_fini(&v);
        e.another_pending = false;
        e.another = mem_copy("It counts");
        reach(&v, &e);
        assert_int_equal(v.advice.count, count);
        assert_memory_equal(v.advice.at[at].text, "It counts.", strlen("It counts."));
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* The few words give the same reason. */
static void
counted_answer_has_reason_in_brief(void **state)
{
    (void)state;
    static const struct {
        unsigned what;
        bool helps, barred, over;
        const char *brief;
    } cases[] = {
        {L3, true, false, false, "move: 58 of 603 ranges seem clean"},
        {L2 | L3, false, true, false, "leave Example: all on level 3"},
        {L1 | L2 | L3, false, true, false, "leave Example: all on level 3"},
        {L2, false, false, false, "Example has no clean range"},
        {L2, false, false, true, "Example: level 3 by estimate"},
        {L1 | L2, true, false, false, "against 2: 58 of 603 ranges clean"},
        {L1 | L3, true, false, false, "against 3: 58 of 603 ranges seem clean"},
        {L1 | L2 | L3, true, false, false, "against 2, 3: 58 of 603 ranges seem clean"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        bool found = false;
        make(&e, cases[i].what);
        e.network.asn = 64500;
        snprintf(e.network.org, sizeof e.network.org, "Example GmbH");
        e.another = mem_copy("It counts");
        e.another_helps = cases[i].helps;
        e.another_barred = cases[i].barred;
        e.another_over = cases[i].over;
        e.another_clean = cases[i].helps ? 58 : 0;
        e.another_ranges = 603;
        reach(&v, &e);
        for (size_t n = 0; n < v.advice.count; n++)
            found = found || (v.advice.at[n].brief && strcmp(v.advice.at[n].brief, cases[i].brief) == 0);
        if (!found)
            fail_msg("%s: no advice is \"%s\"", v.headline, cases[i].brief);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* The ASN database and the texts call one ASN by different names. */
static void
asn_has_one_name(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    struct buf other = {0};
    make(&e, L2 | L3);
    e.network.asn = 64500;
    snprintf(e.network.org, sizeof e.network.org, "Example Hosting GmbH & Co");
    reach(&v, &e);
    char *advice = joined_advice(&v), *ends = joined_ends(&v);
    assert_has("headline", v.headline, "level 3 lists AS64500 Example Hosting GmbH & Co (spamscore 79.7, limit 50).");
    assert_has("advice", advice, "Complain to AS64500 Example Hosting GmbH & Co, who can end level 2");
    assert_has("ends", ends, "AS64500 Example Hosting GmbH & Co has lost");
    assert_lacks("headline", v.headline, "EXAMPLE");
    assert_lacks("advice", advice, "EXAMPLE");
    assert_lacks("ends", ends, "EXAMPLE");
    phrases_other_name(&other, &e);
    assert_string_equal(buf_string(&other), "The lists call AS64500 \"EXAMPLE Example Hosting\".");
    free(advice);
    free(ends);
    verdict_fini(&v);

    buf_clear(&other); /* a shorter form of the same name is no other one; nor has one who is not named another */
    snprintf(e.network.org, sizeof e.network.org, "example hosting");
    phrases_other_name(&other, &e);
    assert_string_equal(buf_string(&other), "");
    snprintf(e.network.org, sizeof e.network.org, "EXAMPLE Example Hosting and Sons");
    snprintf(e.nets.at[0].holder.org, sizeof e.nets.at[0].holder.org, "EXAMPLE Example Hosting a...");
    e.lists.at[AT_LEVEL3].texts.count = 0;
    phrases_other_name(&other, &e); /* nor one that the operator has cut */
    assert_string_equal(buf_string(&other), "");
    e.network.asn = 64511;
    snprintf(e.network.org, sizeof e.network.org, "TIDELINE Tideline");
    phrases_other_name(&other, &e);
    assert_string_equal(buf_string(&other), "");
    buf_free(&other);
    evidence_fini(&e);
}

/* Whatever the levels say, nothing is said twice. */
static void
advice_has_no_duplicate_sentence(void **state)
{
    (void)state;
    for (unsigned what = 0; what <= (L1 | L2 | L3 | INNER | HAND | OLD | BARE | WHITE | BACK); what++) {
        struct evidence e;
        struct verdict v;
        struct buf all = {0};
        if (what & INNER && !(what & L2))
            continue;
        make(&e, what);
        reach(&v, &e);
        for (size_t i = 0; i < v.ends.count; i++) {
            assert_null(strstr(buf_string(&all), v.ends.at[i].text));
            buf_text(&all, v.ends.at[i].text);
        }
        for (size_t i = 0; i < v.advice.count; i++) {
            assert_null(strstr(buf_string(&all), v.advice.at[i].text));
            buf_text(&all, v.advice.at[i].text);
        }
        for (size_t i = 0; i < v.notes.count; i++) {
            assert_null(strstr(buf_string(&all), v.notes.at[i]));
            buf_text(&all, v.notes.at[i]);
        }
        assert_null(strchr(buf_string(&all), '{'));
        buf_free(&all);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* A fact about level 1, once, without price and link. */
static void
advice_names_paid_removal_as_never_needed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, verdicts[i].what);
        reach(&v, &e);
        char *advice = joined_advice(&v);
        const char *named = strstr(advice, "paid express delisting is never needed.");
        assert_int_equal(named != NULL, (v.listed & CAUSE_ADDRESS) != 0);
        assert_true(!named || !strstr(named + strlen("paid express"), "express"));
        assert_lacks(v.headline, advice, "pay ");
        assert_lacks(v.headline, advice, "http");
        free(advice);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* ---- nothing asked ---- */

static void
reserved_address_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool reserved, offline;
        const char *headline, *advice;
    } cases[] = {
        {"127.0.0.2", true, false,
         "127.0.0.2 is not routable (loopback, RFC 1122): lists list it only so that they can be "
         "tested.",
         "Check the public address from which your mail leaves."},
        {"192.168.7.7", true, false, "192.168.7.7 is not routable (private network, RFC 1918): no DNSBL can list it.",
         "Check the public address from which your mail leaves."},
        {"2001:db8::1", false, false, "UCEPROTECT lists IPv4 addresses only: none of its levels can list 2001:db8::1.",
         "Check the IPv4 address of the same mail server."},
        {"203.0.113.77", false, true, "Cannot tell: nothing was asked (--offline).",
         "Run without --offline, or name a folder with all zone files (--zones)."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        made_evidence(&e, cases[i].address);
        e.reserved = cases[i].reserved ? addr_reserved(&e.address) : NULL;
        e.offline = cases[i].offline;
        for (size_t l = 0; l < BUILTIN_LISTS; l++)
            made_trouble(&e, l, STATE_UNASKED, NULL);
        reach(&v, &e);
        assert_string_equal(v.headline, cases[i].headline);
        assert_int_equal(v.state, VERDICT_UNKNOWN);
        assert_int_equal(v.causes, 0);
        assert_int_equal(v.advice.count, 1);
        assert_string_equal(v.advice.at[0].text, cases[i].advice);
        assert_int_equal(v.ends.count, 0);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* ---- zone files ---- */

static void
has_zone_file(struct evidence *e, size_t id, enum list_state state, uint32_t serial)
{
    e->lists.at[id].file =
        (struct file_result){.have = true, .state = state, .serial = serial, .date = data_date_of_serial(serial)};
}

static void
offline_verdict_comes_from_zone_files(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    make(&e, 0);
    e.offline = true;
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        has_zone_file(&e, i, STATE_CLEAR, MADE_SERIAL);
    reach(&v, &e);
    assert_int_equal(v.state, VERDICT_CLEAR);
    assert_string_equal(v.headline, "Clear: in none of the zone files of the three levels.");
    verdict_fini(&v);
    evidence_fini(&e);
}

/* ---- troubles ---- */

static const struct {
    enum list_state states[3];
    const char *details[3];
    const char *headline, *advice; /* how it begins */
} troubles[] = {
    {{STATE_TIMEOUT, STATE_TIMEOUT, STATE_TIMEOUT},
     {"no answer", "no answer", "no answer"},
     "Cannot tell: levels 1, 2 and 3 gave no answer.",
     "Try again; if it fails again"},
    {{STATE_TIMEOUT, STATE_TIMEOUT, STATE_CLEAR},
     {"no answer", "test point 127.0.0.2: no answer", NULL},
     "Cannot tell: level 1 gave no answer; level 2 gave no answer (test point 127.0.0.2: no answer).",
     "Try again; if it fails again"},
    {{STATE_CLEAR, STATE_ERROR, STATE_ERROR},
     {NULL, "refused by 192.0.2.53:53", "refused by 192.0.2.53:53"},
     "Cannot tell: levels 2 and 3 gave an error (refused by 192.0.2.53:53).",
     "Try again; if it fails again"},
    {{STATE_REFUSED, STATE_CLEAR, STATE_CLEAR},
     {"answered 127.255.255.254: why", NULL, NULL},
     "Cannot tell: level 1 refuses to answer this resolver (answered 127.255.255.254: why).",
     "Use your own resolver (--resolver ADDRESS): many lists"},
    {{STATE_REFUSED, STATE_REFUSED, STATE_UNHEALTHY},
     {"why", "why", "everything is listed, even a random label"},
     "Cannot tell: levels 1 and 2 refuse to answer this resolver (why); level 3 failed its self-test (everything is "
     "listed, even a random label).",
     "Use your own resolver"},
    {{STATE_UNHEALTHY, STATE_INVALID, STATE_UNHEALTHY},
     {"everything is listed", "answered 192.0.2.1: why", "everything is listed"},
     "Cannot tell: levels 1 and 3 failed their self-tests (everything is listed); level 2 gave an answer that no DNSBL "
     "gives (answered 192.0.2.1: why).",
     "Try again later, or use another resolver (--resolver ADDRESS): either the list"},
    {{STATE_UNHEALTHY, STATE_UNHEALTHY, STATE_CLEAR},
     {"its zone file is 2 d old", "its zone file is 2 d old", NULL},
     "Cannot tell: levels 1 and 2 failed their self-tests (for each, its zone file is 2 d old).",
     "Try again later, or use another resolver (--resolver ADDRESS): either the list"},
    {{STATE_UNASKED, STATE_CLEAR, STATE_CLEAR},
     {NULL, NULL, NULL},
     "Cannot tell: level 1 was not asked.",
     "Try again; if it fails again"},
};

static void
headline_joins_troubles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(troubles); i++) {
        struct evidence e;
        struct verdict v;
        made_evidence(&e, "203.0.113.77");
        for (unsigned l = 0; l < 3; l++)
            made_trouble(&e, (AT_LEVEL1 + l), troubles[i].states[l], troubles[i].details[l]);
        reach(&v, &e);
        assert_string_equal(v.headline, troubles[i].headline);
        assert_int_equal(v.advice.count, 1);
        assert_int_equal(strncmp(v.advice.at[0].text, troubles[i].advice, strlen(troubles[i].advice)), 0);
        assert_int_equal(v.state, VERDICT_UNKNOWN);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* One question about the address to each list, with this outcome. */
static void
add_exchanges(struct evidence *e, enum outcome outcome)
{
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        vec_push(&e->exchanges, ((struct exchange){.subject = SUBJECT_LIST,
                                                   .list = LIST_AT(i),
                                                   .name = mem_copy(LIST_AT(i)->zone),
                                                   .type = RECORD_A,
                                                   .outcome = outcome}));
}

static const struct {
    enum list_state state;
    enum outcome outcome;
    const char *one, *two, *advice; /* of one resolver, of two; how the advice begins */
} resolver_troubles[] = {
    {STATE_ERROR, OUTCOME_UNREACHABLE, "cannot be reached", "cannot be reached",
     "Start the resolver, ask it by TCP if it takes nothing else (--resolver tcp:ADDRESS), or choose another"},
    {STATE_TIMEOUT, OUTCOME_TIMEOUT, "gave no answer", "gave no answer",
     "Try again; if it fails again, check that it runs and can reach the internet, ask it by TCP"},
    {STATE_ERROR, OUTCOME_REFUSED, "refuses to answer this machine", "refuse to answer this machine",
     "Allow this machine to use it, or choose another"},
    {STATE_ERROR, OUTCOME_SERVFAIL, "fails at every question (server failure)",
     "fail at every question (server failure)", "See its log, and check"},
    {STATE_UNHEALTHY, OUTCOME_NXDOMAIN,
     "knows none of the lists' test entries: it filters, or cannot reach the internet",
     "know none of the lists' test entries: they filter, or cannot reach the internet",
     "Use your own resolver, one that asks"},
    {STATE_UNHEALTHY, OUTCOME_DATA, "lists whatever is asked, even a random label: it makes answers up",
     "list whatever is asked, even a random label: they make answers up", "Use your own resolver, one that asks"},
};

/* When all five lists fail alike it is not the lists that are out of order. */
static void
headline_blames_resolver_when_all_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(resolver_troubles); i++) {
        bool two = i % 2;
        struct evidence e;
        struct verdict v;
        struct endpoint server;
        char expected[300];
        made_evidence(&e, "203.0.113.77");
        for (size_t l = 0; l < BUILTIN_LISTS; l++)
            made_trouble(&e, l, resolver_troubles[i / 2].state, "why");
        add_exchanges(&e, resolver_troubles[i / 2].outcome);
        assert_true(endpoint_parse("127.0.0.1:9", &server));
        vec_push(&e.servers, server);
        assert_true(endpoint_parse("192.0.2.53", &server));
        if (two)
            vec_push(&e.servers, server);
        reach(&v, &e);
        snprintf(expected, sizeof expected, "Cannot tell: the resolver%s %s.",
                 two ? "s 127.0.0.1:9 and 192.0.2.53:53" : " 127.0.0.1:9",
                 two ? resolver_troubles[i / 2].two : resolver_troubles[i / 2].one);
        assert_string_equal(v.headline, expected);
        assert_int_equal(v.state, VERDICT_UNKNOWN);
        assert_int_equal(v.advice.count, 1);
        assert_int_equal(
            strncmp(v.advice.at[0].text, resolver_troubles[i / 2].advice, strlen(resolver_troubles[i / 2].advice)), 0);
        verdict_fini(&v);

        made_trouble(&e, AT_BACKSCATTERER, STATE_CLEAR, NULL);
        reach(&v, &e);
        assert_lacks("one list answers", v.headline, "the resolver");
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

static void
advice_names_cure_for_list_that_is_held_back(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    made_evidence(&e, "203.0.113.77");
    for (size_t l = 0; l < BUILTIN_LISTS; l++)
        made_trouble(&e, l, STATE_CLEAR, NULL);
    made_trouble(&e, AT_LEVEL2, STATE_UNHEALTHY, "the test point 127.0.0.2 is not listed");
    e.lists.at[AT_LEVEL2].filtered = true;
    reach(&v, &e);
    assert_has(
        "the cure", v.advice.at[0].text,
        "in unbound by private-domain: \"uceprotect.net\" (or without private-address: 127.0.0.0/8), in dnsmasq");
    verdict_fini(&v);
    evidence_fini(&e);
}

/* The servers are 192.0.2.1:53 to 192.0.2.3:53. */
static void
headline_names_only_servers_with_the_trouble(void **state)
{
    (void)state;
    static const struct {
        enum list_state state;
        enum outcome outcome;
        uint8_t asked, agreed;
        bool proved;
        const char *headline, *advice;
    } cases[] = {
        {STATE_TIMEOUT, OUTCOME_TIMEOUT, 1, 1, false, "the resolver 192.0.2.1:53 gave no answer",
         "Try again; if it fails again, check"},
        {STATE_TIMEOUT, OUTCOME_TIMEOUT, 7, 7, false,
         "the resolvers 192.0.2.1:53, 192.0.2.2:53 and 192.0.2.3:53 gave no answer", "Try again; if it"},
        {STATE_ERROR, OUTCOME_REFUSED, 3, 2, false,
         "the resolver 192.0.2.2:53 refuses to answer this machine, 192.0.2.1:53 gave no better answer", "Allow this"},
        {STATE_ERROR, OUTCOME_SERVFAIL, 1, 1, true,
         "the resolver 192.0.2.1:53 answered other questions, but those to the lists about 203.0.113.77 failed "
         "(server failure)",
         "Try again; if it fails again, see the resolver's log, or choose"},
        {STATE_TIMEOUT, OUTCOME_TIMEOUT, 1, 1, true,
         "the resolver 192.0.2.1:53 answered other questions, but those to the lists about 203.0.113.77 failed "
         "(no answer)",
         "Try again; if it fails again, see the resolver's log, or choose"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        char expected[300];
        made_evidence(&e, "203.0.113.77");
        add_exchanges(&e, cases[i].outcome);
        for (size_t l = 0; l < BUILTIN_LISTS; l++) {
            made_trouble(&e, l, cases[i].state, "why");
            e.lists.at[l].proved = cases[i].proved;
            e.exchanges.at[l].asked = cases[i].asked;
            e.exchanges.at[l].agreed = cases[i].agreed;
        }
        for (unsigned n = 1; n <= 3; n++)
            vec_push(&e.servers, ((struct endpoint){.addr = addr_from_v4(0xc0000200 + n), .port = 53}));
        reach(&v, &e);
        snprintf(expected, sizeof expected, "Cannot tell: %s.", cases[i].headline);
        assert_string_equal(v.headline, expected);
        assert_int_equal(strncmp(v.advice.at[0].text, cases[i].advice, strlen(cases[i].advice)), 0);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* A name was found, so the resolver does not fail at everything. */
static void
headline_of_failing_lists_mentions_other_answers(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    struct endpoint server;
    made_evidence(&e, "203.0.113.77");
    add_exchanges(&e, OUTCOME_SERVFAIL);
    for (size_t l = 0; l < BUILTIN_LISTS; l++)
        made_trouble(&e, l, STATE_ERROR, "why");
    vec_push(&e.exchanges, ((struct exchange){.subject = SUBJECT_NAME,
                                              .name = mem_copy("77.113.0.203.in-addr.arpa"),
                                              .type = RECORD_PTR,
                                              .outcome = OUTCOME_NXDOMAIN}));
    assert_true(endpoint_parse("192.0.2.53", &server));
    vec_push(&e.servers, server);
    reach(&v, &e);
    assert_string_equal(v.headline, "Cannot tell: the resolver 192.0.2.53:53 answered other questions, but those to "
                                    "the lists about 203.0.113.77 failed (server failure).");
    verdict_fini(&v);
    evidence_fini(&e);
}

static void
headline_names_rewriting_resolver(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    make(&e, NO_L1 | NO_L2 | NO_L3);
    e.rewritten = true;
    assert_true(addr_parse("198.51.100.80", &e.rewriter));
    reach(&v, &e);
    assert_string_equal(v.headline,
                        "Cannot tell: the resolver makes up answers (198.51.100.80 from several lists); choose "
                        "another with --resolver.");
    verdict_fini(&v);
    evidence_fini(&e);
}

/* ---- while it is asked ---- */

static void
await(struct evidence *e, size_t id)
{
    e->lists.at[id] = (struct list_result){.list = LIST_AT(id), .asked = true, .pending = true, .rtt_us = -1};
}

static void
headline_pending_shows_progress(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    made_evidence(&e, "203.0.113.77");
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        await(&e, i);
    reach(&v, &e);
    assert_true(v.pending);
    assert_string_equal(v.headline, "Asking levels 1, 2 and 3 ...");
    assert_int_equal(v.advice.count + v.ends.count + v.notes.count, 0);
    verdict_fini(&v);

    made_trouble(&e, AT_LEVEL1, STATE_CLEAR, NULL);
    e.lists.at[AT_LEVEL1].pending = false;
    reach(&v, &e);
    assert_string_equal(v.headline, "Asking levels 2 and 3 ...");
    verdict_fini(&v);
    evidence_fini(&e);
}

static void
headline_pending_shows_findings(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    make(&e, L2);
    await(&e, AT_LEVEL3);
    reach(&v, &e);
    assert_true(v.pending);
    assert_string_equal(v.headline, "So far: " L2_SAYS "; still asking level 3 ...");
    assert_true(v.ends.count > 0);
    verdict_fini(&v);

    e.lists.at[AT_LEVEL3] = (struct list_result){.list = LIST_AT(AT_LEVEL3), .asked = true, .state = STATE_CLEAR};
    await(&e, AT_EXEMPTION);
    reach(&v, &e);
    assert_string_equal(v.headline, "So far: " L2_SAYS "; still asking the other lists ...");
    verdict_fini(&v);
    evidence_fini(&e);
}

/* Else the page would fall together for a moment, each time a TTL is up. */
static void
verdict_holds_while_rechecking(void **state)
{
    (void)state;
    static const unsigned whats[] = {0, L1, L2, L3, WHITE, BACK, NO_L1, NO_L1 | NO_L2 | NO_L3, NO_L3 | L2};
    for (size_t i = 0; i < COUNT(whats); i++) {
        struct evidence e;
        struct verdict before, meanwhile;
        make(&e, whats[i]);
        reach(&before, &e);
        for (size_t l = 0; l < BUILTIN_LISTS; l++)
            e.lists.at[l].pending = true;
        reach(&meanwhile, &e);
        assert_false(meanwhile.pending);
        assert_string_equal(meanwhile.headline, before.headline);
        char *a = joined_ends(&before), *b = joined_ends(&meanwhile);
        assert_string_equal(a, b);
        free(a);
        free(b);
        a = joined(before.notes.at, before.notes.count);
        b = joined(meanwhile.notes.at, meanwhile.notes.count);
        assert_string_equal(a, b);
        free(a);
        free(b);
        verdict_fini(&before);
        verdict_fini(&meanwhile);
        evidence_fini(&e);
    }
}

/* ---- what ends it ---- */

static char *
ends_of(unsigned what)
{
    struct evidence e;
    struct verdict v;
    make(&e, what);
    reach(&v, &e);
    char *ends = joined_ends(&v);
    verdict_fini(&v);
    evidence_fini(&e);
    return ends;
}

static void
forecast_from_old_data_has_no_day(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    make(&e, L1);
    e.lists.at[AT_LEVEL1].source = SOURCE_ZONE;
    e.lists.at[AT_LEVEL1].serial = 2026070416;
    reach(&v, &e);
    char *ends = joined_ends(&v);
    assert_string_equal(ends,
                        "estimate Level 1 ends by itself, for free, about 7 days after the last impact; this data is "
                        "too old for a date.\n");
    free(ends);
    verdict_fini(&v);
    evidence_fini(&e);
}

static void
forecast_follows_table(void **state)
{
    (void)state;
    static const struct {
        unsigned what;
        const char *ends;
    } cases[] = {
        {0, ""},
        {BACK, "fact ips.backscatterer.org ends its listing 4 weeks after the last hit, as it publishes.\n"},
        /* 18:13 and 7 days, an hour for the rebuild, 35 minutes for caches */
        {L1, "estimate Level 1 ends by itself, for free, about 7 days after the last impact: by 2026-07-13 if the "
             "abuse has stopped.\n"},
        /* d = 23 - 9 + 1 = 15; 168 h x 15 / 23 = 109.6 h; 23 is 2.6 times the limit */
        {L2, "estimate Level 2 ends when 203.0.112.0/22 loses 15 of its 23 impacts: about 5 days after all abuse there "
             "stops, at the latest after 7 days.\n"
             "estimate Unlikely to end soon: 73 % of nets this far over the limit were still listed 8 days later "
             "(summer 2026).\n"},
        /* The /24 needs longer than the /22 around it: d = 19 - 4 + 1 = 16; 168 h x 16 / 19 = 141.5 h; 4.8 times */
        {L2 | INNER,
         "estimate Level 2 ends when 203.0.113.0/24 loses 16 of its 19 impacts: about 6 days after all abuse there "
         "stops, at the latest after 7 days. It is the worst of 2 nets; all of them must end.\n"
         "estimate Unlikely to end soon: 83 % of nets this far over the limit were still listed 8 days later "
         "(summer 2026).\n"},
        {HAND, "fact Level 2 does not end by itself: 203.0.113.0/24 is listed by hand and has no expiry.\n"},
        {L2 | OLD, "fact Level 2 ends when 203.0.113.0/24 has fewer than 4 impacts in 7 days; its text gives no number."
                   "\n"},
        {L2 | BARE, "fact Level 2 ends when the listed net has fewer impacts in 7 days than its limit; the net is "
                    "not known (its text is missing).\n"},
        {L2 | DEFAULT, "fact Level 2 ends when the listed net has fewer impacts in 7 days than its limit; the net "
                       "is not known (its text does not say).\n"},
        {L3,
         "estimate Level 3 ends when AS64500 EXAMPLE Example Hosting has lost 38 % of its impacts (then its score is "
         "under 50) or has fewer than 50 in 7 days.\n"},
        {L3 | OLD, "fact Level 3 ends when the provider's score falls under 50 or it has fewer than 50 impacts in 7 "
                   "days; neither is known (its text does not say).\n"},
        {L3 | BARE, "fact Level 3 ends when the provider's score falls under 50 or it has fewer than 50 impacts in 7 "
                    "days; neither is known (its text is missing).\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *ends = ends_of(cases[i].what);
        assert_string_equal(ends, cases[i].ends);
        free(ends);
    }
    char *ends = ends_of(L1 | L2 | L3);
    const char *one = strstr(ends, "Level 1 ends"), *two = strstr(ends, "Level 2 ends"),
               *three = strstr(ends, "Level 3 ends");
    assert_true(one && two && three && one < two && two < three);
    free(ends);
}

static void
forecast_level1_lower_bound_from_journal(void **state)
{
    (void)state;
    static const struct {
        int64_t clear_hours; /* so long ago */
        const char *ends;
    } cases[] = {
        {0, NULL}, /* never seen clear */
        {6,
         "estimate Level 1 does not end by itself before about 2026-07-13 12:13 UTC: it was seen clear on 2026-07-06 "
         "12:13 UTC, so all its impacts came later, and each counts for 7 days.\n"},
        {6 * 24,
         "estimate Level 1 does not end by itself before about 2026-07-07 18:13 UTC: it was seen clear on 2026-06-30 "
         "18:13 UTC, so all its impacts came later, and each counts for 7 days.\n"},
        {8 * 24, NULL}, /* which says nothing any more */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        int64_t hour = 3600 * 1000;
        make(&e, L1);
        e.seen.known = true;
        if (cases[i].clear_hours) {
            int64_t clear_ms = MADE_WALL_MS - cases[i].clear_hours * hour;
            seen_add(&e.seen, LEVEL1_LIST->zone, STATE_CLEAR, clear_ms - hour, clear_ms);
        }
        reach(&v, &e);
        char *ends = joined_ends(&v);
        if (cases[i].ends)
            assert_has("ends", ends, cases[i].ends);
        assert_int_equal(strstr(ends, "before about") != NULL, cases[i].ends != NULL);
        free(ends);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* Both must end. */
static void
headline_permanent_net_beside_other(void **state)
{
    (void)state;
    char *ends = ends_of(HAND | L2);
    assert_has("ends", ends,
               "fact Level 2 does not end by itself: 203.0.113.0/24 is listed by hand and has no expiry.");
    assert_has("ends", ends, "estimate The rest of level 2 ends when 203.0.112.0/22 loses 15 of its 23 impacts");
    assert_lacks("ends", ends, "worst"); /* of those that end there is one */
    free(ends);
}

/* Wider than any for which the operator has published one. */
static void
headline_net_without_limit_has_none(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    made_evidence(&e, "203.0.113.77");
    made_listed(&e, AT_LEVEL2, MADE_L2);
    e.nets.at[0].limit = 0;
    reach(&v, &e);
    assert_string_equal(v.headline, "Your neighbours, not you: level 2 lists 203.0.112.0/22 (23 impacts in 7 days).");
    char *advice = joined_advice(&v), *ends = joined_ends(&v);
    assert_has("advice", advice, "name 203.0.112.0/22, its 23 impacts in 7 days, and");
    assert_lacks("advice", advice, "limit");
    assert_lacks("ends", ends, " 0 ");
    free(advice);
    free(ends);
    verdict_fini(&v);
    evidence_fini(&e);
}

/* Returns the number before "%" in the forecast, 0 = it has none; frees the evidence. */
static int
per_cent_of(struct evidence *e, const char *before)
{
    struct verdict v;
    reach(&v, e);
    char *ends = joined_ends(&v);
    const char *at = strstr(ends, " %");
    while (at && at > ends && at[-1] >= '0' && at[-1] <= '9')
        at--;
    int share = at ? atoi(at) : 0;
    if (share > 0)
        assert_has("ends", ends, before);
    free(ends);
    verdict_fini(&v);
    evidence_fini(e);
    return share;
}

static int
share_to_lose(double score)
{
    struct evidence e;
    char text[128];
    snprintf(text, sizeof text,
             "Your ISP EXAMPLE, DE/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of %.1f. See: x", score);
    made_evidence(&e, "203.0.113.77");
    made_listed(&e, AT_LEVEL3, text);
    return per_cent_of(&e, "has lost ");
}

static void
forecast_share_brings_score_under_limit(void **state)
{
    (void)state;
    static const struct {
        double score;
        int share;
    } cases[] = {{79.7, 38}, {90.3, 45},   {50.0, 1}, {50.1, 1}, {100.0, 51},
                 {62.5, 21}, {1000.0, 96}, {49.9, 0}, {0, 0}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(share_to_lose(cases[i].score), cases[i].share);
    for (int tenths = 500; tenths < 20000; tenths++) {
        double score = tenths / 10.0;
        int share = share_to_lose(score);
        assert_true(share > 0 && share <= 100);
        if (score * (100 - share) / 100 >= 50 + 1e-9)
            fail_msg("%d %% of %.1f are not enough", share, score);
        if (score * (100 - share + 1) / 100 < 50 - 1e-9)
            fail_msg("%d %% of %.1f are more than needed", share, score);
    }
}

static void
forecast_score_under_limit_needs_nothing(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    made_evidence(&e, "203.0.113.77");
    made_listed(&e, AT_LEVEL3,
                "Your ISP EXAMPLE, DE/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of 12.5. See: x");
    reach(&v, &e);
    assert_int_equal(v.ends.count, 1);
    assert_has("ends", v.ends.at[0].text, "(its score is under 50 already)");
    assert_lacks("ends", v.ends.at[0].text, "%");
    verdict_fini(&v);
    evidence_fini(&e);
}

static void
forecast_stay_rates_match_table(void **state)
{
    (void)state;
    static const struct {
        int64_t impacts, limit;
        int rate;
    } cases[] = {{4, 4, 52},  {7, 4, 52},   {8, 4, 73},   {15, 4, 73},   {16, 4, 83}, {31, 4, 83},
                 {32, 4, 89}, {127, 4, 89}, {128, 4, 95}, {9999, 4, 95}, {3, 4, 0},   {5, 0, 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        make(&e, L2);
        e.nets.at[0].impacts = cases[i].impacts;
        e.nets.at[0].limit = cases[i].limit;
        int rate = per_cent_of(&e, "were still listed 8 days later");
        if (rate != cases[i].rate)
            fail_msg("%d impacts, limit %d: %d", (int)cases[i].impacts, (int)cases[i].limit, rate);
    }
}

/* ---- what limits the answer ---- */

static char *
notes_of(struct evidence *e)
{
    struct verdict v;
    reach(&v, e);
    char *notes = joined(v.notes.at, v.notes.count);
    verdict_fini(&v);
    evidence_fini(e);
    return notes;
}

static void
assert_note(struct evidence *e, const char *note)
{
    char *notes = notes_of(e);
    assert_has("notes", notes, note);
    free(notes);
}

static void
assert_no_note(struct evidence *e, const char *note)
{
    char *notes = notes_of(e);
    assert_lacks("notes", notes, note);
    free(notes);
}

static void
notes_name_unknown_levels(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, L2 | NO_L3);
    assert_note(&e, "Not known: level 3 gave no answer.\n");
    make(&e, L1 | NO_L2 | NO_L3);
    assert_note(&e, "Not known: levels 2 and 3 gave no answer.\n");
    make(&e, WHITE | NO_L2);
    assert_note(&e, "Not known: level 2 gave no answer.\n");
    make(&e, NO_L1); /* the headline says it */
    assert_no_note(&e, "Not known");
}

static void
exempt_listed_address_is_direct(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, WHITE | L1);
    assert_note(&e, "Registered at ips.whitelisted.org, but a level 1 hit ends the registration.\n");
    make(&e, WHITE | L2);
    assert_note(
        &e,
        "Registered at ips.whitelisted.org, so levels 2 and 3 should not list it: perhaps one of the zones is older");
    make(&e, WHITE);
    assert_note(&e, "A level 1 hit would end the registration at ips.whitelisted.org.\n");
    make(&e, WHITE | NO_L1);
    assert_no_note(&e, "registration");
}

static void
backscatter_headline_names_bounces(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, BACK | L1);
    assert_note(&e, "Also on ips.backscatterer.org: it sends bounces to people who never wrote. That matters only for "
                    "mail without a sender (bounces).\n");
    make(&e, BACK | L2); /* the headline says it */
    assert_no_note(&e, "Also on");
    make(&e, BACK);
    assert_note(&e, "ips.backscatterer.org matters only for mail without a sender (bounces).\n");
}

/* An address of a customer inside a carrier's prefix: it is not the provider whom level 3 lists. */
static void
headline_names_carrier(void **state)
{
    (void)state;
#define CARRIER_SAYS                                                                                                   \
    "level 3 lists AS64500 EXAMPLE Example Hosting (spamscore 79.7, limit 50), not your provider AS64511 TIDELINE "    \
    "Tideline"
    static const struct {
        unsigned what;
        enum actor actor;
        const char *headline;
    } cases[] = {
        {L3, ACTOR_CARRIER, "Perhaps your provider's carrier, not you: " CARRIER_SAYS "."},
        {L1 | L3, ACTOR_YOU, "You, and perhaps your provider's carrier: " L1_SAYS "; " CARRIER_SAYS "."},
        {L2 | L3, ACTOR_NET_OWNER,
         "Your neighbours and perhaps your provider's carrier, not you: " L2_SAYS "; " CARRIER_SAYS "."},
        {HAND | L3, ACTOR_NET_OWNER,
         "A net listed by hand and perhaps your provider's carrier, not you: " HAND_SAYS "; " CARRIER_SAYS "."},
        {L1 | L2 | L3, ACTOR_YOU,
         "You, your net, and perhaps your provider's carrier: " L1_SAYS "; " L2_SAYS "; " CARRIER_SAYS "."},
        {HAND | L1 | L3, ACTOR_YOU,
         "You, a net listed by hand, and perhaps your provider's carrier: " L1_SAYS "; " HAND_SAYS "; " CARRIER_SAYS
         "."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, cases[i].what);
        e.network.asn = 64511;
        snprintf(e.network.org, sizeof e.network.org, "TIDELINE Tideline");
        reach(&v, &e);
        assert_string_equal(v.headline, cases[i].headline);
        assert_int_equal(v.actor, cases[i].actor);
        char *advice = joined_advice(&v);
        assert_has(
            v.headline, advice,
            "Tell your provider, AS64511 TIDELINE Tideline; only AS64500 EXAMPLE Example Hosting can end level 3");
        assert_lacks(v.headline, advice, "new address");
        free(advice);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* The sentence has one full stop, whatever a name ends in. */
static void
headline_name_with_full_stop_has_one(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    make(&e, L3);
    e.network.asn = 64511;
    snprintf(e.network.org, sizeof e.network.org, "Tideline, Inc.");
    reach(&v, &e);
    assert_has("headline", v.headline, ", not your provider AS64511 Tideline, Inc.");
    assert_lacks("headline", v.headline, "..");
    verdict_fini(&v);
    evidence_fini(&e);
}

static void
notes_name_hidden_nets(void **state)
{
    (void)state;
    static const struct {
        const char *net, *note;
    } cases[] = {
        {"203.0.113.64/26", "Wider nets (/24 or larger) may be listed too"},
        {"203.0.113.0/24", "Wider nets (/16 or larger) may be listed too"},
        {"203.0.112.0/20", "Wider nets (/16 or larger) may be listed too"},
        {"203.0.0.0/16", "Wider nets (/8 or larger) may be listed too"},
        {"203.0.0.0/12", "Wider nets (/8 or larger) may be listed too"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        struct evidence e;
        made_evidence(&e, "203.0.113.77");
        snprintf(text, sizeof text, "Net %s is UCEPROTECT-Level2 listed because 9999 impacts are seen from X/AS1 there",
                 cases[i].net);
        made_listed(&e, AT_LEVEL2, text);
        assert_note(&e, cases[i].note);
    }
    struct evidence e;
    made_evidence(&e, "203.0.113.77");
    made_listed(&e, AT_LEVEL2,
                "Net 203.0.0.0/8 is UCEPROTECT-Level2 listed because 9 impacts are seen from X/AS1 there");
    assert_no_note(&e, "Wider nets");
    make(&e, L2 | BARE);
    assert_no_note(&e, "Wider nets");
}

static void
notes_name_cut_answers(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, L2 | INNER); /* two texts of some 180 octets: far from what any resolver offers */
    assert_note(&e, "Wider nets (/16 or larger) may be listed too: the DNS shows only the most specific rows");
    make(&e, L2 | INNER);
    e.lists.at[AT_LEVEL2].txt_partial = true;
    char *notes = notes_of(&e);
    assert_string_equal(notes, "Other nets may be listed too: narrower, because texts may be missing from the answer, "
                               "which has no room for more, and wider (/16 or larger), because the DNS shows only the "
                               "most specific rows and hides the rest; the zone file has them all.\n");
    free(notes);
    made_evidence(&e, "203.0.113.77"); /* five of them make 1048 octets: another would not fit into 1232 */
    made_listed(&e, AT_LEVEL2, MADE_L2);
    made_text(&e, AT_LEVEL2, MADE_L2_INNER);
    for (size_t i = 0; i < 3; i++)
        made_text(&e, AT_LEVEL2, MADE_L2_INNER);
    assert_note(&e, "narrower, because the answer is so long");
}

/* What the DNS hides, the file shows. */
static void
notes_with_zone_file_hide_nothing(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, L2 | INNER);
    has_zone_file(&e, AT_LEVEL2, STATE_LISTED, MADE_SERIAL);
    char *notes = notes_of(&e);
    assert_lacks("notes", notes, "Wider nets");
    assert_lacks("notes", notes, "Narrower nets");
    free(notes);
}

/* Shown, not hidden; and neither is changed into the other. */
static void
notes_name_zone_file_difference(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    make(&e, L1);
    e.lists.at[AT_LEVEL1].source = SOURCE_DNS;
    has_zone_file(&e, AT_LEVEL1, STATE_CLEAR, 2026070515); /* 13:00 UTC, the day before */
    reach(&v, &e);
    assert_int_equal(v.state, VERDICT_DIRECT);
    verdict_fini(&v);
    assert_note(&e, "dnsbl-1.uceprotect.net: the DNS says listed (data 13 min old), the zone file says clear "
                    "(1 d 5 h old).\n");

    make(&e, L1);
    e.lists.at[AT_LEVEL1].source = SOURCE_DNS;
    has_zone_file(&e, AT_LEVEL1, STATE_LISTED, MADE_SERIAL);
    assert_no_note(&e, "the zone file says");
    make(&e, NO_L1);
    e.lists.at[AT_LEVEL1].source = SOURCE_DNS;
    has_zone_file(&e, AT_LEVEL1, STATE_LISTED, MADE_SERIAL);
    assert_no_note(&e, "the DNS says");
}

static void
notes_name_missing_texts(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, L1 | L2 | BARE);
    char *notes = notes_of(&e);
    assert_has("notes", notes, "The texts of levels 1 and 2 are missing: the details are not known.\n");
    free(notes);
    make(&e, L2 | BARE);
    assert_note(&e, "The text of level 2 is missing: the details are not known.\n");
    make(&e, L1 | L2);
    assert_no_note(&e, "missing: the details");
}

static void
notes_name_stale_zones(void **state)
{
    (void)state;
    struct evidence e;
    make(&e, 0);
    assert_no_note(&e, "Stale");
    make(&e, 0);
    e.lists.at[AT_LEVEL2].serial = e.lists.at[AT_LEVEL3].serial = 2026070616; /* 14:00 UTC */
    e.lists.at[AT_LEVEL3].serial = 2026070416;
    assert_note(&e, "Stale: the data of levels 2 and 3 is up to 2 d 4 h old, though the zones are rebuilt hourly.\n");
    make(&e, 0);
    e.lists.at[AT_LEVEL1].serial = 2026070618; /* 16:00 UTC: 2 h 13 min */
    assert_no_note(&e, "Stale");
    make(&e, 0);
    e.lists.at[AT_LEVEL1].serial = 0;
    assert_no_note(&e, "Stale");
}

#define MAYBE "You, and perhaps your neighbours: "
#define THEY "You and your neighbours: "
#define ALONE "You, alone in your net: "
enum { OLD_SERIAL = 2026070515 }; /* 1 d 5 h */

/* Levels 1 and 2 together: the address alone, or neighbours too? */
static void
headline_names_neighbours(void **state)
{
    (void)state;
    static const struct {
        int64_t impacts;
        uint32_t counted; /* by a zone file of this serial ... */
        size_t listed;    /* ... in the net */
        bool offline;
        const char *lead;
        enum actor then;
    } cases[] = {
        {168, 0, 0, false, MAYBE, ACTOR_NET_OWNER},
        {169, 0, 0, false, THEY, ACTOR_NET_OWNER},
        {23, MADE_SERIAL, 2, false, THEY, ACTOR_NET_OWNER},
        {23, MADE_SERIAL, 1, false, ALONE, ACTOR_UNKNOWN},
        /* of a file that is stale it is not known whether they are listed now */
        {23, OLD_SERIAL, 2, false, MAYBE, ACTOR_NET_OWNER},
        {23, OLD_SERIAL, 1, false, MAYBE, ACTOR_NET_OWNER},
        {169, OLD_SERIAL, 1, false, THEY, ACTOR_NET_OWNER},
        {23, 1, 1, false, MAYBE, ACTOR_NET_OWNER}, /* of no age */
        /* offline everything is of its time */
        {23, OLD_SERIAL, 2, true, THEY, ACTOR_NET_OWNER},
        {23, OLD_SERIAL, 1, true, ALONE, ACTOR_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct evidence e;
        struct verdict v;
        make(&e, L1 | L2);
        e.nets.at[0].impacts = cases[i].impacts;
        e.has_density = cases[i].counted;
        e.lists.at[AT_LEVEL1].file = (struct file_result){.have = cases[i].counted,
                                                          .state = STATE_LISTED,
                                                          .serial = cases[i].counted,
                                                          .date = data_date_of_serial(cases[i].counted)};
        e.lists.at[AT_LEVEL1].source = cases[i].offline ? SOURCE_ZONE : SOURCE_DNS;
        vec_push(&e.ladder.rungs, ((struct rung){.prefix = e.nets.at[0].prefix, .listed = cases[i].listed}));
        verdict_reach(&v, &e, &policy);
        assert_memory_equal(v.headline, cases[i].lead, strlen(cases[i].lead));
        assert_int_equal(v.then, cases[i].then);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* The same with level 3, of the provider itself or of its carrier; the advice says what the headline says. */
static void
company_is_said_with_level3(void **state)
{
    (void)state;
    static const struct {
        size_t listed;
        bool carrier;
        const char *lead, *advice;
    } cases[] = {
        {1, false, "You, alone in your net, and your provider: ", "No other address in 203.0.112.0/22 is listed: "},
        {2, false, "You, your neighbours and your provider: ", "Complain to AS64500"},
        {0, false, "You, your net and your provider: ", "See whether yours is the only"},
        {1, true,
         "You, alone in your net, and perhaps your provider's carrier: ", "No other address in 203.0.112.0/22"},
        {2, true, "You, your neighbours, and perhaps your provider's carrier: ", "Complain to AS64500"},
        {0, true, "You, your net, and perhaps your provider's carrier: ", "See whether yours is the only"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, L1 | L2 | L3);
        e.network.asn = cases[i].carrier ? 64511 : 64500;
        e.has_density = cases[i].listed > 0;
        e.lists.at[AT_LEVEL1].file = (struct file_result){
            .have = true, .state = STATE_LISTED, .serial = MADE_SERIAL, .date = data_date_of_serial(MADE_SERIAL)};
        vec_push(&e.ladder.rungs, ((struct rung){.prefix = e.nets.at[0].prefix, .listed = cases[i].listed}));
        verdict_reach(&v, &e, &policy);
        assert_memory_equal(v.headline, cases[i].lead, strlen(cases[i].lead));
        assert_memory_equal(v.advice.at[1].text, cases[i].advice, strlen(cases[i].advice));
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* ---- whom sentences speak to ---- */

static void
assert_speaks_to_nobody(const char *text)
{
    if (strcasestr(text, "you"))
        fail_msg("it speaks to the reader: %s", text);
    if (strpbrk(text, "{}"))
        fail_msg("a brace is left: %s", text);
}

static void
sentences_for_anyone_speak_to_nobody(void **state)
{
    (void)state;
    static const unsigned extras[] = {0, INNER, HAND, OLD, BARE, WHITE, BACK, NO_L1, NO_L2, NO_L3, DEFAULT};
    enum { NEIGHBOURS = 3 /* not counted, none, some */, CARRIER = 2, ANOTHER = 2 };
    for (size_t i = 0; i < COUNT(extras) * 8 * NEIGHBOURS * CARRIER * ANOTHER; i++) {
        size_t rest = i / COUNT(extras) / 8;
        struct evidence e;
        struct verdict v;
        make(&e, extras[i % COUNT(extras)] | (unsigned)(i / COUNT(extras) % 8));
        e.for_anyone = true;
        e.has_density = rest % NEIGHBOURS > 0;
        e.lists.at[AT_LEVEL1].file = (struct file_result){
            .have = true, .state = STATE_LISTED, .serial = MADE_SERIAL, .date = data_date_of_serial(MADE_SERIAL)};
        if (e.nets.count > 0)
            vec_push(&e.ladder.rungs, ((struct rung){.prefix = e.nets.at[0].prefix, .listed = rest % NEIGHBOURS}));
        e.network.asn = rest / NEIGHBOURS % CARRIER ? 64511 : 64500;
        e.another = rest / NEIGHBOURS / CARRIER ? mem_copy("2 of 3 ranges are clean") : NULL;
        reach(&v, &e);
        assert_speaks_to_nobody(v.headline);
        assert_speaks_to_nobody(v.brief);
        for (size_t k = 0; k < v.ends.count; k++)
            assert_speaks_to_nobody(v.ends.at[k].text);
        for (size_t k = 0; k < v.advice.count; k++)
            assert_speaks_to_nobody(v.advice.at[k].text);
        for (size_t k = 0; k < v.notes.count; k++)
            assert_speaks_to_nobody(v.notes.at[k]);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

static void
headline_of_the_journal_is_said_to_anyone(void **state)
{
    (void)state;
    static const struct {
        const char *own, *any;
    } cases[] = {
        {"Your neighbours, not you: level 2 lists 203.0.113.0/24.",
         "Its neighbours, not this address: level 2 lists 203.0.113.0/24."},
        {"You, your net and your provider: a and b list your net; level 3 lists AS1 You, your provider.",
         "This address, the net around it and the provider: a and b list the net around it; level 3 lists AS1 You, "
         "your provider."},
        {"Perhaps your provider's carrier, not you: level 3 lists AS1 A, not your provider AS2 B.",
         "Perhaps the provider's carrier, not this address: level 3 lists AS1 A, not the provider AS2 B."},
        {"Clear: in none of the zone files of the three levels.",
         "Clear: in none of the zone files of the three levels."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        parties_for_anyone(&out, cases[i].own);
        assert_string_equal(buf_string(&out), cases[i].any);
        buf_free(&out);
    }
}

static void
parties_have_words_for_anyone(void **state)
{
    (void)state;
    static const struct {
        unsigned what;
        const char *lead, *brief;
    } cases[] = {
        {L1, "This address itself: ", "THIS ADDRESS ITSELF is listed."},
        {L2, "Its neighbours, not this address: ", "NOT THIS ADDRESS. Its neighbours are listed."},
        {L3, "The provider, not this address: ", "NOT THIS ADDRESS. The provider is listed."},
        {L2 | L3, "Its neighbours and the provider, not this address: ",
         "NOT THIS ADDRESS. Its neighbours and the provider are listed."},
        {L1 | L2 | L3,
         "This address, the net around it and the provider: ", "THIS ADDRESS, the net around it and the provider."},
        {HAND,
         "Listed by hand, not for what this address did: ", "NOT THIS ADDRESS. The net around it is listed by hand."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        make(&e, cases[i].what);
        e.for_anyone = true;
        reach(&v, &e);
        assert_memory_equal(v.headline, cases[i].lead, strlen(cases[i].lead));
        assert_string_equal(v.brief, cases[i].brief);
        verdict_fini(&v);
        evidence_fini(&e);
    }
}

/* ---- lists without a part in the escalation ---- */

static void
listing_on_another_list_counts_by_scope_and_code(void **state)
{
    (void)state;
    static const struct {
        const char *block, *answer;
        enum verdict_state state;
        unsigned causes;
        const char *headline;
    } cases[] = {
        {"weight = 2\n", "127.0.0.2", VERDICT_DIRECT, CAUSE_ADDRESS,
         "This address itself: bl.example lists 203.0.113.77"},
        {"weight = 1\n", "127.0.0.2", VERDICT_COLLATERAL, CAUSE_ADDRESS,
         "Nothing of weight: bl.example, of little effect, lists 203.0.113.77; none of"},
        {"scope = range\nweight = 5\n", "127.0.0.2", VERDICT_COLLATERAL, CAUSE_ALLOCATION,
         "Not for what this address did: bl.example lists your net; none of"},
        {"scope = asn\n", "127.0.0.2", VERDICT_COLLATERAL, CAUSE_PROVIDER, "bl.example lists your provider"},
        {"scope = policy\n", "127.0.0.2", VERDICT_COLLATERAL, CAUSE_ALLOCATION,
         "By policy, not for what this address did: bl.example lists 203.0.113.77 by policy, not for abuse; none"},
        {"scope = allow\n", "127.0.0.2", VERDICT_CLEAR, 0, "Clear"},
        {"weight = 0\n", "127.0.0.2", VERDICT_CLEAR, 0, "Clear"},
        {"weight = 0\ncode = 127.0.0.4 listed/3\n", "127.0.0.4", VERDICT_DIRECT, CAUSE_ADDRESS, "This address itself"},
        {"weight = 5\ncode = 127.0.0.4 listed/1\n", "127.0.0.4", VERDICT_COLLATERAL, CAUSE_ADDRESS, "of little effect"},
        {"weight = 1\ncode = 127.0.0.4 listed/5\n", "127.0.0.4", VERDICT_DIRECT, CAUSE_ADDRESS, "This address itself"},
        {"weight = 5\ncode = 127.0.0.10 policy\n", "127.0.0.10", VERDICT_COLLATERAL, CAUSE_ALLOCATION, "By policy"},
        {"weight = 5\ncode = 127.0.0.10 policy\n", "127.0.0.2", VERDICT_DIRECT, CAUSE_ADDRESS, "This address itself"},
        {"weight = 5\ncode = 127.0.0.2 listed\n", "127.0.0.77", VERDICT_DIRECT, CAUSE_ADDRESS, "This address itself"},
        {"code = 127.0.0.1 allow\n", "127.0.0.1", VERDICT_CLEAR, 0, "Clear"},
        {"bits = 0.0.0.8 policy\n", "127.0.0.24", VERDICT_COLLATERAL, CAUSE_ALLOCATION, "By policy"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct evidence e;
        struct verdict v;
        struct addr address, answer;
        struct buf text = {0};
        buf_format(&text, "[bl.example]\n%s", cases[i].block);
        struct fault fault;
        assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", buf_string(&text)), NULL, NULL, &fault));
        assert_true(choose_own_lists(catalogue, true));
        assert_true(addr_parse("203.0.113.77", &address) && addr_parse(cases[i].answer, &answer));
        evidence_init(&e, catalogue, "203.0.113.77", NULL, &address);
        for (size_t l = 0; l < e.lists.count; l++)
            e.lists.at[l].state = STATE_CLEAR;
        e.lists.at[BUILTIN_LISTS].state = STATE_LISTED;
        vec_push(&e.lists.at[BUILTIN_LISTS].answers, answer);
        reach(&v, &e);
        assert_int_equal(v.state, cases[i].state);
        assert_int_equal(v.causes, cases[i].causes);
        assert_non_null(strstr(v.headline, cases[i].headline));
        verdict_fini(&v);
        evidence_fini(&e);
        catalogue_free(catalogue);
        buf_free(&text);
    }
}

#define BACK_SAYS "ips.backscatterer.org lists it as a source of misdirected bounces"

/* Lists of each kind, by their places behind the built-in ones. */
enum { ZEN = BUILTIN_LISTS, BARS, COP, PSBL, NORD, EVEN, NET, RATS, GOOD, SHUT, SAMPLES = SHUT - ZEN + 1 };

static const char sample_lists[] =
    "[zen.example]\noperator = Zen\ntitle = Zen all\nweight = 5\nfamilies = 4 6\ncode = 127.0.0.3 listed CSS: small "
    "amounts\ncode = 127.0.0.10 policy/3 PBL: dynamic\ndelist = https://zen.example/\n"
    "[bars.example]\nweight = 4\naccess = registered\naccess-page = https://bars.example/\n"
    "[cop.example]\nweight = 3\nends = within 24 hours after the last report\n"
    "[psbl.example]\nweight = 2\n"
    "[nord.example]\nweight = 1\n"
    "[even.example]\nweight = 1\n"
    "[net.example]\nweight = 1\nscope = range\n"
    "[rats.example]\nweight = 1\nscope = policy\n"
    "[good.example]\nscope = allow\nweight = 0\n"
    "[shut.example]\nweight = 0\n";

/* The state of a list, with the last byte of its answer if that is a listing. */
struct told {
    size_t at;
    enum list_state state;
    unsigned char answer;
};

/* Returns a catalogue with the sample lists, and evidence in which all say clear. */
static struct catalogue *
make_samples(struct evidence *e, const char *address)
{
    struct catalogue *catalogue = catalogue_new();
    struct addr addr;
    struct fault fault;
    clock_fake(MADE_NOW_MS, MADE_WALL_MS);
    assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", sample_lists), NULL, NULL, &fault));
    assert_true(choose_own_lists(catalogue, true));
    assert_true(addr_parse(address, &addr));
    evidence_init(e, catalogue, address, NULL, &addr);
    assert_int_equal(e->lists.count, BUILTIN_LISTS + SAMPLES);
    for (size_t i = 0; i < e->lists.count; i++)
        e->lists.at[i].state = e->lists.at[i].asked ? STATE_CLEAR : STATE_UNASKED;
    return catalogue;
}

static void
tell(struct evidence *e, const struct told *told)
{
    if (told->state == STATE_LISTED) {
        made_listed(e, told->at, NULL);
        e->lists.at[told->at].answers.at[0].bytes[3] = told->answer;
        e->lists.at[told->at].txt_missing = false;
    } else {
        made_trouble(e, told->at, told->state, NULL);
        e->lists.at[told->at].alone = true;
    }
}

static const struct {
    unsigned levels; /* L1, L2, L3 */
    struct told told[4];
    enum verdict_state state;
    unsigned causes;
    enum actor actor;
    const char *headline, *brief, *advice; /* parts */
} mixed[] = {
    {0,
     {{0}},
     VERDICT_CLEAR,
     0,
     ACTOR_NOBODY,
     "Clear: on none of the three levels, nor on 9 other lists; all passed their self-tests.",
     "CLEAR. On none of the three levels.",
     "Nothing to do."},
    {0,
     {{ZEN, STATE_LISTED, 3}},
     VERDICT_DIRECT,
     A,
     ACTOR_YOU,
     "This address itself: Zen CSS (zen.example) lists 203.0.113.77; none of the three levels does.",
     "YOU, on Zen CSS, on none of the three levels.",
     "End the cause, then ask Zen CSS (zen.example) for removal (https://zen.example/)."},
    {L2,
     {{ZEN, STATE_LISTED, 3}},
     VERDICT_DIRECT,
     A | N,
     ACTOR_YOU,
     "This address itself: Zen CSS (zen.example) lists 203.0.113.77; " L2_SAYS ", which is noise beside it.",
     "YOU, on Zen CSS; also on level 2.",
     "Find what 203.0.113.77 sends"},
    {L1,
     {{ZEN, STATE_LISTED, 3}},
     VERDICT_DIRECT,
     A,
     ACTOR_YOU,
     "This address itself: Zen CSS (zen.example) lists 203.0.113.77; " L1_SAYS ".",
     "YOU. This address itself",
     "then ask Zen CSS (zen.example)"},
    {L2,
     {{PSBL, STATE_LISTED, 2}},
     VERDICT_DIRECT,
     A | N,
     ACTOR_YOU,
     "This address itself: " L2_SAYS "; psbl.example lists 203.0.113.77.",
     "YOU, on psbl.example; also on level 2.",
     "then ask psbl.example"},
    {0,
     {{ZEN, STATE_LISTED, 3}, {COP, STATE_LISTED, 2}, {PSBL, STATE_LISTED, 2}, {NORD, STATE_LISTED, 2}},
     VERDICT_DIRECT,
     A,
     ACTOR_YOU,
     "This address itself: Zen CSS (zen.example), cop.example and 1 more list 203.0.113.77; nord.example, of little "
     "effect, lists 203.0.113.77; none of the three levels does.",
     "YOU, on Zen CSS and 3 more, on none of the three levels.",
     "The same for nord.example."},
    {0,
     {{ZEN, STATE_LISTED, 10}},
     VERDICT_COLLATERAL,
     N,
     ACTOR_YOU,
     "By policy, not for what this address did: Zen PBL (zen.example) lists 203.0.113.77 by policy, not for abuse; "
     "none "
     "of the three levels does.",
     "NOT YOU. Zen PBL lists it by policy, on none of the three levels.",
     "Send through your provider's relay, or, if a mail server belongs here, ask Zen PBL (zen.example)"},
    {L3,
     {{ZEN, STATE_LISTED, 10}},
     VERDICT_COLLATERAL,
     N | P,
     ACTOR_YOU,
     "By policy, not for what this address did: Zen PBL (zen.example) lists 203.0.113.77 by policy, not for "
     "abuse; " L3_SAYS ", which is noise beside it.",
     "NOT YOU. Zen PBL lists it by policy; also on level 3.",
     "ask Zen PBL (zen.example)"},
    {L2,
     {{ZEN, STATE_LISTED, 10}, {NORD, STATE_LISTED, 2}},
     VERDICT_COLLATERAL,
     A | N,
     ACTOR_YOU,
     "By policy: Zen PBL (zen.example) lists 203.0.113.77 by policy, not for abuse; " L2_SAYS
     ", which is noise beside it; nord.example, of little effect, lists 203.0.113.77.",
     "NOT YOU. Zen PBL lists it by policy, and 1 more lists it; also on level 2.",
     "ask Zen PBL (zen.example)"},
    {L1,
     {{ZEN, STATE_LISTED, 10}},
     VERDICT_DIRECT,
     A | N,
     ACTOR_YOU,
     "This address itself: " L1_SAYS "; Zen PBL (zen.example) lists 203.0.113.77 by policy, not for abuse.",
     "YOU. This address itself is listed.",
     "ask Zen PBL (zen.example)"},
    {L2,
     {{RATS, STATE_LISTED, 2}},
     VERDICT_COLLATERAL,
     N,
     ACTOR_NET_OWNER,
     "Your neighbours, not you: " L2_SAYS "; rats.example lists 203.0.113.77 by policy, not for abuse.",
     "NOT YOU. Your neighbours are listed.",
     "ask rats.example"},
    {0,
     {{ZEN, STATE_LISTED, 3}, {AT_BACKSCATTERER, STATE_LISTED, 2}},
     VERDICT_DIRECT,
     A,
     ACTOR_YOU,
     "This address itself: Zen CSS (zen.example) lists 203.0.113.77; " BACK_SAYS "; none of",
     "YOU, on Zen CSS, and as a backscatterer; on none of the three levels.",
     "Reject unknown recipients"},
    {L2,
     {{PSBL, STATE_LISTED, 2}, {AT_BACKSCATTERER, STATE_LISTED, 2}},
     VERDICT_DIRECT,
     A | N,
     ACTOR_YOU,
     "This address itself: " BACK_SAYS "; " L2_SAYS "; psbl.example lists 203.0.113.77.",
     "YOU, on psbl.example, and as a backscatterer; also on level 2.",
     "Reject unknown recipients"},
    {0,
     {{ZEN, STATE_LISTED, 10}, {AT_BACKSCATTERER, STATE_LISTED, 2}},
     VERDICT_DIRECT,
     A | N,
     ACTOR_YOU,
     "This address itself: " BACK_SAYS "; Zen PBL (zen.example) lists 203.0.113.77 by policy, not for abuse; none of",
     "YOU, as a backscatterer",
     "Reject unknown recipients"},
    {0,
     {{NORD, STATE_LISTED, 2}, {EVEN, STATE_LISTED, 2}},
     VERDICT_COLLATERAL,
     A,
     ACTOR_YOU,
     "Nothing of weight: nord.example and even.example, of little effect, list 203.0.113.77; none of the three levels "
     "does.",
     "YOU, but only on nord.example and 1 more, on none of the three levels.",
     "you can ignore them."},
    {L2,
     {{NORD, STATE_LISTED, 2}},
     VERDICT_COLLATERAL,
     A | N,
     ACTOR_YOU,
     "Your neighbours: " L2_SAYS "; nord.example, of little effect, lists 203.0.113.77.",
     "Your neighbours are listed.",
     "Complain to AS64500"},
    {0,
     {{NET, STATE_LISTED, 2}},
     VERDICT_COLLATERAL,
     N,
     ACTOR_NET_OWNER,
     "Not for what this address did: net.example lists your net; none of the three levels does.",
     "NOT YOU. net.example lists your net or provider",
     "ask net.example for removal."},
    {0,
     {{RATS, STATE_LISTED, 2}},
     VERDICT_COLLATERAL,
     N,
     ACTOR_NET_OWNER,
     "By policy, not for what this address did: rats.example lists 203.0.113.77 by policy, not for abuse; none of",
     "NOT YOU. rats.example lists it by policy",
     "Send through your provider's relay"},
    {0,
     {{GOOD, STATE_LISTED, 2}, {SHUT, STATE_LISTED, 2}},
     VERDICT_CLEAR,
     0,
     ACTOR_NOBODY,
     "Clear: on none of",
     "CLEAR.",
     "Nothing to do."},

    /* the quorum */
    {0,
     {{ZEN, STATE_TIMEOUT, 0}},
     VERDICT_UNKNOWN,
     0,
     ACTOR_UNKNOWN,
     "Cannot tell: Zen all (zen.example) gave no answer.",
     "CANNOT TELL: Zen all (zen.example) gave no answer.",
     "Try again"},
    {0,
     {{ZEN, STATE_REFUSED, 0}},
     VERDICT_UNKNOWN,
     0,
     ACTOR_UNKNOWN,
     "Cannot tell: Zen all (zen.example) refuses to answer this resolver.",
     "CANNOT TELL",
     "Use your own resolver"},
    {0,
     {{ZEN, STATE_UNHEALTHY, 0}, {COP, STATE_UNHEALTHY, 0}},
     VERDICT_UNKNOWN,
     0,
     ACTOR_UNKNOWN,
     "Cannot tell: Zen all (zen.example) and cop.example failed their self-tests.",
     "CANNOT TELL",
     "Try again later"},
    {L2,
     {{COP, STATE_ERROR, 0}},
     VERDICT_UNKNOWN,
     N,
     ACTOR_UNKNOWN,
     "Cannot tell: cop.example gave an error; but " L2_SAYS ".",
     "CANNOT TELL: cop.example gave an error; listed on",
     "Try again"},
    {L1,
     {{ZEN, STATE_TIMEOUT, 0}},
     VERDICT_DIRECT,
     A,
     ACTOR_YOU,
     "This address itself: " L1_SAYS ".",
     "YOU.",
     "level 1 ends by itself"},
    {0,
     {{ZEN, STATE_TIMEOUT, 0}, {COP, STATE_LISTED, 2}},
     VERDICT_DIRECT,
     A,
     ACTOR_YOU,
     "This address itself: cop.example lists 203.0.113.77; none of",
     "YOU, on cop.example",
     "then cop.example ends its listing by itself."},
    {0,
     {{BARS, STATE_REFUSED, 0}},
     VERDICT_CLEAR,
     0,
     ACTOR_NOBODY,
     "Clear: on none of the three levels, nor on 8 other lists; all",
     "CLEAR.",
     "Nothing"},
    {0, {{BARS, STATE_TIMEOUT, 0}}, VERDICT_CLEAR, 0, ACTOR_NOBODY, "Clear: on none of", "CLEAR.", "Nothing"},
    {0,
     {{BARS, STATE_UNHEALTHY, 0}},
     VERDICT_UNKNOWN,
     0,
     ACTOR_UNKNOWN,
     "Cannot tell: bars.example failed",
     "CANNOT TELL",
     "Try again later"},
    {0,
     {{PSBL, STATE_TIMEOUT, 0}, {NORD, STATE_INVALID, 0}},
     VERDICT_CLEAR,
     0,
     ACTOR_NOBODY,
     "Clear: on none of the three levels, nor on 7 other lists; all",
     "CLEAR.",
     "Nothing"},
};

static void
verdict_over_all_lists_follows_weight_and_scope(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mixed); i++) {
        struct evidence e;
        struct verdict v;
        struct catalogue *catalogue = make_samples(&e, "203.0.113.77");
        e.network.asn = 64500;
        static const char *const texts[] = {MADE_L1, MADE_L2, MADE_L3};
        for (unsigned level = 0; level < 3; level++)
            if (mixed[i].levels & 1U << level)
                made_listed(&e, AT_LEVEL1 + level, texts[level]);
        for (size_t t = 0; t < COUNT(mixed[i].told) && mixed[i].told[t].at; t++)
            tell(&e, &mixed[i].told[t]);
        reach(&v, &e);
        char *advice = joined_advice(&v);
        assert_has("headline", v.headline, mixed[i].headline);
        assert_has("brief", v.brief, mixed[i].brief);
        assert_has("advice", advice, mixed[i].advice);
        assert_int_equal(v.state, mixed[i].state);
        assert_int_equal(v.causes, mixed[i].causes);
        assert_int_equal(v.actor, mixed[i].actor);
        free(advice);
        verdict_fini(&v);
        evidence_fini(&e);
        catalogue_free(catalogue);
    }
}

/* Silence of a list outside the quorum is its own failure; haste of ours would hide its listing. */
static void
verdict_misses_list_that_the_run_cut_off(void **state)
{
    struct evidence e;
    struct verdict v;
    (void)state;
    made_evidence(&e, "203.0.113.77");
    made_trouble(&e, AT_BACKSCATTERER, STATE_TIMEOUT, "the deadline came first");
    reach(&v, &e);
    assert_int_equal(v.state, VERDICT_CLEAR);
    verdict_fini(&v);
    e.lists.at[AT_BACKSCATTERER].cut_off = true;
    reach(&v, &e);
    char *advice = joined_advice(&v);
    assert_int_equal(v.state, VERDICT_UNKNOWN);
    assert_has("headline", v.headline, "gave no answer (the deadline came first).");
    assert_has("advice", advice, "with --deadline, give it more time.");
    free(advice);
    verdict_fini(&v);
    made_listed(&e, AT_LEVEL1, MADE_L1);
    reach(&v, &e);
    assert_int_equal(v.state, VERDICT_DIRECT);
    verdict_fini(&v);
    evidence_fini(&e);
}

/* A list of weight 0 alone says nothing that counts, and so does an allow list. */
static void
verdict_of_lists_without_weight_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum list_state state;
        enum verdict_state verdict;
        const char *headline;
    } cases[] = {
        {"shut.example", STATE_CLEAR, VERDICT_UNKNOWN, "Cannot tell: no list gave an answer that counts."},
        {"shut.example", STATE_LISTED, VERDICT_UNKNOWN, "Cannot tell: no list gave an answer that counts."},
        {"good.example", STATE_CLEAR, VERDICT_UNKNOWN, "no blocklist was chosen, only lists of good addresses"},
        {"shut.example,nord.example", STATE_CLEAR, VERDICT_CLEAR, "Clear: not on 2 lists that passed the self-test."},
        {"ips.backscatterer.org", STATE_CLEAR, VERDICT_CLEAR, "Clear: not on 1 list that passed the self-test."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct addr address;
        struct evidence e;
        struct verdict v;
        struct fault fault;
        assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", sample_lists), NULL, NULL, &fault));
        assert_true(catalogue_choose(catalogue, cases[i].words, &fault));
        assert_true(addr_parse("203.0.113.77", &address));
        evidence_init(&e, catalogue, "203.0.113.77", NULL, &address);
        for (size_t l = 0; l < e.lists.count; l++)
            e.lists.at[l].state = e.lists.at[l].asked ? cases[i].state : STATE_UNASKED;
        reach(&v, &e);
        assert_int_equal(v.state, cases[i].verdict);
        assert_has("headline", v.headline, cases[i].headline);
        verdict_fini(&v);
        evidence_fini(&e);
        catalogue_free(catalogue);
    }
}

/* "Only the owner can end it" would hide that others list it as well. */
static void
remedy_says_only_without_other_listings(void **state)
{
    (void)state;
    static const struct {
        struct told told[2];
        unsigned level;
        const char *remedy;
    } cases[] = {
        {{{0}}, AT_LEVEL2, "Only Example Hosting can end it."},
        {{{RATS, STATE_LISTED, 2}}, AT_LEVEL2, "Example Hosting can end it."},
        {{{ZEN, STATE_LISTED, 10}}, AT_LEVEL2, "You, then Example Hosting, can end it."},
        {{{ZEN, STATE_LISTED, 3}}, AT_LEVEL2, "You, then Example Hosting, can end it."},
        {{{NET, STATE_LISTED, 2}}, 0, "Only Example Hosting can end it."},
        {{{NET, STATE_LISTED, 2}, {RATS, STATE_LISTED, 2}}, 0, "Example Hosting can end it."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        struct catalogue *catalogue = make_samples(&e, "203.0.113.77");
        e.network.asn = 64500;
        strcpy(e.network.org, "Example Hosting");
        if (cases[i].level)
            made_listed(&e, cases[i].level, MADE_L2);
        for (size_t t = 0; t < COUNT(cases[i].told) && cases[i].told[t].at; t++)
            tell(&e, &cases[i].told[t]);
        reach(&v, &e);
        assert_string_equal(v.remedy, cases[i].remedy);
        verdict_fini(&v);
        evidence_fini(&e);
        catalogue_free(catalogue);
    }
}

static void
verdict_quorum_of_the_user_needs_fewer_lists(void **state)
{
    (void)state;
    static const struct {
        unsigned quorum; /* level 1, and so many more of three */
        size_t silent;
        enum verdict_state state;
    } cases[] = {{0, 1, VERDICT_UNKNOWN}, {4, 1, VERDICT_UNKNOWN}, {3, 1, VERDICT_CLEAR}, {3, 2, VERDICT_UNKNOWN},
                 {2, 2, VERDICT_CLEAR},   {1, 3, VERDICT_CLEAR},   {9, 0, VERDICT_CLEAR}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        struct catalogue *catalogue = make_samples(&e, "203.0.113.77");
        catalogue->quorum = cases[i].quorum;
        for (size_t k = 0; k < cases[i].silent; k++) {
            made_trouble(&e, ZEN + k, STATE_TIMEOUT, NULL);
            e.lists.at[ZEN + k].proved = true;
        }
        reach(&v, &e);
        assert_int_equal(v.state, cases[i].state);
        verdict_fini(&v);
        made_trouble(&e, AT_LEVEL1, STATE_TIMEOUT, NULL); /* which every quorum needs */
        reach(&v, &e);
        assert_int_equal(v.state, VERDICT_UNKNOWN);
        verdict_fini(&v);
        evidence_fini(&e);
        catalogue_free(catalogue);
    }
}

static void
verdict_of_ipv6_comes_from_lists_that_know_it(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    struct catalogue *catalogue = make_samples(&e, "2001:db8::1");
    reach(&v, &e);
    assert_int_equal(v.state, VERDICT_CLEAR);
    assert_string_equal(v.headline, "Clear: not on 1 list that passed the self-test.");
    assert_string_equal(v.brief, "CLEAR. On none of the lists.");
    assert_int_equal(v.notes.count, 0);
    verdict_fini(&v);
    tell(&e, &(struct told){ZEN, STATE_LISTED, 3});
    reach(&v, &e);
    assert_int_equal(v.state, VERDICT_DIRECT);
    assert_string_equal(v.headline, "This address itself: Zen CSS (zen.example) lists 2001:db8::1.");
    verdict_fini(&v);
    ((struct list *)e.lists.at[ZEN].list)->granularity = 64;
    reach(&v, &e);
    assert_string_equal(v.headline, "This address itself: Zen CSS (zen.example) lists 2001:db8::/64.");
    assert_string_equal(v.brief, "YOUR NET 2001:db8::/64, on Zen CSS.");
    verdict_fini(&v);
    evidence_fini(&e);
    catalogue_free(catalogue);
}

/* Checks what the fleet says of an address: its cell of that title, and how many signs its levels take. */
static void
assert_row_says(const struct evidence *e, const char *what, size_t level_signs)
{
    struct verdict v;
    struct fleet_target target = {.text = "", .label = "", .tags = "", .address = e->address};
    struct fleet_row row = {.target = &target};
    struct table_sign signs[TABLE_SIGNS];
    reach(&v, e);
    fleet_row_set(&row, &(struct fleet_finding){.evidence = e, .verdict = &v});
    struct fleet_rows rows = {0};
    vec_push(&rows.list, row);
    for (size_t i = 0; i < fleet_table.column_count; i++) {
        const char *title = fleet_table.columns[i].look.title;
        struct buf text = {0};
        fleet_table.cell(&rows, 0, i, &text);
        if (strcmp(title, "what") == 0)
            assert_string_equal(buf_string(&text), what);
        if (strcmp(title, "1 2 3") == 0)
            assert_int_equal(fleet_table.signs(&rows, 0, i, signs), level_signs);
        buf_free(&text);
    }
    fleet_rows_fini(&rows);
    verdict_fini(&v);
}

static void
fleet_row_names_what_is_listed(void **state)
{
    (void)state;
    enum { SIGNS = 5 }; /* with blanks between */
    struct evidence e;
    struct catalogue *catalogue = make_samples(&e, "203.0.113.77");
    tell(&e, &(struct told){ZEN, STATE_LISTED, 10});
    assert_row_says(&e, "policy", SIGNS);
    tell(&e, &(struct told){NET, STATE_LISTED, 2});
    assert_row_says(&e, "your net", SIGNS);
    evidence_fini(&e);
    catalogue_free(catalogue);
    catalogue = make_samples(&e, "2001:db8::1");
    tell(&e, &(struct told){ZEN, STATE_LISTED, 3});
    assert_row_says(&e, "you", 0);
    ((struct list *)e.lists.at[ZEN].list)->granularity = 64;
    assert_row_says(&e, "2001:db8::/64", 0);
    evidence_fini(&e);
    catalogue_free(catalogue);
}

static void
notes_group_lists_by_what_they_failed_at(void **state)
{
    (void)state;
    struct evidence e;
    struct verdict v;
    struct catalogue *catalogue = make_samples(&e, "203.0.113.77");
    static const struct told told[] = {
        {ZEN, STATE_TIMEOUT, 0}, {BARS, STATE_REFUSED, 0}, {PSBL, STATE_TIMEOUT, 0}, {NORD, STATE_TIMEOUT, 0},
        {EVEN, STATE_ERROR, 0},  {GOOD, STATE_LISTED, 2},  {SHUT, STATE_LISTED, 2},
    };
    for (size_t i = 0; i < COUNT(told); i++)
        tell(&e, &told[i]);
    tell(&e, &(struct told){COP, STATE_LISTED, 2});
    reach(&v, &e);
    char *notes = joined(v.notes.at, v.notes.count), *ends = joined_ends(&v);
    assert_string_equal(notes, "Zen all (zen.example) gave no answer.\n"
                               "psbl.example and nord.example gave no answer; even.example gave an error.\n"
                               "bars.example is not for this resolver; to be served: https://bars.example/.\n"
                               "Known as good by good.example.\nListed without effect by shut.example.\n");
    assert_int_equal(v.notes_of_weight, 1);
    assert_has("ends", ends,
               "fact cop.example ends its listing within 24 hours after the last report, as it publishes.");
    free(notes);
    free(ends);
    verdict_fini(&v);
    evidence_fini(&e);
    catalogue_free(catalogue);
}

/* What receivers said in bounces takes the place of the advice to read them. */
static void
advice_names_receivers_that_rejected_because_of_the_listing(void **state)
{
    (void)state;
    static const int64_t now = INT64_C(1796029200000), day = 86400000; /* a Monday */
    static const struct {
        unsigned level;
        uint64_t count;
        int64_t days;
        const char *expected;
    } cases[] = {
        {2, 3, 2, "The listing costs mail: mx.example.org rejected mail because of level 2, 3 times since Saturday."},
        {2, 1, 2, "mx.example.org rejected mail because of level 2, once, on Saturday."},
        {2, 2, 0, "mx.example.org rejected mail because of level 2, 2 times today."},
        {2, 9, 20, "mx.example.org rejected mail because of level 2, 9 times since 2026-11-10."},
        {3, 9, 20, bounces2}, /* that listing is gone */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e;
        struct verdict v;
        made_evidence(&e, "203.0.113.77");
        made_listed(&e, AT_LEVEL2, MADE_L2);
        clock_fake(0, now);
        vec_push(&e.seen.rejections, ((struct seen_rejections){
                                         .receiver = mem_copy("mx.example.org"),
                                         .zone = mem_copy("zone"),
                                         .list = mem_copy("list"),
                                         .level = cases[i].level,
                                         .count = cases[i].count,
                                         .first_ms = now - cases[i].days * day,
                                     }));
        reach(&v, &e);
        char *advice = joined_advice(&v);
        assert_has("advice", advice, cases[i].expected);
        free(advice);
        verdict_fini(&v);
        evidence_fini(&e);
    }
    clock_real();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(advice_names_receivers_that_rejected_because_of_the_listing),
        cmocka_unit_test(verdict_follows_decision_table),
        cmocka_unit_test(verdict_silence_is_never_clear),
        cmocka_unit_test(brief_says_who_is_listed_and_who_can_end_it),
        cmocka_unit_test(brief_agrees_with_verdict),
        cmocka_unit_test(short_name_is_what_people_say),
        cmocka_unit_test(advice_names_actor),
        cmocka_unit_test(counted_answer_replaces_general_advice),
        cmocka_unit_test(pending_count_keeps_its_place),
        cmocka_unit_test(counted_answer_has_reason_in_brief),
        cmocka_unit_test(asn_has_one_name),
        cmocka_unit_test(advice_has_no_duplicate_sentence),
        cmocka_unit_test(advice_names_paid_removal_as_never_needed),
        cmocka_unit_test(reserved_address_is_unknown),
        cmocka_unit_test(offline_verdict_comes_from_zone_files),
        cmocka_unit_test(headline_joins_troubles),
        cmocka_unit_test(headline_blames_resolver_when_all_fail),
        cmocka_unit_test(advice_names_cure_for_list_that_is_held_back),
        cmocka_unit_test(headline_names_only_servers_with_the_trouble),
        cmocka_unit_test(headline_of_failing_lists_mentions_other_answers),
        cmocka_unit_test(headline_names_rewriting_resolver),
        cmocka_unit_test_setup_teardown(listing_on_another_list_counts_by_scope_and_code, temp_dir_make,
                                        temp_dir_remove),
        cmocka_unit_test_setup_teardown(verdict_over_all_lists_follows_weight_and_scope, temp_dir_make,
                                        temp_dir_remove),
        cmocka_unit_test(verdict_misses_list_that_the_run_cut_off),
        cmocka_unit_test_setup_teardown(verdict_of_lists_without_weight_is_unknown, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(remedy_says_only_without_other_listings, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(verdict_quorum_of_the_user_needs_fewer_lists, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(verdict_of_ipv6_comes_from_lists_that_know_it, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(fleet_row_names_what_is_listed, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(notes_group_lists_by_what_they_failed_at, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(headline_pending_shows_progress),
        cmocka_unit_test(headline_pending_shows_findings),
        cmocka_unit_test(verdict_holds_while_rechecking),
        cmocka_unit_test(forecast_from_old_data_has_no_day),
        cmocka_unit_test(forecast_follows_table),
        cmocka_unit_test(forecast_level1_lower_bound_from_journal),
        cmocka_unit_test(headline_permanent_net_beside_other),
        cmocka_unit_test(headline_net_without_limit_has_none),
        cmocka_unit_test(forecast_share_brings_score_under_limit),
        cmocka_unit_test(forecast_score_under_limit_needs_nothing),
        cmocka_unit_test(forecast_stay_rates_match_table),
        cmocka_unit_test(notes_name_unknown_levels),
        cmocka_unit_test(exempt_listed_address_is_direct),
        cmocka_unit_test(backscatter_headline_names_bounces),
        cmocka_unit_test(headline_names_carrier),
        cmocka_unit_test(headline_name_with_full_stop_has_one),
        cmocka_unit_test(notes_name_hidden_nets),
        cmocka_unit_test(headline_names_neighbours),
        cmocka_unit_test(company_is_said_with_level3),
        cmocka_unit_test(sentences_for_anyone_speak_to_nobody),
        cmocka_unit_test(parties_have_words_for_anyone),
        cmocka_unit_test(headline_of_the_journal_is_said_to_anyone),
        cmocka_unit_test(notes_name_cut_answers),
        cmocka_unit_test(notes_with_zone_file_hide_nothing),
        cmocka_unit_test(notes_name_zone_file_difference),
        cmocka_unit_test(notes_name_missing_texts),
        cmocka_unit_test(notes_name_stale_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
