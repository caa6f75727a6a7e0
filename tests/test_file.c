/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/file: files that are whole or absent, text line by line, checksums. */
#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/lock.h"
#include "core/status.h"
#include "core/text.h"
#include "support.h"

/* How many files and folders lie in the test's folder. */
static int n_entries(void **state)
{
    DIR *folder = opendir(support_path(state, ""));
    assert_non_null(folder);
    int n = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return n;
}

static void assert_holds(const char *path, const char *text)
{
    size_t n;
    uint8_t *bytes = support_read(path, &n);
    assert_int_equal(n, strlen(text));
    assert_memory_equal(bytes, text, n);
    free(bytes);
}

/* ---- new files */

static void given_a_new_file_when_not_committed_expect_nothing_in_its_place(void **state)
{
    struct new_file file;
    const char *path = support_path(state, "a.csv");
    assert_int_equal(file_create(&file, path), STATUS_OK);
    fputs("whole\n", file.stream);
    fflush(file.stream);
    assert_false(file_exists(path));
    assert_int_equal(file_commit(&file), STATUS_OK);
    assert_holds(path, "whole\n");
    assert_int_equal(n_entries(state), 1);
    assert_null(file.stream);
    assert_null(file.path);
    assert_null(file.temporary_path);
}

static void given_an_old_file_when_replaced_expect_it_until_the_commit(void **state)
{
    struct new_file file;
    const char *path = support_write_text(state, "a.csv", "old and longer\n");
    assert_int_equal(file_create(&file, path), STATUS_OK);
    fputs("new\n", file.stream);
    fflush(file.stream);
    assert_holds(path, "old and longer\n");
    assert_int_equal(file_commit(&file), STATUS_OK);
    assert_holds(path, "new\n");
    assert_int_equal(n_entries(state), 1);
}

static void given_a_new_file_when_abandoned_expect_nothing_left(void **state)
{
    struct new_file file;
    const char *path = support_path(state, "a.csv");
    assert_int_equal(file_create(&file, path), STATUS_OK);
    fputs("half", file.stream);
    file_abandon(&file);
    assert_int_equal(n_entries(state), 0);
    file_abandon(&file); /* safe on a zeroed one */
}

static void given_an_old_file_when_its_successor_is_abandoned_expect_the_old(void **state)
{
    struct new_file file;
    const char *path = support_write_text(state, "a.csv", "old\n");
    assert_int_equal(file_create(&file, path), STATUS_OK);
    fputs("half", file.stream);
    file_abandon(&file);
    assert_holds(path, "old\n");
    assert_int_equal(n_entries(state), 1);
}

static void given_no_folder_when_created_expect_user_error(void **state)
{
    struct new_file file;
    const char *path = support_path(state, "missing/a.csv");
    assert_int_equal(file_create(&file, path), STATUS_USER);
    support_assert_message(path, "cannot be written (No such file or directory)", NULL);
    assert_null(file.stream);
    file_abandon(&file);
}

static void given_a_folder_in_its_place_when_committed_expect_nothing_left_behind(void **state)
{
    struct new_file file;
    const char *path = support_path(state, "taken");
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(file_create(&file, path), STATUS_OK);
    assert_int_equal(file_commit(&file), STATUS_USER);
    support_assert_message(path, "cannot be put in place", NULL);
    assert_int_equal(n_entries(state), 1);
}

static void given_a_link_to_a_file_when_written_to_expect_the_link_and_the_new_bytes(void **state)
{
    struct new_file file;
    const char *link = support_path(state, "link");
    assert_int_equal(mkdir(support_path(state, "there"), 0777), 0);
    const char *path = support_write_text(state, "there/a.csv", "old\n");
    assert_int_equal(symlink("there/a.csv", link), 0);
    assert_int_equal(file_create(&file, link), STATUS_OK);
    fputs("new\n", file.stream);
    assert_int_equal(file_commit(&file), STATUS_OK);
    assert_holds(path, "new\n");
    char to[32] = "";
    assert_int_equal(readlink(link, to, sizeof to - 1), 11);
    assert_string_equal(to, "there/a.csv");
    assert_int_equal(n_entries(state), 2);
}

