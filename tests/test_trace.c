/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traces: what they record follows the equations of docs/model.md, which cells they choose, that
 * they change nothing, and spinet trace from end to end. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "hdf5_values.h"
#include "support.h"
#include "train/trace.h"

enum { SEED = 7, BEFORE = 10 }; /* so many presentations before the one that is traced */

static struct parameters p;
static struct dataset dataset;
static struct training training;
static struct trace trace;

static const struct trace_selection class_1 = {.class_index = 0};

/* Training of small data up to the presentation to be traced; assignments end with NULL. */
static void begin(struct training *of, const char *const *assignments, const char *kernel)
{
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    p.data.train_per_class = 30;
    p.data.test_per_class = 5;
    p.data.stability = 0;
    p.data.overlap = 4;
    p.stopping.max_presentations = 40;
    p.test.sample_period = 0;
    for (; assignments && *assignments; assignments++)
        assert_int_equal(parameters_set(&p, *assignments), STATUS_OK);
    assert_int_equal(parameters_validate(&p), STATUS_OK);
    if (of == &training)
        assert_int_equal(dataset_init(&dataset, &p, SEED), STATUS_OK);
    assert_int_equal(training_init(of, &p, &dataset, kernel_find(kernel), SEED, 1), STATUS_OK);
    for (int k = 0; k < BEFORE; k++)
        assert_int_equal(training_step(of), STATUS_OK);
}

static void record(const char *const *assignments, const struct trace_selection *selection)
{
    begin(&training, assignments, NULL);
    assert_int_equal(trace_record(&trace, &training, selection), STATUS_OK);
}

static int finish(void **state)
{
    (void)state;
    trace_free(&trace);
    training_free(&training);
    dataset_free(&dataset);
    return 0;
}

/* Row i of values[…][n]. */
static const float *row_of(const float *values, int32_t i, int32_t n)
{
    return values + (size_t)i * (size_t)n;
}

static void expect_near(double value, double expected, double within, const char *what, int k)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%s, %d: %.9g, expected %.9g", what, k, value, expected);
}

/* ---- nothing changes ---- */

static void expect_same_floats(const float *a, const float *b, int32_t n, const char *what)
{
    for (int32_t i = 0; i < n; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0)
            fail_msg("%s %d: %.9g, untraced %.9g", what, i, (double)a[i], (double)b[i]);
}

static void expect_same_training(const struct training *traced, const struct training *untraced)
{
    const struct plastic_synapses *a = &traced->network.plastic, *b = &untraced->network.plastic;
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->id, b->id, (size_t)a->n * sizeof *a->id);
    assert_memory_equal(a->dendrite, b->dendrite, (size_t)a->n * sizeof *a->dendrite);
    expect_same_floats(a->weight, b->weight, a->n, "weight");
    expect_same_floats(a->tag, b->tag, a->n, "tag");
    expect_same_floats(a->learning_rate, b->learning_rate, a->n, "learning rate");
    expect_same_floats(traced->network.creb, untraced->network.creb,
                       traced->network.layout.n_pyramidal, "CREB");
    assert_int_equal(traced->n_presentations, untraced->n_presentations);
}

static void expect_no_change(const char *const *assignments, const char *kernel)
{
    struct training untraced;
    begin(&training, assignments, kernel);
    assert_int_equal(trace_record(&trace, &training, &class_1), STATUS_OK);
    begin(&untraced, assignments, kernel);
    assert_int_equal(training_step(&untraced), STATUS_OK);
    expect_same_training(&training, &untraced);
    for (int k = 0; k < 9; k++) { /* a turnover among them */
        assert_int_equal(training_step(&training), STATUS_OK);
        assert_int_equal(training_step(&untraced), STATUS_OK);
    }
    expect_same_training(&training, &untraced);
    training_free(&untraced);
    finish(NULL);
}

/* Shows an image twice; traced is the second time, from which all cells learn. */
static const char *const by_reward[] = {"plasticity.rule=dopamine", "plasticity.gate=reward",
                                        "reward.responses=one", NULL};

