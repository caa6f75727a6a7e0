/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/png: every kind of PNG as grey, the order of a folder, and its errors. */
#include <fcntl.h>
#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/file.h"
#include "core/status.h"
#include "data/images.h"
#include "support.h"

/* A PNG of any kind, row by row as libpng takes it; `row_bytes` long rows. */
struct picture {
    int width, height, depth, colour, interlace;
    const uint8_t *rows;
    size_t row_bytes;
    const png_color *palette;
    int n_palette;
    const uint8_t *alphas; /* of the palette */
    int n_alphas;
    double gamma; /* 0: none given */
};

static const char *write_picture(void **state, const char *name, const struct picture *picture)
{
    const char *path = support_path(state, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, stream);
    png_set_IHDR(png, info, (png_uint_32)picture->width, (png_uint_32)picture->height,
                 picture->depth, picture->colour, picture->interlace, PNG_COMPRESSION_TYPE_BASE,
                 PNG_FILTER_TYPE_BASE);
    if (picture->palette)
        png_set_PLTE(png, info, picture->palette, picture->n_palette);
    if (picture->alphas)
        png_set_tRNS(png, info, picture->alphas, picture->n_alphas, NULL);
    if (picture->gamma > 0)
        png_set_gAMA(png, info, picture->gamma);
    png_write_info(png, info);
    const int n_passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < n_passes; pass++)
        for (int y = 0; y < picture->height; y++)
            png_write_row(png, picture->rows + (size_t)y * picture->row_bytes);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    assert_int_equal(fclose(stream), 0);
    return path;
}

static const char *make_folder(void **state, const char *name)
{
    const char *path = support_path(state, name);
    assert_int_equal(file_make_folder(path), STATUS_OK);
    return path;
}

/* A grey image of one value and any size. */
static const char *write_grey(void **state, const char *name, int32_t width, int32_t height,
                              uint8_t value)
{
    const char *path = support_path(state, name);
    uint8_t *pixels = malloc((size_t)width * (size_t)height);
    assert_non_null(pixels);
    memset(pixels, value, (size_t)width * (size_t)height);
    assert_int_equal(png_write(path, pixels, width, height, 1), STATUS_OK);
    free(pixels);
    return path;
}

static void assert_refused(const char *folder, const char *where, const char *what)
{
    struct images images;
    memset(&images, 1, sizeof images);
    assert_int_equal(png_read_folder(&images, folder), STATUS_USER);
    support_assert_message(where, what, NULL);
    assert_null(images.pixels);
    assert_null(images.labels);
    assert_int_equal(images.n_images, 0);
}

/* The picture as the only one of a folder is read as these grey values. */
static void assert_read_as(void **state, const struct picture *picture, const uint8_t *expected)
{
    make_folder(state, "kind/0");
    write_picture(state, "kind/0/a.png", picture);
    struct images images;
    assert_int_equal(png_read_folder(&images, support_path(state, "kind")), STATUS_OK);
    assert_int_equal(images.n_images, 1);
    assert_int_equal(images.width, picture->width);
    assert_int_equal(images.height, picture->height);
    const int n = picture->width * picture->height;
    for (int k = 0; k < n; k++)
        assert_int_equal(images.pixels[k], expected[k]);
    images_free(&images);
}

static void given_grey_when_read_expect_values_unchanged_whatever_the_gamma(void **state)
{
    const uint8_t rows[] = {0, 1, 100, 200, 254, 255};
    struct picture picture = {3, 2, 8, PNG_COLOR_TYPE_GRAY, 0, rows, 3, NULL, 0, NULL, 0, 0};
    assert_read_as(state, &picture, rows);
    picture.gamma = 1.0;
    assert_read_as(state, &picture, rows);
}

