/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.h5 back into a network. The file's checksums say that it is as it was written, not that
 * it is of this network: sizes are compared first, with what would be right, then every value. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "store/hdf5_archive.h"
#include "store/sonata.h"

/* ---- sizes ---- */

static int check_number(struct hdf5_file *file, const char *population, const char *of,
                        int32_t expected, const char *why)
{
    char name[64];
    int64_t n;
    snprintf(name, sizeof name, "nodes/%s/node_id", population);
    const int result = hdf5_dimensions(file, name, HDF5_UINT64, 1, &n);
    if (result == STATUS_OK && n != expected)
        return status_fail(STATUS_USER, "%s: nodes/%s: %lld %s: expected %d, %s", file->path,
                           population, (long long)n, of, expected, why);
    return result;
}

/* A column of n values of int32 in new memory (free it). */
static int read_whole(struct hdf5_file *file, const char *name, int64_t n, int32_t **values)
{
    *values = malloc(((size_t)n + 1) * sizeof **values);
    if (!*values)
        return status_no_memory(file->path, (size_t)n * sizeof **values);
    return hdf5_read(file, name, HDF5_INT32, 1, &n, *values);
}

static int check_width(struct hdf5_file *file, int32_t n_inputs, int32_t width)
{
    int32_t *column;
    int result = read_whole(file, "nodes/inputs/0/column", n_inputs, &column);
    if (result == STATUS_OK && column[n_inputs - 1] != width - 1)
        result = status_fail(STATUS_USER,
                             "%s: nodes/inputs/0/column: images %d pixels wide: expected %d, as "
                             "the images are",
                             file->path, column[n_inputs - 1] + 1, width);
    free(column);
    return result;
}

static int check_dendrites(struct hdf5_file *file, const struct layout *layout)
{
    int32_t *first;
    int result = read_whole(file, "nodes/neurons/0/first_dendrite", layout->n_neurons, &first);
    for (int32_t n = 0; n < layout->n_neurons && result == STATUS_OK; n++) {
        const struct population *population = layout_population(layout, n);
        const int32_t expected =
            population->first_dendrite + (n - population->first) * population->n_dendrites;
        if (first[n] != expected)
            result = status_fail(STATUS_USER,
                                 "%s: nodes/neurons/0/first_dendrite: %d of neuron %d: expected "
                                 "%d, by pyramidal.n_dendrites and interneuron.n_dendrites",
                                 file->path, first[n], n, expected);
    }
    free(first);
    return result;
}

static int check_sizes(struct hdf5_file *file, const struct layout *layout, int32_t width)
{
    int result = check_number(file, "teachers", "classes", layout->n_classes, "as the data have");
    if (result == STATUS_OK)
        result = check_number(file, "inputs", "pixels", layout->n_inputs, "as the images have");
    if (result == STATUS_OK)
        result = check_width(file, layout->n_inputs, width);
    if (result == STATUS_OK)
        result = check_number(file, SONATA_NEURONS, "neurons", layout->n_neurons,
                              "by pyramidal.neurons and interneuron.per_pyramidal");
    return result == STATUS_OK ? check_dendrites(file, layout) : result;
}

/* ---- edges ---- */

/* A data set of an edge population, in new memory (free it). */
static int read_column(struct hdf5_file *file, const char *group, const char *name,
                       enum hdf5_type type, int64_t n, void **values)
{
    char path[128];
    snprintf(path, sizeof path, "edges/%s/%s", group, name);
    *values = malloc((size_t)n * sizeof(uint64_t) + 1);
    return *values ? hdf5_read(file, path, type, 1, &n, *values)
                   : status_no_memory(file->path, (size_t)n * sizeof(uint64_t));
}

/* The edges of one population, whose sources are n_sources nodes, ids from first_source on. */
struct edge_population {
    const char *group;
    int32_t first_source, n_sources;
    bool plastic;
    int64_t n;
};

static int take_edges(struct hdf5_file *file, const struct edge_population *edges,
                      struct synapse_row *rows)
{
    void *source = NULL, *dendrite = NULL, *weight = NULL;
    int result = read_column(file, edges->group, "source_node_id", HDF5_UINT64, edges->n, &source);
    if (result == STATUS_OK)
        result = read_column(file, edges->group, "0/dendrite", HDF5_INT32, edges->n, &dendrite);
    if (result == STATUS_OK)
        result = read_column(file, edges->group, "0/syn_weight", HDF5_FLOAT, edges->n, &weight);
    for (int64_t i = 0; i < edges->n && result == STATUS_OK; i++) {
        const uint64_t node = ((const uint64_t *)source)[i];
        const float w = ((const float *)weight)[i];
        if (node >= (uint64_t)edges->n_sources || !(w >= 0 && w <= (edges->plastic ? 1 : 100)))
            result = status_fail(STATUS_USER,
                                 "%s: edges/%s: edge %lld from node %llu, of weight %g: expected a "
                                 "node from 0 to %d and a weight from 0 to %d",
                                 file->path, edges->group, (long long)i, (unsigned long long)node,
                                 (double)w, edges->n_sources - 1, edges->plastic ? 1 : 100);
        else
            rows[i] = (struct synapse_row){edges->first_source + (int32_t)node,
                                           ((const int32_t *)dendrite)[i], w, edges->plastic};
    }
    free(source);
    free(dendrite);
    free(weight);
    return result;
}

