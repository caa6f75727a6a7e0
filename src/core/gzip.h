/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_GZIP_H
#define SPINET_CORE_GZIP_H

#include <stddef.h>
#include <stdint.h>

/* After a gzip file was read to its end, to so many bytes: USER if something follows its streams,
 * which zlib passes over. Files that are no regular ones are taken as they are. */
int gzip_check_end(const char *path, int64_t n_unpacked);

/* SHA-256, as 64 hex digits, of what is gzipped in the file; "" if it is not gzipped. USER if it
 * cannot be read. */
int gzip_sha256(const char *path, char hex[65]);

/* A file that is read from its start to its end, gzipped or plain alike. */
struct gzip_reader {
    const char *path; /* as given: must outlive the reader */
    void *stream;     /* an open gzFile, or NULL */
    int64_t n_plain;  /* bytes of the whole file when it was opened; -1 if it is gzipped */
};

/* USER if the file cannot be opened, or is none; `needed`: what should be there, "an IDX file". */
int gzip_open(struct gzip_reader *reader, const char *path, const char *needed);

/* Up to n bytes into `to`; how many came, fewer at the end alone, or USER with a message that
 * begins with `where`: if the stream is damaged or cut off, or unpacks to more than 64 MiB and to
 * over 200 times its own size, as files made to exhaust memory do. */
int64_t gzip_read(const struct gzip_reader *reader, void *to, size_t n, const char *where);

/* How many bytes have been read. */
int64_t gzip_n_read(const struct gzip_reader *reader);

/* Safe on a zeroed reader. */
void gzip_close(struct gzip_reader *reader);

/* Writes FOLDER/NAME as a gzip file of these bytes, the same file for the same bytes. USER,
 * SYSTEM. */
int gzip_write(const char *folder, const char *name, const void *bytes, size_t n);

#endif
