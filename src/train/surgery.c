/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/surgery.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/phrase.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "plasticity/learning_rate.h"
#include "spines/spines.h"

enum { STEPS_MAX = 32 };

/* The group of synapses within which weights, or inputs, are exchanged or averaged. */
enum extent { WITHIN_CELL, WITHIN_CLASS, WITHIN_ALL, N_EXTENTS };
static const char *const extent_names[N_EXTENTS] = {"cell", "class", "all"};

struct step {
    const struct operation *operation;
    enum extent extent;
    double number[2];
    bool keeps;   /* "keep": only the selected synapses stay; else the selected are removed */
    bool as_many; /* selects as many as the operation does, but at random */
    const struct connection *connection; /* that is rewired; NULL: all */
};

/* The network under surgery. */
struct patient {
    const struct parameters *parameters;
    struct network *network;
    uint64_t seed;
    const struct step *step; /* the operation that is made now */
    uint32_t number;         /* number of this operation; random numbers depend on it */
    int32_t n;
    struct plastic_synapse *synapse; /* [n] in order of id */
    struct plastic_synapse *before; /* [n] the same before this operation; selections may sort it */
    int32_t *order;                 /* [n] working memory */
    bool *chosen;                   /* [n] result of a selection */
};

enum need { NEEDS_NOTHING, NEEDS_LIVES, NEEDS_POTENTIATION };

/* An operation changes plastic synapses within an extent, or chooses those to keep or remove, or
 * rewires fixed synapses: it has one of the three functions. */
struct operation {
    const char *name;
    int n_numbers;
    double most; /* of a number; the least is 0 or, of the second, the first */
    void (*change)(struct patient *patient, const int32_t *member, int32_t n);
    int (*choose)(struct patient *patient);
    double (*value)(const struct patient *patient, const struct plastic_synapse *synapse);
    int (*rewire)(struct patient *patient);
    enum need need;
};

/* ---- changes of weights and inputs: of the n synapses `member`, which are of one extent ---- */

static void shuffle_members(struct patient *patient, const int32_t *member, int32_t n)
{
    memcpy(patient->order, member, (size_t)n * sizeof *member);
    random_shuffle(patient->order, n, patient->seed, RANDOM_SURGERY, (uint32_t)member[0],
                   patient->number);
}

static void shuffle(struct patient *patient, const int32_t *member, int32_t n)
{
    shuffle_members(patient, member, n);
    for (int32_t k = 0; k < n; k++)
        patient->synapse[member[k]].weight = patient->before[patient->order[k]].weight;
}

static void shuffle_inputs(struct patient *patient, const int32_t *member, int32_t n)
{
    shuffle_members(patient, member, n);
    for (int32_t k = 0; k < n; k++)
        patient->synapse[member[k]].input = patient->before[patient->order[k]].input;
}

static double mean_weight(const struct patient *patient, const int32_t *member, int32_t n)
{
    double sum = 0;
    for (int32_t k = 0; k < n; k++)
        sum += (double)patient->before[member[k]].weight;
    return sum / n;
}

static void equalise(struct patient *patient, const int32_t *member, int32_t n)
{
    const double mean = mean_weight(patient, member, n);
    for (int32_t k = 0; k < n; k++)
        patient->synapse[member[k]].weight = (float)mean;
}

static void scale(struct patient *patient, const int32_t *member, int32_t n)
{
    const double mean = mean_weight(patient, member, n);
    for (int32_t k = 0; k < n && mean > 0; k++)
        patient->synapse[member[k]].weight = (float)fmin(
            (double)patient->before[member[k]].weight * patient->step->number[0] / mean, 1);
}

static struct random_words words_for(const struct patient *patient, int32_t member)
{
    return random_words(patient->seed, RANDOM_SURGERY, (uint32_t)member, patient->number, 0);
}

/* Each weight is drawn from those of all members, with replacement. */
static void resample(struct patient *patient, const int32_t *member, int32_t n)
{
    for (int32_t k = 0; k < n; k++) {
        const struct random_words words = words_for(patient, member[k]);
        const uint32_t from = random_index(random_bits(&words, 0), (uint32_t)n);
        patient->synapse[member[k]].weight = patient->before[member[from]].weight;
    }
}

