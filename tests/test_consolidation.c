/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plasticity: consolidation against MODEL.md, section 4, written down again in double; its parts
 * against their closed forms; and its arithmetic, compiled for each instruction set, against
 * itself. */
#include "plasticity/consolidation.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "network/network.h"
#include "neuron/presentation.h"
#include "plasticity/capture.h"
#include "plasticity/excitability.h"
#include "plasticity/prp.h"
#include "support.h"

/* ---- the page in double */

enum { CELLS = 40, BRANCHES = 5, SYNAPSES = 1500 };

struct transcript {
    int n;
    int dendrite[SYNAPSES];
    double weight[SYNAPSES], eta[SYNAPSES], tag[SYNAPSES], calcium[SYNAPSES];
    double creb[CELLS];
};

static double sigma(double x)
{
    return 1 / (1 + exp(-x));
}

static double alpha(double x)
{
    return x > 0 ? x * exp(1 - x) : 0;
}

/* The proteins at a synapse in second x; `cell` and `branch`: whether they are made there. */
static double proteins(const struct parameters *p, bool cell, bool branch, double x)
{
    double prp = 0;
    if (p->prp.mode != PRP_DENDRITIC && cell)
        prp += alpha((x - p->prp.somatic_delay_s) / p->prp.somatic_tau_s);
    if (p->prp.mode != PRP_SOMATIC && branch)
        prp += alpha(x / p->prp.dendritic_tau_s);
    return p->prp.mode == PRP_BOTH ? fmin(prp, 1) : prp;
}

static double rate_of(const struct parameters *p, double weight)
{
    if (!p->plasticity.adaptive_rate)
        return p->plasticity.eta_max;
    const double floor = p->plasticity.eta_floor < 0 ? p->plasticity.eta_min /* §4: the page's */
                                                     : p->plasticity.eta_floor;
    return floor +
           (p->plasticity.eta_max - p->plasticity.eta_min) * (1 - sigma(10 * (weight - 0.5)));
}

static void transcribe(struct transcript *s, const struct parameters *p)
{
    double at_cell[CELLS] = {0}, at_branch[CELLS * BRANCHES] = {0};
    bool cell_makes[CELLS] = {false}, branch_makes[CELLS * BRANCHES] = {false};
    for (int i = 0; i < s->n; i++) {
        at_branch[s->dendrite[i]] += s->calcium[i];
        at_cell[s->dendrite[i] / BRANCHES] += s->calcium[i];
        const double tag_new = p->plasticity.tag_ltp_gain * sigma(100 * s->calcium[i] - 35) -
                               sigma(190 * s->calcium[i] - 38);
        if (fabs(s->tag[i]) < 0.1)
            s->tag[i] = tag_new;
        s->calcium[i] = 0;
    }
    for (int d = 0; d < CELLS * BRANCHES; d++) {
        branch_makes[d] = at_branch[d] > p->prp.dendritic_threshold;
        if (p->prp.trigger == PRP_TRIGGER_BRANCH && at_branch[d] > p->prp.threshold)
            cell_makes[d / BRANCHES] = true;
        assert_true(fabs(at_branch[d] - 1) > 1e-4); /* no rounding decides */
    }
    for (int n = 0; n < CELLS; n++) {
        if (p->prp.trigger == PRP_TRIGGER_CELL)
            cell_makes[n] = at_cell[n] > p->prp.threshold;
        if (p->excitability.enabled && at_cell[n] > p->excitability.threshold)
            s->creb[n] = 1;
        assert_true(fabs(at_cell[n] - 1) > 1e-4);
    }
    for (int k = 0; k < 138; k++) {
        for (int i = 0; i < s->n; i++) {
            const double prp = proteins(p, cell_makes[s->dendrite[i] / BRANCHES],
                                        branch_makes[s->dendrite[i]], 60.0 * k);
            s->tag[i] -= s->tag[i] * 60 / 3600;
            if (prp > p->prp.gate)
                s->weight[i] += s->eta[i] * 60 / 400 * s->tag[i] * prp;
            s->weight[i] = fmin(fmax(s->weight[i], 0), 1);
            s->eta[i] = rate_of(p, s->weight[i]);
        }
        for (int n = 0; n < CELLS; n++)
            if (s->creb[n] > 0)
                s->creb[n] -= 60 / (p->excitability.decay_h * 3600);
    }
}

