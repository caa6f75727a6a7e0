/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8, which all texts that are written as JSON must be. */
#include "core/utf8.h"

#include <string.h>

bool utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The number of bytes of the character at `at`; 0 if they are no character (RFC 3629, table of
 * section 4). */
static size_t character_length(const char *at)
{
    const unsigned char *c = (const unsigned char *)at;
    const size_t n = c[0] < 0x80   ? 1
                     : c[0] < 0xc2 ? 0
                     : c[0] < 0xe0 ? 2
                     : c[0] < 0xf0 ? 3
                     : c[0] < 0xf5 ? 4
                                   : 0;
    for (size_t i = 1; i < n; i++)
        if (!utf8_continues(at[i]))
            return 0;
    const bool is_overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
    const bool is_beyond = (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf4 && c[1] > 0x8f);
    return is_overlong || is_beyond ? 0 : n;
}

bool utf8_is_valid(const char *text)
{
    while (*text) {
        const size_t n = character_length(text);
        if (n == 0)
            return false;
        text += n;
    }
    return true;
}

size_t utf8_count(const char *text, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += !utf8_continues(text[i]);
    return count;
}

void utf8_copy(char *to, size_t size, const char *text, size_t n)
{
    if (n >= size)
        for (n = size - 1; n > 0 && utf8_continues(text[n]);)
            n--;
    memcpy(to, text, n);
    to[n] = '\0';
}