/* Each member gets the weight of a new synapse and no tag. */
static void renew(struct patient *patient, const int32_t *member, int32_t n)
{
    const struct parameters *p = patient->parameters;
    for (int32_t k = 0; k < n; k++) {
        const struct random_words words = words_for(patient, member[k]);
        const double u = (double)random_unit_float(words.word[0]);
        struct plastic_synapse *synapse = &patient->synapse[member[k]];
        synapse->weight =
            (float)(p->connections.w_min + u * (p->connections.w_max - p->connections.w_min));
        synapse->tag = 0;
    }
}

/* Each member gets a random input and a random dendrite of the extent, as a new synapse does. */
static void scatter(struct patient *patient, const int32_t *member, int32_t n)
{
    const struct layout *layout = &patient->network->layout;
    const int32_t per_unit[N_EXTENTS] = {layout->dendrites_per_pyramidal,
                                         layout->n_pyramidal_dendrites / layout->n_classes,
                                         layout->n_pyramidal_dendrites};
    const int32_t width = per_unit[patient->step->extent], per_class = per_unit[WITHIN_CLASS];
    const bool is_all = patient->step->extent == WITHIN_ALL;
    const int32_t n_there = is_all ? layout_n_there(layout, per_class) : width;
    for (int32_t k = 0; k < n; k++) {
        const struct random_words words = words_for(patient, member[k]);
        struct plastic_synapse *synapse = &patient->synapse[member[k]];
        synapse->input = layout_draw_input(layout, random_bits(&words, 0));
        const int32_t drawn = (int32_t)random_index(random_bits(&words, 1), (uint32_t)n_there);
        synapse->dendrite = is_all ? layout_there(layout, per_class, drawn)
                                   : synapse->dendrite / width * width + drawn;
    }
}

/* ---- selections ---- */

static int compare_strength(const void *a, const void *b)
{
    const struct plastic_synapse *x = a, *y = b;
    return NUMBER_ORDER(y->weight, x->weight) ?: NUMBER_ORDER(x->id, y->id);
}

static int choose_strong(struct patient *patient)
{
    const int32_t n = (int32_t)round(patient->step->number[0] * patient->n);
    if (n == 0)
        return STATUS_OK;
    qsort(patient->before, (size_t)patient->n, sizeof *patient->before, compare_strength);
    const struct plastic_synapse weakest = patient->before[n - 1];
    for (int32_t i = 0; i < patient->n; i++)
        patient->chosen[i] = compare_strength(&patient->synapse[i], &weakest) <= 0;
    return STATUS_OK;
}

/* Chooses n random synapses. */
static void choose_so_many(struct patient *patient, int32_t n)
{
    random_order(patient->order, patient->n, patient->seed, RANDOM_SURGERY, 0, patient->number);
    for (int32_t k = 0; k < patient->n; k++)
        patient->chosen[patient->order[k]] = k < n;
}

static int choose_at_random(struct patient *patient)
{
    choose_so_many(patient, (int32_t)round(patient->step->number[0] * patient->n));
    return STATUS_OK;
}

/* Chooses all synapses of a random fraction of the units (cells or dendrites), which have
 * `per_unit` dendrites each. */
static int choose_units(struct patient *patient, int32_t per_unit)
{
    const int32_t n_units = patient->network->layout.n_pyramidal_dendrites / per_unit,
                  n = (int32_t)round(patient->step->number[0] * n_units);
    OWN_NEW(int32_t, unit, n_units, "surgery");
    OWN_NEW(bool, is_chosen, n_units, "surgery");
    random_order(unit, n_units, patient->seed, RANDOM_SURGERY, 0, patient->number);
    for (int32_t k = 0; k < n; k++)
        is_chosen[unit[k]] = true;
    for (int32_t i = 0; i < patient->n; i++)
        patient->chosen[i] = is_chosen[patient->synapse[i].dendrite / per_unit];
    return STATUS_OK;
}

static int choose_cells(struct patient *patient)
{
    return choose_units(patient, patient->network->layout.dendrites_per_pyramidal);
}

static int choose_dendrites(struct patient *patient)
{
    return choose_units(patient, 1);
}

/* Chooses the synapses whose value (operation->value) is between the two numbers. */
static int choose_by_value(struct patient *patient)
{
    const struct step *step = patient->step;
    for (int32_t i = 0; i < patient->n; i++) {
        const double value = step->operation->value(patient, &patient->synapse[i]);
        patient->chosen[i] = value >= step->number[0] && value <= step->number[1];
    }
    return STATUS_OK;
}

