/* SPDX-License-Identifier: MIT
 *
 * words: the one table of the commands that take a value: "sort rate", "group net", "theme dark".
 * What can be done without one is an action, and is called by its name.
 */
#ifndef NG_CONSOLE_WORDS_H
#define NG_CONSOLE_WORDS_H

#include "console/view.h"
#include "tui/chooser.h"

struct word {
	const char *name, *takes, *help;
	/* The i-th value that it may take; false: no more. NULL: any text. */
	bool (*at)(struct view *v, size_t i, struct chooser_entry *ret);
	/* False: the value is none, and it was said why. */
	bool (*run)(struct view *v, struct str value);
};

extern const struct word command_words[];
extern const size_t command_word_count;

/* The command that a line begins with, when a blank follows its name, and what stands behind that;
 * NULL: it is none of these. */
const struct word *word_of(struct str line, struct str *ret_value);

#endif
