/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The package spinet of Python: python/tests by pytest, and examples/python as scripts, against the
 * library beside the program. Skipped, with a word, where Python has no numpy or pytest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

/* Before a Python that is to load a library with a sanitizer. */
#ifdef __SANITIZE_ADDRESS__
#    define PRELOAD "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 "
#else
#    define PRELOAD ""
#endif

/* The first Python that has these modules; false, with a word, if none has. */
static bool find_python(const char *modules, char *python, int size)
{
    char command[256];
    snprintf(command, sizeof command, "scripts/find_python.sh %s", modules);
    FILE *found = popen(command, "r");
    assert_non_null(found);
    const bool is_there = fgets(python, size, found) != NULL;
    python[strcspn(python, "\n")] = '\0';
    if (pclose(found) == 0 && is_there)
        return true;
    printf("no Python with %s: left out (Debian: python3-pytest python3-pandas "
           "python3-matplotlib)\n",
           modules);
    return false;
}

/* Has Python do this with the package; `modules` are those that it needs. */
static void run_python(const char *modules, const char *arguments)
{
    enum { PATH_BYTES = 2048 };
    char command[4 * PATH_BYTES], library[PATH_BYTES], python[PATH_BYTES], said[8000];
    char *program = support_program();
    snprintf(library, sizeof library, "%.*s/libspinet.so", (int)(strrchr(program, '/') - program),
             program);
#ifdef __SANITIZE_THREAD__
    skip(); /* Python itself is not instrumented */
#endif
    /* under valgrind there is no library beside the program */
    if (access(library, F_OK) != 0 || !find_python(modules, python, sizeof python))
        skip();
    snprintf(
        command, sizeof command,
        "SPINET='%.2000s' SPINET_LIBRARY='%s' MPLBACKEND=agg PYTHONDONTWRITEBYTECODE=1 " PRELOAD
        "'%s' %s 2>&1",
        program, library, python, arguments);
    FILE *output = popen(command, "r");
    assert_non_null(output);
    const size_t n = fread(said, 1, sizeof said - 1, output);
    said[n] = '\0';
    while (fgetc(output) != EOF) /* so that it can end */
        ;
    const int status = pclose(output);
    if (status != 0)
        fail_msg("exit status %d:\n%s", status, said);
}

static void given_the_package_when_its_tests_run_expect_them_to_pass(void **state)
{
    (void)state;
    run_python("numpy pytest pandas matplotlib",
               "-m pytest -q -x -p no:cacheprovider python/tests");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_package_when_its_tests_run_expect_them_to_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