static void given_two_new_files_of_one_name_when_written_expect_each_its_own(void **state)
{
    struct new_file first, second;
    const char *path = support_path(state, "a.csv");
    assert_int_equal(file_create(&first, path), STATUS_OK);
    assert_int_equal(file_create(&second, path), STATUS_OK);
    fputs("of the first\n", first.stream);
    fputs("second\n", second.stream);
    assert_int_equal(file_commit(&first), STATUS_OK);
    assert_holds(path, "of the first\n");
    assert_int_equal(file_commit(&second), STATUS_OK);
    assert_holds(path, "second\n");
    assert_int_equal(n_entries(state), 1);
}

static void given_names_of_all_kinds_when_asked_expect_only_its_own_to_be_temporary(void **state)
{
    static const char *const others[] = {
        "draft.tmp",
        ".tmp",
        ".spinet.tmp",
        "a.csv.spinet.tmp",
        "a.csv.host-7-1.spinet.tmp",
        ".host-7-1.tmp",
        ".host-7-1.spinet.tmp.txt",
    };
    struct new_file file;
    assert_int_equal(file_create(&file, support_path(state, "a.csv")), STATUS_OK);
    assert_true(file_is_temporary(strrchr(file.temporary_path, '/') + 1));
    file_abandon(&file);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (file_is_temporary(others[i]))
            fail_msg("%s is taken for a temporary file", others[i]);
}

/* Makes a temporary folder of this or another machine, with a file in it. */
static const char *leave_folder(void **state, const char *name)
{
    char file[300];
    snprintf(file, sizeof file, "%s/result.csv", name);
    assert_int_equal(file_make_folder(support_path(state, name)), STATUS_OK);
    support_write_text(state, file, "");
    return support_path(state, name);
}

static void make_old(const char *path)
{
    const struct timespec then = {.tv_sec = time(NULL) - 8 * 24 * 3600};
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){then, then}, 0), 0);
}

static void given_temporary_files_when_removed_expect_those_in_use_kept(void **state)
{
    struct new_file file;
    char host[65] = "", name[256];
    gethostname(host, sizeof host - 1);
    /* numbers of processes mean nothing in another container: these are alive here */
    const char *own = support_leave_temporary(state, "a.csv", getpid());
    const char *first = support_leave_temporary(state, "b.csv", 1);
    const char *foreign = support_write_text(state, ".no-such-host-1-3.spinet.tmp", "");
    snprintf(name, sizeof name, ".%s-%ld-77.spinet.tmp", host, (long)getpid());
    const char *folder = leave_folder(state, name);
    const char *young = leave_folder(state, ".no-such-host-1-1.spinet.tmp");
    const char *old = leave_folder(state, ".no-such-host-1-2.spinet.tmp");
    make_old(old);
    assert_int_equal(file_create(&file, support_path(state, "a.csv")), STATUS_OK);
    file_remove_temporary(support_path(state, ""));
    assert_false(file_exists(own) || file_exists(first) || file_exists(foreign));
    assert_false(file_exists(folder) || file_exists(old));
    assert_true(file_exists(young));
    fputs("whole\n", file.stream);
    assert_int_equal(file_finish(&file), STATUS_OK);
    file_remove_temporary(support_path(state, ""));
    assert_int_equal(file_commit(&file), STATUS_OK);
    assert_holds(support_path(state, "a.csv"), "whole\n");
}

static void given_a_folder_made_beside_when_removed_expect_it_kept_until_given_back(void **state)
{
    char *path;
    int lock;
    assert_int_equal(file_make_folder_beside(support_path(state, "run"), &path, &lock), STATUS_OK);
    file_remove_temporary(support_path(state, ""));
    assert_true(file_is_folder(path));
    lock_leave_folder(lock);
    file_remove_temporary(support_path(state, ""));
    assert_false(file_exists(path));
    free(path);
    assert_int_equal(file_make_folder_beside(support_path(state, "a/run"), &path, &lock),
                     STATUS_USER);
    support_assert_message("a/run: no folder can be made beside it (No such file", NULL);
    assert_null(path);
}

