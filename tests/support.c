/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several test programs need: a folder of their own, files in it, the last error's words. */
#include "support.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "core/file.h"
#include "core/status.h"
#include "data/images.h"
#include "network/connect.h"
#include "train/train.h"

enum { PATHS_MAX = 64 };

struct folder {
    char path[512];
    char *paths[PATHS_MAX];
    int n_paths;
};

int support_make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    const char *base = getenv("TMPDIR");
    if (!folder)
        return -1;
    snprintf(folder->path, sizeof folder->path, "%s/spinet_test.XXXXXX",
             base && *base ? base : "/tmp");
    *state = folder;
    return mkdtemp(folder->path) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void support_remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int support_remove_folder(void **state)
{
    struct folder *folder = *state;
    const int result = nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (int i = 0; i < folder->n_paths; i++)
        free(folder->paths[i]);
    free(folder);
    return result;
}

const char *support_path(void **state, const char *name)
{
    struct folder *folder = *state;
    assert_true(folder->n_paths < PATHS_MAX);
    char *path = file_join(folder->path, name);
    assert_non_null(path);
    folder->paths[folder->n_paths++] = path;
    return path;
}

const char *support_write(void **state, const char *name, const void *bytes, size_t n)
{
    const char *path = support_path(state, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, n, stream), n);
    assert_int_equal(fclose(stream), 0);
    return path;
}

const char *support_write_text(void **state, const char *name, const char *text)
{
    return support_write(state, name, text, strlen(text));
}

const char *support_write_gzip(void **state, const char *name, const void *bytes, size_t n)
{
    const char *path = support_path(state, name);
    gzFile gz = gzopen(path, "wb");
    assert_non_null(gz);
    assert_int_equal(gzwrite(gz, bytes, (unsigned)n), n);
    assert_int_equal(gzclose(gz), Z_OK);
    return path;
}

int support_write_idx(const struct images *images, const char *images_path, const char *labels_path)
{
    struct new_file files[2];
    const int status = idx_create(files, images, images_path, labels_path);
    return status == STATUS_OK ? file_commit_all(files, 2) : status;
}

const char *support_leave_temporary(void **state, const char *name, pid_t process)
{
    const char *slash = strrchr(name, '/');
    char host[65] = "", temporary[256];
    gethostname(host, sizeof host - 1);
    snprintf(temporary, sizeof temporary, "%.*s.%s-%ld-1.spinet.tmp",
             slash ? (int)(slash + 1 - name) : 0, name, host, (long)process);
    return support_write_text(state, temporary, "half of i");
}

const char *support_leave_stale(void **state, const char *name)
{
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0)
        _exit(0);
    assert_int_equal(waitpid(process, NULL, 0), process);
    return support_leave_temporary(state, name, process);
}

uint8_t *support_read(const char *path, size_t *n)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    fseek(stream, 0, SEEK_END);
    *n = (size_t)ftell(stream);
    rewind(stream);
    uint8_t *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, stream), *n);
    fclose(stream);
    bytes[*n] = 0;
    return bytes;
}

void support_expect_same(const char *path, const char *other)
{
    size_t n, n_other;
    uint8_t *bytes = support_read(path, &n), *others = support_read(other, &n_other);
    if (n != n_other || memcmp(bytes, others, n) != 0)
        fail_msg("%s (%zu bytes) and %s (%zu bytes) differ", path, n, other, n_other);
    free(bytes);
    free(others);
}

void support_assert_message(const char *part, ...)
{
    va_list parts;
    va_start(parts, part);
    for (; part; part = va_arg(parts, const char *))
        if (!strstr(status_message(), part))
            fail_msg("'%s' is not in the message: %s", part, status_message());
    va_end(parts);
}

/* A run that takes longer has gone wrong (sanitizers are slow). */
enum { RUN_SECONDS_MAX = 1800 /* only what hangs */, WORDS_MAX = 64 };

/* Each word in new memory, NULL behind them. */
static void split_words(const char *arguments, const char *golden, char *words[WORDS_MAX])
{
    int n = 0;
    while (*arguments) {
        const size_t length = strcspn(arguments, " ");
        const bool in_golden = strncmp(arguments, "@/", 2) == 0;
        char *word;
        assert_true(n < WORDS_MAX - 1);
        assert_true(asprintf(&word, "%s%.*s", in_golden ? golden : "", (int)length - in_golden,
                             arguments + in_golden) >= 0);
        if (strcmp(word, "''") == 0)
            *word = '\0';
        for (char *c = word; *c; c++)
            *c = *c == SUPPORT_SPACE[0] ? ' ' : *c;
        words[n++] = word;
        arguments += length + (arguments[length] == ' ');
    }
    words[n] = NULL;
}

static char *all_of(FILE *stream)
{
    fseek(stream, 0, SEEK_END);
    const size_t n = (size_t)ftell(stream);
    rewind(stream);
    char *text = malloc(n + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, n, stream), n);
    text[n] = '\0';
    fclose(stream);
    return text;
}

char *support_program(void)
{
    static char program[PATH_MAX];
    const char *given = getenv("SPINET");
    if (!realpath(given && *given ? given : "build/spinet", program))
        fail_msg("the program to test, $SPINET or build/spinet, is not there");
    return program;
}

