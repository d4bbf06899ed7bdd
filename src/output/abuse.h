/* SPDX-License-Identifier: MIT
 *
 * abuse: a letter to the abuse desk of an address or a network: what it did to which server and
 * when, by UTC, with lines of the log, in plain text of narrow lines. All of it is about whom the
 * letter is about; what looks like a secret in a URL is masked, and so is everybody else.
 */
#ifndef NG_OUTPUT_ABUSE_H
#define NG_OUTPUT_ABUSE_H

#include "model/model.h"

#define ABUSE_LINES 20 /* of the log */

/* A text for free(). 0 or -ENOMEM. Looks at a bounded part of the journal: some milliseconds. */
int abuse_write(const struct model *m, const struct prefix *about, const char *version,
	char **ret_text, size_t *ret_n);

#endif
