/* The jobs of a mail desk in the invented internet of data/demo: what each screen must say, and in how many keys. */

#include "base/clock.h"
#include "check/sweep_store.h"
#include "console/views/routes.h"
#include "demo_internet.h"
#include "journal/recorder.h"
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct desk {
    struct scene scene;
    struct engine engine;
    struct nav nav;
    struct buf summary;
    int keys; /* pressed so far, without the texts */
};

/* ---- the desk ---- */

static bool
open_target(void *arg, const char *text, struct fault *fault)
{
    struct desk *desk = arg;
    return navigator_to_text(&desk->nav, text, fault);
}

static void
ignore_report(void *arg, const char *sentence)
{
    (void)arg, (void)sentence;
}

static void
open_engine(struct desk *desk)
{
    struct fault fault;
    struct engine *engine = &desk->engine;
    engine->loop = desk->scene.loop;
    engine->resolver = fake_resolver_new(engine->loop);
    engine->health = health_new(engine->loop, engine->resolver, catalogue_builtin());
    engine->ask_examples = true;
    dataset_init(&engine->dataset, engine->loop);
    engine->dataset.zones = zone_set_open(DEMO, catalogue_builtin(), &fault);
    engine->dataset.asndb = asndb_open(DEMO "/asn.mmdb", &fault);
    struct journal *journal = journal_open_memory(&fault);
    if (!engine->dataset.zones || !engine->dataset.asndb || !journal)
        fail_msg("%s", fault.text);
    engine->recorder = recorder_new(engine->loop, journal, false, ignore_report, NULL);
    demo_say(engine->resolver, engine->dataset.zones);
}

/* The console of scripts/demo, at its start screen. */
static void
open_desk(struct desk *desk, int rows, int cols, bool ascii)
{
    *desk = (struct desk){0};
    scene_open(&desk->scene, rows, cols, ascii);
    scene_wait(&desk->scene, DEMO_WALL_MS - SCENE_WALL_MS);
    open_engine(desk);
    desk->nav =
        (struct nav){.app = desk->scene.app, .engine = &desk->engine, .routes = routes, .summary = &desk->summary};
    dataset_set_zones(&desk->engine.dataset, desk->engine.dataset.zones);
    navigator_start(&desk->nav);
    actions_on_target(desk->scene.actions, "address, prefix or AS number", navigator_commands, open_target, desk);
}

static void
close_desk(struct desk *desk, const char *golden)
{
    struct engine *engine = &desk->engine;
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    sweep_store_free_all(engine);
    dns_facts_fini(&engine->dns_facts);
    dataset_fini(&engine->dataset);
    health_free(engine->health);
    resolver_free(engine->resolver);
    zone_set_close(engine->dataset.zones);
    asndb_close(engine->dataset.asndb);
    recorder_free(engine->recorder);
    scene_close(&desk->scene, golden);
    buf_free(&desk->summary);
}

/* Until every answer is in, what the loop does by itself is done, and all is shown. */
static void
settle(struct desk *desk)
{
    scene_settle(&desk->scene);
    for (int turns = 0; fake_resolver_waiting(desk->engine.resolver) > 0 && turns < 1000; turns++)
        scene_wait(&desk->scene, FAKE_RESOLVER_RTT_MS);
    for (int frames = 0; frames < 3; frames++) {
        scene_wait(&desk->scene, APP_FRAME_MS);
        scene_settle(&desk->scene);
    }
}

static void
start(struct desk *desk, const char *target)
{
    struct fault fault;
    if (!open_target(desk, target, &fault))
        fail_msg("%s", fault.text);
    settle(desk);
}

/* Keys that count. */
static void
press(struct desk *desk, const char *keys)
{
    for (const char *at = keys; *at != '\0'; at++, desk->keys++)
        if (*at == '<' && strchr(at, '>'))
            at = strchr(at, '>');
    scene_keys(&desk->scene, keys);
    settle(desk);
}

/* A text, which does not. */
static void
type(struct desk *desk, const char *text)
{
    scene_keys(&desk->scene, text);
}

/* ---- places on the screen ---- */

struct spot {
    int row, col;
};

/* A text that begins with a new line is at the beginning of one. */
static bool
find(const struct scene *scene, const char *text, struct spot *out)
{
    const char *all = scene_text(scene), *at = strstr(all, text);
    *out = (struct spot){0, 0};
    if (!at)
        return false;
    at += *text == '\n';
    for (const char *c = all; c < at; c++) {
        out->col = *c == '\n' ? 0 : out->col + ((*c & 0xC0) != 0x80);
        out->row += *c == '\n';
    }
    return true;
}

static bool
shows(const struct scene *scene, const char *text)
{
    return strstr(scene_text(scene), text) != NULL;
}

