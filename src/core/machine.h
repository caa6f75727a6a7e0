/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_MACHINE_H
#define SPINET_CORE_MACHINE_H

#include <stddef.h>

/* Where a result was computed, for those who compare times; no result depends on it. */

/* The name of this machine; "" if it has none. */
const char *machine_host(char *text, size_t size);

/* "AMD EPYC 9R14, 2 processors, Linux 6.1.0": what /proc/cpuinfo and uname say; unknown parts are
 * left out. */
const char *machine_processor(char *text, size_t size);

#endif
