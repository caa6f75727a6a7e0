/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a trace, by gnuplot. Colours mean the same in all panels of a picture: a synapse's by
 * what its tag asks for; who is told apart by colour is also told apart by dash or place. */
#include "report/trace_chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "report/chart.h"

/* Pixels from the top left corner. */
struct panel {
    double x, y, width, height;
};

enum {
    CELL_WIDTH = 1000,
    POPULATION_WIDTH = 1000,
    LEFT = 84,
    HEAD = 72,         /* title and image */
    WHOLE_WIDTH = 560, /* panels of the whole presentation */
    ZOOM_X = 716,      /* … and of its beginning */
    ZOOM_WIDTH = 260,
    ZOOM_MS = 200,
    GAP = 34,            /* between rows: caption and axis */
    MINUTES_GAP = 104,   /* between panels of the consolidation */
    SOMA_LEAST_MV = -40, /* inhibition has no reversal: it may pull a soma far below */
    DENDRITES_MAX = 20,  /* drawn */
    ROWS_MAX = 400,      /* neurons or inputs drawn in a raster */
};

#define GREY  "#8a8a8a"
#define INK   "#303030"
#define BLUE  "#0072b2"
#define RED   "#d55e00"
#define GREEN "#009e73"
#define PINK  "#b0508a"

/* What the tag of a synapse asks for. */
enum fate { FATE_NONE, FATE_DEPRESSION, FATE_POTENTIATION, N_FATES };

static const struct {
    const char *color, *dash, *name;
} fates[N_FATES] = {
    [FATE_NONE] = {GREY, "(3,4)", "no tag"},
    [FATE_DEPRESSION] = {RED, "(12,6)", "tagged for depression"},
    [FATE_POTENTIATION] = {BLUE, "solid", "tagged for potentiation"},
};

static const float tag_visible = 0.05F;

static enum fate fate_of(const struct trace *trace, const struct trace_cell *cell, int32_t synapse)
{
    const float tag = cell->tag ? cell->tag[(size_t)synapse * ((size_t)trace->n_minutes + 1)] : 0;
    return tag > tag_visible ? FATE_POTENTIATION : tag < -tag_visible ? FATE_DEPRESSION : FATE_NONE;
}

static int32_t count_fate(const struct trace *trace, const struct trace_cell *cell, enum fate fate)
{
    int32_t n = 0;
    for (int32_t s = 0; s < cell->n_plastic; s++)
        n += fate_of(trace, cell, s) == fate;
    return n;
}

/* "pyramidal, class 1" */
static const char *describe(const struct population *population, const struct dataset *dataset,
                            char *text, size_t size)
{
    static const char *const names[] = {
        [ROLE_PYRAMIDAL] = "pyramidal",
        [ROLE_CONTROL_DENDRITE] = "control of dendrites",
        [ROLE_CONTROL_SOMA] = "control of somas",
        [ROLE_FEEDBACK] = "feedback",
        [ROLE_INPUT] = "inputs",
        [ROLE_TEACHER] = "teacher",
    };
    if (population->class_index < 0)
        snprintf(text, size, "%s", names[population->role]);
    else
        snprintf(text, size, "%s, class %d", names[population->role],
                 dataset->classes.label[population->class_index]);
    return text;
}

/* ---- panels ---- */

static void begin_panel(struct chart *chart, const struct panel *panel)
{
    const double w = chart->width, h = chart->height;
    fprintf(chart->script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\nset tmargin at screen %.6f\n"
            "set bmargin at screen %.6f\n",
            panel->x / w, (panel->x + panel->width) / w, 1 - panel->y / h,
            1 - (panel->y + panel->height) / h);
}

/* Data blocks $NAME0 … as curves, the synapses without a tag behind the others. */
static void put_curves(struct chart *chart, const char *name, const struct trace *trace,
                       const struct trace_cell *cell)
{
    const double thin = cell->n_plastic > 40 ? 0.5 : 1;
    for (int fate = 0; fate < N_FATES; fate++)
        for (int32_t s = 0; s < cell->n_plastic; s++)
            if ((int)fate_of(trace, cell, s) == fate)
                fprintf(chart->script, ", \\\n $%s%d with lines lw %g dt %s lc '%s'", name, s,
                        fate == FATE_NONE ? thin : 1.4, fates[fate].dash, fates[fate].color);
    fprintf(chart->script, "\n");
}

/* Undoes, after a panel, what was set for it alone. */
static void end_panel(struct chart *chart)
{
    fprintf(chart->script,
            "unset label\nunset arrow\nunset object\nunset logscale\nunset y2tics\n"
            "unset y2label\nset ylabel ''\nset xlabel ''\nset border 3\n"
            "set xtics autofreq format '%%g'\nset ytics nomirror autofreq\nset format y '%%g'\n");
}

static void put_label(struct chart *chart, const char *text, const char *where, const char *style)
{
    fprintf(chart->script, "set label ");
    chart_put_text(chart, text);
    fprintf(chart->script, " at %s %s front\n", where, style);
}

/* Text above a panel, so many pixels to the right of its left edge. */
static void put_above(struct chart *chart, const struct panel *panel, double x, const char *text,
                      const char *color)
{
    char where[64], style[64];
    snprintf(where, sizeof where, "screen %.6f,%.6f", (panel->x + x) / chart->width,
             1 - (panel->y - 12) / chart->height);
    snprintf(style, sizeof style, "left font ',%d' tc '%s'", x < 0 ? 15 : 11, color);
    put_label(chart, text, where, style);
}

