/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: that a program sees through it what the model does, and that what it gets wrong is one
 * clear line. */
#include "spinet.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"
#include "train/train.h"

enum { SEED = 61, N_PRESENTATIONS = 12 };

static struct spinet_parameters *parameters;
static struct spinet_images *images;
static struct spinet_training *training;

static const char *const settings[][2] = {
    {"data.train_per_class", "7"},        {"data.test_per_class", "6"},
    {"input.duration_ms", "600"},         {"input.active_ms", "450"},
    {"connections.w_max", "0.6"},         {"input.rate_max_hz", "60"},
    {"turnover.threshold", "0.25"},       {"turnover.period", "3"},
    {"test.sample_period", "4"},          {"test.active_spikes", "0"},
    {"stopping.max_presentations", "12"}, {"stopping.fraction", "1"}};

/* Whole MNIST-like tasks are elsewhere: few shapes, shown for half a second. */
static int make_task(void **state)
{
    (void)state;
    int status = spinet_parameters_new("authors", &parameters);
    for (size_t i = 0; i < sizeof settings / sizeof *settings && status == SPINET_OK; i++)
        status = spinet_parameters_set(parameters, settings[i][0], settings[i][1]);
    training = NULL;
    return status == SPINET_OK ? spinet_images_new(parameters, SEED, &images) : status;
}

static int free_task(void **state)
{
    (void)state;
    spinet_training_free(training);
    spinet_images_free(images);
    spinet_parameters_free(parameters);
    return 0;
}

static void expect_ok(int status)
{
    if (status != SPINET_OK)
        fail_msg("%s", spinet_error());
}

static void begin(const struct spinet_policy *policy, const struct spinet_rule *rule)
{
    expect_ok(spinet_training_new(
        parameters, images, &(struct spinet_options){.seed = SEED, .policy = policy, .rule = rule},
        &training));
}

static struct spinet_step train(int32_t n)
{
    struct spinet_step step = {0};
    for (int32_t i = 0; i < n; i++)
        expect_ok(spinet_training_step(training, &step));
    return step;
}

static const void *view(const char *name, int64_t *n)
{
    struct spinet_view view;
    expect_ok(spinet_training_view(training, name, &view));
    *n = view.shape[0];
    return view.values;
}

static const float *weights(int64_t *n)
{
    return view("weight", n);
}

/* The model, without the library. */
static void train_within(struct training *t, struct dataset *dataset, struct parameters *p)
{
    char assignment[128];
    assert_int_equal(parameters_preset(p, "authors"), STATUS_OK);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        snprintf(assignment, sizeof assignment, "%s=%s", settings[i][0], settings[i][1]);
        assert_int_equal(parameters_set(p, assignment), STATUS_OK);
    }
    assert_int_equal(dataset_init(dataset, p, SEED), STATUS_OK);
    assert_int_equal(training_init(t, p, dataset, kernel_find(NULL), SEED, 1), STATUS_OK);
    while (t->stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(t), STATUS_OK);
}

static void given_a_training_when_stepped_expect_what_the_model_does(void **state)
{
    (void)state;
    struct training t;
    struct dataset dataset;
    static struct parameters p;
    struct score score;
    struct spinet_score same_score;
    struct spinet_step step = {0};
    int64_t n;
    train_within(&t, &dataset, &p);
    begin(NULL, NULL);
    for (int32_t i = 0; i < t.n_presentations; i++) {
        int32_t image, k;
        spinet_training_next(training, &image, &k);
        assert_int_equal(k, i % 2);
        expect_ok(spinet_training_step(training, &step));
        assert_int_equal(step.presentation, i + 1);
        assert_int_equal(step.n_pruned, t.curve[i].turnover.n_pruned);
        assert_int_equal(step.n_tested, t.curve[i].n_samples);
        assert_int_equal(step.n_correct, t.curve[i].n_correct);
    }
    assert_int_equal(step.stop, SPINET_LIMIT);
    expect_ok(spinet_training_test(training, 0, NULL, &same_score));
    assert_int_equal(training_test(&t, NULL, &score), STATUS_OK);
    assert_int_equal(score.rule.n_correct, same_score.n_correct);
    assert_int_equal(score.rule.n_undecided, same_score.n_undecided);
    assert_int_equal(score.rule.n_wrong, same_score.n_wrong);
    assert_int_equal(score.spikes.n_correct, same_score.n_correct_by_spikes);
    assert_int_equal(score.spikes.n_ties, same_score.n_ties_by_spikes);
    assert_true(score_accuracy_over_thresholds(&score) == same_score.accuracy_over_thresholds);
    assert_memory_equal(weights(&n), t.network.plastic.weight, (size_t)t.network.plastic.n * 4);
    assert_int_equal(n, t.network.plastic.n);
    assert_int_equal(spinet_training_step(training, &step), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "stopped after 12 presentations"));
    training_free(&t);
    dataset_free(&dataset);
}

