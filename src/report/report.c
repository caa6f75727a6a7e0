/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a sweep: one HTML file that needs nothing else. All text of the sweep's is escaped;
 * charts are inside as base64. */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
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
    bool is_single;      /* no condition has more than one run */
    bool without_charts; /* gnuplot cannot be run */
    char why[1024];
};

/* ---- charts ---- */

/* Puts FOLDER/NAME.png, FOLDER being in BASE, into the page; width 0: as wide as there is room. */
static int put_image(struct report *report, const char *base, const char *folder, const char *name,
                     int width, int height, const char *alt, const char *caption)
{
    char file[400];
    snprintf(file, sizeof file, "%s/%s.png", folder, name);
    char *path = file_join(base, file);
    fprintf(report->html, "<figure id=\"chart-%s\"><img ", name);
    if (width > 0)
        fprintf(report->html, "width=\"%d\" height=\"%d\" ", width, height);
    fprintf(report->html, "alt=\"");
    html_put_text(report->html, alt);
    fprintf(report->html, "\" src=\"data:image/png;base64,");
    const int result =
        path ? html_put_base64(report->html, path) : status_no_memory("a file name", 0);
    fprintf(report->html, "\">\n<figcaption>");
    html_put_text(report->html, caption);
    fprintf(report->html, " <small>%s/%s.png, %s/%s.svg</small></figcaption></figure>\n", folder,
            name, folder, name);
    free(path);
    return result;
}

/* Draws the chart, frees it, and puts it into the page. The first that cannot be drawn is the last
 * that is tried. */
static int put_figure(struct report *report, struct chart *chart, const char *name, const char *alt,
                      const char *caption)
{
    int result = STATUS_OK;
    if (!report->without_charts)
        result = chart_draw_both(chart, report->charts_path, name);
    if (result == STATUS_NO_PICTURE) {
        report->without_charts = true;
        snprintf(report->why, sizeof report->why, "%s", status_message());
        result = chart_excuse(result);
    }
    if (result == STATUS_OK && !report->without_charts)
        result = put_image(report, report->folder, report->charts, name, chart->width,
                           chart->height, alt, caption);
    chart_free(chart);
    return result;
}

/* ---- values ---- */

