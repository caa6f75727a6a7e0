/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_H
#define SPINET_H

/* libspinet: the model of Malakasis, Chavlis & Poirazi (2023), bio-realistic spiking networks whose
 * synapses come and go, for programs of your own. docs/library.md has the examples, docs/model.md
 * the equations (its sections are meant by §).
 *
 * Conventions:
 *
 * A handle is made by a function …_new and freed by a …_free, which takes NULL, too. It is used by
 * one thread at a time; different threads may use different handles at the same time.
 *
 * A function that can fail returns SPINET_OK or one of the negative codes below, and leaves one
 * line that says what is wrong and what would be right: spinet_error(). What it gives comes in its
 * last arguments, which are unchanged if it fails. A step, a consolidation, a rest or a restoring
 * that failed in the middle leaves a training that can only be freed; all else that is refused
 * changes nothing. Nothing is printed, nothing exits.
 *
 * Results depend on parameters, images and seed alone, never on the number of threads. Times are in
 * ms within a presentation (a step is 1 ms), in days between them; voltages in mV. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPINET_API __attribute__((visibility("default")))

enum spinet_status {
    SPINET_OK = 0,
    SPINET_USER = -1,      /* an argument, a parameter or a file is wrong */
    SPINET_SYSTEM = -2,    /* no memory, a full disk, a library that failed */
    SPINET_STOPPED = -128, /* the caller's progress function asked to stop */
};

/* The message of this thread's last call that failed, valid until the next that does; "" if none
 * has. */
SPINET_API const char *spinet_error(void);

/* For callbacks: keeps the message and returns the code, as `return spinet_fail(SPINET_USER,
 * …)`. */
SPINET_API int spinet_fail(int code, const char *message);

/* "0.1.0 (revision)". */
SPINET_API const char *spinet_version(void);

/* ---- arrays ---- */

enum spinet_type {
    SPINET_UINT8,
    SPINET_INT32,
    SPINET_INT64,
    SPINET_FLOAT,
    SPINET_DOUBLE,
    SPINET_UINT32,
    SPINET_UINT64
};

/* An array that belongs to a handle: read it in place. How long it is valid stands with the
 * function that gives it. Unused entries of `shape` are 1. */
struct spinet_view {
    const void *values;
    enum spinet_type type;
    int32_t n_dimensions;
    int64_t shape[3];
    const char *unit; /* "mV", "um", …; "1" without one */
};

/* ---- parameters ---- */

struct spinet_parameters;

/* All parameters of a preset: "authors" (their program) or "supplement" (the paper's text, §9). */
SPINET_API int spinet_parameters_new(const char *preset, struct spinet_parameters **parameters);
SPINET_API void spinet_parameters_free(struct spinet_parameters *parameters);

/* Sets the keys that are in a parameter file (docs/files.md). USER with file, line and what is
 * right; keys before the wrong one are set. */
SPINET_API int spinet_parameters_read(struct spinet_parameters *parameters, const char *path);

/* Sets one key, as in ("turnover.period", "20"). USER for an unknown key, or a value out of
 * range. */
SPINET_API int spinet_parameters_set(struct spinet_parameters *parameters, const char *key,
                                     const char *value);

/* The value of a key as spinet_parameters_set takes it, at most size - 1 bytes. USER. */
SPINET_API int spinet_parameters_get(const struct spinet_parameters *parameters, const char *key,
                                     char *value, size_t size);

/* A parameter in words, or (`name` NULL) a group of them, whose meaning says what it is about. */
struct spinet_description {
    const char *group, *name, *value;
    const char *unit, *range; /* range: "0 … 500", "none|random", or "" */
    const char *source, *meaning;
};

/* Shows each group and its parameters to `visit`, which must not keep the pointers. */
SPINET_API void
spinet_parameters_describe(const struct spinet_parameters *parameters,
                           void (*visit)(const struct spinet_description *description, void *data),
                           void *data);

/* ---- images ---- */

struct spinet_images;

/* Training and test images as the parameters' group `data` has it: generated shapes or files. What
 * depends on chance is a function of `seed`. USER for files that cannot be read and classes that
 * they lack. */
SPINET_API int spinet_images_new(const struct spinet_parameters *parameters, uint64_t seed,
                                 struct spinet_images **images);

/* Images in memory; they are copied. */
struct spinet_pixels {
    int32_t n, height, width; /* 1 … 10,000,000 images of at most 2^20 pixels */
    const uint8_t *pixels;    /* [n][height][width], 0 is silent, 255 the fastest */
    const int32_t *labels;    /* [n] 0 … 999 */
};

