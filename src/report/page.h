/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_PAGE_H
#define SPINET_REPORT_PAGE_H

#include <stdio.h>

#include "report/figure.h"

/* An HTML page that needs nothing else: sections with a list of them at the side, tables
 * (report/html.h) and figures, which it draws by itself where it is read. A still of each is inside
 * where node can draw it. */
struct page {
    FILE *html;         /* to write to: what comes next on the page */
    char *title;        /* of it, as text */
    const char *folder; /* where it will be, to link from */
    char *text;         /* behind html */
    size_t size;
    char *nav; /* the list of sections, and behind nav_html */
    size_t nav_size;
    FILE *nav_html;
    struct {
        long nav, head, body; /* of the last section: where it begins in nav and text, and where
                               * what is below its heading */
    } section;
    bool is_growing;  /* a browser loads it again every half minute */
    bool tells_boxes; /* what boxes and points are was said with the first figure of them */
    int n_figures;
    struct page_figure {
        char *name, *text, *still; /* as JSON; as SVG, NULL if none */
        long at;                   /* where in `text` the still goes */
    } * figure;                    /* [n_figures] */
};

/* Begins a page that will be in this folder, which must outlive it, with its <h1>. SYSTEM without
 * memory; free it either way. */
int page_begin(struct page *page, const char *folder, const char *title);
void page_free(struct page *page);

/* Begins a section: <h2> with an id to link to. The one before is taken away if nothing was put
 * into it. */
void page_put_section(struct page *page, const char *id, const char *title);

/* The path as a link from the page: relative where it is in the page's folder or below, so that all
 * can be moved together. In new memory; NULL if there is none. */
char *page_link(const struct page *page, const char *path);

/* The same of a run's own page, or of its folder if it has none. */
char *page_link_run(const struct page *page, const char *folder);

/* Puts a figure with its title and caption, unless it has no rows. SYSTEM without memory. */
int page_put_figure(struct page *page, struct figure *figure);

/* Writes the page. Without Vega it has its tables and says what to install, as stderr does. */
int page_write(struct page *page, const char *path);

/* Writes it as FOLDER/NAME and, for "svg" or "png", its figures beside it (NULL: not). */
int page_write_in(struct page *page, const char *name, const char *pictures);

/* Draws all of its figures into FOLDER/NAME.svg or .png, for "svg" or "png" (NULL: none).
 * NO_PICTURE where that is not possible. */
int page_write_pictures(struct page *page, const char *pictures, const char *folder);

#endif