/* ---- the same network for both */

static float unit(uint32_t purpose, uint32_t i)
{
    return random_unit_float(random_words(41, purpose, 0, 0, i).word[0]);
}

static void network_of(struct network *network, struct parameters *p, const char *const *set)
{
    assert_int_equal(parameters_preset(p, "authors"), STATUS_OK);
    p->pyramidal.neurons = CELLS;
    p->pyramidal.n_dendrites = BRANCHES;
    p->connections.plastic = SYNAPSES;
    for (; *set; set++)
        if (parameters_set(p, *set) != STATUS_OK)
            fail_msg("%s", status_message());
    assert_int_equal(support_connect(network, p, 2, 100, 43), STATUS_OK);
}

/* Weights of all sizes, with their rates or that of new synapses; tags of all sizes. */
static void stir(struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; i < s->n; i++) {
        s->weight[i] = i % 50 == 0 ? 0 : i % 50 == 1 ? 1 : unit(101, (uint32_t)i);
        s->tag[i] = 0.4f * unit(102, (uint32_t)i) - 0.2f;
        s->learning_rate[i] =
            i % 3 == 0 ? 0.01f : 0.01f - 0.009f / (1 + expf(-10 * (s->weight[i] - 0.5f)));
    }
}

/* Calcium of presentation k: cells with none, a little, enough in all, and enough on a branch. */
static void add_calcium(struct network *network, uint32_t k)
{
    struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t cell = s->dendrite[i] / BRANCHES, kind = (cell + (int32_t)k) % 4;
        const float u = unit(103 + k, (uint32_t)i);
        s->calcium[i] = kind == 0   ? 0
                        : kind == 1 ? 0.02f * u
                        : kind == 2 ? 0.5f * u * u
                                    : (s->dendrite[i] % BRANCHES == 2 ? 0.9f * u : 0.001f * u);
    }
}

static void transcript_of(struct transcript *t, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    t->n = s->n;
    for (int i = 0; i < s->n; i++) {
        t->dendrite[i] = s->dendrite[i];
        t->weight[i] = (double)s->weight[i];
        t->eta[i] = (double)s->learning_rate[i];
        t->tag[i] = (double)s->tag[i];
        t->calcium[i] = (double)s->calcium[i];
    }
    for (int n = 0; n < CELLS; n++)
        t->creb[n] = (double)network->creb[n];
}

static void expect_near(const char *what, int i, double value, double expected, double error)
{
    if (!(fabs(value - expected) <= error))
        fail_msg("%s of %d: %.9g, expected %.9g", what, i, value, expected);
}

static void expect_transcript(const struct network *network, const struct parameters *p,
                              const struct transcript *t)
{
    const struct plastic_synapses *s = &network->plastic;
    const double error = 5e-6 * p->plasticity.eta_max;
    for (int i = 0; i < s->n; i++) {
        expect_near("weight", i, (double)s->weight[i], t->weight[i], 2e-6);
        expect_near("tag", i, (double)s->tag[i], t->tag[i], 1e-5);
        expect_near("learning rate", i, (double)s->learning_rate[i], t->eta[i], error);
        assert_true(s->calcium[i] == 0);
    }
    for (int n = 0; n < CELLS; n++)
        expect_near("CREB", n, (double)network->creb[n], t->creb[n], 2e-5);
}

struct variant {
    const char *name;
    const char *set[6]; /* NULL at the end */
};

