/* From an address to its range, to wider ones, to the ASN, to the world, and back: the real views on small zone files
 * and a small ASN database. */

#include "../unit/builtin_lists.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check/sweep_store.h"
#include "console/overlays/text_view.h"
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

#define ZONES TEST_SOURCE_ROOT "/tests/data/zones"
#define DATABASE TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb"

struct desk {
    struct scene scene;
    struct zone_set *zones;
    struct engine engine;
    struct nav nav;
    void (*routes[PLACE_KINDS])(struct nav *, const struct place *);
};

/* ---- a stand-in for the case of an address ---- */

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    (void)self, (void)cols;
    out->head = rows;
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    (void)self, (void)part;
    canvas_text(canvas, 0, 0, CANVAS_REST, ROLE_PLAIN, "the case of an address");
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    char text[ADDR_TEXT];
    (void)row;
    if (out->title)
        buf_text(out->title, addr_text(self, text));
    out->about = prefix_around(self, 32);
}

static const struct view case_view = {
    .scope = SCOPE_VIEW, .layout = LAYOUT_PAGE, .close = free, .panes = panes, .draw = draw, .subject = subject};

static void
open_address(struct nav *nav, const struct place *place)
{
    struct addr *copy = mem_alloc(sizeof *copy);
    *copy = place->resource.prefix.addr;
    app_push(nav->app, &case_view, copy);
}

/* ---- the desk ---- */

static bool
submit(void *arg, const char *text, struct fault *fault)
{
    struct desk *desk = arg;
    return typed_target_open(&desk->nav, text, fault);
}

static void
open_desk(struct desk *desk, int rows, int cols, bool ascii, const char *zones, const char *asndb)
{
    struct fault fault;
    *desk = (struct desk){0};
    scene_open(&desk->scene, rows, cols, ascii);
    desk->engine.loop = desk->scene.loop;
    desk->engine.ask_examples = true;
    dataset_init(&desk->engine.dataset, desk->scene.loop, catalogue_builtin());
    desk->zones = zones ? zone_set_open(zones, catalogue_builtin(), &fault) : NULL;
    desk->engine.dataset.asndb = asndb ? asndb_open(asndb, &fault) : NULL;
    if ((zones && !desk->zones) || (asndb && !desk->engine.dataset.asndb))
        fail_msg("%s", fault.text);
    memcpy(desk->routes, routes, sizeof desk->routes);
    desk->routes[PLACE_ADDRESS] = open_address;
    desk->nav = (struct nav){.app = desk->scene.app, .engine = &desk->engine, .routes = desk->routes};
    dataset_set_zones(&desk->engine.dataset, desk->zones);
    navigator_start(&desk->nav);
    actions_on_target(desk->scene.actions, "address, domain, prefix or ASN", typed_target_commands, submit, desk);
}

/* Until what the loop does by itself is done, and shown. */
static void
update_result(struct desk *desk)
{
    scene_settle(&desk->scene);
    scene_wait(&desk->scene, APP_FRAME_MS);
}

static void
start(struct desk *desk, const char *target)
{
    struct fault fault;
    if (!submit(desk, target, &fault))
        fail_msg("%s", fault.text);
    update_result(desk);
}

/* The engine outlives the views, and the loop the engine. */
static void
close_desk(struct desk *desk, const char *golden)
{
    app_free(desk->scene.app);
    desk->scene.app = NULL;
    sweep_store_free_all(&desk->engine);
    dns_facts_fini(&desk->engine.dns_facts);
    health_free(desk->engine.health);
    resolver_free(desk->engine.resolver);
    recorder_free(desk->engine.recorder);
    dataset_fini(&desk->engine.dataset);
    zone_set_close(desk->zones);
    asndb_close(desk->engine.dataset.asndb);
    scene_close(&desk->scene, golden);
}

/* At 80x24 with all files. */
static void
open_usual(struct desk *desk, const char *target)
{
    open_desk(desk, 24, 80, false, ZONES, DATABASE);
    start(desk, target);
}

static void
keys(struct desk *desk, const char *presses)
{
    scene_keys(&desk->scene, presses);
    update_result(desk);
}

static void
assert_selected(struct desk *desk, const char *expected)
{
    keys(desk, "y");
    assert_string_equal(scene_copied(&desk->scene), expected);
}

/* ---- comparing ---- */

static void
compare_at(const char *name, int rows, int cols, bool ascii)
{
    struct desk desk;
    open_desk(&desk, rows, cols, ascii, ZONES, DATABASE);
    start(&desk, "compare AS64497 AS4294967294 203.0.113.0/24 203.0.113.77");
    scene_show_roles(&desk.scene, "two providers, a range and an address side by side");
    keys(&desk, "<Down><Enter>");
    assert_shows(&desk.scene, "AS4294967294");
    keys(&desk, "<Backspace>G");
    scene_show(&desk.scene, "back again, at the end");
    close_desk(&desk, name);
}

static void
compare_shows_side_by_side(void **state)
{
    (void)state;
    compare_at("compare-80x24", 24, 80, false);
    compare_at("compare-120x40", 40, 120, false);
    compare_at("compare-200x60", 60, 200, false);
    compare_at("compare-40x10", 10, 40, false);
    compare_at("compare-ascii", 24, 80, true);
}

/* At 80 columns four fit beside each other: what is longer than its column continues in the next row. */
static void
four_compared_stand_side_by_side(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "compare 198.18.128.0/18 AS4294967294 198.18.192.0/21 198.18.208.0/24");
    assert_shows(&desk.scene, "           198.18.   AS4294967294         198.18.         198.18.\n");
    assert_shows(&desk.scene, "          128.0/18                       192.0/21        208.0/24\n");
    assert_shows(&desk.scene, "    0 of 64 /24s         0 of 7     0 of 8 /24s     0 of 1 /24s\n");
    close_desk(&desk, NULL);
}

/* From the address, six keys at most. */
static void
marked_rows_are_compared(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "W");
    keys(&desk, " <Down> =");
    assert_shows(&desk.scene, "compare AS");
    assert_shows(&desk.scene, "best of its row");
    keys(&desk, "<Backspace>");
    assert_shows(&desk.scene, "\xE2\x97\x8F");
    start(&desk, "AS4294967294");
    keys(&desk, "f198.18.192.0<Enter> f<^U>198.18.204.0<Enter> =");
    assert_shows(&desk.scene, "compare 198.18.192.0/21, 198.18.204.0/22");
    start(&desk, "203.0.113.0/24");
    keys(&desk, "=");
    assert_shows(&desk.scene, "nothing to compare with: Space marks rows");
    keys(&desk, " <Down>=");
    assert_shows(&desk.scene, "compare 203.0.113.");
    close_desk(&desk, NULL);
}

static void
compare_of_one_says_why(void **state)
{
    (void)state;
    struct desk desk;
    struct fault fault;
    open_usual(&desk, "203.0.113.77");
    assert_false(submit(&desk, "compare AS64497", &fault));
    assert_non_null(strstr(fault.text, "needs 2 to 8 different targets"));
    assert_false(submit(&desk, "compare AS64497 2001:db8::1", &fault));
    assert_non_null(strstr(fault.text, "IPv6"));
    close_desk(&desk, NULL);
}

/* ---- how it looks ---- */

