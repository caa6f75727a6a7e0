/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_FILE_H
#define SPINET_CORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/scope.h"

/* ---- file.c: paths, folders, and what is there ---- */

/* Makes the folder and those above it, all or none. USER if a part of the path is a file or not
 * writable, or it begins with "~/", SYSTEM if the disk is full. */
int file_make_folder(const char *path);

/* "folder/name" in new memory (free it); NULL if there is none. */
char *file_join(const char *folder, const char *name);

/* Declares `path`, which is that text and owned by the block, or returns SYSTEM. */
#define OWN_PATH(path, folder, name)                                                               \
    OWNED char *path = file_join(folder, name);                                                    \
    TRY(path ? STATUS_OK : status_no_memory("a file name", strlen(folder)))

/* Whether the path is "-", which stands for standard output: what file_create opens for it is
 * written there at once, and no file is made. */
bool file_is_standard_output(const char *path);

bool file_exists(const char *path);
bool file_exists_in(const char *folder, const char *name); /* or there is no memory */

/* Whether nothing is at the path. False also where that cannot be found out, as in a folder that
 * may not be searched. */
bool file_is_absent(const char *path);

bool file_is_folder(const char *path);

/* Whether two paths lead to the same file, which need not exist yet. */
bool file_is_same(const char *a, const char *b);

/* Whether the file, which need not exist yet, lies in the folder or in one of its sub-folders. */
bool file_is_within(const char *path, const char *folder);

/* USER if the path is a symbolic link whose target does not exist. */
int file_check_link(const char *path);

/* What an st_mode stands for that is not an ordinary file: "folder", "pipe", "socket" or "device".
 */
const char *file_name_kind(unsigned mode);

/* USER unless the path is a regular file: opening a pipe may block for ever, and its data cannot be
 * read twice. The message says that `needed` should be there, as "an IDX file". Call this before
 * opening a file that the user named. */
int file_check_regular(const char *path, const char *needed);

/* Whether a folder that holds only files of such names (without their folder) is taken for empty:
 * hidden files (those of file_create, too), and what file managers and file systems put there. */
bool file_is_ignored(const char *name);

/* Whether the folder holds nothing but names that file_is_ignored; true also if it does not exist
 * or cannot be read. */
bool file_folder_is_empty(const char *path);

/* Removes FOLDER/NAME, if it is there. */
void file_remove(const char *folder, const char *name);

/* Removes a folder with all in it. */
void file_remove_folder(const char *path);

/* Where two files first differ, and what stands there in each; `where` is "" if they do not. */
struct file_difference {
    char where[256], was[200], is[200];
};

/* SHA-256 of the file's bytes as 64 hex digits. USER if it cannot be read. */
int file_sha256(const char *path, char hex[65]);

/* ---- file_new.c: new files and folders ---- */

/* A file that appears whole or not at all: written beside its place under a temporary name,
 * flushed, and renamed by file_commit. */
struct new_file {
    FILE *stream; /* to write to; while it is open, the temporary file is locked */
    char *path;   /* as given */
    char *target; /* where it will stand: that, or what it leads to through symbolic links */
    char *temporary_path;
};

/* Opens a temporary file of a name of its own. If the path is a symbolic link, the link stays and
 * its target is replaced. USER if the folder is missing or may not be written, if the link has no
 * target, or if the path is a device, pipe or socket; SYSTEM if the disk is full. */
int file_create(struct new_file *file, const char *path);

/* The same for FOLDER/NAME. */
int file_create_in(struct new_file *file, const char *folder, const char *name);

/* Flushes, syncs and renames. SYSTEM if anything written did not reach the disk; then nothing is
 * left behind. Frees `file` either way. */
int file_commit(struct new_file *file);

/* Does what file_commit does except for renaming, so that files that belong together can all be
 * flushed before the first is renamed by file_commit. Frees `file` if it fails. */
int file_finish(struct new_file *file);

/* Flushes all n files (file_finish) before it renames the first, so that a full disk leaves every
 * old file in place. Frees all of them, whether it succeeds or fails. */
int file_commit_all(struct new_file *files, int n);

/* Makes the names in the folder, including those of renamed files, survive a power cut. Does
 * nothing where the file system cannot do that. */
void file_sync_folder(const char *folder);

/* Throws the temporary file away. Safe on a zeroed or already committed file. */
void file_abandon(struct new_file *file);

/* rename(2), which also returns true if the file was in fact renamed although the call failed with
 * ENOENT: a network file server does that if its first answer was lost and it is asked again. */
bool file_rename(const char *from, const char *to);

/* Whether a name (without its folder) has the form of the temporary names that file_create gives.
 */
bool file_is_temporary(const char *name);

/* Makes a folder beside `target`, to be renamed to it later. Its temporary name is in *path, in new
 * memory (NULL if it fails); it is locked until lock_leave_folder(*lock). */
int file_make_folder_beside(const char *target, char **path, int *lock);

/* Makes a folder in TMPDIR or /tmp, for the time of a command; file_remove_folder removes it. USER
 * if none can be made. */
int file_make_folder_for_now(char path[4096], const char *command);

/* Removes temporary files and folders in the folder whose process has ended. Where that cannot be
 * found out (a folder of another machine, a file system without locks), they are removed once they
 * are a week old. */
void file_remove_temporary(const char *folder);

#endif
