#include "console/app/pane.h"

#include "draw/dump.h"

static uint64_t
key_of(const struct pane *pane, size_t row)
{
    return pane->type->key ? pane->type->key(pane, row) : 0;
}

void
pane_fit(struct pane *pane, size_t rows, size_t page)
{
    struct cursor *cursor = &pane->cursor;
    size_t row = 0;
    if (pane->type->fit && pane->type->fit(pane, rows, page))
        return;
    if (cursor->key != 0 && !(cursor->row < rows && key_of(pane, cursor->row) == cursor->key)) {
        while (row < rows && key_of(pane, row) != cursor->key)
            row++;
        if (row < rows) { /* rows came or went: scrolls by as much, so that the row stands still */
            size_t above = cursor->row - cursor->scroll;
            cursor->row = row;
            cursor->scroll = row > above ? row - above : 0;
        }
    }
    if (!pane->placed && rows > 0) {
        row = pane->type->home ? pane->type->home(pane) : 0;
        pane->placed = true;
        if (cursor->row == 0 && row < rows) {
            cursor->row = row;
            cursor->scroll = row >= page ? row - page / 2 : 0; /* in the middle, if there are rows on both sides */
        }
    }
    cursor_fit(cursor, rows, page);
    if (cursor->key == 0 && rows > 0)
        cursor->key = key_of(pane, cursor->row);
}

void
pane_move(struct pane *pane, enum move move, size_t rows, size_t page)
{
    if (pane->type->move && pane->type->move(pane, move, rows, page))
        return;
    cursor_move(&pane->cursor, move, rows, page);
    pane->cursor.key = rows > 0 ? key_of(pane, pane->cursor.row) : 0;
}

enum pane_point
pane_point(struct pane *pane, size_t row, int col)
{
    struct cursor before = pane->cursor;
    if (pane->type->point && !pane->type->point(pane, row, col))
        return PANE_POINT_NOTHING;
    if (!pane->type->point && row != before.row)
        pane_select(pane, row);
    bool same = pane->cursor.row == before.row && pane->cursor.key == before.key;
    return same ? PANE_POINT_SELECTED : PANE_POINT_ANOTHER;
}

void
pane_dump(struct pane *pane, size_t from, size_t rows, int cols, bool ascii, struct buf *out)
{
    struct grid grid = {.ascii = ascii};
    size_t left = rows - from;
    grid_resize(&grid, left < GRID_ROWS_MAX ? (int)left : GRID_ROWS_MAX, cols);
    struct canvas all = canvas_of(&grid);
    struct canvas page = canvas_part(&all, -(int)from, 0, (int)rows, cols);
    pane->type->draw(pane, &page);
    dump_grid(out, &grid, false);
    grid_free(&grid);
}

/* ---- pages ---- */

static uint64_t
page_key(const struct pane *pane, size_t row)
{
    return ((const struct page_pane *)pane)->page.rows.at[row].key;
}

static const struct page_target *
selected(const struct page_pane *pane)
{
    return pane->page.pointed && pane->target < pane->page.targets.count ? &pane->page.targets.at[pane->target] : NULL;
}

uint64_t
page_pane_key(const struct page_pane *pane, size_t row)
{
    const struct page_target *target = selected(pane);
    if (pane->page.pointed)
        return target && target->row == row ? target->key : 0;
    return row < pane->page.rows.count ? pane->page.rows.at[row].key : 0;
}

static void
draw_page(struct pane *pane, const struct canvas *canvas)
{
    page_draw(&((struct page_pane *)pane)->page, canvas);
}

static void
page_text_of(const struct pane *pane, size_t row, struct buf *out)
{
    const struct page_pane *p = (const struct page_pane *)pane;
    const struct page_target *target = selected(p);
    if (target && p->page.rows.at[row].key == 0)
        page_part_text(&p->page, row, target->col, target->cols, out);
    else
        page_item_text(&p->page, row, out);
}

