/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.h5 back into a network. The file's checksums say that it is as it was written, not that
 * it is of this network: sizes are compared first, with what would be right, then every value. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "store/hdf5_archive.h"
#include "store/sonata.h"

/* ---- sizes ---- */

static void check_number(struct archive *archive, const char *population, const char *of,
                         int32_t expected, const char *why)
{
    char name[64];
    snprintf(name, sizeof name, "nodes/%s/node_id", population);
    const int64_t n = archive_length(archive, name, SPINET_UINT64, 0, INT64_MAX);
    if (n != expected)
        archive_refuse(archive, "nodes/%s: %lld %s: expected %d, %s", population, (long long)n, of,
                       expected, why);
}

/* Reads a column of n int32 or float values into new memory; NULL if it fails. */
static void *read_column(struct archive *archive, const char *name, enum spinet_type type,
                         int64_t n)
{
    void *values = calloc((size_t)n + 1, sizeof(int32_t));
    if (!values && archive->status == STATUS_OK)
        archive->status = status_no_memory(archive->path, (size_t)n * sizeof(int32_t));
    archive_values(archive, name, type, 1, &n, values, NULL);
    if (archive->status == STATUS_OK)
        return values;
    free(values);
    return NULL;
}

static void check_width(struct archive *archive, int32_t n_inputs, int32_t width)
{
    OWNED int32_t *column = read_column(archive, "nodes/inputs/0/column", SPINET_INT32, n_inputs);
    if (column && column[n_inputs - 1] != width - 1)
        archive_refuse(archive,
                       "nodes/inputs/0/column: images %d pixels wide: expected %d, as the images "
                       "are",
                       column[n_inputs - 1] + 1, width);
}

static void check_dendrites(struct archive *archive, const struct layout *layout)
{
    OWNED int32_t *first =
        read_column(archive, "nodes/neurons/0/first_dendrite", SPINET_INT32, layout->n_neurons);
    for (int32_t n = 0; n < layout->n_neurons && first; n++) {
        const struct population *population = layout_population(layout, n);
        const int32_t expected =
            population->first_dendrite + (n - population->first) * population->n_dendrites;
        if (first[n] != expected)
            archive_refuse(archive,
                           "nodes/neurons/0/first_dendrite: %d of neuron %d: expected %d, by "
                           "pyramidal.n_dendrites and interneuron.n_dendrites",
                           first[n], n, expected);
    }
}

static void check_sizes(struct archive *archive, const struct layout *layout, int32_t width)
{
    check_number(archive, "teachers", "classes", layout->n_classes, "as the data have");
    check_number(archive, "inputs", "pixels", layout->n_inputs, "as the images have");
    check_width(archive, layout->n_inputs, width);
    check_number(archive, SONATA_NEURONS, "neurons", layout->n_neurons,
                 "by pyramidal.neurons and interneuron.per_pyramidal");
    check_dendrites(archive, layout);
}

/* ---- edges ---- */

/* The members of an edge that are read; the last three only of a plastic synapse. */
struct edge {
    uint64_t source;
    int32_t dendrite;
    float weight;
    int32_t id;
    float learning_rate, tag;
};

#define EDGE(name, type, member)                                                                   \
    {                                                                                              \
        name, type, offsetof(struct edge, member), 1                                               \
    }
static const struct spinet_field edge_fields[] = {
    EDGE("source_node_id", SPINET_UINT64, source),
    EDGE("0/dendrite", SPINET_INT32, dendrite),
    EDGE("0/syn_weight", SPINET_FLOAT, weight),
    EDGE("0/id", SPINET_INT32, id),
    EDGE("0/learning_rate", SPINET_FLOAT, learning_rate),
    EDGE("0/tag", SPINET_FLOAT, tag),
};
enum { N_FIXED = 3, N_PLASTIC = 6 /* of these */ };

/* The edges of one population, whose sources are n_sources nodes, ids from first_source on. */
struct edge_population {
    const char *group;
    int32_t first_source, n_sources;
    bool is_plastic;
    int64_t n;
    struct edge *edge; /* [n] */
};

static void read_edges(struct archive *archive, struct edge_population *edges,
                       struct synapse_row *rows)
{
    const int w_max = edges->is_plastic ? 1 : 100;
    edges->edge = calloc((size_t)edges->n + 1, sizeof *edges->edge);
    if (!edges->edge) {
        archive_take(archive, "", status_no_memory(archive->path, (size_t)edges->n * sizeof *rows));
        return;
    }
    archive_rows(archive, edges->group, edge_fields, edges->is_plastic ? N_PLASTIC : N_FIXED,
                 edges->edge, sizeof *edges->edge, edges->n);
    for (int64_t i = 0; i < edges->n && archive->status == STATUS_OK; i++) {
        const struct edge *e = &edges->edge[i];
        if (e->source >= (uint64_t)edges->n_sources ||
            !(e->weight >= 0 && e->weight <= (float)w_max))
            archive_refuse(archive,
                           "%s: edge %lld from node %llu, of weight %g: expected a node from 0 to "
                           "%d and a weight from 0 to %d",
                           edges->group, (long long)i, (unsigned long long)e->source,
                           (double)e->weight, edges->n_sources - 1, w_max);
        rows[i] = (struct synapse_row){edges->first_source + (int32_t)e->source, e->dendrite,
                                       e->weight, edges->is_plastic};
    }
}

