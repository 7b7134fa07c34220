/* The journal as a postmaster meets it: the real views on a journal in a folder of its own, on prepared answers and
 * small zone files. */

#include "../unit/observed_fixture.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check/sweep_store.h"
#include "console/views/navigator.h"
#include "console/views/routes.h"
#include "console/views/typed_target.h"
#include "draw/dump.h"
#include "fake_resolver.h"
#include "journal/journal.h"
#include "journal/purge.h"
#include "journal/recorder.h"
#include "journal/transfer.h"
#include "pages/journal_rows.h"
#include "screen.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ZONES TEST_SOURCE_ROOT "/tests/data/zones"
#define DATABASE TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    char folder[64], path[96];
    struct recorder *recorder;
    struct buf summary, told;
};

/* ---- the desk ---- */

static bool
submit(void *arg, const char *text, struct fault *fault)
{
    struct desk *desk = arg;
    return typed_target_open(&desk->nav, text, fault);
}

static void
on_told(void *arg, const char *sentence)
{
    struct desk *desk = arg;
    buf_format(&desk->told, "%s\n", sentence);
}

static struct journal *
open_file(struct desk *desk, enum journal_access access)
{
    struct fault notice, fault;
    struct journal *journal = journal_open(desk->path, false, access, JOURNAL_WAIT_CONSOLE_MS, &notice, &fault);
    if (!journal)
        fail_msg("%s", fault.text);
    return journal;
}

static void
open_engine(struct desk *desk, bool files)
{
    struct fault fault;
    struct engine *engine = &desk->engine;
    engine->loop = desk->scene.loop;
    engine->resolver = fake_resolver_new(desk->scene.loop);
    engine->health = health_new(engine->loop, engine->resolver, catalogue_builtin());
    engine->ask_examples = true;
    dataset_init(&engine->dataset, desk->scene.loop, catalogue_builtin());
    engine->dataset.zones = files ? zone_set_open(ZONES, catalogue_builtin(), &fault) : NULL;
    engine->dataset.asndb = files ? asndb_open(DATABASE, &fault) : NULL;
    if (files && (!engine->dataset.zones || !engine->dataset.asndb))
        fail_msg("%s", fault.text);
}

static void
open_drill(struct desk *desk)
{
    desk->nav =
        (struct nav){.app = desk->scene.app, .engine = &desk->engine, .routes = routes, .summary = &desk->summary};
    dataset_set_zones(&desk->engine.dataset, desk->engine.dataset.zones);
    navigator_start(&desk->nav);
    actions_on_target(desk->scene.actions, "address, domain, prefix or ASN", typed_target_commands, submit, desk);
}

/* `files`: with zone files and ASN database. */
static void
open_desk(struct desk *desk, int rows, int cols, bool ascii, bool files)
{
    *desk = (struct desk){.folder = "/tmp/whylisted-test-XXXXXX"};
    assert_non_null(mkdtemp(desk->folder));
    snprintf(desk->path, sizeof desk->path, "%s/journal.db", desk->folder);
    scene_open(&desk->scene, rows, cols, ascii);
    open_engine(desk, files);
    desk->recorder = recorder_new(desk->scene.loop, open_file(desk, JOURNAL_WRITES), false, on_told, desk);
    desk->engine.recorder = desk->recorder;
    open_drill(desk);
}

static void
open_usual(struct desk *desk)
{
    open_desk(desk, 24, 80, false, false);
}

static void
remove_folder(struct desk *desk)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", desk->path, endings[i]);
        unlink(path);
    }
    rmdir(desk->folder);
}

static void
close_desk(struct desk *desk, const char *golden)
{
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    sweep_store_free_all(&desk->engine);
    dns_facts_fini(&desk->engine.dns_facts);
    dataset_fini(&desk->engine.dataset);
    health_free(desk->engine.health);
    resolver_free(desk->engine.resolver);
    zone_set_close(desk->engine.dataset.zones);
    asndb_close(desk->engine.dataset.asndb);
    recorder_free(desk->recorder);
    scene_close(&desk->scene, golden);
    buf_free(&desk->summary);
    buf_free(&desk->told);
    remove_folder(desk);
}

/* For tests at a usual desk, which find it in *state. */
static int
sit_down(void **state)
{
    static struct desk desk;
    open_usual(&desk);
    *state = &desk;
    return 0;
}

static int
stand_up(void **state)
{
    close_desk(*state, NULL);
    return 0;
}

#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, sit_down, stand_up)

/* Until what the loop does by itself is done and every answer is in, and shown. */
static void
update_result(struct desk *desk)
{
    scene_settle(&desk->scene);
    for (int turns = 0; fake_resolver_waiting(desk->engine.resolver) > 0 && turns < 1000; turns++)
        scene_wait(&desk->scene, FAKE_RESOLVER_RTT_MS);
    scene_wait(&desk->scene, APP_FRAME_MS);
    scene_wait(&desk->scene, APP_FRAME_MS);
}

static void
keys(struct desk *desk, const char *presses)
{
    scene_keys(&desk->scene, presses);
    update_result(desk);
}

static void
start(struct desk *desk, const char *target)
{
    struct fault fault;
    if (!submit(desk, target, &fault))
        fail_msg("%s", fault.text);
    update_result(desk);
}

/* ---- what was before ---- */

struct sight {
    const char *address;
    int64_t days; /* before now, from ... */
    int64_t until;
    bool level1;
    int64_t impacts; /* of net, 0 = not listed */
    const char *net;
    double score; /* 0 = not listed */
    const char *name;
};

static struct resource
resource_of(const char *text)
{
    struct resource resource;
    assert_true(resource_parse(text, &resource));
    return resource;
}

static void
add_net(struct observation *o, const struct sight *sight)
{
    struct listed_net net = {
        .impacts = sight->impacts, .abusers = LISTING_UNKNOWN, .limit = 4, .holder = {.asn = 64497}};
    assert_true(prefix_parse(sight->net, &net.prefix, NULL));
    snprintf(net.holder.org, sizeof net.holder.org, "HARBOR Harbor Net");
    if (net.prefix.length == 22)
        net.limit = 9;
    vec_push(&o->nets, net);
}

/* With another state than STATE_UNASKED no level answered. */
static void
add_look_as(struct desk *desk, const struct sight *sight, enum list_state failed)
{
    struct fault fault;
    struct observation o = {
        .first_ms = SCENE_WALL_MS - sight->days * DAY,
        .last_ms = SCENE_WALL_MS - sight->until * DAY,
        .times = sight->days == sight->until ? 1 : 12,
        .source = SOURCE_DNS,
        .resolver = mem_copy("127.0.0.1:53"),
        .serial = 2026070618,
        .verdict = sight->level1                        ? VERDICT_DIRECT
                   : sight->impacts || sight->score > 0 ? VERDICT_COLLATERAL
                                                        : VERDICT_CLEAR,
        .headline = mem_copy(sight->level1 ? "This address itself: level 1 lists it." : "The neighbours, or nobody."),
        .asn = 64497,
        .org = mem_copy("Harbor Net"),
        .country = "DE",
        .score = sight->score > 0 ? sight->score : -1,
        .score_asn = sight->score > 0 ? 64497 : 0,
        .name = mem_copy(sight->name ? sight->name : "mail.quayside-shop.example"),
    };
    assert_true(addr_parse(sight->address, &o.address));
    o.lists = observed_copy_of(sight->level1 ? STATE_LISTED : STATE_CLEAR);
    observed_set(&o, "level2", sight->impacts ? STATE_LISTED : STATE_CLEAR);
    observed_set(&o, "level3", sight->score > 0 ? STATE_LISTED : STATE_CLEAR);
    for (unsigned level = 1; failed != STATE_UNASKED && level <= LIST_LEVELS; level++)
        observed_set(&o, observation_part_at(level - 1), failed);
    o.verdict = failed != STATE_UNASKED ? VERDICT_UNKNOWN : o.verdict;
    if (sight->impacts)
        add_net(&o, sight);
    if (sight->level1)
        observed_list_add_text(observed_part(&o, "level1"), "IP is UCEPROTECT-Level 1 listed.");
    if (journal_observe(recorder_journal(desk->recorder), &o, NULL, &fault) != JOURNAL_DONE)
        fail_msg("%s", fault.text);
    recorder_touched(desk->recorder);
    observation_fini(&o);
}

static void
add_look(struct desk *desk, const struct sight *sight)
{
    add_look_as(desk, sight, STATE_UNASKED);
}

