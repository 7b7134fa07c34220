/* The names of neighbours in a range: the real views and engine on prepared answers and small zone files. */

#include "../unit/builtin_lists.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check/ptr_cache.h"
#include "check/sweep_store.h"
#include "console/views/navigator.h"
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

enum { LISTED = 100 }; /* 203.0.113.1 and so on */

#define SOA "$SOA 3600 ns.example.net hostmaster.example.net 2026070618 3600 3600 86400 120\n127.0.0.2 Test\n"
#define NET "203.0.113.0/24 Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 190 impacts are seen there.\n"
#define ISP "203.0.113.0/27 Your ISP is UCEPROTECT-Level3 listed because of a spamscore of 79.7.\n"

static const char *const files[] = {"dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net", "dnsbl-3.uceprotect.net"};

#define NAMES                                                                                                          \
    "1.113.0.203.in-addr.arpa PTR data mail.quayside.example\n"                                                        \
    "2.113.0.203.in-addr.arpa PTR nodata\n"                                                                            \
    "3.113.0.203.in-addr.arpa PTR servfail\n"                                                                          \
    "4.113.0.203.in-addr.arpa PTR data \"\\x1b]0;owned\\x07\\xe2\\x80\\xaetxet.example\"\n"                            \
    "5.113.0.203.in-addr.arpa PTR timeout\n"                                                                           \
    "6.113.0.203.in-addr.arpa PTR data "                                                                               \
    "a-name-that-is-longer-than-any-column-will-ever-be.static.customers.quayside.example\n"                           \
    "7.113.0.203.in-addr.arpa PTR data first.quayside.example second.quayside.example\n"                               \
    "25.113.0.203.in-addr.arpa PTR data relay.far.example\n"

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    struct buf summary;
    struct resolver *resolver; /* also when the engine may not ask it */
    char folder[64];
};

/* ---- the desk ---- */

