/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recognises, by how they begin, the files that are most often taken for images that can be read:
 * what each of them is, and how it can be converted. */
#include <stdbool.h>
#include <string.h>

#include "core/gzip.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/images.h"

#define OF_IMAGES                                                                                  \
    "convert it to PNG, in a folder a class (ImageMagick's `mogrify -format png FILE…` does it)"
#define OF_NUMBERS  "write it as *.csv or IDX: datasets/README.md has the lines of Python"
#define AS(literal) literal, sizeof literal - 1

static const struct foreign {
    size_t at; /* bytes before the mark */
    const char *mark;
    size_t n;
    const char *is, *advice;
} foreign[] = {
    {0, AS("\xff\xd8\xff"), "a JPEG image", OF_IMAGES},
    {0, AS("GIF8"), "a GIF image", OF_IMAGES},
    {6, AS("\0\0\0\0"), "a BMP image", OF_IMAGES}, /* and begins with BM: see is_foreign */
    {0, AS("\x89PNG\r\n\x1a\n"), "a PNG image",
     "name the folder that has a folder of *.png files for each class"},
    {0, AS("\x93NUMPY"), "a file of NumPy (NPY)", OF_NUMBERS},
    {0, AS("MATLAB 5.0 MAT-file"), "a file of MATLAB (MAT)", OF_NUMBERS},
    {0, AS("\x89HDF\r\n\x1a\n"), "an HDF5 file (or MAT of version 7.3)", OF_NUMBERS},
    {0, AS("PK\3\4"), "a zip archive (an NPZ file of NumPy is one, too)",
     "unpack it, or write it as *.csv: datasets/README.md has the lines of Python"},
    {0, AS("\x1f\x8b"), "gzip data within gzip data", "unpack it, and name what was in it"},
    {0, AS("\xff\xfe"), "text in UTF-16", "save it as UTF-8"},
    {0, AS("\xfe\xff"), "text in UTF-16", "save it as UTF-8"},
    {0, AS("<!DOCTYPE"), "a page of the web, not the file it should be", "fetch it again"},
    {0, AS("<!doctype"), "a page of the web, not the file it should be", "fetch it again"},
    {0, AS("<html"), "a page of the web, not the file it should be", "fetch it again"},
};

static bool is_foreign(const struct foreign *kind, const char *bytes, size_t n)
{
    const bool begins = kind->at != 6 || (n > 2 && bytes[0] == 'B' && bytes[1] == 'M');
    return begins && n >= kind->at + kind->n && memcmp(bytes + kind->at, kind->mark, kind->n) == 0;
}

int images_refuse_foreign(const char *path)
{
    char bytes[512];
    SCOPED(gzip_close) struct gzip_reader file = {0};
    if (gzip_open(&file, path, "a file") != STATUS_OK)
        return STATUS_OK; /* the reader of the file will say so */
    const int64_t n = gzip_read(&file, bytes, sizeof bytes, path);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign && n > 0; i++)
        if (is_foreign(&foreign[i], bytes, (size_t)n))
            return status_fail(STATUS_USER, "%s: is %s: %s", path, foreign[i].is,
                               foreign[i].advice);
    return STATUS_OK;
}
