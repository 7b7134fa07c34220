/* The formats of check. */
#include "base/clock.h"
#include "command/check_window.h"
#include "pages/report_page.h"
#include "session/interrupt.h"

/* Bytes of the lines for a monitoring system about clear targets, and about all. */
enum { CLEAR_ENOUGH = 64 * 1024, REST_ENOUGH = 1024 * 1024 };

static void
put_text(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    if (c->several || !r->evidence) {
        result_line(&c->out, r, c->output.colour);
        return;
    }
    if (c->finished > 0)
        buf_byte(&c->out, '\n');
    result_text(&c->out, r, c->output.columns, c->output.colour, c->output.ascii);
}

static void
put_json(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    result_json(&c->out, r, c->pretty);
}

static void
put_csv(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    result_csv(&c->out, r);
}

static void
put_domain_csv(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    if (r->survey)
        result_domain_csv(&c->out, r->survey);
}

/* Prints nothing yet, because the first line is about the worst target. Leaves lines out when there are very many,
 * those about clear targets first: monitoring systems cut such output anyway. */
static void
put_nagios(struct check *c, const struct result *r, enum exit_status status)
{
    enum exit_status verdict = r->evidence && !result_is_unlistable(r) ? exit_status_of(r->verdict->state) : status;
    bool worse = status == c->worst
                     ? verdict != c->nagios_verdict && exit_status_worse(verdict, c->nagios_verdict) == verdict
                     : exit_status_worse(status, c->worst) == status;
    if (c->nagios_worst.count == 0 || worse) {
        buf_clear(&c->nagios_worst);
        buf_clear(&c->nagios_said);
        result_nagios(&c->nagios_worst, r);
        result_nagios_said(&c->nagios_said, r);
        c->nagios_state = result_nagios_state(r);
        c->nagios_verdict = verdict;
    }
    if (c->nagios_rest.count < (status == STATUS_CLEAR ? CLEAR_ENOUGH : REST_ENOUGH))
        result_nagios_line(&c->nagios_rest, r, c->options->verbose);
    else
        c->nagios_left_out++;
}

static void
finish_nagios(struct check *c)
{
    if (c->finished > 1) {
        c->counts.warning = c->options->warning;
        c->counts.critical = c->options->critical;
        result_nagios_several(&c->out, c->nagios_state, &c->counts, buf_string(&c->nagios_said));
        buf_bytes(&c->out, buf_string(&c->nagios_rest), c->nagios_rest.count);
        if (c->nagios_left_out > 0)
            buf_format(&c->out, "and %zu more\n", c->nagios_left_out);
    } else {
        buf_bytes(&c->out, buf_string(&c->nagios_worst), c->nagios_worst.count);
        buf_text(&c->out, c->options->verbose ? buf_string(&c->nagios_rest) : "");
    }
    output_flush(&c->output, &c->out);
}

static void
put_prometheus(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    prometheus_add(&c->metrics, r);
}

static void
finish_prometheus(struct check *c)
{
    prometheus_put(&c->metrics, clock_wall_ms(), &c->out);
    output_flush(&c->output, &c->out);
}

static void
put_fleet(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    c->fleet->take(c->fleet->arg, c->jobs[c->first].member, r);
}

static void
finish_fleet(struct check *c)
{
    if (!interrupt_came() || c->fleet->whole)
        c->fleet->finish(c->fleet->arg, &c->engine, &c->out);
    output_flush(&c->output, &c->out);
}

/* Reads what the journal has of the address, and of the net and the provider around it. */
static void
put_html(struct check *c, const struct result *r, enum exit_status status)
{
    struct related_cases cases = {0};
    struct timeline timeline = {0};
    struct fault fault;
    struct journal *journal = c->engine.recorder ? recorder_journal(c->engine.recorder) : NULL;
    (void)status;
    if (r->survey) {
        report_page_domain(&c->out, r->survey, r->verdict);
        return;
    }
    if (!r->evidence)
        return;
    const struct listing *l3 = evidence_level3(r->evidence);
    const uint32_t asns[RELATED_CASES_ASNS] = {r->evidence->network.asn, l3 ? l3->holder.asn : 0};
    struct resource resource = resource_of_address(&r->evidence->address);
    related_cases_read(&cases, journal, &r->evidence->address, asns);
    bool was_read = journal && timeline_gather(&timeline, journal, &resource, REPORT_LOOKS, &fault);
    if (journal && !was_read)
        exit_status_report(fault.text, 0);
    report_page_address(&c->out,
                        &(struct address_facts){.evidence = r->evidence,
                                                .verdict = r->verdict,
                                                .policy = r->policy,
                                                .asns = r->database,
                                                .zones = r->zones,
                                                .cases = &cases},
                        r->label, was_read ? &timeline : NULL);
    timeline_fini(&timeline);
    related_cases_fini(&cases);
}

static const struct check_format formats[] = {
    [FORMAT_TEXT] = {NULL, put_text, NULL},
    [FORMAT_JSON] = {NULL, put_json, NULL},
    [FORMAT_CSV] = {result_csv_head, put_csv, NULL},
    [FORMAT_NAGIOS] = {NULL, put_nagios, finish_nagios},
    [FORMAT_PROMETHEUS] = {NULL, put_prometheus, finish_prometheus},
    [FORMAT_HTML] = {NULL, put_html, NULL},
};

static const struct check_format fleet_format = {NULL, put_fleet, finish_fleet};
static const struct check_format domain_csv = {result_domain_csv_head, put_domain_csv, NULL};

const struct check_format *
check_format_of(const struct options *o, const struct check_fleet *fleet)
{
    if (fleet && fleet->take)
        return &fleet_format;
    return o->command == COMMAND_DOMAIN && o->format == FORMAT_CSV ? &domain_csv : &formats[o->format];
}
