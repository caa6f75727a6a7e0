/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a sweep: one HTML file that needs nothing else. All text of the sweep's is escaped;
 * charts are inside as base64. */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/boxes.h"
#include "report/chart.h"
#include "report/clustering.h"
#include "report/curves.h"
#include "report/findings.h"
#include "report/heat_map.h"
#include "report/html.h"
#include "report/map_film.h"
#include "report/map_sheet.h"
#include "report/report_tables.h"
#include "report/retention_charts.h"
#include "report/spine_charts.h"
#include "report/study.h"
#include "report/trends.h"

struct report {
    struct study study;
    char *folder;      /* where the page is */
    char charts[256];  /* the folder in it with the charts */
    char *charts_path; /* of that */
    FILE *html;
    enum study_value value; /* whose section this is */
    bool is_single;         /* no condition has more than one run */
    bool without_charts;    /* gnuplot cannot be run */
    char why[1024];
};

/* ---- charts ---- */

/* Puts FOLDER/NAME.png, FOLDER being in BASE, into the page; width 0: as wide as there is room. */
static int put_image(struct report *report, const char *base, const char *folder, const char *name,
                     int width, int height, const char *alt, const char *caption)
{
    char file[400];
    snprintf(file, sizeof file, "%s/%s.png", folder, name);
    OWNED char *path = file_join(base, file);
    if (!path)
        return status_no_memory("a file name", 0);
    fprintf(report->html, "<figure id=\"chart-%s\"><img ", name);
    if (width > 0)
        fprintf(report->html, "width=\"%d\" height=\"%d\" ", width, height);
    html_put_between(report->html, "alt=\"", alt, "\" src=\"data:image/png;base64,");
    TRY(html_put_base64(report->html, path));
    html_put_between(report->html, "\">\n<figcaption>", caption, "");
    fprintf(report->html, " <small>%s/%s.png, %s/%s.svg</small></figcaption></figure>\n", folder,
            name, folder, name);
    return STATUS_OK;
}

/* Draws a chart that was begun, frees it, and puts it into the page. The first that cannot be drawn
 * is the last that is tried. */
static int put_figure(struct report *report, struct chart *chart, const char *name, const char *alt,
                      const char *caption)
{
    const bool is_tried = chart->script && !report->without_charts;
    int result = is_tried ? chart_draw_both(chart, report->charts_path, name) : STATUS_OK;
    if (result == STATUS_NO_PICTURE) {
        report->without_charts = true;
        snprintf(report->why, sizeof report->why, "%s", status_message());
        result = chart_excuse(result);
    }
    if (result == STATUS_OK && is_tried && !report->without_charts)
        result = put_image(report, report->folder, report->charts, name, chart->width,
                           chart->height, alt, caption);
    chart_free(chart);
    *chart = (struct chart){0};
    return result;
}

/* ---- values ---- */

static int put_boxes(struct report *report, enum study_value what)
{
    struct chart chart = {0};
    const struct study *study = &report->study;
    char caption[900], alt[300];
    TRY(boxes_plot(study, what, &chart));
    const int32_t n_tests = boxes_n_tests(study, what);
    const int length =
        snprintf(caption, sizeof caption,
                 report->is_single
                     ? "A point for the one run of each condition: boxes and tests need several."
                     : "Boxes from the lower to the upper quartile with the median; whiskers "
                       "to the furthest run within 1.5 boxes; every run is a point.");
    if (n_tests > 0)
        snprintf(caption + length, sizeof caption - (size_t)length,
                 " Each level of %.100s against %.100s: two-tailed unpaired t-tests, p times "
                 "%d (Bonferroni): *** below 0.001, ** below 0.01, * below 0.05, ns not "
                 "significant.",
                 study->factor[study->n_factors - 1].name, study_last(study, 0), n_tests);
    snprintf(alt, sizeof alt, "%s of each condition; the numbers are in the table",
             boxes_label(what));
    return put_figure(report, &chart, study_value_names[what], alt, caption);
}

