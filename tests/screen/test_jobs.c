/* The jobs of a mail desk in the invented internet of data/demo: what each screen must say, and in how many keys. */

#include "base/mem.h"
#include "check/investigation.h"
#include "command/result.h"
#include "console/views/typed_target.h"
#include "desk.h"
#include "draw/glyph.h"
#include "draw/role.h"
#include "verdict/explain.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A text, which does not count as keys. */
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
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, address);
    assert_true(shows(&desk.scene, "YOU") || shows(&desk.scene, "CLEAR.") || shows(&desk.scene, "NOT "));
    assert_shows(&desk.scene, "q quit  J journal  ? keys");
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
    desk_close(&desk, NULL);
}

static void
address_without_keys_says_why_and_shows_picture(void **state)
{
    (void)state;
    demo_addresses(first_screen_of, NULL);
}

/* The map is of the widest net that lists the address, the line of the one that decides; the bars cross their limits.
 */
static void
address_without_keys_shows_net_and_limits(void **state)
{
    (void)state;
    struct desk desk;
    struct spot level;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23");
    assert_shows(&desk.scene, "NOT YOU. Your neighbours and your provider are listed.");
    assert_shows(&desk.scene, "198.18.0.0/16: 33 listed");
    assert_shows(&desk.scene, "198.18.77.0/24 +6 nets"); /* the farthest over its limit */
    assert_shows(&desk.scene, "71 impacts, limit 4");
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
    desk_close(&desk, NULL);
}

/* ---- a better place: two keys ---- */

static void
cleanest_range_in_two_keys(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "203.0.113.77");
    desk_press(&desk, "a");
    assert_place(&desk.scene, "AS64497");
    assert_shows(&desk.scene, "No range of AS64497 is clean; the least listed is 198.19.192.0/19");
    desk_press(&desk, "C");
    assert_shows(&desk.scene, "0 of 2 ranges");
    assert_in_range(desk.keys, 0, 2);
    desk_close(&desk, NULL);
}

/* ---- another provider: six keys ---- */

static void
two_providers_compared_in_six_keys(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23");
    desk_press(&desk, "W <Down><Down> =");
    assert_shows(&desk.scene, "compare AS64496, AS64497");
    assert_shows(&desk.scene, "per 100,000");
    assert_in_range(desk.keys, 0, 6);
    desk_close(&desk, NULL);
}

static void
named_providers_compared_in_two_keys(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23");
    desk_press(&desk, "i");
    type(&desk, "compare AS64496 AS64505");
    desk_press(&desk, "<Enter>");
    assert_shows(&desk.scene, "Meadow Mail");
    assert_shows(&desk.scene, "of the limit");
    assert_int_equal(desk.keys, 2);
    desk_close(&desk, NULL);
}

/* ---- what was done: twelve keys ---- */

/* Files "waiting, told abuse@..., ticket, due in 7 days". */
static void
file_case(struct desk *desk)
{
    desk_press(desk, "tw<Tab>");
    type(desk, "NET-4711");
    desk_press(desk, "<Tab><Tab>");
    type(desk, "abuse@nimbus.example");
    desk_press(desk, "<Tab>7d<^S>");
}

static void
case_filed_in_twelve_keys(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23");
    file_case(&desk);
    assert_in_range(desk.keys, 0, 12);
    scene_wait(&desk.scene, 10 * 1000);
    assert_shows(&desk.scene, "Case waiting, ticket NET-4711");
    assert_shows(&desk.scene, "abuse@nimbus.example");
    assert_shows(&desk.scene, "due 2026-11-29");
    desk_close(&desk, NULL);
}

/* It is the first row on which the cursor rests. */
static void
due_follow_up_opens_where_it_stands(void **state)
{
    (void)state;
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    struct desk desk;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, "198.18.77.23");
    file_case(&desk);
    scene_wait(&desk.scene, 8 * (int64_t)DAY_MS);
    navigate(&desk.nav, &(struct place){.kind = PLACE_START});
    desk_settle(&desk);
    assert_shows(&desk.scene, "Cases: 1 due");
    assert_shows(&desk.scene, "NET-4711");
    desk.keys = 0;
    desk_press(&desk, "<Enter>");
    assert_place(&desk.scene, "198.18.77.23");
    assert_int_equal(desk.keys, 1);
    desk_close(&desk, NULL);
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
    desk_open(&desk, 24, 80, false);
    fake_resolver_hold(desk.engine.resolver);
    assert_true(typed_target_open(&desk.nav, address, &fault));
    scene_settle(&desk.scene);
    take_places(&desk.scene, places);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        while (fake_resolver_deliver(desk.engine.resolver, answers[i], NULL, 1) > 0)
            scene_wait(&desk.scene, APP_FRAME_MS);
        assert_stays(&desk.scene, address, places);
    }
    desk_close(&desk, NULL);
}

