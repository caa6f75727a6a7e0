/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron/kernel against neuron/naive in settings that no golden data cover, for every kernel this
 * machine has, cut into 1, 2 and 5 blocks; and both against what can be said without either. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "data/encode.h"
#include "network/network.h"
#include "neuron/kernel_state.h"
#include "support.h"

enum { ASSIGNMENTS_MAX = 10, IMAGES = 3, BLOCKINGS = 3 };

static const int32_t blocks[BLOCKINGS] = {1, 2, 5};

/* A network and stimuli to present to it. */
struct setting {
    const char *name;
    int32_t n_classes, n_inputs;
    const char *assignment[ASSIGNMENTS_MAX]; /* over `base`; NULL at the end */
};

/* Short, and lively enough to tell kernels apart. The adaptation must not grow far: beyond g_w = 2
 * the soma's equation is unstable in steps of 1 ms and turns the last bit into another spike. */
static const char *const base[] = {"input.duration_ms=500", "input.onset_ms=90",
                                   "input.active_ms=400",   "connections.w_min=0.3",
                                   "connections.w_max=0.9", NULL};

static const struct setting settings[] = {
    {"the_default_cells", 2, 400, {NULL}},
    {"weights_of_a_new_network",
     2,
     400,
     {"connections.w_min=0.1", "connections.w_max=0.2", "input.duration_ms=1000",
      "input.active_ms=900", NULL}},
    {"input_from_step_0", 2, 400, {"input.onset_ms=0", NULL}},
    {"the_supplement",
     2,
     400,
     {"input.onset_ms=0", "input.active_ms=500", "input.onset_doublet=false",
      "pyramidal.tau_adaptation_ms=120", "connections.control_soma_to_pyramidal_per_cell=5", NULL}},
    {"one_dendrite_a_cell", 2, 100, {"pyramidal.n_dendrites=1", "interneuron.n_dendrites=1", NULL}},
    {"3_dendrites_a_cell", 2, 100, {"pyramidal.n_dendrites=3", "interneuron.n_dendrites=4", NULL}},
    {"17_dendrites_a_cell", 2, 100, {"pyramidal.n_dendrites=17", NULL}},
    {"sublinear_pyramidal_cells", 2, 100, {"pyramidal.dendrites=sublinear", NULL}},
    {"linear_pyramidal_cells", 2, 100, {"pyramidal.dendrites=linear", NULL}},
    {"sublinear_interneurons",
     2,
     100,
     {"interneuron.dendrites_control_dendrite=sublinear",
      "interneuron.dendrites_feedback=sublinear", NULL}},
    {"linear_interneurons",
     2,
     100,
     {"interneuron.dendrites_control_dendrite=linear", "interneuron.dendrites_control_soma=linear",
      "interneuron.dendrites_feedback=linear", NULL}},
    {"supralinear_somatic_control_and_linear_feedback",
     2,
     100,
     {"interneuron.dendrites_control_soma=supralinear", "interneuron.dendrites_feedback=linear",
      NULL}},
    {"three_classes", 3, 100, {"pyramidal.neurons=48", NULL}},
    {"five_classes_of_4_cells", 5, 64, {"pyramidal.neurons=20", "pyramidal.n_dendrites=7", NULL}},
    {"two_cells", 2, 64, {"pyramidal.neurons=2", "connections.plastic=400", NULL}},
    {"200_cells",
     2,
     100,
     {"pyramidal.neurons=200", "input.duration_ms=500", "input.active_ms=400", NULL}},
    {"a_bap_that_outlasts_dendrites",
     2,
     100,
     {"pyramidal.tau_bap_ms=100", "interneuron.tau_bap_ms=60", NULL}},
    {"a_bap_that_outlasts_short_dendrites",
     2,
     100,
     {"pyramidal.tau_dendrite_ms=5", "pyramidal.tau_bap_ms=40", "pyramidal.dspike_refractory_ms=5",
      "pyramidal.inhibition_mv=30", "interneuron.dspike_refractory_ms=5", NULL}},
    {"a_bap_that_waits_for_inhibited_dendrites", /* which spike when v_b is back near 0 */
     2,
     100,
     {"pyramidal.tau_dendrite_ms=5", "pyramidal.bap_mv=27", "pyramidal.tau_bap_ms=200",
      "pyramidal.dspike_refractory_ms=5", "pyramidal.dendrite_to_soma=0.5", "input.rate_max_hz=100",
      NULL}},
    {"no_dendritic_refractory_period",
     2,
     100,
     {"pyramidal.dspike_refractory_ms=0", "interneuron.dspike_refractory_ms=0",
      "pyramidal.adaptation_step=0.01", NULL}},
    {"a_dendritic_refractory_period_of_5",
     2,
     100,
     {"pyramidal.dspike_refractory_ms=5", "interneuron.dspike_refractory_ms=7",
      "pyramidal.adaptation_step=0.01", NULL}},
    {"a_refractory_period_beyond_the_end", 2, 100, {"pyramidal.dspike_refractory_ms=1000", NULL}},
    {"a_peak_below_the_threshold",
     2,
     100,
     {"pyramidal.dspike_peak_mv=10", "pyramidal.dspike_refractory_ms=3",
      "interneuron.dspike_peak_mv=0", "interneuron.dspike_refractory_ms=0", NULL}},
    {"strong_weights",
     2,
     100,
     {"connections.w_min=1", "connections.w_max=1", "connections.plastic=4000",
      "input.rate_max_hz=80", NULL}},
    {"strong_inhibition",
     2,
     100,
     {"connections.control_weight=3", "connections.feedback_weight=10", NULL}},
    {"few_inhibitory_synapses", /* not dense */
     2,
     100,
     {"connections.control_dendrite_to_pyramidal_per_cell=5", NULL}},
    {"some_inhibitory_synapses", /* dense, added in turn: 0.22 of all pairs */
     2,
     100,
     {"connections.control_dendrite_to_pyramidal_per_cell=22", NULL}},
    {"slow_dendrites", /* never rescaled, and rescaled after 512 steps */
     2,
     100,
     {"pyramidal.tau_dendrite_ms=200", "interneuron.tau_dendrite_ms=1000", "input.rate_max_hz=10",
      NULL}},
    {"fast_dendrites", /* rescaled every 19 steps */
     2,
     100,
     {"pyramidal.tau_dendrite_ms=2", "interneuron.tau_dendrite_ms=2", "connections.plastic=4000",
      "input.rate_max_hz=100", NULL}},
    {"long_somatic_refractory_periods",
     2,
     100,
     {"pyramidal.refractory_ms=20", "interneuron.refractory_ms=9", NULL}},
    {"no_somatic_refractory_period",
     2,
     100,
     {"pyramidal.refractory_ms=0", "interneuron.refractory_ms=0", "pyramidal.adaptation_step=0",
      NULL}},
    {"no_fixed_synapses",
     2,
     100,
     {"connections.teacher_per_cell=0", "connections.pyramidal_to_control_dendrite_per_cell=0",
      "connections.control_dendrite_to_pyramidal_per_cell=0",
      "connections.pyramidal_to_control_soma_per_cell=0",
      "connections.control_soma_to_pyramidal_per_cell=0",
      "connections.pyramidal_to_feedback_per_cell=0",
      "connections.feedback_to_pyramidal_per_cell=0", NULL}},
};
enum { N_SETTINGS = sizeof settings / sizeof *settings };

