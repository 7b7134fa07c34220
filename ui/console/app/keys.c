#include "console/app/keys.h"

#include "base/text.h"
#include "console/app/keymap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An answer that is cut in the middle goes on within REST_MS, even over a slow line. */
enum { ESCAPE_MS = 25, REST_MS = 2000, MOUSE_BYTES = 3 };

enum { ESC = 0x1B, BEL = 0x07, CAN = 0x18, SUB = 0x1A };

static const char PASTE_END[] = "\033[201~";

static void
press(struct keys *k, int press)
{
    k->state = KEYS_GROUND;
    k->press(k->arg, k->escapes > 1 && press != PRESS_ESCAPE ? PRESS_OTHER : press); /* Alt and a key */
    k->escapes = 0;
}

static void
forget(struct keys *k)
{
    k->state = KEYS_GROUND;
    k->escapes = 0;
}

static int
press_of_letter(char letter)
{
    static const char letters[] = "ABCDHFZ";
    static const int presses[] = {PRESS_UP,   PRESS_DOWN, PRESS_RIGHT,    PRESS_LEFT,
                                  PRESS_HOME, PRESS_END,  PRESS_SHIFT_TAB};
    const char *found = strchr(letters, letter);
    return found ? presses[found - letters] : PRESS_OTHER;
}

/* The numeric keypad in application mode. */
static int
press_of_keypad(char letter)
{
    static const char keys[] = "*+,-./0123456789"; /* j to y */
    if (letter >= 'j' && letter <= 'y')
        return keys[letter - 'j'];
    return letter == 'M'   ? PRESS_ENTER
           : letter == 'I' ? PRESS_TAB
           : letter == 'X' ? '='
           : letter == ' ' ? ' '
                           : press_of_letter(letter);
}

/* "button;column;row", counted from 1; shift and the like are added to the button. */
static void
take_mouse(struct keys *k, const char *report)
{
    enum { MODIFIERS = 4 + 8 + 16 };
    int button, row, col, end = 0;
    bool is_whole = sscanf(report, "%4d;%4d;%4d%n", &button, &col, &row, &end) == 3 && report[end] == '\0';
    if (k->mouse && is_whole && row > 0 && col > 0)
        k->mouse(k->arg, button & ~MODIFIERS, row - 1, col - 1);
}

static void
take_in_string(struct keys *k, unsigned char byte)
{
    if (k->string_count + 1 < KEYS_ANSWER)
        k->string[k->string_count++] = (char)byte;
}

static void
finish_string(struct keys *k)
{
    k->string[k->string_count] = '\0';
    forget(k);
    if (k->introducer == ']' && k->answer)
        k->answer(k->arg, k->string);
}

/* Ends a sequence with its last byte. */
static void
finish(struct keys *k, char last)
{
    static const int numbered[] = {PRESS_OTHER,   PRESS_HOME,      PRESS_OTHER, PRESS_DELETE, PRESS_END,
                                   PRESS_PAGE_UP, PRESS_PAGE_DOWN, PRESS_HOME,  PRESS_END};
    char *parameters = k->parameters, *end;
    size_t count = k->count < KEYS_PARAMETERS ? k->count : KEYS_PARAMETERS - 1;
    parameters[count] = '\0';
    int number = (int)strtol(parameters, &end, 10);
    bool is_plain = *end == '\0' || strcmp(end, ";1") == 0, is_number = *end == '\0' && count > 0;
    if (k->introducer == 'O') {
        press(k, count == 0 ? press_of_keypad(last) : PRESS_OTHER);
    } else if (last == 'M' && count == 0) {
        k->state = KEYS_MOUSE;
    } else if (last == '~' && is_number && (number == 200 || number == 201)) {
        forget(k);
        k->state = number == 200 ? KEYS_PASTE : KEYS_GROUND;
        k->count = 0;
    } else if (last == '~') {
        bool is_known = is_plain && number >= 0 && number < (int)(sizeof numbered / sizeof numbered[0]);
        press(k, is_known ? numbered[number] : PRESS_OTHER);
    } else if (*parameters == '<' && (last == 'M' || last == 'm')) {
        forget(k);
        if (last == 'M')
            take_mouse(k, parameters + 1);
    } else if (strchr("<=>?", *parameters ? *parameters : ' ') || strchr("cnmtxyIMOR", last)) {
        forget(k); /* an answer, a mouse report, a focus event */
    } else {
        press(k, is_plain && (count == 0 || number == 1) ? press_of_letter(last) : PRESS_OTHER);
    }
}