static void
tour(const char *name, int rows, int cols, bool ascii)
{
    struct desk desk;
    open_desk(&desk, rows, cols, ascii, ZONES, DATABASE);
    start(&desk, "203.0.113.77");
    keys(&desk, "u");
    scene_show_roles(&desk.scene, "up from an address: its /24, what is listed in it");
    keys(&desk, "<Tab>");
    scene_show(&desk.scene, "nets published around and inside");
    keys(&desk, "<Tab>m<Down><Left>");
    scene_show_roles(&desk.scene, "the map of its addresses; one down, one to the left");
    keys(&desk, "i198.18.0.0/16<Enter>");
    scene_show_roles(&desk.scene, "a wide range: blocks");
    keys(&desk, "C");
    scene_show(&desk.scene, "its blocks without a listed address");
    keys(&desk, "<Tab>");
    scene_show(&desk.scene, "its nets");
    keys(&desk, "m<Down><Down><Down><Down><Right>");
    scene_show_roles(&desk.scene, "its map, four down and one to the right");
    keys(&desk, "i198.18.0.0/15<Enter>");
    scene_show(&desk.scene, "a range so wide that a cell is more than a /24");
    keys(&desk, "u");
    scene_show_roles(&desk.scene, "up from the widest: the ASN");
    keys(&desk, "s");
    scene_show(&desk.scene, "the orders of its ranges");
    keys(&desk, "<Esc>u");
    scene_show_roles(&desk.scene, "the world");
    keys(&desk, "flisted>0 o");
    scene_show(&desk.scene, "a filter while it is typed");
    keys(&desk, "x");
    scene_show(&desk.scene, "... that nothing passes");
    keys(&desk, "<Backspace><Enter>");
    scene_show(&desk.scene, "... and taken");
    close_desk(&desk, name);
}

static void
look_at_80x24(void **state)
{
    (void)state;
    tour("drill-80x24", 24, 80, false);
}

static void
look_at_120x40(void **state)
{
    (void)state;
    tour("drill-120x40", 40, 120, false);
}

static void
look_at_200x60(void **state)
{
    (void)state;
    tour("drill-200x60", 60, 200, false);
}

static void
look_at_40x10(void **state)
{
    (void)state;
    tour("drill-40x10", 10, 40, false);
}

static void
look_in_ascii(void **state)
{
    (void)state;
    tour("drill-ascii", 24, 80, true);
}

static void
net_keys_step_from_net_to_net(void **state)
{
    (void)state;
    struct desk desk;
    static const char *const wider[] = {"198.18.76.0/22", "198.18.64.0/20", "198.18.0.0/17", "198.18.0.0/16"};
    open_usual(&desk, "range 198.18.77.23");
    for (size_t i = 0; i < 4; i++) {
        keys(&desk, "]");
        assert_place(&desk.scene, wider[i]);
    }
    keys(&desk, "]");
    assert_shows(&desk.scene, "no wider net around 198.18.0.0/16 is published or announced");
    for (size_t i = 3; i-- > 0;) {
        keys(&desk, "[");
        assert_place(&desk.scene, wider[i]);
    }
    keys(&desk, "[[");
    assert_place(&desk.scene, "198.18.77.0/24");
    assert_shows(&desk.scene, "198.18.77.0/24 is narrow already: maps are of a /24 or wider");
    start(&desk, "198.18.0.0/16"); /* without an address of the user's: around the selected row */
    keys(&desk, "<Down>[[[[[");
    assert_shows(&desk.scene, "is narrow already");
    keys(&desk, "<Backspace>"); /* the steps do not pile up */
    assert_place(&desk.scene, "198.18.77.0/24");
    close_desk(&desk, NULL);
}

static void
count_call(void *arg)
{
    ++*(int *)arg;
}

/* In a view that asks nothing itself, `r` reads the files again and says so; it is not among the hints. */
static void
again_without_question_reads_files(void **state)
{
    (void)state;
    static const char *const places[] = {"203.0.113.0/24", "198.18.0.0/16", "AS64497", "top",
                                         "compare AS64497 AS64500"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct desk desk;
        int calls = 0;
        open_usual(&desk, places[i]);
        desk.engine.reread = count_call;
        desk.engine.reread_arg = &calls;
        assert_hides(&desk.scene, "r sweep");
        keys(&desk, "r");
        assert_shows(&desk.scene, "offline: nothing is asked; the files are read again");
        assert_int_equal(calls, 1);
        close_desk(&desk, NULL);
    }
}

static void
map_key_opens_map_or_says_why_not(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "AS64497");
    keys(&desk, "m");
    assert_shows(&desk.scene, "each range has a map: select one");
    close_desk(&desk, NULL);
    open_desk(&desk, 24, 80, false, NULL, DATABASE);
    start(&desk, "203.0.113.0/24");
    keys(&desk, "m");
    assert_shows(&desk.scene, "a map needs the zone file of level 1");
    close_desk(&desk, NULL);
}

static void
missing_files_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *zones, *asndb;
    } cases[] = {{NULL, DATABASE}, {ZONES, NULL}, {NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk desk;
        open_desk(&desk, 24, 80, false, cases[i].zones, cases[i].asndb);
        start(&desk, "203.0.113.0/24");
        assert_shows(&desk.scene, cases[i].zones ? "4 of 256 listed" : "--zones DIR");
        keys(&desk, "iAS64497<Enter>");
        assert_shows(&desk.scene, cases[i].asndb ? "Harbor Net" : "--asn-db FILE");
        if (!cases[i].zones)
            assert_shows(&desk.scene, "--zones DIR");
        keys(&desk, "W");
        assert_shows(&desk.scene, cases[i].asndb ? "AS64497" : "--asn-db FILE");
        close_desk(&desk, NULL);
    }
}

static void
look_without_files(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, NULL, DATABASE);
    start(&desk, "203.0.113.0/24");
    scene_show(&desk.scene, "a range without zone files");
    keys(&desk, "u");
    scene_show(&desk.scene, "its ASN");
    keys(&desk, "u");
    scene_show(&desk.scene, "the world");
    close_desk(&desk, "drill-no-zones");
}

/* ---- the ways ---- */

static void
up_goes_from_address_to_world(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    static const char *const steps[] = {"198.18.77.0/24", "198.18.76.0/22", "198.18.64.0/20",
                                        "198.18.0.0/16",  "AS4294967294",   "world"};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        keys(&desk, "u");
        assert_place(&desk.scene, steps[i]);
    }
    keys(&desk, "u");
    assert_shows(&desk.scene, "u is not a command here");
    keys(&desk, "W");
    assert_shows(&desk.scene, "W is not a command here");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        keys(&desk, "<Backspace>");
    assert_place(&desk.scene, "198.18.77.40");
    close_desk(&desk, NULL);
}

static void
up_selects_row_of_origin(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    keys(&desk, "uu");
    assert_selected(&desk, "198.18.77.0/24");
    keys(&desk, "u");
    assert_selected(&desk, "198.18.77.0/24");
    start(&desk, "AS64498");
    keys(&desk, "W");
    assert_selected(&desk, "AS64498");
    assert_shows(&desk.scene, "1 of 5 ASNs reaches level 3's limit (estimate); AS64498 is number 5.");
    close_desk(&desk, NULL);
}

static void
provider_key_works_everywhere(void **state)
{
    (void)state;
    static const char *const ways[] = {"", "u", "uu", "W"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct desk desk;
        open_usual(&desk, "198.18.77.40");
        keys(&desk, ways[i]);
        keys(&desk, "a");
        assert_place(&desk.scene, "AS4294967294");
        close_desk(&desk, NULL);
    }
}

/* A place that is shown anew leaves its old place on the way. */
static void
same_place_is_on_way_once(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    keys(&desk, "W"); /* counts before it has rows */
    keys(&desk, "aW");
    assert_place(&desk.scene, "world");
    keys(&desk, "i198.18.77.40<Enter>");
    assert_place(&desk.scene, "198.18.77.40");
    keys(&desk, "<Backspace>");
    assert_place(&desk.scene, "world");
    keys(&desk, "<Backspace>");
    assert_place(&desk.scene, "AS4294967294");
    keys(&desk, "<Backspace>");
    assert_shows(&desk.scene, "Backspace is not a command here");
    close_desk(&desk, NULL);
}

