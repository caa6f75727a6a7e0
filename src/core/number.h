/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_NUMBER_H
#define SPINET_CORE_NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Reads a text that is, as a whole, a finite number in plain decimals, as 7, -0.5, .5 or 1e-05.
 * False for everything else that strtod would take: spaces, a leading +, 0x1p-3, nan, inf. */
bool number_parse(const char *text, double *number);

/* Reads the number that the text at *at begins with, and moves *at behind it. */
bool number_take(const char **at, double *number);

/* Does what number_parse does for a float, rounding directly to float, not by way of a double. */
bool number_parse_float(const char *text, float *number);

/* Reads a text that is, as a whole, a whole number: digits, which a - may precede. */
bool number_parse_whole(const char *text, int64_t *number);

/* Writes the number with 15 significant digits if that reads back as the same number, else with 17.
 */
void number_format(double number, char *text, size_t size);

/* Numbers are read and written with a point, whatever the program's locale, by this
 * thread in scope of this. */
#define POINT_FOR_DECIMALS                                                                         \
    __attribute__((cleanup(locale_restore), unused)) locale_t locale_before = locale_begin()
locale_t locale_begin(void);
void locale_restore(const locale_t *before);

/* Writes the number by printf's format, which has a precision of its own as %.*f, %.*g or %.*e has;
 * `nothing` for NaN. */
void number_put(FILE *out, const char *format, int precision, double number, const char *nothing);

/* For qsort: -1, 0 or 1 as a is less than, equal to or greater than b. Keys that follow one another
 * stand between ?: */
#define NUMBER_ORDER(a, b) (((a) > (b)) - ((a) < (b)))

#endif
