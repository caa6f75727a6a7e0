/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train/network_file: network.h5 holds all that training needs to go on from a network, to the bit;
 * and `train --network` and `replay --network` of the real program. */
#include "hdf5_values.h"
#include "store/network_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "store/checkpoint.h"
#include "store/snapshot.h"
#include "store/sonata.h"
#include "support.h"

enum { SEED = 3 };

/* A small network; its images come again after four presentations. */
static const char *const small[] = {
    "data.train_per_class=2",  "data.test_per_class=2", "input.duration_ms=700",
    "input.active_ms=580",     "pyramidal.neurons=8",   "pyramidal.n_dendrites=2",
    "connections.plastic=800", "turnover.period=3",     "test.sample_period=0",
    "stopping.fraction=1",     "turnover.over_at=0",    NULL};
static const char *const with_lives[] = {"turnover.policy=clustered",
                                         "clustered.probation=2",
                                         "intrinsic.form=kesten",
                                         "rest.step_days=0.5",
                                         "record.synapses=true",
                                         "rest.before_test_days=1",
                                         NULL};

struct subject {
    struct parameters parameters;
    struct dataset dataset;
    struct training training;
};

static void set(struct subject *subject, const char *const *settings)
{
    for (; settings && *settings; settings++)
        if (parameters_set(&subject->parameters, *settings) != STATUS_OK)
            fail_msg("%s", status_message());
}

/* Training of the small network under these settings too, from this file or NULL; a status. */
static int prepare(struct subject *subject, const char *const *settings, const char *network)
{
    char from[PARAMETER_TEXT_MAX];
    assert_int_equal(parameters_preset(&subject->parameters, "authors"), STATUS_OK);
    set(subject, small);
    set(subject, settings);
    if (network) {
        snprintf(from, sizeof from, "data.network=%s", network);
        assert_int_equal(parameters_set(&subject->parameters, from), STATUS_OK);
    }
    if (dataset_init(&subject->dataset, &subject->parameters, SEED) != STATUS_OK)
        fail_msg("%s", status_message());
    const int status = training_init(&subject->training, &subject->parameters, &subject->dataset,
                                     kernel_find("portable"), SEED, 1);
    if (status != STATUS_OK)
        dataset_free(&subject->dataset);
    return status;
}

