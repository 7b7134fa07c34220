/* Figures in it are those of the operator's policy of 2021. */
#include "pages/glossary.h"

static const struct glossary_word words[] = {
    {"level 1", "lists an address for what it does itself; ends 7 days after its last impact, by itself and for free",
     GLYPH_BLANK},
    {"level 2",
     "lists a net, and so all addresses in it, for what is done in it; ends when its impacts are under the "
     "limit",
     GLYPH_BLANK},
    {"level 3",
     "lists all that a provider announces (an ASN), for its score; ends when its score or its impacts are "
     "under 50",
     GLYPH_BLANK},
    {"123", "in tables: what levels 1, 2 and 3 say, one sign each; ? is not known", GLYPH_BLANK},
    {"PTR name", "what whoever holds an address calls it; in tables nothing confirms that the name leads back to it",
     GLYPH_BLANK},
    {"impact",
     "one event of abuse, counted for 7 days; not an address: one address may cause many. Published for nets "
     "of level 2 only.",
     GLYPH_BLANK},
    {"limit",
     "impacts from which a net is on level 2, by its size: 4 for a /24, 9 for a /22, 30 for a /19, 96 for a "
     "/16",
     GLYPH_BLANK},
    {"2.1x, times", "impacts divided by the limit", GLYPH_BLANK},
    {"score",
     "a provider's impacts for each 100,000 of its addresses; it is on level 3 from 50 on, if it has 50 "
     "impacts, too",
     GLYPH_BLANK},
    {"needed", "impacts with which a provider of that size is on level 3: 50, or 1 for 2,000 addresses if that is more",
     GLYPH_BLANK},
    {"ratio", "impacts divided by needed: on level 3 from 1 on", GLYPH_BLANK},
    {"over", "by our estimate on level 3: the ratio is 1.5 or more", GLYPH_BLANK},
    {"borderline", "the ratio is between 0.67 and 1.5: the estimate is not good enough to tell", GLYPH_BLANK},
    {"under", "by our estimate not on level 3: the ratio is less than 0.67", GLYPH_BLANK},
    {"at least, >=",
     "not all impacts are published: some nets have old texts or none, and count 1 for each listed address",
     GLYPH_BLANK},
    {"estimate, ~", "a figure of our own, reckoned from the zone files; the operator does not publish it",
     GLYPH_ESTIMATE},
    {"your place", "the row or cell of the address, net or ASN that you come from", GLYPH_HERE},
    {"announced", "a net as its provider announces it to the internet (BGP); a bare /24 is a part of a larger one",
     GLYPH_BLANK},
    {"allocation", "in tables and JSON: the cause is the net, level 2", GLYPH_BLANK},
    {"record", "a range of the ASN database, and who announces it; it need not be a net of level 2", GLYPH_BLANK},
    {"hidden by DNS",
     "a net that only the zone file shows: the DNS answers with the narrowest nets, and not with "
     "wider ones around them",
     GLYPH_BLANK},
    {"stale",
     "of data: more than 3 hours old, though the zones are rebuilt hourly; what a stale zone file alone knows "
     "is shown with its age, but no verdict goes by it",
     GLYPH_BLANK},
    {"PERMANENT", "a net that was listed by hand: no limit, and no end by itself", GLYPH_BLANK},
    {"carrier", "whose network your provider is connected through; where level 3 lists it, it may list you",
     GLYPH_BLANK},
    {"exempt", "registered at ips.whitelisted.org: levels 2 and 3 do not apply; being on level 1 ends it",
     GLYPH_EXEMPT},
    {"backscatterer",
     "on ips.backscatterer.org: sends bounces to people who never wrote; matters only for mail "
     "without a sender, and ends after 4 weeks",
     GLYPH_BLANK},
    {"direct", "the verdict where the address itself is listed", GLYPH_BLANK},
    {"collateral", "the verdict where only its net or its provider is listed", GLYPH_BLANK},
    {"unknown", "the verdict where there is no believable answer; silence and refusals never count as clear",
     GLYPH_BLANK},
};

const struct glossary_word *
glossary_words(size_t *count)
{
    *count = sizeof words / sizeof words[0];
    return words;
}

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
