/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Representation maps and their similarity to the images: docs/model.md §8. */
#include "train/maps.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"

static void sum_weights(struct maps *maps, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    const size_t n_pixels = (size_t)maps->width * (size_t)maps->height;
    for (int32_t input = 0; input < layout->n_inputs; input++)
        for (int32_t i = s->start[input]; i < s->start[input + 1]; i++) {
            const size_t k = (size_t)layout_class(layout, s->dendrite[i]);
            maps->weight[k * n_pixels + (size_t)input] += (double)s->weight[i];
        }
}

/* Mean Euclidean distance between a map, divided by its maximum, and the images of a class, divided
 * by the maximum of the test set. */
static double mean_distance(const double *map, double map_max, const struct dataset *dataset,
                            int32_t image_class, double image_max, void *room)
{
    const size_t n_pixels = images_n_pixels(&dataset->test);
    double sum = 0;
    int32_t n = 0;
    for (int32_t i = 0; i < dataset->n_test; i++) {
        if (dataset->test_class[i] != image_class)
            continue;
        const uint8_t *pixels = images_show(&dataset->test, dataset->test_image[i], room);
        double squares = 0;
        for (size_t j = 0; j < n_pixels; j++) {
            const double difference = map[j] / map_max - pixels[j] / image_max;
            squares += difference * difference;
        }
        sum += sqrt(squares);
        n++;
    }
    return n > 0 ? sum / n : NAN;
}

static double maximum(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, values[i]);
    return most;
}

static void find_distances(struct maps *maps, const struct dataset *dataset, void *room)
{
    const size_t n_pixels = (size_t)maps->width * (size_t)maps->height;
    const int32_t n_classes = maps->n_classes;
    uint8_t image_max = 0;
    for (int32_t i = 0; i < dataset->n_test; i++) {
        const uint8_t *pixels = images_show(&dataset->test, dataset->test_image[i], room);
        for (size_t j = 0; j < n_pixels; j++)
            image_max = pixels[j] > image_max ? pixels[j] : image_max;
    }
    double own = 0, other = 0;
    maps->within = maps->across = maps->similarity = NAN;
    for (int32_t k = 0; k < n_classes; k++) {
        const double *map = maps->weight + (size_t)k * n_pixels;
        const double map_max = maximum(map, n_pixels);
        if (map_max <= 0 || image_max == 0)
            return;
        for (int32_t of = 0; of < n_classes; of++) {
            const double distance = mean_distance(map, map_max, dataset, of, image_max, room);
            if (of == k)
                own += distance / n_classes;
            else
                other += distance / (n_classes * (n_classes - 1));
        }
    }
    maps->within = own;
    maps->across = other;
    maps->similarity = (other - own) / fmax(own, other);
}

int maps_begin(struct maps *maps, const struct dataset *dataset)
{
    *maps = (struct maps){.n_classes = dataset->classes.n,
                          .width = dataset->test.width,
                          .height = dataset->test.height};
    TRY_NEW(maps->weight, (size_t)maps->n_classes * images_n_pixels(&dataset->test), "the maps");
    return STATUS_OK;
}

int maps_average_images(struct maps *maps, const struct dataset *dataset)
{
    const size_t n_pixels = images_n_pixels(&dataset->test);
    OWN_NEW(uint8_t, room, images_room(n_pixels), "the maps");
    TRY_NEW(maps->class_mean, (size_t)maps->n_classes * n_pixels, "the maps");
    for (int32_t k = 0; k < maps->n_classes; k++) {
        double *mean = maps->class_mean + (size_t)k * n_pixels;
        int32_t n = 0;
        for (int32_t i = 0; i < dataset->n_test; i++) {
            if (dataset->test_class[i] != k)
                continue;
            const uint8_t *pixels = images_show(&dataset->test, dataset->test_image[i], room);
            for (size_t j = 0; j < n_pixels; j++)
                mean[j] += pixels[j];
            n++;
        }
        for (size_t j = 0; j < n_pixels; j++)
            mean[j] = n > 0 ? mean[j] / n : (double)NAN;
    }
    return STATUS_OK;
}

static int find_all(struct maps *maps, const struct network *network, const struct dataset *dataset)
{
    OWN_NEW(uint8_t, room, images_room(images_n_pixels(&dataset->test)), "the maps");
    TRY(maps_average_images(maps, dataset));
    sum_weights(maps, network);
    find_distances(maps, dataset, room);
    return STATUS_OK;
}

int maps_init(struct maps *maps, const struct network *network, const struct dataset *dataset)
{
    TRY(maps_begin(maps, dataset));
    RETURN_OR_FREE(find_all(maps, network, dataset), maps_free, maps);
}

void maps_free(struct maps *maps)
{
    free(maps->weight);
    free(maps->class_mean);
    *maps = (struct maps){0};
}

void maps_write_pixel_names(FILE *stream, int32_t width, int32_t height)
{
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++)
            fprintf(stream, ",y%dx%d", y, x);
    fprintf(stream, "\n");
}

int maps_write(const struct maps *maps, const struct dataset *dataset, const char *folder)
{
    struct new_file file;
    const size_t n_pixels = (size_t)maps->width * (size_t)maps->height;
    TRY(file_create_in(&file, folder, "maps.csv"));
    fprintf(file.stream, "label");
    maps_write_pixel_names(file.stream, maps->width, maps->height);
    for (int32_t k = 0; k < maps->n_classes; k++) {
        fprintf(file.stream, "%d", dataset->classes.label[k]);
        for (size_t j = 0; j < n_pixels; j++)
            fprintf(file.stream, ",%.6g", maps->weight[(size_t)k * n_pixels + j]);
        fprintf(file.stream, "\n");
    }
    return file_commit(&file);
}