static const struct variant variants[] = {
    {"the_defaults", {NULL}},
    {"dendritic_proteins", {"prp.mode=dendritic", NULL}},
    {"both_proteins", {"prp.mode=both", NULL}},
    {"somatic_proteins_by_branch", {"prp.trigger=branch", NULL}},
    {"both_proteins_by_branch", {"prp.mode=both", "prp.trigger=branch", NULL}},
    {"other_thresholds",
     {"prp.mode=both", "prp.threshold=2.5", "prp.dendritic_threshold=0.3",
      "excitability.threshold=3.3", NULL}},
    {"no_gate", {"prp.mode=both", "prp.gate=0", NULL}},
    {"a_high_gate", {"prp.gate=0.8", NULL}},
    {"one_rate_for_all", {"plasticity.adaptive_rate=false", NULL}},
    {"no_excitability", {"excitability.enabled=false", NULL}},
    {"the_supplement",
     {"plasticity.tag_ltp_gain=1", "plasticity.eta_floor=0", "excitability.decay_h=15",
      "prp.trigger=branch", NULL}},
    {"fast_learning", {"plasticity.eta_max=0.3", "prp.mode=both", NULL}},
};
enum { N_VARIANTS = sizeof variants / sizeof *variants, CONSOLIDATIONS = 3 };

static void expect_as_transcribed(void **state)
{
    const struct variant *variant = *state;
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
        if (!(*kernel)->is_supported())
            continue;
        struct parameters p;
        struct network network;
        struct consolidation consolidation;
        static struct transcript transcript;
        double moved = 0;
        network_of(&network, &p, variant->set);
        stir(&network);
        assert_int_equal(consolidation_init(&consolidation, &p, &network, (*kernel)->name, NULL),
                         STATUS_OK);
        for (uint32_t k = 0; k < CONSOLIDATIONS; k++) {
            add_calcium(&network, k);
            transcript_of(&transcript, &network); /* from the same floats each time */
            transcribe(&transcript, &p);
            for (int i = 0; i < network.plastic.n; i++)
                moved += fabs(transcript.weight[i] - (double)network.plastic.weight[i]);
            assert_int_equal(consolidate(&consolidation, &network), STATUS_OK);
            expect_transcript(&network, &p, &transcript);
            assert_int_equal(network_validate(&network), STATUS_OK);
        }
        assert_true(moved > 1);
        consolidation_free(&consolidation);
        network_free(&network);
    }
}

/* ---- its parts, by hand */

static void given_calcium_when_tagged_expect_depression_then_potentiation(void **state)
{
    (void)state;
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    struct tag_constants c = tag_constants_from(&p);
    expect_near("tag", 0, (double)tag_from_calcium(&c, 0), 0, 1e-6);
    expect_near("tag", 1, (double)tag_from_calcium(&c, 0.2f), -0.5 + 6.1e-7, 1e-5); /* 190 x = 38 */
    expect_near("tag", 2, (double)tag_from_calcium(&c, 0.25f), 2 * 4.54e-5 - 0.999925, 1e-5);
    expect_near("tag", 3, (double)tag_from_calcium(&c, 0.35f), 1 - 1, 1e-4); /* 100 x = 35 */
    expect_near("tag", 4, (double)tag_from_calcium(&c, 1), 1, 1e-6);
    struct tag_constants less = c;
    less.ltd_gain = 0.25f;
    expect_near("tag", 5, (double)tag_from_calcium(&less, 0.25f), 2 * 4.54e-5 - 0.249981, 1e-5);
    expect_near("tag", 6, (double)tag_from_calcium(&less, 1), 2 - 0.25, 1e-6);
    expect_near("tag", 5, (double)tag_from_calcium(&c, 500), 1, 1e-6);
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    c = tag_constants_from(&p);
    for (int i = 0; i <= 1000; i++) /* no potentiation at all */
        assert_true(tag_from_calcium(&c, 0.001f * (float)i) < 1e-6f);
    expect_near("tag", 6, (double)tag_from_calcium(&c, 0.25f), 4.54e-5 - 0.999925, 1e-5);
}

