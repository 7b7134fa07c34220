#include "base/clock.h"
#include "bounce/bounce_reader.h"
#include "bounce/needles.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "rejection_fixture.h"
#include "temp_dir.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define POSTFIX                                                                                                        \
    "Nov 30 09:14:03 mail postfix/smtp[4711]: 4XyZ12345z: to=<user@example.org>, "                                     \
    "relay=mx.example.org[192.0.2.25]:25, "                                                                            \
    "delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host mx.example.org[192.0.2.25] said: 554 5.7.1 Client host " \
    "[203.0.113.77] blocked using zen.spamhaus.org)"
#define DULL                                                                                                           \
    "Nov 30 09:14:02 mail postfix/qmgr[22]: 4XyZ12345z: from=<a@example.com>, size=1234, nrcpt=1 (queue active)\n"
#define MAIL                                                                                                           \
    "From: MAILER-DAEMON@example.com\nTo: a@example.com\nSubject: Undelivered Mail Returned to Sender\n\n"             \
    "<user@example.org>: host mx.example.org[192.0.2.25] said: 554 5.7.1 Client host\n"                                \
    "    [203.0.113.77] blocked using zen.spamhaus.org (in reply to RCPT TO command)\n"
#define SEPARATOR "From MAILER-DAEMON Mon Nov 30 09:14:03 2026\n"
#define EVENT                                                                                                          \
    "{\"event\":\"failed\",\"recipient\":\"user@example.org\",\"timestamp\":1796026443.5,\"delivery-status\":{"        \
    "\"message\":\"5.7.1 Client host [203.0.113.77] blocked using zen.spamhaus.org\",\"code\":554,\"mx-host\":"        \
    "\"mx.example.org\"}}"

enum { SAMPLES_LEAST = 30 };

static struct marks *marks;
static struct rejection found[64];
static size_t count;

static int
make_marks(void **state)
{
    setenv("TZ", "UTC", 1);
    marks = marks_new();
    return temp_dir_make(state);
}

static int
free_marks(void **state)
{
    marks_free(marks);
    return temp_dir_remove(state);
}

static void
take(void *arg, struct rejection *r)
{
    (void)arg;
    if (count < COUNT(found))
        found[count] = *r;
    count++;
}

static struct bounce_reader
new_reader(void)
{
    count = 0;
    return (struct bounce_reader){.catalogue = catalogue_builtin(), .marks = marks, .take = take};
}

static struct bounce_reader_counts
read_bytes(const char *bytes, size_t size)
{
    struct bounce_reader reader = new_reader();
    struct fault fault;
    if (!bounce_reader_path(&reader, temp_dir_put_bytes("input", bytes, size), &fault))
        fail_msg("%s", fault.text);
    return reader.counts;
}

static struct bounce_reader_counts
read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void
assert_rejection(size_t i, enum rejection_kind kind, unsigned long line, unsigned long message)
{
    char text[ADDR_TEXT];
    assert_true(i < count);
    assert_int_equal(found[i].kind, kind);
    assert_string_equal(addr_text(&found[i].own.address, text), "203.0.113.77");
    assert_string_equal(found[i].list.zone, "zen.spamhaus.org");
    assert_int_equal(found[i].source.line, line);
    assert_int_equal(found[i].source.message, message);
}

/* ---- what an input is ---- */

static void
log_gives_a_rejection_with_its_line(void **state)
{
    (void)state;
    struct bounce_reader_counts counts = read_text(DULL DULL POSTFIX "\n" DULL POSTFIX);
    assert_int_equal(count, 2);
    assert_rejection(0, REJECTION_LOG, 3, 0);
    assert_rejection(1, REJECTION_LOG, 5, 0);
    assert_int_equal(counts.cut, 0);
}

static void
packed_log_is_read_as_the_plain_one(void **state)
{
    (void)state;
    struct bounce_reader reader = new_reader();
    struct fault fault;
    assert_true(bounce_reader_path(&reader, temp_dir_pack("mail.log.gz", DULL POSTFIX "\n" DULL), &fault));
    assert_int_equal(count, 1);
    assert_rejection(0, REJECTION_LOG, 2, 0);
    assert_int_equal(reader.counts.lines, 3);
}

