/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes are `neurons` (pyramidal cells and interneurons), `inputs` and `teachers`, each with its
 * ids from 0; a population of the layout is a type of node. Edges are the plastic synapses in the
 * order of network.csv, and the fixed ones, of which a projection is a type. One group a
 * population. What SONATA has no name for, stands under the name that the code uses.
 *
 * Reading trusts the checksum that the file is as it was written, not that it is of this network:
 * sizes are compared first, with what would be right, then every value. */
#include "store/sonata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"

enum { MAGIC = 0x0A7A, VERSION_MAJOR = 0, VERSION_MINOR = 1, NAME_MAX_LENGTH = 128 };

int sonata_create(struct hdf5_file *file)
{
    static const int64_t magic = MAGIC, version[] = {VERSION_MAJOR, VERSION_MINOR};
    TRY(hdf5_create(file));
    file->compress = true;
    TRY(hdf5_write_integer_attribute(file, "/", "magic", SPINET_UINT32, &magic, 1));
    return hdf5_write_integer_attribute(file, "/", "version", SPINET_UINT32, version, 2);
}

/* ---- nodes ---- */

enum { NEURONS, INPUTS, TEACHERS, N_NODE_POPULATIONS };
static const char *const node_populations[] = {SONATA_NEURONS, "inputs", "teachers"};
/* The edges from the nodes of each population; those from inputs are the plastic synapses. */
static const char *const edge_groups[] = {"edges/neurons_to_neurons", "edges/inputs_to_neurons",
                                          "edges/teachers_to_neurons"};

static int node_population_of(const struct population *population)
{
    return population->role == ROLE_INPUT     ? INPUTS
           : population->role == ROLE_TEACHER ? TEACHERS
                                              : NEURONS;
}

/* The first id of a population of nodes, whose node ids begin at 0. */
static int32_t first_node(const struct layout *layout, int node_population)
{
    return node_population == NEURONS  ? 0
           : node_population == INPUTS ? layout_first_input(layout)
                                       : layout_first_teacher(layout);
}

static int32_t n_nodes_of(const struct layout *layout, int node_population)
{
    return node_population == NEURONS  ? layout->n_neurons
           : node_population == INPUTS ? layout->n_inputs
                                       : layout->n_classes;
}

static int32_t label_of(const struct population *population, const int32_t *labels)
{
    return population->class_index < 0 ? -1 : labels[population->class_index];
}

/* A row of a population of nodes. All are of group 0, in their order. */
struct node {
    uint64_t group, index;
    int64_t type;
    int32_t class_label; /* -1: none */
    int32_t first_dendrite;
    float creb;
    int32_t row, column; /* pixel of an input */
};

static const struct spinet_field node_fields[] = {
    FIELD(struct node, "node_group_id", UINT64, group),
    FIELD(struct node, "node_group_index", UINT64, index),
    FIELD(struct node, "node_id", UINT64, index),
    FIELD(struct node, "node_type_id", INT64, type),
};
static const struct spinet_field class_field[] = {
    FIELD(struct node, "0/class", INT32, class_label)};
static const struct spinet_field neuron_fields[] = {
    FIELD(struct node, "0/first_dendrite", INT32, first_dendrite),
    FIELD(struct node, "0/creb", FLOAT, creb),
};
static const struct spinet_field input_fields[] = {
    FIELD(struct node, "0/row", INT32, row),
    FIELD(struct node, "0/column", INT32, column),
};

/* What is to be known of the nodes of one population of SONATA's; `width` of an image. */
static void fill_nodes(struct node *nodes, const struct network *network, const int32_t *labels,
                       int32_t width, int node_population)
{
    const struct layout *layout = &network->layout;
    const int32_t first = first_node(layout, node_population);
    for (int32_t k = 0; k < layout->n_populations; k++) {
        const struct population *population = &layout->population[k];
        if (node_population_of(population) != node_population)
            continue;
        for (int32_t i = 0; i < population->n; i++) {
            const int32_t id = population->first + i, n = id - first;
            nodes[n] = (struct node){
                .index = (uint64_t)n,
                .type = k,
                .class_label = label_of(population, labels),
                .first_dendrite = population->n_dendrites > 0
                                      ? population->first_dendrite + i * population->n_dendrites
                                      : 0,
                .creb = id < layout->n_pyramidal ? network->creb[id] : 0,
                .row = n / width,
                .column = n % width,
            };
        }
    }
}

