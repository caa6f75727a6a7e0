/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRAINING_H
#define SPINET_TRAIN_TRAINING_H

/* A training: its parts, and what is done with them one at a time. In which order
 * that happens is the protocol (train/train.h). */

#include "neuron/raster.h"
#include "plasticity/consolidation.h"
#include "plasticity/gate.h"
#include "spines/spines.h"
#include "train/ahead.h"
#include "train/observer.h"
#include "train/retention.h"
#include "train/schedule.h"
#include "train/task.h"
#include "train/test.h"
#include "turnover/turnover.h"

/* One training presentation, as a row of learning_curve.csv. */
struct curve_row {
    int32_t n_samples, n_correct; /* answers of the sample test; n_samples 0: no test was due */
    float strong_fraction;
    struct turnover_report turnover; /* 0, 0 if no turnover was due */
    struct spines_report spines;     /* spines lost and born by themselves */
};

/* The sample test of a presentation, which may go on beside those that follow. */
struct sample_test {
    struct test test;
    int32_t after;  /* presentation after which the test that goes on was begun; 0: none goes on */
    int32_t last;   /* and of the last one that is over, whose row of the curve has its score */
    double seconds; /* that the training has spent in them, or waiting for them */
};

/* A training in progress: its whole state between two presentations. */
struct training {
    const struct parameters *parameters; /* parameters and data set must outlive the training */
    const struct dataset *dataset;
    struct network network;
    struct presenter presenter;
    struct consolidation consolidation;
    struct gate gate;
    struct turnover turnover;
    struct spines spines;
    struct schedule schedule;
    int32_t n_presentations;
    int32_t age_at_start; /* presentations that the network (data.network) had seen before */
    enum stop_reason stopped_by;
    /* spikes of the last presentation in training */
    int32_t *spikes;           /* [n_neurons] */
    int32_t *dendritic_spikes; /* [n_dendrites] */
    bool may_stop;             /* a signal may end a rest before it is over */
    bool has_ended;            /* training_end has been completed */
    double rest_until;         /* day on which a rest that has begun ends; 0: no rest has begun */
    struct curve_row *curve;   /* [max_presentations], n_presentations of them filled */
    struct sample_test *sample;
    struct ahead *ahead;         /* presentation that is made ahead of time; NULL: none ever was */
    bool has_learned;            /* the gate let the last image through */
    float learning;              /* running mean of has_learned, over about 64 images */
    struct retention retention;  /* tests during the rest before the final test */
    struct task_spines task;     /* which spines are related to it, with record.task_images */
    struct observer *observers;  /* the caller's; they are told from training_begin on */
    char kernels[KERNELS_BYTES]; /* kernels that have computed it: "avx512, avx2 from 61" */
    bool may_change_kernel;      /* also a checkpoint of another kernel is accepted */
};

/* How many presentations the network has seen: turnover, births and deaths count by that. */
static inline int32_t training_age(const struct training *training)
{
    return training->age_at_start + training->n_presentations;
}

/* Policy and rule to use instead of those that the parameters name (NULL: those); they must outlive
 * the training. */
struct own_rules {
    const struct turnover_policy *policy;
    const struct plasticity_rule *rule;
};

/* Where a network comes from that is not wired at random. Both functions: USER, SYSTEM. */
struct network_origin {
    /* makes training->network, with lives if both have them, and sets training->age_at_start */
    int (*make_network)(struct network_origin *origin, struct training *training, uint64_t seed);
    /* gives spines and turnover, which have been made for that network, their former state */
    int (*restore_state)(struct network_origin *origin, struct training *training);
};

/* training_prepare with a policy and a rule of the caller's, and a network of `origin` or, if that
 * is NULL, a new one; data.network is not looked at. */
int training_build(struct training *training, const struct parameters *p,
                   const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                   int32_t n_threads, struct own_rules own, struct network_origin *origin);

void training_free(struct training *training);

/* Lets time go by as spines_live does, to the day `end`, in a rest or between presentations, and
 * prepares for the fixed synapses if cells have scaled them. */
int training_live(struct training *training, double end, bool is_rest,
                  struct spines_report *report);

/* With schedule.new_cells, lets those cells come that the phases up to now need, with new synapses,
 * which are added to *report; NULL: they have their synapses already. SYSTEM without memory. */
int training_admit_cells(struct training *training, struct turnover_report *report);

/* Prepares for the fixed synapses as they are now. SYSTEM without memory. */
int training_renew(struct training *training);

/* Makes one presentation and notes what was shown, for the consolidation that follows. If it
 * `learns`, synapses take up calcium. */
void training_show(struct training *training, struct presentation *presentation,
                   const struct stimulus *stimulus, int32_t teacher, bool learns);

/* Notes a presentation that was made elsewhere, as training_show does. */
void training_note_shown(struct training *training, const struct presentation *presentation,
                         int32_t teacher, bool learns);

/* Operates on the network (train/surgery.h: surgery_do). */
int training_operate(struct training *training, const char *text, const char *key, uint32_t draw);

/* The fraction of the plastic synapses whose weight is above stopping.strong_weight; 0 if there are
 * none. */
float training_strong_fraction(const struct parameters *p, const struct network *network);

/* The next training image, as an index into the training images, and its class. */
int32_t training_next_image(const struct training *training, int32_t *class_index);

/* Sample tests go on beside the presentations that follow, unless the training has one thread, a
 * large network or may stop by their result. Waits for the one that goes on, if there is one, and
 * writes its score into its row of the curve; drops what was presented ahead of time. To be called
 * before the curve is read or test_images called. A step in which training stops has done so. */
void training_take_sample(const struct training *training);

/* Writes the score of the sample test after presentation n into its row of the curve. */
void training_note_sample(const struct training *training, int32_t n, const struct score *score);

#endif
