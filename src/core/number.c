/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in the texts that users give, in every file and option alike. */
#include "core/number.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* The end of the longest [-]DIGITS[.DIGITS][e[±]DIGITS] that the text begins with, which has digits
 * before or behind the point; the text itself if it begins with none. */
static const char *find_end(const char *text)
{
    const char *at = text + (*text == '-');
    size_t n = count_digits(at);
    at += n;
    if (*at == '.') {
        const size_t n_behind = count_digits(at + 1);
        at += 1 + n_behind;
        n += n_behind;
    }
    if (n == 0)
        return text;
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1 + (at[1] == '-' || at[1] == '+');
        n = count_digits(exponent);
        at = n > 0 ? exponent + n : at;
    }
    return at;
}

static bool is_plain(const char *text)
{
    return *text && *find_end(text) == '\0';
}

bool number_take(const char **at, double *number)
{
    const char *end = find_end(*at);
    char *stop;
    *number = NAN;
    if (end == *at)
        return false;
    *number = strtod(*at, &stop);
    if (stop != end) /* strtod has read it as a number in base 16 */
        return false;
    *at = end;
    return isfinite(*number);
}

bool number_parse(const char *text, double *number)
{
    return number_take(&text, number) && *text == '\0';
}

bool number_parse_float(const char *text, float *number)
{
    *number = NAN;
    if (!is_plain(text))
        return false;
    *number = strtof(text, NULL);
    return isfinite(*number);
}

bool number_parse_whole(const char *text, int64_t *number)
{
    const char *digits = text + (*text == '-');
    *number = 0;
    if (!*digits || digits[count_digits(digits)])
        return false;
    errno = 0;
    *number = strtoll(text, NULL, 10);
    return errno == 0;
}

void number_format(double number, char *text, size_t size)
{
    snprintf(text, size, "%.15g", number);
    if (strtod(text, NULL) != number)
        snprintf(text, size, "%.17g", number);
}

static locale_t with_point;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_locale(void)
{
    with_point = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
}

locale_t locale_begin(void)
{
    pthread_once(&once, make_locale);
    return uselocale(with_point); /* NULL without memory: then the program's own locale stays */
}

void locale_restore(const locale_t *before)
{
    uselocale(*before);
}

void number_put(FILE *out, const char *format, int precision, double number, const char *nothing)
{
    if (isnan(number))
        fputs(nothing, out);
    else
        fprintf(out, format, precision, number);
}
