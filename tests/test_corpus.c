/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every file of the fuzzers' corpora through its reader: what was found once is not found again. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/readers.h"
#include "support.h"

static void given_the_corpus_of_a_reader_when_read_expect_no_fault(void **state)
{
    const struct fuzz_reader *reader = *state;
    char path[512];
    int n_read = 0;
    snprintf(path, sizeof path, "tests/fuzz/corpus/%s", reader->name);
    DIR *entries = opendir(path);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_name[0] == '.')
            continue;
        size_t n;
        snprintf(path, sizeof path, "tests/fuzz/corpus/%s/%.200s", reader->name, entry->d_name);
        uint8_t *bytes = support_read(path, &n);
        reader->read(bytes, n);
        free(bytes);
        n_read++;
    }
    closedir(entries);
    assert_true(n_read >= 2);
}

int main(void)
{
    struct CMUnitTest tests[64];
    size_t n = 0;
    for (const struct fuzz_reader *reader = fuzz_readers; reader->name; reader++)
        tests[n++] = (struct CMUnitTest){
            .name = reader->name,
            .test_func = given_the_corpus_of_a_reader_when_read_expect_no_fault,
            .initial_state = (void *)(uintptr_t)reader,
        };
    return _cmocka_run_group_tests("corpus", tests, n, NULL, NULL);
}