/* A fortnight at the desk. */
static void
add_fortnight(struct desk *desk)
{
    static const struct sight sights[] = {
        {"203.0.113.77", 14, 12, false, 0, NULL, 0, NULL},
        {"203.0.113.77", 11, 8, false, 5, "203.0.113.0/24", 0, NULL},
        {"203.0.113.9", 10, 10, true, 12, "203.0.112.0/22", 0, "vps9.harbor.example"},
        {"203.0.113.77", 7, 3, true, 19, "203.0.113.0/24", 61.5, NULL},
        {"203.0.113.9", 2, 2, false, 31, "203.0.112.0/22", 79.7, "vps9.harbor.example"},
        {"198.18.77.23", 1, 1, false, 0, NULL, 79.7, "smtp.riverside-books.example"},
        {"2001:db8::25", 1, 1, false, 0, NULL, 0, NULL},
    };
    for (size_t i = 0; i < sizeof sights / sizeof sights[0]; i++)
        add_look(desk, &sights[i]);
    struct journal *journal = recorder_journal(desk->recorder);
    struct fault fault;
    struct resource quay = resource_of("203.0.113.77"), nine = resource_of("203.0.113.9"),
                    net = resource_of("203.0.112.0/22");
    assert_int_equal(journal_case_set_state(journal, &quay, CASE_WAITING, &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_ticket(journal, &quay, "NET-4711", &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_tags(journal, &quay, "shop vip", &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_note(journal, &quay,
                                           "The shop's contact form sent spam until 30 June.\nPHP is updated, the form "
                                           "has a captcha now.\nAsked Harbor to look at .9 and .201.\nCall Ms Jansen "
                                           "before the newsletter.",
                                           &fault),
                     JOURNAL_DONE);
    assert_int_equal(journal_case_add_contact(journal, &quay, "abuse@harbor.example", "please look at 203.0.113.9",
                                              SCENE_WALL_MS - 3 * (int64_t)DAY, &fault),
                     JOURNAL_DONE);
    assert_int_equal(journal_case_set_due(journal, &nine, SCENE_WALL_MS - 2 * (int64_t)DAY, &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_note(journal, &net, "A reseller; answers within a day.", &fault), JOURNAL_DONE);
    recorder_touched(desk->recorder);
}

#define QUAYSIDE                                                                                                       \
    "77.113.0.203.in-addr.arpa PTR data mail.quayside-shop.example\n"                                                  \
    "mail.quayside-shop.example A data 203.0.113.77\n"                                                                 \
    "77.113.0.203.origin.asn.cymru.com TXT data \"64497 | 203.0.112.0/22 | DE | ripencc | 2019-04-01\"\n"              \
    "AS64497.asn.cymru.com TXT data \"64497 | DE | ripencc | 2019-04-01 | HARBOR Harbor Net, DE\"\n"
#define LEVEL1                                                                                                         \
    "77.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-1.uceprotect.net TXT data \"IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See "                \
    "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77\"\n"
#define LEVEL2                                                                                                         \
    "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"                                                           \
    "77.113.0.203.dnsbl-2.uceprotect.net TXT data \"Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 23 "        \
    "impacts are seen from HARBOR Harbor Net, DE/AS64497 there. See: "                                                 \
    "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77\"\n"

/* ---- how it looks ---- */

static void
tour(const char *name, int rows, int cols, bool ascii)
{
    struct desk desk;
    open_desk(&desk, rows, cols, ascii, false);
    fake_resolver_say(desk.engine.resolver, QUAYSIDE LEVEL2);
    start(&desk, "192.0.2.1");
    keys(&desk, "J");
    scene_show(&desk.scene, "the first look, just kept");
    keys(&desk, "<Backspace>");
    add_fortnight(&desk);
    keys(&desk, "J");
    scene_show_roles(&desk.scene, "a fortnight later: due follow-ups on top");
    keys(&desk, "fharbor state:waiting");
    scene_show(&desk.scene, "a filter while it is typed");
    fake_resolver_hold(desk.engine.resolver);
    scene_keys(&desk.scene, "<Enter><Enter>");
    scene_wait(&desk.scene, APP_FRAME_MS);
    scene_show(&desk.scene, "an entry, while it is asked again");
    fake_resolver_deliver_all(desk.engine.resolver);
    update_result(&desk);
    scene_show_roles(&desk.scene, "then and now");
    keys(&desk, "<PgDn>");
    scene_show(&desk.scene, "further down");
    keys(&desk, "H");
    scene_show_roles(&desk.scene, "the history of an address");
    keys(&desk, "<PgDn>");
    scene_show(&desk.scene, "further down");
    keys(&desk, "t");
    scene_show(&desk.scene, "the form of its case");
    keys(&desk, "<Esc>e");
    scene_show_roles(&desk.scene, "its note");
    keys(&desk, "<Esc>");
    start(&desk, "203.0.113.77");
    scene_show(&desk.scene, "the case, live");
    start(&desk, "203.0.112.0/22");
    keys(&desk, "H");
    scene_show(&desk.scene, "the history of a net");
    start(&desk, "AS64497");
    keys(&desk, "H");
    scene_show(&desk.scene, "the history of an ASN");
    close_desk(&desk, name);
}

static void
look_at_80x24(void **state)
{
    (void)state;
    tour("journal-80x24", 24, 80, false);
}

static void
look_at_120x40(void **state)
{
    (void)state;
    tour("journal-120x40", 40, 120, false);
}

static void
look_at_200x60(void **state)
{
    (void)state;
    tour("journal-200x60", 60, 200, false);
}

static void
look_at_40x10(void **state)
{
    (void)state;
    tour("journal-40x10", 10, 40, false);
}

static void
look_in_ascii(void **state)
{
    (void)state;
    tour("journal-ascii", 24, 80, true);
}

/* ---- the list ---- */

/* So many addresses of 198.51.100.0/24 and on, each seen a minute before the one before it. */
static void
add_many(struct desk *desk, int count)
{
    struct fault fault;
    struct journal *journal = recorder_journal(desk->recorder);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    for (int i = 0; i < count; i++) {
        struct observation o = {.times = 1, .score = -1, .headline = mem_copy("Clear."), .source = SOURCE_DNS};
        o.first_ms = o.last_ms = SCENE_WALL_MS - (int64_t)(i + 1) * MINUTE;
        o.address = addr_from_v4(0xC6336400u + (uint32_t)i);
        o.lists = observed_copy_of(STATE_CLEAR);
        assert_int_equal(journal_observe(journal, &o, NULL, &fault), JOURNAL_DONE);
        observation_fini(&o);
    }
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_DONE);
    recorder_touched(desk->recorder);
}

/* In which row of the screen a text stands. */
static int
row_of(struct desk *desk, const char *text)
{
    int row = 0;
    const char *screen = scene_text(&desk->scene), *found = strstr(screen, text);
    for (; found && screen < found; screen++)
        row += *screen == '\n';
    return found ? row : -1;
}

/* Opened entries are looked at again, and yet the list stands still until it is asked for anew. */
static void
back_returns_to_same_row(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    add_many(desk, 40);
    start(desk, "2001:db8::1");
    keys(desk, "J<PgDn>kky");
    assert_string_equal(scene_copied(&desk->scene), "07-06 18:00 198.51.100.12 clear");
    int row = row_of(desk, "198.51.100.12 ");
    keys(desk, "<Enter>");
    keys(desk, "H<Backspace><Backspace>y");
    assert_string_equal(scene_copied(&desk->scene), "07-06 18:13 198.51.100.12 clear");
    assert_int_equal(row_of(desk, "198.51.100.12 "), row);
    keys(desk, "gr");
    assert_true(row_of(desk, "198.51.100.12 ") >= 0);
}

/* How many there are is found out while nobody waits. */
static void
rows_are_counted_to_last(void **state)
{
    struct desk *desk = *state;
    add_many(desk, 5004);
    start(desk, "2001:db8::1");
    keys(desk, "J");
    assert_shows(&desk->scene, " 1/5,005\n");
    keys(desk, "<PgDn><PgDn><PgDn><PgDn><PgDn>y");
    assert_string_equal(scene_copied(&desk->scene), "07-06 16:38 198.51.100.94 clear");
    assert_shows(&desk->scene, " 96/5,005\n");
    keys(desk, "Gy");
    assert_shows(&desk->scene, " 5,005/5,005\n");
    assert_string_equal(scene_copied(&desk->scene), "07-03 06:49 198.51.119.139 clear");
    keys(desk, "<Up>y");
    assert_string_equal(scene_copied(&desk->scene), "07-03 06:50 198.51.119.138 clear");
    keys(desk, "gy");
    assert_string_equal(scene_copied(&desk->scene), "07-06 18:13 2001:db8::1 unknown");
}

/* Each turn of the loop looks for a while, so that the keys of a script come before its end. */
static void
jump_to_last_can_be_stopped(void **state)
{
    struct desk *desk = *state;
    add_many(desk, 5004);
    start(desk, "2001:db8::1");
    scene_keys(&desk->scene, "JG");
    assert_shows(&desk->scene, " searched, Esc stops  96/96\n");
    scene_keys(&desk->scene, "<Esc>");
    update_result(desk);
    assert_shows(&desk->scene, "The search was stopped: there may be more matches. r searches again.");
    assert_shows(&desk->scene, "more below  96/96\n");
    keys(desk, "G");
    assert_shows(&desk->scene, " 5,005/5,005\n");
    assert_hides(&desk->scene, "The search was stopped");
    keys(desk, "r");
    scene_keys(&desk->scene, "G<Up>");
    update_result(desk);
    assert_shows(&desk->scene, "/5,005\n");
}

static void
export_of_long_list_says_more(void **state)
{
    struct desk *desk = *state;
    char path[128], command[640];
    add_many(desk, 1500);
    start(desk, "2001:db8::1");
    keys(desk, "J");
    keys(desk, "w<^U>");
    snprintf(path, sizeof path, "%s/report", desk->folder);
    scene_paste(&desk->scene, path);
    keys(desk, "<Enter>");
    assert_shows(&desk->scene, "wrote ");
    snprintf(command, sizeof command,
             "grep -q '198.51.103.230 ' %s && ! grep -q '198.51.103.231 ' %s && grep -q '^There are more' %s; "
             "found=$?; rm %s; exit $found",
             path, path, path, path);
    assert_int_equal(system(command), 0);
}

static void
long_address_and_case_are_whole(void **state)
{
    struct desk *desk = *state;
    struct fault fault;
    struct addr address;
    struct journal *journal = recorder_journal(desk->recorder);
    assert_true(addr_parse("2001:db8:4860:4860::8888", &address));
    struct resource resource = resource_of_address(&address);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_ticket(journal, &resource, "4711", &fault), JOURNAL_DONE);
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_DONE);
    recorder_touched(desk->recorder);
    start(desk, "203.0.113.77");
    keys(desk, "J");
    assert_shows(&desk->scene, "2001:db8:4860:4860::8888 ");
    assert_shows(&desk->scene, "4711");
}

/* As many of one moment as an import brings, and as many that are due. */
static void
rows_of_equal_time_load(void **state)
{
    struct desk *desk = *state;
    struct fault fault;
    struct journal *journal = recorder_journal(desk->recorder);
    assert_int_equal(journal_begin(journal, &fault), JOURNAL_DONE);
    for (uint32_t i = 0; i < 400; i++) {
        struct addr address = addr_from_v4(0xC6120000u + i);
        struct resource resource = resource_of_address(&address);
        assert_int_equal(journal_case_set_ticket(journal, &resource, "imported", &fault), JOURNAL_DONE);
        if (i < 200)
            assert_int_equal(journal_case_set_due(journal, &resource, SCENE_WALL_MS - DAY, &fault), JOURNAL_DONE);
    }
    assert_int_equal(journal_commit(journal, &fault), JOURNAL_DONE);
    start(desk, "2001:db8::1");
    keys(desk, "J");
    for (int i = 0; i < 12; i++)
        keys(desk, "G");
    assert_shows(&desk->scene, "401/401");
}

static void
filter_language_is_one(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    start(desk, "192.0.2.1");
    keys(desk, "J");
    static const struct {
        const char *typed, *shows, *hides;
    } cases[] = {
        {"in:203.0.113.0/24", "203.0.113.9", "198.18.77.23"},
        {"level:3", "198.18.77.23", "2001:db8::25"},
        {"state:waiting", "203.0.113.77", "203.0.113.9 "},
        {"state:due", "203.0.113.9", "203.0.113.77"},
        {"tag:vip", "203.0.113.77", "198.18.77.23"},
        {"newsletter", "203.0.113.77", "198.18.77.23"},
        {"riverside", "198.18.77.23", "203.0.113.77"},
        {"impacts>20", "203.0.113.9", "203.0.113.77"},
        {"before:1h -tag:vip as:64497", "198.18.77.23", "203.0.113.77"},
        {"nothing like it", "No matches. f changes the filter", "203.0.113.77"},
        {"lsted>0", "unknown figure \"lsted\"", "Enter open"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        keys(desk, "f<^U>");
        keys(desk, cases[i].typed);
        assert_shows(&desk->scene, cases[i].shows);
        assert_hides(&desk->scene, cases[i].hides);
        keys(desk, "<Enter>");
    }
    keys(desk, "<Esc>f<^U><Enter>");
    assert_shows(&desk->scene, "203.0.113.77");
    assert_hides(&desk->scene, "\nfilter ");
}

/* J and H by turns do not pile up; a range of one address is the address. */
static void
journal_opens_once(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    start(desk, "192.0.2.1");
    keys(desk, "JHJHJHJ");
    assert_place(&desk->scene, "journal");
    keys(desk, "<Esc>");
    assert_shows(&desk->scene, "history of ");
    keys(desk, "<Esc>");
    assert_place(&desk->scene, "192.0.2.1");
    start(desk, "203.0.113.77/32");
    assert_shows(&desk->scene, "Case waiting, ticket NET-4711");
    keys(desk, "e");
    assert_shows(&desk->scene, "note on 203.0.113.77\n");
    keys(desk, "<Esc>");
}

static void
filter_prompt_cancelled_keeps_filter(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    start(desk, "192.0.2.1");
    keys(desk, "Jfin:203.0.113.0/24<Enter>jy");
    char *here = mem_copy(scene_copied(&desk->scene));
    static const char *const typed[] = {"", "<^U>", " nothing like it", "<^U>riverside", " lsted>0"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        keys(desk, "f");
        keys(desk, typed[i]);
        keys(desk, "<Esc>y");
        assert_shows(&desk->scene, "filter in:203.0.113.0/24  (f ^U Enter shows all)");
        assert_hides(&desk->scene, "198.18.77.23");
        assert_string_equal(scene_copied(&desk->scene), here);
    }
    keys(desk, "f<^U><Enter>friver<Esc>");
    assert_shows(&desk->scene, "203.0.113.77");
    assert_hides(&desk->scene, "\nfilter ");
    free(here);
}

static void
search_goes_from_row_to_row(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    start(desk, "192.0.2.1");
    keys(desk, "J/tag:vip<Enter>y");
    assert_shows(&desk->scene, "198.18.77.23");
    assert_non_null(strstr(scene_copied(&desk->scene), "203.0.113.77"));
    keys(desk, "g/newsletter<Enter>y");
    assert_non_null(strstr(scene_copied(&desk->scene), "203.0.113.77"));
    keys(desk, "g/in:203.0.113.0/24<Enter>y");
    assert_non_null(strstr(scene_copied(&desk->scene), "203.0.113.77"));
    keys(desk, "ny");
    assert_non_null(strstr(scene_copied(&desk->scene), "203.0.112.0/22"));
    keys(desk, "n");
    assert_shows(&desk->scene, "on from the beginning");
    keys(desk, "y");
    assert_non_null(strstr(scene_copied(&desk->scene), "203.0.113.9"));
    keys(desk, "N");
    assert_shows(&desk->scene, "on from the end");
    keys(desk, "/nothing like it<Enter>");
    assert_shows(&desk->scene, "No row matches \"nothing like it\".");
    keys(desk, "<^U>lsted>0<Enter>");
    assert_shows(&desk->scene, "unknown figure \"lsted\"");
    keys(desk, "<Esc>friver<Enter>/newsletter<Enter>");
    assert_shows(&desk->scene, "No row matches \"newsletter\".");
    keys(desk, "<Esc>");
}

/* A row that is not read yet, and back to it from the end; rows are counted from 1. */
static void
search_reaches_unloaded_rows(void **state)
{
    struct desk *desk = *state;
    add_many(desk, 5004);
    start(desk, "2001:db8::1");
    keys(desk, "J/198.51.119.139<Enter>");
    assert_shows(&desk->scene, " 5,005/5,005\n");
    keys(desk, "g/in:198.51.119.138/31<Enter>");
    assert_shows(&desk->scene, " 5,004/5,005\n");
    keys(desk, "n");
    assert_shows(&desk->scene, " 5,005/5,005\n");
    keys(desk, "n");
    assert_shows(&desk->scene, " 5,004/5,005\n");
    keys(desk, "gN");
    assert_shows(&desk->scene, " 5,005/5,005\n");
    keys(desk, "N");
    assert_shows(&desk->scene, " 5,004/5,005\n");
}

static void
due_case_is_on_top_until_done(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    start(desk, "192.0.2.1");
    keys(desk, "J");
    assert_shows(&desk->scene, "1 follow-up is due.");
    assert_shows(&desk->scene, "!! 18:13  203.0.113.9 ");
    keys(desk, "H");
    assert_shows(&desk->scene, "follow-up on 2026-07-04");
    assert_hides(&desk->scene, "follow-up due"); /* it was already when it was set */
    keys(desk, "<Backspace>");
    keys(desk, "t<Up><Up><Up>");
    assert_shows(&desk->scene, "2026-07-04");
    keys(desk, "2w<^S>");
    assert_shows(&desk->scene, "203.0.113.9: follow-up on 2026-07-20");
    keys(desk, "<Down>");
    assert_hides(&desk->scene, "is due");
    assert_hides(&desk->scene, "!!");
    assert_shows(&desk->scene, "open due 07-20");
}

static void
changes_since_last_look_open(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "v");
    assert_shows(&desk->scene, "there was no look at this address before");
    add_fortnight(desk);
    start(desk, "203.0.113.9");
    keys(desk, "v");
    assert_shows(&desk->scene, "203.0.113.9 then and now");
    keys(desk, "<Backspace>");
    assert_shows(&desk->scene, "203.0.113.9");
}

/* Marked until the user has seen it beside the last look. */
static void
changes_are_on_the_address_until_seen(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 40, 120, false, false);
    add_fortnight(&desk);
    fake_resolver_say(desk.engine.resolver, QUAYSIDE LEVEL2);
    start(&desk, "203.0.113.77");
    assert_shows(&desk.scene, "since last look: level 1 cleared, level 3 cleared, 19 -> 23 impacts");
    assert_shows(&desk.scene, "\xE2\x80\xA2\x31 ");
    keys(&desk, "r");
    assert_shows(&desk.scene, "since last look: level 1 cleared, level 3 cleared, 19 -> 23 impacts");
    keys(&desk, "v");
    assert_shows(&desk.scene, "203.0.113.77 then and now");
    keys(&desk, "<Backspace>");
    assert_hides(&desk.scene, "since last look");
    assert_hides(&desk.scene, "\xE2\x80\xA2\x31 ");
    close_desk(&desk, NULL);
}

