#include "console/app/keymap.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    enum scope scope;
} groups[GROUP_COUNT] = {
    [GROUP_LOOK] = {"Looking", SCOPE_VIEW},        [GROUP_KEEP] = {"Keeping", SCOPE_VIEW},
    [GROUP_TAKE] = {"Taking away", SCOPE_VIEW},    [GROUP_PROGRAM] = {"whylisted", SCOPE_VIEW},
    [GROUP_MOVE] = {"Moving", SCOPE_VIEW},         [GROUP_TYPE] = {"Typing", SCOPE_PROMPT},
    [GROUP_NOTE] = {"Writing a note", SCOPE_NOTE}, [GROUP_DECIDE] = {"Deciding", SCOPE_CONFIRM},
};

static const struct action_info actions[] = {
    {ACTION_UP, GROUP_MOVE, "up", "one row up", 0},
    {ACTION_DOWN, GROUP_MOVE, "down", "one row down", 0},
    {ACTION_LEFT, GROUP_MOVE, "left", "to the left", 0},
    {ACTION_RIGHT, GROUP_MOVE, "right", "to the right", 0},
    {ACTION_PAGE_UP, GROUP_MOVE, "page up", "one page up", 0},
    {ACTION_PAGE_DOWN, GROUP_MOVE, "page down", "one page down", 0},
    {ACTION_FIRST, GROUP_MOVE, "first", "to the first row", 0},
    {ACTION_LAST, GROUP_MOVE, "last", "to the last row", 0},
    {ACTION_PANE, GROUP_MOVE, "switch", "to the next part of this view", 8},
    {ACTION_OPEN, GROUP_LOOK, "open", "what is behind the selected row", 1},
    {ACTION_DETAILS, GROUP_LOOK, "raw", "all raw questions and answers", 14},
    {ACTION_BACK, GROUP_LOOK, "back", "back to where you came from, to the same row", 18},
    {ACTION_AGAIN, GROUP_LOOK, "again", "ask again; in a range: sweep it, address by address", 2},
    {ACTION_TARGET, GROUP_LOOK, "target", "ask about something else", 9},
    {ACTION_WIDER, GROUP_LOOK, "up", "around this: its range, wider ones, the ASN, the world", 5},
    {ACTION_WORLD, GROUP_LOOK, "world", "all ASNs, ranked", 15},
    {ACTION_JOURNAL, GROUP_LOOK, "journal", "what was looked at before, newest first", 17},
    {ACTION_HISTORY, GROUP_LOOK, "history", "how this changed in the course of time", 13},
    {ACTION_FILTER, GROUP_LOOK, "filter", "show only rows that are like this", 6},
    {ACTION_SORT, GROUP_LOOK, "sort", "choose the order of the rows", 7},
    {ACTION_SEARCH, GROUP_LOOK, "search", "to the next row that is like this", 16},
    {ACTION_NEXT, GROUP_LOOK, "next", "to the next row that was searched for", 0},
    {ACTION_PREVIOUS, GROUP_LOOK, "previous", "to the one before", 0},
    {ACTION_PAUSE, GROUP_LOOK, "pause", "let the sweep rest, or go on", 3},
    {ACTION_STOP, GROUP_LOOK, "stop", "end the sweep, and keep what it found", 4},
    {ACTION_NOTE, GROUP_KEEP, "note", "write down what there is to know of this", 11},
    {ACTION_STATE, GROUP_KEEP, "case", "open, waiting or closed; tags, ticket, whom you told, when to look again", 12},
    {ACTION_COPY, GROUP_TAKE, "copy", "copy what is selected to the clipboard of this terminal", 19},
    {ACTION_WRITE, GROUP_TAKE, "write", "write a report to a file", 20},
    {ACTION_HELP, GROUP_PROGRAM, "help", "the keys that do something here, and what the words mean", 0},
    {ACTION_COMMAND, GROUP_PROGRAM, "command", "type the name of what to do, or check, range, asn, top as in the shell",
     0},
    {ACTION_REDRAW, GROUP_PROGRAM, "redraw", "draw the screen anew", 0},
    {ACTION_SUSPEND, GROUP_PROGRAM, "suspend", "to the shell; fg comes back", 0},
    {ACTION_CLOSE, GROUP_PROGRAM, "close", "leave this view; leaving the last one quits", 10},
    {ACTION_QUIT, GROUP_PROGRAM, "quit", "quit", 21},
    {ACTION_ACCEPT, GROUP_TYPE, "accept", "take the line as it is", 1},
    {ACTION_CANCEL, GROUP_TYPE, "cancel", "leave without doing anything", 2},
    {ACTION_ERASE, GROUP_TYPE, "erase", "erase the character before the cursor", 0},
    {ACTION_DELETE, GROUP_TYPE, "delete", "erase the character under the cursor", 0},
    {ACTION_ERASE_WORD, GROUP_TYPE, "erase word", "erase the word before the cursor", 0},
    {ACTION_ERASE_LINE, GROUP_TYPE, "erase line", "erase the line before the cursor", 4},
    {ACTION_ERASE_REST, GROUP_TYPE, "erase rest", "erase all from the cursor on", 0},
    {ACTION_NEW_LINE, GROUP_NOTE, "new line", "begin a new line", 0},
    {ACTION_SAVE, GROUP_NOTE, "save", "keep the note in the journal", 1},
    {ACTION_EDITOR, GROUP_NOTE, "your editor", "go on in $VISUAL or $EDITOR; what it saves comes back here", 3},
    {ACTION_YES, GROUP_DECIDE, "yes", "do it", 1},
    {ACTION_NO, GROUP_DECIDE, "no", "do not", 2},
};

