/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/retention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/phrase.h"
#include "core/scope.h"
#include "core/status.h"

const char *const size_class_names[N_SIZE_CLASSES] = {"all", "small", "middle", "large", "new"};

int retention_init(struct retention *retention, const struct parameters *p)
{
    struct phrase phrase = {p->record.test_days, "record.test_days", "day", 1, "0, 1, 5.5"};
    char expected[120];
    snprintf(expected, sizeof expected,
             "days of rest from 0 to %g (rest.before_test_days) in ascending order",
             p->rest.before_test_days);
    *retention = (struct retention){0};
    if (!*phrase.at)
        return STATUS_OK;
    TRY_NEW(retention->day, RETENTION_DAYS_MAX, "the days of tests");
    do {
        double day;
        const int32_t n = retention->n_days++;
        phrase_next(&phrase);
        const struct phrase before = phrase;
        if (n == RETENTION_DAYS_MAX)
            return phrase_refuse(&before, "at most 64 days");
        if (!phrase_take_number(&phrase, &day) || day < 0 || day > p->rest.before_test_days ||
            (n > 0 && day <= retention->day[n - 1]))
            return phrase_refuse(&before, expected);
        retention->day[n] = day;
        phrase.number++;
    } while (phrase_take(&phrase, ','));
    if (*phrase.at)
        return phrase_refuse(&phrase, "',' or the end");
    TRY_NEW(retention->row, retention->n_days * N_SIZE_CLASSES, "tests");
    return STATUS_OK;
}

void retention_free(struct retention *retention)
{
    free(retention->day);
    free(retention->row);
    free(retention->class_of);
    free(retention->vectors.mean);
    free(retention->size);
    *retention = (struct retention){0};
}

int retention_begin(struct retention *retention, const struct parameters *p,
                    const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    if (retention->n_days == 0)
        return STATUS_OK;
    free(retention->class_of);
    free(retention->vectors.mean);
    retention->vectors.mean = NULL;
    retention->n_rows = 0;
    retention->n_sizes = 0;
    retention->n_ids = s->next_id;
    TRY_NEW(retention->class_of, s->next_id, "the size classes");
    for (int32_t i = 0; i < s->n; i++) {
        const double w = (double)s->weight[i];
        retention->class_of[s->id[i]] = w > p->stopping.strong_weight ? SIZE_LARGE
                                        : w > p->turnover.threshold   ? SIZE_MIDDLE
                                                                      : SIZE_SMALL;
    }
    return STATUS_OK;
}

static bool is_of_class(const struct retention *retention, int32_t id, enum size_class size_class)
{
    if (size_class == SIZE_ALL)
        return true;
    return (id < retention->n_ids ? retention->class_of[id] : SIZE_NEW) == (int)size_class;
}

static void count(const struct retention *retention, const struct plastic_synapses *s,
                  struct retention_row *row)
{
    double sum = 0;
    for (int32_t i = 0; i < s->n; i++)
        if (is_of_class(retention, s->id[i], (enum size_class)row->size_class)) {
            row->n_spines++;
            sum += (double)s->weight[i];
        }
    row->mean_weight = row->n_spines > 0 ? sum / row->n_spines : (double)NAN;
}

/* ---- population vectors ---- */

/* Computes the mean vector of each class over the images 0, 2, 4 … */
static int take_means(struct vectors *vectors, const int32_t *spikes, const struct test_set *tests)
{
    const int32_t n_cells = vectors->n_cells;
    OWN_NEW(int32_t, n, vectors->n_classes, "population vectors");
    TRY_NEW(vectors->mean, (size_t)vectors->n_classes * (size_t)n_cells, "population vectors");
    for (int32_t i = 0; i < tests->n; i += 2) {
        double *mean = vectors->mean + (size_t)tests->class_index[i] * (size_t)n_cells;
        n[tests->class_index[i]]++;
        for (int32_t c = 0; c < n_cells; c++)
            mean[c] += spikes[(size_t)i * (size_t)n_cells + (size_t)c];
    }
    for (int32_t k = 0; k < vectors->n_classes; k++)
        for (int32_t c = 0; c < n_cells && n[k] > 0; c++)
            vectors->mean[k * n_cells + c] /= n[k];
    return STATUS_OK;
}

/* Pearson's correlation of n values; NaN where one of them does not vary. */
static double correlation_of(const double *a, const double *b, int32_t n)
{
    double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    for (int32_t i = 0; i < n; i++) {
        sum_a += a[i];
        sum_b += b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
        ab += a[i] * b[i];
    }
    const double varied = (aa - sum_a * sum_a / n) * (bb - sum_b * sum_b / n);
    return varied > 1e-9 ? (ab - sum_a * sum_b / n) / sqrt(varied) : (double)NAN;
}

/* The class whose mean vector correlates best with this response, or -1 if none does (the network
 * was silent). *own is the correlation with the vector of class k. */