static int put_value(struct report *report, enum study_value what)
{
    struct chart chart;
    const struct study *study = &report->study;
    char name[64], caption[900], alt[300];
    int result = STATUS_OK;
    if (!heat_map_instead_of_boxes(study)) {
        result = boxes_plot(study, what, &chart);
        if (result != STATUS_OK)
            return result;
        const int32_t n_tests = boxes_n_tests(study, what);
        int length = snprintf(
            caption, sizeof caption,
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
        result = put_figure(report, &chart, study_value_names[what], alt, caption);
    }
    if (result == STATUS_OK && (heat_map_instead_of_boxes(study) || heat_map_beside_boxes(study))) {
        snprintf(name, sizeof name, "%s-heat-map", study_value_names[what]);
        snprintf(alt, sizeof alt, "Heat map of the mean %s of each condition", boxes_label(what));
        result = heat_map_plot(study, what, &chart);
        if (result == STATUS_OK)
            result = put_figure(report, &chart, name, alt,
                                report->is_single ? "The one run of each condition."
                                                  : "Mean over the runs of a condition, and their "
                                                    "standard deviation.");
    }
    if (result == STATUS_OK && trends_any(study)) {
        snprintf(name, sizeof name, "%s-trend", study_value_names[what]);
        snprintf(alt, sizeof alt, "%s over the numbers of the first factor", boxes_label(what));
        result = trends_plot_value(study, what, &chart);
        if (result == STATUS_OK)
            result =
                put_figure(report, &chart, name, alt,
                           report->is_single ? "The one run of each condition."
                                             : "Mean over the runs of a condition and one standard "
                                               "deviation.");
    }
    return result;
}

static int put_values(struct report *report)
{
    static const char *const titles[STUDY_N_VALUES] = {"Accuracy", "Presentations until the stop",
                                                       "Similarity of maps and images"};
    int result = STATUS_OK;
    for (int v = 0; v < STUDY_N_VALUES && result == STATUS_OK; v++) {
        html_put_section(report->html, study_value_names[v], titles[v]);
        result = put_value(report, (enum study_value)v);
    }
    return result;
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
    struct chart chart;
    html_put_section(report->html, "training", "Training");
    int result = STATUS_OK;
    for (int i = 0; i < (int)(sizeof figures / sizeof *figures) && result == STATUS_OK; i++) {
        const enum curves_what what = (enum curves_what)i;
        if (!curves_any(&report->study, what)) {
            if (what == CURVES_SIMILARITY) /* recorded only where it was asked for */
                continue;
            fprintf(report->html, "<p>%s: none in these runs.</p>\n", figures[i].alt);
            continue;
        }
        result = curves_plot(&report->study, what, &chart);
        snprintf(caption, sizeof caption, "%s %s", figures[i].about,
                 report->is_single ? "" : figures[i].of_several);
        if (result == STATUS_OK)
            result = put_figure(report, &chart, figures[i].name, figures[i].alt, caption);
    }
    bool any = false;
    if (result == STATUS_OK && !report->without_charts)
        result = curves_plot_weights(&report->study, &chart, &any);
    if (result == STATUS_OK && any)
        result = put_figure(report, &chart, "weights",
                            "Distribution of the plastic weights before and after training",
                            "Share of all plastic synapses of all runs, on a logarithmic scale. "
                            "Grey: new synapses, uniform between connections.w_min and w_max.");
    return result;
}

/* Maps over training, of the studies that recorded them. */
static int put_films(struct report *report)
{
    int result = STATUS_OK;
    const int32_t n = map_film_n_pages(&report->study);
    for (int32_t page = 0; page < n && result == STATUS_OK && !report->without_charts; page++) {
        struct chart chart;
        bool any;
        char name[64];
        result = map_film_plot(&report->study, page, &chart, &any);
        if (result != STATUS_OK || !any)
            continue;
        snprintf(name, sizeof name, n > 1 ? "maps-training-%02d" : "maps-training", page + 1);
        result = put_figure(report, &chart, name,
                            "Representation maps of each condition as training goes on",
                            "The run with the median accuracy of each condition: the maps of its "
                            "classes side by side from before training to where it stopped, on one "
                            "scale of colours for all.");
    }
    return result;
}

static int put_maps(struct report *report)
{
    int result = STATUS_OK;
    html_put_section(report->html, "maps", "Representation maps");
    const int32_t n = map_sheet_n_pages(&report->study);
    for (int32_t page = 0; page < n && result == STATUS_OK && !report->without_charts; page++) {
        struct chart chart;
        bool any;
        char name[64];
        result = map_sheet_plot(&report->study, page, &chart, &any);
        if (result ==
            STATUS_USER) { /* the data may be on another machine: the rest is still good */
            fprintf(report->html, "<p class=\"note\">No maps: ");
            html_put_text(report->html, status_message());
            fprintf(report->html, "</p>\n");
            fprintf(stderr, "spinet: no maps: %s\n", status_message());
            return STATUS_OK;
        }
        if (result != STATUS_OK || !any)
            continue;
        snprintf(name, sizeof name, n > 1 ? "maps-%02d" : "maps", page + 1);
        result = put_figure(report, &chart, name,
                            "Mean test images beside the representation maps of each condition",
                            report->is_single
                                ? "Above the maps of each network its accuracy and the similarity "
                                  "of all its maps and their images; one scale of colours for all."
                                : "The run with the median accuracy of each condition; above its "
                                  "maps, its accuracy and the similarity of all of them and their "
                                  "images; one scale of colours for all.");
    }
    return result == STATUS_OK ? put_films(report) : result;
}

/* Of the runs that were tested again and again in the rest after training. */
static int put_retention(struct report *report)
{
    struct retention_study retention;
    int result = retention_study_read(&retention, &report->study);
    if (result != STATUS_OK)
        return result;
    if (retention.n_days > 0) {
        char *rows = retention_study_rows(&retention);
        html_put_section(report->html, "retention", "Retention");
        if (rows)
            html_put_rows(report->html, rows, 1);
        else
            result = status_no_memory("a table", 0);
        free(rows);
    }
    for (int i = 0; i < N_RETENTION_CHARTS && result == STATUS_OK && !report->without_charts; i++) {
        struct chart chart;
        bool any;
        result = retention_chart_plot(&retention, (enum retention_chart)i, &chart, &any);
        if (result == STATUS_OK && any)
            result = put_figure(report, &chart, retention_figures[i].name, retention_figures[i].alt,
                                retention_figures[i].caption);
    }
    retention_study_free(&retention);
    return result;
}

/* Of the runs that kept the lives of their synapses. */
static int put_spines(struct report *report)
{
    struct spine_study spines;
    if (!spine_study_any(&report->study))
        return STATUS_OK;
    int result = spine_study_read(&spines, &report->study);
    if (result != STATUS_OK)
        return result;
    html_put_section(report->html, "spines", "Spines");
    fprintf(
        report->html,
        "<p>From the synapse logs, as <code>spinet spines</code> prints and writes them: "
        "pooled over the runs of a condition. Median life (days) and the parts alive are those of "
        "spines born after the start (Kaplan–Meier).</p>\n");
    char *rows = spine_study_rows(&spines);
    if (rows)
        html_put_rows(report->html, rows, 1);
    else
        result = status_no_memory("a table", 0);
    free(rows);
    for (int i = 0; i < N_SPINE_CHARTS && result == STATUS_OK && !report->without_charts; i++) {
        struct chart chart;
        const enum spine_chart what = (enum spine_chart)i;
        if (!spine_chart_any(&spines, what))
            continue;
        result = spine_chart_plot(&spines, what, &chart);
        if (result == STATUS_OK)
            result = put_figure(report, &chart, spine_figures[i].name, spine_figures[i].alt,
                                spine_figures[i].caption);
    }
    static const char *const trends[N_TRENDS_OF_SPINES] = {"spines-size-trend", "spines-lost-trend",
                                                           "spines-alive-trend"};
    for (int i = 0; i < N_TRENDS_OF_SPINES && result == STATUS_OK && !report->without_charts; i++) {
        struct chart chart;
        bool any;
        result = trends_plot_spines(&spines, (enum trend_of_spines)i, &chart, &any);
        if (result == STATUS_OK && any)
            result = put_figure(report, &chart, trends[i],
                                "A measure of the spines over the numbers of the first factor",
                                "Of all spines of a condition's runs together.");
    }
    spine_study_free(&spines);
    return result;
}

/* Those that `spinet spines --protocol` drew into DIR/protocols. */
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
    int result = STATUS_OK;
    if (!has_protocol(&report->study, figures[0][0]))
        return STATUS_OK;
    html_put_section(report->html, "protocols", "Protocols");
    fprintf(report->html,
            "<p>By <code>spinet spines --protocol</code>, in protocols/: what the protocols do to "
            "spines that nothing excites, beside what was published (published.csv).</p>\n");
    for (size_t i = 0; i < sizeof figures / sizeof *figures && result == STATUS_OK; i++)
        if (has_protocol(&report->study, figures[i][0]))
            result = put_image(report, report->study.folder, "protocols", figures[i][0], 0, 0,
                               figures[i][1], figures[i][1]);
    return result;
}

