/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the synapse logs of a sweep and counts. A spine that is still there at the end of its run
 * has lived at least so long (right-censored). All groups are counted in the same way, whatever
 * made their spines come and go. */
#include "report/spine_study.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/spine_neighbours.h"
#include "store/json_file.h"
#include "store/manifest.h"
#include "store/run_tables.h"
#include "store/table_json.h"
#include "train/schedule.h"

enum { MINUTES_A_DAY = 1440 };

/* A run's log, and what of its manifest is needed to count it. */
struct run_log {
    struct lives lives;
    double days; /* from its start to its test */
    double dendrite_um, n_dendrites, strong_weight;
    const struct study_run *run; /* NULL: it has no log */
};

/* ---- reading ---- */

static bool has_log(const struct study_run *run)
{
    return file_exists_in(run->folder, lives_table.file);
}

static double days_of(const struct manifest *manifest)
{
    const struct parameters *p = &manifest->parameters;
    return p->rest.before_training_days + p->rest.before_test_days +
           manifest->n_presentations * (p->plasticity.consolidation_min / MINUTES_A_DAY +
                                        p->rest.between_presentations_days);
}

/* Adds the rests at the switches that training has passed from one phase to the next. */
static int add_rests(struct run_log *log, const struct manifest *manifest, const char *folder)
{
    struct continual_row *row;
    struct schedule schedule;
    int32_t n, ended = 0;
    TRY(schedule_init(&schedule, &manifest->parameters, NULL));
    if (schedule.n == 0)
        return STATUS_OK;
    TRY(table_read_in(&continual_table, folder, &row, &n));
    for (int32_t i = 0; i < n; i++)
        if (row[i].is_end && row[i].phase > ended && row[i].phase < schedule.n &&
            row[i].presentation < manifest->n_presentations) {
            ended = row[i].phase;
            log->days += schedule.phase[ended].rest_days;
        }
    table_free(&continual_table, row, n);
    return STATUS_OK;
}

static int read_manifest(struct run_log *log, const struct study_run *run)
{
    OWN_NEW(struct manifest, manifest, 1, "a manifest");
    TRY(manifest_read(manifest, run->folder));
    const struct parameters *p = &manifest->parameters;
    log->days = days_of(manifest);
    log->dendrite_um = p->spines.dendrite_um;
    log->n_dendrites = (double)p->pyramidal.neurons * p->pyramidal.n_dendrites;
    log->strong_weight = p->stopping.strong_weight;
    log->run = run;
    return add_rests(log, manifest, run->folder);
}

static int check_log(const struct run_log *log, const char *path)
{
    for (int32_t i = 0; i < log->lives.n; i++) {
        const struct life *life = &log->lives.life[i];
        const double last = (double)(life->death == DEATH_NONE ? life->born_day : life->died_day);
        if (last > log->days + 0.001 || life->dendrite >= log->n_dendrites ||
            (double)life->position_um > log->dendrite_um)
            return status_fail(STATUS_USER, "%s: synapse %d: does not fit manifest.json", path, i);
    }
    return STATUS_OK;
}

static int read_log(int32_t i, void *logs)
{
    struct run_log *log = (struct run_log *)logs + i;
    OWN_PATH(path, log->run->folder, lives_table.file);
    lives_free(&log->lives);
    TRY(lives_read(&log->lives, path));
    return check_log(log, path);
}

/* ---- counting ---- */

static bool is_alive(const struct life *life)
{
    return life->death == DEATH_NONE;
}

/* A life's days, rounded to the log's four places: a spine that died when the run ended must not
 * seem to have died later. */
static double age_of(const struct run_log *log, const struct life *life)
{
    const double end = is_alive(life) ? log->days : (double)life->died_day;
    return fmax(round(1e4 * (end - (double)life->born_day)) / 1e4, 0);
}

/* Which lives belong to a curve. */
enum which { THERE_AT_START, BORN_LATER, OF_SIZE };

