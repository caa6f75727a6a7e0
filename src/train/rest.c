/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/rest.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "spines/silent.h"

enum { MINUTES_A_DAY = 1440, HOURS_A_DAY = 24 };

/* The training image of reactivation k: labels that have been shown take turns, the images of a
 * label come in the order of training. -1: nothing has been shown. */
static int32_t image_of(const struct training *training, int64_t k)
{
    const struct dataset *dataset = training->dataset;
    const struct schedule *schedule = &training->schedule;
    int32_t shown[CLASSES_MAX], n = 0;
    for (int32_t l = 0; l < dataset->labels.n; l++)
        if (schedule->n > 0 ? schedule->shown[l] > 0 : training_age(training) > l)
            shown[n++] = l;
    return n > 0 ? dataset_label_image(dataset, shown[k % n], (int32_t)(k / n % INT32_MAX)) : -1;
}

/* Puts the pixels into random places. */
static int scramble(uint8_t *pixels, const uint8_t *image, int32_t n, uint64_t seed, int64_t k)
{
    OWN_NEW(int32_t, place, n, "reactivation");
    random_order(place, n, seed, RANDOM_REACTIVATION, (uint32_t)k, 0);
    for (int32_t i = 0; i < n; i++)
        pixels[i] = image[place[i]];
    return STATUS_OK;
}

int rest_reactivate(struct training *training, int64_t k)
{
    const struct parameters *p = training->parameters;
    const struct images *images = &training->dataset->train;
    const int32_t n = (int32_t)images_n_pixels(images), image = image_of(training, k);
    const bool has_target = training->spines.homeostasis.has_target;
    struct stimulus *stimulus = &training->presenter.stimulus[0];
    OWNED uint8_t *noise = NULL;
    if (image < 0)
        return STATUS_OK;
    if (p->rest.reactivation == REACTIVATION_NOISE) {
        TRY_NEW(noise, n, "reactivation");
        TRY(scramble(noise, images_show(images, image, stimulus->room), n, training->spines.seed,
                     k));
    }
    training_take_sample(training);
    encode(&training->presenter.encoder, noise ? noise : images_show(images, image, stimulus->room),
           -1, stimulus);
    training_show(training, &training->presenter.presentation[0], stimulus, -1, true);
    training->spines.homeostasis.has_target = has_target;
    TRY(consolidate(&training->consolidation, &training->network));
    consolidation_rest(
        &training->consolidation, &training->network,
        (int32_t)round(60 * p->rest.reactivation_hours - p->plasticity.consolidation_min));
    silent_learn(&training->network, p);
    network_note_weights(&training->network);
    return STATUS_OK;
}

/* Reactivation k is at k times rest.reactivation_hours of the network's time (spines.day). So a
 * checkpoint need not remember which ones are done. */
int rest_on(struct training *training, struct spines_report *report)
{
    const double every = training->parameters->rest.reactivation_hours / HOURS_A_DAY, tiny = 1e-6;
    const bool reactivates = every > 0 && training_age(training) > 0;
    while (training->rest_until > 0) {
        const double until = training->rest_until;
        const int64_t k =
            reactivates ? (int64_t)floor(training->spines.day / every + tiny) + 1 : INT64_MAX;
        const bool is_due = reactivates && (double)k * every <= until + tiny * every;
        TRY(training_live(training, is_due ? fmin((double)k * every, until) : until, true, report));
        if (is_due)
            TRY(rest_reactivate(training, k));
        else
            training->rest_until = 0;
    }
    return STATUS_OK;
}

int rest_begin(struct training *training, double days, struct spines_report *report)
{
    if (days <= 0)
        return STATUS_OK;
    consolidation_rest(&training->consolidation, &training->network,
                       (int32_t)round(days * MINUTES_A_DAY));
    training->rest_until = training->spines.day + days;
    return rest_on(training, report);
}
