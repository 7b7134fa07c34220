#include "dns/congestion.h"

/* TCP's rules (RFC 5681 and 6298), with a pace beside the window: 20 questions a second need a window of less than one.
 */

enum {
    WINDOW_FIRST = 64,
    SLOW_START = 2, /* growth by an answer: 64, 192, 512 ask a /24 in three zones in three round trips */
    NEAR_US = 5000, /* a window of 112 carries 22,000 questions a second over this round trip */
    TIMEOUT_FIRST_US = 1000000,
    TIMEOUT_LEAST_US = 200000,
    TENTH_US = 100000,
    TENTHS = 10,
    RATE_LEAST = 5, /* answers a second: fewer show no rate */
    POOR_SHARE = 3, /* a quarter of the questions was missed */
    POOR_LAPSE_US = 3000000,
    POOR_OF_A_RATE = 3, /* within that time: a limit of what is in flight is met for a moment only */
    FASTER_US = 250000,
    SLACK_US = 10000, /* lateness that a spaced server may catch up with */
    BACKOFF_MOST = 5,
    SHARE_OF = 32, /* tries */
};

static const double keep = 0.9, shrink_lost = 0.5, shrink_refused = 0.75, creep_refused = 1.0 / 16, near_ceiling = 0.85,
                    beyond_ceiling = 1.06, gently = 1.03, briskly = 1.25, slowed = 0.6, constant_least = 0.1,
                    constant_most = 0.6, constant_grows = 0.6;

void
congestion_init(struct congestion *c, unsigned most)
{
    *c = (struct congestion){.fixed = most > 0, .most = most > 0 ? most : CONGESTION_BUFFER};
    c->window = c->window_before = c->most < WINDOW_FIRST ? c->most : WINDOW_FIRST;
    c->threshold = CONGESTION_MOST;
}

bool
congestion_may_send(const struct congestion *c, unsigned long in_flight, int64_t now_us, int64_t *due_us)
{
    int64_t due = c->pace > 0 && c->next_us > c->quiet_until_us ? c->next_us : c->quiet_until_us;
    *due_us = 0;
    if ((double)in_flight + 1 > c->window)
        return false;
    if (due > now_us)
        *due_us = due;
    return due <= now_us;
}

void
congestion_sent(struct congestion *c, int64_t now_us)
{
    if (c->pace <= 0)
        return;
    if (c->next_us < now_us - SLACK_US)
        c->next_us = now_us - SLACK_US;
    c->next_us += (int64_t)(1e6 / c->pace);
}

/* ---- answers ---- */

/* Notes the round trip (RFC 6298 section 2), and the answer for best_second. */
static void
measure(struct congestion *c, int64_t rtt_us, int64_t now_us)
{
    int64_t tenth = now_us / TENTH_US;
    unsigned place = (unsigned)(tenth % CONGESTION_RATES);
    if (c->answered[place].tenth != tenth)
        c->answered[place].count = 0;
    c->answered[place].tenth = tenth;
    c->answered[place].count++;
    if (rtt_us < 1)
        rtt_us = 1;
    if (c->smooth_us == 0) {
        c->smooth_us = c->least_us = rtt_us;
        c->variation_us = rtt_us / 2;
        return;
    }
    int64_t off_us = rtt_us > c->smooth_us ? rtt_us - c->smooth_us : c->smooth_us - rtt_us;
    c->variation_us += (off_us - c->variation_us) / 4;
    c->smooth_us += (rtt_us - c->smooth_us) / 8;
    if (rtt_us < c->least_us)
        c->least_us = rtt_us;
}

/* Returns the most answers within any one of the last seconds that are remembered, and those of the last one. */
static unsigned
best_second(const struct congestion *c, int64_t now_us, unsigned *last)
{
    int64_t now = now_us / TENTH_US;
    unsigned best = 0, sum = 0, counts[CONGESTION_RATES + TENTHS] = {0};
    for (int ago = 0; ago < CONGESTION_RATES; ago++) {
        unsigned place = (unsigned)((now - ago) % CONGESTION_RATES);
        if (c->answered[place].tenth == now - ago)
            counts[ago] = c->answered[place].count;
        sum += counts[ago];
        if (ago >= TENTHS)
            sum -= counts[ago - TENTHS];
        else
            *last = sum;
        best = sum > best ? sum : best;
    }
    return best;
}

