/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a sweep: one HTML file that needs nothing else. All text of the sweep's is escaped.
 */
#include "report/report.h"

#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "network/lives.h"
#include "report/findings.h"
#include "report/glossary.h"
#include "report/html.h"
#include "report/maps_figure.h"
#include "report/page.h"
#include "report/protocol_study.h"
#include "report/readouts.h"
#include "report/run_columns.h"
#include "report/run_lines.h"
#include "report/run_measures.h"
#include "report/sections.h"
#include "report/spine_study.h"
#include "report/study.h"
#include "report/trends.h"
#include "report/values.h"
#include "store/run_tables.h"
#include "turnover/clustered.h"

struct report {
    struct study study;
    struct page page;
    char *folder;                /* where the page is */
    char charts[256];            /* the folder in it with the charts */
    char *charts_path;           /* of that */
    enum study_value value;      /* whose section this is */
    struct condition_maps *maps; /* those that were read (report/maps_figure.h) */
    bool is_growing;             /* runs are still to come */
    bool has_findings;           /* they are on the first screen */
};

static bool is_one_run(const struct study *study)
{
    return study->is_of_runs && study->n_runs == 1;
}

/* ---- values ---- */

/* The figure of all conditions. */
static int put_conditions(struct page *page, const struct study *study, enum study_value what)
{
    return (values_tiles_instead(study) ? values_put_tiles : values_put_boxes)(page, study, what);
}

static int put_value(struct report *report)
{
    const struct study *study = &report->study;
    const enum study_value what = report->value;
    if (what != STUDY_ACCURACY) /* which is above, at a glance */
        TRY(put_conditions(&report->page, study, what));
    if (values_tiles_beside(study) && !values_tiles_instead(study))
        TRY(values_put_tiles(&report->page, study, what));
    return trends_any(study) ? values_put_trend(&report->page, study, what) : STATUS_OK;
}

static int put_training(struct page *page, const struct study *study)
{
    const struct means samples = MEANS_OF(study, &study->results, sample_columns),
                       costs = MEANS_OF(study, &study->results, cost_columns);
    TRY(means_put_below(page->html,
                        "<h3>How much it learns from how many images</h3>\n<p>Accuracy in sample "
                        "tests after so many presentations; of several runs mean ± sd.</p>\n",
                        &samples));
    TRY(means_put_below(page->html,
                        "<h3>What an image costs</h3>\n<p>Spikes of an image in the final test, "
                        "and how often one arrived at a synapse; pyramidal cells and interneurons "
                        "together. Means of the images and runs; synapses of the network "
                        "then.</p>\n",
                        &costs));
    return curves_put_weights(page, study);
}

/* ---- maps ---- */

/* The data may be elsewhere: the rest of the page is still good. */
static int excuse_maps(struct report *report, int status)
{
    if (status != STATUS_USER)
        return status;
    html_put_between(report->page.html, "<p class=\"note\">No maps: ", status_message(), "</p>\n");
    fprintf(stderr, "spinet: no maps: %s\n", status_message());
    return STATUS_OK;
}

static bool has_tests(const struct study *study)
{
    return study_most_runs(study) > 1;
}

static int put_maps(struct report *report)
{
    const struct study *study = &report->study;
    int status = maps_figure_is_whole(study)
                     ? STATUS_OK
                     : maps_figure_put(&report->page, study, &report->maps, false);
    if (status == STATUS_OK && has_tests(study))
        status = maps_figure_put(&report->page, study, &report->maps, true);
    TRY(excuse_maps(report, status));
    return maps_figure_put_films(&report->page, &report->study);
}

/* ---- what some runs record ---- */

static int put_drift(struct page *page, const struct study *study)
{
    SCOPED(run_measures_free) struct run_measures drift = {0};
    TRY(drift_study_read(&drift, study));
    return drift_study_put(page, &drift);
}

static int put_task(struct page *page, const struct study *study)
{
    SCOPED(run_measures_free) struct run_measures task = {0};
    TRY(task_study_read(&task, study));
    return html_put_table(page->html, &task_study_table, task.row, (size_t)task.n_rows);
}

