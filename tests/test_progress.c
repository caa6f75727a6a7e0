/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/progress: what is seen on terminals of all widths and kinds, and in files. */
#include "core/progress.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "support.h"

/* ---- a terminal ---- */

enum { ROWS = 64, COLUMNS_MAX = 400 };

/* What a terminal shows: text that reaches the last column goes on in the next row. */
struct screen {
    char cell[ROWS][COLUMNS_MAX + 1];
    int width, row, column;
};

static void show(struct screen *screen, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '\r') {
            screen->column = 0;
        } else if (*at == '\n') {
            screen->row++;
        } else if (strncmp(at, "\033[K", 3) == 0) {
            screen->cell[screen->row][screen->column] = '\0';
            at += 2;
        } else {
            assert_true((unsigned char)*at >= ' '); /* no other codes */
            if (screen->column == screen->width) {
                screen->column = 0;
                screen->row++;
            }
            assert_true(screen->row < ROWS);
            screen->cell[screen->row][screen->column++] = *at;
            screen->cell[screen->row][screen->column] = '\0';
        }
    }
}

static int used_rows(const struct screen *screen)
{
    int n = 0;
    for (int i = 0; i < ROWS; i++)
        n += screen->cell[i][0] != '\0';
    return n;
}

static int terminal;

static void set_width(int columns)
{
    const struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
    assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
}

/* What has been written to the terminal until now. */
static char *read_terminal(char text[1 << 14])
{
    ssize_t part;
    size_t n = 0;
    fflush(stderr);
    while ((part = read(terminal, text + n, (1 << 14) - 1 - n)) > 0)
        n += (size_t)part;
    text[n] = '\0';
    return text;
}

/* stderr becomes a terminal of so many columns, and so back. */
static int stderr_before;

static void open_terminal(int columns)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    set_width(columns);
    const int file = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    assert_true(file >= 0);
    struct termios settings;
    assert_int_equal(tcgetattr(file, &settings), 0);
    settings.c_oflag &= ~(tcflag_t)OPOST;
    assert_int_equal(tcsetattr(file, TCSANOW, &settings), 0);
    stderr_before = dup(2);
    dup2(file, 2);
    close(file);
    setenv("TERM", "xterm", 1);
    unsetenv("COLUMNS");
}

static void close_terminal(void)
{
    dup2(stderr_before, 2);
    close(stderr_before);
    close(terminal);
}

/* A bar at its last stages, each drawn at once. */
static void draw_some(struct progress *progress, const char *note)
{
    for (int i = 40; i < 48; i++) {
        progress->last = -100;
        progress_update(progress, i, note);
    }
}

static const char long_note[] =
    "sample accuracy 98 %, strong 30 %, in a folder/of a long name/runs/"
    "medium-random-s12 and more, \xe2\x80\xa6, of it \xc2\xb1 0.004";

/* What it looks like on so many columns, as the system and the environment say. */
static struct screen draw_on(int columns, const char *variable, int width, const char *note)
{
    static struct screen screen;
    struct progress progress;
    char text[1 << 14];
    open_terminal(columns);
    if (variable)
        setenv("COLUMNS", variable, 1);
    progress_start(&progress, "medium-random", "presentations", 350, false);
    progress.start -= 100;
    draw_some(&progress, note);
    screen = (struct screen){.width = width};
    show(&screen, read_terminal(text));
    close_terminal();
    return screen;
}

static void given_a_terminal_of_any_width_when_drawn_again_expect_one_row(void **state)
{
    (void)state;
    for (int width = 1; width < 300; width += width < 30 ? 1 : 13) {
        const struct screen screen = draw_on(width, NULL, width, long_note);
        if (screen.row != 0 || used_rows(&screen) > 1 || screen.column >= width)
            fail_msg("%d columns: row %d, column %d: %s", width, screen.row, screen.column,
                     screen.cell[0]);
    }
    const struct screen screen = draw_on(80, NULL, 80, "sample accuracy 98 %");
    assert_string_equal(screen.cell[0],
                        "medium-random 47/350 presentations, 0.47/s, 10:45 min left  "
                        "sample accuracy 98 ");
}

static void given_room_when_drawn_expect_a_bar_and_none_where_there_is_not(void **state)
{
    (void)state;
    struct screen screen = draw_on(200, NULL, 200, "note");
    assert_string_equal(screen.cell[0], "medium-random [###.....................] 47/350 "
                                        "presentations, 0.47/s, 10:45 min left  note");
    screen = draw_on(66, NULL, 66, NULL);
    assert_string_equal(screen.cell[0],
                        "medium-random 47/350 presentations, 0.47/s, 10:45 min left");
    screen = draw_on(30, NULL, 30, NULL);
    assert_string_equal(screen.cell[0], "medium-random 47/350 presenta");
}

static void given_a_width_that_is_not_known_when_drawn_expect_that_of_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *columns;
        int width;
    } cases[] = {{"40", 40},   {NULL, 80}, {"0", 80},      {"-3", 80},
                 {"wide", 80}, {"", 80},   {"9999999", 80}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct screen screen = draw_on(0, cases[i].columns, cases[i].width, long_note);
        assert_int_equal(screen.row, 0);
        assert_int_equal(screen.column, cases[i].width - 1);
    }
}