static void given_a_training_when_traced_expect_every_bit_as_if_it_was_not(void **state)
{
    static const char *const ways[][3] = {{NULL},
                                          {"prp.mode=both"},
                                          {"prp.mode=dendritic", "excitability.enabled=false"},
                                          {"prp.trigger=branch", "plasticity.adaptive_rate=false"},
                                          {"plasticity.consolidation_min=1"},
                                          {"turnover.policy=clustered", "intrinsic.form=kesten"}};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        expect_no_change(ways[i], NULL);
    expect_no_change(by_reward, NULL);
}

static void given_any_kernel_when_traced_expect_every_bit_as_if_it_was_not(void **state)
{
    (void)state;
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
        if ((*kernel)->is_supported())
            expect_no_change(NULL, (*kernel)->name);
}

static void given_a_trace_when_it_ends_expect_the_network_to_the_last_bit(void **state)
{
    (void)state;
    record(NULL, &class_1);
    const int32_t n = trace.n_minutes + 1;
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        for (int32_t s = 0; s < cell->n_plastic; s++) {
            const int32_t place = cell->synapse[s].place;
            expect_same_floats(row_of(cell->weight, s, n) + n - 1,
                               &training.network.plastic.weight[place], 1, "weight");
            expect_same_floats(row_of(cell->tag, s, n) + n - 1,
                               &training.network.plastic.tag[place], 1, "tag");
        }
        expect_same_floats(cell->creb + n - 1, &training.network.creb[cell->neuron], 1, "CREB");
    }
}

static void expect_spikes_and_calcium_of_run(void)
{
    const struct presentation *by_run = &training.presenter.presentation[0];
    for (int32_t n = 0; n < trace.layout.n_neurons; n++)
        assert_int_equal(trace_n_spikes(&trace, n), by_run->spikes[n]);
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        double calcium = 0;
        for (int32_t b = 0; b < cell->n_dendrites; b++) {
            int n = 0;
            for (int32_t t = 0; t < trace.n_steps; t++)
                n += cell->dspiked[b * trace.n_steps + t];
            assert_int_equal(n, by_run->dendritic_spikes[cell->first_dendrite + b]);
        }
        for (int32_t s = 0; s < cell->n_plastic; s++)
            calcium += (double)cell->calcium[(s + 1) * trace.n_steps - 1];
        expect_near(calcium, (double)cell->calcium_sum, 1e-4, "calcium of cell", i);
    }
}

static void
given_a_trace_when_compared_with_the_runs_kernel_expect_its_spikes_and_calcium(void **state)
{
    record(NULL, &class_1);
    expect_spikes_and_calcium_of_run();
    finish(state);
    record(by_reward, &class_1);
    expect_spikes_and_calcium_of_run();
    const int32_t teacher = layout_first_teacher(&trace.layout);
    assert_true(trace_n_spikes(&trace, teacher) > 0 && trace_n_spikes(&trace, teacher + 1) > 0);
}

/* ---- the equations, seen in the record ---- */

static bool spiked_at(const struct trace_cell *cell, int32_t t)
{
    for (int64_t i = trace.spike_start[cell->neuron]; i < trace.spike_start[cell->neuron + 1]; i++)
        if (trace.spike_step[i] == t)
            return true;
    return false;
}

static void given_spikes_of_the_soma_when_traced_expect_peak_bap_and_adaptation(void **state)
{
    (void)state;
    record(NULL, &class_1);
    int n_spikes = 0;
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        int32_t last = -1;
        /* CREB of before shortens the adaptation: of this cell it may be either */
        double expected_bap = 0;
        for (int32_t t = 0; t + 1 < trace.n_steps; t++) {
            if (spiked_at(cell, t)) {
                assert_true(cell->v[t] == 70);
                assert_true(last < 0 || t - last > 2);
                const double g = (double)cell->g_w[t] + 0.18, next = (double)cell->g_w[t + 1];
                assert_true(fabs(next - g * (1 - 1 / 180.0)) < 1e-5 ||
                            fabs(next - g * (1 - 1 / 110.0)) < 1e-5);
                last = t;
                n_spikes++;
            }
            expected_bap = last < 0 ? 0 : 30 * pow(16 / 17.0, t - last + 1);
            expect_near((double)cell->v_bap[t], expected_bap, 1e-4, "bAP in step", t);
        }
    }
    assert_true(n_spikes > 100);
}

