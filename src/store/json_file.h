/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_JSON_FILE_H
#define SPINET_STORE_JSON_FILE_H

#include <jansson.h>

/* The largest JSON file that is read, in bytes. */
enum { JSON_FILE_MAX = 1 << 30 };

/* Reads a file into *root (json_decref it; NULL if that fails). USER, with the line, if it is not
 * JSON or names a key twice; with the reason, if it cannot be read; if it is no regular file, or
 * too large. */
int json_file_read(const char *path, json_t **root);

/* Writes `root` whole or not at all, reals with `digits` significant digits (17 read back the
 * same), and takes it over: it is freed in any case. NULL is what jansson gives without memory. */
int json_file_write(const char *path, json_t *root, int digits);

/* Writes FOLDER/NAME as json_file_write does. */
int json_file_write_in(const char *folder, const char *name, json_t *root, int digits);

#endif