static int32_t decode(const struct vectors *vectors, const double *response, int32_t k, double *own)
{
    int32_t best = -1;
    double most = -2;
    for (int32_t c = 0; c < vectors->n_classes; c++) {
        const double r = correlation_of(
            response, vectors->mean + (size_t)c * (size_t)vectors->n_cells, vectors->n_cells);
        if (c == k)
            *own = r;
        if (r > most) {
            most = r;
            best = c;
        }
    }
    return best;
}

/* Decodes the images 1, 3, 5 … The correlation of a silent response counts as 0. */
static int decode_all(const struct vectors *vectors, const int32_t *spikes,
                      const struct test_set *tests, struct retention_row *row)
{
    const int32_t n_cells = vectors->n_cells;
    OWN_NEW(double, response, n_cells, "population vectors");
    int32_t n = 0, n_correct = 0;
    double sum = 0;
    for (int32_t i = 1; i < tests->n; i += 2, n++) {
        double own = (double)NAN;
        for (int32_t c = 0; c < n_cells; c++)
            response[c] = spikes[(size_t)i * (size_t)n_cells + (size_t)c];
        n_correct +=
            decode(vectors, response, tests->class_index[i], &own) == tests->class_index[i];
        sum += isnan(own) ? 0 : own;
    }
    row->decoded = n > 0 ? (double)n_correct / n : (double)NAN;
    row->correlation = n > 0 ? sum / n : (double)NAN;
    return STATUS_OK;
}

static int test_with_vectors(struct vectors *vectors, struct presenter *presenter,
                             const struct network *network, const struct dataset *dataset,
                             struct retention_row *row, struct score *score)
{
    const struct test_set tests = dataset_tests(dataset);
    vectors->n_classes = dataset->classes.n;
    vectors->n_cells = network->layout.n_pyramidal;
    OWN_NEW(int32_t, spikes, (size_t)tests.n * (size_t)vectors->n_cells, "population vectors");
    presenter->pyramidal_spikes = spikes;
    *score = test_network(presenter, network, dataset, INT32_MAX, NULL);
    presenter->pyramidal_spikes = NULL;
    if (!vectors->mean)
        TRY(take_means(vectors, spikes, &tests));
    return decode_all(vectors, spikes, &tests, row);
}

/* ---- a day ---- */

static void take_score(struct retention_row *row, const struct score *score)
{
    row->n_tests = score->n;
    row->n_ties = score->rule.n_ties;
    row->n_undecided = score->rule.n_undecided;
    row->accuracy = score_accuracy(score);
    row->accuracy_spikes = answer_counts_accuracy(&score->spikes, score->n);
}

/* Tests the network with all weights of the row's size class set to 0, and sets them back. */
static int test_without(struct retention *retention, struct presenter *presenter,
                        struct network *network, const struct dataset *dataset,
                        struct retention_row *row)
{
    struct plastic_synapses *s = &network->plastic;
    struct score score;
    OWN_NEW(float, kept, s->n, "the weights");
    memcpy(kept, s->weight, (size_t)s->n * sizeof *kept);
    for (int32_t i = 0; i < s->n; i++)
        if (row->size_class != SIZE_ALL &&
            is_of_class(retention, s->id[i], (enum size_class)row->size_class))
            s->weight[i] = 0;
    if (row->size_class == SIZE_ALL)
        TRY(test_with_vectors(&retention->vectors, presenter, network, dataset, row, &score));
    else
        score = test_network(presenter, network, dataset, INT32_MAX, NULL);
    if (score.n > 0)
        take_score(row, &score);
    memcpy(s->weight, kept, (size_t)s->n * sizeof *kept);
    return STATUS_OK;
}

/* Notes all synapses. They are sorted by input. */
static int take_sizes(struct retention *retention, const struct plastic_synapses *s, double days)
{
    TRY_RESIZE(retention->size, retention->n_sizes + s->n + 1, "the sizes");
    for (int32_t input = 0, i = 0; i < s->n; i++) {
        while (i >= s->start[input + 1])
            input++;
        retention->size[retention->n_sizes++] =
            (struct retention_size){days, s->id[i], input, s->dendrite[i], s->weight[i]};
    }
    return STATUS_OK;
}

int retention_take(struct retention *retention, const struct parameters *p,
                   struct presenter *presenter, struct network *network,
                   const struct dataset *dataset, double days)
{
    if (p->record.sizes)
        TRY(take_sizes(retention, &network->plastic, days));
    memset(network->creb, 0, (size_t)network->layout.n_pyramidal * sizeof *network->creb);
    for (int k = 0; k < N_SIZE_CLASSES; k++) {
        struct retention_row *row = &retention->row[retention->n_rows++];
        *row = (struct retention_row){
            .days = days,
            .size_class = k,
            .n_ties = -1,
            .n_undecided = -1,
            .accuracy = (double)NAN,
            .accuracy_spikes = (double)NAN,
            .decoded = (double)NAN,
            .correlation = (double)NAN,
        };
        count(retention, &network->plastic, row);
        if (k != SIZE_ALL && (!p->record.silence_classes || row->n_spines == 0))
            continue;
        TRY(test_without(retention, presenter, network, dataset, row));
    }
    return STATUS_OK;
}
