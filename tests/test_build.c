/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The build and its scripts, in odd surroundings. Nothing is compiled here: tests/long/roots.sh
 * does that on bare systems. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

/* What a command of the shell's, in the folder of the sources with $F for that of the test, prints
 * on both streams. To be freed. */
static char *shell(void **state, int *code, const char *command)
{
    char *whole, *text = NULL;
    size_t size = 0;
    assert_true(asprintf(&whole,
                         "F='%s'; export F; unset MAKEFLAGS MFLAGS MAKELEVEL BUILD CC CFLAGS "
                         "CPPFLAGS LDFLAGS WERROR "
                         "PKG_CONFIG CCACHE_BASEDIR; { %s\n} "
                         "2>&1 </dev/null",
                         support_path(state, ""), command) > 0);
    FILE *out = popen(whole, "r");
    assert_non_null(out);
    if (getdelim(&text, &size, '\0', out) < 0) {
        free(text);
        text = calloc(1, 1);
    }
    const int status = pclose(out);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    free(whole);
    return text;
}

static void assert_says(void **state, const char *command, int code, const char *part)
{
    int found;
    char *text = shell(state, &found, command);
    if (found != code || !strstr(text, part))
        fail_msg("%s\nexit code %d instead of %d, or not there: %s\nin: %s", command, found, code,
                 part, text);
    free(text);
}

