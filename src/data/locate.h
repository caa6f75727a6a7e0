/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_LOCATE_H
#define SPINET_DATA_LOCATE_H

#include "core/shared_file.h"

/* A file of a data set, as it was read or as the manifest of a run has it; "" for what there is
 * not, or is not known. */
struct data_file {
    char sha256[65];                /* of a folder that of the images in it */
    char path[SHARED_PATH_MAX];     /* from the root */
    char from_run[SHARED_PATH_MAX]; /* from the run's folder; of manifests only */
};

/* Where the files of a data set are looked for: in the folder of --data alone or, without it, where
 * the parameters say and where a run's manifest says that they were. */
struct data_places {
    const char *folder;            /* of --data; NULL: none is given */
    const char *run_folder;        /* the run that has the manifest; NULL: there is none */
    const struct data_file *known; /* what that manifest says of each file; NULL without one */
};

/* Finds the file or folder that the parameters have as `path`: at that path or where it is known to
 * have been or, if a folder is given, in that under as much of the path as exists there. Of several
 * candidates takes the first, unless another has the checksum that is known. USER if there is none;
 * the message names what was tried. Where there is only the path, it is left to be read. */
int locate_file(const char *path, const struct data_places *places, const struct data_file *known,
                char found[SHARED_PATH_MAX]);

#endif
