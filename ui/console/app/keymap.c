#include "console/app/keymap.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct action_group_info keymap_groups[GROUP_COUNT] = {
    [GROUP_LOOK] = {"View", SCOPE_VIEW},
    [GROUP_KEEP] = {"Journal", SCOPE_VIEW},
    [GROUP_TAKE] = {"Copy and export", SCOPE_VIEW},
    [GROUP_PROGRAM] = {"whylisted", SCOPE_VIEW},
    [GROUP_MOVE] = {"Move", SCOPE_VIEW},
    [GROUP_TYPE] = {"Edit a line", SCOPE_PROMPT},
    [GROUP_NOTE] = {"Edit a note or a case", SCOPE_NOTE},
    [GROUP_LETTER] = {"Letter", SCOPE_LETTER},
    [GROUP_DECIDE] = {"Confirm", SCOPE_CONFIRM},
};

static const struct action_info actions[] = {
    {ACTION_UP, GROUP_MOVE, "up", "Move up one row", 0},
    {ACTION_DOWN, GROUP_MOVE, "down", "Move down one row", 0},
    {ACTION_LEFT, GROUP_MOVE, "left", "Move left", 0},
    {ACTION_RIGHT, GROUP_MOVE, "right", "Move right", 0},
    {ACTION_PAGE_UP, GROUP_MOVE, "page up", "Move up one page", 0},
    {ACTION_PAGE_DOWN, GROUP_MOVE, "page down", "Move down one page", 0},
    {ACTION_FIRST, GROUP_MOVE, "first", "Go to the first row", 0},
    {ACTION_LAST, GROUP_MOVE, "last", "Go to the last row", 0},
    {ACTION_PANE, GROUP_MOVE, "switch", "Switch to the next pane", 11},
    {ACTION_OPEN, GROUP_LOOK, "open", "Open the selected row", 0},
    {ACTION_DETAILS, GROUP_LOOK, "detail", "Show all details, then all DNS answers", 15},
    {ACTION_BACK, GROUP_LOOK, "back", "Go back to the previous view", 0},
    {ACTION_AGAIN, GROUP_LOOK, "again", "Ask again; a range: sweep it; files: look again", 1},
    {ACTION_TARGET, GROUP_LOOK, "ask", "Look up an address, net or AS, or paste many", 0},
    {ACTION_WIDER, GROUP_LOOK, "up", "Go up: the next published net, the AS, the world", 4},
    {ACTION_PROVIDER, GROUP_LOOK, "provider", "Show the AS that announces this", 6},
    {ACTION_WORLD, GROUP_LOOK, "world", "Show all ASes, ranked", 16},
    {ACTION_FLEET, GROUP_LOOK, "fleet", "Show your own targets, worst first", 0},
    {ACTION_JOURNAL, GROUP_LOOK, "journal", "Show earlier lookups, newest first", 0},
    {ACTION_LISTS, GROUP_LOOK, "lists", "Show what every list says", 0},
    {ACTION_HISTORY, GROUP_LOOK, "history", "Show how this changed over time", 14},
    {ACTION_MAP, GROUP_LOOK, "map", "Show the map of this net", 5},
    {ACTION_MAP_NARROWER, GROUP_LOOK, "narrower", "Show the map of the next narrower net", 0},
    {ACTION_MAP_WIDER, GROUP_LOOK, "wider", "Show the map of the next wider net", 0},
    {ACTION_CHANGES, GROUP_LOOK, "changes", "Show what changed since your last look", 0},
    {ACTION_CLEAN, GROUP_LOOK, "clean", "Show only clean rows, or all; lists: clear ones", 7},
    {ACTION_OWN, GROUP_LOOK, "own", "Go to the row you came from; a list: its page", 0},
    {ACTION_MARK, GROUP_LOOK, "mark", "Mark a row; without marks: page down", 0},
    {ACTION_UNMARK, GROUP_LOOK, "unmark", "Clear all marks; without marks: go back", 0},
    {ACTION_COMPARE, GROUP_LOOK, "compare", "Compare the marked rows", 8},
    {ACTION_FILTER, GROUP_LOOK, "filter", "Filter rows", 9},
    {ACTION_SORT, GROUP_LOOK, "sort", "Choose the sort order", 10},
    {ACTION_GROUP, GROUP_LOOK, "group", "Group by tag, provider, net or domain", 0},
    {ACTION_SEARCH, GROUP_LOOK, "search", "Search", 17},
    {ACTION_NEXT, GROUP_LOOK, "next", "Find the next match", 0},
    {ACTION_PREVIOUS, GROUP_LOOK, "previous", "Find the previous match", 0},
    {ACTION_HOLD, GROUP_LOOK, "hold", "Hold live answers or a sweep, or let go", 2},
    {ACTION_STOP, GROUP_LOOK, "stop", "Stop the sweep and keep its results", 3},
    {ACTION_NOTE, GROUP_KEEP, "note", "Edit the note", 12},
    {ACTION_STATE, GROUP_KEEP, "case", "Edit the case: state, tags, ticket, follow-up", 13},
    {ACTION_COMPLAIN, GROUP_KEEP, "complain", "Write to those who can end the listing", 0},
    {ACTION_COPY, GROUP_TAKE, "copy", "Copy the selected row to the clipboard", 18},
    {ACTION_WRITE, GROUP_TAKE, "write", "Write a report to a file", 19},
    {ACTION_HELP, GROUP_PROGRAM, "help", "List what can be done here, or type a command", 0},
    {ACTION_MOUSE, GROUP_PROGRAM, "mouse", "Give the mouse to the terminal, or take it back", 0},
    {ACTION_REDRAW, GROUP_PROGRAM, "redraw", "Redraw the screen", 0},
    {ACTION_SUSPEND, GROUP_PROGRAM, "suspend", "Suspend; fg resumes", 0},
    {ACTION_CLOSE, GROUP_PROGRAM, "close", "Close this view; the last one quits", 0},
    {ACTION_QUIT, GROUP_PROGRAM, "quit", "Quit", 20},
    {ACTION_OLDER, GROUP_TYPE, "older", "Recall the line typed before", 3},
    {ACTION_NEWER, GROUP_TYPE, "newer", "Recall the line typed after", 0},
    {ACTION_COMPLETE, GROUP_TYPE, "complete", "Complete the line", 5},
    {ACTION_ACCEPT, GROUP_TYPE, "accept", "Accept the line", 1},
    {ACTION_CANCEL, GROUP_TYPE, "cancel", "Cancel", 2},
    {ACTION_ERASE, GROUP_TYPE, "erase", "Delete the character before the cursor", 0},
    {ACTION_DELETE, GROUP_TYPE, "delete", "Delete the character under the cursor", 0},
    {ACTION_ERASE_WORD, GROUP_TYPE, "erase word", "Delete the word before the cursor", 0},
    {ACTION_ERASE_LINE, GROUP_TYPE, "erase line", "Delete the line before the cursor", 4},
    {ACTION_ERASE_REST, GROUP_TYPE, "erase rest", "Delete the rest of the line", 0},
    {ACTION_FIELD, GROUP_NOTE, "next field", "Go to the next field of a case", 5},
    {ACTION_FIELD_BEFORE, GROUP_NOTE, "field before", "Go to the field before", 0},
    {ACTION_NEW_LINE, GROUP_NOTE, "new line", "Start a new line", 0},
    {ACTION_SAVE, GROUP_NOTE, "save", "Save the note or the case", 1},
    {ACTION_EDITOR, GROUP_NOTE, "your editor", "Edit in $VISUAL or $EDITOR, then return here", 3},
    {ACTION_SENT, GROUP_LETTER, "sent", "File the complaint: case, contact, follow-up", 1},
    {ACTION_VARIANT, GROUP_LETTER, "variant", "Write the next letter that has facts", 6},
    {ACTION_NEXT_MARKED, GROUP_LETTER, "next", "Go to the letter of the next marked target", 4},
    {ACTION_PREVIOUS_MARKED, GROUP_LETTER, "previous", "Go to the letter of the one before", 0},
    {ACTION_LANGUAGE, GROUP_LETTER, "language", "Write it in the other language", 7},
    {ACTION_DRAFT, GROUP_LETTER, "mail draft", "Write a draft that mail programs open", 5},
    {ACTION_YES, GROUP_DECIDE, "yes", "Confirm", 1},
    {ACTION_NO, GROUP_DECIDE, "no", "Cancel", 2},
};

