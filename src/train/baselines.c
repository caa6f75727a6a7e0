/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Baselines: class means, multinomial logistic regression, nearest neighbour and two hidden units,
 * on pixels of 0 … 1. Each counts an image as often as it was shown. All sums are in a fixed order,
 * so that results depend on images and seed alone. Nothing is tuned. */
#include "train/baselines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/portable_math.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"

enum { LANES = 16, HIDDEN = 2 };

const char *const baseline_names[N_BASELINES] = {
    [BASELINE_CLASS_MEAN] = "class_mean",       [BASELINE_LOGISTIC] = "logistic",
    [BASELINE_NEAREST] = "nearest_neighbour",   [BASELINE_TWO_UNITS] = "two_units",
    [BASELINE_GRADIENT] = "linear_by_gradient",
};

/* Images in the order in which they are shown, and their classes. */
struct shown {
    const struct images *images;
    int32_t n, n_pixels, n_classes;
    int32_t *image, *class_index; /* [n] */
    uint8_t *made;                /* [n][n_pixels] what is shown; NULL: the images as stored */
};

static const uint8_t *pixels_of(const struct shown *shown, int32_t i)
{
    return shown->made ? shown->made + (size_t)i * (size_t)shown->n_pixels
                       : images_pixels(shown->images, shown->image[i]);
}

/* Makes the channels of all images, if they have channels, once and not each time one is looked
 * at. */
static int make_channels(struct shown *shown)
{
    const size_t n = (size_t)shown->n_pixels;
    if (!shown->images->channels)
        return STATUS_OK;
    OWN_NEW(uint8_t, room, images_room(n), "the baselines");
    TRY_NEW(shown->made, (size_t)shown->n * n, "the baselines");
    for (int32_t i = 0; i < shown->n; i++)
        memcpy(shown->made + (size_t)i * n, images_show(shown->images, shown->image[i], room), n);
    return STATUS_OK;
}

/* The sum of w[j] times pixel j (0 … 1). */
static float dot(const float *w, const uint8_t *pixels, int32_t n)
{
    float lane[LANES] = {0}, sum = 0;
    int32_t j = 0;
    for (; j + LANES <= n; j += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] += w[j + k] * (float)pixels[j + k];
    for (; j < n; j++)
        lane[0] += w[j] * (float)pixels[j];
    for (int k = 0; k < LANES; k++)
        sum += lane[k];
    return sum * (1 / 255.0f);
}

/* w[j] += factor times pixel j (0 … 1). */
static void add_pixels(float *w, float factor, const uint8_t *pixels, int32_t n)
{
    factor *= 1 / 255.0f;
    for (int32_t j = 0; j < n; j++)
        w[j] += factor * (float)pixels[j];
}

static int32_t greatest_of(const float *score, int32_t n)
{
    int32_t best = 0;
    for (int32_t k = 1; k < n; k++)
        if (score[k] > score[best])
            best = k;
    return best;
}

/* Replaces the n scores by the derivatives of -log p(class_index) with respect to them, where
 * p = softmax(score): p[k], and p[k] - 1 for the image's own class. */
static void to_gradient(float *score, int32_t n, int32_t class_index)
{
    const float most = score[greatest_of(score, n)];
    float sum = 0;
    for (int32_t k = 0; k < n; k++)
        sum += score[k] = portable_exp(score[k] - most);
    for (int32_t k = 0; k < n; k++)
        score[k] /= sum;
    score[class_index] -= 1;
}

/* The class that a classifier gives an image. */
typedef int32_t answer_image(const void *classifier, const uint8_t *pixels);

/* The fraction of the images whose class `answer` finds; NaN without images. */
static double accuracy_of(answer_image *answer, const void *classifier, const struct shown *tests)
{
    int32_t n_correct = 0;
    for (int32_t i = 0; i < tests->n; i++)
        n_correct += answer(classifier, pixels_of(tests, i)) == tests->class_index[i];
    return tests->n > 0 ? (double)n_correct / tests->n : (double)NAN;
}

/* ---- linear classifiers: the class with the greatest w x + b ---- */

struct linear {
    int32_t n_pixels, n_classes;
    float *w, *b; /* [n_classes][n_pixels], [n_classes]; b is part of the memory of w */
};

static int linear_init(struct linear *linear, const struct shown *shown)
{
    const size_t n_weights = (size_t)shown->n_classes * (size_t)shown->n_pixels;
    *linear = (struct linear){shown->n_pixels, shown->n_classes, NULL, NULL};
    TRY_NEW(linear->w, n_weights + (size_t)shown->n_classes, "the baselines");
    linear->b = linear->w + n_weights;
    return STATUS_OK;
}

