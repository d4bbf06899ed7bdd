/* SPDX-License-Identifier: MIT
 *
 * redact: masks in a text whose it is nobody's business: addresses that nothing was found about,
 * down to their network, and what looks like a secret in a URL. An address comes out the same
 * wherever it stands in one run, so that a reader can follow it: 203.0.113.9 is 203.0.113.x-3fa1,
 * and an IPv6 address keeps its /48. The tag is of a hash whose key is drawn at the start of the
 * program and kept nowhere.
 */
#ifndef NG_OUTPUT_REDACT_H
#define NG_OUTPUT_REDACT_H

#include "base/addr.h"

struct redact {
	/* True of an address that stays: it is somebody's whom a finding names, or the server's. */
	bool (*keeps)(const void *ctx, const struct addr *a);
	const void *ctx;
};

enum redact_as {
	REDACT_TEXT,
	REDACT_AGENT /* "Chrome/120.0.0.0" is the version of a product */
};

/* Writes the text to buf, at most cap bytes, cutting no character in two. Returns the length. */
size_t redact_text(const struct redact *r, struct str s, enum redact_as as, char *buf, size_t cap);

#endif
