/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_NUMBER_H
#define SPINET_CORE_NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The text as a number, if all of it is one in plain decimals, as 7, -0.5, .5 or 1e-05, and finite:
 * no space, no +, not 0x1p-3, nan or inf, which strtod takes. */
bool number_parse(const char *text, double *number);

/* The same for the number that the text *at begins with; *at is moved behind it. */
bool number_take(const char **at, double *number);

/* The same as number_parse for a float, rounded once. */
bool number_parse_float(const char *text, float *number);

/* A whole number of digits alone, or behind a -. */
bool number_parse_whole(const char *text, int64_t *number);

/* The shortest text of 15 digits, or of 17, that reads back as the same number. */
void number_format(double number, char *text, size_t size);

/* Numbers are read and written with a point, whatever the program's locale, by this
 * thread in scope of this. */
#define POINT_FOR_DECIMALS                                                                         \
    __attribute__((cleanup(locale_restore), unused)) locale_t locale_before = locale_begin()
locale_t locale_begin(void);
void locale_restore(const locale_t *before);

#endif
