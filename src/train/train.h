/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRAIN_H
#define SPINET_TRAIN_TRAIN_H

#include "neuron/kernel_history.h"
#include "neuron/raster.h"
#include "plasticity/consolidation.h"
#include "plasticity/gate.h"
#include "spines/spines.h"
#include "train/observer.h"
#include "train/retention.h"
#include "train/test.h"
#include "turnover/turnover.h"

enum stop_reason { STOP_NOT_YET, STOP_STRONG, STOP_LIMIT, STOP_PATIENCE };

/* One training presentation, as a row of learning_curve.csv. */
struct curve_row {
    int32_t n_samples, n_correct; /* of the sample test; n_samples 0: none was due */
    float strong_fraction;
    struct turnover_report turnover; /* 0, 0 where none was due */
    struct spines_report spines;     /* lost and born without activity */
};

/* A run in progress: everything between one presentation and the next is in here. */
struct training {
    const struct parameters *parameters; /* must outlive it, as the data set */
    const struct dataset *dataset;
    struct network network;
    struct presenter presenter;
    struct consolidation consolidation;
    struct gate gate;
    struct turnover turnover;
    struct spines spines;
    int32_t n_presentations;
    int32_t age_at_start; /* presentations that the network had seen before: of data.network */
    enum stop_reason stopped_by;
    /* of the last presentation that was shown in training */
    int32_t *spikes;               /* [n_neurons] */
    int32_t *dendritic_spikes;     /* [n_dendrites] */
    bool may_stop;                 /* a rest ends in its midst when a signal asks for it */
    bool has_ended;                /* the rest before the test is over */
    double rest_until;             /* the day on which a rest that has begun ends; 0: none has */
    struct curve_row *curve;       /* [max_presentations], n_presentations of them filled */
    struct retention retention;    /* tests in the rest before the test */
    struct observer *observers;    /* of the caller, from training_begin on */
    struct kernel_history kernels; /* which computed what so far, and now */
    const struct kernel_history *kernels_to_be; /* of a run to be done again; NULL: as it began */
    bool may_change_kernel;                     /* a checkpoint of another kernel is taken */
};

/* Presentations that its network has seen: what turnover, births and deaths count in. */
static inline int32_t training_age(const struct training *training)
{
    return training->age_at_start + training->n_presentations;
}

/* Everything that parameters can be refused for before data are read: parameters_validate, the
 * protocol, the days of tests. USER. */
int training_check(const struct parameters *p);

/* A new network, or that of data.network, and all that training it needs. USER for parameters that
 * do not fit together. */
int training_init(struct training *training, const struct parameters *p,
                  const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                  int32_t n_threads);

/* The same in two: all that is needed, and the rest before training. In between, may_stop can be
 * set; then INTERRUPTED - signal ends it, too. A training that failed to begin is freed. */
int training_prepare(struct training *training, const struct parameters *p,
                     const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                     int32_t n_threads);
int training_begin(struct training *training);

/* Instead of those that the parameters name; they must outlive the training. NULL: those. */
struct own_rules {
    const struct turnover_policy *policy;
    const struct plasticity_rule *rule;
};

/* Where a network comes from that is not wired by chance. Both USER, SYSTEM. */
struct network_origin {
    /* makes training->network, and its age that of the training; with lives, if both have them */
    int (*make_network)(struct network_origin *origin, struct training *training, uint64_t seed);
    /* gives what was built for that network, spines and turnover, the state they had */
    int (*restore_state)(struct network_origin *origin, struct training *training);
};

/* What training_prepare stands for, with rules of one's own, whatever data.network says: a network
 * of `origin`, or (NULL) a new one. */
int training_build(struct training *training, const struct parameters *p,
                   const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                   int32_t n_threads, struct own_rules own, struct network_origin *origin);

void training_free(struct training *training);

/* Goes on with this kernel from the next presentation on. SYSTEM without memory; USER after too
 * many changes. */
int training_use_kernel(struct training *training, const struct kernel *kernel);

/* One presentation with everything that follows it (docs/model.md §6): consolidation, sample test,
 * turnover, whether to stop, and what is recorded (training->stopped_by). SYSTEM without memory.
 * With may_stop INTERRUPTED - signal in the rest after the presentation: what there is may be kept,
 * and the next step goes on with the rest. */
int training_step(struct training *training);

/* The image that comes next, by its place among the training images, and its class: class A, B, …
 * in turn, each from its own images, from the start again when they run out. */
int32_t training_next_image(const struct training *training, int32_t *class_index);

/* To be called once training has stopped, before the test: the rest between them goes by, with the
 * tests that record.test_days asks for; not all of it if presenter.may_stop and a signal came.
 * SYSTEM without memory; with may_stop INTERRUPTED - signal in mid-rest, after which there is no
 * going on. Called again, it does nothing. */
int training_end(struct training *training);

/* Presents once, and notes for the consolidation to come what was shown; `learns`: calcium comes
 * in. */
void training_show(struct training *training, struct presentation *presentation,
                   const struct stimulus *stimulus, int32_t teacher, bool learns);

/* Days without presentations. SYSTEM without memory; with may_stop INTERRUPTED - signal. */
int training_rest(struct training *training, double days, struct spines_report *report);

/* The part of the plastic synapses above stopping.strong_weight; 0 of none. */
float training_strong_fraction(const struct parameters *p, const struct network *network);

/* The final test: all test images, without CREB, which is as before afterwards. `answers`
 * [dataset->n_test] or NULL. SYSTEM if its spikes cannot be recorded. */
int training_test(struct training *training, struct answer *answers, struct score *score);

const char *training_stop_name(enum stop_reason reason);

#endif
