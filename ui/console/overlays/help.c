#include "console/overlays/help.h"

#include "console/overlays/text_view.h"

/* Adds the keys of a group. */
static void
add_group(struct text_page *page, enum action_group group)
{
    text_page_head(page, keymap_groups[group].name);
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = keymap_action(action);
        struct buf keys = {0};
        keymap_keys(&keys, action, keymap_groups[group].scope, true);
        if (info->group == group)
            text_page_pair(page, ROLE_KEY, buf_string(&keys), info->help);
        buf_free(&keys);
    }
}

void
help_open(struct app *app, help_words *words)
{
    struct text_page *page = text_page_new("Words, and keys to move and to type");
    struct buf where = {0};
    app_describe(app, &where);
    if (where.count > 0)
        text_page_line(page, ROLE_PLAIN, buf_string(&where));
    text_page_head(page, "Words");
    words(page, app_screen(app)->ascii);
    buf_free(&where);
    for (enum action_group group = GROUP_MOVE; group < GROUP_COUNT; group++)
        add_group(page, group);
    text_view_open(app, LAYOUT_BOX, page, NULL);
}
