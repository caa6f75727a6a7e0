/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network/snapshot: network.csv, to the last bit of a weight, and what it refuses. */
#include "store/snapshot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/random.h"
#include "core/status.h"
#include "network/network.h"
#include "support.h"

#define HEADER "source_id,dendrite_id,weight,plastic\n"

static void assert_same_rows(const struct synapse_row *a, int32_t n_a, const struct synapse_row *b,
                             int32_t n_b)
{
    assert_int_equal(n_a, n_b);
    for (int32_t i = 0; i < n_a; i++) {
        assert_int_equal(a[i].source, b[i].source);
        assert_int_equal(a[i].dendrite, b[i].dendrite);
        assert_memory_equal(&a[i].weight, &b[i].weight, sizeof(float));
        assert_int_equal(a[i].plastic, b[i].plastic);
    }
}

static const int32_t labels[] = {3, 8};
enum { WIDTH = 20, N_INPUTS = 400 };

/* A key to the base network's ids. */
static struct snapshot_key base_key(struct layout *layout)
{
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_int_equal(layout_init(layout, &p, 2, N_INPUTS), STATUS_OK);
    return (struct snapshot_key){layout, labels, WIDTH};
}

static void given_awkward_weights_when_written_and_read_expect_every_bit(void **state)
{
    enum { N = 2000 };
    struct synapse_row rows[N], *back;
    const float awkward[] = {
        0,      0.1f,   1 / 3.0f,   1, nextafterf(1, 0), nextafterf(0.1f, 1), nextafterf(0.5f, 0),
        1e-30f, 1e-45f, 0.99999994f};
    for (int32_t i = 0; i < N; i++) {
        const struct random_words words = random_words(1, RANDOM_GROW, 0, 0, (uint32_t)i);
        rows[i] = (struct synapse_row){i % 2 ? i % 120 : 120 + i % N_INPUTS, i % 1200,
                                       random_unit_float(words.word[0]), i % 2 == 0};
        if (i < 10)
            rows[i].weight = awkward[i];
    }
    rows[11].weight = 100;
    int32_t n;
    struct layout layout;
    const struct snapshot_key key = base_key(&layout);
    const char *path = support_path(state, "network.csv");
    assert_int_equal(snapshot_write(path, rows, N, &key), STATUS_OK);
    if (snapshot_read(path, &back, &n) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_same_rows(back, n, rows, N);
    free(back);
}

static void given_a_network_when_saved_and_read_expect_the_same_network(void **state)
{
    struct parameters p;
    struct network network, again;
    struct synapse_row *rows, *back;
    int32_t n, n_back;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_int_equal(support_connect(&network, &p, 2, 400, 19), STATUS_OK);
    assert_int_equal(network_rows(&network, &rows, &n), STATUS_OK);
    const char *path = support_path(state, "network.csv");
    const struct snapshot_key key = {&network.layout, labels, WIDTH};
    assert_int_equal(snapshot_write(path, rows, n, &key), STATUS_OK);
    assert_int_equal(snapshot_read(path, &back, &n_back), STATUS_OK);
    assert_same_rows(back, n_back, rows, n);
    assert_int_equal(network_init(&again, &network.layout, back, n_back, 0.01f), STATUS_OK);
    assert_memory_equal(again.plastic.id, network.plastic.id, 4000);
    assert_memory_equal(again.plastic.weight, network.plastic.weight, 4000);
    free(rows);
    free(back);
    network_free(&network);
    network_free(&again);
}

static void given_rows_when_written_expect_this_text(void **state)
{
    const struct synapse_row rows[] = {
        {120, 7, 0.1f, true},   {161, 415, 0.1f, true}, {80, 799, 0.3f, false},
        {3, 1000, 0.3f, false}, {5, 800, 0.3f, false},  {521, 400, 1, false},
    };
    struct layout layout;
    const struct snapshot_key key = base_key(&layout);
    const char *path = support_path(state, "network.csv");
    assert_int_equal(snapshot_write(path, rows, 6, &key), STATUS_OK);
    size_t n;
    uint8_t *text = support_read(path, &n);
    const char expected[] = "source_id,dendrite_id,weight,plastic,cell,class,row,column\n"
                            "120,7,0.100000001,1,0,3,0,0\n"
                            "161,415,0.100000001,1,41,8,2,1\n"
                            "80,799,0.300000012,0,79,8,,\n"
                            "3,1000,0.300000012,0,100,3,,\n" /* feedback of class 3 */
                            "5,800,0.300000012,0,80,,,\n"    /* control, of no class */
                            "521,400,1,0,40,8,,\n";          /* a teacher */
    assert_int_equal(n, sizeof expected - 1);
    assert_memory_equal(text, expected, n);
    free(text);
}

static void given_gzip_crlf_or_no_rows_when_read_expect_them_taken(void **state)
{
    struct synapse_row *rows;
    int32_t n;
    const char text[] = HEADER "120,7,0.5,1\n80,799,3e-1,0\n";
    const struct synapse_row expected[] = {{120, 7, 0.5f, true}, {80, 799, 0.3f, false}};
    assert_int_equal(
        snapshot_read(support_write_gzip(state, "a.csv.gz", text, sizeof text - 1), &rows, &n),
        STATUS_OK);
    assert_same_rows(rows, n, expected, 2);
    free(rows);
    const char *crlf = "source_id,dendrite_id,weight,plastic\r\n120,7,0.5,1\r\n80,799,0.3,0";
    assert_int_equal(snapshot_read(support_write_text(state, "b.csv", crlf), &rows, &n), STATUS_OK);
    assert_same_rows(rows, n, expected, 2);
    free(rows);
    assert_int_equal(snapshot_read(support_write_text(state, "c.csv", HEADER), &rows, &n),
                     STATUS_OK);
    assert_int_equal(n, 0);
    free(rows);
}

/* As a table program writes it back, with columns of the user's own. */
static void given_columns_after_the_four_when_read_expect_them_passed_over(void **state)
{
    struct synapse_row *rows;
    int32_t n;
    const struct synapse_row expected[] = {{120, 7, 0.5f, true}, {80, 799, 0.3f, false}};
    const char text[] = "source_id,dendrite_id,weight,plastic,cell,class,row,column,mine\n"
                        "120,7,0.5,1,0,1.0,0.0,0.0,yes\n80,799,0.3,0,79,2.0,,,\n";
    assert_int_equal(snapshot_read(support_write_text(state, "a.csv", text), &rows, &n), STATUS_OK);
    assert_same_rows(rows, n, expected, 2);
    free(rows);
    const char *short_row = support_write_text(state, "b.csv",
                                               "source_id,dendrite_id,weight,plastic,cell\n"
                                               "120,7,0.5,1,0\n120,7,0.5,1\n");
    assert_int_equal(snapshot_read(short_row, &rows, &n), STATUS_USER);
    support_assert_message(short_row,
                           ": line 3: '120,7,0.5,1': 4 columns: expected 5, as in line 1", NULL);
    const char *other =
        support_write_text(state, "c.csv", "source_id,dendrite_id,weight,plastics\n");
    assert_int_equal(snapshot_read(other, &rows, &n), STATUS_USER);
    support_assert_message(other, ": line 1: ", NULL);
}

/* "PATH: line N: what" of a file of the header, a good row and this one. */
static void assert_refused(void **state, const char *row, const char *what)
{
    struct synapse_row *rows = (struct synapse_row *)state;
    int32_t n = 7;
    char text[512], expected[2048];
    snprintf(text, sizeof text, "%s120,7,0.5,1\n%s\n120,7,0.5,1\n", HEADER, row);
    const char *path = support_write_text(state, "bad.csv", text);
    if (snapshot_read(path, &rows, &n) != STATUS_USER)
        fail_msg("not refused: %s", row);
    snprintf(expected, sizeof expected, "%s: line 3: %s", path, what);
    assert_string_equal(status_message(), expected);
    assert_null(rows);
    assert_int_equal(n, 0);
}

static void given_bad_ids_when_read_expect_the_line(void **state)
{
    static const char *const bad[] = {
        "",   "x",   "-1",         "120;7",      "120.0",
        "7x", "1e3", "2147483648", "4294967296", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char row[128], expected[256];
        snprintf(row, sizeof row, "%s,7,0.5,1", bad[i]);
        snprintf(expected, sizeof expected,
                 "source_id '%s': expected a whole number from 0 to 2147483647", bad[i]);
        assert_refused(state, row, expected);
        snprintf(row, sizeof row, "120,%s,0.5,1", bad[i]);
        snprintf(expected, sizeof expected,
                 "dendrite_id '%s': expected a whole number from 0 to 2147483647", bad[i]);
        assert_refused(state, row, expected);
    }
}

static void given_columns_too_few_or_many_when_read_expect_the_line(void **state)
{
    static const char *const bad[] = {"",          "120",           "120,7",
                                      "120,7,0.5", "120,7,0.5,1,9", "120;7;0.5;1"};
    static const char *const found[] = {"0 columns", "1 column",  "2 columns",
                                        "3 columns", "5 columns", "1 column"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "'%s': %s: expected 4, as in line 1", bad[i], found[i]);
        assert_refused(state, bad[i], expected);
    }
}

