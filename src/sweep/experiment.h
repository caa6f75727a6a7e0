/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SWEEP_EXPERIMENT_H
#define SPINET_SWEEP_EXPERIMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "core/parameters.h"
#include "sweep/keys.h"

/* The tests of two groups of runs. An experiment's file may name the one that decides. */
enum comparison_test {
    COMPARISON_PAIRED, /* t-test of the differences of seeds that both groups have */
    COMPARISON_SIGNED_RANK,
    COMPARISON_PERMUTATION, /* of the signs of these differences; unpaired without such seeds */
    COMPARISON_WELCH,
    COMPARISON_POOLED, /* Student's, unpaired: the paper's */
    COMPARISON_N_TESTS
};

/* "paired", "signed-rank", "permutation", "welch", "pooled". */
extern const char *const comparison_test_names[COMPARISON_N_TESTS];

/* The test of that name, COMPARISON_N_TESTS if there is none. */
enum comparison_test comparison_test_find(const char *name);

/* What an experiment varies (docs/files.md, NAME.sweep): factors with levels, each of which is a
 * parameter file, assignments, or both. Its conditions are all combinations of levels. */
enum {
    FACTORS_MAX = 4,
    LEVELS_MAX = 1000,
    TEXTS_MAX = 32,
    CONDITIONS_MAX = 10000,
    EXPERIMENT_NAME_MAX = 64
};

struct texts {
    int n;
    char *text[TEXTS_MAX];
};

struct level {
    char name[EXPERIMENT_NAME_MAX];
    char *config;     /* or NULL */
    struct texts set; /* "turnover.period=20" */
};

struct factor {
    char name[EXPERIMENT_NAME_MAX];
    char *title; /* what figures call it; NULL: its name */
    int n_levels;
    int n_read;          /* levels that the file has; experiment_restrict leaves fewer */
    struct level *level; /* [n_levels] */
};

struct experiment {
    char name[EXPERIMENT_NAME_MAX]; /* of the file, without its folder and ending */
    char *title;                    /* or NULL */
    int32_t first_seed, n_runs;     /* unless the user says otherwise */
    bool pictures;                  /* of each run */
    int32_t place_in_all;           /* of `spinet experiment all`, from 1; 0: not in it */
    struct texts after;             /* commands of spinet to give when the runs are done */
    const struct parameters *start; /* of an experiment without a file; NULL: the authors' preset */
    struct level base;              /* what all conditions share */
    int n_factors;
    struct factor factor[FACTORS_MAX];
    json_t *marks; /* [{label, levels}] conditions that charts mark: those with all of these levels;
                    * NULL: none */
    char *primary_test; /* the test that decides (comparison_test_names); or NULL */
    json_t *families; /* [{name, compare}] comparisons of the last factor's levels, "A:B", that are
                       * corrected together; NULL: all */
    int32_t n_conditions;
};

/* Reads NAME.sweep; is_full: its full version. USER with file and line. */
int experiment_read(struct experiment *experiment, const char *path, bool is_full);

/* Without a file: factors, their levels, and what these set (copied) are added one by one, then the
 * conditions are counted. USER for names and numbers that a file could not have either. */
int experiment_add_factor(struct experiment *experiment, const char *name);
int experiment_add_level(struct factor *factor, const char *name);
int experiment_add_text(struct texts *texts, const char *text);
int experiment_count_conditions(struct experiment *experiment, const char *source);

/* USER unless the name may become part of file names and a field of CSV files; `what` it is of. */
int experiment_check_name(const char *what, const char *name);

/* Elements of lists for keys_take_list: a text (`to` is a struct texts), a level (a struct factor).
 */
int experiment_read_text(const char *path, const config_setting_t *setting, void *texts);
int experiment_read_level(const char *path, const config_setting_t *group, void *factor);

/* Keys of files: assignments (a struct texts), and a parameter file (a char *). */
#define EXPERIMENT_SET_KEY(at)                                                                     \
    {                                                                                              \
        "set", keys_take_list, at, "a list of at most 32 texts, as [\"turnover.period=20\"]", 0,   \
            TEXTS_MAX, experiment_read_text                                                        \
    }
#define EXPERIMENT_CONFIG_KEY(at)                                                                  \
    {                                                                                              \
        "config", keys_take_text, at, "a text in UTF-8", 0, 0, NULL                                \
    }

/* Writes an experiment with a title whose levels have no parameter files, as NAME.sweep. */
void experiment_print(const struct experiment *experiment, FILE *out);

void experiment_free(struct experiment *experiment);
void experiment_free_level(struct level *level);
void experiment_free_texts(struct texts *texts);

/* Keeps only the levels named "A" or "A|B…" of a factor: "factor=A|B". USER for unknown ones. */
int experiment_restrict(struct experiment *experiment, const char *restriction);

/* The level of a factor in a condition; conditions run with the last factor fastest. */
const struct level *experiment_level(const struct experiment *experiment, int32_t condition,
                                     int factor);

/* The parameters of a condition: the start, the base, then the levels, factor by factor,
 * then `extra` assignments of the user's; not yet checked against each other. USER. */
int experiment_parameters(const struct experiment *experiment, int32_t condition,
                          const char *const *extra, int n_extra, struct parameters *p);

#endif
