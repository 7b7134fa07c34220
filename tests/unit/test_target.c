#include "targets/target.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum target_line
read(struct targets *targets, const char *text, struct fault *fault)
{
    fault->text[0] = '\0';
    return targets_read(targets, text, strlen(text), catalogue_builtin(), fault);
}

/* A text, what is taken from it, and whether that is said. */
static const struct row {
    const char *text, *taken;
    bool is_said;
} rows[] = {
    /* as it should be */
    {"203.0.113.77", "203.0.113.77", false},
    {"2001:DB8::0:1", "2001:db8::1", false},
    {"203.0.113.0/24", "203.0.113.0/24", false},
    {"2001:db8::/32", "2001:db8::/32", false},
    {"203.0.113.77/32", "203.0.113.77/32", false},
    {"AS64500", "AS64500", false},
    {"as64500", "AS64500", false},
    {"::ffff:192.0.2.130", "192.0.2.130", false},
    {"::FFFF:C000:282", "192.0.2.130", false},
    {"0.0.0.0/0", "0.0.0.0/0", false},
    /* brackets, quotes and punctuation */
    {" \t203.0.113.77\r", "203.0.113.77", false},
    {"[203.0.113.77]", "203.0.113.77", false},
    {"[[203.0.113.77]]", "203.0.113.77", false},
    {"[203.0.113.77", "203.0.113.77", false},
    {"(203.0.113.77)", "203.0.113.77", false},
    {"([203.0.113.77])", "203.0.113.77", false},
    {"<203.0.113.77>", "203.0.113.77", false},
    {"{203.0.113.77}", "203.0.113.77", false},
    {"\"203.0.113.77\"", "203.0.113.77", false},
    {"'203.0.113.77'", "203.0.113.77", false},
    {"`203.0.113.77`", "203.0.113.77", false},
    {"\xE2\x80\x9C"
     "203.0.113.77\xE2\x80\x9D",
     "203.0.113.77", false},
    {"\xC2\xAB"
     "203.0.113.77\xC2\xBB",
     "203.0.113.77", false},
    {"203.0.113.77.", "203.0.113.77", false},
    {"203.0.113.77,", "203.0.113.77", false},
    {"203.0.113.77:", "203.0.113.77", false},
    {"203.0.113.77;", "203.0.113.77", false},
    {"203.0.113.77?", "203.0.113.77", false},
    {"(203.0.113.77).", "203.0.113.77", false},
    {"[2001:db8::1]", "2001:db8::1", false},
    {"2001:db8::", "2001:db8::", false},
    {"2001:db8::,", "2001:db8::", false},
    {"[203.0.113.0/24]", "203.0.113.0/24", false},
    {"<AS64500>", "AS64500", false},
    {"\xEF\xBB\xBF"
     "203.0.113.77",
     "203.0.113.77", false},
    /* ports and tags */
    {"203.0.113.77:25", "203.0.113.77", true},
    {"203.0.113.77:65535", "203.0.113.77", true},
    {"[203.0.113.77]:25", "203.0.113.77", true},
    {"[203.0.113.77]:25:", "203.0.113.77", true},
    {"[2001:db8::25]:25", "2001:db8::25", true},
    {"[IPv6:2001:db8:1::25]", "2001:db8:1::25", true},
    {"IPv6:2001:db8::25", "2001:db8::25", true},
    {"[IPv6:2001:db8::25]:465", "2001:db8::25", true},
    {"[IPv6:::ffff:203.0.113.77]", "203.0.113.77", true},
    {"ip4:203.0.113.0/24", "203.0.113.0/24", true},
    {"ip6:2001:db8::/32", "2001:db8::/32", true},
    {"ip=203.0.113.77", "203.0.113.77", true},
    {"ipr=203.0.113.77", "203.0.113.77", true},
    {"client-ip=203.0.113.77;", "203.0.113.77", true},
    {"unknown[203.0.113.77]", "203.0.113.77", true},
    {"mx.example.org[203.0.113.77]:25", "203.0.113.77", true},
    {"mx.example.org[203.0.113.77]:25,", "203.0.113.77", true},
    {"mx.example.org[2001:db8::25]:25", "2001:db8::25", true},
    {"(mx.example.org[203.0.113.77])", "203.0.113.77", true},
    {"root@[203.0.113.77]", "203.0.113.77", true},
    {"root@[IPv6:2001:db8::1]", "2001:db8::1", true},
    {"<user@203.0.113.77>", "203.0.113.77", true},
    {"203.0.113.77#53", "203.0.113.77", false},
    /* made harmless */
    {"203[.]0[.]113[.]77", "203.0.113.77", false},
    {"203.0.113[.]77", "203.0.113.77", false},
    {"203(.)0(.)113(.)77", "203.0.113.77", false},
    {"203[dot]0[DOT]113[dot]77", "203.0.113.77", false},
    {"203\\.0\\.113\\.77", "203.0.113.77", false},
    {"[203[.]0[.]113[.]77]:25", "203.0.113.77", true},
    {"2001[:]db8[:][:]25", "2001:db8::25", false},
    {"203\xE3\x80\x82"
     "0\xEF\xBC\x8E"
     "113\xEF\xBD\xA1"
     "77",
     "203.0.113.77", false},
    {"203[.]0[.]113[.]0/24", "203.0.113.0/24", false},
    {"hxxp://203[.]0[.]113[.]77/login", "203.0.113.77", true},
    {"hxxps[://]203[.]0[.]113[.]77/", "203.0.113.77", true},
    /* URLs */
    {"http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77", "203.0.113.77", true},
    {"http://www.uceprotect.net/en/rblcheck.php?asn=64500&ipr=203.0.113.77#top", "203.0.113.77", true},
    {"www.uceprotect.net/rblcheck.php?ipr=203.0.113.77", "203.0.113.77", true},
    {"http://www.uceprotect.net/rblcheck.php?asn=64500", "AS64500", true},
    {"\xc2\xa0"
     "203.0.113.77\xe2\x80\x8b",
     "203.0.113.77", false},
    {"\xef\xbb\xbf"
     "203.0.113.77\xe2\x80\xaf",
     "203.0.113.77", false},
    {"<http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77>.", "203.0.113.77", true},
    {"https://example.org/?ip=203.0.113.77", "203.0.113.77", true},
    {"https://example.org/?q=203.0.113.77&x=1;y=2", "203.0.113.77", true},
    {"https://example.org/?q=2001:db8::25", "2001:db8::25", true},
    {"https://example.org/?q=2001%3Adb8%3a%3A25", "2001:db8::25", true},
    {"https://example.org/?q=[2001:db8::25]", "2001:db8::25", true},
    {"https://example.org/tool?action=blacklist%3a203.0.113.77&run=toolpage#", "203.0.113.77", true},
    {"https://example.org/lookup/203.0.113.77.html", "203.0.113.77", true},
    {"https://example.org/ip/203.0.113.77/", "203.0.113.77", true},
    {"https://example.org/net/203.0.113.0/24#_dns", "203.0.113.0/24", true},
    {"https://example.org/net/203.0.113.0%2F24", "203.0.113.0/24", true},
    {"https://example.org/AS64500", "AS64500", true},
    {"https://203.0.113.77/", "203.0.113.77", true},
    {"https://203.0.113.77:8443/24", "203.0.113.77", true},
    {"https://203.0.113.77/24", "203.0.113.77", true},
    {"https://[2001:db8::25]:8443/", "2001:db8::25", true},
    {"https://203.0.113.77/?ip=203.0.113.77", "203.0.113.77", true},
    {"https://example.org/#/ip/203.0.113.77", "203.0.113.77", true},
    /* names of questions */
    {"77.113.0.203.dnsbl-1.uceprotect.net", "203.0.113.77", true},
    {"77.113.0.203.dnsbl-1.uceprotect.net.", "203.0.113.77", true},
    {"77.113.0.203.DNSBL-3.uceprotect.NET", "203.0.113.77", true},
    {"77.113.0.203.ips.backscatterer.org", "203.0.113.77", true},
    {"77.113.0.203.in-addr.arpa", "203.0.113.77", true},
    {"113.0.203.in-addr.arpa.", "203.0.113.0/24", true},
    {"10.in-addr.arpa", "10.0.0.0/8", true},
    {"5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8:1::25", true},
    {"8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/32", true},
    {"5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.B.D.0.1.0.0.2.dnsbl-1.uceprotect.net", "2001:db8:1::25", true},
    /* prefixes otherwise written */
    {"203.0.113.7/24", "203.0.113.0/24", true},
    {"2001:db8::1/32", "2001:db8::/32", true},
    {"203.0.113", "203.0.113.0/24", true},
    {"203.0.113.", "203.0.113.0/24", true},
    {"203.0.113.*", "203.0.113.0/24", true},
    {"203.0.113.x", "203.0.113.0/24", true},
    {"203.0.*.*", "203.0.0.0/16", true},
    {"203.0.113/24", "203.0.113.0/24", true},
    {"198.18/15", "198.18.0.0/15", true},
    {"198.19/15", "198.18.0.0/15", true},
    {"203.0.113.0/255.255.255.0", "203.0.113.0/24", true},
    {"203.0.113.9/255.255.255.255", "203.0.113.9/32", true},
    /* ranges */
    {"203.0.113.0-203.0.113.255", "203.0.113.0/24", true},
    {"203.0.113.0 - 203.0.113.255", "203.0.113.0/24", true},
    {"203.0.113.0 \xE2\x80\x93 203.0.113.255", "203.0.113.0/24", true},
    {"203.0.113.0\xE2\x80\x94"
     "203.0.113.127",
     "203.0.113.0/25", true},
    {"203.0.113.0-255", "203.0.113.0/24", true},
    {"203.0.113.77-203.0.113.77", "203.0.113.77", true},
    {"203.0.113.77-78", "203.0.113.77/32, 203.0.113.78/32", true},
    {"203.0.113.0-203.0.114.127", "203.0.113.0/24, 203.0.114.0/25", true},
    {"203.0.113.1-203.0.113.6", "203.0.113.1/32, 203.0.113.2/31, 203.0.113.4/31, 203.0.113.6/32", true},
    {"0.0.0.0-255.255.255.255", "0.0.0.0/0", true},
    {"255.255.255.254-255.255.255.255", "255.255.255.254/31", true},
    {"2001:db8::-2001:db8::ffff", "2001:db8::/112", true},
    {"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0", true},
    {"inetnum:        203.0.113.0 - 203.0.113.255", "203.0.113.0/24", true},
    {"NetRange: 203.0.112.0 - 203.0.113.255", "203.0.112.0/23", true},
    {"route: 203.0.113.0/24", "203.0.113.0/24", false},
    {"origin:         AS64500", "AS64500", false},
    /* AS numbers otherwise written */
    {"AS 64500", "AS64500", true},
    {"as  64500", "AS64500", true},
    {"ASN 64500", "AS64500", true},
    {"asn64500", "AS64500", true},
    {"[AS 64500]", "AS64500", true},
    {"AS1.10", "AS65546", true},
    {"AS 1.10", "AS65546", true},
    {"64500", "AS64500", true},
    {"AS4294967295", "AS4294967295", false},
    /* several */
    {"203.0.113.77 203.0.113.78", "203.0.113.77, 203.0.113.78", false},
    {"203.0.113.77, 203.0.113.78,203.0.113.79", "203.0.113.77, 203.0.113.78, 203.0.113.79", false},
    {"203.0.113.77\n203.0.113.78\r\n\n2001:db8::25\n", "203.0.113.77, 203.0.113.78, 2001:db8::25", false},
    {"203.0.113.77 and 203.0.113.78", "203.0.113.77, 203.0.113.78", false},
    {"203.0.113.77 / 203.0.113.78 | 203.0.113.79 & AS64500", "203.0.113.77, 203.0.113.78, 203.0.113.79, AS64500",
     false},
    {"203.0.113.77;AS64500, 203.0.112.0/23", "203.0.113.77, AS64500, 203.0.112.0/23", false},
    {"203.0.113.77:25 AS 64500", "203.0.113.77, AS64500", true},
    {"203.0.113.77 203.0.113.77", "203.0.113.77", false},
    {"\"203.0.113.77\",\"203.0.113.78\"", "203.0.113.77, 203.0.113.78", false},
};

