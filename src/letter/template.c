#include "letter/template.h"

#include "base/text.h"
#include "base/textfile.h"
#include "letter/fields.h"

#include <stdlib.h>
#include <string.h>

void
letter_fini(struct letter *letter)
{
    buf_free(&letter->subject);
    buf_free(&letter->body);
}

/* ---- a line ---- */

struct filling {
    const struct complaint *complaint;
    enum letter_language language;
    const char *path;
    unsigned line;
    struct buf value;
};

/* Puts a value of several lines with the indentation of the first, without the blanks that pad a missing cell. */
static void
put_lines(struct buf *out, const char *value, int indent)
{
    for (size_t count; *value; value += count + (value[count] == '\n')) {
        count = strcspn(value, "\n");
        size_t last = count;
        while (last > 0 && value[last - 1] == ' ')
            last--;
        buf_bytes(out, value, last);
        if (value[count])
            buf_format(out, "\n%*s", indent, "");
    }
}

/* Fills a line into `out`; *kept: it is not left out. False with a fault. */
static bool
fill_line(struct filling *f, const char *at, const char *end, struct buf *out, bool *kept, struct fault *fault)
{
    int indent = 0;
    *kept = true;
    while (at + indent < end && at[indent] == ' ')
        indent++;
    while (at < end) {
        const char *open = memchr(at, '{', (size_t)(end - at)),
                   *close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
        buf_bytes(out, at, (size_t)((close ? open : end) - at));
        if (open && !close)
            return fault_set(fault, "%s:%u: a { without its }", f->path, f->line);
        if (!close)
            break;
        const char *name = open + 1 + (open[1] == '?' || open[1] == '!');
        buf_clear(&f->value);
        if (!fields_put(&f->value, name, (size_t)(close - name), f->complaint, f->language)) {
            struct buf names = {0};
            fields_put_names(&names);
            fault_set(fault, "%s:%u: {%.*s} is no placeholder; choose %s", f->path, f->line, (int)(close - name), name,
                      buf_string(&names));
            buf_free(&names);
            return false;
        }
        *kept = *kept && (f->value.count > 0) == (open[1] != '!');
        if (name == open + 1)
            put_lines(out, buf_string(&f->value), indent);
        at = close + 1;
    }
    return true;
}

/* ---- the whole ---- */

static bool
is_item(const char *line)
{
    return strncmp(line, "- ", 2) == 0;
}

/* Returns how many bytes of the line its further lines are indented by: those of "- ", or of a label and its gap. */
static size_t
head_of(const char *line)
{
    const char *gap = line[0] == ' ' && line[1] != ' ' ? strstr(line, "  ") : NULL;
    size_t head = is_item(line) ? 2 : gap ? (size_t)(gap - line) + strspn(gap, " ") : 0;
    return head <= LETTER_COLUMNS / 3 ? head : 0;
}

/* Ends a paragraph: folds it into the body, with one empty line before it if one is wanted. */
static void
end_paragraph(struct letter *letter, struct buf *paragraph, bool *gap)
{
    const char *text = buf_string(paragraph);
    size_t head = head_of(text);
    struct buf row = {0}, folded = {0};
    if (paragraph->count == 0)
        return;
    if (*gap && letter->body.count > 0)
        buf_byte(&letter->body, '\n');
    *gap = false;
    char *label = mem_copy_bytes(text, head);
    int columns = text_width(label);
    buf_format(&row, "%*s%s", columns, "", text + head);
    text_fold(&folded, buf_string(&row), LETTER_COLUMNS);
    buf_format(&letter->body, "%s%s", label, buf_string(&folded) + columns);
    free(label);
    buf_free(&row);
    buf_free(&folded);
    buf_clear(paragraph);
}

static bool
is_own_line(const char *line)
{
    return *line == ' ' || is_item(line);
}

/* Returns whether the line has no control or invisible character. */
static bool
is_clean(const char *line, size_t count)
{
    struct buf text = {0};
    size_t marks = 0; /* that cleaning adds */
    text_clean(&text, line, count, count + 1);
    for (size_t i = 0; i < text.count; i++)
        marks += text.at[i] == '?';
    for (size_t i = 0; i < count; i++)
        marks -= line[i] == '?';
    buf_free(&text);
    return marks == 0 && !memchr(line, '\t', count);
}

/* Takes a filled line into the subject or the paragraph. */
static void
take_line(struct letter *letter, const struct buf *line, bool is_subject, struct buf *paragraph, bool *gap)
{
    const char *filled = buf_string(line);
    if (is_subject) {
        if (letter->subject.count == 0)
            text_clean(&letter->subject, filled, line->count, TEXT_CLEAN_MAX);
        return;
    }
    if (is_own_line(filled) || is_own_line(buf_string(paragraph)))
        end_paragraph(letter, paragraph, gap);
    buf_format(paragraph, "%s%s", paragraph->count > 0 ? " " : "", filled);
}

