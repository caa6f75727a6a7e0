/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time in steps: sizes change; those that shrank to nothing go, more or fewer by the protocol; new
 * ones come. Who is concerned depends on seed, id and step alone. */
#include "spines/spines.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/status.h"
#include "turnover/turnover.h"

/* What a number of RANDOM_PROTOCOL is for. */
enum { DRAW_EXTRA_DEATH, DRAW_RESCUE, DRAW_RESTORE, DRAW_SITE };

bool spines_need_lives(const struct parameters *p)
{
    return p->record.synapses || p->intrinsic.form != INTRINSIC_NONE ||
           p->plasticity.ltd_spread_fraction > 0 || p->turnover.policy == TURNOVER_CLUSTERED;
}

int spines_init(struct spines *spines, const struct parameters *p, const struct network *network,
                uint64_t seed, const char *kernel, int32_t n_threads)
{
    *spines = (struct spines){.parameters = p,
                              .seed = seed,
                              .kernel = kernel,
                              .n_threads = n_threads,
                              .is_on = p->intrinsic.form != INTRINSIC_NONE,
                              .n_reference = network->plastic.n};
    int result = protocol_init(&spines->protocol, p);
    if (result == STATUS_OK && !spines->is_on &&
        (p->protocol.preset != PROTOCOL_NONE || *p->protocol.events))
        result =
            status_fail(STATUS_USER, "protocol: has no effect with intrinsic.form = none: expected "
                                     "geometric-ou, kesten or lognormal");
    if (result == STATUS_OK && spines->is_on)
        result = neighbours_init(&spines->neighbours, network);
    if (result != STATUS_OK)
        spines_free(spines);
    return result;
}

void spines_free(struct spines *spines)
{
    neighbours_free(&spines->neighbours);
    free(spines->born);
    *spines = (struct spines){0};
}

static float chance(const struct spines *spines, int32_t id, uint32_t draw)
{
    const struct random_words words =
        random_words(spines->seed, RANDOM_PROTOCOL, (uint32_t)id, spines->step, draw);
    return random_unit_float(words.word[0]);
}

/* The parameters with the size that spines drift to multiplied. */
static void scale_drift(struct parameters *p, double factor)
{
    p->intrinsic.geometric_ou_growth *= factor;
    p->intrinsic.kesten_growth *= factor;
    /* -(decay w + log_decay w ln w) is 0 at ln w = -decay / log_decay */
    p->intrinsic.lognormal_decay -= p->intrinsic.lognormal_log_decay * log(fmax(factor, 1e-6));
}

/* ---- deaths ---- */

/* Sizes change; what is gone is marked. Where fewer are to die, the others are of birth size again.
 * Returns how many are gone. */
static int32_t shrink(struct spines *spines, struct network *network,
                      const struct protocol_state *state, double days)
{
    struct plastic_synapses *s = &network->plastic;
    struct parameters changed = *spines->parameters;
    if (state->factor[PROTOCOL_DRIFT] != 1)
        scale_drift(&changed, state->factor[PROTOCOL_DRIFT]);
    const struct intrinsic intrinsic = intrinsic_init(&changed, days, spines->seed, spines->kernel);
    int32_t n_gone = 0;
    if (intrinsic_step(&intrinsic, s->n, s->id, spines->step, s->weight, spines->n_threads) == 0)
        return 0;
    const float eliminated = (float)changed.intrinsic.elimination_size;
    for (int32_t i = 0; i < s->n; i++) {
        if (s->weight[i] > 0)
            continue;
        const double elimination = state->factor[PROTOCOL_ELIMINATION];
        if (elimination < 1 && (double)chance(spines, s->id[i], DRAW_RESCUE) >= elimination) {
            s->weight[i] = (float)changed.intrinsic.birth_size;
            continue;
        }
        s->weight[i] = eliminated; /* the size at which it was gone */
        s->dendrite[i] = -DEATH_INTRINSIC;
        n_gone++;
    }
    return n_gone;
}

/* How likely a spine is to be among those an event takes, against others: small ones first, as by
 * themselves. 0: it is not at risk. */