static void given_dendritic_spikes_when_traced_expect_50_mv_and_70_ms_between(void **state)
{
    (void)state;
    record(NULL, &class_1);
    int n_dspikes = 0;
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        for (int32_t b = 0; b < cell->n_dendrites; b++) {
            const float *v_b = row_of(cell->v_b, b, trace.n_steps);
            int32_t last = -1;
            for (int32_t t = 0; t < trace.n_steps; t++) {
                if (cell->dspiked[b * trace.n_steps + t]) {
                    assert_true(v_b[t] == 50);
                    assert_true(t - last > 70);
                    last = t;
                    n_dspikes++;
                } else if (t - last > 70) { /* it could have spiked, and did not */
                    const float v_bap = t > 0 ? cell->v_bap[t - 1] : 0;
                    assert_true(v_b[t] + v_bap <= 25.0001F);
                }
            }
        }
    }
    assert_true(n_dspikes > 100);
}

static void given_input_spikes_when_traced_expect_calcium_to_follow_the_dendrite(void **state)
{
    (void)state;
    record(NULL, &class_1);
    int n_influxes = 0;
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        for (int32_t s = 0; s < cell->n_plastic; s++) {
            const struct trace_synapse *synapse = &cell->synapse[s];
            const float *ca = row_of(cell->calcium, s, trace.n_steps);
            const float *v_b =
                row_of(cell->v_b, synapse->dendrite - cell->first_dendrite, trace.n_steps);
            int64_t next = trace.spike_start[synapse->source];
            const int64_t end = trace.spike_start[synapse->source + 1];
            for (int32_t t = 1; t < trace.n_steps; t++) {
                double influx = 0;
                if (next < end && trace.spike_step[next] == t - 1) {
                    const double v_d = (double)(v_b[t] + cell->v_bap[t - 1]);
                    influx = v_d > 1 ? 1.1 / (1 + exp(-(v_d - 30) / 5)) : 0;
                    n_influxes += influx > 0;
                    next++;
                }
                expect_near((double)(ca[t] - ca[t - 1]), influx, 1e-5, "calcium influx in step", t);
            }
        }
    }
    assert_true(n_influxes > 100);
}

static double alpha(double t, double tau)
{
    return t > 0 ? t / tau * exp(1 - t / tau) : 0;
}

static void
given_a_consolidation_when_traced_expect_tags_prp_and_creb_of_the_equations(void **state)
{
    (void)state;
    record(NULL, &class_1);
    const int32_t n = trace.n_minutes + 1;
    int n_tags = 0, n_synthesise = 0, n_do_not = 0;
    assert_int_equal(n, 139);
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        const bool synthesises = cell->calcium_sum > 1;
        n_synthesise += synthesises;
        n_do_not += !synthesises;
        for (int32_t s = 0; s < cell->n_plastic; s++) {
            const float *tag = row_of(cell->tag, s, n);
            const double calcium = (double)cell->calcium[(s + 1) * trace.n_steps - 1];
            const double renewed =
                2 / (1 + exp(-(100 * calcium - 35))) - 1 / (1 + exp(-(190 * calcium - 38)));
            expect_near((double)tag[0], renewed, 1e-3, "tag of synapse", s);
            n_tags += fabsf(tag[0]) > 0.1F;
            for (int32_t k = 0; k < n; k++)
                expect_near((double)tag[k], (double)tag[0] * pow(1 - 60 / 3600.0, k), 1e-5, "tag",
                            k);
        }
        for (int32_t k = 0; k < n; k++) {
            for (int32_t b = 0; b < cell->n_dendrites; b++)
                expect_near((double)row_of(cell->prp, b, n)[k],
                            synthesises ? alpha(60.0 * k - 1200, 1800) : 0, 1e-6, "PRP", k);
            if (synthesises)
                expect_near((double)cell->creb[k], 1 - k * 60 / (8 * 3600.0), 1e-4, "CREB", k);
        }
    }
    assert_true(n_tags > 10 && n_synthesise > 0 && n_do_not > 0);
}

