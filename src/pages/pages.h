/* SPDX-License-Identifier: MIT
 *
 * pages: what is installed beside the program and made from its tables: manual pages and
 * completions. The generator is a program of its own, which runs when they are built; nothing of it
 * is in nethergaze.
 */
#ifndef NG_PAGES_PAGES_H
#define NG_PAGES_PAGES_H

#include "config/options.h"

/* Manual pages: nethergaze(1) and nethergaze.toml(5). */
void page_program(FILE *out, const struct options_state *s);
void page_config(FILE *out, const struct options_state *s);

/* Completions. */
void page_bash(FILE *out, const struct options_state *s);
void page_zsh(FILE *out, const struct options_state *s);
void page_fish(FILE *out, const struct options_state *s);

#endif