static void linear_free(struct linear *linear)
{
    free(linear->w);
}

static float *weights_of(const struct linear *linear, int32_t k)
{
    return linear->w + (size_t)k * (size_t)linear->n_pixels;
}

static void linear_score(const struct linear *linear, const uint8_t *pixels, float *score)
{
    for (int32_t k = 0; k < linear->n_classes; k++)
        score[k] = dot(weights_of(linear, k), pixels, linear->n_pixels) + linear->b[k];
}

static int32_t linear_answer(const void *linear, const uint8_t *pixels)
{
    float score[CLASSES_MAX];
    linear_score(linear, pixels, score);
    return greatest_of(score, ((const struct linear *)linear)->n_classes);
}

/* The sum of a[j] b[j]. */
static float product(const float *a, const float *b, int32_t n)
{
    double sum = 0;
    for (int32_t j = 0; j < n; j++)
        sum += (double)a[j] * (double)b[j];
    return (float)sum;
}

/* The mean m_k that is nearest to x is the one with the greatest m_k x - |m_k|^2 / 2. A class
 * without images is never the answer. */
static void learn_means(struct linear *linear, const struct shown *shown)
{
    int32_t n[CLASSES_MAX] = {0};
    for (int32_t i = 0; i < shown->n; i++)
        n[shown->class_index[i]]++;
    for (int32_t i = 0; i < shown->n; i++) {
        const int32_t k = shown->class_index[i];
        add_pixels(weights_of(linear, k), 1 / (float)n[k], pixels_of(shown, i), shown->n_pixels);
    }
    for (int32_t k = 0; k < shown->n_classes; k++) {
        const float *mean = weights_of(linear, k);
        linear->b[k] = n[k] > 0 ? -product(mean, mean, shown->n_pixels) / 2 : -INFINITY;
    }
}

/* Makes one step of the gradient of -log p(class) after each image, in the order in which the
 * network saw them: later images may undo what was learned from earlier ones. */
static void learn_by_gradient(struct linear *linear, const struct shown *shown)
{
    static const float STEP = 0.01f;
    float p[CLASSES_MAX];
    for (int32_t i = 0; i < shown->n; i++) {
        linear_score(linear, pixels_of(shown, i), p);
        to_gradient(p, linear->n_classes, shown->class_index[i]);
        for (int32_t k = 0; k < linear->n_classes; k++) {
            add_pixels(weights_of(linear, k), -STEP * p[k], pixels_of(shown, i), shown->n_pixels);
            linear->b[k] -= STEP * p[k];
        }
    }
}

/* ---- logistic regression ----
 * The least of L = sum over images of -log p(class) + |w|^2 / 2, p = softmax(w (x - c) + b) with c
 * the mean image, by accelerated gradient descent (Nesterov 1983) that begins anew where it would
 * turn back (O'Donoghue & Candès 2015). Subtracting c makes the descent faster; as b is not
 * penalised, the solution is the same. */

enum { DESCENT_STEPS_MAX = 1000, POWER_STEPS = 30 };
static const float DESCENT_ENDS_AT = 1e-3f; /* fraction of the first gradient's length */

/* Sets `gradient` to dL/dw and dL/db at the point `at`, for images minus `centre`. */
static void logistic_gradient(struct linear *gradient, const struct linear *at,
                              const struct shown *shown, const float *centre)
{
    const int32_t n = shown->n_pixels, n_classes = shown->n_classes;
    float p[CLASSES_MAX], offset[CLASSES_MAX];
    memset(gradient->b, 0, (size_t)n_classes * sizeof(float));
    memcpy(gradient->w, at->w, (size_t)n_classes * (size_t)n * sizeof(float));
    for (int32_t k = 0; k < n_classes; k++)
        offset[k] = product(weights_of(at, k), centre, n);
    for (int32_t i = 0; i < shown->n; i++) {
        linear_score(at, pixels_of(shown, i), p);
        for (int32_t k = 0; k < n_classes; k++)
            p[k] -= offset[k];
        to_gradient(p, n_classes, shown->class_index[i]);
        for (int32_t k = 0; k < n_classes; k++) {
            gradient->b[k] += p[k];
            add_pixels(weights_of(gradient, k), p[k], pixels_of(shown, i), n);
        }
    }
    for (int32_t k = 0; k < n_classes; k++)
        for (int32_t j = 0; j < n; j++)
            weights_of(gradient, k)[j] -= gradient->b[k] * centre[j];
}

