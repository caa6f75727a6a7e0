/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy "clustered" (docs/spines.md). As many synapses grow as are pruned, whether for
 * weakness or for a failed probation; so their number stays the same. */
#include "turnover/clustered.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "turnover/turnover.h"

/* The most presentations over which calcium is correlated. */
enum { WINDOW_MAX = 2048 };

/* What a random number of purpose RANDOM_CLUSTERED decides. */
enum { DRAW_SITE, DRAW_PARTNER, DRAW_SHUFFLED, DRAW_CANDIDATE };

/* Appends n zeroed 4-byte values to the array. */
static int append_values(struct spinet_array *array, int64_t *capacity, int64_t n)
{
    int32_t *values = array->values;
    TRY_ROOM(values, *capacity, array->n + n, "clustered growth");
    array->values = values;
    if (n > 0)
        memset(values + array->n, 0, (size_t)n * sizeof *values);
    array->n += n;
    return STATUS_OK;
}

/* The calcium of a synapse in each of the last presentations: [window]. */
static float *calcium_of(const struct clustering *clustering, int32_t id)
{
    return (float *)clustering->calcium.values + (size_t)id * (size_t)clustering->window;
}

/* ---- the policy's life ---- */

static void end(struct turnover *turnover)
{
    struct clustering *clustering = turnover->state;
    neighbours_free(&clustering->neighbours);
    free(clustering->calcium.values);
    free(clustering->births.values);
}

/* For how many presentations calcium is kept: for the probation, and until the next turnover, when
 * the synapse is judged. */
static int32_t window_of(const struct parameters *p)
{
    const int64_t window = (int64_t)p->clustered.probation + p->turnover.period;
    return window < WINDOW_MAX ? (int32_t)window : WINDOW_MAX;
}

static int begin(struct turnover *turnover, const struct network *network)
{
    const struct parameters *p = turnover->parameters;
    struct clustering *clustering = turnover->state;
    clustering->parameters = p;
    clustering->window = window_of(p);
    clustering->since = network->lives->presentation;
    return neighbours_init(&clustering->neighbours, network);
}

/* Checks that a restored memory belongs to this network. */
static int check(const struct turnover *turnover, const struct network *network)
{
    const struct clustering *clustering = turnover->state;
    const int64_t window = window_of(clustering->parameters), n = clustering->calcium.n;
    if (clustering->window != window)
        return status_fail(STATUS_USER,
                           "window: calcium of %d presentations: expected %lld, "
                           "clustered.probation + turnover.period",
                           clustering->window, (long long)window);
    if (clustering->since < 0 || clustering->since > network->lives->presentation)
        return status_fail(STATUS_USER, "since: %d is later than the network", clustering->since);
    if (n % window != 0 || n / window > network->plastic.next_id)
        return status_fail(STATUS_USER, "calcium: is not of this network");
    return STATUS_OK;
}

/* Keeps the calcium of presentation n, before consolidation clears it. */
static int observe_calcium(struct turnover *turnover, const struct network *network, int32_t n)
{
    struct clustering *clustering = turnover->state;
    const struct plastic_synapses *s = &network->plastic;
    const int64_t window = clustering->window,
                  n_new = (int64_t)s->next_id * window - clustering->calcium.n;
    TRY(append_values(&clustering->calcium, &clustering->calcium_capacity, n_new > 0 ? n_new : 0));
    for (int32_t i = 0; i < s->n; i++)
        calcium_of(clustering, s->id[i])[n % window] = s->calcium[i];
    return STATUS_OK;
}

/* Notes which synapses the consolidation has potentiated. */
static void observe_weights(struct turnover *turnover, struct network *network, int32_t n)
{
    network_note_potentiation(network, turnover->parameters->clustered.potentiated_by, n);
}

/* ---- judging ---- */

