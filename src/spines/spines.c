/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In a step of time sizes change, spines that shrank to nothing are removed (a protocol makes them
 * more or fewer), and new ones are born. Random numbers depend on seed, id and step alone. */
#include "spines/spines.h"

#include <math.h>
#include <stdlib.h>

#include "core/interrupt.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "spines/silent.h"
#include "turnover/turnover.h"

/* What a random number of purpose RANDOM_PROTOCOL decides. */
enum {
    DRAW_EXTRA_DEATH,
    DRAW_RESCUE,
    DRAW_RESTORE,
    DRAW_LOST,
    DRAW_PLACE,
    DRAW_SETTLING,
    DRAW_STRETCH /* + the number of the event */
};

enum { ATTEMPTS_MAX = 10000 };

bool spines_need_lives(const struct parameters *p)
{
    return p->record.synapses || p->record.potentiation || p->intrinsic.form != INTRINSIC_NONE ||
           p->plasticity.ltd_spread_fraction > 0 || *p->schedule.phases || silent_is_on(p) ||
           turnover_needs_lives(p);
}

static int take_protocol(struct protocol *protocol, const struct parameters *p)
{
    TRY(protocol_init(protocol, p));
    if (p->intrinsic.form == INTRINSIC_NONE &&
        (p->protocol.preset != PROTOCOL_NONE || *p->protocol.events))
        return status_fail(STATUS_USER,
                           "protocol: has no effect with intrinsic.form = none: expected "
                           "geometric-ou, kesten or lognormal");
    return STATUS_OK;
}

int spines_check(const struct parameters *p)
{
    struct protocol protocol;
    return take_protocol(&protocol, p);
}

int spines_init(struct spines *spines, const struct parameters *p, struct network *network,
                uint64_t seed, const char *kernel, int32_t n_threads)
{
    *spines = (struct spines){.parameters = p,
                              .seed = seed,
                              .kernel = kernel,
                              .n_threads = n_threads,
                              .is_on = p->intrinsic.form != INTRINSIC_NONE,
                              .n_reference = network->plastic.n};
    TRY(take_protocol(&spines->protocol, p));
    RETURN_OR_FREE(homeostasis_init(&spines->homeostasis, p, network), spines_free, spines);
}

/* Sets the day, also that of network->lives. */
static void set_day(struct spines *spines, struct network *network, double end)
{
    spines->day = end;
    if (network->lives)
        network->lives->day = end;
}

void spines_continue(struct spines *spines, struct network *network, double day, uint32_t step,
                     double carried, int32_t n_reference)
{
    for (int32_t i = 0; i < spines->protocol.n; i++)
        spines->protocol.event[i].start_day += day;
    spines->step = step;
    spines->carried = carried;
    spines->n_reference = n_reference;
    set_day(spines, network, day);
}

void spines_free(struct spines *spines)
{
    homeostasis_free(&spines->homeostasis);
    free(spines->born);
    *spines = (struct spines){0};
}

static float chance(const struct spines *spines, int32_t id, uint32_t draw)
{
    const struct random_words words =
        random_words(spines->seed, RANDOM_PROTOCOL, (uint32_t)id, spines->step, draw);
    return random_unit_float(words.word[0]);
}

/* Changes the parameters so that the size to which spines drift is multiplied by `factor`. */
static void scale_drift(struct parameters *p, double factor)
{
    p->intrinsic.geometric_ou_growth *= factor;
    p->intrinsic.kesten_growth *= factor;
    /* -(decay w + log_decay w ln w) is 0 at ln w = -decay / log_decay */
    p->intrinsic.lognormal_decay -= p->intrinsic.lognormal_log_decay * log(fmax(factor, 1e-6));
}

/* ---- deaths ---- */

/* Changes the sizes, and marks the spines that shrank to nothing for removal; returns how many. If
 * a protocol multiplies elimination by less than 1, some of them get the size of birth instead. */