static void given_the_parts_of_a_step_when_called_expect_the_step(void **state)
{
    (void)state;
    struct spinet_view pixels;
    int64_t n, n_whole;
    expect_ok(spinet_parameters_set(parameters, "test.sample_period", "0"));
    begin(NULL, NULL);
    int32_t image[3], k;
    for (int32_t i = 0; i < 3; i++) {
        spinet_training_next(training, &image[i], &k);
        train(1);
    }
    float *whole = malloc(1000 * sizeof *whole);
    memcpy(whole, weights(&n_whole), 1000 * sizeof *whole);
    spinet_training_free(training);
    begin(NULL, NULL);
    expect_ok(spinet_images_view(images, "train.pixels", &pixels));
    for (int32_t i = 0; i < 3; i++) {
        int32_t pruned = 0, grown = 0;
        const uint8_t *shown = (const uint8_t *)pixels.values + 400 * image[i];
        expect_ok(spinet_training_present(training, shown, i % 2, true));
        expect_ok(spinet_training_consolidate(training));
        if (i == 2)
            expect_ok(spinet_training_turnover(training, &pruned, &grown));
        assert_true(i < 2 || pruned > 0);
    }
    const float *parts = weights(&n);
    assert_int_equal(n, n_whole);
    assert_memory_equal(whole, parts, (size_t)n * sizeof *whole);
    free(whole);
}

static void given_pixels_as_spikes_when_presented_expect_the_same_counts(void **state)
{
    (void)state;
    struct spinet_view pixels;
    int64_t n;
    int32_t counts[120];
    begin(NULL, NULL);
    expect_ok(spinet_images_view(images, "train.pixels", &pixels));
    expect_ok(spinet_training_present(training, pixels.values, 1, false));
    memcpy(counts, view("spikes", &n), sizeof counts);
    assert_int_equal(n, 120);
    /* the stimulus of the image, in reverse order */
    const struct parameters *p = (const void *)parameters;
    struct encoder encoder;
    struct stimulus stimulus;
    assert_int_equal(encoder_init(&encoder, p, 400), STATUS_OK);
    assert_int_equal(stimulus_init(&stimulus, &encoder), STATUS_OK);
    encode(&encoder, pixels.values, 1, &stimulus);
    const int32_t n_spikes = stimulus.start[600];
    struct spinet_spike *spikes = malloc((size_t)n_spikes * sizeof *spikes);
    for (int32_t t = 0; t < 600; t++)
        for (int32_t i = stimulus.start[t]; i < stimulus.start[t + 1]; i++)
            spikes[n_spikes - 1 - i] = (struct spinet_spike){t, stimulus.source[i]};
    expect_ok(spinet_training_present_spikes(training, NULL, 0, false));
    assert_int_equal(((const int32_t *)view("spikes", &n))[0], 0);
    expect_ok(spinet_training_present_spikes(training, spikes, n_spikes, false));
    assert_memory_equal(view("spikes", &n), counts, sizeof counts);
    spikes[1] = spikes[0];
    assert_int_equal(spinet_training_present_spikes(training, spikes, n_spikes, false),
                     SPINET_USER);
    assert_non_null(strstr(spinet_error(), "two spikes in step"));
    free(spikes);
    stimulus_free(&stimulus);
    encoder_free(&encoder);
}

static void given_images_in_memory_when_trained_expect_the_same_network(void **state)
{
    (void)state;
    struct spinet_view train_pixels, train_labels, test_pixels, test_labels;
    struct spinet_images *copied;
    int64_t n;
    begin(NULL, NULL);
    train(N_PRESENTATIONS);
    float whole[1000];
    memcpy(whole, weights(&n), sizeof whole);
    spinet_training_free(training);
    expect_ok(spinet_images_view(images, "train.pixels", &train_pixels));
    expect_ok(spinet_images_view(images, "train.labels", &train_labels));
    expect_ok(spinet_images_view(images, "test.pixels", &test_pixels));
    expect_ok(spinet_images_view(images, "test.labels", &test_labels));
    struct spinet_pixels a = {(int32_t)train_pixels.shape[0], 20, 20, train_pixels.values,
                              train_labels.values},
                         b = {(int32_t)test_pixels.shape[0], 20, 20, test_pixels.values,
                              test_labels.values};
    expect_ok(spinet_images_from_memory(parameters, SEED, &a, &b, &copied));
    spinet_images_free(images);
    images = copied;
    begin(NULL, NULL);
    train(N_PRESENTATIONS);
    assert_memory_equal(whole, weights(&n), sizeof whole);
    int32_t labels[12] = {0};
    b.labels = labels;
    struct spinet_images *none = NULL;
    expect_ok(spinet_images_view(images, "train.pixels", &train_pixels));
    a.pixels = train_pixels.values;
    expect_ok(spinet_images_view(images, "train.labels", &train_labels));
    a.labels = train_labels.values;
    expect_ok(spinet_images_view(images, "test.pixels", &test_pixels));
    b.pixels = test_pixels.values;
    assert_int_equal(spinet_images_from_memory(parameters, SEED, &a, &b, &none), SPINET_USER);
    assert_non_null(
        strstr(spinet_error(), "the test images in memory has no test image of class 1"));
    assert_null(none);
}

/* ---- rules of one's own ---- */

struct memory {
    double sum;
    struct spinet_array seen; /* presentations */
};

