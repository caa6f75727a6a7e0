/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_LIBRARY_HANDLES_H
#define SPINET_LIBRARY_HANDLES_H

#include <time.h>

#include "core/number.h"
#include "spinet.h"
#include "store/records.h"
#include "train/train.h"

/* What the handles of spinet.h stand for. */

struct spinet_parameters {
    struct parameters values;
};

struct spinet_images {
    struct dataset dataset;
    struct parameters made_of; /* with `seed`: what the images were made with */
    uint64_t seed;
};

struct spinet_training {
    struct parameters parameters;
    uint64_t seed;
    uint64_t images_seed;
    struct training training;
    struct records records; /* those that the parameters ask for, which observe it */
    double clock_start;
    time_t started;

    /* of the last presentation that the caller made */
    struct raster raster; /* zeroed until there is one */
    struct spike *spikes; /* for the view "raster" */

    /* stimulus of spikes that the caller gives */
    struct stimulus stimulus;
    struct presentation watched; /* by the naive kernel; zeroed until spinet_training_watch */
    struct step_watch watch;
    void (*look)(const struct spinet_moment *moment, void *data);
    void *look_data;

    /* policy and rule of the caller's own (library/rules.c) */
    const struct spinet_policy *own_policy;
    const struct spinet_rule *own_rule;
    struct turnover_policy policy;
    struct plasticity_rule rule;
    bool is_choosing; /* the policy may prune and grow */
    /* a function of the caller's is being called: it may only look, prune and grow */
    bool is_called_back;
    bool has_failed; /* a call failed in the middle of its work: the training can only be freed */

    /* computed for views (library/views.c) */
    int32_t capacity;
    int32_t *source;
    float *position;
    int32_t *born;
};

/* The policy and rule of the options as the model's tables of functions. In training->parameters
 * they are then "own". */
struct own_rules rules_from_options(struct spinet_training *training,
                                    const struct spinet_options *options);

/* USER, with a message that begins with `what`, for fields that do not fit into state_bytes. */
int rules_check_fields(const char *what, size_t state_bytes, const struct spinet_field *fields,
                       int32_t n_fields);

/* Refuses a call while a function of the caller's is being called by this training, or after a
 * failure in the middle of a call. USER. */
int handles_enter(const struct spinet_training *training);

/* Makes the channels of all images, if channels are shown of them, so that views show what the
 * network sees. SYSTEM without memory: then the data set has been freed. */
int handles_make_images(struct dataset *dataset);

/* Converts a score to that of spinet.h. */
struct spinet_score handles_score(const struct score *score);

/* Where each of these ids [n] stands in the table of synapses, in new memory [n] (free it). USER if
 * one is not there, or there twice; SYSTEM without memory. */
int handles_find_synapses(const struct spinet_training *training, const int32_t *ids, int32_t n,
                          int32_t **places);

/* A view of values[n]. */
struct spinet_view views_list(const void *values, enum spinet_type type, int64_t n,
                              const char *unit);

struct named_view {
    const char *name;
    struct spinet_view view;
};

/* Finds one of views[n] by its name. USER, naming `expected`, if there is none. */
int views_find(const struct named_view *views, size_t n, const char *name, const char *expected,
               struct spinet_view *view);

/* Fills training->source[n] with the input of each plastic synapse. SYSTEM without memory. */
int views_fill_sources(struct spinet_training *training);

#endif
