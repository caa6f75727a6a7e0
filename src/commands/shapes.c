/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet shapes: writes a generated data set. */
#include "data/shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"

struct shapes_options {
    int64_t stability, overlap, count, test_count, seed;
    bool has_difficulty, has_stability, has_overlap;
};

enum { OPTION_DIFFICULTY = 1, OPTION_STABILITY, OPTION_OVERLAP, OPTION_COUNT, OPTION_TESTS };

static const struct difficulty {
    const char *name;
    int stability, overlap;
} difficulties[] = {{"easy", 2, 0}, {"medium", 1, 2}, {"hard", 0, 4}};

static int take(int val, const char *argument, void *data)
{
    struct shapes_options *o = data;
    o->has_difficulty = o->has_difficulty || val == OPTION_DIFFICULTY;
    o->has_stability = o->has_stability || val == OPTION_STABILITY;
    o->has_overlap = o->has_overlap || val == OPTION_OVERLAP;
    switch (val) {
    case OPTION_STABILITY:
        return options_number("--stability", argument, -20, 20, &o->stability);
    case OPTION_OVERLAP:
        return options_number("--overlap", argument, -20, 20, &o->overlap);
    case OPTION_COUNT:
        return options_number("--count", argument, 1, 1000000, &o->count);
    case OPTION_TESTS:
        return options_number("--test-count", argument, 1, 1000000, &o->test_count);
    case OPTION_SEED:
        return options_number("--seed", argument, 0, INT64_MAX, &o->seed);
    default:
        for (size_t i = 0; i < sizeof difficulties / sizeof *difficulties; i++)
            if (strcmp(argument, difficulties[i].name) == 0) {
                o->stability = difficulties[i].stability;
                o->overlap = difficulties[i].overlap;
                return STATUS_OK;
            }
        return status_fail(STATUS_USER, "--difficulty %.100s: expected easy, medium or hard",
                           argument);
    }
}

int command_shapes(int argc, const char **argv)
{
    char *folder = NULL;
    struct shapes_options options = {.count = 1000, .test_count = 200, .seed = 1};
    const struct poptOption table[] = {
        {"difficulty", 0, POPT_ARG_STRING, NULL, OPTION_DIFFICULTY,
         "easy: stability 2, overlap 0; medium: 1, 2; hard: 0, 4 (needed, or the next two)",
         "easy|medium|hard"},
        {"stability", 0, POPT_ARG_STRING, NULL, OPTION_STABILITY,
         "how little the shapes move, -20 to 20 (needed without --difficulty)", "S"},
        {"overlap", 0, POPT_ARG_STRING, NULL, OPTION_OVERLAP,
         "how far their places overlap, -20 to 20 pixels (needed without --difficulty)", "O"},
        SEED_OPTION("of the images (default: 1)"),
        {"count", 0, POPT_ARG_STRING, NULL, OPTION_COUNT, "training images a class (default: 1000)",
         "N"},
        {"test-count", 0, POPT_ARG_STRING, NULL, OPTION_TESTS, "test images a class (default: 200)",
         "N"},
        {"out", 'o', POPT_ARG_STRING, &folder, 0,
         "folder for the IDX files and the contact sheet (needed)", "DIR"},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table,
                               "--difficulty easy|medium|hard [--seed N] [--count N] --out DIR",
                               take, &options, &context, &rest);
    if (status == OPTIONS_HELPED) {
        status = STATUS_OK;
    } else if (status == STATUS_OK && rest && *rest) {
        status = options_refuse_argument("shapes", *rest);
    } else if (status == STATUS_OK && options.has_difficulty &&
               (options.has_stability || options.has_overlap)) {
        status = status_fail(STATUS_USER, "shapes: --difficulty stands for a --stability and an "
                                          "--overlap: expected it alone, or the two of them");
    } else if (status == STATUS_OK &&
               !(folder && *folder &&
                 (options.has_difficulty || (options.has_stability && options.has_overlap)))) {
        status = status_fail(STATUS_USER, "shapes: --out DIR and --difficulty (or --stability and "
                                          "--overlap) are needed");
    } else if (status == STATUS_OK) {
        const struct shapes_recipe recipe = {(int)options.stability, (int)options.overlap,
                                             (int32_t)options.count};
        status = shapes_check_folder(folder);
        if (status == STATUS_OK)
            status =
                shapes_write(folder, &recipe, (int32_t)options.test_count, (uint64_t)options.seed);
        if (status == STATUS_OK)
            printf("%lld training and %lld test images a class in %s; see %s/contact_sheet.png\n",
                   (long long)options.count, (long long)options.test_count, folder, folder);
    }
    free(folder);
    poptFreeContext(context);
    return status;
}