/* What turnover.policy = random does, by a program's own policy. */
static int choose_randomly(struct spinet_training *t, void *state, void *data, bool *is_over)
{
    struct memory *memory = state;
    int64_t n;
    const int32_t *id = view("id", &n);
    const float *weight = weights(&n);
    static const struct spinet_new_synapse wrong[] = {{400, 0, 0.5}, {0, 800, 0.5}, {0, 0, 1.5}};
    int32_t weak[1000], n_pruned = 0;
    for (int64_t i = 0; i < n; i++)
        if (weight[i] <= 0.25F)
            weak[n_pruned++] = id[i];
    struct spinet_new_synapse grown[1000];
    expect_ok(spinet_random_synapses(t, 0, 80, grown, n_pruned));
    assert_int_equal(spinet_random_synapses(t, 80, 1, grown, 1), SPINET_USER);
    expect_ok(spinet_prune(t, weak, n_pruned));
    expect_ok(spinet_grow(t, grown, n_pruned));
    for (int32_t i = 0; i < n_pruned; i++)
        assert_int_equal(spinet_prune(t, &weak[i], 1), SPINET_USER);
    for (int i = 0; i < 3; i++)
        assert_int_equal(spinet_grow(t, &wrong[i], 1), SPINET_USER);
    memory->sum += n_pruned;
    *(double *)data = memory->sum;
    *is_over = memory->seen.n >= 9;
    return SPINET_OK;
}

static int observe(struct spinet_training *t, void *state, void *data)
{
    (void)t;
    (void)data;
    struct memory *memory = state;
    const int64_t n = memory->seen.n;
    memory->seen.values = realloc(memory->seen.values, (size_t)(n + 1) * sizeof(int32_t));
    ((int32_t *)memory->seen.values)[n] = (int32_t)n + 1;
    memory->seen.n++;
    return SPINET_OK;
}

static double sum;
static const struct spinet_field fields[] = {
    {"sum", SPINET_DOUBLE, offsetof(struct memory, sum), 1},
    {"seen", SPINET_INT32, offsetof(struct memory, seen), 0}};
static const struct spinet_policy policy = {.name = "mine",
                                            .state_bytes = sizeof(struct memory),
                                            .fields = fields,
                                            .n_fields = 2,
                                            .choose = choose_randomly,
                                            .observe = observe,
                                            .data = &sum};

static void given_a_policy_of_ones_own_when_trained_expect_what_it_chose(void **state)
{
    (void)state;
    begin(&policy, NULL);
    int32_t n_pruned = 0;
    for (int32_t i = 1; i <= N_PRESENTATIONS; i++) {
        const struct spinet_step step = train(1);
        assert_true(i % 3 == 0 ? step.n_pruned == step.n_grown : step.n_pruned == 0);
        assert_true(i <= 9 || step.n_pruned == 0); /* over for good */
        n_pruned += step.n_pruned;
    }
    assert_true(n_pruned > 0 && sum == n_pruned);
    assert_int_equal(spinet_prune(training, &(int32_t){0}, 1), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "choose"));
}

static void given_the_policy_random_by_hand_when_trained_expect_its_network(void **state)
{
    (void)state;
    enum { N_TRAINED = 8 }; /* then the other is over */
    int64_t n;
    int32_t ids[1000];
    float by_hand[1000];
    begin(&policy, NULL);
    train(N_TRAINED);
    memcpy(by_hand, weights(&n), sizeof by_hand);
    memcpy(ids, view("id", &n), sizeof ids);
    spinet_training_free(training);
    expect_ok(spinet_parameters_set(parameters, "turnover.policy", "random"));
    begin(NULL, NULL);
    train(N_TRAINED);
    assert_memory_equal(by_hand, weights(&n), sizeof by_hand);
    assert_memory_equal(ids, view("id", &n), sizeof ids);
    int32_t greatest = 0;
    for (int i = 0; i < 1000; i++)
        greatest = ids[i] > greatest ? ids[i] : greatest;
    assert_true(greatest >= 1000); /* some have been replaced */
}

/* Prunes first, and then fails; what it may not call refuses. */
static int fail_to_choose(struct spinet_training *t, void *state, void *data, bool *is_over)
{
    (void)state, (void)data, (void)is_over;
    int64_t n;
    struct spinet_step step;
    const int32_t *id = view("id", &n);
    expect_ok(spinet_prune(t, id, (int32_t)n));
    assert_int_equal(spinet_training_step(t, &step), SPINET_USER);
    assert_int_equal(spinet_training_consolidate(t), SPINET_USER);
    return spinet_fail(SPINET_USER, "nothing to choose from");
}

static void given_a_policy_that_fails_when_stepped_expect_its_message(void **state)
{
    (void)state;
    struct spinet_step step;
    static const struct spinet_policy failing = {.name = "mine", .choose = fail_to_choose};
    begin(&failing, NULL);
    train(2);
    int32_t n_pruned = -1, n_grown = -1;
    int64_t n;
    /* by hand: nothing is pruned, and the training goes on */
    assert_int_equal(spinet_training_turnover(training, &n_pruned, &n_grown), SPINET_USER);
    assert_true(n_pruned == -1 && n_grown == -1);
    const int32_t *dendrite = view("dendrite", &n);
    for (int64_t i = 0; i < n; i++)
        assert_true(dendrite[i] >= 0);
    expect_ok(spinet_training_consolidate(training));
    /* in a step: that is no whole step, and the training is over */
    assert_int_equal(spinet_training_step(training, &step), SPINET_USER);
    assert_string_equal(spinet_error(), "nothing to choose from");
    assert_int_equal(spinet_training_step(training, &step), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "can only be freed"));
}

