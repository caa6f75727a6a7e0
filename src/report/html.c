/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html.h"

#include <stdbool.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;color:#222;max-width:64rem;margin:2rem auto;"
    "padding:0 1rem}\n"
    "h1{font-size:1.7rem;line-height:1.2;margin-bottom:.3rem}"
    "h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid #ccc}"
    "h3{font-size:1.05rem;margin-top:1.8rem}\n"
    ".about{color:#555;margin-top:0}nav ol{columns:2;padding-left:1.4rem}a{color:#0072b2}\n"
    "figure{margin:1.2rem 0 2rem}figure img{max-width:100%;height:auto;display:block;margin:auto}"
    "figcaption{font-size:.88rem;color:#444;max-width:48rem;margin:.4rem auto 0}\n"
    "table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;"
    "margin:1rem 0}th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #e4e4e4}"
    "th{border-bottom:2px solid "
    "#888;text-align:right}.t{text-align:left}td.t{overflow-wrap:anywhere}"
    "\n.wide{overflow-x:auto}.wide td,.wide "
    "th{white-space:nowrap}pre{font-size:.8rem;line-height:1.35;background:#f6f6f6;padding:.8rem;"
    "overflow-x:auto}code{overflow-wrap:anywhere}.note{background:#fff4d6;padding:.6rem .9rem}\n"
    "@media print{body{max-width:none;margin:0;font-size:10pt}figure,tr{break-inside:avoid}"
    "h2,h3{break-after:avoid}pre{white-space:pre-wrap;font-size:5pt}a{color:inherit;text-"
    "decoration:none}}\n";

void html_begin(FILE *html, const char *title)
{
    fprintf(html, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                  "<link rel=\"icon\" href=\"data:,\">");
    html_put_between(html, "<title>", title, "</title>\n<style>\n");
    fputs(style, html);
    html_put_between(html, "</style></head><body>\n<h1>", title, "</h1>\n");
}

void html_end(FILE *html)
{
    fprintf(html, "</body></html>\n");
}

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

void html_put_text(FILE *html, const char *text)
{
    for (; *text; text++)
        put_character(html, *text);
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

void html_put_between(FILE *html, const char *before, const char *text, const char *after)
{
    fputs(before, html);
    html_put_text(html, text);
    fputs(after, html);
}

void html_put_section(FILE *html, const char *id, const char *title)
{
    fprintf(html, "<h2 id=\"%s\">%s</h2>\n", id, title);
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
