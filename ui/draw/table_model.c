#include "draw/table_model.h"

#include "base/text.h"

#include <math.h>

uint64_t
table_model_key(const struct prefix *prefix)
{
    return (uint64_t)addr_to_v4(&prefix->addr) << 8 | (prefix->length + 1u);
}

enum role
table_model_number(struct buf *out, double figure, enum role role)
{
    if (isnan(figure)) {
        buf_byte(out, '-');
        return ROLE_DIM;
    }
    text_number(out, (int64_t)figure);
    return role;
}
