/* SPDX-License-Identifier: MIT
 *
 * ranges: who published addresses belong to: crawlers, clouds, lists. Files hold one network a
 * line, or the JSON that operators publish (Google, Bing, OpenAI, AWS, Azure, Cloudflare, GitHub
 * …); of that the networks are taken, wherever they stand in it, and nothing else is understood.
 *
 * Files come from outside: text is bounded, JSON read in one pass without a tree.
 */
#ifndef NG_DETECT_RANGES_H
#define NG_DETECT_RANGES_H

#include "base/prefixes.h"

#define RANGES_MAX      262144 /* networks; the clouds together have about 100 000 */
#define RANGES_FILES    64
#define RANGES_NAME_MAX 32         /* with its NUL */
#define RANGES_TEXT_MAX (32 << 20) /* bytes of a file */

struct ranges {
	struct prefixes prefixes; /* of struct range */
	char names[RANGES_FILES][RANGES_NAME_MAX];
	uint32_t networks[RANGES_FILES];   /* that each has, those of others among them included */
	uint64_t speak_of_v4, speak_of_v6; /* bits 1 << file */
	uint32_t files;
	uint64_t left_out; /* networks for which there was no room */
};

struct ranges_error {
	unsigned line; /* from 1 on */
	char text[64]; /* "expected a network"; no newline */
};

/* 0 or -ENOMEM. */
int ranges_init(struct ranges *r);
void ranges_done(struct ranges *r);

/* Adds what the text of a file has, under a name (clean; cut to what there is room for). A line is
 * a network or an address; after white space, ",", ";" or "#" comes what is not looked at. A
 * network that is there already keeps its name. Networks wider than an IPv4 /8 or an IPv6 /16
 * belong to nobody and are refused. A list of lines without an address of one family is taken to
 * say nothing of that family: the other half is elsewhere, as with Cloudflare's. JSON says it all.
 *
 * Returns 0, -ENOMEM, -E2BIG for too long a text or too many files, or -EINVAL with *ret_error set:
 * something is no network where one must be, it is not JSON, or no network is in it. What was read
 * before the error stays. */
int ranges_add(struct ranges *r, struct str name, struct str text, struct ranges_error *ret_error);

/* Which files have a network that holds the address: a bit 1 << file for each. */
uint64_t ranges_files(const struct ranges *r, const struct addr *a);

/* Which files speak of addresses of this family. */
uint64_t ranges_speak_of(const struct ranges *r, const struct addr *a);

/* The name of the file with the longest network that holds the address, or NULL. Ours to keep. */
const char *ranges_find(const struct ranges *r, const struct addr *a);

#endif