/* ---- what is presented, and what comes of it */

struct scene {
    struct parameters p;
    struct network network;
    struct encoder encoder;
    struct stimulus stimulus[IMAGES];
};

static void set_all(struct parameters *p, const char *const *assignment)
{
    for (; *assignment; assignment++)
        if (parameters_set(p, *assignment) != STATUS_OK)
            fail_msg("%s", status_message());
}

/* A third of the pixels bright, a third of any grey, a third dark. */
static void draw_pixels(uint8_t *pixels, int32_t n, uint32_t image)
{
    for (int32_t i = 0; i < n; i++) {
        const struct random_words words = random_words(31, RANDOM_GROW, image, 0, (uint32_t)i);
        const uint32_t kind = words.word[0] % 3;
        pixels[i] = kind == 0 ? 255 : kind == 1 ? (uint8_t)(words.word[1] % 256) : 0;
    }
}

static void scene_init(struct scene *scene, const struct setting *setting)
{
    assert_int_equal(parameters_preset(&scene->p, "authors"), STATUS_OK);
    set_all(&scene->p, base);
    set_all(&scene->p, setting->assignment);
    if (parameters_validate(&scene->p) != STATUS_OK ||
        support_connect(&scene->network, &scene->p, setting->n_classes, setting->n_inputs, 33) !=
            STATUS_OK)
        fail_msg("%s", status_message());
    for (int32_t n = 0; n < scene->network.layout.n_pyramidal; n += 3)
        scene->network.creb[n] = n % 2 ? 1.0f : 0.1f;
    assert_int_equal(encoder_init(&scene->encoder, &scene->p, setting->n_inputs), STATUS_OK);
    uint8_t *pixels = malloc((size_t)setting->n_inputs);
    assert_non_null(pixels);
    for (int i = 0; i < IMAGES; i++) { /* the last without a teacher */
        draw_pixels(pixels, setting->n_inputs, (uint32_t)i);
        assert_int_equal(stimulus_init(&scene->stimulus[i], &scene->encoder), STATUS_OK);
        encode(&scene->encoder, pixels, i == IMAGES - 1 ? -1 : i, &scene->stimulus[i]);
    }
    free(pixels);
}

