/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_GZIP_H
#define SPINET_CORE_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file that is read from its start to its end, gzipped or plain alike. */
struct gzip_reader {
    const char *path;           /* as given: must outlive the reader */
    struct gzip_stream *stream; /* NULL: none is open */
    int64_t n_plain; /* bytes of the whole file when it was opened; -1 if it is gzipped */
};

/* USER if the file cannot be opened, or is none; `needed`: what should be there, "an IDX file". */
int gzip_open(struct gzip_reader *reader, const char *path, const char *needed);

/* Reads up to n bytes into `to` and returns how many were read; fewer than n only at the end of the
 * file. USER, with a message that begins with `where`, if the gzip stream is damaged or cut off, or
 * a plain file has become shorter; USER also if something else follows the gzip streams, or they
 * are a bomb. */
int64_t gzip_read(const struct gzip_reader *reader, void *to, size_t n, const char *where);

/* Whether data unpack to more than 64 MiB and to over 200 times their packed size, as files made to
 * exhaust memory do. */
bool gzip_is_bomb(int64_t n_packed, int64_t n_unpacked);

/* Safe on a zeroed reader. */
void gzip_close(struct gzip_reader *reader);

/* Writes FOLDER/NAME as a gzip file of n bytes. The same bytes always give the same file. USER,
 * SYSTEM as file_create and file_commit. */
int gzip_write(const char *folder, const char *name, const void *bytes, size_t n);

#endif