static void
up_from_unannounced_says_so(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.114.5");
    keys(&desk, "u");
    assert_place(&desk.scene, "203.0.114.0/24");
    assert_shows(&desk.scene, "203.0.114.5/32 is not announced");
    keys(&desk, "u");
    assert_shows(&desk.scene, "203.0.114.5/32 is not announced");
    close_desk(&desk, NULL);
    open_desk(&desk, 24, 80, false, ZONES, NULL);
    start(&desk, "203.0.114.0/24");
    keys(&desk, "u");
    assert_shows(&desk.scene, "unknown without an ASN database");
    close_desk(&desk, NULL);
}

/* Without zone files and database: what level 3 and Team Cymru said of an address. */
static void
provider_from_dns_is_shown(void **state)
{
    (void)state;
    struct desk desk;
    struct addr address = addr_from_v4(0xC6124D17); /* 198.18.77.23 */
    struct evidence e;
    struct listing text;
    open_desk(&desk, 24, 80, false, NULL, NULL);
    evidence_init(&e, catalogue_builtin(), "198.18.77.23", NULL, &address);
    e.network = (struct network){.source = NETWORK_CYMRU, .asn = 64496, .has_bgp = true};
    e.network.bgp = prefix_around(&address, 16);
    e.lists.at[AT_LEVEL3].source = SOURCE_DNS;
    e.lists.at[AT_LEVEL3].state = STATE_LISTED;
    e.lists.at[AT_LEVEL3].answered_ms = clock_wall_ms();
    assert_true(listing_parse("Your ISP NIMBUS, DE/AS64496 is UCEPROTECT-Level3 listed because of a spamscore of "
                              "375.7. See: http://x",
                              &text));
    vec_push(&e.lists.at[AT_LEVEL3].texts, text);
    dns_facts_take(&desk.engine.dns_facts, &e);
    evidence_fini(&e);
    start(&desk, "198.18.0.0/16");
    keys(&desk, "u");
    assert_shows(&desk.scene, "AS64496 announces it (Team Cymru)");
    assert_shows(&desk.scene, "Level 3 lists it with a spamscore of 375.7 (DNS for 198.18.77.23");
    start(&desk, "AS64511");
    assert_hides(&desk.scene, "(DNS for");
    close_desk(&desk, NULL);
}

static void
enter_goes_from_world_to_address(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "W");
    keys(&desk, "/harbor<Enter>");
    assert_selected(&desk, "AS64497");
    keys(&desk, "<Enter>");
    keys(&desk, "<Enter>jj<Enter>");
    assert_place(&desk.scene, "203.0.113.77");
    keys(&desk, "<Backspace>");
    assert_place(&desk.scene, "203.0.113.0/24");
    keys(&desk, "<Backspace>");
    assert_place(&desk.scene, "AS64497");
    close_desk(&desk, NULL);
}

static void
enter_on_map_opens_cell(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.0.0/15");
    keys(&desk, "m<Down><Down><Right><Enter>"); /* the 34th /23 */
    assert_place(&desk.scene, "198.18.66.0/23");
    keys(&desk, "<Backspace>");
    assert_selected(&desk, "198.18.66.0/23");
    close_desk(&desk, NULL);
}

static void
back_returns_to_same_row(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.0.0/16");
    keys(&desk, "sj<Enter>flisted>2<Enter>jj");
    struct buf before = {0};
    buf_text(&before, scene_text(&desk.scene));
    keys(&desk, "<Enter><Tab><Tab>u");
    assert_string_not_equal(scene_text(&desk.scene), buf_string(&before));
    keys(&desk, "<Backspace><Backspace>");
    assert_string_equal(scene_text(&desk.scene), buf_string(&before));
    buf_free(&before);
    close_desk(&desk, NULL);
}

static void
table_keeps_its_place(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.0.0/16");
    keys(&desk, "jj");
    assert_selected(&desk, "198.18.5.0/24");
    keys(&desk, "<Tab>jjjj");
    assert_selected(&desk, "198.18.77.0/24");
    keys(&desk, "<Tab>m<Right>");
    assert_selected(&desk, "198.18.1.0/24");
    keys(&desk, "m");
    assert_selected(&desk, "198.18.5.0/24");
    keys(&desk, "<Tab>");
    assert_selected(&desk, "198.18.77.0/24");
    close_desk(&desk, NULL);
}

static void
range_itself_does_not_open(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.0/24");
    keys(&desk, "<Tab>");
    assert_selected(&desk, "203.0.113.0/24");
    keys(&desk, "<Enter>");
    assert_shows(&desk.scene, "Enter is not a command here");
    close_desk(&desk, NULL);
}

static void
prompt_accepts_resources(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    static const struct {
        const char *typed, *answer;
    } cases[] = {
        {"203.0.113.0/33", "is not a prefix: write /0 to /32 behind the address"},
        {"203.0.113.999", "999 is more than 255"},
        {"2001:db8::/32", "cover only IPv4"},
        {"0.0.0.0/7", "the widest prefix is a /8; W shows the world"},
        {"AS99999999999", "is not an AS number"},
        {"mx_1", "is not an address"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        keys(&desk, "i");
        keys(&desk, cases[i].typed);
        keys(&desk, "<Enter>");
        assert_shows(&desk.scene, cases[i].answer);
        keys(&desk, "<Esc>");
    }
    keys(&desk, "ias64497<Enter>");
    assert_place(&desk.scene, "AS64497");
    keys(&desk, "i64497<Enter>");
    assert_place(&desk.scene, "AS64497");
    keys(&desk, "i0.0.0.0/0<Enter>");
    assert_place(&desk.scene, "world");
    keys(&desk, "iAS64511<Enter>");
    assert_shows(&desk.scene, "has no range of AS64511");
    keys(&desk, "i203.0.113.7/24<Enter>");
    assert_place(&desk.scene, "203.0.113.0/24");
    assert_shows(&desk.scene, "took 203.0.113.0/24 from '203.0.113.7/24'");
    keys(&desk, "i203.0.113.77/32<Enter>");
    assert_place(&desk.scene, "203.0.113.77");
    keys(&desk, "i203.0.113.9:25 203.0.113.77<Enter>");
    assert_shows(&desk.scene, "took 203.0.113.9 from '203.0.113.9:25 203.0.113.77'; left 203.0.113.77");
    close_desk(&desk, NULL);
}

/* ---- filter, search, order ---- */

static void
filter_is_live_and_esc_restores(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "W");
    keys(&desk, "Gk");
    keys(&desk, "y");
    struct buf row = {0};
    buf_text(&row, scene_copied(&desk.scene));
    keys(&desk, "fharbor");
    assert_shows(&desk.scene, "1 of 5 ASNs");
    assert_hides(&desk.scene, "Nimbus");
    keys(&desk, "<Esc>");
    assert_shows(&desk.scene, "Nimbus");
    assert_selected(&desk, buf_string(&row)); /* where it was */
    buf_free(&row);
    keys(&desk, "fharbor<Enter>");
    assert_selected(&desk, "AS64497");
    keys(&desk, "f<^U>nimbus<Esc>");
    assert_shows(&desk.scene, "1 of 5 ASNs");
    assert_selected(&desk, "AS64497");
    keys(&desk, "<Enter><Backspace>f");
    assert_shows(&desk.scene, "\xE2\x80\xBA harbor"); /* to go on typing */
    keys(&desk, "<^U><Enter>");
    assert_shows(&desk.scene, "Nimbus");
    assert_selected(&desk, "AS64497");
    close_desk(&desk, NULL);
}

static void
filter_bad_says_why(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "W");
    keys(&desk, "fharbor listed>");
    assert_shows(&desk.scene, "listed> needs a number");
    assert_shows(&desk.scene, "filter harbor: 1 of 5 ASNs"); /* by what is finished */
    keys(&desk, "<Enter>");
    assert_shows(&desk.scene, "Enter accept");
    keys(&desk, "0<Enter>");
    assert_shows(&desk.scene, "filter harbor listed>0: 1 of 5 ASNs");
    keys(&desk, "f<^U>lsted>0");
    assert_shows(&desk.scene, "unknown figure \"lsted\"; use asn, listed, level3");
    assert_shows(&desk.scene, "5 ASNs by ratio");
    close_desk(&desk, NULL);
}