static double size_of(const struct patient *patient, const struct plastic_synapse *synapse)
{
    (void)patient;
    return (double)synapse->weight;
}

static double birth_of(const struct patient *patient, const struct plastic_synapse *synapse)
{
    return (double)patient->network->lives->life[synapse->id].born_day;
}

static double potentiation_of(const struct patient *patient, const struct plastic_synapse *synapse)
{
    return patient->network->lives->life[synapse->id].last_potentiated;
}

/* ---- fixed synapses ---- */

struct contact {
    int32_t dendrite;
    float weight;
};

static int compare_contacts(const void *a, const void *b)
{
    return NUMBER_ORDER(((const struct contact *)a)->dendrite,
                        ((const struct contact *)b)->dendrite);
}

/* Shuffles the contacts of a projection among its sources: each source and each dendrite keeps its
 * number of contacts, and each contact its dendrite and weight. */
static int rewire_projection(const struct patient *patient, int32_t number)
{
    struct projection *projection = &patient->network->projection[number];
    const int32_t n_sources = patient->network->layout.population[projection->source].n;
    OWN_NEW(int32_t, order, projection->n, "surgery");
    OWN_NEW(struct contact, contact, projection->n, "surgery");
    random_order(order, projection->n, patient->seed, RANDOM_SURGERY, (uint32_t)number,
                 patient->number);
    for (int32_t i = 0; i < projection->n; i++)
        contact[i] = (struct contact){projection->dendrite[order[i]],
                                      projection_weight(projection, order[i])};
    for (int32_t s = 0; s < n_sources; s++)
        qsort(contact + projection->start[s],
              (size_t)(projection->start[s + 1] - projection->start[s]), sizeof *contact,
              compare_contacts);
    for (int32_t i = 0; i < projection->n; i++) {
        projection->dendrite[i] = contact[i].dendrite;
        if (projection->weight)
            projection->weight[i] = contact[i].weight;
    }
    return STATUS_OK;
}

static int rewire(struct patient *patient)
{
    const struct network *network = patient->network;
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct population *population = network->layout.population;
        const struct connection *connection = connection_between(
            &population[network->projection[k].source], &population[network->projection[k].target]);
        if (!patient->step->connection || connection == patient->step->connection)
            TRY(rewire_projection(patient, k));
    }
    return STATUS_OK;
}

/* ---- the operations ---- */

static const struct operation operations[] = {
    {"shuffle", 0, 0, .change = shuffle},
    {"shuffle-inputs", 0, 0, .change = shuffle_inputs},
    {"scatter", 0, 0, .change = scatter},
    {"equalise", 0, 0, .change = equalise},
    {"resample", 0, 0, .change = resample},
    {"renew", 0, 0, .change = renew},
    {"scale", 1, 1, .change = scale},
    {"rewire", 0, 0, .rewire = rewire},
    {"strong", 1, 1, .choose = choose_strong},
    {"random", 1, 1, .choose = choose_at_random},
    {"cells", 1, 1, .choose = choose_cells},
    {"dendrites", 1, 1, .choose = choose_dendrites},
    {"size", 2, 1, .choose = choose_by_value, .value = size_of},
    {"born", 2, 1e9, .choose = choose_by_value, .value = birth_of, .need = NEEDS_LIVES},
    {"potentiated", 2, 1e9, .choose = choose_by_value, .value = potentiation_of,
     .need = NEEDS_POTENTIATION},
};
enum { N_OPERATIONS = sizeof operations / sizeof *operations };

/* ---- reading ---- */

struct plan {
    int n;
    struct step step[STEPS_MAX];
};

static int take_extent(struct phrase *phrase, struct step *step)
{
    for (int e = 0; e < N_EXTENTS; e++)
        if (phrase_take_word(phrase, extent_names[e])) {
            step->extent = (enum extent)e;
            return STATUS_OK;
        }
    return phrase_refuse(phrase, "cell, class or all");
}

