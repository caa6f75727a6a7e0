/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/continual.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "store/archive.h"
#include "store/run_tables.h"

static int32_t label_of(const struct training *training, int32_t class_index)
{
    return training->dataset->classes.label[class_index];
}

/* The first phase that shows the class, NULL if none does. */
static const struct schedule_phase *phase_of(const struct training *training, int32_t class_index)
{
    const struct schedule *schedule = &training->schedule;
    for (const struct schedule_phase *phase = schedule->phase;
         phase < schedule->phase + schedule->n; phase++)
        if (schedule_has_label(phase, label_of(training, class_index)))
            return phase;
    return NULL;
}

/* Whether the class has most votes of those that its phase shows; of a tie the lowest has. */
static bool is_right_within(const struct training *training, const struct answer *answer,
                            int32_t class_index)
{
    const struct schedule_phase *phase = phase_of(training, class_index);
    int32_t best = -1;
    for (int32_t k = 0; k < training->dataset->classes.n && phase; k++)
        if (schedule_has_label(phase, label_of(training, k)) && answer->votes[k] > 0 &&
            (best < 0 || answer->votes[k] > answer->votes[best]))
            best = k;
    return best == class_index;
}

/* Appends a row for each class. */
static int add_rows(struct continual *continual, const struct training *training,
                    const struct midway_test *test)
{
    const int32_t n_classes = training->dataset->classes.n;
    TRY_RESIZE(continual->row, continual->n_rows + n_classes, "the tests");
    struct continual_row *row = continual->row + continual->n_rows;
    for (int32_t k = 0; k < n_classes; k++)
        row[k] = (struct continual_row){
            .presentation = training->n_presentations,
            .phase = training->n_presentations > 0 ? training->schedule.now + 1 : 0,
            .is_end = test->is_end,
            .label = label_of(training, k),
            .age = NAN};
    for (int32_t i = 0; i < test->n; i++) {
        const struct answer *answer = &test->readings[i].answer;
        const int32_t k = test->tests->class_index[i];
        row[k].n++;
        row[k].n_correct += answer->predicted == k;
        row[k].n_ties += answer->is_tie;
        row[k].n_undecided += answer->predicted < 0;
        row[k].n_within += is_right_within(training, answer, k);
    }
    continual->n_rows += n_classes;
    return STATUS_OK;
}

/* Sums the intensities of the test images, [n_classes][n_inputs]. */
static int sum_intensities(const struct midway_test *test, int32_t n_inputs, int64_t *sum)
{
    OWN_NEW(uint8_t, room, images_room((size_t)n_inputs), "an image");
    for (int32_t i = 0; i < test->n; i++) {
        const uint8_t *pixels = images_show(test->tests->images, test->tests->image[i], room);
        int64_t *of_class = sum + (size_t)test->tests->class_index[i] * (size_t)n_inputs;
        for (int32_t j = 0; j < n_inputs; j++)
            of_class[j] += pixels[j];
    }
    return STATUS_OK;
}

/* Appends how far each two classes are carried by the same, and fills the ages in the last rows. */
static int add_overlaps(struct continual *continual, const struct training *training,
                        const struct midway_test *test)
{
    const int32_t n_classes = training->dataset->classes.n;
    const int32_t n_inputs = training->network.layout.n_inputs;
    const int32_t n_pairs = n_classes * (n_classes - 1) / 2;
    const struct continual_row *first = continual->row + continual->n_rows - n_classes;
    SCOPED(carriers_free) struct carriers c = {0};
    OWN_NEW(int64_t, intensity, (size_t)n_classes * (size_t)n_inputs, "the intensities");
    TRY(sum_intensities(test, n_inputs, intensity));
    TRY(carriers_init(&c, &training->network, test->activity, intensity, training_age(training)));
    TRY_RESIZE(continual->overlap, continual->n_overlaps + n_pairs, "the overlaps");
    for (int32_t a = 0; a < n_classes; a++) {
        continual->row[continual->n_rows - n_classes + a].age = c.age[a];
        for (int32_t b = a + 1; b < n_classes; b++)
            continual->overlap[continual->n_overlaps++] = (struct continual_overlap){
                .presentation = first->presentation,
                .phase = first->phase,
                .label = label_of(training, a),
                .other = label_of(training, b),
                .cells = carriers_overlap(c.cell, c.n_cells, a, b),
                .dendrites = carriers_overlap(c.dendrite, c.n_dendrites, a, b),
                .synapses = carriers_overlap(c.synapse, c.n_synapses, a, b)};
    }
    return STATUS_OK;
}

