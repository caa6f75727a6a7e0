/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes are `neurons` (pyramidal cells and interneurons), `inputs` and `teachers`, each with its
 * ids from 0; a population of the layout is a type of node. Edges are the plastic synapses in the
 * order of network.csv, and the fixed ones, of which a projection is a type. One group a
 * population. What SONATA has no name for, stands under the name that the code uses. */
#include "store/sonata.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"

enum { MAGIC = 0x0A7A, VERSION_MAJOR = 0, VERSION_MINOR = 1, NAME_MAX_LENGTH = 128 };

int sonata_create(struct hdf5_file *file)
{
    static const int64_t magic = MAGIC, version[] = {VERSION_MAJOR, VERSION_MINOR};
    int result = hdf5_create(file);
    if (result != STATUS_OK)
        return result;
    file->compress = true;
    result = hdf5_write_integer_attribute(file, "/", "magic", HDF5_UINT32, &magic, 1);
    if (result == STATUS_OK)
        result = hdf5_write_integer_attribute(file, "/", "version", HDF5_UINT32, version, 2);
    if (result != STATUS_OK)
        hdf5_close(file);
    return result;
}

/* ---- columns ---- */

/* Data sets under one group; the first failure is kept, and then nothing more is written. */
struct table {
    struct hdf5_file *file;
    const char *group;
    int64_t n; /* rows */
    int result;
};

static void write_column(struct table *table, const char *name, enum hdf5_type type,
                         const void *values)
{
    char path[2 * NAME_MAX_LENGTH];
    snprintf(path, sizeof path, "%s/%s", table->group, name);
    if (table->result == STATUS_OK)
        table->result = hdf5_write(table->file, path, type, 1, &table->n, values, NULL);
}

static void write_note(struct table *table, const char *name, const char *attribute,
                       const char *text)
{
    char path[2 * NAME_MAX_LENGTH];
    snprintf(path, sizeof path, "%s/%s", table->group, name);
    if (table->result == STATUS_OK)
        table->result = hdf5_write_text_attribute(table->file, path, attribute, text);
}

static void *column(struct table *table, size_t size)
{
    void *values = calloc((size_t)table->n + 1, size);
    if (!values && table->result == STATUS_OK)
        table->result = status_no_memory("network.h5", (size_t)table->n * size);
    return values;
}

/* All rows are of group 0, in their order: of `kind` node or edge. */
static void write_group(struct table *table, const char *kind)
{
    char name[NAME_MAX_LENGTH];
    uint64_t *values = column(table, sizeof *values);
    if (!values)
        return;
    snprintf(name, sizeof name, "%s_group_id", kind);
    write_column(table, name, HDF5_UINT64, values);
    for (int64_t i = 0; i < table->n; i++)
        values[i] = (uint64_t)i;
    snprintf(name, sizeof name, "%s_group_index", kind);
    write_column(table, name, HDF5_UINT64, values);
    if (strcmp(kind, "node") == 0)
        write_column(table, "node_id", HDF5_UINT64, values);
    free(values);
}

/* ---- nodes ---- */

enum { NEURONS, INPUTS, TEACHERS, N_NODE_POPULATIONS };
static const char *const node_populations[] = {SONATA_NEURONS, "inputs", "teachers"};

static int node_population_of(const struct population *population)
{
    return population->role == ROLE_INPUT     ? INPUTS
           : population->role == ROLE_TEACHER ? TEACHERS
                                              : NEURONS;
}

/* The id that its nodes are counted from. */
static int32_t first_node(const struct layout *layout, int node_population)
{
    return node_population == NEURONS  ? 0
           : node_population == INPUTS ? layout_first_input(layout)
                                       : layout_first_teacher(layout);
}

static int32_t label_of(const struct population *population, const int32_t *labels)
{
    return population->class_index < 0 ? -1 : labels[population->class_index];
}

/* Type and class of the nodes of one population of SONATA's. */
static void write_types(struct table *table, const struct layout *layout, const int32_t *labels,
                        int node_population)
{
    const int32_t first = first_node(layout, node_population);
    int64_t *type = column(table, sizeof *type);
    int32_t *label = column(table, sizeof *label);
    for (int32_t k = 0; k < layout->n_populations && type && label; k++) {
        const struct population *population = &layout->population[k];
        if (node_population_of(population) != node_population)
            continue;
        for (int32_t i = 0; i < population->n; i++) {
            type[population->first - first + i] = k;
            label[population->first - first + i] = label_of(population, labels);
        }
    }
    if (type && label) {
        write_column(table, "node_type_id", HDF5_INT64, type);
        if (node_population != INPUTS)
            write_column(table, "0/class", HDF5_INT32, label);
    }
    free(type);
    free(label);
}

