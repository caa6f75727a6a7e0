/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A population of spines on dendrites, without images and plasticity. */
#include "spines/course.h"

#include <math.h>
#include <stdlib.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/neighbours.h"
#include "spines/intrinsic.h"
#include "spines/silent.h"
#include "spines/spines.h"
#include "turnover/turnover.h"

enum { DAYS_COARSE = 150, DAYS_FINE = 50, N_CLASSES = 2, N_INPUTS = 400 };
static const double spines_a_um = 0.4; /* chosen */

/* ---- the steady state ---- */

/* Replaces spines that are gone by newborn ones with new ids; returns how many. */
static int32_t replace(float *weight, int32_t *id, int32_t n, int32_t *next_id, double birth_size)
{
    int32_t n_gone = 0;
    for (int32_t i = 0; i < n; i++)
        if (weight[i] <= 0) {
            weight[i] = (float)birth_size;
            id[i] = (*next_id)++;
            n_gone++;
        }
    return n_gone;
}

int course_settle(struct course_start *start, const struct parameters *p, int32_t n, uint64_t seed,
                  const char *kernel, int n_threads)
{
    OWN_NEW(int32_t, id, n, "spines");
    *start = (struct course_start){.n = n};
    TRY_NEW(start->weight, n, "spines");
    const double days = p->rest.step_days;
    const struct intrinsic coarse = intrinsic_init(p, 1, seed, kernel),
                           fine = intrinsic_init(p, days, seed, kernel);
    const int32_t n_fine = (int32_t)ceil(DAYS_FINE / days);
    int32_t next_id = 0;
    double n_gone = 0;
    replace(start->weight, id, n, &next_id, p->intrinsic.birth_size);
    for (int32_t step = 0; step < DAYS_COARSE + n_fine; step++) {
        const bool is_fine = step >= DAYS_COARSE;
        intrinsic_step(is_fine ? &fine : &coarse, n, id, (uint32_t)step, start->weight, n_threads);
        const int32_t n_replaced = replace(start->weight, id, n, &next_id, p->intrinsic.birth_size);
        n_gone += is_fine ? n_replaced : 0;
    }
    start->birth_rate = n_gone / (n_fine * days) / n;
    return STATUS_OK;
}

void course_start_free(struct course_start *start)
{
    free(start->weight);
    *start = (struct course_start){0};
}

/* ---- the course ---- */

static int connect(struct network *network, const struct course_start *start,
                   const struct parameters *p, uint64_t seed)
{
    struct layout layout;
    OWN_NEW(struct synapse_row, rows, start->n, "spines");
    TRY(layout_init(&layout, p, N_CLASSES, N_INPUTS));
    for (int32_t i = 0; i < start->n; i++) {
        const struct new_synapse place = turnover_place(&layout, seed, i, 0, layout.n_pyramidal);
        rows[i] = (struct synapse_row){.source = layout_first_input(&layout) + place.input,
                                       .dendrite = place.dendrite,
                                       .weight = start->weight[i],
                                       .plastic = true};
    }
    TRY(network_init(network, &layout, rows, start->n, (float)p->plasticity.eta_max));
    TRY(network_keep_lives(network, seed, p->spines.dendrite_um));
    silent_begin(network, p, seed, false);
    return STATUS_OK;
}

static void observe(struct course *course, double day, const struct spines_report *so_far)
{
    const struct plastic_synapses *s = &course->network.plastic;
    double size = 0;
    for (int32_t i = 0; i < s->n; i++)
        size += (double)s->weight[i];
    course->moment[course->n_moments++] =
        (struct course_moment){.day = day,
                               .n = s->n,
                               .size = s->n > 0 ? size / s->n : (double)NAN,
                               .n_born = so_far->n_born,
                               .n_lost = so_far->n_lost};
}

/* Lives through n steps with the parameters `own`, and notes a moment before each and at the
 * end. */
static int live(struct course *course, const struct course_start *start,
                const struct parameters *own, int32_t n, uint64_t seed, const char *kernel,
                int n_threads)
{
    SCOPED(spines_free) struct spines spines = {0};
    struct spines_report report = {0};
    TRY(connect(&course->network, start, own, seed));
    TRY(spines_init(&spines, own, &course->network, seed, kernel, n_threads));
    for (int32_t k = 0; k <= n; k++) {
        observe(course, (double)k / COURSE_MOMENTS_A_DAY - course->days_before, &report);
        if (k < n)
            TRY(spines_live(&spines, &course->network, spines.day + 1.0 / COURSE_MOMENTS_A_DAY,
                            true, false, &report));
    }
    return STATUS_OK;
}