static void scene_free(struct scene *scene)
{
    for (int i = 0; i < IMAGES; i++)
        stimulus_free(&scene->stimulus[i]);
    encoder_free(&scene->encoder);
    network_free(&scene->network);
}

/* Counts and times of each image, and the calcium of all. */
struct outcome {
    int32_t *spikes;           /* [IMAGES][n_neurons] */
    int32_t *dendritic_spikes; /* [IMAGES][n_dendrites] */
    float *calcium;            /* [n plastic] */
    struct raster raster[IMAGES];
};

/* The raster holds as many spikes of each neuron as were counted. */
static void expect_counted(const struct raster *raster, const int32_t *count)
{
    const int64_t n = raster_n_spikes(raster);
    struct spike *spikes = malloc(((size_t)n + 1) * sizeof *spikes);
    int32_t *found = calloc((size_t)raster->n_neurons, sizeof *found);
    assert_true(spikes && found);
    raster_list(raster, spikes);
    for (int64_t i = 0; i < n; i++) {
        assert_in_range(spikes[i].neuron, 0, raster->n_neurons - 1);
        found[spikes[i].neuron]++;
    }
    assert_memory_equal(found, count, (size_t)raster->n_neurons * sizeof *found);
    free(spikes);
    free(found);
}

/* Whoever is faster: all threads do the next presentation, or all the first part of it and one the
 * rest, or one. */
enum way { BY_ALL, LEFT_TO_ONE, BY_ONE, N_WAYS };

static void choose_way(struct presentation *now, enum way way)
{
    if (now->n_threads == 1)
        return;
    struct team *team = &now->state->team;
    team->always_shares = way == BY_ALL;
    for (int k = 0; k < 2; k++)
        team->paces[k] = (struct team_pace){.seconds = {way == BY_ONE ? 0 : 1e-9, 0}};
    team->patience_s = -1;
}

static void outcome_init(struct outcome *outcome, const struct scene *scene,
                         const struct kernel *kernel, int32_t n_threads)
{
    const struct layout *layout = &scene->network.layout;
    const size_t n = (size_t)layout->n_neurons, n_d = (size_t)layout->n_dendrites;
    struct presentation now;
    outcome->spikes = calloc(IMAGES * n, sizeof(int32_t));
    outcome->dendritic_spikes = calloc(IMAGES * n_d, sizeof(int32_t));
    outcome->calcium = calloc((size_t)scene->network.plastic.n + 1, sizeof(float));
    assert_true(outcome->spikes && outcome->dendritic_spikes && outcome->calcium);
    assert_int_equal(presentation_init(&now, &scene->network, &scene->p, kernel, n_threads),
                     STATUS_OK);
    for (size_t i = 0; i < IMAGES; i++) {
        assert_int_equal(raster_init(&outcome->raster[i], layout, scene->encoder.n_steps),
                         STATUS_OK);
        now.raster = &outcome->raster[i];
        choose_way(&now, (enum way)(i % N_WAYS));
        present(&now, &scene->network, &scene->stimulus[i], outcome->calcium);
        expect_counted(&outcome->raster[i], now.spikes);
        memcpy(outcome->spikes + i * n, now.spikes, n * sizeof(int32_t));
        memcpy(outcome->dendritic_spikes + i * n_d, now.dendritic_spikes, n_d * sizeof(int32_t));
    }
    presentation_free(&now);
}

static void outcome_free(struct outcome *outcome)
{
    free(outcome->spikes);
    free(outcome->dendritic_spikes);
    free(outcome->calcium);
    for (int i = 0; i < IMAGES; i++)
        raster_free(&outcome->raster[i]);
}

static int64_t sum_of(const int32_t *count, int32_t n)
{
    int64_t sum = 0;
    for (int32_t i = 0; i < n; i++)
        sum += count[i];
    return sum;
}

static void expect_counts(const char *what, const int32_t *count, const int32_t *expected,
                          int32_t n, const struct kernel *kernel, int32_t n_blocks)
{
    for (int32_t i = 0; i < IMAGES * n; i++)
        if (count[i] != expected[i])
            fail_msg("%s on %d: image %d, %s of %d: %d, naive %d", kernel->name, n_blocks, i / n,
                     what, i % n, count[i], expected[i]);
}

/* The same spikes in the same steps. */
static void expect_raster(const struct outcome *outcome, const struct outcome *expected,
                          const struct kernel *kernel, int32_t n_blocks)
{
    for (int i = 0; i < IMAGES; i++) {
        const struct raster *raster = &outcome->raster[i];
        if (memcmp(raster->word, expected->raster[i].word,
                   (size_t)raster->n_steps * raster->n_words * sizeof *raster->word) != 0)
            fail_msg("%s on %d: image %d: spikes in other steps", kernel->name, n_blocks, i);
    }
}

