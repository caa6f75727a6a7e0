/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_FILE_H
#define SPINET_CORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* ---- file.c: paths, folders, and what is there ---- */

/* Makes the folder and those above it, all or none. USER if a part of the path is a file or not
 * writable, or it begins with "~/", SYSTEM if the disk is full. */
int file_make_folder(const char *path);

/* "folder/name" in new memory (free it); NULL if there is none. */
char *file_join(const char *folder, const char *name);

/* "-": what is written goes there as it is written, and no file is made. */
bool file_is_standard_output(const char *path);

bool file_exists(const char *path);
bool file_exists_in(const char *folder, const char *name); /* false without memory, too */

/* Nothing is there; false if it cannot be told, as in a folder that may not be looked into. */
bool file_is_absent(const char *path);

bool file_is_folder(const char *path);

/* The one name of a file, without links and dots, in new memory (free it); of one that is yet to be
 * made, that of its folder and its own. NULL if there is no such folder. */
char *file_resolve(const char *path);

/* Whether two names lead to one file, be it there or yet to be made. */
bool file_is_same(const char *a, const char *b);

/* Whether the file, be it there or yet to be made, lies in the folder or in one within it. */
bool file_is_within(const char *path, const char *folder);

/* USER if the path is a symbolic link, and to nothing. */
int file_check_link(const char *path);

/* What a mode of stat says that is no ordinary file: "folder", "pipe", "socket" or "device". */
const char *file_name_kind(unsigned mode);

/* USER, with the line that says why, unless it is a regular file: opening a pipe may block for
 * good, and it cannot be read twice. `needed`: what should be there, "an IDX file". To be called
 * before a file of the user's is opened. */
int file_check_regular(const char *path, const char *needed);

/* Whether a name (without its folder) counts for nothing where an empty folder is asked for: hidden
 * ones, what file managers and file systems put into folders, what file_create makes. */
bool file_is_ignored(const char *name);

/* Nothing in it that counts; or not there, or not readable. */
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
    FILE *stream; /* to write to */
    char *path;   /* as given */
    char *target; /* where it will stand: that, or what it leads to through symbolic links */
    char *temporary_path;
    int lock; /* says until the end that it is being written */
};

/* Opens the temporary file, which no other new file shares. A link stays and what it leads to is
 * replaced. USER if the folder is missing or may not be written, if the link leads nowhere, or if a
 * device, pipe or socket stands there; SYSTEM if the disk is full. */
int file_create(struct new_file *file, const char *path);

/* The same for FOLDER/NAME. */
int file_create_in(struct new_file *file, const char *folder, const char *name);

/* Flushes, syncs and renames. SYSTEM if anything written did not reach the disk; then nothing is
 * left behind. Frees `file` either way. */
int file_commit(struct new_file *file);

/* The same but for the renaming, which file_commit then does: for files that go together. Frees
 * `file` if it fails; does nothing the second time. */
int file_finish(struct new_file *file);

/* Finishes all of them before it renames the first, so that a full disk leaves all the old files.
 * Frees all either way. */
int file_commit_all(struct new_file *files, int n);

/* Has the disk keep the folder's names as they are now, a renamed file's too, through a power cut;
 * where the file system cannot, nothing happens. */
void file_sync_folder(const char *folder);

/* Throws the temporary file away. Safe on a zeroed or already committed file. */
void file_abandon(struct new_file *file);

/* rename(2). A server whose answer was lost is asked again and says that there is no such file:
 * what is in its place by then has been renamed. */
bool file_rename(const char *from, const char *to);

/* Whether file_create makes such a name (without its folder). */
bool file_is_temporary(const char *name);

/* A new folder beside `target`, with a name that is temporary until it is renamed, and locked: to
 * be given back by lock_leave_folder(*lock). *path in new memory, NULL if it fails. */
int file_make_folder_beside(const char *target, char **path, int *lock);

/* Removes what processes that are gone left half written in the folder, files and folders. Where
 * they cannot be told from those at work (folders of other machines, a file system without locks),
 * it goes when it is a week old. */
void file_remove_temporary(const char *folder);

/* The same in the folder that file_create writes `path` into. */
void file_remove_temporary_beside(const char *path);

#endif
