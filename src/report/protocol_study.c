/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An untrained population under protocols, as tables and figures, beside what was published. */
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

enum { RUNS_MAX = 17, ROWS_A_DAY = 2 };
static const double days_before = 5, seen_day = 1;

struct run {
    char name[32];
    int preset; /* PROTOCOL_NONE: vehicle, or events of their own */
    double days;
    struct course course;
};

struct study_of_protocols {
    int n;
    struct run run[RUNS_MAX]; /* the first is under vehicle */
};

/* ---- living ---- */

static void add_run(struct study_of_protocols *study, const char *name, int preset)
{
    struct run *run = &study->run[study->n++];
    snprintf(run->name, sizeof run->name, "%s", name);
    run->preset = preset;
}

/* Which protocols are asked for; their names and presets, after the vehicle. */
static int choose(struct study_of_protocols *study, const struct parameters *p, const char *name)
{
    struct parameters own = *p;
    struct suggestion near = suggest_for(name);
    suggest_offer_list(&near, "all|events");
    add_run(study, "vehicle", PROTOCOL_NONE);
    if (strcmp(name, "events") == 0) {
        if (!*p->protocol.events)
            return status_fail(STATUS_USER, "--protocol events: there are none: expected --set "
                                            "protocol.events=\"…\"");
        add_run(study, "events", PROTOCOL_NONE);
        return STATUS_OK;
    }
    for (int k = PROTOCOL_KETAMINE; k <= PROTOCOL_KETAMINE_THEN_STRESS; k++) {
        own.protocol.preset = k;
        const char *preset = parameters_choice(&own, "protocol.preset");
        suggest_offer(&near, preset);
        if (strcmp(name, "all") == 0 || strcmp(name, preset) == 0)
            add_run(study, preset, k);
    }
    if (study->n == 1)
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
    double *longest = &study->run->days;
    int failed = STATUS_OK;
    char message[1024] = "";
    TRY(course_settle(&start, p, n, seed, kernel, 1));
    for (int k = 0; k < study->n; k++) {
        study->run[k].days = days > 0 ? days : published_days(study->run[k].preset);
        *longest = fmax(*longest, study->run[k].days);
    }
#pragma omp parallel for num_threads(n_threads) schedule(dynamic)
    for (int k = 0; k < study->n; k++) {
        struct parameters own = *p;
        struct run *run = &study->run[k];
        own.protocol.preset = run->preset;
        if (k == 0)
            *own.protocol.events = '\0';
        const int result =
            course_run(&run->course, &start, &own, days_before, run->days, seed, kernel, 1);
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

/* ---- tables ---- */

/* A row of protocols.csv, in percent; NaN: nothing. */
struct moment {
    const char *protocol;
    struct course_moment now;
    double density, size; /* how many more, and how much larger, than under vehicle */
    double formed, lost;  /* in the day before it, of the spines there at first */
    double alive;         /* of those that came in the first day */
};

static void put_number(FILE *out, const void *value)
{
    const double number = *(const double *)value;
    fprintf(out, "%.4g", fabs(number) < 1e-9 ? 0 : number); /* no rounding of 0 */
}

static void put_quoted(FILE *out, const void *value)
{
    fprintf(out, "\"%s\"", *(const char *const *)value);
}

#define MOMENT(member, kind, head, ...) TABLE_COLUMN(struct moment, member, kind, head, __VA_ARGS__)
#define PERCENT(member, head)           MOMENT(member, NUMBER, head, .may_be_empty = true, .put = put_number)
static const struct table_column moment_columns[] = {
    MOMENT(protocol, TEXT, "protocol"),  MOMENT(now.day, NUMBER, "day"),
    MOMENT(now.n, WHOLE, "spines"),      PERCENT(density, "density_percent"),
    PERCENT(formed, "formed_percent"),   PERCENT(lost, "lost_percent"),
    PERCENT(alive, "new_alive_percent"), PERCENT(now.size, "size_um3"),
    PERCENT(size, "size_percent"),
};
static const struct table moment_table = TABLE_OF("protocols.csv", struct moment, moment_columns);

/* A row of published.csv. */
struct finding {
    const char *protocol;
    struct published of;
    double found; /* in percent, as `of` */
    bool is_within;
};

#define FINDING(member, kind, head, ...)                                                           \
    TABLE_COLUMN(struct finding, member, kind, head, __VA_ARGS__)
static const struct table_column finding_columns[] = {
    FINDING(protocol, TEXT, "protocol"),
    FINDING(of.what, CHOICE, "what", .words = published_names, .n_words = PUBLISHED_N),
    FINDING(of.from_day, NUMBER, "from_day"),
    FINDING(of.to_day, NUMBER, "to_day"),
    FINDING(of.low, NUMBER, "low_percent"),
    FINDING(of.high, NUMBER, "high_percent"),
    FINDING(of.is_given, FLAG, "is_given"),
    FINDING(of.words, TEXT, "words", .put = put_quoted),
    FINDING(found, NUMBER, "found_percent", .format = "%.2f"),
    FINDING(is_within, FLAG, "is_within"),
    FINDING(of.is_held_back, FLAG, "is_held_back"),
};
static const struct table finding_table =
    TABLE_OF("published.csv", struct finding, finding_columns);

/* Adds the rows of a course, from the first day's end on: births and deaths are of a whole day. */
static void add_moments(struct moment *row, size_t *n, const struct study_of_protocols *study,
                        const struct run *run)
{
    const struct course *course = &run->course;
    const double n_first = course->moment->n;
    for (int32_t k = COURSE_MOMENTS_A_DAY; k < course->n_moments;
         k += COURSE_MOMENTS_A_DAY / ROWS_A_DAY) {
        const struct course_moment *now = &course->moment[k], *day_ago = now - COURSE_MOMENTS_A_DAY,
                                   *vehicle = &study->run->course.moment[k];
        const bool is_seen = now->day >= seen_day;
        row[(*n)++] = (struct moment){
            .protocol = run->name,
            .now = *now,
            .density = published_percent(now->n, vehicle->n) - 100,
            .formed = published_percent(now->n_born - day_ago->n_born, n_first),
            .lost = published_percent(now->n_lost - day_ago->n_lost, n_first),
            .alive = is_seen ? 100 * course_survival(course, 0, seen_day, now->day) : (double)NAN,
            .size = published_percent(now->size, vehicle->size) - 100,
        };
    }
}

static int write_moments(const struct study_of_protocols *study, const char *folder)
{
    OWN_NEW(struct moment, row, study->n * study->run->course.n_moments, "protocols");
    size_t n = 0;
    for (int k = 0; k < study->n; k++)
        add_moments(row, &n, study, &study->run[k]);
    return table_write(&moment_table, row, n, folder);
}

/* What was published of the protocols and their days cover, beside what was found. */
static int write_findings(const struct study_of_protocols *study, const char *folder, FILE *out)
{
    OWN_NEW(struct finding, row, study->n * n_published, "protocols");
    size_t n = 0;
    for (int i = 0; i < study->n * n_published; i++) {
        const struct run *run = &study->run[i / n_published];
        const struct published *of = &published[i % n_published];
        if (of->preset != run->preset)
            continue;
        const double found = published_find(of, &run->course, &study->run->course);
        const bool is_within = found >= of->low && found <= of->high;
        if (isnan(found))
            continue;
        row[n++] = (struct finding){run->name, *of, found, is_within};
        fprintf(out, "%-22s %-12s day %4g to %-4g  %6.1f %%  (%g to %g%s: %s%s)%s\n", run->name,
                published_names[of->what], of->from_day, of->to_day, found, of->low, of->high,
                of->is_given ? "" : ", our reading", of->words,
                of->is_held_back ? "; held back" : "", is_within ? "" : "  NOT REACHED");
    }
    return table_write(&finding_table, row, n, folder);
}

static void free_study(struct study_of_protocols *study)
{
    for (int k = 0; k < study->n; k++)
        course_free(&study->run[k].course);
}

int protocol_study_write(const struct parameters *p, const char *name, int32_t n, double days,
                         uint64_t seed, int n_threads, const char *folder, FILE *out)
{
    struct parameters own = *p;
    SCOPED(free_study) struct study_of_protocols study = {0};
    SCOPED(lock_leave) int lock = -1;
    own.protocol.preset = PROTOCOL_NONE;
    if (own.intrinsic.form == INTRINSIC_NONE)
        own.intrinsic.form = INTRINSIC_KESTEN;
    TRY(choose(&study, p, name));
    TRY(parameters_validate(&own));
    TRY(live(&study, &own, n, days, seed, n_threads));
    TRY(lock_folder(folder, &lock));
    file_remove_temporary(folder);
    TRY(write_moments(&study, folder));
    return write_findings(&study, folder, out);
}

/* ---- figures ---- */

struct tables {
    struct moment *moment;
    struct finding *finding;
    int32_t n_moments, n_findings;
};

static void free_tables(struct tables *t)
{
    table_free(&moment_table, t->moment, t->n_moments);
    table_free(&finding_table, t->finding, t->n_findings);
}

/* Puts the columns of a table that are drawn. */
static void put_table(struct figure *figure, const char *name, const struct table *table,
                      const void *rows, int32_t n)
{
    static const char *const others[] = {"spines", "size_um3", "is_within", "is_held_back"};
    json_t *row;
    size_t i;
    figure_put_table(figure, name, table, rows, (size_t)n);
    json_array_foreach(figure_table(figure, name), i, row)
    {
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            json_object_del(row, others[k]);
    }
}

/* What is drawn of them is said by the look of each figure (looks.json, shapes.js). */
static int put_figure(struct page *page, const struct tables *t, const char *look)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, look));
    figure_set(&figure, "source %s", published_source);
    put_table(&figure, "moments", &moment_table, t->moment, t->n_moments);
    put_table(&figure, "findings", &finding_table, t->finding, t->n_findings);
    return page_put_figure(page, &figure);
}

bool protocol_figures_any(const char *folder)
{
    return file_exists_in(folder, moment_table.file);
}

int protocol_figures_put(struct page *page, const char *folder)
{
    static const char *const looks[] = {"protocols-density", "protocols-turnover",
                                        "protocols-survival", "protocols-size"};
    SCOPED(free_tables) struct tables t = {0};
    TRY(table_read_in(&moment_table, folder, &t.moment, &t.n_moments));
    TRY(table_read_in(&finding_table, folder, &t.finding, &t.n_findings));
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        TRY(put_figure(page, &t, looks[i]));
    return STATUS_OK;
}
