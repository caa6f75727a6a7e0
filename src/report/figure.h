/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_FIGURE_H
#define SPINET_REPORT_FIGURE_H

#include <jansson.h>
#include <stdint.h>

#include "report/vega.h"

/* A figure: the name of a specification in the grammar of Vega (of SPECS in figures/, which also
 * say what their values are), the values, and the tables that it draws.
 *
 *     struct figure figure = {0};
 *     TRY(figure_begin(&figure, "lines", "survival", "Spines alive", "Survival of spines by age"));
 *     figure_set(&figure, "x_label", json_string("age (days)"));
 *     figure_put_row(&figure, "lines", "{s:f,s:f}", "x", age_days, "y", alive);
 *     TRY(page_put_figure(page, &figure, "Kaplan–Meier, of spines born after the start."));
 */
struct figure {
    json_t *json; /* {spec, name, title, shows, values, tables} */
};

/* Begins a figure. `name` is that of its files and in the page; `shows` is a sentence that says
 * what is to be seen, for those who cannot see it. SYSTEM without memory; free it either way. */
int figure_begin(struct figure *figure, const char *spec, const char *name, const char *title,
                 const char *shows);
void figure_free(struct figure *figure);

/* A value of the specification, which it takes. */
void figure_set(struct figure *figure, const char *word, json_t *value);
void figure_set_text(struct figure *figure, const char *word, const char *text);

/* A text, ? for what is no UTF-8. NULL without memory. */
json_t *figure_string(const char *text);

/* Pixels of an image as a row's "values", beside its "width", "height" and "palette" ("gray",
 * "viridis" …): a byte each, FIGURE_NO_PIXEL where there is none. NULL without memory. */
enum { FIGURE_NO_PIXEL = 255 };
uint8_t figure_pixel(double part); /* of a part of the largest value, 0 … 1 */
json_t *figure_bytes(const uint8_t *byte, size_t n);

/* A row of a table, after those that are there, by json_pack's format (numbers and texts from
 * elsewhere by o, with those above). In a page each tells its columns; of "href", the page of a
 * run, it tells none: a click leads there. */
void figure_put_row(struct figure *figure, const char *name, const char *format, ...);

/* The table as JSON, empty if the figure has none: the figure's own, to be added to. */
json_t *figure_table(struct figure *figure, const char *name);

/* The figure as JSON that can stand inside a page's <script>: to be freed; NULL without memory. */
char *figure_text(const struct figure *figure);

/* Draws n figures into FOLDER/NAME.svg or .png and frees them, drawn or not. NO_PICTURE if node,
 * Vega or rsvg-convert cannot be had. */
int figures_write(struct figure *figures, int n, enum picture_format format, const char *folder);

#endif