static int put_spines(struct page *page, const struct study *study)
{
    SCOPED(spine_study_free) struct spine_study spines = {0};
    TRY(spine_study_read(&spines, study));
    return spine_charts_put(page, &spines);
}

static int put_protocols(struct page *page, const struct study *study)
{
    OWN_PATH(folder, study->folder, "protocols");
    return protocol_figures_put(page, folder);
}

/* ---- the page ---- */

/* Words for "2 runs of 2 conditions: task medium; turnover none, random."; in a run's folder, with
 * a link to the report of its sweep. */
static void put_about(FILE *html, const struct study *study, bool is_in_run)
{
    OWNED char *conditions = is_in_run ? file_join(study->folder, "../../conditions.json") : NULL;
    fprintf(html, "<p class=\"about\">%d run%s", study->n_runs, study->n_runs == 1 ? "" : "s");
    if (study->n_conditions > 1)
        fprintf(html, " of %d conditions", study->n_conditions);
    for (int32_t f = 0; f < study->n_factors && *study->factor[f]->name; f++) {
        const char *name = study->factor[f]->name, *title = study_factor_title(study, f);
        html_put_between(html, f ? "; " : ": ", title, " ");
        if (title != name) /* what tables call it */
            html_put_between(html, "(", name, ") ");
        for (int32_t i = 0; i < study->factor[f]->n_levels; i++)
            html_put_between(html, i ? ", <bdi>" : "<bdi>", study->factor[f]->levels[i], "</bdi>");
    }
    fputs(conditions && file_exists(conditions)
              ? ". <a href=\"../../report.html\">The report of its sweep</a></p>\n"
              : ".</p>\n",
          html);
}

/* Of a sweep that was stopped: how much of it this is, and how the rest is made. */
static void put_missing(const struct report *report)
{
    const struct study *study = &report->study;
    char text[1400];
    if (study->n_missing == 0)
        return;
    const char *command = study_about(study, "command");
    const int32_t n = study->n_runs + study->n_missing;
    if (report->is_growing) {
        snprintf(text, sizeof text, "%d of %d runs are done; to come: %s", study->n_runs, n,
                 study->missing);
    } else {
        snprintf(
            text, sizeof text, "%d of %d runs are here; missing: %s. `%.600s --out %.200s` goes on",
            study->n_runs, n, study->missing, *command ? command : "spinet sweep …", study->folder);
        fprintf(stderr, "spinet: %.200s: %s\n", study->folder, text);
    }
    html_put_between(report->page.html, "<p class=\"note\">", text, ".</p>\n");
}

static bool has_more(const struct study *study)
{
    return study->n_runs > 1 && (values_tiles_beside(study) || trends_any(study));
}

static bool has_films(const struct study *study)
{
    return study_has_file(study, "maps_training.csv");
}

/* The row of maps of the greatest difference; the first where there is none. */
static int32_t row_of(const struct study *study, const struct effects *effects)
{
    const struct effects_comparison *greatest = findings_greatest(effects);
    const int32_t condition =
        greatest ? values_condition(study, effects, &effects->groups[greatest->first]) : 0;
    return condition > 0 ? condition / study->n_last : 0;
}

/* The first screen: the answer, or without tests what the runs came to; maps, and accuracy; what
 * the words mean. */
static int put_glance(struct report *report)
{
    const struct effects *effects;
    const struct study *study = &report->study;
    FILE *html = report->page.html;
    const int status = study_effects(study, "accuracy", &effects);
    const bool has_effects = status == STATUS_OK;
    if (status == STATUS_SYSTEM)
        return status;
    OWNED char *answer = has_effects ? text_written(findings_put_answer, effects) : NULL;
    if (answer && *answer)
        html_put_between(html, "<p class=\"answer\">", answer, "</p>\n");
    else
        TRY(findings_put_list(&report->page, study));
    report->has_findings = !(answer && *answer);
    fprintf(html, "<div class=\"glance%s\">\n", study->n_runs <= 4 ? " few" : "");
    TRY(excuse_maps(report, maps_figure_put_row(&report->page, study, &report->maps,
                                                has_effects ? row_of(study, effects) : 0)));
    if (study->n_runs > 1)
        TRY(put_conditions(&report->page, study, STUDY_ACCURACY));
    fputs("</div>\n", html);
    glossary_put(html, study);
    return STATUS_OK;
}