static bool is_of(const struct life *life, enum which which, int bin)
{
    if (which == OF_SIZE)
        return (int)fminf(life->weight_max * SPINE_LIFE_BINS, SPINE_LIFE_BINS - 1) == bin;
    return (life->birth == BIRTH_INITIAL) == (which == THERE_AT_START);
}

/* The survival of those lives; `room` is for all lives of the group. */
static int curve_of(struct survival *survival, const struct run_log *log, int32_t n_logs,
                    enum which which, int bin, struct survival_life *room)
{
    int32_t n = 0;
    for (int32_t m = 0; m < n_logs; m++)
        for (int32_t i = 0; i < log[m].lives.n; i++) {
            const struct life *life = &log[m].lives.life[i];
            if (is_of(life, which, bin))
                room[n++] = (struct survival_life){age_of(&log[m], life), !is_alive(life), m};
        }
    return survival_estimate(survival, room, n);
}

static int count_lifetimes(struct spine_group *group, double limit, const struct run_log *log,
                           int32_t n_logs)
{
    OWN_NEW(struct survival_life, room, group->n_lived, "the lives of the spines");
    TRY(curve_of(&group->first, log, n_logs, THERE_AT_START, 0, room));
    TRY(curve_of(&group->later, log, n_logs, BORN_LATER, 0, room));
    for (int bin = 0; bin < SPINE_LIFE_BINS; bin++) {
        SCOPED(survival_free) struct survival survival = {0};
        TRY(curve_of(&survival, log, n_logs, OF_SIZE, bin, room));
        group->life[bin].n = survival.n;
        group->life[bin].days = survival_restricted_mean(&survival, limit);
    }
    return STATUS_OK;
}

static void count_causes(struct spine_group *group, const struct run_log *run)
{
    group->n_runs++;
    group->days += run->days;
    for (int32_t i = 0; i < run->lives.n; i++) {
        const struct life *life = &run->lives.life[i];
        group->n_lived++;
        group->n_at_end += is_alive(life);
        group->n_born[life->birth]++;
        group->n_died[life->death]++;
        group->spine_days += age_of(run, life);
    }
}

static void count_size(double *size, double *logs, float weight)
{
    size[(int)fminf(weight * SPINE_SIZE_BINS, SPINE_SIZE_BINS - 1)]++;
    const double x = log(fmax((double)weight, 1e-9)) - SPINE_LOG_LEAST;
    logs[(int)fmin(fmax(10 * x, 0), SPINE_LOG_BINS - 1)]++;
}

/* Describes weights[n], of which it makes logarithms. */
static int describe_sizes(struct spine_group *group, double *weight, size_t n)
{
    struct summary plain, logs;
    size_t n_logs = 0;
    TRY(statistics_summarize(&plain, weight, n));
    for (size_t i = 0; i < n; i++)
        if (weight[i] > 0)
            weight[n_logs++] = log(weight[i]);
    TRY(statistics_summarize(&logs, weight, n_logs));
    group->mean = plain.mean;
    group->sd = plain.sd;
    group->median = plain.median;
    group->log_mean = logs.mean;
    group->log_sd = logs.sd;
    return STATUS_OK;
}

static int count_sizes(struct spine_group *group, const struct run_log *log, int32_t n_logs)
{
    OWN_NEW(double, weight, group->n_at_end, "the sizes of the spines");
    size_t n = 0;
    for (int32_t m = 0; m < n_logs; m++)
        for (int32_t i = 0; i < log[m].lives.n; i++) {
            const struct life *life = &log[m].lives.life[i];
            if (life->birth == BIRTH_INITIAL)
                count_size(group->start_size, group->start_log, life->weight_at_birth);
            if (!is_alive(life))
                continue;
            count_size(group->size, group->log, life->weight);
            group->strong += (double)life->weight > log[m].strong_weight;
            weight[n++] = (double)life->weight;
        }
    group->strong = n > 0 ? group->strong / (double)n : (double)NAN;
    return describe_sizes(group, weight, n);
}

