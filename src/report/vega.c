/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library is a file a module, as Debian has it, or one (vega.min.js, as npm has it). Programs
 * are given all on stdin and answer on stdout: no file name and no text of the user's reaches a
 * command line, and none of the user's settings reaches them (NODE_OPTIONS, fontconfig, locale …).
 */
#include "report/vega.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"

extern char **environ;

static const struct {
    const char *name, *text;
} texts[] = {
#include "figures.inc"
};
enum { N_TEXTS = sizeof texts / sizeof *texts };

const char *vega_text(const char *name)
{
    for (int i = 0; i < N_TEXTS; i++)
        if (strcmp(texts[i].name, name) == 0)
            return texts[i].text;
    return NULL;
}

/* ---- the library ---- */

/* In the order in which they need each other; those for maps of the world, graphs and the like are
 * left out. */
static const char *const modules[] = {
    "util",      "time",    "format",     "loader",          "dataflow",       "statistics",
    "canvas",    "scale",   "scenegraph", "expression",      "event-selector", "selection",
    "functions", "runtime", "view",       "view-transforms", "transforms",     "encode",
    "parser"};
enum { N_MODULES = sizeof modules / sizeof *modules };

/* The folder of the library: SPINET_VEGA, or Debian's. */
static const char *library_folder(void)
{
    const char *own = getenv("SPINET_VEGA");
    return own && *own ? own : "/usr/share/javascript/vega";
}

/* Writes FOLDER/NAME.min.js in a function of its own, which is told of the others by require();
 * false if it is not there. */
static bool put_module(const char *name, FILE *out)
{
    char file_name[64], bytes[1 << 14];
    snprintf(file_name, sizeof file_name, "%s.min.js", name);
    OWNED char *path = file_join(library_folder(), file_name);
    SCOPED(scope_close_file) FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file)
        return false;
    fputs("((module, require) => { const exports = module.exports;\n", out);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        fwrite(bytes, 1, n, out);
    fprintf(out,
            "\nmade['%s'] = module.exports; })({exports: {}}, "
            "name => made[name] || made[name.replace(/s$/, '')]);\n",
            name);
    return !ferror(file);
}

/* All of them, or the library as a whole. */
static bool put_modules(FILE *out)
{
    char name[64];
    fputs("const vega = (() => { const made = {};\n", out);
    bool is_put = file_exists_in(library_folder(), "vega.min.js") && put_module("vega", out);
    if (!is_put) {
        for (int i = 0; i < N_MODULES; i++) {
            snprintf(name, sizeof name, "vega-%s", modules[i]);
            if (!put_module(name, out))
                return false;
        }
        fputs("Object.assign(made['vega-dataflow'].transforms, made['vega-transforms'], "
              "made['vega-view-transforms'], made['vega-encode']);\n",
              out);
    }
    fputs("return Object.assign({}, ...Object.values(made)); })();\n", out);
    return true;
}

bool vega_is_here(void)
{
    return file_exists_in(library_folder(), "vega.min.js") ||
           file_exists_in(library_folder(), "vega-parser.min.js");
}

static void put_specifications(FILE *out)
{
    static const char *const scripts[] = {"grammar.js", "panels.js", "pictures.js", "spines.js",
                                          "trace.js",   "shapes.js", "figures.js"};
    fprintf(out, "const THEMES = %s;\n", vega_text("themes.json"));
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        fputs(vega_text(scripts[i]), out);
}

int vega_put_library(FILE *out)
{
    const bool is_whole = vega_is_here() && put_modules(out);
    fputc('\n', out);
    put_specifications(out);
    return is_whole ? STATUS_OK
                    : status_fail(STATUS_NO_PICTURE,
                                  "figures are not drawn: Vega is not in %s; "
                                  "install libjs-vega",
                                  library_folder());
}

/* ---- programs ---- */

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

static FILE *open_in_memory(void)
{
    const int file = memfd_create("figures", MFD_CLOEXEC);
    return file >= 0 ? fdopen(file, "w+b") : NULL;
}

/* Waits until a process ends, and kills one that hangs, as node does for ever where the address
 * space is limited to some 100 MB. Returns its status as waitpid does. */