/* The letter of a panel and what it shows, above it. */
static void put_caption(struct chart *chart, const struct panel *panel, const char *letter,
                        const char *text)
{
    if (*letter)
        put_above(chart, panel, -60, letter, "#000000");
    put_above(chart, panel, 0, text, "#000000");
}

static void put_title(struct chart *chart, const char *text, int line)
{
    char where[64];
    snprintf(where, sizeof where, "screen %.6f,%.6f", (LEFT - 60.0) / chart->width,
             1 - (22.0 + 20 * line) / chart->height);
    put_label(chart, text, where,
              line ? "left font ',11' tc '#505050'" : "left font ',14' tc '#000000'");
}

/* A line of values[n] + offset as x y, without points that would not be seen. */
static void put_line(struct chart *chart, const float *values, int32_t first, int32_t end,
                     double offset, double tolerance)
{
    double last = NAN;
    int32_t last_t = first - 100;
    for (int32_t t = first; t < end; t++) {
        const double value = (double)values[t];
        const bool is_seen = !(fabs(value - last) <= tolerance) || t - last_t >= 20 || t == end - 1;
        if (!is_seen)
            continue;
        if (t > first && t - 1 > last_t)
            fprintf(chart->script, "%d %.4g\n", t - 1, (double)values[t - 1] + offset);
        fprintf(chart->script, "%d %.4g\n", t, value + offset);
        last = value;
        last_t = t;
    }
}

static double greatest(const float *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, (double)values[i]);
    return most;
}

/* The image shown, in the upper right corner. */
static void put_image(struct chart *chart, const struct trace *trace,
                      const struct trace_about *about)
{
    const struct images *images = &about->dataset->train;
    const uint8_t *pixel = images_pixels(images, trace->image);
    const double size = HEAD - 18,
                 scale = size / (images->width > images->height ? images->width : images->height);
    const struct panel panel = {chart->width - 24 - images->width * scale, 10,
                                images->width * scale, images->height * scale};
    begin_panel(chart, &panel);
    fprintf(chart->script, "$image << END\n");
    for (int32_t y = 0; y < images->height; y++)
        for (int32_t x = 0; x < images->width; x++)
            fprintf(chart->script, "%d%s", *pixel++, x + 1 < images->width ? " " : "\n");
    fprintf(chart->script,
            "END\nset palette defined (0 '#ffffff', 1 '#000000')\nset cbrange [0:255]\n"
            "unset colorbox\nset border 15 lw 0.6\nunset xtics\nunset ytics\n"
            "set xrange [-0.5:%g]\nset yrange [%g:-0.5]\n"
            "plot $image matrix with image notitle\nset xtics nomirror out scale 0.5\nset ytics\n"
            "set border 3 lw 1\n",
            images->width - 0.5, images->height - 0.5);
    end_panel(chart);
}

static int begin_picture(struct chart *chart, int width, double height)
{
    TRY(chart_init(chart, width, (int)height));
    chart->scale = 2;
    fprintf(chart->script, "set encoding utf8\nset termoption noenhanced\nunset key\n"
                           "set tics nomirror out scale 0.5\nset border 3 lc '#444444'\n"
                           "set style fill solid 1 noborder\nset multiplot\n");
    return STATUS_OK;
}

static int end_picture(struct chart *chart, const char *folder, const char *name)
{
    char file[80];
    fprintf(chart->script, "unset multiplot\n");
    snprintf(file, sizeof file, "%s.png", name);
    int result = chart_draw(chart, CHART_PNG, folder, file);
    snprintf(file, sizeof file, "%s.svg", name);
    if (result == STATUS_OK)
        result = chart_draw(chart, CHART_SVG, folder, file);
    chart_free(chart);
    return result;
}

/* ---- one cell: the presentation ---- */

/* A cell, and the part of the presentation a column of panels shows. */
struct view {
    struct chart *chart;
    const struct trace *trace;
    const struct trace_about *about;
    const struct trace_cell *cell;
    double x, width;
    int32_t first, end; /* ms */
    bool is_zoom;
};

static void put_time_axis(const struct view *v, bool has_label)
{
    fprintf(v->chart->script, "set xrange [%d:%d]\n", v->first, v->end);
    if (v->is_zoom)
        fprintf(v->chart->script, "set xtics 50\n");
    if (!has_label)
        fprintf(v->chart->script, "set format x ''\n");
    else
        fprintf(v->chart->script, "set format x '%%g'\nset xlabel 'time (ms)' offset 0,0.4\n");
}

/* Spikes of an id as a data block of ticks in row y. */
static void put_ticks(const struct view *v, int32_t id, double y)
{
    const struct trace *trace = v->trace;
    for (int64_t i = trace->spike_start[id]; i < trace->spike_start[id + 1]; i++)
        if (trace->spike_step[i] >= v->first && trace->spike_step[i] < v->end)
            fprintf(v->chart->script, "%d %g\n", trace->spike_step[i], y);
}

/* Rows of the raster, from below: inhibition and other excitation (for a pyramidal cell: the
 * teacher), tall enough for their names, then the plastic synapses, 1 each. */
static double other_rows(const struct trace_cell *cell, const struct panel *row)
{
    enum { NAME = 17 }; /* pixels */
    return fmax(1.6, cell->n_plastic * NAME / (row->height - 2 * NAME));
}