static void
nothing_jumps_while_answers_come_in(void **state)
{
    (void)state;
    demo_addresses(places_of, NULL);
}

/* ---- what check prints ---- */

static void
on_evidence(void *arg)
{
    (void)arg;
}

/* Appends what `check` prints about the address. */
static void
print_check(struct desk *desk, const char *address, struct buf *out)
{
    struct addr addr;
    struct verdict verdict = {0};
    struct dataset *dataset = &desk->engine.dataset;
    assert_true(addr_parse(address, &addr));
    struct investigation *i = investigation_new(&desk->engine, address, NULL, &addr, on_evidence, NULL);
    desk_settle(desk);
    dataset_count_ranking(dataset);
    investigation_answer_another(i, dataset, &desk->engine.dns_facts);
    const struct evidence *evidence = investigation_evidence(i);
    verdict_reach(&verdict, evidence, &dataset->policy);
    result_text(out,
                &(struct result){.evidence = evidence,
                                 .verdict = &verdict,
                                 .policy = &dataset->policy,
                                 .database = dataset_asn_source(dataset),
                                 .zones = dataset->zones,
                                 .target = address},
                80, false, false);
    verdict_fini(&verdict);
    investigation_free(i);
}

/* Finds a text behind `from`; fails if it is not there. */
static const char *
find_next(const struct scene *scene, const char *address, const char *all, const char *from, const char *text)
{
    const char *at = strstr(from, text);
    if (!at) {
        print_error("check prints:\n%s\n", all);
        scene_fail(scene, "%s: check has not \"%s\" in this place", address, text);
    }
    return at + strlen(text);
}

/* Counts the numbered lines of the last section. */
static size_t
count_advice(const char *section)
{
    size_t count = 0;
    for (const char *line = strchr(section, '\n'); line && line[1] != '\n' && line[1] != '\0';
         line = strchr(line + 1, '\n'))
        count += line[1] != ' ';
    return count;
}

/* The levels, and the rows of the map, word by word; then the sections, with as much advice. */
static void
facts_in_order(const struct scene *scene, const char *address, const char *printed)
{
    const struct grid *grid = scene_grid(scene);
    const char *at = printed;
    struct buf advice = {0};
    struct spot level, legend;
    assert_true(find(scene, " 1 address ", &level) && find(scene, HERE " you", &legend));
    for (int row = level.row; row < legend.row; row++) {
        struct buf line = {0};
        for (int col = 0, end = row > level.row + 4 ? 36 : grid->cols; col < end; col++)
            buf_text(&line, grid_at(grid, row, col)->bytes);
        while (line.count > 0 && line.at[line.count - 1] == ' ')
            line.at[--line.count] = '\0';
        char *text = buf_take(&line), *rule = strstr(text, " \xE2\x94\x80");
        if (rule)
            *rule = '\0';
        at = find_next(scene, address, printed, at, text ? text : "");
        free(text);
    }
    if (is_listed(scene))
        at = find_next(scene, address, printed, at, "When it ends");
    at = find_next(scene, address, printed, at, "What to do");
    buf_byte(&advice, '\n');
    take_advice(scene, &advice);
    assert_int_equal(count_advice(at), count_advice(buf_string(&advice)));
    buf_free(&advice);
}

static void
check_says_the_same_of(void *arg, const char *address)
{
    struct desk desk;
    struct buf printed = {0};
    (void)arg;
    if (!is_routable(address))
        return;
    desk_open(&desk, 24, 80, false);
    desk_start(&desk, address);
    print_check(&desk, address, &printed);
    facts_in_order(&desk.scene, address, buf_string(&printed));
    buf_free(&printed);
    desk_close(&desk, NULL);
}

static void
check_says_the_same_in_the_same_order(void **state)
{
    (void)state;
    demo_addresses(check_says_the_same_of, NULL);
}

