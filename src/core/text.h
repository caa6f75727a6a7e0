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
    const char *end;       /* "\n" or "\r\n"; "" or "\r" at the end of the file */
    bool has_mark;         /* a UTF-8 byte order mark stood before that line, the first */
    struct gzip_reader gz; /* its stream is NULL of a text in memory */
    char *buffer;          /* [capacity + 1], read ahead: next … filled is still to be returned */
    size_t capacity, next, filled;
};

/* No line of text that spinet reads is longer (a row of a CSV of 1000x1000 images fits). */
enum { TEXT_LINE_MAX = 8 << 20 };

/* USER if the file cannot be opened, or is none (file_check_regular). */
int text_open(struct text_reader *reader, const char *path);

/* The same for a copy of a text in memory; `name` stands for the path in messages. */
int text_open_memory(struct text_reader *reader, const char *name, const char *text);

/* 1 and reader->text, or 0 at the end; USER on a damaged gzip stream or something behind it, a NUL
 * byte or a line longer than TEXT_LINE_MAX. A CR before the end of the line and a UTF-8 byte order
 * mark before the first are no part of the text. */
int text_next(struct text_reader *reader);

void text_close(struct text_reader *reader);

/* What `put` writes of the data, as a text: to be freed; NULL without memory. */
typedef void text_put(FILE *out, const void *data);
char *text_written(text_put *put, const void *data);

#endif