static int32_t change_sizes(struct spines *spines, struct network *network,
                            const struct protocol_state *state, double days)
{
    struct plastic_synapses *s = &network->plastic;
    struct parameters changed = *spines->parameters;
    if (state->factor[PROTOCOL_DRIFT] != 1)
        scale_drift(&changed, state->factor[PROTOCOL_DRIFT]);
    const struct intrinsic intrinsic = intrinsic_init(&changed, days, spines->seed, spines->kernel);
    int32_t n_gone = 0;
    if (intrinsic_step(&intrinsic, s->n, s->id, spines->step, s->weight, spines->n_threads) == 0 &&
        !network->lives->born_silent)
        return 0;
    const float eliminated = (float)changed.intrinsic.elimination_size;
    for (int32_t i = 0; i < s->n; i++) {
        if (lives_is_silent(network->lives, s->id[i])) { /* its size stays 0 */
            s->weight[i] = 0;
            continue;
        }
        if (s->weight[i] > 0)
            continue;
        const double elimination = state->factor[PROTOCOL_ELIMINATION];
        if (elimination < 1 && (double)chance(spines, s->id[i], DRAW_RESCUE) >= elimination) {
            s->weight[i] = (float)changed.intrinsic.birth_size;
            continue;
        }
        s->weight[i] = eliminated; /* its last size */
        s->dendrite[i] = -DEATH_INTRINSIC;
        n_gone++;
    }
    return n_gone;
}

/* Whether this place is in one of the stretches of dendrite, each protocol.cluster_um long, to
 * which an event is confined. They are drawn for each event. */
static bool is_in_cluster(const struct spines *spines, int32_t dendrite, float position_um,
                          int32_t event)
{
    const struct parameters *p = spines->parameters;
    const uint32_t stretch = (uint32_t)((double)position_um / p->protocol.cluster_um);
    const struct random_words words = random_words(
        spines->seed, RANDOM_PROTOCOL, (uint32_t)dendrite, stretch, DRAW_STRETCH + (uint32_t)event);
    return (double)random_unit_float(words.word[0]) < p->protocol.cluster_part;
}

/* The relative risk of spine i to be removed by an event: small spines are removed first, as
 * without an event. 0: it cannot be removed. */
static double risk(const struct spines *spines, const struct network *network, int32_t i,
                   int32_t clustered_by)
{
    const struct plastic_synapses *s = &network->plastic;
    if (s->dendrite[i] < 0 ||
        (clustered_by >= 0 &&
         !is_in_cluster(spines, s->dendrite[i], network->lives->life[s->id[i]].position_um,
                        clustered_by)))
        return 0;
    return exp(-(double)s->weight[i] / spines->parameters->intrinsic.birth_size);
}

/* Marks `expected` more spines for removal, on average, because an event multiplies elimination. */
static int mark_more(const struct spines *spines, struct network *network, double expected,
                     int32_t clustered_by, int32_t *n_marked)
{
    struct plastic_synapses *s = &network->plastic;
    OWN_NEW(double, risks, s->n, "the spines");
    double sum = 0;
    for (int32_t i = 0; i < s->n; i++)
        sum += risks[i] = risk(spines, network, i, clustered_by);
    for (int32_t i = 0; i < s->n && sum > 0; i++)
        if ((double)chance(spines, s->id[i], DRAW_EXTRA_DEATH) < expected * risks[i] / sum) {
            s->dendrite[i] = -DEATH_PROTOCOL;
            ++*n_marked;
        }
    return STATUS_OK;
}

/* Marks spines that do not settle for removal. A spine that was born during an event of survival f
 * < 1 settles with chance f. Else it is removed after an exponentially distributed time with mean
 * protocol.settling_days. So in the end f times as many spines survive as would without the
 * event. */
static void mark_unsettled(const struct spines *spines, struct network *network, int32_t *n_marked)
{
    struct plastic_synapses *s = &network->plastic;
    const double tiny =
        5e-4; /* a birth at the end of a step belongs to the event that held in that step */
    for (int32_t i = 0; i < s->n; i++) {
        const struct life *life = &network->lives->life[s->id[i]];
        if (s->dendrite[i] < 0 || life->birth >= BIRTH_POLICIES)
            continue;
        const struct protocol_state at_birth =
            protocol_at(&spines->protocol, (double)life->born_day - tiny);
        const struct random_words words =
            random_words(spines->seed, RANDOM_PROTOCOL, (uint32_t)s->id[i], 0, DRAW_SETTLING);
        if ((double)random_unit_float(words.word[0]) < at_birth.factor[PROTOCOL_SURVIVAL])
            continue;
        const double lifetime = -spines->parameters->protocol.settling_days *
                                log(1 - (double)random_unit_float(words.word[1]));
        if (spines->day - (double)life->born_day >= lifetime) {
            s->dendrite[i] = -DEATH_UNSETTLED;
            ++*n_marked;
        }
    }
}

/* ---- births ---- */

