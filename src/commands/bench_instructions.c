/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench --instructions: a figure that does not depend on what else the machine does. The
 * program runs itself under `valgrind --tool=callgrind`, which counts every instruction; what a
 * presentation takes is the difference between runs that have ten more of them, since all else in
 * them is the same. */
#include "commands/bench.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

enum { FEW = 10, MANY = 20 }; /* presentations */

const char *bench_compiler(void)
{
#if defined(__clang__)
#    define COMPILER "clang " __clang_version__
#else
#    define COMPILER "gcc " __VERSION__
#endif
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return COMPILER ", for debugging";
#elif defined(__AVX__)
    return COMPILER ", MARCH";
#else
    return COMPILER;
#endif
}

/* Reads "Collected : 361571426" from what valgrind prints; 0 if it is not there. */
static int64_t read_count(const char *output)
{
    static const char label[] = "Collected : ";
    const char *found = strstr(output, label);
    return found ? strtoll(found + strlen(label), NULL, 10) : 0;
}

/* Counts the instructions of a whole run. */
static int count_run(const char *kernel, int n_training, int n_tests, int64_t *count)
{
    char options[300];
    OWNED char *output = NULL;
    int code;
    snprintf(options, sizeof options,
             "--kernel %s --set stopping.max_presentations=%d --set test.max_images=%d "
             "--set stopping.fraction=1 --set data.train_per_class=20",
             kernel, n_training, n_tests);
    TRY(bench_train("valgrind --tool=callgrind --callgrind-out-file=/dev/null", options, &code,
                    &output));
    if (code == 127)
        return status_fail(STATUS_USER, "--instructions: valgrind cannot be started; it is "
                                        "Debian's package valgrind");
    *count = read_count(output);
    return code == 0 && *count > 0
               ? STATUS_OK
               : status_fail(STATUS_SYSTEM, "--instructions: valgrind failed: %.400s", output);
}

static void add_row(json_t *rows, FILE *table, const char *what, const char *kernel, int64_t count)
{
    char row[64];
    snprintf(row, sizeof row, "%s, %s kernel", what, kernel);
    json_array_append_new(rows, json_pack("{ss ss sI}", "task", "shapes", "what", row,
                                          "instructions", (json_int_t)count));
    fprintf(table, "%-8s %-34s %12lld\n", "shapes", row, (long long)count);
    fflush(table);
}

static int count_kernel(const char *kernel, json_t *rows, FILE *table)
{
    int64_t base, trained, tested;
    TRY(count_run(kernel, FEW, FEW, &base));
    TRY(count_run(kernel, FEW, MANY, &tested));
    TRY(count_run(kernel, MANY, FEW, &trained));
    add_row(rows, table, "test", kernel, (tested - base) / (MANY - FEW));
    add_row(rows, table, "training", kernel, (trained - base) / (MANY - FEW));
    return STATUS_OK;
}

int bench_instructions(json_t *rows, FILE *table)
{
    int status = STATUS_OK;
    fprintf(table, "%s; instructions a presentation\n", bench_compiler());
    for (const struct kernel *const *k = kernels; *k && status == STATUS_OK; k++) {
        const bool is_known = strcmp((*k)->name, "naive") != 0 && strcmp((*k)->name, "avx512") != 0;
        if (is_known && (*k)->is_supported()) /* valgrind has no AVX-512 */
            status = count_kernel((*k)->name, rows, table);
    }
    return status;
}
