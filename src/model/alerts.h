/* SPDX-License-Identifier: MIT
 *
 * words: what is wrong with the host as a whole, or worth knowing, in plain words. Screen and
 * text table say the same. Nothing is said while all is well.
 */
#ifndef NG_MODEL_ALERTS_H
#define NG_MODEL_ALERTS_H

#include "model/model.h"

#define WORDS_MAX     8
#define WORD_TEXT_MAX 160

struct word {
	bool bad; /* connections are being lost, or may soon be; else only good to know */
	char text[WORD_TEXT_MAX];
};

struct words {
	size_t n;
	struct word at[WORDS_MAX]; /* the gravest first */
};

void words_of(struct words *w, const struct model *m, bool show_private);

#endif
