/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images to spikes (docs/model.md §2). The one place where the last bit matters: every product and
 * sum is rounded to float32 in the order of the page, and the Makefile compiles this file without
 * contraction. Since a pixel has 256 intensities, the trains are made once and only sorted by time
 * for each image. */
#include "data/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

int32_t encode_train(const struct parameters *p, float rate_hz, int32_t *step)
{
    const float active_ms = (float)p->input.active_ms, onset_ms = (float)p->input.onset_ms;
    const int32_t n = (int32_t)roundf(active_ms * rate_hz / 1000);
    if (n <= 0)
        return 0;
    const float period = 1000 / rate_hz;
    int32_t n_spikes = 0;
    for (int32_t k = 0; k < n; k++) {
        const float offset = period * (float)k;
        const int32_t at = (int32_t)(onset_ms + offset);
        if (step)
            step[n_spikes] = at;
        n_spikes++;
        if (k == 0 && p->input.onset_doublet) {
            if (step)
                step[n_spikes] = at + 1;
            n_spikes++;
        }
    }
    return n_spikes;
}

static float rate_of(const struct parameters *p, int intensity)
{
    const float rate_max = (float)p->input.rate_max_hz;
    return rate_max * (float)intensity / 255;
}

int encoder_init(struct encoder *encoder, const struct parameters *p, int32_t n_inputs)
{
    *encoder = (struct encoder){.n_steps = p->input.duration_ms, .n_inputs = n_inputs};
    size_t n = 0;
    for (int i = 0; i < INTENSITIES; i++) {
        encoder->pixel[i].n = encode_train(p, rate_of(p, i), NULL);
        n += (size_t)encoder->pixel[i].n;
    }
    encoder->teacher.n = encode_train(p, (float)p->teacher.rate_hz, NULL);
    n += (size_t)encoder->teacher.n;
    TRY_NEW(encoder->memory, n, "the spike trains");
    int32_t *at = encoder->memory;
    for (int i = 0; i < INTENSITIES; i++) {
        encoder->pixel[i].step = at;
        at += encode_train(p, rate_of(p, i), at);
    }
    encoder->teacher.step = at;
    encode_train(p, (float)p->teacher.rate_hz, at);
    return STATUS_OK;
}

void encoder_free(struct encoder *encoder)
{
    free(encoder->memory);
    *encoder = (struct encoder){0};
}

static int make_arrays(struct stimulus *stimulus, const struct encoder *encoder)
{
    TRY_NEW(stimulus->start, encoder->n_steps + 2, "the spikes of a presentation");
    TRY_NEW(stimulus->source, stimulus->capacity, "the spikes of a presentation");
    TRY_NEW(stimulus->room, images_room((size_t)encoder->n_inputs), "an image");
    return STATUS_OK;
}

int stimulus_init(struct stimulus *stimulus, const struct encoder *encoder)
{
    const size_t most = (size_t)encoder->n_inputs * (size_t)encoder->pixel[INTENSITIES - 1].n +
                        2 * (size_t)encoder->teacher.n;
    *stimulus = (struct stimulus){.n_steps = encoder->n_steps, .capacity = (int32_t)most};
    if (most > INT32_MAX)
        return status_no_memory("the spikes of a presentation", most * sizeof(int32_t));
    RETURN_OR_FREE(make_arrays(stimulus, encoder), stimulus_free, stimulus);
}

void stimulus_free(struct stimulus *stimulus)
{
    free(stimulus->start);
    free(stimulus->source);
    free(stimulus->room);
    *stimulus = (struct stimulus){0};
}

void encode(const struct encoder *encoder, const uint8_t *pixels, int32_t teacher,
            struct stimulus *stimulus)
{
    const int32_t first = teacher == TEACHERS_BOTH ? 0 : teacher;
    const int32_t last = teacher == TEACHERS_BOTH ? 1 : teacher;
    /* A counting sort of the spikes by step. `start` is counted two places ahead, so that after the
     * spikes have been filled in it holds the ranges. */
    int32_t *count = stimulus->start + 2;
    memset(stimulus->start, 0, ((size_t)encoder->n_steps + 2) * sizeof *stimulus->start);
    for (int32_t i = 0; i < encoder->n_inputs; i++) {
        const struct train *train = &encoder->pixel[pixels[i]];
        for (int32_t k = 0; k < train->n; k++)
            count[train->step[k]]++;
    }
    for (int32_t k = 0; last >= 0 && k < encoder->teacher.n; k++)
        count[encoder->teacher.step[k]] += 1 + last - first;
    for (int32_t t = 0; t < encoder->n_steps - 1; t++)
        count[t + 1] += count[t];
    int32_t *next = stimulus->start + 1;
    for (int32_t i = 0; i < encoder->n_inputs; i++) {
        const struct train *train = &encoder->pixel[pixels[i]];
        for (int32_t k = 0; k < train->n; k++)
            stimulus->source[next[train->step[k]]++] = i;
    }
    for (int32_t i = first; last >= 0 && i <= last; i++)
        for (int32_t k = 0; k < encoder->teacher.n; k++)
            stimulus->source[next[encoder->teacher.step[k]]++] = encoder->n_inputs + i;
}

void encode_image(const struct encoder *encoder, const struct images *images, int32_t i,
                  int32_t teacher, struct stimulus *stimulus)
{
    encode(encoder, images_show(images, i, stimulus->room), teacher, stimulus);
}
