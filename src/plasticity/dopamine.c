/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags that dopamine makes consequent (docs/reward.md). The calcium of an input primes the adenylyl
 * cyclase for some seconds; a primed cyclase makes cAMP while D1 receptors are moved (a burst), or
 * D2 receptors are left alone (a dip); enough cAMP, and the potentiation tag counts. */
#include "plasticity/dopamine.h"

#include <math.h>
#include <string.h>

#include "core/status.h"
#include "plasticity/consolidation.h"

static const double STEP_S = 0.005,
                    PRIMED_FOR = 8; /* times priming_s, after which next to nothing is primed */

int dopamine_check(const struct parameters *p)
{
    if (p->plasticity.gate == GATE_REWARD && p->plasticity.rule != RULE_DOPAMINE)
        return status_fail(STATUS_USER,
                           "plasticity.gate = reward: plasticity.rule = %s: expected dopamine, "
                           "which tells of the reward",
                           parameters_choice(p, "plasticity.rule"));
    if (p->plasticity.rule == RULE_DOPAMINE && p->plasticity.gate != GATE_REWARD &&
        !*p->dopamine.schedule)
        return status_fail(STATUS_USER,
                           "plasticity.rule = dopamine: nothing makes dopamine: expected "
                           "plasticity.gate = reward, or a dopamine.schedule");
    const size_t n = strspn(p->dopamine.schedule, "bd-");
    if (p->dopamine.schedule[n])
        return status_fail(STATUS_USER,
                           "dopamine.schedule = %s: character %zu: expected b for a burst, d for a "
                           "dip, or -",
                           p->dopamine.schedule, n + 1);
    return STATUS_OK;
}

double dopamine_error(const struct parameters *p, int32_t number, double error)
{
    const size_t n = strlen(p->dopamine.schedule);
    if (n == 0)
        return error;
    const char letter = p->dopamine.schedule[(size_t)(number - 1) % n];
    return letter == 'b' ? 1 : letter == 'd' ? -1 : 0;
}

/* Firing of the dopamine cells, t seconds after the onset of the input. */
static double firing_at(const struct parameters *p, double error, double t)
{
    const double tonic = p->dopamine.tonic_hz, since = t - p->dopamine.delay_s;
    if (error > 0 && since >= 0 && since < p->dopamine.burst_s)
        return tonic + p->dopamine.burst_hz * error;
    if (error < 0 && since >= 0 && since < p->dopamine.dip_s * -error)
        return tonic * p->dopamine.amphetamine;
    return tonic;
}

/* The receptors' call for cAMP, 0 … 1, at a dopamine of so many Hz: given as the steady firing that
 * would keep it there. */
static double call_of(const struct parameters *p, bool is_d2, double dopamine)
{
    const double tonic = p->dopamine.tonic_hz, above = fmax(dopamine - tonic, 0);
    if (is_d2)
        return fmax(1 - (1 - p->dopamine.d2_block) * dopamine / tonic, 0);
    return above / (above + p->dopamine.d1_half_hz);
}

/* How far the input's calcium primes the cyclase: calcium by way of three reactions of first order,
 * of which the cyclase binds several. */
static double priming_at(const struct parameters *p, double t)
{
    const double x = t / p->dopamine.priming_s;
    if (x <= 0)
        return 0;
    const double calcium = pow(x * exp(1 - x), 2 * p->dopamine.priming_power);
    return calcium / (calcium + pow(0.5, p->dopamine.priming_power));
}

double dopamine_consequence(const struct parameters *p, bool is_d2, double error)
{
    const double begin = fmin(p->dopamine.delay_s, 0);
    const int32_t n = (int32_t)((PRIMED_FOR * p->dopamine.priming_s - begin) / STEP_S);
    double dopamine = p->dopamine.tonic_hz, camp = 0, most = 0;
    for (int32_t k = 0; k < n; k++) {
        const double t = begin + k * STEP_S;
        dopamine += STEP_S * (firing_at(p, error, t) - dopamine) / p->dopamine.uptake_s;
        camp +=
            STEP_S * (priming_at(p, t) * call_of(p, is_d2, dopamine) - camp / p->dopamine.camp_s);
        most = fmax(most, camp);
    }
    const double x = most / (is_d2 ? p->dopamine.d2_threshold : p->dopamine.d1_threshold);
    return 1 - 1 / (1 + pow(x, p->dopamine.camp_power));
}

static int begin(struct consolidation *c, const struct network *network)
{
    (void)network;
    return dopamine_check(c->parameters);
}

/* Tags as docs/model.md §4 has them, of which those for potentiation count only as far as
 * dopamine confirms them. */
static int set_tags(struct consolidation *c, struct network *network)
{
    const struct parameters *p = c->parameters;
    const struct layout *layout = &network->layout;
    struct plastic_synapses *s = &network->plastic;
    const double error = dopamine_error(p, c->shown.number, c->shown.error);
    const float kept[] = {(float)dopamine_consequence(p, false, error),
                          (float)dopamine_consequence(p, true, error)};
    c->capture->set_tags(&c->tag_constants, s->n, s->calcium, s->tag);
    for (int32_t i = 0; i < s->n; i++)
        if (s->tag[i] > 0)
            s->tag[i] *= kept[layout_is_d2(layout, layout_neuron(layout, s->dendrite[i]))];
    return STATUS_OK;
}

const struct plasticity_rule plasticity_dopamine = {.begin = begin, .set_tags = set_tags};
