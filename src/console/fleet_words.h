/* SPDX-License-Identifier: MIT
 *
 * fleet_words: what is wrong with the machines of a fleet, in words: those that are lost, refused
 * or silent, whose clocks are off, and what of their sets did not come through; and a few of their
 * names.
 */
#ifndef NG_CONSOLE_FLEET_WORDS_H
#define NG_CONSOLE_FLEET_WORDS_H

#include "model/model.h"

#define FLEET_WORDS_MAX 320 /* bytes of a sentence */

/* What a machine may have. */
enum fleet_having {
	HAS_GONE,
	HAS_REFUSED,
	HAS_SILENCE,
	HAS_CLOCK,
	HAS_MISSED,
	HAS_DROPPED,
	HAS_LOST,
	HAVINGS
};

/* A sentence for each that the machine has, or with NULL some machine; "" for the others. */
struct fleet_words {
	char text[HAVINGS][FLEET_WORDS_MAX];
};

void fleet_words(const struct fleet *f, const struct member *member, struct fleet_words *ret);

/* "web1 web7 +2": of `count` machines the first `n` are at hand, by their numbers. */
void fleet_names(const struct fleet *f, const uint32_t *numbers, size_t n, uint32_t count,
	char *buf, size_t cap);

#endif