/* The first step of the time axis that is not before this day. */
static int32_t step_from(double day, double last_day)
{
    return (int32_t)fmin(ceil(day / last_day * SPINE_DAYS - 1e-6), SPINE_DAYS + 1);
}

static void count_density(struct spine_group *group, const struct run_log *run, double last_day)
{
    int32_t change[SPINE_DAYS + 2] = {0}, n_alive = 0;
    const double length = run->n_dendrites * run->dendrite_um;
    for (int32_t i = 0; i < run->lives.n; i++) {
        const struct life *life = &run->lives.life[i];
        change[step_from((double)life->born_day, last_day)]++;
        if (!is_alive(life))
            change[step_from((double)life->died_day, last_day)]--;
    }
    for (int32_t t = 0; t <= SPINE_DAYS && t * last_day / SPINE_DAYS <= run->days + 1e-6; t++) {
        n_alive += change[t];
        running_add(&group->density[t], n_alive / length);
    }
}

static int compare_sites(const void *a, const void *b)
{
    const struct spine_site *x = a, *y = b;
    return NUMBER_ORDER(x->run, y->run)             ?: NUMBER_ORDER(x->dendrite, y->dendrite)
           ?: NUMBER_ORDER(x->position_um, y->position_um);
}

static int count_neighbours(struct spine_group *group, const struct run_log *log, int32_t n_logs)
{
    OWN_NEW(struct spine_site, site, group->n_at_end, "the places of the spines");
    int32_t n = 0;
    double dendrite_um = 1;
    for (int32_t m = 0; m < n_logs; m++) {
        const struct run_log *run = &log[m];
        dendrite_um = run->dendrite_um;
        for (int32_t i = 0; i < run->lives.n; i++) {
            const struct life *life = &run->lives.life[i];
            if (is_alive(life))
                site[n++] =
                    (struct spine_site){.run = m,
                                        .dendrite = life->dendrite,
                                        .position_um = (double)life->position_um,
                                        .is_strong = (double)life->weight > run->strong_weight};
        }
    }
    qsort(site, (size_t)n, sizeof *site, compare_sites);
    return spine_neighbours_count(&group->all, &group->strong_neighbours, site, n, dendrite_um);
}

static int count_group(struct spine_study *spines, struct spine_group *group,
                       const struct run_log *log, int32_t n_logs)
{
    for (int32_t m = 0; m < n_logs; m++) {
        count_causes(group, &log[m]);
        count_density(group, &log[m], spines->last_day);
    }
    group->days = n_logs > 0 ? group->days / n_logs : (double)NAN;
    group->last_day = spines->last_day;
    TRY(count_lifetimes(group, spines->life_limit, log, n_logs));
    TRY(count_sizes(group, log, n_logs));
    return count_neighbours(group, log, n_logs);
}

/* ---- a study ---- */

/* Finds the runs that have a log, how long each of them lasted, and the longest and shortest time.
 */
static int read_manifests(struct spine_study *spines, struct run_log *log)
{
    const struct study *study = spines->panels.study;
    spines->life_limit = INFINITY;
    for (int32_t r = 0; r < study->n_runs; r++) {
        if (!has_log(&study->run[r]))
            continue;
        TRY(read_manifest(&log[r], &study->run[r]));
        spines->last_day = fmax(spines->last_day, log[r].days);
        spines->life_limit = fmin(spines->life_limit, log[r].days / 2);
    }
    spines->last_day = fmax(spines->last_day, 1e-3);
    return STATUS_OK;
}

/* Reads the logs of a group's runs and counts them. `log` is of all runs, without lives; `of_group`
 * has room for as many. */
static int read_group(struct spine_study *spines, int32_t g, const struct run_log *log,
                      struct run_log *of_group)
{
    const struct panels *panels = &spines->panels;
    struct spine_group *group = &spines->group[g];
    int32_t n = 0;
    panels_name(panels, g, group->name, sizeof group->name);
    for (int32_t r = 0; r < panels->study->n_runs; r++)
        if (log[r].run && panels_group(panels, log[r].run) == g)
            of_group[n++] = log[r];
    int status = study_read_each(n, 1, read_log, of_group);
    if (status == STATUS_OK)
        status = count_group(spines, group, of_group, n);
    for (int32_t m = 0; m < n; m++)
        lives_free(&of_group[m].lives);
    return status;
}

