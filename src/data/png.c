/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set as a folder of PNG images, one sub-folder a class named by its label, and PNG files
 * written. Images come ordered by label, then by file name as bytes.
 *
 * Every kind of PNG is read as 8-bit grey: grey = (299 R + 587 G + 114 B) / 1000 of the values as
 * stored, whatever gamma the file declares, times alpha (transparent is black).
 * Refuses images of different sizes, damaged files, files in which something follows the image, and
 * anything in the folders that is neither a class, nor a PNG image, nor hidden. */
#include <dirent.h>
#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "data/images.h"

/* libpng leaves a function by longjmp, so what must survive that lives here, in the caller's frame.
 * No function that calls setjmp changes a local variable after it. */
struct png_job {
    const char *path;
    FILE *stream;
    png_structp png;
    png_infop info;
    png_uint_32 width, height;
    char reason[128]; /* why libpng failed */
};

static void keep_reason(png_structp png, png_const_charp message)
{
    struct png_job *job = png_get_error_ptr(png);
    snprintf(job->reason, sizeof job->reason, "%s", message);
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void job_end(struct png_job *job)
{
    if (job->png)
        png_destroy_read_struct(&job->png, &job->info, NULL);
    if (job->stream)
        fclose(job->stream);
    job->stream = NULL;
}

static int damaged(const struct png_job *job)
{
    if (strcmp(job->reason, "Out of memory") == 0 ||
        strcmp(job->reason, "Insufficient memory") == 0)
        return status_no_memory(job->path, (size_t)job->width * job->height);
    return status_fail(STATUS_USER, "%s: is not an intact PNG image (%s)", job->path, job->reason);
}

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* USER: says what kind of file it is or, if that is unknown, `why` it is refused. */
static int refuse_other_file(const char *path, const char *why)
{
    TRY(images_refuse_foreign(path));
    return status_fail(STATUS_USER, "%s: %s", path, why);
}

/* Opens the file and takes its size from the first chunk, before libpng takes memory for it. */
static int job_open(struct png_job *job, const char *path)
{
    *job = (struct png_job){.path = path};
    TRY(file_check_regular(path, "an image"));
    job->stream = fopen(path, "rb");
    if (!job->stream)
        return shared_file_fail_to_open(path);
    uint8_t start[24];
    if (fread(start, 1, sizeof start, job->stream) != sizeof start ||
        png_sig_cmp(start, 0, 8) != 0 || memcmp(start + 12, "IHDR", 4) != 0)
        return refuse_other_file(path, "is not a PNG image: convert it, or take it away");
    job->width = big_endian(start + 16);
    job->height = big_endian(start + 20);
    rewind(job->stream);
    return images_check_size(path, 1, job->width, job->height);
}

/* Texts, profiles, times and what libpng does not know are read past a little at a time, however
 * long they are; it keeps what the pixels depend on, the palette and its transparency. */
enum { EVERY_NEEDLESS_CHUNK = -1 };

static int read_rows(struct png_job *job)
{
    if (setjmp(png_jmpbuf(job->png)))
        return damaged(job);
    png_init_io(job->png, job->stream);
    png_set_user_limits(job->png, IMAGES_PIXELS_MAX, IMAGES_PIXELS_MAX);
    png_set_chunk_malloc_max(job->png, 1 << 20); /* libpng only warns of chunks longer than this */
    png_set_keep_unknown_chunks(job->png, PNG_HANDLE_CHUNK_NEVER, NULL, EVERY_NEEDLESS_CHUNK);
    png_read_png(job->png, job->info, PNG_TRANSFORM_EXPAND | PNG_TRANSFORM_SCALE_16, NULL);
    return getc(job->stream) == EOF
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: something follows the PNG data", job->path);
}

/* The grey of a pixel of 1 to 4 channels: grey, grey and alpha, RGB, or RGB and alpha. */
static uint8_t grey_of(const png_byte *pixel, int channels)
{
    const unsigned grey = channels < 3
                              ? pixel[0]
                              : (299U * pixel[0] + 587U * pixel[1] + 114U * pixel[2] + 500) / 1000;
    const unsigned alpha = channels % 2 == 0 ? pixel[channels - 1] : 255;
    return (uint8_t)((grey * alpha + 127) / 255);
}

/* Reads what job_open opened into grey[height][width]. */
static int job_read(struct png_job *job, uint8_t *grey)
{
    job->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, job, keep_reason, ignore_warning);
    job->info = job->png ? png_create_info_struct(job->png) : NULL;
    if (!job->info)
        return status_no_memory("libpng", 0);
    TRY(read_rows(job));
    const int n_channels = png_get_channels(job->png, job->info);
    const png_bytepp rows = png_get_rows(job->png, job->info);
    for (size_t y = 0; y < job->height; y++)
        for (size_t x = 0; x < job->width; x++)
            grey[y * job->width + x] = grey_of(rows[y] + x * (size_t)n_channels, n_channels);
    return STATUS_OK;
}

/* One image of the folder. */
struct entry {
    int32_t label;
    char *path;
    const char *name; /* points into path */
};

struct entries {
    struct entry *entry;
    size_t n, capacity;
};

static void entries_free(struct entries *entries)
{
    for (size_t i = 0; i < entries->n; i++)
        free(entries->entry[i].path);
    free(entries->entry);
    *entries = (struct entries){0};
}