static void given_weights_when_rated_expect_the_stronger_the_slower(void **state)
{
    (void)state;
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    struct learning_rate_constants c = learning_rate_constants_from(&p);
    expect_near("rate", 0, (double)learning_rate(&c, 0), 0.001 + 0.009 * 0.9933071, 1e-8);
    expect_near("rate", 1, (double)learning_rate(&c, 0.5f), 0.0055, 1e-8);
    expect_near("rate", 2, (double)learning_rate(&c, 1), 0.001 + 0.009 * 0.0066929, 1e-8);
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    c = learning_rate_constants_from(&p);
    expect_near("rate", 3, (double)learning_rate(&c, 0.5f), 0.0045, 1e-8);
    expect_near("rate", 4, (double)learning_rate(&c, 1), 0.009 * 0.0066929, 1e-8);
    p.plasticity.adaptive_rate = false;
    c = learning_rate_constants_from(&p);
    assert_true(learning_rate(&c, 0) == 0.01f && learning_rate(&c, 1) == 0.01f);
}

static void given_time_when_proteins_are_made_expect_peaks_and_gates(void **state)
{
    (void)state;
    struct parameters p;
    struct network network;
    struct consolidation c;
    network_of(&network, &p, (const char *[]){NULL});
    assert_true(prp_somatic(&p, 0) == 0 && prp_somatic(&p, 1200) == 0);
    expect_near("somatic PRP", 0, prp_somatic(&p, 3000), 1, 1e-12);
    expect_near("somatic PRP", 1, prp_somatic(&p, 1200 + 3600), 2 / M_E, 1e-12);
    assert_true(prp_dendritic(&p, 0) == 0);
    expect_near("dendritic PRP", 0, prp_dendritic(&p, 900), 1, 1e-12);
    /* x exp(1 - x) is above 0.1 from x = 0.0383 to 4.89: minutes 22 to the end, and 1 to 73 */
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    assert_int_equal(c.n_steps, 138);
    for (int k = 0; k < 138; k++) {
        assert_int_equal(c.prp[COURSE_SOMATIC][k] > 0, k >= 22);
        assert_int_equal(c.prp[COURSE_DENDRITIC][k] > 0, k >= 1 && k <= 73);
        assert_int_equal(c.prp[COURSE_BOTH][k] > 0, k >= 1);
    }
    expect_near("step", 50, (double)c.prp[COURSE_SOMATIC][50], 0.15, 1e-8); /* the peak: 60 / 400 */
    expect_near("step", 15, (double)c.prp[COURSE_DENDRITIC][15], 0.15, 1e-8);
    expect_near("step", 5, (double)c.prp[COURSE_BOTH][5], 0.15 * exp(2 / 3.0) / 3, 1e-8);
    expect_near("step", 100, (double)c.prp[COURSE_BOTH][100],
                0.15 * (20 / 3.0 * exp(-17 / 3.0) + 8 / 3.0 * exp(-5 / 3.0)), 1e-8);
    expect_near("step", 40, (double)c.prp[COURSE_BOTH][40], 0.15, 1e-8); /* at most 1 */
    consolidation_free(&c);
    network_free(&network);
}

static void
given_no_proteins_when_consolidated_expect_the_tag_to_fade_and_nothing_else(void **state)
{
    (void)state;
    struct parameters p;
    struct network network;
    struct consolidation c;
    network_of(&network, &p, (const char *[]){NULL});
    struct plastic_synapses *s = &network.plastic;
    float *before = malloc(sizeof(float) * SYNAPSES);
    memcpy(before, s->weight, sizeof(float) * SYNAPSES);
    for (int i = 0; i < SYNAPSES; i++)
        s->calcium[i] = 0.02f; /* 37 or 38 synapses a cell: 0.76 at most */
    s->tag[0] = 0.5f;          /* too large to be renewed */
    s->tag[1] = -0.1f;         /* just */
    s->tag[2] = 0.099f;
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    assert_int_equal(consolidate(&c, &network), STATUS_OK);
    const double keep = pow(1 - 1.0 / 60, 138); /* 0.0983 */
    const double tag_new = 2 * sigma(-33) - sigma(-34.2);
    expect_near("tag", 0, (double)s->tag[0], 0.5 * keep, 1e-7);
    expect_near("tag", 1, (double)s->tag[1], -0.1 * keep, 1e-7);
    expect_near("tag", 2, (double)s->tag[2], tag_new * keep, 1e-7);
    assert_memory_equal(s->weight, before, sizeof(float) * SYNAPSES);
    for (int n = 0; n < CELLS; n++) {
        assert_false(c.cell_synthesis[n]);
        expect_near("calcium of cell", n, (double)c.cell_calcium[n], 0.75, 0.011);
        assert_true(network.creb[n] == 0);
    }
    free(before);
    consolidation_free(&c);
    network_free(&network);
}