static void given_a_consolidation_when_traced_expect_weights_to_follow_tag_and_prp(void **state)
{
    (void)state;
    record(NULL, &class_1);
    const int32_t n = trace.n_minutes + 1;
    int n_moved = 0;
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        for (int32_t s = 0; s < cell->n_plastic; s++) {
            const float *tag = row_of(cell->tag, s, n), *w = row_of(cell->weight, s, n),
                        *eta = row_of(cell->learning_rate, s, n);
            const float *prp =
                row_of(cell->prp, cell->synapse[s].dendrite - cell->first_dendrite, n);
            for (int32_t k = 0; k + 1 < n; k++) {
                const double step =
                    (double)prp[k] > 0.1 ? (double)(eta[k] * tag[k + 1] * prp[k]) * 60 / 400 : 0;
                expect_near((double)w[k + 1], fmin(fmax((double)w[k] + step, 0), 1), 1e-6,
                            "weight after minute", k);
                expect_near((double)eta[k + 1],
                            0.001 + 0.009 / (1 + exp(10 * ((double)w[k + 1] - 0.5))), 1e-6,
                            "learning rate after minute", k);
                n_moved += w[k + 1] != w[k];
            }
        }
    }
    assert_true(n_moved > 1000);
}

static void given_both_prp_when_traced_expect_each_dendrites_own_course(void **state)
{
    static const char *const both[] = {"prp.mode=both", NULL};
    (void)state;
    record(both, &class_1);
    const int32_t n = trace.n_minutes + 1;
    int n_of_course[4] = {0};
    for (int32_t i = 0; i < trace.n_cells; i++) {
        const struct trace_cell *cell = &trace.cell[i];
        for (int32_t b = 0; b < cell->n_dendrites; b++) {
            double calcium = 0;
            for (int32_t s = 0; s < cell->n_plastic; s++)
                if (cell->synapse[s].dendrite == cell->first_dendrite + b)
                    calcium += (double)cell->calcium[(s + 1) * trace.n_steps - 1];
            const bool somatic = cell->calcium_sum > 1, dendritic = calcium > 1;
            n_of_course[2 * somatic + dendritic]++;
            for (int32_t k = 0; k < n; k++) {
                const double prp = (somatic ? alpha(60.0 * k - 1200, 1800) : 0) +
                                   (dendritic ? alpha(60.0 * k, 900) : 0);
                expect_near((double)row_of(cell->prp, b, n)[k], fmin(prp, 1), 1e-6, "PRP", k);
            }
        }
    }
    assert_true(n_of_course[0] > 0 && n_of_course[2] > 0 && n_of_course[3] > 0);
}

/* ---- which cells ---- */

static void given_named_cells_when_traced_expect_them_once_and_in_order(void **state)
{
    static const int32_t cells[] = {85, 3, 40, 3};
    const struct trace_selection selection = {.n_cells = 4, .cell = cells, .class_index = -1};
    (void)state;
    record(NULL, &selection);
    assert_int_equal(trace.n_cells, 3);
    assert_int_equal(trace.cell[0].neuron, 3);
    assert_int_equal(trace.cell[1].neuron, 40);
    assert_int_equal(trace.cell[2].neuron, 85);
    /* an interneuron: its dendrites, but neither plastic synapses nor adaptation or CREB */
    assert_int_equal(trace.cell[2].first_dendrite, 850);
    assert_int_equal(trace.cell[2].n_plastic, 0);
    assert_null(trace.cell[2].creb);
    assert_true(trace.cell[2].n_synapses > 0);
}

static void given_a_class_when_traced_expect_its_cells_and_all_their_synapses(void **state)
{
    const struct trace_selection selection = {.class_index = 1};
    (void)state;
    begin(&training, NULL, NULL);
    const struct plastic_synapses *s = &training.network.plastic;
    int n_plastic = 0, n_traced = 0;
    for (int32_t i = 0; i < s->n; i++)
        n_plastic += s->dendrite[i] >= 400;
    assert_int_equal(trace_record(&trace, &training, &selection), STATUS_OK);
    assert_int_equal(trace.n_cells, 40);
    for (int32_t i = 0; i < 40; i++) {
        assert_int_equal(trace.cell[i].neuron, 40 + i);
        n_traced += trace.cell[i].n_plastic;
    }
    assert_int_equal(n_traced, n_plastic);
}

