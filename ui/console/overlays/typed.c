#include "console/overlays/typed.h"

#include "base/mem.h"
#include "base/text.h"
#include "session/recall.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TYPED_MAX = 256 * 1024 }; /* bytes: a whole mail, or some thousand targets, as a paste brings them */

void
typed_init(struct typed *typed, const char *label, const char *initial)
{
    *typed = (struct typed){.label = label};
    edit_init(&typed->edit, initial, TYPED_MAX);
}

void
typed_fini(struct typed *typed)
{
    edit_fini(&typed->edit);
    free(typed->draft);
}

void
typed_set(struct typed *typed, const char *text)
{
    buf_clear(&typed->edit.text);
    buf_text(&typed->edit.text, text);
    typed->edit.at = typed->edit.text.count;
}

/* The lines are kept under the first part of the label. */
static char *
copy_kind(const struct typed *typed)
{
    const char *split = strstr(typed->label, TYPED_SPLIT);
    return split ? mem_copy_bytes(typed->label, (size_t)(split - typed->label)) : mem_copy(typed->label);
}

static enum edit_result
recall(struct typed *typed, bool older)
{
    char *kind = copy_kind(typed);
    size_t back = typed->back + (older ? 1 : typed->back > 0 ? -1 : 0);
    const char *line = back > 0 ? recall_line(kind, back - 1) : typed->draft;
    free(kind);
    if (back == typed->back || !line)
        return EDIT_NOTHING;
    if (typed->back == 0) {
        free(typed->draft);
        typed->draft = mem_copy(buf_string(&typed->edit.text));
    }
    typed_set(typed, line);
    typed->back = back;
    return EDIT_CHANGED;
}

/* Completes to the newest line that begins so. */
static enum edit_result
complete(struct typed *typed)
{
    char *kind = copy_kind(typed);
    const char *text = buf_string(&typed->edit.text), *line;
    size_t back = 0, count = strlen(text);
    while ((line = recall_line(kind, back)) && (strncasecmp(line, text, count) != 0 || line[count] == '\0'))
        back++;
    free(kind);
    if (!line)
        return EDIT_NOTHING;
    typed_set(typed, line);
    return EDIT_CHANGED;
}

enum edit_result
typed_input(struct typed *typed, const struct event *event)
{
    typed->back = 0;
    return edit_input(&typed->edit, event, false);
}

enum edit_result
typed_act(struct typed *typed, enum action action)
{
    return action == ACTION_OLDER || action == ACTION_NEWER ? recall(typed, action == ACTION_OLDER)
           : action == ACTION_COMPLETE                      ? complete(typed)
                                                            : edit_act(&typed->edit, action);
}

char *
typed_copy(const struct typed *typed)
{
    struct buf line = {0};
    text_clean(&line, buf_string(&typed->edit.text), typed->edit.text.count, TYPED_MAX);
    return buf_take(&line);
}

void
typed_keep(const struct typed *typed, const char *line)
{
    char *kind = copy_kind(typed);
    recall_add(kind, line);
    free(kind);
}

void
typed_draw(const struct typed *typed, const struct canvas *canvas)
{
    int col = canvas_glyph(canvas, 0, 0, ROLE_KEY, GLYPH_INTO) + 1;
    struct canvas line = canvas_part(canvas, 0, col, 1, canvas->cols - col);
    edit_draw(&typed->edit, &line, true);
}