static int read_groups(struct spine_study *spines)
{
    const int32_t n_runs = spines->panels.study->n_runs;
    OWN_NEW(struct run_log, log, n_runs, "the runs");
    OWN_NEW(struct run_log, of_group, n_runs, "the runs");
    TRY_NEW(spines->group, spines->n_groups, "the runs");
    TRY(read_manifests(spines, log));
    for (int32_t g = 0; g < spines->n_groups; g++)
        TRY(read_group(spines, g, log, of_group));
    return STATUS_OK;
}

int spine_study_read(struct spine_study *spines, const struct study *study)
{
    *spines = (struct spine_study){.panels = panels_of(study)};
    spines->n_groups = spines->panels.n_groups;
    RETURN_OR_FREE(read_groups(spines), spine_study_free, spines);
}

void spine_study_free(struct spine_study *spines)
{
    for (int32_t g = 0; g < spines->n_groups && spines->group; g++) {
        survival_free(&spines->group[g].first);
        survival_free(&spines->group[g].later);
    }
    free(spines->group);
    *spines = (struct spine_study){0};
}

double spine_group_density_sd(const struct spine_group *group, int32_t step)
{
    return group->density[step].n > 1 ? running_sd(&group->density[step]) : 0;
}

double spine_group_lost_a_day(const struct spine_group *group)
{
    return group->spine_days > 0 ? (double)(group->n_lived - group->n_at_end) / group->spine_days
                                 : (double)NAN;
}

/* ---- numbers ---- */

static void put_cell(FILE *out, double value, int places)
{
    number_put(out, "\t%.*f", places, value, "\t–");
}

/* Of what they died: "pruned 95 %, intrinsic 5 %". */
static void put_deaths(FILE *out, const struct spine_group *group)
{
    const double n = (double)(group->n_lived - group->n_at_end);
    bool any = false;
    fputc('\t', out);
    for (int d = DEATH_NONE + 1; d < N_DEATHS; d++)
        if (group->n_died[d] > 0) {
            fprintf(out, "%s%s %.3g %%", any ? ", " : "", death_names[d],
                    100 * (double)group->n_died[d] / n);
            any = true;
        }
    fputc('\n', out);
}

static double last_density(const struct spine_group *group)
{
    int32_t last = SPINE_DAYS;
    while (last > 0 && group->density[last].n == 0)
        last--;
    return group->density[last].mean;
}

void spine_study_put_rows(FILE *out, const void *of_spines)
{
    const struct spine_study *spines = of_spines;
    fprintf(out, "\truns\tdays\tspines\tat end\tper µm\tlost a day %%\tmedian life\talive 1 d\t4 "
                 "d\t15 d\tmean w\tsd\tmedian\tmean ln w\tsd\tnearest µm\tby chance\tlost as\n");
    for (int32_t g = 0; g < spines->n_groups; g++) {
        const struct spine_group *group = &spines->group[g];
        if (group->n_runs == 0)
            continue;
        fprintf(out, "%s\t%d", group->name, group->n_runs);
        put_cell(out, group->days, 1);
        fprintf(out, "\t%lld\t%lld", (long long)group->n_lived, (long long)group->n_at_end);
        put_cell(out, last_density(group), 4);
        put_cell(out, 100 * spine_group_lost_a_day(group), 2);
        put_cell(out, survival_quantile(&group->later, 0.5), 2);
        put_cell(out, survival_at(&group->later, 1).alive, 3);
        put_cell(out, survival_at(&group->later, 4).alive, 3);
        put_cell(out, survival_at(&group->later, 15).alive, 3);
        put_cell(out, group->mean, 3);
        put_cell(out, group->sd, 3);
        put_cell(out, group->median, 3);
        put_cell(out, group->log_mean, 2);
        put_cell(out, group->log_sd, 2);
        put_cell(out, group->all.nearest_um, 1);
        put_cell(out, group->all.chance_um, 1);
        put_deaths(out, group);
    }
}