static void given_bad_weights_when_read_expect_the_line(void **state)
{
    assert_refused(state, "120,7,,1", "weight '': expected a number from 0 to 100");
    assert_refused(state, "120,7,x,1", "weight 'x': expected a number from 0 to 100");
    assert_refused(state, "120,7,0.5x,1", "weight '0.5x': expected a number from 0 to 100");
    assert_refused(state, "120,7,nan,1", "weight 'nan': expected a number from 0 to 100");
    assert_refused(state, "120,7,inf,0", "weight 'inf': expected a number from 0 to 100");
    assert_refused(state, "120,7,1e99,0", "weight '1e99': expected a number from 0 to 100");
    assert_refused(state, "120,7,-0.1,1", "weight '-0.1': expected a number from 0 to 100");
    assert_refused(state, "80,7,100.001,0", "weight '100.001': expected a number from 0 to 100");
    assert_refused(state, "120,7,1.5,1", "weight '1.5': expected 0 to 1, of a plastic synapse");
}

static void given_a_bad_kind_when_read_expect_the_line(void **state)
{
    assert_refused(state, "120,7,0.5,2", "plastic '2': expected 0 or 1");
    assert_refused(state, "120,7,0.5,-1", "plastic '-1': expected 0 or 1");
    assert_refused(state, "120,7,0.5,", "plastic '': expected 0 or 1");
    assert_refused(state, "120,7,0.5,true", "plastic 'true': expected 0 or 1");
}

