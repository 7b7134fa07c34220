/* The console as a user meets it, on a view without an engine. */

#include "screen.h"
#include "toy_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct toy *
open_toy(struct scene *scene, int rows, int cols, bool ascii)
{
    scene_open(scene, rows, cols, ascii);
    actions_on_target(scene->actions, "Number", NULL, toy_submit, scene->app);
    struct toy *toy = toy_open(scene->app, "203.0.113.0/24", 100, 100);
    app_turn(scene->app);
    return toy;
}

static void
close_scene(struct scene *scene)
{
    scene_close(scene, NULL);
}

/* ---- how it looks ---- */

static void
tour(const char *name, int rows, int cols, bool ascii)
{
    struct scene scene;
    open_toy(&scene, rows, cols, ascii);
    scene_show_roles(&scene, "table");
    scene_keys(&scene, "?");
    scene_show_roles(&scene, "palette");
    scene_keys(&scene, "wr");
    scene_show(&scene, "palette, filtered");
    scene_keys(&scene, "<^U>level<Enter>");
    scene_show(&scene, "a word");
    scene_keys(&scene, "?words<Enter>");
    scene_show_roles(&scene, "words");
    scene_keys(&scene, "G");
    scene_show(&scene, "end of words");
    scene_keys(&scene, "<Esc>i");
    scene_show(&scene, "prompt");
    scene_keys(&scene, "not a number<Enter>");
    scene_show_roles(&scene, "prompt, refused");
    scene_keys(&scene, "<Esc>r");
    scene_show(&scene, "confirm");
    scene_keys(&scene, "n");
    scene_show(&scene, "message");
    scene_keys(&scene, "d");
    scene_show_roles(&scene, "text");
    scene_keys(&scene, "<PgDn>jj");
    scene_show(&scene, "text, further down");
    scene_keys(&scene, "<Backspace>jj<Enter>jjjj<Enter>");
    scene_show(&scene, "drilled down");
    scene_close(&scene, name);
}

static void
look_at_80x24(void **state)
{
    (void)state;
    tour("console-80x24", 24, 80, false);
}

static void
look_at_120x40(void **state)
{
    (void)state;
    tour("console-120x40", 40, 120, false);
}

static void
look_at_40x10(void **state)
{
    (void)state;
    tour("console-40x10", 10, 40, false);
}

static void
look_in_ascii(void **state)
{
    (void)state;
    tour("console-ascii", 24, 80, true);
}

static void
ascii_screen_has_ascii_only(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, true);
    static const char *const scripts[] = {"", "?", "<Esc>d", "<Esc>i\xC3\xA4<Enter>"};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        scene_keys(&scene, scripts[i]);
        for (const char *at = scene_text(&scene); *at != '\0'; at++)
            assert_true(*at > 0);
    }
    close_scene(&scene);
}

static void
any_size_draws(void **state)
{
    (void)state;
    for (int rows = 0; rows <= 12; rows++)
        for (int cols = 0; cols <= 30; cols++) {
            struct scene scene;
            open_toy(&scene, rows, cols, (rows + cols) % 2);
            scene_keys(&scene, "jjG?jG<Esc>ixyz<Enter>abc<Left><Backspace><Esc>r<Tab>nd<PgDn>Gy<Esc>w<Esc><Enter>");
            scene_resize(&scene, 24, 80);
            assert_shows(&scene, "203.0.113.0/24");
            close_scene(&scene);
        }
}

static void
resize_keeps_selection(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "Gkk");
    scene_resize(&scene, 10, 40);
    scene_show(&scene, "smaller: still on the same row");
    scene_resize(&scene, 30, 100);
    scene_show(&scene, "larger: no empty rows while there are more");
    scene_close(&scene, "resize");
}

/* ---- where it goes ---- */

static void
back_returns_to_same_row(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "<PgDn><PgDn>jj");
    struct buf before = {0};
    buf_text(&before, scene_text(&scene));
    scene_keys(&scene, "<Enter>");
    assert_string_not_equal(scene_text(&scene), buf_string(&before));
    scene_keys(&scene, "jj<Enter>d<Backspace><Backspace><Backspace>");
    assert_string_equal(scene_text(&scene), buf_string(&before));
    buf_free(&before);
    close_scene(&scene);
}