static bool
is_routable(const char *address)
{
    return !strchr(address, ':') && strncmp(address, "10.", 3) != 0;
}

#define HERE "\xE2\x97\x86"
#define CROSS "\xE2\x9C\x97"
#define LIMIT "\xE2\x94\x82"

/* ---- why listed, and the picture: no key ---- */

/* What the sketch of the address has, in the order of reading. */
static const char *const facts[] = {" 1 ", " 2 ", " 3 ", "exempt", " listed", "When it ends", "What to do"};
enum { FACTS = sizeof facts / sizeof facts[0], FACT_ENDS = 5 };

static bool
is_listed(const struct scene *scene)
{
    return shows(scene, CROSS " 1 ") || shows(scene, CROSS " 2 ") || shows(scene, CROSS " 3 ");
}

/* Takes the advice off a screen on which it is the last section: its lines, without what stands left of it. */
static void
take_advice(const struct scene *scene, struct buf *out)
{
    struct spot at;
    assert_true(find(scene, "What to do", &at));
    const struct grid *grid = scene_grid(scene);
    for (int row = at.row + 1; row < grid->rows - 1; row++) {
        size_t before = out->count;
        for (int col = at.col; col < grid->cols; col++)
            buf_text(out, grid_at(grid, row, col)->bytes);
        while (out->count > before && out->at[out->count - 1] == ' ')
            out->count--;
        if (out->count == before)
            return;
        buf_byte(out, '\n');
    }
}

static void
first_screen_of(void *arg, const char *address)
{
    struct desk desk;
    struct buf first = {0}, whole = {0};
    (void)arg;
    open_desk(&desk, 24, 80, false);
    start(&desk, address);
    assert_true(shows(&desk.scene, "YOU") || shows(&desk.scene, "CLEAR.") || shows(&desk.scene, "NOT "));
    assert_shows(&desk.scene, " i ask  Enter open  q ");
    for (size_t i = 0; i < FACTS && is_routable(address); i++)
        if (i != FACT_ENDS || is_listed(&desk.scene))
            assert_shows(&desk.scene, facts[i]);
    if (is_routable(address))
        assert_shows(&desk.scene, HERE " you");
    take_advice(&desk.scene, &first);
    scene_resize(&desk.scene, 60, 80);
    take_advice(&desk.scene, &whole);
    if (strcmp(buf_string(&first), buf_string(&whole)) != 0)
        scene_fail(&desk.scene, "%s: what to do is more than the first 24 rows have", address);
    assert_int_equal(desk.keys, 0);
    buf_free(&first);
    buf_free(&whole);
    close_desk(&desk, NULL);
}

static void
address_without_keys_says_why_and_shows_picture(void **state)
{
    (void)state;
    demo_addresses(first_screen_of, NULL);
}

/* The map is of the widest net that lists the address, and the bars cross their limits. */
static void
address_without_keys_shows_net_and_limits(void **state)
{
    (void)state;
    struct desk desk;
    struct spot level;
    open_desk(&desk, 24, 80, false);
    start(&desk, "198.18.77.23");
    assert_shows(&desk.scene, "NOT YOU. Your neighbours and your provider are listed.");
    assert_shows(&desk.scene, "198.18.0.0/16: 33 listed");
    assert_shows(&desk.scene, "412 impacts, limit 96");
    assert_shows(&desk.scene, "score 375.7, limit 50");
    for (const char *const *line = (const char *const[]){CROSS " 2 ", CROSS " 3 ", NULL}; *line; line++) {
        assert_true(find(&desk.scene, *line, &level));
        bool crosses = false;
        const struct grid *grid = scene_grid(&desk.scene);
        for (int col = 1; col + 1 < grid->cols; col++)
            crosses |= strcmp(grid_at(grid, level.row, col)->bytes, LIMIT) == 0 &&
                       strcmp(grid_at(grid, level.row, col + 1)->bytes, "\xE2\x96\x88") == 0;
        assert_true(crosses);
    }
    close_desk(&desk, NULL);
}

/* ---- a better place: two keys ---- */

static void
cleanest_range_in_two_keys(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false);
    start(&desk, "203.0.113.77");
    press(&desk, "a");
    assert_place(&desk.scene, "AS64497");
    assert_shows(&desk.scene, "No range of AS64497 is clean; the least listed is 198.19.192.0/19");
    press(&desk, "C");
    assert_shows(&desk.scene, "0 of 2 ranges");
    assert_in_range(desk.keys, 0, 2);
    close_desk(&desk, NULL);
}

/* ---- another provider: six keys ---- */