static void given_little_and_much_calcium_when_consolidated_expect_down_and_up(void **state)
{
    (void)state;
    struct parameters p;
    struct network network;
    struct consolidation c;
    network_of(&network, &p,
               (const char *[]){"connections.w_min=0.5", "connections.w_max=0.5", NULL});
    struct plastic_synapses *s = &network.plastic;
    const float calcium[] = {0, 0.25f, 1};
    for (int i = 0; i < SYNAPSES; i++)
        s->calcium[i] = calcium[i % 3];
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    assert_int_equal(consolidate(&c, &network), STATUS_OK);
    for (int i = 0; i < SYNAPSES; i++) {
        if (i % 3 == 0)
            assert_true(s->weight[i] == 0.5f);
        else
            assert_true(i % 3 == 1 ? s->weight[i] < 0.49f : s->weight[i] > 0.51f);
        const float tag = s->tag[i] / (float)pow(1 - 1.0 / 60, 138);
        expect_near("tag", i, (double)tag, i % 3 == 0 ? 0 : i % 3 == 1 ? -0.999834 : 1, 1e-4);
    }
    for (int n = 0; n < CELLS; n++)
        assert_true(c.cell_synthesis[n]);
    consolidation_free(&c);
    network_free(&network);
}

/* Consolidates once much calcium at every synapse, of which every second is small; how many of the
 * small and of the large grew. Marks those that did. */
static void enlarge(const char *const *set, int32_t number, int *n_small, int *n_large, bool *grew)
{
    struct parameters p;
    struct network network;
    struct consolidation c;
    network_of(&network, &p, set);
    struct plastic_synapses *s = &network.plastic;
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    c.seed = 5;
    c.shown.number = number;
    for (int i = 0; i < SYNAPSES; i++) {
        s->weight[i] = i % 2 ? 0.2f : 0.21f;
        s->calcium[i] = 1;
    }
    assert_int_equal(consolidate(&c, &network), STATUS_OK);
    *n_small = *n_large = 0;
    for (int i = 0; i < SYNAPSES; i++) {
        grew[i] = s->weight[i] > 0.22f;
        assert_true(grew[i] || s->weight[i] == (i % 2 ? 0.2f : 0.21f));
        *(i % 2 ? n_small : n_large) += grew[i];
    }
    consolidation_free(&c);
    network_free(&network);
}

static void given_small_spines_when_enlarged_expect_always_the_same_part_of_them(void **state)
{
    (void)state;
    const char *const adult[] = {"plasticity.enlargeable=0.2", NULL};
    static bool once[SYNAPSES], again[SYNAPSES];
    int n_small, n_large;
    enlarge(adult, 1, &n_small, &n_large, once);
    assert_true(n_small > 105 && n_small < 195); /* 150, sd 11 */
    assert_int_equal(n_large, SYNAPSES / 2);
    enlarge(adult, 2, &n_small, &n_large, again);
    assert_memory_equal(once, again, sizeof once);
}

static void given_enlarged_spines_when_some_fall_back_expect_others_each_time(void **state)
{
    (void)state;
    const char *const set[] = {"plasticity.falling_back=0.2", NULL};
    static bool once[SYNAPSES], again[SYNAPSES];
    int n_small, n_large, n_both = 0;
    enlarge(set, 1, &n_small, &n_large, once);
    assert_true(n_small + n_large > 1140 && n_small + n_large < 1260); /* 1,200, sd 15 */
    enlarge(set, 2, &n_small, &n_large, again);
    for (int i = 0; i < SYNAPSES; i++)
        n_both += !once[i] && !again[i];
    assert_true(n_both > 30 && n_both < 90); /* 60, sd 7.6 */
}