static void given_1_2_4_and_16_bits_when_read_expect_full_range(void **state)
{
    const uint8_t one[] = {0xa0}, two[] = {0x1b}, four[] = {0x0f, 0x70};
    const uint8_t sixteen[] = {0, 0, 0x80, 0x80, 0xff, 0xff, 0x64, 0x64};
    struct picture picture = {4, 1, 1, PNG_COLOR_TYPE_GRAY, 0, one, 1, NULL, 0, NULL, 0, 0};
    assert_read_as(state, &picture, (const uint8_t[]){255, 0, 255, 0});
    picture.depth = 2;
    picture.rows = two;
    assert_read_as(state, &picture, (const uint8_t[]){0, 85, 170, 255});
    picture.depth = 4;
    picture.rows = four;
    assert_read_as(state, &picture, (const uint8_t[]){0, 255, 119, 0});
    picture.depth = 16;
    picture.rows = sixteen;
    assert_read_as(state, &picture, (const uint8_t[]){0, 128, 255, 100});
}

static void given_rgb_when_read_expect_weighted_grey(void **state)
{
    const uint8_t rows[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77, 255, 255, 255};
    struct picture picture = {5, 1, 8, PNG_COLOR_TYPE_RGB, 0, rows, 15, NULL, 0, NULL, 0, 0};
    assert_read_as(state, &picture, (const uint8_t[]){76, 150, 29, 77, 255});
    picture.gamma = 1.0;
    assert_read_as(state, &picture, (const uint8_t[]){76, 150, 29, 77, 255});
}

static void given_alpha_when_read_expect_it_over_black(void **state)
{
    const uint8_t rgba[] = {255, 255, 255, 0, 255, 255, 255, 128, 200, 200, 200, 255};
    struct picture picture = {3, 1, 8, PNG_COLOR_TYPE_RGB_ALPHA, 0, rgba, 12, NULL, 0, NULL, 0, 0};
    assert_read_as(state, &picture, (const uint8_t[]){0, 128, 200});
    const uint8_t grey_alpha[] = {255, 0, 255, 128, 200, 255};
    picture.colour = PNG_COLOR_TYPE_GRAY_ALPHA;
    picture.rows = grey_alpha;
    assert_read_as(state, &picture, (const uint8_t[]){0, 128, 200});
}

static void given_palette_when_read_expect_its_greys(void **state)
{
    const png_color palette[] = {{0, 0, 0}, {255, 0, 0}, {9, 9, 9}, {255, 255, 255}};
    const uint8_t rows[] = {0x1b}, alphas[] = {255, 255, 255, 128};
    struct picture picture = {4, 1, 2, PNG_COLOR_TYPE_PALETTE, 0, rows, 1, palette, 4, NULL, 0, 0};
    assert_read_as(state, &picture, (const uint8_t[]){0, 76, 9, 255});
    picture.alphas = alphas;
    picture.n_alphas = 4;
    assert_read_as(state, &picture, (const uint8_t[]){0, 76, 9, 128});
}

static void given_interlaced_when_read_expect_pixels_in_place(void **state)
{
    uint8_t rows[11 * 9];
    for (int k = 0; k < 11 * 9; k++)
        rows[k] = (uint8_t)(k * 5 / 2);
    const struct picture picture = {
        11, 9, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7, rows, 11, NULL, 0, NULL, 0, 0};
    assert_read_as(state, &picture, rows);
}

static void given_class_folders_when_read_expect_order_by_label_then_name(void **state)
{
    const char *folder = make_folder(state, "set");
    make_folder(state, "set/10");
    make_folder(state, "set/2");
    make_folder(state, "set/999");
    make_folder(state, "set/.hidden");
    support_write_text(state, "set/10/.DS_Store", "x");
    write_grey(state, "set/10/a.png", 2, 2, 1);
    write_grey(state, "set/2/b.png", 2, 2, 2);
    write_grey(state, "set/2/a10.PNG", 2, 2, 3);
    write_grey(state, "set/2/a9.png", 2, 2, 4);
    write_grey(state, "set/2/B.Png", 2, 2, 5);
    write_grey(state, "set/999/z.png", 2, 2, 6);
    struct images images;
    assert_int_equal(png_read_folder(&images, folder), STATUS_OK);
    const int32_t labels[] = {2, 2, 2, 2, 10, 999};
    const uint8_t values[] = {5, 3, 4, 2, 1, 6};
    assert_int_equal(images.n_images, 6);
    assert_memory_equal(images.labels, labels, sizeof labels);
    for (int32_t i = 0; i < 6; i++)
        assert_int_equal(*images_pixels(&images, i), values[i]);
    images_free(&images);
}