static void
text_in_any_decoration_names_its_targets(void **state)
{
    (void)state;
    struct targets targets = {0};
    struct buf taken = {0};
    char name[RESOURCE_TEXT];
    for (const struct row *row = rows; row < rows + COUNT(rows); row++) {
        struct fault fault;
        buf_clear(&taken);
        if (read(&targets, row->text, &fault) != TARGET_FOUND)
            fail_msg("'%s': %s", row->text, fault.text);
        for (size_t i = 0; i < targets.list.count; i++)
            buf_format(&taken, "%s%s", i > 0 ? ", " : "", resource_text(&targets.list.at[i].resource, name));
        if (strcmp(buf_string(&taken), row->taken) != 0 || row->is_said != (*targets.note.text != '\0'))
            fail_msg("'%s': '%s' and not '%s'; said: '%s'", row->text, buf_string(&taken), row->taken,
                     targets.note.text);
        assert_string_equal(targets.list.at[0].label, "");
    }
    buf_free(&taken);
    targets_fini(&targets);
}

static void
text_in_any_decoration_names_its_domain(void **state)
{
    (void)state;
    static const struct {
        const char *text, *domain, *label;
        bool is_said; /* that the domain was taken from the text */
    } cases[] = {
        {"example.org", "example.org", "", false},
        {"Mail.Example.ORG.", "mail.example.org", "", false},
        {"<example.org>,", "example.org", "", false},
        {"example[.]org", "example.org", "", false},
        {"_spf.example.org", "_spf.example.org", "", false},
        {"b\xC3\xBC"
         "cher.example",
         "b\xC3\xBC"
         "cher.example",
         "", false},
        {"mx1.example.org:25", "mx1.example.org", "", true},
        {"mail.203.0.113.77.example.org", "mail.203.0.113.77.example.org", "", false},
        {"bounce@example.org", "example.org", "", true},
        {"<203.0.113.77@example.org>", "example.org", "", true},
        {"mailto:bounce@example.org", "example.org", "", true},
        {"https://user@example.org:8443/path?x=1.example", "example.org", "", true},
        {"hxxp://example[.]org/", "example.org", "", true},
        {"example.org.dbl.spamhaus.org", "example.org", "", true},
        {"mail.example.org.multi.surbl.org.", "mail.example.org", "", true},
        {"example.org.abcdefghijklmnopqrstuvwx24.dbl.dq.spamhaus.net", "example.org", "", true},
        {"example.org.abcdefghijklmnopqrstuvwx24.dblack.mail.abusix.zone", "example.org", "", true},
        {"www.dbl.spamhaus.org", "www.dbl.spamhaus.org", "", false},
        {"KEY.example.org", "key.example.org", "", false},
        {"example.org mx01", "example.org", "mx01", false},
        {"example.org, our shop # ours", "example.org", "our shop", false},
    };
    struct targets targets = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault = {""};
        if (read(&targets, cases[i].text, &fault) != TARGET_FOUND || targets.list.count != 1)
            fail_msg("'%s': %s", cases[i].text, fault.text);
        assert_true(targets.list.at[0].is_domain);
        assert_string_equal(targets.list.at[0].text, cases[i].domain);
        assert_string_equal(targets.list.at[0].label, cases[i].label);
        if (cases[i].is_said != (*targets.note.text != '\0'))
            fail_msg("'%s': said '%s'", cases[i].text, targets.note.text);
    }
    targets_fini(&targets);
}

