#include "console/app/keys.h"

#include "base/buf.h"
#include "console/app/keymap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- what is reported, as words ---- */

static void
on_press(void *arg, int press)
{
    static const char *const names[] = {"up",    "down", "left",      "right",     "pgup",   "pgdn", "home", "end",
                                        "enter", "tab",  "shift-tab", "backspace", "delete", "esc",  "other"};
    struct buf *said = arg;
    if (press >= PRESS_UP)
        buf_format(said, "%s ", names[press - PRESS_UP]);
    else if (press < ' ')
        buf_format(said, "^%c ", press + '@');
    else if (press < 0x7F)
        buf_format(said, "%c ", press);
    else
        buf_format(said, "U+%04X ", (unsigned)press);
}

static void
on_paste(void *arg, int byte)
{
    struct buf *said = arg;
    if (byte == KEYS_PASTE_END)
        buf_text(said, "<paste> ");
    else
        buf_byte(said, (char)byte);
}

/* What comes of bytes that are read in parts of `step` bytes, and of waiting behind them. */
static void
assert_said(const char *bytes, size_t count, size_t step, const char *expected)
{
    struct buf said = {0};
    struct keys keys = {.press = on_press, .paste = on_paste, .arg = &said};
    for (size_t at = 0; at < count; at += step)
        keys_take(&keys, bytes + at, step < count - at ? step : count - at);
    if (keys_wait_ms(&keys) > 0)
        keys_give_up(&keys);
    if (said.count > 0 && said.at[said.count - 1] == ' ')
        said.at[--said.count] = '\0';
    if (strcmp(buf_string(&said), expected) != 0)
        fail_msg("'%s' (in parts of %zu) is '%s' and not '%s'", bytes + 1, step, buf_string(&said), expected);
    assert_int_equal(keys_wait_ms(&keys), 0);
    buf_free(&said);
}

static const struct {
    const char *bytes, *keys;
} rows[] = {
    /* plain keys */
    {"qQ 7~", "q Q   7 ~"},
    {"\r\n\t\x7F\b", "enter enter tab backspace backspace"},
    {"\x03\x0C\x1A", "^C ^L ^Z"},
    {"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", "U+00FC U+20AC U+1F600"},
    {"\x80\xBFq", "q"}, /* no character */
    {"\xC3q", "q"},
    /* a lone ESC is a key */
    {"\033", "esc"},
    {"\033\033", "esc esc"},
    {"q\033", "q esc"},
    /* arrows and their neighbours: normal and application mode */
    {"\033[A\033[B\033[C\033[D", "up down right left"},
    {"\033OA\033OB\033OC\033OD", "up down right left"},
    {"\033[H\033[F", "home end"},       /* xterm */
    {"\033OH\033OF", "home end"},       /* xterm with cursor keys in application mode */
    {"\033[1~\033[4~", "home end"},     /* PuTTY, tmux, screen, Linux console */
    {"\033[7~\033[8~", "home end"},     /* rxvt */
    {"\033[1;1H\033[4;1~", "home end"}, /* with "no modifier" */
    {"\033[5~\033[6~\033[3~", "pgup pgdn delete"},
    {"\033OM\033OI", "enter tab"},
    {"\033Op\033Oq\033Oy\033On\033Ok\033Om\033Oj\033Oo", "0 1 9 . + - * /"}, /* PuTTY's number pad */
    /* keys that mean nothing here, each as one */
    {"\033[2~", "other"},
    {"\033OP\033OS\033[11~\033[15~\033[24~", "other other other other other"},
    {"\033[[A\033[[E", "other other"},                           /* F1 and F5 of the Linux console */
    {"\033[7$\033[8^\033[7@\033[3$", "other other other other"}, /* rxvt with Shift and Control */
    {"\033[a\033Oa\033Od", "other other other"},
    {"\033[1;5D\033[1;2H\033[3;5~\033O5A", "other other other other"},
    {"\033[Z\033[E\033[27;5;9~\033[97;5u", "shift-tab other other other"},
    {"\033q\033Q\033\r", "other other other"}, /* Alt */
    {"\033\033[A\033\033OA", "other other"},   /* Alt and an arrow */
    {"\033[A\033[1~q", "up home q"},
    /* late answers */
    {"\033]11;rgb:0000/0000/0000\aq", "q"},
    {"\033]11;rgb:0000/0000/0000\033\\q", "q"},
    {"\033]52;c;SGVsbG8=\aq", "q"},
    {"\033P>|xterm(390)\033\\q", "q"},
    {"\033P1$r0m\033\\q", "q"},
    {"\033P!|00000000\033\\\033[A", "up"},
    {"\033_Gi=1;OK\033\\q\033^Q\033\\\033XQ\033\\w", "q w"},
    {"\033]11;\xC3\xBC\x9C\xFF\aq", "q"},
    {"\033]0;Q\030q", "q"},   /* CAN ends it */
    {"\033]0;Q\003q", "q"},   /* so does ^C */
    {"\033]0;Q\033[A", "up"}, /* cut short by a key */
    {"\033]0;Q\033\033[A", "other"},
    {"\033]0;QQQ", ""},
    {"\033[?1;2cq\033[>41;390;0cq\033[24;80Rq\033[0nq\033[?2004;1$yq\033[4;1$yq\033[8;24;80tq", "q q q q q q q"},
    {"\033[?0uq", "q"},
    {"\033[Iq\033[Oq", "q q"}, /* focus */
    /* mouse */
    {"\033[M !!q", "q"},
    {"\033[Mqqqq", "q"},
    {"\033[M\xFF\xE1\x83q", "q"},
    {"\033[M\033[Aq", "q"}, /* three bytes, whatever they are */
    {"\033[<0;10;20Mq\033[<0;10;20mq", "q q"},
    {"\033[32;10;20Mq", "q"},
    /* cut or spoilt */
    {"\033[", ""},
    {"\033[1", ""},
    {"\033O", ""},
    {"\033[1;\033[A", "up"},
    {"\033[12\xC3\xBC", "U+00FC"},
    {"\033[\003", "^C"},
    {"\033[111111111111111111111111111111111111111111111~q", "other q"},
    {"\033[?1111111111111111111111111111111111111111111cq", "q"},
    /* paste */
    {"\033[200~Q\033[A\nq\033[201~q", "Q\033[A\nq<paste> q"},
    {"\033[200~\033[201\033[201~", "\033[201<paste>"},
    {"\033[200~a\003q", "a<paste> q"},
    {"\033[200~\xC3\xBC\033\033[201~", "\xC3\xBC\033<paste>"},
    {"\033[201~q", "q"},
};

