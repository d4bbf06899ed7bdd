/* SPDX-License-Identifier: MIT
 *
 * hub_setup: the command `nethergaze hub-setup URL`: makes the stream at a NATS server that keeps
 * what machines publish, or gives the one that is there new limits. docs/fleet.md
 */
#ifndef NG_APP_HUB_SETUP_H
#define NG_APP_HUB_SETUP_H

#include "config/settings.h"

/* Returns the program's exit status (config/exit_code.h); says what it did, or why not. */
int hub_setup(const struct options *o);

#endif
