/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images as text, plain or gzipped: one image a line, `label,pixel,pixel,…` row by row.
 *
 * What programs add to that is read where it can mean one thing only: semicolons, tabs or spaces
 * between the fields, spaces and quotes around them, 255.0 for 255, a separator at the end of each
 * line, empty lines at the end of the file, and a header, whose names may say that the label is the
 * last column. With a labels file there is no label in the line. Refuses everything else. */
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

enum { NO_LABEL = -1 };

struct csv {
    struct text_reader reader;
    const struct image_form *form;
    char separator;
    bool has_labels;
    bool is_label_last;
    bool is_of_labels; /* and of nothing else */
    int64_t n_columns; /* of the lines before; 0: this is the first */
    size_t pixel_capacity, label_capacity;
};

static void close_csv(struct csv *csv)
{
    text_close(&csv->reader);
}

/* ---- fields ---- */

static bool is_gap(const struct csv *csv, char c)
{
    return c == ' ' || (c == '\t' && csv->separator != '\t');
}

static const char *skip_gaps(const struct csv *csv, const char *at)
{
    while (is_gap(csv, *at))
        at++;
    return at;
}

/* Behind the separator at `at`, where gaps have been skipped; NULL if the line has no more fields.
 */
static const char *next_field(const struct csv *csv, const char *at)
{
    if (csv->separator == ' ')
        return *at ? at : NULL;
    if (*at == '\0')
        return NULL;
    const char *field = skip_gaps(csv, at + 1);
    return *field ? field : NULL; /* nothing behind a separator: it only ends the line */
}

static const char *find_field_end(const struct csv *csv, const char *field)
{
    const size_t n = strcspn(field, (const char[]){csv->separator, '\0'});
    return field + n;
}

/* The number that the field is, be it in quotes; *at is moved to the separator behind it. */
static bool take_number(const struct csv *csv, const char **at, double *number)
{
    enum { QUICK_DIGITS = 6 }; /* nearly all are small whole numbers */
    const char *c = *at;
    const char quote = *c == '"' || *c == '\'' ? *c++ : '\0';
    const char *const digits = c;
    int whole = 0;
    for (; *c >= '0' && *c <= '9' && c - digits < QUICK_DIGITS; c++)
        whole = 10 * whole + (*c - '0');
    *number = whole;
    if (c == digits || (*c && strchr("0123456789.eE", *c))) {
        c = digits;
        if (!number_take(&c, number))
            return false;
    }
    if (quote && *c++ != quote)
        return false;
    const bool has_gap = is_gap(csv, *c);
    *at = c = skip_gaps(csv, c);
    return *c == '\0' || *c == csv->separator || (csv->separator == ' ' && has_gap);
}

static int64_t count_fields(const struct csv *csv, const char *text)
{
    int64_t n = 0;
    for (const char *field = skip_gaps(csv, text); field && *field; n++)
        field = next_field(csv, csv->separator == ' ' ? skip_gaps(csv, find_field_end(csv, field))
                                                      : find_field_end(csv, field));
    return n;
}

/* ---- the header ---- */

/* Whether a column of this name, which ends at `end`, holds labels. */
static bool is_label_name(const char *name, const char *end)
{
    static const char *const names[] = {"label", "labels", "class", "target", "digit", "y"};
    while (name < end && (strchr("\"' ", *name)))
        name++;
    while (end > name && strchr("\"' ", end[-1]))
        end--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == (size_t)(end - name) &&
            strncasecmp(names[i], name, (size_t)(end - name)) == 0)
            return true;
    return false;
}

/* What the fields of a line could be, if it were a header. */
struct header {
    int64_t n, n_numbers;
    int64_t label; /* the column with a label's name, from 0; NO_LABEL: none */
    bool counts;   /* all numbers among them count the columns, but for the label's */
};

static struct header look_at_names(const struct csv *csv, const char *text)
{
    struct header header = {.label = NO_LABEL, .counts = true};
    text += *text == '#'; /* as numpy.savetxt begins a header */
    for (const char *field = skip_gaps(csv, text); field && *field; header.n++) {
        const char *end = find_field_end(csv, field), *at = field;
        double number;
        if (take_number(csv, &at, &number)) {
            header.counts = header.counts && number == (double)header.n_numbers;
            header.n_numbers++;
        } else if (is_label_name(field, end)) {
            header.label = header.n;
        }
        field = next_field(csv, csv->separator == ' ' ? skip_gaps(csv, end) : end);
    }
    return header;
}

/* Names alone, or a label's beside columns that are counted from 0. */
static bool is_header(const struct csv *csv, const struct header *header)
{
    const bool is_named = header->label != NO_LABEL;
    return (header->n_numbers == 0 && (is_named || header->n == 1 || !csv->is_of_labels)) ||
           (is_named && header->counts && header->n_numbers == header->n - 1);
}