static void move_nodes(struct archive *archive, int node_population, struct node *nodes, int64_t n)
{
    char group[NAME_MAX_LENGTH];
    snprintf(group, sizeof group, "nodes/%s", node_populations[node_population]);
    archive_rows(archive, group, node_fields, 4, nodes, sizeof *nodes, n);
    if (node_population != INPUTS)
        archive_rows(archive, group, class_field, 1, nodes, sizeof *nodes, n);
    if (node_population != TEACHERS)
        archive_rows(archive, group, node_population == NEURONS ? neuron_fields : input_fields, 2,
                     nodes, sizeof *nodes, n);
}

static int write_nodes(struct hdf5_file *file, const struct network *network, const int32_t *labels,
                       int32_t width)
{
    struct archive archive = hdf5_archive(file, false);
    for (int k = 0; k < N_NODE_POPULATIONS; k++) {
        const int32_t n = n_nodes_of(&network->layout, k);
        OWN_NEW(struct node, nodes, n, "network.h5");
        fill_nodes(nodes, network, labels, width, k);
        move_nodes(&archive, k, nodes, n);
    }
    return archive.status;
}

/* ---- edges ---- */

/* A row of a population of edges. */
struct edge {
    uint64_t source, target; /* nodes */
    int64_t type;
    uint64_t group, index;
    int32_t dendrite; /* id */
    uint32_t section; /* 0: the soma; 1 …: the dendrites of the cell */
    float weight;
    /* of a plastic synapse */
    int32_t id;
    float learning_rate, tag, position; /* 0 … 1 along its dendrite */
};

static const struct spinet_field ends[] = {
    FIELD(struct edge, "source_node_id", UINT64, source),
    FIELD(struct edge, "target_node_id", UINT64, target),
};
static const struct spinet_field edge_fields[] = {
    FIELD(struct edge, "edge_type_id", INT64, type),
    FIELD(struct edge, "edge_group_id", UINT64, group),
    FIELD(struct edge, "edge_group_index", UINT64, index),
    FIELD(struct edge, "0/syn_weight", FLOAT, weight),
    FIELD(struct edge, "0/afferent_section_id", UINT32, section),
    FIELD(struct edge, "0/dendrite", INT32, dendrite),
};
static const struct spinet_field plastic_fields[] = {
    FIELD(struct edge, "0/id", INT32, id),
    FIELD(struct edge, "0/learning_rate", FLOAT, learning_rate),
    FIELD(struct edge, "0/tag", FLOAT, tag),
    FIELD(struct edge, "0/afferent_section_pos", FLOAT, position),
};

enum {
    N_EDGE = sizeof edge_fields / sizeof *edge_fields,
    N_PLASTIC = 3 /* of the plastic fields; the position, without lives, is not written */
};

static struct edge edge_between(const struct layout *layout, int64_t row, int32_t source,
                                int32_t dendrite, float weight, int64_t type, bool onto_soma)
{
    const int32_t n = layout_neuron(layout, dendrite);
    const int32_t in_cell = n < layout->n_pyramidal ? dendrite % layout->dendrites_per_pyramidal
                                                    : (dendrite - layout->n_pyramidal_dendrites) %
                                                          layout->dendrites_per_interneuron;
    return (struct edge){
        .source = (uint64_t)source,
        .target = (uint64_t)n,
        .type = type,
        .index = (uint64_t)row,
        .dendrite = dendrite,
        .section = onto_soma ? 0 : (uint32_t)in_cell + 1,
        .weight = weight,
    };
}

/* Saves or loads edges from the nodes of one population, with so many of the plastic fields. */
static void move_edges(struct archive *archive, int node_population, struct edge *edges, int64_t n,
                       int n_plastic)
{
    const char *const group = edge_groups[node_population];
    const char *const population[] = {node_populations[node_population], SONATA_NEURONS};
    for (int k = 0; k < 2; k++) {
        char path[NAME_MAX_LENGTH];
        archive_rows(archive, group, &ends[k], 1, edges, sizeof *edges, n);
        snprintf(path, sizeof path, "%s/%s", group, ends[k].name);
        if (archive->status == STATUS_OK && !archive->loads)
            archive->status =
                hdf5_write_text_attribute(archive->file, path, "node_population", population[k]);
    }
    archive_rows(archive, group, edge_fields, N_EDGE, edges, sizeof *edges, n);
    archive_rows(archive, group, plastic_fields, n_plastic, edges, sizeof *edges, n);
}

enum { PLASTIC_TYPE = 0, FIRST_FIXED_TYPE = 1 };

