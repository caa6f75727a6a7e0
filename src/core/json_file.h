/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_JSON_FILE_H
#define SPINET_CORE_JSON_FILE_H

#include <jansson.h>

/* Writes `root` whole or not at all, reals with `digits` significant digits (17 read back the
 * same), and takes it over: it is freed in any case. NULL is what jansson gives without memory. */
int json_file_write(const char *path, json_t *root, int digits);

/* The same for FOLDER/NAME. */
int json_file_write_in(const char *folder, const char *name, json_t *root, int digits);

#endif