static int return_one(struct spinet_training *t, void *state, void *data)
{
    (void)t, (void)state, (void)data;
    return 1;
}

static void given_a_callback_that_returns_no_code_when_stepped_expect_it_named(void **state)
{
    (void)state;
    struct spinet_step step;
    static const struct spinet_policy odd = {.name = "odd", .observe = return_one};
    begin(&odd, NULL);
    assert_int_equal(spinet_training_step(training, &step), SPINET_USER);
    assert_string_equal(spinet_error(), "policy odd: returned 1: expected a code of spinet.h");
}

static void given_fields_that_cannot_be_when_begun_expect_each_named(void **state)
{
    (void)state;
    static const struct {
        struct spinet_field field;
        const char *message;
    } cases[] = {
        {{"a", SPINET_DOUBLE, 0, 2}, "16 bytes at 0: the state has 8"},
        {{"a", SPINET_DOUBLE, 8, 1}, "8 bytes at 8: the state has 8"},
        {{"a", SPINET_INT32, 0, 0}, "16 bytes at 0: the state has 8"},
        {{"a", (enum spinet_type)9, 0, 1}, "expected a type"},
        {{"a", SPINET_INT32, 0, -1}, "expected a type"},
        {{"a/b", SPINET_INT32, 0, 1}, "without /"},
        {{"name", SPINET_INT32, 0, 1}, "and not \"name\""},
        {{NULL, SPINET_INT32, 0, 1}, "expected a name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct spinet_policy odd = {
            .state_bytes = 8, .fields = &cases[i].field, .n_fields = 1};
        const struct spinet_options options = {.policy = &odd};
        assert_int_equal(spinet_training_new(parameters, images, &options, &training), SPINET_USER);
        if (!strstr(spinet_error(), cases[i].message))
            fail_msg("'%s' is not in: %s", cases[i].message, spinet_error());
    }
}

static int forbid_all(struct spinet_consolidation *c, void *state, void *data)
{
    (void)state;
    int32_t n = 0;
    for (int32_t cell = 0; cell < c->n_cells; cell++) {
        n += c->synthesis[cell];
        c->synthesis[cell] = false;
    }
    *(int32_t *)data += n;
    assert_int_equal(c->teacher, (c->presentation - 1) % 2);
    return SPINET_OK;
}

static int double_tags(struct spinet_consolidation *c, void *state, void *data)
{
    (void)data;
    int32_t *n_calls = state;
    ++*n_calls;
    for (int32_t i = 0; i < c->n_synapses; i++)
        c->tag[i] = c->calcium[i] > 0 ? 0.5F : 0;
    return SPINET_OK;
}

static void given_a_gate_that_shuts_when_trained_expect_no_weight_to_change(void **state)
{
    (void)state;
    static int32_t n_would;
    int64_t n;
    static const struct spinet_rule rule = {.name = "shut", .gate = forbid_all, .data = &n_would};
    expect_ok(spinet_parameters_set(parameters, "turnover.policy", "none"));
    begin(NULL, &rule);
    float before[1000];
    memcpy(before, weights(&n), sizeof before);
    train(6);
    assert_true(n_would > 0);
    assert_memory_equal(before, weights(&n), sizeof before);
}

static int spoil(struct spinet_consolidation *c, void *state, void *data)
{
    (void)state, (void)data;
    c->tag[0] = NAN;
    return SPINET_OK;
}

static int see_nothing(struct spinet_consolidation *c, void *state, void *data)
{
    (void)state, (void)data;
    assert_int_equal(c->teacher, -1);
    for (int32_t i = 0; i < c->n_cells; i++)
        assert_int_equal(c->spikes[i], 0);
    return SPINET_OK;
}

static void given_a_rule_that_spoils_tags_when_consolidated_expect_it_named(void **state)
{
    (void)state;
    static const struct spinet_rule blind = {.name = "blind", .gate = see_nothing},
                                    bad = {.name = "bad", .finish = spoil};
    begin(NULL, &blind);
    expect_ok(spinet_training_consolidate(training)); /* nothing was shown */
    spinet_training_free(training);
    begin(NULL, &bad);
    assert_int_equal(spinet_training_consolidate(training), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "rule bad: synapse"));
    assert_int_equal(spinet_training_consolidate(training), SPINET_USER);
}

static void given_tags_of_ones_own_when_trained_expect_them(void **state)
{
    (void)state;
    int64_t n;
    static const struct spinet_field calls[] = {{"calls", SPINET_INT32, 0, 1}};
    static const struct spinet_rule rule = {.name = "half",
                                            .state_bytes = sizeof(int32_t),
                                            .fields = calls,
                                            .n_fields = 1,
                                            .set_tags = double_tags};
    begin(NULL, &rule);
    train(1);
    const float *tag = view("tag", &n), *calcium = view("calcium", &n);
    int32_t n_tagged = 0;
    for (int64_t i = 0; i < n; i++) {
        assert_true(calcium[i] == 0 && tag[i] >= 0 && tag[i] < 0.5F);
        n_tagged += tag[i] > 0; /* 138 minutes later */
    }
    assert_true(n_tagged > 0);
}

