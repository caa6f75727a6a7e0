/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images as text, plain or gzipped: one image a line, `label,pixel,pixel,…` row by row.
 *
 * Numbers may have decimals (255.0) and spaces around them, a line may end with a comma, the file
 * with empty lines, and begin with a header whose first name is that of the label. With a labels
 * file there is no label in the line. Refuses everything else. */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "data/images.h"

struct csv {
    struct text_reader reader;
    const struct image_form *form; /* NULL: of a labels file */
    bool has_labels;   /* as the first field of each line, or as all fields of a labels file */
    int64_t n_columns; /* of the lines before; 0: this is the first */
    size_t pixel_capacity, label_capacity;
};

static void close_csv(struct csv *csv)
{
    text_close(&csv->reader);
}

/* ---- fields ---- */

static const char *skip_spaces(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* The field behind the end of another; NULL if the line has no more, or ends with a comma. */
static const char *next_field(const char *end)
{
    const char *field = *end == ',' ? skip_spaces(end + 1) : "";
    return *field ? field : NULL;
}

static const char *find_field_end(const char *field)
{
    return field + strcspn(field, ",");
}

/* Reads the number that is the whole field at *at, and moves *at to its end. */
static bool take_number(const char **at, double *number)
{
    enum { QUICK_DIGITS = 6 }; /* nearly all are small whole numbers */
    const char *c = *at;
    int whole = 0;
    for (; *c >= '0' && *c <= '9' && c - *at < QUICK_DIGITS; c++)
        whole = 10 * whole + (*c - '0');
    *number = whole;
    if (c == *at || (*c && strchr("0123456789.eE", *c))) {
        c = *at;
        if (!number_take(&c, number))
            return false;
    }
    *at = c = skip_spaces(c);
    return *c == '\0' || *c == ',';
}

/* How many bytes of a field a message shows. */
static int shown_of(const char *field)
{
    const ptrdiff_t n = find_field_end(field) - field;
    return n > 40 ? 40 : (int)n;
}

static int64_t count_fields(const char *text)
{
    int64_t n = 0;
    for (const char *field = skip_spaces(text); field && *field; n++)
        field = next_field(find_field_end(field));
    return n;
}

/* ---- lines ---- */

/* The next line that holds something: 1, or 0 at the end. Empty lines may only be at the end. */
static int next_line(struct csv *csv)
{
    size_t empty = 0;
    int more;
    while ((more = text_next(&csv->reader)) > 0) {
        const bool is_empty = csv->reader.text[strspn(csv->reader.text, " \t")] == '\0';
        if (!is_empty && empty > 0)
            return status_fail(STATUS_USER, "%s: line %zu: is empty, an image is needed",
                               csv->reader.path, empty);
        if (!is_empty)
            return 1;
        empty = empty ? empty : csv->reader.line;
    }
    return more;
}

/* Whether a header, which may have its names in quotes, begins with that of the label. */
static bool begins_with_label(const char *header)
{
    static const char *const names[] = {"label", "labels", "class", "target", "digit", "y"};
    const char *name = header + strspn(header, "\"' ");
    const size_t n = strcspn(name, "\"' ,");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n && strncasecmp(names[i], name, n) == 0)
            return true;
    return false;
}

/* The first line with data, which may follow a header: 1, or 0 if there is none. */
static int first_line(struct csv *csv)
{
    const int more = next_line(csv);
    const char *text = more > 0 ? skip_spaces(csv->reader.text) : "";
    const bool is_header = isalpha((unsigned char)text[*text == '"' || *text == '\'']);
    if (is_header && begins_with_label(text) == csv->has_labels)
        return next_line(csv);
    if (!is_header || !csv->form)
        return more;
    return status_fail(STATUS_USER, "%s: line 1: the first column is '%.*s': expected %s",
                       csv->reader.path, shown_of(text), text,
                       csv->has_labels
                           ? "`label`, and pixels behind it (or a file of labels of its own)"
                           : "pixels alone, or leave the labels file out");
}

/* The side of a square of n pixels; 0 if they are none. */
static int64_t find_side(int64_t n)
{
    int64_t side = 0;
    while (side * side < n)
        side++;
    return side * side == n ? side : 0;
}

static int refuse_size(const struct csv *csv, int64_t n_pixels)
{
    const char *besides = csv->has_labels ? " besides the label" : "";
    if (n_pixels == 0)
        return status_fail(STATUS_USER,
                           "%s: line %zu: '%.40s': expected numbers with commas between",
                           csv->reader.path, csv->reader.line, csv->reader.text);
    if (csv->form->width || csv->form->height)
        return status_fail(STATUS_USER,
                           "%s: line %zu: %lld pixels%s, which do not fit data.width = %d and "
                           "data.height = %d (0: what follows)",
                           csv->reader.path, csv->reader.line, (long long)n_pixels, besides,
                           csv->form->width, csv->form->height);
    return status_fail(
        STATUS_USER,
        "%s: line %zu: %lld pixels%s, a square number is needed (else say data.width "
        "and data.height, or name %s)",
        csv->reader.path, csv->reader.line, (long long)n_pixels, besides,
        csv->has_labels ? "the file of the labels if no column has them"
                        : "no file of labels if a column has them");
}

/* Width and height from the first line's number of pixels, into `images`. */
static int find_size(struct images *images, const struct csv *csv, int64_t n_pixels)
{
    int64_t width = csv->form->width, height = csv->form->height;
    if (width == 0)
        width = height ? n_pixels / height : find_side(n_pixels);
    if (height == 0)
        height = width ? n_pixels / width : 0;
    if (n_pixels == 0 || width * height != n_pixels)
        return refuse_size(csv, n_pixels);
    images->width = (int32_t)width;
    images->height = (int32_t)height;
    return images_check_size(csv->reader.path, 1, width, height);
}

