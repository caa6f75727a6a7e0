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
    double birth_rate; /* births a day and spine that keep the number */
};

/* The population at one time. */
struct course_moment {
    double day;             /* 0: the protocol begins */
    int32_t n;              /* spines */
    double size;            /* mean, um^3 */
    int32_t n_born, n_lost; /* since the course began */
};

struct course {
    int32_t n_moments;
    struct course_moment *moment; /* [n_moments] COURSE_MOMENTS_A_DAY a day */
    double days_before, days;     /* it runs from day -days_before to day `days` */
    struct network network;       /* at the end; its lives count days from day -days_before */
};

enum { COURSE_MOMENTS_A_DAY = 4 };

/* n spines of birth size live until their sizes have settled, lost ones replaced: 150 days by days,
 * 50 in steps of rest.step_days; the rate is the mean of these. SYSTEM without memory. */
int course_settle(struct course_start *start, const struct parameters *p, int32_t n, uint64_t seed,
                  const char *kernel, int n_threads);
void course_start_free(struct course_start *start);

/* They live through the protocol of p, its day 0 put after days_before, births by the rate of
 * `start`. Positions and dendrites are random, 0.4 spines a um. The same seed gives each protocol
 * the same spines. USER for a protocol that contradicts itself; SYSTEM without memory. */
int course_run(struct course *course, const struct course_start *start, const struct parameters *p,
               double days_before, double days, uint64_t seed, const char *kernel, int n_threads);
void course_free(struct course *course);

/* Births, and deaths, from one day to another. */
int32_t course_count_born(const struct course *course, double from_day, double to_day);
int32_t course_count_lost(const struct course *course, double from_day, double to_day);

/* Of the spines that came after `from_day` (-INFINITY: at any time) and were seen on day
 * `seen_day`, the part that lives on `day`; NaN if none was seen. */
double course_survival(const struct course *course, double from_day, double seen_day, double day);

/* Of the spines born from one day to another, the part that took the place of one that a protocol
 * took; NaN if there are none. */
double course_restored(const struct course *course, double from_day, double to_day);

/* How much nearer spines lost from one day to another are to each other than chance has it: pairs
 * of them within `near_um` on a dendrite, over what shuffled positions would give. */
double course_clustering(const struct course *course, double from_day, double to_day,
                         double near_um);

#endif
