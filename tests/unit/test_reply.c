#include "bounce/reply.h"
#include "letter/template.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/inifile.h"
#include "bounce/advice.h"
#include "bounce/bounce_reader.h"
#include "command/bounce_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rejection_fixture.h"

/* tests/bounce/replies.txt holds the samples and describes their form. */

enum { SAMPLES_LEAST = 60 };

static struct marks *marks;

static void
read_input(const char *text, size_t count, struct rejections *out)
{
    struct bounce_reader reader = {
        .catalogue = catalogue_builtin(), .marks = marks, .take = rejections_keep, .arg = out};
    bounce_reader_text(&reader, text, count);
}

static void
read_reply(const char *text, size_t count, struct rejections *out)
{
    reply_read(text, count, catalogue_builtin(), marks, &out->at[out->count++]);
}

static void
samples_name_address_list_party_and_advice(void **state)
{
    (void)state;
    rejections_compare("replies.txt", "", "\n", read_reply, SAMPLES_LEAST);
}

static void
samples_with_other_line_ends_and_quoted_say_the_same(void **state)
{
    (void)state;
    rejections_compare("replies.txt", "", "\r\n", read_reply, SAMPLES_LEAST);
    rejections_compare("replies.txt", "", "\r", read_reply, SAMPLES_LEAST);
    rejections_compare("replies.txt", "> ", "\n", read_reply, SAMPLES_LEAST);
}

static void
samples_as_whole_inputs_say_the_same(void **state)
{
    (void)state;
    rejections_compare("replies.txt", "", "\n", read_input, SAMPLES_LEAST);
    rejections_compare("replies.txt", "> ", "\n", read_input, SAMPLES_LEAST);
}

/* Returns the only rejection in a text. */
static struct rejection
only(const char *text)
{
    struct rejections found = {.count = 0};
    read_input(text, strlen(text), &found);
    if (found.count != 1)
        fail_msg("%zu rejections in: %s", found.count, text);
    return found.at[0];
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
        struct rejection r = only(texts[i]);
        char address[ADDR_TEXT];
        assert_int_equal(r.kind, REJECTION_DSN);
        assert_string_equal(r.recipient, "bob@example.org");
        assert_string_equal(r.list.zone, "dnsbl-1.uceprotect.net");
        assert_string_equal(addr_text(&r.own.address, address), "203.0.113.80");
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
            struct buf text = {0};
            buf_format(&text, forms[k], zones[i]);
            struct rejection r = only(buf_string(&text));
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
    static const char bare[] = "203.0.113.77 rejected";
    struct rejection r = {0};
    reply_read(bare, sizeof bare - 1, catalogue_builtin(), marks, &r);
    assert_int_equal(r.code, 0);
    r = only("2026-11-30 09:14:03 H=(mail.example.net) [203.0.113.77] F=<alice@example.net> rejected RCPT "
             "<bob@example.org>: 203.0.113.77 is listed at zen.spamhaus.org");
    assert_int_equal(r.code, 0);
    assert_string_equal(r.list.zone, "zen.spamhaus.org");
    r = only("{\"event\":\"failed\",\"recipient\":\"bob@example.org\",\"delivery-status\":{\"code\":554,"
             "\"message\":\"5.7.1 Service unavailable; Client host [203.0.113.77] blocked using zen.spamhaus.org\"},"
             "\"envelope\":{\"sending-ip\":\"203.0.113.77\"},\"ip\":\"203.0.113.77\"}");
    assert_int_equal(r.code, 554);
}