static void
marked_addresses_are_compared(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    start(desk, "192.0.2.1");
    keys(desk, "J <Down> =");
    assert_shows(&desk->scene, "compare 203.0.113.9, ");
    assert_shows(&desk->scene, "levels as of");
    keys(desk, "<Backspace>");
    assert_shows(&desk->scene, "\xE2\x97\x8F");
    keys(desk, "<Esc>");
    assert_shows(&desk->scene, "2 marks cleared");
    assert_hides(&desk->scene, "\xE2\x97\x8F");
    assert_place(&desk->scene, "journal");
    keys(desk, "g <Down> f2001:db8::25<Enter>=");
    assert_shows(&desk->scene, "compare ");
}

static void
assert_row(int cols, const struct journal_entry *e, const char *expected)
{
    struct grid grid = {0};
    struct journal_rows_need need = {0};
    struct buf shown = {0};
    int widths[JOURNAL_ROWS_COLUMNS];
    grid_resize(&grid, 1, cols);
    struct canvas canvas = canvas_of(&grid);
    journal_rows_measure(&need, e, SCENE_WALL_MS);
    journal_rows_fit(cols, &need, widths);
    journal_rows_draw(&canvas, 0, widths, e, SCENE_WALL_MS);
    dump_grid(&shown, &grid, false);
    if (strncmp(buf_string(&shown), expected, strlen(expected)) != 0)
        fail_msg("%s is not\n%s", buf_string(&shown), expected);
    buf_free(&shown);
    grid_free(&grid);
}

/* A name is not cut in the middle of a word, nor is a date. */
static void
journal_row_of_80_columns_cuts_no_holder(void **state)
{
    (void)state;
    struct journal_entry e = {.resource = resource_of("203.0.113.109"),
                              .observed = true,
                              .seen_ms = SCENE_WALL_MS - 300 * (int64_t)DAY,
                              .asn = 3320,
                              .org = "Deutsche Telekom AG",
                              .has_case = true,
                              .case_state = CASE_WAITING,
                              .due_ms = SCENE_WALL_MS + DAY};
    e.lists = observed_copy_of(STATE_CLEAR);
    assert_row(80, &e,
               " \xE2\x9C\x93 2025-09  203.0.113.109    \xE2\x9C\x93\xE2\x9C\x93\xE2\x9C\x93             "
               "Deutsche Telekom  waiting due 07-07");
    e.has_case = false;
    e.verdict = VERDICT_DIRECT; /* the levels alone look clean */
    assert_row(80, &e, " \xE2\x9C\x97 2025-09-09   203.0.113.109    \xE2\x9C\x93\xE2\x9C\x93\xE2\x9C\x93");
    e.resource = resource_of("2001:db8:1::25"); /* no level knows it */
    observed_lists_fini(&e.lists);
    assert_row(80, &e, " \xE2\x9C\x97 2025-09-09   2001:db8:1::25       ");
}

static void
due_and_waiting_cases_open_from_start(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    navigate(&desk->nav, &(struct place){.kind = PLACE_START});
    update_result(desk);
    assert_shows(&desk->scene, "Cases: 1 due, 1 waiting");
    assert_shows(&desk->scene, "! 203.0.113.9: was due 2026-07-04, 2 d ago");
    keys(desk, "<Home>t");
    assert_shows(&desk->scene, "case of 203.0.113.9");
    keys(desk, "<Esc><Enter>");
    assert_shows(&desk->scene, "203.0.113.9  ");
    keys(desk, "<Backspace>tc<^S>");
    assert_shows(&desk->scene, "Cases: 1 waiting");
    assert_shows(&desk->scene, "\xE2\x80\xA2 203.0.113.77: waiting, no follow-up, ticket NET-4711: ");
    keys(desk, "<Home><Enter>");
    assert_place(&desk->scene, "203.0.113.77");
    keys(desk, "<Backspace>Jfdue:none<Enter>");
    assert_shows(&desk->scene, "203.0.112.0/22");
    assert_hides(&desk->scene, "192.0.2.1");
}

