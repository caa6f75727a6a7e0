/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_STATUS_H
#define SPINET_CORE_STATUS_H

/* What every function that can fail returns: 0, or one of the negative codes.
 * The code says whose turn it is; the line that goes with it says what to do. */
enum status {
    STATUS_OK = 0,
    STATUS_USER = -1,   /* input, parameters or arguments to be mended: exit 2 */
    STATUS_SYSTEM = -2, /* disk full, no memory, a library that failed: exit 1 */
    STATUS_NO_PICTURE =
        -3, /* what draws pictures is missing or failed, and no more than that: exit 1 */
    STATUS_INTERRUPTED =
        -128, /* minus the number of the signal that asked to stop: exit 128 + number */
};

/* Keeps the one-line message for this thread (at most 1,023 bytes: of a longer path … stands for
 * the middle; control characters are shown as \xNN so that it stays one line) and returns `code`.
 * The last message may be a part of the new one, as an argument of it:
 *     return status_fail(STATUS_USER, "%s: line %zu: weight '%s' is not a number", ...); */
int status_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns SYSTEM with the message that there is not enough memory for `what`, of this many bytes.
 */
int status_no_memory(const char *what, unsigned long long bytes);

/* Calls a function; if that does not return STATUS_OK, returns its status from the function in
 * which TRY stands. (What that function owns is released by its scope, see core/scope.h.) */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const int tried_status = (call);                                                           \
        if (tried_status != STATUS_OK)                                                             \
            return tried_status;                                                                   \
    } while (0)

/* Whose turn it is after a call that failed with this errno: SYSTEM where the machine has no room
 * left (disk, quota, memory, open files) or its disk fails, else USER. */
int status_of_errno(int reason);

/* This thread's last message; "" if nothing failed. */
const char *status_message(void);

/* The exit code for a status. */
int status_exit_code(int code);

#endif
