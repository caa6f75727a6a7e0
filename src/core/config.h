/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_CONFIG_H
#define SPINET_CORE_CONFIG_H

#include <libconfig.h>

/* Reads a libconfig file, and refuses what libconfig would take silently: whole numbers that do not
 * fit 32 bits (it wraps them), folders (it stops the program), @include. USER with file and line.
 * `config` is to be destroyed by the caller in any case. */
int config_read_strictly(config_t *config, const char *path);

#endif
