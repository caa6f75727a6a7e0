/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs gnuplot on a script in memory. No file name and no text of the user's reaches its command
 * line: the script comes in on stdin, the picture goes out on stdout. Nor do the user's settings
 * reach it (.gnuplot, gnuplotrc, fontconfig, locale …): a picture depends on its script and on the
 * fonts of the machine. */
#include "report/chart.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"

extern char **environ;

const char chart_palette[] =
    "set palette defined (0 '#440154', 1 '#482878', 2 '#3e4989', 3 '#31688e', 4 '#26828e', "
    "5 '#1f9e89', 6 '#35b779', 7 '#6ece58', 8 '#b5de2b', 9 '#fde725')";

int chart_init(struct chart *chart, int width, int height)
{
    *chart = (struct chart){.width = width, .height = height, .scale = 1};
    chart->script = open_memstream(&chart->text, &chart->size);
    return chart->script ? STATUS_OK : status_no_memory("a chart", 0);
}

void chart_free(struct chart *chart)
{
    if (chart->script)
        fclose(chart->script);
    free(chart->text);
    *chart = (struct chart){0};
}

void chart_put_text(const struct chart *chart, const char *text)
{
    fputc('\'', chart->script);
    for (; *text; text++) {
        if (*text == '\'')
            fputc('\'', chart->script);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, chart->script);
    }
    fputc('\'', chart->script);
}

const char *chart_color(int i)
{
    static const char *const colors[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                         "#e69f00", "#56b4e9", "#000000", "#f0e442"};
    return colors[i % (int)(sizeof colors / sizeof *colors)];
}

const char *chart_dash(int i)
{
    static const char *const dashes[] = {"solid", "(9,3)", "(3,2)", "(9,3,3,3)"};
    return dashes[i % (int)(sizeof dashes / sizeof *dashes)];
}

enum { KEY_TAG = 9000, KEY_HEIGHT = 22, KEY_SAMPLE = 34 };

/* The approximate width of an entry of the legend, in pixels. */
static int key_width(const struct chart_key *key)
{
    return KEY_SAMPLE + 8 + 7 * (int)strlen(key->text) + 28;
}

/* How many entries, from the first one on, fit into a row. */
static int keys_in_row(const struct chart_key *key, int n_keys, int width, int *row_width)
{
    int n = 1;
    *row_width = key_width(&key[0]);
    while (n < n_keys && *row_width + key_width(&key[n]) <= width)
        *row_width += key_width(&key[n++]);
    return n;
}

static int count_key_rows(const struct chart_grid *grid, int width)
{
    int n_rows = 0, row_width;
    for (int i = 0; i < grid->n_keys; n_rows++)
        i += keys_in_row(grid->key + i, grid->n_keys - i, width, &row_width);
    return n_rows;
}

static void put_key(const struct chart *chart, const struct chart_key *key, int tag, double x,
                    double y)
{
    FILE *script = chart->script;
    const double w = chart->width, h = chart->height;
    const char *color = key->look < 0 ? "#bbbbbb" : chart_color(key->look);
    if (key->kind == CHART_KEY_LINE)
        fprintf(script,
                "set arrow %d from screen %.6f,%.6f to screen %.6f,%.6f nohead lw 2 dt %s "
                "lc '%s'\n",
                tag, x / w, y / h, (x + KEY_SAMPLE) / w, y / h,
                chart_dash(key->look < 0 ? 0 : key->look), color);
    else if (key->kind == CHART_KEY_BOX)
        fprintf(script,
                "set object %d rectangle from screen %.6f,%.6f to screen %.6f,%.6f fc rgb '%s' "
                "fs solid %s border lc '%s'\n",
                tag, (x + 10) / w, (y - 5) / h, (x + KEY_SAMPLE) / w, (y + 5) / h, color,
                key->look < 0 ? "1" : "0.25", color);
    else
        fprintf(script, "set label %d '' at screen %.6f,%.6f point %s lc '#444444'\n",
                tag + KEY_TAG, (x + KEY_SAMPLE - 6) / w, y / h,
                key->kind == CHART_KEY_RING ? "pt 6 ps 1.6 lw 2" : "pt 7 ps 1.2");
    fprintf(script, "set label %d ", tag);
    chart_put_text(chart, key->text);
    fprintf(script, " at screen %.6f,%.6f left front\n", (x + KEY_SAMPLE + 8) / w, y / h);
}

