/* SPDX-License-Identifier: MIT
 *
 * places: asks GeoIP where each host is that the model has just met, and has it said by an
 * EVENT_PLACE, so that a replay needs no database. When other databases come into use, all hosts
 * are asked for again, a few at a time.
 */
#ifndef NG_APP_PLACES_H
#define NG_APP_PLACES_H

#include "config/options.h"
#include "model/model.h"

#define DATA_DIR_MAX 4096

struct places_feed {
	struct geoip *geoip; /* NULL: nobody is asked */
	char data_dir[DATA_DIR_MAX];
	const char *dirs[5];
	unsigned generation; /* of the databases that hosts were asked for with */
	uint32_t sweep;      /* the next host to ask for again, or POOL_NONE */
	usec_t next_news;
	bool told_trouble;
};

/* Loads what there is. 0 or -ENOMEM. The feed must not move afterwards. */
int places_feed_init(struct places_feed *p, const struct options *options);
void places_feed_done(struct places_feed *p);

/* Says which databases there are. */
void places_feed_tell(struct places_feed *p, usec_t now, struct event_sink *sink);

/* Asks for the hosts that the latest event of the model made. */
void places_feed_newcomers(
	struct places_feed *p, const struct model *m, usec_t now, struct event_sink *sink);

/* Looks for other databases; `now` is the time of day. True when there is more to do at once. */
bool places_feed_poll(
	struct places_feed *p, const struct model *m, usec_t now, struct event_sink *sink);

/* Where the user's own data lies, by options and environment. False: nowhere, or too long. */
bool places_data_dir(const struct options *options, char buf[static DATA_DIR_MAX]);

#endif
