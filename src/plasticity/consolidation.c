/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tag and capture (docs/model.md §4). Only synapses that see PRPs are stepped through the 138
 * minutes, gathered into vectors. All others end with tag * keep^138, the weight that they had, and
 * the learning rate of that weight. */
#include "plasticity/consolidation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/instruction_sets.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/connect.h"
#include "plasticity/excitability.h"
#include "plasticity/gate.h"
#include "plasticity/prp.h"

EACH_KERNEL_DECLARE(const struct capture, capture);

const struct capture *capture_find(const char *kernel)
{
    return EACH_KERNEL_FIND(capture, kernel);
}

static int reserve(struct consolidation *c, int32_t n)
{
    if (n <= c->capacity)
        return STATUS_OK;
    const int32_t capacity = (n / CAPTURE_LANES + 1) * CAPTURE_LANES;
    TRY_RESIZE(c->synapse, capacity, "consolidation");
    TRY_RESIZE(c->weight, capacity, "consolidation");
    TRY_RESIZE(c->learning_rate, capacity, "consolidation");
    TRY_RESIZE(c->tag, capacity, "consolidation");
    /* the lanes behind the last synapse are computed, too, and must be numbers */
    memset(c->weight, 0, (size_t)capacity * sizeof *c->weight);
    memset(c->learning_rate, 0, (size_t)capacity * sizeof *c->learning_rate);
    memset(c->tag, 0, (size_t)capacity * sizeof *c->tag);
    c->capacity = n;
    return STATUS_OK;
}

static double prp_of(const struct parameters *p, int course, int32_t minute)
{
    const double t = (double)minute * CONSOLIDATION_STEP_S;
    if (course == COURSE_SOMATIC)
        return prp_somatic(p, t);
    if (course == COURSE_DENDRITIC)
        return prp_dendritic(p, t);
    return fmin(prp_somatic(p, t) + prp_dendritic(p, t), 1);
}

/* Fills in c->prp, multiplied by `scale`, which has the effect of scaling all learning rates. */
static void fill_courses(struct consolidation *c, const struct parameters *p, double scale)
{
    for (int32_t k = 0; k < c->n_steps; k++)
        for (int course = 0; course < N_COURSES; course++) {
            const double prp = prp_of(p, course, k);
            c->prp[course][k] =
                prp > p->prp.gate
                    ? (float)(prp * CONSOLIDATION_STEP_S / p->plasticity.tau_weight_s * scale)
                    : 0;
        }
}

static const struct plasticity_rule *const rules[N_PLASTICITY_RULES] = {
#define RULE(capitals, name) [RULE_##capitals] = &plasticity_##name,
#include "core/rules.def"
#undef RULE
};

static int make_parts(struct consolidation *c, const struct network *network)
{
    const struct layout *layout = &network->layout;
    const struct parameters *p = c->parameters;
    for (int course = 0; course < N_COURSES; course++)
        TRY_NEW(c->prp[course], c->n_steps, "consolidation");
    TRY_NEW(c->cell_calcium, layout->n_pyramidal, "consolidation");
    TRY_NEW(c->cell_synthesis, layout->n_pyramidal, "consolidation");
    TRY_NEW(c->dendrite_calcium, layout->n_pyramidal_dendrites, "consolidation");
    TRY_NEW(c->course, layout->n_pyramidal_dendrites, "consolidation");
    if (c->rule->state_bytes && !(c->rule_state = calloc(1, c->rule->state_bytes)))
        return status_no_memory("the plasticity rule", c->rule->state_bytes);
    TRY(reserve(c, network->plastic.n));
    fill_courses(c, p, 1);
    c->spreads = spread_is_on(p);
    if (c->spreads)
        TRY(spread_init(&c->spread, p, network));
    return c->rule->begin ? c->rule->begin(c, network) : STATUS_OK;
}

