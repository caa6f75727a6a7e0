/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does turnover help these two networks alike? Trains one without and one with it on the same
 * images and the same wiring, side by side, each in a thread of its own. */
#include <pthread.h>
#include <spinet.h>
#include <stdio.h>

struct network {
    const char *policy;
    struct spinet_score score;
    int32_t n_presentations;
    char error[256]; /* of its thread */
};

static int train(struct network *network)
{
    const struct spinet_options options = {.seed = 8};
    struct spinet_parameters *parameters;
    struct spinet_images *images;
    struct spinet_training *training;
    struct spinet_step step = {0};
    int status = spinet_parameters_new("authors", &parameters) ||
                 spinet_parameters_set(parameters, "turnover.policy", network->policy) ||
                 spinet_images_new(parameters, options.seed, &images) ||
                 spinet_training_new(parameters, images, &options, &training);
    while (!status && step.stop == SPINET_GOES_ON)
        status = spinet_training_step(training, &step);
    if (status || spinet_training_test(training, 0, NULL, &network->score))
        return -1;
    network->n_presentations = step.presentation;
    spinet_training_free(training), spinet_images_free(images), spinet_parameters_free(parameters);
    return 0;
}

static void *run(void *data)
{
    struct network *network = data;
    if (train(network))
        snprintf(network->error, sizeof network->error, "%s", spinet_error());
    return NULL;
}

int main(void)
{
    struct network network[] = {{.policy = "none"}, {.policy = "random"}};
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, run, &network[i]))
            return 1;
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
        if (*network[i].error)
            return fprintf(stderr, "%s: %s\n", network[i].policy, network[i].error), 1;
        const struct spinet_score *score = &network[i].score;
        printf("%-6s  of %d images %d right, %d undecided, after %d presentations\n",
               network[i].policy, score->n, score->n_correct, score->n_undecided,
               network[i].n_presentations);
    }
}