/* As spinet_images_new, of images in memory. Their classes are data.classes, or all that occur, in
 * the order of data.order. USER. */
SPINET_API int spinet_images_from_memory(const struct spinet_parameters *parameters, uint64_t seed,
                                         const struct spinet_pixels *train,
                                         const struct spinet_pixels *test,
                                         struct spinet_images **images);
SPINET_API void spinet_images_free(struct spinet_images *images);

/* "train.pixels", "test.pixels": uint8 [n][height][width]; "train.labels", "test.labels": int32
 * [n]; "classes": int32 [n_classes], the labels of the classes in their order; "tested": int32
 * [n_tested], which of the test images are shown in a test. Valid as long as the images. USER for
 * another name. */
SPINET_API int spinet_images_view(const struct spinet_images *images, const char *name,
                                  struct spinet_view *view);

/* ---- rules of one's own ---- */

/* Memory that a state owns: `values` are malloc-ed, NULL if n is 0. */
struct spinet_array {
    void *values;
    int64_t n;
};

/* A field of the state of a policy or rule: saved in checkpoints and restored from them. */
struct spinet_field {
    const char *name;
    enum spinet_type type;
    size_t offset; /* in the state: offsetof(struct my_state, member) */
    int32_t n;     /* number of values there; 0: a struct spinet_array is there */
};

struct spinet_training;

/* A turnover policy (§5) of one's own. Its callbacks get the training that they are part of, which
 * they may view, and in `choose` prune and grow (below), but not step or change otherwise; and the
 * policy's state of this training: state_bytes that were zeroed when it began. They return
 * SPINET_OK, or a negative code by spinet_fail, which ends the call that led to them: then nothing
 * is pruned or grown. It replaces turnover.policy, which is then "own". */
struct spinet_policy {
    const char *name;
    size_t state_bytes; /* 0: no state */
    const struct spinet_field *fields;
    int32_t n_fields;
    /* Called every turnover.period presentations, until it sets *is_over to true, and by
     * spinet_training_turnover. */
    int (*choose)(struct spinet_training *training, void *state, void *data, bool *is_over);
    /* Called in a step after the presentation, while the synapses have its calcium, before the
     * consolidation; or NULL. */
    int (*observe)(struct spinet_training *training, void *state, void *data);
    /* Frees what the state, if there is one, owns besides the arrays of its fields; or NULL. */
    void (*end)(void *state, void *data);
    void *data; /* passed to the callbacks */
};

/* For policies, in `choose`: marks the synapses with ids[n] to be pruned. USER if one does not
 * exist, or is marked already: then none is marked. */
SPINET_API int spinet_prune(struct spinet_training *training, const int32_t *ids, int32_t n);

/* A synapse to be grown, from an input to a dendrite of a pyramidal cell. */
struct spinet_new_synapse {
    int32_t input, dendrite;
    double weight; /* 0 … 1 */
};

/* For policies, in `choose`: proposes synapses[n] to be grown; they get the next ids in this order.
 * USER for one that cannot be: then none is grown. */
SPINET_API int spinet_grow(struct spinet_training *training,
                           const struct spinet_new_synapse *synapses, int32_t n);

/* The n synapses that turnover.policy = random would grow next on the pyramidal cells first_cell …
 * first_cell + n_cells - 1: anywhere, of weights connections.w_min … w_max. Functions of the seed
 * and of the ids that they would get. USER for cells that do not exist. */
SPINET_API int spinet_random_synapses(const struct spinet_training *training, int32_t first_cell,
                                      int32_t n_cells, struct spinet_new_synapse *synapses,
                                      int32_t n);

/* A uniform number, 0 <= u < 1: a function of the training's seed and these alone, and of none of
 * the numbers that spinet itself draws. */
SPINET_API double spinet_random(const struct spinet_training *training, uint32_t id, uint32_t step,
                                uint32_t purpose);

/* What a plasticity rule sees in a consolidation (§4). */
struct spinet_consolidation {
    int32_t presentation; /* number of the presentation before it, from 1 */
    int32_t teacher;      /* class whose teacher fired, -1: none */
    int32_t n_synapses;
    const int32_t *id, *source, *dendrite; /* [n_synapses]; source: the input */
    const float *calcium;                  /* [n_synapses] of the presentation */
    float *tag, *weight, *learning_rate;   /* [n_synapses] */
    int32_t n_cells, n_dendrites;          /* pyramidal cells; dendrites of a cell */
    const int32_t *spikes;                 /* [n_cells] in the presentation */
    const float *cell_calcium;             /* [n_cells] summed */
    bool *synthesis;                       /* [n_cells] the cell makes proteins */
};