static double risk(const struct spines *spines, const struct network *network, int32_t place,
                   bool only_clustered)
{
    const struct neighbours *n = &spines->neighbours;
    const int32_t i = n->place[place];
    if (only_clustered) {
        const int32_t dendrite = network->plastic.dendrite[i];
        const float at = neighbours_position(network, i),
                    near = (float)spines->parameters->protocol.cluster_um;
        const bool left = place > n->start[dendrite] &&
                          at - neighbours_position(network, n->place[place - 1]) <= near;
        const bool right = place + 1 < n->start[dendrite + 1] &&
                           neighbours_position(network, n->place[place + 1]) - at <= near;
        if (!left && !right)
            return 0;
    }
    return exp(-(double)network->plastic.weight[i] / spines->parameters->intrinsic.birth_size);
}

/* An event that multiplies elimination takes `expected` more, on average. */
static int take_more(struct spines *spines, struct network *network, double expected,
                     bool only_clustered, int32_t *n_taken)
{
    struct plastic_synapses *s = &network->plastic;
    struct neighbours *n = &spines->neighbours;
    const int result = neighbours_sort(n, network);
    if (result != STATUS_OK)
        return result;
    const int32_t n_living = n->start[n->n_dendrites];
    double *risks = malloc(((size_t)n_living + 1) * sizeof *risks), sum = 0;
    if (!risks)
        return status_no_memory("the spines", (size_t)n_living * sizeof *risks);
    for (int32_t place = 0; place < n_living; place++)
        sum += risks[place] = risk(spines, network, place, only_clustered);
    for (int32_t place = 0; place < n_living && sum > 0; place++) {
        const int32_t i = n->place[place];
        if ((double)chance(spines, s->id[i], DRAW_EXTRA_DEATH) < expected * risks[place] / sum) {
            s->dendrite[i] = -DEATH_PROTOCOL;
            ++*n_taken;
        }
    }
    free(risks);
    return STATUS_OK;
}

/* ---- births ---- */

/* A spine that a protocol took, and where none has come again: by chance one of these, or NULL. */
static struct life *lost_place(const struct spines *spines, const struct network *network,
                               int32_t id)
{
    const struct lives *lives = network->lives;
    int32_t n = 0, chosen = -1;
    for (int32_t i = 0; i < lives->n; i++)
        n += lives->life[i].death == DEATH_PROTOCOL && !lives->life[i].is_restored;
    if (n == 0)
        return NULL;
    const int32_t k = (int32_t)(chance(spines, id, DRAW_SITE) * (float)n);
    for (int32_t i = 0, seen = 0; i < lives->n && chosen < 0; i++)
        if (lives->life[i].death == DEATH_PROTOCOL && !lives->life[i].is_restored && seen++ == k)
            chosen = i;
    return chosen < 0 ? NULL : &lives->life[chosen];
}

/* A place near a spine that is there, for growth in clusters. */
static void place_near(const struct spines *spines, const struct network *network, int32_t id,
                       struct new_synapse *born)
{
    const struct neighbours *n = &spines->neighbours;
    const int32_t n_living = n->start[n->n_dendrites];
    if (n_living == 0)
        return;
    const struct random_words words =
        random_words(spines->seed, RANDOM_PROTOCOL, (uint32_t)id, spines->step, DRAW_SITE);
    const int32_t site = n->place[random_index(random_bits(&words, 0), (uint32_t)n_living)];
    const double near = spines->parameters->protocol.cluster_um;
    const double at = (double)neighbours_position(network, site) +
                      near * (2 * random_unit(random_bits(&words, 1)) - 1);
    born->dendrite = network->plastic.dendrite[site];
    born->is_placed = true;
    born->position_um = (float)fmin(fmax(at, 0), spines->parameters->spines.dendrite_um);
}