/* The size of birth. For spines near the elimination size, the chance to survive is proportional to
 * their distance from it; so survival above 1 multiplies this distance. (For survival below 1 see
 * mark_unsettled.) */
static float birth_size(const struct parameters *p, double survival)
{
    const double above = p->intrinsic.birth_size - p->intrinsic.elimination_size;
    return (float)fmin(p->intrinsic.birth_size + (fmax(survival, 1) - 1) * above, 1);
}

/* The spines that a protocol removed and whose places are still free. */
struct lost {
    int32_t n;
    int32_t *id; /* [n] ids */
};

/* Finds these spines. `id` must have room for all lives. */
static struct lost lost_find(const struct lives *lives, int32_t *id)
{
    struct lost lost = {.id = id};
    for (int32_t i = 0; i < lives->n; i++)
        if (lives->life[i].death == DEATH_PROTOCOL && !lives->life[i].is_restored)
            id[lost.n++] = i;
    return lost;
}

/* Draws one of the lost spines, for new spine `id`, and marks its place as taken; NULL if there are
 * none. */
static struct life *lost_take(struct lost *lost, const struct spines *spines, struct lives *lives,
                              int32_t id)
{
    if (lost->n == 0)
        return NULL;
    const struct random_words words =
        random_words(spines->seed, RANDOM_PROTOCOL, (uint32_t)id, spines->step, DRAW_LOST);
    const uint32_t k = random_index(random_bits(&words, 0), (uint32_t)lost->n);
    struct life *life = &lives->life[lost->id[k]];
    lost->id[k] = lost->id[--lost->n];
    life->is_restored = 1;
    return life;
}

/* Places a new spine at random in one of the stretches of an event. Leaves it where it is if
 * ATTEMPTS_MAX random places were all outside. */
static void place_in_cluster(const struct spines *spines, const struct network *network, int32_t id,
                             int32_t event, struct new_synapse *born)
{
    const struct layout *layout = &network->layout;
    const int32_t per_class = layout->n_pyramidal_dendrites / layout->n_classes;
    const uint32_t n_dendrites = (uint32_t)layout_n_there(layout, per_class);
    const double length = spines->parameters->spines.dendrite_um;
    for (uint32_t attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        const struct random_words words =
            random_words(spines->seed, RANDOM_PROTOCOL, (uint32_t)id, attempt, DRAW_PLACE);
        const int32_t dendrite = layout_there(
            layout, per_class, (int32_t)random_index(random_bits(&words, 0), n_dendrites));
        const float at = (float)(length * random_unit(random_bits(&words, 1)));
        if (!is_in_cluster(spines, dendrite, at, event))
            continue;
        born->dendrite = dendrite;
        born->is_placed = true;
        born->position_um = at;
        return;
    }
}

static struct new_synapse new_spine(const struct spines *spines, struct network *network,
                                    const struct protocol_state *state, struct lost *lost,
                                    int32_t id)
{
    const struct parameters *p = spines->parameters;
    struct new_synapse born =
        turnover_place(&network->layout, spines->seed, id, 0, network->layout.n_pyramidal);
    born.weight = birth_size(p, state->factor[PROTOCOL_SURVIVAL]);
    born.birth = BIRTH_INTRINSIC;
    const struct life *restored = NULL;
    if ((double)chance(spines, id, DRAW_RESTORE) < state->factor[PROTOCOL_RESTORING])
        restored = lost_take(lost, spines, network->lives, id);
    if (restored) {
        born.birth = BIRTH_RESTORED;
        born.input = restored->input;
        born.dendrite = restored->dendrite;
        born.is_placed = true;
        born.position_um = restored->position_um;
    } else if (state->formation_by >= 0) {
        place_in_cluster(spines, network, id, state->formation_by, &born);
    }
    return born;
}

/* Adds n new spines and removes those that are marked. */
static int remove_and_add(struct spines *spines, struct network *network,
                          const struct protocol_state *state, int32_t n)
{
    OWNED int32_t *lost_id = NULL;
    struct lost lost = {0};
    TRY_ROOM(spines->born, spines->capacity, n, "new spines");
    if (state->factor[PROTOCOL_RESTORING] > 0) {
        TRY_NEW(lost_id, network->lives->n, "the spines");
        lost = lost_find(network->lives, lost_id);
    }
    for (int32_t i = 0; i < n; i++)
        spines->born[i] = new_spine(spines, network, state, &lost, network->plastic.next_id + i);
    return network_rebuild_plastic(network, spines->born, n,
                                   (float)spines->parameters->plasticity.eta_max);
}