static int take_header(struct csv *csv, const struct header *header)
{
    const bool is_named = header->label != NO_LABEL;
    if (csv->has_labels && !is_named && header->n > 1)
        return status_fail(STATUS_USER,
                           "%s: line 1: this header names no label: expected `label` as its first "
                           "or its last column (or a file of labels of its own)",
                           csv->reader.path);
    if (!csv->has_labels && is_named && header->n > 1)
        return status_fail(STATUS_USER,
                           "%s: line 1: column %lld holds the labels, so the labels file is too "
                           "much: leave it out",
                           csv->reader.path, (long long)header->label + 1);
    if (is_named && header->label != 0 && header->label != header->n - 1)
        return status_fail(STATUS_USER,
                           "%s: line 1: the label is in column %lld of %lld: expected it in the "
                           "first or the last, and pixels in all others",
                           csv->reader.path, (long long)header->label + 1, (long long)header->n);
    csv->is_label_last = header->label > 0;
    return STATUS_OK;
}

/* The sign between the fields of the first line. */
static int find_separator(struct csv *csv)
{
    static const char signs[] = ",;\t";
    csv->separator = ' ';
    for (const char *sign = signs; *sign; sign++) {
        if (!strchr(csv->reader.text, *sign))
            continue;
        if (csv->separator != ' ')
            return status_fail(STATUS_USER,
                               "%s: line %zu: holds '%c' and '%s': expected one of them between "
                               "the numbers, and points for decimals",
                               csv->reader.path, csv->reader.line, csv->separator,
                               *sign == '\t' ? "\\t" : ";");
        csv->separator = *sign;
    }
    return STATUS_OK;
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

/* The first line with data, which may follow a header: 1, or 0 if there is none. */
static int first_line(struct csv *csv)
{
    int more = next_line(csv);
    if (more <= 0)
        return more;
    TRY(find_separator(csv));
    const struct header header = look_at_names(csv, csv->reader.text);
    if (!is_header(csv, &header))
        return 1;
    TRY(take_header(csv, &header));
    more = next_line(csv);
    if (more > 0 && header.n == 1) /* a name alone does not tell what separates the others */
        TRY(find_separator(csv));
    return more;
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
    const char *besides = csv->has_labels ? " besides the label" : "", *advice = "";
    if (csv->form->width || csv->form->height)
        return status_fail(STATUS_USER,
                           "%s: line %zu: %lld pixels%s, which do not fit data.width = %d and "
                           "data.height = %d (0: what follows)",
                           csv->reader.path, csv->reader.line, (long long)n_pixels, besides,
                           csv->form->width, csv->form->height);
    if (csv->has_labels && find_side(n_pixels + 1) > 1)
        advice = ", or name the file of the labels if no column has them";
    if (!csv->has_labels && find_side(n_pixels - 1) > 0)
        advice = ", or name no file of labels if a column has them";
    return status_fail(STATUS_USER,
                       "%s: line %zu: %lld pixels%s, a square number is needed (else say "
                       "data.width and data.height%s)",
                       csv->reader.path, csv->reader.line, (long long)n_pixels, besides, advice);
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
    const char *end = find_field_end(csv, field);
    const int n = end - field > 40 ? 40 : (int)(end - field);
    char right[64];
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
    const int64_t label = !csv->has_labels ? NO_LABEL : csv->is_label_last ? n - 1 : 0;
    uint8_t *pixel = images->pixels + (size_t)images->n_images * images_n_pixels(images);
    const char *field = skip_gaps(csv, csv->reader.text);
    for (int64_t k = 0; k < n; k++) {
        const char *at = field;
        double number;
        const bool is_number = take_number(csv, &at, &number);
        if (!is_number || (k == label ? !is_label(number) : !(number >= 0 && number <= most)))
            return refuse_field(csv, field, k + 1, k == label);
        if (k == label)
            images->labels[images->n_images] = (int32_t)number;
        else
            *pixel++ = images_scale(number, most);
        field = next_field(csv, at);
    }
    images->n_images++;
    return STATUS_OK;
}

static int read_line(struct images *images, struct csv *csv)
{
    const int64_t n = count_fields(csv, csv->reader.text), n_pixels = n - csv->has_labels;
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
    for (const char *field = skip_gaps(csv, csv->reader.text); field; column++) {
        const char *at = field;
        double number;
        if (!take_number(csv, &at, &number) || !is_label(number))
            return refuse_field(csv, field, column, true);
        if (*n < images->n_images)
            images->labels[*n] = (int32_t)number;
        ++*n;
        field = next_field(csv, at);
    }
    return STATUS_OK;
}

int csv_read_labels(struct images *images, const char *images_path, const char *path)
{
    SCOPED(close_csv) struct csv csv = {.has_labels = true, .is_of_labels = true};
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
