/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: views of the network's arrays. Those that the model does not keep in this form are
 * computed into memory of the training. */
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "library/handles.h"

struct spinet_view views_list(const void *values, enum spinet_type type, int64_t n,
                              const char *unit)
{
    return (struct spinet_view){
        .values = values, .type = type, .n_dimensions = 1, .shape = {n, 1, 1}, .unit = unit};
}

int views_find(const struct named_view *views, size_t n, const char *name, const char *expected,
               struct spinet_view *view)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(views[i].name, name) == 0) {
            *view = views[i].view;
            return STATUS_OK;
        }
    return status_fail(STATUS_USER, "view %s: expected %s", name, expected);
}

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
    const struct named_view views[] = {
        {"weight", views_list(s->weight, SPINET_FLOAT, s->n, "1")},
        {"learning_rate", views_list(s->learning_rate, SPINET_FLOAT, s->n, "1")},
        {"tag", views_list(s->tag, SPINET_FLOAT, s->n, "1")},
        {"calcium", views_list(s->calcium, SPINET_FLOAT, s->n, "1")},
        {"id", views_list(s->id, SPINET_INT32, s->n, "1")},
        {"source", views_list(training->source, SPINET_INT32, s->n, "1")},
        {"dendrite", views_list(s->dendrite, SPINET_INT32, s->n, "1")},
        {"position", views_list(training->position, SPINET_FLOAT, s->n, "um")},
        {"born", views_list(training->born, SPINET_INT32, s->n, "presentations")},
        {"creb", views_list(network->creb, SPINET_FLOAT, layout->n_pyramidal, "1")},
        {"spikes", views_list(training->training.spikes, SPINET_INT32, layout->n_neurons, "1")},
        {"dendritic_spikes",
         views_list(training->training.dendritic_spikes, SPINET_INT32, layout->n_dendrites, "1")},
    };
    return views_find(views, sizeof views / sizeof *views, name,
                      "weight, learning_rate, tag, calcium, id, source, dendrite, position, born, "
                      "creb, spikes, dendritic_spikes or raster",
                      view);
}
