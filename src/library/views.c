/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: the arrays of a network, in place where the model keeps them as they are shown. */
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "library/handles.h"

static int reserve(struct spinet_training *training)
{
    const int32_t n = training->training.network.plastic.n;
    if (n <= training->capacity)
        return STATUS_OK;
    TRY_RESIZE(training->source, n, "a view");
    TRY_RESIZE(training->position, n, "a view");
    TRY_RESIZE(training->born, n, "a view");
    training->capacity = n;
    return STATUS_OK;
}

int views_fill_sources(struct spinet_training *training)
{
    const struct network *network = &training->training.network;
    const int32_t *start = network->plastic.start;
    TRY(reserve(training));
    for (int32_t input = 0; input < network->layout.n_inputs; input++)
        for (int32_t i = start[input]; i < start[input + 1]; i++)
            training->source[i] = input;
    return STATUS_OK;
}

static int fill_lives(struct spinet_training *training, const char *name)
{
    const struct network *network = &training->training.network;
    const struct plastic_synapses *s = &network->plastic;
    if (!network->lives)
        return status_fail(STATUS_USER,
                           "view %s: where and when synapses were born is kept only with "
                           "record.synapses = true, or a mechanism that needs it",
                           name);
    TRY(reserve(training));
    for (int32_t i = 0; i < s->n; i++) {
        const struct life *life = &network->lives->life[s->id[i]];
        training->position[i] = life->position_um;
        training->born[i] = life->born;
    }
    return STATUS_OK;
}

static int view_raster(struct spinet_training *training, struct spinet_view *view)
{
    if (!training->raster.word)
        return status_fail(STATUS_USER, "view raster: nothing has been presented yet by "
                                        "spinet_training_present or _present_spikes");
    const int64_t n = raster_n_spikes(&training->raster);
    TRY_RESIZE(training->spikes, (size_t)n + 1, "a view");
    raster_list(&training->raster, training->spikes);
    *view = (struct spinet_view){.values = training->spikes,
                                 .type = SPINET_INT32,
                                 .n_dimensions = 2,
                                 .shape = {n, 2, 1},
                                 .unit = "ms, 1"};
    return STATUS_OK;
}

int spinet_training_view(struct spinet_training *training, const char *name,
                         struct spinet_view *view)
{
    if (strcmp(name, "raster") == 0)
        return view_raster(training, view);
    const struct network *network = &training->training.network;
    const struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    if (strcmp(name, "source") == 0)
        TRY(views_fill_sources(training));
    if (strcmp(name, "position") == 0 || strcmp(name, "born") == 0)
        TRY(fill_lives(training, name));
    const struct {
        const char *name, *unit;
        enum spinet_type type;
        int32_t n;
        const void *values;
    } arrays[] = {
        {"weight", "1", SPINET_FLOAT, s->n, s->weight},
        {"learning_rate", "1", SPINET_FLOAT, s->n, s->learning_rate},
        {"tag", "1", SPINET_FLOAT, s->n, s->tag},
        {"calcium", "1", SPINET_FLOAT, s->n, s->calcium},
        {"id", "1", SPINET_INT32, s->n, s->id},
        {"source", "1", SPINET_INT32, s->n, training->source},
        {"dendrite", "1", SPINET_INT32, s->n, s->dendrite},
        {"position", "um", SPINET_FLOAT, s->n, training->position},
        {"born", "presentations", SPINET_INT32, s->n, training->born},
        {"creb", "1", SPINET_FLOAT, layout->n_pyramidal, network->creb},
        {"spikes", "1", SPINET_INT32, layout->n_neurons, training->training.spikes},
        {"dendritic_spikes", "1", SPINET_INT32, layout->n_dendrites,
         training->training.dendritic_spikes},
    };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (strcmp(arrays[i].name, name) == 0) {
            *view = (struct spinet_view){.values = arrays[i].values,
                                         .type = arrays[i].type,
                                         .n_dimensions = 1,
                                         .shape = {arrays[i].n, 1, 1},
                                         .unit = arrays[i].unit};
            return STATUS_OK;
        }
    return status_fail(STATUS_USER,
                       "view %s: expected weight, learning_rate, tag, calcium, id, source, "
                       "dendrite, position, born, creb, spikes, dendritic_spikes or raster",
                       name);
}
