/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes with one clear line. Prints nothing and exits nowhere: main does both. */
#include "core/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

static _Thread_local char message[1024];

/* A path may hold a newline; the message must not. */
static void copy_on_one_line(char *to, size_t size, const char *from)
{
    size_t n = 0;
    for (; *from && n + 5 < size; from++) {
        const unsigned char c = (unsigned char)*from;
        if (c < 0x20 || c == 0x7f)
            n += (size_t)snprintf(to + n, size - n, "\\x%02x", c);
        else
            to[n++] = (char)c;
    }
    to[n] = '\0';
}

/* Replaces n_cut bytes, or a few more so that no character is cut, in the middle of text[start …
 * start + length - 1] by an ellipsis. */
static void cut_middle(char *text, size_t start, size_t length, size_t n_cut)
{
    static const char ellipsis[] = "…";
    size_t from = start + (length - n_cut) / 2, to = from + n_cut;
    while (from > start && utf8_continues(text[from]))
        from--;
    while (to < start + length && utf8_continues(text[to]))
        to++;
    memcpy(text + from, ellipsis, sizeof ellipsis - 1);
    memmove(text + from + sizeof ellipsis - 1, text + to, strlen(text + to) + 1);
}

/* Shortens a text to n_most bytes: too long texts have a path in them, their longest word, which is
 * cut in its middle. The reason, which stands behind it, stays. */
static void shorten(char *text, size_t n_most)
{
    enum { WORD_LONG = 200, WORD_KEPT = 100, ELLIPSIS = 3 };
    for (size_t n; (n = strlen(text)) > n_most;) {
        size_t start = 0, longest = 0;
        for (size_t at = 0; at < n;) {
            const size_t length = strcspn(text + at, " ");
            if (length > longest) {
                start = at;
                longest = length;
            }
            at += length + 1;
        }
        if (longest < WORD_LONG) { /* a path with spaces in it */
            start = 0;
            longest = n;
        }
        const size_t excess = n - n_most + ELLIPSIS;
        cut_middle(text, start, longest,
                   excess < longest - WORD_KEPT ? excess : longest - WORD_KEPT);
    }
}

int status_fail(int code, const char *format, ...)
{
    char short_of_memory[sizeof message], *raw = NULL;
    va_list arguments;
    va_start(arguments, format);
    const int n = vasprintf(&raw, format, arguments);
    va_end(arguments);
    const size_t size = n < 0 ? 0 : 4 * (size_t)n + 6; /* every byte may become \xNN */
    char *line = size > 0 ? malloc(size) : NULL;
    if (line) {
        copy_on_one_line(line, size, raw);
        shorten(line, sizeof message - 1);
        strcpy(message, line);
    } else {
        va_start(arguments, format);
        vsnprintf(short_of_memory, sizeof short_of_memory, format, arguments);
        va_end(arguments);
        copy_on_one_line(message, sizeof message, short_of_memory);
    }
    free(line);
    if (n >= 0)
        free(raw);
    return code;
}

int status_no_memory(const char *what, unsigned long long bytes)
{
    return status_fail(STATUS_SYSTEM, "not enough memory for %s (%llu bytes)", what, bytes);
}

int status_of_errno(int reason)
{
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case EBUSY:
    case ESTALE:
    case ETIMEDOUT:
        return STATUS_SYSTEM;
    default:
        return STATUS_USER;
    }
}

const char *status_message(void)
{
    return message;
}

int status_exit_code(int code)
{
    if (code <= STATUS_INTERRUPTED)
        return -code;
    return code == STATUS_OK ? 0 : code == STATUS_USER ? 2 : 1;
}