static void given_the_choice_own_without_one_when_begun_expect_it_named(void **state)
{
    (void)state;
    const struct spinet_options options = {.seed = SEED};
    expect_ok(spinet_parameters_set(parameters, "turnover.policy", "own"));
    assert_int_equal(spinet_training_new(parameters, images, &options, &training), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "turnover.policy = own"));
    expect_ok(spinet_parameters_set(parameters, "turnover.policy", "random"));
    expect_ok(spinet_parameters_set(parameters, "plasticity.rule", "own"));
    assert_int_equal(spinet_training_new(parameters, images, &options, &training), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "plasticity.rule = own"));
}

/* ---- folders ---- */

static void given_a_saved_training_when_restored_expect_the_same_end(void **state)
{
    static const struct spinet_policy other = {.name = "another", .choose = fail_to_choose};
    int64_t n;
    float whole[1000];
    make_task(NULL);
    begin(&policy, NULL);
    train(7);
    expect_ok(spinet_training_save(training, support_path(state, "")));
    train(5);
    const double sum_then = sum;
    memcpy(whole, weights(&n), sizeof whole);
    spinet_training_free(training);
    begin(&policy, NULL);
    expect_ok(spinet_training_restore(training, support_path(state, "")));
    train(5);
    assert_memory_equal(whole, weights(&n), sizeof whole);
    assert_true(sum == sum_then);
    spinet_training_free(training);
    begin(&other, NULL);
    assert_int_equal(spinet_training_restore(training, support_path(state, "")), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "policy"));
    assert_int_equal(spinet_training_restore(training, "/nowhere"), SPINET_USER);
    free_task(NULL);
}

static void given_a_run_into_a_folder_when_done_expect_it_finished(void **state)
{
    struct spinet_score score;
    make_task(NULL);
    expect_ok(spinet_run(parameters, SEED, 1, support_path(state, "run"), &score));
    assert_int_equal(score.n, 12);
    size_t n;
    free(support_read(support_path(state, "run/DONE"), &n));
    free(support_read(support_path(state, "run/network.csv"), &n));
    assert_int_equal(spinet_run(parameters, SEED, 1, support_path(state, "run"), &score),
                     SPINET_USER);
    free_task(NULL);
}

static void given_a_training_in_memory_when_written_expect_the_folder_of_a_run(void **state)
{
    static const char *const files[] = {"network.csv", "predictions.csv", "learning_curve.csv",
                                        "maps.csv", "synapse_weights.csv.gz"};
    struct spinet_score score, again;
    make_task(NULL);
    expect_ok(spinet_parameters_set(parameters, "rest.before_test_days", "30"));
    expect_ok(spinet_parameters_set(parameters, "record.weights_period", "5"));
    expect_ok(spinet_run(parameters, SEED, 1, support_path(state, "run"), &score));
    begin(NULL, NULL);
    train(N_PRESENTATIONS);
    expect_ok(spinet_training_write(training, support_path(state, "written"), false, &again));
    assert_memory_equal(&score, &again, sizeof score);
    assert_int_equal(spinet_training_write(training, support_path(state, "written"), false, &again),
                     SPINET_USER);
    /* the days before the test go by once */
    expect_ok(spinet_training_write(training, support_path(state, "written"), true, &again));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char run[64], written[64];
        snprintf(run, sizeof run, "run/%s", files[i]);
        snprintf(written, sizeof written, "written/%s", files[i]);
        support_expect_same(support_path(state, run), support_path(state, written));
    }
    free_task(NULL);
}

static void given_an_unfinished_training_when_written_expect_it_to_go_on(void **state)
{
    struct spinet_score score;
    uint64_t seed;
    int64_t n;
    float whole[1000];
    make_task(NULL);
    begin(NULL, NULL);
    train(7);
    expect_ok(spinet_training_write(training, support_path(state, "half"), false, &score));
    train(5);
    memcpy(whole, weights(&n), sizeof whole);
    free_task(NULL);
    expect_ok(spinet_run_open(support_path(state, "half"), &parameters, &seed, &images));
    assert_true(seed == SEED);
    begin(NULL, NULL);
    expect_ok(spinet_training_restore(training, support_path(state, "half")));
    struct spinet_step past, last;
    expect_ok(spinet_training_past(training, 3, &past));
    expect_ok(spinet_training_past(training, 0, &last));
    assert_true(past.presentation == 3 && past.n_pruned > 0 && last.presentation == 7);
    assert_int_equal(spinet_training_past(training, 8, &past), SPINET_USER);
    train(5);
    assert_memory_equal(whole, weights(&n), sizeof whole);
    struct spinet_parameters *other = NULL;
    assert_int_equal(spinet_run_open("/nowhere", &other, &seed, NULL), SPINET_USER);
    assert_null(other);
    free_task(NULL);
}

static void begin_on_two_threads(void)
{
    spinet_training_free(training);
    training = NULL;
    expect_ok(spinet_training_new(
        parameters, images, &(struct spinet_options){.seed = SEED, .n_threads = 2}, &training));
}