enum {
    VIEW = SCOPE_VIEW,
    PROMPT = SCOPE_PROMPT,
    CONFIRM = SCOPE_CONFIRM,
    NOTE = SCOPE_NOTE,
    LETTER = SCOPE_LETTER,
    TYPE = PROMPT | NOTE,
    ANY = VIEW | PROMPT | CONFIRM | NOTE | LETTER
};

const struct binding keymap_bindings[] = {
    {PRESS_UP, VIEW | NOTE | LETTER, ACTION_UP},
    {'k', VIEW | LETTER, ACTION_UP},
    {PRESS_DOWN, VIEW | NOTE | LETTER, ACTION_DOWN},
    {'j', VIEW | LETTER, ACTION_DOWN},
    {PRESS_LEFT, VIEW | TYPE, ACTION_LEFT},
    {'h', VIEW, ACTION_LEFT},
    {PRESS_CTRL('B'), TYPE, ACTION_LEFT},
    {PRESS_RIGHT, VIEW | TYPE, ACTION_RIGHT},
    {'l', VIEW, ACTION_RIGHT},
    {PRESS_CTRL('F'), TYPE, ACTION_RIGHT},
    {PRESS_PAGE_UP, VIEW | NOTE | LETTER, ACTION_PAGE_UP},
    {PRESS_CTRL('B'), VIEW, ACTION_PAGE_UP},
    {PRESS_PAGE_DOWN, VIEW | NOTE | LETTER, ACTION_PAGE_DOWN},
    {' ', LETTER, ACTION_PAGE_DOWN},
    {PRESS_CTRL('F'), VIEW, ACTION_PAGE_DOWN},
    {PRESS_HOME, VIEW | TYPE | LETTER, ACTION_FIRST},
    {'g', VIEW | LETTER, ACTION_FIRST},
    {PRESS_CTRL('A'), TYPE, ACTION_FIRST},
    {PRESS_END, VIEW | TYPE | LETTER, ACTION_LAST},
    {'G', VIEW | LETTER, ACTION_LAST},
    {PRESS_CTRL('E'), TYPE, ACTION_LAST},
    {PRESS_TAB, VIEW, ACTION_PANE},
    {PRESS_SHIFT_TAB, VIEW, ACTION_PANE},
    {PRESS_ENTER, VIEW, ACTION_OPEN},
    {'d', VIEW, ACTION_DETAILS},
    {PRESS_BACKSPACE, VIEW, ACTION_BACK},
    {'r', VIEW, ACTION_AGAIN},
    {'i', VIEW, ACTION_TARGET},
    {'u', VIEW, ACTION_WIDER},
    {'a', VIEW, ACTION_PROVIDER},
    {'W', VIEW, ACTION_WORLD},
    {'F', VIEW, ACTION_FLEET},
    {'J', VIEW, ACTION_JOURNAL},
    {'L', VIEW, ACTION_LISTS},
    {'H', VIEW, ACTION_HISTORY},
    {'m', VIEW, ACTION_MAP},
    {'[', VIEW, ACTION_MAP_NARROWER},
    {']', VIEW, ACTION_MAP_WIDER},
    {'v', VIEW, ACTION_CHANGES},
    {'C', VIEW, ACTION_CLEAN},
    {'o', VIEW, ACTION_OWN},
    {' ', VIEW, ACTION_MARK},
    {PRESS_ESCAPE, VIEW, ACTION_UNMARK},
    {'=', VIEW, ACTION_COMPARE},
    {'f', VIEW, ACTION_FILTER},
    {'s', VIEW, ACTION_SORT},
    {'b', VIEW, ACTION_GROUP},
    {'/', VIEW, ACTION_SEARCH},
    {'n', VIEW, ACTION_NEXT},
    {'N', VIEW, ACTION_PREVIOUS},
    {'p', VIEW, ACTION_HOLD},
    {'x', VIEW, ACTION_STOP},
    {'e', VIEW, ACTION_NOTE},
    {'t', VIEW, ACTION_STATE},
    {'c', VIEW, ACTION_COMPLAIN},
    {'y', VIEW | LETTER, ACTION_COPY},
    {'w', VIEW | LETTER, ACTION_WRITE},
    {'?', VIEW, ACTION_HELP},
    {':', VIEW, ACTION_HELP},
    {'M', VIEW, ACTION_MOUSE},
    {PRESS_CTRL('L'), ANY, ACTION_REDRAW},
    {PRESS_CTRL('Z'), ANY, ACTION_SUSPEND},
    {'q', VIEW, ACTION_CLOSE},
    {'Q', VIEW | LETTER, ACTION_QUIT},
    {PRESS_CTRL('C'), VIEW, ACTION_QUIT},
    {PRESS_UP, PROMPT, ACTION_OLDER},
    {PRESS_DOWN, PROMPT, ACTION_NEWER},
    {PRESS_TAB, PROMPT, ACTION_COMPLETE},
    {PRESS_ENTER, PROMPT, ACTION_ACCEPT},
    {PRESS_ESCAPE, TYPE | LETTER, ACTION_CANCEL},
    {'q', LETTER, ACTION_CANCEL},
    {PRESS_BACKSPACE, LETTER, ACTION_CANCEL},
    {'c', LETTER, ACTION_CANCEL},
    {PRESS_CTRL('C'), TYPE | LETTER, ACTION_CANCEL},
    {PRESS_BACKSPACE, TYPE, ACTION_ERASE},
    {PRESS_DELETE, TYPE, ACTION_DELETE},
    {PRESS_CTRL('D'), TYPE, ACTION_DELETE},
    {PRESS_CTRL('W'), TYPE, ACTION_ERASE_WORD},
    {PRESS_CTRL('U'), TYPE, ACTION_ERASE_LINE},
    {PRESS_CTRL('K'), TYPE, ACTION_ERASE_REST},
    {PRESS_TAB, NOTE, ACTION_FIELD},
    {PRESS_SHIFT_TAB, NOTE, ACTION_FIELD_BEFORE},
    {PRESS_ENTER, NOTE, ACTION_NEW_LINE},
    {PRESS_CTRL('S'), NOTE, ACTION_SAVE},
    {PRESS_CTRL('O'), NOTE, ACTION_EDITOR},
    {'e', LETTER, ACTION_EDITOR},
    {'s', LETTER, ACTION_SENT},
    {PRESS_TAB, LETTER, ACTION_VARIANT},
    {'v', LETTER, ACTION_VARIANT},
    {'n', LETTER, ACTION_NEXT_MARKED},
    {'p', LETTER, ACTION_PREVIOUS_MARKED},
    {'l', LETTER, ACTION_LANGUAGE},
    {'m', LETTER, ACTION_DRAFT},
    {'y', CONFIRM, ACTION_YES},
    {'n', CONFIRM, ACTION_NO},
    {PRESS_ESCAPE, CONFIRM, ACTION_NO},
    {'q', CONFIRM, ACTION_NO},
    {PRESS_CTRL('C'), CONFIRM, ACTION_NO},
};

