/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/status: the one line a failure leaves behind. */
#include "core/status.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

static void given_a_failure_when_told_expect_code_and_message(void **state)
{
    (void)state;
    assert_int_equal(status_fail(STATUS_USER, "%s:%d: weight '%s'", "a.csv", 7, "x"), STATUS_USER);
    assert_string_equal(status_message(), "a.csv:7: weight 'x'");
    assert_int_equal(status_fail(STATUS_SYSTEM, "disk full"), STATUS_SYSTEM);
    assert_string_equal(status_message(), "disk full");
}

static void given_control_characters_when_told_expect_one_line(void **state)
{
    (void)state;
    status_fail(STATUS_USER, "a\nb\rc\td\x1b[0m\x7f");
    assert_string_equal(status_message(), "a\\x0ab\\x0dc\\x09d\\x1b[0m\\x7f");
}

static void given_text_beyond_ascii_when_told_expect_it_unchanged(void **state)
{
    (void)state;
    status_fail(STATUS_USER, "größer … %s", "\xff");
    assert_string_equal(status_message(), "größer … \xff");
}

/* Control characters take four bytes each, so they meet the limit first. */
static void given_too_long_a_message_when_told_expect_it_cut(void **state)
{
    (void)state;
    char text[3000];
    const char fill[] = {'a', '\n'};
    for (int i = 0; i < 2; i++) {
        memset(text, fill[i], sizeof text - 1);
        text[sizeof text - 1] = '\0';
        status_fail(STATUS_USER, "%s", text);
        const size_t n = strlen(status_message());
        assert_true(n >= 1000 && n <= 1023);
        assert_null(strchr(status_message(), '\n'));
        assert_int_equal(status_message()[0], i ? '\\' : 'a');
    }
}

static void given_a_long_path_when_told_expect_its_beginning_and_the_reason_behind_it(void **state)
{
    (void)state;
    char path[2500];
    for (int shift = 0; shift < 4; shift++) { /* the cuts meet every byte of a character */
        memset(path, 'x', (size_t)shift);
        path[shift] = '\0';
        for (int i = 0; i < 600; i++)
            strcat(path, i % 2 ? "ä /" : "…");
        status_fail(STATUS_USER, "%s: differs (so it does)", path);
        const char *message = status_message(), *reason = strstr(message, "ä /: differs (so it");
        const size_t n = strlen(message);
        assert_true(n > 980 && n <= 1023);
        assert_memory_equal(message, path, 590);
        assert_non_null(reason);
        assert_string_equal(reason, "ä /: differs (so it does)");
        for (const char *at = message; *at;) { /* whole characters only */
            const unsigned char c = (unsigned char)*at;
            const int n_more = c < 0x80 ? 0 : (c & 0xE0) == 0xC0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : -1;
            assert_true(n_more >= 0);
            at++;
            for (int i = 0; i < n_more; i++)
                assert_int_equal((unsigned char)*at++ & 0xC0, 0x80);
        }
    }
}

/* 1023 bytes are kept whole, and of 1024 the middle goes, once. */
static void given_text_of_any_length_when_told_expect_an_ellipsis_from_1024_bytes(void **state)
{
    (void)state;
    char text[1025], cut[1025];
    memset(text, 'a', 1024);
    text[1024] = '\0';
    status_fail(STATUS_USER, "%s", text + 1);
    assert_string_equal(status_message(), text + 1);
    status_fail(STATUS_USER, "%s", text);
    snprintf(cut, sizeof cut, "%.600s…%.400s", text, text);
    assert_string_equal(status_message(), cut);
}

static void given_the_message_itself_when_told_again_expect_it_wrapped(void **state)
{
    (void)state;
    status_fail(STATUS_USER, "no such file");
    status_fail(STATUS_USER, "a.csv: %s", status_message());
    assert_string_equal(status_message(), "a.csv: no such file");
}

static void given_no_memory_when_told_expect_what_and_how_much(void **state)
{
    (void)state;
    assert_int_equal(status_no_memory("a line of text", 1ULL << 40), STATUS_SYSTEM);
    assert_string_equal(status_message(),
                        "not enough memory for a line of text (1099511627776 bytes)");
}

static void given_two_threads_when_both_fail_expect_each_its_own_message(void **state)
{
    (void)state;
    char seen[2][64] = {"", ""};
#pragma omp parallel num_threads(2)
    {
        const int thread = omp_get_thread_num();
        status_fail(STATUS_USER, "thread %d", thread);
#pragma omp barrier /* both have failed before either looks */
        snprintf(seen[thread], sizeof seen[thread], "%s", status_message());
    }
    assert_string_equal(seen[0], "thread 0");
    assert_string_equal(seen[1], "thread 1");
}

static void given_codes_when_the_program_exits_expect_0_2_or_1(void **state)
{
    (void)state;
    assert_int_equal(status_exit_code(STATUS_OK), 0);
    assert_int_equal(status_exit_code(STATUS_USER), 2);
    assert_int_equal(status_exit_code(STATUS_SYSTEM), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_failure_when_told_expect_code_and_message),
        cmocka_unit_test(given_control_characters_when_told_expect_one_line),
        cmocka_unit_test(given_text_beyond_ascii_when_told_expect_it_unchanged),
        cmocka_unit_test(given_too_long_a_message_when_told_expect_it_cut),
        cmocka_unit_test(given_a_long_path_when_told_expect_its_beginning_and_the_reason_behind_it),
        cmocka_unit_test(given_text_of_any_length_when_told_expect_an_ellipsis_from_1024_bytes),
        cmocka_unit_test(given_the_message_itself_when_told_again_expect_it_wrapped),
        cmocka_unit_test(given_no_memory_when_told_expect_what_and_how_much),
        cmocka_unit_test(given_two_threads_when_both_fail_expect_each_its_own_message),
        cmocka_unit_test(given_codes_when_the_program_exits_expect_0_2_or_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
