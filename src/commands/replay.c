/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet replay: presents given images to a given network, in order; nothing is random. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/dataset.h"
#include "store/snapshot.h"
#include "store/sonata.h"
#include "train/train.h"

struct replay {
    struct command_values common;
    struct label_list classes; /* of --classes; n 0: not given, the two labels of the images */
    const char *network_path, *images_path, *out_path, *network_out_path;
    bool train;

    struct synapse_row *rows; /* rows of network.csv; NULL: the network comes from a network.h5 */
    int32_t n_rows;
    struct images images;
    struct network network;
    struct presenter presenter;
    struct consolidation consolidation;
    struct new_file out;
};

static int take_classes(void *values, const char *argument)
{
    struct replay *r = values;
    char assignment[1024];
    static struct parameters scratch; /* the reader of data.classes reads these too */
    snprintf(assignment, sizeof assignment, "data.classes=%.900s", argument);
    if (parameters_set(&scratch, assignment) != STATUS_OK)
        return status_fail(STATUS_USER,
                           "--classes %.200s: expected 2 to %d different labels, as 3,8", argument,
                           CLASSES_MAX);
    if (scratch.data.classes.n < 2)
        return status_fail(STATUS_USER, "--classes %s: expected two labels or more, as 3,8",
                           argument);
    r->classes = scratch.data.classes;
    return STATUS_OK;
}

/* The first image whose label is neither that of the first image nor the next other one; n_images:
 * there is none. */
static int32_t find_third_label(const struct images *images)
{
    const int32_t *label = images->labels, n = images->n_images;
    int32_t second = 1, third;
    while (second < n && label[second] == label[0])
        second++;
    for (third = second; third < n; third++)
        if (label[third] != label[0] && label[third] != label[second])
            break;
    return third;
}

/* The classes of --classes, which the images must be of, or else the two labels of the images. */
static int find_classes(struct replay *r)
{
    const bool given = r->classes.n > 0;
    for (int32_t i = 0; i < r->images.n_images && given; i++)
        if (label_index(&r->classes, r->images.labels[i]) < 0)
            return status_fail(STATUS_USER, "%s: image %d has label %d, which is not in --classes",
                               r->images_path, i + 1, r->images.labels[i]);
    if (given ||
        (images_find_labels(&r->images, 0, r->images.n_images, &r->classes) && r->classes.n == 2))
        return STATUS_OK;
    const int32_t third = find_third_label(&r->images);
    return third < r->images.n_images
               ? status_fail(STATUS_USER,
                             "%s: image %d has label %d, a third one: name the classes with "
                             "--classes",
                             r->images_path, third + 1, r->images.labels[third])
               : status_fail(STATUS_USER,
                             "%s: its images have one label only: name the classes with --classes",
                             r->images_path);
}

static int check_output(const struct replay *r, const char *option, const char *path)
{
    TRY(options_check_not_read(option, path, r->network_path));
    TRY(options_check_not_read(option, path, r->images_path));
    for (int i = 0; i < r->common.n_configs; i++)
        TRY(options_check_not_read(option, path, r->common.configs[i]));
    return options_check_file(option, path);
}

