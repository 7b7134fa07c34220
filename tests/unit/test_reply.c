#include "bounce/reply.h"

#include "base/buf.h"
#include "base/fault.h"
#include "bounce/advice.h"
#include "bounce/bounce_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rejection_fixture.h"

/* tests/bounce/replies.txt holds the samples and describes their form. */

enum { SAMPLES_LEAST = 60 };

static struct marks *marks;
static size_t taken; /* rejections that the reader of whole inputs handed over */

static void
take(void *arg, struct rejection *r)
{
    if (taken++ == 0)
        *(struct rejection *)arg = *r;
}

static void
read_input(const char *text, struct rejection *r)
{
    struct bounce_reader reader = {.catalogue = catalogue_builtin(), .marks = marks, .take = take, .arg = r};
    *r = (struct rejection){0};
    taken = 0;
    bounce_reader_text(&reader, text, strlen(text));
    if (taken != 1)
        print_error("%zu rejections in: %s\n", taken, text);
}

static void
read(const char *text, struct rejection *r)
{
    *r = (struct rejection){0};
    reply_read(text, strlen(text), catalogue_builtin(), marks, r);
}

/* Reads the samples of the file; `variant` changes their text. Returns the number of differences. */
static size_t
compare(size_t *count, void (*variant)(const char *text, struct buf *out),
        void (*reader)(const char *text, struct rejection *r))
{
    struct buf file = {0}, text = {0};
    struct rejection r;
    char title[128] = "";
    bool in_text = false;
    size_t differences = 0;
    *count = 0;
    rejection_samples("replies.txt", &file);
    for (char *line = file.at, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        *end = '\0';
        end++;
        if (strncmp(line, "=== ", 4) == 0) {
            snprintf(title, sizeof title, "%s", line + 4);
            buf_clear(&text);
            in_text = true;
        } else if (strcmp(line, "---") == 0 && in_text) {
            struct buf changed = {0};
            in_text = false;
            (*count)++;
            variant(buf_string(&text), &changed);
            reader(buf_string(&changed), &r);
            differences += reader == read_input && taken != 1;
            buf_free(&changed);
        } else if (in_text) {
            buf_format(&text, "%s\n", line);
        } else if (*title && *line) {
            differences += !rejection_holds(&r, title, line);
        }
    }
    buf_free(&file);
    buf_free(&text);
    return differences;
}

static void
as_it_is(const char *text, struct buf *out)
{
    buf_text(out, text);
}

static void
with_crlf(const char *text, struct buf *out)
{
    for (; *text; text++)
        buf_format(out, *text == '\n' ? "\r\n" : "%c", *text);
}

static void
with_cr(const char *text, struct buf *out)
{
    for (; *text; text++)
        buf_byte(out, *text == '\n' ? '\r' : *text);
}

static void
quoted(const char *text, struct buf *out)
{
    for (bool begins = true; *text; begins = *text++ == '\n')
        buf_format(out, begins ? "> %c" : "%c", *text);
}

static void
samples_name_address_list_party_and_advice(void **state)
{
    (void)state;
    size_t count;
    assert_int_equal(compare(&count, as_it_is, read), 0);
    assert_in_range(count, SAMPLES_LEAST, SIZE_MAX);
}

static void
samples_with_other_line_ends_and_quoted_say_the_same(void **state)
{
    (void)state;
    size_t count;
    assert_int_equal(compare(&count, with_crlf, read), 0);
    assert_int_equal(compare(&count, with_cr, read), 0);
    assert_int_equal(compare(&count, quoted, read), 0);
}

static void
samples_as_whole_inputs_say_the_same(void **state)
{
    (void)state;
    size_t count;
    assert_int_equal(compare(&count, as_it_is, read_input), 0);
    assert_int_equal(compare(&count, quoted, read_input), 0);
}

static void
folded_bounce_is_read_to_its_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<bob@example.org>: host mx.example.org[198.51.100.25] said: 554 5.7.1 Service\n"
        "    unavailable; Client host [203.0.113.80] blocked using\n"
        "    dnsbl-1.uceprotect.net (in reply to RCPT TO command)\n",
        "> <bob@example.org>: host mx.example.org[198.51.100.25] said: 554 5.7.1 Service\n"
        ">     unavailable; Client host [203.0.113.80] blocked using\n"
        ">     dnsbl-1.uceprotect.net (in reply to RCPT TO command)\n",
        "This is the mail system at host mail.example.net.\n\n"
        "<bob@example.org>: host mx.example.org[198.51.100.25] said: 554 5.7.1 Service\n"
        "\tunavailable; Client host [203.0.113.80] blocked using\n"
        "\tdnsbl-1.uceprotect.net (in reply to RCPT TO command)\n",
        "<bob@example.org>: host mx.example.org[198.51.100.25] said: 554 5.7.1 Service\n"
        "unavailable; Client host [203.0.113.80] blocked using\n"
        "dnsbl-1.uceprotect.net (in reply to RCPT TO command)\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct rejection r;
        read_input(texts[i], &r);
        assert_int_equal(taken, 1);
        assert_int_equal(r.kind, REJECTION_DSN);
        assert_string_equal(r.recipient, "bob@example.org");
        assert_string_equal(r.list.zone, "dnsbl-1.uceprotect.net");
        assert_true(rejection_holds(&r, texts[i], "address = 203.0.113.80"));
    }
}