void
congestion_answered(struct congestion *c, int64_t sent_us, int64_t now_us)
{
    int64_t rtt_us = now_us - sent_us;
    bool may_be_wide = !c->fixed && c->least_us > NEAR_US && rtt_us < c->least_us + c->least_us / 2;
    measure(c, rtt_us, now_us);
    c->missed_share -= c->missed_share / SHARE_OF;
    if (sent_us < c->signal_us && c->dry > 0) /* not shut: it only had enough at once */
        c->window = c->threshold;
    c->dry = 0;
    if (sent_us < c->signal_us)
        return;
    c->answers++;
    if (c->window < (may_be_wide ? CONGESTION_MOST : c->most))
        c->window += c->window < c->threshold ? SLOW_START : 1 / c->window > c->creep ? 1 / c->window : c->creep;
    /* Raises the pace four times a second: gently near that of the last signal, briskly elsewhere, because what was
     * learnt there does not hold any more. */
    if (c->pace > 0 && now_us - c->faster_us >= FASTER_US) {
        c->faster_us = now_us;
        c->pace *= c->pace > near_ceiling * c->ceiling && c->pace < beyond_ceiling * c->ceiling ? gently : briskly;
    }
}

void
congestion_answered_late(struct congestion *c, int64_t sent_us, int64_t now_us)
{
    measure(c, now_us - sent_us, now_us);
    if (c->window < c->window_before)
        c->window = c->window_before;
    c->dry = 0;
}

/* ---- signals ---- */

/* Sets a pace a little below that of the answers, if the limit seems to be one. If the share of the missed did not fall
 * when fewer were answered, load is not the reason: both are given up until the share grows. */
static void
set_pace(struct congestion *c, int64_t now_us)
{
    unsigned now = 0, best = best_second(c, now_us, &now);
    if (c->poor < POOR_OF_A_RATE && c->pace <= 0)
        return;
    if (best >= RATE_LEAST) {
        c->most_answered = c->pace <= 0 || best > c->most_answered ? best : c->most_answered;
        c->ceiling = best;
        c->pace = keep * best;
        c->faster_us = now_us;
    }
    if (c->pace <= 0 || c->dry > 0 || now >= slowed * c->most_answered || c->missed_share < constant_least ||
        c->missed_share > constant_most)
        return;
    c->constant_share = c->missed_share;
    c->pace = 0;
    c->window = c->threshold = c->most < WINDOW_FIRST ? c->most : WINDOW_FIRST;
    c->quiet_until_us = 0;
}

/* Lowers window and pace. A question that was sent before the last signal is part of that. */
void
congestion_missed(struct congestion *c, bool refused, int64_t sent_us, int64_t now_us)
{
    /* A server that never answered gets two quick chances; one that did may count by the second, or by the minute. */
    static const int64_t pauses_us[] = {0, 150000, 300000, 600000, 1100000, 2000000, 4000000};
    unsigned last = sizeof pauses_us / sizeof pauses_us[0] - 1;
    c->missed++;
    c->missed_share += (1 - c->missed_share) / SHARE_OF;
    if (c->missed_share > c->constant_share + (1 - c->constant_share) * constant_grows)
        c->constant_share = 0;
    if (sent_us < c->signal_us || c->constant_share > 0)
        return;
    c->dry += c->answers == 0;
    if (c->missed * POOR_SHARE > c->answers) {
        c->poor = now_us - c->poor_us > POOR_LAPSE_US ? 1 : c->poor + 1;
        c->poor_us = now_us;
    }
    c->window_before = c->window;
    if (c->window >= 4) /* else the threshold stays where the server was well */
        c->threshold = c->window * (refused ? shrink_refused : shrink_lost);
    c->window = c->answers == 0 || c->window < 4 ? 1 : c->threshold;
    c->creep = refused ? creep_refused : 0; /* a refusal comes at once, a loss is noticed too late for it */
    c->signal_us = now_us;
    c->answers = c->missed = 0;
    if (refused)
        c->quiet_until_us = now_us + pauses_us[c->smooth_us == 0 ? 1 : c->dry < last ? c->dry : last];
    set_pace(c, now_us);
}

int64_t
congestion_timeout_us(const struct congestion *c, unsigned times, int64_t most_us)
{
    int64_t timeout_us = TIMEOUT_FIRST_US;
    if (c->smooth_us > 0)
        timeout_us = c->smooth_us + 4 * c->variation_us;
    if (timeout_us < TIMEOUT_LEAST_US)
        timeout_us = TIMEOUT_LEAST_US;
    unsigned backoff_most = c->constant_share > 0 ? 1 : BACKOFF_MOST;
    timeout_us <<= times < backoff_most ? times : backoff_most;
    return timeout_us < most_us ? timeout_us : most_us;
}

double
congestion_limit(const struct congestion *c)
{
    return c->pace < beyond_ceiling * c->ceiling ? c->pace : 0;
}