static int write_plastic(struct hdf5_file *file, const struct network *network)
{
    const struct lives *lives = network->lives;
    OWNED struct plastic_synapse *synapses = NULL;
    int32_t n;
    TRY(network_plastic(network, &synapses, &n));
    OWN_NEW(struct edge, edges, n, "network.h5");
    for (int32_t i = 0; i < n; i++) {
        const struct plastic_synapse *s = &synapses[i];
        edges[i] = edge_between(&network->layout, i, s->input, s->dendrite, s->weight, PLASTIC_TYPE,
                                false);
        edges[i].id = s->id;
        edges[i].learning_rate = s->learning_rate;
        edges[i].tag = s->tag;
        edges[i].position = lives ? lives->life[s->id].position_um / lives->dendrite_um : 0;
    }
    struct archive archive = hdf5_archive(file, false);
    move_edges(&archive, INPUTS, edges, n, lives ? N_PLASTIC + 1 : N_PLASTIC);
    return archive.status;
}

static bool is_from(const struct network *network, int32_t k, int node_population)
{
    const struct layout *layout = &network->layout;
    return node_population_of(&layout->population[network->projection[k].source]) ==
           node_population;
}

/* The fixed synapses from the nodes of one population. */
static int write_fixed(struct hdf5_file *file, const struct network *network, int node_population)
{
    const struct layout *layout = &network->layout;
    int64_t n = 0, row = 0;
    for (int32_t k = 0; k < network->n_projections; k++)
        n += is_from(network, k, node_population) ? network->projection[k].n : 0;
    OWN_NEW(struct edge, edges, n, "network.h5");
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct projection *projection = &network->projection[k];
        const struct population *source = &layout->population[projection->source];
        const int32_t first = source->first - first_node(layout, node_population);
        for (int32_t j = 0; is_from(network, k, node_population) && j < source->n; j++)
            for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++, row++)
                edges[row] = edge_between(layout, row, first + j, projection->dendrite[i],
                                          projection_weight(projection, i), FIRST_FIXED_TYPE + k,
                                          projection->effect == EFFECT_INHIBIT_SOMA);
    }
    struct archive archive = hdf5_archive(file, false);
    move_edges(&archive, node_population, edges, n, 0);
    return archive.status;
}

/* ---- types ---- */

static const char *const role_names[] = {
    [ROLE_PYRAMIDAL] = "pyramidal",
    [ROLE_CONTROL_DENDRITE] = "control-dendrite",
    [ROLE_CONTROL_SOMA] = "control-soma",
    [ROLE_FEEDBACK] = "feedback",
    [ROLE_INPUT] = "input",
    [ROLE_TEACHER] = "teacher",
};

/* "pyramidal-3", "control-soma". */
static const char *type_name(const struct population *population, const int32_t *labels,
                             char name[NAME_MAX_LENGTH])
{
    if (population->class_index < 0)
        snprintf(name, NAME_MAX_LENGTH, "%s", role_names[population->role]);
    else
        snprintf(name, NAME_MAX_LENGTH, "%s-%d", role_names[population->role],
                 label_of(population, labels));
    return name;
}

static int write_node_types(const struct layout *layout, const int32_t *labels, const char *folder)
{
    static const char *const kinds[] = {[DENDRITE_SUPRALINEAR] = "supralinear",
                                        [DENDRITE_SUBLINEAR] = "sublinear",
                                        [DENDRITE_LINEAR] = "linear"};
    struct new_file file;
    char name[NAME_MAX_LENGTH];
    TRY(file_create_in(&file, folder, "node_types.csv"));
    fprintf(file.stream, "node_type_id population pop_name model_type model_template class "
                         "n_dendrites dendrites\n");
    for (int32_t k = 0; k < layout->n_populations; k++) {
        const struct population *population = &layout->population[k];
        const int nodes = node_population_of(population);
        fprintf(file.stream, "%d %s %s ", k, node_populations[nodes],
                type_name(population, labels, name));
        if (nodes == NEURONS)
            fprintf(file.stream, "point_neuron spinet:%s ",
                    population->role == ROLE_PYRAMIDAL ? "pyramidal" : "interneuron");
        else
            fprintf(file.stream, "virtual NULL ");
        fprintf(file.stream, "%d %d %s\n", label_of(population, labels), population->n_dendrites,
                nodes == NEURONS ? kinds[population->dendrites] : "NULL");
    }
    return file_commit(&file);
}

/* In steps of 1 ms: pyramidal cells see the spikes of the step before, interneurons those of
 * pyramidal cells in the same one (docs/model.md §3). */