static int put_value(struct report *report)
{
    const enum study_value what = report->value;
    const struct study *study = &report->study;
    struct chart chart = {0};
    char name[64], alt[300];
    if (!heat_map_instead_of_boxes(study))
        TRY(put_boxes(report, what));
    if (heat_map_instead_of_boxes(study) || heat_map_beside_boxes(study)) {
        snprintf(name, sizeof name, "%s-heat-map", study_value_names[what]);
        snprintf(alt, sizeof alt, "Heat map of the mean %s of each condition", boxes_label(what));
        TRY(heat_map_plot(study, what, &chart));
        TRY(put_figure(report, &chart, name, alt,
                       report->is_single ? "The one run of each condition."
                                         : "Mean over the runs of a condition, and their "
                                           "standard deviation."));
    }
    if (!trends_any(study))
        return STATUS_OK;
    snprintf(name, sizeof name, "%s-trend", study_value_names[what]);
    snprintf(alt, sizeof alt, "%s over the numbers of the first factor", boxes_label(what));
    TRY(trends_plot_value(study, what, &chart));
    return put_figure(report, &chart, name, alt,
                      report->is_single
                          ? "The one run of each condition."
                          : "Mean over the runs of a condition and one standard deviation.");
}

static int put_training(struct report *report)
{
    static const struct {
        const char *name, *alt, *about, *of_several;
    } figures[] = {
        [CURVES_SAMPLE_ACCURACY] =
            {"learning-curves", "Learning curves: sample accuracy over training",
             "An image for which no cell is active counts as wrong, as all do at first.",
             "Mean over the runs and a band of one standard deviation on either side. A run that "
             "has stopped keeps its last value. The dot is at the mean presentation at which "
             "training stopped."},
        [CURVES_STRONG] = {"strong-synapses", "Fraction of strong synapses over training",
                           "Plastic synapses above stopping.strong_weight.",
                           "Mean and one standard deviation; a run that has stopped keeps its last "
                           "value."},
        [CURVES_PRUNED] = {"pruned-synapses", "Synapses pruned at each turnover", "",
                           "Mean over the runs still training and one standard deviation, as long "
                           "as these are at least half of all."},
        [CURVES_SIMILARITY] = {"similarity-training", "Similarity over training",
                               "Similarity of maps and test images as the maps form.",
                               "Mean and one standard deviation; a run that has stopped keeps its "
                               "last value."},
    };
    char caption[500];
    struct chart chart = {0};
    for (int i = 0; i < (int)(sizeof figures / sizeof *figures); i++) {
        const enum curves_what what = (enum curves_what)i;
        if (curves_any(&report->study, what)) {
            TRY(curves_plot(&report->study, what, &chart));
            snprintf(caption, sizeof caption, "%s %s", figures[i].about,
                     report->is_single ? "" : figures[i].of_several);
            TRY(put_figure(report, &chart, figures[i].name, figures[i].alt, caption));
        } else if (what != CURVES_SIMILARITY) { /* which is recorded only where it was asked for */
            fprintf(report->html, "<p>%s: none in these runs.</p>\n", figures[i].alt);
        }
    }
    bool any;
    if (report->without_charts)
        return STATUS_OK;
    TRY(curves_plot_weights(&report->study, &chart, &any));
    return put_figure(report, &chart, "weights",
                      "Distribution of the plastic weights before and after training",
                      "Share of all plastic synapses of all runs, on a logarithmic scale. "
                      "Grey: new synapses, uniform between connections.w_min and w_max.");
}

/* ---- maps ---- */

/* The figure's name, with the number of the page if there are several. */
static const char *name_page(const char *figure, int32_t page, int32_t n, char name[64])
{
    snprintf(name, 64, n > 1 ? "%s-%02d" : "%s", figure, page + 1);
    return name;
}

/* Maps over training, of the studies that recorded them. */
static int put_films(struct report *report)
{
    const int32_t n = map_film_n_pages(&report->study);
    for (int32_t page = 0; page < n && !report->without_charts; page++) {
        struct chart chart = {0};
        bool any;
        char name[64];
        TRY(map_film_plot(&report->study, page, &chart, &any));
        TRY(put_figure(report, &chart, name_page("maps-training", page, n, name),
                       "Representation maps of each condition as training goes on",
                       "The run with the median accuracy of each condition: the maps of its "
                       "classes side by side from before training to where it stopped, on one "
                       "scale of colours for all."));
    }
    return STATUS_OK;
}