static void given_most_active_when_traced_expect_the_cell_with_most_spikes(void **state)
{
    (void)state;
    for (int32_t class_index = -1; class_index < 2; class_index++) {
        const struct trace_selection selection = {.class_index = class_index, .most_active = true};
        record(NULL, &selection);
        assert_int_equal(trace.n_cells, 1);
        const int32_t chosen = trace.cell[0].neuron;
        const int32_t first = class_index < 0 ? 0 : 40 * class_index;
        const int32_t end = class_index < 0 ? 80 : first + 40;
        assert_true(chosen >= first && chosen < end);
        for (int32_t n = first; n < end; n++)
            assert_true(
                trace_n_spikes(&trace, n) < trace_n_spikes(&trace, chosen) ||
                (trace_n_spikes(&trace, n) == trace_n_spikes(&trace, chosen) && n >= chosen));
        finish(NULL);
    }
}

static void given_a_record_beyond_memory_when_traced_expect_it_refused(void **state)
{
    static const char *const longer[] = {"input.duration_ms=150000", NULL};
    int32_t all[80];
    for (int32_t n = 0; n < 80; n++)
        all[n] = n;
    const struct trace_selection selection = {.n_cells = 80, .cell = all, .class_index = -1};
    (void)state;
    begin(&training, longer, NULL);
    assert_int_equal(trace_record(&trace, &training, &selection), STATUS_USER);
    support_assert_message("the record of 80 cells would take", "name fewer of them by --cell",
                           NULL);
    assert_int_equal(training.n_presentations, BEFORE);
}

/* ---- from end to end ---- */

#define SMALL                                                                                      \
    "--set stopping.max_presentations=12 --set data.train_per_class=10 --set "                     \
    "data.test_per_class=5 "

static void given_the_program_when_it_traces_expect_the_documented_file(void **state)
{
    char *out = support_run_well(state, "trace " SMALL "--seed 3 --presentation 11 --cell 5,90 "
                                        "--no-pictures --quiet --out t");
    assert_non_null(strstr(out, "presentation 11, an image of class 1\ncell 5: "));
    assert_non_null(strstr(out, "\ncell 90: "));
    free(out);
    struct hdf5_file file;
    int64_t n[2];
    int32_t presentation = 0;
    assert_int_equal(hdf5_open(&file, support_path(state, "t/trace.h5")), STATUS_OK);
    assert_int_equal(hdf5_read(&file, "about/presentation", SPINET_INT32, 0, NULL, &presentation),
                     STATUS_OK);
    assert_int_equal(presentation, 11);
    assert_int_equal(hdf5_dimensions(&file, "cells/5/soma", SPINET_FLOAT, 1, n), STATUS_OK);
    assert_int_equal(n[0], 4000);
    assert_int_equal(hdf5_dimensions(&file, "cells/5/dendrites", SPINET_FLOAT, 2, n), STATUS_OK);
    assert_true(n[0] == 10 && n[1] == 4000);
    assert_int_equal(hdf5_dimensions(&file, "cells/5/tag", SPINET_FLOAT, 2, n), STATUS_OK);
    assert_int_equal(n[1], 139);
    assert_int_equal(hdf5_dimensions(&file, "cells/5/calcium", SPINET_FLOAT, 2, n), STATUS_OK);
    assert_int_equal(hdf5_dimensions(&file, "populations/pyramidal_1/rate", SPINET_DOUBLE, 1, n),
                     STATUS_OK);
    assert_int_equal(n[0], 80);
    assert_true(hdf5_has(&file, "cells/90/dendrites"));
    assert_false(hdf5_has(&file, "cells/90/adaptation"));
    assert_false(hdf5_has(&file, "cells/90/tag"));
    hdf5_close(&file);
    assert_false(file_exists(support_path(state, "t/population.png")));
}