/* Only the first cases have rows. */
static void
many_cases_are_counted_on_start(void **state)
{
    struct desk *desk = *state;
    struct journal *journal = recorder_journal(desk->recorder);
    struct fault fault;
    for (unsigned i = 0; i < 9; i++) {
        char text[RESOURCE_TEXT];
        snprintf(text, sizeof text, "203.0.113.%u", i);
        struct resource resource = resource_of(text);
        assert_int_equal(journal_case_set_state(journal, &resource, CASE_WAITING, &fault), JOURNAL_DONE);
    }
    recorder_touched(desk->recorder);
    navigate(&desk->nav, &(struct place){.kind = PLACE_START});
    update_result(desk);
    assert_shows(&desk->scene, "Cases: 9 waiting");
    assert_shows(&desk->scene, "J shows all; f state:waiting");
    assert_shows(&desk->scene, "whylisted asks 5 lists about an IPv4 address");
    keys(desk, "L");
    assert_shows(&desk->scene, "lists  ");
    keys(desk, "<Backspace>J");
    assert_shows(&desk->scene, "journal  ");
}

/* A bounce is longer than what a user types. The end of it is in sight. */
static void
long_paste_at_prompt_stays_whole(void **state)
{
    struct desk *desk = *state;
    struct buf mail = {0};
    start(desk, "192.0.2.1");
    for (unsigned i = 0; i < 500; i++)
        buf_format(&mail, "Received: by relay %u of the \xE6\x97\xA5\xE6\x9C\xAC network; ", i);
    buf_text(&mail, "550 5.7.1 blocked: 203.0.113.9 is listed");
    keys(desk, "i");
    scene_paste(&desk->scene, buf_string(&mail));
    assert_shows(&desk->scene, "550 5.7.1 blocked: 203.0.113.9 is listed");
    for (unsigned i = 0; i < 12; i++)
        scene_paste(&desk->scene, buf_string(&mail));
    assert_shows(&desk->scene, "this is too long");
    assert_shows(&desk->scene, "550 5.7.1 blocked: 203.0.113.9 is listed");
    keys(desk, "<Esc>");
    buf_free(&mail);
}

/* ---- cases ---- */

/* Fields without text say so; those of a line join the lines. */
static void
paste_in_case_form_is_never_a_command(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "t");
    scene_paste(&desk->scene, "closed ticket 4711");
    assert_shows(&desk->scene, "nothing was pasted: ");
    assert_hides(&desk->scene, "not saved");
    keys(desk, "<Tab>");
    scene_paste(&desk->scene, "closed ticket 4711");
    assert_shows(&desk->scene, "ticket     closed ticket 4711");
    keys(desk, "<Tab><Tab><Tab><Tab>");
    scene_resize(&desk->scene, 10, 40);
    keys(desk, "one<Enter>two<Enter>three<Enter>four");
    assert_hides(&desk->scene, "one");
    scene_resize(&desk->scene, 24, 80); /* with room for the lines above */
    assert_shows(&desk->scene, "note       one\n");
    keys(desk, "<Tab>");
    scene_paste(&desk->scene, "y");
    assert_shows(&desk->scene, "nothing was pasted: ");
    keys(desk, "<Esc>");
    scene_paste(&desk->scene, "y");
    assert_shows(&desk->scene, "Leave anyway?");
    keys(desk, "y");
}

static void
case_form_sets_every_field(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "tw");
    assert_shows(&desk->scene, "\xE2\x80\xA2waiting");
    assert_shows(&desk->scene, "case of 203.0.113.77, not saved");
    keys(desk, "<Tab>NET-4711<Enter>vip Shop,vip<Down>abuse@harbor.example: please look at it<Tab>soon<^S>");
    assert_shows(&desk->scene, "follow-up: not a date; use for");
    keys(desk, "<^U>99y<^S>");
    assert_shows(&desk->scene, "the date is more than 10");
    keys(desk, "<^U>2026-07-05");
    assert_shows(&desk->scene, "due 2026-07-05");
    keys(desk, "<^U>1 Aug");
    assert_shows(&desk->scene, "due 2026-08-01, in 26 d");
    keys(desk, "<Tab>spam from a form<Enter>gone since June<Tab><Enter>");
    assert_shows(&desk->scene, "203.0.113.77: waiting, ticket saved, tags saved, contact saved, ");
    keys(desk, "<Down>");
    assert_shows(&desk->scene, "Case waiting, ticket NET-4711, told");
    assert_shows(&desk->scene, "abuse@harbor.example, due 2026-08-01");
    keys(desk, "d");
    assert_shows(&desk->scene, "Case waiting since 2026-07-06, ticket NET-4711, tags shop vip");
    assert_shows(&desk->scene, "Follow-up due 2026-08-01, in 26 d");
    assert_shows(&desk->scene, "Told 2026-07-06: abuse@harbor.example: please look at it");
    keys(desk, "<Backspace>");
    keys(desk, "t");
    assert_shows(&desk->scene, "contact    abuse@harbor.example: pl");
    assert_shows(&desk->scene, "told 2026-07-06; add one");
    assert_shows(&desk->scene, "gone since June");
    keys(desk, "<Tab><^U><Tab><Tab><Tab>2026-07-05<^S>");
    assert_shows(&desk->scene, "ticket removed, follow-up on 2026-07-05, which has passed: due at");
    keys(desk, "t<Tab><Tab><Tab><Tab><^U><^S>");
    assert_shows(&desk->scene, "follow-up removed");
    keys(desk, "tc<^S>");
    assert_shows(&desk->scene, "203.0.113.77: closed");
    keys(desk, "<Down>");
    assert_shows(&desk->scene, "Case closed");
}

static void
case_form_shows_what_was_saved(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "t");
    assert_shows(&desk->scene, "o, w, c or Left and Right");
    keys(desk, "o<Tab><Tab><Tab>abuse@harbor.example<Tab>7d");
    assert_shows(&desk->scene, "due 2026-07-13, in 7 d");
    keys(desk, "<Shift-Tab><Shift-Tab>why?<^S>"); /* from the follow-up to the tags */
    assert_shows(&desk->scene, "203.0.113.77: open, tags saved, contact saved, follow-up on 2026-07-13");
    keys(desk, "t");
    assert_shows(&desk->scene, "tags       why?");
    assert_shows(&desk->scene, "contact    abuse@harbor.example");
    assert_shows(&desk->scene, "due 2026-07-13, in 7 d");
    keys(desk, "<Tab><Tab><Tab><^U>");
    assert_hides(&desk->scene, "not saved"); /* a contact is never taken back */
    keys(desk, "noc@harbor.example<^S>");
    assert_shows(&desk->scene, "203.0.113.77: contact saved");
}

/* The texts aside: state, ticket, contact, follow-up. */
static void
case_is_filed_in_twelve_keys(void **state)
{
    struct desk *desk = *state;
    static const char *const presses[] = {"t",     "w",  "<Tab>", "NET-4711", "<Tab>", "<Tab>", "abuse@harbor.example",
                                          "<Tab>", "7d", "<^S>"};
    int pressed = 0;
    start(desk, "203.0.113.77");
    for (size_t i = 0; i < sizeof presses / sizeof presses[0]; i++) {
        bool is_text = *presses[i] != '<' && presses[i][1];
        pressed += !is_text;
        keys(desk, presses[i]);
    }
    assert_in_range(pressed, 1, 12);
    assert_shows(&desk->scene, "waiting, ticket saved, contact saved, follow-up on 2026-07-13");
}

/* Nothing that was typed is lost without a question, nor when another program writes. */
static void
case_form_loses_nothing(void **state)
{
    struct desk *desk = *state;
    struct fault fault;
    struct resource resource = resource_of("203.0.113.77");
    struct journal *journal = recorder_journal(desk->recorder);
    start(desk, "203.0.113.77");
    keys(desk, "t<Tab>NET-1<Esc>");
    assert_shows(&desk->scene, "The case is not saved. Leave anyway?");
    keys(desk, "n");
    assert_shows(&desk->scene, "NET-1");
    keys(desk, "<Up><Up><Up>mine");
    assert_int_equal(journal_case_set_note(journal, &resource, "theirs", &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_tags(journal, &resource, "vip", &fault), JOURNAL_DONE);
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "another program changed this case");
    assert_shows(&desk->scene, "mine");
    assert_shows(&desk->scene, "theirs");
    assert_shows(&desk->scene, "tags       vip");
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "203.0.113.77: ticket saved, note saved");
    keys(desk, "t<Esc>");
    assert_hides(&desk->scene, "Leave anyway");
    assert_shows(&desk->scene, "Case open, ticket NET-1");
    keys(desk, "to<Esc>y");
    assert_hides(&desk->scene, "case of 203.0.113.77");
}

static void
address_shows_its_case_at_once(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    fake_resolver_hold(desk->engine.resolver);
    struct fault fault;
    assert_true(submit(desk, "203.0.113.77", &fault));
    scene_wait(&desk->scene, 0);
    assert_shows(&desk->scene, "Case waiting, ticket NET-4711, told");
    assert_shows(&desk->scene, "203.0.112.0/22: case open");
    keys(desk, "d");
    assert_shows(&desk->scene, "Case waiting since 2026-07-06, ticket NET-4711, tags shop vip");
    assert_shows(&desk->scene, "The shop's contact form sent spam");
    assert_shows(&desk->scene, "... (e shows all of the note)");
    assert_hides(&desk->scene, "Call Ms Jansen");
    fake_resolver_deliver_all(desk->engine.resolver);
}

/* What is known of its nets and its provider shows where the address is looked at; of what is elsewhere nothing. */
static void
address_shows_related_cases(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    open_desk(&desk, 40, 100, false, false);
    static const struct {
        const char *resource, *note;
    } notes[] = {{"AS64497", "never answers\nbut once"},
                 {"203.0.0.0/16", "our relays live here"},
                 {"203.0.113.64/27", "rented until May"},
                 {"203.0.114.0/24", "elsewhere"},
                 {"203.0.113.9", "a neighbour"}};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        struct resource resource = resource_of(notes[i].resource);
        assert_int_equal(journal_case_set_note(recorder_journal(desk.recorder), &resource, notes[i].note, &fault),
                         JOURNAL_DONE);
    }
    fake_resolver_say(desk.engine.resolver, QUAYSIDE LEVEL2);
    start(&desk, "203.0.113.77");
    assert_shows(&desk.scene, "203.0.113.64/27: open since 2026-07-06: rented until May\n");
    assert_shows(&desk.scene, "203.0.0.0/16: open since 2026-07-06: our relays live");
    assert_shows(&desk.scene, "AS64497: open since 2026-07-06: never answers\n");
    assert_hides(&desk.scene, "elsewhere");
    assert_hides(&desk.scene, "a neighbour");
    while (!strstr(scene_copied(&desk.scene), "AS64497: open"))
        keys(&desk, "jy");
    keys(&desk, "e");
    assert_shows(&desk.scene, "note on AS64497");
    assert_shows(&desk.scene, "but once");
    keys(&desk, "<Esc><Enter>");
    assert_shows(&desk.scene, "history of AS64497");
    keys(&desk, "<Esc>");
    start(&desk, "AS64497");
    assert_shows(&desk.scene, "Case open since 2026-07-06: never answers");
    start(&desk, "203.0.0.0/16");
    assert_shows(&desk.scene, "Case open since 2026-07-06: our relays live here");
    assert_shows(&desk.scene, "Other cases here: 203.0.113.9 open, 203.0.113.64/27 open, 203.0.114.0/24 open (J, f "
                              "in:203.0.0.0/16)");
    struct resource net = resource_of("203.0.0.0/16");
    assert_int_equal(journal_case_set_state(recorder_journal(desk.recorder), &net, CASE_CLOSED, &fault), JOURNAL_DONE);
    recorder_touched(desk.recorder);
    keys(&desk, "<Down>");
    assert_shows(&desk.scene, "Case closed since 2026-07-06: our relays live here");
    close_desk(&desk, NULL);
}

