/* The case view as a postmaster meets it: the real app and engine on prepared answers. */

#include "../unit/builtin_lists.h"
#include "../unit/temp_dir.h"
#include "base/clock.h"
#include "check/sweep_store.h"
#include "console/views/routes.h"
#include "console/views/typed_target.h"
#include "fake_resolver.h"
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    struct buf summary;
};

/* ---- scripts ---- */

#define NAMED                                                                                                          \
    "77.113.0.203.in-addr.arpa PTR data mail.quayside-shop.example\n"                                                  \
    "mail.quayside-shop.example A data 203.0.113.77\n"
#define ANNOUNCED                                                                                                      \
    "77.113.0.203.origin.asn.cymru.com TXT data \"64497 | 203.0.112.0/22 | DE | ripencc | 2019-04-01\"\n"              \
    "AS64497.asn.cymru.com TXT data \"64497 | DE | ripencc | 2019-04-01 | HARBOR Harbor Net, DE\"\n"
#define QUAYSIDE NAMED ANNOUNCED

#define LEVEL1                                                                                                         \
    "77.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-1.uceprotect.net TXT data \"IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See "                \
    "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77\"\n"
#define LEVEL2                                                                                                         \
    "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-2.uceprotect.net TXT data \"Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 "        \
    "impacts are seen from HARBOR Harbor Net, DE/AS64497 there. See: "                                                 \
    "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77\"\n"
#define LEVEL3                                                                                                         \
    "77.113.0.203.dnsbl-3.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-3.uceprotect.net TXT data \"Your ISP HARBOR Harbor Net, DE/AS64497 is UCEPROTECT-Level3 "      \
    "listed because of a spamscore of 79.7. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77\"\n"
#define EXEMPT                                                                                                         \
    "77.113.0.203.ips.whitelisted.org A data 127.0.0.2\n"                                                              \
    "77.113.0.203.ips.whitelisted.org TXT data \"IP 203.0.113.77 is WHITELISTED at ips.whitelisted.org. See "          \
    "http://www.whitelisted.org\"\n"
#define BACKSCATTER                                                                                                    \
    "77.113.0.203.ips.backscatterer.org A data 127.0.0.2\n"                                                            \
    "77.113.0.203.ips.backscatterer.org TXT data \"Sorry 203.0.113.77 is blacklisted at "                              \
    "http://www.backscatterer.org/?ip=203.0.113.77\"\n"
#define PERMANENT                                                                                                      \
    "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-2.uceprotect.net TXT data \"Net 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT listed -> "      \
    "See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77\"\n"

#define OLD                                                                                                            \
    "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-2.uceprotect.net TXT data \"Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 7 "         \
    "abusers  are hosted by HARBOR Harbor Net, DE/AS64497 there. See: http://www.uceprotect.net/\"\n"
#define UNHEARD_OF                                                                                                     \
    "77.113.0.203.dnsbl-3.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-3.uceprotect.net TXT data \"Your provider was found to be less than careful, and the words "   \
    "for it have changed. See http://www.uceprotect.net/\"\n"
#define HOSTILE                                                                                                        \
    "77.113.0.203.in-addr.arpa PTR data \"evil\\x1b]0;owned\\x07\\xe2\\x80\\xaetxet.example\"\n"                       \
    "77.113.0.203.origin.asn.cymru.com TXT data \"64500 | 203.0.112.0/22 | DE | ripencc | 2019-04-01\"\n"              \
    "AS64500.asn.cymru.com TXT data \"64500 | DE | ripencc | 2019-04-01 | \\x9b31mEVIL, DE\"\n"                        \
    "77.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-1.uceprotect.net TXT data \"\\x1b[2Jclear\\x0d\\x0aall: \\xff\\x00 "                           \
    "\\xe4\\xb8\\xad\\xe6\\x96\\x87\"\n"

/* A cloud's customer in six nets, one in the other. */
#define NIMBUS(kind, net, impacts)                                                                                     \
    "\"" kind " " net " is UCEPROTECT-Level2 listed because " impacts " impacts are seen from NIMBUS Nimbus Cloud "    \
    "Hosting, DE/AS64496 there. See: http://www.uceprotect.net/rblcheck.php?ipr=198.18.77.23\" "
#define NESTED                                                                                                         \
    "23.77.18.198.in-addr.arpa PTR data smtp.riverside-books.example\n"                                                \
    "smtp.riverside-books.example A data 198.18.77.23\n"                                                               \
    "23.77.18.198.origin.asn.cymru.com TXT data \"64496 | 198.18.64.0/18 | DE | ripencc | 2014-02-02\"\n"              \
    "AS64496.asn.cymru.com TXT data \"64496 | DE | ripencc | 2014-02-02 | NIMBUS Nimbus Cloud Hosting, DE\"\n"         \
    "23.77.18.198.dnsbl-2.uceprotect.net A data 127.0.0.2\n"                                                           \
    "23.77.18.198.dnsbl-2.uceprotect.net TXT data " NIMBUS("NET", "198.18.77.0/24", "71")                              \
        NIMBUS("Net", "198.18.64.0/18", "1173") NIMBUS("Net", "198.18.64.0/20", "150")                                 \
            NIMBUS("Net", "198.18.72.0/21", "128") NIMBUS("Net", "198.18.76.0/22", "97")                               \
                NIMBUS("Net", "198.18.76.0/23", "88") "\n"