static void given_images_of_two_sizes_when_read_expect_the_odd_one_named(void **state)
{
    const char *folder = make_folder(state, "set");
    make_folder(state, "set/0");
    const char *first = write_grey(state, "set/0/a.png", 2, 3, 1);
    const char *odd = write_grey(state, "set/0/b.png", 3, 2, 1);
    assert_refused(folder, odd, "is 3x2 pixels");
    support_assert_message(first, "2x3", NULL);
}

static void given_other_things_in_the_folders_when_read_expect_user_error(void **state)
{
    const char *folder = make_folder(state, "set");
    make_folder(state, "set/0");
    assert_refused(folder, "set/0", "holds no *.png");
    const char *image = write_grey(state, "set/0/a.png", 2, 2, 1);
    const char *text = support_write_text(state, "set/0/notes.txt", "x");
    assert_refused(folder, text, "is not a *.png file");
    remove(text);
    const char *inner = make_folder(state, "set/0/inner.png");
    assert_refused(folder, inner, "is a folder");
    rmdir(inner);
    const char *stray = support_write_text(state, "set/README", "x");
    assert_refused(folder, stray, "is not a class");
    remove(stray);
    const char *const names[] = {"set/cat", "set/1000", "set/-1", "set/1x", "set/+1"};
    for (int k = 0; k < 5; k++) {
        const char *bad = make_folder(state, names[k]);
        assert_refused(folder, bad, "0 to 999");
        rmdir(bad);
    }
    make_folder(state, "set/00");
    write_grey(state, "set/00/a.png", 2, 2, 1);
    assert_refused(folder, "label 0 has another folder", "a.png");
    (void)image;
}

static void given_what_systems_leave_in_folders_when_read_expect_it_passed_over(void **state)
{
    struct images images;
    const char *folder = make_folder(state, "set");
    make_folder(state, "set/0");
    write_grey(state, "set/0/a.png", 2, 2, 1);
    make_folder(state, "set/__MACOSX");
    support_write_text(state, "set/.DS_Store", "x");
    support_write_text(state, "set/desktop.ini", "x");
    support_write_text(state, "set/0/Thumbs.db", "x");
    support_write_text(state, "set/0/._a.png", "x");
    assert_int_equal(png_read_folder(&images, folder), STATUS_OK);
    assert_int_equal(images.n_images, 1);
    images_free(&images);
}

static void given_empty_or_missing_folder_when_read_expect_user_error(void **state)
{
    const char *folder = make_folder(state, "set");
    assert_refused(folder, folder, "is empty");
    const char *missing = support_path(state, "missing");
    assert_refused(missing, missing, "cannot be read");
}

/* Wherever it is cut or flipped: an error, never a crash, and never a word on stderr. Only what
 * says how bright the values are to be shown, before the pixels, which is passed over, and the
 * checksum of the empty last chunk, which libpng 1.6.48 does not look at, may be wrong: then the
 * image is the same. */
enum { LAST_CHECKSUM = 4, HEADER = 33 };

