/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TESTS_FUZZ_MEMBERS_H
#define SPINET_TESTS_FUZZ_MEMBERS_H

#include <stddef.h>

/* The members of an .npz as bytes, whatever these are, by libzip alone. The program ends if that
 * cannot be done. */

/* The bytes of member i, from 0, in new memory, and its name without .npy in name[128]; NULL after
 * the last. */
char *members_read(const char *path, int i, char *name, size_t *n);

/* Writes an .npz of these members with right checksums: of each, NULL for one that is left out, the
 * name, the bytes, and how many. */
void members_write(const char *path, int n_members, const char *const *names,
                   const char *const *bytes, const size_t *sizes);

#endif
