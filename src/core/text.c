/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text line by line, of a plain or a gzipped file or from memory. */
#include "core/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

int text_open(struct text_reader *reader, const char *path)
{
    *reader = (struct text_reader){.path = path, .capacity = 1 << 14};
    TRY(gzip_open(&reader->gz, path, "a file"));
    reader->buffer = malloc(reader->capacity + 1);
    if (reader->buffer)
        return STATUS_OK;
    text_close(reader);
    return status_no_memory("a line of text", 1 << 14);
}

int text_open_memory(struct text_reader *reader, const char *name, const char *text)
{
    const size_t size = strlen(text);
    *reader = (struct text_reader){.path = name, .capacity = size, .filled = size};
    reader->buffer = strdup(text);
    return reader->buffer ? STATUS_OK : status_no_memory(name, size);
}

/* Moves the unread part of the buffer to its start and reads more behind it: 1, or 0 at the end of
 * the file. */
static int text_fill(struct text_reader *reader)
{
    char where[PATH_MAX + 64];
    if (!reader->gz.stream)
        return 0;
    reader->filled -= reader->next;
    memmove(reader->buffer, reader->buffer + reader->next, reader->filled);
    reader->next = 0;
    if (reader->filled == reader->capacity) {
        if (reader->capacity >= TEXT_LINE_MAX)
            return status_fail(STATUS_USER, "%s: line %zu: longer than %d bytes", reader->path,
                               reader->line + 1, TEXT_LINE_MAX);
        TRY_RESIZE(reader->buffer, 2 * reader->capacity + 1, "a line of text");
        reader->capacity *= 2;
    }
    snprintf(where, sizeof where, "%s: line %zu", reader->path, reader->line + 1);
    const int64_t n = gzip_read(&reader->gz, reader->buffer + reader->filled,
                                reader->capacity - reader->filled, where);
    if (n < 0)
        return (int)n;
    reader->filled += (size_t)n;
    return n > 0;
}

int text_next(struct text_reader *reader)
{
    size_t searched = 0;
    char *newline;
    while (!(newline = memchr(reader->buffer + reader->next + searched, '\n',
                              reader->filled - reader->next - searched))) {
        searched = reader->filled - reader->next;
        const int more = text_fill(reader);
        if (more < 0)
            return more;
        if (more == 0)
            break;
    }
    if (!newline && reader->filled == reader->next)
        return 0;
    char *end = newline ? newline : reader->buffer + reader->filled;
    reader->text = reader->buffer + reader->next;
    reader->next = (size_t)(end - reader->buffer) + (newline != NULL);
    reader->line++;
    if (memchr(reader->text, '\0', (size_t)(end - reader->text)))
        return status_fail(STATUS_USER, "%s: line %zu: holds a NUL byte, this is not text",
                           reader->path, reader->line);
    const bool has_cr = end > reader->text && end[-1] == '\r';
    if (memchr(reader->text, '\r', (size_t)(end - has_cr - reader->text)))
        return status_fail(STATUS_USER,
                           "%s: line %zu: a CR alone ends no line: save it with LF or CR LF",
                           reader->path, reader->line);
    reader->end = newline ? (has_cr ? "\r\n" : "\n") : has_cr ? "\r" : "";
    end[-has_cr] = '\0';
    reader->has_mark = reader->line == 1 && strncmp(reader->text, "\xef\xbb\xbf", 3) == 0;
    if (reader->has_mark) /* a byte order mark */
        reader->text += 3;
    return 1;
}

void text_close(struct text_reader *reader)
{
    gzip_close(&reader->gz);
    free(reader->buffer);
    *reader = (struct text_reader){0};
}

char *text_written(text_put *put, const void *data)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    put(out, data);
    const bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}

void text_append(char *text, size_t size, const char *format, ...)
{
    const size_t n = strlen(text);
    va_list values;
    va_start(values, format);
    vsnprintf(text + n, size - n, format, values);
    va_end(values);
}
