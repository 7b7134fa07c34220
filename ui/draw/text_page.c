#include "draw/text_page.h"

#include "base/text.h"

#include <stdlib.h>

enum { LABEL_GAP = 2, TEXT_LEAST = 20 }; /* columns that a text keeps beside its label */

struct text_page *
text_page_new(const char *title)
{
    struct text_page *text = mem_zero(sizeof *text);
    text->title = mem_copy(title);
    return text;
}

void
text_page_clear(struct text_page *text)
{
    for (size_t i = 0; i < text->items.count; i++) {
        free(text->items.at[i].label);
        free(text->items.at[i].text);
    }
    vec_clear(&text->items);
    text->label_cols = 0;
}

void
text_page_free(struct text_page *text)
{
    text_page_clear(text);
    vec_free(&text->items);
    free(text->title);
    free(text);
}

void
text_page_pair(struct text_page *text, enum role role, const char *label, const char *words)
{
    int width = label ? text_width(label) : 0;
    vec_push(&text->items, ((struct text_page_item){role, mem_copy(label), mem_copy(words)}));
    if (width > text->label_cols)
        text->label_cols = width;
}

void
text_page_head(struct text_page *text, const char *words)
{
    if (text->items.count > 0)
        text_page_line(text, ROLE_PLAIN, "");
    text_page_line(text, ROLE_TITLE, words);
}

void
text_page_lay_out(const struct text_page *text, struct page *page, int cols)
{
    int text_col = text->label_cols + LABEL_GAP;
    bool beside = text_col + TEXT_LEAST <= cols; /* or else below the label */
    page_begin(page, cols);
    for (size_t i = 0; i < text->items.count; i++) {
        const struct text_page_item *item = &text->items.at[i];
        page_row(page, i + 1);
        if (!item->label) {
            page_wrap(page, 0, item->role, item->text);
            continue;
        }
        page_text(page, 0, 0, item->role, item->label);
        if (!beside)
            page_row(page, i + 1);
        page_wrap(page, beside ? text_col : 0, ROLE_PLAIN, item->text);
    }
}