static struct new_synapse new_spine(const struct spines *spines, const struct network *network,
                                    const struct protocol_state *state, int32_t id)
{
    const struct parameters *p = spines->parameters;
    struct new_synapse born =
        turnover_place(&network->layout, spines->seed, id, 0, network->layout.n_pyramidal);
    born.weight = (float)fmin(p->intrinsic.birth_size * state->factor[PROTOCOL_SURVIVAL], 1);
    born.birth = BIRTH_INTRINSIC;
    if (state->factor[PROTOCOL_RESTORING] > 0 &&
        (double)chance(spines, id, DRAW_RESTORE) < state->factor[PROTOCOL_RESTORING]) {
        struct life *lost = lost_place(spines, network, id);
        if (lost) {
            lost->is_restored = 1;
            born.input = lost->input;
            born.dendrite = lost->dendrite;
            born.is_placed = true;
            born.position_um = lost->position_um;
            return born;
        }
    }
    if (state->clustered_formation)
        place_near(spines, network, id, &born);
    return born;
}

static int bear(struct spines *spines, struct network *network, const struct protocol_state *state,
                int32_t n)
{
    if (n > spines->capacity) {
        free(spines->born);
        spines->capacity = 0;
        spines->born = malloc((size_t)n * sizeof *spines->born);
        if (!spines->born)
            return status_no_memory("new spines", (size_t)n * sizeof *spines->born);
        spines->capacity = n;
    }
    int result = STATUS_OK;
    if (state->clustered_formation)
        result = neighbours_sort(&spines->neighbours, network);
    for (int32_t i = 0; i < n && result == STATUS_OK; i++)
        spines->born[i] = new_spine(spines, network, state, network->plastic.next_id + i);
    return result;
}

/* Of a number with a fraction as many whole ones as come to it over the steps. */
static int32_t whole(struct spines *spines, double number)
{
    spines->carried += number;
    const double n = floor(spines->carried + 1e-9);
    spines->carried -= n;
    return (int32_t)n;
}

/* ---- time ---- */

static int step(struct spines *spines, struct network *network, double days,
                struct spines_report *report)
{
    const struct parameters *p = spines->parameters;
    const struct protocol_state state = protocol_at(&spines->protocol, spines->day + days / 2);
    const bool is_rate = p->intrinsic.births == INTRINSIC_BIRTHS_RATE;
    const double formation = state.factor[PROTOCOL_FORMATION],
                 elimination = state.factor[PROTOCOL_ELIMINATION];
    spines->day += days;
    network->lives->day = spines->day;
    int32_t n_lost = shrink(spines, network, &state, days);
    const double usual = is_rate ? p->intrinsic.birth_rate * days * spines->n_reference : n_lost;
    int result = STATUS_OK;
    if (elimination > 1)
        result = take_more(spines, network, (elimination - 1) * usual, state.clustered_elimination,
                           &n_lost);
    if (result != STATUS_OK)
        return result;
    int32_t n_born;
    if (is_rate) {
        struct parameters rate = *p;
        rate.intrinsic.birth_rate *= formation;
        n_born =
            intrinsic_births(&rate, days, spines->n_reference, n_lost, spines->seed, spines->step);
    } else {
        n_born = whole(spines, n_lost * formation);
    }
    result = bear(spines, network, &state, n_born);
    spines->step++;
    if (result == STATUS_OK && (n_lost > 0 || n_born > 0))
        result =
            network_rebuild_plastic(network, spines->born, n_born, (float)p->plasticity.eta_max);
    report->n_lost += n_lost;
    report->n_born += n_born;
    return result;
}

int spines_live(struct spines *spines, struct network *network, double days, bool is_rest,
                struct spines_report *report)
{
    if (!spines->is_on || (!is_rest && !spines->parameters->intrinsic.in_training)) {
        spines->day += days;
        if (network->lives)
            network->lives->day = spines->day;
        return STATUS_OK;
    }
    const double end = spines->day + days,
                 most = is_rest ? spines->parameters->rest.step_days : days;
    const double tiny = 1e-9; /* no step is made for what is left by rounding */
    int result = STATUS_OK;
    while (result == STATUS_OK && end - spines->day > tiny) {
        double stop = fmin(end, protocol_next_change(&spines->protocol, spines->day + tiny));
        /* equal steps up to there */
        const double left = stop - spines->day;
        result = step(spines, network, left / ceil(left / most - tiny), report);
    }
    spines->day = end;
    if (network->lives)
        network->lives->day = end;
    network_note_weights(network);
    return result;
}