static void given_damaged_png_when_read_expect_one_line_and_silence(void **state)
{
    const char *folder = make_folder(state, "set");
    make_folder(state, "set/0");
    size_t n;
    const char *path = write_grey(state, "set/0/a.png", 9, 7, 100);
    uint8_t *bytes = support_read(path, &n);
    const size_t pixels = (size_t)((uint8_t *)memmem(bytes, n, "IDAT", 4) - bytes) - 4;
    const char *log = support_path(state, "stderr");
    fflush(stderr);
    const int saved = dup(2), to = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(to, 2);
    size_t n_refused = 0, n_same = 0;
    bool named = true;
    for (size_t k = 0; k < 2 * n; k++) {
        struct images images;
        FILE *stream = fopen(path, "wb");
        if (k >= n)
            bytes[k - n] ^= 0xff;
        fwrite(bytes, 1, k < n ? k : n, stream);
        fclose(stream);
        if (k >= n)
            bytes[k - n] ^= 0xff;
        const int result = png_read_folder(&images, folder);
        n_refused += result == STATUS_USER;
        const bool may_be_wrong = (k >= n + HEADER && k < n + pixels) || k >= 2 * n - LAST_CHECKSUM;
        n_same += result == STATUS_OK && may_be_wrong && *images.pixels == 100;
        named = named && (result == STATUS_OK || strstr(status_message(), path));
        images_free(&images);
    }
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
    close(to);
    free(bytes);
    assert_int_equal(n_refused + n_same, 2 * n);
    assert_true(named);
    struct stat info;
    assert_int_equal(stat(log, &info), 0);
    assert_int_equal(info.st_size, 0);
}

static void given_huge_size_in_header_when_read_expect_error_before_memory(void **state)
{
    const char *folder = make_folder(state, "set");
    make_folder(state, "set/0");
    size_t n;
    const char *path = write_grey(state, "set/0/a.png", 9, 7, 100);
    uint8_t *bytes = support_read(path, &n);
    memcpy(bytes + 16, "\x00\x0f\xff\xff\x00\x0f\xff\xff", 8);
    /* a right checksum, so that only the size is wrong */
    const uint32_t sum = (uint32_t)crc32(0, bytes + 12, 17);
    for (int k = 0; k < 4; k++)
        bytes[29 + k] = (uint8_t)(sum >> (24 - 8 * k));
    support_write(state, "set/0/a.png", bytes, n);
    free(bytes);
    assert_refused(folder, path, "1048575x1048575 pixels, 1 to 1048576");
}

static void given_rgb_when_written_expect_the_same_pixels(void **state)
{
    const uint8_t pixels[] = {1, 2, 3, 40, 50, 60, 255, 254, 253, 0, 0, 9};
    const char *path = support_path(state, "rgb.png");
    assert_int_equal(png_write(path, pixels, 2, 2, 3), STATUS_OK);
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_not_equal(png_image_begin_read_from_file(&image, path), 0);
    assert_int_equal(image.width, 2);
    assert_int_equal(image.height, 2);
    image.format = PNG_FORMAT_RGB;
    uint8_t found[12];
    assert_int_not_equal(png_image_finish_read(&image, NULL, found, 0, NULL), 0);
    assert_memory_equal(found, pixels, sizeof pixels);
}

static void given_unwritable_path_when_written_expect_user_error(void **state)
{
    const uint8_t pixel = 1;
    const char *path = support_path(state, "missing/a.png");
    assert_int_equal(png_write(path, &pixel, 1, 1, 1), STATUS_USER);
    support_assert_message(path, "cannot be written", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_grey_when_read_expect_values_unchanged_whatever_the_gamma),
        WITH_FOLDER(given_1_2_4_and_16_bits_when_read_expect_full_range),
        WITH_FOLDER(given_rgb_when_read_expect_weighted_grey),
        WITH_FOLDER(given_alpha_when_read_expect_it_over_black),
        WITH_FOLDER(given_palette_when_read_expect_its_greys),
        WITH_FOLDER(given_interlaced_when_read_expect_pixels_in_place),
        WITH_FOLDER(given_class_folders_when_read_expect_order_by_label_then_name),
        WITH_FOLDER(given_images_of_two_sizes_when_read_expect_the_odd_one_named),
        WITH_FOLDER(given_other_things_in_the_folders_when_read_expect_user_error),
        WITH_FOLDER(given_what_systems_leave_in_folders_when_read_expect_it_passed_over),
        WITH_FOLDER(given_empty_or_missing_folder_when_read_expect_user_error),
        WITH_FOLDER(given_damaged_png_when_read_expect_one_line_and_silence),
        WITH_FOLDER(given_huge_size_in_header_when_read_expect_error_before_memory),
        WITH_FOLDER(given_rgb_when_written_expect_the_same_pixels),
        WITH_FOLDER(given_unwritable_path_when_written_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