static void
text_without_target_is_refused_with_reason(void **state)
{
    (void)state;
    static const char form[] =
        " is not an address (203.0.113.77), prefix (203.0.113.0/24), AS number (AS64500) or domain";
    static const struct {
        const char *text, *quoted, *reason;
    } cases[] = {
        {"foo", "'foo'", form},
        {"[]", "'[]'", form},
        {"mx1 203.0.113.77", "'mx1'", form},
        {"203.0", "'203.0'", form},
        {"203.0.256", "'203.0.256'", form},
        {"203.0.113.77mx", "'203.0.113.77mx'", form},
        {"203.0.113.77-mx", "'203.0.113.77-mx'", form},
        {"2001:db8:1", "'2001:db8:1'", form},
        {"20011:db8::25", "'20011:db8::25'", form},
        {"2001:db8::/129", "'2001:db8::/129'", form},
        {"example", "'example'", form},
        {"example..org", "'example..org'", form},
        {"-mx.example.org", "'-mx.example.org'", form},
        {"mx-.example.org", "'mx-.example.org'", form},
        {"example.1", "'example.1'", form},
        {"@", "'@'", form},
        {"https:///", "'https:///'", form},
        {"00:16:3e:aa:bb:cc", "'00:16:3e:aa:bb:cc'", form},
        {"0xCB00714D", "'0xCB00714D'", form},
        {"AS", "'AS'", form},
        {"ASterix", "'ASterix'", form},
        {"AS-EXAMPLE", "'AS-EXAMPLE'", form},
        {"1.10", "'1.10'", form},
        {"\033[2J\xFF", "'?[2J?'", form}, /* what is shown of it is clean */
        {"203.0.113.999", "'203.0.113.999'", " is not an address: 999 is more than 255"},
        {"300.1.2.3", "'300.1.2.3'", " is not an address: 300 is more than 255"},
        {"[203.0.113.256]", "'[203.0.113.256]'", " is not an address: 256 is more than 255"},
        {"203.0.113.1234567890123", "'203.0.113.1234567890123'", " is not an address: 123456789 is more than 255"},
        {"1.2.3.4.5", "'1.2.3.4.5'", " is not an address: it has 5 numbers, not four"},
        {"203..113.77", "'203..113.77'", " is not an address: a number is missing between two dots"},
        {"203.0.113.077", "'203.0.113.077'", " is not an address: 077 begins with 0, and programs differ"},
        {"010.0.0.1", "'010.0.0.1'", " is not an address: 010 begins with 0"},
        {"203.0.113.77/33", "'203.0.113.77/33'", " is not a prefix: write /0 to /32 behind the address"},
        {"203.0.113.77/", "'203.0.113.77/'", " is not a prefix: write /0 to /32 behind the address"},
        {"203.0.113.77/x", "'203.0.113.77/x'", " is not a prefix: write /0 to /32 behind the address"},
        {"203.0.113.77/255.255.0.255", "'203.0.113.77/255.255.0.255'", " is not a prefix: the bits of its mask"},
        {"203.0.113.77:65536", "'203.0.113.77:65536'", " is not an address: the highest port is 65535"},
        {"203.0.113.77:smtp", "'203.0.113.77:smtp'", " is not an address: write nothing but a port behind it"},
        {"fe80::1%eth0", "'fe80::1%eth0'", " is not an address: the part after the percent sign is an interface"},
        {"203.0.113.9-203.0.113.1", "'203.0.113.9-203.0.113.1'", " is not a range: it ends before it begins"},
        {"203.0.113.9 - 203.0.113.1", "'203.0.113.9'", " is not a range: it ends before it begins"},
        {"203.0.113.9-2001:db8::1", "'203.0.113.9-2001:db8::1'", " is not a range: one end is IPv4, the other IPv6"},
        {"AS0", "'AS0'", " is not an AS number: write AS1 to AS4294967295"},
        {"AS99999999999", "'AS99999999999'", " is not an AS number: write AS1 to AS4294967295"},
        {"AS1.65536", "'AS1.65536'", " is not an AS number: write AS1 to AS4294967295"},
        {"77.113.0.203.zen.example.org", "'77.113.0.203.zen.example.org'",
         " is not an address: it looks like a question to a DNSBL that is not in the catalogue"},
        {"https://192.0.2.1/?ip=203.0.113.77", "'https://192.0.2.1/?ip=203.0.113.77'",
         " names 2 addresses; give one of them"},
        {"203.0.113.77 203.0.113.999", "'203.0.113.999'", " is not an address: 999 is more than 255"},
        {"abcdefghijklmnopqrstuvwx24", "'KEY'", form},
        {"https://abcdefghijklmnopqrstuvwx24.zen.dq.spamhaus.net/", "'https://KEY.zen.dq.spamhaus.net/'",
         " is the zone of a list behind a key, which is no target"},
        {"abcdefghijklmnopqrstuvwx24.dblack.mail.abusix.zone", "'KEY.dblack.mail.abusix.zone'",
         " is the zone of a list behind a key, which is no target"},
    };
    struct targets targets = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault;
        char wanted[FAULT_ROOM];
        snprintf(wanted, sizeof wanted, "%s%s", cases[i].quoted, cases[i].reason);
        if (read(&targets, cases[i].text, &fault) != TARGET_BAD || strncmp(fault.text, wanted, strlen(wanted)) != 0)
            fail_msg("'%s': '%s' and not '%s'", cases[i].text, fault.text, wanted);
    }
    targets_fini(&targets);
}

