/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in the texts that users give, in every file and option alike. */
#include "core/number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* [-]DIGITS[.DIGITS][e[±]DIGITS], with digits before or behind the point. */
static bool is_plain(const char *text)
{
    text += *text == '-';
    size_t n = count_digits(text);
    text += n;
    if (*text == '.') {
        const size_t n_behind = count_digits(text + 1);
        text += 1 + n_behind;
        n += n_behind;
    }
    if (n == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text += 1 + (text[1] == '-' || text[1] == '+');
        n = count_digits(text);
        text += n;
    }
    return n > 0 && *text == '\0';
}

bool number_parse(const char *text, double *number)
{
    *number = NAN;
    if (!is_plain(text))
        return false;
    *number = strtod(text, NULL);
    return isfinite(*number);
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
