#include "console/overlays/help.h"

#include "console/widgets/text_view.h"
#include "pages/glossary.h"

/* Its keys, unless nothing can be done with them in the view that help is asked for, nor in what opens from it. */
static void
add_action(struct app *app, struct text_page *page, enum action action, bool *is_first)
{
    const struct action_info *info = keymap_action(action);
    enum scope scope = keymap_group_scope(info->group);
    enum action way = scope == SCOPE_NOTE ? ACTION_NOTE : action;
    if ((scope == SCOPE_VIEW || scope == SCOPE_NOTE) && !app_can(app, way))
        return;
    if (*is_first)
        text_page_head(page, keymap_group_name(info->group));
    *is_first = false;
    struct buf keys = {0};
    keymap_keys(&keys, action, scope, true);
    text_page_pair(page, ROLE_KEY, buf_string(&keys), info->help);
    buf_free(&keys);
}

/* Where it is kept. */
static void
add_told(struct app *app, struct text_page *page)
{
    struct buf told = {0};
    app_tell(app, &told);
    if (told.count > 0)
        text_page_line(page, ROLE_PLAIN, buf_string(&told));
    buf_free(&told);
}

static void
add_words(struct app *app, struct text_page *page)
{
    size_t count;
    const struct glossary_word *words = glossary_words(&count);
    text_page_head(page, "Words");
    for (size_t i = 0; i < count; i++) {
        struct buf word = {0};
        if (words[i].sign != GLYPH_BLANK)
            buf_format(&word, "%s ", glyph_text(words[i].sign, app_is_ascii(app)));
        buf_text(&word, words[i].word);
        text_page_pair(page, ROLE_STRONG, buf_string(&word), words[i].meaning);
        buf_free(&word);
    }
}

void
help_open(struct app *app)
{
    struct text_page *page = text_page_new("Keys, and words below");
    for (enum action_group group = 0; group < GROUP_COUNT; group++) {
        bool is_first = true;
        for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
            if (keymap_action(action)->group == group)
                add_action(app, page, action, &is_first);
        if (group == GROUP_KEEP)
            add_told(app, page);
    }
    add_words(app, page);
    text_view_open_box(app, page);
}