static void
damaged_packed_file_is_a_fault_that_names_it(void **state)
{
    (void)state;
    struct bounce_reader reader = new_reader();
    struct fault fault;
    const char *path = temp_dir_pack("cut.gz", DULL POSTFIX "\n" DULL);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size / 2), 0);
    assert_false(bounce_reader_path(&reader, path, &fault));
    assert_non_null(strstr(fault.text, "cut.gz: its packed content is damaged or incomplete"));
}

static void
line_ends_make_no_difference(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static const char *const inputs[] = {DULL POSTFIX "\n" DULL, MAIL, SEPARATOR MAIL "\n" SEPARATOR MAIL,
                                         EVENT "\n" EVENT "\n"};
    static const size_t expected[] = {1, 1, 2, 2};
    for (size_t i = 0; i < COUNT(inputs); i++)
        for (size_t e = 0; e < COUNT(ends); e++) {
            struct buf text = {0};
            for (const char *at = inputs[i]; *at; at++)
                *at == '\n' ? buf_text(&text, ends[e]) : buf_byte(&text, *at);
            read_text(text.at);
            if (count != expected[i])
                fail_msg("input %zu with end %zu gives %zu", i, e, count);
            buf_free(&text);
        }
}

static void
mbox_gives_one_message_after_the_other(void **state)
{
    (void)state;
    struct bounce_reader_counts counts = read_text(SEPARATOR MAIL "From here on this is text\n\n" SEPARATOR MAIL);
    assert_int_equal(counts.mails, 2);
    assert_int_equal(count, 2);
    assert_rejection(0, REJECTION_DSN, 1, 1);
    assert_rejection(1, REJECTION_DSN, 10, 2);
}

static void
maildir_gives_the_mails_of_new_and_cur(void **state)
{
    (void)state;
    struct bounce_reader reader = new_reader();
    struct fault fault;
    static const char *const folders[] = {"box", "box/cur", "box/new", "box/tmp"};
    for (size_t i = 0; i < COUNT(folders); i++)
        assert_int_equal(mkdir(temp_dir_path(folders[i]), 0700), 0);
    temp_dir_put("box/cur/2.a:2,S", MAIL);
    temp_dir_put("box/new/1.a", MAIL);
    temp_dir_put("box/tmp/3.a", MAIL);
    assert_true(bounce_reader_path(&reader, temp_dir_path("box"), &fault));
    assert_int_equal(count, 2);
    assert_non_null(strstr(found[0].source.file, "box/new/1.a"));
    assert_non_null(strstr(found[1].source.file, "box/cur/2.a:2,S"));
    for (size_t i = 0; i < 3; i++)
        unlink(temp_dir_path((const char *const[]){"box/cur/2.a:2,S", "box/new/1.a", "box/tmp/3.a"}[i]));
    for (size_t i = COUNT(folders); i-- > 0;)
        rmdir(temp_dir_path(folders[i]));
}

/* Logs as PowerShell writes them, and as other programs do, without a mark. */
static void
text_in_utf_16_is_read(void **state)
{
    (void)state;
    for (unsigned form = 0; form < 4; form++) {
        struct buf text = {0};
        bool is_high = form % 2, has_mark = form / 2;
        if (has_mark)
            buf_text(&text, is_high ? "\xFE\xFF" : "\xFF\xFE");
        for (const char *at = DULL POSTFIX "\r\n"; *at; at++)
            buf_bytes(&text, (char[]){is_high ? '\0' : *at, is_high ? *at : '\0'}, 2);
        read_bytes(text.at, text.count);
        buf_free(&text);
        assert_int_equal(count, 1);
        assert_rejection(0, REJECTION_LOG, 2, 0);
    }
}

static void
missing_file_is_a_fault_that_names_it(void **state)
{
    (void)state;
    struct bounce_reader reader = new_reader();
    struct fault fault;
    assert_false(bounce_reader_path(&reader, "/nowhere/mail", &fault));
    assert_string_equal(fault.text, "cannot open /nowhere/mail: No such file or directory");
}

static void
pasted_reply_is_a_reply(void **state)
{
    (void)state;
    read_text("554 5.7.1 Service unavailable; Client host [203.0.113.77] blocked\nusing zen.spamhaus.org\n");
    assert_int_equal(count, 1);
    assert_rejection(0, REJECTION_REPLY, 1, 0);
    read_text("550-5.7.1 [203.0.113.77]\n550 5.7.1 is listed at zen.spamhaus.org\n"
              "554 5.7.1 [203.0.113.77] blocked using zen.spamhaus.org\n");
    assert_int_equal(count, 2);
    assert_rejection(1, REJECTION_REPLY, 3, 0);
}