/* Gives plastic synapses what they have besides their weight. */
static void restore_plastic(struct archive *archive, const struct edge_population *edges,
                            struct network *network)
{
    const int32_t n = (int32_t)edges->n;
    int32_t next_id = 0;
    OWNED struct plastic_synapse *synapses = malloc(((size_t)n + 1) * sizeof *synapses);
    if (!synapses && archive->status == STATUS_OK)
        archive->status = status_no_memory(archive->path, (size_t)n * sizeof *synapses);
    archive_integer(archive, SONATA_NEXT_ID, 0, SYNAPSE_IDS_MAX, &next_id);
    if (archive->status != STATUS_OK)
        return;
    for (int32_t i = 0; i < n; i++) {
        const struct edge *e = &edges->edge[i];
        synapses[i] = (struct plastic_synapse){(int32_t)e->source, e->dendrite,      e->id,
                                               e->weight,          e->learning_rate, e->tag};
    }
    archive->status = network_restore_plastic(network, synapses, n, next_id);
}

/* Reads all edges, plastic ones first, and makes the network. */
static void read_network(struct archive *archive, const struct layout *layout,
                         struct network *network)
{
    struct edge_population edges[] = {
        {"edges/inputs_to_neurons", layout_first_input(layout), layout->n_inputs, true, 0, NULL},
        {"edges/neurons_to_neurons", 0, layout->n_neurons, false, 0, NULL},
        {"edges/teachers_to_neurons", layout_first_teacher(layout), layout->n_classes, false, 0,
         NULL},
    };
    enum { N = sizeof edges / sizeof *edges };
    int64_t n = 0, n_read = 0;
    for (int k = 0; k < N; k++) {
        char name[64];
        snprintf(name, sizeof name, "%s/source_node_id", edges[k].group);
        edges[k].n = archive_length(archive, name, SPINET_UINT64, 0, INT64_MAX);
        n += edges[k].n;
    }
    if (n > SYNAPSE_IDS_MAX)
        archive_refuse(archive, "%lld synapses: expected at most %d", (long long)n,
                       SYNAPSE_IDS_MAX);
    OWNED struct synapse_row *rows =
        archive->status == STATUS_OK ? malloc(((size_t)n + 1) * sizeof *rows) : NULL;
    if (!rows && archive->status == STATUS_OK)
        archive->status = status_no_memory(archive->path, (size_t)n * sizeof *rows);
    for (int k = 0; k < N && rows; n_read += edges[k++].n)
        read_edges(archive, &edges[k], rows + n_read);
    if (archive->status == STATUS_OK)
        archive->status = network_init(network, layout, rows, (int32_t)n, 0);
    restore_plastic(archive, &edges[0], network);
    for (int k = 0; k < N; k++)
        free(edges[k].edge);
}

static void read_creb(struct archive *archive, struct network *network)
{
    static const char name[] = "nodes/neurons/0/creb";
    const int32_t n = network->layout.n_neurons;
    OWNED float *creb = read_column(archive, name, SPINET_FLOAT, n);
    for (int32_t i = 0; i < n && creb; i++)
        if (!isfinite(creb[i]))
            archive_refuse(archive, "%s: %g of neuron %d: expected a number", name, (double)creb[i],
                           i);
    if (archive->status == STATUS_OK)
        memcpy(network->creb, creb, (size_t)network->layout.n_pyramidal * sizeof *creb);
}

/* Puts the file before a message about its synapses. */
static int name_file(const struct hdf5_file *file, int result)
{
    char what[512];
    if (result != STATUS_USER || strncmp(status_message(), "synapse ", 8) != 0)
        return result;
    snprintf(what, sizeof what, "%s", status_message());
    return status_fail(STATUS_USER, "%s: %s", file->path, what);
}

int sonata_read_network(struct hdf5_file *file, const struct layout *layout, int32_t width,
                        struct network *network)
{
    struct archive archive = hdf5_archive(file, true);
    *network = (struct network){0};
    if (!hdf5_has(file, SONATA_NEXT_ID))
        return status_fail(STATUS_USER,
                           "%s: has no " SONATA_NEXT_ID ": a spinet wrote it that kept less of a "
                           "network: expected one that `spinet train` writes now (replay takes "
                           "the network.csv beside it)",
                           file->path);
    check_sizes(&archive, layout, width);
    read_network(&archive, layout, network);
    read_creb(&archive, network);
    const int result = name_file(file, archive.status);
    if (result != STATUS_OK)
        network_free(network);
    return result;
}
