/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_COURSE_H
#define SPINET_SPINES_COURSE_H

#include "network/network.h"

/* The course of an untrained population: spines that nothing excites, in the steady state of their
 * intrinsic dynamics, live through a protocol (docs/spines.md, Protocols). */

/* A population in its steady state: as many are born as are lost. */
struct course_start {
    int32_t n;
    float *weight;     /* [n] um^3 */
    double birth_rate; /* births for each day and spine that keep the number */
};

/* The population at one time. */
struct course_moment {
    double day;             /* days since the protocol began */
    int32_t n;              /* number of spines */
    double size;            /* mean, um^3 */
    int32_t n_born, n_lost; /* since the course began */
};

struct course {
    int32_t n_moments;
    struct course_moment *moment; /* [n_moments] COURSE_MOMENTS_A_DAY a day */
    double days_before, days;     /* it runs from day -days_before to day `days` of the protocol */
    struct network network; /* as it is at the end; its lives count days from day -days_before */
};

enum { COURSE_MOMENTS_A_DAY = 4 };

/* Lets n spines that begin with the size of birth live until their sizes are in a steady state,
 * replacing lost ones: 150 days in steps of a day, then 50 in steps of rest.step_days, from which
 * the birth rate is taken. SYSTEM without memory. */
int course_settle(struct course_start *start, const struct parameters *p, int32_t n, uint64_t seed,
                  const char *kernel, int n_threads);
void course_start_free(struct course_start *start);

/* Lets the spines of `start` live through the protocol of p, which begins after days_before, with
 * births at the rate of `start`. They are placed at random, 0.4 spines a um; the same seed gives
 * every protocol the same spines. USER for a protocol that contradicts itself; SYSTEM without
 * memory. */
int course_run(struct course *course, const struct course_start *start, const struct parameters *p,
               double days_before, double days, uint64_t seed, const char *kernel, int n_threads);
void course_free(struct course *course);

/* The numbers of births and of deaths from one day to another. */
int32_t course_count_born(const struct course *course, double from_day, double to_day);
int32_t course_count_lost(const struct course *course, double from_day, double to_day);

/* The fraction living on `day` of the spines that were born after `from_day` (-INFINITY: at any
 * time) and were there on day `seen_day`; NaN if there were none. */
double course_survival(const struct course *course, double from_day, double seen_day, double day);

/* The fraction, of the spines born from one day to another, that took the place of a spine that a
 * protocol took; NaN if none were born. */
double course_restored(const struct course *course, double from_day, double to_day);

/* How clustered the spines are that were lost from one day to another: pairs of them within
 * `near_um` on a dendrite, divided by the number expected for shuffled positions. */
double course_clustering(const struct course *course, double from_day, double to_day,
                         double near_um);

#endif
