/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network/sonata: what SONATA asks of a file is in network.h5, and all of it is the network; and
 * the lines of Python that docs/files.md shows do what they say. */
#include "hdf5_values.h"
#include "store/sonata.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/status.h"
#include "core/text.h"
#include "network/network.h"
#include "support.h"

static const int32_t labels[] = {3, 5, 8};
enum { WIDTH = 6, N_INPUTS = 30, N_CLASSES = 3 };

static void make_network(struct network *network, bool with_lives)
{
    static struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "pyramidal.neurons=24"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "pyramidal.n_dendrites=7"), STATUS_OK);
    if (support_connect(network, &p, N_CLASSES, N_INPUTS, 4) != STATUS_OK)
        fail_msg("%s", status_message());
    if (with_lives)
        assert_int_equal(network_keep_lives(network, 4, 50), STATUS_OK);
    for (int32_t i = 0; i < network->plastic.n; i++) {
        network->plastic.tag[i] = (float)i / 100 - 1;
        network->plastic.learning_rate[i] = 0.001f * (float)(i % 10 + 1);
    }
}

/* A column of n rows, or of as many as there are if n is -1, in new memory. */
static void *read_column(struct hdf5_file *file, const char *group, const char *name,
                         enum spinet_type type, int64_t *n)
{
    char path[256];
    int64_t found;
    snprintf(path, sizeof path, "%s/%s", group, name);
    if (hdf5_dimensions(file, path, type, 1, &found) != STATUS_OK)
        fail_msg("%s", status_message());
    if (*n < 0)
        *n = found;
    assert_int_equal(found, *n);
    void *values = malloc((size_t)found * sizeof(double) + 1);
    assert_non_null(values);
    assert_int_equal(hdf5_read(file, path, type, 1, &found, values), STATUS_OK);
    return values;
}

/* All rows are of group 0, in order. */
static void expect_one_group(struct hdf5_file *file, const char *group, const char *kind, int64_t n)
{
    char name[64];
    snprintf(name, sizeof name, "%s_group_id", kind);
    uint64_t *id = read_column(file, group, name, SPINET_UINT64, &n);
    snprintf(name, sizeof name, "%s_group_index", kind);
    uint64_t *index = read_column(file, group, name, SPINET_UINT64, &n);
    for (int64_t i = 0; i < n; i++)
        assert_true(id[i] == 0 && index[i] == (uint64_t)i);
    free(id);
    free(index);
}

static void expect_nodes(struct hdf5_file *file, const char *name, const struct layout *layout,
                         int32_t first, int64_t n)
{
    char group[64];
    snprintf(group, sizeof group, "nodes/%s", name);
    int64_t *type = read_column(file, group, "node_type_id", SPINET_INT64, &n);
    uint64_t *id = read_column(file, group, "node_id", SPINET_UINT64, &n);
    for (int64_t i = 0; i < n; i++) {
        assert_true(id[i] == (uint64_t)i);
        assert_ptr_equal(&layout->population[type[i]],
                         layout_population(layout, first + (int32_t)i));
    }
    expect_one_group(file, group, "node", n);
    free(type);
    free(id);
}

static void expect_nodes_of(struct hdf5_file *file, const struct layout *layout)
{
    expect_nodes(file, "neurons", layout, 0, layout->n_neurons);
    expect_nodes(file, "inputs", layout, layout->n_neurons, N_INPUTS);
    expect_nodes(file, "teachers", layout, layout->n_neurons + N_INPUTS, N_CLASSES);
    int64_t n = layout->n_neurons, n_inputs = N_INPUTS;
    int32_t *label = read_column(file, "nodes/neurons/0", "class", SPINET_INT32, &n);
    int32_t *first = read_column(file, "nodes/neurons/0", "first_dendrite", SPINET_INT32, &n);
    for (int32_t i = 0; i < n; i++) {
        const struct population *population = layout_population(layout, i);
        assert_int_equal(label[i],
                         population->class_index < 0 ? -1 : labels[population->class_index]);
        assert_int_equal(layout_neuron(layout, first[i]), i);
        assert_true(first[i] == 0 || layout_neuron(layout, first[i] - 1) == i - 1);
    }
    int32_t *row = read_column(file, "nodes/inputs/0", "row", SPINET_INT32, &n_inputs);
    int32_t *column = read_column(file, "nodes/inputs/0", "column", SPINET_INT32, &n_inputs);
    for (int32_t i = 0; i < N_INPUTS; i++)
        assert_true(row[i] == i / WIDTH && column[i] == i % WIDTH);
    free(label);
    free(first);
    free(row);
    free(column);
}