static void
text_too_long_is_cut_in_message(void **state)
{
    (void)state;
    struct targets targets = {0};
    struct fault fault;
    char text[10000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(read(&targets, text, &fault), TARGET_BAD);
    assert_non_null(strstr(fault.text, "xxx...' is not an address"));
    assert_true(strlen(fault.text) < 200);
    targets_fini(&targets);
}

static void
text_of_too_many_targets_is_refused(void **state)
{
    (void)state;
    struct targets targets = {0};
    struct fault fault;
    struct buf text = {0};
    for (unsigned i = 0; i <= TARGETS_MOST; i++)
        buf_format(&text, "10.0.%u.%u ", i / 256, i % 256);
    assert_int_equal(read(&targets, buf_string(&text), &fault), TARGET_BAD);
    assert_string_equal(fault.text, "'10.0.16.0' is one too many: at most 4096 targets fit in one text");
    buf_free(&text);
    targets_fini(&targets);
}

static void
text_taken_otherwise_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text, *note;
    } cases[] = {
        {"203.0.113.7/24", "took 203.0.113.0/24 from '203.0.113.7/24'"},
        {"203.0.113.77:25 mx1", "took 203.0.113.77 from '203.0.113.77:25'"},
        {"203.0.113.0-203.0.114.127", "took 203.0.113.0/24, 203.0.114.0/25 from '203.0.113.0-203.0.114.127'"},
        {"AS 64500 # ours", "took AS64500 from 'AS 64500'"},
        {"0.0.0.1-255.255.255.254",
         "took 0.0.0.1/32, 0.0.0.2/31, 0.0.0.4/30 and 59 more from '0.0.0.1-255.255.255.254'"},
    };
    struct targets targets = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault;
        assert_int_equal(read(&targets, cases[i].text, &fault), TARGET_FOUND);
        assert_string_equal(targets.note.text, cases[i].note);
    }
    targets_fini(&targets);
}