static void
two_providers_compared_in_six_keys(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false);
    start(&desk, "198.18.77.23");
    press(&desk, "W <Down><Down> =");
    assert_shows(&desk.scene, "compare AS64496, AS64497");
    assert_shows(&desk.scene, "per 100,000");
    assert_in_range(desk.keys, 0, 6);
    close_desk(&desk, NULL);
}

static void
named_providers_compared_in_two_keys(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false);
    start(&desk, "198.18.77.23");
    press(&desk, "i");
    type(&desk, "compare AS64496 AS64505");
    press(&desk, "<Enter>");
    assert_shows(&desk.scene, "Meadow Mail");
    assert_shows(&desk.scene, "of the limit");
    assert_int_equal(desk.keys, 2);
    close_desk(&desk, NULL);
}

/* ---- what was done: twelve keys ---- */

/* Files "waiting, told abuse@..., ticket, due in 7 days". */
static void
file_case(struct desk *desk)
{
    press(desk, "tw<Tab>");
    type(desk, "NET-4711");
    press(desk, "<Tab><Tab>");
    type(desk, "abuse@nimbus.example");
    press(desk, "<Tab>7d<^S>");
}

static void
case_filed_in_twelve_keys(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false);
    start(&desk, "198.18.77.23");
    file_case(&desk);
    assert_in_range(desk.keys, 0, 12);
    scene_wait(&desk.scene, 10 * 1000);
    assert_shows(&desk.scene, "Case waiting, ticket NET-4711");
    assert_shows(&desk.scene, "abuse@nimbus.example");
    assert_shows(&desk.scene, "due 2026-11-29");
    close_desk(&desk, NULL);
}

/* It is the first row on which the cursor rests. */
static void
due_follow_up_opens_where_it_stands(void **state)
{
    (void)state;
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    struct desk desk;
    open_desk(&desk, 24, 80, false);
    start(&desk, "198.18.77.23");
    file_case(&desk);
    scene_wait(&desk.scene, 8 * (int64_t)DAY_MS);
    navigate(&desk.nav, &(struct place){.kind = PLACE_START});
    settle(&desk);
    assert_shows(&desk.scene, "Due follow-ups");
    assert_shows(&desk.scene, "NET-4711");
    desk.keys = 0;
    press(&desk, "<Enter>");
    assert_place(&desk.scene, "198.18.77.23");
    assert_int_equal(desk.keys, 1);
    close_desk(&desk, NULL);
}

/* ---- nothing jumps ---- */

enum { PLACES = 6 };

/* Where the parts of the page are; {-1, -1} = not there. */
static void
take_places(const struct scene *scene, struct spot out[static PLACES])
{
    static const char *const parts[PLACES] = {" 1 address", " 2 net", " 3 provider",
                                              "\n  0 ",     "\n128 ", "\xE2\x94\xAC"};
    for (size_t i = 0; i < PLACES; i++)
        if (!find(scene, parts[i], &out[i]))
            out[i] = (struct spot){-1, -1};
}

static void
assert_stays(const struct scene *scene, const char *address, const struct spot before[static PLACES])
{
    struct spot now[PLACES];
    take_places(scene, now);
    for (size_t i = 0; i < PLACES; i++)
        if (before[i].row >= 0 && (before[i].row != now[i].row || before[i].col != now[i].col))
            scene_fail(scene, "%s: part %zu jumps from %d,%d to %d,%d", address, i, before[i].row, before[i].col,
                       now[i].row, now[i].col);
}

static void
places_of(void *arg, const char *address)
{
    static const char *const answers[] = {"*.arpa", "*.dnsbl-1.*", "*.dnsbl-3.*", "*.dnsbl-2.*", "*"};
    struct desk desk;
    struct fault fault;
    struct spot places[PLACES];
    (void)arg;
    if (!is_routable(address))
        return;
    open_desk(&desk, 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    assert_true(open_target(&desk, address, &fault));
    scene_settle(&desk.scene);
    take_places(&desk.scene, places);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        while (fake_resolver_deliver(desk.engine.resolver, answers[i], NULL, 1) > 0)
            scene_wait(&desk.scene, APP_FRAME_MS);
        assert_stays(&desk.scene, address, places);
    }
    close_desk(&desk, NULL);
}

static void
nothing_jumps_while_answers_come_in(void **state)
{
    (void)state;
    demo_addresses(places_of, NULL);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_without_keys_says_why_and_shows_picture),
        cmocka_unit_test(address_without_keys_shows_net_and_limits),
        cmocka_unit_test(cleanest_range_in_two_keys),
        cmocka_unit_test(two_providers_compared_in_six_keys),
        cmocka_unit_test(named_providers_compared_in_two_keys),
        cmocka_unit_test(case_filed_in_twelve_keys),
        cmocka_unit_test(due_follow_up_opens_where_it_stands),
        cmocka_unit_test(nothing_jumps_while_answers_come_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