static void put_input_blocks(const struct view *v, double others)
{
    FILE *script = v->chart->script;
    const struct trace_cell *cell = v->cell;
    for (int fate = 0; fate < N_FATES; fate++) {
        fprintf(script, "$fate%d << END\n-1 -9\n", fate);
        for (int32_t s = 0; s < cell->n_plastic; s++)
            if ((int)fate_of(v->trace, cell, s) == fate)
                put_ticks(v, cell->synapse[s].source, 2 * others + cell->n_plastic - 1 - s);
        fprintf(script, "END\n");
    }
    for (int inhibits = 0; inhibits < 2; inhibits++) {
        int32_t before = -1;
        fprintf(script, "$other%d << END\n-1 -9\n", inhibits);
        for (int32_t s = cell->n_plastic; s < cell->n_synapses; s++) {
            const struct trace_synapse *synapse = &cell->synapse[s];
            if ((synapse->effect != EFFECT_EXCITE) == inhibits && synapse->source != before)
                put_ticks(v, synapse->source, inhibits ? 0 : others);
            before = synapse->source;
        }
        fprintf(script, "END\n");
    }
}

static void draw_raster(const struct view *v, const struct panel *row)
{
    FILE *script = v->chart->script;
    const struct trace_cell *cell = v->cell;
    const struct panel panel = {v->x, row->y, v->width, row->height};
    const double others = other_rows(cell, row), top = cell->n_plastic + 2 * others;
    begin_panel(v->chart, &panel);
    put_input_blocks(v, others);
    if (!v->is_zoom) {
        static const double x[N_FATES] = {
            [FATE_POTENTIATION] = 110, [FATE_DEPRESSION] = 310, [FATE_NONE] = 500};
        put_caption(v->chart, &panel, "a", "input spikes:");
        for (int fate = 0; fate < N_FATES && cell->n_plastic > 0; fate++)
            put_above(v->chart, &panel, x[fate], fates[fate].name, fates[fate].color);
        fprintf(script, "set ytics ('inhibition' %g, '%s' %g) scale 0\n", others / 2,
                cell->creb ? "teacher" : "excitation", 1.5 * others);
        if (cell->n_plastic > 0)
            fprintf(script, "set ytics add ('synapses' %g)\n", 2 * others + cell->n_plastic / 2.0);
    } else {
        char text[64];
        snprintf(text, sizeof text, "the same, %d to %d ms", v->first, v->end);
        put_caption(v->chart, &panel, "", text);
        fprintf(script, "set format y ''\nset ytics scale 0\n");
    }
    for (int32_t s = 0; s < cell->n_plastic; s++)
        fprintf(
            script,
            "set arrow from graph 0,first %g to graph 1,first %g nohead lw 0.4 lc '#dddddd' back\n",
            2 * others + s + 0.5, 2 * others + s + 0.5);
    put_time_axis(v, false);
    fprintf(script,
            "set yrange [0:%g]\n"
            "plot $other1 using 1:($2+0.1):(0):(%g) with vectors nohead lw 0.5 lc '#9a9a9a', \\\n"
            " $other0 using 1:($2+0.1):(0):(%g) with vectors nohead lw 0.8 lc '#000000'",
            top, others - 0.2, others - 0.2);
    for (int fate = 0; fate < N_FATES; fate++)
        fprintf(script,
                ", \\\n $fate%d using 1:($2+0.1):(0):(0.8) with vectors nohead lw 1 lc '%s'", fate,
                fates[fate].color);
    fprintf(script, "\n");
    end_panel(v->chart);
}

static void draw_dendrites(const struct view *v, const struct panel *row)
{
    enum { STEP_MV = 80 };
    FILE *script = v->chart->script;
    const struct trace_cell *cell = v->cell;
    const struct panel panel = {v->x, row->y, v->width, row->height};
    const int32_t n = cell->n_dendrites < DENDRITES_MAX ? cell->n_dendrites : DENDRITES_MAX;
    begin_panel(v->chart, &panel);
    for (int32_t b = 0; b < n; b++) {
        fprintf(script, "$v%d << END\n", b);
        put_line(v->chart, cell->v_b + (size_t)b * (size_t)v->trace->n_steps, v->first, v->end,
                 (double)(n - 1 - b) * STEP_MV, v->is_zoom ? 0.05 : 1);
        fprintf(script, "END\n");
    }
    fprintf(script, "$dspikes << END\n-1 -999\n");
    for (int32_t b = 0; b < n; b++)
        for (int32_t t = v->first; t < v->end; t++)
            if (cell->dspiked[(size_t)b * (size_t)v->trace->n_steps + (size_t)t])
                fprintf(script, "%d %d\n", t, (n - 1 - b) * STEP_MV + 50);
    fprintf(script, "END\n");
    if (!v->is_zoom) {
        char text[128];
        snprintf(text, sizeof text,
                 "voltage of its %sdendrites (one row is %d mV); dots: dendritic spikes",
                 n < cell->n_dendrites ? "first " : "", STEP_MV);
        put_caption(v->chart, &panel, "b", text);
        fprintf(script, "set ytics (");
        for (int32_t b = 0; b < n; b++)
            fprintf(script, "%s'%d' %d", b ? ", " : "", b + 1, (n - 1 - b) * STEP_MV);
        fprintf(script, ") scale 0\nset ylabel 'dendrite'\n");
    } else {
        fprintf(script, "set format y ''\nset ytics scale 0\n");
    }
    put_time_axis(v, false);
    fprintf(script, "set yrange [%d:%d]\nplot $v0 with lines lw 0.7 lc '%s'", -STEP_MV / 2,
            n * STEP_MV, INK);
    for (int32_t b = 1; b < n; b++)
        fprintf(script, ", \\\n $v%d with lines lw 0.7 lc '%s'", b, INK);
    fprintf(script, ", \\\n $dspikes with points pt 7 ps %g lc '%s'\n", v->is_zoom ? 0.4 : 0.25,
            RED);
    end_panel(v->chart);
}