enum { ACTIONS = sizeof actions / sizeof actions[0], BINDINGS = sizeof keymap_bindings / sizeof keymap_bindings[0] };

const size_t keymap_binding_count = BINDINGS;

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
    [PRESS_SHIFT_TAB - PRESS_UP] = "Shift-Tab",
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

enum action
keymap_named(const char *name)
{
    enum action found = ACTION_NONE;
    size_t count = strlen(name), matches = 0;
    for (size_t i = 0; i < ACTIONS; i++) {
        bool moves = actions[i].group == GROUP_MOVE || keymap_groups[actions[i].group].scope != SCOPE_VIEW;
        if (moves || count == 0 || strncasecmp(actions[i].name, name, count) != 0)
            continue;
        if (actions[i].name[count] == '\0')
            return actions[i].action;
        found = actions[i].action;
        matches++;
    }
    return matches == 1 ? found : ACTION_NONE;
}

enum action
keymap_find(int press, enum scope scope)
{
    for (size_t i = 0; i < BINDINGS; i++)
        if (keymap_bindings[i].press == press && (keymap_bindings[i].scopes & scope))
            return keymap_bindings[i].action;
    return ACTION_NONE;
}

int
keymap_press(enum action action, enum scope scope)
{
    for (size_t i = 0; i < BINDINGS; i++)
        if (keymap_bindings[i].action == action && (keymap_bindings[i].scopes & scope))
            return keymap_bindings[i].press;
    return 0;
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

int
keymap_press_named(const char *name, size_t count)
{
    bool same = false;
    int press = 0;
    while (!same && press < PRESS_OTHER) {
        struct buf candidate = {0};
        press = press == 0x7E ? PRESS_UP : press + 1;
        keymap_press_name(&candidate, press);
        same = candidate.count == count && memcmp(candidate.at, name, count) == 0;
        buf_free(&candidate);
    }
    return same ? press : 0;
}

void
keymap_keys(struct buf *out, enum action action, enum scope scope, bool all)
{
    size_t start = out->count;
    for (size_t i = 0; i < BINDINGS; i++) {
        if (keymap_bindings[i].action != action || !(keymap_bindings[i].scopes & scope))
            continue;
        if (out->count > start)
            buf_byte(out, ' ');
        keymap_press_name(out, keymap_bindings[i].press);
        if (!all)
            return;
    }
}
