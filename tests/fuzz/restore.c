/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints (.npz) and networks (network.h5) that are whole files with right checksums, but whose
 * values, shapes and types are the fuzzer's: what damage never gives, and malice may. Each eight
 * bytes of input change an array of one with everything in it: which, how, where, to what. One that
 * is taken is trained with, since what it says must then do no harm. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/status.h"
#include "fuzz/members.h"
#include "fuzz/readers.h"
#include "hdf5_values.h"
#include "store/archive.h"
#include "store/checkpoint.h"
#include "store/hdf5_library.h"
#include "store/network_file.h"

enum { SETS_MAX = 128, RANK_MAX = 3, SEED = 3, AT = 3, SIZE_MAX_BYTES = 1 << 20 };

struct data_set {
    char name[ARCHIVE_NAME_MAX];
    bool is_member; /* of an .npz: the values are its bytes, and there is no more to say of it */
    bool is_text;
    enum spinet_type type;
    int rank;
    int64_t shape[RANK_MAX];
    size_t size; /* of the values, in bytes */
    char *values;
};

enum kind { CHECKPOINT, NETWORK, N_KINDS };
static struct whole {
    struct parameters parameters;
    struct dataset dataset;
    char path[256];
    struct data_set set[SETS_MAX];
    int n;
} wholes[N_KINDS];

static void must(int status)
{
    if (status != STATUS_OK) {
        fprintf(stderr, "restore: %s\n", status_message());
        abort();
    }
}

static herr_t list_one(hid_t file, const char *name, const H5O_info_t *info, void *data)
{
    struct whole *whole = data;
    (void)file;
    if (info->type == H5O_TYPE_DATASET)
        snprintf(whole->set[whole->n++].name, sizeof whole->set->name, "%s", name);
    return whole->n < SETS_MAX ? 0 : -1;
}

static void load_one(struct hdf5_file *file, struct data_set *set)
{
    static const enum spinet_type types[] = {SPINET_INT32,  SPINET_UINT64, SPINET_FLOAT,
                                             SPINET_DOUBLE, SPINET_INT64,  SPINET_UINT32};
    enum { N_TYPES = sizeof types / sizeof *types };
    if (hdf5_read_text(file, set->name, &set->values) == STATUS_OK) {
        set->is_text = true;
        set->size = strlen(set->values);
        return;
    }
    for (int k = 0; k < N_TYPES * (RANK_MAX + 1); k++) {
        set->type = types[k % N_TYPES];
        set->rank = k / N_TYPES;
        if (hdf5_dimensions(file, set->name, set->type, set->rank, set->shape) == STATUS_OK)
            break;
    }
    set->size = field_value_size(set->type);
    for (int i = 0; i < set->rank; i++)
        set->size *= (size_t)set->shape[i];
    if (!(set->values = malloc(set->size + 1)))
        abort();
    must(hdf5_read(file, set->name, set->type, set->rank, set->shape, set->values));
}

static int begin(struct whole *whole, struct training *training)
{
    return training_init(training, &whole->parameters, &whole->dataset, kernel_find("portable"),
                         SEED, 1);
}

static void load_members(struct whole *whole)
{
    struct data_set *set = whole->set;
    while (whole->n < SETS_MAX &&
           (set->values = members_read(whole->path, whole->n, set->name, &set->size))) {
        set->is_member = true;
        set = &whole->set[++whole->n];
    }
}

static void load_data_sets(struct whole *whole)
{
    struct hdf5_file file;
    must(hdf5_open(&file, whole->path));
    if (h5.Ovisit2(file.id, H5_INDEX_NAME, H5_ITER_INC, list_one, whole, H5O_INFO_BASIC) < 0)
        abort();
    for (int i = 0; i < whole->n; i++)
        load_one(&file, &whole->set[i]);
    hdf5_close(&file);
}

/* A small network after three presentations, with all that can be in a checkpoint. */
static void make_whole(struct whole *whole, enum kind kind, const char *folder)
{
    static const char *const small[] = {
        "data.train_per_class=3", "data.test_per_class=2",        "input.duration_ms=200",
        "input.active_ms=80",     "pyramidal.neurons=4",          "pyramidal.n_dendrites=2",
        "connections.plastic=40", "turnover.policy=clustered",    "turnover.period=2",
        "clustered.probation=2",  "intrinsic.form=kesten",        "record.synapses=true",
        "record.maps_period=2",   "stopping.max_presentations=6", NULL};
    struct training training;
    must(parameters_preset(&whole->parameters, "authors"));
    for (int i = 0; small[i]; i++)
        must(parameters_set(&whole->parameters, small[i]));
    must(dataset_init(&whole->dataset, &whole->parameters, SEED));
    must(begin(whole, &training));
    for (int i = 0; i < AT; i++)
        must(training_step(&training));
    if (kind == CHECKPOINT) {
        must(checkpoint_write(&training, SEED, folder));
        snprintf(whole->path, sizeof whole->path, "%s/checkpoint-%09d.npz", folder, AT);
    } else {
        must(network_file_write(&training, folder));
        snprintf(whole->path, sizeof whole->path, "%s/network.h5", folder);
        strcpy(whole->parameters.data.network, whole->path); /* from now on */
    }
    training_free(&training);
    if (kind == CHECKPOINT)
        load_members(whole);
    else
        load_data_sets(whole);
}