static void
put_file(const struct desk *desk, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", desk->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Level 1 lists the first hundred; level 2 all but one; level 3 the first thirty-two. */
static void
open_zones(struct desk *desk)
{
    struct fault fault;
    struct buf level1 = {0};
    snprintf(desk->folder, sizeof desk->folder, "/tmp/whylisted-test-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    buf_text(&level1, SOA);
    for (int i = 1; i <= LISTED; i++)
        buf_format(&level1, "203.0.113.%d\n", i);
    put_file(desk, files[0], buf_string(&level1));
    put_file(desk, files[1], SOA "!203.0.113.2\n" NET);
    put_file(desk, files[2], SOA ISP);
    buf_free(&level1);
    desk->engine.dataset.zones = zone_set_open(desk->folder, catalogue_builtin(), &fault);
    assert_non_null(desk->engine.dataset.zones);
}

static void
remove_zones(const struct desk *desk)
{
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", desk->folder, files[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(desk->folder), 0);
}

static void
open_desk(struct desk *desk, int rows, int cols, bool ascii, bool zones)
{
    *desk = (struct desk){0};
    scene_open(&desk->scene, rows, cols, ascii);
    desk->resolver = fake_resolver_new(desk->scene.loop);
    fake_resolver_say(desk->resolver, NAMES);
    desk->engine.loop = desk->scene.loop;
    desk->engine.resolver = desk->resolver;
    desk->engine.health = health_new(desk->engine.loop, desk->resolver, catalogue_builtin());
    desk->engine.ask_examples = true;
    dataset_init(&desk->engine.dataset, desk->scene.loop, catalogue_builtin());
    if (zones)
        open_zones(desk);
    desk->nav =
        (struct nav){.app = desk->scene.app, .engine = &desk->engine, .routes = routes, .summary = &desk->summary};
    dataset_set_zones(&desk->engine.dataset, desk->engine.dataset.zones);
    navigator_start(&desk->nav);
}

static void
open_usual(struct desk *desk)
{
    open_desk(desk, 24, 80, false, true);
}

static void
close_desk(struct desk *desk, const char *golden)
{
    while (!scene_is_over(&desk->scene))
        scene_keys(&desk->scene, "q");
    assert_int_equal(fake_resolver_waiting(desk->resolver), 0); /* whoever asked has taken it back */
    sweep_store_free_all(&desk->engine);
    dns_facts_fini(&desk->engine.dns_facts);
    dataset_fini(&desk->engine.dataset);
    health_free(desk->engine.health);
    resolver_free(desk->resolver);
    zone_set_close(desk->engine.dataset.zones);
    if (*desk->folder)
        remove_zones(desk);
    scene_close(&desk->scene, golden);
    buf_free(&desk->summary);
}

static void
go(struct desk *desk, const char *place)
{
    struct fault fault;
    assert_true(typed_target_open(&desk->nav, place, &fault));
    scene_settle(&desk->scene);
    scene_wait(&desk->scene, 0);
}

static void
rest(struct desk *desk)
{
    scene_wait(&desk->scene, PTR_CACHE_REST_MS);
}

/* Lets time pass until every answer is in, and shown. */
static void
answer_all(struct desk *desk)
{
    rest(desk);
    for (int turns = 0; fake_resolver_waiting(desk->resolver) > 0 && turns < 1000; turns++)
        scene_wait(&desk->scene, FAKE_RESOLVER_RTT_MS);
    assert_int_equal(fake_resolver_waiting(desk->resolver), 0);
    scene_wait(&desk->scene, APP_FRAME_MS);
}

static void
keys(struct desk *desk, const char *presses)
{
    scene_keys(&desk->scene, presses);
    scene_wait(&desk->scene, 0);
}

/* How often a word is in a text. */
static size_t
count_of(const char *text, const char *word)
{
    size_t count = 0;
    while ((text = strstr(text, word))) {
        text += strlen(word);
        count++;
    }
    return count;
}

static size_t
rows_shown(const struct desk *desk)
{
    return count_of(scene_text(&desk->scene), "\n 203.0.113.");
}

/* The net of the desk, with all names in that are on the screen. */
static void
open_named(struct desk *desk)
{
    open_usual(desk);
    go(desk, "203.0.113.0/24");
    answer_all(desk);
    fake_resolver_asked(desk->resolver);
}

/* ---- how it looks ---- */

static void
look(const char *name, int rows, int cols, bool ascii)
{
    struct desk desk;
    open_desk(&desk, rows, cols, ascii, true);
    go(&desk, "203.0.113.0/24");
    scene_show(&desk.scene, "nothing is asked yet");
    rest(&desk);
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show(&desk.scene, "most answers are in");
    answer_all(&desk);
    scene_show_roles(&desk.scene, "all of them");
    close_desk(&desk, name);
}

static void
look_at_80x24(void **state)
{
    (void)state;
    look("names-80x24", 24, 80, false);
}

static void
look_at_120x40(void **state)
{
    (void)state;
    look("names-120x40", 40, 120, false);
}

static void
look_at_40x10(void **state)
{
    (void)state;
    look("names-40x10", 10, 40, false);
}

static void
look_in_ascii(void **state)
{
    (void)state;
    look("names-ascii", 24, 80, true);
}

/* ---- what is asked ---- */

static void
only_visible_names_are_asked_once(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    go(&desk, "203.0.113.0/24");
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    rest(&desk);
    size_t shown = rows_shown(&desk);
    const char *asked = fake_resolver_asked(desk.resolver);
    assert_in_range(shown, 10, 20);
    assert_int_equal(count_of(asked, " PTR\n"), shown);
    assert_int_equal(count_of(asked, "\n"), shown); /* and nothing else */
    answer_all(&desk);
    keys(&desk, "G");
    answer_all(&desk);
    assert_int_equal(count_of(fake_resolver_asked(desk.resolver), " PTR\n"), shown);
    keys(&desk, "g");
    answer_all(&desk);
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    assert_shows(&desk.scene, "mail.quaysi");
    close_desk(&desk, NULL);
}

/* Beside the map of a wider net: a run of addresses is one row as long as their names do not differ. */
static void
block_shows_runs_and_names(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    go(&desk, "203.0.112.0/23");
    assert_shows(&desk.scene, "203.0.113.0/24: 100 of 256");
    assert_shows(&desk.scene, ".1-.100   100 addresses alike");
    rest(&desk);
    assert_int_equal(count_of(fake_resolver_asked(desk.resolver), " PTR\n"), 64); /* of the run */
    answer_all(&desk);
    assert_shows(&desk.scene, ".1        mail.quayside.example");
    assert_shows(&desk.scene, ".2        no name");
    assert_shows(&desk.scene, ".3        name not known");
    close_desk(&desk, NULL);
}

static void
scrolling_asks_no_names(void **state)
{
    (void)state;
    struct desk desk;
    open_named(&desk);
    size_t shown = rows_shown(&desk);
    for (size_t i = 1; i < shown; i++)
        keys(&desk, "j"); /* down to the last row that shows */
    for (int i = 0; i < 40; i++) {
        scene_wait(&desk.scene, 30);
        keys(&desk, "j");
    }
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    scene_wait(&desk.scene, PTR_CACHE_REST_MS - 1);
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    scene_wait(&desk.scene, 1);
    const char *asked = fake_resolver_asked(desk.resolver);
    assert_int_equal(count_of(asked, " PTR\n"), shown);
    assert_null(strstr(asked, "20.113.0.203"));
    close_desk(&desk, NULL);
}

/* To move the cursor is no reason to wait longer. */
static void
cursor_moves_while_names_load(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    go(&desk, "203.0.113.0/24");
    scene_wait(&desk.scene, PTR_CACHE_REST_MS / 2);
    keys(&desk, "jj");
    scene_wait(&desk.scene, PTR_CACHE_REST_MS / 2);
    assert_int_equal(count_of(fake_resolver_asked(desk.resolver), " PTR\n"), rows_shown(&desk));
    close_desk(&desk, NULL);
}

static void
offline_asks_no_names(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    desk.engine.resolver = NULL;
    go(&desk, "203.0.113.0/24");
    answer_all(&desk);
    assert_hides(&desk.scene, "PTR");
    assert_shows(&desk.scene, "203.0.113.1      \xE2\x9C\x97  \xE2\x9C\x97  \xE2\x9C\x97 ");
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    desk.engine.resolver = desk.resolver;
    close_desk(&desk, NULL);
}

static void
example_space_asks_no_names(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    desk.engine.ask_examples = false;
    go(&desk, "203.0.113.0/24");
    answer_all(&desk);
    assert_hides(&desk.scene, "PTR");
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    close_desk(&desk, NULL);
}

static void
hidden_column_asks_no_names(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 28, false, true);
    go(&desk, "203.0.113.0/24");
    answer_all(&desk);
    assert_shows(&desk.scene, "address \xE2\x96\xB2\n");
    assert_hides(&desk.scene, "PTR");
    assert_string_equal(fake_resolver_asked(desk.resolver), "");
    scene_resize(&desk.scene, 24, 80);
    scene_wait(&desk.scene, 0);
    answer_all(&desk);
    assert_shows(&desk.scene, "mail.quaysi");
    close_desk(&desk, NULL);
}

static void
map_pane_asks_no_names(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    go(&desk, "203.0.113.0/24");
    keys(&desk, "<Tab>");
    answer_all(&desk);
    assert_string_equal(fake_resolver_asked(desk.resolver), ""); /* the nets */
    keys(&desk, "m");
    answer_all(&desk);
    assert_string_equal(fake_resolver_asked(desk.resolver), ""); /* the map */
    keys(&desk, "m<Tab>");
    answer_all(&desk);
    assert_shows(&desk.scene, "mail.quaysi");
    close_desk(&desk, NULL);
}

static void
covered_view_asks_no_names(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    go(&desk, "203.0.113.0/24");
    keys(&desk, "<Enter>");
    answer_all(&desk);
    assert_int_equal(count_of(fake_resolver_asked(desk.resolver), ".in-addr.arpa PTR\n"), 1); /* that of the case */
    keys(&desk, "<Backspace>");
    answer_all(&desk);
    assert_int_equal(count_of(fake_resolver_asked(desk.resolver), ".in-addr.arpa PTR\n"), rows_shown(&desk));
    close_desk(&desk, NULL);
}

static void
leaving_drops_questions(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    fake_resolver_hold(desk.resolver);
    go(&desk, "203.0.113.0/24");
    rest(&desk);
    go(&desk, "203.0.113.64/26");
    assert_true(fake_resolver_waiting(desk.resolver) > 0);
    keys(&desk, "<Backspace>");
    close_desk(&desk, NULL); /* checks it */
}

static void
all_names_known_wakes_nothing(void **state)
{
    (void)state;
    struct desk desk;
    open_named(&desk);
    int frames = scene_frames(&desk.scene);
    for (int i = 0; i < 100; i++)
        scene_wait(&desk.scene, 1000);
    assert_int_equal(scene_frames(&desk.scene), frames);
    keys(&desk, "G");
    keys(&desk, "g"); /* the rest that began is over */
    assert_false(loop_turn(desk.scene.loop, INT64_MIN));
    close_desk(&desk, NULL);
}

static void
sweep_shows_names(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, false);
    fake_resolver_say(desk.resolver, "[1-7].113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n");
    go(&desk, "203.0.113.0/28");
    keys(&desk, "ry<Tab>");
    for (int i = 0; i < 100; i++)
        scene_wait(&desk.scene, 100);
    answer_all(&desk);
    scene_show(&desk.scene, "without zone files the other levels are not known");
    close_desk(&desk, "names-sweep");
}

