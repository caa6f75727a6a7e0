/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SWEEP_SWEEP_H
#define SPINET_SWEEP_SWEEP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "data/dataset.h"
#include "neuron/presentation.h"
#include "store/result_row.h"
#include "store/run_files.h"
#include "sweep/experiment.h"

/* A sweep while it is at work: what its files share. */
enum {
    EXTRA_MAX = 64,
    FILE_SETS_MAX = 32,
    SHARDS_MAX = 100000,
    RUNS_MAX = 1000000,
    RUN_NAME_MAX = FACTORS_MAX * EXPERIMENT_NAME_MAX + 32
};
#define SEED_MAX (INT64_MAX - 1) /* so that one more is still a number */

/* What is asked of the sweep's folder. A sweep by itself runs and gathers. */
enum sweep_task { SWEEP_ALL, SWEEP_SHARD, SWEEP_PREPARE, SWEEP_GATHER };

struct sweep_run {
    int32_t condition;
    uint64_t seed;
    double cost; /* sweep_cost */
    int32_t shard;
    bool is_done;
    bool has_failed;
    double accuracy, presentations, seconds; /* once gathered; NaN where there is none */
};

struct sweep {
    struct experiment experiment;
    const char *file, *folder;
    const char *data;              /* the folder of --data, or NULL */
    struct parameters *parameters; /* [n_conditions] */
    const struct dataset **files;  /* [n_conditions] the images of data.kind files, or NULL */
    struct dataset loaded[FILE_SETS_MAX];
    int n_loaded;
    int32_t n_runs;
    struct sweep_run *run; /* [n_runs] condition by condition, then by seed */
    int64_t first_seed, n_seeds, n_threads;
    enum sweep_task task;
    int64_t shard, n_shards; /* `shard` from 0; n_shards 0: nobody said */
    int n_extra, n_only;
    const char *extra[EXTRA_MAX], *only[FACTORS_MAX];
    bool is_fresh, is_dry, is_brief, is_quiet, pictures; /* is_brief: no names of runs */
    /* the pictures of a run (struct run_request), where they are asked for */
    int (*draw)(const struct run_request *request, const struct training *training,
                const struct maps *maps);
    const struct kernel *kernel;
    int lock, shard_lock; /* of the folder, and of one that stands for the shard; -1: none */
    char *shard_folder;
    double seconds; /* of the runs; < 0 if they were made elsewhere */
};

/* ---- sweep.c ---- */

/* From the experiment's file to the runs: conditions, seeds, shards. Needs no data. USER. */
int sweep_plan(struct sweep *s);

/* Does the task: the planned runs, or those of a shard, and results.csv; or a dry run. */
int sweep_execute(struct sweep *s);

/* SWEEP_PREPARE: makes the folder ready and lists the shards that have runs to do. */
int sweep_prepare(struct sweep *s, char *shards, size_t size);

/* Lets go of all but what the user's options say. */
void sweep_free(struct sweep *s);

/* "easy-none-s3" */
void sweep_name_run(const struct sweep *s, const struct sweep_run *run, char name[RUN_NAME_MAX]);

/* FOLDER/runs/NAME in new memory; NULL without. */
char *sweep_run_folder(const struct sweep *s, const struct sweep_run *run);

/* Asks the disk for every run's DONE; how many there are. */
int32_t sweep_find_done(struct sweep *s);

/* Whether the run is of this process's shard, or there are none. */
bool sweep_is_mine(const struct sweep *s, const struct sweep_run *run);

/* ---- sweep_plan.c ---- */

/* Presentations a run will take, about. A function of the parameters. */
double sweep_cost(const struct parameters *p);

/* Prints the names of the runs that are this process's, and how long they may take, which it learns
 * from a short run of each condition: half a minute at most as a rule. Leaves that in s->seconds.
 */
int sweep_print_plan(struct sweep *s);

/* "120 runs, about 48 s on 2 threads" */
void sweep_print_estimate(int64_t n_runs, double seconds, int64_t n_threads);

/* ---- sweep_folder.c: the folder's locks, conditions.json and experiment.json ---- */

/* Takes the folder for the sweep's task, until sweep_folder_release or the end of the process, and
 * with is_fresh takes away the DONE marks of what is to be run again. Shards of one sweep may hold
 * it at the same time. USER if it holds something else, or others are at work in it. */
int sweep_folder_take(struct sweep *s);

/* USER unless the folder holds this sweep. */
int sweep_folder_check(const struct sweep *s);

/* " --seeds 1..20 --only 'FACTOR=LEVEL' --set 'KEY=VALUE'": the runs that are planned. */
void sweep_print_options(const struct sweep *s, FILE *out);

/* Writes experiment.json. */
int sweep_folder_describe(const struct sweep *s);

void sweep_folder_release(struct sweep *s);

/* ---- shards.c: who runs what ---- */

/* Deals the runs to n_shards shards in turn, longest first: shards then differ by one run's cost at
 * most. A function of the sweep alone, not of what is done. */
int shards_deal(struct sweep *s);

/* The shards with runs that are not done, as "1-3,7"; cut short with an ellipsis. */
void shards_list_missing(const struct sweep *s, char *text, size_t size);

/* ---- sweep_check.c ---- */

/* What the runs that were checked have in common. */
struct sweep_checker {
    const struct sweep *sweep;
    int32_t condition;  /* of `parameters` */
    json_t *parameters; /* as in a manifest */
    int n_files;
    struct checked_files {
        const struct parameters *reader;
        char sha256[DATASET_N_FILES][65],
            seen_in[7 + RUN_NAME_MAX]; /* "now", "in run NAME", or "" */
    } files[FILE_SETS_MAX];
};
void sweep_checker_init(struct sweep_checker *checker, const struct sweep *s);
void sweep_checker_free(struct sweep_checker *checker);

/* Reads a finished run's row (result_row_free it) and checks it with its manifest: USER, with file,
 * key and what would be right, if that has not the run's seed and parameters, or other data than
 * the sweep has loaded, or than runs that were checked before. */
int sweep_check_run(struct sweep_checker *checker, const struct sweep_run *run,
                    struct result_row *row);

/* The same, but for the data, of a run in a folder of any sweep: its parameters as conditions.json
 * has them. `row` NULL: only its manifest. */
int sweep_check_folder(const char *folder, uint64_t seed, const json_t *parameters,
                       struct result_row *row);

/* The same as sweep_check_run for all runs of this process that are done; and USER if one that is
 * not is an unfinished one of `spinet train` with another seed or parameters, unless the sweep
 * begins afresh. */
int sweep_check_found(const struct sweep *s);

/* ---- gather.c ---- */

/* Writes results.csv and times.csv from the runs that are done. USER if one of them is damaged, or
 * is not the sweep's (sweep_check_run). */
int gather_results(const struct sweep *s);

/* SYSTEM, with names of runs and shards, if there are runs that are not done. */
int gather_check(const struct sweep *s);

#endif