static bool has_several_runs(const struct study *study)
{
    return study->n_runs > 1;
}

static bool has_stops(const struct study *study)
{
    return study->n_runs > 1 && study_has_stops(study);
}

static bool has_protocols(const struct study *study)
{
    OWNED char *folder = file_join(study->folder, "protocols");
    return folder && protocol_figures_any(folder);
}

static bool has_logs(const struct study *study)
{
    return study_has_file(study, lives_table.file);
}

static bool lacks_records(const struct study *study)
{
    return is_one_run(study) && !(has_films(study) && has_logs(study));
}

/* What the run would have had to record to be shown. */
static int put_lacking(struct page *page, const struct study *study)
{
    if (!has_films(study))
        fputs("<p>How the maps form: train with <code>--set record.maps_period=10</code>.</p>\n",
              page->html);
    if (!has_logs(study))
        fputs("<p>When each spine was born, grew and was lost: train with "
              "<code>--log-synapses</code> (or <code>--set record.synapses=true</code>); with "
              "<code>--set record.weights_period=10</code> its weight, tag and calcium, "
              "too.</p>\n",
              page->html);
    return STATUS_OK;
}

/* A section has its words, then the figures that looks.json has for its id (run_lines.h), then what
 * is put. It is left out where nothing is put into it. */
static const struct section {
    const char *id, *title;
    bool (*is_there)(const struct study *study);              /* NULL: where anything is put */
    int (*put)(struct page *page, const struct study *study); /* NULL: nothing */
    int (*put_more)(struct report *report);                   /* the same, with what it keeps */
    enum study_value value;
    const struct table *table; /* there only where a run has this file; NULL: everywhere */
    const char *words;         /* as HTML, or NULL */
} sections[] = {
    {"glance", "At a glance", .put_more = put_glance},
    {"findings", "In short", has_tests, .put = findings_put_list},
    {"accuracy", "Accuracy", has_more, .put_more = put_value, .value = STUDY_ACCURACY},
    {"readouts", "Read-outs", readouts_any, .put = readouts_put_tables,
     .words = "Of a tie the accuracy takes the first class. <b>By all spikes</b>: the class whose "
              "cells spiked most, all together; <b>over thresholds</b>: the mean accuracy of all "
              "thresholds from 0 to 40 spikes; <b>ties shared</b>: a tie of m classes counts 1/m; "
              "<b>balanced</b>: the mean recall of the classes; <b>recall gap</b>: the greatest "
              "recall less the least; ties, undecided and wrong: numbers of images."},
    {"presentations", "Presentations until the stop", has_stops, .put_more = put_value,
     .value = STUDY_PRESENTATIONS},
    {"similarity", "Similarity of maps and images", has_several_runs, .put_more = put_value,
     .value = STUDY_SIMILARITY},
    {"training", "Training", .put = put_training},
    {"maps", "Representation maps", .put_more = put_maps},
    {"answers", "Answers", is_one_run, .put = run_answers_put},
    {"lives", "Spines of each cell", is_one_run, .put = run_lives_put, .table = &lives_table},
    {"continual", "Phases", .put = curves_put_phases, .table = &continual_table,
     .words = "Classes were learned in phases. Accuracy learned: of each phase's classes at its "
              "end. Forgetting: their best accuracy at the end of an earlier phase less that at "
              "the end of training (Chaudhry et al. 2018). Transfer backward: accuracy at the end "
              "of training less that just after the phase; forward: accuracy just before a phase "
              "less that before training (Lopez-Paz and Ranzato 2017). Mean and one standard "
              "deviation; undecided as a part of the test images. Where there is one response "
              "(reward.responses), silence answers the second class."},
    {"trials", "Trials", .put = NULL},
    {"carried", "What carries the answers", .put = carried_figures_put},
    {"retention", "Retention", .put = NULL},
    {"drift", "Drift", .put = put_drift, .table = &sizes_table,
     .words = "From sizes.csv.gz, as <code>spinet spines</code> prints and writes it: changes of "
              "the sizes of spines by the day, and the part of them that two contacts of one pair "
              "of cells do not share."},
    {"spines", "Spines", .put = put_spines, .table = &lives_table,
     .words = "From the synapse logs, as <code>spinet spines</code> prints and writes them: pooled "
              "over the runs of a condition. Median life (days) and the parts alive are those of "
              "spines born after the start (Kaplan–Meier)."},
    {"task", "Task-related spines", .put = put_task, .table = &task_table,
     .words = "Spines related to the class of their cell (task_spines.csv.gz), as <code>spinet "
              "spines</code> prints and writes them. New: of the last four days. Pairs are of "
              "spines within 5 µm; 1 is chance."},
    {"clustering", "Clustered growth", .put = clustering_put, .table = &clustered_distance_table,
     .words = "From clustered_births.csv and clustered_distance.csv of the runs. Mean and standard "
              "deviation over runs; of co-activity (correlation of calcium, a value a "
              "presentation) over all pairs, and its standard error."},
    {"protocols", "Protocols", has_protocols, .put = put_protocols,
     .words = "By <code>spinet spines --protocol</code>, in protocols/: what the protocols do to "
              "spines that nothing excites, beside what was published (published.csv)."},
    {"numbers", "Numbers", .put = report_tables_put_numbers},
    {"statistics", "Statistics", .put = report_tables_put_statistics},
    {"parameters", "Parameters", .put = report_tables_put_parameters},
    {"origin", "How it was made", .put = report_tables_put_origin},
    {"lacking", "What was not recorded", lacks_records, .put = put_lacking},
};
enum { N_SECTIONS = sizeof sections / sizeof *sections };

