/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape data of Malakasis et al. (2023), MODEL section 7: a box and a disk whose outline is 255
 * and whose inside is noise, 0 … 254, at random places in an image of 20x20 pixels. With stability
 * s and overlap o, both ends included:
 *
 *     box, top left of its inside:  row o+2s … 4+o,  column 1+o+2s … 5+o
 *     disk, its centre:             row and column 12-o … 16-o-2s
 *
 * Refuses pairs (s, o) where a range is empty or a shape would leave the image. */
#include "data/shapes.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"

enum { BOX_ROWS = 5, BOX_COLUMNS = 8, DISK_RADIUS = 3 };

struct range {
    int first, last;
};

struct places {
    struct range row, column;
};

/* Where the box's inside begins. */
static struct places places_of_box(int s, int o)
{
    return (struct places){{o + 2 * s, 4 + o}, {1 + o + 2 * s, 5 + o}};
}

/* Where the disk's centre is. */
static struct places places_of_disk(int s, int o)
{
    return (struct places){{12 - o, 16 - o - 2 * s}, {12 - o, 16 - o - 2 * s}};
}

/* Refuses recipes that do not fit. Of the conditions on the ranges above three suffice: s <= 2
 * leaves every range a place, o <= 8 keeps the box within the last column, o + 2s >= 0 keeps it
 * within the first row. */
static int check_recipe(const struct shapes_recipe *recipe)
{
    const int64_t s = recipe->stability, o = recipe->overlap;
    if (s > 2 || o > 8 || o + 2 * s < 0)
        return status_fail(STATUS_USER,
                           "shapes of stability %d and overlap %d do not fit into %dx%d pixels: "
                           "stability is at most 2, overlap at most 8, and overlap + 2 * "
                           "stability at least 0",
                           recipe->stability, recipe->overlap, SHAPES_SIDE, SHAPES_SIDE);
    if (recipe->n_per_class < 1 || recipe->n_per_class > IMAGES_MAX / 2)
        return status_fail(STATUS_USER, "%d shapes a class, 1 to %d are possible",
                           recipe->n_per_class, IMAGES_MAX / 2);
    return STATUS_OK;
}

/* The stream of random numbers of one image, from which its pixels are drawn one after the other.
 */
struct stream {
    uint64_t seed;
    uint32_t id, step, n_pixels;
};

static uint8_t random_pixel(struct stream *stream)
{
    const uint32_t n = stream->n_pixels++;
    const struct random_words words =
        random_words(stream->seed, RANDOM_SHAPE_PIXEL, stream->id, stream->step, n / 2);
    return (uint8_t)random_index(random_bits(&words, (int)(n % 2)), 255);
}

static int random_place(uint64_t bits, struct range range)
{
    return range.first + (int)random_index(bits, (uint32_t)(range.last - range.first + 1));
}

/* With stability and overlap 0 the inside may begin in row 0; the border above is then cut off. */
static void draw_box(uint8_t *pixels, int row, int column, struct stream *stream)
{
    for (int r = row == 0; r < BOX_ROWS; r++)
        for (int c = 0; c < BOX_COLUMNS; c++) {
            const bool border = r == 0 || r == BOX_ROWS - 1 || c == 0 || c == BOX_COLUMNS - 1;
            pixels[(row - 1 + r) * SHAPES_SIDE + column - 1 + c] =
                border ? 255 : random_pixel(stream);
        }
}

/* Of the 7x7 pixels around the centre: the three in each corner are outside (r^2 + c^2 > 10), the
 * 21 nearest inside (<= 5), and the 16 between them are the circle. */
static void draw_disk(uint8_t *pixels, int row, int column, struct stream *stream)
{
    for (int r = -DISK_RADIUS; r <= DISK_RADIUS; r++)
        for (int c = -DISK_RADIUS; c <= DISK_RADIUS; c++) {
            const int distance2 = r * r + c * c;
            if (distance2 <= 10)
                pixels[(row + r) * SHAPES_SIDE + column + c] =
                    distance2 > 5 ? 255 : random_pixel(stream);
        }
}