static void put_keys(struct chart *chart, const struct chart_grid *grid, int n_rows)
{
    int row = 0;
    chart->n_keys = grid->n_keys;
    for (int i = 0; i < grid->n_keys; row++) {
        int row_width;
        const int n = keys_in_row(grid->key + i, grid->n_keys - i, chart->width, &row_width);
        double x = (chart->width - row_width + 20) / 2.0;
        for (int j = i; j < i + n; j++) {
            put_key(chart, &grid->key[j], KEY_TAG + 1 + j, x, 14 + (n_rows - 1 - row) * KEY_HEIGHT);
            x += key_width(&grid->key[j]);
        }
        i += n;
    }
}

int chart_init_grid(struct chart *chart, const struct chart_grid *g, const char *title)
{
    const int n_rows = (g->n_panels + g->n_columns - 1) / g->n_columns;
    const int width =
        g->left + g->right + g->n_columns * g->panel_width + (g->n_columns - 1) * g->gap_x;
    const int n_key_rows = count_key_rows(g, width);
    const int bottom = g->bottom + n_key_rows * KEY_HEIGHT;
    const int height = g->top + bottom + n_rows * g->panel_height + (n_rows - 1) * g->gap_y;
    TRY(chart_init(chart, width, height));
    const double w = width, h = height;
    fprintf(chart->script, "set termoption noenhanced\nunset key\n"
                           "set tics nomirror out scale 0.5\nset border 3 lc '#444444'\n");
    fprintf(chart->script, "set label %d ", KEY_TAG);
    chart_put_text(chart, title);
    fprintf(chart->script, " at screen 0.5,%.6f center font ',13'\n", 1 - 16 / h);
    put_keys(chart, g, n_key_rows);
    fprintf(chart->script,
            "set multiplot layout %d,%d margins screen %.6f,%.6f,%.6f,%.6f "
            "spacing screen %.6f,%.6f\n",
            n_rows, g->n_columns, g->left / w, 1 - g->right / w, bottom / h, 1 - g->top / h,
            g->gap_x / w, g->gap_y / h);
    return STATUS_OK;
}

void chart_end_panel(struct chart *chart)
{
    if (chart->n_keys < 0)
        return;
    fprintf(chart->script, "unset label %d\n", KEY_TAG);
    for (int i = KEY_TAG + 1; i <= KEY_TAG + chart->n_keys; i++)
        fprintf(chart->script, "unset label %d\nunset label %d\nunset arrow %d\nunset object %d\n",
                i, i + KEY_TAG, i, i);
    chart->n_keys = -1;
}

static void put_terminal(const struct chart *chart, enum chart_format format, FILE *out)
{
    fprintf(out, "set encoding utf8\n");
    if (format == CHART_SVG)
        fprintf(out,
                "set terminal svg size %d,%d standalone font 'Helvetica,11' "
                "background '#ffffff'\n",
                chart->width, chart->height);
    else if (chart->scale == 1)
        fprintf(out, "set terminal pngcairo size %d,%d font ',11' background '#ffffff'\n",
                chart->width, chart->height);
    else
        fprintf(out,
                "set terminal pngcairo size %d,%d font ',11' background '#ffffff' "
                "fontscale %d linewidth %d pointscale %d\n",
                chart->width * chart->scale, chart->height * chart->scale, chart->scale,
                chart->scale, chart->scale);
}

/* Whether the picture is whole, by how it begins and ends: gnuplot succeeds even if the disk is
 * full. */
static bool is_whole(FILE *picture, enum chart_format format)
{
    enum { END = 12 }; /* a PNG's last chunk */
    const char *const begins = format == CHART_SVG ? "<?xml" : "\x89PNG\r\n\x1a\n";
    char begin[9] = "", end[END + 1] = "";
    const int file = fileno(picture);
    const off_t size = lseek(file, 0, SEEK_END);
    if (size < END || pread(file, begin, sizeof begin - 1, 0) < 0 ||
        pread(file, end, END, size - END) != END || strncmp(begin, begins, strlen(begins)) != 0)
        return false;
    return format == CHART_SVG ? strstr(end, "</svg>") != NULL : memcmp(end + 4, "IEND", 4) == 0;
}