/* Each has a golden file of its name. */
static const struct {
    const char *name, *target, *script;
} stories[] = {
    {"clear", "203.0.113.77", QUAYSIDE},
    {"level-1", "203.0.113.77", QUAYSIDE LEVEL1},
    {"six-nets", "198.18.77.23", NESTED},
    {"level-3", "203.0.113.77", QUAYSIDE LEVEL3},
    {"all-levels", "203.0.113.77", QUAYSIDE LEVEL1 LEVEL2 LEVEL3 BACKSCATTER},
    {"exempt", "203.0.113.77", QUAYSIDE EXEMPT},
    {"by-hand", "203.0.113.77", QUAYSIDE PERMANENT},
    {"backscatter", "203.0.113.77", QUAYSIDE BACKSCATTER},
    {"refused", "203.0.113.77", "* * refused"},
    {"silence", "203.0.113.77", "* * timeout"},
    {"knows-nothing", "203.0.113.77", "2.0.0.127.* A nxdomain"},
    {"public-resolver", "203.0.113.77", QUAYSIDE "*.uceprotect.net A data 127.255.255.254"},
    {"rewriting-resolver", "203.0.113.77",
     QUAYSIDE "probe-* A data 198.51.100.80\n77.113.0.203.*.org A data 198.51.100.80\n"
              "77.113.0.203.dnsbl-*.net A data 198.51.100.80"},
    {"lists-everything", "203.0.113.77", QUAYSIDE "*.dnsbl-1.uceprotect.net A data 127.0.0.2"},
    {"level-3-silent", "203.0.113.77", QUAYSIDE LEVEL2 "*.dnsbl-3.uceprotect.net * timeout"},
    {"level-1-silent", "203.0.113.77", QUAYSIDE LEVEL2 "*.dnsbl-1.uceprotect.net * timeout"},
    {"odd-texts", "203.0.113.77", QUAYSIDE OLD LEVEL1 "77.113.0.203.dnsbl-1.uceprotect.net TXT timeout\n" UNHEARD_OF},
    {"hostile", "203.0.113.77", HOSTILE},
    {"stale", "203.0.113.77",
     ANNOUNCED "77.113.0.203.dnsbl-* A nxdomain serial 2026070511\n*.0.0.127.dnsbl-* A nxdomain serial 2026070511\n"
               "probe-*.dnsbl-* A nxdomain serial 2026070511\n2.0.0.127.* A data 127.0.0.2"},
    {"ipv6", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", ""},
};

enum { STORIES = sizeof stories / sizeof stories[0] };

/* ---- the desk ---- */

static const struct catalogue *lists; /* NULL: the built-in ones */

static bool
open_target(void *arg, const char *text, struct fault *fault)
{
    struct desk *desk = arg;
    return typed_target_open(&desk->nav, text, fault);
}

/* Nothing is answered before the first turn. */
static void
open_desk(struct desk *desk, const char *script, const char *target, int rows, int cols, bool ascii)
{
    struct fault fault;
    *desk = (struct desk){0};
    scene_open(&desk->scene, rows, cols, ascii);
    desk->engine.loop = desk->scene.loop;
    desk->engine.resolver = fake_resolver_new(desk->scene.loop);
    desk->engine.health = health_new(desk->engine.loop, desk->engine.resolver, lists ? lists : catalogue_builtin());
    desk->engine.ask_examples = true;
    desk->nav =
        (struct nav){.app = desk->scene.app, .engine = &desk->engine, .routes = routes, .summary = &desk->summary};
    dataset_init(&desk->engine.dataset, desk->scene.loop, catalogue_builtin());
    if (lists)
        desk->engine.dataset.catalogue = lists;
    fake_resolver_say(desk->engine.resolver, script);
    actions_on_target(desk->scene.actions, "address", NULL, open_target, desk);
    assert_true(open_target(desk, target, &fault));
}

/* The engine outlives the views, and the loop the engine. */
static void
leave_desk(struct desk *desk)
{
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    health_free(desk->engine.health);
    resolver_free(desk->engine.resolver);
    dataset_fini(&desk->engine.dataset);
    sweep_store_free_all(&desk->engine);
    dns_facts_fini(&desk->engine.dns_facts);
    desk->nav = (struct nav){0};
    asndb_close(desk->engine.dataset.asndb);
    desk->engine = (struct engine){0};
}

static void
close_desk(struct desk *desk, const char *name)
{
    leave_desk(desk);
    scene_close(&desk->scene, name);
    buf_free(&desk->summary);
}

/* Lets time pass until every answer is in, and shown. */
static void
answer_all(struct desk *desk)
{
    for (int turns = 0; fake_resolver_waiting(desk->engine.resolver) > 0 && turns < 1000; turns++)
        scene_wait(&desk->scene, FAKE_RESOLVER_RTT_MS);
    assert_int_equal(fake_resolver_waiting(desk->engine.resolver), 0);
    scene_wait(&desk->scene, APP_FRAME_MS);
}

/* ---- how it looks ---- */

/* The frame without the bars, which change with the selected row. */
static char *
body_of(struct desk *desk)
{
    const char *text = scene_text(&desk->scene), *first = strchr(text, '\n');
    const char *last = memrchr(text, '\n', strlen(text) - 1);
    return mem_copy_bytes(first, last > first ? (size_t)(last - first) : 0);
}

/* Every page, from the top. */
static void
show_pages(struct desk *desk, const char *heading)
{
    scene_keys(&desk->scene, "g");
    scene_show(&desk->scene, heading);
    for (;;) {
        char *before = body_of(desk);
        scene_keys(&desk->scene, "<PgDn>");
        char *after = body_of(desk);
        bool over = strcmp(before, after) == 0;
        free(before);
        free(after);
        if (over)
            return;
        scene_show(&desk->scene, "further down");
    }
}

static void
story_each_on_each_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < STORIES; i++) {
        struct desk desk;
        char name[64];
        open_desk(&desk, stories[i].script, stories[i].target, 24, 80, false);
        answer_all(&desk);
        show_pages(&desk, stories[i].name);
        scene_resize(&desk.scene, 40, 120);
        show_pages(&desk, stories[i].name);
        scene_resize(&desk.scene, 10, 40);
        show_pages(&desk, stories[i].name);
        snprintf(name, sizeof name, "case-%s", stories[i].name);
        close_desk(&desk, name);
    }
}

/* Nothing but ASCII, and what each cell means: what a terminal without colours has left. */
static void
ascii_and_roles(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL1 LEVEL2 LEVEL3 BACKSCATTER, "203.0.113.77", 24, 80, true);
    fake_resolver_hold(desk.engine.resolver);
    scene_wait(&desk.scene, 0);
    scene_show_roles(&desk.scene, "first frame");
    fake_resolver_deliver_all(desk.engine.resolver);
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show_roles(&desk.scene, "all answered");
    scene_keys(&desk.scene, "G");
    scene_show_roles(&desk.scene, "the end");
    close_desk(&desk, "case-ascii");
}

static void
ascii_screen_has_ascii_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < STORIES; i++) {
        struct desk desk;
        open_desk(&desk, stories[i].script, stories[i].target, 80, 80, true);
        answer_all(&desk);
        for (int page = 0; page < 2; page++) {
            for (const char *at = scene_text(&desk.scene); *at; at++)
                if (((unsigned char)*at < 0x20 && *at != '\n') || (unsigned char)*at >= 0x7F)
                    fail_msg("%s: the byte %02x is on the screen", stories[i].name, (unsigned char)*at);
            scene_keys(&desk.scene, "d");
        }
        close_desk(&desk, NULL);
    }
}

