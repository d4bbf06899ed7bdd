/* SPDX-License-Identifier: MIT
 *
 * geo_feed: asks GeoIP where each host is that the model has just met, and has it said by an
 * EVENT_PLACE, so that a replay needs no database. When other databases come into use, all hosts
 * are asked for again, a few at a time.
 */
#ifndef NG_APP_GEO_FEED_H
#define NG_APP_GEO_FEED_H

#include "config/options.h"
#include "event/taker.h"
#include "model/model.h"

#define DATA_DIR_MAX 4096

struct geo_feed {
	struct taker taker; /* first; asks for the hosts that the latest event of the model made */
	const struct model *model;
	struct event_sink *sink;
	struct geoip *geoip; /* NULL: nobody is asked, and the feed need not join */
	char data_dir[DATA_DIR_MAX];
	const char *dirs[6];
	unsigned generation; /* of the databases that hosts were asked for with */
	uint32_t sweep;      /* the next host to ask for again, or POOL_NONE */
	usec_t next_news;
	bool told_trouble;
};

/* Loads what there is. 0 or -ENOMEM. The feed must not move afterwards; model and sink are
 * borrowed; model: NULL when the feed will not join a hub. */
int geo_feed_init(struct geo_feed *p, const struct options *options, const struct model *model,
	struct event_sink *sink);
void geo_feed_done(struct geo_feed *p);

/* Says which databases there are. */
void geo_feed_tell(struct geo_feed *p, usec_t now);

/* Where the user's own data lies, by options and environment. False: nowhere, or too long. */
bool geo_data_dir(const struct options *options, char buf[static DATA_DIR_MAX]);

#endif
