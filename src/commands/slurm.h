/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_SLURM_H
#define SPINET_COMMANDS_SLURM_H

#include "sweep/sweep.h"

/* A sweep as a job array of Slurm, and a job that gathers and reports. */
struct slurm_options {
    const char *partition, *time, *memory; /* as for sbatch; NULL: Slurm's own */
    int64_t n_cores, n_shards;             /* cores of a task, tasks; 0: not given */
};

/* USER if there is no sbatch here. Lowers *n_shards to what the cluster takes in an array. */
int slurm_check(int64_t *n_shards);

/* Submits the shards (as sweep_prepare lists them) of a sweep, and `spinet experiment NAME
 * --gather`; writes their scripts into FOLDER/slurm. SYSTEM if sbatch does not take them. */
int slurm_submit(const struct slurm_options *options, const struct sweep *s, const char *name,
                 const char *shards);

#endif