static void
any_size_draws(void **state)
{
    (void)state;
    for (size_t i = 0; i < STORIES; i++) {
        struct desk desk;
        open_desk(&desk, stories[i].script, stories[i].target, 24, 80, false);
        scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
        for (int rows = 0; rows <= 12; rows += 3)
            for (int cols = 0; cols <= 80; cols += cols < 12 ? 1 : 17) {
                scene_resize(&desk.scene, rows, cols);
                scene_keys(&desk.scene, "jGk<PgUp>g");
            }
        answer_all(&desk);
        scene_resize(&desk.scene, 24, 80);
        scene_keys(&desk.scene, "g");
        assert_shows(&desk.scene, stories[i].target);
        close_desk(&desk, NULL);
    }
}

/* ---- how it comes in ---- */

static void
answers_as_they_come(struct desk *desk)
{
    struct resolver *r = desk->engine.resolver;
    scene_show(&desk->scene, "before any answer");
    fake_resolver_deliver(r, "*.arpa", NULL, 1);
    fake_resolver_deliver(r, "*.origin.*", NULL, 1);
    scene_wait(&desk->scene, APP_FRAME_MS);
    scene_show(&desk->scene, "name and origin");
    fake_resolver_deliver(r, "*.dnsbl-1.*", "A", 4);
    scene_wait(&desk->scene, APP_FRAME_MS);
    scene_show(&desk->scene, "level 1 lists it, its text is asked");
    fake_resolver_deliver(r, "*.dnsbl-1.*", "TXT", 1);
    fake_resolver_deliver(r, "*.dnsbl-3.*", "A", 4);
    fake_resolver_deliver(r, "*.dnsbl-3.*", "TXT", 1);
    fake_resolver_deliver(r, "77.*.dnsbl-2.*", "A", 1);
    scene_wait(&desk->scene, APP_FRAME_MS);
    scene_show(&desk->scene, "levels 1 and 3; level 2 has answered, but not proved itself");
    fake_resolver_deliver_all(r);
    scene_wait(&desk->scene, APP_FRAME_MS);
    scene_show(&desk->scene, "all answered");
    scene_keys(&desk->scene, "r");
    scene_show(&desk->scene, "asked again: what was known stays");
    fake_resolver_deliver_all(r);
    scene_wait(&desk->scene, 61 * 1000);
    scene_show(&desk->scene, "a minute later");
}

static void
arrival_80x24(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL1 LEVEL2 LEVEL3, "203.0.113.77", 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    scene_wait(&desk.scene, 0);
    answers_as_they_come(&desk);
    close_desk(&desk, "case-arrival-80x24");
}

static void
arrival_40x10(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL1 LEVEL2 LEVEL3, "203.0.113.77", 10, 40, false);
    fake_resolver_hold(desk.engine.resolver);
    scene_wait(&desk.scene, 0);
    answers_as_they_come(&desk);
    close_desk(&desk, "case-arrival-40x10");
}

/* Rows of the page, as many as there are. */
static size_t
rows_of(struct desk *desk)
{
    size_t rows = 0;
    for (const char *at = scene_text(&desk->scene); *at; at++)
        rows += *at == '\n';
    return rows;
}

/* What is read is not to jump away because it is asked again or time goes by. */
static void
page_does_not_jump(void **state)
{
    (void)state;
    static const int widths[] = {120, 80, 40};
    for (size_t i = 0; i < STORIES; i++)
        for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
            struct desk desk;
            open_desk(&desk, stories[i].script, stories[i].target, 100, widths[w], false);
            answer_all(&desk);
            size_t rows = rows_of(&desk);
            fake_resolver_hold(desk.engine.resolver);
            scene_keys(&desk.scene, "r");
            assert_int_equal(rows_of(&desk), rows);
            while (fake_resolver_deliver(desk.engine.resolver, NULL, NULL, 1)) {
                scene_wait(&desk.scene, APP_FRAME_MS);
                if (rows_of(&desk) != rows)
                    fail_msg("%s, %d columns:\n%s", stories[i].name, widths[w], scene_text(&desk.scene));
            }
            for (int minutes = 0; minutes < 40; minutes++) {
                scene_wait(&desk.scene, 60 * 1000);
                fake_resolver_deliver_all(desk.engine.resolver);
                if (rows_of(&desk) != rows)
                    fail_msg("%s, %d columns, %d minutes later:\n%s", stories[i].name, widths[w], minutes + 1,
                             scene_text(&desk.scene));
            }
            close_desk(&desk, NULL);
        }
}

static void
screen_idle_sleeps_between_minutes(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_wait(&desk.scene, APP_FRAME_MS);
    int frames = scene_frames(&desk.scene);
    for (int seconds = 0; seconds < 50; seconds++)
        scene_wait(&desk.scene, 1000);
    assert_int_equal(scene_frames(&desk.scene), frames);
    scene_wait(&desk.scene, 10 * 1000);
    assert_true(scene_frames(&desk.scene) > frames);
    scene_keys(&desk.scene, "d");
    assert_shows(&desk.scene, "1 min old");
    close_desk(&desk, NULL);
}

static void
unasked_target_wakes_nothing(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, "", "2001:db8::1", 24, 80, false);
    answer_all(&desk);
    assert_false(loop_turn(desk.scene.loop, INT64_MIN));
    assert_shows(&desk.scene, "NOT LISTABLE. These lists are IPv4 only.");
    close_desk(&desk, NULL);
}

static void
ttl_end_asks_again(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    assert_shows(&desk.scene, "CLEAR. On none of the three levels.");
    fake_resolver_say(desk.engine.resolver, LEVEL1);
    scene_wait(&desk.scene, FAKE_RESOLVER_NEGATIVE_TTL * 1000);
    answer_all(&desk);
    assert_shows(&desk.scene, "YOU. This address itself is listed.");
    fake_resolver_say(desk.engine.resolver, "*.dnsbl-1.uceprotect.net * timeout");
    scene_wait(&desk.scene, FAKE_RESOLVER_TTL * 1000);
    answer_all(&desk);
    assert_shows(&desk.scene, "CANNOT TELL: level 1 gave no answer");
    close_desk(&desk, NULL);
}

/* Deep stacks of views must not keep asking; the view that shows again catches up. */
static void
covered_view_does_not_ask(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "dd");
    fake_resolver_asked(desk.engine.resolver);
    fake_resolver_say(desk.engine.resolver, LEVEL1);
    scene_wait(&desk.scene, FAKE_RESOLVER_NEGATIVE_TTL * 1000);
    scene_wait(&desk.scene, FAKE_RESOLVER_NEGATIVE_TTL * 1000);
    assert_string_equal(fake_resolver_asked(desk.engine.resolver), "");
    scene_keys(&desk.scene, "<Backspace><Backspace>");
    scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
    answer_all(&desk);
    assert_shows(&desk.scene, "YOU. This address itself is listed.");
    close_desk(&desk, NULL);
}