static void
successes_in_a_transcript_are_no_rejections(void **state)
{
    (void)state;
    struct rejection r = only("220 mx.example.org ESMTP\n250 mx.example.org\n250 2.1.0 Ok\n"
                              "554 5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org\n221 2.0.0 Bye\n");
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

/* A mark as receivers.conf writes it, and a reply that it fits. */
struct declared {
    char section[128], list[128], filter[128], party[32], advice[64], means[256], code[16], status[16];
    struct buf reply;
    bool has_words;
};

/* Appends the first of alternatives, as a reply could have it. */
static void
add_words(struct buf *reply, const char *words)
{
    size_t count = (size_t)(strstr(words, " | ") ? strstr(words, " | ") - words : (ptrdiff_t)strlen(words));
    buf_byte(reply, ' ');
    for (size_t i = 0; i < count; i++) {
        bool escaped = words[i] == '\\';
        if (escaped)
            buf_byte(reply, '0');
        else if (words[i] != '*')
            buf_byte(reply, words[i]);
        else if (i > 0 && i + 1 < count)
            buf_byte(reply, ' ');
        i += escaped;
    }
}

/* The status that a mark must lead to, by what it declares: 2 only for a list of addresses that counts by itself. */
static enum exit_status
declared_status(const struct declared *d)
{
    const struct list *list = *d->list ? catalogue_find(catalogue_builtin(), d->list) : NULL;
    if (strcmp(d->party, "receiver") == 0 || strcmp(d->party, "recipient") == 0)
        return STATUS_CLEAR;
    if (list && strcmp(d->party, "sender") == 0 && list->scope == SCOPE_IP && list->weight >= LIST_DIRECT_WEIGHT)
        return STATUS_DIRECT;
    if (list || strcmp(d->party, "provider") == 0)
        return list && (list->weight == 0 || list->scope == SCOPE_DOMAIN) ? STATUS_CLEAR : STATUS_COLLATERAL;
    if (strstr(d->advice, "rate") || strstr(d->advice, "ptr") || strstr(d->advice, "content"))
        return STATUS_CLEAR;
    return *d->list || *d->filter || strncmp(d->advice, "postmaster", 10) == 0 ? STATUS_UNKNOWN : STATUS_CLEAR;
}

/* Reads the reply of a mark. Returns whether that mark fitted, and no other. */
static bool
mark_leads_to_status(const struct declared *d)
{
    struct buf reply = {0};
    struct rejection r = {.kind = REJECTION_REPLY};
    bool is_temporary = *d->status == '4' || strcmp(d->advice, "retry") == 0;
    buf_format(&reply, "%s %s [203.0.113.77]%s",
               *d->code       ? d->code
               : is_temporary ? "450"
                              : "550",
               d->status, buf_string(&d->reply));
    reply_read(reply.at, reply.count, catalogue_builtin(), marks, &r);
    bool fits = strcmp(r.meaning, d->means) == 0 || (*d->list && strcmp(r.list.zone, d->list) == 0);
    if (fits && bounce_status(&r) != declared_status(d))
        fail_msg("[%s] '%s' leads to %d, not %d", d->section, reply.at, bounce_status(&r), declared_status(d));
    if (fits && *d->party && strcmp(rejection_party_name(r.party), d->party) != 0)
        fail_msg("[%s] '%s': %s, not %s", d->section, reply.at, rejection_party_name(r.party), d->party);
    buf_free(&reply);
    return fits;
}

struct declarations {
    struct declared now;
    size_t marks, fitted;
};

static void
end_declared(struct declarations *all)
{
    bool is_mark = strncmp(all->now.section, "mark ", 5) == 0, fits = is_mark && mark_leads_to_status(&all->now);
    if (is_mark && !fits)
        print_message("[%s]: '%s' fits another mark\n", all->now.section, buf_string(&all->now.reply));
    all->marks += is_mark;
    all->fitted += fits;
    buf_free(&all->now.reply);
    all->now = (struct declared){.has_words = false};
}

static bool
take_entry(void *arg, const struct inifile_entry *entry, struct fault *fault)
{
    struct declarations *all = arg;
    struct declared *d = &all->now;
    const struct {
        const char *key;
        char *text;
        size_t room;
    } texts[] = {{"list", d->list, sizeof d->list},      {"filter", d->filter, sizeof d->filter},
                 {"party", d->party, sizeof d->party},   {"advice", d->advice, sizeof d->advice},
                 {"means", d->means, sizeof d->means},   {"code", d->code, 4},
                 {"status", d->status, sizeof d->status}};
    (void)fault;
    if (strcmp(d->section, entry->section) != 0)
        end_declared(all);
    snprintf(d->section, sizeof d->section, "%s", entry->section);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(entry->key, texts[i].key) == 0)
            snprintf(texts[i].text, texts[i].room, "%s", entry->value);
    d->status[strcspn(d->status, " -|")] = '\0';
    if (strcmp(entry->key, "also") == 0 || (strcmp(entry->key, "words") == 0 && !d->has_words))
        add_words(&d->reply, entry->value);
    d->has_words = d->has_words || strcmp(entry->key, "words") == 0;
    return true;
}

static void
each_mark_leads_to_the_status_of_its_kind(void **state)
{
    (void)state;
    static struct declarations all;
    struct fault fault;
    if (!inifile_read(TEST_SOURCE_ROOT "/data/receivers.conf", take_entry, &all, &fault))
        fail_msg("%s", fault.text);
    end_declared(&all);
    assert_in_range(all.marks, 60, SIZE_MAX);
    assert_int_equal(all.fitted, all.marks);
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
    letter_put_note(note, &r);
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
    assert_non_null(strstr(buf_string(&note), " Time       2026-11-30 08:14 UTC\n"));
    assert_non_null(strstr(buf_string(&note), "Please remove dnsbl.sorbs.net from the configuration"));
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
    assert_non_null(strstr(buf_string(&note), "To: (no contact known)\n"));
    assert_non_null(strstr(buf_string(&note), "Your server refused our mail."));
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
        cmocka_unit_test(each_mark_leads_to_the_status_of_its_kind),
        cmocka_unit_test(a_listing_is_advised_with_its_page),
        cmocka_unit_test(a_dead_list_is_written_to_the_receiver),
        cmocka_unit_test(what_the_reply_does_not_name_is_not_made_up),
        cmocka_unit_test(a_list_of_domains_is_told_as_one),
        cmocka_unit_test(a_public_resolver_is_written_to_the_receiver),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
