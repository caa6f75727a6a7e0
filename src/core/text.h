/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_TEXT_H
#define SPINET_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/gzip.h"
#include <stdio.h>

/* Reads text line by line, plain or gzipped alike, in bounded memory. */
struct text_reader {
    const char *path;      /* as given: must outlive the reader */
    size_t line;           /* number of the line last returned, from 1 */
    char *text;            /* that line, without its end; valid until the next call */
    const char *end;       /* how the line ended: "\n" or "\r\n"; "" or "\r" if the file ended */
    bool has_mark;         /* this is the first line, and a UTF-8 byte order mark stood before it */
    struct gzip_reader gz; /* its stream is NULL for a text in memory */
    char *buffer; /* [capacity + 1] read ahead, of which [next … filled - 1] is not returned yet */
    size_t capacity, next, filled;
};

/* The longest line of text that is read, in bytes (a row of a CSV file of 1000x1000 pixels fits).
 */
enum { TEXT_LINE_MAX = 8 << 20 };

/* Opens a file. USER if it cannot be opened, or is not a regular file. */
int text_open(struct text_reader *reader, const char *path);

/* Opens a copy of a text in memory; messages name it `name`. */
int text_open_memory(struct text_reader *reader, const char *name, const char *text);

/* Reads the next line into reader->text: 1, or 0 at the end. USER for a damaged gzip stream or
 * something behind it, a NUL byte, or a line longer than TEXT_LINE_MAX. A CR at the end of the line
 * and a UTF-8 byte order mark before the first line are not in the text. */
int text_next(struct text_reader *reader);

void text_close(struct text_reader *reader);

/* Appends to text[size], by printf's format, as much as there is room for. */
void text_append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What `put` writes of the data, as a text: to be freed; NULL without memory. */
typedef void text_put(FILE *out, const void *data);
char *text_written(text_put *put, const void *data);

#endif