/* ---- elsewhere ---- */

/* Sweeps level 1, which lists the first so many addresses. */
static void
sweep(struct desk *desk, int rows, int cols, const char *listed)
{
    struct buf answers = {0};
    open_desk(desk, rows, cols, true, false);
    buf_format(&answers, "[%s].113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n", listed);
    fake_resolver_say(desk->resolver, buf_string(&answers));
    buf_free(&answers);
    go(desk, "203.0.113.0/24");
    keys(desk, "ry");
    for (int i = 0; i < 100; i++)
        scene_wait(&desk->scene, 1000);
    answer_all(desk);
}

static void
wide_page_names_neighbours(void **state)
{
    (void)state;
    struct desk desk;
    sweep(&desk, 60, 200, "1-7");
    go(&desk, "203.0.113.6");
    answer_all(&desk);
    assert_shows(&desk.scene, "  .1    mail.quayside.example");
    assert_shows(&desk.scene, "  .2    no name");
    assert_shows(&desk.scene, "  .7    first.quayside.example");
    assert_hides(&desk.scene, "  .6 "); /* the address itself */
    close_desk(&desk, NULL);
    open_desk(&desk, 60, 200, false, true);
    go(&desk, "203.0.113.6"); /* too many to be all in sight */
    answer_all(&desk);
    assert_shows(&desk.scene, "  .1-.5, .7-.100");
    assert_null(strstr(fake_resolver_asked(desk.resolver), "1.113.0.203.in-addr.arpa"));
    close_desk(&desk, NULL);
}