/* Then their sample tests go on beside the following steps. */
static void given_steps_nobody_asks_for_when_saved_expect_their_sample_tests(void **state)
{
    struct spinet_step expected, found;
    make_task(NULL);
    begin(NULL, NULL);
    train(8);
    expect_ok(spinet_training_past(training, 8, &expected));
    assert_int_equal(expected.n_tested, 12);
    begin_on_two_threads();
    for (int i = 0; i < 8; i++)
        expect_ok(spinet_training_step(training, NULL));
    expect_ok(spinet_training_save(training, support_path(state, "")));
    begin_on_two_threads();
    expect_ok(spinet_training_restore(training, support_path(state, "")));
    expect_ok(spinet_training_past(training, 8, &found));
    assert_memory_equal(&expected, &found, sizeof found);
    assert_int_equal(spinet_training_stopped(training), SPINET_GOES_ON);
    free_task(NULL);
}

static void given_images_of_another_seed_when_written_expect_refusal(void **state)
{
    struct spinet_score score;
    make_task(NULL);
    spinet_images_free(images);
    expect_ok(spinet_images_new(parameters, SEED + 1, &images));
    begin(NULL, NULL);
    assert_int_equal(spinet_training_write(training, support_path(state, "run"), false, &score),
                     SPINET_USER);
    assert_non_null(strstr(spinet_error(), "images of seed 62"));
    free_task(NULL);
}

/* ---- synapses ---- */

static void given_another_table_of_synapses_when_set_expect_it(void **state)
{
    (void)state;
    int64_t n;
    struct spinet_synapse synapses[] = {{399, 799, 5000, 0.25F, 0.01F, 0},
                                        {3, 7, 5001, 1, 0.02F, 0.5F}};
    begin(NULL, NULL);
    expect_ok(spinet_training_set_synapses(training, synapses, 2));
    const int32_t *source = view("source", &n), *dendrite = view("dendrite", &n),
                  *id = view("id", &n);
    assert_int_equal(n, 2);
    assert_true(source[0] == 3 && source[1] == 399 && dendrite[0] == 7 && id[0] == 5001);
    const int32_t ids[] = {5000, 5001, 4, 5000};
    expect_ok(spinet_training_set_weights(training, ids, (double[]){0.125, 0.5}, 2));
    assert_true(weights(&n)[1] == 0.125F && weights(&n)[0] == 0.5F);
    expect_ok(spinet_training_surgery(training, "equalise all", 0));
    assert_true(weights(&n)[1] == 0.3125F && weights(&n)[0] == 0.3125F);
    assert_int_equal(spinet_training_surgery(training, "lesion born 0 1", 0), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "surgery: born: needs lives of the synapses"));
    expect_ok(spinet_training_set_weights(training, ids, (double[]){0.125, 0.5}, 2));
    const double others[] = {0.25, 1.5, 0.25, 0.25};
    assert_int_equal(spinet_training_set_weights(training, ids, others, 2), SPINET_USER);
    assert_int_equal(spinet_training_set_weights(training, ids + 2, others + 2, 2), SPINET_USER);
    assert_int_equal(spinet_training_set_weights(training, (int32_t[]){5000, 5000}, others + 2, 2),
                     SPINET_USER);
    assert_true(weights(&n)[1] == 0.125F);
    synapses[1].id = 5000;
    assert_int_equal(spinet_training_set_synapses(training, synapses, 2), SPINET_USER);
    assert_string_equal(spinet_error(), "synapse 1: id 5000: expected whole numbers that ascend, "
                                        "below 2,000,000,000");
    synapses[1] = (struct spinet_synapse){3, 800, 5001, 1, 0.02F, 0.5F};
    assert_int_equal(spinet_training_set_synapses(training, synapses, 2), SPINET_USER);
    synapses[1] = (struct spinet_synapse){3, 7, 5001, NAN, 0.02F, 0.5F};
    assert_int_equal(spinet_training_set_synapses(training, synapses, 2), SPINET_USER);
    weights(&n);
    assert_int_equal(n, 2);
    train(3); /* goes on with them */
}

static void given_a_test_in_between_when_trained_on_expect_no_difference(void **state)
{
    (void)state;
    int64_t n;
    float whole[1000];
    int32_t predictions[12];
    struct spinet_score score;
    begin(NULL, NULL);
    train(N_PRESENTATIONS);
    memcpy(whole, weights(&n), sizeof whole);
    spinet_training_free(training);
    begin(NULL, NULL);
    for (int32_t i = 0; i < N_PRESENTATIONS; i++) {
        train(1);
        expect_ok(spinet_training_test(training, 0, predictions, &score));
        assert_int_equal(score.n, 12);
    }
    assert_memory_equal(whole, weights(&n), sizeof whole);
    int32_t n_undecided = 0;
    for (int32_t i = 0; i < 12; i++)
        n_undecided += predictions[i] < 0;
    assert_int_equal(n_undecided, score.n_undecided);
    expect_ok(spinet_training_test(training, 5, NULL, &score));
    assert_int_equal(score.n, 5);
}

