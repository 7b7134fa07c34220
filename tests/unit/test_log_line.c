#include "base/clock.h"
#include "bounce/log_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct marks *marks;
static struct log_line_context *context;

static int
make_marks(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    clock_fake(0, INT64_C(1796029200) * 1000); /* 2026-11-30 09:00 UTC */
    marks = marks_new();
    context = log_line_context_new();
    return 0;
}

static int
free_marks(void **state)
{
    (void)state;
    clock_real();
    marks_free(marks);
    log_line_context_free(context);
    return 0;
}

static bool
read_line(const char *line, struct rejection *out)
{
    return log_line_read(line, strlen(line), context, catalogue_builtin(), marks, out);
}

/* Lines of servers whose mail was refused. */
static const struct {
    const char *line, *software, *recipient, *host, *address;
    unsigned code;
    const char *status, *own, *zone;
} refused[] = {
    {"Nov 30 09:14:03 mail postfix/smtp[4711]: 4XyZ12345z: to=<user@example.org>, relay=mx.example.org[192.0.2.25]:25, "
     "delay=1.2, delays=0.1/0/1/0.1, dsn=5.7.1, status=bounced (host mx.example.org[192.0.2.25] said: 554 5.7.1 "
     "Service "
     "unavailable; Client host [203.0.113.77] blocked using dnsbl-2.uceprotect.net; See "
     "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77 (in reply to RCPT TO command))",
     "Postfix", "user@example.org", "mx.example.org", "192.0.2.25", 554, "5.7.1", "203.0.113.77",
     "dnsbl-2.uceprotect.net"},
    {"2026-11-30T09:14:03.123456+01:00 mail postfix/smtp[4711]: 4XyZ12345z: to=<user@example.org>, "
     "orig_to=<root>, relay=mx.example.org[2001:db8::25]:25, delay=1.2, delays=0.1/0/1/0.1, dsn=4.7.1, "
     "status=deferred (host mx.example.org[2001:db8::25] refused to talk to me: 421 4.7.1 Service unavailable; Client "
     "host [203.0.113.77] blocked using zen.spamhaus.org)",
     "Postfix", "user@example.org", "mx.example.org", "2001:db8::25", 421, "4.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"<22>1 2026-11-30T09:14:03Z mail postfix/smtp 4711 - - 4XyZ12345z: to=<user@example.org>, "
     "relay=mx.example.org[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host "
     "mx.example.org[192.0.2.25] said: 550 5.7.1 [203.0.113.77] is listed at bl.spamcop.net (in reply to MAIL FROM "
     "command))",
     "Postfix", "user@example.org", "mx.example.org", "192.0.2.25", 550, "5.7.1", "203.0.113.77", "bl.spamcop.net"},
    {"2026-11-30 09:14:03 1tHabc-0001Xy-2Z ** user@example.org R=dnslookup T=remote_smtp H=mx.example.org "
     "[192.0.2.25]:25 X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes: SMTP error from remote mail server after RCPT "
     "TO:<user@example.org>: 554 5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org",
     "Exim", "user@example.org", "mx.example.org", "192.0.2.25", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"2026-11-30 09:14:03 1tHabc-0001Xy-2Z ** user@example.org H=mx.example.org [192.0.2.25]:25 I=[203.0.113.77]:4711: "
     "SMTP error from remote mail server after RCPT TO:<user@example.org>: 554 5.7.1 listed at zen.spamhaus.org",
     "Exim", "user@example.org", "mx.example.org", "192.0.2.25", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"2026-11-30 09:14:03 +0100 [1234] 1tHabc-0001Xy-2Z == user@example.org <other@example.net> R=dnslookup "
     "T=remote_smtp defer (-44) H=mx.example.org [192.0.2.25]: SMTP error from remote mail server after RCPT "
     "TO:<user@example.org>: 451 4.7.1 203.0.113.77 is listed by bl.spamcop.net",
     "Exim", "user@example.org", "mx.example.org", "192.0.2.25", 451, "4.7.1", "203.0.113.77", "bl.spamcop.net"},
    {"Nov 30 09:14:03 mail sendmail[4711]: 0AU9E3xx004711: to=<user@example.org>, ctladdr=<a@example.com> (0/0), "
     "delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=120000, relay=mx.example.org. [192.0.2.25], dsn=5.7.1, "
     "reply=554 5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org, stat=Service unavailable",
     "Sendmail", "user@example.org", "mx.example.org", "192.0.2.25", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"@40000000692c0b2512345678 delivery 17: failure: 192.0.2.25_does_not_like_recipient./Remote_host_said:_554_5.7.1_"
     "Client_host_[203.0.113.77]_blocked_using_zen.spamhaus.org/Giving_up_on_192.0.2.25./",
     "qmail", "", "", "192.0.2.25", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"Nov 30 09:14:03 mail smtpd[99]: 7b1c mta delivery evpid=0123456789abcdef from=<a@example.com> "
     "to=<user@example.org> rcpt=<-> source=\"203.0.113.77\" relay=\"192.0.2.25 (mx.example.org)\" delay=1s "
     "result=\"PermFail\" stat=\"554 5.7.1 Client host blocked using zen.spamhaus.org\"",
     "OpenSMTPD", "user@example.org", "mx.example.org", "192.0.2.25", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"2026-11-30T09:14:03.000Z [NOTICE] [0A1B.1.1] [outbound] recipient <user@example.org> rejected: 554 5.7.1 Client "
     "host [203.0.113.77] blocked using zen.spamhaus.org",
     "Haraka", "user@example.org", "", "", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"2026-11-30T09:14:03Z INFO SMTP RCPT TO rejected (delivery.rcpt-to-rejected) queueId = 3135, from = "
     "\"a@example.com\", to = [\"user@example.org\"], size = 1, total = 1, hostname = \"mx.example.org\", to = "
     "\"user@example.org\", code = 554, details = \"5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org\"",
     "Stalwart", "user@example.org", "mx.example.org", "", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"2026-11-30T09:14:03.123Z,Internet,08DC1234,12,203.0.113.77:2525,192.0.2.25:25,<,\"554 5.7.1 Client host "
     "[203.0.113.77] blocked using zen.spamhaus.org, see the page\",",
     "Exchange", "", "", "192.0.2.25", 554, "5.7.1", "203.0.113.77", "zen.spamhaus.org"},
    {"postfix-mailcow-1  | Nov 30 09:14:03 c0ffee postfix/smtp[4711]: 4XyZ12345z: to=<user@example.org>, "
     "relay=mx.example.org[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host "
     "mx.example.org[192.0.2.25] said: 550 5.7.1 [203.0.113.77] is listed at bl.spamcop.net)",
     "Postfix", "user@example.org", "mx.example.org", "192.0.2.25", 550, "5.7.1", "203.0.113.77", "bl.spamcop.net"},
};