static void
line_has_target_and_label(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum target_line kind;
        const char *text, *label;
    } cases[] = {
        {"203.0.113.77", TARGET_FOUND, "203.0.113.77", ""},
        {"203.0.113.77\r", TARGET_FOUND, "203.0.113.77", ""},
        {"  203.0.113.77\t mx 1 \r", TARGET_FOUND, "203.0.113.77", "mx 1"},
        {"203.0.113.77 mx1 # the old one", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"203.0.113.77#mx1", TARGET_FOUND, "203.0.113.77", ""},
        {"203.0.113.77,mx1", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"203.0.113.77, mx 1, Berlin", TARGET_FOUND, "203.0.113.77", "mx 1, Berlin"},
        {"203.0.113.77 and more", TARGET_FOUND, "203.0.113.77", "and more"},
        {"203.0.113.77 / 2", TARGET_FOUND, "203.0.113.77", "/ 2"},
        {"203.0.113.77;mx1", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"203.0.113.77 10", TARGET_FOUND, "203.0.113.77", "10"},
        {"203.0.113.77 3.5.6", TARGET_FOUND, "203.0.113.77", "3.5.6"},
        {"203.0.113.77 mx1[10.0.0.5]", TARGET_FOUND, "203.0.113.77", "mx1[10.0.0.5]"},
        {"203.0.113.77 root@10.0.0.5", TARGET_FOUND, "203.0.113.77", "root@10.0.0.5"},
        {"mxa\xE3\x80\x82"
         "example",
         TARGET_FOUND, "mxa.example", ""},
        {"203.0.113.77 77.113.0.203.dyn.example.org", TARGET_FOUND, "203.0.113.77", "77.113.0.203.dyn.example.org"},
        {"203.0.113.77 M\xC3\xBCller \xE2\x80\x93 [.]", TARGET_FOUND, "203.0.113.77", "M\xC3\xBCller \xE2\x80\x93 [.]"},
        {"[203.0.113.77] mx1", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"203.0.113.77:25 mx1", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"2001:DB8::1 six", TARGET_FOUND, "2001:DB8::1", "six"},
        {"203.0.113.77 a\033]0;b\007", TARGET_FOUND, "203.0.113.77", "a?]0;b?"},
        {"", TARGET_EMPTY, "", ""},
        {" \t \r", TARGET_EMPTY, "", ""},
        {"# 203.0.113.77", TARGET_EMPTY, "", ""},
        {"  # comment", TARGET_EMPTY, "", ""},
        {"mx1 203.0.113.77", TARGET_BAD, "mx1", "203.0.113.77"},
        {"inetnum:", TARGET_BAD, "inetnum:", ""},
        {"203.0.113.256 mx1", TARGET_BAD, "203.0.113.256", "mx1"},
    };
    struct targets targets = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault;
        if (read(&targets, cases[i].line, &fault) != cases[i].kind)
            fail_msg("'%s': %s", cases[i].line, fault.text);
        if (cases[i].kind == TARGET_EMPTY)
            continue;
        assert_string_equal(targets.list.at[0].text, cases[i].text);
        assert_string_equal(targets.list.at[0].label, cases[i].label);
    }
    targets_fini(&targets);
}

