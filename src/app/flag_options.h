/* SPDX-License-Identifier: MIT
 *
 * flag_options: the sections [flags.NAME] of the config file, made from flag_defs[]: whether a flag
 * is looked for, and its thresholds. What is set ends in the struct flag_settings that the
 * judgement is given.
 */
#ifndef NG_APP_FLAG_OPTIONS_H
#define NG_APP_FLAG_OPTIONS_H

#include "config/option_defs.h"
#include "detect/flag_defs.h"

/* A table for each flag, in the order of flag_defs[]. Ours: they live as long as the program. */
const struct option_table *flag_option_tables(void);

/* What is set once the options are read; NULL when these tables are none of theirs. */
const struct flag_settings *flag_options_set(const struct options_state *options);

#endif
