/* One line to type, and below it a list that the line filters. Enter does what is selected; a whole command or a target
 * can be typed as well. */
#include "console/overlays/palette.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "console/overlays/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HIGH = 16, ROOMY = 60, KEY_COLS = 14, KEY_COLS_LEAST = 10, NAME_COLS = 10 };

/* No name of an action has one of these, nearly every target has. */
static const char TARGET_BYTES[] = " .:/0123456789";

struct item {
    enum { ITEM_ACTION, ITEM_COMMAND, ITEM_HELP, ITEM_WORD } kind;
    enum action action;
    const char *name, *detail, *help; /* detail: of a command, its arguments */
};

struct palette {
    struct pane pane;
    const struct palette_source *source;
    struct typed line;
    struct fault fault;
    struct text_page *words;
    VEC(struct item) items;
    VEC(size_t) found; /* places of those that match the line, the best first */
    bool moved;        /* the user chose the row */
};

/* ---- what there is ---- */

static void
collect(struct palette *p, struct app *app)
{
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = keymap_action(action);
        bool is_listed = keymap_named(info->name) == action && action != ACTION_HELP;
        if (is_listed && (action == ACTION_FLEET || app_can(app, action))) /* without a fleet, it says how to get one */
            vec_push(&p->items, ((struct item){ITEM_ACTION, action, info->name, "", info->help}));
    }
    for (const struct palette_command *c = p->source->commands; c && c->name; c++)
        vec_push(&p->items, ((struct item){ITEM_COMMAND, ACTION_NONE, c->name, c->arguments, c->help}));
    vec_push(&p->items,
             ((struct item){ITEM_HELP, ACTION_NONE, "words", "", "Explain all words, and the keys to type"}));
    for (size_t i = 0; i < p->words->items.count; i++) {
        const struct text_page_item *word = &p->words->items.at[i];
        if (word->label)
            vec_push(&p->items, ((struct item){ITEM_WORD, ACTION_NONE, word->label, "", word->text}));
    }
}

/* How well an item matches: 0 = not. */
static int
rank(const struct item *item, const char *text)
{
    size_t count = strlen(text), word = strcspn(text, " ");
    if (item->kind == ITEM_COMMAND && text[word] == ' ')
        return strlen(item->name) == word && strncmp(item->name, text, word) == 0 ? 3 : 0;
    if (strncasecmp(item->name, text, count) == 0)
        return strlen(item->name) == count ? 3 : 2;
    return strcasestr(item->name, text) || strcasestr(item->help, text) ? 1 : 0;
}

static void
filter(struct palette *p)
{
    char *text = typed_copy(&p->line);
    vec_clear(&p->found);
    for (int wanted = 3; wanted > 0; wanted--)
        for (size_t i = 0; i < p->items.count; i++)
            if (*text ? rank(&p->items.at[i], text) == wanted : wanted == 3)
                vec_push(&p->found, i);
    p->fault.text[0] = '\0';
    p->moved = false;
    pane_select(&p->pane, 0);
    p->pane.cursor.scroll = 0;
    free(text);
}

/* ---- doing it ---- */

/* Closes the palette, and does what the item says. */
static void
perform(struct palette *p, struct app *app, const struct item *chosen)
{
    struct item item = *chosen;
    struct buf word = {0};
    const struct palette_source *source = p->source;
    struct fault fault;
    if (item.kind == ITEM_COMMAND && *item.detail) {
        struct buf text = {0};
        buf_format(&text, "%s ", item.name);
        typed_set(&p->line, buf_string(&text));
        buf_free(&text);
        filter(p);
        return;
    }
    if (item.kind == ITEM_WORD)
        buf_format(&word, "%s: %s", item.name, item.help);
    else
        typed_keep(&p->line, item.name);
    app_close(app, p);
    if (item.kind == ITEM_ACTION)
        app_perform(app, item.action);
    else if (item.kind == ITEM_COMMAND && !source->submit(source->arg, item.name, &fault))
        app_message(app, "%s", fault.text);
    else if (item.kind == ITEM_HELP)
        help_open(app, source->words);
    else if (item.kind == ITEM_WORD)
        app_message(app, "%s", buf_string(&word));
    buf_free(&word);
}

/* Takes the whole line as a command or a target; returns false when it is neither. */
static bool
submit(struct palette *p, struct app *app, const char *text)
{
    bool accepted = p->source->submit && p->source->submit(p->source->arg, text, &p->fault);
    if (accepted) {
        typed_keep(&p->line, text);
        app_close(app, p);
    } else if (!p->source->submit || !strpbrk(text, TARGET_BYTES)) {
        fault_set(&p->fault, "Unknown command: %.60s", text);
    }
    return accepted;
}

static void
accept(struct palette *p, struct app *app)
{
    char *text = typed_copy(&p->line);
    const struct item *item = p->found.count > 0 ? &p->items.at[p->found.at[p->pane.cursor.row]] : NULL;
    bool may_be_target = strpbrk(text, TARGET_BYTES), is_whole = item && rank(item, text) == 3;
    bool chosen = *text == '\0' || p->moved || !may_be_target || (is_whole && item->kind != ITEM_COMMAND);
    if (!(item && chosen) && submit(p, app, text))
        item = NULL;
    if (item)
        perform(p, app, item);
    free(text);
}