static int count_lines(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void given_flags_that_make_wrong_results_when_built_expect_one_line(void **state)
{
    static const char *const commands[] = {
        "CFLAGS=-Ofast make BUILD=\"$F\"b",
        "CFLAGS='-O2 -ffast-math' make BUILD=\"$F\"b",
        "make BUILD=\"$F\"b CFLAGS=-funsafe-math-optimizations",
        "CPPFLAGS=-ffinite-math-only make BUILD=\"$F\"b",
        "make BUILD=\"$F\"b MARCH='native -Ofast'",
        "LDFLAGS=-Ofast make BUILD=\"$F\"b",
        "CC='gcc -Ofast' make BUILD=\"$F\"b test",
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        int code;
        char *text = shell(state, &code, commands[i]);
        assert_int_equal(code, 2);
        assert_int_equal(count_lines(text), 1);
        assert_non_null(strstr(text, ": spinet is not built with that"));
        free(text);
    }
    assert_int_equal(access(support_path(state, "b"), F_OK), -1);
    assert_says(state, "gcc -Ofast -x c -fsyntax-only -Isrc -I\"$F\" src/core/version.c; :", 0,
                "revision.h");
    support_write_text(state, "revision.h", "");
    assert_says(state, "gcc -Ofast -x c -fsyntax-only -Isrc -I\"$F\" src/core/version.c", 1,
                "spinet needs exact arithmetic");
}

static void given_names_of_folders_when_built_there_expect_them_taken(void **state)
{
    if (access(".", W_OK) != 0)
        skip(); /* the links that make needs have no place */
    static const char *const names[] = {"a b#c$d", "e:f'g\"h\\i%j;ké"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/revision.h", names[i]);
        support_write_text(state, "name", names[i]);
        assert_says(
            state,
            "make BUILD=\"$F$(cat \"$F\"name)\" -s ready TO_COMPILE=0 COMPILED=@: -n >/dev/null", 0,
            "");
        assert_int_equal(access(support_path(state, path), F_OK), 0);
        assert_says(state, "make BUILD=\"$F$(cat \"$F\"name)\" -s clean", 0, "");
        assert_int_equal(access(support_path(state, names[i]), F_OK), -1);
    }
    assert_says(state, "make BUILD=/dev/null/x", 2,
                "BUILD=/dev/null/x: this folder cannot be written");
    assert_says(state, "make BUILD=", 2, "BUILD=: make can build in no folder of this name");
    assert_says(state, "make LIBRARIES=/none/such BUILD=\"$F\"b", 2,
                "LIBRARIES=/none/such: is no folder");
    assert_says(state, "MAKEFLAGS=e make BUILD=\"$F\"b", 2, "leave -e out");
}

/* A repository `outer` that contains the sources of `inner`, which is none at first. */
static const char make_repositories[] =
    "cd \"$F\" && mkdir -p outer/inner/scripts && cp \"$OLDPWD\"/scripts/revision.sh "
    "outer/inner/scripts && "
    "git() { command git -c user.name=a -c user.email=a@b -c init.defaultBranch=main \"$@\"; } && "
    "git init -q outer && cd outer && git commit -q --allow-empty -m outer && revision() { "
    "inner/scripts/revision.sh | head -n 1; } && ";

static void assert_revision(void **state, const char *script, const char *part)
{
    char *command;
    assert_true(asprintf(&command, "rm -rf \"$F\"outer; %s %s", make_repositories, script) > 0);
    assert_says(state, command, 0, part);
    free(command);
}

#define INNER_COMMIT                                                                               \
    "git -C inner init -q && git -C inner add . && git -C inner commit -q -m inner && "
#define SAME "[ \"$(revision)\" = \"$(git -C inner rev-parse --short=12 HEAD)\" ] && echo same"

static void given_sources_when_asked_for_the_revision_expect_their_own_or_why_not(void **state)
{
    if (system("command -v git >/dev/null") != 0)
        skip();
    assert_revision(state, "revision", "unknown: no checkout of git");
    assert_revision(state, INNER_COMMIT SAME, "same");
    assert_revision(state, INNER_COMMIT "echo >>inner/scripts/revision.sh && revision", "-dirty\n");
    assert_revision(state,
                    INNER_COMMIT
                    "export GIT_DIR=$PWD/.git GIT_WORK_TREE=$PWD GIT_INDEX_FILE=/none && "
                    "CDPATH=/usr:/ && export CDPATH && found=$(revision) && unset GIT_DIR "
                    "GIT_WORK_TREE GIT_INDEX_FILE && [ \"$found\" = \"$(git -C inner rev-parse "
                    "--short=12 HEAD)\" ] && echo same",
                    "same");
    assert_revision(state,
                    INNER_COMMIT "git -C inner worktree add -q ../tree && rm -r inner/scripts && "
                                 "[ \"$(tree/scripts/revision.sh | head -n 1)\" = \"$(git -C tree "
                                 "rev-parse --short=12 HEAD)\" ] && echo same",
                    "same");
    assert_revision(
        state,
        INNER_COMMIT
        "chmod 755 . inner && { [ $(id -u) -ne 0 ] || chown -R 1 inner; } && found=$(revision) && "
        "{ [ $(id -u) -ne 0 ] || chown -R 0 inner; } && [ \"$found\" = \"$(git -C inner "
        "rev-parse --short=12 HEAD)\" ] && echo same",
        "same");
    assert_revision(state,
                    "echo abc >inner/REVISION && echo 'May 1, 2026' >>inner/REVISION && revision",
                    "abc\n");
    assert_revision(state, "echo 'gitdir: /nonexistent' >inner/.git && revision",
                    "unknown: git cannot read this checkout");
}

/* Commands of a system that has only these, beside those that the script itself is made of. */
static const char make_system[] =
    "mkdir -p \"$F\"bin && for c in sh cat echo tail sed; do ln -sf \"$(command -v $c)\" "
    "\"$F\"bin; done; "
    "stub() { printf '#!/bin/sh\\n%s\\n' \"$2\" >\"$F\"bin/\"$1\" && chmod +x \"$F\"bin/\"$1\"; }; "
    "stub gcc 'cat >/dev/null'; stub id 'echo 1000'; script=$PWD/scripts/install_dependencies.sh; "
    "run() { PATH=\"$F\"bin \"$script\" \"$@\"; }; ";

static void assert_installer(void **state, const char *script, int code, const char *part)
{
    char *command;
    assert_true(asprintf(&command, "rm -rf \"$F\"bin; %s %s", make_system, script) > 0);
    assert_says(state, command, code, part);
    free(command);
}

static void given_nothing_installed_when_not_root_expect_a_command_to_copy(void **state)
{
    assert_installer(
        state, "stub apt-get false; run build", 2,
        "\n    apt-get update && apt-get install -y --no-install-recommends pkg-config "
        "libconfig-dev "
        "libjansson-dev libpopt-dev libpng-dev zlib1g-dev libssl-dev libgsl-dev libzip-dev "
        "libhdf5-dev\n");
    assert_installer(
        state, "stub apt-get false; stub sudo false; run build test", 2,
        "\n    sudo apt-get update && sudo apt-get install -y --no-install-recommends pkg-config");
    assert_installer(state, "stub apt-get false; run build test", 2, " libhdf5-dev libcmocka-dev ");
    assert_installer(state, "stub apt-get false; run build test", 2, " nodejs librsvg2-bin\n");
    assert_installer(state, "stub dnf false; run build", 2,
                     "\n    dnf install -y pkgconf-pkg-config libconfig-devel ");
    assert_installer(state, "stub pacman false; run build", 2,
                     "\n    pacman -S --needed pkgconf libconfig ");
    assert_installer(state, "stub apk false; run build", 2, "\n    apk add pkgconf libconfig-dev ");
    assert_installer(state, "stub brew false; run build", 2,
                     "\n    brew install pkgconf libconfig ");
    assert_installer(state,
                     "stub brew false; stub gcc 'grep -qv Random'; stub grep "
                     "'while read -r x; do case $x in *Random*) exit 1 ;; esac; done'; run build",
                     2, "no package of Random123/philox.h");
    assert_installer(state, "run build", 2, "(so Debian calls them)");
    assert_installer(state, "stub gcc 'echo broken; exit 1'; run build", 2,
                     "CC=gcc: the compiler does not work: broken");
    assert_installer(state, "CC=icc run build", 2, "CC=icc: there is no such compiler");
}

static void given_what_is_only_liked_when_missing_expect_a_note_and_success(void **state)
{
    assert_installer(state, "stub pkg-config true; stub apt-get false; run build", 0, "");
    assert_installer(state, "stub pkg-config true; stub apt-get false; run build charts download",
                     0, "No figures without Vega");
    assert_installer(state, "stub pkg-config true; stub apt-get false; run build test", 2,
                     " librsvg2-bin\n");
}

static void given_a_way_to_install_when_missing_expect_it_taken(void **state)
{
    static const char apt[] =
        "stub apt-get 'echo \"$@\" >>\"$F\"log; case $1 in install) printf \"#!/bin/sh\\n\" "
        ">\"$F\"bin/pkg-config; chmod +x \"$F\"bin/pkg-config;; esac'; "
        "ln -s \"$(command -v chmod)\" \"$F\"bin; rm -f \"$F\"log; ";
    char script[1024];
    snprintf(script, sizeof script, "%sstub id 'echo 0'; run build && cat \"$F\"log", apt);
    assert_installer(state, script, 0,
                     "install -y --no-install-recommends -o DPkg::Lock::Timeout=120 pkg-config");
    snprintf(script, sizeof script,
             "%sstub sudo '[ \"$1\" = -n ] && shift; exec \"$@\"'; stub true ''; run build && cat "
             "\"$F\"log",
             apt);
    assert_installer(state, script, 0, "\ninstall -y");
    assert_installer(state, "stub apt-get 'echo no network; exit 1'; stub id 'echo 0'; run build",
                     2, "no network\nspinet needs packages");
    assert_installer(state, "stub apt-get ''; stub id 'echo 0'; run build", 2,
                     "Installed, and yet not found");
}

static void given_steps_when_compiled_without_a_terminal_expect_a_few_lines(void **state)
{
    int code;
    char *text =
        shell(state, &code, "for i in $(seq 40); do scripts/progress.sh \"$F\"compiled 40; done");
    assert_int_equal(count_lines(text), 8);
    assert_non_null(strstr(text, "compiled 5 of 40\n"));
    assert_non_null(strstr(text, "compiled 40 of 40\n"));
    free(text);
}

static void given_a_mask_and_an_odd_prefix_when_installed_expect_all_to_read_it(void **state)
{
    int code;
    char *text =
        shell(state, &code,
              /* what is there, even if a source or the revision changed since */
              "p=\"$F\"'a b$c'\\''d'; b=$(dirname \"${SPINET:-build/spinet}\"); umask 077; "
              "make -s install BUILD=\"$b\" -o \"$b/spinet\" -o \"$b/libspinet.a\" "
              "-o \"$b/libspinet.so\" "
              "CC=other PREFIX=\"$p\" && test -x \"$p/bin/spinet\" && "
              "find \"$p\" ! -perm -o=r && make -s uninstall PREFIX=\"$p\" && find \"$p\" -type f");
    if (code != 0 || count_lines(text) != 1) /* "spinet is in" */
        fail_msg("exit code %d: %s", code, text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_flags_that_make_wrong_results_when_built_expect_one_line),
        WITH_FOLDER(given_names_of_folders_when_built_there_expect_them_taken),
        WITH_FOLDER(given_sources_when_asked_for_the_revision_expect_their_own_or_why_not),
        WITH_FOLDER(given_nothing_installed_when_not_root_expect_a_command_to_copy),
        WITH_FOLDER(given_what_is_only_liked_when_missing_expect_a_note_and_success),
        WITH_FOLDER(given_a_way_to_install_when_missing_expect_it_taken),
        WITH_FOLDER(given_steps_when_compiled_without_a_terminal_expect_a_few_lines),
        WITH_FOLDER(given_a_mask_and_an_odd_prefix_when_installed_expect_all_to_read_it),
    };
    return cmocka_run_group_tests_name("build", tests, NULL, NULL);
}
