/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How does a cell answer to spikes of one's own? The inputs of cell 0 fire together every 20 ms,
 * from once to several times; prints its dendrites' and its soma's greatest voltage, and spikes. */
#include <spinet.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_DENDRITES = 10 }; /* of a cell: pyramidal.n_dendrites */

struct greatest {
    float v, v_b;
};

static void look(const struct spinet_moment *moment, void *data)
{
    struct greatest *greatest = data;
    if (moment->v[0] > greatest->v)
        greatest->v = moment->v[0];
    for (int d = 0; d < N_DENDRITES; d++)
        if (moment->v_b[d] > greatest->v_b)
            greatest->v_b = moment->v_b[d];
}

int main(void)
{
    struct spinet_parameters *parameters;
    struct spinet_images *images;
    struct spinet_training *training;
    struct spinet_view source, dendrite, spikes;
    struct greatest greatest;
    if (spinet_parameters_new("authors", &parameters) ||
        spinet_images_new(parameters, 1, &images) ||
        spinet_training_new(parameters, images, &(struct spinet_options){.seed = 1}, &training) ||
        spinet_training_watch(training, look, &greatest) ||
        spinet_training_view(training, "source", &source) ||
        spinet_training_view(training, "dendrite", &dendrite))
        return fprintf(stderr, "%s\n", spinet_error()), 1;

    const int32_t *from = source.values, *to = dendrite.values;
    char *is_input = calloc(400, 1);
    for (int64_t i = 0; i < source.shape[0]; i++)
        is_input[from[i]] |= to[i] < N_DENDRITES;
    printf("volleys  dendrite mV  soma mV  spikes\n");
    for (int n_volleys = 1; n_volleys <= 16; n_volleys *= 2) {
        struct spinet_spike train[400 * 16];
        int64_t n = 0;
        for (int k = 0; k < n_volleys; k++)
            for (int32_t input = 0; input < 400; input++)
                if (is_input[input])
                    train[n++] = (struct spinet_spike){.step = 100 + 20 * k, .source = input};
        greatest = (struct greatest){0, 0};
        if (spinet_training_present_spikes(training, train, n, false) ||
            spinet_training_view(training, "spikes", &spikes))
            return fprintf(stderr, "%s\n", spinet_error()), 1;
        printf("%7d  %11.2f  %7.2f  %6d\n", n_volleys, (double)greatest.v_b, (double)greatest.v,
               *(const int32_t *)spikes.values);
    }
    free(is_input);
    spinet_training_free(training), spinet_images_free(images), spinet_parameters_free(parameters);
}