static void
move(struct palette *p, enum move move)
{
    pane_move(&p->pane, move, p->found.count, p->found.count);
    p->moved = true;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct palette *p = self;
    char *text = typed_copy(&p->line);
    bool recalls = action == ACTION_OLDER && row == 0 && (*text == '\0' || p->line.back > 0);
    free(text);
    if (action == ACTION_CANCEL)
        app_close(app, p);
    else if (action == ACTION_ACCEPT)
        accept(p, app);
    else if (action == ACTION_NEWER && p->line.back == 0)
        move(p, MOVE_DOWN);
    else if (action == ACTION_OLDER && !recalls)
        move(p, MOVE_UP);
    else if (action == ACTION_COMPLETE && p->found.count > 0) {
        typed_set(&p->line, p->items.at[p->found.at[row]].name);
        filter(p);
    } else if (typed_act(&p->line, action) == EDIT_CHANGED) {
        filter(p);
    }
}

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct palette *p = self;
    const struct palette_source *source = p->source;
    if (event->kind == EVENT_PASTE && source->submit && event->paste_lines && strchr(event->paste_lines, '\n')) {
        app_close(app, p); /* one line cannot show so many */
        prompt_open_lines(app, source->target_label, event->paste, event->paste_lines, source->submit, source->arg);
        return true;
    }
    enum edit_result result = typed_input(&p->line, event);
    if (result == EDIT_CHANGED)
        filter(p);
    return result != EDIT_NOT_WANTED;
}

/* ---- how it looks ---- */

static void
draw_rows(struct pane *pane, const struct canvas *canvas)
{
    const struct palette *p = (struct palette *)pane;
    bool roomy = canvas->cols >= ROOMY;
    int first, end, name_col = roomy ? KEY_COLS : KEY_COLS_LEAST, help_col = name_col + NAME_COLS;
    canvas_visible(canvas, &first, &end);
    for (int row = first; row < end && row < (int)p->found.count; row++) {
        const struct item *item = &p->items.at[p->found.at[row]];
        struct buf keys = {0};
        keymap_keys(&keys, item->action, SCOPE_VIEW, roomy);
        canvas_text(canvas, row, 0, name_col - 1, ROLE_KEY, buf_string(&keys));
        if (item->kind == ITEM_ACTION)
            canvas_text(canvas, row, name_col, NAME_COLS - 1, ROLE_STRONG, item->name);
        else
            canvas_format(canvas, row, 0, help_col - 1, item->kind == ITEM_WORD ? ROLE_PLAIN : ROLE_STRONG,
                          *item->detail ? "%s %s" : "%s", item->name, item->detail);
        canvas_text(canvas, row, help_col, CANVAS_REST, ROLE_PLAIN, item->help);
        buf_free(&keys);
    }
}

/* The box keeps its size while the line filters its rows. */
static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct palette *p = self;
    (void)cols;
    out->head = rows >= HIGH ? 3 : 2;
    out->body = &p->pane;
    out->rows = p->found.count;
    out->room = p->items.count;
}

/* Below the line: what is wrong, or the whole text of a selected word, else what to do; and where in the list it is. */
static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    const struct palette *p = self;
    size_t row = p->pane.cursor.row;
    const struct item *item = row < p->found.count ? &p->items.at[p->found.at[row]] : NULL;
    bool wrong = p->fault.text[0] != '\0', is_word = item && item->kind == ITEM_WORD;
    const char *words = wrong     ? p->fault.text
                        : is_word ? item->help
                                  : "type to find an action or a word, or any target; Esc closes";
    struct canvas place = canvas_part(canvas, 1, 2, canvas->rows - 1, canvas->cols - 2);
    char at[32];
    (void)part;
    typed_draw(&p->line, canvas);
    canvas_wrap(&place, 0, 0, CANVAS_REST, wrong ? ROLE_ERROR : is_word ? ROLE_PLAIN : ROLE_DIM, words);
    snprintf(at, sizeof at, "%zu/%zu", p->found.count > 0 ? row + 1 : 0, p->found.count);
    canvas_text_right(canvas, 0, 0, canvas->cols, ROLE_DIM, at);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    (void)self, (void)row;
    if (out->title)
        buf_text(out->title, "What can be done here");
}

static void
close_palette(void *self)
{
    struct palette *p = self;
    typed_fini(&p->line);
    text_page_free(p->words);
    vec_free(&p->items);
    vec_free(&p->found);
    free(p);
}

static const struct pane_type rows_type = {.draw = draw_rows};

static const struct view palette_view = {
    .scope = SCOPE_PROMPT,
    .layout = LAYOUT_BOX,
    .close = close_palette,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .act = act,
    .input = input,
};

void
palette_open(struct app *app, const struct palette_source *source)
{
    struct palette *p = mem_zero(sizeof *p);
    p->pane.type = &rows_type;
    p->source = source;
    p->words = text_page_new("");
    source->words(p->words, app_screen(app)->ascii);
    typed_init(&p->line, "Command", NULL);
    collect(p, app);
    filter(p);
    app_push(app, &palette_view, p);
}
