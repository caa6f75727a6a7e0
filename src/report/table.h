/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TABLE_H
#define SPINET_REPORT_TABLE_H

#include <stdio.h>

/* Prints rows of UTF-8 cells between tabs, a line a row, in columns; the first n_left are set to
 * the left, the others to the right, the last as it comes. html_put_rows takes the same rows. */
void table_print(FILE *out, const char *rows, int n_left);

#endif
