/* SPDX-License-Identifier: MIT
 *
 * own_dirs: where the console keeps what it has learned and what was chosen (cache, state, config),
 * when root started it and it is to run as somebody else (helper/identity). The usual places, if
 * that user can use them, or can be given them; else /var/cache/nethergaze, and what lies below
 * /var/lib/nethergaze/console.
 */
#ifndef NG_APP_OWN_DIRS_H
#define NG_APP_OWN_DIRS_H

#include "config/settings.h"
#include "helper/identity.h"

/* As root: makes the directories that will be used, gives them to the user (make; else only looks
 * which those would be), and has all who ask for them (file_own_dir,
 * state_dir, own_dirs_cache) find them, by the variables of the environment that name such
 * places. */
void own_dirs_prepare(const struct options *o, const struct identity *who, bool make);

/* The directory of the look-ups' cache; NULL: none. */
const char *own_dirs_cache(const struct options *o, char buf[static 1024]);

#endif
