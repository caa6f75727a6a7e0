/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet shapes: writes a generated data set. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"
#include "data/shapes.h"

struct shapes_values {
    struct command_values common;
    int64_t stability, overlap; /* NOT_GIVEN, or as the option says */
    int64_t count, test_count;
    const struct difficulty *difficulty; /* NULL: not given */
    const char *folder;
};

enum { NOT_GIVEN = 1000 };

static const struct difficulty {
    const char *name;
    int64_t stability, overlap;
} difficulties[] = {{"easy", 2, 0}, {"medium", 1, 2}, {"hard", 0, 4}};

static int take_difficulty(void *values, const char *argument)
{
    for (size_t i = 0; i < sizeof difficulties / sizeof *difficulties; i++)
        if (strcmp(argument, difficulties[i].name) == 0) {
            ((struct shapes_values *)values)->difficulty = &difficulties[i];
            return STATUS_OK;
        }
    return status_fail(STATUS_USER, "--difficulty %.100s: expected easy, medium or hard", argument);
}

static int shapes(void *values)
{
    const struct shapes_values *v = values;
    const bool has_stability = v->stability != NOT_GIVEN, has_overlap = v->overlap != NOT_GIVEN;
    if (v->difficulty && (has_stability || has_overlap))
        return status_fail(STATUS_USER, "shapes: --difficulty stands for a --stability and an "
                                        "--overlap: expected it alone, or the two of them");
    if (!(v->folder && *v->folder && (v->difficulty || (has_stability && has_overlap))))
        return status_fail(STATUS_USER, "shapes: --out DIR and --difficulty (or --stability and "
                                        "--overlap) are needed");
    const struct shapes_recipe recipe = {
        .stability = (int)(v->difficulty ? v->difficulty->stability : v->stability),
        .overlap = (int)(v->difficulty ? v->difficulty->overlap : v->overlap),
        .n_per_class = (int32_t)v->count};
    TRY(shapes_check_folder(v->folder));
    TRY(shapes_write(v->folder, &recipe, (int32_t)v->test_count, (uint64_t)v->common.seed));
    printf("%lld training and %lld test images a class in %s; see %s/contact_sheet.png\n",
           (long long)v->count, (long long)v->test_count, v->folder, v->folder);
    return STATUS_OK;
}

#define AT(member) .at = offsetof(struct shapes_values, member)
static const struct option options[] = {
    {"difficulty", 0, "easy|medium|hard",
     "easy: stability 2, overlap 0; medium: 1, 2; hard: 0, 4 (needed, or the next two)",
     .take = take_difficulty},
    {"stability", 0, "S", "how little the shapes move, -20 to 20 (needed without --difficulty)",
     AT(stability), -20, 20, NOT_GIVEN},
    {"overlap", 0, "O",
     "how far their places overlap, -20 to 20 pixels (needed without --difficulty)", AT(overlap),
     -20, 20, NOT_GIVEN},
    SEED_OPTION("of the images (default: 1)"),
    {"count", 0, "N", "training images a class (default: 1000)", AT(count), 1, 1000000, 1000},
    {"test-count", 0, "N", "test images a class (default: 200)", AT(test_count), 1, 1000000, 200},
    {"out", 'o', "DIR", "folder for the IDX files and the contact sheet (needed)", AT(folder)},
    {0},
};

const struct command command_shapes = {
    .name = "shapes",
    .summary = "generate shape images",
    .description = "Writes the paper's shapes as IDX files, as `data.kind = shapes` makes them, "
                   "and a sheet that shows the mean box and the mean disk.",
    .usage = "--difficulty easy|medium|hard [--seed N] [--count N] --out DIR",
    .options = options,
    .size = sizeof(struct shapes_values),
    .run = shapes,
};