static int put_clustering(struct report *report)
{
    struct clustering_study clustering;
    struct chart chart;
    if (!clustering_study_any(&report->study))
        return STATUS_OK;
    int result = clustering_study_read(&clustering, &report->study);
    if (result != STATUS_OK)
        return result;
    html_put_section(report->html, "clustering", "Clustered growth");
    fprintf(report->html,
            "<p>From clustered_births.csv and clustered_distance.csv of the runs. Mean and "
            "standard deviation over runs; of co-activity (correlation of calcium, a value a "
            "presentation) over all pairs, and its standard error.</p>\n");
    char *rows = clustering_study_rows(&clustering);
    if (rows)
        html_put_rows(report->html, rows, 1);
    else
        result = status_no_memory("a table", 0);
    free(rows);
    if (result == STATUS_OK)
        result = clustering_plot_near(&clustering, &chart);
    if (result == STATUS_OK)
        result = put_figure(
            report, &chart, "clustering-near",
            "Neighbours of new synapses, of either kind, beside those of shuffled positions",
            "Neighbours on the same dendrite within clustered.near_um of new synapses, and of "
            "places of the same dendrite drawn at random; mean over runs and standard deviation. "
            "Others are synapses not potentiated lately, many of them new ones on probation.");
    if (result == STATUS_OK)
        result = clustering_plot_distance(&clustering, &chart);
    if (result == STATUS_OK)
        result = put_figure(
            report, &chart, "clustering-distance",
            "Co-activity of new and established synapses with potentiated neighbours by distance",
            "Mean over pairs and its standard error, where there are at least 20. Those that stay "
            "were chosen by their co-activity with neighbours within clustered.neighbour_um.");
    clustering_study_free(&clustering);
    return result;
}

/* ---- the page ---- */

