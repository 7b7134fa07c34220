#include "console/widgets/page_view.h"

enum { ADDRESS = 32 };

uint64_t
page_view_key(void *self, size_t row)
{
    const struct page *page = self;
    return page->rows.at[row].key;
}

void
page_view_draw(void *self, const struct canvas *canvas)
{
    page_draw(self, canvas);
}

void
page_view_subject(void *self, size_t row, struct buf *out)
{
    const struct page *page = self;
    if (row < page->rows.count)
        page_item_text(page, row, out);
}

bool
page_view_about(const struct addr *address, struct prefix *out)
{
    if (address->family != ADDR_V4)
        return false;
    *out = prefix_around(address, ADDRESS);
    return true;
}