static void given_a_run_when_traced_expect_the_trace_of_its_parameters_and_seed(void **state)
{
    size_t n_run, n_own;
    free(support_run_well(state, "train " SMALL "--seed 3 --no-pictures --quiet --out run"));
    free(support_run_well(state, "trace run --presentation 12 --no-pictures --quiet --out of-run"));
    free(support_run_well(state, "trace " SMALL "--seed 3 --presentation 12 --most-active "
                                 "--no-pictures --quiet --threads 2 --out own"));
    uint8_t *of_run = support_read(support_path(state, "of-run/trace.h5"), &n_run);
    uint8_t *own = support_read(support_path(state, "own/trace.h5"), &n_own);
    assert_int_equal(n_run, n_own);
    assert_memory_equal(of_run, own, n_run);
    free(of_run);
    free(own);
}

static bool has_vega(void)
{
    return file_exists("/usr/share/javascript/vega/vega-parser.min.js") &&
           system("node --version >/dev/null 2>&1 && rsvg-convert --version >/dev/null 2>&1") == 0;
}

static void given_pictures_when_traced_expect_them(void **state)
{
    static const char *const names[] = {"t/cell-5.png", "t/population.png", "t/cell-85.png"};
    if (!has_vega())
        skip();
    free(support_run_well(state, "trace " SMALL "--cell 5,85 --quiet --out t --pictures png"));
    for (int i = 0; i < 3; i++) {
        size_t n;
        uint8_t *picture = support_read(support_path(state, names[i]), &n);
        assert_true(n > 10000);
        assert_memory_equal(picture, "\x89PNG\r", 5);
        free(picture);
    }
    free(support_run_well(state, "trace " SMALL "--cell 6 --quiet --out s --pictures svg"));
    assert_true(file_exists(support_path(state, "s/cell-6.svg")));
    assert_true(file_exists(support_path(state, "s/population.svg")));
}

static size_t n_rows_of(const json_t *figure, const char *table)
{
    return json_array_size(json_object_get(json_object_get(figure, "tables"), table));
}

static void given_a_cell_when_traced_expect_a_page_with_all_its_curves(void **state)
{
    setenv("SPINET_VEGA", "/nowhere", 1); /* the data of its figures are looked at, not they */
    free(support_run_well(state, "trace " SMALL "--seed 3 --presentation 11 --cell 5,90 --quiet "
                                 "--out t"));
    unsetenv("SPINET_VEGA");
    json_t *cell = support_figure(state, "t/trace.html", "cell-5"),
           *interneuron = support_figure(state, "t/trace.html", "cell-90"),
           *population = support_figure(state, "t/trace.html", "population");
    const json_t *row = NULL, *tables = json_object_get(cell, "tables");
    const size_t n_synapses = n_rows_of(cell, "synapses");
    size_t i;
    assert_true(n_synapses > 0);
    assert_int_equal(n_rows_of(cell, "synapse_minutes"), 139 * n_synapses);
    /* every dendrite has its first and its last step, and so has the soma */
    json_array_foreach(json_object_get(tables, "dendrites"), i, row)
    {
        const json_t *ms = json_object_get(row, "ms");
        const size_t n = json_array_size(ms);
        assert_true(n > 2 && n == json_array_size(json_object_get(row, "mV")));
        assert_int_equal(json_integer_value(json_array_get(ms, 0)), 0);
        assert_int_equal(json_integer_value(json_array_get(ms, n - 1)), 3999);
        assert_int_equal(json_integer_value(json_object_get(row, "dendrite")), i + 1);
    }
    assert_int_equal(i, 10);
    assert_int_equal(n_rows_of(cell, "soma"), 3);
    assert_int_equal(n_rows_of(interneuron, "synapse_minutes"), 0);
    assert_int_equal(n_rows_of(interneuron, "soma"), 2);
    assert_true(n_rows_of(population, "spikes") > 100);
    json_decref(cell);
    json_decref(interneuron);
    json_decref(population);
}