static void
filter_terms_match_row_fields(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "W");
    keys(&desk, "fas:64497<Enter>");
    assert_shows(&desk.scene, "filter as:64497: 1 of 5 ASNs");
    assert_selected(&desk, "AS64497");
    keys(&desk, "f<^U>-as:64497<Enter>");
    assert_shows(&desk.scene, "filter -as:64497: 4 of 5 ASNs");
    keys(&desk, "f<^U>state:over state:under<Enter>");
    assert_shows(&desk.scene, "0 of 5 ASNs");
    keys(&desk, "f<^U>tag:vip");
    assert_shows(&desk.scene, "tag: cannot be used here; use words, in:, as:, state:");
    keys(&desk, "<Esc>iAS64497<Enter>");
    keys(&desk, "flevel:1");
    assert_shows(&desk.scene, "filter level:1: ");
    keys(&desk, "<^U>level:1 listed=0");
    assert_shows(&desk.scene, "filter level:1 listed=0: 0 of ");
    keys(&desk, "<^U>level:none listed>0");
    assert_shows(&desk.scene, "filter level:none listed>0: 0 of ");
    close_desk(&desk, NULL);
}

/* Names get room before lesser columns do, and what is cut or left out of the selected row is told above the table. */
static void
selected_asn_shows_full_name(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "AS64497");
    keys(&desk, "W");
    assert_shows(&desk.scene, "AS64497     \xE2\x97\x86 Harbor Net, \"Quay\"");
    assert_hides(&desk.scene, "    size");
    assert_shows(&desk.scene,
                 "\xE2\x80\xBA AS64497 Harbor Net, \"Quay\" & S\xC3\xB6hne, NL, 256 addresses, 50 needed, under");
    keys(&desk, "j");
    assert_shows(&desk.scene, "\xE2\x80\xBA AS64501 EVIL");
    keys(&desk, "flisted>1000<Enter>"); /* none */
    assert_hides(&desk.scene, "\xE2\x80\xBA AS64501");
    keys(&desk, "f<^U><Enter>iAS64497<Enter>W");
    scene_resize(&desk.scene, 10, 40);
    assert_shows(&desk.scene, "Harbor Net, \"Qua\xE2\x80\xA6"); /* cut, and it shows */
    assert_shows(&desk.scene, "\xE2\x80\xBA AS64497 Harbor Net, \"Quay\" & S\xC3\xB6hne");
    scene_resize(&desk.scene, 40, 120);
    assert_shows(&desk.scene, "    size");
    close_desk(&desk, NULL);
}

/* The selected row is the first match, if it is one. */
static void
search_begins_with_selected_row(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    keys(&desk, "aW/listed>0<Enter>");
    assert_shows(&desk.scene, "match 1 of 5 for \"listed>0\"");
    assert_selected(&desk, "AS4294967294");
    keys(&desk, "n");
    assert_shows(&desk.scene, "match 2 of 5");
    assert_selected(&desk, "AS64497");
    close_desk(&desk, NULL);
}

static void
search_continues_with_n(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.0.0/16");
    keys(&desk, "<Tab>"); /* nets, in order of address */
    assert_hides(&desk.scene, "n next");
    keys(&desk, "/77<Enter>");
    assert_selected(&desk, "198.18.77.0/24");
    keys(&desk, "<^L>/impacts>90<Enter>");
    assert_selected(&desk, "198.18.0.0/16");
    keys(&desk, "n");
    assert_selected(&desk, "198.18.64.0/20");
    keys(&desk, "nn");
    assert_shows(&desk.scene, "search continued from the beginning");
    assert_selected(&desk, "198.18.0.0/16");
    keys(&desk, "N");
    assert_shows(&desk.scene, "search continued from the end");
    assert_selected(&desk, "198.18.76.0/22");
    keys(&desk, "/nothing at all<Enter>");
    assert_shows(&desk.scene, "No row matches \"nothing at all\".");
    keys(&desk, "<Esc>");
    assert_selected(&desk, "198.18.76.0/22");
    close_desk(&desk, NULL);
}

static void
sort_cycles_columns(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    keys(&desk, "as");
    assert_shows(&desk.scene, "cleanest: levels 3, 2 and 1");
    keys(&desk, "G<Enter>");
    assert_selected(&desk, "198.19.0.0/16");
    keys(&desk, "sgjjj<Enter>");
    assert_shows(&desk.scene, "\xE2\x96\xBCsize");
    assert_selected(&desk, "198.19.0.0/16"); /* the first of the new order */
    keys(&desk, "o");
    assert_selected(&desk, "198.18.0.0/17"); /* the user's own row */
    keys(&desk, "s<Enter>");                 /* the same again */
    assert_shows(&desk.scene, "\xE2\x96\xB2size");
    keys(&desk, "s<Esc>ss"); /* leaving the menu changes nothing */
    assert_shows(&desk.scene, "\xE2\x96\xB2size");
    close_desk(&desk, NULL);
}

static void
put_file(const char *dir, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void
remove_file(const char *dir, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(unlink(path), 0);
}

static void
provider_name_opens_filtered_world(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "iharbor net<Enter>");
    assert_place(&desk.scene, "world");
    assert_shows(&desk.scene, "filter harbor net: ");
    assert_selected(&desk, "AS64497");
    keys(&desk, "iNo Such Company<Enter>");
    assert_shows(&desk.scene, "filter No Such Company: 0 of");
    assert_hides(&desk.scene, "is not an address");
    close_desk(&desk, NULL);
}

/* The real level 3 beside the estimate of it: in a column, a filter and an order. */
static void
world_shows_level3(void **state)
{
    (void)state;
    static const char soa[] =
        "$SOA 3600 ns.example.net hostmaster.example.net 2026070618 3600 3600 86400 120\n127.0.0.2 Test\n";
    char dir[] = "/tmp/whylisted-test-XXXXXX", text[512];
    assert_non_null(mkdtemp(dir));
    put_file(dir, "dnsbl-1.uceprotect.net", soa);
    snprintf(text, sizeof text,
             "%s198.18.7.0/24 NET 198.18.7.0/24 is UCEPROTECT-Level2 listed because 9 abusers are "
             "hosted by NAME, ZZ/AS4294967294 there. See: http://x\n",
             soa);
    put_file(dir, "dnsbl-2.uceprotect.net", text);
    snprintf(text, sizeof text,
             "%s203.0.113.0/24 Your ISP HARBOR, NL/AS64497 is UCEPROTECT-Level3 listed because of a "
             "spamscore of 80.0. See: http://x\n",
             soa);
    put_file(dir, "dnsbl-3.uceprotect.net", text);
    struct desk desk;
    open_desk(&desk, 24, 120, false, dir, DATABASE);
    start(&desk, "AS64498");
    keys(&desk, "W");
    assert_shows(&desk.scene, ">=9");
    assert_selected(&desk, "AS64498");
    keys(&desk, "sgjj<Enter>");
    assert_shows(&desk.scene, "by level3");
    assert_selected(&desk, "AS64497"); /* the first of the new order */
    keys(&desk, "o");
    assert_selected(&desk, "AS64498");
    keys(&desk, "flevel:3<Enter>");
    assert_shows(&desk.scene, "1 of 5 ASNs");
    keys(&desk, "f<^U>level:none<Enter>");
    assert_shows(&desk.scene, "3 of 5 ASNs");
    close_desk(&desk, NULL);
    remove_file(dir, "dnsbl-1.uceprotect.net");
    remove_file(dir, "dnsbl-2.uceprotect.net");
    remove_file(dir, "dnsbl-3.uceprotect.net");
    assert_int_equal(rmdir(dir), 0);
}

