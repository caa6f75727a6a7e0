/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Surgery: what each operation keeps and what it changes, that chance is a function of seed and
 * draw, what is refused, and `spinet surgery` of the real program. */
#include "train/surgery.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "store/snapshot.h"
#include "support.h"
#include "train/train.h"

enum { SEED = 5, N = 1000 };

static struct parameters p;
static struct dataset dataset;
static struct training training, other;

static void start(struct training *t, uint64_t seed)
{
    if (training_init(t, &p, &dataset, kernel_find("fast"), seed, 1) != STATUS_OK)
        fail_msg("%s", status_message());
}

static int make(void **state)
{
    (void)state;
    static const char *const assignments[] = {
        "data.train_per_class=5", "data.test_per_class=2",        "turnover.policy=none",
        "test.sample_period=0",   "stopping.max_presentations=2", "connections.w_max=0.9"};
    if (parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    for (size_t i = 0; i < sizeof assignments / sizeof *assignments; i++)
        if (parameters_set(&p, assignments[i]) != STATUS_OK)
            return -1;
    if (dataset_init(&dataset, &p, SEED) != STATUS_OK)
        return -1;
    start(&training, SEED);
    return 0;
}

static int release(void **state)
{
    (void)state;
    training_free(&training);
    training_free(&other);
    dataset_free(&dataset);
    return 0;
}

/* The plastic synapses in order of id, at most N. */
struct synapses {
    int32_t n;
    struct plastic_synapse row[N];
};

static void look(const struct training *t, struct synapses *table)
{
    struct plastic_synapse *rows;
    assert_int_equal(network_plastic(&t->network, &rows, &table->n), STATUS_OK);
    assert_true(table->n <= N);
    memset(table->row, 0, sizeof table->row);
    memcpy(table->row, rows, (size_t)table->n * sizeof *rows);
    free(rows);
}

static void operate(struct training *t, const char *text, struct synapses *before,
                    struct synapses *after)
{
    look(t, before);
    if (training_operate(t, text, "text", 0) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(network_validate(&t->network), STATUS_OK);
    look(t, after);
}

/* The extent "cell", "class" or "all" that a synapse is in, as a number. */
static int32_t unit_of(const char *extent, const struct plastic_synapse *synapse)
{
    const struct layout *layout = &training.network.layout;
    return strcmp(extent, "cell") == 0    ? synapse->dendrite / layout->dendrites_per_pyramidal
           : strcmp(extent, "class") == 0 ? layout_class(layout, synapse->dendrite)
                                          : 0;
}

struct value {
    int32_t unit;
    double value;
};

static int compare_values(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

/* Weights, or inputs, of each unit in ascending order. */
static void sort(const struct synapses *table, const char *extent, bool inputs,
                 struct value *values)
{
    memset(values, 0, N * sizeof *values);
    for (int32_t i = 0; i < table->n; i++)
        values[i] = (struct value){unit_of(extent, &table->row[i]),
                                   inputs ? table->row[i].input : (double)table->row[i].weight};
    qsort(values, (size_t)table->n, sizeof *values, compare_values);
}

static const char *const extents[] = {"cell", "class", "all"};
static struct synapses before, after;

/* ---- changes ---- */

static void given_a_shuffle_when_done_expect_the_same_values_in_each_unit(void **state)
{
    static struct value was[N], is[N];
    (void)state;
    for (int inputs = 0; inputs < 2; inputs++)
        for (int e = 0; e < 3; e++) {
            char text[64];
            int32_t n_moved = 0, n_left = 0;
            snprintf(text, sizeof text, "%s %s", inputs ? "shuffle-inputs" : "shuffle", extents[e]);
            operate(&training, text, &before, &after);
            sort(&before, extents[e], inputs != 0, was);
            sort(&after, extents[e], inputs != 0, is);
            assert_memory_equal(was, is, sizeof was);
            for (int32_t i = 0; i < N; i++) {
                const struct plastic_synapse *x = &before.row[i], *y = &after.row[i];
                assert_true(x->id == y->id && x->dendrite == y->dendrite);
                assert_true(inputs ? x->weight == y->weight : x->input == y->input);
                n_moved += inputs ? x->input != y->input : x->weight != y->weight;
            }
            assert_true(n_moved > 0.8 * N);
            /* and beyond the unit nothing is kept: the next smaller one has other values */
            if (e > 0) {
                sort(&before, extents[e - 1], inputs != 0, was);
                sort(&after, extents[e - 1], inputs != 0, is);
                for (int32_t i = 0; i < N; i++)
                    n_left += was[i].value == is[i].value;
                assert_true(n_left < 0.9 * N);
            }
        }
}

/* The unit keeps its number of synapses, each of them its weight; places are uniform. */
static void given_a_scattering_when_done_expect_contacts_of_chance_in_each_unit(void **state)
{
    static struct value was[N], is[N];
    (void)state;
    for (int e = 0; e < 3; e++) {
        char text[64];
        int32_t n_moved = 0;
        double input = 0;
        /* later operations draw other numbers */
        snprintf(text, sizeof text, "%sscatter %s", &"keep strong 1; keep strong 1; "[30 - 15 * e],
                 extents[e]);
        operate(&training, text, &before, &after);
        sort(&before, extents[e], false, was);
        sort(&after, extents[e], false, is);
        assert_memory_equal(was, is, sizeof was);
        for (int32_t i = 0; i < N; i++) {
            const struct plastic_synapse *x = &before.row[i], *y = &after.row[i];
            assert_true(x->id == y->id && x->weight == y->weight);
            n_moved += x->input != y->input && x->dendrite != y->dendrite;
            assert_true(y->dendrite >= 0 && y->dendrite < 800);
            input += y->input;
        }
        assert_true(n_moved > 0.8 * N); /* a tenth come back to their dendrite of ten in a cell */
        assert_true(fabs(input / N - 199.5) < 15); /* four standard errors */
    }
}

static void given_changes_of_weights_when_done_expect_their_means_and_bounds(void **state)
{
    (void)state;
    for (int e = 0; e < 3; e++) {
        char text[64];
        double mean[80] = {0};
        int32_t n[80] = {0};
        snprintf(text, sizeof text, "scale 0.25 %s", extents[e]);
        operate(&training, text, &before, &after);
        for (int32_t i = 0; i < N; i++) {
            const int32_t u = unit_of(extents[e], &after.row[i]);
            mean[u] += (double)after.row[i].weight;
            n[u]++;
        }
        for (int32_t u = 0; u < 80; u++)
            assert_true(n[u] == 0 || fabs(mean[u] / n[u] - 0.25) < 1e-6);
        /* twice the same is once; ratios within a unit stay */
        snprintf(text, sizeof text, "scale 0.5 %s; equalise %s", extents[e], extents[e]);
        operate(&training, text, &before, &after);
        for (int32_t i = 0; i < N; i++)
            assert_true(fabs((double)after.row[i].weight - 0.5) < 0.02);
        operate(&training, "renew all", &before, &after);
        for (int32_t i = 0; i < N; i++)
            assert_true(after.row[i].weight >= 0.1F && after.row[i].weight <= 0.9F &&
                        after.row[i].tag == 0);
    }
}

static void given_a_resampling_when_done_expect_only_weights_that_there_were(void **state)
{
    (void)state;
    int32_t n_kinds = 0;
    operate(&training, "resample all", &before, &after);
    for (int32_t i = 0; i < N; i++) {
        bool was_there = false, is_there = false;
        for (int32_t k = 0; k < N; k++) {
            was_there = was_there || before.row[k].weight == after.row[i].weight;
            is_there = is_there || after.row[k].weight == before.row[i].weight;
        }
        assert_true(was_there);
        n_kinds += is_there;
    }
    assert_true(abs(n_kinds - 632) < 60); /* 1 - 1/e of 1,000 */
}

static void given_other_weights_when_done_expect_the_learning_rates_of_these(void **state)
{
    (void)state;
    operate(&training, "scale 0.9 all", &before, &after);
    for (int32_t i = 0; i < N; i++)
        for (int32_t k = 0; k < i; k++)
            if (after.row[i].weight > after.row[k].weight + 0.01F)
                assert_true(after.row[i].learning_rate < after.row[k].learning_rate);
}

/* ---- selections ---- */

static bool has(const struct synapses *table, int32_t id)
{
    for (int32_t i = 0; i < table->n; i++)
        if (table->row[i].id == id)
            return true;
    return false;
}

static void given_the_strong_part_when_kept_expect_exactly_these(void **state)
{
    (void)state;
    float weakest_kept = 1, strongest_lost = 0;
    operate(&training, "keep strong 0.3", &before, &after);
    assert_int_equal(after.n, 300);
    for (int32_t i = 0; i < before.n; i++)
        if (has(&after, before.row[i].id))
            weakest_kept = fminf(weakest_kept, before.row[i].weight);
        else
            strongest_lost = fmaxf(strongest_lost, before.row[i].weight);
    assert_true(weakest_kept >= strongest_lost);
    for (int32_t i = 0; i < after.n; i++) /* as they were */
        assert_true(after.row[i].weight >= weakest_kept);
}

static void given_equal_weights_when_the_strong_are_kept_expect_their_number(void **state)
{
    (void)state;
    operate(&training, "equalise all; keep strong 0.5", &before, &after);
    assert_int_equal(after.n, 500);
    assert_int_equal(after.row[499].id, 499);
    operate(&training, "keep strong 0", &before, &after);
    assert_int_equal(after.n, 0);
    operate(&training, "keep strong 1; shuffle all", &before, &after);
    assert_int_equal(after.n, 0);
}

static void given_kept_and_lesioned_when_put_together_expect_all(void **state)
{
    static const char *const selections[] = {"random 0.4", "strong 0.4", "cells 0.25",
                                             "dendrites 0.25", "size 0.3 0.6"};
    (void)state;
    for (size_t k = 0; k < sizeof selections / sizeof *selections; k++) {
        static struct synapses kept, lost;
        char text[64];
        training_free(&training);
        training_free(&other);
        start(&training, SEED);
        start(&other, SEED);
        snprintf(text, sizeof text, "keep %s", selections[k]);
        operate(&training, text, &before, &kept);
        snprintf(text, sizeof text, "lesion %s", selections[k]);
        operate(&other, text, &before, &lost);
        assert_int_equal(kept.n + lost.n, N);
        for (int32_t i = 0; i < N; i++)
            assert_true(has(&kept, i) != has(&lost, i));
        assert_true(kept.n > 0.15 * N && kept.n < 0.6 * N);
    }
}

/* 25 % of the cells lose every synapse, and the others none. */
static void given_a_part_of_the_cells_when_lesioned_expect_all_or_none_of_each(void **state)
{
    (void)state;
    int32_t n_before[80] = {0}, n_after[80] = {0}, n_silent = 0;
    operate(&training, "lesion cells 0.25", &before, &after);
    for (int32_t i = 0; i < before.n; i++)
        n_before[unit_of("cell", &before.row[i])]++;
    for (int32_t i = 0; i < after.n; i++)
        n_after[unit_of("cell", &after.row[i])]++;
    for (int32_t u = 0; u < 80; u++) {
        assert_true(n_after[u] == 0 || n_after[u] == n_before[u]);
        n_silent += n_after[u] == 0;
    }
    assert_int_equal(n_silent, 20);
}

static void given_ages_and_potentiation_when_lesioned_expect_those_of_the_log(void **state)
{
    (void)state;
    training_free(&training);
    support_set(&p, "connections.w_max=0.2");
    support_set(&p, "turnover.policy=random");
    support_set(&p, "turnover.period=5");
    support_set(&p, "stopping.max_presentations=20");
    support_set(&p, "record.synapses=true");
    support_set(&p, "record.potentiation=true");
    start(&training, SEED);
    while (training.stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(&training), STATUS_OK);
    const struct lives *lives = training.network.lives;
    int32_t n_old = 0, n_potentiated = 0;
    look(&training, &before);
    for (int32_t i = 0; i < before.n; i++) {
        n_old += lives->life[before.row[i].id].born_day == 0;
        n_potentiated += lives->life[before.row[i].id].last_potentiated >= 16;
    }
    assert_true(n_old > 0 && n_old < before.n && n_potentiated > 0 && n_potentiated < before.n);
    operate(&training, "lesion potentiated 16 20", &before, &after);
    assert_int_equal(after.n, before.n - n_potentiated);
    for (int32_t i = 0; i < after.n; i++)
        assert_true(lives->life[after.row[i].id].last_potentiated < 16);
    operate(&training, "keep born 0 0", &before, &after);
    for (int32_t i = 0; i < before.n; i++) {
        const struct life *life = &lives->life[before.row[i].id];
        assert_int_equal(has(&after, before.row[i].id), life->born_day == 0);
        assert_int_equal(life->death, life->born_day == 0 ? DEATH_NONE : DEATH_SURGERY);
    }
    operate(&training, "shuffle-inputs all", &before, &after);
    for (int32_t i = 0; i < after.n; i++)
        assert_int_equal(lives->life[after.row[i].id].input, after.row[i].input);
}

/* The control of a lesion: as many others, and not the same ones. */
static void given_as_many_when_lesioned_expect_that_number_at_random(void **state)
{
    static struct synapses chosen, random;
    (void)state;
    operate(&training, "keep size 0.3 0.6", &before, &chosen);
    start(&other, SEED);
    operate(&other, "keep as-many size 0.3 0.6", &before, &random);
    assert_int_equal(chosen.n, random.n);
    int32_t n_within = 0;
    for (int32_t i = 0; i < random.n; i++)
        n_within += random.row[i].weight >= 0.3F && random.row[i].weight <= 0.6F;
    assert_true(abs(n_within - random.n * chosen.n / N) < 60);
}

/* ---- fixed synapses ---- */

/* Fixed synapses as they are, in the order of the table. */
static int32_t look_at_fixed(const struct training *t, struct synapse_row **rows)
{
    int32_t n;
    assert_int_equal(network_rows(&t->network, rows, &n), STATUS_OK);
    memmove(*rows, *rows + t->network.plastic.n,
            (size_t)(n - t->network.plastic.n) * sizeof **rows);
    return n - t->network.plastic.n;
}

/* Whether both have each source, and each dendrite, as often as the other; *n_same of them are the
 * same synapses. */
static bool have_same_numbers(const struct synapse_row *a, const struct synapse_row *b, int32_t n,
                              int32_t *n_same)
{
    static int32_t at_source[2000], at_dendrite[2000];
    memset(at_source, 0, sizeof at_source);
    memset(at_dendrite, 0, sizeof at_dendrite);
    bool same = true;
    *n_same = 0;
    for (int32_t i = 0; i < n; i++) {
        at_source[a[i].source]++;
        at_source[b[i].source]--;
        at_dendrite[a[i].dendrite]++;
        at_dendrite[b[i].dendrite]--;
        *n_same += a[i].source == b[i].source && a[i].dendrite == b[i].dendrite;
    }
    for (int i = 0; i < 2000; i++)
        same = same && at_source[i] == 0 && at_dendrite[i] == 0;
    return same;
}

static void given_a_connection_when_rewired_expect_the_numbers_of_each_cell_kept(void **state)
{
    (void)state;
    for (int c = -1; c < N_CONNECTIONS; c++) {
        char text[64];
        struct synapse_row *rows, *rewired;
        int32_t n_same, n_other = 0;
        const int32_t n = look_at_fixed(&training, &rows);
        snprintf(text, sizeof text, "rewire %s", c < 0 ? "all" : connections[c].name);
        operate(&training, text, &before, &after);
        assert_memory_equal(&before, &after, sizeof before); /* the plastic ones stay */
        assert_int_equal(look_at_fixed(&training, &rewired), n);
        assert_true(have_same_numbers(rows, rewired, n, &n_same));
        for (int32_t i = 0; i < n; i++) {
            const struct layout *layout = &training.network.layout;
            const struct connection *connection =
                connection_between(layout_population(layout, rows[i].source),
                                   layout_population_of_dendrite(layout, rows[i].dendrite));
            n_other += c >= 0 && connection != &connections[c];
        }
        assert_true(n_same >= n_other);
        /* a class has one teacher, which keeps its contacts; half of the dense ones may recur */
        assert_true(c == 0 ? n_same == n : n_same - n_other < 0.9 * (n - n_other));
        free(rows);
        free(rewired);
    }
}

static int32_t count_spikes(struct training *t)
{
    int32_t n = 0;
    assert_int_equal(training_step(t), STATUS_OK);
    for (int32_t i = 0; i < t->network.layout.n_neurons; i++)
        n += (i + 1) * t->spikes[i];
    return n;
}

/* What is presented next is presented to the rewired network. */
static void given_a_rewired_network_when_shown_an_image_expect_other_spikes(void **state)
{
    static struct training intact;
    (void)state;
    training_free(&training);
    support_set(&p, "surgery.before_training=rewire control_dendrite_to_pyramidal");
    start(&training, SEED);
    support_set(&p, "surgery.before_training=");
    start(&other, SEED);
    start(&intact, SEED);
    operate(&other, "rewire control_dendrite_to_pyramidal", &before, &after);
    const int32_t n = count_spikes(&training);
    assert_int_equal(count_spikes(&other), n);
    assert_int_not_equal(count_spikes(&intact), n);
    training_free(&intact);
}

/* ---- chance, and when ---- */

static void given_the_same_seed_and_draw_when_done_expect_the_same(void **state)
{
    static struct synapses again;
    (void)state;
    const char *const text = "lesion random 0.2; shuffle class; resample cell";
    start(&other, SEED);
    operate(&training, text, &before, &after);
    operate(&other, text, &before, &again);
    assert_memory_equal(&after, &again, sizeof after);
    training_free(&other);
    start(&other, SEED);
    assert_int_equal(surgery_do(text, "text", 1, &p, &other.network, SEED), STATUS_OK);
    look(&other, &again);
    assert_memory_not_equal(&after, &again, sizeof after);
}

static void given_operations_when_trained_expect_them_before_and_after(void **state)
{
    (void)state;
    support_set(&p, "surgery.before_training=keep strong 0.5; renew all");
    support_set(&p, "surgery.after_training=equalise all");
    start(&other, SEED);
    look(&other, &before);
    assert_int_equal(before.n, N / 2);
    while (other.stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(&other), STATUS_OK);
    look(&other, &before);
    assert_true(before.row[0].weight != before.row[1].weight);
    assert_int_equal(training_end(&other), STATUS_OK);
    look(&other, &after);
    for (int32_t i = 1; i < after.n; i++)
        assert_true(after.row[i].weight == after.row[0].weight);
}

static void given_operations_at_the_switch_when_trained_expect_them_once_there(void **state)
{
    (void)state;
    support_set(&p, "surgery.at_switch=keep strong 0.5; renew all");
    assert_int_equal(training_check(&p), STATUS_USER);
    support_assert_message("surgery.at_switch: there is no switch: expected phases", NULL);
    support_set(&p, "stopping.max_presentations=9");
    support_set(&p, "schedule.phases=1 2: presentations 2; 1 2: presentations 2; 1: presentations "
                    "1");
    start(&other, SEED);
    static const int32_t n_after[] = {N, N, N / 2, N / 2, N / 4};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(training_step(&other), STATUS_OK);
        look(&other, &after);
        assert_int_equal(after.n, n_after[i]);
    }
    assert_int_equal(other.stopped_by != STOP_NOT_YET, true);
    support_set(&p, "surgery.at_switch=rewire all");
    assert_int_equal(training_check(&p), STATUS_USER);
    support_assert_message("surgery.at_switch: rewire: fixed synapses are rewired before or after",
                           NULL);
}

/* ---- refusals ---- */

static void refuse(const char *text, const char *message)
{
    char assignment[128];
    struct parameters before_it = p;
    snprintf(assignment, sizeof assignment, "surgery.after_training=%s", text);
    support_set(&p, assignment);
    assert_int_equal(training_check(&p), STATUS_USER);
    support_assert_message("surgery.after_training: ", message, NULL);
    p = before_it;
}

static void given_operations_that_cannot_be_when_read_expect_what_is_right(void **state)
{
    (void)state;
    refuse("shufle all",
           "operation 1: expected shuffle, shuffle-inputs, scatter, equalise, resample, renew, "
           "scale, rewire, keep or lesion at 'shufle all', as in");
    refuse("rewire plastic",
           "expected all, teacher, pyramidal_to_control_dendrite, control_dendrite_to_pyramidal, "
           "pyramidal_to_control_soma, control_soma_to_pyramidal, pyramidal_to_feedback or "
           "feedback_to_pyramidal at 'plastic'");
    refuse("as-many strong 0.5", "operation 1: expected shuffle");
    refuse("shuffle", "operation 1: expected cell, class or all at ''");
    refuse("shuffle cells", "expected cell, class or all at 'cells'");
    refuse("equalise all; scale 1.5 all",
           "operation 2: expected a number from 0 to 1 at '1.5 all'");
    refuse("lesion all", "expected strong, random, cells, dendrites, size, born or potentiated");
    refuse("keep size 0.5 0.2", "expected a number from 0.5 to 1 at '0.2'");
    refuse("keep strong 0.5 all", "expected ';' or the end at 'all'");
    refuse("lesion shuffle cell", "expected strong, random");
    refuse("lesion born 0 1", "born: needs lives of the synapses: expected record.synapses = true");
    support_set(&p, "record.synapses=true");
    refuse("lesion potentiated 0 1",
           "potentiated: needs times of potentiation: expected record.potentiation = true");
    refuse("shuffle all;shuffle all;shuffle all;shuffle nan", "operation 4");
}

/* ---- spinet surgery ---- */

#define SMALL                                                                                      \
    "--set data.test_per_class=5 --set test.sample_period=0 --no-pictures --threads 1 --quiet "    \
    "--out "

static void run_well(void **state, const char *arguments)
{
    free(support_run_well(state, arguments));
}

static void refuse_to_run(void **state, const char *arguments, const char *message)
{
    struct support_run run;
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, message));
    assert_false(file_exists(support_path(state, "no")));
    support_run_free(&run);
}