/* ---- what is behind it ---- */

static void
detail_key_closes_raw_answers(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL2, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "dd");
    assert_place(&desk.scene, "raw answers");
    scene_keys(&desk.scene, "d");
    assert_place(&desk.scene, "203.0.113.77 in detail");
    close_desk(&desk, NULL);
}

static void
raw_answers(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL2 "probe-*.dnsbl-3.* A data 127.0.0.2\n", "203.0.113.77", 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    scene_wait(&desk.scene, 0);
    scene_keys(&desk.scene, "dd");
    show_pages(&desk, "all questions, before any answer");
    scene_keys(&desk.scene, "<Backspace>");
    fake_resolver_deliver_all(desk.engine.resolver);
    scene_keys(&desk.scene, "d");
    show_pages(&desk, "all questions");
    scene_keys(&desk.scene, "<Backspace>g<Enter>");
    scene_show(&desk.scene, "behind the name");
    scene_keys(&desk.scene, "<Backspace>j<Enter>");
    scene_show(&desk.scene, "behind the network");
    scene_keys(&desk.scene, "<Backspace>gjjjjjj<Enter>");
    scene_show(&desk.scene, "behind a list that failed its own test");
    scene_resize(&desk.scene, 10, 40);
    show_pages(&desk, "the same, small");
    close_desk(&desk, "case-raw");
}

static void
help_and_prompt(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL1, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "?");
    scene_show(&desk.scene, "help");
    scene_keys(&desk.scene, "<Esc>i300.1.2.3<Enter>");
    scene_show(&desk.scene, "a target that is none");
    scene_resize(&desk.scene, 10, 40);
    scene_show(&desk.scene, "the same, small");
    desk.engine.ask_examples = false;
    scene_keys(&desk.scene, "<^U>10.1.2.3<Enter>");
    scene_show(&desk.scene, "a private address");
    scene_resize(&desk.scene, 24, 80);
    scene_show(&desk.scene, "the same, large");
    close_desk(&desk, "case-prompt");
}

static void
new_target_opens_above_old(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE NESTED, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "jjj");
    char *before = mem_copy(scene_text(&desk.scene));
    scene_keys(&desk.scene, "i[198.18.77.23]<Enter>");
    answer_all(&desk);
    assert_place(&desk.scene, "198.18.77.23");
    assert_shows(&desk.scene, "198.18.64.0/18 +5");
    scene_keys(&desk.scene, "<Backspace>");
    assert_string_equal(scene_text(&desk.scene), before);
    free(before);
    close_desk(&desk, NULL);
}

static void
view_closed_early_stops_asking(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE, "203.0.113.77", 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    scene_keys(&desk.scene, "i198.18.77.23<Enter>");
    size_t both = fake_resolver_waiting(desk.engine.resolver);
    scene_keys(&desk.scene, "<Backspace>");
    assert_true(fake_resolver_waiting(desk.engine.resolver) < both);
    fake_resolver_deliver_all(desk.engine.resolver);
    scene_wait(&desk.scene, APP_FRAME_MS);
    assert_shows(&desk.scene, "CLEAR. On none of the three levels.");
    close_desk(&desk, NULL);
}

static void
row_is_copied(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL2, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "y");
    assert_string_equal(scene_copied(&desk.scene), "2 net 203.0.112.0/22 23 impacts, limit 9 2.6x");
    scene_keys(&desk.scene, "dy");
    assert_string_equal(scene_copied(&desk.scene), "203.0.113.77 mail.quayside-shop.example (forward-confirmed)");
    scene_keys(&desk.scene, "jy");
    assert_string_equal(scene_copied(&desk.scene),
                        "AS64497 HARBOR Harbor Net, announced as 203.0.112.0/22 (Team Cymru)");
    close_desk(&desk, NULL);
}

/* What takes several rows is copied whole from each of them, and words that were cut are whole again. */
static void
item_is_copied_whole(void **state)
{
#define LONG_NAME "mail-203-0-113-77.outgoing.customers.of.quayside-shop.example"
    (void)state;
    struct desk desk;
    open_desk(&desk, "77.113.0.203.in-addr.arpa PTR data " LONG_NAME "\n" LEVEL2, "203.0.113.77", 40, 40, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "d");
    struct buf seen = {0};
    char last[200] = "";
    for (int row = 0; row < 19; row++) {
        scene_keys(&desk.scene, row > 0 ? "jy" : "y");
        if (strcmp(scene_copied(&desk.scene), last) != 0)
            buf_format(&seen, "%s\n", scene_copied(&desk.scene));
        snprintf(last, sizeof last, "%s", scene_copied(&desk.scene));
    }
    assert_string_equal(buf_string(&seen),
                        "203.0.113.77\n" LONG_NAME " (NOT forward-confirmed: the name does not lead back here)\n"
                        "provider not known: not announced according to Team Cymru\n"
                        "Level 1 clear next in 1 min\n"
                        "Level 2 listed next in 34 min\n"
                        "203.0.112.0/22 23 (limit 9)\n"
                        "Level 3 clear next in 1 min\n"
                        "Exemption none next in 1 min\n"
                        "Backscatterer clear next in 1 min\n");
    buf_free(&seen);
    close_desk(&desk, NULL);
}

static void
raw_answers_update(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL1, "203.0.113.77", 60, 100, false);
    fake_resolver_hold(desk.engine.resolver);
    scene_keys(&desk.scene, "dd");
    assert_shows(&desk.scene, "77.113.0.203.dnsbl-1.uceprotect.net A\n"
                              "answer   asking ...\n");
    assert_hides(&desk.scene, "77.113.0.203.dnsbl-1.uceprotect.net TXT");
    fake_resolver_deliver_all(desk.engine.resolver);
    scene_wait(&desk.scene, APP_FRAME_MS);
    assert_hides(&desk.scene, "asking ...");
    assert_shows(&desk.scene, "77.113.0.203.dnsbl-1.uceprotect.net TXT");
    assert_shows(&desk.scene, "answer   answered, rcode 0, TTL 2100 s");
    close_desk(&desk, NULL);
}