static void begin(struct subject *subject, const char *const *settings, const char *network)
{
    if (prepare(subject, settings, network) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void go_on(struct subject *subject, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(training_step(&subject->training), STATUS_OK);
}

/* Writes the network of a training into a new folder; the path of its network.h5. */
static const char *keep(void **state, const struct subject *subject, const char *folder)
{
    char name[64];
    assert_int_equal(file_make_folder(support_path(state, folder)), STATUS_OK);
    if (network_file_write(&subject->training, support_path(state, folder)) != STATUS_OK)
        fail_msg("%s", status_message());
    snprintf(name, sizeof name, "%s/network.h5", folder);
    return support_path(state, name);
}

static void end(struct subject *subject)
{
    training_free(&subject->training);
    dataset_free(&subject->dataset);
}

static const char *const *const kinds[] = {NULL, with_lives};

static void given_a_network_when_taken_up_expect_its_state_to_the_bit(void **state)
{
    for (int k = 0; k < 2; k++) {
        static struct subject one, other;
        begin(&one, kinds[k], NULL);
        go_on(&one, 5);
        struct score score;
        assert_int_equal(training_end(&one.training), STATUS_OK);
        float creb = 0;
        for (int32_t n = 0; n < 8; n++)
            creb = fmaxf(creb, fabsf(one.training.network.creb[n]));
        assert_true(creb > 0);
        creb = one.training.network.creb[0];
        assert_int_equal(training_test(&one.training, NULL, &score), STATUS_OK);
        assert_memory_equal(&one.training.network.creb[0], &creb, sizeof creb);
        const char *file = keep(state, &one, k ? "one-lives" : "one");
        begin(&other, kinds[k], file);
        assert_int_equal(training_age(&other.training), 5);
        assert_int_equal(other.training.n_presentations, 0);
        support_expect_same(file, keep(state, &other, k ? "other-lives" : "other"));
        const struct plastic_synapses *a = &one.training.network.plastic,
                                      *b = &other.training.network.plastic;
        const size_t size = (size_t)a->n * 4;
        assert_int_equal(a->next_id, b->next_id);
        assert_memory_equal(a->id, b->id, size);
        assert_memory_equal(a->weight, b->weight, size);
        assert_memory_equal(a->learning_rate, b->learning_rate, size);
        assert_memory_equal(a->tag, b->tag, size);
        assert_memory_equal(one.training.network.creb, other.training.network.creb, 8 * 4);
        end(&one);
        end(&other);
    }
}

static void given_the_same_images_and_seed_when_going_on_expect_one_long_training(void **state)
{
    for (int k = 0; k < 2; k++) {
        static struct subject first, second, whole;
        begin(&first, kinds[k], NULL);
        go_on(&first, 4);
        begin(&second, kinds[k], keep(state, &first, k ? "first-lives" : "first"));
        go_on(&second, 7);
        begin(&whole, kinds[k], NULL);
        go_on(&whole, 11);
        assert_true(whole.training.network.plastic.next_id > 800); /* there was turnover */
        support_expect_same(keep(state, &whole, k ? "whole-lives" : "whole"),
                            keep(state, &second, k ? "second-lives" : "second"));
        end(&first);
        end(&second);
        end(&whole);
    }
}

static void given_a_checkpoint_of_one_that_went_on_when_resumed_expect_the_same(void **state)
{
    static struct subject first, stopped, resumed;
    begin(&first, with_lives, NULL);
    go_on(&first, 4);
    const char *file = keep(state, &first, "first");
    begin(&stopped, with_lives, file);
    go_on(&stopped, 3);
    assert_int_equal(checkpoint_write(&stopped.training, SEED, support_path(state, "")), STATUS_OK);
    go_on(&stopped, 4);
    begin(&resumed, with_lives, file);
    if (checkpoint_read(&resumed.training, SEED, support_path(state, ""), 3) != STATUS_OK)
        fail_msg("%s", status_message());
    go_on(&resumed, 4);
    support_expect_same(keep(state, &stopped, "stopped"), keep(state, &resumed, "resumed"));
    end(&first);
    end(&stopped);
    end(&resumed);
}

/* A network trained without lives begins with them where they are asked for: its synapses are the
 * first, numbered from 0. */
static void given_no_lives_in_the_file_when_they_are_needed_expect_them_begun(void **state)
{
    static struct subject first, second;
    begin(&first, NULL, NULL);
    go_on(&first, 6);
    const struct network *a = &first.training.network;
    assert_true(a->plastic.next_id > a->plastic.n);
    begin(&second, with_lives, keep(state, &first, "first"));
    const struct network *b = &second.training.network;
    assert_int_equal(a->plastic.n, b->plastic.n);
    assert_memory_equal(a->plastic.weight, b->plastic.weight, (size_t)a->plastic.n * 4);
    assert_int_equal(b->lives->n, b->plastic.n);
    for (int32_t i = 0; i < b->plastic.n; i++)
        assert_true(b->lives->life[i].born == 6 && b->lives->life[i].birth == BIRTH_INITIAL);
    go_on(&second, 5);
    end(&first);
    end(&second);
}

static void given_other_sizes_when_taken_up_expect_field_value_and_what_is_right(void **state)
{
    static const struct {
        const char *settings[3];
        const char *message;
    } cases[] = {
        {{"pyramidal.neurons=16", NULL},
         "nodes/neurons: 12 neurons: expected 24, by pyramidal.neurons and "
         "interneuron.per_pyramidal"},
        {{"pyramidal.n_dendrites=3", NULL},
         "nodes/neurons/0/first_dendrite: 2 of neuron 1: expected 3, by pyramidal.n_dendrites and "
         "interneuron.n_dendrites"},
        {{"turnover.policy=clustered", "spines.dendrite_um=50", NULL},
         "state/dendrite_um: 100: expected 50, spines.dendrite_um"},
        {{"turnover.policy=clustered", "clustered.probation=9", NULL},
         "policy/window: calcium of 5 presentations: expected 12, clustered.probation + "
         "turnover.period"},
    };
    static struct subject first, other;
    begin(&first, with_lives, NULL);
    go_on(&first, 1);
    const char *file = keep(state, &first, "first");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(prepare(&other, cases[i].settings, file), STATUS_USER);
        support_assert_message(file, cases[i].message, NULL);
    }
    end(&first);
}

static void given_other_images_or_classes_when_read_expect_what_is_right(void **state)
{
    static struct subject first;
    struct layout layout;
    struct hdf5_file file;
    struct network network;
    begin(&first, NULL, NULL);
    const struct parameters *p = &first.parameters;
    assert_int_equal(hdf5_open(&file, keep(state, &first, "first")), STATUS_OK);
    assert_int_equal(layout_init(&layout, p, 2, 784), STATUS_OK);
    assert_int_equal(sonata_read_network(&file, &layout, 28, &network), STATUS_USER);
    support_assert_message("nodes/inputs: 400 pixels: expected 784, as the images have", NULL);
    assert_int_equal(layout_init(&layout, p, 4, 400), STATUS_OK);
    assert_int_equal(sonata_read_network(&file, &layout, 20, &network), STATUS_USER);
    support_assert_message("nodes/teachers: 2 classes: expected 4, as the data have", NULL);
    assert_int_equal(layout_init(&layout, p, 2, 400), STATUS_OK);
    assert_int_equal(sonata_read_network(&file, &layout, 40, &network), STATUS_USER);
    support_assert_message("images 20 pixels wide: expected 40", NULL);
    assert_null(network.plastic.start);
    hdf5_close(&file);
    end(&first);
}

static void given_a_file_of_an_older_spinet_when_taken_up_expect_it_refused(void **state)
{
    static struct subject first, other;
    struct hdf5_file file;
    begin(&first, NULL, NULL);
    const char *path = support_path(state, "old.h5");
    const int64_t n = 2;
    const int32_t labels[] = {1, 2};
    assert_int_equal(sonata_create(&file), STATUS_OK);
    assert_int_equal(hdf5_write(&file, "nodes/teachers/0/class", SPINET_INT32, 1, &n, labels, NULL),
                     STATUS_OK);
    assert_int_equal(hdf5_commit(&file, path), STATUS_OK);
    assert_int_equal(prepare(&other, NULL, path), STATUS_USER);
    support_assert_message(path, ": has no state/next_id: a spinet wrote it that kept less", NULL);
    end(&first);
}

/* ---- the program ---- */

#define SHORT                                                                                      \
    " --quiet --no-pictures --set data.kind=files --set data.train_images=bars.csv --set "         \
    "data.test_images=bars.csv --set stopping.fraction=1 --set stopping.max_presentations=16 "     \
    "--set test.sample_period=0 --set turnover.period=8"

/* Bars of two classes, ten images of 10x10 pixels each. */
static void write_bars(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    for (int i = 0; i < 20; i++) {
        fprintf(stream, "%d", i % 2);
        for (int pixel = 0; pixel < 100; pixel++)
            fprintf(stream, ",%d",
                    (i % 2 ? pixel / 10 : pixel % 10) / 4 == i / 8 ? 155 + (i * pixel) % 100 : 0);
        fprintf(stream, "\n");
    }
    fclose(stream);
    support_write_text(state, "bars.csv", text);
    free(text);
}

static char *next_line(char **text)
{
    return strsep(text, "\n");
}

/* label,prediction and the active cells of both classes, from a line of predictions.csv and one of
 * the spikes of replay. */
static void expect_same_answer(char *predictions, char *spikes)
{
    int image, label, predicted, tie, active[2], counted[2] = {0, 0}, index;
    assert_int_equal(sscanf(predictions, "%d,%d,%d,%d,%d,%d", &image, &label, &predicted, &tie,
                            &active[0], &active[1]),
                     6);
    char *field = strsep(&spikes, ",");
    assert_string_equal(field, "test");
    index = atoi(strsep(&spikes, ","));
    assert_int_equal(index, image);
    assert_int_equal(atoi(strsep(&spikes, ",")), label);
    assert_int_equal(atoi(strsep(&spikes, ",")), predicted);
    for (int n = 0; n < 80; n++)
        counted[n / 40] += atoi(strsep(&spikes, ",")) > 20;
    assert_int_equal(counted[0], active[0]);
    assert_int_equal(counted[1], active[1]);
}

static void given_network_h5_when_replayed_expect_the_test_of_the_run(void **state)
{
    write_bars(state);
    free(support_run_well(state, "train --seed 2 --out run" SHORT));
    free(support_run_well(state, "replay --quiet --network run/network.h5 --images bars.csv --out "
                                 "spikes.csv --network-out again.csv"));
    size_t n;
    char *predictions = (char *)support_read(support_path(state, "run/predictions.csv"), &n);
    char *spikes = (char *)support_read(support_path(state, "spikes.csv"), &n);
    char *prediction_rest = predictions, *spike_rest = spikes;
    next_line(&prediction_rest);
    next_line(&spike_rest);
    int n_decided = 0;
    for (int i = 0; i < 20; i++) {
        char *line = next_line(&prediction_rest), *spike_line = next_line(&spike_rest);
        if (!strstr(line, ",,")) {
            expect_same_answer(line, spike_line);
            n_decided++;
        }
    }
    assert_true(n_decided >= 10);
    support_expect_same(support_path(state, "run/network.csv"), support_path(state, "again.csv"));
    free(predictions);
    free(spikes);
}

static void
given_a_network_that_has_learnt_when_trained_expect_a_word_that_it_stops_at_once(void **state)
{
    struct support_run run;
    free(support_run_well(state, "train -q --no-pictures --out run"));
    support_run(state, &run, "train -q --no-pictures --network run/network.h5 --out again");
    assert_int_equal(run.exit_code, 0);
    assert_non_null(strstr(run.err, "stopping.fraction=1 trains on"));
    support_run_free(&run);
}

static void given_network_h5_when_trained_expect_a_run_like_any_other(void **state)
{
    struct support_run run;
    char hex[65];
    size_t n;
    write_bars(state);
    free(support_run_well(state, "train --seed 2 --out a" SHORT));
    free(support_run_well(state, "train --seed 2 --network a/network.h5 --out b" SHORT));
    assert_int_equal(file_sha256(support_path(state, "a/network.h5"), hex), STATUS_OK);
    char *manifest = (char *)support_read(support_path(state, "b/manifest.json"), &n);
    assert_non_null(strstr(manifest, "\"network\": \"a/network.h5\""));
    assert_non_null(strstr(manifest, hex));
    free(manifest);
    char *out = support_run_well(state, "verify b");
    assert_non_null(strstr(out, "b: verified: "));
    free(out);
    free(support_run_well(state, "trace b --presentation 2 --cell 3 --no-pictures --out t"));
    /* both go elsewhere together, and are found again */
    assert_int_equal(file_make_folder(support_path(state, "moved")), STATUS_OK);
    assert_int_equal(rename(support_path(state, "a"), support_path(state, "moved/a")), 0);
    assert_int_equal(rename(support_path(state, "b"), support_path(state, "moved/b")), 0);
    free(support_run_well(state, "verify moved/b"));
    assert_int_equal(rename(support_path(state, "moved/a"), support_path(state, "a")), 0);
    assert_int_equal(rename(support_path(state, "moved/b"), support_path(state, "b")), 0);
    /* its own network is not to be replaced by what comes of it */
    support_run(state, &run, "train --network a/network.h5 --overwrite --out a" SHORT);
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "a/network.h5: would be replaced"));
    support_run_free(&run);
    assert_true(file_exists(support_path(state, "a/DONE")));
    /* another network in its place */
    free(support_run_well(state, "train --seed 3 --overwrite --out a" SHORT));
    support_run(state, &run, "verify b");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "b: its data.network are not those of the run any more"));
    support_run_free(&run);
    support_run(state, &run, "train --network a/manifest.json --out c" SHORT);
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err, "spinet: a/manifest.json: is no HDF5 file of spinet's\n");
    support_run_free(&run);
    assert_false(file_exists(support_path(state, "c")));
}

