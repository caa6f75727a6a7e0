/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Liao et al. 2024 (structural plasticity evoked by rapid-acting antidepressant interventions):
 * cortical pyramidal spines of mice, against vehicle. */
#include "spines/published.h"

#include <math.h>

static const double seen_day = 1, transient_days = 5, near_um = 5;

const char published_source[] = "Liao et al. 2024";

/* Ranges that the source does not give are our reading of its words. To bring +12 to +20 % within 1
 * to 3 days, births have to be 2.5 to 6 times the 2.56 % a day of Kesten's form. */
const struct published published[] = {
    {PROTOCOL_KETAMINE, PUBLISHED_DENSITY, 0, 0.25, -1, 1, false, false, "nothing before 12 h"},
    {PROTOCOL_KETAMINE, PUBLISHED_DENSITY, 1, 1, 3, 20, false, true, "visible from 12 h"},
    {PROTOCOL_KETAMINE, PUBLISHED_DENSITY, 1, 14, 12, 20, true, false, "+12–20 %"},
    {PROTOCOL_KETAMINE, PUBLISHED_DENSITY, 28, 35, -3, 6, false, false, "declines after 2 weeks"},
    {PROTOCOL_KETAMINE, PUBLISHED_FORMATION, 0, 2, 250, 600, false, true, "raised 1–3 days"},
    {PROTOCOL_KETAMINE, PUBLISHED_FORMATION, 4, 14, 90, 110, false, false, "raised 1–3 days"},
    {PROTOCOL_KETAMINE, PUBLISHED_SURVIVAL, 15, 15, 15, 25, true, false,
     "about 20 % after 15 days"},

    {PROTOCOL_PSILOCYBIN, PUBLISHED_DENSITY, 1, 14, 12, 20, true, false, "+12–20 %"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_DENSITY, 28, 35, 8, 20, false, true,
     "still raised after a month"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_SIZE, 2, 10, 2, 15, false, false, "size up"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_SIZE, 28, 35, -3, 3, false, true,
     "back to baseline in a month"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_FORMATION, 0, 2, 250, 600, false, true, "raised 1–3 days"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_FORMATION, 3, 14, 90, 110, false, false, "raised 1–3 days"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_SURVIVAL, 7, 7, 45, 55, true, true, "about 50 % after 7 days"},
    {PROTOCOL_PSILOCYBIN, PUBLISHED_SURVIVAL, 34, 34, 30, 40, true, false,
     "about 35 % after 34 days"},

    {PROTOCOL_5_MEO_DMT, PUBLISHED_DENSITY, 1, 14, 12, 20, true, false, "+12–20 %"},
    {PROTOCOL_5_MEO_DMT, PUBLISHED_DENSITY, 28, 35, 8, 20, false, true,
     "still raised after a month"},
    {PROTOCOL_5_MEO_DMT, PUBLISHED_SIZE, 1, 35, -3, 3, false, true, "size unchanged"},
    {PROTOCOL_5_MEO_DMT, PUBLISHED_FORMATION, 0, 2, 250, 600, false, true, "raised 1–3 days"},
    {PROTOCOL_5_MEO_DMT, PUBLISHED_FORMATION, 3, 14, 90, 110, false, false, "raised 1–3 days"},

    {PROTOCOL_COCAINE, PUBLISHED_DENSITY, 1, 3, 0, 3, false, true, "gradual"},
    {PROTOCOL_COCAINE, PUBLISHED_DENSITY, 12, 18, 3, 7, true, false, "about +5 %"},
    {PROTOCOL_COCAINE, PUBLISHED_FORMATION, 0, 3, 115, 300, false, true,
     "raised a few days after the onset"},
    {PROTOCOL_COCAINE, PUBLISHED_FORMATION, 6, 14, 90, 110, false, false,
     "raised a few days after the onset"},

    {PROTOCOL_ALLOPREGNANOLONE, PUBLISHED_DENSITY, 1, 3, 0, 3, false, true, "gradual"},
    {PROTOCOL_ALLOPREGNANOLONE, PUBLISHED_DENSITY, 12, 18, 3, 7, true, false, "about +5 %"},
    {PROTOCOL_ALLOPREGNANOLONE, PUBLISHED_FORMATION, 0, 3, 115, 300, false, true,
     "raised a few days after the onset"},
    {PROTOCOL_ALLOPREGNANOLONE, PUBLISHED_FORMATION, 6, 14, 90, 110, false, false,
     "raised a few days after the onset"},

    {PROTOCOL_DIAZEPAM, PUBLISHED_DENSITY, 7, 21, -35, -10, false, false, "robust decrease"},
    {PROTOCOL_DIAZEPAM, PUBLISHED_DENSITY, 56, 63, -35, -5, false, true, "lasting 2 months"},
    {PROTOCOL_DIAZEPAM, PUBLISHED_SIZE, 3, 14, -20, -3, false, false, "size down"},
    {PROTOCOL_DIAZEPAM, PUBLISHED_TRANSIENT, 7, 7, 0, 75, false, true, "transient spines lost"},
    {PROTOCOL_DIAZEPAM, PUBLISHED_LASTING, 7, 7, 80, 100, false, false, "lasting ones spared"},

    {PROTOCOL_ZOLPIDEM, PUBLISHED_DENSITY, 0, 35, -1, 1, true, false, "none"},

    {PROTOCOL_CHRONIC_STRESS, PUBLISHED_DENSITY, 12, 21, -25, -8, false, false, "decrease"},
    {PROTOCOL_CHRONIC_STRESS, PUBLISHED_ELIMINATION, 0, 14, 120, 200, false, true,
     "elimination raised"},
    {PROTOCOL_CHRONIC_STRESS, PUBLISHED_CLUSTERING, 0, 14, 115, 200, false, true,
     "spatially clustered"},

    {PROTOCOL_STRESS_THEN_KETAMINE, PUBLISHED_DENSITY, 12, 14, -25, -8, false, false, "decrease"},
    {PROTOCOL_STRESS_THEN_KETAMINE, PUBLISHED_DENSITY, 15, 28, -5, 5, false, true,
     "restores the lost spines"},
    {PROTOCOL_STRESS_THEN_KETAMINE, PUBLISHED_RESTORED, 14, 18, 50, 100, false, false,
     "preferably where they were"},

    {PROTOCOL_KETAMINE_THEN_STRESS, PUBLISHED_DENSITY, 19, 28, -5, 5, false, true,
     "prevents the loss"},
};
const int n_published = sizeof published / sizeof *published;

