#include "console/overlays/menu.h"

#include "base/vec.h"

struct menu {
    struct pane pane;
    enum action opener;
    char *title;
    VEC(char *) lines;
    size_t at;
    void (*chosen)(void *arg, size_t line);
    void *arg;
};

static void
close_menu(void *self)
{
    struct menu *menu = self;
    for (size_t i = 0; i < menu->lines.count; i++)
        free(menu->lines.at[i]);
    vec_free(&menu->lines);
    free(menu->title);
    free(menu);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct menu *menu = self;
    (void)row;
    buf_text(out->title, menu->title);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct menu *menu = self;
    (void)rows, (void)cols;
    out->body = &menu->pane;
    out->rows = menu->lines.count;
}

static void
draw_lines(struct pane *pane, const struct canvas *canvas)
{
    const struct menu *menu = (struct menu *)pane;
    for (size_t i = 0; i < menu->lines.count; i++) {
        bool present = i == menu->at;
        if (present)
            canvas_glyph(canvas, (int)i, 0, ROLE_STRONG, GLYPH_BULLET);
        canvas_text(canvas, (int)i, 2, CANVAS_REST, present ? ROLE_STRONG : ROLE_PLAIN, menu->lines.at[i]);
    }
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct menu *menu = self;
    (void)row;
    return action == ACTION_OPEN || action == menu->opener;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct menu *menu = self;
    void (*chosen)(void *, size_t) = menu->chosen;
    void *arg = menu->arg;
    app_close(app, menu);
    if (action == ACTION_OPEN)
        chosen(arg, row);
}

static const struct pane_type lines_type = {.draw = draw_lines};

static const struct view menu_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_BOX,
    .close = close_menu,
    .subject = subject,
    .panes = panes,
    .can = can,
    .act = act,
};

void
menu_open(struct app *app, enum action opener, const char *heading, const char *const *lines, size_t count, size_t at,
          size_t cursor, void (*chosen)(void *arg, size_t line), void *arg)
{
    struct menu *menu = mem_zero(sizeof *menu);
    menu->pane.type = &lines_type;
    menu->opener = opener;
    menu->title = mem_copy(heading);
    for (size_t i = 0; i < count; i++)
        vec_push(&menu->lines, mem_copy(lines[i]));
    menu->at = at;
    menu->chosen = chosen;
    menu->arg = arg;
    pane_select(&menu->pane, cursor);
    app_push(app, &menu_view, menu);
}