static int delay_ms(const struct population *target)
{
    return target->role == ROLE_PYRAMIDAL ? 1 : 0;
}

static int write_edge_types(const struct network *network, const int32_t *labels,
                            const char *folder)
{
    static const char *const effects[] = {[EFFECT_EXCITE] = "excite",
                                          [EFFECT_INHIBIT] = "inhibit",
                                          [EFFECT_INHIBIT_SOMA] = "inhibit_soma"};
    const struct population *populations = network->layout.population;
    struct new_file file;
    char from[NAME_MAX_LENGTH], to[NAME_MAX_LENGTH];
    TRY(file_create_in(&file, folder, "edge_types.csv"));
    fprintf(file.stream, "edge_type_id population source target model_template delay plastic\n");
    fprintf(file.stream, "%d inputs_to_neurons input pyramidal spinet:excite 1 1\n", PLASTIC_TYPE);
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct projection *projection = &network->projection[k];
        const struct population *source = &populations[projection->source],
                                *target = &populations[projection->target];
        fprintf(file.stream, "%d %s_to_neurons %s %s spinet:%s %d 0\n", FIRST_FIXED_TYPE + k,
                node_populations[node_population_of(source)], type_name(source, labels, from),
                type_name(target, labels, to), effects[projection->effect], delay_ms(target));
    }
    return file_commit(&file);
}

int sonata_write_network(struct hdf5_file *file, const struct network *network,
                         const int32_t *labels, int32_t width)
{
    TRY(write_nodes(file, network, labels, width));
    TRY(write_plastic(file, network));
    TRY(write_fixed(file, network, NEURONS));
    TRY(write_fixed(file, network, TEACHERS));
    struct archive archive = hdf5_archive(file, false);
    int32_t next_id = network->plastic.next_id;
    archive_number(&archive, SONATA_NEXT_ID, SPINET_INT32, &next_id, NULL);
    return archive.status;
}

int sonata_write_types(const struct network *network, const int32_t *labels, const char *folder)
{
    TRY(write_node_types(&network->layout, labels, folder));
    return write_edge_types(network, labels, folder);
}

/* ---- reading ---- */

/* Reads the nodes of a population, which must be as many as the layout has ("12 pixels: expected
 * 16, why"), into new memory; NULL if that fails. */
static struct node *read_nodes(struct archive *archive, int population, const struct layout *layout,
                               const char *of, const char *why)
{
    const int32_t n = n_nodes_of(layout, population);
    char name[NAME_MAX_LENGTH];
    snprintf(name, sizeof name, "nodes/%s/node_id", node_populations[population]);
    const int64_t found = archive_length(archive, name, SPINET_UINT64, 0, INT64_MAX);
    if (found != n)
        archive_refuse(archive, "nodes/%s: %lld %s: expected %d, %s", node_populations[population],
                       (long long)found, of, n, why);
    struct node *nodes = archive_allocate(archive, n, sizeof *nodes);
    move_nodes(archive, population, nodes, n);
    if (archive->status == STATUS_OK)
        return nodes;
    free(nodes);
    return NULL;
}

static void check_sizes(struct archive *archive, const struct layout *layout, int32_t width)
{
    const int32_t last = layout->n_inputs - 1;
    free(read_nodes(archive, TEACHERS, layout, "classes", "as the data have"));
    OWNED struct node *inputs = read_nodes(archive, INPUTS, layout, "pixels", "as the images have");
    if (inputs && inputs[last].column != width - 1)
        archive_refuse(archive,
                       "nodes/inputs/0/column: images %d pixels wide: expected %d, as the images "
                       "are",
                       inputs[last].column + 1, width);
}

/* Reads the neurons and compares their dendrites with the layout's. */
static struct node *read_neurons(struct archive *archive, const struct layout *layout)
{
    struct node *neurons = read_nodes(archive, NEURONS, layout, "neurons",
                                      "by pyramidal.neurons and interneuron.per_pyramidal");
    for (int32_t n = 0; n < layout->n_neurons && neurons; n++) {
        const struct population *population = layout_population(layout, n);
        const int32_t expected =
            population->first_dendrite + (n - population->first) * population->n_dendrites;
        if (neurons[n].first_dendrite != expected)
            archive_refuse(archive,
                           "nodes/neurons/0/first_dendrite: %d of neuron %d: expected %d, by "
                           "pyramidal.n_dendrites and interneuron.n_dendrites",
                           neurons[n].first_dendrite, n, expected);
        if (!isfinite(neurons[n].creb))
            archive_refuse(archive, "nodes/neurons/0/creb: %g of neuron %d: expected a number",
                           (double)neurons[n].creb, n);
    }
    return neurons;
}