static const struct cell_constants *constants_for(const struct constants *constants,
                                                  const struct trace_cell *cell)
{
    return cell->creb ? &constants->pyramidal : &constants->interneuron;
}

static void draw_soma(const struct view *v, const struct panel *row, bool is_last)
{
    FILE *script = v->chart->script;
    const struct trace_cell *cell = v->cell;
    const struct panel panel = {v->x, row->y, v->width, row->height};
    const struct constants constants = constants_from(v->about->parameters);
    const double threshold = (double)constants_for(&constants, cell)->threshold;
    begin_panel(v->chart, &panel);
    fprintf(script, "$bap << END\n");
    put_line(v->chart, cell->v_bap, v->first, v->end, 0, v->is_zoom ? 0.01 : 0.5);
    fprintf(script, "END\n$adaptation << END\n");
    put_line(v->chart, cell->g_w, v->first, v->end, 0, 0.002);
    fprintf(script, "END\n$v << END\n");
    put_line(v->chart, cell->v, v->first, v->end, 0, v->is_zoom ? 0.05 : 0.5);
    fprintf(script, "END\n");
    fprintf(script,
            "set arrow from graph 0,first %g to graph 1,first %g nohead dt (6,6) lw 0.8 "
            "lc '%s' front\n",
            threshold, threshold, INK);
    if (!v->is_zoom) {
        put_caption(v->chart, &panel, "c", "soma:");
        put_above(v->chart, &panel, 55, "voltage, cut at -40", INK);
        put_above(v->chart, &panel, 206, "bAP to all dendrites", "#b07800");
        if (cell->creb)
            put_above(v->chart, &panel, 376, "adaptation (1/ms, right)", GREEN);
        fprintf(script, "set ylabel 'mV'\nset ytics 40\n");
        if (cell->creb)
            fprintf(script, "set y2tics autofreq\nset border 11\n");
    } else {
        char where[64];
        snprintf(where, sizeof where, "graph 1, first %g", threshold);
        put_label(v->chart, "threshold", where, "right offset 0,0.6 font ',10' tc '" INK "'");
        fprintf(script, "set format y ''\n");
    }
    put_time_axis(v, is_last);
    fprintf(script,
            "set yrange [%g:%g]\nset y2range [0:*]\n"
            "plot $bap with filledcurves y1=0 lc '#f2d08a'%s, \\\n"
            " $v with lines lw 0.9 lc '%s'\n",
            (double)SOMA_LEAST_MV, greatest(cell->v, (size_t)v->trace->n_steps) + 5,
            cell->creb ? ", \\\n $adaptation axes x1y2 with lines lw 1.4 dt (12,6) lc '" GREEN "'"
                       : "",
            INK);
    end_panel(v->chart);
}

/* The calcium at which a tag for depression, or potentiation, is half there. */
static void put_tag_limit(const struct view *v, double offset, double slope, enum fate fate,
                          const char *text)
{
    if (slope <= 0 || offset <= 0)
        return;
    fprintf(
        v->chart->script,
        "set arrow from graph 0,first %g to graph 1,first %g nohead dt (6,6) lw 1 lc '%s' back\n",
        offset / slope, offset / slope, fates[fate].color);
    if (v->is_zoom)
        return;
    char where[64], style[64];
    snprintf(where, sizeof where, "graph 1, first %g", offset / slope);
    snprintf(style, sizeof style, "left offset 0.6,%g font ',10' tc '%s'",
             fate == FATE_POTENTIATION ? 0.35 : -0.35, fates[fate].color);
    put_label(v->chart, text, where, style);
}

static void draw_calcium(const struct view *v, const struct panel *row)
{
    FILE *script = v->chart->script;
    const struct trace_cell *cell = v->cell;
    const struct panel panel = {v->x, row->y, v->width, row->height};
    const size_t n_steps = (size_t)v->trace->n_steps;
    const double shown_from = 0.005;
    begin_panel(v->chart, &panel);
    for (int32_t s = 0; s < cell->n_plastic; s++) {
        fprintf(script, "$ca%d << END\n", s);
        put_line(v->chart, cell->calcium + (size_t)s * n_steps, v->first, v->end, 0, 0);
        fprintf(script, "END\n");
    }
    if (!v->is_zoom) {
        put_caption(v->chart, &panel, "d",
                    "calcium of its plastic synapses, a curve each (logarithmic)");
        fprintf(script, "set ylabel 'calcium'\n");
    }
    put_tag_limit(v, v->about->parameters->plasticity.tag_ltp_offset,
                  v->about->parameters->plasticity.tag_ltp_slope, FATE_POTENTIATION, "LTP tag");
    put_tag_limit(v, v->about->parameters->plasticity.tag_ltd_offset,
                  v->about->parameters->plasticity.tag_ltd_slope, FATE_DEPRESSION, "LTD tag");
    put_time_axis(v, true);
    fprintf(script, "set logscale y\nset yrange [%g:%g]\n%s\nplot NaN", shown_from,
            fmax(1.5 * greatest(cell->calcium, n_steps * (size_t)cell->n_plastic), 1),
            v->is_zoom ? "set format y ''" : "set format y '%g'");
    put_curves(v->chart, "ca", v->trace, cell);
    end_panel(v->chart);
}