/* The greatest eigenvalue of the sum over images of (x - c)(x - c)', by power iteration from the
 * direction of c, times 1.1 to be on the safe side. v[n_pixels] and next[n_pixels] are working
 * memory. */
static float find_curvature(const struct shown *shown, const float *centre, float *v, float *next)
{
    const int32_t n = shown->n_pixels;
    float eigenvalue = 0;
    memcpy(v, centre, (size_t)n * sizeof *v);
    for (int step = 0; step < POWER_STEPS; step++) {
        const float length = sqrtf(product(v, v, n));
        float sum = 0;
        for (int32_t j = 0; j < n && length > 0; j++)
            v[j] /= length;
        memset(next, 0, (size_t)n * sizeof *next);
        const float offset = product(v, centre, n);
        for (int32_t i = 0; i < shown->n; i++) {
            const float along = dot(v, pixels_of(shown, i), n) - offset;
            add_pixels(next, along, pixels_of(shown, i), n);
            sum += along;
        }
        for (int32_t j = 0; j < n; j++)
            next[j] -= sum * centre[j];
        eigenvalue = product(v, next, n);
        memcpy(v, next, (size_t)n * sizeof *v);
    }
    return 1.1f * eigenvalue;
}

/* Accelerated descent: the present point, the one before, the one ahead at which the gradient is
 * taken. */
struct descent {
    struct linear at, before, ahead, gradient;
    int32_t n; /* numbers that make up a point */
    float momentum;
};

static void descent_free(struct descent *d)
{
    linear_free(&d->at);
    linear_free(&d->before);
    linear_free(&d->ahead);
    linear_free(&d->gradient);
}

static void descend(struct descent *d, float step)
{
    float back = 0;
    for (int32_t j = 0; j < d->n; j++) {
        d->before.w[j] = d->at.w[j];
        d->at.w[j] = d->ahead.w[j] - step * d->gradient.w[j];
        back += d->gradient.w[j] * (d->at.w[j] - d->before.w[j]);
    }
    const float before = back > 0 ? 1 : d->momentum;
    d->momentum = (1 + sqrtf(1 + 4 * before * before)) / 2;
    const float carry = back > 0 ? 0 : (before - 1) / d->momentum;
    for (int32_t j = 0; j < d->n; j++)
        d->ahead.w[j] = d->at.w[j] + carry * (d->at.w[j] - d->before.w[j]);
}

static int learn_logistic(struct linear *linear, const struct shown *shown)
{
    const int32_t n = shown->n_pixels;
    SCOPED(descent_free) struct descent d = {.n = shown->n_classes * (n + 1), .momentum = 1};
    OWNED float *centre = NULL;
    float first = 0;
    TRY_NEW(centre, n, "the baselines");
    TRY(linear_init(&d.at, shown));
    TRY(linear_init(&d.before, shown));
    TRY(linear_init(&d.ahead, shown));
    TRY(linear_init(&d.gradient, shown));
    for (int32_t i = 0; i < shown->n; i++)
        add_pixels(centre, 1 / (float)shown->n, pixels_of(shown, i), n);
    const float curvature = find_curvature(shown, centre, d.before.w, d.gradient.w);
    const float step = 1 / (fmaxf(curvature, (float)shown->n) / 2 + 1);
    for (int i = 0; i < DESCENT_STEPS_MAX; i++) {
        logistic_gradient(&d.gradient, &d.ahead, shown, centre);
        const float length = sqrtf(product(d.gradient.w, d.gradient.w, d.n));
        first = i == 0 ? length : first;
        if (length <= DESCENT_ENDS_AT * first)
            break;
        descend(&d, step);
    }
    memcpy(linear->w, d.at.w, (size_t)d.n * sizeof(float));
    for (int32_t k = 0; k < shown->n_classes; k++)
        linear->b[k] -= product(weights_of(linear, k), centre, n);
    return STATUS_OK;
}

/* ---- the nearest image ---- */

