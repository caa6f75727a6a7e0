/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_HTML_H
#define SPINET_REPORT_HTML_H

#include <stdio.h>

#include "core/table.h"

/* Pieces of an HTML page. Whatever text comes from elsewhere is escaped. */

/* Control characters become spaces, marks that turn text round U+FFFD. */
void html_put_text(FILE *html, const char *text);

/* The text, escaped, between what is HTML already. */
void html_put_between(FILE *html, const char *before, const char *text, const char *after);

/* A table of what `put` writes of the data, cells between tabs, a line a row, the heads first; the
 * first n_left columns are set to the left, as text. A last column without a head is text, too.
 * SYSTEM without memory. */
int html_put_cells(FILE *html, text_put *put, const void *data, int n_left);

/* The same of the rows of a table, names to the left. */
int html_put_table(FILE *html, const struct table *table, const void *rows, size_t n);

#endif
