/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RUN_FOLDER_H
#define SPINET_STORE_RUN_FOLDER_H

#include "store/run_files.h"

/* The folder of a run: who may use it, and what becomes of an earlier run in it. */

/* Whether the run in the folder is finished (FOLDER/DONE exists). */
bool run_is_finished(const char *folder);
/* USER if the run in the folder is not finished. */
int run_check_finished(const char *folder);

/* USER if that folder of --out is, or would be made, in a folder of images that these parameters
 * read: what is in it would be taken for images. */
int run_check_not_among_images(const char *folder, const struct parameters *parameters);

/* Checks that request->folder can take the run; changes nothing. USER. */
int run_folder_check(const struct run_request *request);

/* Makes and locks the folder, and checks it again, since another process may have been at work in
 * it until now. The caller has to call lock_leave_folder(*lock), also if this fails. */
int run_folder_enter(const struct run_request *request, int *lock);

/* Removes an earlier run from the folder, its DONE first, so that nothing of it can be mistaken for
 * a part of the new one. The manifest, which marks the folder as a run's, stays. */
void run_folder_clear(const char *folder);

/* Moves the files of a finished run into a folder where something is. A run that another has
 * finished there in the meantime stays; an unfinished one goes, while what else a user has put
 * there stays. */
int run_folder_replace(const char *from, const char *folder);

#endif