static void
line_ends_at_its_bytes(void **state)
{
    (void)state;
    struct targets targets = {0};
    struct fault fault;
    assert_int_equal(targets_read(&targets, "203.0.113.77", 11, catalogue_builtin(), &fault), TARGET_FOUND);
    assert_string_equal(targets.list.at[0].text, "203.0.113.7");
    assert_int_equal(targets_read(&targets, "203.0.113.7\0007", 13, catalogue_builtin(), &fault), TARGET_BAD);
    targets_fini(&targets);
}

static void
one_target_is_wanted_others_are_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool alone;
        const char *taken, *said; /* taken NULL = refused */
    } cases[] = {
        {"203.0.113.77", true, "203.0.113.77", ""},
        {"203.0.113.77 blocked", true, "203.0.113.77", "took 203.0.113.77 from '203.0.113.77 blocked'"},
        {"203.0.113.0-203.0.114.127", true, "203.0.112.0/22",
         "took 203.0.112.0/22 from '203.0.113.0-203.0.114.127': the smallest prefix around it"},
        {"203.0.113.5 - 203.0.113.9", false, "203.0.113.0/28",
         "took 203.0.113.0/28 from '203.0.113.5-203.0.113.9': the smallest prefix around it"},
        {"203.0.113.5-203.0.113.9 203.0.113.77", true, NULL,
         "'203.0.113.5-203.0.113.9 203.0.113.77' names 4 targets: 203.0.113.5/32, 203.0.113.6/31, 203.0.113.8/31, "
         "203.0.113.77; give one"},
        {"203.0.113.77 203.0.113.78 AS64500", false, "203.0.113.77",
         "took 203.0.113.77 from '203.0.113.77 203.0.113.78 AS64500'; left 203.0.113.78, AS64500"},
        {"", true, NULL, "'' is not an address, prefix, AS number or domain"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct target target;
        struct fault note, fault;
        bool found = target_read(&cases[i].text, 1, catalogue_builtin(), cases[i].alone, &target, &note, &fault);
        assert_int_equal(found, cases[i].taken != NULL);
        assert_string_equal(found ? note.text : fault.text, cases[i].said);
        if (found)
            assert_string_equal(target.text, cases[i].taken);
    }
}

/* A text that is no line of a batch: an argument, or what was typed or pasted. */
static void
whole_text_gives_the_first_address_and_names_the_others(void **state)
{
    (void)state;
    static const struct {
        const char *text, *taken, *said; /* taken NULL = refused */
    } cases[] = {
        {"rip=203.0.113.80, lip=203.0.113.5", "203.0.113.80",
         "took 203.0.113.80 from 'rip=203.0.113.80, lip=203.0.113.5'; left 203.0.113.5"},
        {"alice@mxa.example, bob@lst.example", "mxa.example",
         "took mxa.example from 'alice@mxa.example, bob@lst.example'; left lst.example"},
        {"203.0.113.80;mx1.example.org and mx2.example.org", "203.0.113.80",
         "took 203.0.113.80 from '203.0.113.80;mx1.example.org and mx2.example.org'; left mx1.example.org, "
         "mx2.example.org"},
        {"203.0.113.80 mx1.example.org, Berlin", "203.0.113.80", ""},
        {"203.0.113.80, Berlin, mx1.example.org", "203.0.113.80", ""},
        {"Subject: Re: we discussed 203.0.113.80 and 198.51.100.1", "203.0.113.80",
         "took 203.0.113.80 from 'Subject: Re: we discussed 203.0.113.80 and 198.51.100.1'; left 198.51.100.1"},
        {"Received: from x (mail.mxa.example [203.0.113.80]) by mx.example.org (8.15.2/...2)", "203.0.113.80",
         "took 203.0.113.80 from 'Received: from x (mail.mxa.example [203.0.113.80]) by mx.example.org "
         "(8.15.2/...'"},
        {"4XyZ: client=x[203.0.113.80], sasl_username=alice@example.net", "203.0.113.80",
         "took 203.0.113.80 from '4XyZ: client=x[203.0.113.80], sasl_username=alice@example.net'"},
        {"we lost 203.0.113.0 - 203.0.113.255, said 203.0.113.80", "203.0.113.0/24",
         "took 203.0.113.0/24 from 'we lost 203.0.113.0 - 203.0.113.255, said 203.0.113.80'; left 203.0.113.80"},
        {"the status is 5.1.1, says mx.example.org", NULL, "'the status is 5.1.1, says mx.example.org' is not an"},
        {"abcdefghijklmnopqrstuvwx24 203.0.113.80", "203.0.113.80", "took 203.0.113.80 from 'KEY 203.0.113.80'"},
    };
    struct targets targets = {.is_whole = true};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fault fault;
        bool found = read(&targets, cases[i].text, &fault) == TARGET_FOUND;
        const char *said = found ? targets.note.text : fault.text;
        if (found != (cases[i].taken != NULL) || (found && strcmp(targets.list.at[0].text, cases[i].taken) != 0))
            fail_msg("'%s': %s", cases[i].text, targets.list.at[0].text);
        if (found ? strcmp(said, cases[i].said) != 0 : strncmp(said, cases[i].said, strlen(cases[i].said)) != 0)
            fail_msg("'%s' and not '%s'", said, cases[i].said);
    }
    targets_fini(&targets);
}

