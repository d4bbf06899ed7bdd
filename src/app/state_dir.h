/* SPDX-License-Identifier: MIT
 *
 * state_dir: where what a run leaves behind for the next ones lies (XDG Base Directory).
 */
#ifndef NG_APP_STATE_DIR_H
#define NG_APP_STATE_DIR_H

#include <stdbool.h>
#include <stddef.h>

#define STATE_DIR_OF_ROOT "/var/lib/nethergaze"

/* $XDG_STATE_HOME/nethergaze or ~/.local/state/nethergaze; root without a home (a service) has
 * /var/lib/nethergaze. A home that is not there is none. False: nowhere, or it does not fit.
 * Nothing is made. */
bool state_dir(char *buf, size_t cap);

/* The same for what root alone may have a hand in, made and opened. When somebody else could put
 * another thing into its path (a HOME that sudo has left as it was), root has /var/lib/nethergaze
 * instead. A descriptor of the directory, for the caller to close; or a negative errno. */
int state_dir_own(char *buf, size_t cap);

/* Nobody but root could put another thing into this path, nor into what its links lead to. Parts of
 * it that are not there yet are fine: root makes them. */
bool state_dir_is_safe(const char *path);

#endif
