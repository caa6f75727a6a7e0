/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/html.h"

int page_begin(struct page *page, const char *folder, const char *title)
{
    *page = (struct page){.title = strdup(title), .folder = folder};
    page->html = open_memstream(&page->text, &page->size);
    page->nav_html = open_memstream(&page->nav, &page->nav_size);
    if (!page->title || !page->html || !page->nav_html)
        return status_no_memory("a page", 0);
    html_put_between(page->html, "<h1>", title, "</h1>\n");
    return STATUS_OK;
}

void page_free(struct page *page)
{
    for (int i = 0; i < page->n_figures; i++) {
        free(page->figure[i].name);
        free(page->figure[i].text);
        free(page->figure[i].still);
    }
    if (page->html)
        fclose(page->html);
    if (page->nav_html)
        fclose(page->nav_html);
    free(page->figure);
    free(page->title);
    free(page->text);
    free(page->nav);
    *page = (struct page){0};
}

/* Goes back to before the last section, if nothing was put into it. */
static void drop_empty_section(struct page *page)
{
    if (page->section.body == 0 || ftell(page->html) != page->section.body)
        return;
    fseek(page->html, page->section.head, SEEK_SET);
    fseek(page->nav_html, page->section.nav, SEEK_SET);
}

void page_put_section(struct page *page, const char *id, const char *title)
{
    drop_empty_section(page);
    page->section.head = ftell(page->html);
    page->section.nav = ftell(page->nav_html);
    fprintf(page->html, "<h2 id=\"%s\">", id);
    html_put_between(page->html, "", title, "</h2>\n");
    fprintf(page->nav_html, "<li><a href=\"#%s\">", id);
    html_put_between(page->nav_html, "", title, "</a></li>\n");
    page->section.body = ftell(page->html);
}

static void put_link(FILE *out, const void *path)
{
    for (const char *c = path; *c; c++)
        if (strchr("/._-~", *c) || isalnum((unsigned char)*c))
            fputc(*c, out);
        else
            fprintf(out, "%%%02X", (unsigned)(unsigned char)*c);
}

char *page_link(const struct page *page, const char *path)
{
    OWNED char *folder = realpath(page->folder, NULL);
    OWNED char *target = realpath(path, NULL);
    const size_t n = folder ? strlen(folder) : 0;
    const bool is_below = folder && target && strncmp(target, folder, n) == 0 && target[n] == '/';
    return text_written(put_link, is_below ? target + n + 1 : target ? target : path);
}

char *page_link_run(const struct page *page, const char *folder)
{
    OWNED char *own = file_join(folder, "report.html");
    return page_link(page, own && file_exists(own) ? own : folder);
}

/* ---- figures ---- */

static const char *text_of(const struct figure *figure, const char *key)
{
    const char *text = json_string_value(json_object_get(figure->json, key));
    return text ? text : "";
}

/* What is to be seen, for those who cannot see it: unless the look says it, "accuracy over days".
 */
static void say_axes(struct figure *figure)
{
    const json_t *values = json_object_get(figure->json, "values");
    const char *x = json_string_value(json_object_get(values, "x_label")),
               *y = json_string_value(json_object_get(values, "y_label"));
    if (!*text_of(figure, "shows"))
        figure_say(figure, "shows", "%s over %s", y ? y : "values", x ? x : "conditions");
}

int page_put_figure(struct page *page, struct figure *figure)
{
    if (json_object_size(json_object_get(figure->json, "tables")) == 0)
        return STATUS_OK;
    say_axes(figure);
    TRY_RESIZE(page->figure, page->n_figures + 1, "the figures");
    struct page_figure *kept = &page->figure[page->n_figures++];
    *kept = (struct page_figure){strdup(text_of(figure, "name")), figure_text(figure), NULL, 0};
    if (!kept->name || !kept->text)
        return status_no_memory("a figure", 0);
    fprintf(page->html, "<figure id=\"figure-%s\" data-figure>\n", kept->name);
    html_put_between(page->html, "<h3>", text_of(figure, "title"), "</h3>\n");
    html_put_between(page->html, "<div class=\"canvas\" role=\"img\" aria-label=\"",
                     text_of(figure, "shows"), "\">");
    fflush(page->html);
    kept->at = (long)page->size;
    html_put_between(page->html, "</div>\n<figcaption>", text_of(figure, "caption"),
                     "</figcaption>\n");
    fprintf(page->html, "<script type=\"application/json\">%s</script>\n</figure>\n", kept->text);
    return STATUS_OK;
}

