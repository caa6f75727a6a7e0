/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SWEEP_SEARCH_H
#define SPINET_SWEEP_SEARCH_H

#include "sweep/experiment.h"

/* A search for parameters, as NAME.search says (docs/files.md): sets of parameters are drawn from
 * ranges; each round runs the best of the round before, longer or with more seeds, and the last
 * one, `final`, on fresh seeds and the test images. Every round is an experiment with the one
 * factor "set", and so a sweep. */
enum {
    RANGES_MAX = 16,
    ROUNDS_MAX = 8,
    RANGE_KEYS_MAX = 8,
    SETS_MAX = LEVELS_MAX - 1,
    SEARCH_NAME_MAX = 32,
    SEARCH_VALUE_MAX = EXPERIMENT_NAME_MAX
};

struct range {
    struct factor choice;     /* its name; levels to choose from, or none: it is of numbers */
    struct texts keys;        /* "group.key", which all get the number */
    double from, to;          /* NaN where the file does not say */
    bool is_log, is_of_whole; /* the logarithm is drawn uniformly; the keys take whole numbers */
};

struct search_round {
    int32_t n_sets, n_seeds;
    struct texts set; /* what its runs have besides */
};

struct search {
    char name[EXPERIMENT_NAME_MAX]; /* of the file, without its folder and ending */
    char *title;                    /* or NULL */
    struct level base;              /* what all runs share */
    char *draws;                    /* "sobol" or "random"; NULL: sobol */
    int32_t draw_seed;
    int n_ranges, n_rounds;
    struct range range[RANGES_MAX];
    struct search_round round[ROUNDS_MAX]; /* [n_rounds], of which the last is `final` */
    double *position; /* [n_sets of the first round][n_ranges] where in its range, from 0 to 1 */
};

/* Reads NAME.search, draws the sets, and checks that each round could run each of them. USER with
 * file and line. */
int search_read(struct search *search, const char *path);
void search_free(struct search *search);

/* "round-1" …, "final" */
void search_name_round(const struct search *search, int round, char name[SEARCH_NAME_MAX]);

/* Which of a choice's levels a set has. */
int search_choice(const struct range *range, double position);

/* What a range gives a set: "0.0213" or the name of a level. */
void search_write_value(const struct range *range, double position, char text[SEARCH_VALUE_MAX]);

/* "s07": the name of a set, from 0. */
void search_name_set(const struct search *search, int32_t set, char name[SEARCH_NAME_MAX]);

/* The experiment that a round is, with these of the sets; `final` has besides "given", what the
 * file gives without any draw. */
int search_make_round(const struct search *search, int round, const int32_t *set, int32_t n_sets,
                      struct experiment *experiment);

#endif
