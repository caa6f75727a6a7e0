/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which weights carry what was learned? Trains a network, then silences its synapses from the
 * weakest up, a tenth at a time, and tests it without them. */
#include <spinet.h>
#include <stdio.h>
#include <stdlib.h>

struct synapse {
    int32_t id;
    float weight;
};

static int compare(const void *a, const void *b)
{
    const struct synapse *x = a, *y = b;
    return (x->weight > y->weight) - (x->weight < y->weight);
}

int main(void)
{
    const struct spinet_options options = {.seed = 8, .n_threads = 2};
    struct spinet_parameters *parameters;
    struct spinet_images *images;
    struct spinet_training *training;
    struct spinet_step step = {0};
    struct spinet_score score;
    struct spinet_view id, weight;
    int status = spinet_parameters_new("authors", &parameters) ||
                 spinet_images_new(parameters, options.seed, &images) ||
                 spinet_training_new(parameters, images, &options, &training);
    while (!status && step.stop == SPINET_GOES_ON)
        status = spinet_training_step(training, &step);
    if (status || spinet_training_view(training, "id", &id) ||
        spinet_training_view(training, "weight", &weight))
        return fprintf(stderr, "%s\n", spinet_error()), 1;

    const int64_t n = id.shape[0];
    struct synapse *sorted = malloc((size_t)n * sizeof *sorted);
    for (int64_t i = 0; i < n; i++)
        sorted[i] =
            (struct synapse){((const int32_t *)id.values)[i], ((const float *)weight.values)[i]};
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    printf("silenced  right  wrong  undecided\n");
    for (int tenth = 0; tenth <= 10; tenth++) {
        for (int64_t i = n * (tenth - 1) / 10; tenth > 0 && i < n * tenth / 10; i++)
            status |= spinet_training_set_weights(training, &sorted[i].id, &(double){0}, 1);
        if (status || spinet_training_test(training, 0, NULL, &score))
            return fprintf(stderr, "%s\n", spinet_error()), 1;
        printf("%6d %%  %5d  %5d  %9d\n", 10 * tenth, score.n_correct,
               score.n - score.n_correct - score.n_undecided, score.n_undecided);
    }
    free(sorted);
    spinet_training_free(training), spinet_images_free(images), spinet_parameters_free(parameters);
}