static int put_maps(struct report *report)
{
    const int32_t n = map_sheet_n_pages(&report->study);
    for (int32_t page = 0; page < n && !report->without_charts; page++) {
        struct chart chart = {0};
        bool any;
        char name[64];
        const int result = map_sheet_plot(&report->study, page, &chart, &any);
        if (result == STATUS_USER) { /* the data may be elsewhere: the rest is still good */
            html_put_between(report->html, "<p class=\"note\">No maps: ", status_message(),
                             "</p>\n");
            fprintf(stderr, "spinet: no maps: %s\n", status_message());
            return STATUS_OK;
        }
        TRY(result);
        TRY(put_figure(report, &chart, name_page("maps", page, n, name),
                       "Mean test images beside the representation maps of each condition",
                       report->is_single
                           ? "Above the maps of each network its accuracy and the similarity "
                             "of all its maps and their images; one scale of colours for all."
                           : "The run with the median accuracy of each condition; above its "
                             "maps, its accuracy and the similarity of all of them and their "
                             "images; one scale of colours for all."));
    }
    return put_films(report);
}

/* ---- what some runs record ---- */

/* Of the runs that were tested again and again in the rest after training. */
static int put_retention(struct report *report)
{
    SCOPED(retention_study_free) struct retention_study retention = {0};
    TRY(retention_study_read(&retention, &report->study));
    TRY(html_put_cells(report->html, retention_study_put_rows, &retention, 1));
    for (int i = 0; i < N_RETENTION_CHARTS && !report->without_charts; i++) {
        struct chart chart = {0};
        bool any;
        TRY(retention_chart_plot(&retention, (enum retention_chart)i, &chart, &any));
        TRY(put_figure(report, &chart, retention_figures[i].name, retention_figures[i].alt,
                       retention_figures[i].caption));
    }
    return STATUS_OK;
}

/* Of the runs that kept the lives of their synapses. */
static int put_spines(struct report *report)
{
    static const char *const trends[N_TRENDS_OF_SPINES] = {"spines-size-trend", "spines-lost-trend",
                                                           "spines-alive-trend"};
    SCOPED(spine_study_free) struct spine_study spines = {0};
    struct chart chart = {0};
    bool any;
    TRY(spine_study_read(&spines, &report->study));
    fprintf(
        report->html,
        "<p>From the synapse logs, as <code>spinet spines</code> prints and writes them: "
        "pooled over the runs of a condition. Median life (days) and the parts alive are those of "
        "spines born after the start (Kaplan–Meier).</p>\n");
    TRY(html_put_cells(report->html, spine_study_put_rows, &spines, 1));
    for (int i = 0; i < N_SPINE_CHARTS && !report->without_charts; i++)
        if (spine_chart_any(&spines, (enum spine_chart)i)) {
            TRY(spine_chart_plot(&spines, (enum spine_chart)i, &chart));
            TRY(put_figure(report, &chart, spine_figures[i].name, spine_figures[i].alt,
                           spine_figures[i].caption));
        }
    for (int i = 0; i < N_TRENDS_OF_SPINES && !report->without_charts; i++) {
        TRY(trends_plot_spines(&spines, (enum trend_of_spines)i, &chart, &any));
        TRY(put_figure(report, &chart, trends[i],
                       "A measure of the spines over the numbers of the first factor",
                       "Of all spines of a condition's runs together."));
    }
    return STATUS_OK;
}

static int put_clustering(struct report *report)
{
    SCOPED(clustering_study_free) struct clustering_study clustering = {0};
    struct chart chart = {0};
    TRY(clustering_study_read(&clustering, &report->study));
    fprintf(report->html,
            "<p>From clustered_births.csv and clustered_distance.csv of the runs. Mean and "
            "standard deviation over runs; of co-activity (correlation of calcium, a value a "
            "presentation) over all pairs, and its standard error.</p>\n");
    TRY(clustering_put_table(&clustering, report->html));
    TRY(clustering_plot_near(&clustering, &chart));
    TRY(put_figure(
        report, &chart, "clustering-near",
        "Neighbours of new synapses, of either kind, beside those of shuffled positions",
        "Neighbours on the same dendrite within clustered.near_um of new synapses, and of "
        "places of the same dendrite drawn at random; mean over runs and standard deviation. "
        "Others are synapses not potentiated lately, many of them new ones on probation."));
    TRY(clustering_plot_distance(&clustering, &chart));
    return put_figure(
        report, &chart, "clustering-distance",
        "Co-activity of new and established synapses with potentiated neighbours by distance",
        "Mean over pairs and its standard error, where there are at least 20. Those that stay "
        "were chosen by their co-activity with neighbours within clustered.neighbour_um.");
}