/* Room for one more image. */
static int make_room(struct images *images, struct csv *csv)
{
    const size_t n = (size_t)images->n_images + 1;
    TRY(images_check_size(csv->reader.path, (int64_t)n, images->width, images->height));
    TRY_ROOM(images->pixels, csv->pixel_capacity, n * images_n_pixels(images), "images");
    TRY_ROOM(images->labels, csv->label_capacity, n, "images");
    return STATUS_OK;
}

static int refuse_field(const struct csv *csv, const char *field, int64_t column, bool is_label)
{
    const int n = shown_of(field);
    char right[64];
    if (field + strcspn(field, ";\t") < find_field_end(field))
        return status_fail(STATUS_USER,
                           "%s: line %zu: '%.*s': expected numbers with commas between",
                           csv->reader.path, csv->reader.line, n, field);
    if (is_label)
        snprintf(right, sizeof right, "label, a whole number from 0 to %d", IMAGES_LABEL_MAX);
    else
        snprintf(right, sizeof right, "pixel, a number from 0 to %g%s", csv->form->intensity_max,
                 csv->form->intensity_max == 255 ? "" : " (input.intensity_max)");
    return status_fail(STATUS_USER, "%s: line %zu, column %lld: '%.*s' is not a %s",
                       csv->reader.path, csv->reader.line, (long long)column, n, field, right);
}

static bool is_label(double number)
{
    return number >= 0 && number <= IMAGES_LABEL_MAX && number == (int32_t)number;
}

/* The reader's line, of as many fields as it must have, becomes the next image. */
static int parse_line(struct images *images, const struct csv *csv)
{
    const double most = csv->form->intensity_max;
    const int64_t n = csv->n_columns;
    const int64_t label = csv->has_labels ? 0 : -1; /* its column */
    uint8_t *pixel = images->pixels + (size_t)images->n_images * images_n_pixels(images);
    const char *field = skip_spaces(csv->reader.text);
    for (int64_t k = 0; k < n; k++) {
        const char *at = field;
        double number;
        const bool is_number = take_number(&at, &number);
        if (!is_number || (k == label ? !is_label(number) : !(number >= 0 && number <= most)))
            return refuse_field(csv, field, k + 1, k == label);
        if (k == label)
            images->labels[images->n_images] = (int32_t)number;
        else
            *pixel++ = images_scale(number, most);
        field = next_field(at);
    }
    images->n_images++;
    return STATUS_OK;
}

static int read_line(struct images *images, struct csv *csv)
{
    const int64_t n = count_fields(csv->reader.text), n_pixels = n - csv->has_labels;
    if (csv->n_columns == 0)
        TRY(find_size(images, csv, n_pixels));
    else if (n != csv->n_columns)
        return status_fail(STATUS_USER, "%s: line %zu: %lld pixels, the lines before have %lld",
                           csv->reader.path, csv->reader.line, (long long)n_pixels,
                           (long long)csv->n_columns - csv->has_labels);
    csv->n_columns = n;
    TRY(make_room(images, csv));
    return parse_line(images, csv);
}

static int read_lines(struct images *images, struct csv *csv)
{
    int more = first_line(csv);
    for (; more > 0; more = next_line(csv))
        TRY(read_line(images, csv));
    TRY(more);
    if (images->n_images == 0)
        return status_fail(STATUS_USER, "%s: is empty, an image a line is needed",
                           csv->reader.path);
    const size_t n = (size_t)images->n_images; /* the spare capacity is given back */
    TRY_RESIZE(images->pixels, n * images_n_pixels(images), "images");
    TRY_RESIZE(images->labels, n, "images");
    return STATUS_OK;
}

static int read_images(struct images *images, const char *path, const char *labels_path,
                       const struct image_form *form)
{
    SCOPED(close_csv) struct csv csv = {.form = form, .has_labels = !labels_path};
    TRY(text_open(&csv.reader, path));
    TRY(read_lines(images, &csv));
    return labels_path ? csv_read_labels(images, path, labels_path) : STATUS_OK;
}

int csv_read(struct images *images, const char *path, const char *labels_path,
             const struct image_form *form)
{
    *images = (struct images){0};
    RETURN_OR_FREE(read_images(images, path, labels_path, form), images_free, images);
}

/* ---- labels in a file of their own ---- */

/* The labels of a line behind the *n before; counts those that are too many without keeping them.
 */
static int parse_labels(const struct images *images, const struct csv *csv, int64_t *n)
{
    int64_t column = 1;
    for (const char *field = skip_spaces(csv->reader.text); field; column++) {
        const char *at = field;
        double number;
        if (!take_number(&at, &number) || !is_label(number))
            return refuse_field(csv, field, column, true);
        if (*n < images->n_images)
            images->labels[*n] = (int32_t)number;
        ++*n;
        field = next_field(at);
    }
    return STATUS_OK;
}

int csv_read_labels(struct images *images, const char *images_path, const char *path)
{
    SCOPED(close_csv) struct csv csv = {.has_labels = true};
    int64_t n = 0;
    TRY(text_open(&csv.reader, path));
    int more = first_line(&csv);
    for (; more > 0; more = next_line(&csv))
        TRY(parse_labels(images, &csv, &n));
    TRY(more);
    return n == images->n_images
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: %lld labels for the %d images of %s", path,
                             (long long)n, images->n_images, images_path);
}