/* Begins a process that clears away what is left behind until it is killed. */
static pid_t begin_to_clear(const char *folder)
{
    const pid_t process = fork();
    assert_true(process >= 0);
    while (process == 0)
        file_remove_temporary(folder);
    return process;
}

static void given_processes_that_clear_when_folders_are_made_beside_expect_each_made(void **state)
{
    enum { N = 2000, N_PROCESSES = 3 };
    const char *target = support_path(state, "run"), *folder = support_path(state, "");
    pid_t process[N_PROCESSES];
    for (int i = 0; i < N_PROCESSES; i++)
        process[i] = begin_to_clear(folder);
    int n_made = 0;
    for (int i = 0; i < N; i++) {
        char *path;
        int lock;
        if (file_make_folder_beside(target, &path, &lock) != STATUS_OK)
            continue;
        n_made += file_is_folder(path);
        lock_leave_folder(lock);
        free(path);
    }
    for (int i = 0; i < N_PROCESSES; i++) {
        kill(process[i], SIGKILL);
        waitpid(process[i], NULL, 0);
    }
    assert_int_equal(n_made, N);
}

/* Replaces the system's: a file system without locks. */

static int flock_fails_with;

int flock(int file, int operation)
{
    errno = flock_fails_with;
    return flock_fails_with ? -1 : (int)syscall(SYS_flock, file, operation);
}

static void given_no_locks_when_temporary_files_are_removed_expect_old_ones_gone(void **state)
{
    static const int reasons[] = {ENOLCK, EOPNOTSUPP, 524, ENOSYS, EINVAL, EBADF, EIO};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct new_file file;
        flock_fails_with = reasons[i];
        const char *young = support_leave_stale(state, "a.csv");
        const char *old = support_leave_stale(state, "b.csv");
        make_old(old);
        assert_int_equal(file_create(&file, support_path(state, "a.csv")), STATUS_OK);
        file_remove_temporary(support_path(state, ""));
        assert_true(file_exists(young));
        assert_false(file_exists(old));
        assert_int_equal(file_commit(&file), STATUS_OK);
        flock_fails_with = 0;
    }
}

/* The longest name that the file system takes leaves no room for a suffix. */
static void given_the_longest_of_names_when_created_expect_the_file(void **state)
{
    struct new_file file;
    char name[256] = "";
    memset(name, 'n', 255);
    assert_int_equal(file_create(&file, support_path(state, name)), STATUS_OK);
    assert_int_equal(file_commit(&file), STATUS_OK);
    assert_true(file_exists(support_path(state, name)));
}

static void given_what_systems_put_into_folders_when_asked_expect_them_to_be_empty(void **state)
{
    static const char *const names[] = {".DS_Store", ".nfs000000000012", "lost+found", ".snapshot",
                                        "Thumbs.db", "desktop.ini",      "._a"};
    assert_int_equal(file_make_folder(support_path(state, "a")), STATUS_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[64];
        snprintf(name, sizeof name, "a/%s", names[i]);
        support_write_text(state, name, "");
        if (!file_folder_is_empty(support_path(state, "a")))
            fail_msg("%s counts", names[i]);
    }
    support_write_text(state, "a/thesis.doc", "");
    assert_false(file_folder_is_empty(support_path(state, "a")));
}

