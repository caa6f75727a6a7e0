/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may learn from an image, and who unlearns (docs/model.md §4). */
#include "plasticity/gate.h"

#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"

struct gate_kind {
    bool asks;
    void (*judge)(struct gate *gate, int32_t n_classes, int32_t right, const int32_t *spikes);
    bool is_shuffled; /* signals are dealt to classes at random */
};

static void judge_class(struct gate *gate, int32_t n_classes, int32_t right, const int32_t *spikes)
{
    (void)n_classes;
    (void)spikes;
    gate->signal[right] = GATE_OPEN;
}

/* An answer is right if the right class leads every other by the margin. If not, its cells are to
 * learn, and those of each class that came too near are to unlearn. */
static void judge_error(struct gate *gate, int32_t n_classes, int32_t right, const int32_t *spikes)
{
    int32_t best = 0;
    for (int32_t k = 0; k < n_classes; k++)
        if (k != right && spikes[k] > best)
            best = spikes[k];
    const double margin = gate->parameters->gate.margin * (spikes[right] + best);
    if (spikes[right] > best + margin)
        return;
    for (int32_t k = 0; k < n_classes; k++)
        if (spikes[k] >= spikes[right] - margin && gate->parameters->gate.depress > 0)
            gate->signal[k] = GATE_DEPRESS;
    gate->signal[right] = GATE_OPEN;
}

static const struct gate_kind kinds[] = {
    [GATE_NONE] = {.judge = NULL},
    [GATE_CLASS] = {.judge = judge_class},
    [GATE_ERROR] = {.asks = true, .judge = judge_error},
    [GATE_SHUFFLED] = {.asks = true, .judge = judge_error, .is_shuffled = true},
};

int gate_init(struct gate *gate, const struct parameters *p, const struct network *network,
              uint64_t seed)
{
    const size_t n = (size_t)network->layout.n_classes;
    *gate = (struct gate){.kind = &kinds[p->plasticity.gate],
                          .parameters = p,
                          .seed = seed,
                          .signal = calloc(n, sizeof *gate->signal)};
    return gate->signal ? STATUS_OK : status_no_memory("the gate", n * sizeof *gate->signal);
}

void gate_free(struct gate *gate)
{
    free(gate->signal);
    free(gate->of_answer);
    *gate = (struct gate){0};
}

bool gate_is_on(const struct gate *gate)
{
    return gate->kind->judge != NULL;
}

bool gate_asks(const struct gate *gate)
{
    return gate->kind->asks;
}

bool gate_judge(struct gate *gate, const struct layout *layout, int32_t number, int32_t right,
                const int32_t *spikes)
{
    const int32_t n = layout->n_classes;
    memset(gate->signal, 0, (size_t)n * sizeof *gate->signal);
    gate->kind->judge(gate, n, right, spikes);
    const bool learns = gate->signal[right] == GATE_OPEN;
    if (gate->kind->is_shuffled)
        random_shuffle(gate->signal, n, gate->seed, RANDOM_GATE, (uint32_t)number, 0);
    return learns;
}

int gate_take_answer(struct gate *gate, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    const size_t size = (size_t)s->n * sizeof *s->calcium;
    if (s->n > gate->capacity) {
        free(gate->of_answer);
        gate->of_answer = malloc(size);
        gate->capacity = gate->of_answer ? s->n : 0;
        if (!gate->of_answer)
            return status_no_memory("the calcium", size);
    }
    if (s->n > 0) {
        memcpy(gate->of_answer, s->calcium, size);
        memset(s->calcium, 0, size);
    }
    return STATUS_OK;
}

void gate_admit(const struct gate *gate, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t signal = gate->signal[layout_class(&network->layout, s->dendrite[i])];
        if (signal != GATE_OPEN)
            s->calcium[i] = signal == GATE_DEPRESS ? gate->of_answer[i] : 0;
    }
}