static void
clean_key_shows_clean_rows_and_all_again(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "AS4294967294");
    keys(&desk, "C");
    assert_shows(&desk.scene, "filter clean: 0 of 7 ranges");
    keys(&desk, "C");
    assert_hides(&desk.scene, "filter clean");
    assert_shows(&desk.scene, "198.18.0.0/17 ");
    close_desk(&desk, NULL);
}

/* Where nothing is counted no range is said to be clean. */
static void
clean_key_needs_counts(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, NULL, DATABASE);
    start(&desk, "AS4294967294");
    keys(&desk, "C");
    assert_hides(&desk.scene, "filter clean");
    assert_shows(&desk.scene, "C is not a command here");
    close_desk(&desk, NULL);
}

static void
range_shows_addresses_of_selected_block(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.0.0/16");
    assert_shows(&desk.scene, "198.18.77.0/24: 83 of 256");
    keys(&desk, "j");
    assert_shows(&desk.scene, "198.18.76.0/24: 20 of 256");
    keys(&desk, "G");
    assert_shows(&desk.scene, "198.18.201.0/24: 1 of 256");
    assert_shows(&desk.scene, "\xE2\x94\x82 .7\n");
    close_desk(&desk, NULL);
}

static void
clean_key_shows_widest_prefixes_of_range(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.0.0/16");
    keys(&desk, "C");
    assert_shows(&desk.scene, "/24s with none listed");
    assert_selected(&desk, "198.18.128.0/18");
    keys(&desk, "<Enter>");
    assert_place(&desk.scene, "198.18.128.0/18");
    assert_shows(&desk.scene, "64 /24s with none listed");
    keys(&desk, "<Backspace>C");
    assert_selected(&desk, "198.18.77.0/24");
    close_desk(&desk, NULL);
}

static void
marked_row_shows_its_sign(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    keys(&desk, "a ");
    assert_shows(&desk.scene, "1 marked");
    assert_shows(&desk.scene, "\n\xE2\x97\x8F"
                              "198.18.0.0/17 ");
    keys(&desk, "sj<Enter>"); /* the mark stays on its row in another order */
    assert_shows(&desk.scene, "\n\xE2\x97\x8F"
                              "198.18.0.0/17 ");
    keys(&desk, "<Esc>");
    assert_shows(&desk.scene, "1 mark cleared");
    assert_hides(&desk.scene, "\xE2\x97\x8F");
    keys(&desk, "o ");
    assert_shows(&desk.scene, "1 marked");
    keys(&desk, " <Esc>");
    assert_place(&desk.scene, "198.18.77.40");
    close_desk(&desk, NULL);
}

/* An ASN that is opened again from the world has its mark still. */
static void
provider_marks_row_of_origin(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "198.18.77.40");
    keys(&desk, "uuuuu");
    assert_shows(&desk.scene, "198.18.0.0/17     \xE2\x97\x86");
    keys(&desk, "W<Enter>");
    assert_place(&desk.scene, "AS4294967294");
    assert_shows(&desk.scene, "198.18.0.0/17     \xE2\x97\x86");
    close_desk(&desk, NULL);
}

static void
sort_with_one_column_opens_no_menu(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.0/24");
    keys(&desk, "s");
    assert_shows(&desk.scene, "address is the only sort order here");
    assert_hides(&desk.scene, "Sort by");
    close_desk(&desk, NULL);
}

/* ---- what is counted ---- */

/* A range that is published itself counts as a net, and its impacts are those of the outermost net. */
static void
range_lists_published_nets(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "AS64497");
    assert_shows(&desk.scene, " 203.0.113.0/24             4  \xE2\x96\x88");
    keys(&desk, "iAS4294967294<Enter>");
    assert_shows(&desk.scene, " 198.18.0.0/17            109  \xE2\x96\x88");
    assert_shows(&desk.scene, " 198.19.0.0/16              6  ");
    close_desk(&desk, NULL);
}

/* Where zone texts tell it; of the others it is not known. */
static void
world_shows_countries(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 120, false, ZONES, DATABASE);
    start(&desk, "203.0.113.0/24");
    keys(&desk, "W");
    keys(&desk, "fcountry:nl<Enter>");
    assert_shows(&desk.scene, "Harbor Net");
    assert_shows(&desk.scene, "1 of 5 ASNs");
    assert_hides(&desk.scene, "Nimbus");
    keys(&desk, "f<^U>-country:NL<Enter>");
    assert_shows(&desk.scene, "4 of 5 ASNs");
    keys(&desk, "f<^U>country:Netherlands<Enter>");
    assert_shows(&desk.scene, "needs two letters");
    dataset_set_zones(&desk.engine.dataset, NULL);
    keys(&desk, "<^U>country:NL<Enter>");
    assert_shows(&desk.scene, "0 of 5 ASNs");
    close_desk(&desk, NULL);
}

static char *
read_file(const char *path)
{
    struct buf text = {0};
    char bytes[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_bytes(&text, bytes, got);
    fclose(file);
    return buf_take(&text);
}

static void
export_writes_view(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "whylisted: 198.18.0.0/16, 2026-07-06T18:13:0",
        "\n198.18.0.0/16: 110 of 65,536 addresses are on level 1",
        "\nfilter listed>10: 2 of 5 blocks\n",
        "\n 198.18.77.0/24          83  ####",
        "\n 198.18.222.0/24     inside        -      -      -  by hand, no expiry",
        "\n.64  . . : . . . . . . . . . * # . .",
    };
    char dir[] = "/tmp/whylisted-test-XXXXXX", path[64];
    struct desk desk;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/report", dir);
    open_desk(&desk, 24, 80, true, ZONES, DATABASE);
    start(&desk, "198.18.0.0/16");
    keys(&desk, "flisted>10<Enter>w<^U>");
    keys(&desk, path);
    keys(&desk, "<Enter>");
    char *report = read_file(path);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!strstr(report, parts[i]))
            fail_msg("the report has no \"%s\":\n%s", parts[i], report);
    free(report);
    close_desk(&desk, NULL);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

/* ---- files that come and go ---- */

static void
zone_files_appearing_and_leaving_update_views(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    keys(&desk, "u<Tab>u");
    assert_shows(&desk.scene, "AS64497");
    keys(&desk, "W");
    dataset_set_zones(&desk.engine.dataset, NULL);
    scene_wait(&desk.scene, 200);
    assert_shows(&desk.scene, "--zones DIR");
    assert_shows(&desk.scene, "Harbor Net");
    keys(&desk, "<Backspace>");
    assert_shows(&desk.scene, "--zones DIR");
    assert_shows(&desk.scene, "203.0.113.0/24");
    keys(&desk, "<Backspace>");
    assert_shows(&desk.scene, "level 2  not known");
    dataset_set_zones(&desk.engine.dataset, desk.zones);
    scene_wait(&desk.scene, 200);
    assert_shows(&desk.scene, "4 of 256 listed");
    close_desk(&desk, NULL);
}

/* The world is counted between turns of the loop; what it was is gone at once. */
static void
zone_files_reread_update_views(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.77");
    struct dataset *dataset = &desk.engine.dataset;
    assert_null(dataset_ranking(dataset)); /* nobody needed it until now */
    assert_string_equal(dataset_lacks_asn_table(dataset), "Reading the ASN database ...");
    keys(&desk, "W");
    assert_selected(&desk, "AS64497"); /* of which he comes */
    keys(&desk, "g");
    assert_non_null(dataset_ranking(dataset));
    assert_selected(&desk, "AS4294967294");
    dataset_set_zones(dataset, desk.zones);
    assert_null(dataset_ranking(dataset));
    assert_string_equal(dataset_lacks_ranking(dataset), "Counting what is listed of each ASN ...");
    dataset_set_zones(dataset, NULL); /* the count is given up */
    assert_string_equal(dataset_lacks_ranking(dataset), "");
    update_result(&desk);
    assert_shows(&desk.scene, "--zones DIR");
    dataset_set_zones(dataset, desk.zones);
    update_result(&desk);
    assert_string_equal(dataset_lacks_ranking(dataset), "");
    assert_shows(&desk.scene, "5 ASNs by ratio");
    assert_selected(&desk, "AS4294967294");
    close_desk(&desk, NULL);
}