static void expect_outcome(const struct scene *scene, const struct outcome *outcome,
                           const struct outcome *naive, const struct kernel *kernel,
                           int32_t n_blocks)
{
    const struct layout *layout = &scene->network.layout;
    expect_counts("spikes", outcome->spikes, naive->spikes, layout->n_neurons, kernel, n_blocks);
    expect_counts("dendritic spikes", outcome->dendritic_spikes, naive->dendritic_spikes,
                  layout->n_dendrites, kernel, n_blocks);
    expect_raster(outcome, naive, kernel, n_blocks);
    for (int32_t i = 0; i < scene->network.plastic.n; i++) {
        const float calcium = outcome->calcium[i], right = naive->calcium[i];
        if (!(fabsf(calcium - right) <= 1e-4f * fmaxf(1, right)))
            fail_msg("%s on %d: calcium of %d: %.9g, naive %.9g", kernel->name, n_blocks, i,
                     (double)calcium, (double)right);
    }
}

/* Every fast kernel in 1, 2 and 5 blocks, all in this thread; the calcium of a kernel does not
 * depend on the blocks in a single bit. */
static void expect_as_naive(void **state)
{
    struct scene scene;
    struct outcome naive, whole = {0};
    scene_init(&scene, *state);
    const struct layout *layout = &scene.network.layout;
    outcome_init(&naive, &scene, kernels[0], 1);
    assert_true(sum_of(naive.spikes, layout->n_pyramidal) > 20);
    omp_set_max_active_levels(0);
    for (const struct kernel *const *kernel = kernels + 1; *kernel; kernel++)
        for (int k = 0; (*kernel)->is_supported() && k < BLOCKINGS; k++) {
            struct outcome outcome;
            outcome_init(&outcome, &scene, *kernel, blocks[k]);
            expect_outcome(&scene, &outcome, &naive, *kernel, blocks[k]);
            if (k == 0)
                whole = outcome;
            else
                for (int32_t i = 0; i < scene.network.plastic.n; i++)
                    if (memcmp(&outcome.calcium[i], &whole.calcium[i], sizeof(float)) != 0)
                        fail_msg("%s on %d: calcium of %d: %.9g, on 1: %.9g", (*kernel)->name,
                                 blocks[k], i, (double)outcome.calcium[i],
                                 (double)whole.calcium[i]);
            if (k > 0)
                outcome_free(&outcome);
            if (k == BLOCKINGS - 1)
                outcome_free(&whole);
        }
    omp_set_max_active_levels(1);
    outcome_free(&naive);
    scene_free(&scene);
}

/* ---- what holds for any kernel, the naive one too */

/* Calls `check` with each kernel of this machine in 1, 2 and 5 blocks. */
static void for_each_kernel(void (*check)(const struct kernel *kernel, int32_t n_blocks))
{
    omp_set_max_active_levels(0);
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
        for (int k = 0; (*kernel)->is_supported() && k < BLOCKINGS; k++)
            if (k == 0 || kernel > kernels) /* the naive one has no blocks */
                check(*kernel, blocks[k]);
    omp_set_max_active_levels(1);
}

static void presentation_of(struct presentation *now, const struct scene *scene,
                            const struct kernel *kernel, int32_t n_blocks)
{
    assert_int_equal(presentation_init(now, &scene->network, &scene->p, kernel, n_blocks),
                     STATUS_OK);
    choose_way(now, BY_ALL);
}

static void expect_silence(const struct kernel *kernel, int32_t n_blocks)
{
    const struct setting setting = {"", 2, 9, {"input.onset_ms=0", NULL}};
    struct scene scene;
    struct presentation now;
    scene_init(&scene, &setting);
    presentation_of(&now, &scene, kernel, n_blocks);
    float *calcium = calloc((size_t)scene.network.plastic.n, sizeof *calcium);
    const uint8_t dark[9] = {0};
    present(&now, &scene.network, &scene.stimulus[0], NULL); /* leaves a state behind */
    assert_true(sum_of(now.spikes, scene.network.layout.n_neurons) > 0);
    encode(&scene.encoder, dark, -1, &scene.stimulus[0]);
    present(&now, &scene.network, &scene.stimulus[0], calcium);
    assert_int_equal(sum_of(now.spikes, scene.network.layout.n_neurons), 0);
    assert_int_equal(sum_of(now.dendritic_spikes, scene.network.layout.n_dendrites), 0);
    for (int32_t i = 0; i < scene.network.plastic.n; i++)
        assert_true(calcium[i] == 0);
    free(calcium);
    presentation_free(&now);
    scene_free(&scene);
}

static void given_no_input_when_presented_expect_no_spike_and_no_calcium(void **state)
{
    (void)state;
    for_each_kernel(expect_silence);
}