static void
key_in_a_reply_is_hidden(void **state)
{
    (void)state;
    static const char *const zones[] = {
        "abc123def456abc123def456ab.dbl.dq.spamhaus.net",
        "abc123def456abc123def456ab.xbl.dq.spamhaus.net",
        "abc123def456abc123def456ab.sbl.dq.spamhaus.net",
        "abc123def456abc123def456ab.\n    zen.dq.spamhaus.net",
        "abc123def456.dblack.mail.abusix.zone",
        "abc123def456.df.uribl.com",
        "abc123def456.sip.invaluement.com",
        "abc123def456abc123def456ab.bl.own.example",
        "77.113.0.203.abc123def456.sbl-xbl.dq.spamhaus.net",
    };
    static const char *const forms[] = {
        "554 5.7.1 Client host [203.0.113.77] blocked using %s",
        "Nov 30 09:14:03 mail postfix/smtp[4711]: 4XyZ12345z: to=<bob@example.org>, "
        "relay=mx.example.org[192.0.2.25]:25, "
        "dsn=5.7.1, status=bounced (host mx.example.org[192.0.2.25] said: 554 5.7.1 [203.0.113.77] blocked using %s)",
        "Nov 30 09:14:03 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a.example[203.0.113.77]: 554 5.7.1 Service "
        "unavailable; Client host [203.0.113.77] blocked using %s; from=<a@example.net> to=<bob@example.org>",
        "{\"event\":\"failed\",\"recipient\":\"bob@example.org\",\"delivery-status\":{\"code\":554,\"message\":"
        "\"5.7.1 Client host [203.0.113.77] blocked using %s\"}}",
    };
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        for (size_t k = 0; k < (strchr(zones[i], '\n') ? 1 : sizeof forms / sizeof forms[0]); k++) {
            struct rejection r;
            struct buf text = {0};
            buf_format(&text, forms[k], zones[i]);
            read_input(buf_string(&text), &r);
            buf_free(&text);
            if (strstr(r.text, "abc123") || strstr(r.list.zone, "abc123") || strstr(r.list.name, "abc123") ||
                !*r.list.name)
                fail_msg("form %zu: %s, %s, %s", k, r.text, r.list.zone, r.list.name);
        }
}

static void
octets_of_an_address_are_no_code(void **state)
{
    (void)state;
    struct rejection r;
    read("203.0.113.77 rejected", &r);
    assert_int_equal(r.code, 0);
    read_input("2026-11-30 09:14:03 H=(mail.example.net) [203.0.113.77] F=<alice@example.net> rejected RCPT "
               "<bob@example.org>: 203.0.113.77 is listed at zen.spamhaus.org",
               &r);
    assert_int_equal(r.code, 0);
    assert_string_equal(r.list.zone, "zen.spamhaus.org");
    read_input("{\"event\":\"failed\",\"recipient\":\"bob@example.org\",\"delivery-status\":{\"code\":554,"
               "\"message\":\"5.7.1 Service unavailable; Client host [203.0.113.77] blocked using zen.spamhaus.org\"},"
               "\"envelope\":{\"sending-ip\":\"203.0.113.77\"},\"ip\":\"203.0.113.77\"}",
               &r);
    assert_int_equal(taken, 1);
    assert_int_equal(r.code, 554);
}

static void
successes_in_a_transcript_are_no_rejections(void **state)
{
    (void)state;
    struct rejection r;
    read_input("220 mx.example.org ESMTP\n250 mx.example.org\n250 2.1.0 Ok\n"
               "554 5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org\n221 2.0.0 Bye\n",
               &r);
    assert_int_equal(taken, 1);
    assert_int_equal(r.code, 554);
}

static void
what_the_caller_knows_stays(void **state)
{
    (void)state;
    struct rejection r = {.code = 554, .status = "5.7.1", .receiver = {.host = "mx.example.org"}};
    static const char text[] = "host mx2.example.org[198.51.100.25] said: 450 4.2.1 try later";
    reply_read(text, sizeof text - 1, catalogue_builtin(), marks, &r);
    assert_int_equal(r.code, 554);
    assert_string_equal(r.status, "5.7.1");
    assert_string_equal(r.receiver.host, "mx.example.org");
}

static void
text_without_a_reply_is_none(void **state)
{
    (void)state;
    struct rejection r = {0};
    static const char text[] = "Dear all, lunch is at 12:30 in room 550. Bring 200 spoons.\n";
    assert_false(reply_read(text, sizeof text - 1, catalogue_builtin(), marks, &r));
    assert_false(reply_read("", 0, catalogue_builtin(), marks, &r));
    assert_int_equal(r.code, 0);
}