/* ---- every view ---- */

static const struct {
    const char *what, *keys;
} tour[] = {
    {"start", ""},
    {"palette", "?"},
    {"prompt", "<Esc>i"},
    {"address", "198.18.77.23<Enter>"},
    {"its map narrower", "["},
    {"its details", "d"},
    {"its DNS answers", "d"},
    {"its net", "qq]m"},
    {"the next block", "<Down>"},
    {"blocks without a listed address", "C"},
    {"published nets", "C<Tab>"},
    {"big map", "<Tab>m"},
    {"addresses", "i198.18.77.0/24<Enter>"},
    {"provider", "a"},
    {"sort orders", "s"},
    {"a filter", "<Esc>f1<Enter>"},
    {"world", "W"},
    {"two providers marked", " <Down> "},
    {"compared", "="},
    {"journal", "J"},
    {"then and now", "<Enter>"},
    {"history", "H"},
    {"case form", "i198.18.77.40<Enter>t"},
    {"filed", "wT1<^S>"},
    {"note", "e"},
};

enum { TOUR = sizeof tour / sizeof tour[0] };

typedef void visit(struct desk *, const char *what);

static void
visit_all(int rows, int cols, bool ascii, visit *use, const char *golden)
{
    struct desk desk;
    desk_open(&desk, rows, cols, ascii);
    navigate(&desk.nav, &(struct place){.kind = PLACE_START});
    for (size_t i = 0; i < TOUR; i++) {
        desk_press(&desk, tour[i].keys);
        use(&desk, tour[i].what);
    }
    desk_close(&desk, golden);
}

static void
show(struct desk *desk, const char *what)
{
    scene_show(&desk->scene, what);
}

static void
show_roles(struct desk *desk, const char *what)
{
    scene_show_roles(&desk->scene, what);
}

static void
views_on_each_size(void **state)
{
    (void)state;
    visit_all(24, 80, false, show, "jobs-80x24");
    visit_all(40, 120, false, show, "jobs-120x40");
    visit_all(60, 200, false, show, "jobs-200x60");
    visit_all(10, 40, false, show, "jobs-40x10");
}

static void
views_without_colours_and_unicode(void **state)
{
    (void)state;
    visit_all(24, 80, true, show_roles, "jobs-mono");
}

/* ---- for those who do not see colours, or the screen ---- */

/* A screen reader follows the cursor. */
static void
cursor_rests(struct desk *desk, const char *what)
{
    if (shows(&desk->scene, "Esc cancel")) /* something is being typed: the cursor is there */
        return;
    for (const char *const *move = (const char *const[]){"", "<Down>", "<Down>", "<Up>", NULL}; *move; move++) {
        bool any = false, rests = false;
        desk_press(desk, *move);
        const struct grid *grid = scene_grid(&desk->scene);
        for (int row = 0; row < grid->rows; row++)
            for (int col = 0; col < grid->cols; col++)
                if (grid_at(grid, row, col)->selected) {
                    any = true;
                    rests |= row == grid->cursor_row;
                }
        if (any && !rests)
            scene_fail(&desk->scene, "%s%s: the cursor is in row %d, which is not selected", what, *move,
                       grid->cursor_row);
    }
}

static void
cursor_rests_on_selected_row(void **state)
{
    (void)state;
    visit_all(24, 80, false, cursor_rests, NULL);
    visit_all(40, 120, false, cursor_rests, NULL);
    visit_all(10, 40, false, cursor_rests, NULL);
}

/* Returns the sign of a colour; NULL = it has none of its own. */
static const char *
sign_of(uint8_t role, bool ascii)
{
    static const enum glyph signs[ROLE_COUNT] = {
        [ROLE_LISTED] = GLYPH_LISTED, [ROLE_CLEAR] = GLYPH_CLEAR,     [ROLE_WARN] = GLYPH_WARN,
        [ROLE_EXEMPT] = GLYPH_EXEMPT, [ROLE_UNKNOWN] = GLYPH_UNKNOWN, [ROLE_ASKING] = GLYPH_ASKING,
    };
    return signs[role] ? glyph_text(signs[role], ascii) : NULL;
}

