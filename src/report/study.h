/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_STUDY_H
#define SPINET_REPORT_STUDY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/parameters.h"
#include "core/table.h"
#include "report/results.h"
#include "report/statistics.h"

/* A sweep as it is read back from its folder (docs/files.md): what was varied, and what
 * each run came to. */
enum { STUDY_FACTORS_MAX = 8 };

/* learning_curve.csv. */
struct curve {
    int32_t n;               /* 0 if there is none */
    struct curve_line *line; /* [n] */
};

enum study_value { STUDY_ACCURACY, STUDY_PRESENTATIONS, STUDY_SIMILARITY, STUDY_N_VALUES };

struct study_run {
    int32_t condition;
    double value[STUDY_N_VALUES]; /* NaN where there is none */
    char *folder;
    struct curve curve;
};

struct study {
    struct results results;
    const char *folder;      /* as given: must outlive the study */
    const char *data_folder; /* where the runs' files of data are; NULL: where they were */
    json_t *about;           /* experiment.json; an empty object if there is none */
    int32_t n_factors; /* at least 1: without factors, one named "" with the level "all runs" */
    const struct results_column *factor[STUDY_FACTORS_MAX]; /* levels in experiment.json's order */
    /* Charts put the first factor along the axis, the last in colours, those between in panels.
     * With one factor only, it is the first. condition = (first * n_middle + middle) * n_last +
     * last. */
    int32_t n_first, n_middle, n_last, n_conditions;
    int32_t n_runs;
    struct study_run *run; /* [n_runs] */
    struct effects *known; /* [STUDY_N_MEASURES] that study_effects has found; zeroed: not yet */
    json_t *parameters;    /* of each condition, null where none is here; empty: not yet read */
    struct run_data *data; /* of the run that was opened last (report/run_data.h) */
    bool is_of_runs;       /* not of a sweep */
    bool is_part;          /* runs were left out by filters */
    int32_t n_missing;     /* runs of experiment.json that results.csv lacks */
    char missing[400];     /* the names of the first of them */
};

/* Reads FOLDER/experiment.json, if there, and FOLDER/results.csv. USER with file and line. */
int study_read(struct study *study, const char *folder);

/* The same of the runs that n filters keep ("COLUMN=A|B", results_filter); levels that none of them
 * has are left out. `text`: in place of results.csv, of a sweep that is still running; or NULL. */
int study_read_part(struct study *study, const char *folder, const char *text,
                    const char *const *filters, int n);
void study_free(struct study *study);

/* The same of finished runs of `spinet train`, of several with a level "run" each. The first is
 * study->folder. USER for a folder that holds none, or is named twice. */
int study_of_runs(struct study *study, const char *const *folders, int32_t n);

/* study_runs.c: the table of these runs, a row each in their order: of several a column "run", the
 * folder, then those of result.csv. results_free is safe afterwards either way. */
int study_runs_read(const char *const *folders, int32_t n, struct results *results);

/* The parameters of a condition, the study's own; NULL if none of its runs' folders is here. */
const json_t *study_parameters(const struct study *study, int32_t condition);

/* The different values that a parameter has in the conditions, a list to be freed. */
json_t *study_values_of(const struct study *study, const char *group, const char *key);

/* The value of a parameter in all conditions, the study's own; NULL where they differ or no run's
 * folder is here. */
const json_t *study_shared(const struct study *study, const char *group, const char *key);

/* Calls read(i, data) for i = 0 … n - 1 on all threads, `chunk` at a time, and returns what the
 * first that fails returns, which is read once more in this thread, whose message counts. */
int study_read_each(int32_t n, int chunk, int (*read)(int32_t i, void *data), void *data);

/* Reads the learning curves of all runs; those whose file is missing keep n = 0. USER. */
int study_read_curves(struct study *study);

/* Whether the folder of a run has a file of this name. */
bool study_has_file(const struct study *study, const char *name);

/* The name of a run's folder. */
const char *study_run_name(const struct study_run *run);

/* The columns of results.csv that a study_value stands for. */
extern const char *const study_value_names[STUDY_N_VALUES];

/* What the experiment is called; a general name if it does not say. */
const char *study_title(const struct study *study);

/* A text of experiment.json, "" if it has none of that key. */
const char *study_about(const struct study *study, const char *key);

/* What figures call a factor: its title in experiment.json, else its name. */
const char *study_factor_title(const struct study *study, int32_t factor);

/* The levels of a condition, from factor `from` to before factor `to`, joined by ", ". */
const char *study_name(const struct study *study, int32_t condition, int32_t from, int32_t to,
                       char *text, size_t size);

/* The same with the factors' names: "period 5, threshold 0.2". */
const char *study_describe(const struct study *study, int32_t condition, int32_t from, int32_t to,
                           char *text, size_t size);

/* With the names of those factors alone whose level is a number: "easy, overlap 2". */
const char *study_label(const struct study *study, int32_t condition, int32_t from, int32_t to,
                        char *text, size_t size);

/* The level of the last factor when it goes by colours; "" with one factor only. */
const char *study_last(const struct study *study, int32_t last);

/* The values of a condition's runs that have one, into values[n_runs]; how many. */
int32_t study_values(const struct study *study, int32_t condition, enum study_value what,
                     double *values);

/* The summary of those values; without memory the one of no values. */
struct summary study_summary(const struct study *study, int32_t condition, enum study_value what);

/* The most runs that a condition has. With one there are no means, no spread and no tests. */
int32_t study_most_runs(const struct study *study);

/* The condition's run with the accuracy nearest to its median (the first of equals); NULL if it has
 * no runs. */
const struct study_run *study_median_run(const struct study *study, int32_t condition);

/* Whether training stopped in any run before its limit of presentations. */
bool study_has_stops(const struct study *study);

/* What is analysed: "accuracy", "accuracy_spikes", "presentations", "similarity". */
enum { STUDY_N_MEASURES = 4 };
extern const char *const study_measures[STUDY_N_MEASURES];

/* Effects of the factors on one of study_measures, found the first time and kept: *effects is the
 * study's. As effects_find; USER also for presentations without a stop. */
struct effects;
int study_effects(const struct study *study, const char *measure, const struct effects **effects);

#endif