/* Keeps only the environment variables by which programs and libraries are found. */
static void keep_paths(char *kept[], size_t most)
{
    static const char *const names[] = {
        "PATH=", "LD_LIBRARY_PATH=", "DYLD_LIBRARY_PATH=", "TMPDIR="};
    size_t n = 0;
    for (char **entry = environ; *entry; entry++)
        for (size_t i = 0; i < sizeof names / sizeof *names && n + 1 < most; i++)
            if (strncmp(*entry, names[i], strlen(names[i])) == 0)
                kept[n++] = *entry;
    kept[n] = NULL;
}

/* Opens a temporary file in memory. */
static FILE *open_in_memory(void)
{
    const int file = memfd_create("chart", MFD_CLOEXEC);
    return file >= 0 ? fdopen(file, "w+b") : NULL;
}

static int run_gnuplot(const struct chart *chart, enum chart_format format, FILE *picture,
                       const char *name)
{
    FILE *script = open_in_memory();
    if (!script)
        return status_fail(STATUS_SYSTEM, "%s: no temporary file (%s)", name, strerror(errno));
    put_terminal(chart, format, script);
    fwrite(chart->text, 1, chart->size, script);
    fflush(script);
    rewind(script);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(picture), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
    char *arguments[] = {"gnuplot", "--default-settings", "-", NULL}, *environment[8];
    keep_paths(environment, sizeof environment / sizeof *environment);
    pid_t pid;
    const int error = posix_spawnp(&pid, "gnuplot", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    int exit_status = 0;
    if (error == 0)
        while (waitpid(pid, &exit_status, 0) < 0 && errno == EINTR)
            ;
    fclose(script);
    if (error != 0 || (WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 127))
        return status_fail(STATUS_NO_PICTURE,
                           "%s: not drawn, gnuplot cannot be run (%s); install "
                           "gnuplot-nox",
                           name, strerror(error ? error : ENOENT));
    if (!WIFEXITED(exit_status) || WEXITSTATUS(exit_status) != 0)
        return status_fail(STATUS_NO_PICTURE, "%s: not drawn, gnuplot failed", name);
    if (!is_whole(picture, format))
        return status_fail(STATUS_SYSTEM,
                           "%s: not drawn, gnuplot could not write all of it: is memory short?",
                           name);
    return STATUS_OK;
}

/* gnuplot's SVG; pixels of images get sharp edges, which it has no option for. */
static void copy_svg(FILE *from, FILE *to)
{
    static const char canvas[] = "<g id=\"gnuplot_canvas\">";
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, from) > 0) {
        if (strncmp(line, canvas, sizeof canvas - 1) == 0)
            fputs("<style>image{image-rendering:pixelated}</style>\n", to);
        fputs(line, to);
    }
    free(line);
}

static void copy_png(FILE *from, FILE *to)
{
    char bytes[1 << 14];
    size_t n;
    while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
        fwrite(bytes, 1, n, to);
}

/* Draws into memory first, since gnuplot does not report a full disk; file_commit does. */
static int draw(const struct chart *chart, enum chart_format format, FILE *to, const char *name)
{
    SCOPED(scope_close_file) FILE *picture = open_in_memory();
    if (!picture)
        return status_fail(STATUS_SYSTEM, "%s: no temporary file (%s)", name, strerror(errno));
    TRY(run_gnuplot(chart, format, picture, name));
    rewind(picture);
    (format == CHART_SVG ? copy_svg : copy_png)(picture, to);
    return ferror(picture)
               ? status_fail(STATUS_SYSTEM, "%s: cannot be read back (%s)", name, strerror(errno))
               : STATUS_OK;
}

int chart_draw(struct chart *chart, enum chart_format format, const char *folder, const char *name)
{
    SCOPED(file_abandon) struct new_file file = {0};
    fflush(chart->script);
    TRY(file_create_in(&file, folder, name));
    TRY(draw(chart, format, file.stream, name));
    return file_commit(&file);
}

int chart_draw_both(struct chart *chart, const char *folder, const char *name)
{
    char file[128];
    snprintf(file, sizeof file, "%s.svg", name);
    TRY(chart_draw(chart, CHART_SVG, folder, file));
    snprintf(file, sizeof file, "%s.png", name);
    chart->scale = 2;
    return chart_draw(chart, CHART_PNG, folder, file);
}

int chart_write(struct chart *chart, const char *folder, const char *name)
{
    const int result = chart_draw(chart, CHART_PNG, folder, name);
    chart_free(chart);
    return result;
}

int chart_excuse(int status)
{
    if (status != STATUS_NO_PICTURE)
        return status;
    fprintf(stderr, "spinet: %s\n", status_message());
    return STATUS_OK;
}
