/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/utf8.h"
#include "store/table_json.h"

int figure_begin(struct figure *figure, const char *look)
{
    json_t *looks = json_loads(vega_text("looks.json"), 0, NULL);
    figure->json =
        json_pack("{s:s, s:s, s:{}, s:{}}", "name", look, "spec", "lines", "values", "tables");
    json_object_update(figure->json, json_object_get(looks, look));
    json_decref(looks);
    return figure->json ? STATUS_OK : status_no_memory("a figure", 0);
}

void figure_free(struct figure *figure)
{
    json_decref(figure->json);
    figure->json = NULL;
}

void figure_say(struct figure *figure, const char *key, const char *format, ...)
{
    OWNED char *text = NULL;
    va_list values;
    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    va_end(values);
    json_object_set_new(figure->json, key, text ? figure_string(text) : NULL);
}

void figure_show_one(struct figure *figure)
{
    json_t *of_one = json_object_get(figure->json, "of_one"),
           *caption = json_object_get(of_one, "caption");
    if (caption)
        json_object_set(figure->json, "caption", caption);
    json_object_update(json_object_get(figure->json, "values"), json_object_get(of_one, "values"));
}

/* An object of a format, by its columns. */
static json_t *object_of(const char *format, va_list values)
{
    json_t *object = json_object();
    char key[32], kind;
    for (; sscanf(format, "%31[^%]%%%c", key, &kind) == 2; format += strspn(format, ", ")) {
        json_t *value = kind == 's'   ? figure_string(va_arg(values, const char *))
                        : kind == 'g' ? table_json_number(va_arg(values, double))
                        : kind == 'p' ? va_arg(values, json_t *)
                        : kind == 'l' ? json_integer(va_arg(values, long long))
                        : kind == 'u' ? json_boolean(va_arg(values, int))
                                      : json_integer(va_arg(values, int));
        if (kind == 'i' && json_integer_value(value) < 0) {
            json_decref(value);
            value = json_null();
        }
        key[strlen(key) - 1] = '\0'; /* the space before % */
        json_object_set_new(object, key, value);
        format += strcspn(format, ",");
    }
    return object;
}

void figure_set(struct figure *figure, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    json_t *set = object_of(format, values);
    va_end(values);
    json_object_update(json_object_get(figure->json, "values"), set);
    json_decref(set);
}

json_t *figure_string(const char *text)
{
    if (utf8_is_valid(text))
        return json_string(text);
    OWNED char *clean = strdup(text);
    for (char *c = clean; c && *c; c++)
        *c = (unsigned char)*c < 128 ? *c : '?';
    return clean ? json_string(clean) : NULL;
}

json_t *figure_table(struct figure *figure, const char *name)
{
    json_t *tables = json_object_get(figure->json, "tables"),
           *table = json_object_get(tables, name);
    if (!table) {
        table = json_array();
        json_object_set_new(tables, name, table);
    }
    return table;
}

uint8_t figure_pixel(double part)
{
    return (uint8_t)lround(fmax(0, fmin(1, part)) * (FIGURE_NO_PIXEL - 1));
}

json_t *figure_bytes(const uint8_t *byte, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    OWNED char *text = malloc((n + 2) / 3 * 4 + 1);
    char *out = text;
    for (size_t i = 0; text && i < n; i += 3) {
        const uint32_t three = (uint32_t)(byte[i] << 16 | (i + 1 < n ? byte[i + 1] << 8 : 0) |
                                          (i + 2 < n ? byte[i + 2] : 0));
        for (int k = 0; k < 4; k++)
            *out++ = i + (size_t)k <= n ? digits[three >> (18 - 6 * k) & 63] : '=';
    }
    return text ? json_stringn(text, (size_t)(out - text)) : NULL;
}

json_t *figure_image(const struct images *images, int32_t image)
{
    const size_t n = images_n_pixels(images);
    OWNED uint8_t *byte = malloc(n), *room = malloc(images_room(n));
    const uint8_t *pixel = room ? images_show(images, image, room) : NULL;
    for (size_t i = 0; byte && pixel && i < n; i++)
        byte[i] = figure_pixel(pixel[i] / 255.0);
    return byte && pixel ? figure_bytes(byte, n) : NULL;
}

json_t *figure_matrix(const double *value, size_t n, double most)
{
    OWNED uint8_t *byte = malloc(n + 1);
    for (size_t i = 0; byte && i < n; i++)
        byte[i] = isnan(value[i]) ? FIGURE_NO_PIXEL : figure_pixel(value[i] / most);
    return byte ? figure_bytes(byte, n) : NULL;
}

void figure_put_row(struct figure *figure, const char *name, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    json_array_append_new(figure_table(figure, name), object_of(format, values));
    va_end(values);
}

void figure_put_mean(struct figure *figure, const char *name, const char *panel, const char *series,
                     double x, const struct running *mean, double least, double most)
{
    const double sd = running_sd(mean), low = mean->mean - sd, high = mean->mean + sd;
    figure_put_row(figure, name, "panel %s, series %s, x %g, y %g, low %g, high %g, runs %d", panel,
                   series, x, mean->mean, isnan(sd) ? sd : fmax(low, least),
                   isnan(sd) ? sd : fmin(high, most), mean->n);
}

void figure_put_table(struct figure *figure, const char *name, const struct table *table,
                      const void *rows, size_t n)
{
    json_object_set_new(json_object_get(figure->json, "tables"), name,
                        table_columns_to_json(table, rows, n));
}

/* In a page "</script>" would end the data: no < is left, which is only ever in texts. */
char *figure_text(const struct figure *figure)
{
    OWNED char *json =
        json_dumps(figure->json, JSON_COMPACT | JSON_REAL_PRECISION(6) | JSON_ENSURE_ASCII);
    size_t size = 0;
    char *text = NULL;
    FILE *out = json ? open_memstream(&text, &size) : NULL;
    if (!out)
        return NULL;
    for (const char *c = json; *c; c++)
        if (*c == '<')
            fputs("\\u003c", out);
        else
            fputc(*c, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