/* Returns the target nearest to a row and column among those that show; PAGE_PANE_NONE = none. */
static size_t
nearest(const struct page_pane *pane, size_t page)
{
    const struct cursor *cursor = &pane->pane.cursor;
    size_t best = PAGE_PANE_NONE, least = SIZE_MAX;
    for (size_t i = 0; i < pane->page.targets.count; i++) {
        const struct page_target *target = &pane->page.targets.at[i];
        size_t rows = target->row > cursor->row ? target->row - cursor->row : cursor->row - target->row;
        size_t distance = 2 * rows + (target->col != pane->col);
        if (target->row >= cursor->scroll && target->row < cursor->scroll + page && distance < least) {
            best = i;
            least = distance;
        }
    }
    return best;
}

/* Selects a target and scrolls until it shows; without one, selects no row. */
static bool
select_target(struct page_pane *pane, size_t target, size_t rows, size_t page)
{
    struct cursor *cursor = &pane->pane.cursor;
    pane->target = target;
    if (selected(pane)) {
        cursor->row = selected(pane)->row;
        cursor->key = selected(pane)->key;
        pane->col = selected(pane)->col;
    } else {
        cursor->row = cursor->scroll;
        cursor->key = 0;
    }
    cursor_fit(cursor, rows, page);
    return true;
}

static bool
fit_page(struct pane *pane, size_t rows, size_t page)
{
    struct page_pane *p = (struct page_pane *)pane;
    struct cursor *cursor = &pane->cursor;
    size_t at = 0, above = cursor->row - cursor->scroll, last = rows > page ? rows - page : 0;
    if (!p->page.pointed)
        return false;
    pane->placed |= cursor->key == 0 && cursor->row > 0; /* by a search */
    if (!pane->placed && p->page.home < p->page.targets.count) /* until the user moves it; never below the first page */
        at = p->page.targets.at[p->page.home].row < page ? p->page.home : PAGE_PANE_NONE;
    else if (selected(p) && selected(p)->key == cursor->key)
        at = p->target;
    while (pane->placed && at < p->page.targets.count &&
           (cursor->key == 0 || p->page.targets.at[at].key != cursor->key))
        at++;
    if (at < p->page.targets.count) { /* rows came or went: scrolls by as much, so that the row stands still */
        size_t row = p->page.targets.at[at].row;
        bool stands = row == cursor->row || cursor->scroll == 0;
        cursor->scroll = stands ? cursor->scroll : row > above ? row - above : 0;
    } else {
        cursor->scroll = cursor->scroll < last ? cursor->scroll : last;
        at = nearest(p, page);
    }
    return select_target(p, at, rows, page);
}

/* Returns the next target in a direction, in the columns of the selected one or, sideways, beside them; PAGE_PANE_NONE
 * = none. */
static size_t
next_target(const struct page_pane *pane, enum move move)
{
    const struct page_target *from = selected(pane), *best = NULL;
    const struct page *p = &pane->page;
    bool sideways = move == MOVE_LEFT || move == MOVE_RIGHT;
    for (size_t i = 0; from && i < p->targets.count; i++) {
        const struct page_target *to = &p->targets.at[i];
        bool overlaps = to->col < from->col + from->cols && from->col < to->col + to->cols;
        bool fits = move == MOVE_UP     ? to->row < from->row && overlaps
                    : move == MOVE_DOWN ? to->row > from->row && overlaps
                    : move == MOVE_LEFT ? to->col + to->cols <= from->col
                                        : to->col >= from->col + from->cols;
        size_t rows = to->row > from->row ? to->row - from->row : from->row - to->row;
        size_t least = !best ? SIZE_MAX : best->row > from->row ? best->row - from->row : from->row - best->row;
        if (fits && (rows < least || (sideways && rows == least && move == MOVE_LEFT)))
            best = to;
    }
    return best ? (size_t)(best - p->targets.at) : PAGE_PANE_NONE;
}