static void
line_of_own_mail_names_receiver_and_list(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct rejection r;
        char text[ADDR_TEXT];
        if (!read_line(refused[i].line, &r))
            fail_msg("not read: %s", refused[i].line);
        assert_int_equal(r.kind, REJECTION_LOG);
        assert_false(r.inbound);
        assert_string_equal(r.software, refused[i].software);
        assert_string_equal(r.recipient, refused[i].recipient);
        assert_string_equal(r.receiver.host, refused[i].host);
        assert_string_equal(r.receiver.address.family ? addr_text(&r.receiver.address, text) : "", refused[i].address);
        assert_int_equal(r.code, refused[i].code);
        assert_string_equal(r.status, refused[i].status);
        assert_string_equal(addr_text(&r.own.address, text), refused[i].own);
        assert_string_equal(r.list.zone, refused[i].zone);
        assert_true(r.time > 1764000000);
    }
}

/* Lines in which the writer of the log refused others. */
static const struct {
    const char *line, *client;
} refusals[] = {
    {"Nov 30 09:14:03 mail postfix/smtpd[4711]: NOQUEUE: reject: RCPT from unknown[198.51.100.9]: 554 5.7.1 Service "
     "unavailable; Client host [198.51.100.9] blocked using zen.spamhaus.org; from=<a@example.com> "
     "to=<user@example.org> proto=ESMTP helo=<x>",
     "198.51.100.9"},
    {"Nov 30 09:14:03 mail postfix/postscreen[4711]: NOQUEUE: reject: RCPT from [198.51.100.9]:40312: 550 5.7.1 "
     "Service "
     "unavailable; client [198.51.100.9] blocked using zen.spamhaus.org; from=<a@example.com>, to=<user@example.org>, "
     "proto=ESMTP, helo=<x>",
     "198.51.100.9"},
    {"Nov 30 09:14:03 mail postfix/postscreen[4711]: DNSBL rank 8 for [198.51.100.9]:40312", "198.51.100.9"},
    {"Nov 30 09:14:03 mail postfix/dnsblog[4711]: addr 198.51.100.9 listed by domain zen.spamhaus.org as 127.0.0.4",
     "198.51.100.9"},
    {"2026-11-30T09:14:03.000Z [INFO] [1E2F3A4B-0001-4C5D.1] [dns-list] host [198.51.100.9] is listed on "
     "zen.spamhaus.org",
     "198.51.100.9"},
    {"2026-11-30T09:14:03.000Z [INFO] [1E2F3A4B-0001-4C5D.1] [dnsbl] host [198.51.100.9] is listed on "
     "zen.spamhaus.org",
     "198.51.100.9"},
    {"Nov 30 09:14:03 mail postfix/cleanup[4711]: 4XyZ12345z: milter-reject: END-OF-MESSAGE from "
     "x.example.net[198.51.100.9]: 5.7.1 Spam message rejected; from=<a@example.com> to=<user@example.org> "
     "proto=ESMTP helo=<x>",
     "198.51.100.9"},
    {"2026-11-30 09:14:03 H=(helo) [198.51.100.9]:5555 F=<a@example.com> rejected RCPT <user@example.org>: "
     "198.51.100.9 is in zen.spamhaus.org",
     "198.51.100.9"},
    {"Nov 30 09:14:03 mail sendmail[4711]: 0AU9E3xx004711: ruleset=check_relay, arg1=x.example.net, "
     "arg2=198.51.100.9, relay=x.example.net [198.51.100.9], reject=550 5.7.1 Mail from 198.51.100.9 refused by "
     "zen.spamhaus.org",
     "198.51.100.9"},
    {"2026-11-30 09:14:03 #1234(normal) <abcdef>; task; rspamd_task_write_log: id: <1@example.com>, qid: <4XyZ>, ip: "
     "198.51.100.9, from: <a@example.com>, (default: T (reject): [20.10/15.00] [RBL_SPAMHAUS_XBL(4.00){127.0.0.4}])",
     "198.51.100.9"},
    {"Nov 30 09:14:03 mail amavis[4711]: (04711-01) Blocked SPAM {DiscardedInbound}, [198.51.100.9]:4000 "
     "<a@example.com> -> <user@example.org>, Message-ID: <1@example.com>",
     "198.51.100.9"},
    {"2026-11-30T09:14:03.123Z,Default,08DC1234,12,192.0.2.25:25,198.51.100.9:40312,>,\"550 5.7.1 Client host "
     "[198.51.100.9] blocked\",",
     "198.51.100.9"},
};