static void
selection_stays_on_its_row(void **state)
{
    (void)state;
    struct scene scene;
    struct toy *toy = open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "<PgDn><PgDn>jj");
    scene_show(&scene, "before");
    toy_prepend(toy, 7);
    scene_wait(&scene, 200);
    scene_show(&scene, "seven new rows above: the page stands still, the cursor's number moved");
    toy_prepend(toy, 3);
    scene_keys(&scene, "y");
    assert_string_equal(scene_copied(&scene), "203.0.113.138");
    scene_close(&scene, "selection-stays");
}

static void
selection_returns_with_its_row(void **state)
{
    (void)state;
    struct scene scene;
    struct toy *toy = open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "<PgDn><PgDn>jj");
    toy_hide(toy, true);
    scene_wait(&scene, 200);
    assert_hides(&scene, "203.0.113.138");
    toy_hide(toy, false);
    toy_prepend(toy, 5);
    scene_wait(&scene, 200);
    scene_keys(&scene, "y");
    assert_string_equal(scene_copied(&scene), "203.0.113.138");
    close_scene(&scene);
}

static void
first_and_last_keys_jump(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "Gy");
    assert_string_equal(scene_copied(&scene), "203.0.113.199");
    scene_keys(&scene, "jy");
    assert_string_equal(scene_copied(&scene), "203.0.113.199");
    scene_keys(&scene, "gky");
    assert_string_equal(scene_copied(&scene), "203.0.113.100");
    scene_keys(&scene, "<Tab>y");
    assert_string_equal(scene_copied(&scene), "203.0.113.150");
    close_scene(&scene);
}

static void
hints_offer_possible_actions_only(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 40, 100, false);
    assert_shows(&scene, "Enter open");
    assert_shows(&scene, "q quit");
    scene_keys(&scene, "j<Enter>");
    assert_shows(&scene, "Enter is not a command here");
    scene_keys(&scene, "k<Enter>");
    assert_shows(&scene, "q back");
    scene_keys(&scene, "?");
    assert_shows(&scene, "Open the selected row");
    scene_keys(&scene, "<Esc>j?");
    assert_hides(&scene, "Open the selected row"); /* this one does not open */
    close_scene(&scene);
}

static void
page_search_finds_words(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "dn");
    assert_shows(&scene, "n is not a command here");
    scene_keys(&scene, "/LINE 3<Enter>");
    assert_shows(&scene, "12/49");
    scene_keys(&scene, "n");
    assert_shows(&scene, "39/49"); /* line 30 */
    scene_keys(&scene, "NN");
    assert_shows(&scene, "48/49"); /* line 39 */
    assert_shows(&scene, "search continued from the end");
    scene_keys(&scene, "n");
    assert_shows(&scene, "search continued from the beginning");
    scene_keys(&scene, "/line 99<Enter>");
    assert_shows(&scene, "No row matches \"line 99\".");
    scene_keys(&scene, "<^U><Enter>");
    assert_shows(&scene, "12/49");
    close_scene(&scene);
}

static void
page_search_starts_at_selection(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "/taipei<Enter>"); /* the holder of every fifth */
    scene_keys(&scene, "y");
    assert_string_equal(scene_copied(&scene), "203.0.113.101");
    scene_keys(&scene, "ny");
    assert_string_equal(scene_copied(&scene), "203.0.113.106");
    scene_keys(&scene, "NNy");
    assert_string_equal(scene_copied(&scene), "203.0.113.196");
    close_scene(&scene);
}

static void
command_line_runs_named_action(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, ":detail<Enter>");
    assert_shows(&scene, "dnsbl-1.uceprotect.net");
    scene_keys(&scene, ":back<Enter>");
    assert_shows(&scene, "100 neighbours");
    scene_keys(&scene, ":64500<Enter>"); /* what `i` takes, too */
    assert_shows(&scene, "12 neighbours");
    scene_keys(&scene, ":clo<Enter>:nonsense<Enter>");
    assert_shows(&scene, "Unknown command: nonsense");
    scene_keys(&scene, "<^U>pause<Enter>"); /* a name, but not of this view */
    assert_shows(&scene, "Unknown command: pause");
    scene_keys(&scene, "<^U>a:b<Enter>");
    assert_shows(&scene, "a:b");
    scene_keys(&scene, "<^U>QUIT<Enter>");
    assert_true(scene_is_over(&scene));
    close_scene(&scene);
}