enum {
    VIEW = SCOPE_VIEW,
    PROMPT = SCOPE_PROMPT,
    CONFIRM = SCOPE_CONFIRM,
    NOTE = SCOPE_NOTE,
    TYPE = PROMPT | NOTE,
    ANY = VIEW | PROMPT | CONFIRM | NOTE
};

static const struct binding bindings[] = {
    {PRESS_UP, VIEW | NOTE, ACTION_UP},
    {'k', VIEW, ACTION_UP},
    {PRESS_DOWN, VIEW | NOTE, ACTION_DOWN},
    {'j', VIEW, ACTION_DOWN},
    {PRESS_LEFT, VIEW | TYPE, ACTION_LEFT},
    {'h', VIEW, ACTION_LEFT},
    {PRESS_CTRL('B'), TYPE, ACTION_LEFT},
    {PRESS_RIGHT, VIEW | TYPE, ACTION_RIGHT},
    {'l', VIEW, ACTION_RIGHT},
    {PRESS_CTRL('F'), TYPE, ACTION_RIGHT},
    {PRESS_PAGE_UP, VIEW | NOTE, ACTION_PAGE_UP},
    {PRESS_CTRL('B'), VIEW, ACTION_PAGE_UP},
    {PRESS_PAGE_DOWN, VIEW | NOTE, ACTION_PAGE_DOWN},
    {PRESS_CTRL('F'), VIEW, ACTION_PAGE_DOWN},
    {' ', VIEW, ACTION_PAGE_DOWN},
    {PRESS_HOME, VIEW | TYPE, ACTION_FIRST},
    {'g', VIEW, ACTION_FIRST},
    {PRESS_CTRL('A'), TYPE, ACTION_FIRST},
    {PRESS_END, VIEW | TYPE, ACTION_LAST},
    {'G', VIEW, ACTION_LAST},
    {PRESS_CTRL('E'), TYPE, ACTION_LAST},
    {PRESS_TAB, VIEW, ACTION_PANE},
    {PRESS_ENTER, VIEW, ACTION_OPEN},
    {'d', VIEW, ACTION_DETAILS},
    {PRESS_BACKSPACE, VIEW, ACTION_BACK},
    {PRESS_ESCAPE, VIEW, ACTION_BACK},
    {'r', VIEW, ACTION_AGAIN},
    {'i', VIEW, ACTION_TARGET},
    {'u', VIEW, ACTION_WIDER},
    {'W', VIEW, ACTION_WORLD},
    {'J', VIEW, ACTION_JOURNAL},
    {'H', VIEW, ACTION_HISTORY},
    {'f', VIEW, ACTION_FILTER},
    {'s', VIEW, ACTION_SORT},
    {'/', VIEW, ACTION_SEARCH},
    {'n', VIEW, ACTION_NEXT},
    {'N', VIEW, ACTION_PREVIOUS},
    {'p', VIEW, ACTION_PAUSE},
    {'x', VIEW, ACTION_STOP},
    {'e', VIEW, ACTION_NOTE},
    {'t', VIEW, ACTION_STATE},
    {'y', VIEW, ACTION_COPY},
    {'w', VIEW, ACTION_WRITE},
    {'?', VIEW, ACTION_HELP},
    {':', VIEW, ACTION_COMMAND},
    {PRESS_CTRL('L'), ANY, ACTION_REDRAW},
    {PRESS_CTRL('Z'), ANY, ACTION_SUSPEND},
    {'q', VIEW, ACTION_CLOSE},
    {'Q', VIEW, ACTION_QUIT},
    {PRESS_CTRL('C'), VIEW, ACTION_QUIT},
    {PRESS_ENTER, PROMPT, ACTION_ACCEPT},
    {PRESS_ESCAPE, TYPE, ACTION_CANCEL},
    {PRESS_CTRL('C'), TYPE, ACTION_CANCEL},
    {PRESS_BACKSPACE, TYPE, ACTION_ERASE},
    {PRESS_DELETE, TYPE, ACTION_DELETE},
    {PRESS_CTRL('D'), TYPE, ACTION_DELETE},
    {PRESS_CTRL('W'), TYPE, ACTION_ERASE_WORD},
    {PRESS_CTRL('U'), TYPE, ACTION_ERASE_LINE},
    {PRESS_CTRL('K'), TYPE, ACTION_ERASE_REST},
    {PRESS_ENTER, NOTE, ACTION_NEW_LINE},
    {PRESS_CTRL('S'), NOTE, ACTION_SAVE},
    {PRESS_CTRL('O'), NOTE, ACTION_EDITOR},
    {'y', CONFIRM, ACTION_YES},
    {'n', CONFIRM, ACTION_NO},
    {PRESS_ESCAPE, CONFIRM, ACTION_NO},
    {'q', CONFIRM, ACTION_NO},
    {PRESS_CTRL('C'), CONFIRM, ACTION_NO},
};