/* A plasticity rule of one's own: what it leaves NULL is as in §4. Its functions are called in this
 * order: gate (calcium is there, tags are still those of before), set_tags, and, after the 138
 * minutes, finish (calcium is 0). They return as a policy's do. It replaces plasticity.rule, which
 * is then "own". How tags decay is not for a rule to say. */
struct spinet_rule {
    const char *name;
    size_t state_bytes;
    const struct spinet_field *fields;
    int32_t n_fields;
    /* Decides which cells make proteins, and so may turn their tags into weights: `synthesis`. */
    int (*gate)(struct spinet_consolidation *c, void *state, void *data);
    /* Sets `tag`, any finite number, from the calcium. */
    int (*set_tags)(struct spinet_consolidation *c, void *state, void *data);
    /* May change `weight` (0 … 1), `learning_rate` (finite, from 0) and `tag`. */
    int (*finish)(struct spinet_consolidation *c, void *state, void *data);
    void (*end)(void *state, void *data);
    void *data;
};

/* ---- training ---- */

struct spinet_options {
    uint64_t seed;
    int32_t n_threads;                  /* 0: one */
    const char *kernel;                 /* NULL: the fastest that this processor has */
    const struct spinet_policy *policy; /* NULL: that of turnover.policy */
    const struct spinet_rule *rule;     /* NULL: that of plasticity.rule */
};

/* A new network, wired by chance (a function of the seed), and all that training it needs. The
 * parameters are copied, but for their group `data`, which is that of the images.
 * Images, policy and rule must outlive it. USER for parameters that do not fit together, or fields
 * that cannot be of the state. */
SPINET_API int spinet_training_new(const struct spinet_parameters *parameters,
                                   const struct spinet_images *images,
                                   const struct spinet_options *options,
                                   struct spinet_training **training);
SPINET_API void spinet_training_free(struct spinet_training *training);

enum spinet_stop { SPINET_GOES_ON, SPINET_STRONG, SPINET_LIMIT, SPINET_PATIENCE, SPINET_ACCURACY };

/* What a step came to: a row of learning_curve.csv. */
struct spinet_step {
    int32_t presentation; /* done so far */
    enum spinet_stop stop;
    int32_t n_tested, n_correct; /* of the sample test; 0, 0 where none was due */
    float strong_fraction;       /* plastic synapses above stopping.strong_weight, 0 … 1 */
    int32_t n_pruned, n_grown;   /* by turnover */
    int32_t n_lost, n_born;      /* by themselves (intrinsic.form) */
};

/* One training presentation with everything that follows it (§6): consolidation, sample test, rest,
 * turnover, whether to stop. USER once training has stopped. Ends the validity of views. With
 * several threads and step = NULL a sample test goes on beside the steps that follow: ask
 * spinet_training_past for it. */
SPINET_API int spinet_training_step(struct spinet_training *training, struct spinet_step *step);

/* What step number `presentation`, from 1, came to; 0: the last one. A training that was restored
 * remembers those before. USER if there is none. */
SPINET_API int spinet_training_past(const struct spinet_training *training, int32_t presentation,
                                    struct spinet_step *step);

/* Whether and why training has stopped. */
SPINET_API enum spinet_stop spinet_training_stopped(const struct spinet_training *training);

/* The training image that the next step shows, and its class; both from 0. */
SPINET_API void spinet_training_next(const struct spinet_training *training, int32_t *image,
                                     int32_t *class_index);

/* The parts of a step, for protocols of one's own. A step does more: it counts presentations, calls
 * a policy's `observe`, tests, and lets spines change by themselves (intrinsic.form).
 *
 * Presents `pixels` [height][width], with the teacher of a class or (-1) none; if it `learns`,
 * synapses take up calcium, on top of what is there. Leaves the views "spikes" and
 * "dendritic_spikes". USER for a class that is none. */
SPINET_API int spinet_training_present(struct spinet_training *training, const uint8_t *pixels,
                                       int32_t teacher, bool learns);

/* A spike in a step 0 … input.duration_ms - 1. Sources 0 … n_inputs - 1 are the inputs (the pixels,
 * row by row); source n_inputs + k is the teacher of class k. */
struct spinet_spike {
    int32_t step, source;
};

/* As spinet_training_present, with given spikes in place of an image: in any order, none of them
 * twice. USER for a spike out of range, naming its place from 0. */
SPINET_API int spinet_training_present_spikes(struct spinet_training *training,
                                              const struct spinet_spike *spikes, int64_t n,
                                              bool learns);