static void
palette_finds_and_performs(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *shows;
    } cases[] = {
        {"?answers<Enter>", "dnsbl-1.uceprotect.net"}, /* a word of the help of `detail` */
        {"?<Down><Enter>", "dnsbl-1.uceprotect.net"},
        {":DETAIL<Enter>", "dnsbl-1.uceprotect.net"},
        {"?words<Enter>", "one event of abuse"},
        {"?zzz<Enter>", "Unknown command: zzz"},
        {"?zzz<Enter><^U>again<Enter>", "Forget all"},
        {"?det<Tab>", "\xE2\x80\xBA detail"},
        {"?detail<Enter><Backspace>?<Up>", "\xE2\x80\xBA detail"},
        {"?detail<Enter><Backspace>?wr<Up>", "\xE2\x80\xBA wr"}, /* in the list first */
        {"?detail<Enter><Backspace>?<Up><Down>", "type to find"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        open_toy(&scene, 24, 80, false);
        scene_keys(&scene, cases[i].keys);
        assert_shows(&scene, cases[i].shows);
        close_scene(&scene);
    }
}

static void
prompt_recalls_lines(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "i64500<Enter><Backspace>i64501<Enter><Backspace>inot a number<Enter><Esc>");
    scene_keys(&scene, "i6<Up>");
    assert_shows(&scene, "\xE2\x80\xBA 64501");
    scene_keys(&scene, "<Up><Up>");
    assert_shows(&scene, "\xE2\x80\xBA 64500");
    scene_keys(&scene, "<Down><Down>");
    assert_shows(&scene, "\xE2\x80\xBA 6\n"); /* what was being typed */
    scene_keys(&scene, "<^U>64500<^U>6<Tab>");
    assert_shows(&scene, "\xE2\x80\xBA 64501");
    scene_keys(&scene, "<Esc>/<Up>");
    assert_hides(&scene, "64501"); /* each prompt has its own */
    scene_keys(&scene, "TELE<Enter>/<Up>");
    assert_shows(&scene, "\xE2\x80\xBA TELE");
    close_scene(&scene);
}

static void
command_may_close_all_views(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, ":close<Enter>");
    assert_true(scene_is_over(&scene));
    close_scene(&scene);
}

static void
quit_key_leaves(void **state)
{
    (void)state;
    static const char *const ways[] = {"q", "dqq", "Q", "dQ", "<^C>", "?<Esc>q", ":quit<Enter>", "iabc<Esc>q", "rqq"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct scene scene;
        open_toy(&scene, 24, 80, false);
        assert_false(scene_is_over(&scene));
        scene_keys(&scene, ways[i]);
        assert_true(scene_is_over(&scene));
        close_scene(&scene);
    }
}

static void
back_on_first_view_stays(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "<Backspace><Esc>i<^C>r<^C>?q");
    assert_false(scene_is_over(&scene));
    close_scene(&scene);
}

/* ---- typing ---- */

static void
assert_typed(const char *keys, const char *expected)
{
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "i");
    scene_keys(&scene, keys);
    scene_keys(&scene, "<Enter>"); /* refused, with the text between quotes */
    struct buf quoted = {0};
    buf_format(&quoted, "\"%s\" is no number", expected);
    assert_shows(&scene, buf_string(&quoted));
    buf_free(&quoted);
    close_scene(&scene);
}

