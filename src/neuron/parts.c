/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "neuron/parts.h"

/* Each part has consecutive cells of a population, in the order of the parts. So the ids stay
 * sorted if, population by population, the spikes of one part are followed by those of the next. */
const struct spikes *parts_merge(const struct presentation *p, const struct division *division,
                                 int32_t reader, enum sender from, int32_t t)
{
    struct mail *const *mail = division->mail[from];
    struct spikes *seen = &division->part[reader].seen;
    int32_t *n_read = division->part[reader].n_read, n = 0;
    for (int32_t i = 0; i < division->n && t >= 0; i++) {
        team_await(&p->state->team, mail[i], t);
        n += mail[i]->n;
        n_read[i] = 0;
    }
    const struct population *population =
        &p->layout.population[from == FROM_PYRAMIDAL ? 0 : p->layout.n_classes];
    for (seen->n = 0; seen->n < n; population++)
        for (int32_t i = 0; i < division->n; i++)
            while (n_read[i] < mail[i]->n &&
                   mail[i]->id[n_read[i]] < population->first + population->n)
                seen->id[seen->n++] = mail[i]->id[n_read[i]++];
    return seen;
}

void parts_copy_synapses(struct part *part, const struct layout *layout,
                         const struct plastic_synapses *plastic, const float *calcium)
{
    struct reach *reach = &part->reach;
    const int32_t a_class = layout->n_pyramidal_dendrites / layout->n_classes;
    int32_t n = 0;
    for (int32_t input = 0; input < layout->n_inputs; input++) {
        for (int32_t i = plastic->start[input]; i < plastic->start[input + 1]; i++) {
            const int32_t d = plastic->dendrite[i];
            const struct range *range = &part->range[d / a_class];
            reach->own_dendrite[n] = d - range->dendrite + range->number;
            reach->own_number[n] = i;
            reach->own_weight[n] = plastic->weight[i];
            reach->own_calcium[n] = calcium ? calcium[i] : 0;
            n += (d >= range->dendrite) & (d < range->end_dendrite);
        }
        reach->own_start[input + 1] = n;
    }
    reach->start = reach->own_start;
    reach->dendrite = reach->own_dendrite;
    reach->weight = reach->own_weight;
    reach->calcium = calcium ? reach->own_calcium : NULL;
}