/* Without zone files nothing has a ratio; with them it is the order again, unless the user chose one. */
static void
world_without_files_orders_by_size(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, ZONES, DATABASE);
    struct dataset *dataset = &desk.engine.dataset;
    dataset_set_zones(dataset, NULL);
    start(&desk, "203.0.113.0/24");
    keys(&desk, "W");
    update_result(&desk);
    assert_shows(&desk.scene, "5 ASNs by number");
    assert_shows(&desk.scene, "ratios are unknown. ASNs are sorted by number.");
    dataset_set_zones(dataset, desk.zones);
    update_result(&desk);
    assert_shows(&desk.scene, "5 ASNs by ratio");
    assert_hides(&desk.scene, "not known");
    keys(&desk, "sgjjjjj<Enter>");
    assert_shows(&desk.scene, "5 ASNs by addresses");
    dataset_set_zones(dataset, NULL);
    update_result(&desk);
    assert_shows(&desk.scene, "5 ASNs by addresses");
    assert_hides(&desk.scene, "by number");
    dataset_set_zones(dataset, desk.zones);
    update_result(&desk);
    assert_shows(&desk.scene, "5 ASNs by addresses");
    close_desk(&desk, NULL);
}

/* What is listed shows first, also when the zone files come after the view. */
static void
late_zone_files_update_views(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, ZONES, DATABASE);
    dataset_set_zones(&desk.engine.dataset, NULL);
    start(&desk, "203.0.113.0/24");
    assert_shows(&desk.scene, "level 2  not known");
    dataset_set_zones(&desk.engine.dataset, desk.zones);
    scene_wait(&desk.scene, 200);
    assert_selected(&desk, "203.0.113.9");
    keys(&desk, "i203.0.114.0/24<Enter>"); /* nothing listed, no net */
    assert_shows(&desk.scene, "0 of 256 listed");
    keys(&desk, "i198.18.0.0/23<Enter>"); /* nothing listed: the nets */
    assert_selected(&desk, "198.18.0.0/16");
    close_desk(&desk, NULL);
}

/* Level 3 as its zone file has it goes before our estimate. */
static void
level3_zone_file_is_used(void **state)
{
    (void)state;
    static const char soa[] =
        "$SOA 3600 ns.example.net hostmaster.example.net 2026070618 3600 3600 86400 120\n127.0.0.2 Test\n";
    static const char *const names[] = {"dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net", "dnsbl-3.uceprotect.net"};
    static const struct {
        const char *level3, *target, *expected, *cleanest;
    } cases[] = {
        {"203.0.113.0/24\n", "AS64497", "Level 3 lists all of AS64497: another address there does not help",
         "203.0.113.0/24"},
        {"192.0.2.0/24\n", "AS64497", "The only range of AS64497 is not clean, with 1 listed address: another address",
         "203.0.113.0/24"},
        {NULL, "AS64497", "by our estimate level 3 does not list AS64497.", "203.0.113.0/24"},
        {"198.18.0.0/17\n", "AS4294967294", "6 of 7 ranges of AS4294967294 are clean on all levels: an address",
         "198.19.0.0/16"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char dir[] = "/tmp/whylisted-test-XXXXXX", text[512];
        assert_non_null(mkdtemp(dir));
        snprintf(text, sizeof text, "%s203.0.113.9\n", soa);
        put_file(dir, names[0], text);
        put_file(dir, names[1], soa);
        snprintf(text, sizeof text, "%s%s", soa, cases[i].level3 ? cases[i].level3 : "");
        if (cases[i].level3)
            put_file(dir, names[2], text);
        struct desk desk;
        open_desk(&desk, 24, 80, false, dir, DATABASE);
        start(&desk, cases[i].target);
        assert_shows(&desk.scene, cases[i].expected);
        keys(&desk, "sG<Enter>g");
        assert_selected(&desk, cases[i].cleanest);
        keys(&desk, "C");
        if (strstr(cases[i].expected, " clean on ") && !strstr(cases[i].expected, "not clean"))
            assert_selected(&desk, cases[i].cleanest);
        close_desk(&desk, NULL);
        open_desk(&desk, 24, 80, false, dir, DATABASE);
        start(&desk, "198.18.99.7"); /* from an address two keys lead to the cleanest range of its provider */
        keys(&desk, "aC");
        if (strstr(cases[i].expected, "6 of 7 ranges"))
            assert_selected(&desk, cases[i].cleanest);
        close_desk(&desk, NULL);
        for (size_t n = 0; n < (cases[i].level3 ? 3 : 2); n++)
            remove_file(dir, names[n]);
        assert_int_equal(rmdir(dir), 0);
    }
}

/* A file that is half written is named on each screen that lacks it, and nothing is counted in it. */
static void
zone_file_in_doubt_is_named_and_not_counted(void **state)
{
    (void)state;
    static const char soa[] =
        "$SOA 3600 ns.example.net hostmaster.example.net 2026070618 3600 3600 86400 120\n127.0.0.2 Test\n";
    static const char *const names[] = {"dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net", "dnsbl-3.uceprotect.net"};
    static const char *const targets[] = {"203.0.113.0/24", "AS64497"};
    char dir[] = "/tmp/whylisted-test-XXXXXX", text[512];
    assert_non_null(mkdtemp(dir));
    for (size_t n = 0; n < 3; n++) {
        snprintf(text, sizeof text, "%s203.0.113.9\n%s", soa, n == 0 ? "203.0.11" : "");
        put_file(dir, names[n], text);
    }
    struct desk desk;
    open_desk(&desk, 24, 80, false, dir, DATABASE);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        start(&desk, targets[i]);
        scene_show(&desk.scene, targets[i]);
    }
    keys(&desk, "W");
    scene_show(&desk.scene, "world");
    close_desk(&desk, "doubt");
    for (size_t n = 0; n < 3; n++)
        remove_file(dir, names[n]);
    assert_int_equal(rmdir(dir), 0);
}

/* ---- a sweep ---- */

/* Each 50th address is listed, each 70th silent. */
static void
open_sweeper(struct desk *desk, const char *zones)
{
    struct buf script = {0};
    open_desk(desk, 24, 80, false, zones, DATABASE);
    desk->engine.resolver = fake_resolver_new(desk->scene.loop);
    desk->engine.health = health_new(desk->engine.loop, desk->engine.resolver, catalogue_builtin());
    for (int i = 3; i < 256; i += 70)
        buf_format(&script, "%d.113.0.203.dnsbl-1.uceprotect.net A timeout\n", i);
    for (int i = 9; i < 256; i += 50)
        buf_format(&script, "%d.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n", i);
    fake_resolver_say(desk->engine.resolver, buf_string(&script));
    fake_resolver_hold(desk->engine.resolver);
    buf_free(&script);
}

static const struct prefix block = {{ADDR_V4, {203, 0, 113, 0}}, 24};

/* Lets the sweep come to so many answers. */
static void
answer(struct desk *desk, size_t until)
{
    struct resolver *resolver = desk->engine.resolver;
    struct sweep_counts c = {0};
    while (c.ended < until) {
        scene_wait(&desk->scene, 10);
        fake_resolver_deliver(resolver, "*.0.0.127.*", NULL, SIZE_MAX);
        fake_resolver_deliver(resolver, "probe-*", NULL, SIZE_MAX);
        fake_resolver_deliver(resolver, "*.in-addr.arpa", NULL, SIZE_MAX);
        sweep_counts(sweep_store_find(&desk->engine, &block), &c);
        if (c.ended < until)
            fake_resolver_deliver(resolver, "*.113.0.203.dnsbl-1.*", NULL, until - c.ended);
        sweep_counts(sweep_store_find(&desk->engine, &block), &c);
    }
    scene_wait(&desk->scene, 200);
}