/* A limit on the size of files does what a full disk does. */
static void given_a_full_disk_when_committed_expect_the_old_file_alone(void **state)
{
    struct new_file file;
    struct rlimit before;
    const char *path = support_write_text(state, "a.csv", "old\n");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {1000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const int created = file_create(&file, path);
    for (int i = 0; created == STATUS_OK && i < 10000; i++)
        fputs("0123456789\n", file.stream);
    const int committed = created == STATUS_OK ? file_commit(&file) : STATUS_OK;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(created, STATUS_OK);
    assert_int_equal(committed, STATUS_SYSTEM);
    support_assert_message(path, "not written", NULL);
    assert_holds(path, "old\n");
    assert_int_equal(n_entries(state), 1);
}

/* The second of two meets the limit: the first, although whole, is not put in place. */
static void given_a_full_disk_when_two_are_committed_expect_both_old_files(void **state)
{
    struct new_file files[2];
    struct rlimit before;
    const char *paths[] = {support_write_text(state, "a.csv", "old a\n"),
                           support_write_text(state, "b.csv", "old b\n")};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {1000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 2; i++)
        assert_int_equal(file_create(&files[i], paths[i]), STATUS_OK);
    fputs("new a\n", files[0].stream);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 10000; i++)
        fputs("0123456789\n", files[1].stream);
    const int committed = file_commit_all(files, 2);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(committed, STATUS_SYSTEM);
    support_assert_message(paths[1], "not written", NULL);
    assert_holds(paths[0], "old a\n");
    assert_holds(paths[1], "old b\n");
    assert_int_equal(n_entries(state), 2);
}

static void given_names_of_one_file_when_compared_expect_them_the_same(void **state)
{
    const char *folder = support_path(state, ""), *d = support_path(state, "d");
    const char *a = support_write_text(state, "a", ""), *other = support_write_text(state, "o", "");
    const char *link = support_path(state, "link"), *second = support_path(state, "second");
    const char *round = support_path(state, "d/../a");
    const char *new = support_path(state, "new"), *new_round = support_path(state, "d/.././new");
    assert_int_equal(mkdir(d, 0777), 0);
    assert_int_equal(symlink("a", link), 0);
    assert_int_equal(symlink(".", second), 0);
    assert_true(file_is_same(a, a) && file_is_same(a, link) && file_is_same(round, a));
    assert_false(file_is_same(a, other) || file_is_same(a, new) || file_is_same(new, a));
    assert_true(file_is_same(new, new_round));
    assert_true(file_is_same(support_path(state, "second/new"), new));
    assert_false(file_is_same(new, support_path(state, "d/new")));
    assert_false(file_is_same(support_path(state, "no/new"), support_path(state, "no/new")));
    assert_true(file_is_within(a, folder) && file_is_within(new_round, folder));
    assert_true(file_is_within(support_path(state, "d/new"), folder));
    assert_true(file_is_within(a, second) && file_is_within(a, "/"));
    assert_false(file_is_within(a, d) || file_is_within(support_path(state, "dd"), d));
    assert_false(file_is_within(a, support_path(state, "no")));
}

/* ---- folders */

static void given_folders_in_folders_when_made_expect_them_all(void **state)
{
    const char *path = support_path(state, "a/b//c");
    assert_int_equal(file_make_folder(path), STATUS_OK);
    assert_true(file_is_folder(path));
    assert_int_equal(file_make_folder(path), STATUS_OK); /* again: no harm */
    const char *with_slash = support_path(state, "d/e/");
    assert_int_equal(file_make_folder(with_slash), STATUS_OK);
    assert_true(file_is_folder(with_slash));
}

static void given_a_file_in_the_way_when_made_a_folder_expect_user_error(void **state)
{
    const char *file = support_write_text(state, "a", "");
    assert_int_equal(file_make_folder(file), STATUS_USER);
    support_assert_message(file, "is a file, a folder is needed", NULL);
    assert_int_equal(file_make_folder(support_path(state, "a/b")), STATUS_USER);
    support_assert_message(file, "is a file, a folder is needed", NULL);
    assert_true(file_exists(file));
    assert_false(file_is_folder(file));
    assert_false(file_exists(support_path(state, "b")));
}