/* Draws what is not drawn yet: all figures at once. */
static int draw_stills(struct page *page)
{
    const size_t n = (size_t)page->n_figures;
    if (n == 0 || page->figure[0].still)
        return STATUS_OK;
    OWNED char **texts = calloc(2 * n, sizeof *texts);
    if (!texts)
        return status_no_memory("the figures", 0);
    for (size_t i = 0; i < n; i++)
        texts[i] = page->figure[i].text;
    const int result = vega_draw(texts, page->n_figures, texts + n);
    for (size_t i = 0; i < n; i++)
        page->figure[i].still = texts[n + i];
    return result;
}

int page_write_pictures(struct page *page, const char *pictures, const char *folder)
{
    if (!pictures)
        return STATUS_OK;
    const enum picture_format format = strcmp(pictures, "png") == 0 ? PICTURE_PNG : PICTURE_SVG;
    TRY(draw_stills(page));
    for (int i = 0; i < page->n_figures; i++)
        TRY(vega_write(page->figure[i].still, format, folder, page->figure[i].name));
    return STATUS_OK;
}

/* ---- the page ---- */

static void put_head(const struct page *page, FILE *out)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
          "<link rel=\"icon\" href=\"data:,\">",
          out);
    if (page->is_growing)
        fputs("<meta http-equiv=\"refresh\" content=\"30\">\n", out);
    html_put_between(out, "<title>", page->title, "</title>\n<style>\n");
    fprintf(out, "%s</style></head><body>\n<div class=\"page\">\n", vega_text("page.css"));
    if (page->nav_size > 0)
        fprintf(out, "<nav aria-label=\"Sections\"><ol>\n%.*s</ol></nav>\n", (int)page->nav_size,
                page->nav);
    fputs("<main>\n", out);
}

/* The page's text, with the stills in it. */
static void put_text(const struct page *page, FILE *out)
{
    size_t from = 0;
    for (int i = 0; i < page->n_figures; i++) {
        const size_t to = (size_t)page->figure[i].at;
        fwrite(page->text + from, 1, to - from, out);
        if (page->figure[i].still)
            fputs(page->figure[i].still, out);
        from = to;
    }
    fwrite(page->text + from, 1, page->size - from, out);
}

static void put_scripts(FILE *out)
{
    fputs("<script>\n", out);
    if (vega_put_library(out) != STATUS_OK)
        fprintf(stderr, "spinet: %s\n", status_message());
    fprintf(out, "%s</script>\n", vega_text("page.js"));
}

int page_write(struct page *page, const char *path)
{
    SCOPED(file_abandon) struct new_file file = {0};
    drop_empty_section(page);
    fflush(page->html);
    fflush(page->nav_html);
    const int drawn = vega_is_here() ? draw_stills(page) : STATUS_OK;
    if (drawn != STATUS_OK && drawn != STATUS_NO_PICTURE)
        return drawn;
    TRY(file_create(&file, path));
    put_head(page, file.stream);
    if (page->n_figures > 0 && !vega_is_here())
        fputs("<p class=\"note\">The figures are missing, their numbers are below each: the page "
              "was made where Vega is not installed (Debian: libjs-vega).</p>\n",
              file.stream);
    put_text(page, file.stream);
    fputs("</main></div>\n", file.stream);
    if (page->n_figures > 0)
        put_scripts(file.stream);
    fputs("</body></html>\n", file.stream);
    return file_commit(&file);
}

int page_write_in(struct page *page, const char *name, const char *pictures)
{
    OWNED char *path = file_join(page->folder, name);
    TRY(path ? page_write(page, path) : status_no_memory("a file name", 0));
    return page_write_pictures(page, pictures, page->folder);
}
