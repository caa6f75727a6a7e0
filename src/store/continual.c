/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/records.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "store/run_tables.h"

/* The label of test image i, as a place in the list of labels. */
static int32_t label_of(const struct training *training, const struct midway_test *test, int32_t i)
{
    return label_index(&training->dataset->labels,
                       test->tests->images->labels[test->tests->image[i]]);
}

/* The first phase that shows images of the label, NULL if none does. */
static const struct schedule_phase *phase_of(const struct schedule *schedule, int32_t label)
{
    for (const struct schedule_phase *phase = schedule->phase;
         phase < schedule->phase + schedule->n; phase++)
        if (schedule_has_label(phase, label))
            return phase;
    return NULL;
}

/* Whether the class of a label has most votes of those that the label's phase shows; of a tie the
 * lowest has. */
static bool is_right_within(const struct training *training, const struct answer *answer,
                            int32_t label)
{
    const struct dataset *dataset = training->dataset;
    const struct schedule_phase *phase = phase_of(&training->schedule, label);
    int32_t best = -1;
    for (int32_t l = 0; l < dataset->labels.n && phase; l++) {
        const int32_t k = dataset->class_of[l];
        if (schedule_has_label(phase, dataset->labels.label[l]) && answer->votes[k] > 0 &&
            (best < 0 || answer->votes[k] > answer->votes[best]))
            best = k;
    }
    return best == dataset_class(dataset, label);
}

/* Appends a row for each label. */
static int add_rows(struct continual *continual, const struct training *training,
                    const struct midway_test *test)
{
    const struct label_list *labels = &training->dataset->labels;
    TRY_RESIZE(continual->row, continual->n_rows + labels->n, "the tests");
    struct continual_row *rows = continual->row + continual->n_rows;
    for (int32_t l = 0; l < labels->n; l++)
        rows[l] = (struct continual_row){
            .presentation = training->n_presentations,
            .phase = training->n_presentations > 0 ? training->schedule.now + 1 : 0,
            .is_end = test->is_end,
            .label = labels->label[l],
            .age = NAN};
    for (int32_t i = 0; i < test->n; i++) {
        const struct answer *answer = &test->readings[i].answer;
        struct continual_row *row = &rows[label_of(training, test, i)];
        row->n++;
        row->n_correct += answer->predicted == test->tests->class_index[i];
        row->n_ties += answer->is_tie;
        row->n_undecided += answer->predicted < 0;
        row->n_within += is_right_within(training, answer, row->label);
    }
    continual->n_rows += labels->n;
    return STATUS_OK;
}

/* Sums the intensities of the test images of each label, [n_labels][n_inputs]. */
static int sum_intensities(const struct training *training, const struct midway_test *test,
                           int64_t *sum)
{
    const int32_t n_inputs = training->network.layout.n_inputs;
    OWN_NEW(uint8_t, room, images_room((size_t)n_inputs), "an image");
    for (int32_t i = 0; i < test->n; i++) {
        const uint8_t *pixels = images_show(test->tests->images, test->tests->image[i], room);
        int64_t *of_label = sum + (size_t)label_of(training, test, i) * (size_t)n_inputs;
        for (int32_t j = 0; j < n_inputs; j++)
            of_label[j] += pixels[j];
    }
    return STATUS_OK;
}

/* Appends how far the images of each two labels are carried by the same, and fills the ages in the
 * last rows. */
static int add_overlaps(struct continual *continual, const struct training *training,
                        const struct midway_test *test)
{
    const int32_t n = training->dataset->labels.n, n_pairs = n * (n - 1) / 2;
    struct continual_row *row = continual->row + continual->n_rows - n;
    SCOPED(carriers_free) struct carriers c = {0};
    OWN_NEW(int64_t, intensity, (size_t)n * (size_t)training->network.layout.n_inputs,
            "the intensities");
    TRY(sum_intensities(training, test, intensity));
    TRY(carriers_init(&c, &training->network, test->activity, intensity, training_age(training)));
    TRY_RESIZE(continual->overlap, continual->n_overlaps + n_pairs, "the overlaps");
    for (int32_t a = 0; a < n; a++) {
        row[a].age = c.age[a];
        for (int32_t b = a + 1; b < n; b++)
            continual->overlap[continual->n_overlaps++] = (struct continual_overlap){
                .presentation = row->presentation,
                .phase = row->phase,
                .label = row[a].label,
                .other = row[b].label,
                .cells = carriers_overlap(c.cell, c.n_cells, a, b),
                .dendrites = carriers_overlap(c.dendrite, c.n_dendrites, a, b),
                .synapses = carriers_overlap(c.synapse, c.n_synapses, a, b)};
    }
    return STATUS_OK;
}

/* ---- observing ---- */

static int tested(struct observer *observer, const struct training *training,
                  const struct midway_test *test)
{
    struct continual *continual = (struct continual *)observer;
    TRY(add_rows(continual, training, test));
    return test->is_end ? add_overlaps(continual, training, test) : STATUS_OK;
}

void continual_init(struct continual *continual)
{
    *continual = (struct continual){.observer = {.tested = tested,
                                                 .observed = {{.table = &continual_table,
                                                               .name = "continual",
                                                               .rows = &continual->row,
                                                               .n = &continual->n_rows},
                                                              {.table = &continual_overlap_table,
                                                               .name = "overlap",
                                                               .rows = &continual->overlap,
                                                               .n = &continual->n_overlaps}}}};
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
