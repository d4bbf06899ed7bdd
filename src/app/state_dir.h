/* SPDX-License-Identifier: MIT
 *
 * state_dir: where what a run leaves behind for the next ones lies (XDG Base Directory).
 */
#ifndef NG_APP_STATE_DIR_H
#define NG_APP_STATE_DIR_H

#include <stdbool.h>
#include <stddef.h>

/* $XDG_STATE_HOME/nethergaze or ~/.local/state/nethergaze; root without a home (a service) has
 * /var/lib/nethergaze. A home that is not there is none. False: nowhere, or it does not fit.
 * Nothing is made. */
bool state_dir(char *buf, size_t cap);

#endif