static bool is_there(const struct report *report, const struct section *section)
{
    const struct study *study = &report->study;
    const bool is_told = report->has_findings && section->put == findings_put_list;
    return !is_told && (!section->is_there || section->is_there(study)) &&
           (!section->table || study_has_file(study, section->table->file));
}

static int put_section(struct report *report, const struct section *section)
{
    page_put_section(&report->page, section->id, section->title);
    if (section->words)
        fprintf(report->page.html, "<p>%s</p>\n", section->words);
    TRY(run_lines_put(&report->page, &report->study, section->id));
    report->value = section->value;
    if (section->put_more)
        return section->put_more(report);
    return section->put ? section->put(&report->page, &report->study) : STATUS_OK;
}

static int put_page(struct report *report)
{
    TRY(page_begin(&report->page, report->folder, study_title(&report->study)));
    report->page.is_growing = report->is_growing;
    put_about(report->page.html, &report->study,
              is_one_run(&report->study) && strcmp(report->folder, report->study.folder) == 0);
    put_missing(report);
    for (int i = 0; i < N_SECTIONS; i++)
        if (is_there(report, &sections[i]))
            TRY(put_section(report, &sections[i]));
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
        report->folder =
            slash ? strndup(page, (size_t)(slash - page + (slash == page))) : strdup(".");
    }
    report->charts_path = page && !slash   ? strdup(report->charts)
                          : report->folder ? file_join(report->folder, report->charts)
                                           : NULL;
    if (!report->charts_path)
        return status_no_memory("a file name", 0);
    file_remove_temporary(report->folder);
    return STATUS_OK;
}

static int write_page(struct report *report, const char *page)
{
    OWN_PATH(own, report->folder, "report.html");
    file_remove_temporary(report->charts_path);
    TRY(put_page(report));
    return page_write(&report->page, page ? page : own);
}