const char *const published_names[PUBLISHED_N] = {"density",     "size",       "formation",
                                                  "elimination", "survival",   "transient",
                                                  "lasting",     "clustering", "restored"};

double published_percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : (double)NAN;
}

/* The mean excess over vehicle in percent, over the moments between two days. */
static double mean_more(const struct course *course, const struct course *vehicle, double from_day,
                        double to_day, bool is_size)
{
    double sum = 0;
    int n = 0;
    for (int32_t k = 0; k < course->n_moments && k < vehicle->n_moments; k++) {
        const struct course_moment *a = &course->moment[k], *b = &vehicle->moment[k];
        if (a->day < from_day || a->day > to_day)
            continue;
        const double percent =
            is_size ? published_percent(a->size, b->size) : published_percent(a->n, b->n);
        if (isnan(percent)) /* no spines are left under vehicle */
            continue;
        sum += percent - 100;
        n++;
    }
    return n > 0 ? sum / n : (double)NAN;
}

double published_find(const struct published *what, const struct course *course,
                      const struct course *vehicle)
{
    const double from = what->from_day, to = what->to_day;
    if (to > course->days || to > vehicle->days)
        return (double)NAN;
    switch (what->what) {
    case PUBLISHED_DENSITY:
        return mean_more(course, vehicle, from, to, false);
    case PUBLISHED_SIZE:
        return mean_more(course, vehicle, from, to, true);
    case PUBLISHED_FORMATION:
        return published_percent(course_count(course, COURSE_BIRTH, from, to),
                                 course_count(vehicle, COURSE_BIRTH, from, to));
    case PUBLISHED_ELIMINATION:
        return published_percent(course_count(course, COURSE_LOSS, from, to),
                                 course_count(vehicle, COURSE_LOSS, from, to));
    case PUBLISHED_SURVIVAL:
        return 100 * course_survival(course, 0, seen_day, to);
    case PUBLISHED_TRANSIENT:
        return published_percent(course_survival(course, -transient_days, 0, to),
                                 course_survival(vehicle, -transient_days, 0, to));
    case PUBLISHED_LASTING:
        return published_percent(course_survival(course, -INFINITY, -transient_days, to),
                                 course_survival(vehicle, -INFINITY, -transient_days, to));
    case PUBLISHED_CLUSTERING:
        return 100 * course_clustering(course, from, to, near_um);
    case PUBLISHED_RESTORED:
        return 100 * ((double)course_count(course, COURSE_RESTORING, from, to) /
                      course_count(course, COURSE_BIRTH, from, to));
    case PUBLISHED_N:
        break;
    }
    return (double)NAN;
}

double published_days(int preset)
{
    return preset == PROTOCOL_DIAZEPAM ? 63 : 35;
}