/* ---- tables of synapses ---- */

/* Writes the plastic synapses of the training as a table, with all others or alone. */
static const char *keep_table(void **state, const struct subject *subject, bool with_fixed)
{
    const struct network *network = &subject->training.network;
    const struct snapshot_key key = {&network->layout, subject->dataset.classes.label, 20};
    const char *path = support_path(state, with_fixed ? "all.csv" : "contacts.csv");
    struct synapse_row *rows;
    int32_t n;
    assert_int_equal(network_rows(network, &rows, &n), STATUS_OK);
    assert_int_equal(
        snapshot_write(path, rows, with_fixed ? n : subject->training.network.plastic.n, &key),
        STATUS_OK);
    free(rows);
    return path;
}

static void expect_same_synapses(const struct network *a, const struct network *b)
{
    struct synapse_row *rows, *others;
    int32_t n, n_others;
    assert_int_equal(network_rows(a, &rows, &n), STATUS_OK);
    assert_int_equal(network_rows(b, &others, &n_others), STATUS_OK);
    assert_int_equal(n, n_others);
    for (int32_t i = 0; i < n; i++)
        assert_true(rows[i].source == others[i].source && rows[i].dendrite == others[i].dendrite &&
                    rows[i].weight == others[i].weight && rows[i].plastic == others[i].plastic);
    free(rows);
    free(others);
}

