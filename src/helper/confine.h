/* SPDX-License-Identifier: MIT
 *
 * confine: what a process gives up for good before it runs other programs (capabilities(7)). What
 * is kept of capabilities is in all sets, the ambient one too, so that a program that has no
 * capabilities of its own has them, whichever uid it runs with; being root gives nothing
 * (SECBIT_NOROOT), and neither does a set-user-ID program (no_new_privs).
 */
#ifndef NG_HELPER_CONFINE_H
#define NG_HELPER_CONFINE_H

#include "helper/identity.h"

#include <stdbool.h>
#include <stdint.h>

#define CONFINE_CAP(cap) ((uint64_t)1 << (cap))

/* True when this process may use the capability. */
bool confine_has(unsigned cap);

/* Keeps only what is in the mask (of CONFINE_CAP). 0; -EPERM when not all of it is there, or when
 * more was left than that; or another negative errno. */
int confine(uint64_t keep);

/* Keeps none, and becomes somebody else; that this could not be is no error (identity_take). */
int confine_as(const struct identity *who);

#endif