/* Another one is begun after it, and names it. */
static void
note_on_closed_case_opens_next(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "ethe form sent spam<^S>tc<^S>t");
    assert_shows(&desk->scene, "a state reopens it; the re");
    assert_hides(&desk->scene, "note       the form sent spam");
    keys(desk, "<Tab><Tab><Tab>abuse@harbor.example<^S>");
    assert_shows(&desk->scene, "new case opened, contact saved");
    keys(desk, "<Down>");
    assert_shows(&desk->scene, "Case open, told abuse@harbor.example");
    keys(desk, "d");
    assert_shows(&desk->scene, "Case open since 2026-07-06");
    assert_shows(&desk->scene, "The case before: closed since 2026-07-06: the form sent spam");
    keys(desk, "<Backspace>");
    keys(desk, "tc<^S>eagain<^S>");
    assert_shows(&desk->scene, "new case opened with this note");
    keys(desk, "tc<^S>to");
    assert_shows(&desk->scene, "reopens the last case");
}

static void
enter_on_case_opens_history(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 40, 100, false, false);
    add_fortnight(&desk);
    start(&desk, "203.0.113.77");
    while (!strstr(scene_copied(&desk.scene), "Case waiting"))
        keys(&desk, "jy");
    keys(&desk, "<Enter>");
    assert_shows(&desk.scene, "203.0.113.77: the journal goes back to 2026-06-22 18:13 UTC\n");
    close_desk(&desk, NULL);
}

/* What was so from a first look to a last one was so between them, of whichever address. */
static void
net_course_has_no_gaps(void **state)
{
    (void)state;
    static const struct sight sights[] = {{"203.0.113.77", 10, 2, false, 12, "203.0.112.0/22", 50, NULL},
                                          {"203.0.113.9", 8, 4, false, 31, "203.0.112.0/22", 60, NULL}};
    struct desk desk;
    open_desk(&desk, 24, 80, true, false);
    add_look(&desk, &sights[0]);
    add_look(&desk, &sights[1]);
    for (int asn = 0; asn < 2; asn++) {
        start(&desk, asn ? "AS64497" : "203.0.112.0/22");
        keys(&desk, "H");
        assert_shows(&desk.scene, asn ? "full height is 60, the last is 50" : "full height is 31, the last is 12");
        assert_hides(&desk.scene, "dots");
    }
    close_desk(&desk, NULL);
}

/* What the own resolver failed at is one row until something is known to have changed. */
static void
history_folds_failures_of_resolver(void **state)
{
    (void)state;
    static const struct sight sights[] = {
        {"203.0.113.77", 12, 11, false, 0, NULL, 0, NULL}, {"203.0.113.77", 10, 10, false, 0, NULL, 0, NULL},
        {"203.0.113.77", 9, 9, false, 0, NULL, 0, NULL},   {"203.0.113.77", 8, 8, false, 0, NULL, 0, NULL},
        {"203.0.113.77", 7, 6, false, 0, NULL, 0, NULL},   {"203.0.113.77", 5, 5, true, 0, NULL, 0, NULL},
        {"203.0.113.77", 4, 4, false, 0, NULL, 0, NULL},
    };
    static const enum list_state failed[] = {0, STATE_TIMEOUT, 0, STATE_TIMEOUT, 0, 0, STATE_REFUSED};
    struct desk desk;
    open_desk(&desk, 40, 100, false, false);
    for (size_t i = 0; i < sizeof sights / sizeof sights[0]; i++)
        add_look_as(&desk, &sights[i], failed[i]);
    struct fault fault;
    struct resource resource = resource_of("203.0.113.77");
    navigate(&desk.nav, &(struct place){PLACE_HISTORY, .resource = resource});
    assert_true(journal_case_set_note(recorder_journal(desk.recorder), &resource, "one", &fault) == JOURNAL_DONE);
    update_result(&desk);
    assert_shows(&desk.scene, "2026-07-02 18:13 \xE2\x80\xA2 refused");
    assert_shows(&desk.scene, "level 1: clear -> listed");
    assert_hides(&desk.scene, "no answer ->");
    assert_hides(&desk.scene, "-> no answer");
    assert_shows(&desk.scene, "2026-06-28 18:13 \xE2\x80\xA2 2 times no answer");
    assert_shows(&desk.scene, "from 06-26 18:13 to 06-28 18:13");
    assert_shows(&desk.scene, "last seen in the old state 06-30 18:13");
    assert_shows(&desk.scene, "unchanged until 06-30 18:13, 25 checks");
    close_desk(&desk, NULL);
}

/* Two points make no line. */
static void
history_draws_line_from_three_points_on(void **state)
{
    (void)state;
    static const struct sight sights[] = {{"203.0.113.77", 12, 12, false, 5, "203.0.113.0/24", 0, NULL},
                                          {"203.0.113.77", 10, 10, false, 19, "203.0.113.0/24", 0, NULL},
                                          {"203.0.113.77", 8, 8, false, 23, "203.0.113.0/24", 0, NULL}};
    struct desk desk;
    struct resource resource = resource_of("203.0.113.77");
    open_desk(&desk, 40, 100, false, false);
    for (size_t i = 0; i < 3; i++) {
        add_look(&desk, &sights[i]);
        navigate(&desk.nav, &(struct place){PLACE_HISTORY, .resource = resource});
        update_result(&desk);
        if (i < 2)
            assert_hides(&desk.scene, "Impacts of the widest net");
        else
            assert_shows(&desk.scene, "Impacts of the widest net");
    }
    close_desk(&desk, NULL);
}

/* ---- what changes ---- */

static void
change_shows_both_times(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 40, 100, false, false);
    fake_resolver_say(desk.engine.resolver, QUAYSIDE);
    start(&desk, "203.0.113.77");
    keys(&desk, "r");
    fake_resolver_say(desk.engine.resolver, LEVEL1);
    scene_wait(&desk.scene, 2 * (int64_t)DAY + HOUR);
    update_result(&desk);
    assert_shows(&desk.scene, "listed  first seen 2026-07-08 19:13, last clear 2026-07-06 18:13");
    keys(&desk, "H");
    assert_shows(&desk.scene, "2026-07-08 19:13");
    assert_shows(&desk.scene, "level 1: clear -> listed");
    assert_shows(&desk.scene, "last seen in the old state 07-06 18:13");
    assert_shows(&desk.scene, "first check: Clear: ");
    assert_shows(&desk.scene, "On level 1: high is yes, low is no.");
    keys(&desk, "JG<Enter>");
    assert_shows(&desk.scene, "Nothing differs.");
    keys(&desk, "H<Enter>");
    close_desk(&desk, NULL);
}

/* A case that is closed, another one after it; what lies in one minute is told to the second. */
static void
history_has_every_case_in_time(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    struct resource resource = resource_of("203.0.113.77");
    open_desk(&desk, 40, 100, false, false);
    struct journal *journal = recorder_journal(desk.recorder);
    start(&desk, "203.0.113.77");
    scene_wait(&desk.scene, HOUR);
    assert_int_equal(journal_case_set_ticket(journal, &resource, "NET-1", &fault), JOURNAL_DONE);
    scene_wait(&desk.scene, 20 * 1000);
    assert_int_equal(journal_case_set_ticket(journal, &resource, "", &fault), JOURNAL_DONE);
    assert_int_equal(journal_case_set_state(journal, &resource, CASE_CLOSED, &fault), JOURNAL_DONE);
    scene_wait(&desk.scene, DAY);
    assert_int_equal(journal_case_set_note(journal, &resource, "It is back.", &fault), JOURNAL_DONE);
    scene_wait(&desk.scene, MINUTE);
    assert_int_equal(journal_case_set_due(journal, &resource, clock_wall_ms() + DAY, &fault), JOURNAL_DONE);
    scene_wait(&desk.scene, 2 * (int64_t)DAY);
    assert_int_equal(journal_case_set_state(journal, &resource, CASE_WAITING, &fault), JOURNAL_DONE);
    recorder_touched(desk.recorder);
    keys(&desk, "H");
    static const char *const lines[] = {
        "2026-07-09 19:14    \xE2\x80\xBA case 2 waiting",
        "2026-07-08 19:14    \xE2\x80\xBA case 2: follow-up due",
        "2026-07-07 19:14    \xE2\x80\xBA case 2: follow-up on 2026-07-08",
        "2026-07-07 19:13    \xE2\x80\xBA It is back.",
        "2026-07-07 19:13    \xE2\x80\xBA case 2 opened",
        "2026-07-06 19:13:20 \xE2\x80\xBA case 1: ticket removed",
        "2026-07-06 19:13:20 \xE2\x80\xBA case 1 closed",
        "2026-07-06 19:13:00 \xE2\x80\xBA case 1 opened",
        "2026-07-06 18:13    \xE2\x80\xA2 first check: ",
    };
    int last = 0;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_shows(&desk.scene, lines[i]);
        assert_true(row_of(&desk, lines[i]) > last);
        last = row_of(&desk, lines[i]);
    }
    close_desk(&desk, NULL);
}

/* Of a note in force ten lines, of one that another has replaced the first. */
static void
history_long_note_is_folded(void **state)
{
    struct desk *desk = *state;
    struct fault fault;
    struct buf text = {0};
    struct resource resource = resource_of("203.0.113.77");
    for (int i = 1; i <= 300; i++)
        buf_format(&text, "%sline %d", i > 1 ? "\n" : "", i);
    assert_int_equal(journal_case_set_note(recorder_journal(desk->recorder), &resource, buf_string(&text), &fault),
                     JOURNAL_DONE);
    recorder_touched(desk->recorder);
    start(desk, "203.0.113.77");
    keys(desk, "H");
    assert_shows(&desk->scene, "line 10\n");
    assert_hides(&desk->scene, "line 11");
    assert_shows(&desk->scene, "... and 290 more lines; e shows all");
    scene_wait(&desk->scene, MINUTE);
    assert_int_equal(journal_case_set_note(recorder_journal(desk->recorder), &resource, "short", &fault), JOURNAL_DONE);
    recorder_touched(desk->recorder);
    keys(desk, "<Down>");
    assert_shows(&desk->scene, "short\n");
    assert_shows(&desk->scene, "line 1 ... (299 more lines, replaced since)");
    assert_hides(&desk->scene, "line 2");
    buf_free(&text);
}

