/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/values.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/glossary.h"
#include "report/trends.h"

enum { TESTED_LAST_MAX = 4, BOXES_MAX = 12 };

/* What is drawn: a figure of one value. */
struct value_figure {
    struct figure figure;
    const struct study *study;
    enum study_value what;
};

static void free_value_figure(struct value_figure *v)
{
    figure_free(&v->figure);
}

/* The names of a factor's levels, in their order. */
static json_t *levels_of(const struct results_column *factor)
{
    json_t *levels = json_array();
    for (int32_t i = 0; i < factor->n_levels; i++)
        json_array_append_new(levels, figure_string(factor->levels[i]));
    return levels;
}

static int begin(struct value_figure *v, const char *spec, const char *ending)
{
    const struct study *study = v->study;
    const struct results_column *last = study->factor[study->n_factors - 1];
    TRY(figure_begin(&v->figure, study_value_names[v->what]));
    figure_say(&v->figure, "name", "%s%s", study_value_names[v->what], ending);
    figure_say(&v->figure, "spec", "%s", spec);
    figure_say(&v->figure, "shows", "%s of %d runs of %d conditions",
               json_string_value(json_object_get(v->figure.json, "title")), study->n_runs,
               study->n_conditions);
    figure_set(&v->figure, "x_label %s, series_label %s", study_factor_title(study, 0),
               study->n_factors > 1 ? study_factor_title(study, study->n_factors - 1) : "");
    if (study->n_factors > 1)
        figure_set(&v->figure, "series_levels %p", levels_of(last));
    return STATUS_OK;
}

/* Where a condition is drawn: "panel", "x" and "series" of its rows. */
struct place {
    char panel[512];
    const char *x, *series;
};

static struct place place_of(const struct study *study, int32_t condition)
{
    const int32_t last = condition % study->n_last, group = condition / study->n_last;
    struct place place = {.x = study->factor[0]->levels[group / study->n_middle],
                          .series = study_last(study, last)};
    if (study->n_middle > 1)
        study_describe(study, condition, 1, study->n_factors - 1, place.panel, sizeof place.panel);
    return place;
}

/* ---- boxes ---- */

int32_t values_condition(const struct study *study, const struct effects *effects,
                         const struct effects_group *group)
{
    int32_t condition = 0;
    for (int32_t f = 0; f < study->n_factors; f++) {
        int32_t level = study->factor[f]->n_levels == 1 ? 0 : -1;
        for (int k = 0; k < effects->n_factors; k++)
            if (effects->factor[k] == study->factor[f])
                level = group->level[k];
        if (level < 0)
            return -1;
        condition = condition * study->factor[f]->n_levels + level;
    }
    return condition;
}

/* Stars of each level of the last factor against the first; how many. */
static int put_tests(struct value_figure *v, const struct effects *effects)
{
    const struct study *study = v->study;
    const int32_t n_levels = study->factor[study->n_factors - 1]->n_levels;
    int n = 0;
    for (int32_t i = 0; i < effects->n_comparisons && study->n_last <= TESTED_LAST_MAX; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        const struct t_test *test = &c->test[effects->primary];
        const double p = c->corrected[effects->primary];
        const int32_t first = values_condition(study, effects, &effects->groups[c->first]);
        const int32_t other = values_condition(study, effects, &effects->groups[c->second]);
        if (first < 0 || other < 0 || first % n_levels != 0 || isnan(p) ||
            !effects_is_decidable(effects))
            continue;
        const struct place at = place_of(study, other);
        figure_put_row(&v->figure, "tests",
                       "panel %s, x %s, series %s, first %s, stars %s, difference %g, "
                       "from %g, to %g, p %g",
                       at.panel, at.x, at.series, study_last(study, 0), statistics_stars(p),
                       test->difference, test->ci_low, test->ci_high, p);
        n++;
    }
    return n;
}

static void put_points(struct value_figure *v, const struct page *page, int32_t condition)
{
    const struct study *study = v->study;
    const struct place p = place_of(study, condition);
    for (int32_t r = 0; r < study->n_runs; r++) {
        const struct study_run *run = &study->run[r];
        if (run->condition != condition || isnan(run->value[v->what]))
            continue;
        OWNED char *link = page_link_run(page, run->folder);
        figure_put_row(&v->figure, "points",
                       "panel %s, x %s, series %s, value %g, run %s, seed %lld, href %s", p.panel,
                       p.x, p.series, run->value[v->what], study_run_name(run),
                       (long long)study->results.seed[r], link ? link : "");
    }
}

