/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_PUBLISHED_H
#define SPINET_SPINES_PUBLISHED_H

#include <stdbool.h>

#include "spines/course.h"

/* What drugs and stress do to spines according to Liao et al. 2024, as numbers in percent with
 * which the course of a simulated population is compared. "Vehicle" is the control without drug or
 * stress; from_day and to_day count from the beginning of the protocol. */

enum published_what {
    PUBLISHED_DENSITY,     /* change of the number of spines against vehicle, mean over the days */
    PUBLISHED_SIZE,        /* change of the mean size against vehicle, mean over the days */
    PUBLISHED_FORMATION,   /* births, in percent of those under vehicle */
    PUBLISHED_ELIMINATION, /* deaths, in percent of those under vehicle */
    PUBLISHED_SURVIVAL,    /* new spines seen on day 1 that live on day to_day */
    PUBLISHED_TRANSIENT,   /* spines born in the 5 days before the protocol that live on day to_day,
                              in percent of those under vehicle */
    PUBLISHED_LASTING,     /* all older spines that live on day to_day, in percent of those under
                              vehicle */
    PUBLISHED_CLUSTERING,  /* pairs of lost spines within 5 um, in percent of those expected by
                              chance */
    PUBLISHED_RESTORED, /* births at the place of a spine that was lost, in percent of all births */
    PUBLISHED_N
};

struct published {
    int preset; /* index in protocol.preset */
    enum published_what what;
    double from_day, to_day;
    double low, high;
    bool is_given;     /* the source gives these numbers; else we estimated them from its `words` */
    bool is_held_back; /* the presets were not fitted to it, so it tests their predictions */
    const char *words;
};

extern const struct published published[];
extern const char published_source[]; /* the paper that they are from */
extern const int n_published;

extern const char *const published_names[PUBLISHED_N]; /* "density" … */

/* part / whole in percent; NaN if the whole is 0 (no spine is left). */
double published_percent(double part, double whole);

/* The value of this measure in the course of a protocol, which is compared with the course under
 * vehicle. NaN if the course is too short. */
double published_find(const struct published *what, const struct course *course,
                      const struct course *vehicle);

/* The number of days for which published results of this preset are known: 35, or 63. */
double published_days(int preset);

#endif
