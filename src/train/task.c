/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shuffle changes only which images are of the class. Then the correlation of calcium and class
 * rises with the sum of calcium over the images of the class; so these sums are compared. */
#include "train/task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"

enum { BLOCK = 1024 };

void task_free(struct task_spines *task)
{
    free(task->spine);
    *task = (struct task_spines){0};
}

/* ---- calcium and class ---- */

/* Sums n columns over the images of class k, where image i is given the class of image order[i]. */
static void sum_class(float *restrict sum, const float *calcium, int32_t n, size_t stride,
                      const int32_t *classes, const int32_t *order, int32_t n_images, int32_t k)
{
    memset(sum, 0, (size_t)n * sizeof *sum);
    for (int32_t i = 0; i < n_images; i++) {
        const float *row = calcium + (size_t)i * stride;
        if (classes[order[i]] != k)
            continue;
#pragma omp simd
        for (int32_t j = 0; j < n; j++)
            sum[j] += row[j];
    }
}

static void correlate(struct task_spine *spine, const float *calcium, size_t stride,
                      const int32_t *classes, int32_t n_images, int32_t k)
{
    double sum = 0, squares = 0, in_class = 0, n_k = 0;
    for (int32_t i = 0; i < n_images; i++) {
        const double x = (double)calcium[(size_t)i * stride];
        sum += x;
        squares += x * x;
        in_class += classes[i] == k ? x : 0;
        n_k += classes[i] == k;
    }
    const double n = n_images, varied = (n * squares - sum * sum) * n_k * (n - n_k);
    spine->correlation = varied > 0 ? (float)((n * in_class - sum * n_k) / sqrt(varied)) : NAN;
}

/* Counts n_reaching of n spines, at most BLOCK. */
static void count_reaching(struct task_spine *spine, const float *calcium, int32_t n, size_t stride,
                           const int32_t *classes, const int32_t *orders, int32_t n_images,
                           int32_t k)
{
    float found[BLOCK], shuffled[BLOCK];
    const int32_t *order = orders; /* the first is not shuffled */
    sum_class(found, calcium, n, stride, classes, order, n_images, k);
    for (int32_t s = 0; s < TASK_SHUFFLES; s++) {
        order += n_images;
        sum_class(shuffled, calcium, n, stride, classes, order, n_images, k);
        for (int32_t j = 0; j < n; j++)
            spine[j].n_reaching += shuffled[j] >= found[j];
    }
}

/* Makes the order of the images and TASK_SHUFFLES random orders. */
static int make_orders(int32_t **orders, int32_t n_images, uint64_t seed)
{
    TRY_NEW(*orders, (size_t)(TASK_SHUFFLES + 1) * (size_t)n_images, "the shuffles");
    for (int32_t s = 0; s <= TASK_SHUFFLES; s++) {
        int32_t *order = *orders + (size_t)s * (size_t)n_images;
        for (int32_t i = 0; i < n_images; i++)
            order[i] = i;
        if (s > 0)
            random_shuffle(order, n_images, seed, RANDOM_TASK, (uint32_t)s, 0);
    }
    return STATUS_OK;
}

int task_relate_class(struct task_spine *spine, const float *calcium, int32_t n, size_t stride,
                      const int32_t *classes, int32_t n_images, int32_t k, uint64_t seed)
{
    OWNED int32_t *orders = NULL;
    TRY(make_orders(&orders, n_images, seed));
    for (int32_t first = 0; first < n; first += BLOCK)
        count_reaching(spine + first, calcium + first, n - first < BLOCK ? n - first : BLOCK,
                       stride, classes, orders, n_images, k);
    for (int32_t j = 0; j < n; j++) {
        correlate(&spine[j], calcium + j, stride, classes, n_images, k);
        spine[j].is_related = spine[j].n_reaching < TASK_OUTSIDE;
    }
    return STATUS_OK;
}

/* ---- a network ---- */

/* Lists the indices of the network's synapses class by class. */
static void sort_by_class(const struct network *network, int32_t *by_class)
{
    const struct plastic_synapses *s = &network->plastic;
    for (int32_t k = 0, n = 0; k < network->layout.n_classes; k++)
        for (int32_t i = 0; i < s->n; i++)
            if (layout_class(&network->layout, s->dendrite[i]) == k)
                by_class[n++] = i;
}

/* Presents the images and fills in calcium[n_images][n], of the synapses in this order. */
static int show(struct presenter *presenter, const struct network *network,
                const struct dataset *dataset, int32_t n_images, const int32_t *order,
                float *calcium, int32_t *classes)
{
    const int32_t n = network->plastic.n;
    OWN_NEW(float, taken, n + PLASTIC_SURPLUS, "the calcium");
    for (int32_t i = 0; i < n_images; i++) {
        const int32_t image = dataset_training_image(dataset, i, &classes[i]);
        encode_image(&presenter->encoder, &dataset->train, image, -1, &presenter->stimulus[0]);
        memset(taken, 0, (size_t)n * sizeof *taken);
        present(&presenter->presentation[0], network, &presenter->stimulus[0], taken);
        for (int32_t j = 0; j < n; j++)
            *calcium++ = taken[order[j]];
    }
    return STATUS_OK;
}

static void describe(struct task_spine *spine, const struct network *network,
                     const struct dataset *dataset)
{
    const struct plastic_synapses *s = &network->plastic;
    for (int32_t input = 0, i = 0; i < s->n; i++) {
        while (i >= s->start[input + 1])
            input++;
        spine[i] = (struct task_spine){
            .id = s->id[i],
            .input = input,
            .dendrite = s->dendrite[i],
            .position_um = network->lives ? network->lives->life[s->id[i]].position_um : NAN,
            .weight = s->weight[i],
            .label = dataset->classes.label[layout_class(&network->layout, s->dendrite[i])],
        };
    }
}

/* Relates the spines of each class; the columns of calcium[n_images][n] are in the order
 * by_class. */
static int relate_all(struct task_spines *task, const struct network *network,
                      const int32_t *by_class, const float *calcium, const int32_t *classes,
                      int32_t n_images, uint64_t seed)
{
    OWN_NEW(struct task_spine, sorted, task->n, "the spines");
    for (int32_t j = 0; j < task->n; j++)
        sorted[j] = task->spine[by_class[j]];
    for (int32_t k = 0, first = 0, end = 0; k < network->layout.n_classes; k++, first = end) {
        while (end < task->n && layout_class(&network->layout, sorted[end].dendrite) == k)
            end++;
        TRY(task_relate_class(sorted + first, calcium + first, end - first, (size_t)task->n,
                              classes, n_images, k, seed));
    }
    for (int32_t j = 0; j < task->n; j++)
        task->spine[by_class[j]] = sorted[j];
    return STATUS_OK;
}

int task_relate(struct task_spines *task, struct presenter *presenter,
                const struct network *network, const struct dataset *dataset, int32_t n_images,
                uint64_t seed)
{
    const int32_t n = network->plastic.n;
    task_free(task);
    if (n_images == 0)
        return STATUS_OK;
    OWN_NEW(float, calcium, (size_t)n *(size_t)n_images, "the calcium");
    OWN_NEW(int32_t, classes, n_images, "the images");
    OWN_NEW(int32_t, by_class, n, "the spines");
    const struct network without_creb = network_without_creb(network);
    TRY_NEW(task->spine, n, "the spines");
    task->n = n;
    sort_by_class(network, by_class);
    TRY(show(presenter, &without_creb, dataset, n_images, by_class, calcium, classes));
    describe(task->spine, network, dataset);
    return relate_all(task, network, by_class, calcium, classes, n_images, seed);
}
