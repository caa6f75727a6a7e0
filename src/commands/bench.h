/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_BENCH_H
#define SPINET_COMMANDS_BENCH_H

#include <jansson.h>
#include <stdio.h>

#include "core/progress.h"
#include "train/train.h"

enum { ROUNDS_MAX = 64 };

/* The times of one competitor, milliseconds for one unit of its work. */
struct timing {
    double ms[ROUNDS_MAX];
    int n;
};

struct bench {
    struct parameters parameters;
    const char *task;
    FILE *table; /* where the figures are printed */
    json_t *rows;
    struct progress progress;
    int64_t n_done;
};

/* Adds a measurement of n units of work, which took this long. */
void bench_add_time(struct timing *timing, double seconds, double n);

/* Adds a row of the table: of times, with how many times as fast as what they are; or of one value.
 */
void bench_add_row(struct bench *bench, const char *what, const struct timing *timing,
                   double speedup, const char *against);
void bench_add_value(struct bench *bench, const char *what, double value, const char *unit);

/* Adds a row for each number of threads n, whose times are timing[n]. */
void bench_add_rows_of_threads(struct bench *bench, const char *what, const struct timing *timing,
                               int n_threads);

void bench_tell_round(struct bench *bench);

/* Has this program train on one thread in a folder of its own, which is removed, with more options
 * that a space parts, by a process that `tool` runs ("": none); its exit code and what it prints
 * (process_run). SYSTEM without a folder. */
int bench_train(const char *tool, const char *options, int *code, char **output);

/* Measures how long a run takes that shows one image and tests one, and how much memory: the
 * program runs itself. */
int bench_start(struct bench *bench, const char *config, int rounds);

/* Measures whole runs spread over 1 … n threads. */
int bench_runs(struct bench *bench, const struct dataset *dataset, int rounds, int n_threads);

/* Measures training with sample tests in 1 … n threads, which test beside training, and without. */
int bench_samples(struct bench *bench, const struct dataset *dataset, int rounds, int n_threads);

/* Measures training, an image, in 1 … n threads. */
int bench_images(struct bench *bench, const char *what, const struct dataset *dataset, int rounds,
                 int n_threads);

/* The compiler that made this program: "gcc 12.2.0", and what else changes its instructions. */
const char *bench_compiler(void);

/* Counts the instructions of a test presentation and of a training presentation (with its
 * consolidation) of shapes, by each kernel that valgrind can run; adds a row for each and prints
 * it. USER if valgrind is missing. */
int bench_instructions(json_t *rows, FILE *table);

#endif