/* {"initial": 2000, …} */
static json_t *causes_json(const char *const *names, const int64_t *count, int n)
{
    json_t *object = json_object();
    for (int i = 0; i < n; i++)
        json_object_set_new(object, names[i], json_integer(count[i]));
    return object;
}

static const struct table_column age_columns[] = {
    TABLE_COLUMN(struct survival_step, time, NUMBER, "days"),
    TABLE_COLUMN(struct survival_step, alive, NUMBER, "alive"),
    TABLE_COLUMN(struct survival_step, low, NUMBER, "ci_low"),
    TABLE_COLUMN(struct survival_step, high, NUMBER, "ci_high"),
};
static const struct table age_table = TABLE_OF(NULL, struct survival_step, age_columns);

static json_t *survival_json(const struct survival *survival)
{
    static const double days[] = {1, 4, 8, 15, 30, 60};
    enum { N_AGES = sizeof days / sizeof *days };
    struct survival_step at[N_AGES];
    for (int a = 0; a < N_AGES; a++) {
        at[a] = survival_at(survival, days[a]);
        at[a].time = days[a];
    }
    return json_pack("{si si so so}", "n", survival->n, "died", survival->n_died, "median_days",
                     table_json_number(survival_quantile(survival, 0.5)), "alive_after",
                     table_to_json(&age_table, at, N_AGES));
}

static const struct table_column neighbour_columns[] = {
    TABLE_COLUMN(struct spine_neighbours, nearest_um, NUMBER, "nearest_um"),
    TABLE_COLUMN(struct spine_neighbours, chance_um, NUMBER, "chance_um"),
    TABLE_COLUMN(struct spine_neighbours, chance_low_um, NUMBER, "chance_low_um"),
    TABLE_COLUMN(struct spine_neighbours, chance_high_um, NUMBER, "chance_high_um"),
};
static const struct table neighbour_table =
    TABLE_OF(NULL, struct spine_neighbours, neighbour_columns);

static json_t *group_json(const struct spine_group *group)
{
    return json_pack(
        "{ss si so sI sI so so so so so so so so so so so so so}", "name", group->name, "runs",
        group->n_runs, "days", table_json_number(group->days), "lived", (json_int_t)group->n_lived,
        "at_end", (json_int_t)group->n_at_end, "born",
        causes_json(birth_names, group->n_born, N_BIRTHS), "died",
        causes_json(&death_names[DEATH_NONE + 1], &group->n_died[DEATH_NONE + 1], N_DEATHS - 1),
        "lost_a_day", table_json_number(spine_group_lost_a_day(group)), "there_at_start",
        survival_json(&group->first), "born_later", survival_json(&group->later), "mean_w",
        table_json_number(group->mean), "sd_w", table_json_number(group->sd), "median_w",
        table_json_number(group->median), "mean_ln_w", table_json_number(group->log_mean),
        "sd_ln_w", table_json_number(group->log_sd), "strong", table_json_number(group->strong),
        "neighbours", table_row_to_json(&neighbour_table, &group->all), "strong_neighbours",
        table_row_to_json(&neighbour_table, &group->strong_neighbours));
}

static int write_json(const struct spine_study *spines, const char *folder)
{
    json_t *groups = json_array();
    for (int32_t g = 0; g < spines->n_groups; g++)
        if (spines->group[g].n_runs > 0)
            json_array_append_new(groups, group_json(&spines->group[g]));
    return json_file_write_in(folder, "spines.json",
                              json_pack("{so so}", "life_limit_days",
                                        table_json_number(spines->life_limit), "groups", groups),
                              9);
}

/* Puts a line of CSV: the group's name without its commas, the label if there is one, and n
 * numbers, nothing for NaN; whole ones with all their digits, others with six. */