/* A list of replies that is too long to be pasted is read as a log. */
static void
long_list_of_replies_is_read_to_its_end(void **state)
{
    (void)state;
    enum { REPLIES = 6000 };
    struct buf text = {0};
    for (int i = 0; i < REPLIES; i++)
        buf_format(&text, "554 5.7.1 mail %d from [203.0.113.77] blocked using zen.spamhaus.org\n", i);
    read_text(text.at);
    assert_int_equal(count, REPLIES);
    assert_rejection(9, REJECTION_REPLY, 10, 0);
    buf_free(&text);
}

static void
text_without_rejection_is_none(void **state)
{
    (void)state;
    read_text("Dear all,\nthe meeting is at ten.\n");
    assert_int_equal(count, 1);
    assert_int_equal(found[0].kind, REJECTION_NONE);
    read_text("");
    assert_int_equal(count, 0);
    read_text(DULL DULL);
    assert_int_equal(count, 0);
}

static void
logs_behind_a_head_line_and_texts_with_a_mailbox_have_no_rejection(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "-- Journal begins at Mon 2026-11-02 10:00:00 UTC. --\n" DULL
        "Nov 30 09:14:03 mail postfix/smtp[1]: 4X: to=<bob@example.org>, relay=mx.example.org[198.51.100.25]:25, "
        "dsn=2.0.0, status=sent (250 2.0.0 Ok)\n",
        "==> /var/log/mail.log <==\n"
        "Nov 30 09:14:03 mail postfix/smtpd[1]: 4X: client=x[203.0.113.77], sasl_username=alice@example.net\n",
        "==> /var/log/exim4/mainlog <==\n"
        "2026-11-30 09:14:03 H=mail.example.com [203.0.113.77] Warning: 203.0.113.77 is listed in zen.spamhaus.org\n"
        "2026-11-30 09:14:03 1tHabc-000000012Ab-0XyZ <= x@example.com H=mail.example.com [203.0.113.77] for "
        "b@a.example\n",
        "postfix/smtp[99]: 4X: to=<bob@example.org>, relay=mx.example.org[198.51.100.25]:25, dsn=2.0.0, status=sent "
        "(250 ok)\n",
        "Meeting with bob@example.org at 10:00 in room 554. Server 198.51.100.25 moves; reject old invitations.\n",
        "hello world, nothing here bob@example.org\n",
        "bob@example.org told me his server 198.51.100.25 has blocked our address. Is Spamhaus the reason?\n",
        "Is 203.0.113.77 blocked at dnsbl-1.uceprotect.net, and why? Please answer.\n",
        "zen.spamhaus.org\n",
        "198.51.100.7 - - [30/Nov/2026:09:14:03 +0000] \"GET /?u=bob@example.org HTTP/1.1\" 550 5123 "
        "\"https://check.spamhaus.org/query/ip/203.0.113.77\" \"Mozilla/5.0\"\n",
        "smtpd_recipient_restrictions = permit_mynetworks,\n    reject_rbl_client zen.spamhaus.org,\n"
        "    reject_unauth_destination\nmynetworks = 203.0.113.0/24 198.51.100.25\n",
        "postscreen_dnsbl_sites = zen.spamhaus.org*3\n    dnsbl-1.uceprotect.net*1\npostscreen_blacklist_action = "
        "drop\n",
        "{\"request\":\"GET /?u=https://check.spamhaus.org/query/ip/203.0.113.77 HTTP/1.1\",\"status\":\"550\"}\n",
        "From: alice@example.net\nSubject: Delivery problem\n\nYour server 198.51.100.25 has blocked us. Is Spamhaus "
        "the "
        "reason?\nAlice\n",
        "Delivery to bob@example.org fails, his server 198.51.100.25 blocks us. Is Spamhaus the reason?\n",
        "I think our mails are blocked since 203.0.113.77 is on UCEPROTECT.\n",
        "deny message = rejected because $sender_host_address is in a black list at $dnslist_domain\n"
        "     dnslists = zen.spamhaus.org : bl.spamcop.net\n",
        "H=mail.example.com [203.0.113.77] Warning: 203.0.113.77 is listed in zen.spamhaus.org\n",
        "Dear all, room 550 is full. Bob said that zen.spamhaus.org lists many people.\n",
        "The invoice is 554 dollars, and 203.0.113.77 is our server. dnsbl-2.uceprotect.net is a list.\n",
        "Hello, we spent 550 euros for a server at 198.51.100.25. I read about dnsbl-1.uceprotect.net yesterday.\n",
        "From: alice@example.net\nSubject: lunch\n\nWe have 550 guests. Zone zen.spamhaus.org is a DNSBL.\n",
        "Nov 30 09:14:03 web nginx: 203.0.113.77 - - [30/Nov/2026:09:14:03 +0000] \"GET /?q=host+mx.example.org["
        "198.51.100.25]+said: 550 5.7.1 blocked using zen.spamhaus.org HTTP/1.1\" 200 12\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        for (size_t r = 0; r < count; r++)
            if (found[r].kind != REJECTION_NONE || *found[r].list.name)
                fail_msg("'%s' is taken for a rejection", texts[i]);
    }
}

