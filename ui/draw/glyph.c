#include "draw/glyph.h"

#include <assert.h>

static const struct {
    const char *unicode, *ascii;
} glyphs[GLYPH_COUNT] = {
    [GLYPH_BLANK] = {" ", " "},     [GLYPH_LISTED] = {"✗", "X"},      [GLYPH_CLEAR] = {"✓", "+"},
    [GLYPH_WARN] = {"!", "!"},      [GLYPH_UNKNOWN] = {"?", "?"},     [GLYPH_ASKING] = {"…", "~"},
    [GLYPH_EXEMPT] = {"◇", "o"},    [GLYPH_BACKSCATTER] = {"b", "b"}, [GLYPH_BULLET] = {"•", "*"},
    [GLYPH_INTO] = {"›", ">"},      [GLYPH_HERE] = {"◆", "@"},        [GLYPH_MARK] = {"●", "*"},
    [GLYPH_CASE] = {"▪", "#"},      [GLYPH_AROUND] = {"⊂", "<"},      [GLYPH_CHAIN] = {"→", ">"},
    [GLYPH_MORE] = {"…", "~"},      [GLYPH_UP] = {"▲", "^"},          [GLYPH_DOWN] = {"▼", "v"},
    [GLYPH_ESTIMATE] = {"≈", "~"},  [GLYPH_BAR_1] = {"▏", "-"},       [GLYPH_BAR_2] = {"▎", "-"},
    [GLYPH_BAR_3] = {"▍", "-"},     [GLYPH_BAR_4] = {"▌", "="},       [GLYPH_BAR_5] = {"▋", "="},
    [GLYPH_BAR_6] = {"▊", "="},     [GLYPH_BAR_7] = {"▉", "="},       [GLYPH_BAR_FULL] = {"█", "#"},
    [GLYPH_BAR_EMPTY] = {"·", "."}, [GLYPH_BAR_LIMIT] = {"│", "|"},   [GLYPH_HEAT_0] = {"·", "."},
    [GLYPH_HEAT_1] = {"░", ":"},    [GLYPH_HEAT_2] = {"▒", "+"},      [GLYPH_HEAT_3] = {"▓", "*"},
    [GLYPH_HEAT_4] = {"█", "#"},    [GLYPH_SPARK_0] = {"▁", "0"},     [GLYPH_SPARK_1] = {"▂", "1"},
    [GLYPH_SPARK_2] = {"▃", "2"},   [GLYPH_SPARK_3] = {"▄", "3"},     [GLYPH_SPARK_4] = {"▅", "4"},
    [GLYPH_SPARK_5] = {"▆", "5"},   [GLYPH_SPARK_6] = {"▇", "6"},     [GLYPH_SPARK_7] = {"█", "7"},
    [GLYPH_LINE_H] = {"─", "-"},    [GLYPH_LINE_V] = {"│", "|"},      [GLYPH_LINE_TEE] = {"┬", "+"},
    [GLYPH_CORNER_TL] = {"┌", "+"}, [GLYPH_CORNER_TR] = {"┐", "+"},   [GLYPH_CORNER_BL] = {"└", "+"},
    [GLYPH_CORNER_BR] = {"┘", "+"}, [GLYPH_BRANCH] = {"├", "|"},      [GLYPH_BRANCH_LAST] = {"└", "`"},
};

const char *
glyph_text(enum glyph glyph, bool ascii)
{
    assert(glyph < GLYPH_COUNT);
    return ascii ? glyphs[glyph].ascii : glyphs[glyph].unicode;
}
