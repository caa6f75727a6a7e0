/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_LOCATE_H
#define SPINET_DATA_LOCATE_H

#include <stdbool.h>

#include "core/shared_file.h"

/* What is known of a data file that may have moved; NULL or "" for what is not. */
struct file_search {
    const char *path;            /* as the parameters have it */
    const char *folder;          /* to look in (--data), and nowhere else */
    const char *places[2];       /* where else it was, from here */
    const char *sha256;          /* of its bytes */
    const char *unpacked_sha256; /* of what is gzipped in it */
};

/* Finds the file or folder: at its path and the places or, in the folder of --data, under as much
 * of its path as is there; gzipped or unpacked; of those there are, the one with its checksum,
 * which in that folder may have any name. USER, with `whose` first and all that was tried, if there
 * is none; one with another checksum is better than none. */
int locate_file(const struct file_search *search, const char *whose, char found[SHARED_PATH_MAX]);

/* Whether the file has these bytes, or they are gzipped in the one and plain in the other. */
bool locate_is_same(const char *path, const char *sha256, const char *unpacked_sha256);

#endif
