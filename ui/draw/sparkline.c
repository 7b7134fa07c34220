/* Each column covers an equal part of the time and shows the greatest figure in it. */
#include "draw/sparkline.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>

enum { STEPS = GLYPH_SPARK_7 - GLYPH_SPARK_0, MOST = 200, DAY = 10 /* bytes of a date */ };
enum { SHORT_MS = 3 * 24 * 60 * 60 * 1000 };

void
sparkline_add(struct sparkline *sparkline, int64_t first_ms, int64_t last_ms, double figure)
{
    size_t count = sparkline->spans.count;
    if (last_ms >= first_ms && figure >= 0 && (count == 0 || first_ms > sparkline->spans.at[count - 1].last_ms))
        vec_push(&sparkline->spans, ((struct sparkline_span){first_ms, last_ms, figure}));
}

bool
sparkline_has_course(const struct sparkline *sparkline)
{
    enum { LEAST = 3 };
    size_t points = 0;
    for (size_t i = 0; i < sparkline->spans.count && points < LEAST; i++)
        points += sparkline->spans.at[i].last_ms > sparkline->spans.at[i].first_ms ? 2 : 1;
    return points >= LEAST;
}

double
sparkline_greatest(const struct sparkline *sparkline)
{
    double greatest = 0;
    for (size_t i = 0; i < sparkline->spans.count; i++)
        greatest = sparkline->spans.at[i].figure > greatest ? sparkline->spans.at[i].figure : greatest;
    return greatest;
}

void
sparkline_put_scale(struct buf *out, const struct sparkline *sparkline, const struct sparkline_words *words)
{
    const struct sparkline_span *last = &sparkline->spans.at[sparkline->spans.count - 1];
    const double figures[] = {sparkline_greatest(sparkline), last->figure};
    char begin[CLOCK_SECOND], end[CLOCK_SECOND];
    buf_text(out, words->what);
    for (size_t i = 0; i < 2 && !words->is_state; i++) {
        buf_text(out, i == 0 ? ": full height is " : ", the last is ");
        if (figures[i] == floor(figures[i]))
            text_number(out, (int64_t)figures[i]);
        else
            text_decimal(out, figures[i]);
    }
    buf_text(out, words->is_state ? ": high is yes, low is no. " : ". ");
    /* to the minute for a short time, to the second for less than one */
    int64_t begin_ms = sparkline->spans.at[0].first_ms, end_ms = last->last_ms;
    bool seconds = clock_needs_seconds(begin_ms, end_ms);
    int bytes = end_ms - begin_ms < SHORT_MS ? CLOCK_SECOND : DAY;
    buf_format(out, "%.*s to %.*s", bytes, seconds ? clock_second(begin_ms, begin) : clock_minute(begin_ms, begin),
               bytes, seconds ? clock_second(end_ms, end) : clock_minute(end_ms, end));
}

void
sparkline_rows(struct page *p, const struct sparkline *sparkline, int col, int columns,
               const struct sparkline_words *words)
{
    double greatest = sparkline_greatest(sparkline), figures[MOST];
    int count = columns < MOST ? columns : MOST;
    size_t at = 0;
    bool gaps = false;
    if (!sparkline_has_course(sparkline) || count < 1)
        return;
    const struct sparkline_span *spans = sparkline->spans.at;
    int64_t begin = spans[0].first_ms, whole = spans[sparkline->spans.count - 1].last_ms - begin + 1;
    for (int i = 0; i < count; i++) {
        int64_t from = begin + whole * i / count, until = begin + whole * (i + 1) / count;
        figures[i] = NAN; /* unknown */
        while (at < sparkline->spans.count && spans[at].last_ms < from)
            at++;
        for (size_t span = at; span < sparkline->spans.count && spans[span].first_ms < until; span++)
            if (!(spans[span].figure <= figures[i]))
                figures[i] = spans[span].figure;
        gaps = gaps || isnan(figures[i]);
    }
    page_row(p, 0);
    for (int i = 0; i < count; i++) {
        double figure = figures[i];
        int step = figure > 0 ? (int)ceil(figure / greatest * STEPS) : 0;
        bool over = figure > 0 && words->limit >= 0 && figure >= words->limit;
        if (isnan(figure))
            page_glyph(p, col + i, ROLE_DIM, GLYPH_BAR_EMPTY);
        else
            page_glyph(p, col + i, over ? ROLE_LISTED : ROLE_PLAIN,
                       (enum glyph)(GLYPH_SPARK_0 + (step < STEPS ? step : STEPS)));
    }
    struct buf scale = {0};
    sparkline_put_scale(&scale, sparkline, words);
    buf_text(&scale, ", ");
    text_duration(&scale, whole / count);
    buf_text(&scale, gaps ? " a column; dots: not known." : " a column.");
    page_row(p, 0);
    page_wrap(p, col, ROLE_DIM, buf_string(&scale));
    buf_free(&scale);
}