static void
line_of_own_refusal_is_inbound(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct rejection r;
        char text[ADDR_TEXT];
        if (!read_line(refusals[i].line, &r))
            fail_msg("not read: %s", refusals[i].line);
        if (!r.inbound)
            fail_msg("not inbound: %s", refusals[i].line);
        assert_string_equal(addr_text(&r.own.address, text), refusals[i].client);
    }
}

/* The answer is no listing of the client; the line is quoted as it is. */
static void
line_of_own_resolver_that_is_declined_is_own_fault(void **state)
{
    (void)state;
    struct rejection r;
    assert_true(read_line("Nov 30 09:14:03 mail postfix/dnsblog[4711]: addr 198.51.100.9 listed by domain "
                          "zen.spamhaus.org as 127.255.255.254",
                          &r));
    assert_true(r.inbound);
    assert_int_equal(r.party, PARTY_RECEIVER);
    assert_int_equal(r.advice[0], ADVICE_RESOLVER);
    assert_string_equal(r.list.zone, "zen.spamhaus.org");
    assert_string_equal(r.text, "198.51.100.9 listed by domain zen.spamhaus.org as 127.255.255.254");
    assert_true(read_line("Nov 30 09:14:03 mail postfix/dnsblog[4711]: addr 198.51.100.9 listed by domain "
                          "zen.spamhaus.org as 127.0.0.4",
                          &r));
    assert_int_equal(r.party, PARTY_UNKNOWN);
    assert_int_equal(r.advice[0], ADVICE_NONE);
}