static void
replies_without_code_are_rejections(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Client host [203.0.113.77] blocked using zen.spamhaus.org\n",
        "203.0.113.77 steht auf der Sperrliste zen.spamhaus.org\n",
        "reject_rbl_client bl.spamcop.net\n[203.0.113.77] rejected, see zen.spamhaus.org\n",
        "554 5.7.1 [203.0.113.77] rejected by reject_rbl_client zen.spamhaus.org\n",
        "Warning: it said: 554 5.7.1 [203.0.113.77] listed at zen.spamhaus.org. What shall I do?\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        assert_int_equal(count, 1);
        assert_int_not_equal(found[0].kind, REJECTION_NONE);
        assert_string_equal(found[0].list.zone, "zen.spamhaus.org");
    }
}

#define KEY "abcdefghijklmnopqrstuvwxy2"

static void
keys_are_in_no_field(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Nov 30 09:14:03 mail postfix/smtp[1]: 4X: to=<bob@" KEY ".zen.dq.spamhaus.net>, relay=" KEY
        ".zen.dq.spamhaus.net[192.0.2.25]:25, dsn=5.7.1, status=bounced (host " KEY
        ".zen.dq.spamhaus.net[192.0.2.25] said: 554 5.7.1 [203.0.113.77] blocked using " KEY ".zen.dq.spamhaus.net)\n",
        "<bob@example.org>: host mx.example.org[198.51.100.25] said: 550 5.7.1 [203.0.113.77] blocked using " KEY
        "\n    .zen.dq.spamhaus.net (in reply to RCPT TO command)\n",
        "550 5.7.1 [203.0.113.77] blocked using " KEY ".\n    zen.dq.spamhaus.net\n",
        "{\"event\":\"bounce\",\"email\":\"bob@" KEY ".zen.dq.spamhaus.net\",\"reason\":\"550 5.7.1 blocked\"}\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        assert_int_equal(count, 1);
        assert_null(strstr(found[0].recipient, KEY));
        assert_null(strstr(found[0].receiver.host, KEY));
        assert_null(strstr(found[0].text, KEY));
    }
}

/* ---- events ---- */

static void
event_is_read_in_each_layout(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t expected;
    } cases[] = {
        {EVENT, 1},
        {EVENT "\n" EVENT "\n", 2},
        {"[" EVENT ",\n" EVENT "]", 2},
        {"{\n  \"Message\": "
         "\"{\\\"bounce\\\":{\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"user@example.org\\\","
         "\\\"diagnosticCode\\\":\\\"smtp; 554 5.7.1 Client host [203.0.113.77] blocked using "
         "zen.spamhaus.org\\\"}]}}\""
         "\n}\n",
         1},
        {"{\"MESSAGE\":\"4XyZ: to=<user@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=1, delays=0/0/1/0, "
         "dsn=5.7.1, status=bounced (host mx.example.org[192.0.2.25] said: 554 5.7.1 Client host [203.0.113.77] "
         "blocked "
         "using zen.spamhaus.org)\",\"SYSLOG_IDENTIFIER\":\"postfix/smtp\",\"__REALTIME_TIMESTAMP\":"
         "\"1796026443000000\"}\n",
         1},
        {"{\"event\":\"broken\n" EVENT "\n", 1},
        {"{\"event\":{\"broken\":1\n" EVENT "\n", 1},
        {"{\"event\":\"delivered\",\"recipient\":\"user@example.org\"}\n", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        read_text(cases[i].text);
        if (count != cases[i].expected)
            fail_msg("%zu rejections in %s", count, cases[i].text);
        for (size_t k = 0; k < count; k++) {
            assert_string_equal(found[k].list.zone, "zen.spamhaus.org");
            assert_string_equal(found[k].recipient, "user@example.org");
            assert_int_equal(found[k].code, 554);
        }
    }
}