/* All edges as rows, the plastic ones first, in new memory (free it). */
static int read_rows(struct hdf5_file *file, const struct layout *layout, struct synapse_row **rows,
                     int32_t *n_rows)
{
    struct edge_population edges[] = {
        {"inputs_to_neurons", layout_first_input(layout), layout->n_inputs, true, 0},
        {"neurons_to_neurons", 0, layout->n_neurons, false, 0},
        {"teachers_to_neurons", layout_first_teacher(layout), layout->n_classes, false, 0},
    };
    enum { N = sizeof edges / sizeof *edges };
    int64_t n = 0;
    int result = STATUS_OK;
    for (int k = 0; k < N && result == STATUS_OK; k++) {
        char name[64];
        snprintf(name, sizeof name, "edges/%s/source_node_id", edges[k].group);
        result = hdf5_dimensions(file, name, HDF5_UINT64, 1, &edges[k].n);
        n += edges[k].n;
    }
    if (result == STATUS_OK && n > SYNAPSE_IDS_MAX)
        result = status_fail(STATUS_USER, "%s: %lld synapses: expected at most %d", file->path,
                             (long long)n, SYNAPSE_IDS_MAX);
    if (result == STATUS_OK && !(*rows = malloc(((size_t)n + 1) * sizeof **rows)))
        result = status_no_memory(file->path, (size_t)n * sizeof **rows);
    for (int k = 0; k < N && result == STATUS_OK; k++) {
        result = take_edges(file, &edges[k], *rows + *n_rows);
        *n_rows += (int32_t)edges[k].n;
    }
    return result;
}

/* What a plastic synapse carries besides its weight. */
static int read_plastic(struct hdf5_file *file, const struct synapse_row *rows,
                        struct network *network)
{
    static const struct spinet_field fields[] = {
        {"id", SPINET_INT32, offsetof(struct plastic_synapse, id), 1},
        {"learning_rate", SPINET_FLOAT, offsetof(struct plastic_synapse, learning_rate), 1},
        {"tag", SPINET_FLOAT, offsetof(struct plastic_synapse, tag), 1},
    };
    struct archive archive = hdf5_archive(file, true);
    const int32_t n = network->plastic.n;
    int32_t next_id = 0;
    struct plastic_synapse *synapses = malloc(((size_t)n + 1) * sizeof *synapses);
    if (!synapses)
        return status_no_memory(file->path, (size_t)n * sizeof *synapses);
    for (int32_t i = 0; i < n; i++)
        synapses[i] =
            (struct plastic_synapse){.input = rows[i].source - layout_first_input(&network->layout),
                                     .dendrite = rows[i].dendrite,
                                     .weight = rows[i].weight};
    archive_rows(&archive, "edges/inputs_to_neurons/0", fields, 3, synapses, sizeof *synapses, n);
    archive_integer(&archive, SONATA_NEXT_ID, 0, SYNAPSE_IDS_MAX, &next_id);
    if (archive.status == STATUS_OK)
        archive.status = network_restore_plastic(network, synapses, n, next_id);
    free(synapses);
    return archive.status;
}

static int read_creb(struct hdf5_file *file, struct network *network)
{
    static const char name[] = "nodes/neurons/0/creb";
    const int64_t n = network->layout.n_neurons;
    float *creb = malloc((size_t)n * sizeof *creb);
    if (!creb)
        return status_no_memory(file->path, (size_t)n * sizeof *creb);
    int result = hdf5_read(file, name, HDF5_FLOAT, 1, &n, creb);
    for (int64_t i = 0; i < n && result == STATUS_OK; i++)
        if (!isfinite(creb[i]))
            result = status_fail(STATUS_USER, "%s: %s: %g of neuron %lld: expected a number",
                                 file->path, name, (double)creb[i], (long long)i);
    if (result == STATUS_OK)
        memcpy(network->creb, creb, (size_t)network->layout.n_pyramidal * sizeof *creb);
    free(creb);
    return result;
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
    struct synapse_row *rows = NULL;
    int32_t n_rows = 0;
    *network = (struct network){0};
    if (!hdf5_has(file, SONATA_NEXT_ID))
        return status_fail(STATUS_USER,
                           "%s: has no " SONATA_NEXT_ID ": a spinet wrote it that kept less of a "
                           "network: expected one that `spinet train` writes now (replay takes "
                           "the network.csv beside it)",
                           file->path);
    int result = check_sizes(file, layout, width);
    if (result == STATUS_OK)
        result = read_rows(file, layout, &rows, &n_rows);
    if (result == STATUS_OK)
        result = network_init(network, layout, rows, n_rows, 0);
    if (result == STATUS_OK)
        result = read_plastic(file, rows, network);
    if (result == STATUS_OK)
        result = read_creb(file, network);
    free(rows);
    result = name_file(file, result);
    if (result != STATUS_OK)
        network_free(network);
    return result;
}
