/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes with one clear line. Prints nothing and exits nowhere: main does both. */
#include "core/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

int status_fail(int code, const char *format, ...)
{
    char raw[sizeof message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    copy_on_one_line(message, sizeof message, raw);
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