static void given_a_window_made_narrower_when_drawn_expect_it_to_fit_from_then_on(void **state)
{
    (void)state;
    static struct screen screen;
    struct progress progress;
    char text[1 << 14];
    open_terminal(120);
    progress_start(&progress, "train", "presentations", 350, false);
    draw_some(&progress, long_note);
    read_terminal(text);
    set_width(50);
    draw_some(&progress, long_note);
    screen.width = 50;
    show(&screen, read_terminal(text));
    progress_finish(&progress, 350, NULL);
    show(&screen, read_terminal(text));
    close_terminal();
    assert_int_equal(screen.row, 1);
    assert_non_null(strstr(screen.cell[0], "train: 350 presentations in "));
    assert_int_equal(used_rows(&screen), 1);
}

/* Characters are not cut in two, and none of a label moves the cursor. */
static void given_names_of_any_bytes_when_drawn_expect_whole_characters_in_one_row(void **state)
{
    (void)state;
    char text[1 << 14];
    for (int width = 2; width < 60; width++) {
        struct progress progress;
        open_terminal(width);
        progress_start(&progress, "\xe5\xae\x9e\xe9\xaa\x8c\n\033[2J\t", "runs", 350, false);
        draw_some(&progress, "\xe2\x80\xa6\xc2\xb1");
        read_terminal(text);
        close_terminal();
        const char *last = strrchr(text, '\r');
        assert_non_null(last);
        assert_null(strpbrk(last + 4, "\n\033\t"));
        size_t n_left = 0; /* bytes that the last character still needs */
        for (const char *at = last + 4; *at; at++) {
            const unsigned char byte = (unsigned char)*at;
            if (n_left == 0)
                n_left = byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
            else
                n_left--;
        }
        assert_int_equal(n_left, 0);
    }
}

static void given_a_terminal_without_codes_when_drawn_expect_plain_lines(void **state)
{
    (void)state;
    static const char *const kinds[] = {"dumb", "", NULL};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct progress progress;
        char text[1 << 14];
        open_terminal(80);
        if (kinds[i])
            setenv("TERM", kinds[i], 1);
        else
            unsetenv("TERM");
        progress_start(&progress, "train", "presentations", 350, false);
        progress.last = -100;
        progress_update(&progress, 10, NULL);
        progress_update(&progress, 11, NULL); /* not so soon */
        progress_finish(&progress, 350, NULL);
        read_terminal(text);
        close_terminal();
        assert_null(strpbrk(text, "\r\033"));
        assert_non_null(strstr(text, "train: 10/350 presentations, "));
        assert_null(strstr(text, "11/350"));
        assert_non_null(strstr(text, "\ntrain: 350 presentations in 0 s\n"));
    }
}

static void given_a_file_or_nothing_when_drawn_expect_plain_lines(void **state)
{
    const char *path = support_write_text(state, "log", "");
    for (int is_closed = 0; is_closed < 2; is_closed++) {
        struct progress progress;
        const int before = dup(2), file = open(path, O_WRONLY);
        setenv("TERM", "xterm", 1);
        dup2(file, 2);
        close(file);
        if (is_closed)
            close(2);
        progress_start(&progress, "train", "presentations", 350, false);
        draw_some(&progress, long_note);
        progress_finish(&progress, 350, NULL);
        dup2(before, 2);
        close(before);
    }
    size_t n;
    char *text = (char *)support_read(path, &n);
    assert_null(strpbrk(text, "\r\033"));
    assert_non_null(strstr(text, "train: 47/350 presentations, "));
    assert_non_null(strstr(text, "0.004\n"));
    free(text);
}

/* A job that is not in the foreground of a terminal that stops those who write (stty tostop). */
static void draw_in_background(void)
{
    struct progress progress;
    struct termios settings;
    if (setsid() < 0 || ioctl(2, TIOCSCTTY, 0) != 0 || tcgetattr(2, &settings) != 0)
        _exit(1);
    settings.c_lflag |= TOSTOP;
    if (tcsetattr(2, TCSANOW, &settings) != 0)
        _exit(2);
    const pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        progress_start(&progress, "train", "presentations", 350, false);
        draw_some(&progress, NULL);
        progress_finish(&progress, 350, NULL);
        _exit(0);
    }
    int status;
    if (waitpid(job, &status, WUNTRACED) != job)
        _exit(3);
    if (WIFSTOPPED(status)) {
        kill(job, SIGKILL);
        _exit(4);
    }
    _exit(WEXITSTATUS(status));
}

static void given_a_job_in_the_background_when_drawn_expect_nothing_and_no_stop(void **state)
{
    (void)state;
    char text[1 << 14];
    int status;
    open_terminal(80);
    const pid_t child = fork();
    if (child == 0)
        draw_in_background();
    assert_int_equal(waitpid(child, &status, 0), child);
    read_terminal(text);
    close_terminal();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_terminal_of_any_width_when_drawn_again_expect_one_row),
        cmocka_unit_test(given_room_when_drawn_expect_a_bar_and_none_where_there_is_not),
        cmocka_unit_test(given_a_width_that_is_not_known_when_drawn_expect_that_of_the_environment),
        cmocka_unit_test(given_a_window_made_narrower_when_drawn_expect_it_to_fit_from_then_on),
        cmocka_unit_test(given_names_of_any_bytes_when_drawn_expect_whole_characters_in_one_row),
        cmocka_unit_test(given_a_terminal_without_codes_when_drawn_expect_plain_lines),
        WITH_FOLDER(given_a_file_or_nothing_when_drawn_expect_plain_lines),
        cmocka_unit_test(given_a_job_in_the_background_when_drawn_expect_nothing_and_no_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