/* Draws image `id` of its class into pixels [SHAPES_SIDE][SHAPES_SIDE], which must be zero. */
static void draw_shape(uint8_t *pixels, const struct shapes_recipe *recipe, uint64_t seed,
                       uint32_t set, int32_t label, int32_t id)
{
    struct stream stream = {seed, (uint32_t)id, 16 * set + (uint32_t)label, 0};
    const struct random_words words =
        random_words(seed, RANDOM_SHAPE_POSITION, stream.id, stream.step, 0);
    const struct places places = label == SHAPES_BOX
                                     ? places_of_box(recipe->stability, recipe->overlap)
                                     : places_of_disk(recipe->stability, recipe->overlap);
    const int row = random_place(random_bits(&words, 0), places.row);
    const int column = random_place(random_bits(&words, 1), places.column);
    if (label == SHAPES_BOX)
        draw_box(pixels, row, column, &stream);
    else
        draw_disk(pixels, row, column, &stream);
}

int shapes_generate(struct images *images, const struct shapes_recipe *recipe, uint64_t seed,
                    uint32_t set, bool shuffled)
{
    const int32_t n = 2 * recipe->n_per_class;
    *images = (struct images){0};
    TRY(check_recipe(recipe));
    OWN_NEW(int32_t, order, n, "the order of the shapes");
    TRY(images_allocate(images, "shapes", n, SHAPES_SIDE, SHAPES_SIDE));
    for (int32_t i = 0; i < n; i++)
        order[i] = i;
    if (shuffled)
        random_shuffle(order, n, seed, RANDOM_SHAPE_ORDER, 0, set);
    for (int32_t i = 0; i < n; i++) {
        images->labels[i] = order[i] % 2 == 0 ? SHAPES_BOX : SHAPES_DISK;
        draw_shape(images->pixels + (size_t)i * images_n_pixels(images), recipe, seed, set,
                   images->labels[i], order[i] / 2);
    }
    return STATUS_OK;
}

/* ---- writing ---- */

static const char *const file_names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
                                         "contact_sheet.png"};
enum { N_IDX_FILES = 4, SHEET = 4, N_FILES };

struct set_files {
    struct new_file file[N_IDX_FILES];
};

static void abandon_files(struct set_files *files)
{
    for (int i = 0; i < N_IDX_FILES; i++)
        file_abandon(&files->file[i]);
}

/* Begins two files, of images and of their labels: numbers `first` and first + 1 of file_names. */
static int create_set(struct set_files *files, int first, const char *folder,
                      const struct images *images)
{
    OWN_PATH(images_path, folder, file_names[first]);
    OWN_PATH(labels_path, folder, file_names[first + 1]);
    return idx_create(&files->file[first], images, images_path, labels_path);
}

/* Everything is written to the disk before the first file of an earlier set is replaced. The
 * contact sheet is put in place first: it could be drawn again from the files. */
static int write_all(const char *folder, const struct images *train, const struct images *test)
{
    SCOPED(abandon_files) struct set_files files = {0};
    OWN_PATH(sheet, folder, file_names[SHEET]);
    TRY(create_set(&files, 0, folder, train));
    TRY(create_set(&files, 2, folder, test));
    for (int i = 0; i < N_IDX_FILES; i++)
        TRY(file_finish(&files.file[i]));
    TRY(contact_sheet_write(sheet, train));
    return file_commit_all(files.file, N_IDX_FILES);
}

int shapes_check_folder(const char *folder)
{
    if (!file_is_folder(folder))
        return STATUS_OK; /* shapes_write makes it */
    SCOPED(scope_close_folder) DIR *entries = opendir(folder);
    if (!entries)
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", folder, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(entries));) {
        bool known = file_is_ignored(entry->d_name);
        for (int i = 0; i < N_FILES; i++)
            known = known || strcmp(entry->d_name, file_names[i]) == 0;
        if (!known)
            return status_fail(STATUS_USER,
                               "%s: holds something else than generated shapes (%s): name a new "
                               "or empty folder",
                               folder, entry->d_name);
    }
    return STATUS_OK;
}

int shapes_write(const char *folder, const struct shapes_recipe *recipe, int32_t n_test_per_class,
                 uint64_t seed)
{
    struct shapes_recipe test_recipe = *recipe;
    SCOPED(images_free) struct images train = {0};
    SCOPED(images_free) struct images test = {0};
    SCOPED(lock_leave) int lock = -1;
    test_recipe.n_per_class = n_test_per_class;
    TRY(shapes_generate(&train, recipe, seed, SHAPES_TRAIN, false));
    TRY(shapes_generate(&test, &test_recipe, seed, SHAPES_TEST, true));
    TRY(lock_folder(folder, &lock));
    TRY(shapes_check_folder(folder));
    file_remove_temporary(folder);
    return write_all(folder, &train, &test);
}