static void
fail_with(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

static void
built_in_marks_are_well_formed(void **state)
{
    (void)state;
    struct fault fault = {""};
    struct marks *own = marks_new();
    if (!marks_load(own, TEST_SOURCE_ROOT "/data/receivers.conf", fail_with, NULL, &fault))
        fail_msg("%s", fault.text);
    marks_free(own);
}

/* ---- what to do ---- */

static void
say(const char *text, const char *recipient, struct buf *words, struct buf *note)
{
    struct rejection r = {0};
    snprintf(r.recipient, sizeof r.recipient, "%s", recipient);
    r.time = 1796026441;
    reply_read(text, strlen(text), catalogue_builtin(), marks, &r);
    for (size_t i = 0; i < REJECTION_ADVICE && r.advice[i]; i++) {
        advice_words(&r, r.advice[i], words);
        buf_byte(words, '\n');
    }
    advice_note(&r, note);
}

static void
a_listing_is_advised_with_its_page(void **state)
{
    (void)state;
    struct buf words = {0}, note = {0};
    say("554 5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org", "bob@example.org", &words, &note);
    assert_non_null(strstr(buf_string(&words), "whylisted check 203.0.113.77"));
    assert_non_null(strstr(buf_string(&words), "https://check.spamhaus.org/"));
    assert_string_equal(buf_string(&note), "");
    buf_free(&words);
    buf_free(&note);
}

static void
a_dead_list_is_written_to_the_receiver(void **state)
{
    (void)state;
    struct buf words = {0}, note = {0};
    say("host mx.example.org[198.51.100.25] said: 554 [203.0.113.77] blocked using dnsbl.sorbs.net", "bob@example.org",
        &words, &note);
    assert_non_null(strstr(buf_string(&words), "mx.example.org: dnsbl.sorbs.net was shut down in 2024-06"));
    assert_non_null(strstr(buf_string(&note), "To: postmaster@example.org\n"));
    assert_non_null(strstr(buf_string(&note), "203.0.113.77 on 2026-11-30 08:14 UTC"));
    assert_non_null(strstr(buf_string(&note), "remove it from your"));
    buf_free(&words);
    buf_free(&note);
}

static void
a_public_resolver_is_written_to_the_receiver(void **state)
{
    (void)state;
    struct buf words = {0}, note = {0};
    say("host mx.example.org[198.51.100.25] said: 554 [203.0.113.77] blocked using zen.spamhaus.org; Error: open "
        "resolver",
        "bob@example.org", &words, &note);
    assert_non_null(strstr(buf_string(&words), "This is no listing of 203.0.113.77"));
    assert_non_null(strstr(buf_string(&note), "a resolver of your own"));
    buf_free(&words);
    buf_free(&note);
}

/* No command with a word in place of the address, no mailbox of nobody. */
static void
what_the_reply_does_not_name_is_not_made_up(void **state)
{
    (void)state;
    struct buf words = {0}, note = {0};
    say("554 5.7.1 Service unavailable, blocked using zen.spamhaus.org", "", &words, &note);
    assert_null(strstr(buf_string(&words), "the address"));
    assert_non_null(strstr(buf_string(&words), "which address your server sends from"));
    say("554 5.7.1 blocked using zen.spamhaus.org; Error: open resolver", "", &words, &note);
    assert_null(strstr(buf_string(&note), "To:"));
    assert_non_null(strstr(buf_string(&note), "Your server refused mail from our server"));
    buf_free(&words);
    buf_free(&note);
}

static void
a_list_of_domains_is_told_as_one(void **state)
{
    (void)state;
    struct buf words = {0}, note = {0};
    say("550 Message contains a URL listed in multi.surbl.org: example.net from 203.0.113.77", "bob@example.org",
        &words, &note);
    assert_null(strstr(buf_string(&words), "lists 203.0.113.77"));
    assert_non_null(strstr(buf_string(&words), "whylisted domain"));
    buf_free(&words);
    buf_free(&note);
}

static int
set_up(void **state)
{
    (void)state;
    marks = marks_new();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    marks_free(marks);
    return 0;
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_name_address_list_party_and_advice),
        cmocka_unit_test(samples_with_other_line_ends_and_quoted_say_the_same),
        cmocka_unit_test(samples_as_whole_inputs_say_the_same),
        cmocka_unit_test(folded_bounce_is_read_to_its_end),
        cmocka_unit_test(key_in_a_reply_is_hidden),
        cmocka_unit_test(octets_of_an_address_are_no_code),
        cmocka_unit_test(successes_in_a_transcript_are_no_rejections),
        cmocka_unit_test(what_the_caller_knows_stays),
        cmocka_unit_test(text_without_a_reply_is_none),
        cmocka_unit_test(built_in_marks_are_well_formed),
        cmocka_unit_test(a_listing_is_advised_with_its_page),
        cmocka_unit_test(a_dead_list_is_written_to_the_receiver),
        cmocka_unit_test(what_the_reply_does_not_name_is_not_made_up),
        cmocka_unit_test(a_list_of_domains_is_told_as_one),
        cmocka_unit_test(a_public_resolver_is_written_to_the_receiver),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
