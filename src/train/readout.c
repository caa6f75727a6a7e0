/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/readout.h"

#include <math.h>

struct readout readout_from(const struct parameters *p)
{
    return (struct readout){(enum test_readout)p->test.readout, p->test.active_spikes};
}

struct answer answer_from(const struct layout *layout, const int32_t *spikes,
                          struct readout readout)
{
    const int32_t n_cells = layout_cells_per_class(layout), n_for = n_cells - layout->n_against;
    struct answer answer = {0};
    for (int32_t k = 0; k < layout->n_classes; k++)
        for (int32_t n = 0; n < n_cells; n++) {
            const int32_t count = spikes[k * n_cells + n],
                          vote = readout.counts == READOUT_SPIKES ? count
                                                                  : count > readout.active_spikes;
            answer.votes[k] += n < n_for ? vote : -vote;
        }
    answer.predicted = layout_answer(layout, answer.votes);
    if (answer.predicted >= 0 && !layout->has_one_response)
        for (int32_t k = answer.predicted + 1; k < layout->n_classes; k++)
            answer.is_tie |= answer.votes[k] == answer.votes[answer.predicted];
    return answer;
}

int32_t answer_margin(const struct answer *answer, int32_t n_classes, int32_t class_index)
{
    int32_t most = 0;
    for (int32_t k = 0; k < n_classes; k++)
        if (k != class_index && answer->votes[k] > most)
            most = answer->votes[k];
    return answer->votes[class_index] - most;
}

double answer_share(const struct answer *answer, int32_t n_classes, int32_t class_index)
{
    if (!answer->is_tie)
        return answer->predicted == class_index;
    const int32_t most = answer->votes[answer->predicted];
    int32_t n_first = 0;
    for (int32_t k = 0; k < n_classes; k++)
        n_first += answer->votes[k] == most;
    return answer->votes[class_index] == most ? 1.0 / n_first : 0;
}

/* ---- counting answers ---- */

static void count_answer(struct answer_counts *counts, const struct answer *answer,
                         int32_t class_index)
{
    counts->n_correct += answer->predicted == class_index;
    counts->n_ties += answer->is_tie;
    counts->n_undecided += answer->predicted < 0;
    counts->n_wrong +=
        answer->predicted >= 0 && !answer->is_tie && answer->predicted != class_index;
}

static void add_counts(struct answer_counts *counts, const struct answer_counts *more)
{
    counts->n_correct += more->n_correct;
    counts->n_ties += more->n_ties;
    counts->n_undecided += more->n_undecided;
    counts->n_wrong += more->n_wrong;
}

double answer_counts_accuracy(const struct answer_counts *counts, int32_t n)
{
    return n > 0 ? (double)counts->n_correct / n : (double)NAN;
}

struct reading score_take(struct score *score, const struct layout *layout, const int32_t *spikes,
                          struct readout readout, int32_t class_index)
{
    const struct reading reading = {
        answer_from(layout, spikes, readout),
        answer_from(layout, spikes, (struct readout){.counts = READOUT_SPIKES}),
    };
    score->n++;
    count_answer(&score->rule, &reading.answer, class_index);
    count_answer(&score->spikes, &reading.by_spikes, class_index);
    for (int32_t t = 0; t < READOUT_THRESHOLDS; t++) {
        const struct answer answer =
            answer_from(layout, spikes, (struct readout){READOUT_ACTIVE, t});
        count_answer(&score->active[t], &answer, class_index);
    }
    return reading;
}

void score_add(struct score *score, const struct score *more)
{
    score->n += more->n;
    add_counts(&score->rule, &more->rule);
    add_counts(&score->spikes, &more->spikes);
    for (int32_t t = 0; t < READOUT_THRESHOLDS; t++)
        add_counts(&score->active[t], &more->active[t]);
    cost_add(&score->cost, more->cost);
}

double score_accuracy(const struct score *score)
{
    return answer_counts_accuracy(&score->rule, score->n);
}

double score_accuracy_over_thresholds(const struct score *score)
{
    int64_t n_correct = 0;
    for (int32_t t = 0; t < READOUT_THRESHOLDS; t++)
        n_correct += score->active[t].n_correct;
    return score->n > 0 ? (double)n_correct / READOUT_THRESHOLDS / score->n : (double)NAN;
}

/* ---- classes ---- */

void confusion_count(struct confusion *confusion, const struct answer *answer, int32_t class_index)
{
    confusion->n[class_index]++;
    if (answer->predicted < 0)
        confusion->undecided[class_index]++;
    else
        confusion->answered[class_index][answer->predicted]++;
}

double confusion_recall(const struct confusion *confusion, int32_t class_index)
{
    const int32_t n = confusion->n[class_index];
    return n > 0 ? (double)confusion->answered[class_index][class_index] / n : (double)NAN;
}

double confusion_balanced(const struct confusion *confusion)
{
    double sum = 0;
    int32_t n = 0;
    for (int32_t k = 0; k < confusion->n_classes; k++)
        if (confusion->n[k] > 0) {
            sum += confusion_recall(confusion, k);
            n++;
        }
    return n > 0 ? sum / n : (double)NAN;
}

double confusion_recall_gap(const struct confusion *confusion)
{
    double least = (double)NAN, most = (double)NAN;
    for (int32_t k = 0; k < confusion->n_classes; k++) {
        least = fmin(least, confusion_recall(confusion, k)); /* of a number and NaN, the number */
        most = fmax(most, confusion_recall(confusion, k));
    }
    return most - least;
}