static void given_violent_learning_when_consolidated_expect_weights_from_0_to_1(void **state)
{
    (void)state;
    struct parameters p;
    struct network network;
    struct consolidation c;
    network_of(&network, &p,
               (const char *[]){"plasticity.eta_max=1", "plasticity.tau_weight_s=1", NULL});
    struct plastic_synapses *s = &network.plastic;
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    int n_zero = 0, n_one = 0;
    for (uint32_t k = 0; k < 4; k++) {
        for (int i = 0; i < SYNAPSES; i++) {
            s->calcium[i] = unit(110 + k, (uint32_t)i);
            s->tag[i] = 0;
        }
        assert_int_equal(consolidate(&c, &network), STATUS_OK);
        assert_int_equal(network_validate(&network), STATUS_OK);
        for (int i = 0; i < SYNAPSES; i++) {
            assert_true(s->weight[i] >= 0 && s->weight[i] <= 1);
            n_zero += s->weight[i] == 0;
            n_one += s->weight[i] == 1;
        }
    }
    assert_true(n_zero > 100 && n_one > 100);
    consolidation_free(&c);
    network_free(&network);
}

/* Lanes behind the last synapse are computed with the others: what malloc returns is no number. */
static void given_memory_that_was_used_when_consolidated_expect_numbers_in_all_lanes(void **state)
{
    (void)state;
    struct parameters p;
    struct network network;
    struct consolidation c;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_int_equal(support_connect(&network, &p, 2, 100, 47), STATUS_OK);
    mallopt(M_PERTURB, 1);
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    mallopt(M_PERTURB, 0);
    const int32_t n = network.plastic.n;
    for (int32_t i = n; i < (n / CAPTURE_LANES + 1) * CAPTURE_LANES; i++)
        assert_true(c.weight[i] == 0 && c.learning_rate[i] == 0 && c.tag[i] == 0);
    consolidation_free(&c);
    network_free(&network);
}

/* CREB of a cell that learned once, as each of the next presentations finds it. */
static void expect_creb_course(const char *preset, const double *course, int n)
{
    struct parameters p;
    struct network network;
    struct consolidation c;
    assert_int_equal(parameters_preset(&p, preset), STATUS_OK);
    assert_int_equal(support_connect(&network, &p, 2, 100, 47), STATUS_OK);
    struct plastic_synapses *s = &network.plastic;
    for (int i = 0; i < s->n; i++)
        s->calcium[i] = s->dendrite[i] < 10 ? 0.5f : 0; /* the first cell */
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    for (int k = 0; k < n; k++) {
        assert_int_equal(consolidate(&c, &network), STATUS_OK);
        if (course[k] > 0)
            expect_near("CREB after consolidation", k, (double)network.creb[0], course[k], 1e-4);
        else /* no further than one step below 0 */
            assert_true(network.creb[0] <= 0 && network.creb[0] > -0.003f);
        for (int cell = 1; cell < 80; cell++)
            assert_true(network.creb[cell] == 0);
    }
    consolidation_free(&c);
    network_free(&network);
}

/* 138 minutes are 0.2875 of 8 h: above 0.2 for 2 presentations; 0.1533 of 15 h: for 5. */
static void given_a_cell_that_learned_when_time_passes_expect_creb_to_fall_in_a_line(void **state)
{
    (void)state;
    const double authors[] = {0.7125, 0.425, 0.1375, 0, 0};
    expect_creb_course("authors", authors, 5);
    const double supplement[] = {0.846667, 0.693333, 0.54, 0.386667, 0.233333, 0.08, 0, 0};
    expect_creb_course("supplement", supplement, 8);
}

static void given_calcium_again_when_creb_is_raised_expect_it_at_1(void **state)
{
    (void)state;
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    const float calcium[] = {0, 1, 1.0001f, 50};
    float creb[] = {0.3f, 0.3f, 0.3f, -0.001f};
    excitability_raise(&p, 4, calcium, creb);
    assert_true(creb[0] == 0.3f && creb[1] == 0.3f); /* above 1, not at it */
    assert_true(creb[2] == 1 && creb[3] == 1);
    p.excitability.enabled = false;
    creb[3] = 0;
    excitability_raise(&p, 4, calcium, creb);
    assert_true(creb[3] == 0);
}