/* A run's folder has a manifest.json, a sweep's has none. */
static int read_study(struct study *study, const struct report_request *request)
{
    const char *const *folders = request->folder;
    const bool is_of_runs = request->n_folders > 1 || file_exists_in(folders[0], "manifest.json");
    if (is_of_runs && request->n_filters > 0)
        return status_fail(STATUS_USER, "--filter %.100s: only runs of a sweep are chosen so",
                           request->filter[0]);
    return is_of_runs ? study_of_runs(study, folders, request->n_folders)
                      : study_read_part(study, folders[0], request->results, request->filter,
                                        request->n_filters);
}

static void free_report(struct report *report)
{
    free(report->folder);
    free(report->charts_path);
    page_free(&report->page);
    maps_figure_free(&report->maps, &report->study);
    study_free(&report->study);
}

/* Pages of the runs of a small sweep that drew pictures of each, to which its own page leads. The
 * data of one may be elsewhere: it stays without. */
static int write_run_pages(const struct study *study)
{
    enum { RUN_PAGES_MAX = 20 };
    const int32_t n = study->is_of_runs || study->n_runs > RUN_PAGES_MAX ? 0 : study->n_runs;
    for (int32_t r = 0; r < n; r++) {
        const char *folder = study->run[r].folder;
        const struct report_request request = {
            .folder = &folder, .n_folders = 1, .data_folder = study->data_folder};
        const int status = file_exists_in(folder, "maps.png") ? report_write(&request) : STATUS_OK;
        TRY(status == STATUS_USER ? STATUS_OK : status);
    }
    return STATUS_OK;
}

int report_write(const struct report_request *request)
{
    SCOPED(free_report) struct report report = {0};
    TRY(read_study(&report.study, request));
    report.study.data_folder = request->data_folder;
    report.is_growing = request->is_growing;
    TRY(study_read_curves(&report.study));
    TRY(run_columns_add(&report.study));
    if (!request->page && !request->is_growing)
        TRY(write_run_pages(&report.study));
    TRY(place_page(&report, request->page));
    TRY(write_page(&report, request->page));
    if (!request->pictures)
        return STATUS_OK;
    TRY(file_make_folder(report.charts_path));
    TRY(page_write_pictures(&report.page, request->pictures, report.charts_path));
    printf("pictures in %s\n", report.charts_path);
    return STATUS_OK;
}

/* ---- many sweeps on one page ---- */

static int put_experiment(struct page *page, const struct study *study, const char *report)
{
    FILE *html = page->html;
    OWNED char *link = page_link(page, report);
    const double seconds = json_number_value(json_object_get(study->about, "seconds"));
    char id[32];
    snprintf(id, sizeof id, "experiment-%d", page->n_figures + 1);
    page_put_section(page, id, study_title(study));
    fprintf(html, "<p class=\"about\">%d runs of %d conditions", study->n_runs,
            study->n_conditions);
    if (seconds > 0)
        fprintf(html, ", %d:%02d min", (int)seconds / 60, (int)seconds % 60);
    fprintf(html, ". <a href=\"%s\">The report</a></p>\n", link ? link : "");
    TRY(findings_put_list(page, study));
    return put_conditions(page, study, STUDY_ACCURACY);
}

static int put_sweep(struct page *page, const char *folder)
{
    SCOPED(study_free) struct study study = {0};
    OWN_PATH(report, folder, "report.html");
    TRY(study_read(&study, folder));
    return put_experiment(page, &study, report);
}

int report_write_overview(const char *file, const char *const *folders)
{
    SCOPED(page_free) struct page page = {0};
    OWNED char *copy = strdup(file);
    TRY(page_begin(&page, copy ? dirname(copy) : ".", "Synaptic turnover: the experiments"));
    fputs("<p class=\"about\">Each verdict is that of a test: analysis of variance over all "
          "factors, seed by seed where seeds recur; t-tests with Bonferroni's correction.</p>\n",
          page.html);
    for (; *folders; folders++)
        TRY(put_sweep(&page, *folders));
    return page_write(&page, file);
}
