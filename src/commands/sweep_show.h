/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_SWEEP_SHOW_H
#define SPINET_COMMANDS_SWEEP_SHOW_H

#include "sweep/sweep.h"

/* ---- sweep_show.c ---- */

/* Does the planned sweep's task, and says on stderr how it comes along and on stdout what it came
 * to; or a dry run. INTERRUPTED - signal after a signal. */
int sweep_show(struct sweep *s);

/* SWEEP_PREPARE: makes the folder ready; the shards that have runs to do, as sbatch --array takes
 * them, in new memory. */
int sweep_prepare(struct sweep *s, char **shards);

/* ---- estimate.c ---- */

/* Prints the names of the runs that are this process's, and how long they may take, which it learns
 * from a short run of each condition: half a minute at most as a rule. Leaves that in s->seconds.
 */
int estimate_print(struct sweep *s);

/* Prints a name as the first cell of a line of a list. */
void estimate_print_name(const char *name);

/* "120 runs, about 48 s on 2 threads", behind a name unless that is NULL. */
void estimate_print_line(const char *name, int64_t n_runs, double seconds, int64_t n_threads);

#endif