static void write_neurons(struct table *table, const struct network *network)
{
    const struct layout *layout = &network->layout;
    float *creb = column(table, sizeof *creb);
    int32_t *dendrite = column(table, sizeof *dendrite);
    if (dendrite) {
        for (int32_t k = 0; k < layout->n_populations; k++) {
            const struct population *population = &layout->population[k];
            for (int32_t i = 0; population->n_dendrites > 0 && i < population->n; i++)
                dendrite[population->first + i] =
                    population->first_dendrite + i * population->n_dendrites;
        }
        write_column(table, "0/first_dendrite", HDF5_INT32, dendrite);
    }
    if (creb) {
        memcpy(creb, network->creb, (size_t)layout->n_pyramidal * sizeof *creb);
        write_column(table, "0/creb", HDF5_FLOAT, creb);
    }
    free(dendrite);
    free(creb);
}

static void write_inputs(struct table *table, int32_t width)
{
    int32_t *place = column(table, sizeof *place);
    if (!place)
        return;
    for (int64_t i = 0; i < table->n; i++)
        place[i] = (int32_t)i / width;
    write_column(table, "0/row", HDF5_INT32, place);
    for (int64_t i = 0; i < table->n; i++)
        place[i] = (int32_t)i % width;
    write_column(table, "0/column", HDF5_INT32, place);
    free(place);
}

static int write_nodes(struct hdf5_file *file, const struct network *network, const int32_t *labels,
                       int32_t width)
{
    const struct layout *layout = &network->layout;
    const int32_t n[] = {layout->n_neurons, layout->n_inputs, layout->n_classes};
    int result = STATUS_OK;
    for (int k = 0; k < N_NODE_POPULATIONS && result == STATUS_OK; k++) {
        char group[NAME_MAX_LENGTH];
        snprintf(group, sizeof group, "nodes/%s", node_populations[k]);
        struct table table = {file, group, n[k], STATUS_OK};
        write_group(&table, "node");
        write_types(&table, layout, labels, k);
        if (k == NEURONS)
            write_neurons(&table, network);
        else if (k == INPUTS)
            write_inputs(&table, width);
        result = table.result;
    }
    return result;
}

/* ---- edges ---- */

/* Rows of an edge population, as struct of arrays. */
struct edges {
    uint64_t *source, *target; /* nodes */
    int64_t *type;
    int32_t *dendrite; /* id */
    uint32_t *section; /* 0: the soma; 1 …: the dendrites of the cell */
    float *weight;
};

static bool edges_init(struct edges *edges, struct table *table)
{
    *edges = (struct edges){
        .source = column(table, sizeof *edges->source),
        .target = column(table, sizeof *edges->target),
        .type = column(table, sizeof *edges->type),
        .dendrite = column(table, sizeof *edges->dendrite),
        .section = column(table, sizeof *edges->section),
        .weight = column(table, sizeof *edges->weight),
    };
    return table->result == STATUS_OK;
}

static void edges_free(struct edges *edges)
{
    free(edges->source);
    free(edges->target);
    free(edges->type);
    free(edges->dendrite);
    free(edges->section);
    free(edges->weight);
}

static void edges_set(struct edges *edges, int64_t i, const struct layout *layout, int32_t source,
                      int32_t dendrite, float weight, int64_t type, bool onto_soma)
{
    const int32_t n = layout_neuron(layout, dendrite);
    const int32_t in_cell = n < layout->n_pyramidal ? dendrite % layout->dendrites_per_pyramidal
                                                    : (dendrite - layout->n_pyramidal_dendrites) %
                                                          layout->dendrites_per_interneuron;
    edges->source[i] = (uint64_t)source;
    edges->target[i] = (uint64_t)n;
    edges->type[i] = type;
    edges->dendrite[i] = dendrite;
    edges->section[i] = onto_soma ? 0 : (uint32_t)in_cell + 1;
    edges->weight[i] = weight;
}

static void edges_write(const struct edges *edges, struct table *table, int node_population)
{
    write_column(table, "source_node_id", HDF5_UINT64, edges->source);
    write_note(table, "source_node_id", "node_population", node_populations[node_population]);
    write_column(table, "target_node_id", HDF5_UINT64, edges->target);
    write_note(table, "target_node_id", "node_population", SONATA_NEURONS);
    write_column(table, "edge_type_id", HDF5_INT64, edges->type);
    write_group(table, "edge");
    write_column(table, "0/syn_weight", HDF5_FLOAT, edges->weight);
    write_column(table, "0/afferent_section_id", HDF5_UINT32, edges->section);
    write_column(table, "0/dendrite", HDF5_INT32, edges->dendrite);
}