static int take_connection(struct phrase *phrase, struct step *step)
{
    char names[256] = "all";
    if (phrase_take_word(phrase, "all"))
        return STATUS_OK;
    for (int k = 0; k < N_CONNECTIONS; k++) {
        if (phrase_take_word(phrase, connections[k].name)) {
            step->connection = &connections[k];
            return STATUS_OK;
        }
        strcat(strcat(names, k + 1 < N_CONNECTIONS ? ", " : " or "), connections[k].name);
    }
    return phrase_refuse(phrase, names);
}

static int take_step(struct phrase *phrase, struct step *step)
{
    *step = (struct step){.keeps = phrase_take_word(phrase, "keep")};
    const bool selects = step->keeps || phrase_take_word(phrase, "lesion");
    step->as_many = selects && phrase_take_word(phrase, "as-many");
    const struct operation *operation = operations, *end = operations + N_OPERATIONS;
    while (operation < end &&
           ((operation->choose != NULL) != selects || !phrase_take_word(phrase, operation->name)))
        operation++;
    if (operation == end)
        return phrase_refuse(
            phrase, selects ? "strong, random, cells, dendrites, size, born or potentiated"
                            : "shuffle, shuffle-inputs, scatter, equalise, resample, renew, "
                              "scale, rewire, keep or lesion");
    step->operation = operation;
    for (int i = 0; i < operation->n_numbers; i++)
        TRY(phrase_take_within(phrase, i > 0 ? step->number[0] : 0, operation->most, false,
                               &step->number[i]));
    if (operation->change)
        TRY(take_extent(phrase, step));
    if (operation->rewire)
        TRY(take_connection(phrase, step));
    return phrase_take_end(phrase, "';' or the end");
}

/* Reads the operations of the text for a network that has what keeps[enum need] says. */
static int plan_read(struct plan *plan, const char *text, const char *key, const bool *keeps)
{
    static const char *const what[] = {
        [NEEDS_LIVES] = "lives of the synapses: expected record.synapses",
        [NEEDS_POTENTIATION] = "times of potentiation: expected record.potentiation",
    };
    struct phrase phrase = {text, key, "operation", 0, "lesion random 0.2; shuffle cell"};
    for (plan->n = 0; phrase_next(&phrase); plan->n++) {
        struct step *step = &plan->step[plan->n];
        if (plan->n == STEPS_MAX)
            return status_fail(STATUS_USER, "%s: more than %d operations", key, STEPS_MAX);
        phrase.number++;
        TRY(take_step(&phrase, step));
        if (!keeps[step->operation->need])
            return status_fail(STATUS_USER, "%s: %s: needs %s = true", key, step->operation->name,
                               what[step->operation->need]);
    }
    return STATUS_OK;
}

static bool keeps_potentiation(const struct parameters *p)
{
    return p->record.potentiation || p->turnover.policy == TURNOVER_CLUSTERED;
}

int surgery_check(const struct parameters *p)
{
    const bool keeps[] = {true, spines_need_lives(p), keeps_potentiation(p)};
    struct plan plan;
    TRY(plan_read(&plan, p->surgery.before_training, "surgery.before_training", keeps));
    TRY(plan_read(&plan, p->surgery.after_training, "surgery.after_training", keeps));
    if (*p->surgery.at_switch && !*p->schedule.phases)
        return status_fail(STATUS_USER, "surgery.at_switch: there is no switch: expected phases in "
                                        "schedule.phases, as \"1 2: strong 0.5; 1 2: presentations "
                                        "60, no-turnover\"");
    TRY(plan_read(&plan, p->surgery.at_switch, "surgery.at_switch", keeps));
    for (int i = 0; i < plan.n; i++)
        if (plan.step[i].operation->rewire) /* checkpoints do not hold fixed synapses */
            return status_fail(STATUS_USER, "surgery.at_switch: rewire: fixed synapses are rewired "
                                            "before or after training only");
    return STATUS_OK;
}

/* ---- doing ---- */

static int32_t unit_of(const struct patient *patient, enum extent extent, int32_t i)
{
    const struct layout *layout = &patient->network->layout;
    const int32_t dendrite = patient->synapse[i].dendrite;
    return extent == WITHIN_CELL    ? dendrite / layout->dendrites_per_pyramidal
           : extent == WITHIN_CLASS ? layout_class(layout, dendrite)
                                    : 0;
}