static void expect_no_memory_of_the_last(const struct kernel *kernel, int32_t n_blocks)
{
    struct scene scene;
    struct outcome first, again;
    scene_init(&scene, &settings[0]);
    stimulus_free(&scene.stimulus[2]);
    scene.stimulus[2] = scene.stimulus[0]; /* A, B, A */
    outcome_init(&first, &scene, kernel, n_blocks);
    const int32_t n = scene.network.layout.n_neurons, n_d = scene.network.layout.n_dendrites;
    assert_memory_equal(first.spikes, first.spikes + 2 * n, (size_t)n * 4);
    assert_memory_equal(first.dendritic_spikes, first.dendritic_spikes + 2 * n_d, (size_t)n_d * 4);
    assert_memory_not_equal(first.spikes, first.spikes + n, (size_t)n * 4);
    outcome_init(&again, &scene, kernel, n_blocks);
    for (int32_t i = 0; i < scene.network.plastic.n; i++)
        assert_true(first.calcium[i] == again.calcium[i]);
    outcome_free(&first);
    outcome_free(&again);
    scene.stimulus[2] = (struct stimulus){0};
    scene_free(&scene);
}

static void given_an_image_when_presented_again_expect_the_same(void **state)
{
    (void)state;
    for_each_kernel(expect_no_memory_of_the_last);
}

static void expect_calcium_on_top(const struct kernel *kernel, int32_t n_blocks)
{
    struct scene scene;
    struct presentation now;
    scene_init(&scene, &settings[0]);
    presentation_of(&now, &scene, kernel, n_blocks);
    const int32_t n = scene.network.plastic.n;
    float *once = calloc((size_t)n, sizeof *once), *on_top = calloc((size_t)n, sizeof *on_top);
    double sum = 0;
    for (int32_t i = 0; i < n; i++)
        on_top[i] = 3;
    present(&now, &scene.network, &scene.stimulus[0], once);
    present(&now, &scene.network, &scene.stimulus[0], on_top);
    for (int32_t i = 0; i < n; i++) {
        assert_true(fabsf(on_top[i] - 3 - once[i]) < 1e-4f);
        sum += (double)once[i];
    }
    assert_true(sum > 1);
    /* in a test, nothing of the network is touched */
    float *weight = malloc((size_t)n * sizeof *weight);
    memcpy(weight, scene.network.plastic.weight, (size_t)n * sizeof *weight);
    present(&now, &scene.network, &scene.stimulus[0], NULL);
    assert_memory_equal(weight, scene.network.plastic.weight, (size_t)n * sizeof *weight);
    for (int32_t i = 0; i < n; i++)
        assert_true(scene.network.plastic.calcium[i] == 0);
    free(weight);
    free(once);
    free(on_top);
    presentation_free(&now);
    scene_free(&scene);
}

static void given_calcium_from_before_when_presented_expect_more_on_top(void **state)
{
    (void)state;
    for_each_kernel(expect_calcium_on_top);
}

/* A presentation made before turnover serves the network after it. */
static void expect_turnover_seen(const struct kernel *kernel, int32_t n_blocks)
{
    enum { NEW = 300 };
    struct scene scene;
    struct presentation before, after;
    struct new_synapse grown[NEW];
    scene_init(&scene, &settings[0]);
    presentation_of(&before, &scene, kernel, n_blocks);
    for (int32_t i = 0; i < scene.network.plastic.n; i += 3)
        scene.network.plastic.dendrite[i] = -1;
    for (int32_t i = 0; i < NEW; i++)
        grown[i] = (struct new_synapse){
            .input = (17 * i) % 400, .dendrite = (31 * i) % 800, .weight = 1.0f};
    assert_int_equal(network_rebuild_plastic(&scene.network, grown, NEW, 0.01f), STATUS_OK);
    presentation_of(&after, &scene, kernel, n_blocks);
    present(&before, &scene.network, &scene.stimulus[2], NULL);
    present(&after, &scene.network, &scene.stimulus[2], NULL);
    assert_memory_equal(before.spikes, after.spikes, 120 * sizeof(int32_t));
    assert_memory_equal(before.dendritic_spikes, after.dendritic_spikes, 1200 * sizeof(int32_t));
    assert_true(sum_of(after.spikes, 120) > 0);
    presentation_free(&before);
    presentation_free(&after);
    scene_free(&scene);
}

static void given_turnover_after_the_kernel_began_when_presented_expect_it_seen(void **state)
{
    (void)state;
    for_each_kernel(expect_turnover_seen);
}