int consolidation_init(struct consolidation *c, const struct parameters *p,
                       const struct network *network, const char *kernel,
                       const struct plasticity_rule *rule)
{
    *c = (struct consolidation){
        .parameters = p,
        .rule = rule ? rule : rules[p->plasticity.rule],
        .capture = capture_find(kernel),
        .tag_constants = tag_constants_from(p),
        .rate_constants = learning_rate_constants_from(p),
        .n_steps = (int32_t)round(p->plasticity.consolidation_min * 60 / CONSOLIDATION_STEP_S),
    };
    const double keep = 1 - CONSOLIDATION_STEP_S / p->plasticity.tau_tag_s;
    c->tag_keep = (float)keep;
    c->tag_keep_all = (float)pow(keep, c->n_steps);
    RETURN_OR_FREE(make_parts(c, network), consolidation_free, c);
}

void consolidation_free(struct consolidation *c)
{
    if (c->rule_state && c->rule->end)
        c->rule->end(c);
    free(c->rule_state);
    for (int course = 0; course < N_COURSES; course++)
        free(c->prp[course]);
    spread_free(&c->spread);
    free(c->cell_calcium);
    free(c->cell_synthesis);
    free(c->dendrite_calcium);
    free(c->course);
    free(c->synapse);
    free(c->weight);
    free(c->learning_rate);
    free(c->tag);
    *c = (struct consolidation){0};
}

static void sum_calcium(struct consolidation *c, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    const int32_t per_cell = layout->dendrites_per_pyramidal;
    memset(c->dendrite_calcium, 0, (size_t)layout->n_pyramidal_dendrites * sizeof(float));
    /* several contacts of one connection count as much calcium as a single one would */
    const float share = connect_share(c->parameters);
    for (int32_t i = 0; i < s->n; i++)
        c->dendrite_calcium[s->dendrite[i]] += share * s->calcium[i];
    for (int32_t n = 0; n < layout->n_pyramidal; n++) {
        c->cell_calcium[n] = 0;
        for (int32_t b = 0; b < per_cell; b++)
            c->cell_calcium[n] += c->dendrite_calcium[n * per_cell + b];
    }
}

static void start_synthesis(struct consolidation *c, const struct network *network)
{
    const struct parameters *p = c->parameters;
    const struct layout *layout = &network->layout;
    const int32_t per_cell = layout->dendrites_per_pyramidal;
    for (int32_t n = 0; n < layout->n_pyramidal; n++) {
        float most = c->cell_calcium[n];
        if (p->prp.trigger == PRP_TRIGGER_BRANCH) {
            most = 0;
            for (int32_t b = 0; b < per_cell; b++)
                most = fmaxf(most, c->dendrite_calcium[n * per_cell + b]);
        }
        c->cell_synthesis[n] = p->prp.mode != PRP_DENDRITIC && most > (float)p->prp.threshold;
    }
}

/* The time course of the PRPs at a dendrite, or -1 if there are none. */
static int course_at(const struct consolidation *c, const struct layout *layout, int32_t dendrite)
{
    const struct parameters *p = c->parameters;
    const bool somatic = c->cell_synthesis[dendrite / layout->dendrites_per_pyramidal];
    const bool dendritic = p->prp.mode != PRP_SOMATIC &&
                           c->dendrite_calcium[dendrite] > (float)p->prp.dendritic_threshold;
    if (somatic && dendritic)
        return COURSE_BOTH;
    return somatic ? COURSE_SOMATIC : dendritic ? COURSE_DENDRITIC : -1;
}

static void find_courses(struct consolidation *c, const struct layout *layout)
{
    memset(c->has_course, 0, sizeof c->has_course);
    for (int32_t b = 0; b < layout->n_pyramidal_dendrites; b++) {
        const int course = course_at(c, layout, b);
        c->course[b] = (int8_t)course;
        if (course >= 0)
            c->has_course[course] = true;
    }
}

double consolidation_prp(const struct consolidation *c, int32_t dendrite, int32_t minute)
{
    const int course = c->course[dendrite];
    return course < 0 ? 0 : prp_of(c->parameters, course, minute);
}

