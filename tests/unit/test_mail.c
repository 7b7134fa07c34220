#include "bounce/mail.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "real_data.h"
#include "rejection_fixture.h"

/* tests/bounce/mails.txt holds the samples and describes their form. */

enum { SAMPLES_LEAST = 20, MANY = 100000, DEEP = 100000 };

static struct marks *marks;

static void
read_mail(const struct buf *mail, struct rejections *taken)
{
    taken->count = 0;
    mail_read(buf_string(mail), mail->count, catalogue_builtin(), marks, rejections_keep, taken);
}

/* ---- samples ---- */

static void
read_sample(const char *text, size_t count, struct rejections *out)
{
    mail_read(text, count, catalogue_builtin(), marks, rejections_keep, out);
}

static void
samples_of_mails_name_recipient_reply_list_and_party(void **state)
{
    (void)state;
    rejections_compare("mails.txt", "", "\n", read_sample, SAMPLES_LEAST);
}

static void
samples_with_other_line_ends_say_the_same(void **state)
{
    (void)state;
    rejections_compare("mails.txt", "", "\r\n", read_sample, SAMPLES_LEAST);
    rejections_compare("mails.txt", "", "\r", read_sample, SAMPLES_LEAST);
}

/* ---- public bounces, with what an independent parser found in them ---- */

enum { ROWS = 512, ROW = 160, PERCENT_LEAST = 97 };

struct figures {
    size_t rows, recipients, codes, codes_same, statuses, statuses_same, complaints, complaints_same;
};

/* Reads a file of mails, which lines as "From MAILER-DAEMON Thu Apr 29 23:34:45 2017" part. */
static void
read_file(const char *name, const char *line_end, struct rejections *taken)
{
    char path[128];
    struct buf mail = {0};
    snprintf(path, sizeof path, "bounces/%.100s", name);
    FILE *file = fopen(real_data_find(path), "rb");
    assert_non_null(file);
    taken->count = 0;
    char line[4096];
    while (fgets(line, sizeof line, file)) {
        size_t count = strcspn(line, "\r\n");
        bool whole = line[count] != '\0';
        if (strncmp(line, "From ", 5) == 0 && count > 30 && strncmp(line + count - 4, "20", 2) == 0 && mail.count > 0) {
            mail_read(mail.at, mail.count, catalogue_builtin(), marks, rejections_keep, taken);
            buf_clear(&mail);
        }
        for (size_t i = 0; line[i] && i < sizeof line; i++)
            if (line[i] == '\r' && line[i + 1] != '\n')
                buf_text(&mail, line_end);
            else if (line[i] != '\r' && line[i] != '\n')
                buf_byte(&mail, line[i]);
        if (whole && strchr(line, '\n'))
            buf_text(&mail, line_end);
    }
    fclose(file);
    mail_read(buf_string(&mail), mail.count, catalogue_builtin(), marks, rejections_keep, taken);
    buf_free(&mail);
}

/* Drops mails that are about nothing. */
static void
drop_empty(struct rejections *taken)
{
    size_t kept = 0;
    for (size_t i = 0; i < taken->count && i < REJECTIONS_MOST; i++)
        if (*taken->at[i].recipient || taken->at[i].code || taken->at[i].kind == REJECTION_COMPLAINT)
            taken->at[kept++] = taken->at[i];
    taken->count = kept;
}

static void
count_row(const char *row, const struct rejections *taken, struct figures *f)
{
    static const struct rejection none;
    char name[64], index[8], status[16], code[8], reason[32];
    const char *at = row;
    char *fields[] = {name, index, status, code, reason};
    const size_t rooms[] = {sizeof name, sizeof index, sizeof status, sizeof code, sizeof reason};
    for (size_t i = 0; i < 5; i++) {
        size_t count = strcspn(at, "\t");
        snprintf(fields[i], rooms[i], "%.*s", (int)count, at);
        at += count + (at[count] == '\t');
    }
    size_t place = (size_t)atoi(index) - 1;
    const struct rejection *r = place < taken->count ? &taken->at[place] : &none;
    bool complaint = strcmp(reason, "feedback") == 0;
    f->rows++;
    f->recipients += *r->recipient != '\0';
    f->codes += *code != '\0';
    f->codes_same += *code && (unsigned)atoi(code) == r->code;
    f->statuses += *status != '\0';
    f->statuses_same += *status && strcmp(status, r->status) == 0;
    f->complaints += complaint;
    f->complaints_same += complaint && r->kind == REJECTION_COMPLAINT;
    if ((*code && (unsigned)atoi(code) != r->code) || (*status && strcmp(status, r->status) != 0) || !*r->recipient ||
        (complaint && r->kind != REJECTION_COMPLAINT))
        print_message("%s: %u %s, not %s %s; %s %s\n", row, r->code, r->status, code, status,
                      rejection_kind_name(r->kind), r->recipient);
}

