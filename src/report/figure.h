/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_FIGURE_H
#define SPINET_REPORT_FIGURE_H

#include <jansson.h>
#include <stdint.h>

#include "core/table.h"
#include "data/images.h"
#include "report/statistics.h"
#include "report/vega.h"

/* A figure: how it looks, by its name in figures/looks.json, and the tables that it draws. A look
 * names a specification in the grammar of Vega (of SPECS in figures/, which also say what their
 * values are), the values, a title, a caption, and a sentence that says what is to be seen, for
 * those who cannot see it ("shows").
 *
 *     struct figure figure = {0};
 *     TRY(figure_begin(&figure, "spines-survival"));
 *     figure_put_row(&figure, "lines", "x %g, y %g", age_days, alive);
 *     TRY(page_put_figure(page, &figure));
 */
struct figure {
    json_t *json; /* {spec, name, title, shows, caption, values, tables} */
};

/* Begins a figure, whose name is that of its files and in the page. SYSTEM without memory; free it
 * either way. */
int figure_begin(struct figure *figure, const char *look);
void figure_free(struct figure *figure);

/* Gives it a "name", "title", "caption" … of its own, by printf's format. */
void figure_say(struct figure *figure, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the caption and values that the look has for one run a condition ("of_one"), if any. */
void figure_show_one(struct figure *figure);

/* Sets values of the specification: "NAME %TYPE, NAME %TYPE …", as printf's: %s a text, %g a number
 * (null where it is NaN), %d a whole one, %i one that is null where it is negative, %lld, %u a
 * bool, %p JSON, which it takes over. */
void figure_set(struct figure *figure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A text, ? for what is no UTF-8. NULL without memory. */
json_t *figure_string(const char *text);

/* Pixels of an image as a row's "values", beside its "width", "height" and "palette" ("gray",
 * "viridis" …): a byte each, FIGURE_NO_PIXEL where there is none. NULL without memory. */
enum { FIGURE_NO_PIXEL = 255 };
uint8_t figure_pixel(double part); /* of a part of the largest value, 0 … 1 */
json_t *figure_bytes(const uint8_t *byte, size_t n);

/* The same of numbers 0 … most, NaN for none; a row says "most", too. */
json_t *figure_matrix(const double *value, size_t n, double most);

/* The same of an image of a data set. */
json_t *figure_image(const struct images *images, int32_t image);

/* A row of a table, after those that are there, by the same format. In a page each tells its
 * columns; of "href", the page of a run, it tells none: a click leads there. */
void figure_put_row(struct figure *figure, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A row of the mean of runs at x: with a band of one standard deviation, within least … most, if
 * there are several, and how many they are. */
void figure_put_mean(struct figure *figure, const char *name, const char *panel, const char *series,
                     double x, const struct running *mean, double least, double most);

/* All rows of a table as it is in files (core/table.h), by columns; shapes.js makes rows of them.
 */
void figure_put_table(struct figure *figure, const char *name, const struct table *table,
                      const void *rows, size_t n);

/* The table as JSON, empty if the figure has none: the figure's own, to be added to. */
json_t *figure_table(struct figure *figure, const char *name);

/* The figure as JSON that can stand inside a page's <script>: to be freed; NULL without memory. */
char *figure_text(const struct figure *figure);

#endif
