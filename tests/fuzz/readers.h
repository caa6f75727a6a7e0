/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TESTS_FUZZ_READERS_H
#define SPINET_TESTS_FUZZ_READERS_H

#include <stddef.h>
#include <stdint.h>

/* Everything spinet reads that a stranger may have made. Each entry gives the bytes to one reader,
 * as the file that it would find; what comes out is thrown away, and must have been OK or USER. */
struct fuzz_reader {
    const char *name; /* of its corpus, tests/fuzz/corpus/NAME/ */
    void (*read)(const uint8_t *bytes, size_t n);
};

/* Checkpoints, and network.h5, with right checksums and any values, in this folder (restore.c). */
void restore_read(const char *folder, const uint8_t *bytes, size_t n);
void restore_network(const char *folder, const uint8_t *bytes, size_t n);

extern const struct fuzz_reader fuzz_readers[]; /* ends with a NULL name */

/* The entry of this name; the program ends if there is none. */
const struct fuzz_reader *fuzz_reader_find(const char *name);

#endif
