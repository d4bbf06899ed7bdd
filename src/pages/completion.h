/* SPDX-License-Identifier: MIT
 *
 * completion: what the shells can offer for the value of a flag.
 */
#ifndef NG_PAGES_COMPLETION_H
#define NG_PAGES_COMPLETION_H

#include "config/options.h"
#include "config/parts.h"

enum completion {
	COMPLETE_NOTHING, /* it takes a value that nobody can guess */
	COMPLETE_WORDS,
	COMPLETE_FILES,
	COMPLETE_DIRS,
	COMPLETE_INTERFACES,
	COMPLETE_UNITS,
	COMPLETE_FILTER /* a field; its value is the user's */
};

/* Of an option that takes a value. *ret_words: "auto|ebpf|proc", of COMPLETE_WORDS. */
enum completion completion_of(
	const struct options_state *s, const struct option_ref *o, const char **ret_words);

/* Of an option whose flag may be given several times. */
bool completion_is_list(const struct option_def *d);

/* Prints "a|b" as "a b". */
void completion_put_words(FILE *out, const char *words);

/* Prints the fields of filters, "net: country: rate>"; more: > as the shell wants it. */
void completion_put_fields(FILE *out, const char *more);

/* The first clause of an option's help, with backslashes before the characters of `escaped`, and '
 * as the shell's quotes want it. */
void completion_put_help(FILE *out, const char *help, const char *escaped, const char *quote);

/* Lists units; what is printed is a shell command. */
#define COMPLETION_UNITS                                                                           \
	"systemctl list-units --all --plain --no-legend --type=service 2>/dev/null | cut -d\" \" " \
	"-f1"

#endif