static void given_a_table_when_begun_with_expect_its_synapses_and_a_new_age(void **state)
{
    static const char *const more_fixed[] = {"connections.feedback_weight=2", NULL};
    static struct subject learnt, whole, contacts;
    begin(&learnt, NULL, NULL);
    go_on(&learnt, 6);
    /* with the fixed synapses of the table, whatever the parameters say of new ones; or without */
    begin(&whole, more_fixed, keep_table(state, &learnt, true));
    begin(&contacts, NULL, keep_table(state, &learnt, false));
    expect_same_synapses(&learnt.training.network, &whole.training.network);
    expect_same_synapses(&learnt.training.network, &contacts.training.network);
    assert_int_equal(training_age(&learnt.training), 6);
    assert_int_equal(training_age(&contacts.training), 0);
    for (int32_t i = 0; i < contacts.training.network.plastic.n; i++)
        assert_true(contacts.training.network.plastic.tag[i] == 0);
    end(&contacts);
    begin(&contacts, more_fixed, support_path(state, "contacts.csv"));
    const struct network *network = &contacts.training.network;
    int n_twice = 0;
    for (int32_t k = 0; k < network->n_projections; k++)
        n_twice +=
            network->projection[k].n > 0 && projection_weight(&network->projection[k], 0) == 2;
    assert_true(n_twice > 0);
    go_on(&whole, 4);
    go_on(&contacts, 4);
    end(&learnt);
    end(&whole);
    end(&contacts);
}