/* Whiskers go to the furthest run within 1.5 boxes. */
static void put_box(struct value_figure *v, int32_t condition, double *values)
{
    const struct place p = place_of(v->study, condition);
    const int32_t n = study_values(v->study, condition, v->what, values);
    const struct summary s = study_summary(v->study, condition, v->what);
    const double reach = 1.5 * (s.upper_quartile - s.lower_quartile);
    double low = s.lower_quartile, high = s.upper_quartile;
    for (int32_t i = 0; i < n; i++) {
        if (values[i] >= s.lower_quartile - reach)
            low = fmin(low, values[i]);
        if (values[i] <= s.upper_quartile + reach)
            high = fmax(high, values[i]);
    }
    if (n > 1)
        figure_put_row(&v->figure, "boxes",
                       "panel %s, x %s, series %s, runs %d, mean %g, sd %g, low %g, lower_quartile "
                       "%g, median %g, "
                       "upper_quartile %g, high %g",
                       p.panel, p.x, p.series, n, s.mean, s.sd, low, s.lower_quartile, s.median,
                       s.upper_quartile, high);
}

/* What a figure's caption is made of. */
struct caption {
    bool tells_boxes; /* the page says already what boxes and points are */
    const struct value_figure *of;
    const struct effects *effects;
    int n_tests;
};

static void describe_points(FILE *out, const struct study *study)
{
    const bool has_pages = study->n_runs > 0 && file_exists_in(study->run->folder, "report.html");
    if (study_most_runs(study) > 1)
        fputs(" Boxes from the lower to the upper quartile with the median; whiskers to the "
              "furthest run within 1.5 boxes.",
              out);
    fputs(has_pages ? " A point is a run: a click leads to its page."
                    : " A point is a run: a click leads to its folder (or its page, which spinet "
                      "report RUN makes).",
          out);
    if (study_most_runs(study) == 1)
        fputs(" With one run a condition there are no boxes and no tests.", out);
}

static void describe_boxes(FILE *out, const void *of_caption)
{
    static const char *const tests[COMPARISON_N_TESTS] = {
        [COMPARISON_PAIRED] = "two-tailed t-tests of pairs with one seed",
        [COMPARISON_SIGNED_RANK] = "signed-rank tests of pairs with one seed",
        [COMPARISON_PERMUTATION] = "permutation tests",
        [COMPARISON_WELCH] = "two-tailed unpaired t-tests (Welch)",
        [COMPARISON_POOLED] = "two-tailed unpaired t-tests"};
    const struct caption *caption = of_caption;
    const struct study *study = caption->of->study;
    const struct results_column *last = study->factor[study->n_factors - 1];
    if (!caption->tells_boxes)
        describe_points(out, study);
    if (caption->of->what == STUDY_PRESENTATIONS)
        glossary_put_stop(out, study);
    if (caption->n_tests > 0)
        fprintf(out,
                " Each level of %s against %s: %s, p corrected (Bonferroni): *** below "
                "0.001, ** below 0.01, * below 0.05, ns not significant.",
                last->name, last->levels[0], tests[caption->effects->primary]);
    if (study->n_last <= TESTED_LAST_MAX && !effects_is_decidable(caption->effects))
        fputs(" No stars where there are too few seeds for the test that decides.", out);
}

int values_put_boxes(struct page *page, const struct study *study, enum study_value what)
{
    SCOPED(free_value_figure) struct value_figure v = {.study = study, .what = what};
    const struct effects *effects;
    OWN_NEW(double, values, study->n_runs, "a figure");
    TRY(begin(&v, "boxes", ""));
    figure_set(&v.figure, "x_levels %p, y_zero %u", levels_of(study->factor[0]),
               what == STUDY_PRESENTATIONS || study_most_runs(study) == 1);
    for (int32_t c = 0; c < study->n_conditions; c++) {
        put_points(&v, page, c);
        put_box(&v, c, values);
    }
    const int status = study_effects(study, study_value_names[what], &effects);
    if (status == STATUS_SYSTEM)
        return status;
    const int n_tests = status == STATUS_OK ? put_tests(&v, effects) : 0;
    const struct caption about = {page->tells_boxes, &v, effects, n_tests};
    OWNED char *caption = text_written(describe_boxes, &about);
    figure_say(&v.figure, "caption", "%s", caption ? caption + (*caption == ' ') : "");
    page->tells_boxes = true;
    return page_put_figure(page, &v.figure);
}

/* ---- tiles ---- */

bool values_tiles_instead(const struct study *study)
{
    return study->n_first > BOXES_MAX || study->n_middle > BOXES_MAX;
}

bool values_tiles_beside(const struct study *study)
{
    return study->n_factors > 2;
}

/* "3-8": two digits in order. */
static bool is_pair(const char *level)
{
    return strlen(level) == 3 && isdigit((unsigned char)level[0]) && level[1] == '-' &&
           isdigit((unsigned char)level[2]) && level[0] < level[2];
}

static bool are_pairs(const struct study *study)
{
    for (int32_t x = 0; x < study->n_first; x++)
        if (!is_pair(study->factor[0]->levels[x]))
            return false;
    return study->n_factors <= 2;
}