/* Two cells of two dendrites, four inputs onto dendrite 2, no somas to disturb it. */
static void one_dendrite(struct scene *scene, const struct synapse_row *rows, int32_t n_rows)
{
    static const char *const alone[] = {"pyramidal.neurons=2",          "pyramidal.n_dendrites=2",
                                        "pyramidal.dendrite_to_soma=0", "input.rate_max_hz=90",
                                        "input.duration_ms=1000",       "input.onset_ms=80",
                                        "input.active_ms=900",          NULL};
    struct layout layout;
    const uint8_t pixels[4] = {255, 201, 122, 60};
    assert_int_equal(parameters_preset(&scene->p, "authors"), STATUS_OK);
    set_all(&scene->p, alone);
    assert_int_equal(layout_init(&layout, &scene->p, 2, 4), STATUS_OK);
    assert_int_equal(network_init(&scene->network, &layout, rows, n_rows, 0.01f), STATUS_OK);
    assert_int_equal(encoder_init(&scene->encoder, &scene->p, 4), STATUS_OK);
    for (int i = 0; i < IMAGES; i++)
        assert_int_equal(stimulus_init(&scene->stimulus[i], &scene->encoder), STATUS_OK);
    encode(&scene->encoder, pixels, -1, &scene->stimulus[0]);
}

/* MODEL.md, section 3, for that dendrite alone, in double. */
static int dendrite_alone(const struct scene *scene, double *calcium)
{
    const struct plastic_synapses *s = &scene->network.plastic;
    const struct stimulus *stimulus = &scene->stimulus[0];
    double v_b = 0;
    int last = -1, n = 0;
    for (int t = 1; t < stimulus->n_steps; t++) {
        double exc = 0;
        for (int32_t i = stimulus->start[t - 1]; i < stimulus->start[t]; i++)
            for (int32_t k = s->start[stimulus->source[i]]; k < s->start[stimulus->source[i] + 1];
                 k++)
                exc += (double)s->weight[k];
        v_b += 4 * exc - v_b / 20;
        if (t - last > 70 && v_b > 25) {
            v_b = 50;
            last = t;
            n++;
        }
        for (int32_t i = stimulus->start[t - 1]; i < stimulus->start[t] && v_b > 1; i++)
            for (int32_t k = s->start[stimulus->source[i]]; k < s->start[stimulus->source[i] + 1];
                 k++)
                calcium[s->id[k]] += 1.1 / (1 + exp(-(v_b - 30) / 5));
    }
    return n;
}

static void expect_dendrite_alone(const struct kernel *kernel, int32_t n_blocks)
{
    const struct synapse_row rows[] = {{6, 2, 0.9f, true}, {7, 2, 0.5f, true}, {8, 2, 1.0f, true},
                                       {9, 2, 0.7f, true}, {6, 2, 0.8f, true}, {7, 2, 0.05f, true}};
    enum { N = sizeof rows / sizeof *rows };
    for (int32_t n_rows = 1; n_rows <= N; n_rows++) {
        struct scene scene;
        struct presentation now;
        double expected[N] = {0};
        float calcium[N] = {0};
        one_dendrite(&scene, rows, n_rows);
        assert_int_equal(layout_first_input(&scene.network.layout), 6);
        presentation_of(&now, &scene, kernel, n_blocks);
        present(&now, &scene.network, &scene.stimulus[0], calcium);
        const int n = dendrite_alone(&scene, expected);
        assert_true(n_rows < 5 || n > 2);
        for (int d = 0; d < 4; d++)
            assert_int_equal(now.dendritic_spikes[d], d == 2 ? n : 0);
        for (int32_t i = 0; i < n_rows; i++) {
            const int32_t id = scene.network.plastic.id[i];
            if (!(fabs((double)calcium[i] - expected[id]) < 2e-5 * expected[id]))
                fail_msg("%s, %d synapses, calcium of %d: %.9g, expected %.9g", kernel->name,
                         n_rows, id, (double)calcium[i], expected[id]);
        }
        presentation_free(&now);
        scene_free(&scene);
    }
}

static void given_one_dendrite_alone_when_presented_expect_its_course_in_double(void **state)
{
    (void)state;
    for_each_kernel(expect_dendrite_alone);
}

/* Each dendrite driven far above its threshold in every step spikes in step R, and then whenever it
 * can again: as many as there are whole periods of R + 1 steps. All of them at once, which is the
 * most that the lists of a block have to hold. */
static void expect_a_dendritic_spike_a_period(const struct kernel *kernel, int32_t n_blocks)
{
    static const char *const refractory[] = {"pyramidal.dspike_refractory_ms=70",
                                             "pyramidal.dspike_refractory_ms=7",
                                             "pyramidal.dspike_refractory_ms=4"};
    const int periods[] = {71, 8, 5};
    for (int i = 0; i < 3; i++) {
        const struct setting setting = {
            "",
            2,
            9,
            {"pyramidal.neurons=32", "pyramidal.n_dendrites=1", "connections.plastic=1600",
             "connections.w_min=1", "connections.w_max=1", "input.rate_max_hz=500",
             "input.onset_ms=0", "pyramidal.dendrite_to_soma=0", refractory[i], NULL}};
        struct scene scene;
        struct presentation now;
        const uint8_t bright[9] = {255, 255, 255, 255, 255, 255, 255, 255, 255};
        scene_init(&scene, &setting);
        encode(&scene.encoder, bright, -1, &scene.stimulus[0]);
        scene.stimulus[0].n_steps = 480; /* while there is input */
        presentation_of(&now, &scene, kernel, n_blocks);
        present(&now, &scene.network, &scene.stimulus[0], NULL);
        for (int32_t d = 0; d < 32; d++)
            if (now.dendritic_spikes[d] != 480 / periods[i])
                fail_msg("%s on %d: %d dendritic spikes of %d, expected one every %d steps: %d",
                         kernel->name, n_blocks, now.dendritic_spikes[d], d, periods[i],
                         480 / periods[i]);
        assert_int_equal(sum_of(now.spikes, scene.network.layout.n_neurons), 0);
        presentation_free(&now);
        scene_free(&scene);
    }
}