static char *
export_of(struct desk *desk)
{
    static char text[64 * 1024];
    char path[96];
    snprintf(path, sizeof path, "/tmp/whylisted-test-%d", (int)getpid());
    keys(desk, "w<^U>");
    keys(desk, path);
    keys(desk, "<Enter>");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    assert_int_equal(unlink(path), 0);
    return text;
}

static void
export_has_names_of_all_or_none(void **state)
{
    (void)state;
    struct desk desk;
    sweep(&desk, 24, 80, "12");
    const char *text = export_of(&desk);
    if (!strstr(text, "\n 203.0.113.1           mail.quayside.example") || !strstr(text, "no name"))
        fail_msg("both names are known, but:\n%s", text);
    close_desk(&desk, NULL);
    sweep(&desk, 24, 80, "1-3"); /* the third fails */
    text = export_of(&desk);
    if (strstr(text, "PTR name") || strstr(text, "quayside") || !strstr(text, "\n 203.0.113.1-.3 "))
        fail_msg("not all names are known, but:\n%s", text);
    close_desk(&desk, NULL);
}

/* Level 2 spares .2, and level 3 lists up to .31. */
static void
export_joins_equal_neighbours(void **state)
{
    (void)state;
    static const char *const runs[] = {"\n 203.0.113.1 ", "\n 203.0.113.2 ", "\n 203.0.113.3-.31 ",
                                       "\n 203.0.113.32-.100 "};
    struct desk desk;
    open_named(&desk);
    const char *text = export_of(&desk);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        if (!strstr(text, runs[i]))
            fail_msg("no \"%s\" in:\n%s", runs[i], text);
    keys(&desk, "f113.9<Enter>");
    text = export_of(&desk);
    if (!strstr(text, "filter 113.9: 11 of 100 listed addresses\n") || !strstr(text, "\n 203.0.113.90-.99 "))
        fail_msg("filtered:\n%s", text);
    close_desk(&desk, NULL);
}

/* ---- what is said ---- */

/* A resolver that knows no list may deny names, too. */
static void
doubted_resolver_denies_no_name(void **state)
{
    (void)state;
    struct desk desk;
    open_named(&desk);
    assert_shows(&desk.scene, "203.0.113.2      no name");
    assert_shows(&desk.scene, "203.0.113.3      name not kn");
    fake_resolver_say(desk.resolver, "2.0.0.127.* A nxdomain\n");
    keys(&desk, "<Enter>");
    answer_all(&desk);
    assert_shows(&desk.scene, "CANNOT TELL");
    keys(&desk, "<Backspace>");
    assert_shows(&desk.scene, "203.0.113.2      name not kn");
    assert_shows(&desk.scene, "mail.quaysi");
    assert_hides(&desk.scene, "no name");
    close_desk(&desk, NULL);
}