static void given_a_run_when_operated_on_expect_one_to_verify_and_to_train_on(void **state)
{
    run_well(state, "train --set stopping.max_presentations=10 --seed 3 " SMALL "run");
    run_well(state, "surgery run --do keep" SUPPORT_SPACE "strong" SUPPORT_SPACE
                    "0.3 --out cut --no-pictures");
    run_well(state, "verify cut");
    run_well(state, "train --set stopping.max_presentations=2 --set turnover.policy=none --network "
                    "cut/network.h5 " SMALL "on");
    struct synapse_row *rows;
    int32_t n;
    assert_int_equal(snapshot_read_plastic(support_path(state, "on/network.csv"), &rows, &n), 0);
    assert_int_equal(n, 300);
    free(rows);
    refuse_to_run(state, "surgery run --do shufle --out no", "expected shuffle, shuffle-inputs");
    refuse_to_run(state, "surgery run --out no", "--do and --out are needed");
    refuse_to_run(state, "surgery nowhere --do shuffle --out no", "nowhere: holds no run");
}

/* Phases are of training: the whole network gives the answers that it gave. */
static void given_a_run_of_phases_when_operated_on_expect_its_network_tested(void **state)
{
    size_t n, m;
    run_well(state, "train --set schedule.phases=1:" SUPPORT_SPACE "presentations" SUPPORT_SPACE
                    "5;2:" SUPPORT_SPACE "presentations" SUPPORT_SPACE
                    "5 --set schedule.new_cells=true --set surgery.at_switch=shuffle" SUPPORT_SPACE
                    "cell " SMALL "run");
    run_well(state, "surgery run --do keep" SUPPORT_SPACE "size" SUPPORT_SPACE "0" SUPPORT_SPACE
                    "1 --out all --no-pictures");
    uint8_t *answers = support_read(support_path(state, "run/predictions.csv"), &n);
    uint8_t *again = support_read(support_path(state, "all/predictions.csv"), &m);
    assert_int_equal(n, m);
    assert_memory_equal(answers, again, n);
    free(answers);
    free(again);
}