json_t *support_figure(void **state, const char *page, const char *name)
{
    size_t n;
    char id[64], *html = (char *)support_read(support_path(state, page), &n);
    snprintf(id, sizeof id, "<figure id=\"figure-%s\"", name);
    const char *at = strstr(html, id);
    at = at ? strstr(at, "<script type=\"application/json\">") : NULL;
    json_t *figure = at ? json_loads(strchr(at, '>') + 1, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
    if (!figure)
        fail_msg("%s: no figure %s", page, name);
    free(html);
    return figure;
}

void support_default_signals(void)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
}

void support_set(struct parameters *p, const char *assignment)
{
    if (parameters_set(p, assignment) != STATUS_OK)
        fail_msg("%s", status_message());
}

int support_prepare(void **state, struct parameters *p, struct dataset *dataset, uint64_t seed,
                    const char *const *assignments)
{
    if (parameters_preset(p, "authors") != STATUS_OK)
        return -1;
    for (; *assignments; assignments++)
        support_set(p, *assignments);
    return dataset_init(dataset, p, seed) == STATUS_OK ? support_make_folder(state) : -1;
}

void support_begin_training(struct training *training, const struct parameters *p,
                            const struct dataset *dataset, uint64_t seed)
{
    if (training_init(training, p, dataset, kernel_find("fast"), seed, 1) != STATUS_OK)
        fail_msg("%s", status_message());
}

void support_train_to(struct training *training, int32_t n)
{
    while (training->n_presentations < n && training->stopped_by == STOP_NOT_YET)
        if (training_step(training) != STATUS_OK)
            fail_msg("%s", status_message());
}

void support_expect_near(double found, double expected, double within)
{
    if (!(fabs(found - expected) <= within))
        fail_msg("%.12g, not %.12g", found, expected);
}

pid_t support_start(const char *const *arguments, const char *err)
{
    char *program = support_program();
    const pid_t pid = fork();
    if (pid == 0) {
        support_default_signals();
        dup2(open("/dev/null", O_WRONLY), 1);
        dup2(open(err ? err : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2);
        execv(program, (char *const *)arguments);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

int support_finish(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

void support_run(void **state, struct support_run *run, const char *arguments)
{
    support_run_with(state, run, arguments, NULL);
}

void support_run_with(void **state, struct support_run *run, const char *arguments,
                      int (*prepare)(void))
{
    const struct folder *folder = *state;
    char golden[PATH_MAX], *words[1 + WORDS_MAX], *program = support_program();
    if (!realpath("tests/golden", golden))
        fail_msg("tests/golden is not there: run the tests in the root of the repository");
    FILE *out = tmpfile(), *err = tmpfile();
    assert_true(out && err);
    words[0] = program;
    split_words(arguments, golden, words + 1);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDONLY);
        alarm(RUN_SECONDS_MAX);
        support_default_signals();
        if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(fileno(out), 1) < 0 ||
            dup2(fileno(err), 2) < 0 || chdir(folder->path) != 0 || (prepare && prepare() != 0))
            _exit(126);
        execv(program, words);
        _exit(127);
    }
    int status;
    struct rusage usage;
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    run->memory_kib = usage.ru_maxrss;
    run->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run->out = all_of(out);
    run->err = all_of(err);
    for (char **word = words + 1; *word; word++)
        free(*word);
}

static int64_t alarm_us;

int support_set_alarm(void)
{
    const struct itimerval timer = {
        .it_value = {.tv_sec = alarm_us / 1000000, .tv_usec = alarm_us % 1000000}};
    support_default_signals();
    return setitimer(ITIMER_REAL, &timer, NULL);
}

void support_run_till_stopped(void **state, const char *arguments, int (*prepare)(void),
                              const char *says)
{
    const int64_t first_us = 10000, last_us = RUN_SECONDS_MAX * INT64_C(1000000);
    bool is_stopped = false;
    alarm_us = first_us;
    for (int tries = 0; !is_stopped && tries < 1000 && alarm_us < last_us; tries++) {
        struct support_run run;
        support_run_with(state, &run, arguments, prepare);
        is_stopped = run.exit_code != 0 && strstr(run.err, says);
        alarm_us = run.exit_code == 0 ? first_us : alarm_us + alarm_us / 8;
        support_run_free(&run);
    }
    assert_true(is_stopped);
}

void support_run_free(struct support_run *run)
{
    free(run->out);
    free(run->err);
    *run = (struct support_run){0};
}

char *support_run_well(void **state, const char *arguments)
{
    struct support_run run;
    support_run(state, &run, arguments);
    if (run.exit_code != 0)
        fail_msg("spinet %s: exit code %d: %s", arguments, run.exit_code, run.err);
    free(run.err);
    return run.out;
}

int support_connect(struct network *network, const struct parameters *p, int32_t n_classes,
                    int32_t n_inputs, uint64_t seed)
{
    struct layout layout;
    *network = (struct network){0};
    const int status = layout_init(&layout, p, n_classes, n_inputs);
    return status == STATUS_OK ? connect_layout(network, p, &layout, seed, NULL, 0) : status;
}

bool support_is_slow(void)
{
    return getenv("SPINET_SLOW") != NULL;
}

double support_chi_square(const int32_t *observed, int n)
{
    double total = 0, sum = 0;
    for (int i = 0; i < n; i++)
        total += observed[i];
    for (int i = 0; i < n; i++) {
        const double off = observed[i] - total / n;
        sum += off * off / (total / n);
    }
    return sum;
}