static void
names_can_be_searched_and_filtered(void **state)
{
    (void)state;
    struct desk desk;
    open_named(&desk);
    keys(&desk, "/first.quay<Enter>y");
    assert_string_equal(scene_copied(&desk.scene), "203.0.113.7");
    keys(&desk, "ftxet<Enter>");
    assert_shows(&desk.scene, "1 of 100 listed addresses");
    assert_shows(&desk.scene, "203.0.113.4 ");
    keys(&desk, "f<^U>relay.far<Enter>");
    assert_shows(&desk.scene, "0 of 100"); /* it has not been on the screen */
    close_desk(&desk, NULL);
}

static void
filter_follows_arriving_names(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    go(&desk, "203.0.113.0/24");
    keys(&desk, "f-quayside<Enter>");
    assert_shows(&desk.scene, "203.0.113.1 ");
    answer_all(&desk);
    assert_hides(&desk.scene, "203.0.113.1 ");
    assert_shows(&desk.scene, "97 of 100");
    close_desk(&desk, NULL);
}

static void
levels_can_be_filtered(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *expected;
    } cases[] = {
        {"level:1", "100 of 100"}, {"level:2", "99 of 100"}, {"level:3", "31 of 100"}, {"level:none", "0 of 100"}};
    struct desk desk;
    open_named(&desk);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        keys(&desk, "f<^U>");
        keys(&desk, cases[i].filter);
        keys(&desk, "<Enter>");
        assert_shows(&desk.scene, cases[i].expected);
    }
    close_desk(&desk, NULL);
}

/* ---- whatever the screen and the keys ---- */

static void
random_keys_never_crash(void **state)
{
    (void)state;
    static const char *const presses[] = {"j", "k", "<PgDn>", "<PgUp>", "g", "G", "<Enter>", "<Tab>", "<Backspace>",
                                          "u", "f", "/",      "n",      "s", "1", "<^U>",    "<Esc>", "?"};
    unsigned random = 1;
    struct desk desk;
    open_usual(&desk);
    for (int i = 0; i < 1500; i++) {
        random = random * 1103515245 + 12345;
        unsigned what = random >> 16;
        if (i % 100 == 0)
            go(&desk, i % 200 == 0 ? "203.0.113.0/24" : "203.0.113.16/30");
        if (what % 40 == 0)
            scene_resize(&desk.scene, (int)(what / 40 % 30), (int)(what / 40 % 130));
        scene_keys(&desk.scene, presses[what % (sizeof presses / sizeof presses[0])]);
        scene_wait(&desk.scene, what / 18 % 200);
        assert_true(fake_resolver_waiting(desk.resolver) <= LISTED); /* names, and a case or two */
    }
    scene_resize(&desk.scene, 24, 80);
    keys(&desk, "<Esc><Esc>");
    close_desk(&desk, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look_at_80x24),
        cmocka_unit_test(look_at_120x40),
        cmocka_unit_test(look_at_40x10),
        cmocka_unit_test(look_in_ascii),
        cmocka_unit_test(only_visible_names_are_asked_once),
        cmocka_unit_test(block_shows_runs_and_names),
        cmocka_unit_test(scrolling_asks_no_names),
        cmocka_unit_test(cursor_moves_while_names_load),
        cmocka_unit_test(offline_asks_no_names),
        cmocka_unit_test(example_space_asks_no_names),
        cmocka_unit_test(hidden_column_asks_no_names),
        cmocka_unit_test(map_pane_asks_no_names),
        cmocka_unit_test(covered_view_asks_no_names),
        cmocka_unit_test(leaving_drops_questions),
        cmocka_unit_test(all_names_known_wakes_nothing),
        cmocka_unit_test(sweep_shows_names),
        cmocka_unit_test(wide_page_names_neighbours),
        cmocka_unit_test(export_has_names_of_all_or_none),
        cmocka_unit_test(export_joins_equal_neighbours),
        cmocka_unit_test(doubted_resolver_denies_no_name),
        cmocka_unit_test(names_can_be_searched_and_filtered),
        cmocka_unit_test(filter_follows_arriving_names),
        cmocka_unit_test(levels_can_be_filtered),
        cmocka_unit_test(random_keys_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