static void
given_dendrites_always_above_threshold_when_presented_expect_a_spike_a_period(void **state)
{
    (void)state;
    for_each_kernel(expect_a_dendritic_spike_a_period);
}

/* The same for somas: not before step 3, since the last spike counts as step 0, then every third.
 */
static void expect_a_spike_every_third_step(const struct kernel *kernel, int32_t n_blocks)
{
    const struct setting setting = {
        "",
        2,
        9,
        {"pyramidal.neurons=32", "pyramidal.dendrites=linear", "connections.plastic=3200",
         "connections.w_min=1", "connections.w_max=1", "input.rate_max_hz=500", "input.onset_ms=0",
         "pyramidal.adaptation_step=0", "connections.control_weight=0", NULL}};
    struct scene scene;
    struct presentation now;
    const uint8_t bright[9] = {255, 255, 255, 255, 255, 255, 255, 255, 255};
    scene_init(&scene, &setting);
    parameters_set(&scene.p, "connections.feedback_weight=0");
    encode(&scene.encoder, bright, -1, &scene.stimulus[0]);
    scene.stimulus[0].n_steps = 99; /* 3, 6 … 96 */
    presentation_of(&now, &scene, kernel, n_blocks);
    present(&now, &scene.network, &scene.stimulus[0], NULL);
    for (int32_t n = 0; n < 32; n++)
        if (now.spikes[n] != 32)
            fail_msg("%s on %d: %d spikes of %d, expected 32", kernel->name, n_blocks,
                     now.spikes[n], n);
    presentation_free(&now);
    scene_free(&scene);
}

static void given_somas_always_above_threshold_when_presented_expect_every_third_step(void **state)
{
    (void)state;
    for_each_kernel(expect_a_spike_every_third_step);
}

static int64_t dendritic_spikes_with(const struct kernel *kernel, const char *rate,
                                     const char *inhibition, int64_t *n_spikes)
{
    const struct setting setting = {"", 2, 100, {rate, inhibition, NULL}};
    struct scene scene;
    struct presentation now;
    scene_init(&scene, &setting);
    presentation_of(&now, &scene, kernel, 1);
    present(&now, &scene.network, &scene.stimulus[0], NULL);
    const int64_t n = sum_of(now.dendritic_spikes, scene.network.layout.n_pyramidal_dendrites);
    *n_spikes = sum_of(now.spikes, scene.network.layout.n_pyramidal);
    presentation_free(&now);
    scene_free(&scene);
    return n;
}

static void expect_more_with_more(const struct kernel *kernel, int32_t n_blocks)
{
    if (n_blocks > 1)
        return;
    static const char *const rates[] = {"input.rate_max_hz=0",  "input.rate_max_hz=10",
                                        "input.rate_max_hz=20", "input.rate_max_hz=40",
                                        "input.rate_max_hz=80", "input.rate_max_hz=160"};
    int64_t last = -1, n_spikes, inhibited;
    for (int i = 0; i < 6; i++) {
        const int64_t n =
            dendritic_spikes_with(kernel, rates[i], "connections.control_weight=0", &n_spikes);
        assert_true(n >= last);
        last = n;
    }
    assert_true(last > 100);
    dendritic_spikes_with(kernel, rates[3], "connections.control_weight=0", &n_spikes);
    dendritic_spikes_with(kernel, rates[3], "connections.control_weight=0.3", &inhibited);
    assert_true(inhibited < n_spikes);
}

static void given_more_input_when_presented_expect_no_fewer_dendritic_spikes(void **state)
{
    (void)state;
    for_each_kernel(expect_more_with_more);
}

/* The blocks of the other tests, on as many threads as there are processors for. Short, since they
 * wait for each other in every step, and another program may be on their processor. */
