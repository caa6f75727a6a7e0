/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_NPZ_H
#define SPINET_STORE_NPZ_H

#include "store/archive.h"

/* Archives as .npz files, which numpy.load opens: a zip of a .npy an array (format 1.0, little
 * endian, in C's order), none of them compressed. Texts are bytes ("|S"). The zip's comment holds
 * the SHA-256 of all bytes before it, and that of each member its own SHA-256: a file that is not
 * as it was written never reaches the library, and tells where it is damaged. The bytes of a file
 * depend on what is in it alone. Files are built in memory and put into place at once. Any thread
 * may use a file of its own. */

/* A new file, to be saved into. SYSTEM. */
int npz_create(struct archive *archive);

/* Opens one to be loaded from. USER if it cannot be read, is not one that npz_commit wrote, or is
 * not any more what it was. */
int npz_open(struct archive *archive, const char *path);

/* Puts the file into place unless something failed before (archive->status), and closes it. USER
 * for a folder that may not be written, SYSTEM if it does not fit on the disk: then what was there
 * before still is. */
int npz_commit(struct archive *archive, const char *path);

/* Closes a file; nothing is left of one that was being written. Returns archive->status. Safe on a
 * zeroed structure. */
int npz_close(struct archive *archive);

#endif