static void given_a_table_that_does_not_fit_when_begun_with_expect_file_and_synapse(void **state)
{
    static struct subject subject;
    const char *path = support_write_text(state, "bad.csv",
                                          "source_id,dendrite_id,weight,plastic\n"
                                          "14,0,0.5,1\n14,16,0.5,1\n");
    assert_int_equal(prepare(&subject, NULL, path), STATUS_USER);
    support_assert_message("bad.csv: synapse 2: ", NULL);
    path =
        support_write_text(state, "bad.csv", "source_id,dendrite_id,weight,plastic\n14,0,1.5,1\n");
    assert_int_equal(prepare(&subject, NULL, path), STATUS_USER);
    support_assert_message("bad.csv", "line 2", "1.5", NULL);
}

/* The plastic synapses of a network.csv; returns how many. */
static int32_t read_contacts(void **state, const char *path, struct synapse_row **rows)
{
    int32_t n;
    if (snapshot_read_plastic(support_path(state, path), rows, &n) != STATUS_OK)
        fail_msg("%s", status_message());
    return n;
}

static void given_a_connectome_when_trained_on_expect_its_strongest_with_fresh_weights(void **state)
{
    struct synapse_row *learnt, *begun;
    char *out;
    write_bars(state);
    free(support_run_well(state, "train --seed 2 --out a" SHORT));
    out = support_run_well(state, "train --connectome a --keep 0.25 --seed 7 --out b" SHORT
                                  " --set stopping.max_presentations=0");
    free(out);
    const int32_t n_learnt = read_contacts(state, "a/network.csv", &learnt),
                  n = read_contacts(state, "b/network.csv", &begun);
    assert_int_equal(n, (int32_t)round(0.25 * n_learnt));
    for (int32_t i = 0; i < n; i++) {
        int32_t n_stronger = n_learnt;
        for (int32_t k = 0; k < n_learnt; k++)
            if (learnt[k].source == begun[i].source && learnt[k].dendrite == begun[i].dendrite) {
                int32_t count = 0;
                for (int32_t j = 0; j < n_learnt; j++)
                    count += learnt[j].weight > learnt[k].weight;
                n_stronger = count < n_stronger ? count : n_stronger;
            }
        assert_true(n_stronger < n); /* among the strongest quarter */
        assert_true(begun[i].weight >= 0.1F && begun[i].weight <= 0.2F);
    }
    free(learnt);
    free(begun);
    free(support_run_well(state, "verify b"));
    free(support_run_well(state, "train --connectome a --keep strong --out c" SHORT));
}

