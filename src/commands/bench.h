/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_BENCH_H
#define SPINET_COMMANDS_BENCH_H

#include <jansson.h>
#include <stdio.h>

#include "train/train.h"

enum { ROUNDS_MAX = 64, IMAGES = 16, BENCH_THREADS_MAX = 8 };

/* What is measured: a data set and, but for the start of runs and the gate alone, a trained network
 * and images to show it. */
struct subject {
    struct parameters parameters;
    const char *config; /* the file that they are from; NULL: the preset */
    struct dataset dataset;
    struct training training;
    struct stimulus test[IMAGES], taught[IMAGES];
    long start_kib; /* the most memory of a run that has been started */
};

/* One way to do some work, which is held against others. */
struct way {
    char what[64];
    int (*work)(struct subject *subject, struct way *way); /* works once and adds one time */
    int n_threads;
    struct presentation *by;     /* what presents, where the ways differ in that; else NULL */
    const struct way *reference; /* how many times as fast as this it is, is printed; NULL: not */
    double ms[ROUNDS_MAX];       /* [n] milliseconds for one unit of the work */
    int n;
};

/* Adds a time: n units of the work took so many seconds. */
void bench_add_time(struct way *way, double seconds, double n);

/* How many threads are measured at most. */
int bench_n_threads(void);

int bench_time_runs(struct subject *, struct way *);    /* whole runs of 20 presentations */
int bench_time_images(struct subject *, struct way *);  /* training without sample tests, */
int bench_time_samples(struct subject *, struct way *); /* with them, */
int bench_time_gate(struct subject *, struct way *);    /* and with the error gate */
int bench_time_start(struct subject *, struct way *); /* of a run that shows and tests one image */

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
