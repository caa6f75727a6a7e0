/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/html.h"

#include <stdbool.h>
#include <string.h>

#include "core/status.h"

void html_put_text(FILE *html, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", html);
            break;
        case '<':
            fputs("&lt;", html);
            break;
        case '>':
            fputs("&gt;", html);
            break;
        case '"':
            fputs("&quot;", html);
            break;
        case '\'':
            fputs("&#39;", html);
            break;
        default:
            fputc((unsigned char)*text < ' ' && *text != '\n' && *text != '\t' ? ' ' : *text, html);
        }
}

int html_put_base64(FILE *html, const char *path)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    FILE *picture = fopen(path, "rb");
    if (!picture)
        return status_fail(STATUS_SYSTEM, "%s: cannot be read again", path);
    unsigned char in[3];
    for (size_t n; (n = fread(in, 1, 3, picture)) > 0;) {
        for (size_t i = n; i < 3; i++)
            in[i] = 0;
        fputc(digits[in[0] >> 2], html);
        fputc(digits[(in[0] & 3) << 4 | in[1] >> 4], html);
        fputc(n > 1 ? digits[(in[1] & 15) << 2 | in[2] >> 6] : '=', html);
        fputc(n > 2 ? digits[in[2] & 63] : '=', html);
    }
    const bool failed = ferror(picture) != 0;
    fclose(picture);
    return failed ? status_fail(STATUS_SYSTEM, "%s: cannot be read again", path) : STATUS_OK;
}

void html_put_section(FILE *html, const char *id, const char *title)
{
    fprintf(html, "<h2 id=\"%s\">%s</h2>\n", id, title);
}

static void put_cell(FILE *html, const char *tag, bool is_text, const char *cell, size_t n)
{
    fprintf(html, is_text ? "<%s class=\"t\">" : "<%s>", tag);
    for (size_t i = 0; i < n; i++) {
        const char character[2] = {cell[i], '\0'};
        html_put_text(html, character);
    }
    fprintf(html, "</%s>", tag);
}

void html_put_rows(FILE *html, const char *rows, int n_left)
{
    bool is_head = true;
    fputs("<div class=\"wide\"><table><thead>\n", html);
    for (const char *line = rows; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        int column = 0;
        fputs("<tr>", html);
        for (const char *cell = line;; cell++, column++) {
            const size_t n = strcspn(cell, "\t\n");
            put_cell(html, is_head ? "th" : "td", column < n_left || cell[n] != '\t', cell, n);
            cell += n;
            if (*cell != '\t')
                break;
        }
        fputs(is_head ? "</tr></thead><tbody>\n" : "</tr>\n", html);
        is_head = false;
    }
    fputs("</tbody></table></div>\n", html);
}