static void refuse(void **state, const char *arguments, const char *message)
{
    struct support_run run;
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    if (!strstr(run.err, message))
        fail_msg("%s", run.err);
    support_run_free(&run);
}

static void given_a_connectome_that_cannot_be_when_asked_for_expect_what_is_right(void **state)
{
    refuse(state, "train --connectome nowhere --out b", "nowhere/network.csv: cannot be read");
    refuse(state, "train --keep strong --out b", "--keep strong: needs --connectome RUN");
    refuse(state, "train --connectome a --keep 2 --out b",
           "--keep 2: expected strong (above stopping.strong_weight) or a part from 0 to 1");
    refuse(state, "train --connectome a --network a/network.h5 --out b",
           "--connectome: sets data.network and surgery.before_training: leave these");
    assert_false(file_exists(support_path(state, "b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_network_when_taken_up_expect_its_state_to_the_bit),
        WITH_FOLDER(given_the_same_images_and_seed_when_going_on_expect_one_long_training),
        WITH_FOLDER(given_a_checkpoint_of_one_that_went_on_when_resumed_expect_the_same),
        WITH_FOLDER(given_no_lives_in_the_file_when_they_are_needed_expect_them_begun),
        WITH_FOLDER(given_other_sizes_when_taken_up_expect_field_value_and_what_is_right),
        WITH_FOLDER(given_other_images_or_classes_when_read_expect_what_is_right),
        WITH_FOLDER(given_a_file_of_an_older_spinet_when_taken_up_expect_it_refused),
        WITH_FOLDER(given_network_h5_when_replayed_expect_the_test_of_the_run),
        WITH_FOLDER(given_network_h5_when_trained_expect_a_run_like_any_other),
        WITH_FOLDER(
            given_a_network_that_has_learnt_when_trained_expect_a_word_that_it_stops_at_once),
        WITH_FOLDER(given_a_table_when_begun_with_expect_its_synapses_and_a_new_age),
        WITH_FOLDER(given_a_table_that_does_not_fit_when_begun_with_expect_file_and_synapse),
        WITH_FOLDER(given_a_connectome_when_trained_on_expect_its_strongest_with_fresh_weights),
        WITH_FOLDER(given_a_connectome_that_cannot_be_when_asked_for_expect_what_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