/* Words for "2 runs of 2 conditions: task medium; turnover none, random." */
static void put_about(FILE *html, const struct study *study)
{
    fprintf(html, "<p class=\"about\">%d run%s", study->n_runs, study->n_runs == 1 ? "" : "s");
    if (study->n_conditions > 1)
        fprintf(html, " of %d conditions", study->n_conditions);
    for (int32_t f = 0; f < study->n_factors && *study->factor[f].name; f++) {
        fputs(f ? "; " : ": ", html);
        html_put_text(html, study->factor[f].name);
        fputc(' ', html);
        for (int32_t i = 0; i < study->factor[f].n_levels; i++) {
            fputs(i ? ", " : "", html);
            html_put_text(html, study->factor[f].level[i]);
        }
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
    fprintf(report->html, "<p class=\"note\">");
    html_put_text(report->html, text);
    fprintf(report->html, ".</p>\n");
}

/* The maps are what is to be seen where there are no tests, if they fit one picture. */
static bool begins_with_maps(const struct report *report)
{
    return report->is_single && map_sheet_n_pages(&report->study) == 1;
}

static void put_head(const struct report *report)
{
    static const char maps[] = "<li><a href=\"#maps\">Representation maps</a></li>";
    FILE *html = report->html;
    const struct study *study = &report->study;
    html_begin(html, study_title(study));
    put_about(html, study);
    put_missing(report);
    fprintf(
        html,
        "<nav><ol><li><a href=\"#findings\">In short</a></li>%s%s"
        "<li><a href=\"#training\">Training</a></li>%s%s%s%s%s"
        "<li><a href=\"#numbers\">Numbers</a></li>"
        "<li><a href=\"#statistics\">Statistics</a></li>"
        "<li><a href=\"#parameters\">Parameters</a></li>"
        "<li><a href=\"#origin\">How it was made</a></li></ol></nav>\n",
        begins_with_maps(report) ? maps : "",
        study->n_runs > 1 ? "<li><a href=\"#accuracy\">Accuracy</a></li>"
                            "<li><a href=\"#presentations\">Presentations until the stop</a></li>"
                            "<li><a href=\"#similarity\">Similarity of maps and images</a></li>"
                          : "",
        begins_with_maps(report) ? "" : maps,
        retention_study_any(study) ? "<li><a href=\"#retention\">Retention</a></li>" : "",
        spine_study_any(study) ? "<li><a href=\"#spines\">Spines</a></li>" : "",
        clustering_study_any(study) ? "<li><a href=\"#clustering\">Clustered growth</a></li>" : "",
        has_protocol(study, "protocols-density") ? "<li><a href=\"#protocols\">Protocols</a></li>"
                                                 : "");
}

static int put_page(struct report *report)
{
    const bool maps_first = begins_with_maps(report);
    put_head(report);
    html_put_section(report->html, "findings", "In short");
    int result = findings_put_list(&report->study, report->html);
    if (result == STATUS_OK && maps_first)
        result = put_maps(report);
    if (result == STATUS_OK && report->study.n_runs > 1)
        result = put_values(report);
    if (result == STATUS_OK)
        result = put_training(report);
    if (result == STATUS_OK && !maps_first)
        result = put_maps(report);
    if (result == STATUS_OK)
        result = put_retention(report);
    if (result == STATUS_OK)
        result = put_spines(report);
    if (result == STATUS_OK)
        result = put_clustering(report);
    if (result == STATUS_OK)
        result = put_protocols(report);
    if (result != STATUS_OK)
        return result;
    if (report->without_charts) {
        fprintf(report->html, "<p class=\"note\">Charts are missing: ");
        html_put_text(report->html, report->why);
        fprintf(report->html, "</p>\n");
    }
    report_tables_put_numbers(report->html, &report->study);
    result = report_tables_put_statistics(report->html, &report->study);
    if (result == STATUS_OK)
        result = report_tables_put_parameters(report->html, &report->study);
    report_tables_put_origin(report->html, &report->study);
    html_end(report->html);
    return result;
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
    struct new_file file;
    file_remove_temporary(report->charts_path);
    int result =
        page ? file_create(&file, page) : file_create_in(&file, report->folder, "report.html");
    if (result != STATUS_OK)
        return result;
    report->html = file.stream;
    result = put_page(report);
    if (result == STATUS_OK)
        return file_commit(&file);
    file_abandon(&file);
    return result;
}

/* A run's folder has a manifest.json, a sweep's has none. */
static int read_study(struct study *study, const char *const *folders, int32_t n_folders)
{
    if (n_folders > 1 || file_exists_in(folders[0], "manifest.json"))
        return study_of_runs(study, folders, n_folders);
    return study_read(study, folders[0]);
}

int report_write(const char *const *folders, int32_t n_folders, const char *data_folder,
                 const char *page)
{
    struct report report = {0};
    int result = read_study(&report.study, folders, n_folders);
    report.study.data_folder = data_folder;
    if (result == STATUS_OK)
        result = study_read_curves(&report.study);
    if (result == STATUS_OK)
        result = place_page(&report, page);
    if (result == STATUS_OK) {
        report.is_single = study_most_runs(&report.study) == 1;
        result = write_page(&report, page);
    }
    free(report.folder);
    free(report.charts_path);
    study_free(&report.study);
    return result;
}
