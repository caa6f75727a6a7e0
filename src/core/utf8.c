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

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

void utf8_copy(char *to, size_t size, const char *text, size_t n)
{
    if (n >= size)
        for (n = size - 1; n > 0 && continues_character(text[n]);)
            n--;
    memcpy(to, text, n);
    to[n] = '\0';
}
