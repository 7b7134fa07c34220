#include "console/overlays/help.h"

#include "console/overlays/text_view.h"

void
help_open(struct app *app, help_words *words)
{
    struct text_page *page = text_page_new("Keys, and words below");
    for (enum action_group group = 0; group < GROUP_COUNT; group++) {
        enum scope scope = keymap_groups[group].scope;
        bool is_first = true;
        for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
            const struct action_info *info = keymap_action(action);
            if (info->group != group)
                continue;
            /* unless the view below, and what opens from it, cannot perform the action */
            enum action way = scope == SCOPE_NOTE ? ACTION_NOTE : action;
            if ((scope == SCOPE_VIEW || scope == SCOPE_NOTE) && !app_can(app, way))
                continue;
            if (is_first)
                text_page_head(page, keymap_groups[group].name);
            is_first = false;
            struct buf keys = {0};
            keymap_keys(&keys, action, scope, true);
            text_page_pair(page, ROLE_KEY, buf_string(&keys), info->help);
            buf_free(&keys);
        }
        if (group == GROUP_KEEP) {
            struct buf where = {0};
            app_describe(app, &where);
            if (where.count > 0)
                text_page_line(page, ROLE_PLAIN, buf_string(&where));
            buf_free(&where);
        }
    }
    text_page_head(page, "Words");
    words(page, app_screen(app)->ascii);
    text_view_open(app, LAYOUT_BOX, page, NULL);
}