static void
event_says_time_and_receiver(void **state)
{
    (void)state;
    read_text(EVENT);
    assert_rejection(0, REJECTION_EVENT, 1, 1);
    assert_int_equal(found[0].time, 1796026443);
    assert_string_equal(found[0].receiver.host, "mx.example.org");
}

/* Its address and subject are those of a mail that arrived. */
static void
event_of_a_mail_that_arrived_is_no_rejection(void **state)
{
    (void)state;
    static const char *const events[] = {
        "{\"event\":\"open\",\"email\":\"bob@example.org\",\"url\":\"https://www.spamhaus.org/query/ip/203.0.113.77\"}",
        "{\"event\":\"delivered\",\"subject\":\"550 5.7.1 listed at zen.spamhaus.org\",\"response\":\"250 OK\"}",
        ("{\"type\":\"email.clicked\",\"data\":{\"click\":{\"link\":\"https://x.example/blocked 554 "
         "zen.spamhaus.org\"}}}"),
        "{\"type\":\"failure\",\"message\":\"disk error\"}",
        ("{\"RecordType\":\"Bounce\",\"Type\":\"AutoResponder\",\"Email\":\"bob@example.org\",\"Description\":"
         "\"Automatic "
         "email responder\"}"),
        "{\"RecordType\":\"Delivery\",\"Details\":\"550 5.7.1 blocked using zen.spamhaus.org\"}",
    };
    for (size_t i = 0; i < COUNT(events); i++) {
        read_text(events[i]);
        for (size_t k = 0; k < count; k++)
            if (found[k].kind != REJECTION_NONE)
                fail_msg("%s", events[i]);
    }
}

static void
queue_of_any_length_names_each_recipient(void **state)
{
    (void)state;
    enum { MAILS = 2500 }; /* more than the piece by which an input is told */
    struct buf text = {0};
    buf_text(&text, "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n");
    for (unsigned i = 0; i < MAILS; i++)
        buf_format(&text,
                   "4XyZ1ab%04u*    1234 Mon Nov 30 09:14:03  alice@example.net\n(host mx.example.org[198.51.100.25] "
                   "said: 450 4.7.1 Client host [203.0.113.77] blocked using dnsbl-2.uceprotect.net (in reply to RCPT "
                   "TO command))\n          bob%u@example.org\n\n",
                   i, i);
    assert_true(text.count > 512 * 1024);
    read_bytes(text.at, text.count);
    assert_int_equal(count, MAILS);
    assert_string_equal(found[7].recipient, "bob7@example.org");
    assert_int_equal(found[7].level, 2);
    buf_free(&text);
}

static void
bare_reply_about_a_recipient_names_it(void **state)
{
    (void)state;
    read_text("550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual mailbox table\n");
    assert_int_equal(count, 1);
    assert_string_equal(found[0].recipient, "bob@example.org");
    read_text("554 5.7.1 <alice@example.net>: Sender address rejected: Access denied\n");
    assert_string_equal(found[0].recipient, "");
    read_text(
        "220 mx.example.org ESMTP\nEHLO mail.example.net\n250 mx.example.org\nMAIL FROM:<a@example.net>\n250 2.1.0 "
        "Ok\nRCPT TO:<bob@example.org>\n554 5.7.1 Client host [203.0.113.77] blocked using "
        "dnsbl-2.uceprotect.net\nQUIT\n221 2.0.0 Bye\n");
    assert_string_equal(found[0].recipient, "bob@example.org");
    assert_string_equal(found[0].text, "554 5.7.1 Client host [203.0.113.77] blocked using dnsbl-2.uceprotect.net");
    assert_int_equal(found[0].level, 2);
}