static void given_another_header_or_none_when_read_expect_the_right_one(void **state)
{
    struct synapse_row *rows;
    int32_t n;
    const char *right = "expected source_id,dendrite_id,weight,plastic";
    const char *path = support_write_text(state, "a.csv", "120,7,0.5,1\n");
    assert_int_equal(snapshot_read(path, &rows, &n), STATUS_USER);
    support_assert_message(path, ": line 1: '120,7,0.5,1': ", right, NULL);
    assert_int_equal(snapshot_read(support_write_text(state, "b.csv", ""), &rows, &n), STATUS_USER);
    support_assert_message(": is empty: expected a header, source_id,dendrite_id", NULL);
    assert_null(rows);
}

static void given_no_file_when_read_or_no_folder_when_written_expect_user_error(void **state)
{
    struct synapse_row *rows;
    int32_t n;
    const char *path = support_path(state, "missing/network.csv");
    assert_int_equal(snapshot_read(path, &rows, &n), STATUS_USER);
    support_assert_message(path, "cannot be opened", NULL);
    assert_null(rows);
    const struct synapse_row one = {120, 7, 0.5f, true};
    struct layout layout;
    const struct snapshot_key key = base_key(&layout);
    assert_int_equal(snapshot_write(path, &one, 1, &key), STATUS_USER);
    support_assert_message(path, "cannot be written", NULL);
    assert_false(file_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_awkward_weights_when_written_and_read_expect_every_bit),
        WITH_FOLDER(given_a_network_when_saved_and_read_expect_the_same_network),
        WITH_FOLDER(given_rows_when_written_expect_this_text),
        WITH_FOLDER(given_gzip_crlf_or_no_rows_when_read_expect_them_taken),
        WITH_FOLDER(given_columns_after_the_four_when_read_expect_them_passed_over),
        WITH_FOLDER(given_bad_ids_when_read_expect_the_line),
        WITH_FOLDER(given_columns_too_few_or_many_when_read_expect_the_line),
        WITH_FOLDER(given_bad_weights_when_read_expect_the_line),
        WITH_FOLDER(given_a_bad_kind_when_read_expect_the_line),
        WITH_FOLDER(given_another_header_or_none_when_read_expect_the_right_one),
        WITH_FOLDER(given_no_file_when_read_or_no_folder_when_written_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