/* Fills all lines. */
static bool
fill(struct letter *letter, struct filling *f, const char *text, struct fault *fault)
{
    static const char subject[] = "Subject: ";
    struct buf paragraph = {0}, line = {0};
    bool ok = true, gap = false, kept;
    for (const char *at = text, *end; ok && *at; at = end + (*end == '\n')) {
        end = at + strcspn(at, "\n");
        const char *last = end > at && end[-1] == '\r' ? end - 1 : end;
        bool is_subject = strncmp(at, subject, strlen(subject)) == 0;
        f->line++;
        buf_clear(&line);
        if (last == at) {
            end_paragraph(letter, &paragraph, &gap);
            gap = true;
        }
        if (last == at || *at == '#')
            continue;
        ok = is_clean(at, (size_t)(last - at)) ||
             fault_set(fault, "%s:%u: a control or invisible character; remove it", f->path, f->line);
        ok = ok && fill_line(f, at + (is_subject ? strlen(subject) : 0), last, &line, &kept, fault);
        if (ok && kept && line.count > 0)
            take_line(letter, &line, is_subject, &paragraph, &gap);
    }
    end_paragraph(letter, &paragraph, &gap);
    buf_free(&paragraph);
    buf_free(&line);
    return ok;
}

/* Returns a built-in template. */
static const char *
built_in(enum letter_language language, enum letter_kind kind)
{
    static const char *const texts[LETTER_LANGUAGES][LETTER_KINDS] = {
#include "letter/letters.inc"
    };
    return texts[language][kind];
}

bool
letter_write(struct letter *letter, const struct complaint *c, enum letter_language language, const char *folder,
             struct fault *fault)
{
    struct buf path = {0}, text = {0};
    struct filling f = {.complaint = c, .language = language};
    letter_fini(letter);
    buf_format(&path, "%s/%s/%s.txt", folder ? folder : "letters", language == LETTER_DE ? "de" : "en",
               letter_kind_name(c->kind));
    bool own = folder && !textfile_is_missing(buf_string(&path));
    bool ok = !own || textfile_read(buf_string(&path), LETTER_MOST, &text, fault);
    f.path = buf_string(&path);
    ok = ok && fill(letter, &f, own ? buf_string(&text) : built_in(language, c->kind), fault);
    if (ok && (letter->subject.count == 0 || letter->body.count == 0))
        ok = fault_set(fault, "%s writes no %s about this", f.path, letter->subject.count == 0 ? "subject" : "text");
    buf_free(&f.value);
    buf_free(&text);
    buf_free(&path);
    return ok;
}

void
letter_put(struct buf *out, const struct letter *letter, const char *to)
{
    buf_format(out, "To: %s\nSubject: %s\n\n%s", to ? to : "(no contact known)", buf_string(&letter->subject),
               buf_string(&letter->body));
}

void
letter_read(struct letter *letter, const char *text)
{
    static const char to[] = "To:", subject[] = "Subject:";
    bool in_body = false;
    letter_fini(letter);
    for (size_t count; *text; text += count + (text[count] == '\n')) {
        count = strcspn(text, "\n");
        bool is_subject = strncmp(text, subject, strlen(subject)) == 0, is_to = strncmp(text, to, strlen(to)) == 0;
        in_body = in_body || (count > 0 && !is_subject && !is_to);
        if (in_body) {
            size_t indent = strspn(text, " ");
            buf_bytes(&letter->body, text, indent < count ? indent : count);
            text_clean(&letter->body, text + indent, indent < count ? count - indent : 0, TEXT_CLEAN_MAX);
            buf_byte(&letter->body, '\n');
        } else if (is_subject) {
            buf_clear(&letter->subject);
            text_clean(&letter->subject, text + strlen(subject), count - strlen(subject), TEXT_CLEAN_MAX);
        }
    }
}

bool
letter_put_note(struct buf *out, const struct rejection *r)
{
    struct complaint complaint = {0};
    struct letter letter = {0};
    struct fault ignored;
    if (r->party != PARTY_RECEIVER || r->inbound)
        return false;
    complaint_of_rejection(&complaint, r);
    letter_write(&letter, &complaint, LETTER_EN, NULL, &ignored);
    letter_put(out, &letter, complaint.known_to);
    letter_fini(&letter);
    complaint_fini(&complaint);
    return true;
}
