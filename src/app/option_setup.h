/* SPDX-License-Identifier: MIT
 *
 * option_setup: what other rooms bring to the options: tables of settings, and checks of texts that
 * only they understand. src/config knows nothing of them.
 */
#ifndef NG_APP_OPTION_SETUP_H
#define NG_APP_OPTION_SETUP_H

#include "config/options.h"

/* For options_init; lives as long as the program. */
const struct options_setup *option_setup(void);

#endif
