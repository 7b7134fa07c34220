#include "console/app/keymap.h"
#include "console/app/keys.h"
#include "fuzz.h"

/* A checksum of what was reported, and its number. */
struct said {
    uint64_t sum;
    size_t presses, pasted;
};

static void
on_press(void *arg, int press)
{
    struct said *said = arg;
    FUZZ_CHECK(press > 0 && press <= PRESS_OTHER);
    said->sum = said->sum * 31 + (uint64_t)press;
    said->presses++;
}

static void
on_paste(void *arg, int byte)
{
    struct said *said = arg;
    FUZZ_CHECK(byte >= KEYS_PASTE_END && byte <= 0xFF);
    said->sum = said->sum * 37 + (uint64_t)(byte + 2);
    said->pasted++;
}

/* The first byte is the size of the parts in which the others are read. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    const char *bytes = (const char *)data + 1;
    size_t step = count > 0 ? 1u + data[0] % 16 : 1, rest = count > 0 ? count - 1 : 0;
    struct said whole = {0}, cut = {0};
    struct keys a = {.press = on_press, .paste = on_paste, .arg = &whole}, b = a;
    b.arg = &cut;
    keys_take(&a, bytes, rest);
    for (size_t at = 0; at < rest; at += step)
        keys_take(&b, bytes + at, step < rest - at ? step : rest - at);
    FUZZ_CHECK(keys_wait_ms(&a) == keys_wait_ms(&b));
    keys_give_up(&a);
    keys_give_up(&b);
    FUZZ_CHECK(whole.sum == cut.sum && whole.presses == cut.presses && whole.pasted == cut.pasted);
    FUZZ_CHECK(whole.presses + whole.pasted <= rest + 1 && keys_wait_ms(&a) == 0);
    if (a.state == KEYS_PASTE) /* ^C ends it */
        keys_take(&a, "\003", 1);
    whole.sum = 0;
    keys_take(&a, "q", 1);
    FUZZ_CHECK(whole.sum == 'q'); /* nothing is stuck */
    return 0;
}
