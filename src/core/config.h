/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_CONFIG_H
#define SPINET_CORE_CONFIG_H

#include <libconfig.h>

/* The most that a parameter file or an experiment file may hold: bytes, keys, and brackets nested
 * in each other. (A factor of 1,000 levels, the most there can be, has some 2,000 keys.) */
enum { CONFIG_BYTES_MAX = 256 << 10, CONFIG_KEYS_MAX = 2048, CONFIG_DEPTH_MAX = 16 };

/* Reads a libconfig file, plain or gzipped, and refuses what libconfig would take silently: whole
 * numbers that do not fit 32 bits (it wraps them), a comment without an end, NUL characters in
 * texts, folders (it stops the program), @include; and files beyond the limits above. USER with
 * file and line. `config` is to be destroyed by the caller in any case. */
int config_read_strictly(config_t *config, const char *path);

#endif