/* ---- one cell: the consolidation ---- */

/* values[n_rows][n_minutes + 1] as a block each. */
static void put_minutes(struct chart *chart, const char *name, const float *values, int32_t n_rows,
                        int32_t n_minutes)
{
    for (int32_t i = 0; i < n_rows; i++) {
        fprintf(chart->script, "$%s%d << END\n", name, i);
        for (int32_t k = 0; k <= n_minutes; k++)
            fprintf(chart->script, "%d %.5g\n", k, (double)*values++);
        fprintf(chart->script, "END\n");
    }
}

static void put_minute_axis(struct chart *chart, const struct trace *trace)
{
    fprintf(chart->script,
            "set xrange [0:%d]\nset xtics 30\nset xlabel 'minutes after the presentation' offset "
            "0,0.4\n",
            trace->n_minutes > 0 ? trace->n_minutes : 1);
}

static void plot_synapses(struct chart *chart, const char *name, const struct trace *trace,
                          const struct trace_cell *cell)
{
    fprintf(chart->script, "plot NaN");
    put_curves(chart, name, trace, cell);
    end_panel(chart);
}

static void draw_tags(struct chart *chart, const struct trace *trace, const struct trace_cell *cell,
                      const struct panel *panel)
{
    begin_panel(chart, panel);
    put_caption(chart, panel, "e", "tags of the synapses");
    put_minutes(chart, "tag", cell->tag, cell->n_plastic, trace->n_minutes);
    put_minute_axis(chart, trace);
    fprintf(chart->script, "set yrange [-1.1:1.1]\nset ytics 0.5\nset ylabel 'tag'\n"
                           "set arrow from graph 0,first 0 to graph 1,first 0 nohead lw 0.6 lc "
                           "'#444444' back\n");
    for (int fate = FATE_DEPRESSION; fate < N_FATES; fate++) {
        char text[64], style[64];
        const int32_t n = count_fate(trace, cell, (enum fate)fate);
        snprintf(text, sizeof text, "%s: %d", fate == FATE_POTENTIATION ? "potentiate" : "depress",
                 n);
        snprintf(style, sizeof style, "right tc '%s'", fates[fate].color);
        put_label(chart, text,
                  fate == FATE_POTENTIATION ? "graph 0.98, graph 0.93" : "graph 0.98, graph 0.07",
                  style);
    }
    plot_synapses(chart, "tag", trace, cell);
}

/* Whether this is the first dendrite that sees this time course: most see the same. */
static bool is_first_course(const struct trace_cell *cell, size_t n_minutes, int32_t dendrite)
{
    const float *own = cell->prp + (size_t)dendrite * n_minutes;
    for (int32_t b = 0; b < dendrite; b++)
        if (memcmp(cell->prp + (size_t)b * n_minutes, own, n_minutes * sizeof *own) == 0)
            return false;
    return true;
}

static void draw_proteins(struct chart *chart, const struct trace *trace,
                          const struct trace_about *about, const struct trace_cell *cell,
                          const struct panel *panel)
{
    FILE *script = chart->script;
    const double gate = about->parameters->prp.gate;
    const size_t n_minutes = (size_t)trace->n_minutes + 1;
    begin_panel(chart, panel);
    put_caption(chart, panel, "f", "proteins (PRP) of the cell");
    put_minutes(chart, "prp", cell->prp, cell->n_dendrites, trace->n_minutes);
    put_minutes(chart, "creb", cell->creb, 1, trace->n_minutes);
    put_minute_axis(chart, trace);
    put_label(chart, "CREB", "graph 1, graph 1", "right offset 0,0.8 tc '" PINK "'");
    if (gate > 0) {
        char where[64];
        snprintf(where, sizeof where, "graph 0.98, first %g", gate);
        fprintf(
            script,
            "set arrow from graph 0,first %g to graph 1,first %g nohead dt (6,6) lw 0.8 lc '%s' "
            "front\n",
            gate, gate, INK);
        put_label(chart, "effective above", where, "right offset 0,0.5 font ',10' tc '" INK "'");
    }
    if (greatest(cell->prp, n_minutes * (size_t)cell->n_dendrites) <= 0)
        put_label(chart, "no synthesis: too little calcium", "graph 0.5, graph 0.5", "center");
    fprintf(script, "set yrange [0:1.1]\nset ytics 0.5\nset ylabel 'amount'\nplot NaN");
    for (int32_t b = 0; b < cell->n_dendrites; b++)
        if (is_first_course(cell, n_minutes, b))
            fprintf(script,
                    ", \\\n $prp%d with filledcurves y1=0 fs transparent solid 0.15 lc '%s', \\\n"
                    " $prp%d with lines lw 1.6 lc '%s'",
                    b, GREEN, b, GREEN);
    fprintf(script, ", \\\n $creb0 with lines lw 1.4 dt (12,6) lc '%s'\n", PINK);
    end_panel(chart);
}

