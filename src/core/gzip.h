/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_GZIP_H
#define SPINET_CORE_GZIP_H

#include <stdint.h>

/* After a gzip file was read to its end, to so many bytes: USER if something follows its streams,
 * which zlib passes over. Files that are no regular ones are taken as they are. */
int gzip_check_end(const char *path, int64_t n_unpacked);

/* SHA-256, as 64 hex digits, of what is gzipped in the file; "" if it is not gzipped. USER if it
 * cannot be read. */
int gzip_sha256(const char *path, char hex[65]);

#endif
