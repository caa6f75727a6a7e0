/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_READOUT_H
#define SPINET_TRAIN_READOUT_H

#include "core/parameters.h"
#include "network/population.h"
#include "train/cost.h"

/* How the spikes of a test become answers (docs/model.md §6): by the rule that the parameters ask
 * for, and beside it by all spikes and by active cells over every threshold, so that a result can
 * be told from its threshold. */

/* What votes for a class in a test: each of its cells that fires more than active_spikes spikes, or
 * each spike of its cells. */
struct readout {
    enum test_readout counts;
    int32_t active_spikes;
};

struct readout readout_from(const struct parameters *p);

/* How the network answers an image. */
struct answer {
    int32_t predicted; /* the class with most votes, of a tie the lowest; -1: there are no votes */
    bool is_tie;       /* two or more classes have most votes */
    /* for each class its active cells, or their spikes, less those of cells that speak against it
     */
    int32_t votes[CLASSES_MAX];
};

/* The answer that spike counts [n_neurons] give. */
struct answer answer_from(const struct layout *layout, const int32_t *spikes,
                          struct readout readout);

/* The votes of a class less the most of any other: below 0 if the answer is another class. */
int32_t answer_margin(const struct answer *answer, int32_t n_classes, int32_t class_index);

/* What the answer is worth if a tie of m classes, one of them the right one, counts as 1/m. */
double answer_share(const struct answer *answer, int32_t n_classes, int32_t class_index);

/* An image of the final test: the answer by the parameters' rule, and that by all spikes. */
struct reading {
    struct answer answer, by_spikes;
};

/* How many answers were right, of several classes, none, and of one class alone that was wrong. */
struct answer_counts {
    int32_t n_correct, n_ties, n_undecided, n_wrong;
};

/* Active cells are counted for each threshold from 0 spikes to twice the paper's 20. */
enum { READOUT_THRESHOLDS = 41 };

struct score {
    int32_t n;
    struct answer_counts rule, spikes;               /* by the parameters' rule, by all spikes */
    struct answer_counts active[READOUT_THRESHOLDS]; /* by cells that fire more than 0, 1, … */
    struct cost cost; /* of all images together, if the presenter counts it */
};

/* Adds an image of this class, of which the spikes [n_neurons] are the answer. Returns what the
 * parameters' rule and all spikes made of it. */
struct reading score_take(struct score *score, const struct layout *layout, const int32_t *spikes,
                          struct readout readout, int32_t class_index);

void score_add(struct score *score, const struct score *more);

/* Correct answers among all, 0 … 1; NaN if nothing was tested. */
double score_accuracy(const struct score *score);

/* The same of such counts of n images. */
double answer_counts_accuracy(const struct answer_counts *counts, int32_t n);

/* The mean of the accuracies over all thresholds: the area below their curve, 0 … 1. */
double score_accuracy_over_thresholds(const struct score *score);

/* How the images of each class were answered. */
struct confusion {
    int32_t n_classes;
    int32_t n[CLASSES_MAX];                     /* images of the class */
    int32_t answered[CLASSES_MAX][CLASSES_MAX]; /* as this class */
    int32_t undecided[CLASSES_MAX];
};

void confusion_count(struct confusion *confusion, const struct answer *answer, int32_t class_index);

/* The part of the class's images that were answered rightly; NaN if it has none. */
double confusion_recall(const struct confusion *confusion, int32_t class_index);

/* The mean of the recalls (balanced accuracy), and the greatest less the least, of the classes that
 * have images; NaN if none has. */
double confusion_balanced(const struct confusion *confusion);
double confusion_recall_gap(const struct confusion *confusion);

#endif