static void
prompt_edits_text(void **state)
{
    (void)state;
    assert_typed("abc", "abc");
    assert_typed("abc<Left><Left>X", "aXbc");
    assert_typed("abc<Home>X<End>Y", "XabcY");
    assert_typed("abc<^A>X<^E>Y", "XabcY");
    assert_typed("abc<Backspace>", "ab");
    assert_typed("abc<Home><Backspace><Del>", "bc");
    assert_typed("one two three<^W>", "one two");
    assert_typed("one two <^W>x", "one x");
    assert_typed("one two<Left><Left><^U>", "wo");
    assert_typed("one two<Left><Left><^K>", "one t");
    assert_typed("<Backspace><Del><^W><^U><^K><Left><Right>q", "q");
    assert_typed("  two blanks  ", "two blanks");
    assert_typed("qQ?ir", "qQ?ir");
}

static void
prompt_edits_wide_and_combining(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "i");
    scene_paste(&scene, "\xE4\xB8\xAD\xE6\x96\x87"
                        "e\xCC\x81"
                        "x");
    scene_keys(&scene, "<Left><Backspace><Left><Del><Enter>");
    assert_shows(&scene, "\"\xE4\xB8\xADx\" is no number");
    close_scene(&scene);
}

static void
prompt_long_line_scrolls(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 10, 40, false);
    scene_keys(&scene, "i0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    scene_show(&scene, "the cursor's end shows");
    scene_keys(&scene, "<Home>");
    scene_show(&scene, "the beginning shows");
    scene_close(&scene, "prompt-long");
}

static void
prompt_accepted_opens_view(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "i64500<Enter>");
    assert_place(&scene, "64500");
    assert_shows(&scene, "12 neighbours");
    scene_keys(&scene, "<Backspace>");
    assert_shows(&scene, "100 neighbours");
    close_scene(&scene);
}

static void
digits_and_capitals_open_prompt(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "64500<Enter>");
    assert_place(&scene, "64500");
    scene_keys(&scene, "AS24940");
    assert_shows(&scene, "\xE2\x80\xBA AS24940");
    scene_keys(&scene, "<Esc>r5"); /* a question takes no text */
    assert_shows(&scene, "5 is not a command here");
    close_scene(&scene);
}

static void
space_without_marks_turns_page(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, " ");
    assert_shows(&scene, "19/100");
    close_scene(&scene);
}

static void
paste_is_never_a_command(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_paste(&scene, "QqQ");
    assert_false(scene_is_over(&scene));
    assert_shows(&scene, "\xE2\x80\xBA QqQ");
    scene_keys(&scene, "<^U>");
    scene_paste(&scene, "Q64");
    scene_paste(&scene, "500");
    scene_keys(&scene, "<Home><Del><Enter>");
    assert_place(&scene, "64500");
    scene_keys(&scene, "r");
    scene_paste(&scene, "y");
    assert_shows(&scene, "Forget all");
    close_scene(&scene);
}

static void
confirm_asks_before_acting(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "r<Enter>Y");
    assert_shows(&scene, "press y or n");
    scene_keys(&scene, "n");
    assert_shows(&scene, "kept");
    assert_shows(&scene, "100 neighbours");
    scene_keys(&scene, "ry");
    assert_shows(&scene, "forgotten");
    assert_shows(&scene, "1 neighbours");
    close_scene(&scene);
}

/* ---- the mouse ---- */

static void
click_selects_row_then_opens(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_click(&scene, "203.0.113.104");
    scene_keys(&scene, "y");
    assert_string_equal(scene_copied(&scene), "203.0.113.104");
    scene_click(&scene, "203.0.113.104");
    assert_place(&scene, "203.0.113.104");
    scene_click(&scene, "address"); /* in the head nothing is to be clicked */
    assert_place(&scene, "203.0.113.104");
    close_scene(&scene);
}

static void
click_on_hint_is_its_key(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_click(&scene, "again");
    assert_shows(&scene, "Forget all");
    scene_click(&scene, "no");
    assert_hides(&scene, "Forget all");
    scene_click(&scene, "? keys");
    scene_click(&scene, "203.0.113.0/24"); /* a place beside the box */
    assert_shows(&scene, "What can be done here");
    scene_click(&scene, "Show all details");
    scene_click(&scene, "Show all details");
    assert_place(&scene, "raw");
    close_scene(&scene);
}