/* Whether `spinet spines --protocol` drew it into DIR/protocols. */
static bool has_protocol(const struct study *study, const char *figure)
{
    char name[64];
    snprintf(name, sizeof name, "protocols/%s.png", figure);
    return file_exists_in(study->folder, name);
}

static int put_protocols(struct report *report)
{
    static const char *const figures[][2] = {
        {"protocols-density", "Spines of an untrained population over days, against vehicle."},
        {"protocols-turnover", "Spines formed and lost a day, of those at the start."},
        {"protocols-survival", "Of the spines that came in the first day, those alive."},
        {"protocols-size", "Mean size of the spines, against vehicle."}};
    fprintf(report->html,
            "<p>By <code>spinet spines --protocol</code>, in protocols/: what the protocols do to "
            "spines that nothing excites, beside what was published (published.csv).</p>\n");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (has_protocol(&report->study, figures[i][0]))
            TRY(put_image(report, report->study.folder, "protocols", figures[i][0], 0, 0,
                          figures[i][1], figures[i][1]));
    return STATUS_OK;
}

/* ---- the page ---- */

/* Words for "2 runs of 2 conditions: task medium; turnover none, random." */
static void put_about(FILE *html, const struct study *study)
{
    fprintf(html, "<p class=\"about\">%d run%s", study->n_runs, study->n_runs == 1 ? "" : "s");
    if (study->n_conditions > 1)
        fprintf(html, " of %d conditions", study->n_conditions);
    for (int32_t f = 0; f < study->n_factors && *study->factor[f].name; f++) {
        html_put_between(html, f ? "; " : ": ", study->factor[f].name, " ");
        for (int32_t i = 0; i < study->factor[f].n_levels; i++)
            html_put_between(html, i ? ", " : "", study->factor[f].level[i], "");
    }
    fputs(".</p>\n", html);
}

/* Of a sweep that was stopped: how much of it this is, and how the rest is made. */
static void put_missing(const struct report *report)
{
    const struct study *study = &report->study;
    char text[1400];
    if (study->n_missing == 0)
        return;
    const char *command = study_about(study, "command");
    snprintf(text, sizeof text,
             "%d of %d runs are here; missing: %s. `%.600s --out %.200s` goes on", study->n_runs,
             study->n_runs + study->n_missing, study->missing,
             *command ? command : "spinet sweep …", study->folder);
    fprintf(stderr, "spinet: %.200s: %s\n", study->folder, text);
    html_put_between(report->html, "<p class=\"note\">", text, ".</p>\n");
}

/* The maps are what is to be seen where there are no tests, if they fit one picture. */
static bool begins_with_maps(const struct study *study)
{
    return study_most_runs(study) == 1 && map_sheet_n_pages(study) == 1;
}

static bool goes_on_with_maps(const struct study *study)
{
    return !begins_with_maps(study);
}

static bool has_several_runs(const struct study *study)
{
    return study->n_runs > 1;
}

static bool has_protocols(const struct study *study)
{
    return has_protocol(study, "protocols-density");
}

