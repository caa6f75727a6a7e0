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
#include "store/run.h"
#include "sweep/experiment.h"

/* All runs of an experiment: plan (plan.c: file → list of runs) → run (sweep.c) → gather (gather.c:
 * folders → tables). Prints nothing and looks at no signals: who calls is told by an observer. */
enum {
    EXTRA_MAX = 64,
    FILE_SETS_MAX = 32,
    SHARDS_MAX = 100000,
    RUNS_MAX = 1000000,
    SEEDS_HELD_OUT = 100,
    RUN_NAME_MAX = FACTORS_MAX * EXPERIMENT_NAME_MAX + 32
};
#define SEED_MAX (INT64_MAX - 1) /* so that one more is still a number */

/* What is asked of the sweep's folder. A sweep by itself runs and gathers. */
enum sweep_task { SWEEP_ALL, SWEEP_SHARD, SWEEP_PREPARE, SWEEP_GATHER };

struct sweep_condition {
    char name[RUN_NAME_MAX];  /* "easy-none-": how the names of its runs begin, */
    char cells[RUN_NAME_MAX]; /* "easy,none,": and their rows in results.csv */
    struct parameters parameters;
    json_t *json;                /* its entry in conditions.json */
    const struct dataset *files; /* the images of data.kind files, or NULL */
};

struct sweep_run {
    int32_t condition;
    uint64_t seed;
    int32_t shard;
    bool is_done;
};

/* How the runs of one call come along. */
struct sweep_progress {
    int32_t n_mine, n_before;  /* runs of this process; of them done before the call */
    int32_t n_ended, n_failed; /* by this call; of them failed */
    const char *name;          /* of the run that has just ended; NULL: none has yet */
    int status;                /* of that run; if it failed, status_message() says why */
    struct score score;        /* of that run; n is 0 where there was no test */
};

struct sweep_observer {
    /* Called before the first run and after each, never by two threads at once. Other than
     * STATUS_OK: no other run begins, those at work are finished, and the sweep fails so. */
    int (*see)(const struct sweep_progress *progress, void *data);
    /* Takes a line about images that look doubtful; or NULL. */
    void (*warn)(const char *line);
    void *data;
};

struct sweep {
    /* what is asked for */
    const char *file;   /* of the experiment; NULL: `experiment` is given */
    const char *folder; /* of the runs and results */
    const char *data;   /* the folder of --data, or NULL */
    int64_t first_seed, n_seeds, n_threads;
    enum sweep_task task;
    int64_t shard, n_shards; /* `shard` counts from 0; n_shards 0: the runs are not divided */
    int n_extra, n_only;
    const char *extra[EXTRA_MAX], *only[FACTORS_MAX]; /* assignments and restrictions */
    bool is_full;                                     /* the experiment's full version */
    bool is_fresh, is_dry, is_quiet, pictures;
    bool is_one_line; /* a dry run prints one line, without the names of the runs */
    bool is_held_out; /* all seeds are SEEDS_HELD_OUT above those that are asked for */
    /* the pictures of a run (struct run_request), where they are asked for */
    int (*draw)(const struct run_request *request, const struct training *training,
                const struct maps *maps);
    const struct kernel *kernel;
    struct sweep_observer observer;

    /* the plan */
    struct experiment experiment;
    const char *source;                /* the experiment's name in messages */
    struct sweep_condition *condition; /* [experiment.n_conditions] */
    int32_t n_runs;
    struct sweep_run *run; /* [n_runs] condition by condition, then by seed */
    struct sweep_turn {
        double cost; /* presentations, about */
        int32_t run;
    } * turn; /* [n_runs] longest first: in this order they are begun */

    /* at work */
    struct dataset loaded[FILE_SETS_MAX];
    int n_loaded;
    int lock;            /* of the folder; -1: none */
    double seconds;      /* of the runs; < 0 if they were made elsewhere */
    double sample_share; /* of that, in sample tests */
    bool is_gathered;    /* results.csv has what is done */
};

/* Sets what nobody has set of a structure that was zeroed: one thread, the fastest kernel, no
 * lock.
 */
void sweep_init(struct sweep *s);

/* Frees the plan and the images, and gives the folder back. What was asked for stays. */
void sweep_free(struct sweep *s);

/* ---- plan.c ---- */