enum { ACTIONS = sizeof actions / sizeof actions[0], BINDINGS = sizeof bindings / sizeof bindings[0] };

static const char *const press_names[] = {
    [PRESS_UP - PRESS_UP] = "Up",
    [PRESS_DOWN - PRESS_UP] = "Down",
    [PRESS_LEFT - PRESS_UP] = "Left",
    [PRESS_RIGHT - PRESS_UP] = "Right",
    [PRESS_PAGE_UP - PRESS_UP] = "PgUp",
    [PRESS_PAGE_DOWN - PRESS_UP] = "PgDn",
    [PRESS_HOME - PRESS_UP] = "Home",
    [PRESS_END - PRESS_UP] = "End",
    [PRESS_ENTER - PRESS_UP] = "Enter",
    [PRESS_TAB - PRESS_UP] = "Tab",
    [PRESS_BACKSPACE - PRESS_UP] = "Backspace",
    [PRESS_DELETE - PRESS_UP] = "Del",
    [PRESS_ESCAPE - PRESS_UP] = "Esc",
    [PRESS_OTHER - PRESS_UP] = "this key",
};

const struct action_info *
keymap_action(enum action action)
{
    assert(action > ACTION_NONE && action < ACTION_COUNT);
    assert(actions[action - 1].action == action);
    return &actions[action - 1];
}

enum move
keymap_move(enum action action)
{
    static const enum move moves[ACTION_COUNT] = {
        [ACTION_UP] = MOVE_UP,       [ACTION_DOWN] = MOVE_DOWN,       [ACTION_LEFT] = MOVE_LEFT,
        [ACTION_RIGHT] = MOVE_RIGHT, [ACTION_PAGE_UP] = MOVE_PAGE_UP, [ACTION_PAGE_DOWN] = MOVE_PAGE_DOWN,
        [ACTION_FIRST] = MOVE_FIRST, [ACTION_LAST] = MOVE_LAST,
    };
    return moves[action];
}

bool
keymap_is_row_move(enum action action)
{
    enum move move = keymap_move(action);
    return move >= MOVE_UP && move <= MOVE_LAST;
}

const char *
keymap_group_name(enum action_group group)
{
    return groups[group].name;
}

enum scope
keymap_group_scope(enum action_group group)
{
    return groups[group].scope;
}

static bool
is_nameable(const struct action_info *info)
{
    return info->group != GROUP_MOVE && groups[info->group].scope == SCOPE_VIEW;
}

enum action
keymap_named(const char *name)
{
    enum action found = ACTION_NONE;
    size_t count = strlen(name), meant = 0;
    for (size_t i = 0; i < ACTIONS; i++) {
        if (!is_nameable(&actions[i]) || count == 0 || strncasecmp(actions[i].name, name, count) != 0)
            continue;
        if (actions[i].name[count] == '\0')
            return actions[i].action;
        found = actions[i].action;
        meant++;
    }
    return meant == 1 ? found : ACTION_NONE;
}

const struct binding *
keymap_bindings(size_t *count)
{
    *count = BINDINGS;
    return bindings;
}

enum action
keymap_find(int press, enum scope scope)
{
    for (size_t i = 0; i < BINDINGS; i++)
        if (bindings[i].press == press && (bindings[i].scopes & scope))
            return bindings[i].action;
    return ACTION_NONE;
}

void
keymap_press_text(struct buf *out, int press)
{
    static const struct {
        unsigned below, lead;
        int shift;
    } lengths[] = {{0x80, 0, 0}, {0x800, 0xC0, 6}, {0x10000, 0xE0, 12}, {0x110000, 0xF0, 18}};
    if (press < ' ' || press == 0x7F || press >= PRESS_UP)
        return;
    unsigned point = (unsigned)press;
    size_t n = 0;
    while (point >= lengths[n].below)
        n++;
    buf_byte(out, (char)(lengths[n].lead | point >> lengths[n].shift));
    for (int shift = lengths[n].shift - 6; shift >= 0; shift -= 6)
        buf_byte(out, (char)(0x80 | (point >> shift & 0x3F)));
}

void
keymap_press_name(struct buf *out, int press)
{
    if (press >= PRESS_UP)
        buf_text(out, press_names[press - PRESS_UP]);
    else if (press == ' ')
        buf_text(out, "Space");
    else if (press < ' ')
        buf_format(out, "^%c", press + '@');
    else
        keymap_press_text(out, press);
}

void
keymap_keys(struct buf *out, enum action action, enum scope scope, bool all)
{
    size_t start = out->count;
    for (size_t i = 0; i < BINDINGS; i++) {
        if (bindings[i].action != action || !(bindings[i].scopes & scope))
            continue;
        if (out->count > start)
            buf_byte(out, ' ');
        keymap_press_name(out, bindings[i].press);
        if (!all)
            return;
    }
}
