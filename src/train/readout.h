/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_READOUT_H
#define SPINET_TRAIN_READOUT_H

#include "core/parameters.h"
#include "network/population.h"
#include "train/cost.h"

/* How spikes become answers in a test (docs/model.md §6): by the rule that the parameters name and,
 * to see how much depends on this rule, also by all spikes and by active cells for each
 * threshold. */

/* What counts as a vote for a class: each of its cells that fires more than active_spikes spikes,
 * or each spike of its cells. */
struct readout {
    enum test_readout counts;
    int32_t active_spikes;
};

struct readout readout_from(const struct parameters *p);

/* How the network answers an image. */
struct answer {
    int32_t predicted; /* class with most votes, of a tie the lowest; -1: no votes */
    bool is_tie;       /* two or more classes have most votes */
    /* for each class the votes of its cells, minus those of its cells that vote against it */
    int32_t votes[CLASSES_MAX];
};

/* The answer that spike counts [n_neurons] give. */
struct answer answer_from(const struct layout *layout, const int32_t *spikes,
                          struct readout readout);

/* The votes of a class minus the most votes of another class: below 0 if another class is the
 * answer. */
int32_t answer_margin(const struct answer *answer, int32_t n_classes, int32_t class_index);

/* The answer as a number: 1 if it is right, 1/m if it is a tie of m classes with the right one,
 * else 0. */
double answer_share(const struct answer *answer, int32_t n_classes, int32_t class_index);

/* An image of the final test: the answer by the parameters' rule, and that by all spikes. */
struct reading {
    struct answer answer, by_spikes;
};

/* How many answers were right; were ties of several classes; were none; and were a single wrong
 * class. */
struct answer_counts {
    int32_t n_correct, n_ties, n_undecided, n_wrong;
};

/* Thresholds for active cells: 0 … 40 spikes, twice the paper's 20. */
enum { READOUT_THRESHOLDS = 41 };

struct score {
    int32_t n;
    struct answer_counts rule, spikes;               /* by the parameters' rule, by all spikes */
    struct answer_counts active[READOUT_THRESHOLDS]; /* by cells that fire more than 0, 1, … */
    struct cost cost;                                /* of all images, if presenter.counts_cost */
};

/* Adds an image of this class, to which the network answered with spikes[n_neurons]. Returns the
 * answers by the parameters' rule and by all spikes. */
struct reading score_take(struct score *score, const struct layout *layout, const int32_t *spikes,
                          struct readout readout, int32_t class_index);

void score_add(struct score *score, const struct score *more);

/* The fraction of correct answers; NaN if nothing was tested. */
double score_accuracy(const struct score *score);

/* The fraction of correct answers among n images, NaN if n is 0. */
double answer_counts_accuracy(const struct answer_counts *counts, int32_t n);

/* The mean of the accuracies over all thresholds: the area below their curve, 0 … 1. */
double score_accuracy_over_thresholds(const struct score *score);

/* How the images of each class were answered. */
struct confusion {
    int32_t n_classes;
    int32_t n[CLASSES_MAX];                     /* images of the class */
    int32_t answered[CLASSES_MAX][CLASSES_MAX]; /* [class of the image][class of the answer] */
    int32_t undecided[CLASSES_MAX];
};

void confusion_count(struct confusion *confusion, const struct answer *answer, int32_t class_index);

/* The fraction of the class's images that were answered rightly; NaN if it has none. */
double confusion_recall(const struct confusion *confusion, int32_t class_index);

/* Over the classes that have images: the mean recall (balanced accuracy), and the greatest recall
 * minus the least. NaN if no class has images. */
double confusion_balanced(const struct confusion *confusion);
double confusion_recall_gap(const struct confusion *confusion);

#endif