static void
one_target_of_prose_is_taken_others_are_left(void **state)
{
    (void)state;
    static const char text[] = "mx1 has 203.0.113.80 and 203.0.113.6";
    const char *words[] = {text};
    struct target target;
    struct fault note, fault;
    assert_true(target_read(words, 1, catalogue_builtin(), true, &target, &note, &fault));
    assert_string_equal(target.text, "203.0.113.80");
    assert_string_equal(target.label, "");
    assert_string_equal(note.text, "took 203.0.113.80 from 'mx1 has 203.0.113.80 and 203.0.113.6'; left 203.0.113.6");
}

static void
target_other_than_address_names_its_command(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said; /* "" = it is an address */
    } cases[] = {
        {"203.0.113.77", ""},
        {"203.0.113.77/32", ""},
        {"2001:db8::1/128", ""},
        {"203.0.113.0/24", "'203.0.113.0/24' is a prefix, not an address. Try: whylisted range 203.0.113.0/24"},
        {"203.0.113", "'203.0.113.0/24' is a prefix, not an address. Try: whylisted range 203.0.113.0/24"},
        {"example.org", "'example.org' is a domain, not an address. Try: whylisted domain example.org"},
        {"as64500", "'as64500' is an AS number, not an address. Try: whylisted asn as64500"},
        {"AS 64500", "'AS64500' is an AS number, not an address. Try: whylisted asn AS64500"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct target target;
        struct addr address;
        struct fault note, fault = {""};
        assert_true(target_read(&cases[i].text, 1, catalogue_builtin(), true, &target, &note, &fault));
        assert_int_equal(target_address(&target, &address, &fault), *cases[i].said == '\0');
        assert_string_equal(fault.text, cases[i].said);
    }
}

/* ---- bounces ---- */

#define SAID                                                                                                           \
    "host mx.example.org[192.0.2.25] said: 554 5.7.1 Service unavailable; Client host [203.0.113.77] blocked using "   \
    "zen.spamhaus.org (in reply to RCPT TO command)"

/* A rejection gives the rejected address, never the receiver's, and says so. */
static void
rejection_gives_the_rejected_address(void **state)
{
    (void)state;
    static const struct {
        const char *text, *note;
    } cases[] = {
        {"Nov 30 09:14:03 mail postfix/smtp[4711]: 4XyZ: to=<user@example.org>, relay=mx.example.org[192.0.2.25]:25, "
         "delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (" SAID ")",
         "took 203.0.113.77 from a Postfix log line of mx.example.org"},
        {"554 5.7.1 Service unavailable; Client host [203.0.113.77] blocked using zen.spamhaus.org",
         "took 203.0.113.77 from a reply"},
        {"Nov 30 09:14:03 mail postfix/smtpd[4711]: NOQUEUE: reject: RCPT from unknown[203.0.113.77]: 554 5.7.1 "
         "Service "
         "unavailable; Client host [203.0.113.77] blocked using zen.spamhaus.org; from=<a@example.com> "
         "to=<user@example.org> proto=ESMTP helo=<x>",
         "took 203.0.113.77 from a Postfix log line; the server that wrote it refused this address"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct targets targets = {0};
        struct fault fault;
        char text[RESOURCE_TEXT];
        assert_int_equal(targets_read(&targets, cases[i].text, strlen(cases[i].text), catalogue_builtin(), &fault),
                         TARGET_FOUND);
        assert_int_equal(targets.list.count, 1);
        assert_string_equal(resource_text(&targets.list.at[0].resource, text), "203.0.113.77");
        assert_string_equal(targets.note.text, cases[i].note);
        targets_fini(&targets);
    }
}

/* A rejection without an address of ours is no list of targets: not the receiver, the recipient, the list, or a status.
 */
static void
rejection_without_own_address_says_who_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"<bob@example.org>: host mx.example.org[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO)",
         "mx.example.org [192.0.2.25] refused mail"},
        {"From: MAILER-DAEMON@mail.example.net\nSubject: Undelivered\n\n<bob@example.org>: host "
         "mx.example.org[192.0.2.25] said: 550 5.1.1 User\n    unknown (in reply to RCPT TO command)\n",
         "mx.example.org [192.0.2.25] refused mail to bob@example.org. The recipient is the reason: no list is "
         "involved. The text names no address of yours"},
        {"<bob@example.org>: host mx.example.org[192.0.2.25] said: 550 5.7.1 listed at\n    "
         "dnsbl-1.uceprotect.net (in reply to RCPT TO command)",
         "because of UCEPROTECT Level 1 (dnsbl-1.uceprotect.net). Your own server is the cause. The text names no "
         "address of yours"},
        {"550 5.7.1 blocked using dnsbl-2.uceprotect.net",
         "A server that the text does not name refused mail because of UCEPROTECT Level 2 (dnsbl-2.uceprotect.net). "
         "Addresses around yours are the cause, not your server. The text names no address of yours"},
        {"{\"event\":\"bounce\",\"email\":\"bob@example.org\",\"reason\":\"550 5.1.1 user unknown\"}",
         "refused mail to bob@example.org. The recipient is the reason"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct targets targets = {0};
        struct fault fault;
        assert_int_equal(read(&targets, cases[i].text, &fault), TARGET_BAD);
        assert_non_null(strstr(fault.text, cases[i].sentence));
        targets_fini(&targets);
    }
}

