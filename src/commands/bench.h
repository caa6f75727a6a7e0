/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_BENCH_H
#define SPINET_COMMANDS_BENCH_H

#include <jansson.h>
#include <stdio.h>

#include "train/train.h"

enum { ROUNDS_MAX = 64, IMAGES = 16 };

/* The times of one competitor, milliseconds for one unit of its work. */
struct timing {
    double ms[ROUNDS_MAX];
    int n;
};

/* Adds a measurement of n units of work, which took this long. */
void bench_add_time(struct timing *timing, double seconds, double n);

/* How many threads are measured at most. */
int bench_n_threads(void);

/* What is measured: a data set and, but for the gate alone, a trained network and images to show
 * it. */
struct subject {
    struct parameters parameters;
    const char *config; /* the file that they are from; NULL: the preset */
    struct dataset dataset;
    struct training training;
    struct stimulus test[IMAGES], taught[IMAGES];
    long start_kib; /* the most memory of a run that has been started */
};

/* Work of a subject by n threads, of which it adds one time. */
typedef int bench_work(struct subject *subject, int n_threads, struct timing *timing);

bench_work bench_time_runs;    /* whole runs of 20 presentations, spread over the threads */
bench_work bench_time_images;  /* images in training, without sample tests, */
bench_work bench_time_samples; /* with sample tests, beside training if there are threads, */
bench_work bench_time_gate;    /* and with the error gate */
bench_work bench_time_start;   /* a run that shows one image and tests one, by this program */

/* Has this program train on one thread in a folder of its own, which is removed, with more options
 * that a space parts, by a process that `tool` runs ("": none); its exit code and what it prints
 * (process_run). SYSTEM without a folder. */
int bench_train(const char *tool, const char *options, int *code, char **output);

/* The compiler that made this program: "gcc 12.2.0", and what else changes its instructions. */
const char *bench_compiler(void);

/* Counts the instructions of a test presentation and of a training presentation (with its
 * consolidation) of shapes, by each kernel that valgrind can run; adds a row for each and prints
 * it. USER if valgrind is missing. */
int bench_instructions(json_t *rows, FILE *table);

#endif