/* Reads the n edges from the nodes of one population, into new memory (free it) and as rows[n]. */
static struct edge *read_edges(struct archive *archive, int from, const struct layout *layout,
                               int64_t n, struct synapse_row *rows)
{
    const bool is_plastic = from == INPUTS;
    const int32_t n_sources = n_nodes_of(layout, from), w_max = is_plastic ? 1 : 100;
    struct edge *edges = archive_allocate(archive, n, sizeof *edges);
    move_edges(archive, from, edges, n, is_plastic ? N_PLASTIC : 0);
    for (int64_t i = 0; i < n && archive->status == STATUS_OK; i++) {
        const struct edge *e = &edges[i];
        if (e->source >= (uint64_t)n_sources || !(e->weight >= 0 && e->weight <= (float)w_max))
            archive_refuse(archive,
                           "%s: edge %lld from node %llu, of weight %g: expected a node from 0 to "
                           "%d and a weight from 0 to %d",
                           edge_groups[from], (long long)i, (unsigned long long)e->source,
                           (double)e->weight, n_sources - 1, w_max);
        rows[i] = (struct synapse_row){first_node(layout, from) + (int32_t)e->source, e->dendrite,
                                       e->weight, is_plastic};
    }
    return edges;
}

/* Gives plastic synapses what they have besides their weight. */
static void restore_plastic(struct archive *archive, const struct edge *edges, int32_t n,
                            struct network *network)
{
    int32_t next_id = 0;
    OWNED struct plastic_synapse *synapses = archive_allocate(archive, n, sizeof *synapses);
    archive_integer(archive, SONATA_NEXT_ID, 0, SYNAPSE_IDS_MAX, &next_id);
    if (archive->status != STATUS_OK)
        return;
    for (int32_t i = 0; i < n; i++) {
        const struct edge *e = &edges[i];
        synapses[i] = (struct plastic_synapse){.input = (int32_t)e->source,
                                               .dendrite = e->dendrite,
                                               .id = e->id,
                                               .weight = e->weight,
                                               .learning_rate = e->learning_rate,
                                               .tag = e->tag};
    }
    archive->status = network_restore_plastic(network, synapses, n, next_id);
}

/* Reads all edges, plastic ones first, and makes the network. */
static void read_network(struct archive *archive, const struct layout *layout,
                         struct network *network)
{
    static const int order[N_NODE_POPULATIONS] = {INPUTS, NEURONS, TEACHERS};
    int64_t n_edges[N_NODE_POPULATIONS], n = 0, n_read = 0;
    for (int k = 0; k < N_NODE_POPULATIONS; k++) {
        char name[NAME_MAX_LENGTH];
        snprintf(name, sizeof name, "%s/source_node_id", edge_groups[order[k]]);
        n += n_edges[k] = archive_length(archive, name, SPINET_UINT64, 0, INT64_MAX);
    }
    if (n > SYNAPSE_IDS_MAX)
        archive_refuse(archive, "%lld synapses: expected at most %d", (long long)n,
                       SYNAPSE_IDS_MAX);
    if (archive->status != STATUS_OK)
        return;
    OWNED struct synapse_row *rows = archive_allocate(archive, n, sizeof *rows);
    OWNED struct edge *plastic = NULL;
    for (int k = 0; k < N_NODE_POPULATIONS && rows; n_read += n_edges[k++]) {
        struct edge *edges = read_edges(archive, order[k], layout, n_edges[k], rows + n_read);
        if (order[k] == INPUTS)
            plastic = edges;
        else
            free(edges);
    }
    if (archive->status == STATUS_OK)
        archive->status = network_init(network, layout, rows, (int32_t)n, 0);
    restore_plastic(archive, plastic, (int32_t)n_edges[0], network);
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
    OWNED struct node *neurons = read_neurons(&archive, layout);
    read_network(&archive, layout, network);
    for (int32_t n = 0; n < layout->n_pyramidal && archive.status == STATUS_OK; n++)
        network->creb[n] = neurons[n].creb;
    if (archive.status == STATUS_OK)
        return STATUS_OK;
    network_free(network);
    return archive.status == STATUS_USER && strncmp(status_message(), "synapse ", 8) == 0
               ? status_fail(STATUS_USER, "%s: %s", file->path, status_message())
               : archive.status;
}
