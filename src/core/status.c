/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes with one clear line. Prints nothing and exits nowhere: main does both. */
#include "core/status.h"

#include <errno.h>
#include <stdarg.h>
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

/* Copies a line into `message`. Of too long a line, which has a path in it, the beginning and the
 * end are kept, for the reason stands last. */
static void take_message(const char *line)
{
    size_t first = 600, last = strlen(line);
    if (last < sizeof message) {
        strcpy(message, line);
        return;
    }
    last -= 400;
    while (first > 0 && utf8_continues(line[first]))
        first--;
    while (utf8_continues(line[last]))
        last++;
    snprintf(message, sizeof message, "%.*s…%s", (int)first, line, line + last);
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
        take_message(line);
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
