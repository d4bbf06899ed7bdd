/* SPDX-License-Identifier: MIT
 *
 * option_setup: what other rooms bring to the options: tables of settings, and checks of texts that
 * only they understand. src/config knows nothing of them.
 */
#ifndef NG_APP_OPTION_SETUP_H
#define NG_APP_OPTION_SETUP_H

#include "config/options.h"

/* "/etc/nethergaze", or below the SYSCONFDIR that the program was built with. */
extern const char option_setup_machine_dir[];

/* For options_init; lives as long as the program. */
const struct options_setup *option_setup(void);

#endif
