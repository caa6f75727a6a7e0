/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html.h"

#include <stdbool.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

static void put_character(FILE *html, char c)
{
    static const char special[] = "&<>\"'";
    static const char *const escaped[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    const char *found = c ? strchr(special, c) : NULL;
    if (found)
        fputs(escaped[found - special], html);
    else
        fputc((unsigned char)c < ' ' && c != '\n' && c != '\t' ? ' ' : c, html);
}

/* Whether a mark of direction begins here that would turn round what follows on the page (U+202A to
 * U+202E, U+2066 to U+2069), all of three bytes. */
static bool turns_text(const char *text)
{
    return (strncmp(text, "\xe2\x80", 2) == 0 && text[2] >= '\xaa' && text[2] <= '\xae') ||
           (strncmp(text, "\xe2\x81", 2) == 0 && text[2] >= '\xa6' && text[2] <= '\xa9');
}

void html_put_text(FILE *html, const char *text)
{
    for (; *text; text++)
        if (turns_text(text)) {
            fputs("\xef\xbf\xbd", html); /* U+FFFD, as where there is no character */
            text += 2;
        } else {
            put_character(html, *text);
        }
}

void html_put_between(FILE *html, const char *before, const char *text, const char *after)
{
    fputs(before, html);
    html_put_text(html, text);
    fputs(after, html);
}

static void put_cell(FILE *html, const char *tag, bool is_text, const char *cell, size_t n)
{
    fprintf(html, is_text ? "<%s class=\"t\">" : "<%s>", tag);
    for (size_t i = 0; i < n; i++)
        put_character(html, cell[i]);
    fprintf(html, "</%s>", tag);
}

static void put_rows(FILE *html, const char *rows, int n_left)
{
    bool is_head = true, last_is_text = false;
    fputs("<div class=\"wide\"><table><thead>\n", html);
    for (const char *line = rows; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        int column = 0;
        fputs("<tr>", html);
        for (const char *cell = line;; cell++, column++) {
            const size_t n = strcspn(cell, "\t\n");
            const bool is_last = cell[n] != '\t';
            last_is_text |= is_head && is_last && n == 0;
            put_cell(html, is_head ? "th" : "td", column < n_left || (is_last && last_is_text),
                     cell, n);
            cell += n;
            if (*cell != '\t')
                break;
        }
        fputs(is_head ? "</tr></thead><tbody>\n" : "</tr>\n", html);
        is_head = false;
    }
    fputs("</tbody></table></div>\n", html);
}

int html_put_cells(FILE *html, text_put *put, const void *data, int n_left)
{
    OWNED char *rows = text_written(put, data);
    if (!rows)
        return status_no_memory("a table", 0);
    put_rows(html, rows, n_left);
    return STATUS_OK;
}

int html_put_table(FILE *html, const struct table *table, const void *rows, size_t n)
{
    return html_put_cells(html, table_put_cells, &(struct table_rows){table, rows, n},
                          table_n_left(table));
}