/* Two looks within a minute. */
static void
history_shows_seconds_when_needed(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    scene_wait(&desk->scene, 20 * 1000);
    keys(desk, "J<Enter>r");
    assert_shows(&desk->scene, "Then: 2026-07-06 18:13:00 UTC");
    assert_shows(&desk->scene, "Now: 2026-07-06 18:13:2");
}

static void
then_now_shows_older_entry(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 40, 100, false, false);
    add_fortnight(&desk);
    fake_resolver_say(desk.engine.resolver, QUAYSIDE LEVEL1);
    start(&desk, "203.0.113.77");
    keys(&desk, "HG<Enter>");
    assert_shows(&desk.scene, "Then: 2026-06-22 18:13 to 2026-06-24 18:13 UTC, 12 checks");
    assert_shows(&desk.scene, "! level 1              clear                                  listed");
    keys(&desk, "<Enter>");
    assert_shows(&desk.scene, "YOU. This address itself is listed.");
    close_desk(&desk, NULL);
}

/* ---- notes ---- */

static void
assert_note(struct desk *desk, const char *resource_name, const char *expected)
{
    struct journal_case a_case;
    struct fault fault = {""};
    struct resource resource = resource_of(resource_name);
    struct buf note = {0};
    if (!journal_case_find(recorder_journal(desk->recorder), &resource, &a_case, &fault))
        fail_msg("%s has no case %s", resource_name, fault.text);
    journal_case_note_text(&a_case, &note);
    assert_string_equal(buf_string(&note), expected);
    buf_free(&note);
    journal_case_fini(&a_case);
}

static void
note_is_saved(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "e");
    assert_shows(&desk->scene, "Note what matters");
    keys(desk, "q is a letter here, and ? is one<Enter>second<Enter><Enter>fourth");
    assert_shows(&desk->scene, "not saved");
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "note saved");
    assert_note(desk, "203.0.113.77", "q is a letter here, and ? is one\nsecond\n\nfourth");
    keys(desk, "e<Up><Up><Up><Home><Del>Q<Down><End>!<^S>");
    assert_note(desk, "203.0.113.77", "Q is a letter here, and ? is one\nsecond!\n\nfourth");
}

/* As after a case was closed by mistake. */
static void
closed_case_reopens_with_note(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "ewhat I know<^S>");
    keys(desk, "tc<^S>e");
    assert_shows(&desk->scene, "The last case is closed; a note here starts a new one.");
    assert_hides(&desk->scene, "what I know");
    keys(desk, "<Esc>to<^S>e");
    assert_shows(&desk->scene, "what I know");
    assert_hides(&desk->scene, "The last case is closed");
}

static void
note_keys_work(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 10, 40, false, false);
    start(&desk, "203.0.113.77");
    keys(&desk, "e");
    keys(&desk, "one two three four five six seven eight nine<Enter>ten");
    scene_show(&desk.scene, "wrapped at blanks");
    keys(&desk, "<Up>");
    scene_show(&desk.scene, "up within a line");
    keys(&desk, "<Up><End>");
    scene_show(&desk.scene, "the end of the line is further down");
    keys(&desk, "<^W><Del>");
    scene_show(&desk.scene, "a word erased, and the end of the line: the next one joins");
    keys(&desk, "<^A><^K>");
    scene_show(&desk.scene, "nothing left");
    scene_paste(&desk.scene, "pasted in one line");
    for (int i = 0; i < 12; i++)
        scene_keys(&desk.scene, "<Enter>more");
    scene_show(&desk.scene, "more than the page holds");
    keys(&desk, "<PgUp><PgUp>");
    scene_show(&desk.scene, "two pages up");
    scene_resize(&desk.scene, 5, 20);
    scene_show(&desk.scene, "hardly any room");
    scene_resize(&desk.scene, 1, 1);
    scene_keys(&desk.scene, "x<Up><Down><PgDn><Enter>y");
    scene_resize(&desk.scene, 10, 40);
    keys(&desk, "<Esc>");
    scene_show(&desk.scene, "leaving asks first");
    keys(&desk, "n<Esc>y");
    assert_hides(&desk.scene, "pasted");
    assert_shows(&desk.scene, "203.0.113.77");
    close_desk(&desk, "journal-note");
}

static void
note_beyond_limit_is_refused(void **state)
{
    struct desk *desk = *state;
    char *text = mem_alloc(CASE_NOTE_MOST + 2);
    memset(text, 'x', CASE_NOTE_MOST);
    text[CASE_NOTE_MOST] = '\0';
    start(desk, "203.0.113.77");
    keys(desk, "e");
    scene_paste(&desk->scene, text);
    keys(desk, "y");
    assert_shows(&desk->scene, "a note has at most 64 KiB");
    keys(desk, "<^S>");
    assert_note(desk, "203.0.113.77", text);
    free(text);
}

static void
set_note(struct desk *desk, const char *resource_name, const char *text)
{
    struct fault fault;
    struct resource resource = resource_of(resource_name);
    struct journal *other = open_file(desk, JOURNAL_WRITES);
    assert_int_equal(journal_case_set_note(other, &resource, text, &fault), JOURNAL_DONE);
    journal_close(other);
}

static void
note_changed_elsewhere_is_kept(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "emine");
    set_note(desk, "203.0.113.77", "of a colleague");
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "another program has changed this note");
    assert_shows(&desk->scene, "of a colleague");
    assert_note(desk, "203.0.113.77", "of a colleague");
    keys(desk, "<^S>");
    assert_note(desk, "203.0.113.77", "mine\n----\nof a colleague");
}

static void
forget(struct desk *desk, const char *name)
{
    struct fault fault;
    struct journal_totals gone;
    struct resource resource = resource_of(name);
    struct journal *other = open_file(desk, JOURNAL_CHANGES);
    assert_int_equal(
        journal_purge(other, &(struct journal_purge_scope){.resource = &resource}, NULL, NULL, &gone, &fault),
        JOURNAL_DONE);
    journal_close(other);
}

/* Closed or forgotten while it is written to: that is said before anything is written. */
static void
case_closed_during_note_is_reported(void **state)
{
    struct desk *desk = *state;
    struct fault fault;
    struct resource resource = resource_of("203.0.113.77");
    start(desk, "203.0.113.77");
    keys(desk, "eone<^S>e two");
    struct journal *other = open_file(desk, JOURNAL_CHANGES);
    assert_int_equal(journal_case_set_state(other, &resource, CASE_CLOSED, &fault), JOURNAL_DONE);
    journal_close(other);
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "another program has closed this case: ^S starts a new one with this note");
    assert_note(desk, "203.0.113.77", "one");
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "new case opened with this note");
    assert_note(desk, "203.0.113.77", "one two");
    keys(desk, "e three");
    forget(desk, "203.0.113.77");
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "another program removed the case of 203.0.113.77: ^S starts a new one");
    assert_hides(&desk->scene, "----");
    keys(desk, "<^S>");
    assert_shows(&desk->scene, "note saved");
    assert_note(desk, "203.0.113.77", "one two three");
}

static void
other_writers_change_shows_on_next_key(void **state)
{
    static const char *const views[] = {"", "H", "J<Enter>"};
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        char note[] = "of colleague 0";
        note[sizeof note - 2] += (char)i;
        keys(desk, views[i]);
        set_note(desk, "203.0.113.77", note);
        scene_wait(&desk->scene, 1000);
        keys(desk, "<Down>");
        assert_shows(&desk->scene, note);
        if (*views[i])
            keys(desk, "<Backspace>");
    }
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        start(desk, "203.0.113.77");
        keys(desk, "r");
        update_result(desk);
        keys(desk, views[i]);
        set_note(desk, "203.0.113.77", "of a customer");
        scene_wait(&desk->scene, 1000);
        keys(desk, "<Down>");
        assert_shows(&desk->scene, "of a customer");
        forget(desk, "203.0.113.77");
        scene_wait(&desk->scene, 1000);
        keys(desk, "<Up>");
        assert_hides(&desk->scene, "of a customer");
    }
}

static void
hangup_keeps_note(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "ehalf a sent");
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    assert_note(desk, "203.0.113.77", "half a sent");
}

static bool
append(void *arg, const char *bytes, size_t count)
{
    buf_bytes(arg, bytes, count);
    return true;
}

struct taken {
    struct buf text;
    size_t at;
};

static long
take(void *arg, char *room, size_t count)
{
    struct taken *taken = arg;
    size_t left = taken->text.count - taken->at;
    count = count < left ? count : left;
    memcpy(room, buf_string(&taken->text) + taken->at, count);
    taken->at += count;
    return (long)count;
}

/* A colleague has the same case, and both of us go on with its note. */
static void
merged_notes_are_both_shown(void **state)
{
    (void)state;
    struct desk desk, other;
    struct fault fault;
    struct taken taken = {0};
    struct journal_totals added, changed;
    open_usual(&desk);
    set_note(&desk, "203.0.113.77", "the beginning");
    assert_true(journal_export(recorder_journal(desk.recorder), append, &taken.text, &fault));
    open_usual(&other);
    assert_int_equal(journal_import(recorder_journal(other.recorder), take, &taken, "a colleague", NULL, NULL, &added,
                                    &changed, &fault),
                     JOURNAL_DONE);
    set_note(&other, "203.0.113.77", "his end of it");
    set_note(&desk, "203.0.113.77", "my end of it");
    assert_int_equal(journal_merge(recorder_journal(desk.recorder), other.path, NULL, NULL, &added, &changed, &fault),
                     JOURNAL_DONE);
    recorder_touched(desk.recorder);
    start(&desk, "203.0.113.77");
    keys(&desk, "e");
    assert_shows(&desk.scene, "Two notes were written separately");
    assert_shows(&desk.scene, "his end of it");
    assert_shows(&desk.scene, "----");
    assert_shows(&desk.scene, "my end of it");
    keys(&desk, "<^S>");
    keys(&desk, "e");
    assert_hides(&desk.scene, "Two notes were written separately");
    buf_free(&taken.text);
    close_desk(&other, NULL);
    close_desk(&desk, NULL);
}

