/* SPDX-License-Identifier: MIT
 *
 * key_options: the section [keys] of the config file, made from actions[]: which keys do what. Each
 * key of the section is an action's name, with the keys of the keyboard that do it.
 */
#ifndef NG_APP_KEY_OPTIONS_H
#define NG_APP_KEY_OPTIONS_H

#include "config/option_defs.h"
#include "tui/bindings.h"

/* The table, to be handed in with others; it and its values live as long as the program. */
struct option_table key_option_table(void);

/* Gives an action one key more, wherever it is known. 0; -ENOSPC; or -EEXIST when the key does
 * something else there, which is *ret_taken. */
int key_options_add(uint32_t code, enum action action, enum action *ret_taken);

/* What is set once the options are read; the defaults before. */
const struct bindings *key_options_set(void);

#endif