/* Lists in c->synapse those synapses whose dendrite has PRPs of this course (-1: no PRPs); returns
 * how many. Every index is written, and overwritten if n did not grow: an `if` would often be
 * mispredicted. */
static int32_t gather_course(const struct consolidation *c, const struct plastic_synapses *s,
                             int course)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++) {
        c->synapse[n] = i;
        n += c->course[s->dendrite[i]] == course;
    }
    return n;
}

/* Steps the synapses that see this course through the minutes first … first + n_steps - 1. */
static void step_course(struct consolidation *c, struct plastic_synapses *s, int course,
                        int32_t first, int32_t n_steps)
{
    const int32_t n = gather_course(c, s, course);
    for (int32_t k = 0; k < n; k++) {
        c->weight[k] = s->weight[c->synapse[k]];
        c->learning_rate[k] = s->learning_rate[c->synapse[k]];
        c->tag[k] = s->tag[c->synapse[k]];
    }
    c->capture->step(&c->rate_constants, n_steps, c->prp[course] + first, c->tag_keep, n, c->weight,
                     c->learning_rate, c->tag);
    for (int32_t k = 0; k < n; k++) {
        s->weight[c->synapse[k]] = c->weight[k];
        s->learning_rate[c->synapse[k]] = c->learning_rate[k];
        s->tag[c->synapse[k]] = c->tag[k];
    }
}

static void step_courses(struct consolidation *c, struct network *network, int32_t first,
                         int32_t n_steps)
{
    for (int course = 0; course < N_COURSES; course++)
        if (c->has_course[course])
            step_course(c, &network->plastic, course, first, n_steps);
}

/* Of the synapses without PRPs: sets the tags to `keep` times tag[i], and the learning rates to
 * those of their weights. The synapses are gathered first because each learning rate costs an
 * exp. */
static void rest_without_proteins(struct consolidation *c, struct network *network,
                                  const float *tag, float keep)
{
    struct plastic_synapses *s = &network->plastic;
    const int32_t n = gather_course(c, s, -1);
    for (int32_t k = 0; k < n; k++) {
        c->weight[k] = s->weight[c->synapse[k]];
        s->tag[c->synapse[k]] = tag[c->synapse[k]] * keep;
    }
    if (c->n_steps == 0)
        return;
    c->capture->set_rates(&c->rate_constants, n, c->weight, c->learning_rate);
    for (int32_t k = 0; k < n; k++)
        s->learning_rate[c->synapse[k]] = c->learning_rate[k];
}

/* Does as `advance`, but minute by minute, and calls the watch. The result is the same to the last
 * bit: with PRPs both do the same arithmetic; without PRPs each minute's tag is computed from the
 * tag at the beginning. */
static int advance_watched(struct consolidation *c, struct network *network)
{
    const size_t size = (size_t)network->plastic.n * sizeof(float);
    const double keep = 1 - CONSOLIDATION_STEP_S / c->parameters->plasticity.tau_tag_s;
    OWN_NEW(float, tag, network->plastic.n, "the tags");
    memcpy(tag, network->plastic.tag, size);
    c->watch->look(c->watch->data, c, network, 0);
    for (int32_t k = 0; k < c->n_steps; k++) {
        step_courses(c, network, k, 1);
        rest_without_proteins(c, network, tag, (float)pow(keep, k + 1));
        excitability_decay(c->parameters, network->layout.n_pyramidal, 1, network->creb);
        c->watch->look(c->watch->data, c, network, k + 1);
    }
    return STATUS_OK;
}

static void advance(struct consolidation *c, struct network *network)
{
    step_courses(c, network, 0, c->n_steps);
    rest_without_proteins(c, network, network->plastic.tag, c->tag_keep_all);
    excitability_decay(c->parameters, network->layout.n_pyramidal, c->n_steps, network->creb);
}