/* A script in the place of the user's editor; it finds the file as its first argument. */
static void
use_editor(struct desk *desk, const char *script)
{
    char path[128], command[160];
    snprintf(path, sizeof path, "%s/editor", desk->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", script);
    fclose(file);
    snprintf(command, sizeof command, "sh %s", path);
    setenv("VISUAL", command, 1);
    setenv("XDG_RUNTIME_DIR", desk->folder, 1);
}

static void
drop_editor(struct desk *desk)
{
    char path[128];
    snprintf(path, sizeof path, "%s/editor", desk->folder);
    unlink(path);
    unsetenv("VISUAL");
    unsetenv("XDG_RUNTIME_DIR");
}

static void
editor_saves_note(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk);
    start(&desk, "203.0.113.77");
    use_editor(&desk, "stat -c '%a' \"$1\" >>\"$1\"; stat -c '%a' \"${1%/*}\" >>\"$1\"\n"
                      "printf 'bell\\a and \\033[31mred\\n\\n\\n' >>\"$1\"; touch \"$1~\"");
    keys(&desk, "etyped here<Enter><^O>");
    assert_shows(&desk.scene, "typed here");
    assert_shows(&desk.scene, "600");
    assert_shows(&desk.scene, "700");
    assert_shows(&desk.scene, "bell? and ?[31mred");
    keys(&desk, "<^S>");
    assert_note(&desk, "203.0.113.77", "typed here\n600\n700\nbell? and ?[31mred");
    drop_editor(&desk);
    close_desk(&desk, NULL); /* fails unless the folder is empty */
}

static void
editor_failure_loses_nothing(void **state)
{
    struct desk *desk = *state;
    start(desk, "203.0.113.77");
    keys(desk, "emine");
    use_editor(desk, "exit 3");
    keys(desk, "<^O>");
    assert_shows(&desk->scene, "failed");
    assert_shows(&desk->scene, "\nmine\n");
    use_editor(desk, "echo but written >>\"$1\"; kill -9 $$");
    keys(desk, "<^O>");
    assert_shows(&desk->scene, "\nmine\n");
    assert_shows(&desk->scene, "your text is in");
    setenv("VISUAL", "/nonexistent/editor", 1);
    keys(desk, "<^O>");
    assert_shows(&desk->scene, "no editor '/nonexistent/editor'; set VISUAL or EDITOR");
    keys(desk, "<^S>");
    assert_note(desk, "203.0.113.77", "mine");
    char command[256];
    snprintf(command, sizeof command, "grep -rqx 'but written' %s/whylisted-*/note.txt && rm -r %s/whylisted-*",
             desk->folder, desk->folder);
    assert_int_equal(system(command), 0);
    drop_editor(desk);
}

/* ---- where there is none, or only to be read ---- */

static void
no_journal_says_why(void **state)
{
    struct desk *desk = *state;
    struct recorder *recorder = desk->recorder;
    desk->engine.recorder = NULL;
    desk->nav.no_journal = "There is no journal: --no-journal was given.";
    start(desk, "203.0.113.77");
    static const char *const presses[] = {"e", "t", "H"};
    for (size_t i = 0; i < sizeof presses / sizeof presses[0]; i++) {
        keys(desk, presses[i]);
        assert_shows(&desk->scene, "There is no journal: --no-journal was given.");
        keys(desk, "<Down>");
        assert_hides(&desk->scene, "There is no journal");
    }
    assert_hides(&desk->scene, "e note");
    keys(desk, "J");
    assert_shows(&desk->scene, "There is no journal: --no-journal was given.");
    assert_hides(&desk->scene, "f filter");
    keys(desk, "?words<Enter>");
    assert_shows(&desk->scene, "--no-journal was given");
    assert_hides(&desk->scene, "$EDITOR");
    desk->recorder = recorder;
}

static void
readonly_journal_offers_no_note(void **state)
{
    struct desk *desk = *state;
    add_fortnight(desk);
    recorder_free(desk->recorder);
    desk->recorder = recorder_new(desk->scene.loop, open_file(desk, JOURNAL_READS), false, on_told, desk);
    desk->engine.recorder = desk->recorder;
    start(desk, "2001:db8::1");
    keys(desk, "J");
    assert_shows(&desk->scene, "is read-only");
    assert_shows(&desk->scene, "203.0.113.77");
    keys(desk, "e");
    assert_shows(&desk->scene, "is read-only: lookups are not saved");
    keys(desk, "t");
    assert_hides(&desk->scene, "Case of");
}

static void
help_names_journal_file(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 60, 100, false, false);
    start(&desk, "192.0.2.1");
    keys(&desk, "?words<Enter>");
    assert_shows(&desk.scene, desk.path);
    keys(&desk, "G");
    assert_shows(&desk.scene, "Edit in $VISUAL or $EDITOR");
    keys(&desk, "<Esc>");
    char *home = getenv("HOME") ? mem_copy(getenv("HOME")) : NULL;
    setenv("HOME", desk.folder, 1);
    keys(&desk, "?words<Enter>");
    assert_shows(&desk.scene, "~/journal.db is the journal");
    home ? setenv("HOME", home, 1) : unsetenv("HOME");
    free(home);
    close_desk(&desk, NULL);
}

/* ---- neighbours and snapshots ---- */

static void
neighbours_show_age_and_departure(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    static const uint32_t before[] = {0xCB007109u, 0xCB007132u}; /* .9 and .50 */
    open_desk(&desk, 24, 80, false, true);
    struct prefix block = prefix_around(&(struct addr){ADDR_V4, {203, 0, 113, 0}}, 24);
    assert_int_equal(journal_neighbours_add(recorder_journal(desk.recorder), &block, SCENE_WALL_MS - 5 * (int64_t)DAY,
                                            before, 2, NULL, 0, &fault),
                     JOURNAL_DONE);
    start(&desk, "203.0.113.0/24");
    scene_show_roles(&desk.scene, "a range: since when each neighbour is known, and one that left");
    keys(&desk, "fleft<Enter>");
    assert_shows(&desk.scene, "203.0.113.50");
    assert_hides(&desk.scene, "203.0.113.9 ");
    keys(&desk, "f<^U><Enter>sG<Enter>");
    scene_show(&desk.scene, "sorted by first seen");
    keys(&desk, "H");
    scene_show(&desk.scene, "its history: who came, who left, and the zone");
    keys(&desk, "<Backspace>");
    start(&desk, "AS64497");
    keys(&desk, "H");
    scene_show(&desk.scene, "the history of an ASN: the zone");
    keys(&desk, "W");
    keys(&desk, "/harbor<Enter>H");
    assert_shows(&desk.scene, "history of AS64497");
    start(&desk, "198.18.0.0/15");
    keys(&desk, "H");
    assert_shows(&desk.scene, "zone 2026070618: 116 listed addresses, no impacts known");
    journal_neighbours wide = {0};
    struct prefix range = prefix_around(&(struct addr){ADDR_V4, {198, 18, 0, 0}}, 15);
    assert_true(journal_neighbours_of(recorder_journal(desk.recorder), &range, &wide, &fault));
    assert_int_equal(wide.count, 0); /* of a wide range only how it stands */
    vec_free(&wide);
    close_desk(&desk, "journal-neighbours");
}

static void
sweep_result_is_recorded(void **state)
{
    struct desk *desk = *state;
    fake_resolver_say(desk->engine.resolver, LEVEL1);
    start(desk, "203.0.113.64/28");
    keys(desk, "ry");
    update_result(desk);
    assert_shows(&desk->scene, "1 listed address, 15 not listed");
    assert_shows(&desk->scene, "the sweep found 1 listed address");
    assert_shows(&desk->scene, "203.0.113.77     \xE2\x80\xA6                  now");
    scene_wait(&desk->scene, 3 * (int64_t)DAY);
    start(desk, "203.0.113.0/24");
    assert_shows(&desk->scene, "1 in the journal");
    assert_shows(&desk->scene, "3 d+  ?  ?  ?     3 d ago");
    fake_resolver_say(desk->engine.resolver, "77.113.0.203.dnsbl-1.uceprotect.net * nxdomain");
    start(desk, "203.0.113.64/28");
    assert_shows(&desk->scene, "3 d ago");
    keys(desk, "ry");
    update_result(desk);
    assert_shows(&desk->scene, "0 of 16 listed, 1 left");
    assert_shows(&desk->scene, "203.0.113.77     no name           left");
    keys(desk, "H");
    assert_shows(&desk->scene, "203.0.113.77: last seen on level 1");
    assert_shows(&desk->scene, "not on it 07-09 18:13");
}

/* So that the advice to name them can be followed; and the report has them. */
static void
page_names_listed_neighbours(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 60, 100, false, false);
    fake_resolver_say(desk.engine.resolver, LEVEL1 "9.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n"
                                                   "201.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n");
    start(&desk, "203.0.113.9");
    assert_hides(&desk.scene, "sweep of this run");
    keys(&desk, "u");
    keys(&desk, "ry");
    for (int turns = 0; turns < 20; turns++)
        update_result(&desk);
    keys(&desk, "<Esc>");
    assert_shows(&desk.scene, "203.0.113.0/24: 3 listed by the sweep of");
    assert_shows(&desk.scene, "Listed .9 .77 .201 ");
    keys(&desk, "d");
    assert_shows(&desk.scene, "Listed neighbours in 203.0.113.0/24 (sweep of this run)");
    assert_shows(&desk.scene, "  .77, .201\n");
    close_desk(&desk, NULL);
    open_desk(&desk, 60, 100, false, true);
    start(&desk, "203.0.113.9");
    assert_shows(&desk.scene, "203.0.113.0/24: 4 of 256 listed");
    assert_shows(&desk.scene, "Listed .9 .66 .77 .201 ");
    keys(&desk, "d");
    assert_shows(&desk.scene, "Listed neighbours in 203.0.113.0/24 (zone file");
    assert_shows(&desk.scene, "  .66, .77, .201\n");
    close_desk(&desk, NULL);
}

/* The map on the first screen is of the widest published net, and keys lead through the others. */
static void
address_map_goes_narrower_and_wider(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, true);
#define NIMBUS(net, impacts)                                                                                           \
    "\"Net " net " is UCEPROTECT-Level2 listed because " impacts " impacts are seen from NIMBUS Nimbus Cloud, "        \
    "DE/AS64496 there. See: http://www.uceprotect.net/rblcheck.php?ipr=198.18.77.23\" "
    fake_resolver_say(desk.engine.resolver,
                      "23.77.18.198.dnsbl-2.uceprotect.net A data 127.0.0.2\n"
                      "23.77.18.198.dnsbl-2.uceprotect.net TXT data " NIMBUS("198.18.0.0/16", "412")
                          NIMBUS("198.18.64.0/20", "150") "\n");
    start(&desk, "198.18.77.23");
    assert_shows(&desk.scene, "198.18.0.0/16: 110 listed, 5/256 /24s ");
    assert_shows(&desk.scene, "Worst  198.18.77.0/24 \xE2\x97\x86     83 ");
    keys(&desk, "]");
    assert_shows(&desk.scene, "198.18.0.0/16: 110 listed");
    keys(&desk, "[");
    assert_shows(&desk.scene, "198.18.64.0/20: ");
    keys(&desk, "[");
    assert_shows(&desk.scene, "198.18.77.0/24: 83 of 256 listed ");
    assert_shows(&desk.scene, "\xE2\x97\x86 you");
    keys(&desk, "]m");
    assert_place(&desk.scene, "198.18.64.0/20");
    close_desk(&desk, NULL);
}

