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

/* What is wrong with a gzip stream (an open gzFile) that has unpacked to more than 64 MiB and to
 * over 200 times its own size, as files made to exhaust memory do; else NULL. */
const char *gzip_find_bomb(void *gz);

/* Writes FOLDER/NAME as a gzip file of these bytes, the same file for the same bytes. USER,
 * SYSTEM. */
int gzip_write(const char *folder, const char *name, const void *bytes, size_t n);

#endif