static void
wheel_moves_three_rows(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene_wheel(&scene, true);
    scene_wheel(&scene, true);
    scene_wheel(&scene, false);
    scene_keys(&scene, "y");
    assert_string_equal(scene_copied(&scene), "203.0.113.103");
    close_scene(&scene);
}

static void
mouse_key_gives_mouse_back(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    scene.screen->mouse(scene.screen, true);
    scene_keys(&scene, "M");
    assert_false(scene.screen->has_mouse);
    assert_shows(&scene, "M takes it back");
    scene_keys(&scene, "M");
    assert_true(scene.screen->has_mouse);
    close_scene(&scene);
}

/* ---- messages ---- */

static void
message_leaves_footer_and_goes(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    app_message(scene.app, "The list is closed.");
    scene_wait(&scene, 4000);
    assert_shows(&scene, "The list is closed.\n i ask  Enter open");
    scene_wait(&scene, 1000);
    assert_hides(&scene, "closed");
    app_message(scene.app, "The list is closed.");
    scene_keys(&scene, "j");
    assert_hides(&scene, "closed");
    int frames = scene_frames(&scene);
    scene_wait(&scene, 10000);
    assert_int_equal(scene_frames(&scene), frames);
    close_scene(&scene);
}

static void
message_leaves_typed_line(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 10, 40, false);
    scene_keys(&scene, "i64500");
    app_message(scene.app, "The list is closed.");
    scene_wait(&scene, 0);
    assert_shows(&scene, "The list is closed.\n\xE2\x94\x80");
    assert_shows(&scene, "64500");
    close_scene(&scene);
}

/* ---- reports ---- */

static void
read_back(const char *path, struct buf *out)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_bytes(out, bytes, n);
    fclose(file);
}

static void
assert_file_has(const char *path, const char *text)
{
    struct buf content = {0};
    read_back(path, &content);
    if (!strstr(buf_string(&content), text))
        fail_msg("\"%s\" is not in the file:\n%s", text, buf_string(&content));
    buf_free(&content);
}

static void
export_writes_view(void **state)
{
    (void)state;
    char dir[] = "/tmp/whylisted-test-XXXXXX", path[64], link[64];
    struct stat is;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a b.txt", dir);
    struct scene scene;
    open_toy(&scene, 24, 80, false);

    scene_keys(&scene, "w");
    assert_shows(&scene, "whylisted-203.0.113.0-24.txt");
    scene_keys(&scene, "<^U>/nowhere/at/all<Enter>");
    assert_shows(&scene, "cannot write /nowhere/at/all: No such file");
    scene_keys(&scene, "<^U><Enter>");
    assert_shows(&scene, "type a file name");
    scene_keys(&scene, path);
    scene_keys(&scene, "<Enter>");
    assert_shows(&scene, "wrote ");
    assert_file_has(path, "2026-07-06T18:13:00Z");
    assert_file_has(path, "\n203.0.113.199 "); /* rows that the screen did not show */
    assert_int_equal(stat(path, &is), 0);
    assert_int_equal(is.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, 0644), 0);

    scene_keys(&scene, "<Enter>w<^U>");
    scene_keys(&scene, path);
    scene_keys(&scene, "<Enter>");
    assert_shows(&scene, "exists. Replace");
    scene_keys(&scene, "n");
    assert_shows(&scene, "not written");
    assert_file_has(path, "\n203.0.113.199 ");
    scene_keys(&scene, "w<^U>");
    scene_keys(&scene, path);
    scene_keys(&scene, "<Enter>y");
    assert_shows(&scene, "wrote ");
    assert_file_has(path, "whylisted: 203.0.113.100");
    assert_int_equal(stat(path, &is), 0);
    assert_int_equal(is.st_mode & 0777, 0600);

    snprintf(link, sizeof link, "%s/b", dir);
    assert_int_equal(symlink(path, link), 0);
    scene_keys(&scene, "w<^U>");
    scene_keys(&scene, link);
    scene_keys(&scene, "<Enter>");
    assert_shows(&scene, "is a link to ");
    scene_keys(&scene, "n");
    assert_shows(&scene, "not written");
    assert_int_equal(unlink(path), 0);
    scene_keys(&scene, "w<^U>");
    scene_keys(&scene, link);
    scene_keys(&scene, "<Enter>");
    assert_shows(&scene, "is a link that leads nowhere");
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(unlink(link), 0);

    scene_keys(&scene, "<^U>");
    scene_keys(&scene, dir);
    scene_keys(&scene, "<Enter>");
    assert_shows(&scene, "is a folder, not a plain file");
    assert_int_equal(mkfifo(path, 0600), 0);
    scene_keys(&scene, "<^U>");
    scene_keys(&scene, path);
    scene_keys(&scene, "<Enter>");
    assert_shows(&scene, "is a pipe, not a plain file");
    assert_int_equal(unlink(path), 0);
    scene_keys(&scene, "<^U>/dev/full<Enter>");
    assert_shows(&scene, "/dev/full is a device or socket, not a plain file");
    close_scene(&scene);
    assert_int_equal(rmdir(dir), 0);
}