double clustering_correlation(const double *a, const double *b, int32_t n)
{
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (int32_t i = 0; i < n; i++) {
        mean_a += a[i] / n;
        mean_b += b[i] / n;
    }
    for (int32_t i = 0; i < n; i++) {
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
        ab += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

/* The correlation of the calcium of two synapses over the last n presentations, or over those kept
 * if these are fewer. */
static double co_activity(const struct clustering *clustering, int32_t id, int32_t other,
                          int32_t now, int32_t n)
{
    const int32_t window = clustering->window;
    double a[WINDOW_MAX], b[WINDOW_MAX];
    n = n < window ? n : window;
    n = n < now - clustering->since ? n : now - clustering->since;
    for (int32_t k = 0; k < n; k++) {
        const size_t at = (size_t)((now - k) % window);
        a[k] = (double)calcium_of(clustering, id)[at];
        b[k] = (double)calcium_of(clustering, other)[at];
    }
    return clustering_correlation(a, b, n);
}

static bool is_potentiated(const struct clustering *clustering, const struct life *life,
                           int32_t now)
{
    return life->last_potentiated >= 0 &&
           now - life->last_potentiated < clustering->parameters->clustered.recent;
}

static void record_pair(struct clustering *clustering, enum clustered_kind kind, double distance,
                        double together)
{
    const int32_t bin = (int32_t)(distance / CLUSTERED_BIN_UM);
    if (bin >= CLUSTERED_BINS)
        return;
    const int32_t at = (int32_t)kind * CLUSTERED_BINS + bin;
    clustering->n_pairs[at] += 1;
    clustering->sum[at] += together;
    clustering->squares[at] += together * together;
}

/* Finds, from place *k on, the next potentiated synapse that is not on probation on the dendrite of
 * the synapse at `place`: its *id and *distance (um). Moves *k behind it. False if there is
 * none. */
static bool next_neighbour(const struct clustering *clustering, const struct network *network,
                           int32_t place, int32_t now, int32_t *k, int32_t *id, double *distance)
{
    const struct neighbours *n = &clustering->neighbours;
    const struct plastic_synapses *s = &network->plastic;
    const int32_t dendrite = s->dendrite[n->place[place]];
    for (; *k < n->start[dendrite + 1]; ++*k) {
        *id = s->id[n->place[*k]];
        const struct life *other = &network->lives->life[*id];
        *distance = fabs((double)neighbours_position(network, n->place[place]) -
                         (double)other->position_um);
        if (*k != place && other->judged_at < 0 && is_potentiated(clustering, other, now)) {
            ++*k;
            return true;
        }
    }
    return false;
}

/* The mean co-activity, since its birth, of the synapse at `place` with its potentiated neighbours,
 * weighted by nearness; NaN if it has none. */
static double fitness(const struct clustering *clustering, const struct network *network,
                      int32_t place, int32_t now)
{
    const struct neighbours *n = &clustering->neighbours;
    const int32_t i = n->place[place], own = network->plastic.id[i];
    const double reach = clustering->parameters->clustered.neighbour_um;
    double sum = 0, weights = 0, distance;
    int32_t k = n->start[network->plastic.dendrite[i]], id;
    while (next_neighbour(clustering, network, place, now, &k, &id, &distance)) {
        if (distance >= reach)
            continue;
        const double weight = 1 - distance / reach;
        sum += weight * co_activity(clustering, own, id, now, now - network->lives->life[own].born);
        weights += weight;
    }
    return weights > 0 ? sum / weights : (double)NAN;
}

/* Records the co-activity over n presentations of the synapse at `place` with each potentiated
 * neighbour. */
static void record_pairs(struct clustering *clustering, const struct network *network,
                         int32_t place, int32_t now, int32_t n, enum clustered_kind kind)
{
    const struct neighbours *neighbours = &clustering->neighbours;
    const int32_t i = neighbours->place[place];
    int32_t k = neighbours->start[network->plastic.dendrite[i]], id;
    double distance;
    while (next_neighbour(clustering, network, place, now, &k, &id, &distance))
        /* a pair of two established synapses is counted once */
        if (distance < CLUSTERED_BINS * CLUSTERED_BIN_UM &&
            (kind != CLUSTERED_ESTABLISHED || id > network->plastic.id[i]))
            record_pair(clustering, kind, distance,
                        co_activity(clustering, network->plastic.id[i], id, now, n));
}

static int by_id(const void *id, const void *birth)
{
    const int32_t a = *(const int32_t *)id, b = ((const struct clustered_birth *)birth)->id;
    return NUMBER_ORDER(a, b);
}

static void record_fate(struct clustering *clustering, const struct network *network, int32_t place,
                        int32_t now, bool survived)
{
    const int32_t id = network->plastic.id[clustering->neighbours.place[place]];
    int32_t n_births;
    struct clustered_birth *births = clustering_births(clustering, &n_births),
                           *birth = n_births > 0 ? bsearch(&id, births, (size_t)n_births,
                                                           sizeof *births, by_id)
                                                 : NULL;
    if (birth)
        birth->survived = survived;
    record_pairs(clustering, network, place, now, now - network->lives->life[id].born,
                 survived ? CLUSTERED_SURVIVOR : CLUSTERED_TRANSIENT);
}

/* Judges the synapses whose probation is over. Marks those that fail for removal and counts them in
 * *n_failed. */
static int judge_all(struct clustering *clustering, struct network *network, int32_t now,
                     int32_t *n_failed)
{
    const struct neighbours *n = &clustering->neighbours;
    const struct parameters *p = clustering->parameters;
    struct plastic_synapses *s = &network->plastic;
    TRY(neighbours_sort(&clustering->neighbours, network));
    const int32_t n_living = n->start[n->n_dendrites];
    for (int32_t place = 0; place < n_living; place++) {
        struct life *life = &network->lives->life[s->id[n->place[place]]];
        if (life->judged_at == -1 && p->record.synapses && is_potentiated(clustering, life, now))
            record_pairs(clustering, network, place, now, p->clustered.probation,
                         CLUSTERED_ESTABLISHED);
        if (life->judged_at < 0 || life->judged_at > now)
            continue;
        /* without potentiated neighbours (NaN) it fails */
        const bool fits = fitness(clustering, network, place, now) >= p->clustered.survive_above;
        if (p->record.synapses)
            record_fate(clustering, network, place, now, fits);
        life->judged_at = fits ? JUDGED_NOW : JUDGED_UNFIT;
    }
    for (int32_t i = 0; i < s->n; i++)
        if (network->lives->life[s->id[i]].judged_at == JUDGED_UNFIT) {
            s->dendrite[i] = -DEATH_PROBATION;
            ++*n_failed;
        }
    return STATUS_OK;
}

/* ---- growing ---- */

static bool has_partner(const struct network *network, int32_t input, int32_t dendrite)
{
    const struct plastic_synapses *s = &network->plastic;
    for (int32_t i = s->start[input]; i < s->start[input + 1]; i++)
        if (s->dendrite[i] == dendrite)
            return true;
    return false;
}

/* Chooses the input of a new synapse among random candidates. With the chance
 * clustered.new_partners it is the first that has no synapse on the dendrite yet, if there is one;
 * else the first of all. */
static int32_t choose_input(const struct turnover *turnover, const struct network *network,
                            int32_t id, int32_t dendrite)
{
    const struct parameters *p = turnover->parameters;
    const struct random_words words =
        random_words(turnover->seed, RANDOM_CLUSTERED, (uint32_t)id, 0, DRAW_PARTNER);
    const bool wants_new = (double)random_unit_float(words.word[0]) < p->clustered.new_partners;
    int32_t first = -1;
    for (uint32_t k = 0; k < (uint32_t)p->clustered.candidates; k++) {
        const struct random_words draw =
            random_words(turnover->seed, RANDOM_CLUSTERED, (uint32_t)id, k, DRAW_CANDIDATE);
        const int32_t input = layout_draw_input(&network->layout, random_bits(&draw, 0));
        first = first < 0 ? input : first;
        if (!wants_new || !has_partner(network, input, dendrite))
            return input;
    }
    return first;
}

/* Counts the synapses within clustered.near_um of a position on a dendrite that were (or, if not
 * `potentiated`, were not) potentiated lately. */
static int32_t count_near(const struct clustering *clustering, const struct network *network,
                          int32_t dendrite, double position, int32_t now, bool potentiated)
{
    const struct neighbours *n = &clustering->neighbours;
    int32_t count = 0;
    for (int32_t k = n->start[dendrite]; k < n->start[dendrite + 1]; k++) {
        const struct life *life = &network->lives->life[network->plastic.id[n->place[k]]];
        count += fabs((double)life->position_um - position) <=
                     clustering->parameters->clustered.near_um &&
                 is_potentiated(clustering, life, now) == potentiated;
    }
    return count;
}

static int record_birth(const struct turnover *turnover, const struct network *network,
                        const struct new_synapse *grown, int32_t id, int32_t now)
{
    struct clustering *clustering = turnover->state;
    int32_t n_births;
    if (!turnover->parameters->record.synapses)
        return STATUS_OK;
    TRY(append_values(&clustering->births, &clustering->births_capacity,
                      sizeof(struct clustered_birth) / sizeof(int32_t)));
    const struct random_words words =
        random_words(turnover->seed, RANDOM_CLUSTERED, (uint32_t)id, 0, DRAW_SHUFFLED);
    const double length = turnover->parameters->spines.dendrite_um,
                 position = grown->is_placed ? (double)grown->position_um
                                             : (double)lives_uniform_position(network->lives, id),
                 shuffled = length * random_unit(random_bits(&words, 0));
    struct clustered_birth *births = clustering_births(clustering, &n_births);
    births[n_births - 1] = (struct clustered_birth){
        .id = id,
        .presentation = now,
        .is_new_partner = !has_partner(network, grown->input, grown->dendrite),
        .near = count_near(clustering, network, grown->dendrite, position, now, true),
        .near_shuffled = count_near(clustering, network, grown->dendrite, shuffled, now, true),
        .other_near = count_near(clustering, network, grown->dendrite, position, now, false),
        .other_shuffled = count_near(clustering, network, grown->dendrite, shuffled, now, false),
        .survived = -1,
    };
    return STATUS_OK;
}

/* Places a new synapse near one of the sites, drawn at random, whose dendrite has room. False if no
 * site was found in DRAWS_MAX draws. */
static bool place_near(struct turnover *turnover, struct network *network, const int32_t *site,
                       int32_t n_sites, int32_t id, struct new_synapse *grown)
{
    enum { DRAWS_MAX = 64 };
    const struct parameters *p = turnover->parameters;
    for (uint32_t i = 0; i < DRAWS_MAX && n_sites > 0; i++) {
        const struct random_words words =
            random_words(turnover->seed, RANDOM_CLUSTERED, (uint32_t)id, i, DRAW_SITE);
        const int32_t at = site[random_index(random_bits(&words, 0), (uint32_t)n_sites)];
        const double away = p->clustered.near_um * (2 * random_unit(random_bits(&words, 1)) - 1);
        const double position = (double)neighbours_position(network, at) + away;
        if (!crowding_take(&turnover->crowding, network->plastic.dendrite[at]))
            continue;
        grown->dendrite = network->plastic.dendrite[at];
        grown->is_placed = true;
        grown->position_um = (float)fmin(fmax(position, 0), p->spines.dendrite_um);
        grown->input = choose_input(turnover, network, id, grown->dendrite);
        return true;
    }
    return false;
}

/* Grows n synapses, each near a random potentiated one; or anywhere if there is none. */
static int grow(struct turnover *turnover, struct network *network, int32_t n, int32_t now)
{
    struct clustering *clustering = turnover->state;
    const struct parameters *p = turnover->parameters;
    TRY(neighbours_sort(&clustering->neighbours, network));
    const int32_t n_living = clustering->neighbours.start[clustering->neighbours.n_dendrites];
    OWN_NEW(int32_t, site, n_living, "clustered growth");
    int32_t n_sites = 0;
    crowding_count(&turnover->crowding, network);
    for (int32_t k = 0; k < n_living; k++) {
        const int32_t id = network->plastic.id[clustering->neighbours.place[k]];
        if (is_potentiated(clustering, &network->lives->life[id], now))
            site[n_sites++] = clustering->neighbours.place[k];
    }
    for (int32_t i = 0; i < n && turnover->n_grown < turnover->capacity; i++) {
        const int32_t id = network->plastic.next_id + turnover->n_grown;
        struct new_synapse *grown = &turnover->grown[turnover->n_grown++];
        *grown = turnover_draw(turnover, &network->layout, id, 0, 0, network->layout.n_pyramidal);
        grown->birth = BIRTH_CLUSTERED;
        grown->judged_at = now + p->clustered.probation;
        if (!place_near(turnover, network, site, n_sites, id, grown))
            crowding_place(&turnover->crowding, &network->layout, turnover->seed, id, grown);
        TRY(record_birth(turnover, network, grown, id, now));
    }
    return STATUS_OK;
}

/* ---- the policy ---- */

/* Marks the weak synapses, except those that are silent, on probation, or have just passed it. */
static int32_t prune_weak(struct turnover *turnover, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    const float threshold = (float)turnover->parameters->turnover.threshold;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++) {
        struct life *life = &network->lives->life[s->id[i]];
        if (s->dendrite[i] >= 0 && s->weight[i] <= threshold && life->judged_at == -1 &&
            !lives_is_silent(network->lives, s->id[i])) {
            s->dendrite[i] = -DEATH_PRUNED;
            n++;
        }
        if (life->judged_at == JUDGED_NOW)
            life->judged_at = -1;
    }
    return n;
}

static int choose(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by)
{
    int32_t n = 0;
    TRY(judge_all(turnover->state, network, now, &n));
    n += prune_weak(turnover, network);
    *judged_by = n;
    return grow(turnover, network, n, now);
}

/* ---- files ---- */

const char *const clustered_kinds[CLUSTERED_N_KINDS] = {"survivor", "transient", "established"};

#define BIRTH(name, member) TABLE_COLUMN(struct clustered_birth, member, WHOLE, name)
static const struct table_column birth_columns[] = {
    BIRTH("id", id),
    BIRTH("presentation", presentation),
    BIRTH("new_partner", is_new_partner),
    BIRTH("potentiated_near", near),
    BIRTH("potentiated_near_shuffled", near_shuffled),
    BIRTH("other_near", other_near),
    BIRTH("other_near_shuffled", other_shuffled),
    TABLE_COLUMN(struct clustered_birth, survived, WHOLE, "survived", .may_be_empty = true),
};
const struct table clustered_births_table =
    TABLE_OF("clustered_births.csv", struct clustered_birth, birth_columns);

static const struct table_column bin_columns[] = {
    TABLE_COLUMN(struct clustered_bin, kind, CHOICE, "kind", .words = clustered_kinds,
                 .n_words = CLUSTERED_N_KINDS),
    TABLE_COLUMN(struct clustered_bin, distance_um, NUMBER, "distance_um", .unit = "um",
                 .format = "%g", .most = CLUSTERED_BINS * CLUSTERED_BIN_UM),
    TABLE_COLUMN(struct clustered_bin, n_pairs, NUMBER, "pairs", .format = "%.0f"),
    TABLE_COLUMN(struct clustered_bin, sum, NUMBER, "sum", .format = "%.6f"),
    TABLE_COLUMN(struct clustered_bin, squares, NUMBER, "sum_of_squares", .format = "%.6f"),
};
const struct table clustered_distance_table =
    TABLE_OF("clustered_distance.csv", struct clustered_bin, bin_columns);

static const struct table *const tables[] = {&clustered_births_table, &clustered_distance_table,
                                             NULL};

/* Writes both tables into the folder (docs/files.md). */
static int write_tables(const struct turnover *turnover, const char *folder)
{
    const struct clustering *clustering = turnover->state;
    struct clustered_bin bin[CLUSTERED_N_BINS];
    int32_t n_births;
    const struct clustered_birth *births = clustering_births(clustering, &n_births);
    for (int32_t i = 0; i < CLUSTERED_N_BINS; i++)
        bin[i] = (struct clustered_bin){
            i / CLUSTERED_BINS, CLUSTERED_BIN_UM * (i % CLUSTERED_BINS + 0.5),
            clustering->n_pairs[i], clustering->sum[i], clustering->squares[i]};
    TRY(table_write(&clustered_births_table, births, (size_t)n_births, folder));
    return table_write(&clustered_distance_table, bin, CLUSTERED_N_BINS, folder);
}

static const struct spinet_field fields[] = {
    {"window", SPINET_INT32, offsetof(struct clustering, window), 1},
    {"since", SPINET_INT32, offsetof(struct clustering, since), 1},
    {"calcium", SPINET_FLOAT, offsetof(struct clustering, calcium), 0},
    {"births", SPINET_INT32, offsetof(struct clustering, births), 0},
    {"pairs", SPINET_DOUBLE, offsetof(struct clustering, n_pairs), CLUSTERED_N_BINS},
    {"sums", SPINET_DOUBLE, offsetof(struct clustering, sum), CLUSTERED_N_BINS},
    {"squares", SPINET_DOUBLE, offsetof(struct clustering, squares), CLUSTERED_N_BINS},
};

const struct turnover_policy turnover_clustered = {
    .state_bytes = sizeof(struct clustering),
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
    .needs_lives = true,
    .choose = choose,
    .begin = begin,
    .end = end,
    .observe_calcium = observe_calcium,
    .observe_weights = observe_weights,
    .check = check,
    .write = write_tables,
    .tables = tables,
};