#define BLOCKED(address)                                                                                               \
    "Nov 30 09:14:03 mail postfix/smtp[9]: 4XyZ: to=<b@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=1, "   \
    "dsn=5.7.1, status=bounced (host mx.example.org[192.0.2.25] said: 554 5.7.1 Client host [" address                 \
    "] blocked using zen.spamhaus.org)\n"

static void
rejections_of_several_addresses_give_each_once(void **state)
{
    (void)state;
    static const char text[] = BLOCKED("203.0.113.80") BLOCKED("203.0.113.6") BLOCKED("203.0.113.80") BLOCKED("203.0."
                                                                                                              "113.7");
    struct targets targets = {0};
    struct fault fault;
    char name[RESOURCE_TEXT];
    assert_int_equal(read(&targets, text, &fault), TARGET_FOUND);
    assert_int_equal(targets.list.count, 3);
    assert_string_equal(resource_text(&targets.list.at[1].resource, name), "203.0.113.6");
    assert_string_equal(resource_text(&targets.list.at[2].resource, name), "203.0.113.7");
    targets_fini(&targets);
}

/* The writer of the log refused these clients, and named none of its own addresses. */
static void
refused_clients_of_several_lines_give_each(void **state)
{
    (void)state;
    static const char text[] =
        "Nov 30 09:14:03 mail postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.example[203.0.113.80]: 554 5.7.1 Service "
        "unavailable; Client host [203.0.113.80] blocked using zen.spamhaus.org; from=<a@a.example> to=<b@b.example>\n"
        "Nov 30 09:14:04 mail postfix/smtpd[9]: NOQUEUE: reject: RCPT from c.example[203.0.113.6]: 554 5.7.1 Service "
        "unavailable; Client host [203.0.113.6] blocked using zen.spamhaus.org; from=<c@c.example> to=<b@b.example>\n";
    struct targets targets = {0};
    struct fault fault;
    char name[RESOURCE_TEXT];
    assert_int_equal(read(&targets, text, &fault), TARGET_FOUND);
    assert_int_equal(targets.list.count, 2);
    assert_string_equal(resource_text(&targets.list.at[1].resource, name), "203.0.113.6");
    targets_fini(&targets);
}

/* Three numbers are often the status of a reply or a version. */
static void
three_numbers_are_a_net_only_alone(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"5.1.1", "'5.1.1' looks like a status or a version; write 5.1.1.0/24 for the net"},
        {"4.7.1 Try again later", "'4.7.1' looks like a status or a version; write 4.7.1.0/24 for the net"},
        {"12.2.1 is our version", "'12.2.1' names a net only if nothing stands behind it; write its /24"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct targets targets = {0};
        struct fault fault;
        assert_int_equal(read(&targets, cases[i].text, &fault), TARGET_BAD);
        assert_string_equal(fault.text, cases[i].sentence);
        targets_fini(&targets);
    }
}

/* Labels and comments of a batch may use the words of rejections. */
static void
label_with_words_of_a_rejection_stays_a_label(void **state)
{
    (void)state;
    static const char line[] = "203.0.113.77 mx1 was blocked and listed on 550 last week";
    struct targets targets = {0};
    struct fault fault;
    assert_int_equal(targets_read(&targets, line, strlen(line), catalogue_builtin(), &fault), TARGET_FOUND);
    assert_string_equal(targets.list.at[0].label, "mx1 was blocked and listed on 550 last week");
    targets_fini(&targets);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rejection_gives_the_rejected_address),
        cmocka_unit_test(rejection_without_own_address_says_who_refused),
        cmocka_unit_test(rejections_of_several_addresses_give_each_once),
        cmocka_unit_test(refused_clients_of_several_lines_give_each),
        cmocka_unit_test(three_numbers_are_a_net_only_alone),
        cmocka_unit_test(label_with_words_of_a_rejection_stays_a_label),
        cmocka_unit_test(text_in_any_decoration_names_its_targets),
        cmocka_unit_test(text_in_any_decoration_names_its_domain),
        cmocka_unit_test(text_without_target_is_refused_with_reason),
        cmocka_unit_test(text_too_long_is_cut_in_message),
        cmocka_unit_test(text_of_too_many_targets_is_refused),
        cmocka_unit_test(text_taken_otherwise_is_said),
        cmocka_unit_test(line_has_target_and_label),
        cmocka_unit_test(line_ends_at_its_bytes),
        cmocka_unit_test(one_target_is_wanted_others_are_said),
        cmocka_unit_test(whole_text_gives_the_first_address_and_names_the_others),
        cmocka_unit_test(one_target_of_prose_is_taken_others_are_left),
        cmocka_unit_test(target_other_than_address_names_its_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
