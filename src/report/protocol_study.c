/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An untrained population under protocols, as tables, beside what was published. */
#include "report/protocol_study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/suggest.h"
#include "neuron/presentation.h"
#include "spines/published.h"

enum { RUNS_MAX = 16, ROWS_A_DAY = 2 };
static const double days_before = 5, seen_day = 1;

struct run {
    char name[32];
    int preset; /* 0: of its own events */
    double days;
    struct course course;
};

struct study_of_protocols {
    int n;
    struct run run[RUNS_MAX];
    struct course vehicle;
};

/* ---- living ---- */

/* Which protocols are asked for; their names and presets. */
static int choose(struct study_of_protocols *study, const struct parameters *p, const char *name)
{
    struct parameters own = *p;
    struct suggestion near = suggest_for(name);
    suggest_offer_list(&near, "all|events");
    if (strcmp(name, "events") == 0) {
        if (!*p->protocol.events)
            return status_fail(STATUS_USER, "--protocol events: there are none: expected --set "
                                            "protocol.events=\"…\"");
        snprintf(study->run[study->n++].name, sizeof study->run->name, "events");
        return STATUS_OK;
    }
    for (int k = PROTOCOL_KETAMINE; k <= PROTOCOL_KETAMINE_THEN_STRESS; k++) {
        own.protocol.preset = k;
        const char *preset = parameters_choice(&own, "protocol.preset");
        suggest_offer(&near, preset);
        if (strcmp(name, "all") != 0 && strcmp(name, preset) != 0)
            continue;
        struct run *run = &study->run[study->n++];
        run->preset = k;
        snprintf(run->name, sizeof run->name, "%s", preset);
    }
    if (study->n == 0)
        return status_fail(STATUS_USER,
                           "--protocol %.100s: expected all, events or a protocol.preset, as "
                           "ketamine%s",
                           name, suggest_ending(&near));
    if (*p->protocol.events)
        return status_fail(STATUS_USER,
                           "--protocol %.100s: expected no protocol.events, which are "
                           "for --protocol events",
                           name);
    return STATUS_OK;
}

/* All from the same start; a thread each, for within one they would wait longer than they work. */
static int live(struct study_of_protocols *study, const struct parameters *p, int32_t n,
                double days, uint64_t seed, int n_threads)
{
    struct course_start start;
    const char *kernel = kernel_find(NULL)->name;
    double longest = 0;
    int failed = STATUS_OK;
    char message[1024] = "";
    TRY(course_settle(&start, p, n, seed, kernel, 1));
    for (int k = 0; k < study->n; k++) {
        study->run[k].days = days > 0 ? days : published_days(study->run[k].preset);
        longest = fmax(longest, study->run[k].days);
    }
#pragma omp parallel for num_threads(n_threads) schedule(dynamic)
    for (int k = 0; k <= study->n; k++) {
        struct parameters own = *p;
        struct run *run = &study->run[k];
        if (k < study->n)
            own.protocol.preset = run->preset;
        else
            *own.protocol.events = 0;
        const int result =
            course_run(k < study->n ? &run->course : &study->vehicle, &start, &own, days_before,
                       k < study->n ? run->days : longest, seed, kernel, 1);
        if (result != STATUS_OK)
#pragma omp critical
        {
            failed = result;
            snprintf(message, sizeof message, "%s", status_message());
        }
    }
    course_start_free(&start);
    return failed == STATUS_OK ? STATUS_OK : status_fail(failed, "%s", message);
}

/* ---- numbers ---- */

enum series { SERIES_DENSITY, SERIES_FORMED, SERIES_LOST, SERIES_SURVIVAL, SERIES_SIZE };

/* A value of a moment from the first day's end on, in percent: of density and size, how much more
 * than under vehicle; births and deaths of the day before it, of the spines then; of the new
 * spines, those alive. */
static double value(const struct study_of_protocols *study, const struct course *course,
                    enum series series, int32_t moment)
{
    const struct course_moment *a = &course->moment[moment], *b = &study->vehicle.moment[moment];
    const struct course_moment *day_ago = a - COURSE_MOMENTS_A_DAY;
    const double n = course->moment[0].n;
    switch (series) {
    case SERIES_DENSITY:
        return published_percent(a->n, b->n) - 100;
    case SERIES_SIZE:
        return published_percent(a->size, b->size) - 100;
    case SERIES_FORMED:
        return published_percent(a->n_born - day_ago->n_born, n);
    case SERIES_LOST:
        return published_percent(a->n_lost - day_ago->n_lost, n);
    case SERIES_SURVIVAL:
        return a->day >= seen_day ? 100 * course_survival(course, 0, seen_day, a->day)
                                  : (double)NAN;
    }
    return (double)NAN;
}