/* The edges of one population are the next rows of the network's table; returns how many. */
static int32_t expect_edges(struct hdf5_file *file, const char *name, const struct network *network,
                            const struct synapse_row *rows, int32_t first_source)
{
    const struct layout *layout = &network->layout;
    char group[64], of_group[80];
    int64_t n = -1;
    snprintf(group, sizeof group, "edges/%s", name);
    snprintf(of_group, sizeof of_group, "%s/0", group);
    uint64_t *source = read_column(file, group, "source_node_id", SPINET_UINT64, &n);
    uint64_t *target = read_column(file, group, "target_node_id", SPINET_UINT64, &n);
    int64_t *type = read_column(file, group, "edge_type_id", SPINET_INT64, &n);
    float *weight = read_column(file, of_group, "syn_weight", SPINET_FLOAT, &n);
    int32_t *dendrite = read_column(file, of_group, "dendrite", SPINET_INT32, &n);
    uint32_t *section = read_column(file, of_group, "afferent_section_id", SPINET_UINT32, &n);
    for (int64_t i = 0; i < n; i++) {
        const int32_t neuron = layout_neuron(layout, dendrite[i]);
        assert_int_equal((int32_t)source[i] + first_source, rows[i].source);
        assert_int_equal(dendrite[i], rows[i].dendrite);
        assert_true(weight[i] == rows[i].weight);
        assert_int_equal(target[i], neuron);
        assert_int_equal(type[i] == 0, rows[i].plastic);
        if (rows[i].plastic)
            continue;
        const struct projection *projection = &network->projection[type[i] - 1];
        assert_ptr_equal(&layout->population[projection->source],
                         layout_population(layout, rows[i].source));
        assert_ptr_equal(&layout->population[projection->target],
                         layout_population(layout, neuron));
        /* the dendrites of a cell are its sections 1 …, whatever has none is on the soma */
        assert_true(section[i] == 0
                        ? projection->effect == EFFECT_INHIBIT_SOMA
                        : projection->effect != EFFECT_INHIBIT_SOMA &&
                              layout_neuron(layout, dendrite[i] - (int32_t)section[i] + 1) ==
                                  neuron &&
                              (dendrite[i] < (int32_t)section[i] ||
                               layout_neuron(layout, dendrite[i] - (int32_t)section[i]) != neuron));
    }
    expect_one_group(file, group, "edge", n);
    free(source);
    free(target);
    free(type);
    free(weight);
    free(dendrite);
    free(section);
    return (int32_t)n;
}

static void expect_plastic(struct hdf5_file *file, const struct network *network)
{
    const char *group = "edges/inputs_to_neurons/0";
    struct plastic_synapse *synapses;
    int32_t n_synapses;
    assert_int_equal(network_plastic(network, &synapses, &n_synapses), STATUS_OK);
    int64_t n = n_synapses;
    int32_t *id = read_column(file, group, "id", SPINET_INT32, &n);
    float *tag = read_column(file, group, "tag", SPINET_FLOAT, &n);
    float *rate = read_column(file, group, "learning_rate", SPINET_FLOAT, &n);
    for (int64_t i = 0; i < n; i++)
        assert_true(id[i] == synapses[i].id && tag[i] == synapses[i].tag &&
                    rate[i] == synapses[i].learning_rate);
    assert_int_equal(hdf5_has(file, "edges/inputs_to_neurons/0/afferent_section_pos"),
                     network->lives != NULL);
    if (network->lives) {
        float *place = read_column(file, group, "afferent_section_pos", SPINET_FLOAT, &n);
        for (int64_t i = 0; i < n; i++)
            assert_true(place[i] == network->lives->life[id[i]].position_um / 50);
        free(place);
    }
    free(id);
    free(tag);
    free(rate);
    free(synapses);
}

static void given_a_network_when_written_expect_all_of_it_where_sonata_has_it(void **state)
{
    for (int with_lives = 0; with_lives < 2; with_lives++) {
        struct network network;
        struct hdf5_file file;
        struct synapse_row *rows;
        int32_t n_rows;
        make_network(&network, with_lives);
        if (sonata_create(&file) != STATUS_OK ||
            sonata_write_network(&file, &network, labels, WIDTH) != STATUS_OK ||
            hdf5_commit(&file, support_path(state, "network.h5")) != STATUS_OK)
            fail_msg("%s", status_message());
        assert_int_equal(hdf5_open(&file, support_path(state, "network.h5")), STATUS_OK);
        expect_nodes_of(&file, &network.layout);
        assert_int_equal(network_rows(&network, &rows, &n_rows), STATUS_OK);
        int32_t n =
            expect_edges(&file, "inputs_to_neurons", &network, rows, network.layout.n_neurons);
        n += expect_edges(&file, "neurons_to_neurons", &network, rows + n, 0);
        n += expect_edges(&file, "teachers_to_neurons", &network, rows + n,
                          network.layout.n_neurons + N_INPUTS);
        assert_int_equal(n, n_rows);
        expect_plastic(&file, &network);
        hdf5_close(&file);
        free(rows);
        network_free(&network);
    }
}

