/* Figures in it are those of the operator's policy of 2021. */
#include "glossary.h"

static const struct glossary_word words[] = {
    {"level 1", "lists an address for what it does itself; ends 7 days after its last impact, by itself and for free"},
    {"level 2", "lists a net, and so all addresses in it, for what is done in it; ends when its impacts are under the "
                "limit"},
    {"level 3", "lists all that a provider announces (an ASN), for its score; ends when its score or its impacts are "
                "under 50"},
    {"123", "in tables: what levels 1, 2 and 3 say, one sign each; ? is not known"},
    {"PTR name", "what whoever holds an address calls it; in tables nothing confirms that the name leads back to it"},
    {"impact", "one event of abuse, counted for 7 days; not an address: one address may cause many. Published for nets "
               "of level 2 only."},
    {"limit", "impacts from which a net is on level 2, by its size: 4 for a /24, 9 for a /22, 30 for a /19, 96 for a "
              "/16"},
    {"2.1x, times", "impacts divided by the limit"},
    {"score", "a provider's impacts for each 100,000 of its addresses; it is on level 3 from 50 on, if it has 50 "
              "impacts, too"},
    {"needed",
     "impacts with which a provider of that size is on level 3: 50, or 1 for 2,000 addresses if that is more"},
    {"ratio", "impacts divided by needed: on level 3 from 1 on"},
    {"over", "by our estimate on level 3: the ratio is 1.5 or more"},
    {"borderline", "the ratio is between 0.67 and 1.5: the estimate is not good enough to tell"},
    {"under", "by our estimate not on level 3: the ratio is less than 0.67"},
    {"~, estimate", "a figure of our own, reckoned from the zone files; the operator does not publish it"},
    {"announced", "a net as its provider announces it to the internet (BGP); a bare /24 is a part of a larger one"},
    {"allocation", "in tables and JSON: the cause is the net, level 2"},
    {"record", "a range of the ASN database, and who announces it; it need not be a net of level 2"},
    {"hidden by DNS", "a net that only the zone file shows: the DNS answers with the narrowest nets, and not with "
                      "wider ones around them"},
    {"stale", "of data: more than 3 hours old, though the zones are rebuilt hourly; what a stale zone file alone knows "
              "is shown with its age, but no verdict goes by it"},
    {"PERMANENT", "a net that was listed by hand: no limit, and no end by itself"},
    {"carrier", "whose network your provider is connected through; where level 3 lists it, it may list you"},
    {"exempt", "registered at ips.whitelisted.org: levels 2 and 3 do not apply; being on level 1 ends it"},
    {"backscatterer", "on ips.backscatterer.org: sends bounces to people who never wrote; matters only for mail "
                      "without a sender, and ends after 4 weeks"},
    {"direct", "the verdict where the address itself is listed"},
    {"collateral", "the verdict where only its net or its provider is listed"},
    {"unknown", "the verdict where there is no believable answer; silence and refusals never count as clear"},
};

const struct glossary_word *
glossary_words(size_t *count)
{
    *count = sizeof words / sizeof words[0];
    return words;
}