static void given_a_folder_that_cannot_be_made_expect_none_of_those_above_it(void **state)
{
    char name[300];
    assert_int_equal(file_make_folder(support_path(state, "old")), STATUS_OK);
    support_write_text(state, "file", "");
    snprintf(name, sizeof name, "old/nope/deep//%0256d/more", 0);
    assert_int_equal(file_make_folder(support_path(state, name)), STATUS_USER);
    support_assert_message("the folder cannot be made (File name too long)", NULL);
    assert_true(file_folder_is_empty(support_path(state, "old")));
    assert_int_equal(file_make_folder(support_path(state, "newd/../nope2/./../file")), STATUS_USER);
    support_assert_message("file: is a file, a folder is needed", NULL);
    assert_int_equal(n_entries(state), 2);
}

/* ---- text */

/* Reads all of `path` and compares with the lines, of which the last is NULL. */
static void assert_lines(const char *path, const char *const *line)
{
    struct text_reader reader;
    assert_int_equal(text_open(&reader, path), STATUS_OK);
    size_t n = 0;
    for (; line[n]; n++) {
        assert_int_equal(text_next(&reader), 1);
        assert_string_equal(reader.text, line[n]);
        assert_int_equal(reader.line, n + 1);
    }
    assert_int_equal(text_next(&reader), 0);
    assert_int_equal(text_next(&reader), 0);
    text_close(&reader);
}

/* Reads `n_good` lines of `path`, and then this error. */
static void assert_breaks(const char *path, int n_good, const char *where, const char *what)
{
    struct text_reader reader;
    assert_int_equal(text_open(&reader, path), STATUS_OK);
    for (int i = 0; i < n_good; i++)
        assert_int_equal(text_next(&reader), 1);
    assert_int_equal(text_next(&reader), STATUS_USER);
    support_assert_message(path, where, what, NULL);
    text_close(&reader);
}

static void given_plain_text_when_read_expect_its_lines(void **state)
{
    assert_lines(support_write_text(state, "a", "one\n\n two \n"),
                 (const char *[]){"one", "", " two ", NULL});
}

static void given_gzipped_text_when_read_expect_its_lines(void **state)
{
    const char text[] = "one\n\n two \n";
    assert_lines(support_write_gzip(state, "a", text, sizeof text - 1),
                 (const char *[]){"one", "", " two ", NULL});
}

static void given_crlf_when_read_expect_lines_without_it(void **state)
{
    assert_lines(support_write_text(state, "a", "one\r\n\r\ntwo\r\nlast\r"),
                 (const char *[]){"one", "", "two", "last", NULL});
}

static void given_no_final_newline_when_read_expect_the_last_line(void **state)
{
    assert_lines(support_write_text(state, "a", "one\ntwo"), (const char *[]){"one", "two", NULL});
}

static void given_an_empty_file_when_read_expect_no_line(void **state)
{
    assert_lines(support_write_text(state, "a", ""), (const char *[]){NULL});
    assert_lines(support_write_gzip(state, "b", "", 0), (const char *[]){NULL});
}

/* Lines of 0, 1, 2 … bytes: every place of a line's end against the end of the buffer. */
static void given_lines_of_many_lengths_when_read_expect_each_whole(void **state)
{
    enum { N = 700 };
    char *text = malloc(N * (N + 3) / 2);
    assert_non_null(text);
    char *end = text;
    for (int i = 0; i < N; i++) {
        memset(end, 'a' + i % 26, (size_t)i);
        end += i;
        *end++ = '\n';
    }
    struct text_reader reader;
    const char *path = support_write(state, "a", text, (size_t)(end - text));
    free(text);
    assert_int_equal(text_open(&reader, path), STATUS_OK);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(text_next(&reader), 1);
        assert_int_equal(strlen(reader.text), i);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(reader.text[k], 'a' + i % 26);
    }
    assert_int_equal(text_next(&reader), 0);
    text_close(&reader);
}

