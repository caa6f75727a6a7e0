/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_IMAGE_H
#define SPINET_STORE_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Files that are read into memory as a whole and checked before any library sees them. */

enum { IMAGE_DIGEST = 64 }; /* bytes of a SHA-256 in hexadecimal digits */

/* Whether a file of this size may be what is needed, by what its open stream begins or ends with;
 * asked before memory is taken for it. USER. */
typedef int image_check(const char *path, FILE *stream, int64_t size);

/* Reads a file into new memory (free it). USER if it is not what is needed, or cannot be read;
 * SYSTEM. */
int image_read(const char *path, image_check *check, char **image, size_t *size);

/* Puts these bytes into place as a file. USER, SYSTEM as file_create and file_commit. */
int image_write(const char *path, const char *image, size_t size);

/* Writes the SHA-256 of n bytes to digest[IMAGE_DIGEST], without a NUL after it. */
void image_put_digest(const void *bytes, size_t n, char *digest);

/* USER, "is damaged (its checksum is wrong)", unless these bytes have that digest. */
int image_check_digest(const char *path, const void *bytes, size_t n, const char *digest);

#endif
