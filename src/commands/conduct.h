/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_CONDUCT_H
#define SPINET_COMMANDS_CONDUCT_H

#include "commands/experiments.h"
#include "commands/sweep_options.h"

/* ---- slurm.c: the engine slurm ---- */

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

/* ---- conduct.c ---- */

/* What is asked of experiments. The values of the commands that conduct some begin with this. */
struct conduct {
    struct sweep_values values; /* .sweep: what is asked of each experiment */
    struct slurm_options slurm;
    bool is_slurm;
};

#define CONDUCT_AT(member) .at = offsetof(struct conduct, member)
#define ENGINE_OPTIONS                                                                             \
    {.name = "engine",                                                                             \
     .value = "local|slurm",                                                                       \
     .help = "run here, or as a job array, and a job that gathers and reports (default: local)",   \
     .take = conduct_take_engine},                                                                 \
        {"shards",                                                                                 \
         0,                                                                                        \
         "N",                                                                                      \
         "slurm: into how many parts the runs are divided (default: 32)",                          \
         CONDUCT_AT(slurm.n_shards),                                                               \
         1,                                                                                        \
         SHARDS_MAX},                                                                              \
        {"cores", 0,          "N", "slurm: of a task (default: 1)", CONDUCT_AT(slurm.n_cores),     \
         1,       THREADS_MAX},                                                                    \
        {"partition", 0, "P", "slurm: of the jobs, as for sbatch (default: the cluster's)",        \
         CONDUCT_AT(slurm.partition)},                                                             \
        {"time", 0, "T", "slurm: of a task, as for sbatch (default: the cluster's)",               \
         CONDUCT_AT(slurm.time)},                                                                  \
    {                                                                                              \
        "memory", 0, "M", "slurm: of a task, as for sbatch --mem (default: the cluster's)",        \
            CONDUCT_AT(slurm.memory)                                                               \
    }

int conduct_take_engine(void *values, const char *argument);

/* Refuses options that do not go together, and readies those of Slurm. USER. */
int conduct_check(struct conduct *asked);

/* Plans a sweep of the experiment `name`. USER. */
int conduct_plan(struct sweep *s, const struct conduct *asked, const char *name,
                 char path[EXPERIMENT_PATH_MAX]);

/* Does all of an experiment, in a folder (NULL: its own, results/NAME): data, runs, commands, table
 * and report; or its part, or a dry run. With Slurm, submits what is not done. */
int conduct_experiment(const struct conduct *asked, const char *name, const char *folder,
                       struct sweep *s);

#endif