/* More synapses than there were at the start. */
static void given_a_network_that_grew_when_consolidated_expect_all_of_them(void **state)
{
    (void)state;
    struct parameters p;
    struct network network;
    struct consolidation c;
    static struct transcript transcript;
    network_of(&network, &p, (const char *[]){"connections.plastic=10", NULL});
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    struct new_synapse grown[400];
    for (int i = 0; i < 400; i++)
        grown[i] = (struct new_synapse){
            .input = i % 100, .dendrite = (7 * i) % (CELLS * BRANCHES), .weight = 0.15f};
    for (int round = 0; round < 3; round++) {
        assert_int_equal(network_rebuild_plastic(&network, grown, 400, 0.01f), STATUS_OK);
        assert_int_equal(network.plastic.n, 10 + 400 * (round + 1));
        for (int i = 0; i < network.plastic.n; i++)
            network.plastic.calcium[i] = 0.4f * unit(120, (uint32_t)i);
        transcript_of(&transcript, &network);
        transcribe(&transcript, &p);
        assert_int_equal(consolidate(&c, &network), STATUS_OK);
        expect_transcript(&network, &p, &transcript);
    }
    consolidation_free(&c);
    network_free(&network);
}

/* ---- one arithmetic, several instruction sets */

enum { LANES_MAX = 640 };

struct lanes {
    _Alignas(64) float calcium[LANES_MAX + 16], tag[LANES_MAX + 16], weight[LANES_MAX + 16],
        eta[LANES_MAX + 16];
};

/* All three functions, on n synapses whose arrays begin `shift` floats into theirs. */
static void capture_lanes(const struct capture *capture, int32_t n, int32_t shift,
                          struct lanes *lanes)
{
    struct parameters p;
    float prp[138];
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    const struct tag_constants tag = tag_constants_from(&p);
    const struct learning_rate_constants rate = learning_rate_constants_from(&p);
    for (int k = 0; k < 138; k++)
        prp[k] = k < 22 ? 0 : 0.15f * (float)k / 138;
    memset(lanes, 0, sizeof *lanes);
    for (int32_t i = 0; i < n; i++) {
        lanes->calcium[i + shift] = unit(130, (uint32_t)i);
        lanes->tag[i + shift] = 0.2f * unit(131, (uint32_t)i) - 0.1f;
        lanes->weight[i + shift] = unit(132, (uint32_t)i);
    }
    capture->set_tags(&tag, n, lanes->calcium + shift, lanes->tag + shift);
    capture->set_rates(&rate, n, lanes->weight + shift, lanes->eta + shift);
    const int32_t whole = n / CAPTURE_LANES * CAPTURE_LANES; /* step works on whole lanes */
    capture->step(&rate, 138, prp, 1 - 1 / 60.0f, whole, lanes->weight + shift, lanes->eta + shift,
                  lanes->tag + shift);
}

static void given_instruction_sets_when_compared_expect_the_same_but_for_rounding(void **state)
{
    (void)state;
    static struct lanes portable, other;
    const int32_t sizes[] = {1, 7, 63, 64, 65, 640};
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
        for (int k = 0; (*kernel)->is_supported() && k < 6; k++) {
            capture_lanes(capture_find("portable"), sizes[k], 0, &portable);
            capture_lanes(capture_find((*kernel)->name), sizes[k], 0, &other);
            for (int32_t i = 0; i < sizes[k]; i++) {
                expect_near("weight", i, (double)other.weight[i], (double)portable.weight[i], 1e-6);
                expect_near("rate", i, (double)other.eta[i], (double)portable.eta[i], 1e-8);
                expect_near("tag", i, (double)other.tag[i], (double)portable.tag[i], 1e-6);
                assert_true(other.calcium[i] == 0);
            }
            for (int32_t i = sizes[k]; i < LANES_MAX; i++) /* nothing beyond is touched */
                assert_true(other.tag[i] == 0 && other.eta[i] == 0 && other.weight[i] == 0);
        }
}