static void given_threads_when_presented_expect_the_bits_of_one(void **state)
{
    (void)state;
    struct scene scene;
    struct outcome whole, shared;
    const struct setting setting = {"",
                                    2,
                                    100,
                                    {"input.duration_ms=40", "input.onset_ms=0",
                                     "input.active_ms=40", "pyramidal.dspike_refractory_ms=5",
                                     "input.rate_max_hz=100", NULL}};
    const struct kernel *kernel = kernel_find("fast");
    scene_init(&scene, &setting);
    const size_t n = IMAGES * 120 * sizeof(int32_t), n_d = IMAGES * 1200 * sizeof(int32_t);
    outcome_init(&whole, &scene, kernel, 1);
    assert_true(sum_of(whole.spikes, 120) > 100);
    assert_true(sum_of(whole.dendritic_spikes, 1200) > 100);
    for (int32_t n_threads = 2; n_threads <= 5; n_threads += 3) {
        outcome_init(&shared, &scene, kernel, n_threads);
        assert_memory_equal(shared.spikes, whole.spikes, n);
        assert_memory_equal(shared.dendritic_spikes, whole.dendritic_spikes, n_d);
        assert_memory_equal(shared.calcium, whole.calcium,
                            (size_t)scene.network.plastic.n * sizeof(float));
        expect_raster(&shared, &whole, kernel, n_threads);
        outcome_free(&shared);
    }
    outcome_free(&whole);
    scene_free(&scene);
}

/* Where the stack happens to be must not show: it moves with the environment from run to run. */
static void given_another_place_on_the_stack_when_presented_expect_the_same_bits(void **state)
{
    (void)state;
    struct scene scene;
    struct outcome here, there;
    scene_init(&scene, &settings[0]);
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
        if (!(*kernel)->is_supported())
            continue;
        outcome_init(&here, &scene, *kernel, 1);
        for (size_t shift = 16; shift <= 48; shift += 16) {
            volatile char *moved = __builtin_alloca(shift);
            moved[0] = 1;
            outcome_init(&there, &scene, *kernel, 1);
            for (int32_t i = 0; i < scene.network.plastic.n; i++)
                if (memcmp(&here.calcium[i], &there.calcium[i], sizeof(float)) != 0)
                    fail_msg("%s: calcium of %d: %.9g, %.9g", (*kernel)->name, i,
                             (double)here.calcium[i], (double)there.calcium[i]);
            outcome_free(&there);
        }
        outcome_free(&here);
    }
    scene_free(&scene);
}

static void given_names_when_looked_for_expect_kernels(void **state)
{
    (void)state;
    assert_ptr_equal(kernel_find("naive"), kernels[0]);
    assert_string_equal(kernel_find("portable")->name, "portable");
    const struct kernel *best = NULL;
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
        if ((*kernel)->is_supported()) {
            best = *kernel;
            assert_ptr_equal(kernel_find((*kernel)->name), *kernel);
        } else {
            assert_null(kernel_find((*kernel)->name));
            support_assert_message("this processor does not have it", NULL);
        }
    }
    assert_ptr_equal(kernel_find("fast"), best);
    assert_ptr_equal(kernel_find(NULL), best);
    assert_null(kernel_find("sse9"));
    assert_string_equal(status_message(),
                        "--kernel sse9: expected fast, naive, portable, avx2 or avx512");
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(given_no_input_when_presented_expect_no_spike_and_no_calcium),
        cmocka_unit_test(given_an_image_when_presented_again_expect_the_same),
        cmocka_unit_test(given_calcium_from_before_when_presented_expect_more_on_top),
        cmocka_unit_test(given_turnover_after_the_kernel_began_when_presented_expect_it_seen),
        cmocka_unit_test(given_one_dendrite_alone_when_presented_expect_its_course_in_double),
        cmocka_unit_test(
            given_dendrites_always_above_threshold_when_presented_expect_a_spike_a_period),
        cmocka_unit_test(given_somas_always_above_threshold_when_presented_expect_every_third_step),
        cmocka_unit_test(given_more_input_when_presented_expect_no_fewer_dendritic_spikes),
        cmocka_unit_test(given_threads_when_presented_expect_the_bits_of_one),
        cmocka_unit_test(given_another_place_on_the_stack_when_presented_expect_the_same_bits),
        cmocka_unit_test(given_names_when_looked_for_expect_kernels),
    };
    enum { N_OTHERS = sizeof others / sizeof *others };
    static struct CMUnitTest tests[N_SETTINGS + N_OTHERS];
    static char names[N_SETTINGS][160];
    for (int i = 0; i < N_SETTINGS; i++) {
        snprintf(names[i], sizeof names[i], "given_%s_when_presented_expect_the_naive_counts",
                 settings[i].name);
        tests[i] =
            (struct CMUnitTest)cmocka_unit_test_prestate(expect_as_naive, (void *)&settings[i]);
        tests[i].name = names[i];
    }
    memcpy(tests + N_SETTINGS, others, sizeof others);
    return _cmocka_run_group_tests("kernel", tests, N_SETTINGS + N_OTHERS, NULL, NULL);
}
