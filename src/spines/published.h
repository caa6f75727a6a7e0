/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_PUBLISHED_H
#define SPINET_SPINES_PUBLISHED_H

#include <stdbool.h>

#include "spines/course.h"

/* What was found of spines under drugs and stress (Liao et al. 2024), as numbers that the course of
 * a simulated population can be held against. All in percent. */

enum published_what {
    PUBLISHED_DENSITY,     /* spines, more or fewer than under vehicle; mean from day to day */
    PUBLISHED_SIZE,        /* mean size, the same */
    PUBLISHED_FORMATION,   /* births from day to day, of those under vehicle */
    PUBLISHED_ELIMINATION, /* deaths, the same */
    PUBLISHED_SURVIVAL,    /* of the new spines seen on day 1, alive on this day */
    PUBLISHED_TRANSIENT,   /* of the spines of the last 5 days before, alive on this day, of those
                              under vehicle */
    PUBLISHED_LASTING,     /* of all older ones, the same */
    PUBLISHED_CLUSTERING,  /* pairs of lost spines within 5 um, of those at chance */
    PUBLISHED_RESTORED,    /* of the births, those at the place of a spine that was lost */
    PUBLISHED_N
};

struct published {
    int preset; /* of protocol.preset */
    enum published_what what;
    double from_day, to_day;
    double low, high;
    bool is_given; /* the source gives numbers; else they are a reading of `words` */
    const char *words;
};

extern const struct published published[];
extern const int n_published;

extern const char *const published_names[PUBLISHED_N]; /* "density" … */

/* Of a whole that may be nothing, as where no spine is left: NaN then. */
double published_percent(double part, double whole);

/* What the course of a protocol comes to beside that under vehicle. NaN if it is too short. */
double published_find(const struct published *what, const struct course *course,
                      const struct course *vehicle);

/* Days after its beginning over which a preset is looked at: 35, or 63. */
double published_days(int preset);

#endif
