#include "pages/reception_rows.h"

#include "pages/address_rows.h"

void
reception_rows_add(struct page *p, const struct receivers *receivers, const struct evidence *e)
{
    bool first = true;
    for (size_t i = 0; i < receivers->list.count; i++) {
        struct reception reception;
        struct buf words = {0};
        reception_of(&reception, &receivers->list.at[i], e);
        reception_words(&words, &reception);
        if (reception.hits.count > 0) {
            if (first)
                address_heading(p, "Would receivers block it?");
            first = false;
            page_row(p, 0);
            page_wrap(p, ADDRESS_TEXT, ROLE_PLAIN, buf_string(&words));
        }
        buf_free(&words);
        reception_fini(&reception);
    }
}

void
reception_rows_line(struct buf *out, const struct receivers *receivers, const struct evidence *e)
{
    static const struct {
        enum reception_blocks blocks;
        const char *words;
    } groups[] = {
        {RECEPTION_BLOCKS, "Would block: "}, {RECEPTION_OPEN, "May block: "}, {RECEPTION_PASSES, "Would not block: "}};
    size_t start = out->count;
    for (size_t group = 0; group < sizeof groups / sizeof groups[0]; group++) {
        bool first = true;
        for (size_t i = 0; i < receivers->list.count; i++) {
            const struct receiver *receiver = &receivers->list.at[i];
            struct reception reception;
            reception_of(&reception, receiver, e);
            if (reception.blocks == groups[group].blocks) {
                bool unit = out->count == start;
                buf_format(out, "%s%s", !first ? ", " : unit ? "" : " ", first ? groups[group].words : "");
                buf_format(out, "%s %g/%g%s", receiver->name, reception.sum, receiver->threshold,
                           unit ? " points" : "");
                first = false;
            }
            reception_fini(&reception);
        }
        buf_text(out, first ? "" : ".");
    }
}