static void
bytes_are_keys_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t step = 1; step <= 8; step++)
            assert_said(rows[i].bytes, strlen(rows[i].bytes), step, rows[i].keys);
    assert_said("\033[M\0\0\0q", 7, 2, "q");
    assert_said("\0", 1, 1, "other");
}

static void
answer_of_any_length_is_swallowed(void **state)
{
    (void)state;
    struct buf answer = {0};
    buf_text(&answer, "\033]52;c;");
    for (size_t i = 0; i < 1000 * 1000; i++)
        buf_byte(&answer, 'Q');
    buf_text(&answer, "\aq");
    assert_said(answer.at, answer.count, 4096, "q");
    buf_free(&answer);
}

static void
on_mouse(void *arg, int button, int row, int col)
{
    buf_format(arg, "%d at %d,%d ", button, row, col);
}

static void
on_answer(void *arg, const char *text)
{
    buf_format(arg, "(%s) ", text);
}

static void
mouse_and_answers_are_reported_however_they_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *said;
    } cases[] = {
        {"\033[<0;10;20M\033[<0;10;20mq", "0 at 19,9 q "}, /* not when it is let go */
        {"\033[<64;1;1M\033[<65;300;200M", "64 at 0,0 65 at 199,299 "},
        {"\033[<4;1;1M\033[<16;1;1M", "0 at 0,0 0 at 0,0 "}, /* with Shift, with Control */
        {"\033[<0;1Mq", "q "},
        {"\033[<0;-5;99999999999999Mq", "q "},
        {"\033[M !!q", "q "}, /* an old report has no places beyond 223 */
        {"\033]11;rgb:1e1e/1e1e/1e1e\aq", "(11;rgb:1e1e/1e1e/1e1e) q "},
        {"\033]11;rgb:ff/ff/ff\033\\q", "(11;rgb:ff/ff/ff) q "},
        {"\033P11;rgb:ff/ff/ff\033\\q", "q "},
        {"\033]11;rgb\003q", "q "}, /* cut short */
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step <= 40; step += 13) {
            struct buf said = {0};
            struct keys keys = {
                .press = on_press, .paste = on_paste, .mouse = on_mouse, .answer = on_answer, .arg = &said};
            size_t count = strlen(cases[i].bytes);
            for (size_t at = 0; at < count; at += step)
                keys_take(&keys, cases[i].bytes + at, step < count - at ? step : count - at);
            assert_string_equal(buf_string(&said), cases[i].said);
            buf_free(&said);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_keys_however_they_are_cut),
        cmocka_unit_test(answer_of_any_length_is_swallowed),
        cmocka_unit_test(mouse_and_answers_are_reported_however_they_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
