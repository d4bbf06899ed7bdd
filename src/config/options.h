/* SPDX-License-Identifier: MIT
 *
 * options: reads what the user sets, and prints what can be set. option_defs.h says which options
 * there are and how other rooms hand in theirs, settings.h what they are set to.
 *
 * Precedence: flags, then environment, then the config file, then defaults.
 */
#ifndef NG_CONFIG_OPTIONS_H
#define NG_CONFIG_OPTIONS_H

#include "config/option_defs.h"

#include <stdio.h>

/* Defaults of all tables. setup is copied, what it points to borrowed; NULL: none. 0; -E2BIG when
 * there are more than OPTION_COUNT_MAX; -EINVAL for a default that its own entry refuses; -ENOMEM;
 * then error says so, and options_done is right. */
int options_init(struct options_state *s, const struct options_setup *setup);
void options_done(struct options_state *s);

/* Each returns 0, or -EINVAL with s->error filled. */
int options_read_flags(struct options_state *s, int argc, char **argv);
int options_read_env(struct options_state *s, char **environ_list);
int options_read_text(struct options_state *s, const char *file, struct str text);

/* Reads the file that --config names, or all of these that exist, where a later file replaces what
 * an earlier one has set: config.toml of the machine's directory, conf.d/NAME.toml there in the
 * order of the names, and the first usual file of the user. A file of the machine that this user
 * may not read is left out, with a warning. */
int options_read_config(struct options_state *s);

/* Checks what no single option can: combinations, here and in each table. */
int options_check(struct options_state *s);

/* True when the option of this flag was given at `level` or above. */
bool options_was_set(const struct options_state *s, const char *flag, enum option_level level);

void options_print_help(const struct options_state *s, FILE *out);
void options_print_config(const struct options_state *s, FILE *out);

#endif