/* Makes the plan: conditions, runs and shards, from the experiment's file (or `experiment`) and
 * what is asked for. Writes nothing and needs no data. USER. */
int sweep_plan(struct sweep *s);

/* Allocates conditions, and a run of each with each seed, for those who fill them in: sweep_plan
 * and sweep_read_folder. */
int sweep_allocate(struct sweep *s, int32_t n_conditions, int64_t n_seeds);

/* Sets condition->name and ->cells from the levels in condition->json. USER, naming the file
 * `path`, if these are no names. */
int sweep_name_condition(struct sweep_condition *condition, const char *path);

/* "easy-none-s3" */
void sweep_name_run(const struct sweep *s, const struct sweep_run *run, char name[RUN_NAME_MAX]);

/* FOLDER/runs/NAME in new memory; NULL without. */
char *sweep_run_folder(const struct sweep *s, const struct sweep_run *run);

/* Whether the run is of this process's shard, or there are none. */
bool sweep_is_mine(const struct sweep *s, const struct sweep_run *run);

/* How many runs are of this process's shard; with done_only, how many of them are done. */
int32_t sweep_count_mine(const struct sweep *s, bool done_only);

/* How often the test images are presented when training has ended. */
double sweep_n_final_tests(const struct parameters *p);

/* ---- sweep.c ---- */

/* Reads the images of files, each set once for all conditions that use it, and notes their
 * checksums in these. USER. */
int sweep_load_files(struct sweep *s);

/* Reads the data, takes the folder, checks what is done in it, and writes experiment.json, so that
 * others know what is to come. USER. */
int sweep_open(struct sweep *s);

/* Does the runs that are not done yet, in the folder that sweep_open took, then gathers all that
 * are done, unless this is a shard. SYSTEM if runs failed; what the observer returned if it stopped
 * the sweep. */
int sweep_execute(struct sweep *s);

/* ---- folder.c: the folder's locks, conditions.json and experiment.json ---- */

/* Takes the folder for the sweep's task, until sweep_folder_release or the end of the process, and
 * with is_fresh takes away the DONE marks of all runs in it. Shards of one sweep may hold it at the
 * same time. USER if it holds something else, or others are at work in it. */
int sweep_folder_take(struct sweep *s);
void sweep_folder_release(struct sweep *s);

/* Makes the plan of the sweep that s->folder holds, by its conditions.json (if it is missing, there
 * are no conditions) and experiment.json (no factors and no runs): enough to gather and to verify.
 * USER if one of them is damaged. */
int sweep_read_folder(struct sweep *s);

/* USER unless the folder holds this sweep. */
int sweep_folder_check(const struct sweep *s);

/* " --seeds 1..20 --only 'FACTOR=LEVEL' --set 'KEY=VALUE'": the runs that are planned. */
void sweep_print_options(const struct sweep *s, FILE *out);

/* Writes experiment.json. */
int sweep_folder_describe(const struct sweep *s);

/* ---- check.c ---- */

/* Reads a finished run's row (result_row_free it). USER unless the run has by its manifest the seed
 * and parameters of the plan, and the sweep's data as far as their checksums are known. */
int sweep_check_run(const struct sweep *s, const struct sweep_run *run, struct result_row *row);

/* Checks in this way all runs of this process that are done. */
int sweep_check_found(const struct sweep *s);

/* Compares the checksums of data that the file at `path` has (`was`; NULL: it has none) with those
 * that are right. USER, naming file and key, where they differ. */
int sweep_compare_data(const json_t *was, const json_t *is, const char *path);

/* ---- gather.c ---- */

/* Asks the disk for every run's DONE; how many there are. */
int32_t sweep_find_done(struct sweep *s);

/* results.csv of the runs that are done, in new memory: to be freed in any case. USER if one of
 * them is damaged, or is not the sweep's (sweep_check_run). */
int gather_text(struct sweep *s, char **results);

/* Writes both, and experiment.json. */
int gather_results(struct sweep *s);

/* Without runs: gathers what is done in a folder that holds this sweep. */
int gather_folder(struct sweep *s);

/* SYSTEM, with names of runs, if there are runs that are not done. */
int gather_check(const struct sweep *s);

/* The shards with runs that are not done, as "1-3,7", in new memory; NULL without. */
char *gather_missing_shards(const struct sweep *s);

#endif
