/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet replay: presents given images to a given network, in order; nothing is random. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/progress.h"
#include "core/status.h"
#include "data/dataset.h"
#include "store/snapshot.h"
#include "store/sonata.h"
#include "train/train.h"

struct replay {
    struct parameters parameters;
    struct parameter_options options;
    struct label_list classes; /* n 0: the two labels of the images */
    const struct kernel *kernel;
    char *network_path, *images_path, *out_path, *network_out_path;
    char **configs; /* [n_configs], the parameter files */
    int n_configs;
    int train, is_quiet;

    struct synapse_row *rows; /* of network.csv; NULL: the network is of a network.h5 */
    int32_t n_rows;
    struct images images;
    struct network network;
    struct presenter presenter;
    struct consolidation consolidation;
    struct new_file out;
};

enum { OPTION_CLASSES = 1 };

static int keep_config(struct replay *r, const char *path)
{
    char **configs = realloc(r->configs, ((size_t)r->n_configs + 1) * sizeof *configs);
    if (!configs)
        return status_no_memory("the options", sizeof *configs);
    r->configs = configs;
    configs[r->n_configs] = strdup(path);
    return configs[r->n_configs] ? (r->n_configs++, STATUS_OK)
                                 : status_no_memory("the options", strlen(path));
}

static int take(int val, const char *argument, void *data)
{
    struct replay *r = data;
    if (val == OPTION_KERNEL) {
        r->kernel = kernel_find(argument);
        return r->kernel ? STATUS_OK : STATUS_USER;
    }
    if (val == OPTION_CONFIG && keep_config(r, argument) != STATUS_OK)
        return STATUS_SYSTEM;
    if (val != OPTION_CLASSES)
        return options_take_parameter(&r->options, val, argument);
    char assignment[1024];
    static struct parameters scratch; /* the reader of data.classes reads these too */
    snprintf(assignment, sizeof assignment, "data.classes=%.900s", argument);
    const int result = parameters_set(&scratch, assignment);
    if (result == STATUS_OK && scratch.data.classes.n < 2)
        return status_fail(STATUS_USER, "--classes %s: expected two labels or more, as 3,8",
                           argument);
    r->classes = scratch.data.classes;
    return result == STATUS_OK ? result
                               : status_fail(STATUS_USER,
                                             "--classes %.200s: expected 2 to %d "
                                             "different labels, as 3,8",
                                             argument, CLASSES_MAX);
}

static int32_t class_of(const struct replay *r, int32_t label)
{
    for (int32_t k = 0; k < r->classes.n; k++)
        if (r->classes.label[k] == label)
            return k;
    return -1;
}

static int find_classes(struct replay *r)
{
    const bool given = r->classes.n > 0;
    for (int32_t i = 0; i < r->images.n_images; i++) {
        const int32_t label = r->images.labels[i];
        if (class_of(r, label) >= 0)
            continue;
        if (given)
            return status_fail(STATUS_USER, "%s: image %d has label %d, which is not in --classes",
                               r->images_path, i + 1, label);
        if (r->classes.n == 2)
            return status_fail(STATUS_USER,
                               "%s: image %d has label %d, a third one: name the classes with "
                               "--classes",
                               r->images_path, i + 1, label);
        int32_t at = r->classes.n++;
        for (; at > 0 && r->classes.label[at - 1] > label; at--)
            r->classes.label[at] = r->classes.label[at - 1];
        r->classes.label[at] = label;
    }
    if (r->classes.n < 2)
        return status_fail(STATUS_USER,
                           "%s: its images have one label only: name the classes with --classes",
                           r->images_path);
    return STATUS_OK;
}

static int check_output(const struct replay *r, const char *option, const char *path)
{
    int status = options_check_not_read(option, path, r->network_path);
    if (status == STATUS_OK)
        status = options_check_not_read(option, path, r->images_path);
    for (int i = 0; i < r->n_configs && status == STATUS_OK; i++)
        status = options_check_not_read(option, path, r->configs[i]);
    return status == STATUS_OK ? options_check_file(option, path) : status;
}

