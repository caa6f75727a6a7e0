/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may learn from an image, and who unlearns (docs/model.md §4). */
#include "plasticity/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "neuron/stimulus.h"

struct gate_kind {
    bool asks;
    /* opens signals, which are closed before; returns whether there is anything to learn */
    bool (*judge)(struct gate *gate, const struct layout *layout, int32_t number, int32_t right,
                  const int32_t *spikes);
    bool is_shuffled; /* then the signals are shuffled among the classes */
};

static bool judge_class(struct gate *gate, const struct layout *layout, int32_t number,
                        int32_t right, const int32_t *spikes)
{
    (void)layout;
    (void)number;
    (void)spikes;
    gate->signal[right] = GATE_OPEN;
    return true;
}

/* There is nothing to learn if the right class has more votes than every other by a margin. Else
 * its cells learn, and the cells of each class that came closer than the margin unlearn. */
static bool judge_error(struct gate *gate, const struct layout *layout, int32_t number,
                        int32_t right, const int32_t *spikes)
{
    (void)number;
    int32_t best = 0;
    for (int32_t k = 0; k < layout->n_classes; k++)
        if (k != right && spikes[k] > best)
            best = spikes[k];
    const double margin = gate->parameters->gate.margin * (spikes[right] + best);
    if (spikes[right] > best + margin)
        return false;
    for (int32_t k = 0; k < layout->n_classes; k++)
        if (spikes[k] >= spikes[right] - margin && gate->parameters->gate.depress > 0)
            gate->signal[k] = GATE_DEPRESS;
    gate->signal[right] = GATE_OPEN;
    return true;
}

/* The response that is made: the answer; or a random class, to explore or if there is no answer. */
static int32_t respond(const struct gate *gate, int32_t n_classes, int32_t number, int32_t answer)
{
    const struct random_words words =
        random_words(gate->seed, RANDOM_REWARD, (uint32_t)number, 0, 0);
    if (answer >= 0 && random_unit(random_bits(&words, 0)) >= gate->parameters->reward.explore)
        return answer;
    return (int32_t)random_index(random_bits(&words, 1), (uint32_t)n_classes);
}

/* The network is told whether its response was rewarded, not which one would have been. The cells
 * of the response are driven by their teacher and may learn. What they learn depends on dopamine,
 * which signals the difference between the reward and the one that their spikes predicted. */
static bool judge_reward(struct gate *gate, const struct layout *layout, int32_t number,
                         int32_t right, const int32_t *spikes)
{
    const struct parameters *p = gate->parameters;
    const int32_t n = layout->n_classes, rewarded = (right + (number <= p->reward.reversed)) % n,
                  answer = layout_answer(layout, spikes);
    int32_t response = 0, net = spikes[0];
    if (layout->has_one_response) {
        gate->signal[0] = gate->signal[1] = GATE_OPEN;
        gate->teacher = TEACHERS_BOTH;
        net -= spikes[1];
    } else {
        gate->teacher = response = respond(gate, n, number, answer);
        gate->signal[response] = GATE_OPEN;
        net = spikes[response];
    }
    const double mean = fmax(net, 0) / layout_cells_per_class(layout),
                 expected = mean / (mean + p->reward.half_spikes);
    const bool is_rewarded = response == rewarded;
    gate->trial =
        (struct reward_trial){answer, response, is_rewarded, expected, is_rewarded - expected};
    return true;
}

static const struct gate_kind kinds[] = {
    [GATE_NONE] = {.judge = NULL},
    [GATE_CLASS] = {.judge = judge_class},
    [GATE_ERROR] = {.asks = true, .judge = judge_error},
    [GATE_SHUFFLED] = {.asks = true, .judge = judge_error, .is_shuffled = true},
    [GATE_REWARD] = {.asks = true, .judge = judge_reward},
};

static int make_parts(struct gate *gate, const struct layout *layout)
{
    TRY_NEW(gate->signal, layout->n_classes, "the gate");
    TRY_NEW(gate->of_dendrite, layout->n_pyramidal_dendrites, "the gate");
    return STATUS_OK;
}

int gate_init(struct gate *gate, const struct parameters *p, const struct network *network,
              uint64_t seed)
{
    const struct gate_kind *kind = &kinds[p->plasticity.gate];
    *gate = (struct gate){.kind = kind,
                          .is_on = kind->judge != NULL,
                          .asks = kind->asks,
                          .parameters = p,
                          .seed = seed};
    RETURN_OR_FREE(make_parts(gate, &network->layout), gate_free, gate);
}

void gate_free(struct gate *gate)
{
    free(gate->signal);
    free(gate->of_dendrite);
    free(gate->of_answer);
    *gate = (struct gate){0};
}

bool gate_judge(struct gate *gate, const struct layout *layout, int32_t number, int32_t right,
                const int32_t *spikes)
{
    const int32_t n = layout->n_classes;
    memset(gate->signal, 0, (size_t)n * sizeof *gate->signal);
    gate->teacher = right;
    const bool learns = gate->kind->judge(gate, layout, number, right, spikes);
    if (gate->kind->is_shuffled)
        random_shuffle(gate->signal, n, gate->seed, RANDOM_GATE, (uint32_t)number, 0);
    return learns;
}

int gate_take_answer(struct gate *gate, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    const size_t size = (size_t)s->n * sizeof *s->calcium;
    TRY_ROOM(gate->of_answer, gate->capacity, s->n, "the calcium");
    if (s->n > 0) {
        memcpy(gate->of_answer, s->calcium, size);
        memset(s->calcium, 0, size);
    }
    return STATUS_OK;
}

void gate_admit(const struct gate *gate, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    for (int32_t b = 0; b < network->layout.n_pyramidal_dendrites; b++)
        gate->of_dendrite[b] = (int8_t)gate->signal[layout_class(&network->layout, b)];
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t signal = gate->of_dendrite[s->dendrite[i]];
        const float other = signal == GATE_DEPRESS ? gate->of_answer[i] : 0;
        s->calcium[i] = signal == GATE_OPEN ? s->calcium[i] : other;
    }
}
