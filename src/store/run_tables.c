/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/run_tables.h"

/* A number with six digits behind the point, which may be nothing. */
#define PART(row, member, kind, head)                                                              \
    TABLE_COLUMN(struct row, member, kind, head, .format = "%.6f", .may_be_empty = true)

static const struct table_column curve_columns[] = {
    TABLE_COLUMN(struct curve_line, presentation, WHOLE, "presentation"),
    PART(curve_line, sample_accuracy, NUMBER, "sample_accuracy"),
    TABLE_COLUMN(struct curve_line, strong_fraction, FLOAT, "strong_fraction", .format = "%.6f"),
    TABLE_COLUMN(struct curve_line, n_pruned, WHOLE, "pruned"),
    TABLE_COLUMN(struct curve_line, n_grown, WHOLE, "grown"),
    PART(curve_line, similarity, FLOAT, "similarity"),
    TABLE_COLUMN(struct curve_line, n_lost, WHOLE, "lost"),
    TABLE_COLUMN(struct curve_line, n_born, WHOLE, "born"),
};
const struct table curve_table = TABLE_OF("learning_curve.csv", struct curve_line, curve_columns);

static const struct table_column retention_columns[] = {
    TABLE_COLUMN(struct retention_row, days, NUMBER, "days", .unit = "day", .format = "%.9g"),
    TABLE_COLUMN(struct retention_row, size_class, CHOICE, "spines", .words = size_class_names,
                 .n_words = N_SIZE_CLASSES),
    TABLE_COLUMN(struct retention_row, n_spines, WHOLE, "n"),
    PART(retention_row, mean_weight, NUMBER, "mean_weight"),
    TABLE_COLUMN(struct retention_row, n_tests, WHOLE, "tests"),
    PART(retention_row, accuracy, NUMBER, "accuracy"),
    TABLE_COLUMN(struct retention_row, n_ties, WHOLE, "ties", .may_be_empty = true),
    TABLE_COLUMN(struct retention_row, n_undecided, WHOLE, "undecided", .may_be_empty = true),
    PART(retention_row, accuracy_spikes, NUMBER, "accuracy_spikes"),
    PART(retention_row, decoded, NUMBER, "decoded"),
    PART(retention_row, correlation, NUMBER, "vector_correlation"),
};
const struct table retention_table =
    TABLE_OF("retention.csv", struct retention_row, retention_columns);

static const struct table_column continual_columns[] = {
    TABLE_COLUMN(struct continual_row, presentation, WHOLE, "presentation"),
    TABLE_COLUMN(struct continual_row, phase, WHOLE, "phase"),
    TABLE_COLUMN(struct continual_row, is_end, WHOLE, "end", .most = 1),
    TABLE_COLUMN(struct continual_row, label, WHOLE, "class"),
    TABLE_COLUMN(struct continual_row, n, WHOLE, "tests"),
    TABLE_COLUMN(struct continual_row, n_correct, WHOLE, "correct"),
    TABLE_COLUMN(struct continual_row, n_ties, WHOLE, "ties"),
    TABLE_COLUMN(struct continual_row, n_undecided, WHOLE, "undecided"),
    TABLE_COLUMN(struct continual_row, n_within, WHOLE, "correct_within"),
    TABLE_COLUMN(struct continual_row, age, FLOAT, "age", .format = "%.2f", .may_be_empty = true),
};
const struct table continual_table =
    TABLE_OF("continual.csv", struct continual_row, continual_columns);

static const struct table_column overlap_columns[] = {
    TABLE_COLUMN(struct continual_overlap, presentation, WHOLE, "presentation"),
    TABLE_COLUMN(struct continual_overlap, phase, WHOLE, "phase"),
    TABLE_COLUMN(struct continual_overlap, label, WHOLE, "class"),
    TABLE_COLUMN(struct continual_overlap, other, WHOLE, "other"),
    PART(continual_overlap, cells, FLOAT, "cells"),
    PART(continual_overlap, dendrites, FLOAT, "dendrites"),
    PART(continual_overlap, synapses, FLOAT, "synapses"),
};
const struct table continual_overlap_table =
    TABLE_OF("continual_overlap.csv", struct continual_overlap, overlap_columns);

static const struct table_column activity_columns[] = {
    TABLE_COLUMN(struct activity_line, images, WHOLE, "images"),
    TABLE_COLUMN(struct activity_line, cell, WHOLE, "cell"),
    TABLE_COLUMN(struct activity_line, label, WHOLE, "class"),
    TABLE_COLUMN(struct activity_line, dendrite, WHOLE, "dendrite", .may_be_empty = true),
    TABLE_COLUMN(struct activity_line, spikes, NUMBER, "spikes", .format = "%.6g"),
    TABLE_COLUMN(struct activity_line, active, NUMBER, "active", .format = "%.6g", .most = 1),
};
const struct table activity_table =
    TABLE_OF("activity.csv.gz", struct activity_line, activity_columns);

static const struct table_column sizes_columns[] = {
    TABLE_COLUMN(struct retention_size, days, NUMBER, "days", .unit = "day", .format = "%.9g",
                 .most = 1e9),
    TABLE_COLUMN(struct retention_size, id, WHOLE, "id"),
    TABLE_COLUMN(struct retention_size, input, WHOLE, "input"),
    TABLE_COLUMN(struct retention_size, dendrite, WHOLE, "dendrite"),
    TABLE_COLUMN(struct retention_size, weight, FLOAT, "weight", .format = "%.6f", .most = 1),
};
const struct table sizes_table = TABLE_OF("sizes.csv.gz", struct retention_size, sizes_columns);

static const struct table_column task_columns[] = {
    TABLE_COLUMN(struct task_spine, id, WHOLE, "id"),
    TABLE_COLUMN(struct task_spine, input, WHOLE, "input"),
    TABLE_COLUMN(struct task_spine, dendrite, WHOLE, "dendrite"),
    TABLE_COLUMN(struct task_spine, position_um, FLOAT, "position_um", .unit = "um",
                 .format = "%.2f", .most = 1e9, .may_be_empty = true),
    TABLE_COLUMN(struct task_spine, weight, FLOAT, "weight", .format = "%.6f", .most = 1),
    TABLE_COLUMN(struct task_spine, label, WHOLE, "class"),
    TABLE_COLUMN(struct task_spine, correlation, FLOAT, "correlation", .format = "%.6f",
                 .least = -1.001, .most = 1.001, .may_be_empty = true),
    TABLE_COLUMN(struct task_spine, n_reaching, WHOLE, "shuffles_reaching", .most = TASK_SHUFFLES),
    TABLE_COLUMN(struct task_spine, is_related, WHOLE, "related", .most = 1),
};
const struct table task_table = TABLE_OF("task_spines.csv.gz", struct task_spine, task_columns);