static void draw_weights(struct chart *chart, const struct trace *trace,
                         const struct trace_about *about, const struct trace_cell *cell,
                         const struct panel *panel)
{
    const struct parameters *p = about->parameters;
    begin_panel(chart, panel);
    put_caption(chart, panel, "g", "weights of the synapses");
    put_minutes(chart, "weight", cell->weight, cell->n_plastic, trace->n_minutes);
    put_minute_axis(chart, trace);
    fprintf(chart->script, "set yrange [0:%g]\nset ylabel 'weight'\n",
            fmin(1.02, 1.2 * greatest(cell->weight,
                                      (size_t)cell->n_plastic * ((size_t)trace->n_minutes + 1))));
    if (p->turnover.policy != TURNOVER_NONE) {
        fprintf(chart->script,
                "set object rectangle from graph 0,first 0 to graph 1,first %g fc rgb '#eeeeee' fs "
                "solid noborder back\n",
                p->turnover.threshold);
        put_label(chart, "pruned at a turnover", "graph 0.98, graph 0",
                  "right offset 0,0.6 font ',10' tc '#606060'");
    }
    plot_synapses(chart, "weight", trace, cell);
}

static void draw_consolidation(struct chart *chart, const struct trace *trace,
                               const struct trace_about *about, const struct trace_cell *cell,
                               double y, double height)
{
    const double width = (CELL_WIDTH - LEFT - 24 - 2 * MINUTES_GAP) / 3.0;
    const struct panel panel[] = {{LEFT, y, width, height},
                                  {LEFT + width + MINUTES_GAP, y, width, height},
                                  {LEFT + 2 * (width + MINUTES_GAP), y, width, height}};
    static const char *const signs[] = {"×", "→"};
    for (int i = 0; i < 2; i++) {
        char where[64];
        snprintf(where, sizeof where, "screen %.6f,%.6f",
                 (panel[i + 1].x - MINUTES_GAP + 18) / chart->width,
                 1 - (y + height / 2) / chart->height);
        put_label(chart, signs[i], where, "center font ',22' tc '#000000'");
    }
    draw_tags(chart, trace, cell, &panel[0]);
    draw_proteins(chart, trace, about, cell, &panel[1]);
    draw_weights(chart, trace, about, cell, &panel[2]);
}

/* ---- one cell: the picture ---- */

static void put_cell_title(struct chart *chart, const struct trace *trace,
                           const struct trace_about *about, const struct trace_cell *cell)
{
    char text[512], name[64];
    describe(layout_population(&trace->layout, cell->neuron), about->dataset, name, sizeof name);
    snprintf(text, sizeof text, "Cell %d (%s) in training presentation %d", cell->neuron, name,
             trace->presentation);
    put_title(chart, text, 0);
    snprintf(text, sizeof text, "%s, an image of class %d (right), turnover %s, seed %llu",
             about->dataset->name, about->dataset->classes.label[trace->class_index],
             parameters_choice(about->parameters, "turnover.policy"),
             (unsigned long long)about->seed);
    put_title(chart, text, 1);
}

/* The zoom begins a little before the first spike of the cell. */
static int32_t zoom_start(const struct trace *trace, const struct trace_cell *cell)
{
    const int64_t n = trace_n_spikes(trace, cell->neuron);
    const int32_t spike = n > 0 ? trace->spike_step[trace->spike_start[cell->neuron]] : 0;
    int32_t first = spike - ZOOM_MS / 4;
    first = first > trace->n_steps - ZOOM_MS ? trace->n_steps - ZOOM_MS : first;
    first -= first % 10;
    return first > 0 ? first : 0;
}

int trace_chart_cell(const struct trace *trace, const struct trace_about *about,
                     const struct trace_cell *cell, const char *folder)
{
    const int32_t n_rows = cell->n_plastic + 2;
    const bool has_synapses = cell->creb && cell->n_plastic > 0;
    const struct panel raster = {0, HEAD + 26, 0,
                                 fmin(fmax(11.0 * n_rows, has_synapses ? 110 : 60), 260)};
    const struct panel dendrites = {0, raster.y + raster.height + GAP, 0, 260};
    const struct panel soma = {0, dendrites.y + dendrites.height + GAP, 0, 110};
    const struct panel calcium = {0, soma.y + soma.height + GAP, 0, 130};
    const double minutes_y = calcium.y + calcium.height + 84, minutes_height = 170;
    const double height =
        has_synapses ? minutes_y + minutes_height + 60 : soma.y + soma.height + 60;
    struct chart chart;
    char name[64];
    TRY(begin_picture(&chart, CELL_WIDTH, height));
    const int32_t start = zoom_start(trace, cell);
    const int32_t end = start + ZOOM_MS < trace->n_steps ? start + ZOOM_MS : trace->n_steps;
    const struct view views[] = {
        {&chart, trace, about, cell, LEFT, WHOLE_WIDTH, 0, trace->n_steps, false},
        {&chart, trace, about, cell, ZOOM_X, ZOOM_WIDTH, start, end, true}};
    put_cell_title(&chart, trace, about, cell);
    put_image(&chart, trace, about);
    for (int i = 0; i < 2; i++) {
        draw_raster(&views[i], &raster);
        draw_dendrites(&views[i], &dendrites);
        draw_soma(&views[i], &soma, !has_synapses);
        if (has_synapses)
            draw_calcium(&views[i], &calcium);
    }
    if (has_synapses)
        draw_consolidation(&chart, trace, about, cell, minutes_y, minutes_height);
    snprintf(name, sizeof name, "cell-%d", cell->neuron);
    return end_picture(&chart, folder, name);
}

/* ---- the population ---- */

static const char *color_of(const struct population *population)
{
    static const char *const colors[] = {BLUE, RED, GREEN, PINK, "#e69f00", "#56b4e9"};
    if (population->role == ROLE_CONTROL_DENDRITE)
        return "#000000";
    if (population->role == ROLE_CONTROL_SOMA)
        return GREY;
    return population->class_index < 0 ? INK : colors[population->class_index % 6];
}

