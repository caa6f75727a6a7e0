/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spines/silent.h"

#include "core/random.h"

bool silent_is_on(const struct parameters *p)
{
    return p->silent.part > 0;
}

/* What is drawn, by its id, for each spine. */
struct silence {
    double days;   /* duration of silence from birth on; of a spine of the first network, from the
                      start on */
    bool is_first; /* silent from the start, if it is of the first network */
    bool matures;
};

static struct silence silence_of(const struct network *network, const struct parameters *p,
                                 uint64_t seed, int32_t id)
{
    const struct random_words words = random_words(seed, RANDOM_SILENT, (uint32_t)id, 0, 0);
    const double span = p->silent.days_most - p->silent.days_least;
    const double days = p->silent.days_least + span * (double)random_unit_float(words.word[0]);
    const bool was_there = network->lives->life[id].birth == BIRTH_INITIAL;
    return (struct silence){
        .days = was_there ? days * (double)random_unit_float(words.word[1]) : days,
        .is_first = (double)random_unit_float(words.word[2]) < p->silent.part,
        .matures = (double)random_unit_float(words.word[3]) < p->silent.matures,
    };
}

void silent_begin(struct network *network, const struct parameters *p, uint64_t seed,
                  bool has_learned)
{
    struct plastic_synapses *s = &network->plastic;
    if (!silent_is_on(p))
        return;
    network->lives->born_silent = true;
    for (int32_t i = 0; i < s->n && !has_learned; i++)
        if (silence_of(network, p, seed, s->id[i]).is_first) {
            struct life *life = &network->lives->life[s->id[i]];
            s->weight[i] = life->weight = life->weight_max = 0;
        }
}

/* Turns a silent spine into a synapse. */
static void become_synapse(struct network *network, int32_t i, float gained)
{
    struct life *life = &network->lives->life[network->plastic.id[i]];
    const float weight = life->weight_at_birth + gained;
    network->plastic.weight[i] = life->weight = life->weight_max = weight < 1 ? weight : 1;
}

void silent_learn(struct network *network, const struct parameters *p)
{
    struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; i < s->n && silent_is_on(p); i++) {
        if (!lives_is_silent(network->lives, s->id[i]))
            continue;
        if (s->weight[i] >= (float)p->clustered.potentiated_by)
            become_synapse(network, i, s->weight[i]);
        else
            s->weight[i] = 0;
    }
}

int32_t silent_end(struct network *network, const struct parameters *p, uint64_t seed)
{
    struct plastic_synapses *s = &network->plastic;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t id = s->id[i];
        if (!lives_is_silent(network->lives, id))
            continue;
        const struct silence silence = silence_of(network, p, seed, id);
        if (network->lives->day - (double)network->lives->life[id].born_day < silence.days)
            continue;
        if (silence.matures) {
            become_synapse(network, i, 0);
        } else {
            s->dendrite[i] = -DEATH_UNSETTLED;
            n++;
        }
    }
    return n;
}