int course_run(struct course *course, const struct course_start *start, const struct parameters *p,
               double days_before, double days, uint64_t seed, const char *kernel, int n_threads)
{
    struct parameters own = *p;
    const double dendrites = start->n / (spines_a_um * p->spines.dendrite_um);
    const int32_t n = (int32_t)ceil((days_before + days) * COURSE_MOMENTS_A_DAY);
    own.pyramidal.neurons =
        N_CLASSES * (int32_t)fmax(1, round(dendrites / p->pyramidal.n_dendrites / N_CLASSES));
    own.intrinsic.births = INTRINSIC_BIRTHS_RATE;
    own.intrinsic.birth_rate = start->birth_rate;
    own.protocol.dose_day = days_before;
    *course = (struct course){.days_before = days_before, .days = days};
    TRY_NEW(course->moment, n + 1, "the course");
    RETURN_OR_FREE(live(course, start, &own, n, seed, kernel, n_threads), course_free, course);
}

void course_free(struct course *course)
{
    free(course->moment);
    network_free(&course->network);
    *course = (struct course){0};
}

/* ---- what happened ---- */

/* Whether a day of struct life, which counts from the beginning of the run, is between two days of
 * the course, which count from the protocol's. A step may end a rounding error after a day. */
static bool is_between(const struct course *course, float day_of_run, double from_day,
                       double to_day)
{
    const double day = (double)day_of_run - course->days_before, tiny = 1e-4;
    return day > from_day + tiny && day <= to_day + tiny;
}

static bool is_lost(const struct course *course, const struct life *life, double from_day,
                    double to_day)
{
    return life->death != DEATH_NONE && is_between(course, life->died_day, from_day, to_day);
}

int32_t course_count(const struct course *course, enum course_event event, double from_day,
                     double to_day)
{
    const struct lives *lives = course->network.lives;
    int32_t n = 0;
    for (int32_t i = 0; i < lives->n; i++) {
        const struct life *life = &lives->life[i];
        if (event == COURSE_LOSS)
            n += is_lost(course, life, from_day, to_day);
        else if (life->birth == BIRTH_RESTORED ||
                 (event == COURSE_BIRTH && life->birth != BIRTH_INITIAL))
            n += is_between(course, life->born_day, from_day, to_day);
    }
    return n;
}

double course_survival(const struct course *course, double from_day, double seen_day, double day)
{
    const struct lives *lives = course->network.lives;
    int32_t n_seen = 0, n_alive = 0;
    for (int32_t i = 0; i < lives->n; i++) {
        const struct life *life = &lives->life[i];
        if (!is_between(course, life->born_day, from_day, seen_day) ||
            is_lost(course, life, -INFINITY, seen_day))
            continue;
        n_seen++;
        n_alive += !is_lost(course, life, seen_day, day);
    }
    return n_seen > 0 ? (double)n_alive / n_seen : (double)NAN;
}

static int by_place(const void *a, const void *b)
{
    const struct life *x = *(const struct life *const *)a, *y = *(const struct life *const *)b;
    return NUMBER_ORDER(x->dendrite, y->dendrite) ?: NUMBER_ORDER(x->position_um, y->position_um);
}

double course_clustering(const struct course *course, double from_day, double to_day,
                         double near_um)
{
    const struct lives *lives = course->network.lives;
    const struct life **lost = malloc(((size_t)lives->n + 1) * sizeof *lost);
    int32_t n = 0;
    double n_pairs = 0;
    if (!lost)
        return (double)NAN;
    for (int32_t i = 0; i < lives->n; i++)
        if (is_lost(course, &lives->life[i], from_day, to_day))
            lost[n++] = &lives->life[i];
    qsort(lost, (size_t)n, sizeof *lost, by_place);
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = i + 1; k < n && lost[k]->dendrite == lost[i]->dendrite &&
                                (double)(lost[k]->position_um - lost[i]->position_um) <= near_um;
             k++)
            n_pairs++;
    free(lost);
    /* expected: the chance that two random spines are on the same dendrite, and there within
     * near_um */
    const double expected = 0.5 * n * (n - 1.0) / course->network.layout.n_pyramidal_dendrites *
                            neighbours_chance(near_um, (double)lives->dendrite_um);
    return expected > 0 ? n_pairs / expected : (double)NAN;
}
