/* SPDX-License-Identifier: MIT
 *
 * hook: a command of the operator's own, with places for an address or a network, and for the name
 * of a finding. It is split into words once, when the config is read; an address is put into words
 * that are there already, so that it is never more than a part of one argument. With shell = true
 * it is a script for /bin/sh, and what is put into that consists of [0-9a-z.:/-] alone.
 *
 * Words: blanks separate them. '…' is text; in "…" a backslash takes the special meaning from " and
 * \; outside of quotes, from any character. Nothing else is special. A command with an unquoted
 * | & ; < > ( ) $ ` or a ~ in front of a word is meant for a shell, and refused without one;
 * patterns
 * (*, ?) are text.
 */
#ifndef NG_ACTION_HOOK_H
#define NG_ACTION_HOOK_H

#include "base/addr.h"

#include <stdint.h>

#define HOOK_TEXT_MAX  2048 /* of the command */
#define HOOK_WORDS_MAX 40
#define HOOK_ARGS_MAX  (HOOK_WORDS_MAX + 1) /* of an argv, its NULL included */
#define HOOK_FILL_MAX  6144                 /* of an argv's text */
#define HOOK_WHY_MAX   160

struct hook {
	char text[HOOK_TEXT_MAX + HOOK_WORDS_MAX]; /* of all words, each with its NUL */
	uint16_t words[HOOK_WORDS_MAX];            /* where each begins */
	uint16_t word_count;
	bool shell;        /* the only word is a script */
	bool takes_ip;     /* {ip}: one address */
	bool takes_prefix; /* {prefix}: a network, or an address with /32 or /128 */
	bool takes_flag;   /* {flag}: the name of a finding */
};

/* From one string, which is split, or from several, which are the words. Without NULs. 0; or
 * -EINVAL with the reason in why, and *ret undefined. */
int hook_compile(struct hook *ret, const struct str *items, size_t n, bool shell,
	char why[static HOOK_WHY_MAX]);

/* Why it cannot be run on this, NULL: on nothing; in words, or NULL when it can. flag: the name of
 * the finding that it is run for, of [a-z0-9-]; NULL: an operator runs it. */
const char *hook_refuses(const struct hook *h, const struct prefix *on, const char *flag);

/* argv, into text, for what hook_refuses lets through. 0; -EINVAL for others; -E2BIG. */
int hook_fill(const struct hook *h, const struct prefix *on, const char *flag,
	const char *argv[static HOOK_ARGS_MAX], char text[static HOOK_FILL_MAX]);

/* The argv as it can be typed into a shell, clean, cut to cap; NUL-terminated. Its length. */
size_t hook_show(const char *const *argv, char *buf, size_t cap);

#endif
