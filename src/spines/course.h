/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_COURSE_H
#define SPINET_SPINES_COURSE_H

#include "network/network.h"

/* What a protocol does to spines without activity (docs/spines.md, Protocols): a population of
 * spines, first in the steady state of their intrinsic dynamics, lives through it. */

/* A population in its steady state: as many are born as are lost. */
struct course_start {
    int32_t n;
    float *weight;     /* [n] um^3 */
    double birth_rate; /* births per day and spine that keep the number constant */
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
    double days_before, days; /* the course runs from day -days_before to day `days`; the protocol
                                 begins on day 0 */
    struct network network;   /* at the end; its lives count days from -days_before on */
};

enum { COURSE_MOMENTS_A_DAY = 4 };

/* Lets n spines live until their sizes are in a steady state. They begin with the size of birth;
 * each lost one is replaced. The first 150 days are in steps of a day; the last 50 in steps of
 * rest.step_days, and their births give the birth rate. SYSTEM without memory. */
int course_settle(struct course_start *start, const struct parameters *p, int32_t n, uint64_t seed,
                  const char *kernel, int n_threads);
void course_start_free(struct course_start *start);

/* Lets the spines of `start` live through the protocol of p, which begins after days_before, with
 * births at the rate of `start`. Their places are random, with 0.4 spines per um of dendrite, and
 * depend on the seed only. USER for a protocol that contradicts itself; SYSTEM without memory. */
int course_run(struct course *course, const struct course_start *start, const struct parameters *p,
               double days_before, double days, uint64_t seed, const char *kernel, int n_threads);
void course_free(struct course *course);

/* How many spines were born; born at the place of a spine that the protocol had removed; or lost,
 * between two days. */
enum course_event { COURSE_BIRTH, COURSE_RESTORING, COURSE_LOSS };
int32_t course_count(const struct course *course, enum course_event event, double from_day,
                     double to_day);

/* Of the spines that were born after `from_day` (-INFINITY: at any time) and alive on `seen_day`,
 * the fraction that is alive on `day`; NaN if there were none. */
double course_survival(const struct course *course, double from_day, double seen_day, double day);

/* How clustered the spines are that were lost between two days: the number of pairs within
 * `near_um` on a dendrite, divided by the number expected if places were random. */
double course_clustering(const struct course *course, double from_day, double to_day,
                         double near_um);

#endif