static void put_number(FILE *stream, double number)
{
    if (isnan(number))
        fprintf(stream, ",");
    else
        fprintf(stream, ",%.4g", fabs(number) < 1e-9 ? 0 : number); /* no rounding of 0 */
}

static void put_rows(FILE *stream, const struct study_of_protocols *study, const char *name,
                     const struct course *course)
{
    /* births and deaths are those of a whole day */
    for (int32_t k = COURSE_MOMENTS_A_DAY; k < course->n_moments;
         k += COURSE_MOMENTS_A_DAY / ROWS_A_DAY) {
        fprintf(stream, "%s,%g,%d", name, course->moment[k].day, course->moment[k].n);
        put_number(stream, value(study, course, SERIES_DENSITY, k));
        put_number(stream, value(study, course, SERIES_FORMED, k));
        put_number(stream, value(study, course, SERIES_LOST, k));
        put_number(stream, value(study, course, SERIES_SURVIVAL, k));
        put_number(stream, course->moment[k].size);
        put_number(stream, value(study, course, SERIES_SIZE, k));
        fprintf(stream, "\n");
    }
}

static int write_curves(const struct study_of_protocols *study, const char *folder)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, "protocols.csv"));
    fprintf(file.stream, "protocol,day,spines,density_percent,formed_percent,lost_percent,"
                         "new_alive_percent,size_um3,size_percent\n");
    put_rows(file.stream, study, "vehicle", &study->vehicle);
    for (int k = 0; k < study->n; k++)
        put_rows(file.stream, study, study->run[k].name, &study->run[k].course);
    return file_commit(&file);
}

static int write_published(const struct study_of_protocols *study, const char *folder, FILE *out)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, "published.csv"));
    fprintf(file.stream, "protocol,what,from_day,to_day,low_percent,high_percent,is_given,words,"
                         "found_percent,is_within,is_held_back\n");
    for (int k = 0; k < study->n; k++)
        for (int i = 0; i < n_published; i++) {
            const struct published *what = &published[i];
            const struct run *run = &study->run[k];
            if (what->preset != run->preset)
                continue;
            const double found = published_find(what, &run->course, &study->vehicle);
            if (isnan(found))
                continue;
            const bool is_within = found >= what->low && found <= what->high;
            fprintf(file.stream, "%s,%s,%g,%g,%g,%g,%d,\"%s\",%.2f,%d,%d\n", run->name,
                    published_names[what->what], what->from_day, what->to_day, what->low,
                    what->high, what->is_given, what->words, found, is_within, what->is_held_back);
            fprintf(out, "%-22s %-12s day %4g to %-4g  %6.1f %%  (%g to %g%s: %s%s)%s\n", run->name,
                    published_names[what->what], what->from_day, what->to_day, found, what->low,
                    what->high, what->is_given ? "" : ", our reading", what->words,
                    what->is_held_back ? "; held back" : "", is_within ? "" : "  NOT REACHED");
        }
    return file_commit(&file);
}

static void free_study(struct study_of_protocols **study)
{
    for (int k = 0; *study && k < (*study)->n; k++)
        course_free(&(*study)->run[k].course);
    if (*study)
        course_free(&(*study)->vehicle);
    free(*study);
}

int protocol_study_write(const struct parameters *p, const char *name, int32_t n, double days,
                         uint64_t seed, int n_threads, const char *folder, FILE *out)
{
    struct parameters own = *p;
    SCOPED(free_study) struct study_of_protocols *study = calloc(1, sizeof *study);
    SCOPED(lock_leave) int lock = -1;
    if (!study)
        return status_no_memory("protocols", sizeof *study);
    own.protocol.preset = PROTOCOL_NONE;
    if (own.intrinsic.form == INTRINSIC_NONE)
        own.intrinsic.form = INTRINSIC_KESTEN;
    TRY(choose(study, p, name));
    TRY(parameters_validate(&own));
    TRY(live(study, &own, n, days, seed, n_threads));
    TRY(lock_folder(folder, &lock));
    file_remove_temporary(folder);
    TRY(write_curves(study, folder));
    return write_published(study, folder, out);
}