/* Sorts the synapses by cell, class or not at all, and changes one such group after the other. */
static int change(struct patient *patient)
{
    const int32_t n_units = patient->network->layout.n_pyramidal;
    const enum extent extent = patient->step->extent;
    OWN_NEW(int32_t, start, n_units + 2, "surgery");
    OWN_NEW(int32_t, member, patient->n, "surgery");
    for (int32_t i = 0; i < patient->n; i++)
        start[unit_of(patient, extent, i) + 2]++;
    for (int32_t u = 0; u < n_units; u++)
        start[u + 2] += start[u + 1];
    for (int32_t i = 0; i < patient->n; i++)
        member[start[unit_of(patient, extent, i) + 1]++] = i;
    for (int32_t u = 0; u < n_units; u++)
        if (start[u + 1] > start[u])
            patient->step->operation->change(patient, member + start[u], start[u + 1] - start[u]);
    return STATUS_OK;
}

/* Removes the synapses that a selection does not leave, and ends their lives. */
static int select_and_remove(struct patient *patient)
{
    const struct step *step = patient->step;
    struct lives *lives = patient->network->lives;
    int32_t n = 0, n_chosen = 0;
    memset(patient->chosen, 0, (size_t)patient->n * sizeof *patient->chosen);
    TRY(step->operation->choose(patient));
    for (int32_t i = 0; i < patient->n; i++)
        n_chosen += patient->chosen[i];
    if (step->as_many)
        choose_so_many(patient, n_chosen);
    for (int32_t i = 0; i < patient->n; i++) {
        const struct plastic_synapse synapse = patient->synapse[i];
        if (patient->chosen[i] == step->keeps)
            patient->synapse[n++] = synapse;
        else if (lives)
            lives_end(lives, synapse.id, synapse.weight, DEATH_SURGERY);
    }
    patient->n = n;
    return STATUS_OK;
}

/* Gives synapses whose weight changed its learning rate, and updates input and dendrite in
 * lives. */
static void settle(struct patient *patient)
{
    const struct learning_rate_constants rates = learning_rate_constants_from(patient->parameters);
    struct lives *lives = patient->network->lives;
    for (int32_t i = 0; i < patient->n; i++) {
        struct plastic_synapse *synapse = &patient->synapse[i];
        if (synapse->weight != patient->before[i].weight)
            synapse->learning_rate = learning_rate(&rates, synapse->weight);
        if (lives) {
            lives->life[synapse->id].input = synapse->input;
            lives->life[synapse->id].dendrite = synapse->dendrite;
        }
    }
}

static int operate(struct patient *patient)
{
    const struct operation *operation = patient->step->operation;
    memcpy(patient->before, patient->synapse, (size_t)patient->n * sizeof *patient->before);
    if (operation->rewire)
        return operation->rewire(patient);
    if (operation->choose)
        return select_and_remove(patient);
    TRY(change(patient));
    settle(patient);
    return STATUS_OK;
}

int surgery_do(const char *text, const char *key, uint32_t draw, const struct parameters *p,
               struct network *network, uint64_t seed)
{
    OWNED struct plastic_synapse *synapse = NULL;
    struct plan plan;
    int32_t n;
    const bool has_lives = network->lives != NULL;
    TRY(plan_read(&plan, text, key,
                  (const bool[]){true, has_lives, has_lives && keeps_potentiation(p)}));
    if (plan.n == 0)
        return STATUS_OK;
    if (draw > UINT32_MAX / STEPS_MAX)
        return status_fail(STATUS_USER, "%s: draw %u: expected 0 to %u", key, draw,
                           UINT32_MAX / STEPS_MAX);
    TRY(network_plastic(network, &synapse, &n));
    OWN_NEW(struct plastic_synapse, before, n, "surgery");
    OWN_NEW(int32_t, order, n, "surgery");
    OWN_NEW(bool, chosen, n, "surgery");
    struct patient patient = {.parameters = p,
                              .network = network,
                              .seed = seed,
                              .n = n,
                              .synapse = synapse,
                              .before = before,
                              .order = order,
                              .chosen = chosen};
    for (int i = 0; i < plan.n; i++) {
        patient.step = &plan.step[i];
        patient.number = draw * STEPS_MAX + (uint32_t)i;
        TRY(operate(&patient));
    }
    TRY(network_restore_plastic(network, synapse, patient.n, network->plastic.next_id));
    network_note_weights(network);
    return STATUS_OK;
}