static void
sweep_shows_progress(void **state)
{
    (void)state;
    struct desk desk;
    open_sweeper(&desk, NULL);
    start(&desk, "203.0.113.77");
    keys(&desk, ":range 203.0.113.77<Enter>");
    scene_show(&desk.scene, "without zone files a sweep is offered");
    keys(&desk, "r");
    scene_show(&desk.scene, "but nothing is asked without a word");
    keys(&desk, "n");
    assert_null(sweep_store_find(&desk.engine, &block));
    keys(&desk, "ry");
    scene_show(&desk.scene, "begun: nothing is known, and nothing is said to be clear");
    answer(&desk, 80);
    scene_show_roles(&desk.scene, "80 answers, more questions on their way");
    keys(&desk, "p");
    scene_show(&desk.scene, "paused");
    keys(&desk, "px");
    scene_show(&desk.scene, "stopped: what was found stays");
    keys(&desk, "ry");
    answer(&desk, 256);
    scene_show(&desk.scene, "again, to the end");
    keys(&desk, "<Tab>");
    scene_show(&desk.scene, "what is listed");
    scene_wait(&desk.scene, 5 * 60 * 1000);
    keys(&desk, "<Backspace>:range 203.0.113.77<Enter>");
    scene_show(&desk.scene, "it is still known when the view is opened again");
    keys(&desk, "ry");
    answer(&desk, 80);
    keys(&desk, "<Backspace>:range 203.0.113.77<Enter>");
    assert_shows(&desk.scene, "128 of 256 answered, stopped");
    close_desk(&desk, "drill-sweep");
}

/* The sweep counts, and what it does not know yet the zone file says; where the two differ both are told. */
static void
sweep_beside_zone_file_compares(void **state)
{
    (void)state;
    struct desk desk;
    open_sweeper(&desk, ZONES);
    start(&desk, "203.0.113.77");
    keys(&desk, "ury");
    scene_show(&desk.scene, "begun: the zone file is still known");
    answer(&desk, 60);
    scene_show(&desk.scene, "60 answers, of which one is another than in the file");
    keys(&desk, "ffrom<Enter>");
    assert_shows(&desk.scene, "203.0.113.66");
    assert_hides(&desk.scene, "203.0.113.59 ");
    keys(&desk, "f<^U><Enter>");
    answer(&desk, 256);
    scene_show(&desk.scene, "to the end");
    dataset_set_zones(&desk.engine.dataset, NULL);
    scene_wait(&desk.scene, 200);
    assert_hides(&desk.scene, "differ");
    assert_shows(&desk.scene, "5 listed addresses");
    close_desk(&desk, "drill-sweep-zones");
}

static void
sweep_is_offered_where_possible(void **state)
{
    (void)state;
    struct desk desk;
    open_usual(&desk, "203.0.113.0/24"); /* offline */
    assert_hides(&desk.scene, "r sweep");
    close_desk(&desk, NULL);
    open_sweeper(&desk, NULL);
    start(&desk, "203.0.112.0/22");
    assert_hides(&desk.scene, "r sweep");
    assert_shows(&desk.scene, "one /24 at a time");
    keys(&desk, "r");
    assert_shows(&desk.scene, "r is not a command here");
    keys(&desk, "i203.0.113.0/24<Enter>");
    assert_shows(&desk.scene, "r sweep");
    close_desk(&desk, NULL);
}

/* ---- the journal ---- */

static void
on_sentence(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

static void
remove_journal(const char *folder, const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s%s", path, endings[i]);
        unlink(file);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* What a view finds is recorded when it opens, and when the data arrive; frames only read. */
static void
drawing_writes_nothing_to_journal(void **state)
{
    (void)state;
    static const char *const places[] = {"203.0.113.0/24", "203.0.112.0/22", "AS64497"};
    struct desk desk;
    struct fault notice, fault;
    char folder[] = "/tmp/whylisted-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/journal.db", folder);
    open_usual(&desk, "0.0.0.0/0");
    struct journal *journal = journal_open(path, false, JOURNAL_WRITES, JOURNAL_WAIT_CONSOLE_MS, &notice, &fault);
    struct recorder *recorder = recorder_new(desk.scene.loop, journal, false, on_sentence, NULL);
    desk.engine.recorder = recorder;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        unsigned before = recorder_version(recorder);
        assert_true(submit(&desk, places[i], &fault));
        unsigned opened = recorder_version(recorder);
        assert_true(opened > before);
        update_result(&desk);
        dataset_set_zones(&desk.engine.dataset, desk.zones);
        if (i == 2) /* the AS waits for the world, which is counted in turns of the loop */
            update_result(&desk);
        unsigned arrived = recorder_version(recorder);
        for (int size = 0; size < 4; size++)
            scene_resize(&desk.scene, 24 - size, 120 - 20 * size);
        keys(&desk, "<Tab>j<Tab>k");
        assert_int_equal(recorder_version(recorder), arrived);
        scene_resize(&desk.scene, 24, 80);
    }
    close_desk(&desk, NULL);
    remove_journal(folder, path);
}

/* ---- whatever the screen and the keys ---- */

static void
any_size_draws(void **state)
{
    (void)state;
    static const int widths[] = {0, 1, 2, 5, 17, 39, 64, 65, 99, 100, 131};
    for (int rows = 0; rows <= 26; rows += rows < 14 ? 1 : 3)
        for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
            struct desk desk;
            open_desk(&desk, rows, widths[i], (rows + (int)i) % 2, ZONES, DATABASE);
            start(&desk, "198.18.77.40");
            keys(&desk, "u<Tab>jG<Tab><Down><Right>Guuu<Tab><Tab>G<PgUp>us<Enter>uf1<Enter>G/9<Enter>nN<Enter><Enter>");
            scene_resize(&desk.scene, 24, 80);
            assert_true(scene_text(&desk.scene)[0] > ' ');
            close_desk(&desk, NULL);
        }
}

static unsigned
random_below(unsigned *seed, unsigned limit)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % limit;
}

static void
random_keys_never_crash(void **state)
{
    (void)state;
    static const char *const presses[] = {"j",           "k",     "<PgDn>", "<PgUp>",  "g",       "G",     "<Left>",
                                          "<Right>",     "<Up>",  "<Down>", "<Enter>", "<Enter>", "<Tab>", "<Tab>",
                                          "<Backspace>", "<Esc>", "u",      "u",       "W",       "f",     "s",
                                          "/",           "n",     "N",      "1",       "o",       ">",     "<^U>",
                                          "y",           "?",     "q",      "<Enter>", "r",       "p",     "x"};
    for (unsigned seed = 1; seed <= 12; seed++) {
        struct desk desk;
        unsigned random = seed;
        if (seed % 3) {
            open_desk(&desk, 24, 80, seed % 2, ZONES, seed % 4 ? DATABASE : NULL);
        } else {
            open_sweeper(&desk, NULL);
        }
        start(&desk, "198.18.77.40");
        keys(&desk, "u");
        for (int i = 0; i < 400 && !scene_is_over(&desk.scene); i++) {
            unsigned what = random_below(&random, 80);
            if (what == 0)
                scene_resize(&desk.scene, (int)random_below(&random, 45), (int)random_below(&random, 140));
            else if (what == 1 && seed % 3)
                dataset_set_zones(&desk.engine.dataset, random_below(&random, 3) ? desk.zones : NULL);
            else if (what == 2 && desk.engine.resolver)
                scene_wait(&desk.scene, 500), fake_resolver_deliver_all(desk.engine.resolver);
            else
                scene_keys(&desk.scene, presses[random_below(&random, sizeof presses / sizeof presses[0])]);
        }
        close_desk(&desk, NULL);
    }
}

