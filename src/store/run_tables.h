/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RUN_TABLES_H
#define SPINET_STORE_RUN_TABLES_H

#include "core/table.h"
#include "train/retention.h"
#include "train/task.h"

/* Tables in a run's folder that one part of spinet writes and another reads (docs/files.md). */

/* A row of learning_curve.csv: a training presentation. */
struct curve_line {
    int32_t presentation;
    double sample_accuracy; /* 0 … 1, NaN where no sample was due */
    float strong_fraction;  /* 0 … 1 */
    int32_t n_pruned, n_grown;
    float similarity; /* of maps and images, NaN where none was recorded */
    int32_t n_lost, n_born;
};
extern const struct table curve_table;

/* A row of continual.csv: a class in a test in the midst of training in phases. */
struct continual_row {
    int32_t presentation, phase; /* the phase under way or ending, from 1; 0: before training */
    int32_t is_end;              /* 1: of all test images, at the end of the phase; 0: of samples */
    int32_t label;
    int32_t n, n_correct, n_ties, n_undecided;
    int32_t n_within; /* right among the classes of the phase that shows this one */
    float age;        /* of the synapses that carry the class, in presentations; NaN of samples */
};
extern const struct table continual_table;

/* A row of continual_overlap.csv: two classes at the end of a phase. */
struct continual_overlap {
    int32_t presentation, phase, label, other;
    float cells, dendrites, synapses; /* 0 … 1; NaN where nothing carries either class */
};
extern const struct table continual_overlap_table;

/* A row of activity.csv.gz: a pyramidal cell, or one of its dendrites, over the test images of a
 * class. */
struct activity_line {
    int32_t images; /* their label */
    int32_t cell;
    int32_t label;    /* `images` if the cell answers for them, else the first of its class */
    int32_t dendrite; /* -1: the cell itself */
    double spikes;    /* mean of an image; dendritic ones of a dendrite */
    double active;    /* part of the images in which the cell was active, or the dendrite spiked */
};
extern const struct table activity_table;

/* retention.csv, of struct retention_row; sizes.csv.gz, of struct retention_size;
 * task_spines.csv.gz, of struct task_spine. */
extern const struct table retention_table, sizes_table, task_table;

#endif