static void given_a_nul_byte_when_read_expect_its_line(void **state)
{
    const char text[] = "one\nt\0wo\nthree\n";
    const char *path = support_write(state, "a", text, sizeof text - 1);
    assert_breaks(path, 1, "line 2:", "holds a NUL byte");
    const char *last = support_write(state, "b", "one\n\0", 5);
    assert_breaks(last, 1, "line 2:", "holds a NUL byte");
}

static void given_lines_around_the_limit_when_read_expect_only_the_longer_refused(void **state)
{
    const size_t n = TEXT_LINE_MAX;
    char *text = malloc(n + 8);
    assert_non_null(text);
    memcpy(text, "one\n", 4);
    memset(text + 4, 'x', n + 1);
    text[4 + n - 1] = '\n'; /* one byte below the limit */
    struct text_reader reader;
    const char *path = support_write_gzip(state, "fits.gz", text, 4 + n);
    assert_int_equal(text_open(&reader, path), STATUS_OK);
    assert_int_equal(text_next(&reader), 1);
    assert_int_equal(text_next(&reader), 1);
    assert_int_equal(strlen(reader.text), n - 1);
    assert_int_equal(text_next(&reader), 0);
    text_close(&reader);

    text[4 + n - 1] = 'x';
    text[4 + n + 1] = '\n'; /* one byte above */
    assert_breaks(support_write_gzip(state, "long.gz", text, 4 + n + 2), 1,
                  "line 2: longer than 8388608 bytes", "");
    free(text);
}

static void given_a_gzip_that_is_cut_anywhere_when_read_expect_user_error(void **state)
{
    enum { N = 3000, LINE = 50 };
    char text[N];
    for (int i = 0; i < N; i++) /* hard to compress, so that a part of it comes out */
        text[i] = (char)(i % LINE == LINE - 1 ? '\n' : 'a' + (i * 7919 / 13 + i * i % 61) % 26);
    const char *path = support_write_gzip(state, "a.gz", text, N);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    for (off_t n = info.st_size - 1; n >= 2; n--) { /* a single byte is no gzip yet */
        struct text_reader reader;
        assert_int_equal(truncate(path, n), 0);
        assert_int_equal(text_open(&reader, path), STATUS_OK);
        int more, n_lines = 0;
        while ((more = text_next(&reader)) > 0) {
            assert_memory_equal(reader.text, text + n_lines * LINE, LINE - 1);
            n_lines++;
        }
        assert_int_equal(more, STATUS_USER);
        support_assert_message(path, "line ", "cannot be read (gzip data ends in the middle)",
                               NULL);
        text_close(&reader);
    }
}

static void given_a_gzip_that_is_damaged_when_read_expect_user_error(void **state)
{
    enum { N = 5000 };
    char text[N];
    for (int i = 0; i < N; i++)
        text[i] = (char)(i % 50 == 49 ? '\n' : 'a' + i * i % 23);
    const char *path = support_write_gzip(state, "a.gz", text, N);
    size_t n;
    uint8_t *bytes = support_read(path, &n);
    bytes[n - 6] ^= 1; /* in the checksum */
    struct text_reader reader;
    const char *bad = support_write(state, "bad.gz", bytes, n);
    free(bytes);
    assert_int_equal(text_open(&reader, bad), STATUS_OK);
    int more;
    while ((more = text_next(&reader)) > 0)
        ;
    assert_int_equal(more, STATUS_USER);
    support_assert_message(bad, "cannot be read (", NULL);
    text_close(&reader);
}

static void given_no_file_or_a_folder_when_opened_expect_user_error(void **state)
{
    struct text_reader reader;
    const char *missing = support_path(state, "missing");
    assert_int_equal(text_open(&reader, missing), STATUS_USER);
    support_assert_message(missing, "cannot be opened (No such file or directory)", NULL);
    text_close(&reader);
    const char *folder = support_path(state, ".");
    assert_int_equal(text_open(&reader, folder), STATUS_USER);
    support_assert_message(folder, "is a folder, a file is needed", NULL);
    text_close(&reader);
}

