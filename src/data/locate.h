/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_LOCATE_H
#define SPINET_DATA_LOCATE_H

#include <stdbool.h>

#include "core/shared_file.h"

/* What is known about a data file that may have been moved; NULL or "" for what is unknown. */
struct file_search {
    const char *path;            /* as the parameters give it */
    const char *folder;          /* the folder of --data: if given, only this is searched */
    const char *places[2];       /* where else it may be, from here */
    const char *sha256;          /* SHA-256 of the file */
    const char *unpacked_sha256; /* SHA-256 of its unpacked data */
};

/* Finds the file or folder, gzipped or unpacked: at its path or one of the places or, if a folder
 * is given, in that under as much of its path as exists there, or under any name if it has the
 * right checksum. If no candidate has the right checksum, takes the first. USER if there is none;
 * the message begins with `whose` and names what was tried. */
int locate_file(const struct file_search *search, const char *whose, char found[SHARED_PATH_MAX]);

/* Whether the file has this SHA-256, also if either it or the original is gzipped and the other is
 * not. */
bool locate_is_same(const char *path, const char *sha256, const char *unpacked_sha256);

#endif