static void
mail_without_a_date_has_that_of_its_newest_hop(void **state)
{
    (void)state;
    read_text("Received: from a by b.example.net; Mon, 30 Nov 2026 09:14:01 +0100\nReceived: from c by a; Sun, 29 Nov "
              "2026 09:14:01 +0100\nFrom: MAILER-DAEMON@b.example.net\nSubject: Undelivered\n\n<bob@example.org>: host "
              "mx.example.org[198.51.100.25] said: 550 5.1.1 User unknown\n");
    assert_int_equal(count, 1);
    assert_int_equal(found[0].time, 1796026441);
}

static void
bounce_event_without_a_reply_is_a_rejection(void **state)
{
    (void)state;
    read_text("{\"type\":\"email.bounced\",\"data\":{\"to\":[\"bob@example.org\"],\"bounce\":{\"message\":\"The "
              "recipient's email address is on the suppression list\",\"type\":\"Permanent\"}}}");
    assert_int_equal(count, 1);
    assert_int_equal(found[0].kind, REJECTION_EVENT);
    assert_string_equal(found[0].recipient, "bob@example.org");
    assert_non_null(strstr(found[0].text, "suppression list"));
    read_text("{\"event\":\"bounce\",\"email\":\"bob@example.org\",\"reason\":\"Mailbox full\"}");
    assert_int_equal(count, 1);
    assert_int_equal(found[0].party, PARTY_RECIPIENT);
    read_text("{\"event\":\"bounce\",\"email\":\"bob@example.org\"}");
    assert_int_equal(count, 1);
    assert_string_equal(found[0].recipient, "bob@example.org");
}

static void
complaint_event_is_a_complaint(void **state)
{
    (void)state;
    static const char *const events[] = {
        "{\"event\":\"complained\",\"recipient\":\"user@example.org\"}",
        "{\"event\":\"spamreport\",\"email\":\"user@example.org\"}",
        "{\"RecordType\":\"SpamComplaint\",\"Email\":\"user@example.org\"}",
        ("{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":"
         "\"user@example.org\"}]}}"),
    };
    for (size_t i = 0; i < COUNT(events); i++) {
        read_text(events[i]);
        assert_int_equal(count, 1);
        assert_int_equal(found[0].kind, REJECTION_COMPLAINT);
    }
}

/* ---- hostile inputs ---- */

static char *
repeat(const char *text, size_t times, size_t *size)
{
    struct buf all = {0};
    for (size_t i = 0; i < times; i++)
        buf_text(&all, text);
    *size = all.count;
    return buf_take(&all);
}

static void
line_that_is_too_long_is_cut_and_the_next_is_read(void **state)
{
    (void)state;
    size_t size;
    char *line = repeat("reject said: dsn=5 ", 200 * 1000, &size);
    struct buf text = {0};
    buf_format(&text, "%s%s\n%s\n", DULL, line, POSTFIX);
    struct bounce_reader_counts counts = read_text(text.at);
    assert_int_equal(count, 1);
    assert_rejection(0, REJECTION_LOG, 3, 0);
    assert_true(counts.cut > 0);
    buf_free(&text);
    free(line);
}

static void
mail_that_is_too_long_is_counted_as_cut(void **state)
{
    (void)state;
    struct buf mail = {0};
    buf_text(&mail, MAIL);
    assert_int_equal(read_text(mail.at).cut, 0);
    for (size_t i = 0; i < 20000; i++)
        buf_format(&mail, "<u%zu@example.org>: host mx.example.org[192.0.2.25] said: 550 5.1.1 unknown\n\n", i);
    assert_int_equal(read_text(mail.at).cut, 1);
    buf_free(&mail);
}

static void
hostile_inputs_are_read_to_their_end(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "[",   "{",         "{\"a\":",   "\"",        "\\",         "From ", "\nFrom a 1:1\n",
        "550", "550-x\n",   "550 x\n",   "\xff\xfe",  "{\"a\":\"{", "\r",    "said: 550 ",
        "}",   "[[{}],[{}", "#Fields: ", "1,2,<,\"5", "<1>",        "@4"};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        size_t size;
        char *text = repeat(pieces[i], 100 * 1000, &size);
        struct bounce_reader_counts counts = read_bytes(text, size);
        assert_int_equal(counts.bytes, size);
        free(text);
    }
    char *zeros = calloc(1, 300 * 1000);
    read_bytes(zeros, 300 * 1000);
    free(zeros);
}