static void given_a_view_of_places_when_none_are_kept_expect_the_reason(void **state)
{
    (void)state;
    struct spinet_view place;
    int64_t n;
    begin(NULL, NULL);
    assert_int_equal(spinet_training_view(training, "position", &place), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "record.synapses"));
    assert_int_equal(spinet_training_view(training, "born", &place), SPINET_USER);
    assert_int_equal(spinet_training_view(training, "weights", &place), SPINET_USER);
    spinet_training_free(training);
    expect_ok(spinet_parameters_set(parameters, "record.synapses", "true"));
    begin(NULL, NULL);
    train(6);
    const float *position = view("position", &n);
    for (int64_t i = 0; i < n; i++)
        assert_true(position[i] >= 0 && position[i] <= 200);
    const int32_t *born = view("born", &n), *id = view("id", &n);
    for (int64_t i = 0; i < n; i++) /* the network began with 1,000; then some were grown */
        assert_true(id[i] < 1000 ? born[i] == 0 : born[i] > 0 && born[i] <= 6);
}

static void
given_a_test_after_a_presentation_when_viewed_expect_the_spikes_of_training(void **state)
{
    (void)state;
    int32_t counts[120];
    struct spinet_score score;
    int64_t n;
    begin(NULL, NULL);
    train(3);
    memcpy(counts, view("spikes", &n), sizeof counts);
    expect_ok(spinet_training_test(training, 0, NULL, &score));
    assert_memory_equal(counts, view("spikes", &n), sizeof counts);
}

static void given_numbers_below_zero_when_called_expect_refusal(void **state)
{
    (void)state;
    begin(NULL, NULL);
    assert_int_equal(spinet_training_present_spikes(training, NULL, -1, true), SPINET_USER);
    assert_int_equal(spinet_training_set_synapses(training, NULL, -3), SPINET_USER);
    assert_int_equal(spinet_training_rest(training, -1), SPINET_USER);
    assert_int_equal(spinet_training_present(training, NULL, 2, true), SPINET_USER);
}

struct seen {
    int32_t n_steps, n_spikes;
};

static void look(const struct spinet_moment *moment, void *data)
{
    struct seen *seen = data;
    assert_int_equal(moment->step, seen->n_steps++);
    for (int32_t i = 0; i < moment->n_neurons; i++)
        seen->n_spikes += moment->has_spike[i];
}

static void given_many_more_synapses_when_watched_expect_no_harm(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    struct spinet_synapse *synapses = calloc(MANY, sizeof *synapses);
    struct spinet_view pixels;
    struct seen seen = {0};
    begin(NULL, NULL);
    expect_ok(spinet_training_watch(training, look, &seen));
    for (int32_t i = 0; i < MANY; i++)
        synapses[i] = (struct spinet_synapse){i % 400, i % 800, i, 0.1F, 0.01F, 0};
    int64_t n_few, n_many;
    const float *few = weights(&n_few);
    expect_ok(spinet_training_set_synapses(training, synapses, MANY));
    assert_true(weights(&n_many) != few && n_many == MANY && n_few < MANY);
    assert_true(few[0] >= 0 && few[n_few - 1] > 0); /* may still be read */
    expect_ok(spinet_images_view(images, "train.pixels", &pixels));
    expect_ok(spinet_training_present(training, pixels.values, 0, true));
    assert_int_equal(seen.n_steps, 600);
    free(synapses);
}

/* ---- looking on ---- */

static void given_somebody_who_looks_when_presented_expect_every_step_and_spike(void **state)
{
    (void)state;
    struct spinet_view pixels;
    struct seen seen = {0};
    int64_t n;
    int32_t n_spikes = 0;
    begin(NULL, NULL);
    expect_ok(spinet_images_view(images, "train.pixels", &pixels));
    expect_ok(spinet_training_watch(training, look, &seen));
    expect_ok(spinet_training_present(training, pixels.values, 0, true));
    const int32_t *spikes = view("spikes", &n);
    for (int64_t i = 0; i < n; i++)
        n_spikes += spikes[i];
    assert_int_equal(seen.n_steps, 600);
    assert_true(n_spikes > 0 && seen.n_spikes == n_spikes);
    int64_t n_in_raster;
    const int32_t *raster = view("raster", &n_in_raster), *counted = view("spikes", &n);
    int32_t of_first = 0;
    for (int64_t i = 0; i < n_in_raster; i++)
        of_first += raster[2 * i + 1] == raster[1];
    assert_true(n_in_raster == n_spikes && of_first == counted[raster[1]]);
    expect_ok(spinet_training_watch(training, NULL, NULL));
    expect_ok(spinet_training_present(training, pixels.values, 0, true));
    assert_int_equal(seen.n_steps, 600);
}

/* ---- the host program's settings ---- */

static void given_a_comma_for_decimals_when_run_expect_points(void **state)
{
    size_t size;
    struct spinet_score score;
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        skip();
    make_task(NULL);
    expect_ok(spinet_parameters_set(parameters, "connections.w_max", "0.5"));
    expect_ok(spinet_run(parameters, SEED, 2, support_path(state, "run"), &score));
    setlocale(LC_ALL, "C");
    char *row = (char *)support_read(support_path(state, "run/result.csv"), &size);
    assert_non_null(strstr(row, ",12,0."));
    free(row);
    free_task(NULL);
}

/* ---- parameters ---- */

static void count_parameters(const struct spinet_description *description, void *data)
{
    *(int *)data += description->name != NULL;
}