static const struct section {
    const char *id, *title;
    bool (*is_there)(const struct study *study); /* NULL: always */
    int (*put)(struct report *report);           /* or, of tables and lists alone: */
    int (*put_table)(FILE *html, const struct study *study);
    enum study_value value;
} sections[] = {
    {"findings", "In short", .put_table = findings_put_list},
    {"maps", "Representation maps", begins_with_maps, .put = put_maps},
    {"accuracy", "Accuracy", has_several_runs, .put = put_value, .value = STUDY_ACCURACY},
    {"presentations", "Presentations until the stop", has_several_runs, .put = put_value,
     .value = STUDY_PRESENTATIONS},
    {"similarity", "Similarity of maps and images", has_several_runs, .put = put_value,
     .value = STUDY_SIMILARITY},
    {"training", "Training", .put = put_training},
    {"maps", "Representation maps", goes_on_with_maps, .put = put_maps},
    {"retention", "Retention", retention_study_any, .put = put_retention},
    {"spines", "Spines", spine_study_any, .put = put_spines},
    {"clustering", "Clustered growth", clustering_study_any, .put = put_clustering},
    {"protocols", "Protocols", has_protocols, .put = put_protocols},
    {"numbers", "Numbers", .put_table = report_tables_put_numbers},
    {"statistics", "Statistics", .put_table = report_tables_put_statistics},
    {"parameters", "Parameters", .put_table = report_tables_put_parameters},
    {"origin", "How it was made", .put_table = report_tables_put_origin},
};
enum { N_SECTIONS = sizeof sections / sizeof *sections };

static int put_section(struct report *report, const struct section *section)
{
    if (report->without_charts && strcmp(section->id, "numbers") == 0) /* behind the last chart */
        html_put_between(report->html, "<p class=\"note\">Charts are missing: ", report->why,
                         "</p>\n");
    html_put_section(report->html, section->id, section->title);
    report->value = section->value;
    return section->put ? section->put(report) : section->put_table(report->html, &report->study);
}

static int put_page(struct report *report)
{
    FILE *html = report->html;
    bool is_there[N_SECTIONS];
    html_begin(html, study_title(&report->study));
    put_about(html, &report->study);
    put_missing(report);
    fputs("<nav><ol>", html);
    for (int i = 0; i < N_SECTIONS; i++) {
        is_there[i] = !sections[i].is_there || sections[i].is_there(&report->study);
        if (is_there[i])
            fprintf(html, "<li><a href=\"#%s\">%s</a></li>", sections[i].id, sections[i].title);
    }
    fputs("</ol></nav>\n", html);
    for (int i = 0; i < N_SECTIONS; i++)
        if (is_there[i])
            TRY(put_section(report, &sections[i]));
    html_end(html);
    return STATUS_OK;
}

/* "results/page.html" has its charts in results/page-charts. */
static int place_page(struct report *report, const char *page)
{
    const char *slash = page ? strrchr(page, '/') : NULL;
    if (!page) {
        strcpy(report->charts, "charts");
        report->folder = strdup(report->study.folder);
    } else {
        const char *name = slash ? slash + 1 : page, *dot = strrchr(name, '.');
        snprintf(report->charts, sizeof report->charts, "%.*s-charts",
                 (int)(dot && dot > name ? dot - name : (long)strlen(name)), name);
        report->folder = slash ? strndup(page, (size_t)(slash - page + 1)) : strdup(".");
    }
    report->charts_path = report->folder ? file_join(report->folder, report->charts) : NULL;
    if (!report->charts_path)
        return status_no_memory("a file name", 0);
    file_remove_temporary(report->folder);
    return file_make_folder(report->charts_path);
}

static int write_page(struct report *report, const char *page)
{
    SCOPED(file_abandon) struct new_file file = {0};
    file_remove_temporary(report->charts_path);
    TRY(page ? file_create(&file, page) : file_create_in(&file, report->folder, "report.html"));
    report->html = file.stream;
    TRY(put_page(report));
    return file_commit(&file);
}

/* A run's folder has a manifest.json, a sweep's has none. */
static int read_study(struct study *study, const char *const *folders, int32_t n_folders)
{
    if (n_folders > 1 || file_exists_in(folders[0], "manifest.json"))
        return study_of_runs(study, folders, n_folders);
    return study_read(study, folders[0]);
}

static void free_report(struct report *report)
{
    free(report->folder);
    free(report->charts_path);
    study_free(&report->study);
}

int report_write(const char *const *folders, int32_t n_folders, const char *data_folder,
                 const char *page)
{
    SCOPED(free_report) struct report report = {0};
    TRY(read_study(&report.study, folders, n_folders));
    report.study.data_folder = data_folder;
    TRY(study_read_curves(&report.study));
    TRY(place_page(&report, page));
    report.is_single = study_most_runs(&report.study) == 1;
    return write_page(&report, page);
}