static void
database_is_named_with_age(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    struct asndb *db = asndb_open(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &fault);
    assert_non_null(db);
    open_desk(&desk, NAMED, "192.0.2.1", 40, 120, false);
    desk.engine.dataset.asndb = db;
    answer_all(&desk);
    scene_keys(&desk.scene, "i203.0.113.77<Enter>");
    answer_all(&desk);
    scene_keys(&desk.scene, "d");
    assert_shows(&desk.scene, "record 203.0.113.0/24 (ASN database of 2026-06-01)");
    assert_hides(&desk.scene, "days old");
    scene_wait(&desk.scene, INT64_C(30) * 24 * 3600 * 1000);
    answer_all(&desk);
    assert_shows(&desk.scene, "The ASN database is 65 days old: names and ranges may have changed.");
    close_desk(&desk, NULL);
}

/* ---- what stays behind ---- */

static void
quit_leaves_summary(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL3, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    leave_desk(&desk);
    assert_string_equal(
        buf_string(&desk.summary),
        "203.0.113.77 (2026-07-06T18:13:00Z): Your provider, not you: level 3 lists AS64497 HARBOR Harbor Net "
        "(spamscore "
        "79.7, limit 50).\n"
        "  Estimate: Level 3 ends when AS64497 HARBOR Harbor Net has lost 38 % of its impacts (then its score is under "
        "50) or has fewer than 50 in 7 days.\n");
    close_desk(&desk, NULL);
}

/* Absolute times and serials; nothing that is true only now, or only of the reader. */
static void
report_is_for_readers_elsewhere(void **state)
{
    (void)state;
    struct desk desk;
    char *report;
    size_t count;
    const char *path = temp_dir_put("report", "");
    assert_int_equal(unlink(path), 0);
    open_desk(&desk, QUAYSIDE LEVEL2, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "w<^U>");
    scene_keys(&desk.scene, path);
    scene_keys(&desk.scene, "<Enter>");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    report = mem_zero(64 * 1024);
    count = fread(report, 1, 64 * 1024 - 1, file);
    fclose(file);
    assert_in_range(count, 1, 64 * 1024 - 1);
    assert_non_null(strstr(report, "Your neighbours, not you: level 2 lists 203.0.112.0/22 (23 impacts"));
    assert_non_null(
        strstr(report, "\ndnsbl-1.uceprotect.net: clear, answered 2026-07-06 18:13:00 UTC, serial 2026070620\n"));
    assert_null(strstr(report, "next in"));
    assert_null(strstr(report, " you\n"));
    free(report);
    close_desk(&desk, NULL);
}

static void
quit_before_answers_claims_nothing(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE, "203.0.113.77", 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    scene_wait(&desk.scene, 0);
    leave_desk(&desk);
    assert_string_equal(buf_string(&desk.summary),
                        "203.0.113.77 (2026-07-06T18:13:00Z): Asking levels 1, 2 and 3 ...\n");
    close_desk(&desk, NULL);
}

/* What the lists call the provider otherwise is told once, and far from the verdict. */
static void
provider_with_two_names_is_one(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk,
              QUAYSIDE LEVEL2 LEVEL3
              "AS64497.asn.cymru.com TXT data \"64497 | DE | ripencc | 2019-04-01 | Quay BV, DE\"\n",
              "203.0.113.77", 60, 80, false);
    answer_all(&desk);
    assert_shows(&desk.scene, "Only Quay can end it.");
    scene_keys(&desk.scene, "d");
    assert_shows(&desk.scene, "Complain to AS64497 Quay BV, who can end level 2");
    assert_shows(&desk.scene, "level 3 lists AS64497 Quay BV (spamscore 79.7,\nlimit 50).");
    assert_shows(&desk.scene, "\xE2\x80\xA2 The lists call AS64497 \"HARBOR Harbor Net\".\n");
    close_desk(&desk, NULL);
}

/* ---- on a small screen ---- */

static void
small_screen_verdict_leaves_room_for_levels(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, QUAYSIDE LEVEL1 LEVEL2 LEVEL3, "203.0.113.77", 10, 40, false);
    answer_all(&desk);
    assert_shows(&desk.scene, "YOU, your net and your provider.\n");
    assert_shows(&desk.scene, " 1 you listed\n");
    assert_shows(&desk.scene, " 2 net 203.0.112.0/22    23/9      2.6x\n");
    assert_shows(&desk.scene, " 3 AS  AS64497           79.7/50   1.6x\n");
    close_desk(&desk, NULL);
}

/* ---- around it ---- */

/* From here on cases have a way into ranges. Without zone files and an ASN database. */
static void
give_way(struct desk *desk)
{
    navigator_start(&desk->nav);
}

static void
ask(struct desk *desk, const char *target)
{
    struct fault fault;
    assert_true(open_target(desk, target, &fault));
    answer_all(desk);
}

static void
go(struct desk *desk, const char *place)
{
    struct fault fault;
    assert_true(typed_target_open(&desk->nav, place, &fault));
    scene_wait(&desk->scene, 0);
}

/* Under the headline, and not again below. */
static void
note_is_shown_once(void **state)
{
    (void)state;
    static const int cols[] = {80, 120, 200};
    for (size_t i = 0; i < sizeof cols / sizeof cols[0]; i++) {
        struct desk desk;
        open_desk(&desk, NESTED, "198.18.77.23", 60, cols[i], false);
        give_way(&desk);
        ask(&desk, "198.18.77.23");
        const char *note = strstr(scene_text(&desk.scene), "Wider nets (/16");
        assert_non_null(note);
        assert_null(strstr(note + 1, "Wider nets (/16"));
        close_desk(&desk, NULL);
    }
}

static void
range_without_files_shows_dns_nets(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, NESTED, "198.18.77.23", 24, 80, false);
    give_way(&desk);
    ask(&desk, "198.18.77.23");
    scene_keys(&desk.scene, "u");
    scene_show(&desk.scene, "the /24 around an address, without zone files");
    scene_wait(&desk.scene, 5 * 60 * 1000);
    scene_keys(&desk.scene, "u");
    scene_show(&desk.scene, "the next wider net, five minutes later");
    scene_keys(&desk.scene, "uuu");
    assert_shows(&desk.scene, "level 2  150 impacts, limit 21 (7.1x), by DNS");
    go(&desk, "198.18.99.0/24");
    assert_shows(&desk.scene, "level 2  in 198.18.64.0/18: 1,173 impacts");
    go(&desk, "203.0.113.0/24");
    assert_shows(&desk.scene, "level 2  not known");
    assert_hides(&desk.scene, "nets");
    go(&desk, "192.168.7.0/24");
    assert_shows(&desk.scene, "192.168.7.0/24 is not routable (private network, RFC 1918): no DNSBL can list\nits");
    assert_hides(&desk.scene, "unknown which");
    assert_hides(&desk.scene, "zone files");
    close_desk(&desk, "case-range");
}

