/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_SHARED_FILE_H
#define SPINET_CORE_SHARED_FILE_H

#include <stddef.h>

enum { SHARED_PATH_MAX = 4096 };

/* The place of a file or folder: the path itself, unless nothing is there and it begins with
 * "experiments/" or "datasets/". Then it is the one that spinet came with, if there is one: in
 * PREFIX/share/spinet of an installed program, else in the folder it was built in. Returns `found`
 * or `path`. */
const char *shared_file_find(const char *path, char found[SHARED_PATH_MAX]);

/* USER: "PATH: cannot be opened (errno in words)", and, if it is a file that spinet comes with or
 * can fetch, how to get it. */
int shared_file_fail_to_open(const char *path);

/* The place of a file that spinet came with, written into `found`; NULL if there is none. */
const char *shared_file_own(const char *path, char found[SHARED_PATH_MAX]);

/* The name of the data set that this file belongs to, if it is one that datasets/fetch.sh can
 * fetch; else NULL. */
const char *shared_file_data_set(const char *path);

/* USER: "PATH: no such folder". */
int shared_file_no_folder(const char *path);

#endif