#define ON_NETWORK(test) cmocka_unit_test_setup_teardown(test, make, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_NETWORK(given_a_shuffle_when_done_expect_the_same_values_in_each_unit),
        ON_NETWORK(given_a_scattering_when_done_expect_contacts_of_chance_in_each_unit),
        ON_NETWORK(given_changes_of_weights_when_done_expect_their_means_and_bounds),
        ON_NETWORK(given_a_resampling_when_done_expect_only_weights_that_there_were),
        ON_NETWORK(given_other_weights_when_done_expect_the_learning_rates_of_these),
        ON_NETWORK(given_the_strong_part_when_kept_expect_exactly_these),
        ON_NETWORK(given_equal_weights_when_the_strong_are_kept_expect_their_number),
        ON_NETWORK(given_kept_and_lesioned_when_put_together_expect_all),
        ON_NETWORK(given_a_part_of_the_cells_when_lesioned_expect_all_or_none_of_each),
        ON_NETWORK(given_ages_and_potentiation_when_lesioned_expect_those_of_the_log),
        ON_NETWORK(given_as_many_when_lesioned_expect_that_number_at_random),
        ON_NETWORK(given_a_connection_when_rewired_expect_the_numbers_of_each_cell_kept),
        ON_NETWORK(given_a_rewired_network_when_shown_an_image_expect_other_spikes),
        ON_NETWORK(given_the_same_seed_and_draw_when_done_expect_the_same),
        ON_NETWORK(given_operations_when_trained_expect_them_before_and_after),
        ON_NETWORK(given_operations_at_the_switch_when_trained_expect_them_once_there),
        ON_NETWORK(given_operations_that_cannot_be_when_read_expect_what_is_right),
        WITH_FOLDER(given_a_run_of_phases_when_operated_on_expect_its_network_tested),
        WITH_FOLDER(given_a_run_when_operated_on_expect_one_to_verify_and_to_train_on),
    };
    return cmocka_run_group_tests_name("surgery", tests, NULL, NULL);
}