static int check_outputs(const struct replay *r)
{
    TRY(check_output(r, "--out", r->out_path));
    if (!r->network_out_path)
        return STATUS_OK;
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

/* Reads the network of a network.h5 with all its state; for tests CREB is 0, as in the test of a
 * run. */
static int read_network(struct replay *r, const struct layout *layout)
{
    SCOPED(hdf5_close) struct hdf5_file file = {0};
    TRY(hdf5_open(&file, r->network_path));
    TRY(sonata_read_network(&file, layout, r->images.width, &r->network));
    if (!r->train)
        memset(r->network.creb, 0, (size_t)layout->n_pyramidal * sizeof *r->network.creb);
    return STATUS_OK;
}

static int make_network(struct replay *r, const struct layout *layout)
{
    const int status = network_init(&r->network, layout, r->rows, r->n_rows,
                                    (float)r->common.parameters.plasticity.eta_max);
    if (status != STATUS_USER)
        return status;
    return status_fail(
        STATUS_USER, "%s: %s (with %d inputs, the pixels of %s, and %d pyramidal cells)",
        r->network_path, status_message(), layout->n_inputs, r->images_path, layout->n_pyramidal);
}

static int prepare(struct replay *r)
{
    const struct parameters *p = &r->common.parameters;
    const struct image_form form = dataset_image_form(p);
    const struct kernel *kernel = r->common.kernel ? r->common.kernel : kernel_find(NULL);
    const bool has_state = is_hdf5(r->network_path);
    struct layout layout;
    TRY(parameters_validate(p));
    TRY(check_outputs(r));
    if (!has_state)
        TRY(snapshot_read(r->network_path, &r->rows, &r->n_rows));
    TRY(images_read(&r->images, r->images_path, NULL, &form));
    TRY(find_classes(r));
    TRY(layout_init(&layout, p, r->classes.n, (int32_t)images_n_pixels(&r->images)));
    TRY(has_state ? read_network(r, &layout) : make_network(r, &layout));
    TRY(presenter_init(&r->presenter, p, &r->network, kernel, 1));
    TRY(consolidation_init(&r->consolidation, p, &r->network, kernel->name, NULL));
    return file_create(&r->out, r->out_path);
}

static void write_row(const struct replay *r, int32_t i)
{
    const struct presentation *now = &r->presenter.presentation[0];
    const struct answer answer =
        answer_from(&now->layout, now->spikes, readout_from(&r->common.parameters));
    /* undecided is 0, as in the golden data, unless that is a class */
    const int32_t undecided = label_index(&r->classes, 0) >= 0 ? -1 : 0;
    fprintf(r->out.stream, "%s,%d,%d,%d", r->train ? "train" : "test", i, r->images.labels[i],
            answer.predicted < 0 ? undecided : r->classes.label[answer.predicted]);
    for (int32_t n = 0; n < now->layout.n_neurons; n++)
        fprintf(r->out.stream, ",%d", now->spikes[n]);
    fprintf(r->out.stream, "\n");
}

/* Puts the present weights into the rows that were read. */
static int update_rows(struct replay *r)
{
    const struct plastic_synapses *s = &r->network.plastic;
    OWN_NEW(int32_t, row_of_id, s->n, "the network");
    for (int32_t row = 0, id = 0; row < r->n_rows; row++)
        if (r->rows[row].plastic)
            row_of_id[id++] = row;
    for (int32_t i = 0; i < s->n; i++)
        r->rows[row_of_id[s->id[i]]].weight = s->weight[i];
    return STATUS_OK;
}

static int write_network(struct replay *r)
{
    const struct snapshot_key key = {&r->network.layout, r->classes.label, r->images.width};
    TRY(r->rows ? update_rows(r) : network_rows(&r->network, &r->rows, &r->n_rows));
    return snapshot_write(r->network_out_path, r->rows, r->n_rows, &key);
}

static int present_images(struct replay *r)
{
    SCOPED(progress_clear) struct progress progress;
    struct presenter *presenter = &r->presenter;
    progress_start(&progress, "replay", "presentations", r->images.n_images, r->common.is_quiet);
    for (int32_t i = 0; i < r->images.n_images; i++) {
        const bool is_taught = r->train && r->common.parameters.teacher.enabled;
        encode_image(&presenter->encoder, &r->images, i,
                     is_taught ? label_index(&r->classes, r->images.labels[i]) : -1,
                     &presenter->stimulus[0]);
        present(&presenter->presentation[0], &r->network, &presenter->stimulus[0],
                r->train ? r->network.plastic.calcium : NULL);
        write_row(r, i);
        if (r->train)
            TRY(consolidate(&r->consolidation, &r->network));
        progress_update(&progress, i + 1, NULL);
    }
    progress_finish(&progress, r->images.n_images, NULL);
    return STATUS_OK;
}

static int replay(struct replay *r)
{
    TRY(prepare(r));
    fprintf(r->out.stream, "phase,index,label,prediction");
    for (int32_t n = 0; n < r->network.layout.n_neurons; n++)
        fprintf(r->out.stream, ",n%d", n);
    fprintf(r->out.stream, "\n");
    TRY(present_images(r));
    if (r->network_out_path) {
        TRY(file_finish(&r->out)); /* a full disk leaves both as they were */
        TRY(write_network(r));
    }
    return file_commit(&r->out);
}

static bool is_given(const char *text)
{
    return text && *text;
}

static int check_and_replay(void *values)
{
    struct replay *r = values;
    if (!(is_given(r->network_path) && is_given(r->images_path) && is_given(r->out_path)))
        return status_fail(STATUS_USER, "replay: --network, --images and --out are needed");
    const int status = replay(r);
    file_abandon(&r->out);
    consolidation_free(&r->consolidation);
    presenter_free(&r->presenter);
    network_free(&r->network);
    images_free(&r->images);
    free(r->rows);
    return status;
}

#define AT(member) .at = offsetof(struct replay, member)
static const struct option options[] = {
    {"network", 0, "NET.csv[.gz]|NET.h5",
     "the network (needed): a table, or a network.h5 with all its state", AT(network_path)},
    {"images", 0, "IMAGES.csv[.gz]", "the images: label,pixels…, or a folder of PNG (needed)",
     AT(images_path)},
    {"out", 'o', "SPIKES.csv", "spike counts go here (needed)", AT(out_path)},
    {"train", 0, NULL, "teacher on, consolidate after each image (no turnover)", AT(train)},
    {"classes", 0, "A,B", "labels in ascending order (default: the two of the images)",
     .take = take_classes},
    {"network-out", 0, "FILE",
     "the network as a table, with its weights afterwards (default: not written)",
     AT(network_out_path)},
    PARAMETER_OPTIONS,
    KERNEL_OPTION("how to compute (default: fast)"),
    QUIET_OPTION,
    {0},
};

const struct command command_replay = {
    .name = "replay",
    .summary = "present given images to a given network",
    .description = "Reads a network and images, presents each image once and writes the number of "
                   "spikes of every cell. With --train the network learns from them.",
    .usage = "--network NET.csv[.gz]|NET.h5 --images IMAGES.csv[.gz] --out SPIKES.csv",
    .options = options,
    .size = sizeof(struct replay),
    .run = check_and_replay,
};