/* Calcium becomes tags, and tags, where there are proteins, weights (§4). */
SPINET_API int spinet_training_consolidate(struct spinet_training *training);

/* Days go by without presentations: tags and CREB decay, and spines change by themselves
 * (intrinsic.form). */
SPINET_API int spinet_training_rest(struct spinet_training *training, double days);

/* Prunes and grows now, whatever the period, and also when turnover is over. */
SPINET_API int spinet_training_turnover(struct spinet_training *training, int32_t *n_pruned,
                                        int32_t *n_grown);

/* How test images were answered. */
struct spinet_score {
    int32_t n, n_correct;
    int32_t n_ties;      /* answers for which classes shared the most active cells */
    int32_t n_undecided; /* no cell was active; neither correct nor wrong */
    int32_t n_wrong;     /* answers of one class alone, the wrong one */
    /* by all spikes of a class's cells */
    int32_t n_correct_by_spikes, n_ties_by_spikes, n_undecided_by_spikes;
    double accuracy_over_thresholds; /* mean over thresholds of 0 … 40 spikes for an active cell */
};

/* Shows the first n of the test images of these classes (0: all), without teacher, learning and
 * CREB; changes nothing, not even the views "spikes" and "dendritic_spikes". `predictions` [n
 * tested] takes the class of each (-1: undecided), in the order of the images' view "tested"; or
 * NULL. */
SPINET_API int spinet_training_test(struct spinet_training *training, int32_t n,
                                    int32_t *predictions, struct spinet_score *score);

/* clang-format off */
/* One of the network's arrays:
 *   "weight", "learning_rate", "tag", "calcium"  float [n_synapses] of the plastic synapses, §4
 *   "id", "source", "dendrite"                   int32 [n_synapses]; source: the input
 *   "position"          float [n_synapses] um along the dendrite
 *   "born"              int32 [n_synapses] presentations done when it was grown, 0: the network began with it;
 *                       (USER for "position" and "born" unless record.synapses or a mechanism needs these)
 *   "creb"              float [n_cells] 0 … 1
 *   "spikes"            int32 [n_neurons] of the last image shown in training: pyramidal cells class
 *                       by class, then interneurons (§1)
 *   "dendritic_spikes"  int32 [n_dendrites] of all neurons, of the same
 *   "raster"            int32 [n_spikes][2] step (ms) and neuron of each spike, by step, then by neuron,
 *                       of the last that spinet_training_present or _present_spikes presented
 * Valid until the next call with this training that is not a view. (After that "weight",
 * "learning_rate", "tag", "calcium", "id", "dendrite" and "creb" may still be read until the
 * training is freed: new numbers or old ones, or some of each.) USER for another name. */
/* clang-format on */
SPINET_API int spinet_training_view(struct spinet_training *training, const char *name,
                                    struct spinet_view *view);

/* Sets the weights [n], 0 … 1, of the plastic synapses of these ids [n]. USER, and then nothing has
 * changed, for another weight, an id that there is not, or one that is named twice. */
SPINET_API int spinet_training_set_weights(struct spinet_training *training, const int32_t *ids,
                                           const double *weights, int32_t n);

/* A plastic synapse with all that persists of it. */
struct spinet_synapse {
    int32_t source, dendrite, id; /* ids ascend, and none is ever used twice */
    float weight, learning_rate, tag;
};

/* Replaces all plastic synapses. USER, naming the synapse (from 0), for one that cannot be, and
 * always where places are kept; then nothing has changed. */
SPINET_API int spinet_training_set_synapses(struct spinet_training *training,
                                            const struct spinet_synapse *synapses, int32_t n);

/* Operations on the plastic synapses, as "lesion random 0.2; shuffle cell" (docs/spines.md,
 * Surgery). Random choices are functions of seed and `draw`, below 2^27, and those of
 * surgery.after_training the ones of draw 1. Ends the validity of views. USER, and then nothing has
 * changed, for an operation that is none, or that needs lives which are not kept. */
SPINET_API int spinet_training_surgery(struct spinet_training *training, const char *operations,
                                       uint32_t draw);

/* The variables of one step of a presentation, §3. */
struct spinet_moment {
    int32_t step; /* ms */
    int32_t n_neurons, n_dendrites;
    const float *v;        /* [n_neurons] soma, mV */
    const float *v_b;      /* [n_dendrites] mV */
    const bool *has_spike; /* [n_neurons] in this step */
};

/* From now on every step of a presentation that spinet_training_present or _present_spikes makes is
 * shown to `look`; NULL ends that. They are computed by the plain kernel then, ten to fifty times
 * slower; voltages and calcium may differ from the fast one's in their last digits. */