static void
idle_draws_nothing(void **state)
{
    (void)state;
    static const char *const places[] = {"203.0.113.0/24", "AS64497"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct desk desk;
        open_usual(&desk, places[i]);
        scene_wait(&desk.scene, 1000);
        int frames = scene_frames(&desk.scene);
        for (int n = 0; n < 100; n++)
            scene_wait(&desk.scene, 1000);
        assert_int_equal(scene_frames(&desk.scene), frames);
        close_desk(&desk, NULL);
    }
}

/* Its lines tell the header of a bounce from the reply in it, also when they are pasted at the prompt. */
static void
pasted_bounce_opens_the_rejected_address(void **state)
{
    (void)state;
    static const char bounce[] =
        "Return-Path: <>\nReceived: from mx.example.com (mx.example.com [198.51.100.9])\nFrom: "
        "MAILER-DAEMON@example.com\n"
        "Subject: Undelivered Mail Returned to Sender\n\n<user@example.org>: host mx.example.org[192.0.2.25] said: 554 "
        "5.7.1 Service\n    unavailable; Client host [203.0.113.77] blocked using zen.spamhaus.org (in reply\n    to "
        "RCPT "
        "TO command)\n";
    static const char *const begin[] = {"", "i"};
    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++) {
        struct desk desk;
        open_desk(&desk, 24, 80, false, NULL, DATABASE);
        start(&desk, "AS64497");
        scene_keys(&desk.scene, begin[i]);
        scene_paste(&desk.scene, bounce);
        scene_keys(&desk.scene, "<Enter>");
        assert_shows(&desk.scene, "took 203.0.113.77 from a");
        assert_place(&desk.scene, "203.0.113.77");
        assert_shows(&desk.scene, "of mx.example.org");
        close_desk(&desk, NULL);
    }
}

/* Neither the domains in it nor its status are targets. */
static void
pasted_bounce_without_own_address_is_shown(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, NULL, DATABASE);
    start(&desk, "AS64497");
    scene_paste(&desk.scene, "From: MAILER-DAEMON@mail.example.net\nSubject: Undelivered\n\n"
                             "<bob@example.org>: host mx.example.org[192.0.2.25] said: 550\n    5.1.1 User unknown "
                             "(in reply to RCPT TO command)\n\nStatus: 5.1.1\n");
    scene_keys(&desk.scene, "<Enter>");
    assert_place(&desk.scene, "Rejection");
    assert_shows(&desk.scene, "The text names no address of yours, so that no list is asked.");
    assert_shows(&desk.scene, "refused mail to bob@example.org.");
    assert_shows(&desk.scene, "The recipient is the reason");
    scene_keys(&desk.scene, "q");
    scene_paste(&desk.scene, "550 5.7.1 blocked using dnsbl-2.uceprotect.net");
    scene_keys(&desk.scene, "<Enter>");
    assert_shows(&desk.scene, "because of UCEPROTECT Level 2");
    assert_shows(&desk.scene, "Addresses around yours are the cause");
    close_desk(&desk, NULL);
}

static void
pasted_bounce_with_several_addresses_asks_for_one(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, NULL, DATABASE);
    start(&desk, "AS64497");
    scene_paste(&desk.scene, "host mx.example.org[192.0.2.25] said: 554 5.7.1 Client host [203.0.113.77] blocked, and "
                             "so is [198.51.100.9], using zen.spamhaus.org");
    scene_keys(&desk.scene, "<Enter>");
    assert_shows(&desk.scene, "Which address was rejected?");
    assert_shows(&desk.scene, "198.51.100.9  named in the reply");
    scene_keys(&desk.scene, "j<Enter>");
    assert_place(&desk.scene, "198.51.100.9");
    close_desk(&desk, NULL);
}

/* A range that is no prefix opens the prefix around it, not its first net. */
static void
range_of_several_nets_opens_the_prefix_around_it(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, 24, 80, false, NULL, DATABASE);
    start(&desk, "AS64497");
    scene_keys(&desk.scene, "i");
    scene_paste(&desk.scene, "198.18.77.5-198.18.77.9");
    scene_keys(&desk.scene, "<Enter>");
    assert_place(&desk.scene, "198.18.77.0/28");
    assert_shows(&desk.scene, "took 198.18.77.0/28 from");
    close_desk(&desk, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pasted_bounce_opens_the_rejected_address),
        cmocka_unit_test(pasted_bounce_without_own_address_is_shown),
        cmocka_unit_test(pasted_bounce_with_several_addresses_asks_for_one),
        cmocka_unit_test(range_of_several_nets_opens_the_prefix_around_it),
        cmocka_unit_test(compare_shows_side_by_side),
        cmocka_unit_test(four_compared_stand_side_by_side),
        cmocka_unit_test(marked_rows_are_compared),
        cmocka_unit_test(compare_of_one_says_why),
        cmocka_unit_test(look_at_80x24),
        cmocka_unit_test(look_at_120x40),
        cmocka_unit_test(look_at_200x60),
        cmocka_unit_test(look_at_40x10),
        cmocka_unit_test(look_in_ascii),
        cmocka_unit_test(net_keys_step_from_net_to_net),
        cmocka_unit_test(again_without_question_reads_files),
        cmocka_unit_test(map_key_opens_map_or_says_why_not),
        cmocka_unit_test(missing_files_are_named),
        cmocka_unit_test(look_without_files),
        cmocka_unit_test(up_goes_from_address_to_world),
        cmocka_unit_test(up_selects_row_of_origin),
        cmocka_unit_test(provider_key_works_everywhere),
        cmocka_unit_test(same_place_is_on_way_once),
        cmocka_unit_test(up_from_unannounced_says_so),
        cmocka_unit_test(provider_from_dns_is_shown),
        cmocka_unit_test(enter_goes_from_world_to_address),
        cmocka_unit_test(enter_on_map_opens_cell),
        cmocka_unit_test(back_returns_to_same_row),
        cmocka_unit_test(table_keeps_its_place),
        cmocka_unit_test(range_itself_does_not_open),
        cmocka_unit_test(prompt_accepts_resources),
        cmocka_unit_test(filter_is_live_and_esc_restores),
        cmocka_unit_test(filter_bad_says_why),
        cmocka_unit_test(filter_terms_match_row_fields),
        cmocka_unit_test(selected_asn_shows_full_name),
        cmocka_unit_test(search_begins_with_selected_row),
        cmocka_unit_test(search_continues_with_n),
        cmocka_unit_test(sort_cycles_columns),
        cmocka_unit_test(provider_name_opens_filtered_world),
        cmocka_unit_test(world_shows_level3),
        cmocka_unit_test(provider_marks_row_of_origin),
        cmocka_unit_test(clean_key_shows_clean_rows_and_all_again),
        cmocka_unit_test(clean_key_needs_counts),
        cmocka_unit_test(range_shows_addresses_of_selected_block),
        cmocka_unit_test(clean_key_shows_widest_prefixes_of_range),
        cmocka_unit_test(marked_row_shows_its_sign),
        cmocka_unit_test(sort_with_one_column_opens_no_menu),
        cmocka_unit_test(range_lists_published_nets),
        cmocka_unit_test(world_shows_countries),
        cmocka_unit_test(export_writes_view),
        cmocka_unit_test(zone_files_appearing_and_leaving_update_views),
        cmocka_unit_test(zone_files_reread_update_views),
        cmocka_unit_test(world_without_files_orders_by_size),
        cmocka_unit_test(late_zone_files_update_views),
        cmocka_unit_test(level3_zone_file_is_used),
        cmocka_unit_test(zone_file_in_doubt_is_named_and_not_counted),
        cmocka_unit_test(sweep_shows_progress),
        cmocka_unit_test(sweep_beside_zone_file_compares),
        cmocka_unit_test(sweep_is_offered_where_possible),
        cmocka_unit_test(drawing_writes_nothing_to_journal),
        cmocka_unit_test(any_size_draws),
        cmocka_unit_test(random_keys_never_crash),
        cmocka_unit_test(idle_draws_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