static int by_label_and_name(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return NUMBER_ORDER(left->label, right->label) ?: strcmp(left->name, right->name);
}

static int entries_add(struct entries *entries, int32_t label, const char *path)
{
    TRY_ROOM(entries->entry, entries->capacity, entries->n + 1, "a list of files");
    char *own = strdup(path);
    if (!own)
        return status_no_memory("a file name", strlen(path));
    entries->entry[entries->n++] = (struct entry){label, own, strrchr(own, '/') + 1};
    return STATUS_OK;
}

static int add_image(struct entries *entries, int32_t label, const char *path)
{
    const size_t n = strlen(path);
    return n >= 4 && strcasecmp(path + n - 4, ".png") == 0 ? entries_add(entries, label, path)
           : file_is_folder(path)
               ? status_fail(STATUS_USER,
                             "%s: is a folder in a class's folder, which holds *.png files alone",
                             path)
               : refuse_other_file(path,
                                   "is not a *.png file, a class's folder holds nothing else");
}

/* Calls `each` with the path of everything in the folder that isn't hidden or the system's own. */
static int for_each_in(const char *folder, int32_t label, struct entries *entries,
                       int (*each)(struct entries *, int32_t label, const char *path))
{
    SCOPED(scope_close_folder) DIR *directory = opendir(folder);
    if (!directory)
        return status_fail(STATUS_USER, "%s: the folder cannot be read (%s)", folder,
                           strerror(errno));
    for (const struct dirent *found; (found = readdir(directory));) {
        if (file_is_ignored(found->d_name))
            continue;
        OWNED char *path = file_join(folder, found->d_name);
        TRY(path ? each(entries, label, path) : status_no_memory("a file name", 0));
    }
    return STATUS_OK;
}

/* The label that the name of a folder is (one to three digits); -1 if it is none. */
static int32_t parse_label(const char *name)
{
    int32_t label = 0;
    size_t n = 0;
    for (; name[n] >= '0' && name[n] <= '9' && n < 4; n++)
        label = 10 * label + (name[n] - '0');
    return n == 0 || n > 3 || name[n] != '\0' ? -1 : label;
}

/* USER: something that lies among the folders of classes and is none. */
static int refuse_class(const char *path)
{
    if (!file_is_folder(path))
        return refuse_other_file(path, "is not a class: only folders named by their label can be "
                                       "here, with the images in them");
    return status_fail(STATUS_USER,
                       "%s: is not a class: only folders named by their label, 0 to %d, can be "
                       "here: rename it, or name a folder in it that has them as the images",
                       path, IMAGES_LABEL_MAX);
}

static int add_class(struct entries *entries, int32_t unknown, const char *path)
{
    const int32_t label = parse_label(strrchr(path, '/') + 1);
    const size_t n_before = entries->n;
    (void)unknown;
    if (label < 0 || !file_is_folder(path))
        return refuse_class(path);
    for (size_t i = 0; i < n_before; i++)
        if (entries->entry[i].label == label)
            return status_fail(STATUS_USER, "%s: label %d has another folder, of %s", path, label,
                               entries->entry[i].path);
    TRY(for_each_in(path, label, entries, add_image));
    return entries->n > n_before ? STATUS_OK
                                 : status_fail(STATUS_USER, "%s: holds no *.png files", path);
}

/* The first image's size is the data set's. */
static int read_entry(struct images *images, const struct entries *entries, size_t i)
{
    const struct entry *entry = &entries->entry[i];
    SCOPED(job_end) struct png_job job = {0};
    TRY(job_open(&job, entry->path));
    if (i == 0)
        TRY(images_allocate(images, entry->path, (int64_t)entries->n, job.width, job.height));
    if (job.width != (uint32_t)images->width || job.height != (uint32_t)images->height)
        return status_fail(STATUS_USER,
                           "%s: is %ux%u pixels, but %s is %dx%d: all images must have one size",
                           entry->path, job.width, job.height, entries->entry[0].path,
                           images->width, images->height);
    images->labels[i] = entry->label;
    return job_read(&job, images->pixels + i * images_n_pixels(images));
}

static int read_all(struct images *images, const char *folder)
{
    SCOPED(entries_free) struct entries entries = {0};
    TRY(for_each_in(folder, -1, &entries, add_class));
    if (entries.n == 0)
        return status_fail(
            STATUS_USER, "%s: is empty, a folder of *.png files for each class is needed", folder);
    qsort(entries.entry, entries.n, sizeof *entries.entry, by_label_and_name);
    for (size_t i = 0; i < entries.n; i++)
        TRY(read_entry(images, &entries, i));
    return STATUS_OK;
}

int png_read_folder(struct images *images, const char *folder)
{
    *images = (struct images){0};
    RETURN_OR_FREE(read_all(images, folder), images_free, images);
}

int png_write(const char *path, const uint8_t *pixels, int32_t width, int32_t height, int channels)
{
    SCOPED(file_abandon) struct new_file file = {0};
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};
    TRY(file_create(&file, path));
    if (!png_image_write_to_stdio(&image, file.stream, 0, pixels, 0, NULL))
        return status_fail(STATUS_SYSTEM, "%s: not written (%s)", path, image.message);
    return file_commit(&file);
}