SPINET_API int spinet_training_watch(struct spinet_training *training,
                                     void (*look)(const struct spinet_moment *moment, void *data),
                                     void *data);

/* ---- folders (these need libzip and jansson when linked) ---- */

/* To be called between steps: writes a checkpoint into the folder, which should be this training's
 * alone: the last two checkpoints are kept, and those of later presentations are removed. USER,
 * SYSTEM. */
SPINET_API int spinet_training_save(const struct spinet_training *training, const char *folder);

/* Continues from the last checkpoint in the folder, which must be of a training with the same
 * parameters, images, seed, kernel, policy and rule. USER if it is not; then the training can only
 * be freed. */
SPINET_API int spinet_training_restore(struct spinet_training *training, const char *folder);

/* Writes the folder that `spinet train --no-pictures` would have made (docs/files.md), apart from
 * times, host and threads; `score` is that of its test. Of a training that has not stopped it
 * writes a manifest and a checkpoint, as an interrupted one leaves: `spinet train --resume`
 * continues it, and `score` is 0. What the caller changed in the network shows in the results, but
 * not in the manifest. USER for a folder that holds something else, or a run (unless `overwrite`);
 * with record.spikes; and if the images are of another seed. */
SPINET_API int spinet_training_write(struct spinet_training *training, const char *folder,
                                     bool overwrite, struct spinet_score *score);

/* Reads the parameters, the seed and the images that the run in a folder was made of; the caller
 * frees parameters and images. `images` may be NULL: they are not read (needed if they were in
 * memory). USER if the manifest or the data are missing, or have changed. */
SPINET_API int spinet_run_open(const char *folder, struct spinet_parameters **parameters,
                               uint64_t *seed, struct spinet_images **images);

/* Trains, tests and writes everything that `spinet train` writes (docs/files.md). */
SPINET_API int spinet_run(const struct spinet_parameters *parameters, uint64_t seed,
                          int32_t n_threads, const char *folder, struct spinet_score *score);

/* ---- sweeps ---- */

/* A level of a factor: what it sets. */
struct spinet_level {
    const char *factor, *name; /* "turnover", "random": letters, digits, - _ + and . */
    const char *const *set;    /* [n_set] "turnover.policy=random" */
    int32_t n_set;             /* at most 32 */
};

/* The progress of a sweep. */
struct spinet_progress {
    int32_t n_runs, n_done;    /* runs of the sweep; done so far, also by earlier calls */
    int32_t n_failed;          /* in this call */
    const char *run;           /* the one that has just ended, "random-s3"; NULL: none has yet */
    const char *failure;       /* why it failed; NULL: it did not */
    struct spinet_score score; /* of it; n is 0 if it failed, or was not tested */
};

/* Which runs to make. Members that are 0 or NULL have their defaults. */
struct spinet_sweep_options {
    /* a file NAME.sweep (docs/files.md), or parameters and levels. A run is made of each
     * combination of a level of each factor (at most 4 of 64 levels, in the order in which they
     * are first named, the last changing fastest) with each seed. */
    const char *experiment;
    const char *name;                           /* without a file: what it is called, "sweep" */
    const struct spinet_parameters *parameters; /* what levels do not set */
    const struct spinet_level *levels;          /* [n_levels] */
    int32_t n_levels;

    int64_t first_seed, n_seeds; /* n_seeds 0: those of the file; 1 to 20 without one */
    const char *const *only;     /* [n_only] "turnover=none|random": only these levels */
    int32_t n_only;
    const char *const *set; /* [n_set] "turnover.period=20": for all runs, over everything else */
    int32_t n_set;
    int32_t n_threads; /* runs at a time; 0: one */
    const char *data;  /* the folder that has files of images; NULL: where parameters say */
    bool fresh;        /* run all again; else runs that are done stay */

    /* Called before the first run and after each, by one of the threads at a time: true stops the
     * sweep when those at work are finished. */
    bool (*progress)(const struct spinet_progress *progress, void *data);
    void *progress_data;
};

/* Trains a network for every condition and seed and writes what `spinet sweep` writes into the
 * folder (docs/files.md): a folder a run, and results.csv. If it is stopped or killed, the same
 * call continues it. USER for an experiment, levels or parameters that cannot be, or a folder that
 * holds something else or is in use; SYSTEM if runs failed, with the first reason (results.csv has
 * the others); STOPPED. */
SPINET_API int spinet_sweep(const struct spinet_sweep_options *options, const char *folder);

#ifdef __cplusplus
}
#endif
#endif