static void given_parameters_when_set_expect_them_back(void **state)
{
    (void)state;
    char value[64];
    int n = 0;
    expect_ok(spinet_parameters_set(parameters, "turnover.period", "17"));
    expect_ok(spinet_parameters_get(parameters, "turnover.period", value, sizeof value));
    assert_string_equal(value, "17");
    assert_int_equal(spinet_parameters_get(parameters, "turnover", value, sizeof value),
                     SPINET_USER);
    assert_int_equal(spinet_parameters_set(parameters, "turnover.perod", "17"), SPINET_USER);
    assert_non_null(strstr(spinet_error(), "turnover.period"));
    assert_int_equal(spinet_parameters_set(parameters, "turnover.period", "0"), SPINET_USER);
    spinet_parameters_describe(parameters, count_parameters, &n);
    assert_true(n > 100);
    assert_non_null(strstr(spinet_version(), "("));
}

/* ---- threads ---- */

static void *train_alone(void *data)
{
    struct spinet_training *own = NULL;
    struct spinet_step step;
    struct spinet_view weight;
    int status =
        spinet_training_new(parameters, images, &(struct spinet_options){.seed = SEED}, &own);
    for (int32_t i = 0; i < N_PRESENTATIONS && status == SPINET_OK; i++)
        status = spinet_training_step(own, &step);
    if (status == SPINET_OK && spinet_training_view(own, "weight", &weight) == SPINET_OK)
        memcpy(data, weight.values, 1000 * sizeof(float));
    spinet_training_free(own);
    return NULL;
}

static void given_two_threads_when_they_train_at_once_expect_what_each_does_alone(void **state)
{
    (void)state;
    static float result[3][1000];
    pthread_t thread[2];
    train_alone(result[2]);
    assert_true(result[2][0] > 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, train_alone, result[i]), 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
        assert_memory_equal(result[i], result[2], sizeof result[2]);
    }
}

/* ---- what others see of it ---- */

static char *output_of(const char *command)
{
    char *text = calloc(1, 1 << 16);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    const size_t n = fread(text, 1, (1 << 16) - 1, pipe);
    text[n] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void
given_the_shared_library_when_asked_for_its_names_expect_those_of_the_header(void **state)
{
    (void)state;
    char command[4096];
    const char *program = support_program();
    snprintf(command, sizeof command,
             "nm -D --defined-only '%.*s/libspinet.so' | sed 's/.* //' | LC_ALL=C sort",
             (int)(strrchr(program, '/') - program), program);
    char *exported = output_of(command);
    char *declared = output_of("grep -oE '\\bspinet_[a-z_]+\\(' include/spinet.h | tr -d '(' | "
                               "LC_ALL=C sort -u");
    assert_string_equal(exported, declared);
    free(exported);
    free(declared);
}

#define TASK(test) cmocka_unit_test_setup_teardown(test, make_task, free_task)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TASK(given_a_training_when_stepped_expect_what_the_model_does),
        TASK(given_the_parts_of_a_step_when_called_expect_the_step),
        TASK(given_pixels_as_spikes_when_presented_expect_the_same_counts),
        TASK(given_images_in_memory_when_trained_expect_the_same_network),
        TASK(given_a_policy_of_ones_own_when_trained_expect_what_it_chose),
        TASK(given_the_policy_random_by_hand_when_trained_expect_its_network),
        TASK(given_a_policy_that_fails_when_stepped_expect_its_message),
        TASK(given_a_callback_that_returns_no_code_when_stepped_expect_it_named),
        TASK(given_fields_that_cannot_be_when_begun_expect_each_named),
        TASK(given_a_rule_that_spoils_tags_when_consolidated_expect_it_named),
        TASK(given_a_test_after_a_presentation_when_viewed_expect_the_spikes_of_training),
        TASK(given_numbers_below_zero_when_called_expect_refusal),
        TASK(given_many_more_synapses_when_watched_expect_no_harm),
        WITH_FOLDER(given_a_comma_for_decimals_when_run_expect_points),
        TASK(given_a_gate_that_shuts_when_trained_expect_no_weight_to_change),
        TASK(given_tags_of_ones_own_when_trained_expect_them),
        TASK(given_the_choice_own_without_one_when_begun_expect_it_named),
        TASK(given_another_table_of_synapses_when_set_expect_it),
        TASK(given_a_test_in_between_when_trained_on_expect_no_difference),
        TASK(given_a_view_of_places_when_none_are_kept_expect_the_reason),
        TASK(given_somebody_who_looks_when_presented_expect_every_step_and_spike),
        TASK(given_parameters_when_set_expect_them_back),
        TASK(given_two_threads_when_they_train_at_once_expect_what_each_does_alone),
        WITH_FOLDER(given_a_saved_training_when_restored_expect_the_same_end),
        WITH_FOLDER(given_a_run_into_a_folder_when_done_expect_it_finished),
        WITH_FOLDER(given_a_training_in_memory_when_written_expect_the_folder_of_a_run),
        WITH_FOLDER(given_an_unfinished_training_when_written_expect_it_to_go_on),
        WITH_FOLDER(given_steps_nobody_asks_for_when_saved_expect_their_sample_tests),
        WITH_FOLDER(given_images_of_another_seed_when_written_expect_refusal),
        cmocka_unit_test(
            given_the_shared_library_when_asked_for_its_names_expect_those_of_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
