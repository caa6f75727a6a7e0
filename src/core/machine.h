/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_MACHINE_H
#define SPINET_CORE_MACHINE_H

#include <stddef.h>

/* What is known about the machine that computes, for the manifest. No result depends on it. */

/* The name of this machine; "" if it has none. */
const char *machine_host(char *text, size_t size);

/* "AMD EPYC 9R14, 2 processors, Linux 6.1.0": what /proc/cpuinfo and uname say; unknown parts are
 * left out. */
const char *machine_processor(char *text, size_t size);

/* How many processors' worth of time the container of this process has (1.5 with --cpus=1.5), by
 * the control group that it sees as the first, of version 2; INFINITY without such a limit. `root`
 * is put before the path of /sys: "" except in tests. */
double machine_quota(const char *root);

/* STATUS_OK if so many bytes of memory can be had; they are given back at once. It is asked before
 * code runs that crashes where memory ends within it. SYSTEM, with the message that there is not
 * enough memory for `what`. */
int machine_ask_memory(const char *what, size_t bytes);

#endif