/* Returns whether the cells of one colour say by themselves what it means: words, a mark, or a bar beside its limit. */
static bool
speaks(const struct grid *grid, int row, int from, int to)
{
    for (int col = from; col < to; col++) {
        const char *bytes = grid_at(grid, row, col)->bytes;
        bool bar = strncmp(bytes, "\xE2\x96", 2) == 0 || *bytes == '#';
        if (bar || isalpha((unsigned char)*bytes) || strcmp(bytes, glyph_text(GLYPH_BULLET, grid->ascii)) == 0)
            return true;
    }
    return false;
}

static bool
row_has(const struct grid *grid, int row, const char *sign)
{
    for (int col = 0; col < grid->cols; col++)
        if (strcmp(grid_at(grid, row, col)->bytes, sign) == 0)
            return true;
    return false;
}

static void
colours_have_signs(struct desk *desk, const char *what)
{
    const struct grid *grid = scene_grid(&desk->scene);
    for (int row = 0; row < grid->rows; row++)
        for (int col = 0, end; col < grid->cols; col = end) {
            uint8_t role = grid_at(grid, row, col)->role;
            const char *sign = sign_of(role, grid->ascii);
            for (end = col + 1; end < grid->cols && grid_at(grid, row, end)->role == role; end++)
                ;
            if (sign && !row_has(grid, row, sign) && !speaks(grid, row, col, end))
                scene_fail(&desk->scene, "%s: the colour in row %d, column %d has no sign", what, row, col);
        }
}

static void
each_colour_has_its_sign(void **state)
{
    (void)state;
    visit_all(24, 80, false, colours_have_signs, NULL);
    visit_all(40, 120, false, colours_have_signs, NULL);
    visit_all(24, 80, true, colours_have_signs, NULL);
}

/* ---- nothing is cut without a sign ---- */

static char *wide[TOUR]; /* the views where all has room */

static char **
wide_of(const char *what)
{
    size_t i = 0;
    while (strcmp(tour[i].what, what) != 0)
        i++;
    return &wide[i];
}

static void
keep_wide(struct desk *desk, const char *what)
{
    *wide_of(what) = mem_copy(scene_text(&desk->scene));
}

/* A figure with what qualifies it: ">=1,489.3". */
static const char figure_starts[] = "~<>=0123456789", figure_goes_on[] = "0123456789.,";

static size_t
figure_length(const char *at)
{
    size_t count = strspn(at, "~<>=");
    if (!isdigit((unsigned char)at[count]))
        return 0;
    count += strspn(at + count, figure_goes_on);
    while (!isdigit((unsigned char)at[count - 1]))
        count--;
    return count;
}

static bool
has_figure(const char *text, const char *figure, size_t count)
{
    for (const char *at = text; *at != '\0';) {
        size_t here = figure_length(at);
        if (here == count && strncmp(at, figure, count) == 0)
            return true;
        at += here > 0 ? here : 1;
    }
    return false;
}

/* But for the place in the page, in the first row, and the number of rows that do not show. */
static void
figures_are_whole(struct desk *desk, const char *what)
{
    const char *text = strchrnul(scene_text(&desk->scene), '\n');
    for (const char *at = text, *end; *(at += strcspn(at, figure_starts)) != '\0'; at = end) {
        size_t count = figure_length(at);
        end = at + (count > 0 ? count : 1);
        bool cut = strncmp(end, "\xE2\x80\xA6", 3) == 0, rest = strncmp(end, " more", 5) == 0;
        if (count > 0 && !cut && !rest && !has_figure(*wide_of(what), at, count))
            scene_fail(&desk->scene, "%s: %.*s is cut: it is not in the widest view", what, (int)count, at);
    }
}

static void
no_figure_is_cut(void **state)
{
    (void)state;
    visit_all(120, 200, false, keep_wide, NULL);
    visit_all(40, 120, false, figures_are_whole, NULL);
    visit_all(24, 80, false, figures_are_whole, NULL);
    visit_all(10, 40, false, figures_are_whole, NULL);
    visit_all(24, 60, false, figures_are_whole, NULL);
    for (size_t i = 0; i < TOUR; i++)
        free(wide[i]);
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
        cmocka_unit_test(check_says_the_same_in_the_same_order),
        cmocka_unit_test(views_on_each_size),
        cmocka_unit_test(views_without_colours_and_unicode),
        cmocka_unit_test(cursor_rests_on_selected_row),
        cmocka_unit_test(each_colour_has_its_sign),
        cmocka_unit_test(no_figure_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