static void
public_bounces_agree_with_an_independent_parser(const char *line_end)
{
    static struct rejections taken;
    struct figures f = {0};
    char row[ROW], last[64] = "", name[64];
    FILE *table = fopen(REAL_DATA("bounces/expected.tsv"), "r");
    assert_non_null(table);
    for (bool head = true; fgets(row, sizeof row, table); head = false) {
        row[strcspn(row, "\n")] = '\0';
        snprintf(name, sizeof name, "%.*s", (int)strcspn(row, "\t"), row);
        if (head)
            continue;
        if (strcmp(name, last) != 0) {
            read_file(name, line_end, &taken);
            drop_empty(&taken);
            snprintf(last, sizeof last, "%s", name);
        }
        count_row(row, &taken, &f);
    }
    fclose(table);
    print_message("%zu rows: recipients %zu, codes %zu of %zu, statuses %zu of %zu, complaints %zu of %zu\n", f.rows,
                  f.recipients, f.codes_same, f.codes, f.statuses_same, f.statuses, f.complaints_same, f.complaints);
    assert_in_range(f.recipients * 100, f.rows * PERCENT_LEAST, SIZE_MAX);
    assert_in_range(f.codes_same * 100, f.codes * PERCENT_LEAST, SIZE_MAX);
    assert_in_range(f.statuses_same * 100, f.statuses * PERCENT_LEAST, SIZE_MAX);
    assert_int_equal(f.complaints_same, f.complaints);
}

static void
public_bounces_with_lf_agree(void **state)
{
    (void)state;
    public_bounces_agree_with_an_independent_parser("\n");
}

static void
public_bounces_with_crlf_agree(void **state)
{
    (void)state;
    public_bounces_agree_with_an_independent_parser("\r\n");
}

static void
public_bounces_with_cr_agree(void **state)
{
    (void)state;
    public_bounces_agree_with_an_independent_parser("\r");
}

/* ---- hostile mails ---- */

static void
hundred_thousand_recipients_are_all_found(void **state)
{
    (void)state;
    static struct rejections taken;
    struct buf mail = {0};
    buf_text(&mail, "From: MAILER-DAEMON@mail.example.net\nContent-Type: multipart/report; boundary=b\n\n--b\n"
                    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.net\n\n");
    for (int i = 0; i < MANY; i++)
        buf_format(&mail, "Final-Recipient: rfc822; u%d@example.org\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no\n\n",
                   i);
    read_mail(&mail, &taken);
    buf_free(&mail);
    assert_int_equal(taken.count, MANY);
    assert_int_equal(taken.at[0].code, 550);
}

static void
hundred_thousand_nested_parts_end(void **state)
{
    (void)state;
    static struct rejections taken;
    struct buf mail = {0};
    buf_text(&mail, "From: MAILER-DAEMON@mail.example.net\n");
    for (int i = 0; i < DEEP; i++)
        buf_format(&mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    buf_text(&mail, "\n<bob@example.org>: 550 5.7.1 [203.0.113.77] blocked\n");
    read_mail(&mail, &taken);
    buf_free(&mail);
    assert_in_range(taken.count, 1, SIZE_MAX);
}

/* One part in many bytes, with what is strange about each. */
static void
long_parts_of_any_bytes_end(void **state)
{
    (void)state;
    static const char *const heads[] = {"Content-Transfer-Encoding: base64\n",
                                        "Content-Transfer-Encoding: quoted-printable\n",
                                        "Content-Type: text/html; charset=UTF-7\n",
                                        "Content-Type: text/plain; charset=no-such\n",
                                        "Content-Type: text/plain; charset=ISO-2022-JP\n",
                                        ""};
    static const char *const fillers[] = {"A",      "<",    "=",      "&",  "@",  "<style", "550-",
                                          "\033$B", "a@b ", "1.2.3.", "::", "\r", "--"};
    static struct rejections taken;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        for (size_t k = 0; k < sizeof fillers / sizeof fillers[0]; k++) {
            struct buf mail = {0};
            buf_format(&mail, "From: MAILER-DAEMON@mail.example.net\n%s\n", heads[i]);
            while (mail.count < 600000)
                buf_text(&mail, fillers[k]);
            buf_bytes(&mail, "\0\0", 2);
            read_mail(&mail, &taken);
            buf_free(&mail);
            assert_in_range(taken.count, 1, SIZE_MAX);
        }
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
        cmocka_unit_test(samples_of_mails_name_recipient_reply_list_and_party),
        cmocka_unit_test(samples_with_other_line_ends_say_the_same),
        cmocka_unit_test(public_bounces_with_lf_agree),
        cmocka_unit_test(public_bounces_with_crlf_agree),
        cmocka_unit_test(public_bounces_with_cr_agree),
        cmocka_unit_test(hundred_thousand_recipients_are_all_found),
        cmocka_unit_test(hundred_thousand_nested_parts_end),
        cmocka_unit_test(long_parts_of_any_bytes_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
