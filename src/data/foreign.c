/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recognises, by how they begin, the files that are most often taken for images that can be read:
 * what each of them is, and how it can be converted. */
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
    const char *mark; /* [n] the bytes that the file begins with */
    size_t n;
    const char *is, *advice;
} foreign[] = {
    {AS("\xff\xd8\xff"), "a JPEG image", OF_IMAGES},
    {AS("GIF8"), "a GIF image", OF_IMAGES},
    {AS("\x89PNG\r\n\x1a\n"), "a PNG image",
     "name the folder that has a folder of *.png files for each class"},
    {AS("\x93NUMPY"), "a file of NumPy (NPY)", OF_NUMBERS},
    {AS("MATLAB 5.0 MAT-file"), "a file of MATLAB (MAT)", OF_NUMBERS},
    {AS("\x89HDF\r\n\x1a\n"), "an HDF5 file (or MAT of version 7.3)", OF_NUMBERS},
    {AS("PK\3\4"), "a zip archive (an NPZ file of NumPy is one, too)",
     "unpack it, or write it as *.csv: datasets/README.md has the lines of Python"},
    {AS("\x1f\x8b"), "gzip data within gzip data", "unpack it, and name what was in it"},
    {AS("\xff\xfe"), "text in UTF-16", "save it as UTF-8"},
    {AS("\xfe\xff"), "text in UTF-16", "save it as UTF-8"},
    {AS("<!DOCTYPE"), "a page of the web, not the file it should be", "fetch it again"},
    {AS("<!doctype"), "a page of the web, not the file it should be", "fetch it again"},
    {AS("<html"), "a page of the web, not the file it should be", "fetch it again"},
};

int images_refuse_foreign(const char *path)
{
    char bytes[512];
    SCOPED(gzip_close) struct gzip_reader file = {0};
    if (gzip_open(&file, path, "a file") != STATUS_OK)
        return STATUS_OK; /* the reader of the file will say so */
    const int64_t n = gzip_read(&file, bytes, sizeof bytes, path);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign && n > 0; i++)
        if ((size_t)n >= foreign[i].n && memcmp(bytes, foreign[i].mark, foreign[i].n) == 0)
            return status_fail(STATUS_USER, "%s: is %s: %s", path, foreign[i].is,
                               foreign[i].advice);
    return STATUS_OK;
}
