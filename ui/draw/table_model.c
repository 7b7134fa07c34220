#include "draw/table_model.h"

#include "base/text.h"

#include <math.h>

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