static int check_outputs(const struct replay *r)
{
    const int status = check_output(r, "--out", r->out_path);
    if (status != STATUS_OK || !r->network_out_path)
        return status;
    if (file_is_same(r->out_path, r->network_out_path))
        return status_fail(STATUS_USER, "%s: named by both --out and --network-out",
                           r->network_out_path);
    return check_output(r, "--network-out", r->network_out_path);
}

static bool is_hdf5(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending && strcmp(ending, ".h5") == 0;
}

/* The network of network.h5 with all its state. Tests are without CREB, as those of a run. */
static int read_network(struct replay *r, const struct layout *layout)
{
    struct hdf5_file file;
    int status = hdf5_open(&file, r->network_path);
    if (status != STATUS_OK)
        return status;
    status = sonata_read_network(&file, layout, r->images.width, &r->network);
    hdf5_close(&file);
    if (status == STATUS_OK && !r->train)
        memset(r->network.creb, 0, (size_t)layout->n_pyramidal * sizeof *r->network.creb);
    return status;
}

static int make_network(struct replay *r, const struct layout *layout)
{
    const int status = network_init(&r->network, layout, r->rows, r->n_rows,
                                    (float)r->parameters.plasticity.eta_max);
    if (status != STATUS_USER)
        return status;
    char what[512];
    snprintf(what, sizeof what, "%s", status_message());
    return status_fail(
        STATUS_USER, "%s: %s (with %d inputs, the pixels of %s, and %d pyramidal cells)",
        r->network_path, what, layout->n_inputs, r->images_path, layout->n_pyramidal);
}

static int prepare(struct replay *r)
{
    const struct parameters *p = &r->parameters;
    const struct image_form form = dataset_image_form(p);
    const bool has_state = is_hdf5(r->network_path);
    struct layout layout;
    int status = parameters_validate(p);
    if (status == STATUS_OK)
        status = check_outputs(r);
    if (status == STATUS_OK && !has_state)
        status = snapshot_read(r->network_path, &r->rows, &r->n_rows);
    if (status == STATUS_OK)
        status = images_read(&r->images, r->images_path, NULL, &form);
    if (status == STATUS_OK)
        status = find_classes(r);
    if (status == STATUS_OK)
        status = layout_init(&layout, p, r->classes.n, (int32_t)images_n_pixels(&r->images));
    if (status == STATUS_OK)
        status = has_state ? read_network(r, &layout) : make_network(r, &layout);
    if (status == STATUS_OK)
        status = presenter_init(&r->presenter, p, &r->network, r->kernel, 1);
    if (status == STATUS_OK)
        status = consolidation_init(&r->consolidation, p, &r->network, r->kernel->name, NULL);
    if (status == STATUS_OK)
        status = file_create(&r->out, r->out_path);
    return status;
}

static void write_row(const struct replay *r, int32_t i)
{
    const struct presentation *now = &r->presenter.presentation[0];
    const struct answer answer =
        answer_from(&now->layout, now->spikes, r->parameters.test.active_spikes);
    /* undecided is 0, as in the golden data, unless that is a class */
    const int32_t undecided = class_of(r, 0) >= 0 ? -1 : 0;
    fprintf(r->out.stream, "%s,%d,%d,%d", r->train ? "train" : "test", i, r->images.labels[i],
            answer.predicted < 0 ? undecided : r->classes.label[answer.predicted]);
    for (int32_t n = 0; n < now->layout.n_neurons; n++)
        fprintf(r->out.stream, ",%d", now->spikes[n]);
    fprintf(r->out.stream, "\n");
}

/* The rows that were read, with the weights of now. */
static int update_rows(struct replay *r)
{
    const struct plastic_synapses *s = &r->network.plastic;
    int32_t *row_of_id = malloc(((size_t)s->n + 1) * sizeof *row_of_id);
    if (!row_of_id)
        return status_no_memory("the network", (size_t)s->n * sizeof *row_of_id);
    for (int32_t row = 0, id = 0; row < r->n_rows; row++)
        if (r->rows[row].plastic)
            row_of_id[id++] = row;
    for (int32_t i = 0; i < s->n; i++)
        r->rows[row_of_id[s->id[i]]].weight = s->weight[i];
    free(row_of_id);
    return STATUS_OK;
}

