#include "console/widgets/pageview.h"

enum { ADDRESS = 32 };

uint64_t
pageview_key(void *self, size_t row)
{
    const struct page *page = self;
    return page->rows.at[row].key;
}

void
pageview_draw(void *self, const struct canvas *canvas)
{
    page_draw(self, canvas);
}

void
pageview_subject(void *self, size_t row, struct buf *out)
{
    const struct page *page = self;
    if (row < page->rows.count)
        page_item_text(page, row, out);
}

bool
pageview_about(const struct addr *address, struct prefix *out)
{
    if (address->family != ADDR_V4)
        return false;
    *out = prefix_around(address, ADDRESS);
    return true;
}