static void given_instruction_sets_when_asked_for_expect_their_own(void **state)
{
    (void)state;
    assert_ptr_equal(capture_find("naive"), capture_find("portable"));
    for (const struct kernel *const *kernel = kernels + 1; *kernel; kernel++)
        for (const struct kernel *const *other = kernels + 1; other < kernel; other++)
            assert_ptr_not_equal(capture_find((*kernel)->name), capture_find((*other)->name));
}

/* Where malloc puts the arrays must not show in a single bit. */
static void given_another_place_in_memory_when_computed_expect_the_same_bits(void **state)
{
    (void)state;
    static struct lanes here, there;
    for (const struct kernel *const *kernel = kernels + 1; *kernel; kernel++)
        for (int32_t shift = 4; (*kernel)->is_supported() && shift < 16; shift += 4) {
            const int32_t n = 603;
            capture_lanes(capture_find((*kernel)->name), n, 0, &here);
            capture_lanes(capture_find((*kernel)->name), n, shift, &there);
            for (int32_t i = 0; i < n; i++)
                if (here.tag[i] != there.tag[i + shift] || here.eta[i] != there.eta[i + shift] ||
                    here.weight[i] != there.weight[i + shift])
                    fail_msg("%s, %d bytes further on: synapse %d: tag %.9g, %.9g, rate %.9g, "
                             "%.9g, weight %.9g, %.9g",
                             (*kernel)->name, 4 * shift, i, (double)here.tag[i],
                             (double)there.tag[i + shift], (double)here.eta[i],
                             (double)there.eta[i + shift], (double)here.weight[i],
                             (double)there.weight[i + shift]);
        }
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(given_memory_that_was_used_when_consolidated_expect_numbers_in_all_lanes),
        cmocka_unit_test(given_calcium_when_tagged_expect_depression_then_potentiation),
        cmocka_unit_test(given_weights_when_rated_expect_the_stronger_the_slower),
        cmocka_unit_test(given_time_when_proteins_are_made_expect_peaks_and_gates),
        cmocka_unit_test(
            given_no_proteins_when_consolidated_expect_the_tag_to_fade_and_nothing_else),
        cmocka_unit_test(given_little_and_much_calcium_when_consolidated_expect_down_and_up),
        cmocka_unit_test(given_small_spines_when_enlarged_expect_always_the_same_part_of_them),
        cmocka_unit_test(given_enlarged_spines_when_some_fall_back_expect_others_each_time),
        cmocka_unit_test(given_violent_learning_when_consolidated_expect_weights_from_0_to_1),
        cmocka_unit_test(given_a_cell_that_learned_when_time_passes_expect_creb_to_fall_in_a_line),
        cmocka_unit_test(given_calcium_again_when_creb_is_raised_expect_it_at_1),
        cmocka_unit_test(given_a_network_that_grew_when_consolidated_expect_all_of_them),
        cmocka_unit_test(given_instruction_sets_when_compared_expect_the_same_but_for_rounding),
        cmocka_unit_test(given_instruction_sets_when_asked_for_expect_their_own),
        cmocka_unit_test(given_another_place_in_memory_when_computed_expect_the_same_bits),
    };
    enum { N_OTHERS = sizeof others / sizeof *others };
    static struct CMUnitTest tests[N_VARIANTS + N_OTHERS];
    static char names[N_VARIANTS][160];
    for (int i = 0; i < N_VARIANTS; i++) {
        snprintf(names[i], sizeof names[i], "given_%s_when_consolidated_expect_the_page_in_double",
                 variants[i].name);
        tests[i] = (struct CMUnitTest)cmocka_unit_test_prestate(expect_as_transcribed,
                                                                (void *)&variants[i]);
        tests[i].name = names[i];
    }
    memcpy(tests + N_VARIANTS, others, sizeof others);
    return _cmocka_run_group_tests("consolidation", tests, N_VARIANTS + N_OTHERS, NULL, NULL);
}