static void given_dopamine_when_traced_expect_a_page_that_says_which_receptors(void **state)
{
    static const struct {
        const char *name, *title;
    } cells[] = {{"cell-39", "Cell 39 (pyramidal, class 1, D2) in training presentation 2"},
                 {"cell-40", "Cell 40 (pyramidal, class 2, D1) in training presentation 2"}};
    setenv("SPINET_VEGA", "/nowhere", 1); /* the data of its figures are looked at, not they */
    free(support_run_well(state, "trace " SMALL "--set plasticity.rule=dopamine --set "
                                 "dopamine.schedule=b --presentation 2 --cell 39,40 --quiet "
                                 "--out t"));
    unsetenv("SPINET_VEGA");
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        json_t *figure = support_figure(state, "t/trace.html", cells[i].name);
        assert_string_equal(json_string_value(json_object_get(figure, "title")), cells[i].title);
        json_decref(figure);
    }
}

static void given_no_vega_when_traced_expect_a_page_that_says_what_to_install(void **state)
{
    static const char line[] = "spinet: figures are not drawn: Vega is not in /nowhere; install "
                               "libjs-vega\n";
    struct support_run run;
    size_t n;
    setenv("SPINET_VEGA", "/nowhere", 1);
    support_run(state, &run, "trace " SMALL "--cell 5 --quiet --out t");
    assert_int_equal(run.exit_code, 0);
    assert_string_equal(run.err, line);
    support_run_free(&run);
    support_run(state, &run, "trace " SMALL "--cell 5 --quiet --out s --pictures svg");
    unsetenv("SPINET_VEGA");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.err, line));
    support_run_free(&run);
    char *page = (char *)support_read(support_path(state, "t/trace.html"), &n);
    assert_non_null(strstr(page, "libjs-vega"));
    assert_true(file_exists(support_path(state, "s/trace.h5")));
    free(page);
}

static void given_nothing_that_spikes_when_traced_expect_pictures_all_the_same(void **state)
{
    if (!has_vega())
        skip();
    free(support_run_well(state, "trace " SMALL "--set teacher.enabled=false --set "
                                 "input.rate_max_hz=0 --cell 5 --quiet --out t --pictures svg"));
    assert_true(file_exists(support_path(state, "t/population.svg")));
}

/* Its rates are one point, in the middle of what there is of the bin. */
static void given_a_presentation_shorter_than_a_bin_when_traced_expect_pictures(void **state)
{
    if (!has_vega())
        skip();
    free(support_run_well(state, "trace " SMALL "--set input.duration_ms=10 --set "
                                 "input.active_ms=10 --set input.onset_ms=0 --cell 5 --quiet "
                                 "--out t --pictures svg"));
    json_t *population = support_figure(state, "t/trace.html", "population");
    const json_t *rates = json_object_get(json_object_get(population, "tables"), "rates");
    assert_true(json_real_value(json_object_get(json_array_get(rates, 0), "ms")) == 5);
    json_decref(population);
    assert_true(file_exists(support_path(state, "t/population.svg")));
    assert_true(file_exists(support_path(state, "t/cell-5.svg")));
}

static void given_more_cells_than_there_are_when_traced_expect_the_last_one_read(void **state)
{
    char arguments[4096] = "trace --out t --cell 0";
    for (int i = 1; i < 400; i++)
        strcat(arguments, ",0");
    strcat(arguments, ",120");
    struct support_run run;
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "--cell 120: expected a neuron"));
    support_run_free(&run);
}

