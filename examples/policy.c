/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What if synapses are replaced by age instead of weakness? A turnover policy that prunes the 50
 * oldest synapses and grows as many anywhere; it remembers how many it has replaced. */
#include <spinet.h>
#include <stdio.h>

enum { N_OLDEST = 50, N_INPUTS = 400, N_DENDRITES = 800, N_IDS = 100000 };

struct memory {
    int32_t n_replaced;
};

/* Ids ascend in order of birth: the oldest synapses have the lowest. */
static int choose(struct spinet_training *training, void *state, void *data, bool *is_over)
{
    struct memory *memory = state;
    int32_t n = 0;
    for (int32_t id = 0; n < N_OLDEST && id < N_IDS; id++) {
        if (spinet_prune(training, &id, 1))
            continue; /* gone long ago */
        const double input = spinet_random(training, (uint32_t)id, 0, 0),
                     dendrite = spinet_random(training, (uint32_t)id, 0, 1),
                     weight = spinet_random(training, (uint32_t)id, 0, 2);
        const struct spinet_new_synapse grown = {
            (int32_t)(N_INPUTS * input), (int32_t)(N_DENDRITES * dendrite), 0.1 + 0.4 * weight};
        if (spinet_grow(training, &grown, 1))
            return SPINET_USER;
        n++;
    }
    *(int32_t *)data = memory->n_replaced += N_OLDEST;
    *is_over = false;
    return SPINET_OK;
}

int main(void)
{
    int32_t n_replaced = 0;
    const struct spinet_field fields[] = {
        {"n_replaced", SPINET_INT32, offsetof(struct memory, n_replaced), 1}};
    const struct spinet_policy oldest = {"oldest", sizeof(struct memory), fields,
                                         1,        .choose = choose,      .data = &n_replaced};
    const struct spinet_options options = {.seed = 8, .policy = &oldest};
    struct spinet_parameters *parameters;
    struct spinet_images *images;
    struct spinet_training *training;
    struct spinet_step step = {0};
    struct spinet_score score;
    int status = spinet_parameters_new("authors", &parameters) ||
                 spinet_images_new(parameters, options.seed, &images) ||
                 spinet_training_new(parameters, images, &options, &training);
    while (!status && step.stop == SPINET_GOES_ON)
        status = spinet_training_step(training, &step);
    if (status || spinet_training_test(training, 0, NULL, &score))
        return fprintf(stderr, "%s\n", spinet_error()), 1;
    printf("%d synapses replaced in %d presentations; of %d images %d right, %d undecided\n",
           n_replaced, step.presentation, score.n, score.n_correct, score.n_undecided);
    spinet_training_free(training);
    spinet_images_free(images);
    spinet_parameters_free(parameters);
}
