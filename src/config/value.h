/* SPDX-License-Identifier: MIT
 *
 * value: the text that an option is given, read and put in its place. Only src/config uses it.
 */
#ifndef NG_CONFIG_VALUE_H
#define NG_CONFIG_VALUE_H

#include "config/option_defs.h"

#define OPTION_EXPECTED_MAX 224
#define OPTION_REFUSAL_MAX  320

/* One value, read and not yet in its place. */
struct option_value {
	bool truth;
	unsigned which;
	usec_t time;
	uint64_t whole;
	double number;
	char *text; /* owned; also a choice, and an item of a list */
};

/* Reads text as what the option takes. 0, -ENOMEM, or -EINVAL; then why is "", or what the check,
 * which may be NULL, has against it. */
int value_parse(const struct option_def *d, const struct option_check *check, struct str text,
	struct option_value *ret, char why[static OPTION_WHY_MAX]);

/* Moves the value to its place, where a list grows by it; text that was taken over is taken out
 * of v. 0 or -ENOMEM. */
int value_store(const struct option_def *d, void *at, struct option_value *v);

/* Frees what the option holds at its place: a text is NULL then, a list empty. */
void value_clear(const struct option_def *d, void *at);

/* What an option takes, in words, for errors and help: "a whole number from 1 to 64". */
const char *value_expected(const struct option_def *d, const struct option_check *check,
	char buf[static OPTION_EXPECTED_MAX]);

/* Why an option does not take text, in words: "\"abc\" is not valid: why", or without a why
 * "\"abc\" is not valid; expected …". */
void value_refusal(const struct option_def *d, const struct option_check *check, struct str text,
	const char *why, char buf[static OPTION_REFUSAL_MAX]);

#endif