static void given_mistakes_when_traced_expect_one_line_and_nothing_written(void **state)
{
    static const struct {
        const char *arguments, *message;
    } cases[] = {
        {"trace --cell 120 --out t",
         "--cell 120: expected a neuron of this network, 0 to 119 (pyramidal cells: 0 to 79)"},
        {"trace --cell 3,x --out t", "--cell x: expected a whole number from 0 to 2147483647"},
        {"trace --class 3 --out t", "--class 3: expected a class of this run: 1, 2"},
        {"trace " SMALL "--presentation 13 --quiet --out t",
         "--presentation 13: training stops after 12 presentations (stopping.max_presentations)"},
        {"trace " SMALL "--set plasticity.gate=error --quiet --out t",
         "plasticity.gate = error shows an image twice, and may let one synapse learn from the "
         "first time, another from the second: expected none, class or reward"},
        {"trace --presentation 0 --out t",
         "--presentation 0: expected a whole number from 1 to 2147483647"},
        {"trace", "trace: --out DIR is needed, the folder for the trace"},
        {"trace none --out t", "none: no such folder"},
        {"trace none --seed 3 --out t", "trace none: takes parameters and seed from that run: "
                                        "leave out --config, --set, --preset and --seed"},
        {"trace a b --out t", "trace b: expected one run at most"},
        {"trace --out file", "file: is a file, a folder is needed"},
        {"trace --out other",
         "other: holds something else than a trace: name a new or empty folder"},
        {"trace --out old", "old: holds a trace already: name a new or empty folder"},
    };
    support_write_text(state, "file", "");
    assert_int_equal(file_make_folder(support_path(state, "other")), STATUS_OK);
    support_write_text(state, "other/thesis.txt", "of a user");
    assert_int_equal(file_make_folder(support_path(state, "old")), STATUS_OK);
    support_write_text(state, "old/trace.h5", "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        char expected[512];
        support_run(state, &run, cases[i].arguments);
        snprintf(expected, sizeof expected, "spinet: %s\n", cases[i].message);
        assert_string_equal(run.err, expected);
        assert_int_equal(run.exit_code, 2);
        assert_string_equal(run.out, "");
        support_run_free(&run);
        assert_false(file_exists(support_path(state, "t")));
    }
}

static void given_a_run_that_stopped_earlier_when_traced_expect_when(void **state)
{
    struct support_run run;
    support_run(state, &run,
                "trace " SMALL "--set stopping.fraction=0.01 --set stopping.strong_weight=0.05 "
                "--presentation 5 --quiet --out t");
    assert_string_equal(run.err, "spinet: --presentation 5: training stops after 1 presentations "
                                 "(enough strong synapses)\n");
    assert_int_equal(run.exit_code, 2);
    support_run_free(&run);
}

#define TRACED(test) cmocka_unit_test_teardown(test, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_training_when_traced_expect_every_bit_as_if_it_was_not),
        cmocka_unit_test(given_any_kernel_when_traced_expect_every_bit_as_if_it_was_not),
        TRACED(given_a_trace_when_it_ends_expect_the_network_to_the_last_bit),
        TRACED(given_a_trace_when_compared_with_the_runs_kernel_expect_its_spikes_and_calcium),
        TRACED(given_spikes_of_the_soma_when_traced_expect_peak_bap_and_adaptation),
        TRACED(given_dendritic_spikes_when_traced_expect_50_mv_and_70_ms_between),
        TRACED(given_input_spikes_when_traced_expect_calcium_to_follow_the_dendrite),
        TRACED(given_a_consolidation_when_traced_expect_tags_prp_and_creb_of_the_equations),
        TRACED(given_a_consolidation_when_traced_expect_weights_to_follow_tag_and_prp),
        TRACED(given_both_prp_when_traced_expect_each_dendrites_own_course),
        TRACED(given_named_cells_when_traced_expect_them_once_and_in_order),
        TRACED(given_a_class_when_traced_expect_its_cells_and_all_their_synapses),
        cmocka_unit_test(given_most_active_when_traced_expect_the_cell_with_most_spikes),
        TRACED(given_a_record_beyond_memory_when_traced_expect_it_refused),
        WITH_FOLDER(given_the_program_when_it_traces_expect_the_documented_file),
        WITH_FOLDER(given_a_run_when_traced_expect_the_trace_of_its_parameters_and_seed),
        WITH_FOLDER(given_pictures_when_traced_expect_them),
        WITH_FOLDER(given_a_cell_when_traced_expect_a_page_with_all_its_curves),
        WITH_FOLDER(given_dopamine_when_traced_expect_a_page_that_says_which_receptors),
        WITH_FOLDER(given_no_vega_when_traced_expect_a_page_that_says_what_to_install),
        WITH_FOLDER(given_nothing_that_spikes_when_traced_expect_pictures_all_the_same),
        WITH_FOLDER(given_a_presentation_shorter_than_a_bin_when_traced_expect_pictures),
        WITH_FOLDER(given_more_cells_than_there_are_when_traced_expect_the_last_one_read),
        WITH_FOLDER(given_mistakes_when_traced_expect_one_line_and_nothing_written),
        WITH_FOLDER(given_a_run_that_stopped_earlier_when_traced_expect_when),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
