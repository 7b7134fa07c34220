/* The figures are those of the operator's policy of 2021. */
#include "pages/glossary.h"

static const struct {
    const char *word, *meaning;
    enum glyph sign; /* that stands before the word; GLYPH_BLANK = none */
} words[] = {
    {"level 1", "lists an address for its own abuse; ends 7 days after the last impact, by itself and for free",
     GLYPH_BLANK},
    {"express",
     "the operator also sells express delisting from level 1; never needed, because level 1 ends by itself, for free",
     GLYPH_BLANK},
    {"level 2", "lists a net with all its addresses for the abuse from it; ends when its impacts are below the limit",
     GLYPH_BLANK},
    {"level 3",
     "lists everything that a provider announces (an ASN), by its score; ends when score or impacts are below 50",
     GLYPH_BLANK},
    {"L1 L2 L3, 123, +", "in tables: levels 1, 2 and 3, one sign each; ? is unknown; + is the number of other lists",
     GLYPH_BLANK},
    {"PTR name", "the name that the owner of an address gave it; in tables it is not forward-confirmed", GLYPH_BLANK},
    {"impact",
     "one event of abuse, counted for 7 days; one address may cause many. Published for nets of level 2 only.",
     GLYPH_BLANK},
    {"limit",
     "impacts from which a net is on level 2, by its size: 4 for a /24, 9 for a /22, 30 for a /19, 96 for a /16",
     GLYPH_BLANK},
    {"2.1x, times", "impacts divided by the limit", GLYPH_BLANK},
    {"new, 5 d, 5 d+",
     "not listed at the look before; listed for 5 days; or for longer, because it was when first checked", GLYPH_BLANK},
    {"score",
     "a provider's impacts for each 100,000 of its addresses; level 3 lists it from 50 on, if it has 50 impacts",
     GLYPH_BLANK},
    {"needed", "impacts from which level 3 lists a provider of that size: 50, or 1 for 2,000 addresses if that is more",
     GLYPH_BLANK},
    {"ratio", "impacts divided by needed: on level 3 from 1 on", GLYPH_BLANK},
    {"over", "on level 3 by our estimate: the ratio is 1.5 or more", GLYPH_BLANK},
    {"borderline", "the ratio is between 0.67 and 1.5: the estimate cannot tell", GLYPH_BLANK},
    {"under", "not on level 3 by our estimate: the ratio is less than 0.67", GLYPH_BLANK},
    {"at least, >=", "not all impacts are published: nets with old texts or none count 1 for each listed address",
     GLYPH_BLANK},
    {"estimate, ~", "computed by this program from the zone files, not published by the operator", GLYPH_ESTIMATE},
    {"your place", "the row or cell of the address, net or ASN that you come from", GLYPH_HERE},
    {"announced",
     "a net that its provider announces to the internet (BGP); level 2 also lists single /24s in such nets",
     GLYPH_BLANK},
    {"allocation", "in tables and JSON: the cause is the net, level 2", GLYPH_BLANK},
    {"record", "a range of the ASN database with its provider; not always a net of level 2", GLYPH_BLANK},
    {"whole, parts",
     "how much of a range level 2 or 3 lists (columns 2 and 3), counted over all its addresses; else none",
     GLYPH_BLANK},
    {"clean", "a range of which no level lists anything, nor level 1 in the /24 around a smaller one", GLYPH_BLANK},
    {"hidden by DNS",
     "a net that only the zone file shows: DNS answers name the narrowest nets, not wider ones around them",
     GLYPH_BLANK},
    {"stale", "data more than 3 hours old, though zones are rebuilt hourly; shown with its age, but no verdict uses it",
     GLYPH_BLANK},
    {"PERMANENT", "a net listed by hand: it has no limit and never ends by itself", GLYPH_BLANK},
    {"carrier", "the network that connects your provider; if level 3 lists it, it may list you", GLYPH_BLANK},
    {"exempt", "registered at ips.whitelisted.org: levels 2 and 3 do not apply; ends when level 1 lists the address",
     GLYPH_EXEMPT},
    {"backscatterer",
     "on ips.backscatterer.org: sends bounces to forged senders; matters only for mail without a sender, ends after 4 "
     "weeks",
     GLYPH_BLANK},
    {"weight", "how much mail a listing stops: 5 at large receivers, 0 none; a policy counts 3 at most", GLYPH_BLANK},
    {"policy", "listed because of how the range is used, such as for end users, not because of abuse", GLYPH_BLANK},
    {"self-test", "questions with known answers: a list that gets one wrong does not count in this run", GLYPH_BLANK},
    {"not for this resolver", "a list that answers only registered resolvers, or those with a key; it does not count",
     GLYPH_BLANK},
    {"rests", "a list that failed is not asked again for 30 minutes, unless you press r", GLYPH_BLANK},
    {"direct", "verdict: the address itself is listed", GLYPH_BLANK},
    {"collateral", "verdict: only its net or provider is listed, or a policy or light list names it", GLYPH_BLANK},
    {"unknown", "verdict: no believable answer; silence and refusals never count as clear", GLYPH_BLANK},
    {"unlistable", "of a fleet: no list that is asked can have the target, because it is private or IPv6", GLYPH_BLANK},
    {"case", "in a row of a fleet: its case is open or waiting; a bullet marks what has changed", GLYPH_CASE},
};

void
glossary_add(struct text_page *page, bool ascii)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct buf word = {0};
        if (words[i].sign != GLYPH_BLANK)
            buf_format(&word, "%s ", glyph_text(words[i].sign, ascii));
        buf_text(&word, words[i].word);
        text_page_pair(page, ROLE_STRONG, buf_string(&word), words[i].meaning);
        buf_free(&word);
    }
}