static const char *dash_of(const struct population *population)
{
    return population->role == ROLE_PYRAMIDAL  ? "solid"
           : population->role == ROLE_FEEDBACK ? "(12,6)"
                                               : "(3,3)";
}

/* The rows of a raster: of the populations first … end - 1 all ids, or those that spike; every
 * stride-th of them. */
struct rows {
    const struct trace *trace;
    int32_t first, end;
    bool spiking_only;
    int32_t stride;
    int32_t n; /* rows: n_in of each population */
    int32_t n_in[POPULATIONS_MAX];
};

static bool is_shown(const struct rows *rows, int32_t id)
{
    return !rows->spiking_only || trace_n_spikes(rows->trace, id) > 0;
}

static struct rows rows_of(const struct trace *trace, int32_t first, int32_t end, bool spiking_only)
{
    struct rows rows = {trace, first, end, spiking_only, 1, 0, {0}};
    for (int32_t k = first; k < end; k++) {
        const struct population *population = &trace->layout.population[k];
        for (int32_t j = 0; j < population->n; j++)
            rows.n_in[k] += is_shown(&rows, population->first + j);
        rows.n += rows.n_in[k];
    }
    rows.stride = rows.n > 0 ? (rows.n + ROWS_MAX - 1) / ROWS_MAX : 1;
    rows.n = 0;
    for (int32_t k = first; k < end; k++) {
        rows.n_in[k] = (rows.n_in[k] + rows.stride - 1) / rows.stride;
        rows.n += rows.n_in[k];
    }
    return rows;
}

/* A population of few cells, as a teacher, gets taller rows: its label needs the room. */
static double row_height(const struct rows *rows, int32_t k)
{
    const double least = rows->n / 10.0;
    return rows->n_in[k] > 0 && rows->n_in[k] < least ? least / rows->n_in[k] : 1;
}

static void put_population(struct chart *chart, const struct rows *rows, int32_t k, double top)
{
    const struct population *population = &rows->trace->layout.population[k];
    const double height = row_height(rows, k);
    int32_t n = 0;
    fprintf(chart->script, "$p%d << END\n-1 -9 0\n", k);
    for (int32_t id = population->first; id < population->first + population->n; id++) {
        if (!is_shown(rows, id) || n++ % rows->stride != 0)
            continue;
        const double y = top - ((n - 1) / rows->stride + 1) * height;
        for (int64_t i = rows->trace->spike_start[id]; i < rows->trace->spike_start[id + 1]; i++)
            fprintf(chart->script, "%d %g %g\n", rows->trace->spike_step[i], y + 0.1 * height,
                    0.8 * height);
    }
    fprintf(chart->script, "END\n");
}

static void draw_population_raster(struct chart *chart, const struct trace_about *about,
                                   const struct rows *rows, const struct panel *panel,
                                   const char *letter, const char *caption)
{
    FILE *script = chart->script;
    const struct layout *layout = &rows->trace->layout;
    char text[200];
    double top = 0;
    for (int32_t k = rows->first; k < rows->end; k++)
        top += rows->n_in[k] * row_height(rows, k);
    fprintf(script, "set yrange [0:%g]\n", top > 0 ? top : 1);
    begin_panel(chart, panel);
    snprintf(text, sizeof text, rows->stride > 1 ? "%s (one in %d is shown)" : "%s", caption,
             rows->stride);
    put_caption(chart, panel, letter, text);
    for (int32_t k = rows->first; k < rows->end; k++) {
        char name[64], where[64], style[64];
        const double height = rows->n_in[k] * row_height(rows, k);
        put_population(chart, rows, k, top);
        snprintf(where, sizeof where, "graph 1, first %g", top - height / 2);
        snprintf(style, sizeof style, "left offset 0.8,0 tc '%s'",
                 color_of(&layout->population[k]));
        if (height > 0)
            put_label(chart, describe(&layout->population[k], about->dataset, name, sizeof name),
                      where, style);
        top -= height;
        if (top > 0 && height > 0)
            fprintf(
                script,
                "set arrow from graph 0,first %g to graph 1,first %g nohead lw 0.5 lc '#c0c0c0' "
                "back\n",
                top, top);
    }
    fprintf(script,
            "set xrange [0:%d]\nset format x ''\nset ytics scale 0\nset format y ''\nplot NaN",
            rows->trace->n_steps);
    for (int32_t k = rows->first; k < rows->end; k++)
        fprintf(script, ", \\\n $p%d using 1:2:(0):3 with vectors nohead lw 0.7 lc '%s'", k,
                color_of(&layout->population[k]));
    fprintf(script, "\n");
    end_panel(chart);
}

/* Of one role: the populations of the shown class, or of all others. */
static bool is_in_line(const struct trace *trace, int32_t k, enum role role, bool of_shown_class)
{
    const struct population *population = &trace->layout.population[k];
    return population->role == role &&
           (population->class_index < 0 || population->class_index == trace->class_index) ==
               of_shown_class;
}