static void put_line(FILE *out, const struct spine_group *group, const char *label, size_t n,
                     const double *number)
{
    for (const char *c = group->name; *c; c++)
        if (*c != ',')
            fputc(*c, out);
    if (label)
        fprintf(out, ",%s", label);
    for (size_t i = 0; i < n; i++)
        number_put(out, ",%.*g",
                   trunc(number[i]) < number[i] || trunc(number[i]) > number[i] ? 6 : 15, number[i],
                   ",");
    fputc('\n', out);
}
#define PUT_LINE(out, group, label, ...)                                                           \
    put_line(out, group, label, sizeof((double[]){__VA_ARGS__}) / sizeof(double),                  \
             (double[]){__VA_ARGS__})

static void put_survival(const struct spine_group *group, FILE *out)
{
    for (int later = 0; later < 2; later++) {
        const struct survival *survival = later ? &group->later : &group->first;
        for (int32_t i = 0; i < survival->n_steps; i++) {
            const struct survival_step *step = &survival->step[i];
            PUT_LINE(out, group, later ? "later" : "start", step->time, step->n_at_risk,
                     step->n_died, step->alive, step->se, step->low, step->high);
        }
    }
}

static void put_lifetimes(const struct spine_group *group, FILE *out)
{
    for (int b = 0; b < SPINE_LIFE_BINS; b++)
        PUT_LINE(out, group, NULL, (b + 0.5) / SPINE_LIFE_BINS, group->life[b].n,
                 group->life[b].days);
}

static void put_sizes(const struct spine_group *group, FILE *out)
{
    for (int b = 0; b < SPINE_SIZE_BINS; b++)
        PUT_LINE(out, group, "w", (b + 0.5) / SPINE_SIZE_BINS, group->start_size[b],
                 group->size[b]);
    for (int b = 0; b < SPINE_LOG_BINS; b++)
        PUT_LINE(out, group, "ln_w", SPINE_LOG_LEAST + (b + 0.5) / 10, group->start_log[b],
                 group->log[b]);
}

static void put_neighbours(const struct spine_group *group, FILE *out)
{
    for (int strong = 0; strong < 2; strong++) {
        const struct spine_neighbours *n = strong ? &group->strong_neighbours : &group->all;
        for (int b = 0; b < SPINE_NEAR_BINS; b++)
            PUT_LINE(out, group, strong ? "strong" : "all", b * SPINE_NEAR_UM,
                     (b + 1) * SPINE_NEAR_UM, n->pairs[b], n->expected[b], n->low[b], n->high[b]);
    }
}

static void put_density(const struct spine_group *group, FILE *out)
{
    for (int32_t t = 0; t <= SPINE_DAYS && group->density[t].n > 0; t++)
        PUT_LINE(out, group, NULL, t * group->last_day / SPINE_DAYS, group->density[t].n,
                 group->density[t].mean, spine_group_density_sd(group, t));
}

static const struct {
    const char *file, *heads;
    void (*put)(const struct spine_group *group, FILE *out);
} tables[] = {
    {"survival.csv", "group,born,days,at_risk,died,alive,se,ci_low,ci_high", put_survival},
    {"lifetimes.csv", "group,greatest_weight,spines,days", put_lifetimes},
    {"sizes.csv", "group,scale,size,at_start,at_end", put_sizes},
    {"neighbours.csv", "group,spines,from_um,to_um,pairs,expected,chance_low,chance_high",
     put_neighbours},
    {"density.csv", "group,day,runs,spines_a_um,sd", put_density},
};

int spine_study_write(const struct spine_study *spines, const char *folder)
{
    TRY(file_make_folder(folder));
    TRY(write_json(spines, folder));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct new_file file;
        TRY(file_create_in(&file, folder, tables[i].file));
        fprintf(file.stream, "%s\n", tables[i].heads);
        for (int32_t g = 0; g < spines->n_groups; g++)
            if (spines->group[g].n_runs > 0)
                tables[i].put(&spines->group[g], file.stream);
        TRY(file_commit(&file));
    }
    return STATUS_OK;
}