static void expect_lines(const char *path, const char *const *line)
{
    struct text_reader reader;
    assert_int_equal(text_open(&reader, path), STATUS_OK);
    for (; *line; line++) {
        assert_int_equal(text_next(&reader), 1);
        assert_string_equal(reader.text, *line);
    }
    text_close(&reader);
}

static void given_a_network_when_written_expect_its_types_in_tables(void **state)
{
    static const char *const nodes[] = {
        "node_type_id population pop_name model_type model_template class n_dendrites dendrites",
        "0 neurons pyramidal-3 point_neuron spinet:pyramidal 3 7 supralinear",
        "1 neurons pyramidal-5 point_neuron spinet:pyramidal 5 7 supralinear",
        "2 neurons pyramidal-8 point_neuron spinet:pyramidal 8 7 supralinear",
        "3 neurons control-dendrite point_neuron spinet:interneuron -1 10 supralinear",
        "4 neurons control-soma point_neuron spinet:interneuron -1 10 sublinear",
        "5 neurons feedback-3 point_neuron spinet:interneuron 3 10 supralinear",
        "6 neurons feedback-5 point_neuron spinet:interneuron 5 10 supralinear",
        "7 neurons feedback-8 point_neuron spinet:interneuron 8 10 supralinear",
        "8 inputs input virtual NULL -1 0 NULL",
        "9 teachers teacher-3 virtual NULL 3 0 NULL",
        "10 teachers teacher-5 virtual NULL 5 0 NULL",
        "11 teachers teacher-8 virtual NULL 8 0 NULL",
        NULL};
    static const char *const edges[] = {
        "edge_type_id population source target model_template delay plastic",
        "0 inputs_to_neurons input pyramidal spinet:excite 1 1",
        "1 neurons_to_neurons pyramidal-3 control-dendrite spinet:excite 0 0", NULL};
    struct network network;
    make_network(&network, false);
    assert_int_equal(sonata_write_types(&network, labels, support_path(state, "")), STATUS_OK);
    expect_lines(support_path(state, "node_types.csv"), nodes);
    expect_lines(support_path(state, "edge_types.csv"), edges);
    network_free(&network);
}

/* ---- docs/files.md ---- */

/* Runs a program in a folder; what it says in new memory, NULL if it fails or is not there. */
static char *say(const char *folder, char *const *words)
{
    FILE *out = tmpfile();
    assert_non_null(out);
    const pid_t child = fork();
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDWR);
        if (chdir(folder) == 0 && dup2(fileno(out), 1) >= 0 &&
            dup2(getenv("SPINET_SHOW") ? 2 : nothing, 2) >= 0)
            execvp(words[0], words);
        _exit(127);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    const long n = ftell(out) >= 0 && fseek(out, 0, SEEK_END) == 0 ? ftell(out) : 0;
    char *text = calloc(1, (size_t)n + 1);
    rewind(out);
    assert_int_equal(fread(text, 1, (size_t)n, out), n);
    fclose(out);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return text;
    free(text);
    return NULL;
}

/* A Python that has h5py, or NULL. */
static const char *find_python(void)
{
    static const char *const pythons[] = {"python3", "/usr/bin/python3"};
    for (int i = 0; i < 2; i++) {
        char *const words[] = {(char *)pythons[i], "-c", "import h5py", NULL};
        char *said = say("/", words);
        free(said);
        if (said)
            return pythons[i];
    }
    return NULL;
}

/* The k-th block of docs/files.md that begins with `import h5py`, without its indentation. */
static char *block_of_docs(int k)
{
    struct text_reader reader;
    char *block = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&block, &length);
    bool is_inside = false;
    assert_int_equal(text_open(&reader, "docs/files.md"), STATUS_OK);
    while (text_next(&reader) == 1) {
        if (strcmp(reader.text, "    import h5py") == 0)
            is_inside = k-- == 0;
        else if (strncmp(reader.text, "    ", 4) != 0)
            is_inside = false;
        if (is_inside)
            fprintf(out, "%s\n", reader.text + 4);
    }
    text_close(&reader);
    fclose(out);
    return block;
}