/* ---- whatever is pressed ---- */

static unsigned
random_below(unsigned *seed, unsigned limit)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % limit;
}

/* Any key in any state at any size: what is left must be a console that still draws, or one that was left. */
static void
random_keys_never_crash(void **state)
{
    (void)state;
    static const char *const presses[] = {
        "j",      "k",       "<Down>",  "<Up>",    "<PgDn>",      "<PgUp>",     "g",     "G",     "<Home>", "<End>",
        "<Left>", "<Right>", "<Enter>", "<Enter>", "<Backspace>", "<Esc>",      "<Tab>", "<Del>", "d",      "d",
        "r",      "i",       "i",       "y",       "n",           "?",          "<^L>",  "<^U>",  "<^W>",   "<^K>",
        "<^A>",   "6",       "4",       " ",       "x",           "<this key>", "<^Z>",  "q"};
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct scene scene;
        unsigned random = seed;
        struct toy *toy = open_toy(&scene, 24, 80, seed % 2);
        for (int i = 0; i < 500 && !scene_is_over(&scene); i++) {
            unsigned what = random_below(&random, 100);
            if (what == 0)
                scene_resize(&scene, (int)random_below(&random, 40), (int)random_below(&random, 130));
            else if (what == 1)
                scene_paste(&scene, "64500 \xE4\xB8\xAD q");
            else if (what == 2)
                toy_hide(toy, random_below(&random, 2));
            else
                scene_keys(&scene, presses[random_below(&random, sizeof presses / sizeof presses[0])]);
        }
        if (!scene_is_over(&scene)) {
            scene_resize(&scene, 24, 80);
            assert_true(scene_text(&scene)[0] > ' ');
            scene_keys(&scene, "<^C><^C><^C>");
            assert_true(scene_is_over(&scene));
        }
        close_scene(&scene);
    }
}

/* ---- when it draws ---- */

static void
idle_draws_nothing(void **state)
{
    (void)state;
    struct scene scene;
    open_toy(&scene, 24, 80, false);
    int frames = scene_frames(&scene);
    assert_int_equal(frames, 1);
    for (int i = 0; i < 100; i++)
        scene_wait(&scene, 1000);
    assert_int_equal(scene_frames(&scene), frames);
    close_scene(&scene);
}

static void
app_changed_with_covered_views_tells_all_of_them(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene, 24, 80, false);
    struct toy *below = toy_open(scene.app, "below", 0, 3), *above = toy_open(scene.app, "above", 0, 3);
    scene_wait(&scene, APP_FRAME_MS);
    int frames = scene_frames(&scene);
    app_changed(scene.app, 4);
    assert_int_equal(toy_changes(below), 4);
    assert_int_equal(toy_changes(above), 4);
    assert_int_equal(scene_frames(&scene), frames);
    scene_wait(&scene, APP_FRAME_MS);
    assert_int_equal(scene_frames(&scene), frames + 1);
    scene_close(&scene, NULL);
}