/* ---- words ---- */

static void
needles_find_a_word_in_either_case(void **state)
{
    (void)state;
    static const char *const words[] = {"abcd", "reject", "ject:", " ** "};
    static const char sample[] = "reject rejects the rejected, re-entry";
    static const struct {
        const char *text;
        int expected;
    } cases[] = {
        {"", -1},          {"abc", -1},        {"abcd", 0},       {"xabcd", 1},         {"xxABcDx", 2},
        {"xxxreject:", 3}, {"reJECT", 0},      {"inject:", 2},    {"a ** b", 1},        {"a * * b", -1},
        {"aabcaabcd", 5},  {"rejecrejec", -1}, {"rejerejec", -1}, {"xxrejecreject", 7},
    };
    struct needles *needles = needles_new(words, COUNT(words), sample, sizeof sample - 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *at = needles_find(needles, cases[i].text, strlen(cases[i].text));
        if ((at ? (int)(at - cases[i].text) : -1) != cases[i].expected)
            fail_msg("in \"%s\" at %d", cases[i].text, at ? (int)(at - cases[i].text) : -1);
    }
    needles_free(needles);
}

static void
read_sample(const char *text, size_t bytes, struct rejections *out)
{
    struct bounce_reader reader = {
        .catalogue = catalogue_builtin(), .marks = marks, .take = rejections_keep, .arg = out};
    bounce_reader_text(&reader, text, bytes);
}

static void
samples_of_logs_name_both_sides_list_and_party(void **state)
{
    (void)state;
    rejections_compare("logs.txt", "", "\n", read_sample, SAMPLES_LEAST);
    rejections_compare("logs.txt", "", "\r\n", read_sample, SAMPLES_LEAST);
    rejections_compare("logs.txt", "", "\r", read_sample, SAMPLES_LEAST);
}

static void
samples_of_events_name_recipient_list_and_party(void **state)
{
    (void)state;
    rejections_compare("events.txt", "", "\n", read_sample, SAMPLES_LEAST);
    rejections_compare("events.txt", "", "\r\n", read_sample, SAMPLES_LEAST);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_logs_name_both_sides_list_and_party),
        cmocka_unit_test(samples_of_events_name_recipient_list_and_party),
        cmocka_unit_test(log_gives_a_rejection_with_its_line),
        cmocka_unit_test(packed_log_is_read_as_the_plain_one),
        cmocka_unit_test(damaged_packed_file_is_a_fault_that_names_it),
        cmocka_unit_test(line_ends_make_no_difference),
        cmocka_unit_test(mbox_gives_one_message_after_the_other),
        cmocka_unit_test(maildir_gives_the_mails_of_new_and_cur),
        cmocka_unit_test(missing_file_is_a_fault_that_names_it),
        cmocka_unit_test(text_in_utf_16_is_read),
        cmocka_unit_test(pasted_reply_is_a_reply),
        cmocka_unit_test(long_list_of_replies_is_read_to_its_end),
        cmocka_unit_test(text_without_rejection_is_none),
        cmocka_unit_test(replies_without_code_are_rejections),
        cmocka_unit_test(keys_are_in_no_field),
        cmocka_unit_test(logs_behind_a_head_line_and_texts_with_a_mailbox_have_no_rejection),
        cmocka_unit_test(event_is_read_in_each_layout),
        cmocka_unit_test(event_says_time_and_receiver),
        cmocka_unit_test(event_of_a_mail_that_arrived_is_no_rejection),
        cmocka_unit_test(queue_of_any_length_names_each_recipient),
        cmocka_unit_test(bare_reply_about_a_recipient_names_it),
        cmocka_unit_test(mail_without_a_date_has_that_of_its_newest_hop),
        cmocka_unit_test(bounce_event_without_a_reply_is_a_rejection),
        cmocka_unit_test(mail_that_is_too_long_is_counted_as_cut),
        cmocka_unit_test(complaint_event_is_a_complaint),
        cmocka_unit_test(line_that_is_too_long_is_cut_and_the_next_is_read),
        cmocka_unit_test(hostile_inputs_are_read_to_their_end),
        cmocka_unit_test(needles_find_a_word_in_either_case),
    };
    return cmocka_run_group_tests_name("bounce_reader", tests, make_marks, free_marks);
}