/* Draws the mean rate over these populations, as data block `i`. `rate` and `sum` [n_bins]. */
static void put_rate_line(struct chart *chart, const struct trace *trace, int i, enum role role,
                          bool of_shown_class, double *rate, double *sum)
{
    const int32_t n_bins = trace_n_bins(trace);
    int32_t n = 0;
    memset(sum, 0, (size_t)n_bins * sizeof *sum);
    for (int32_t k = 0; k < trace->layout.n_populations; k++) {
        if (!is_in_line(trace, k, role, of_shown_class))
            continue;
        trace_rates(trace, &trace->layout.population[k], rate);
        for (int32_t bin = 0; bin < n_bins; bin++)
            sum[bin] += rate[bin];
        n++;
    }
    fprintf(chart->script, "$r%d << END\n", i);
    for (int32_t bin = 0; bin < n_bins; bin++) { /* the last may be cut off by the end */
        const int32_t start = bin * TRACE_BIN_MS;
        const double end = fmin(start + TRACE_BIN_MS, trace->n_steps);
        fprintf(chart->script, "%g %g\n", (start + end) / 2, n > 0 ? sum[bin] / n : 0);
    }
    fprintf(chart->script, "END\n");
}

/* Its colour, dash and name; more than one other class are drawn as one line. */
static void plot_rate_line(struct chart *chart, const struct trace *trace,
                           const struct trace_about *about, int i, enum role role,
                           bool of_shown_class)
{
    const struct population *population = NULL;
    const bool is_many = !of_shown_class && trace->layout.n_classes > 2;
    char name[64];
    for (int32_t k = 0; k < trace->layout.n_populations && !population; k++)
        if (is_in_line(trace, k, role, of_shown_class))
            population = &trace->layout.population[k];
    describe(population, about->dataset, name, sizeof name);
    if (is_many)
        snprintf(name, sizeof name, "%s, others",
                 role == ROLE_PYRAMIDAL ? "pyramidal" : "feedback");
    fprintf(chart->script, "%s$r%d with lines lw 1.6 dt %s lc '%s' title '%s'", i ? ", \\\n " : "",
            i, dash_of(population), is_many ? "#777777" : color_of(population), name);
}

static int draw_rates(struct chart *chart, const struct trace *trace,
                      const struct trace_about *about, const struct panel *panel)
{
    static const struct {
        enum role role;
        bool of_shown_class;
    } lines[] = {{ROLE_PYRAMIDAL, true},    {ROLE_PYRAMIDAL, false}, {ROLE_CONTROL_DENDRITE, true},
                 {ROLE_CONTROL_SOMA, true}, {ROLE_FEEDBACK, true},   {ROLE_FEEDBACK, false}};
    enum { N_LINES = sizeof lines / sizeof *lines };
    FILE *script = chart->script;
    const size_t n_bins = (size_t)trace_n_bins(trace);
    double *rate = calloc(2 * n_bins + 1, sizeof *rate);
    if (!rate)
        return status_no_memory("the rates", 2 * n_bins * sizeof *rate);
    begin_panel(chart, panel);
    put_caption(chart, panel, "c", "mean rate of the cells of a population, in bins of 50 ms");
    for (int i = 0; i < N_LINES; i++)
        put_rate_line(chart, trace, i, lines[i].role, lines[i].of_shown_class, rate, rate + n_bins);
    fprintf(script,
            "set key at screen %.6f,%.6f left top Left reverse samplen 2.2 spacing 1.25\n"
            "set xrange [0:%d]\nset yrange [0:*]\nset xlabel 'time (ms)' offset 0,0.4\n"
            "set ylabel 'rate (Hz)'\nplot ",
            (panel->x + panel->width + 8) / chart->width, 1 - (panel->y - 4) / chart->height,
            trace->n_steps);
    for (int i = 0; i < N_LINES; i++)
        plot_rate_line(chart, trace, about, i, lines[i].role, lines[i].of_shown_class);
    fprintf(script, "\nunset key\n");
    end_panel(chart);
    free(rate);
    return STATUS_OK;
}

int trace_chart_population(const struct trace *trace, const struct trace_about *about,
                           const char *folder)
{
    const struct layout *layout = &trace->layout;
    const int32_t n_cells = 2 + 2 * layout->n_classes;
    const struct rows cells = rows_of(trace, 0, n_cells, false),
                      sources = rows_of(trace, n_cells, layout->n_populations, true);
    const double width = POPULATION_WIDTH - LEFT - 208;
    const struct panel of_sources = {LEFT, HEAD + 26, width, 150},
                       of_cells = {LEFT, of_sources.y + of_sources.height + GAP, width,
                                   fmin(fmax(3.0 * cells.n, 200), 420)},
                       of_rates = {LEFT, of_cells.y + of_cells.height + GAP, width, 190};
    struct chart chart;
    char text[512];
    int result = begin_picture(&chart, POPULATION_WIDTH, of_rates.y + of_rates.height + 60);
    if (result != STATUS_OK)
        return result;
    snprintf(text, sizeof text, "All cells in training presentation %d", trace->presentation);
    put_title(&chart, text, 0);
    snprintf(text, sizeof text, "%s, an image of class %d (right), turnover %s, seed %llu",
             about->dataset->name, about->dataset->classes.label[trace->class_index],
             parameters_choice(about->parameters, "turnover.policy"),
             (unsigned long long)about->seed);
    put_title(&chart, text, 1);
    put_image(&chart, trace, about);
    draw_population_raster(
        &chart, about, &sources, &of_sources, "a",
        "spikes of the inputs, one a pixel, and of the teacher: those that spike");
    draw_population_raster(&chart, about, &cells, &of_cells, "b",
                           "spikes of the cells, a row each");
    result = draw_rates(&chart, trace, about, &of_rates);
    if (result == STATUS_OK)
        return end_picture(&chart, folder, "population");
    chart_free(&chart);
    return result;
}
