/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A presentation, whichever kernel computes it: memory for the counts and the choice of kernel. */
#include "neuron/presentation.h"

#include <stdlib.h>
#include <string.h>

#include "core/instruction_sets.h"
#include "core/scope.h"
#include "core/status.h"

extern const struct kernel kernel_naive;
EACH_KERNEL_DECLARE(const struct kernel, kernel);

const struct kernel *const kernels[] = {&kernel_naive, EACH_KERNEL(kernel), NULL};

const struct kernel *kernel_find(const char *name)
{
    const bool best = !name || strcmp(name, "fast") == 0;
    const struct kernel *found = NULL;
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
        if (!best && strcmp((*kernel)->name, name) != 0)
            continue;
        if ((*kernel)->is_supported()) {
            found = *kernel;
        } else if (!best) {
            status_fail(STATUS_USER, "--kernel %s: this processor does not have it", name);
            return NULL;
        }
    }
    if (!found)
        status_fail(STATUS_USER, "--kernel %s: expected fast, naive, portable, avx2 or avx512",
                    name);
    return found;
}

static int make_parts(struct presentation *p, const struct network *network)
{
    TRY_NEW(p->spikes, p->layout.n_neurons, "a presentation");
    TRY_NEW(p->dendritic_spikes, p->layout.n_dendrites, "a presentation");
    return p->kernel->init(p, network);
}

int presentation_init(struct presentation *p, const struct network *network,
                      const struct parameters *parameters, const struct kernel *kernel,
                      int32_t n_threads)
{
    *p = (struct presentation){.layout = network->layout,
                               .constants = constants_from(parameters),
                               .kernel = kernel,
                               .n_threads = n_threads};
    RETURN_OR_FREE(make_parts(p, network), presentation_free, p);
}

void present(struct presentation *p, const struct network *network, const struct stimulus *stimulus,
             float *calcium)
{
    memset(p->spikes, 0, (size_t)p->layout.n_neurons * sizeof *p->spikes);
    memset(p->dendritic_spikes, 0, (size_t)p->layout.n_dendrites * sizeof *p->dendritic_spikes);
    if (p->raster)
        raster_clear(p->raster);
    p->kernel->present(p, network, stimulus, calcium);
}

void presentation_free(struct presentation *p)
{
    if (p->kernel)
        p->kernel->free(p);
    free(p->spikes);
    free(p->dendritic_spikes);
    *p = (struct presentation){0};
}
