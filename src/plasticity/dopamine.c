/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Potentiation tags count only if dopamine confirms them (docs/reward.md). The calcium of an image
 * primes the adenylyl cyclase for some seconds. Primed cyclase makes cAMP while dopamine excites D1
 * receptors (a burst) or lets D2 receptors go (a dip). The more cAMP, the more of the tag
 * counts. */
#include "plasticity/dopamine.h"

#include <math.h>
#include <string.h>

#include "core/number.h"
#include "core/status.h"
#include "plasticity/consolidation.h"

static const double STEP_S = 0.005,
                    PRIMED_FOR = 8; /* times dopamine.priming_s: by then almost nothing is primed */

/* One burst or dip. */
struct dopamine_signal {
    double size;        /* 1 for a burst … -1 for a dip; 0: neither */
    double at_s, for_s; /* onset, since that of the image; duration */
};

static struct dopamine_signal signal_of(const struct parameters *p, double error)
{
    return (struct dopamine_signal){error, p->dopamine.delay_s,
                                    error > 0 ? p->dopamine.burst_s : p->dopamine.dip_s * -error};
}

static bool take_seconds(const char **at, char mark, double least, double *seconds)
{
    const double most = 100;
    return **at != mark ||
           (++*at, number_take(at, seconds) && *seconds >= least && *seconds <= most);
}

/* Reads the next signal of a schedule, as "b", "d@0.8:0.4" or "-", and moves *at behind it. */
static bool take_signal(const struct parameters *p, const char **at, struct dopamine_signal *signal)
{
    const char letter = *(*at)++;
    *signal = signal_of(p, letter == 'b' ? 1 : letter == 'd' ? -1 : 0);
    const bool is_right =
        letter == '-' || (signal->size != 0 && take_seconds(at, '@', -100, &signal->at_s) &&
                          take_seconds(at, ':', 0, &signal->for_s));
    *at += strspn(*at, " ");
    return is_right;
}

static int check_schedule(const struct parameters *p)
{
    const char *schedule = p->dopamine.schedule;
    struct dopamine_signal signal;
    for (const char *at = schedule, *from = at; *at; from = at)
        if (!take_signal(p, &at, &signal))
            return status_fail(STATUS_USER,
                               "dopamine.schedule = %s: character %zu: expected b for a burst, d "
                               "for a dip, or -; after b or d perhaps @ and its onset, -100 to "
                               "100 s, and : and its length, 0 to 100 s, as in b@0.5 d@0.8:0.4 -",
                               schedule, (size_t)(from - schedule) + 1);
    return STATUS_OK;
}

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
    return check_schedule(p);
}

/* The signal after presentation `number`: that of the schedule, which is repeated from its start,
 * or one as large as `error`. */
static struct dopamine_signal signal_at(const struct parameters *p, int32_t number, double error)
{
    struct dopamine_signal signal = signal_of(p, error);
    const char *at = p->dopamine.schedule;
    int32_t n = 0;
    for (; *at; n++)
        take_signal(p, &at, &signal);
    at = p->dopamine.schedule;
    for (int32_t k = 0; n > 0 && k <= (number - 1) % n; k++)
        take_signal(p, &at, &signal);
    return signal;
}

/* The firing rate of the dopamine cells in Hz, t seconds after the onset of the image. */
static double firing_at(const struct parameters *p, const struct dopamine_signal *signal, double t)
{
    const double tonic = p->dopamine.tonic_hz, since = t - signal->at_s;
    if (signal->size == 0 || since < 0 || since >= signal->for_s)
        return tonic;
    return signal->size > 0 ? tonic + p->dopamine.burst_hz * signal->size
                            : tonic * p->dopamine.amphetamine;
}

/* How strongly D1 or D2 receptors drive the cyclase, 0 … 1. Dopamine is given in Hz: as the
 * constant firing rate that would keep it at its level. */
static double receptor_drive(const struct parameters *p, bool is_d2, double dopamine)
{
    const double tonic = p->dopamine.tonic_hz, above = fmax(dopamine - tonic, 0);
    if (is_d2)
        return fmax(1 - (1 - p->dopamine.d2_block) * dopamine / tonic, 0);
    return above / (above + p->dopamine.d1_half_hz);
}

/* How far the image's calcium primes the cyclase, 0 … 1, t seconds after its onset. Calcium rises
 * and falls as after three reactions of first order; the cyclase binds several calcium ions. */
static double priming_at(const struct parameters *p, double t)
{
    const double x = t / p->dopamine.priming_s;
    if (x <= 0)
        return 0;
    const double calcium = pow(x * exp(1 - x), 2 * p->dopamine.priming_power);
    return calcium / (calcium + pow(0.5, p->dopamine.priming_power));
}

struct dopamine_effect dopamine_act(const struct parameters *p, int32_t number, double error)
{
    const struct dopamine_signal signal = signal_at(p, number, error);
    const double begin = fmin(signal.at_s, 0), tonic = p->dopamine.tonic_hz,
                 threshold[] = {p->dopamine.d1_threshold, p->dopamine.d2_threshold};
    const int32_t n = (int32_t)((PRIMED_FOR * p->dopamine.priming_s - begin) / STEP_S);
    double dopamine = tonic, camp[2] = {0}, most[2] = {0};
    struct dopamine_effect effect = {.dopamine_hz = tonic};
    for (int32_t k = 0; k < n; k++) {
        const double t = begin + k * STEP_S, primed = priming_at(p, t);
        dopamine += STEP_S * (firing_at(p, &signal, t) - dopamine) / p->dopamine.uptake_s;
        if (fabs(dopamine - tonic) > fabs(effect.dopamine_hz - tonic))
            effect.dopamine_hz = dopamine;
        for (int d2 = 0; d2 < 2; d2++) {
            camp[d2] +=
                STEP_S * (primed * receptor_drive(p, d2, dopamine) - camp[d2] / p->dopamine.camp_s);
            most[d2] = fmax(most[d2], camp[d2]);
        }
    }
    for (int d2 = 0; d2 < 2; d2++)
        effect.consequence[d2] =
            1 - 1 / (1 + pow(most[d2] / threshold[d2], p->dopamine.camp_power));
    return effect;
}

static int begin(struct consolidation *c, const struct network *network)
{
    (void)network;
    return dopamine_check(c->parameters);
}

/* Sets tags as docs/model.md §4, then multiplies potentiation tags by the part that dopamine
 * confirms. */
static int set_tags(struct consolidation *c, struct network *network)
{
    const struct parameters *p = c->parameters;
    const struct layout *layout = &network->layout;
    struct plastic_synapses *s = &network->plastic;
    const struct dopamine_effect effect = dopamine_act(p, c->shown.number, c->shown.error);
    const float kept[] = {(float)effect.consequence[0], (float)effect.consequence[1]};
    c->capture->set_tags(&c->tag_constants, s->n, s->calcium, s->tag);
    for (int32_t i = 0; i < s->n; i++)
        if (s->tag[i] > 0)
            s->tag[i] *= kept[layout_is_d2(layout, layout_neuron(layout, s->dendrite[i]))];
    return STATUS_OK;
}

const struct plasticity_rule plasticity_dopamine = {.begin = begin, .set_tags = set_tags};