/* Takes a byte inside CSI or SS3. Returns false if it cannot be part of one. */
static bool
take_in_sequence(struct keys *k, unsigned char byte)
{
    bool is_linux = k->introducer == '[' && k->count == 1 && k->parameters[0] == '['; /* ESC [ [ A */
    bool is_rxvt = byte == '$' && k->count > 0; /* ESC [ 7 $, but not the answer ESC [ 4 ; 1 $ y */
    for (size_t i = 0; i < k->count && i < KEYS_PARAMETERS; i++)
        is_rxvt = is_rxvt && k->parameters[i] >= '0' && k->parameters[i] <= '9';
    if (byte < 0x20 || byte >= 0x7F)
        return false;
    if (is_linux || is_rxvt) {
        press(k, PRESS_OTHER);
    } else if (byte >= '@' && !(byte == '[' && k->introducer == '[' && k->count == 0)) {
        finish(k, (char)byte);
    } else {
        if (k->count < KEYS_PARAMETERS)
            k->parameters[k->count] = (char)byte;
        k->count++;
    }
    if (k->state != KEYS_SEQUENCE)
        k->count = 0;
    return true;
}

static void
take_after_escape(struct keys *k, unsigned char byte)
{
    if (byte == ESC) {
        k->escapes++;
    } else if (byte == '[' || byte == 'O') {
        k->state = KEYS_SEQUENCE;
        k->introducer = (char)byte;
        k->count = 0;
    } else if (byte && strchr("]PX^_", byte)) {
        k->state = KEYS_STRING;
        k->introducer = (char)byte;
        k->string_count = 0;
    } else {
        press(k, PRESS_OTHER);
    }
}

/* Takes an ordinary byte: a key of ASCII, or a part of a character. */
static void
take_key(struct keys *k, unsigned char byte)
{
    static const struct {
        char byte;
        int press;
    } named[] = {{'\r', PRESS_ENTER},     {'\n', PRESS_ENTER},     {'\t', PRESS_TAB},
                 {0x7F, PRESS_BACKSPACE}, {'\b', PRESS_BACKSPACE}, {'\0', PRESS_OTHER}};
    int key = byte, width;
    if (byte >= 0xC0) {
        k->utf8_needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        k->utf8_count = 0;
    } else if (byte < 0x80 || k->utf8_count == 0) {
        k->utf8_count = 0;
        for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
            key = named[i].byte == (char)byte ? named[i].press : key;
        if (byte < 0x80)
            press(k, key);
        return;
    }
    k->utf8[k->utf8_count++] = (char)byte;
    if (k->utf8_count < k->utf8_needed)
        return;
    const char *at = k->utf8;
    k->utf8[k->utf8_count] = '\0';
    k->utf8_count = 0;
    press(k, (int)text_next(&at, &width));
}

/* ^C ends a paste whose end was lost. */
static void
take_in_paste(struct keys *k, unsigned char byte)
{
    if (byte == (unsigned char)PASTE_END[k->count]) {
        if (PASTE_END[++k->count] != '\0')
            return;
    } else {
        for (size_t i = 0; i < k->count; i++)
            k->paste(k->arg, PASTE_END[i]);
        k->count = byte == ESC;
        if (byte != PRESS_CTRL('C')) {
            if (byte != ESC)
                k->paste(k->arg, byte);
            return;
        }
    }
    forget(k);
    k->paste(k->arg, KEYS_PASTE_END);
}

static void
take(struct keys *k, unsigned char byte)
{
    bool is_break = byte == CAN || byte == SUB || byte == PRESS_CTRL('C');
    switch (k->state) {
    case KEYS_ESCAPE:
        take_after_escape(k, byte);
        return;
    case KEYS_SEQUENCE:
        if (take_in_sequence(k, byte))
            return;
        break;
    case KEYS_MOUSE:
        if (++k->count == MOUSE_BYTES)
            forget(k);
        return;
    case KEYS_STRING:
        if (byte == ESC)
            k->state = KEYS_STRING_ESCAPE;
        else if (byte == BEL)
            finish_string(k);
        else if (is_break)
            forget(k);
        else
            take_in_string(k, byte);
        return;
    case KEYS_STRING_ESCAPE: /* ESC \ ends it; another sequence ends it, too */
        k->state = KEYS_ESCAPE;
        k->escapes = 1;
        if (byte == '\\')
            finish_string(k);
        else
            take_after_escape(k, byte);
        return;
    case KEYS_PASTE:
        take_in_paste(k, byte);
        return;
    case KEYS_GROUND:
        break;
    }
    forget(k);
    if (byte == ESC) {
        k->state = KEYS_ESCAPE;
        k->escapes = 1;
    } else {
        take_key(k, byte);
    }
}

void
keys_take(struct keys *k, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        take(k, (unsigned char)bytes[i]);
}

int64_t
keys_wait_ms(const struct keys *k)
{
    return k->state == KEYS_GROUND || k->state == KEYS_PASTE ? 0 : k->state == KEYS_ESCAPE ? ESCAPE_MS : REST_MS;
}

void
keys_give_up(struct keys *k)
{
    unsigned escapes = k->state == KEYS_ESCAPE ? k->escapes : 0;
    if (k->state != KEYS_PASTE)
        forget(k);
    for (; escapes > 0; escapes--)
        press(k, PRESS_ESCAPE);
}