static int write_network(struct replay *r)
{
    const struct snapshot_key key = {&r->network.layout, r->classes.label, r->images.width};
    const int status = r->rows ? update_rows(r) : network_rows(&r->network, &r->rows, &r->n_rows);
    return status == STATUS_OK ? snapshot_write(r->network_out_path, r->rows, r->n_rows, &key)
                               : status;
}

static int replay(struct replay *r)
{
    struct progress progress;
    int status = prepare(r);
    if (status != STATUS_OK)
        return status;
    fprintf(r->out.stream, "phase,index,label,prediction");
    for (int32_t n = 0; n < r->network.layout.n_neurons; n++)
        fprintf(r->out.stream, ",n%d", n);
    fprintf(r->out.stream, "\n");
    progress_start(&progress, "replay", "presentations", r->images.n_images, r->is_quiet);
    for (int32_t i = 0; i < r->images.n_images && status == STATUS_OK; i++) {
        const uint8_t *pixels = images_pixels(&r->images, i);
        encode(&r->presenter.encoder, pixels,
               r->train && r->parameters.teacher.enabled ? class_of(r, r->images.labels[i]) : -1,
               &r->presenter.stimulus[0]);
        present(&r->presenter.presentation[0], &r->network, &r->presenter.stimulus[0],
                r->train ? r->network.plastic.calcium : NULL);
        write_row(r, i);
        if (r->train)
            status = consolidate(&r->consolidation, &r->network);
        progress_update(&progress, i + 1, NULL);
    }
    progress_finish(&progress, r->images.n_images, NULL);
    if (status == STATUS_OK && r->network_out_path) {
        status = file_finish(&r->out); /* a full disk leaves both as they were */
        if (status == STATUS_OK)
            status = write_network(r);
    }
    if (status == STATUS_OK)
        status = file_commit(&r->out);
    return status;
}

static void replay_free(struct replay *r)
{
    file_abandon(&r->out);
    consolidation_free(&r->consolidation);
    presenter_free(&r->presenter);
    network_free(&r->network);
    images_free(&r->images);
    free(r->rows);
    free(r->network_path);
    free(r->images_path);
    free(r->out_path);
    free(r->network_out_path);
    for (int i = 0; i < r->n_configs; i++)
        free(r->configs[i]);
    free(r->configs);
}

static bool is_given(const char *text)
{
    return text && *text;
}

int command_replay(int argc, const char **argv)
{
    static struct replay r;
    r.options.parameters = &r.parameters;
    const struct poptOption table[] = {
        {"network", 0, POPT_ARG_STRING, &r.network_path, 0,
         "the network (needed): a table, or a network.h5 with all its state",
         "NET.csv[.gz]|NET.h5"},
        {"images", 0, POPT_ARG_STRING, &r.images_path, 0,
         "the images: label,pixels…, or a folder of PNG (needed)", "IMAGES.csv[.gz]"},
        {"out", 'o', POPT_ARG_STRING, &r.out_path, 0, "spike counts go here (needed)",
         "SPIKES.csv"},
        {"train", 0, POPT_ARG_NONE, &r.train, 0,
         "teacher on, consolidate after each image (no turnover)", NULL},
        {"classes", 0, POPT_ARG_STRING, NULL, OPTION_CLASSES,
         "labels in ascending order (default: the two of the images)", "A,B"},
        {"network-out", 0, POPT_ARG_STRING, &r.network_out_path, 0,
         "the network as a table, with its weights afterwards (default: not written)", "FILE"},
        PARAMETER_OPTIONS,
        KERNEL_OPTION("how to compute (default: fast)"),
        {"quiet", 'q', POPT_ARG_NONE, &r.is_quiet, 0, "no progress", NULL},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&r.parameters, "authors");
    r.kernel = kernel_find(NULL);
    if (status == STATUS_OK)
        status =
            options_parse(argc, argv, table,
                          "--network NET.csv[.gz]|NET.h5 --images IMAGES.csv[.gz] --out SPIKES.csv",
                          take, &r, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && rest && *rest)
        status = options_refuse_argument("replay", *rest);
    else if (status == STATUS_OK &&
             !(is_given(r.network_path) && is_given(r.images_path) && is_given(r.out_path)))
        status = status_fail(STATUS_USER, "replay: --network, --images and --out are needed");
    else if (status == STATUS_OK)
        status = replay(&r);
    replay_free(&r);
    poptFreeContext(context);
    return status;
}