/* Rounds a number down and carries the rest over to the next step, so that the sum over steps is
 * right. */
static int32_t round_and_carry(struct spines *spines, double number)
{
    spines->carried += number;
    const double n = floor(spines->carried + 1e-9);
    spines->carried -= n;
    return (int32_t)n;
}

/* ---- time ---- */

/* Makes a step of `days` of intrinsic dynamics: sizes change, spines are lost and born. */
static int change(struct spines *spines, struct network *network, double days,
                  struct spines_report *report)
{
    const struct parameters *p = spines->parameters;
    const struct protocol_state state = protocol_at(&spines->protocol, spines->day + days / 2);
    const bool is_rate = p->intrinsic.births == INTRINSIC_BIRTHS_RATE;
    const double formation = state.factor[PROTOCOL_FORMATION],
                 elimination = state.factor[PROTOCOL_ELIMINATION];
    set_day(spines, network, spines->day + days);
    int32_t n_lost = change_sizes(spines, network, &state, days);
    const double usual = is_rate ? p->intrinsic.birth_rate * days * spines->n_reference : n_lost;
    if (elimination > 1)
        TRY(mark_more(spines, network,
                      (elimination - 1) * (1 - state.factor[PROTOCOL_PROTECTION]) * usual,
                      state.elimination_by, &n_lost));
    if (protocol_least(&spines->protocol, PROTOCOL_SURVIVAL) < 1)
        mark_unsettled(spines, network, &n_lost);
    const int32_t n_born =
        is_rate ? intrinsic_births(p->intrinsic.birth_rate * formation * days * spines->n_reference,
                                   spines->seed, spines->step)
                : round_and_carry(spines, n_lost * formation);
    if (n_lost > 0 || n_born > 0)
        TRY(remove_and_add(spines, network, &state, n_born));
    spines->step++;
    report->n_lost += n_lost;
    report->n_born += n_born;
    return STATUS_OK;
}

/* Ends the silence of spines whose time is over. For each one that is lost another is born at a
 * random place. */
static int end_silence(struct spines *spines, struct network *network, struct spines_report *report)
{
    const struct protocol_state none = protocol_at(&(struct protocol){0}, 0);
    const int32_t n = silent_end(network, spines->parameters, spines->seed);
    report->n_lost += n;
    report->n_born += n;
    return n > 0 ? remove_and_add(spines, network, &none, n) : STATUS_OK;
}

/* Whether sizes change by themselves in a rest or, if not is_rest, between presentations. */
static bool has_dynamics(const struct spines *spines, bool is_rest)
{
    return spines->is_on && (is_rest || spines->parameters->intrinsic.in_training);
}

static int step(struct spines *spines, struct network *network, double days, bool is_rest,
                struct spines_report *report)
{
    if (has_dynamics(spines, is_rest))
        TRY(change(spines, network, days, report));
    else
        set_day(spines, network, spines->day + days);
    if (silent_is_on(spines->parameters))
        TRY(end_silence(spines, network, report));
    if (homeostasis_acts(&spines->homeostasis, is_rest))
        homeostasis_scale(&spines->homeostasis, network, days);
    return STATUS_OK;
}

int spines_live(struct spines *spines, struct network *network, double end, bool is_rest,
                bool may_stop, struct spines_report *report)
{
    const double tiny = 1e-9; /* so that rounding errors of the day make no step */
    const double longest = is_rest ? spines->parameters->rest.step_days : end - spines->day;
    if (is_rest)
        homeostasis_take_target(&spines->homeostasis, network);
    const bool is_live = has_dynamics(spines, is_rest) || silent_is_on(spines->parameters) ||
                         homeostasis_acts(&spines->homeostasis, is_rest);
    while (is_live && end - spines->day > tiny) {
        if (may_stop && interrupt_signal())
            return status_fail(STATUS_INTERRUPTED - interrupt_signal(), "stopped in a rest");
        /* the time until the end, or until the protocol changes, is divided into equal steps */
        const double change = protocol_next_change(&spines->protocol, spines->day + tiny),
                     left = fmin(end, change) - spines->day;
        TRY(step(spines, network, left / ceil(left / longest - tiny), is_rest, report));
    }
    set_day(spines, network, end);
    if (is_live)
        network_note_weights(network);
    return STATUS_OK;
}