/* `changed` waits while the user reads; a new page has not been read yet. */
static void
hold_keeps_changes_until_released(void **state)
{
    (void)state;
    struct scene scene;
    struct toy *toy = open_toy(&scene, 24, 80, false);
    scene_keys(&scene, "p");
    assert_shows(&scene, "on hold  100 neighbours");
    app_changed(scene.app, 4);
    scene_wait(&scene, APP_FRAME_MS);
    assert_int_equal(toy_changes(toy), 0);
    assert_shows(&scene, "on hold, news waits");
    scene_keys(&scene, "p");
    assert_int_equal(toy_changes(toy), 4);
    assert_hides(&scene, "on hold");
    scene_keys(&scene, "p");
    app_changed(scene.app, 8);
    scene_keys(&scene, "/"); /* a line to type is no page */
    assert_shows(&scene, "on hold");
    scene_keys(&scene, "<Esc><Enter>");
    assert_hides(&scene, "on hold");
    assert_int_equal(toy_changes(toy), 12);
    close_scene(&scene);
}

static void
data_frames_are_spaced(void **state)
{
    (void)state;
    struct scene scene;
    struct toy *toy = open_toy(&scene, 24, 80, false);
    int frames = scene_frames(&scene);
    for (int i = 0; i < 95; i++) { /* 950 ms of data every 10 ms */
        toy_prepend(toy, 1);
        scene_wait(&scene, 10);
    }
    int drawn = scene_frames(&scene) - frames;
    assert_in_range(drawn, 8, 10);
    scene_wait(&scene, 100);
    assert_shows(&scene, "195 neighbours"); /* the last of it is not left out */
    close_scene(&scene);
}

static void
key_frames_come_at_once(void **state)
{
    (void)state;
    struct scene scene;
    struct toy *toy = open_toy(&scene, 24, 80, false);
    toy_prepend(toy, 1);
    scene_wait(&scene, 1);
    int frames = scene_frames(&scene);
    scene_keys(&scene, "jjj");
    assert_int_equal(scene_frames(&scene), frames + 3);
    close_scene(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look_at_80x24),
        cmocka_unit_test(look_at_120x40),
        cmocka_unit_test(look_at_40x10),
        cmocka_unit_test(look_in_ascii),
        cmocka_unit_test(ascii_screen_has_ascii_only),
        cmocka_unit_test(any_size_draws),
        cmocka_unit_test(resize_keeps_selection),
        cmocka_unit_test(back_returns_to_same_row),
        cmocka_unit_test(selection_stays_on_its_row),
        cmocka_unit_test(selection_returns_with_its_row),
        cmocka_unit_test(first_and_last_keys_jump),
        cmocka_unit_test(hints_offer_possible_actions_only),
        cmocka_unit_test(page_search_finds_words),
        cmocka_unit_test(page_search_starts_at_selection),
        cmocka_unit_test(command_line_runs_named_action),
        cmocka_unit_test(palette_finds_and_performs),
        cmocka_unit_test(prompt_recalls_lines),
        cmocka_unit_test(command_may_close_all_views),
        cmocka_unit_test(quit_key_leaves),
        cmocka_unit_test(back_on_first_view_stays),
        cmocka_unit_test(prompt_edits_text),
        cmocka_unit_test(prompt_edits_wide_and_combining),
        cmocka_unit_test(prompt_long_line_scrolls),
        cmocka_unit_test(prompt_accepted_opens_view),
        cmocka_unit_test(digits_and_capitals_open_prompt),
        cmocka_unit_test(space_without_marks_turns_page),
        cmocka_unit_test(paste_is_never_a_command),
        cmocka_unit_test(confirm_asks_before_acting),
        cmocka_unit_test(click_selects_row_then_opens),
        cmocka_unit_test(click_on_hint_is_its_key),
        cmocka_unit_test(wheel_moves_three_rows),
        cmocka_unit_test(mouse_key_gives_mouse_back),
        cmocka_unit_test(message_leaves_footer_and_goes),
        cmocka_unit_test(message_leaves_typed_line),
        cmocka_unit_test(export_writes_view),
        cmocka_unit_test(random_keys_never_crash),
        cmocka_unit_test(idle_draws_nothing),
        cmocka_unit_test(app_changed_with_covered_views_tells_all_of_them),
        cmocka_unit_test(hold_keeps_changes_until_released),
        cmocka_unit_test(data_frames_are_spaced),
        cmocka_unit_test(key_frames_come_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
