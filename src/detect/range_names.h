/* SPDX-License-Identifier: MIT
 *
 * range_names: which crawler a file of published ranges is for. Its name says so: that of the file
 * (googlebot.json), or one that the operator gave it. A name that no crawler has is a label, and
 * says nothing of anybody.
 *
 * Names are those under which operators publish their files, from their own pages about crawlers
 * (developers.google.com/crawling/docs/crawlers-fetchers/verify-google-requests,
 * bing.com/toolbox/bingbot.json, platform.openai.com/docs/bots, docs.perplexity.ai/guides/bots),
 * and the names and tokens of the table of agents.
 */
#ifndef NG_DETECT_RANGE_NAMES_H
#define NG_DETECT_RANGE_NAMES_H

#include "detect/agents.h"

enum range_role {
	RANGE_LABEL,    /* it says nothing of this crawler */
	RANGE_CONFIRMS, /* has addresses of it, and maybe not all */
	RANGE_DECIDES   /* has all: who is not in it is not the crawler */
};

/* What a file of this name is to a crawler. Only letters and digits count, in either case. */
enum range_role range_role(struct str name, const struct agent *agent);

/* The name that a path gives: of its last part, what comes before the first dot. */
struct str range_name_of(struct str path);

#endif