/* ---- observing ---- */

static int begun(struct observer *observer, const struct training *training)
{
    struct continual *continual = (struct continual *)observer;
    (void)training;
    continual->n_rows = continual->n_overlaps = 0;
    return STATUS_OK;
}

static int tested(struct observer *observer, const struct training *training,
                  const struct midway_test *test)
{
    struct continual *continual = (struct continual *)observer;
    TRY(add_rows(continual, training, test));
    return test->is_end ? add_overlaps(continual, training, test) : STATUS_OK;
}

static void move(struct observer *observer, struct training *training, struct archive *archive)
{
    struct continual *continual = (struct continual *)observer;
    if (training->schedule.n == 0)
        return;
    archive_table(archive, "continual", &continual_table, &continual->row, &continual->n_rows);
    archive_table(archive, "overlap", &continual_overlap_table, &continual->overlap,
                  &continual->n_overlaps);
}

static int finished(struct observer *observer, const struct training *training, const char *folder)
{
    const struct continual *continual = (const struct continual *)observer;
    if (training->schedule.n == 0)
        return STATUS_OK;
    TRY(table_write(&continual_table, continual->row, (size_t)continual->n_rows, folder));
    return table_write(&continual_overlap_table, continual->overlap, (size_t)continual->n_overlaps,
                       folder);
}

void continual_init(struct continual *continual)
{
    *continual = (struct continual){
        .observer = {.begun = begun, .tested = tested, .move = move, .finished = finished}};
}

void continual_free(struct continual *continual)
{
    free(continual->row);
    free(continual->overlap);
    *continual = (struct continual){0};
}

/* ---- measures ---- */

/* The accuracy on the classes of phase j at the end of phase i, both from 1 (i 0: before training);
 * NaN if it was not tested. */
static double accuracy_at(const struct continual *continual, const struct schedule *schedule,
                          int32_t i, int32_t j)
{
    double n = 0, n_correct = 0;
    for (const struct continual_row *row = continual->row; row < continual->row + continual->n_rows;
         row++)
        if (row->is_end && row->phase == i &&
            schedule_has_label(&schedule->phase[j - 1], row->label)) {
            n += row->n;
            n_correct += row->n_correct;
        }
    return n > 0 ? n_correct / n : (double)NAN;
}

struct continual_measures continual_measure(const struct training *training)
{
    const struct schedule *schedule = &training->schedule;
    const struct observer *o = training->observers;
    const int32_t n = schedule->n;
    struct continual_measures sum = {0};
    while (o && o->tested != tested)
        o = o->next;
    const struct continual *continual = (const struct continual *)o;
    if (!continual || n < 2)
        return (struct continual_measures){NAN, NAN, NAN, NAN};
    sum.learned = accuracy_at(continual, schedule, n, n);
    for (int32_t j = 1; j < n; j++) {
        const double last = accuracy_at(continual, schedule, n, j);
        double best = accuracy_at(continual, schedule, 1, j);
        for (int32_t i = 2; i < n; i++)
            best = fmax(best, accuracy_at(continual, schedule, i, j));
        sum.learned += accuracy_at(continual, schedule, j, j);
        sum.forgetting += best - last;
        sum.backward += last - accuracy_at(continual, schedule, j, j);
        sum.forward +=
            accuracy_at(continual, schedule, j, j + 1) - accuracy_at(continual, schedule, 0, j + 1);
    }
    return (struct continual_measures){sum.learned / n, sum.forgetting / (n - 1),
                                       sum.backward / (n - 1), sum.forward / (n - 1)};
}