static int wait_for(pid_t pid)
{
    enum { PER_SECOND = 200, PATIENCE = 600 /* seconds */ };
    const struct timespec pause = {0, 1000000000 / PER_SECOND};
    int status = 0;
    for (int n = 0; waitpid(pid, &status, WNOHANG) == 0; n++) {
        if (n == PATIENCE * PER_SECOND)
            kill(pid, SIGKILL);
        nanosleep(&pause, NULL);
    }
    return status;
}

/* Runs a program on `in`, from its beginning; what it writes is in `out`, to be read from its
 * beginning. NO_PICTURE if there is none (of `package`) or it fails. */
static int run(char *const *arguments, const char *package, FILE *in, FILE *out)
{
    posix_spawn_file_actions_t actions;
    char *environment[8];
    pid_t pid;
    fflush(in);
    rewind(in);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
    keep_paths(environment, sizeof environment / sizeof *environment);
    const int error = posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    const int exit_status = error == 0 ? wait_for(pid) : 0;
    rewind(out);
    if (error != 0 || (WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 127))
        return status_fail(STATUS_NO_PICTURE,
                           "pictures are not drawn: %s cannot be run (%s); install %s",
                           arguments[0], strerror(error ? error : ENOENT), package);
    if (!WIFEXITED(exit_status) || WEXITSTATUS(exit_status) != 0)
        return status_fail(STATUS_NO_PICTURE, "pictures are not drawn: %s failed", arguments[0]);
    return STATUS_OK;
}

/* ---- pictures ---- */

static int put_program(char *const *figures, int n, FILE *out)
{
    fputs(vega_text("node.js"), out);
    TRY(vega_put_library(out));
    fputs("const FIGURES = [\n", out);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s,\n", figures[i]);
    fprintf(out, "];\n%s", vega_text("draw.js"));
    return STATUS_OK;
}

/* Takes what draw.js prints: a list of texts, and objects with the error in place of some. */
static int take_svg(FILE *in, int n, char **svg)
{
    json_auto_t *list = json_loadf(in, 0, NULL);
    for (int i = 0; i < n; i++) {
        const json_t *drawn = json_array_get(list, (size_t)i);
        const char *error = json_string_value(json_object_get(drawn, "error"));
        if (!json_is_string(drawn))
            return status_fail(STATUS_NO_PICTURE, "pictures are not drawn: %s",
                               error ? error : "node did not draw all");
        svg[i] = strdup(json_string_value(drawn));
        if (!svg[i])
            return status_no_memory("a picture", 0);
    }
    return STATUS_OK;
}

int vega_draw(char *const *figures, int n, char **svg)
{
    SCOPED(scope_close_file) FILE *in = open_in_memory();
    SCOPED(scope_close_file) FILE *out = open_in_memory();
    char *const node[] = {"node", "-", NULL};
    if (!in || !out)
        return status_fail(STATUS_SYSTEM, "no temporary file (%s)", strerror(errno));
    TRY(put_program(figures, n, in));
    TRY(run(node, "nodejs", in, out));
    return take_svg(out, n, svg);
}

static int put_png(const char *svg, FILE *to)
{
    SCOPED(scope_close_file) FILE *in = open_in_memory();
    SCOPED(scope_close_file) FILE *out = open_in_memory();
    char bytes[1 << 14];
    char *const convert[] = {"rsvg-convert", "--zoom=2", NULL};
    if (!in || !out)
        return status_fail(STATUS_SYSTEM, "no temporary file (%s)", strerror(errno));
    fputs(svg, in);
    TRY(run(convert, "librsvg2-bin", in, out));
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, out)) > 0;)
        fwrite(bytes, 1, n, to);
    return STATUS_OK;
}

int vega_write(const char *svg, enum picture_format format, const char *folder, const char *name)
{
    SCOPED(file_abandon) struct new_file file = {0};
    char file_name[128];
    snprintf(file_name, sizeof file_name, "%.100s.%s", name, format == PICTURE_SVG ? "svg" : "png");
    TRY(file_create_in(&file, folder, file_name));
    if (format == PICTURE_SVG)
        fputs(svg, file.stream);
    else
        TRY(put_png(svg, file.stream));
    return file_commit(&file);
}

int vega_excuse(int status)
{
    if (status != STATUS_NO_PICTURE)
        return status;
    fprintf(stderr, "spinet: %s\n", status_message());
    return STATUS_OK;
}