/* ---- any place ---- */

static void
hints_at_80_columns_show_main_keys(void **state)
{
    (void)state;
    static const struct {
        const char *target, *way, *keys;
    } places[] = {
        {"203.0.113.77", "", " q quit  J journal  ? keys    m map  a provider  c complain"},
        {"203.0.113.77", "J", " q back  J journal  ? keys    f filter  r again  H history"},
        {"203.0.113.77", "J<Enter>", " q back  J journal  ? keys    r again  u up  H history"},
        {"203.0.113.77", "H", " q back  J journal  ? keys    r again  u up  e note  t case"},
        {"203.0.113.0/24", "", " q quit  J journal  ? keys    r sweep"},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct desk desk;
        open_usual(&desk);
        start(&desk, places[i].target);
        keys(&desk, places[i].way);
        assert_shows(&desk.scene, places[i].keys);
        close_desk(&desk, NULL);
    }
}

/* The first view of a net or an AS says what changed since the zone files of the look before; then it is seen. */
static void
count_changes_show_until_seen(void **state)
{
    (void)state;
    static const struct {
        const char *target, *history;
        int64_t listed, impacts;
        const char *expected;
    } cases[] = {
        {"198.18.0.0/16", "history of 198.18.0.0/16", 150, 1500, "150 -> 110 listed, 1,500 -> 1,412 impacts."},
        {"203.0.113.0/24", "history of 203.0.113.0/24", 4, -1, "(2026-07-01): none -> 19 impacts."},
        {"AS4294967294", "history of AS4294967294", 120, 1418, "(2026-07-01): 120 -> 115 listed."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk desk;
        struct fault fault;
        struct journal_count count = {.at_ms = SCENE_WALL_MS - INT64_C(5) * 24 * 60 * 60 * 1000,
                                      .serial = 2026070118,
                                      .listed = cases[i].listed,
                                      .impacts = cases[i].impacts};
        open_desk(&desk, 24, 80, false, true);
        assert_true(resource_parse(cases[i].target, &count.resource));
        assert_int_equal(journal_count_store(recorder_journal(desk.recorder), &count, &fault), JOURNAL_DONE);
        start(&desk, "203.0.113.9");
        start(&desk, cases[i].target);
        assert_shows(&desk.scene, "Since your last look (2026-07-01)");
        assert_shows(&desk.scene, cases[i].expected);
        keys(&desk, "v");
        assert_place(&desk.scene, cases[i].history);
        keys(&desk, "qq");
        start(&desk, cases[i].target);
        assert_hides(&desk.scene, "Since your last look");
        close_desk(&desk, NULL);
    }
}

/* What works on the page of an address works in its details and raw answers, too. */
static void
map_key_works_in_details_and_answers(void **state)
{
    (void)state;
    static const char *const ways[] = {"m", "dm", "ddm", "Hm"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct desk desk;
        open_usual(&desk);
        start(&desk, "203.0.113.77");
        keys(&desk, ways[i]);
        assert_place(&desk.scene, "203.0.113.0/24");
        close_desk(&desk, NULL);
    }
}

static void
any_size_draws(void **state)
{
    (void)state;
    static const char *const ways[] = {"J", "J<Enter>", "JjjH", "Jt", "Je"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct desk desk;
        open_usual(&desk);
        add_fortnight(&desk);
        start(&desk, "203.0.113.77");
        keys(&desk, ways[i]);
        for (int rows = 0; rows <= 12; rows += 3)
            for (int cols = 0; cols <= 80; cols += cols < 12 ? 1 : 17) {
                scene_resize(&desk.scene, rows, cols);
                scene_keys(&desk.scene, "<Down><Up><PgDn><PgUp><End><Home>");
            }
        close_desk(&desk, NULL);
    }
}

static void
ascii_screen_has_ascii_only(void **state)
{
    (void)state;
    static const char *const ways[] = {"J", "J<Enter>", "JjjH", "Jt", "Je"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct desk desk;
        open_desk(&desk, 60, 100, true, false);
        add_fortnight(&desk);
        start(&desk, "203.0.113.77");
        keys(&desk, ways[i]);
        for (const char *at = scene_text(&desk.scene); *at; at++)
            if (((unsigned char)*at < 0x20 && *at != '\n') || (unsigned char)*at >= 0x7F)
                fail_msg("%s: the byte %02x is on the screen", ways[i], (unsigned char)*at);
        close_desk(&desk, NULL);
    }
}

static unsigned
random_below(unsigned *state, unsigned limit)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16) % limit;
}

static void
random_keys_never_crash(void **state)
{
    (void)state;
    static const char *const presses[] = {
        "j",     "k",      "<Down>", "<Up>",    "<PgDn>",      "<PgUp>", "g",    "G",    "<Home>", "<End>",
        "<Tab>", "<Del>",  "J",      "J",       "H",           "H",      "e",    "e",    "t",      "t",
        "f",     "/",      "r",      "<Enter>", "<Enter>",     "u",      "y",    "n",    "W",      "<^S>",
        "<^O>",  "<Left>", "<Esc>",  "<Esc>",   "<Backspace>", "<^W>",   "<^K>", "<^U>", " ",      "level:2",
        "i",     "d",      "d",      "?",       "s",           "x",      "7d",   "p",    "N",      "<^L>"};
    setenv("VISUAL", "true", 1);
    for (unsigned seed = 1; seed <= 12; seed++) {
        struct desk desk;
        unsigned random = seed;
        open_desk(&desk, 24, 80, seed % 2, seed % 3 == 0);
        add_fortnight(&desk);
        fake_resolver_say(desk.engine.resolver, QUAYSIDE LEVEL1 LEVEL2);
        start(&desk, seed % 2 ? "203.0.113.77" : "203.0.113.0/24");
        for (int i = 0; i < 300 && !scene_is_over(&desk.scene); i++) {
            unsigned what = random_below(&random, 40);
            if (what == 0)
                scene_resize(&desk.scene, (int)random_below(&random, 40), (int)random_below(&random, 130));
            else if (what == 1)
                scene_paste(&desk.scene, "64500 \xE4\xB8\xAD q");
            else if (what == 2)
                update_result(&desk);
            else
                scene_keys(&desk.scene, presses[random_below(&random, sizeof presses / sizeof presses[0])]);
        }
        assert_false(scene_is_over(&desk.scene));
        close_desk(&desk, NULL);
    }
    unsetenv("VISUAL");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look_at_80x24),
        cmocka_unit_test(look_at_120x40),
        cmocka_unit_test(look_at_200x60),
        cmocka_unit_test(look_at_40x10),
        cmocka_unit_test(look_in_ascii),
        AT_A_DESK(back_returns_to_same_row),
        AT_A_DESK(rows_are_counted_to_last),
        AT_A_DESK(jump_to_last_can_be_stopped),
        AT_A_DESK(export_of_long_list_says_more),
        AT_A_DESK(long_address_and_case_are_whole),
        AT_A_DESK(rows_of_equal_time_load),
        AT_A_DESK(filter_language_is_one),
        AT_A_DESK(journal_opens_once),
        AT_A_DESK(filter_prompt_cancelled_keeps_filter),
        AT_A_DESK(search_goes_from_row_to_row),
        AT_A_DESK(search_reaches_unloaded_rows),
        AT_A_DESK(due_case_is_on_top_until_done),
        AT_A_DESK(changes_since_last_look_open),
        cmocka_unit_test(changes_are_on_the_address_until_seen),
        AT_A_DESK(marked_addresses_are_compared),
        AT_A_DESK(long_paste_at_prompt_stays_whole),
        AT_A_DESK(paste_in_case_form_is_never_a_command),
        cmocka_unit_test(journal_row_of_80_columns_cuts_no_holder),
        AT_A_DESK(due_and_waiting_cases_open_from_start),
        AT_A_DESK(many_cases_are_counted_on_start),
        AT_A_DESK(case_form_sets_every_field),
        AT_A_DESK(case_form_shows_what_was_saved),
        AT_A_DESK(case_is_filed_in_twelve_keys),
        AT_A_DESK(case_form_loses_nothing),
        AT_A_DESK(address_shows_its_case_at_once),
        cmocka_unit_test(address_shows_related_cases),
        AT_A_DESK(note_on_closed_case_opens_next),
        cmocka_unit_test(enter_on_case_opens_history),
        cmocka_unit_test(net_course_has_no_gaps),
        cmocka_unit_test(history_folds_failures_of_resolver),
        cmocka_unit_test(history_draws_line_from_three_points_on),
        cmocka_unit_test(change_shows_both_times),
        cmocka_unit_test(history_has_every_case_in_time),
        AT_A_DESK(history_long_note_is_folded),
        AT_A_DESK(history_shows_seconds_when_needed),
        cmocka_unit_test(then_now_shows_older_entry),
        AT_A_DESK(note_is_saved),
        AT_A_DESK(closed_case_reopens_with_note),
        cmocka_unit_test(note_keys_work),
        AT_A_DESK(note_beyond_limit_is_refused),
        AT_A_DESK(note_changed_elsewhere_is_kept),
        AT_A_DESK(case_closed_during_note_is_reported),
        AT_A_DESK(other_writers_change_shows_on_next_key),
        AT_A_DESK(hangup_keeps_note),
        cmocka_unit_test(merged_notes_are_both_shown),
        cmocka_unit_test(editor_saves_note),
        AT_A_DESK(editor_failure_loses_nothing),
        AT_A_DESK(no_journal_says_why),
        AT_A_DESK(readonly_journal_offers_no_note),
        cmocka_unit_test(help_names_journal_file),
        cmocka_unit_test(neighbours_show_age_and_departure),
        AT_A_DESK(sweep_result_is_recorded),
        cmocka_unit_test(page_names_listed_neighbours),
        cmocka_unit_test(address_map_goes_narrower_and_wider),
        cmocka_unit_test(hints_at_80_columns_show_main_keys),
        cmocka_unit_test(count_changes_show_until_seen),
        cmocka_unit_test(map_key_works_in_details_and_answers),
        cmocka_unit_test(any_size_draws),
        cmocka_unit_test(ascii_screen_has_ascii_only),
        cmocka_unit_test(random_keys_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