static bool
move_page(struct pane *pane, enum move move, size_t rows, size_t page)
{
    struct page_pane *p = (struct page_pane *)pane;
    struct cursor *cursor = &pane->cursor;
    size_t leap = page > 1 ? page - 1 : 1, last = rows > page ? rows - page : 0, next;
    if (!p->page.pointed)
        return false;
    pane->placed = true;
    if (move == MOVE_UP || move == MOVE_DOWN) {
        next = next_target(p, move);
        if (next != PAGE_PANE_NONE && p->page.targets.at[next].row + leap >= cursor->scroll &&
            p->page.targets.at[next].row < cursor->scroll + page + leap)
            return select_target(p, next, rows, page);
        next = next_target(p, MOVE_RIGHT);
        if (move == MOVE_DOWN && cursor->scroll >= last && next != PAGE_PANE_NONE) { /* on with the next column */
            size_t first = 0;
            while (p->page.targets.at[first].col < p->page.targets.at[next].col)
                first++;
            return select_target(p, first, rows, page);
        }
        move = move == MOVE_UP ? MOVE_PAGE_UP : MOVE_PAGE_DOWN;
    }
    size_t forward = cursor->scroll + leap < last ? cursor->scroll + leap : last;
    size_t backward = cursor->scroll > leap ? cursor->scroll - leap : 0;
    cursor->scroll = move == MOVE_PAGE_DOWN ? forward : move == MOVE_PAGE_UP ? backward : move == MOVE_LAST ? last : 0;
    bool shows = selected(p) && cursor->row >= cursor->scroll && cursor->row < cursor->scroll + page;
    if (!shows || move == MOVE_FIRST || move == MOVE_LAST) {
        cursor->row = move == MOVE_FIRST || move == MOVE_PAGE_DOWN ? cursor->scroll : cursor->scroll + page;
        p->target = nearest(p, page);
    }
    return select_target(p, p->target, rows, page);
}

static bool
span_page(const struct pane *pane, int *col, int *cols)
{
    const struct page_pane *p = (const struct page_pane *)pane;
    const struct page_target *target = selected(p);
    if (!p->page.pointed)
        return false;
    *col = target ? target->col : 0;
    *cols = target ? target->cols : 0;
    return true;
}

static enum move
sideways(const struct page_pane *pane, enum action action)
{
    bool left = action == ACTION_LEFT, right = action == ACTION_RIGHT;
    if (action == ACTION_PANE)
        left = !(right = next_target(pane, MOVE_RIGHT) != PAGE_PANE_NONE);
    return left ? MOVE_LEFT : right ? MOVE_RIGHT : MOVE_NONE;
}

static bool
can_page(const struct pane *pane, enum action action)
{
    const struct page_pane *p = (const struct page_pane *)pane;
    enum move move = sideways(p, action);
    return p->page.pointed && move != MOVE_NONE && next_target(p, move) != PAGE_PANE_NONE;
}

static void
act_page(struct pane *pane, struct app *app, enum action action)
{
    struct page_pane *p = (struct page_pane *)pane;
    (void)app;
    size_t next = next_target(p, sideways(p, action));
    pane->placed = true;
    pane->cursor.row = p->page.targets.at[next].row;
    pane->cursor.key = p->page.targets.at[next].key;
}

static bool
point_page(struct pane *pane, size_t row, int col)
{
    struct page_pane *p = (struct page_pane *)pane;
    if (!p->page.pointed) {
        if (row != pane->cursor.row)
            pane_select(pane, row);
        return true;
    }
    for (size_t i = 0; i < p->page.targets.count; i++) {
        const struct page_target *target = &p->page.targets.at[i];
        if (target->row != row || col < target->col || col >= target->col + target->cols)
            continue;
        p->target = i;
        p->col = target->col;
        pane->cursor.row = row;
        pane->cursor.key = target->key;
        return true;
    }
    return false;
}

const struct pane_type page_pane_type = {
    .key = page_key,
    .draw = draw_page,
    .can = can_page,
    .act = act_page,
    .text = page_text_of,
    .move = move_page,
    .fit = fit_page,
    .span = span_page,
    .point = point_page,
};