/* A filter on the same machine refuses what others sent. */
static void
refusal_by_local_filter_is_inbound(void **state)
{
    (void)state;
    struct rejection r;
    assert_true(read_line("Nov 30 09:14:03 mail postfix/smtp[4711]: 4XyZ: to=<u@example.org>, "
                          "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host "
                          "127.0.0.1[127.0.0.1] said: 554 5.7.1 Rejected, spam (in reply to end of DATA command))",
                          &r));
    assert_true(r.inbound);
    assert_true(read_line("Nov 30 09:14:03 mail postfix/lmtp[4711]: 4XyZ: to=<u@example.org>, "
                          "relay=mail.example.org[private/dovecot-lmtp], delay=1, delays=0/0/1/0, dsn=5.1.1, "
                          "status=bounced (host mail.example.org[private/dovecot-lmtp] said: 550 5.1.1 <u@example.org> "
                          "User doesn't exist: u (in reply to RCPT TO command))",
                          &r));
    assert_true(r.inbound);
}

static void
line_without_refusal_is_none(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "Nov 30 09:14:03 mail postfix/smtp[4711]: 4XyZ: to=<u@example.org>, relay=mx.example.org[192.0.2.25]:25, "
        "delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 550ABC)",
        "Nov 30 09:14:03 mail postfix/smtpd[4711]: connect from unknown[198.51.100.9]",
        "2026-11-30 09:14:03 1tHabc-0001Xy-2Z => user@example.org R=dnslookup T=remote_smtp H=mx.example.org "
        "[192.0.2.25] C=\"250 OK\"",
        "Nov 30 09:14:03 mail dovecot: imap(user): Disconnected: Logged out in=550 out=554",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct rejection r;
        if (read_line(lines[i], &r))
            fail_msg("read: %s", lines[i]);
    }
}

static void
dates_of_logs_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        int64_t expected;
    } dates[] = {
        {"Nov 30 08:14:03", 1796026443},
        {"Nov  1 08:14:03", 1793520843},
        {"Dec 31 23:59:59", 1767225599}, /* a day to come is last year's */
        {"2026-11-30T09:14:03.123456+01:00", 1796026443},
        {"2026-11-30 08:14:03", 1796026443},
        {"2026-11-30 09:14:03 +0100 [1]", 1796026443},
        {"2026-11-30T08:14:03Z", 1796026443},
        {"<22>1 2026-11-30T08:14:03Z", 1796026443},
        {"<22>Nov 30 08:14:03", 1796026443},
        {"@400000006b0d5d0512345678", 1796037883},
        {"1796026443.123456", 1796026443},
    };
    for (size_t i = 0; i < COUNT(dates); i++) {
        struct rejection r;
        struct buf line = {0};
        buf_format(&line, "%s mail said: 550 5.7.1 [203.0.113.77] is listed at bl.spamcop.net", dates[i].date);
        if (!read_line(line.at, &r))
            fail_msg("not read: %s", line.at);
        if (r.time != dates[i].expected)
            fail_msg("%s is %lld", dates[i].date, (long long)r.time);
        buf_free(&line);
    }
}

static void
exchange_columns_follow_the_fields_line(void **state)
{
    (void)state;
    static const char head[] = "#Fields: date-time,event,data,session-id,remote-endpoint,local-endpoint";
    static const char line[] = "2026-11-30T09:14:03.123Z,<,\"550 5.7.1 blocked using zen.spamhaus.org\",08DC,"
                               "192.0.2.25:25,203.0.113.77:2525";
    struct rejection r;
    char text[ADDR_TEXT];
    assert_false(read_line(head, &r));
    assert_true(read_line(line, &r));
    assert_string_equal(addr_text(&r.receiver.address, text), "192.0.2.25");
    assert_string_equal(addr_text(&r.own.address, text), "203.0.113.77");
    assert_false(read_line("#Fields: date-time,event", &r));
    assert_true(read_line(line, &r));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_of_own_mail_names_receiver_and_list),
        cmocka_unit_test(line_of_own_refusal_is_inbound),
        cmocka_unit_test(line_of_own_resolver_that_is_declined_is_own_fault),
        cmocka_unit_test(refusal_by_local_filter_is_inbound),
        cmocka_unit_test(line_without_refusal_is_none),
        cmocka_unit_test(dates_of_logs_are_read),
        cmocka_unit_test(exchange_columns_follow_the_fields_line),
    };
    return cmocka_run_group_tests_name("log_line", tests, make_marks, free_marks);
}