/* A member's head, its values, or its length. */
static bool change_member(struct data_set *set, const uint8_t edit[8])
{
    const unsigned at = edit[2] | (unsigned)edit[3] << 8;
    const size_t head = 128;
    switch (edit[1] % 4) {
    case 0:
        return false; /* it is not there */
    case 1:
        set->values[at % (set->size < head ? set->size : head)] = (char)edit[4];
        break;
    case 2:
        set->size = set->size > at ? set->size - at : 1;
        break;
    default:
        if (set->size >= head + 4)
            memcpy(set->values + head + at % ((set->size - head) / 4) * 4, edit + 4, 4);
    }
    return true;
}

/* One change. Values go on as zeros where a shape has grown. */
static bool change(struct data_set *set, const uint8_t edit[8])
{
    static const float odd[] = {-1, INFINITY, -INFINITY, 1e30F, 2, -0.0F, 0.5F, NAN};
    static const int32_t least[] = {INT32_MIN, INT32_MAX, -1, -2, -3, 0, 1, 1 << 30};
    const unsigned at = edit[2] | (unsigned)edit[3] << 8;
    int32_t value;
    if (set->is_member && edit[1] < 128)
        return change_member(set, edit);
    memcpy(&value, edit + 4, sizeof value);
    switch (edit[1] % 8) {
    case 0:
        return false; /* it is not there */
    case 1:
        set->is_text = !set->is_text;
        break;
    case 2:
        set->type = (enum spinet_type)((unsigned)value % 7);
        break;
    case 3:
        set->rank = (int)((unsigned)value % (RANK_MAX + 1));
        break;
    case 4:
        if (set->rank > 0)
            set->shape[at % (unsigned)set->rank] = (uint8_t)value;
        break;
    case 5:
        if (set->size >= 4)
            memcpy(set->values + at % (set->size / 4) * 4, &odd[edit[4] % 8], 4);
        break;
    case 6:
        if (set->size >= 4)
            memcpy(set->values + at % (set->size / 4) * 4, &least[edit[4] % 8], 4);
        break;
    default:
        if (set->size >= 4)
            memcpy(set->values + at % (set->size / 4) * 4, &value, 4);
    }
    return true;
}

static void write_one(struct hdf5_file *file, const struct data_set *set)
{
    size_t size = field_value_size(set->type);
    for (int i = 0; i < set->rank; i++)
        size *= (size_t)(set->shape[i] > 0 ? set->shape[i] : 0);
    char *values =
        size <= SIZE_MAX_BYTES ? calloc(1, (size > set->size ? size : set->size) + 1) : NULL;
    if (!values)
        return;
    memcpy(values, set->values, set->size);
    if (set->is_text)
        must(hdf5_write_text(file, set->name, values));
    else
        must(hdf5_write(file, set->name, set->type, set->rank, set->shape, values, NULL));
    free(values);
}

static void write_changed(const struct whole *whole, enum kind kind, const uint8_t *bytes, size_t n)
{
    struct data_set set[SETS_MAX];
    const char *names[SETS_MAX], *values[SETS_MAX];
    size_t sizes[SETS_MAX];
    struct hdf5_file file;
    if (kind == NETWORK)
        must(hdf5_create(&file));
    for (int i = 0; i < whole->n; i++) {
        bool is_there = true;
        set[i] = whole->set[i];
        if (!(set[i].values = malloc(set[i].size + 1)))
            abort();
        memcpy(set[i].values, whole->set[i].values, set[i].size);
        for (size_t k = 0; k + 8 <= n && k < 64 * 8 && is_there; k += 8)
            if (bytes[k] % whole->n == i)
                is_there = change(&set[i], bytes + k);
        if (is_there && kind == NETWORK)
            write_one(&file, &set[i]);
        names[i] = set[i].name;
        values[i] = is_there ? set[i].values : NULL;
        sizes[i] = set[i].size;
    }
    if (kind == NETWORK)
        must(hdf5_commit(&file, whole->path));
    else
        members_write(whole->path, whole->n, names, values, sizes);
    for (int i = 0; i < whole->n; i++)
        free(set[i].values);
}

static void go_on(struct training *training)
{
    for (int i = 0; i < 3 && training->stopped_by == STOP_NOT_YET; i++)
        must(training_step(training));
}

/* Damage is the user's; unchanged, the file is taken. */
static void check_status(int status, size_t n)
{
    if (status != STATUS_USER || n == 0)
        must(status);
}

static struct whole *make_changed(enum kind kind, const char *folder, const uint8_t *bytes,
                                  size_t n)
{
    struct whole *whole = &wholes[kind];
    if (whole->n == 0)
        make_whole(whole, kind, folder);
    write_changed(whole, kind, bytes, n);
    return whole;
}

void restore_read(const char *folder, const uint8_t *bytes, size_t n)
{
    struct training training;
    struct whole *whole = make_changed(CHECKPOINT, folder, bytes, n);
    must(begin(whole, &training));
    const int status = checkpoint_read(&training, SEED, folder, AT);
    check_status(status, n);
    if (status == STATUS_OK)
        go_on(&training);
    training_free(&training);
    remove(whole->path);
}

void restore_network(const char *folder, const uint8_t *bytes, size_t n)
{
    struct training training;
    struct whole *whole = make_changed(NETWORK, folder, bytes, n);
    const int status = begin(whole, &training);
    check_status(status, n);
    if (status == STATUS_OK) {
        go_on(&training);
        training_free(&training);
    }
    remove(whole->path);
}