static char *run_block(const char *python, const char *folder, int k)
{
    char *block = block_of_docs(k);
    int n_lines = 0;
    for (const char *c = block; *c; c++)
        n_lines += *c == '\n';
    assert_int_equal(n_lines, 5);
    char *const words[] = {(char *)python, "-c", block, NULL};
    char *said = say(folder, words);
    if (!said)
        fail_msg("these lines of docs/files.md fail (SPINET_SHOW=1 shows how):\n%s", block);
    free(block);
    return said;
}

/* Mean weight of the plastic synapses, from network.csv. */
static double mean_weight(const char *path, int32_t *n)
{
    struct text_reader reader;
    double sum = 0;
    *n = 0;
    assert_int_equal(text_open(&reader, path), STATUS_OK);
    while (text_next(&reader) == 1) {
        int source, dendrite, plastic;
        double weight;
        if (sscanf(reader.text, "%d,%d,%lf,%d", &source, &dendrite, &weight, &plastic) == 4 &&
            plastic) {
            sum += weight;
            ++*n;
        }
    }
    text_close(&reader);
    return sum / *n;
}

static void given_the_lines_of_python_when_run_expect_what_they_say(void **state)
{
    const char *python = find_python();
    if (!python) {
        print_message("    no python3 with h5py here: docs/files.md is not tried out\n");
        skip();
    }
    free(support_run_well(state, "train --quiet --no-pictures --threads 1 --record-spikes "
                                 "--set stopping.max_presentations=6 --set data.test_per_class=4 "
                                 "--set data.train_per_class=10 --out run"));
    const char *folder = support_path(state, "run");
    char expected[256];
    int32_t n;
    const double mean = mean_weight(support_path(state, "run/network.csv"), &n);
    snprintf(expected, sizeof expected, "%d synapses, mean weight %.3f\n", n, mean);
    char *said = run_block(python, folder, 0);
    assert_string_equal(said, expected);
    free(said);

    struct hdf5_file file;
    int64_t n_spikes = -1, n_first = 15;
    int32_t n_pyramidal = 0;
    assert_int_equal(hdf5_open(&file, support_path(state, "run/spikes.h5")), STATUS_OK);
    uint64_t *node = read_column(&file, "spikes/neurons", "node_ids", SPINET_UINT64, &n_spikes);
    int64_t *first = read_column(&file, "presentations", "first_spike", SPINET_INT64, &n_first);
    hdf5_close(&file);
    for (int64_t i = first[2]; i < first[3]; i++)
        n_pyramidal += node[i] < 40;
    snprintf(expected, sizeof expected,
             "14 presentations; in the third, of label 1, the cells of class 1 spike %d times\n",
             n_pyramidal);
    said = run_block(python, folder, 1);
    assert_string_equal(said, expected);
    free(said);
    free(node);
    free(first);

    /* what SONATA says of attributes and types, which spinet itself never reads */
    char *const words[] = {
        (char *)python, "-c",
        "import h5py\n"
        "for name in 'network.h5', 'spikes.h5':\n"
        "    a = h5py.File(name).attrs\n"
        "    assert a['magic'] == 0x0A7A and a['magic'].dtype == 'uint32', name\n"
        "    assert list(a['version']) == [0, 1] and a['version'].dtype == 'uint32', name\n"
        "f = h5py.File('network.h5')['edges']\n"
        "assert sorted(f) == ['inputs_to_neurons', 'neurons_to_neurons', 'teachers_to_neurons']\n"
        "for e in f:\n"
        "    assert f[e]['source_node_id'].attrs['node_population'] == e.split('_')[0]\n"
        "    assert f[e]['target_node_id'].attrs['node_population'] == 'neurons'\n"
        "s = h5py.File('spikes.h5')['spikes/neurons']\n"
        "kind = h5py.check_enum_dtype(s.attrs.get_id('sorting').dtype)\n"
        "assert kind == {'none': 0, 'by_id': 1, 'by_time': 2} and s.attrs['sorting'] == 2\n"
        "assert s['timestamps'].attrs['units'] == 'milliseconds'\n"
        "assert s['timestamps'].dtype == 'float64' and s['node_ids'].dtype == 'uint64'\n"
        "assert (s['timestamps'][1:] >= s['timestamps'][:-1]).all()\n"
        "print('as it should be')\n",
        NULL};
    said = say(folder, words);
    assert_non_null(said);
    assert_string_equal(said, "as it should be\n");
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_network_when_written_expect_all_of_it_where_sonata_has_it),
        WITH_FOLDER(given_a_network_when_written_expect_its_types_in_tables),
        WITH_FOLDER(given_the_lines_of_python_when_run_expect_what_they_say),
    };
    return cmocka_run_group_tests_name("sonata", tests, NULL, NULL);
}