/* A cell of the panel of one level of the last factor, or of the difference of the two (last < 0).
 * Levels that are many and alone are wrapped, each with its name. */
static void put_tile(struct value_figure *v, bool pairs, int32_t group, int32_t last)
{
    const struct study *study = v->study;
    const int32_t x = group / study->n_middle, condition = group * study->n_last;
    const struct summary s = study_summary(study, condition + (last < 0 ? 1 : last), v->what);
    const double less = last < 0 ? study_summary(study, condition, v->what).mean : 0;
    const bool is_wrapped = !pairs && study->n_middle == 1;
    char column[16], row[512], panel[600] = "";
    if (isnan(s.mean - less))
        return;
    if (pairs)
        snprintf(row, sizeof row, "%.1s", study->factor[0]->levels[x]);
    else if (is_wrapped)
        snprintf(row, sizeof row, "%d", x / BOXES_MAX);
    else
        study_name(study, condition, 1, study->n_factors - 1, row, sizeof row);
    if (pairs)
        snprintf(column, sizeof column, "%.1s", study->factor[0]->levels[x] + 2);
    else
        snprintf(column, sizeof column, "%d", x % BOXES_MAX);
    if (last < 0)
        snprintf(panel, sizeof panel, "%.250s minus %.250s", study_last(study, 1),
                 study_last(study, 0));
    else if (study->n_factors > 1)
        snprintf(panel, sizeof panel, "%.250s %.250s",
                 study_factor_title(study, study->n_factors - 1), study_last(study, last));
    figure_put_row(&v->figure, last < 0 ? "differences" : "tiles",
                   "panel %s, x %s, y %s, name %s, value %g, sd %g, runs %d, is_difference %u",
                   panel, pairs || is_wrapped ? column : study->factor[0]->levels[x], row,
                   is_wrapped ? study->factor[0]->levels[x] : "", s.mean - less,
                   last < 0 ? (double)NAN : s.sd, (int)s.n, last < 0);
}

static void describe_tiles(FILE *out, const void *of_value)
{
    const struct value_figure *v = of_value;
    fputs(study_most_runs(v->study) == 1
              ? "The one run of each condition."
              : "Mean over the runs of a condition, and their standard deviation.",
          out);
    if (v->what == STUDY_PRESENTATIONS)
        glossary_put_stop(out, v->study);
}

int values_put_tiles(struct page *page, const struct study *study, enum study_value what)
{
    SCOPED(free_value_figure) struct value_figure v = {.study = study, .what = what};
    const bool pairs = are_pairs(study), is_wrapped = !pairs && study->n_middle == 1;
    char rows[512] = "";
    TRY(begin(&v, "tiles", "-heat-map"));
    for (int32_t f = 1; f < study->n_factors - 1; f++)
        snprintf(rows + strlen(rows), sizeof rows - strlen(rows), "%s%.100s", f > 1 ? ", " : "",
                 study_factor_title(study, f));
    figure_set(&v.figure, "x_label %s, y_label %s, is_wrapped %u, has_labels %u",
               pairs        ? "second digit"
               : is_wrapped ? ""
                            : study_factor_title(study, 0),
               pairs ? "first digit" : rows, is_wrapped, !is_wrapped);
    for (int32_t last = 0; last < study->n_last; last++)
        for (int32_t group = 0; group < study->n_first * study->n_middle; group++)
            put_tile(&v, pairs, group, last);
    for (int32_t group = 0; study->n_last == 2 && group < study->n_first * study->n_middle; group++)
        put_tile(&v, pairs, group, -1);
    OWNED char *caption = text_written(describe_tiles, &v);
    figure_say(&v.figure, "caption", "%s", caption ? caption : "");
    return page_put_figure(page, &v.figure);
}

/* ---- trends ---- */

int values_put_trend(struct page *page, const struct study *study, enum study_value what)
{
    SCOPED(figure_free) struct figure figure = {0};
    OWN_NEW(struct trend_point, point, study->n_conditions, "a figure");
    for (int32_t c = 0; c < study->n_conditions; c++) {
        const struct summary s = study_summary(study, c, what);
        point[c] = (struct trend_point){s.mean, s.mean - s.sd, s.mean + s.sd};
    }
    TRY(figure_begin(&figure, study_value_names[what]));
    figure_say(&figure, "name", "%s-trend", study_value_names[what]);
    figure_say(&figure, "spec", "lines");
    figure_say(&figure, "title", "%s over %.400s", study_value_names[what],
               study_factor_title(study, 0));
    figure_say(&figure, "caption", "%s",
               study_most_runs(study) == 1
                   ? "The one run of each condition."
                   : "Mean over the runs of a condition and one standard deviation.");
    return trends_put(page, &figure, study, point);
}