static uint64_t distance(const uint8_t *a, const uint8_t *b, int32_t n)
{
    uint32_t lane[LANES] = {0};
    uint64_t sum = 0;
    int32_t j = 0;
    for (; j + LANES <= n; j += LANES)
        for (int k = 0; k < LANES; k++) {
            const int32_t difference = a[j + k] - b[j + k];
            lane[k] += (uint32_t)(difference * difference);
        }
    for (; j < n; j++)
        sum += (uint64_t)((a[j] - b[j]) * (a[j] - b[j]));
    for (int k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

/* The class of the nearest image; of several the first that was shown. */
static int32_t nearest_answer(const void *of_shown, const uint8_t *pixels)
{
    const struct shown *shown = of_shown;
    uint64_t least = UINT64_MAX;
    int32_t nearest = 0;
    for (int32_t i = 0; i < shown->n; i++) {
        const uint64_t d = distance(pixels, pixels_of(shown, i), shown->n_pixels);
        if (d < least) {
            least = d;
            nearest = i;
        }
    }
    return shown->class_index[nearest];
}

/* ---- two hidden units ----
 * Two ReLU units and a softmax over the classes, which learn by Adam (Kingma & Ba 2015) with a step
 * of 0.01 after each image, in the order in which the network saw them. This has as many numbers to
 * learn as the authors' network. */

static const float ADAM_STEP = 0.01f, ADAM_FIRST = 0.9f, ADAM_SECOND = 0.999f, ADAM_LEAST = 1e-8f;

struct two_units {
    int32_t n_pixels, n_classes, n;
    /* [n] each. `learned` is w[HIDDEN][n_pixels], b[HIDDEN], v[n_classes][HIDDEN], c[n_classes];
     * then its gradient, and Adam's means of the gradient and its square. All are in the memory of
     * `learned`. */
    float *learned, *gradient, *mean, *mean_square;
};

static void two_units_free(struct two_units *units)
{
    free(units->learned);
}

/* Where b begins in `learned`; and, in output_at, v. */
static int32_t bias_at(const struct two_units *units)
{
    return HIDDEN * units->n_pixels;
}

static int32_t output_at(const struct two_units *units)
{
    return bias_at(units) + HIDDEN;
}

static int two_units_init(struct two_units *units, const struct shown *shown, uint64_t seed)
{
    const int32_t n_pixels = shown->n_pixels, n_classes = shown->n_classes;
    *units = (struct two_units){.n_pixels = n_pixels, .n_classes = n_classes};
    units->n = HIDDEN * (n_pixels + 1) + n_classes * (HIDDEN + 1);
    TRY_NEW(units->learned, 4 * (size_t)units->n, "the baselines");
    units->gradient = units->learned + units->n;
    units->mean = units->gradient + units->n;
    units->mean_square = units->mean + units->n;
    for (int32_t j = 0; j < output_at(units) + n_classes * HIDDEN; j++) {
        const bool is_output = j >= output_at(units);
        const struct random_words words = random_words(seed, RANDOM_BASELINE, (uint32_t)j, 0, 0);
        const float most =
            sqrtf(6.0f / (float)(HIDDEN + (is_output ? n_classes : n_pixels))); /* Glorot's */
        if (is_output || j < bias_at(units))
            units->learned[j] = most * (2 * random_unit_float(words.word[0]) - 1);
    }
    return STATUS_OK;
}

/* The activity of the hidden units, and the scores of the classes. */
static void two_units_score(const struct two_units *units, const uint8_t *pixels,
                            float hidden[HIDDEN], float *score)
{
    const float *v = units->learned + output_at(units), *c = v + units->n_classes * HIDDEN;
    for (int32_t h = 0; h < HIDDEN; h++)
        hidden[h] = fmaxf(
            0, dot(units->learned + (size_t)h * (size_t)units->n_pixels, pixels, units->n_pixels) +
                   units->learned[bias_at(units) + h]);
    for (int32_t k = 0; k < units->n_classes; k++) {
        score[k] = c[k];
        for (int32_t h = 0; h < HIDDEN; h++)
            score[k] += v[k * HIDDEN + h] * hidden[h];
    }
}

static int32_t two_units_answer(const void *units, const uint8_t *pixels)
{
    float score[CLASSES_MAX], hidden[HIDDEN];
    two_units_score(units, pixels, hidden, score);
    return greatest_of(score, ((const struct two_units *)units)->n_classes);
}

static void two_units_gradient(struct two_units *units, const uint8_t *pixels, int32_t class_index)
{
    float p[CLASSES_MAX], hidden[HIDDEN];
    const float *v = units->learned + output_at(units);
    float *of_v = units->gradient + output_at(units), *of_c = of_v + units->n_classes * HIDDEN;
    memset(units->gradient, 0, (size_t)units->n * sizeof(float));
    two_units_score(units, pixels, hidden, p);
    to_gradient(p, units->n_classes, class_index);
    for (int32_t h = 0; h < HIDDEN; h++) {
        float back = 0;
        for (int32_t k = 0; k < units->n_classes; k++) {
            back += p[k] * v[k * HIDDEN + h];
            of_v[k * HIDDEN + h] = p[k] * hidden[h];
        }
        if (hidden[h] <= 0)
            continue;
        units->gradient[bias_at(units) + h] = back;
        add_pixels(units->gradient + (size_t)h * (size_t)units->n_pixels, back, pixels,
                   units->n_pixels);
    }
    memcpy(of_c, p, (size_t)units->n_classes * sizeof *p);
}

static void learn_two_units(struct two_units *units, const struct shown *shown)
{
    float left_first = 1, left_second = 1; /* weight that the initial 0 still has in Adam's means */
    for (int32_t i = 0; i < shown->n; i++) {
        two_units_gradient(units, pixels_of(shown, i), shown->class_index[i]);
        left_first *= ADAM_FIRST;
        left_second *= ADAM_SECOND;
        for (int32_t j = 0; j < units->n; j++) {
            const float g = units->gradient[j];
            units->mean[j] += (1 - ADAM_FIRST) * (g - units->mean[j]);
            units->mean_square[j] += (1 - ADAM_SECOND) * (g * g - units->mean_square[j]);
            units->learned[j] -= ADAM_STEP * (units->mean[j] / (1 - left_first)) /
                                 (sqrtf(units->mean_square[j] / (1 - left_second)) + ADAM_LEAST);
        }
    }
}

/* ---- all of them ---- */

static void free_made(struct shown *shown)
{
    free(shown->made);
}

static void shown_free(struct shown *shown)
{
    free(shown->image);
    free(shown->class_index);
    free_made(shown);
}

static int shown_init(struct shown *shown, const struct dataset *dataset, int32_t n,
                      const struct baseline_order *order)
{
    struct schedule schedule = order ? order->schedule : (struct schedule){0};
    *shown = (struct shown){.images = &dataset->train,
                            .n = n,
                            .n_pixels = (int32_t)images_n_pixels(&dataset->train),
                            .n_classes = dataset->classes.n};
    TRY_NEW(shown->image, n, "the baselines");
    TRY_NEW(shown->class_index, n, "the baselines");
    for (int32_t i = 0; i < n; i++) {
        if (order && !schedule_is_last(&schedule) && i == order->end[schedule.now])
            schedule_advance(&schedule, i);
        shown->image[i] = schedule_next_image(&schedule, dataset, i, &shown->class_index[i]);
        schedule_note_shown(&schedule, dataset, shown->image[i]);
    }
    return make_channels(shown);
}

int baselines_find(const struct dataset *dataset, int32_t n_shown,
                   const struct baseline_order *order, uint64_t seed, double accuracy[N_BASELINES])
{
    SCOPED(shown_free) struct shown shown = {0};
    SCOPED(linear_free) struct linear means = {0}, logistic = {0}, stepwise = {0};
    SCOPED(two_units_free) struct two_units units = {0};
    for (int i = 0; i < N_BASELINES; i++)
        accuracy[i] = (double)NAN;
    if (n_shown == 0 || dataset->n_test == 0)
        return STATUS_OK;
    TRY(shown_init(&shown, dataset, n_shown, order));
    SCOPED(free_made)
    struct shown tests = {.images = &dataset->test,
                          .n = dataset->n_test,
                          .n_pixels = shown.n_pixels,
                          .n_classes = shown.n_classes,
                          .image = dataset->test_image,
                          .class_index = dataset->test_class};
    TRY(make_channels(&tests));
    TRY(linear_init(&means, &shown));
    TRY(linear_init(&logistic, &shown));
    TRY(linear_init(&stepwise, &shown));
    TRY(two_units_init(&units, &shown, seed));
    learn_means(&means, &shown);
    TRY(learn_logistic(&logistic, &shown));
    learn_two_units(&units, &shown);
    learn_by_gradient(&stepwise, &shown);
    accuracy[BASELINE_CLASS_MEAN] = accuracy_of(linear_answer, &means, &tests);
    accuracy[BASELINE_LOGISTIC] = accuracy_of(linear_answer, &logistic, &tests);
    accuracy[BASELINE_NEAREST] = accuracy_of(nearest_answer, &shown, &tests);
    accuracy[BASELINE_GRADIENT] = accuracy_of(linear_answer, &stepwise, &tests);
    accuracy[BASELINE_TWO_UNITS] = accuracy_of(two_units_answer, &units, &tests);
    return STATUS_OK;
}
