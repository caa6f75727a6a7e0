/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well does a network with turnover tell two moving shapes apart? Trains one and tests it.
 *     cc train.c $(pkg-config --cflags --libs spinet) */
#include <spinet.h>
#include <stdio.h>

static int fail(void)
{
    fprintf(stderr, "%s\n", spinet_error());
    return 1;
}

int main(void)
{
    struct spinet_parameters *parameters = NULL;
    struct spinet_images *images = NULL;
    struct spinet_training *training = NULL;
    const struct spinet_options options = {.seed = 8, .n_threads = 2};
    struct spinet_step step = {0};
    struct spinet_score score;

    if (spinet_parameters_new("authors", &parameters) ||
        spinet_parameters_set(parameters, "data.overlap", "2") ||
        spinet_images_new(parameters, options.seed, &images) ||
        spinet_training_new(parameters, images, &options, &training))
        return fail();
    while (step.stop == SPINET_GOES_ON) {
        if (spinet_training_step(training, &step))
            return fail();
        if (step.n_tested > 0)
            printf("%4d presentations: %d of %d sample images right, %.0f %% strong synapses\n",
                   step.presentation, step.n_correct, step.n_tested,
                   100 * (double)step.strong_fraction);
    }
    if (spinet_training_test(training, 0, NULL, &score))
        return fail();
    printf("test: of %d images %d right, %d wrong, %d undecided\n", score.n, score.n_correct,
           score.n - score.n_correct - score.n_undecided, score.n_undecided);
    spinet_training_free(training);
    spinet_images_free(images);
    spinet_parameters_free(parameters);
    return 0;
}