static int set_tags(struct consolidation *c, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    if (!c->rule->set_tags) {
        c->capture->set_tags(&c->tag_constants, s->n, s->calcium, s->tag);
        return STATUS_OK;
    }
    const int status = c->rule->set_tags(c, network);
    memset(s->calcium, 0, (size_t)s->n * sizeof *s->calcium);
    return status;
}

/* Lists in c->synapse the synapses on cells of classes with GATE_DEPRESS, and in c->tag the
 * depressing tags that they get in place of the rule's; returns how many. To be called before the
 * calcium is cleared. */
static int32_t gather_errors(struct consolidation *c, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n && c->shown.signal; i++)
        if (c->shown.signal[s->dendrite[i]] == GATE_DEPRESS &&
            fabsf(s->tag[i]) < c->tag_constants.renewal_below) {
            c->synapse[n] = i;
            c->tag[n++] =
                (float)c->parameters->gate.depress * tag_of_error(&c->tag_constants, s->calcium[i]);
        }
    return n;
}

static int set_all_tags(struct consolidation *c, struct network *network)
{
    const int32_t n = gather_errors(c, network);
    TRY(set_tags(c, network));
    for (int32_t k = 0; k < n; k++)
        network->plastic.tag[c->synapse[k]] = c->tag[k];
    return STATUS_OK;
}

/* Sets the potentiating tags to 0 of spines that do not grow. These are the small spines, except
 * for the fraction plasticity.enlargeable of them, which is drawn once for each spine; and of all
 * spines the fraction plasticity.falling_back, drawn after each presentation, which would shrink
 * back at once. */
static void limit_enlargement(const struct consolidation *c, struct network *network)
{
    const struct parameters *p = c->parameters;
    struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; i < s->n; i++) {
        const uint32_t id = (uint32_t)s->id[i], number = (uint32_t)c->shown.number;
        const struct random_words spine = random_words(c->seed, RANDOM_ENLARGEMENT, id, 0, 0),
                                  chance = random_words(c->seed, RANDOM_ENLARGEMENT, id, number, 1);
        const bool is_fixed = s->weight[i] <= (float)p->plasticity.small_weight &&
                              random_unit(random_bits(&spine, 0)) >= p->plasticity.enlargeable;
        if (s->tag[i] > 0 &&
            (is_fixed || random_unit(random_bits(&chance, 0)) < p->plasticity.falling_back))
            s->tag[i] = 0;
    }
}

int consolidate(struct consolidation *c, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    TRY(reserve(c, s->n));
    if (c->spreads)
        TRY(spread_begin(&c->spread, network));
    sum_calcium(c, network);
    start_synthesis(c, network);
    if (c->rule->gate)
        TRY(c->rule->gate(c, network));
    excitability_raise(c->parameters, layout->n_pyramidal, c->cell_calcium, network->creb);
    TRY(set_all_tags(c, network));
    if (c->parameters->plasticity.enlargeable < 1 || c->parameters->plasticity.falling_back > 0)
        limit_enlargement(c, network);
    find_courses(c, layout);
    if (c->parameters->plasticity.eta_decay > 0)
        fill_courses(c, c->parameters,
                     1 / (1 + c->parameters->plasticity.eta_decay * (c->shown.number - 1)));
    if (c->spreads)
        spread_tags(&c->spread, network);
    if (c->watch)
        TRY(advance_watched(c, network));
    else
        advance(c, network);
    return c->rule->finish ? c->rule->finish(c, network) : STATUS_OK;
}

void consolidation_rest(const struct consolidation *c, struct network *network, int32_t minutes)
{
    struct plastic_synapses *s = &network->plastic;
    const double keep = 1 - CONSOLIDATION_STEP_S / c->parameters->plasticity.tau_tag_s;
    const float keep_all = (float)pow(keep, minutes);
    for (int32_t i = 0; i < s->n; i++)
        s->tag[i] *= keep_all;
    excitability_decay(c->parameters, network->layout.n_pyramidal, minutes, network->creb);
}
