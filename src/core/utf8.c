/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that end up in JSON: whole characters of UTF-8. */
#include "core/utf8.h"

#include <jansson.h>
#include <string.h>

bool utf8_is_valid(const char *text)
{
    json_t *as_json = json_string(text); /* which takes nothing else */
    json_decref(as_json);
    return as_json;
}

bool utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
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
