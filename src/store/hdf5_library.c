/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/hdf5_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "core/machine.h"
#include "core/status.h"
#include "hdf5.inc" /* HDF5_LIBRARY, the name of the library that its headers are of */

enum { LIBRARIES_BYTES = 32 << 20 }; /* more than HDF5 takes with the libraries that it loads */

struct hdf5_library h5;

static char reason[256]; /* why it cannot be used */

/* The address of a symbol of the library. */
static void *find(void *library, const char *symbol)
{
    void *found = dlsym(library, symbol);
    if (!found)
        snprintf(reason, sizeof reason, "%s has no %s", HDF5_LIBRARY, symbol);
    return found;
}

static void find_all(void *library)
{
    const hid_t *id;
    *reason = '\0';
#define FUNCTION(name) memcpy(&h5.name, &(void *){find(library, "H5" #name)}, sizeof h5.name);
#define ID(name, symbol)
#include "store/hdf5_library.def"
#undef FUNCTION
#undef ID
    if (!*reason)
        h5.open();
#define FUNCTION(name)
#define ID(name, symbol)                                                                           \
    id = find(library, "H5" #symbol "_g");                                                         \
    h5.name = id ? *id : H5I_INVALID_HID;
#include "store/hdf5_library.def"
}

static int load(void)
{
    static bool is_loaded;
    if (is_loaded)
        return STATUS_OK;
    TRY(machine_ask_memory("HDF5", LIBRARIES_BYTES)); /* where memory ends within it, it crashes */
    void *library = dlopen(HDF5_LIBRARY, RTLD_LAZY);
    const char *error = library ? NULL : dlerror();
    if (library)
        find_all(library);
    else
        snprintf(reason, sizeof reason, "%s", error ? error : HDF5_LIBRARY);
    is_loaded = library && !*reason;
    return is_loaded ? STATUS_OK
                     : status_fail(STATUS_USER,
                                   "HDF5 cannot be loaded (%s): install it, or say "
                                   "record.network = false, record.spikes = false",
                                   reason);
}

int hdf5_load(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    const int status = load();
    pthread_mutex_unlock(&lock);
    return status;
}
