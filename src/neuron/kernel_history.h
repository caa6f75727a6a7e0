/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_KERNEL_HISTORY_H
#define SPINET_NEURON_KERNEL_HISTORY_H

#include <stddef.h>
#include <stdint.h>

/* Which kernel computed which presentations of a run: one kernel, unless the run was continued on a
 * machine with other ones. */
enum { KERNEL_PARTS_MAX = 16, KERNEL_NAME_MAX = 32 };
struct kernel_history {
    int32_t n;
    struct kernel_part {
        char name[KERNEL_NAME_MAX];
        int32_t from; /* the first presentation, from 1; ascending */
    } part[KERNEL_PARTS_MAX];
};

/* Notes that this kernel computes from that presentation on, in place of anything noted from there
 * on. USER if there have been too many. */
int kernel_history_add(struct kernel_history *history, const char *name, int32_t from);

/* The name of the kernel that computed a presentation; for one after the last the present kernel.
 */
const char *kernel_history_at(const struct kernel_history *history, int32_t presentation);

/* "avx512" or "avx512, portable from 51". */
void kernel_history_print(const struct kernel_history *history, char *text, size_t size);

/* Reads what kernel_history_print wrote. USER if it is something else. */
int kernel_history_parse(struct kernel_history *history, const char *text);

#endif