/* The newest that the DNS told counts. */
static void
range_drops_ended_nets(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, NESTED, "198.18.77.23", 24, 80, false);
    give_way(&desk);
    ask(&desk, "198.18.77.23");
    scene_keys(&desk.scene, "u");
    assert_shows(&desk.scene, "published nets 6");
    scene_keys(&desk.scene, "<Backspace>");
    fake_resolver_say(desk.engine.resolver,
                      "23.77.18.198.dnsbl-2.uceprotect.net TXT data " NIMBUS("NET", "198.18.77.0/24", "12") "\n");
    scene_keys(&desk.scene, "r");
    answer_all(&desk);
    scene_keys(&desk.scene, "u");
    assert_shows(&desk.scene, "level 2  12 impacts, limit 4 (3.0x), by DNS");
    fake_resolver_say(desk.engine.resolver, "23.77.18.198.dnsbl-2.uceprotect.net * nxdomain\n");
    scene_keys(&desk.scene, "<Backspace>r");
    answer_all(&desk);
    scene_keys(&desk.scene, "u");
    assert_hides(&desk.scene, "published");
    close_desk(&desk, NULL);
}

/* ---- lists from a file ---- */

#define MANY_LISTS                                                                                                     \
    "[zen.example]\noperator = Zen\ntitle = Zen All\nweight = 5\nfamilies = 4 6\ndelist = "                            \
    "https://zen.example/remove\n"                                                                                     \
    "code = 127.0.0.2 listed SBL: a known source\ncode = 127.0.0.3 listed CSS: sends mail of low reputation\n"         \
    "code = 127.0.0.10 policy PBL: a range that must not send mail directly\ndata = zen\n"                             \
    "[part.example]\noperator = Zen\nweight = 5\ndata = zen\n"                                                         \
    "[cuda.example]\noperator = Cuda\nweight = 4\naccess = registered\naccess-page = https://cuda.example/join\n"      \
    "[cop.example]\noperator = Cop\ntitle = Cop\nweight = 3\nends = within 24 hours after the last report\n"           \
    "delist = https://cop.example/\n[six.example]\nfamilies = 6\ngranularity = 64\n"                                   \
    "[wild.example]\nweight = 1\n[shy.example]\nweight = 2\n[calm.example]\nweight = 1\n[calmer.example]\nweight = "   \
    "1\n"                                                                                                              \
    "[good.example]\nscope = allow\ncode = 127.0.5.1 allow a known mail server\n"                                      \
    "[names.example]\nscope = domain\nweight = 5\n[keyed.example]\naccess = key\nweight = 3\n"                         \
    "[tiny.example]\nstatus = by-name\nweight = 0\n"                                                                   \
    "[*.dead.example]\nstatus = dead\nsince = 2024-06\nremark = listed everything\n"

#define MANY_ANSWERS                                                                                                   \
    "2.0.0.127.*.example A data 127.0.0.2\n"                                                                           \
    "77.113.0.203.zen.example A data 127.0.0.3 127.0.0.10 127.0.0.77\n"                                                \
    "77.113.0.203.zen.example TXT data \"https://zen.example/query/203.0.113.77\"\n"                                   \
    "77.113.0.203.cop.example A data 127.0.0.2\n*.cuda.example * refused\n*.wild.example A data 127.0.0.2\n"           \
    "*.shy.example A data 127.255.255.254\n77.113.0.203.good.example A data 127.0.5.1\n"

/* Hides the built-in lists that are not asked, which have facts, so that screens do not change with data/lists.conf.
 * Returns the number of all. */
static size_t
hide_builtin(struct catalogue *catalogue)
{
    size_t all = catalogue->lists.count, shown = 0;
    for (size_t i = 0; i < all; i++) {
        struct list *list = catalogue->lists.at[i], *other = catalogue->lists.at[shown];
        if (!list->part && *list->facts)
            continue;
        catalogue->lists.at[i] = other;
        other->index = i;
        catalogue->lists.at[shown] = list;
        list->index = shown++;
    }
    catalogue->lists.count = shown;
    return all;
}

static size_t all_lists;

/* Opens an address with the lists of the text besides those of UCEPROTECT. */
static struct catalogue *
open_lists(struct desk *desk, const char *text, const char *script, const char *target, int rows, int cols, bool ascii)
{
    struct catalogue *catalogue = catalogue_new();
    struct fault fault;
    assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", text), NULL, NULL, &fault));
    assert_true(choose_own_lists(catalogue, false));
    all_lists = hide_builtin(catalogue);
    lists = catalogue;
    open_desk(desk, script, target, rows, cols, ascii);
    navigator_start(&desk->nav);
    return catalogue;
}

static void
close_list_desk(struct desk *desk, struct catalogue *catalogue, const char *name)
{
    lists = NULL;
    close_desk(desk, name);
    catalogue->lists.count = all_lists;
    catalogue_free(catalogue);
}

static void
list_from_a_file_has_its_row(void **state)
{
    (void)state;
    struct desk desk;
    struct catalogue *six = open_lists(&desk, "[bl.example]\nweight = 3\n",
                                       "77.113.0.203.bl.example A data 127.0.0.2\n"
                                       "77.113.0.203.bl.example TXT data \"reported twice\"\n"
                                       "2.0.0.127.bl.example A data 127.0.0.2\n",
                                       "203.0.113.77", 40, 100, false);
    answer_all(&desk);
    assert_shows(&desk.scene, "YOU, on bl.example, on none of the three levels.");
    assert_shows(&desk.scene, "1 other list: 1 listed (bl.example)");
    scene_keys(&desk.scene, "d");
    const char *text = scene_text(&desk.scene), *row = strstr(text, "bl.example      listed");
    assert_non_null(row);
    assert_true(row > strstr(text, "Backscatterer"));
    assert_non_null(strstr(row, "reported twice"));
    assert_non_null(strstr(text, "bl.example lists 203.0.113.77"));
    close_list_desk(&desk, six, NULL);
}

static void
lists_in_the_same_trouble_share_a_row(void **state)
{
    (void)state;
    struct desk desk;
    struct catalogue *two =
        open_lists(&desk, "[one.example]\nweight = 1\n[two.example]\nweight = 1\n", "", "203.0.113.77", 40, 100, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "d");
    assert_shows(&desk.scene, "! 2 lists         unhealthy");
    assert_shows(&desk.scene, "    one.example, two.example\n");
    assert_hides(&desk.scene, "one.example     unhealthy");
    close_list_desk(&desk, two, NULL);
}