/* What only plastic synapses have. */
static void write_plastic_columns(struct table *table, const struct network *network,
                                  const struct plastic_synapse *synapses)
{
    float *value = column(table, sizeof *value);
    int32_t *id = column(table, sizeof *id);
    if (value && id) {
        for (int64_t i = 0; i < table->n; i++)
            id[i] = synapses[i].id;
        write_column(table, "0/id", HDF5_INT32, id);
        for (int64_t i = 0; i < table->n; i++)
            value[i] = synapses[i].learning_rate;
        write_column(table, "0/learning_rate", HDF5_FLOAT, value);
        for (int64_t i = 0; i < table->n; i++)
            value[i] = synapses[i].tag;
        write_column(table, "0/tag", HDF5_FLOAT, value);
        for (int64_t i = 0; network->lives && i < table->n; i++)
            value[i] =
                network->lives->life[synapses[i].id].position_um / network->lives->dendrite_um;
        if (network->lives)
            write_column(table, "0/afferent_section_pos", HDF5_FLOAT, value);
    }
    free(value);
    free(id);
}

enum { PLASTIC_TYPE = 0, FIRST_FIXED_TYPE = 1 };

static int write_plastic(struct hdf5_file *file, const struct network *network)
{
    struct plastic_synapse *synapses;
    struct edges edges;
    int32_t n;
    const int result = network_plastic(network, &synapses, &n);
    if (result != STATUS_OK)
        return result;
    struct table table = {file, "edges/inputs_to_neurons", n, STATUS_OK};
    if (edges_init(&edges, &table)) {
        for (int32_t i = 0; i < n; i++)
            edges_set(&edges, i, &network->layout, synapses[i].input, synapses[i].dendrite,
                      synapses[i].weight, PLASTIC_TYPE, false);
        edges_write(&edges, &table, INPUTS);
        write_plastic_columns(&table, network, synapses);
    }
    edges_free(&edges);
    free(synapses);
    return table.result;
}

static bool is_from(const struct network *network, int32_t k, int node_population)
{
    const struct layout *layout = &network->layout;
    return node_population_of(&layout->population[network->projection[k].source]) ==
           node_population;
}

/* The fixed synapses from the nodes of one population. */
static int write_fixed(struct hdf5_file *file, const struct network *network, const char *group,
                       int node_population)
{
    const struct layout *layout = &network->layout;
    struct table table = {file, group, 0, STATUS_OK};
    struct edges edges;
    for (int32_t k = 0; k < network->n_projections; k++)
        table.n += is_from(network, k, node_population) ? network->projection[k].n : 0;
    if (edges_init(&edges, &table)) {
        int64_t row = 0;
        for (int32_t k = 0; k < network->n_projections; k++) {
            const struct projection *projection = &network->projection[k];
            const struct population *source = &layout->population[projection->source];
            const int32_t first = source->first - first_node(layout, node_population);
            for (int32_t j = 0; is_from(network, k, node_population) && j < source->n; j++)
                for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++)
                    edges_set(&edges, row++, layout, first + j, projection->dendrite[i],
                              projection->weight[i], FIRST_FIXED_TYPE + k,
                              projection->effect == EFFECT_INHIBIT_SOMA);
        }
        edges_write(&edges, &table, node_population);
    }
    edges_free(&edges);
    return table.result;
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
    const int result = file_create_in(&file, folder, "node_types.csv");
    if (result != STATUS_OK)
        return result;
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
    const int result = file_create_in(&file, folder, "edge_types.csv");
    if (result != STATUS_OK)
        return result;
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
    int result = write_nodes(file, network, labels, width);
    if (result == STATUS_OK)
        result = write_plastic(file, network);
    if (result == STATUS_OK)
        result = write_fixed(file, network, "edges/neurons_to_neurons", NEURONS);
    if (result == STATUS_OK)
        result = write_fixed(file, network, "edges/teachers_to_neurons", TEACHERS);
    if (result == STATUS_OK)
        result =
            hdf5_write(file, SONATA_NEXT_ID, HDF5_INT32, 0, NULL, &network->plastic.next_id, NULL);
    return result;
}

int sonata_write_types(const struct network *network, const int32_t *labels, const char *folder)
{
    const int result = write_node_types(&network->layout, labels, folder);
    return result == STATUS_OK ? write_edge_types(network, labels, folder) : result;
}