/* ---- checksums and names */

static void given_known_text_when_summed_expect_its_sha256(void **state)
{
    char hex[65];
    assert_int_equal(file_sha256(support_write_text(state, "abc", "abc"), hex), STATUS_OK);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(file_sha256(support_write_text(state, "empty", ""), hex), STATUS_OK);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const char *missing = support_path(state, "missing");
    assert_int_equal(file_sha256(missing, hex), STATUS_USER);
    support_assert_message(missing, "cannot be read", NULL);
}

static void given_folder_and_name_when_joined_expect_a_path(void **state)
{
    (void)state;
    char *path = file_join("runs/a", "b.csv");
    assert_string_equal(path, "runs/a/b.csv");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_new_file_when_not_committed_expect_nothing_in_its_place),
        WITH_FOLDER(given_an_old_file_when_replaced_expect_it_until_the_commit),
        WITH_FOLDER(given_a_new_file_when_abandoned_expect_nothing_left),
        WITH_FOLDER(given_an_old_file_when_its_successor_is_abandoned_expect_the_old),
        WITH_FOLDER(given_no_folder_when_created_expect_user_error),
        WITH_FOLDER(given_a_folder_in_its_place_when_committed_expect_nothing_left_behind),
        WITH_FOLDER(given_a_link_to_a_file_when_written_to_expect_the_link_and_the_new_bytes),
        WITH_FOLDER(given_two_new_files_of_one_name_when_written_expect_each_its_own),
        WITH_FOLDER(given_names_of_all_kinds_when_asked_expect_only_its_own_to_be_temporary),
        WITH_FOLDER(given_temporary_files_when_removed_expect_those_in_use_kept),
        WITH_FOLDER(given_a_folder_made_beside_when_removed_expect_it_kept_until_given_back),
        WITH_FOLDER(given_processes_that_clear_when_folders_are_made_beside_expect_each_made),
        WITH_FOLDER(given_no_locks_when_temporary_files_are_removed_expect_old_ones_gone),
        WITH_FOLDER(given_the_longest_of_names_when_created_expect_the_file),
        WITH_FOLDER(given_what_systems_put_into_folders_when_asked_expect_them_to_be_empty),
        WITH_FOLDER(given_a_full_disk_when_committed_expect_the_old_file_alone),
        WITH_FOLDER(given_a_full_disk_when_two_are_committed_expect_both_old_files),
        WITH_FOLDER(given_names_of_one_file_when_compared_expect_them_the_same),
        WITH_FOLDER(given_folders_in_folders_when_made_expect_them_all),
        WITH_FOLDER(given_a_file_in_the_way_when_made_a_folder_expect_user_error),
        WITH_FOLDER(given_a_folder_that_cannot_be_made_expect_none_of_those_above_it),
        WITH_FOLDER(given_plain_text_when_read_expect_its_lines),
        WITH_FOLDER(given_gzipped_text_when_read_expect_its_lines),
        WITH_FOLDER(given_crlf_when_read_expect_lines_without_it),
        WITH_FOLDER(given_no_final_newline_when_read_expect_the_last_line),
        WITH_FOLDER(given_an_empty_file_when_read_expect_no_line),
        WITH_FOLDER(given_lines_of_many_lengths_when_read_expect_each_whole),
        WITH_FOLDER(given_a_nul_byte_when_read_expect_its_line),
        WITH_FOLDER(given_lines_around_the_limit_when_read_expect_only_the_longer_refused),
        WITH_FOLDER(given_a_gzip_that_is_cut_anywhere_when_read_expect_user_error),
        WITH_FOLDER(given_a_gzip_that_is_damaged_when_read_expect_user_error),
        WITH_FOLDER(given_no_file_or_a_folder_when_opened_expect_user_error),
        WITH_FOLDER(given_known_text_when_summed_expect_its_sha256),
        cmocka_unit_test(given_folder_and_name_when_joined_expect_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