/* An answer that is neither good nor bad is no listing, and does not vouch for the address. */
static void
list_that_only_informs_lists_nothing(void **state)
{
    (void)state;
    struct desk desk;
    struct catalogue *two = open_lists(&desk, "[mixed.example]\ncode = 127.0.0.3 info sends all kinds of mail\n",
                                       "2.0.0.127.mixed.example A data 127.0.0.2\n"
                                       "77.113.0.203.mixed.example A data 127.0.0.3\n",
                                       "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    assert_shows(&desk.scene, "1 other list: none lists it");
    scene_keys(&desk.scene, "L");
    assert_shows(&desk.scene, "•  mixed.example");
    assert_shows(&desk.scene, "sends all kinds");
    close_list_desk(&desk, two, NULL);
}

static void
selected_list_says_all_and_whom_to_ask(void **state)
{
    (void)state;
    struct desk desk;
    struct catalogue *many = open_lists(&desk, MANY_LISTS, MANY_ANSWERS, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "L");
    assert_shows(&desk.scene, "13 asked: 2 list it, 6 clear (C shows them), 3 no usable answer, 2 allow lists");
    assert_shows(&desk.scene, "Zen All: CSS: sends mail of low reputation; PBL: a range that must not send\n");
    assert_shows(&desk.scene, "You: end the cause, then ask for removal: https://zen.example/remove");
    scene_keys(&desk.scene, "<Down><Down>"); /* a list that wants registration */
    assert_shows(&desk.scene, "Register your resolver: https://cuda.example/join");
    scene_keys(&desk.scene, "o");
    assert_shows(&desk.scene, "cuda.example: https://cuda.example/join");
    scene_keys(&desk.scene, "<Enter>");
    assert_shows(&desk.scene, "register at  https://cuda.example/join");
    close_list_desk(&desk, many, NULL);
}

static void
lists_say_whether_receivers_block(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    struct receivers *receivers = receivers_new();
    assert_true(receivers_load(receivers,
                               temp_dir_put("receivers.conf", "[strict]\nthreshold = 3\nsites = zen.example*4\n"
                                                              "[lenient]\nthreshold = 9\nsites = cop.example*2\n"
                                                              "[blind]\nthreshold = 2\nsites = cuda.example*2\n"),
                               NULL, NULL, &fault));
    struct catalogue *many = open_lists(&desk, MANY_LISTS, MANY_ANSWERS, "203.0.113.77", 24, 120, false);
    desk.nav.receivers = receivers;
    answer_all(&desk);
    scene_keys(&desk.scene, "L");
    assert_shows(&desk.scene, "Would block: strict 4/3 points. May block: ");
    assert_shows(&desk.scene, "blind 0/2.");
    assert_shows(&desk.scene, "Would not block: lenient 2/9.");
    scene_keys(&desk.scene, "d");
    assert_shows(&desk.scene, "strict: would block, 4 of 3 points: Zen CSS 4");
    close_list_desk(&desk, many, NULL);
    receivers_free(receivers);
}

static void
list_without_an_address_opens(void **state)
{
    (void)state;
    struct desk desk;
    struct catalogue *many = open_lists(&desk, MANY_LISTS, MANY_ANSWERS, "203.0.113.77", 24, 80, false);
    answer_all(&desk);
    scene_keys(&desk.scene, "WL");
    assert_shows(&desk.scene, "passed its self-test");
    scene_keys(&desk.scene, "<Enter>");
    assert_shows(&desk.scene, "does it work?");
    close_list_desk(&desk, many, NULL);
}

/* All that the view of the lists shows, from the address page and back. */
static void
lists_each_on_each_size(void **state)
{
    static const struct {
        const char *name;
        int rows, cols;
        bool ascii;
    } sizes[] = {
        {"lists-80x24", 24, 80, false}, {"lists-120x40", 40, 120, false}, {"lists-200x60", 60, 200, false},
        {"lists-40x10", 10, 40, false}, {"lists-ascii", 24, 80, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct desk desk;
        struct catalogue *many = open_lists(&desk, MANY_LISTS, QUAYSIDE LEVEL1 MANY_ANSWERS, "203.0.113.77",
                                            sizes[i].rows, sizes[i].cols, sizes[i].ascii);
        fake_resolver_hold(desk.engine.resolver);
        scene_wait(&desk.scene, 0);
        scene_show(&desk.scene, "asking");
        fake_resolver_deliver_all(desk.engine.resolver);
        scene_wait(&desk.scene, APP_FRAME_MS);
        scene_show(&desk.scene, "answered");
        scene_keys(&desk.scene, "L");
        if (sizes[i].rows == 24)
            scene_show_roles(&desk.scene, "its lists");
        else
            scene_show(&desk.scene, "its lists");
        scene_keys(&desk.scene, "C");
        scene_show(&desk.scene, "clear ones too");
        scene_keys(&desk.scene, "o");
        scene_show(&desk.scene, "its page");
        scene_keys(&desk.scene, "<Enter>");
        scene_show(&desk.scene, "one list");
        scene_keys(&desk.scene, "WL");
        scene_show(&desk.scene, "about no address");
        close_list_desk(&desk, many, sizes[i].name);
    }
}

/* ---- a domain ---- */

#define DOMAIN_SCRIPT                                                                                                  \
    QUAYSIDE LEVEL1 "example.org TXT data \"v=spf1 mx ip4:203.0.113.64/28 ip4:198.51.100.0/24 "                        \
                    "include:_spf.example.net exists:%{i}._spf.example.org ~all\"\n"                                   \
                    "example.org MX data mx1.example.org mx2.example.org\n"                                            \
                    "mx1.example.org A data 203.0.113.77\n"                                                            \
                    "mx2.example.org AAAA data 2001:db8::25\n"                                                         \
                    "_spf.example.net TXT data \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:1::/48 -all\"\n"                 \
                    "dbltest.com.dbl.spamhaus.org A data 127.0.1.2\n"

static void
domain_opens_with_groups_and_leads_to_addresses(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    struct catalogue *own = catalogue_new();
    assert_true(catalogue_choose(own, "uceprotect, dbl.spamhaus.org", &fault));
    lists = own;
    open_desk(&desk, DOMAIN_SCRIPT, "198.51.100.200", 24, 80, false);
    answer_all(&desk);
    assert_true(open_target(&desk, "example.org", &fault));
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show(&desk.scene, "asking");
    answer_all(&desk);
    answer_all(&desk); /* the addresses, which SPF has named by now */
    show_pages(&desk, "judged");
    scene_keys(&desk.scene, "g<Enter>");
    assert_shows(&desk.scene, "203.0.113.77");
    scene_keys(&desk.scene, "<Backspace>");
    scene_show(&desk.scene, "back on the same row");
    scene_resize(&desk.scene, 40, 120);
    show_pages(&desk, "wider");
    scene_resize(&desk.scene, 10, 40);
    show_pages(&desk, "narrow");
    scene_keys(&desk.scene, "r");
    assert_shows(&desk.scene, "asked again");
    close_desk(&desk, "domain");
    lists = NULL;
    catalogue_free(own);
}

/* ---- the doctor ---- */

static void
open_doctor(struct desk *desk, const char *script)
{
    struct fault fault;
    open_desk(desk, script, "203.0.113.77", 24, 80, false);
    answer_all(desk);
    assert_true(open_target(desk, "doctor", &fault));
    scene_wait(&desk->scene, APP_FRAME_MS);
}

static void
doctor_shows_findings_with_cures(void **state)
{
    (void)state;
    struct desk desk;
    open_doctor(&desk, QUAYSIDE "2.0.0.127.dnsbl-3.uceprotect.net A data 127.255.255.254\n"
                                "2.0.0.127.ips.backscatterer.org A timeout\n"
                                "version.bind * data dnsmasq-2.90\n"
                                "whoami.akamai.net A data 192.0.2.53\n");
    scene_show(&desk.scene, "asking");
    scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
    scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show(&desk.scene, "all but a silent list");
    scene_wait(&desk.scene, FAKE_RESOLVER_SILENCE_MS);
    scene_wait(&desk.scene, APP_FRAME_MS);
    show_pages(&desk, "found");
    scene_resize(&desk.scene, 40, 120);
    show_pages(&desk, "found");
    scene_resize(&desk.scene, 10, 40);
    show_pages(&desk, "found");
    scene_keys(&desk.scene, "r");
    assert_shows(&desk.scene, "asked again");
    close_desk(&desk, "doctor");
}

static void
doctor_closed_early_stops_asking(void **state)
{
    (void)state;
    struct desk desk;
    open_doctor(&desk, QUAYSIDE "*.dnsbl-3.uceprotect.net A timeout\n");
    scene_wait(&desk.scene, FAKE_RESOLVER_RTT_MS);
    scene_keys(&desk.scene, "q");
    assert_place(&desk.scene, "203.0.113.77");
    scene_wait(&desk.scene, FAKE_RESOLVER_SILENCE_MS);
    assert_place(&desk.scene, "203.0.113.77");
    close_desk(&desk, NULL);
}

/* The list with a key answers with its name in a text, and the address is named by a question with the key. */
static void
key_of_a_list_is_nowhere_on_screen(void **state)
{
    (void)state;
    static const char key[] = "s3cr3t0fa-customer";
    static const char *const keys[] = {"", "d", "d", "G", "<Backspace><Backspace>"};
    struct catalogue *keyed = catalogue_new();
    struct desk desk;
    struct fault fault;
    const char *path = temp_dir_put("lists.conf", "[dq.example]\naccess = key\nkey = s3cr3t0fa-customer\nweight = 3\n");
    assert_true(catalogue_load(keyed, path, NULL, NULL, &fault));
    assert_true(catalogue_choose(keyed, "uceprotect, dq.example", &fault));
    lists = keyed;
    open_desk(&desk,
              "77.113.0.203.s3cr3t0fa-customer.dq.example A data 127.0.0.2\n"
              "77.113.0.203.s3cr3t0fa-customer.dq.example TXT data \"asked as s3cr3t0fa-customer.dq.example\"\n"
              "2.0.0.127.s3cr3t0fa-customer.dq.example A data 127.0.0.2\n"
              "probe-*.s3cr3t0fa-customer.dq.example A nxdomain\n",
              "77.113.0.203.s3cr3t0fa-customer.dq.example", 120, 100, false);
    answer_all(&desk);
    assert_non_null(
        strstr(fake_resolver_asked(desk.engine.resolver), "77.113.0.203.s3cr3t0fa-customer.dq.example TXT"));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        scene_keys(&desk.scene, keys[i]);
        assert_hides(&desk.scene, key);
        if (i == 2)
            assert_shows(&desk.scene, "77.113.0.203.KEY.dq.example");
    }
    close_desk(&desk, NULL);
    lists = NULL;
    catalogue_free(keyed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(provider_with_two_names_is_one),
        cmocka_unit_test(small_screen_verdict_leaves_room_for_levels),
        cmocka_unit_test(note_is_shown_once),
        cmocka_unit_test(range_without_files_shows_dns_nets),
        cmocka_unit_test(range_drops_ended_nets),
        cmocka_unit_test(story_each_on_each_size),
        cmocka_unit_test_setup_teardown(list_from_a_file_has_its_row, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(lists_in_the_same_trouble_share_a_row, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(list_that_only_informs_lists_nothing, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(selected_list_says_all_and_whom_to_ask, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(lists_say_whether_receivers_block, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(list_without_an_address_opens, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(key_of_a_list_is_nowhere_on_screen, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(lists_each_on_each_size, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(ascii_and_roles),
        cmocka_unit_test(ascii_screen_has_ascii_only),
        cmocka_unit_test(any_size_draws),
        cmocka_unit_test(arrival_80x24),
        cmocka_unit_test(arrival_40x10),
        cmocka_unit_test(page_does_not_jump),
        cmocka_unit_test(screen_idle_sleeps_between_minutes),
        cmocka_unit_test(unasked_target_wakes_nothing),
        cmocka_unit_test(ttl_end_asks_again),
        cmocka_unit_test(covered_view_does_not_ask),
        cmocka_unit_test(detail_key_closes_raw_answers),
        cmocka_unit_test(raw_answers),
        cmocka_unit_test(help_and_prompt),
        cmocka_unit_test(new_target_opens_above_old),
        cmocka_unit_test(view_closed_early_stops_asking),
        cmocka_unit_test(row_is_copied),
        cmocka_unit_test(item_is_copied_whole),
        cmocka_unit_test(raw_answers_update),
        cmocka_unit_test(database_is_named_with_age),
        cmocka_unit_test(quit_leaves_summary),
        cmocka_unit_test_setup_teardown(report_is_for_readers_elsewhere, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(quit_before_answers_claims_nothing),
        cmocka_unit_test(domain_opens_with_groups_and_leads_to_addresses),
        cmocka_unit_test(doctor_shows_findings_with_cures),
        cmocka_unit_test(doctor_closed_early_stops_asking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
