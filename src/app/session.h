/* SPDX-License-Identifier: MIT
 *
 * session: one run's parts: the sources, and what takes their events from the hub (model, recorder,
 * stream, GeoIP). A taker joins in join_takers() (session.c).
 */
#ifndef NG_APP_SESSION_H
#define NG_APP_SESSION_H

#include "app/bandwidth.h"
#include "app/carrying.h"
#include "app/fleet_feed.h"
#include "app/geo_feed.h"
#include "app/guard_files.h"
#include "app/history_feed.h"
#include "app/hub.h"
#include "app/kernel_sources.h"
#include "app/logs.h"
#include "app/lookups.h"
#include "app/metrics_feed.h"
#include "app/publish_carried.h"
#include "app/publish_stdin.h"
#include "app/recordings.h"
#include "app/watcher.h"
#include "config/options.h"
#include "console/command.h"
#include "detect/crawlers.h"
#include "detect/detect.h"
#include "event/replay_status.h"
#include "log/journal.h"
#include "log/trusted_proxies.h"
#include "model/filter.h"
#include "output/stream.h"

#define SESSION_SOURCES_MAX 12

struct loop;
struct session;

/* A taker of the session's own. */
struct session_taker {
	struct taker taker; /* first */
	struct session *session;
};

/* Who serves a session, and what it must know of them; borrowed. NULL, or not there: none. */
struct session_doers {
	const struct look_ups *look_ups;     /* who is asked who an address is */
	struct watcher *watcher;             /* what is watched of the kernel comes from there */
	const struct guard_peers *ssh_peers; /* who is logged in here, above us */
	const struct reason *lacks;          /* what the console could not give up; "": nothing */
	struct metrics_feed *metrics;
	struct carrying *carrying; /* CARRYING_KINDS of them */
	struct ssh_calls *ssh;     /* how a hub calls its machines */
};

struct session {
	struct hub hub;
	struct session_taker model_taker, view_taker, flag_taker;
	const struct options *options;
	struct model *model;
	struct source *sources[SESSION_SOURCES_MAX];
	bool ended[SESSION_SOURCES_MAX]; /* has said all it ever will */
	size_t source_count;
	struct source *replay;          /* borrowed from sources; NULL: a live run */
	struct look_ahead *ahead;       /* of a replay that is looked at; NULL: none */
	struct loop *loop;              /* that watches the sources; or NULL */
	struct trusted_proxies proxies; /* that are trusted; the logs' source borrows them */
	struct kernel_sources kernel;   /* of a live run without a watcher */
	struct logs_plan logs;          /* of a live run */
	struct log_journal_options journal_options; /* its source borrows them */
	struct source *journal;      /* borrowed from sources; NULL: it is not read */
	struct source *tail;         /* of the logs; the same */
	struct source *fleet;        /* of a hub's machines; the same */
	struct geo_feed geo;         /* of a live run */
	struct history_feed history; /* of a live run; a replay has its own past */
	struct reason history_lost;  /* what it could not keep; "" for nothing */
	struct session_doers doers;
	struct lookups lookups;
	struct bandwidth bandwidth; /* of a live run; whoever has a runner sets .ask */
	struct detect *detect;      /* NULL: nothing is judged */
	struct ranges ranges;       /* that were given; the crawlers' taker borrows them */
	struct crawlers crawlers;
	struct filter_bounds bounds;
	struct filter filter; /* of what is shown: rows, stream; borrows the bounds */

	struct recordings recordings; /* of a live run; but for its findings, also a replay's */
	struct event_start began;     /* as was put at the start of a live run */
	usec_t began_at;              /* when; of a replay, 0 */
	char host[64];                /* its name */
	struct stream stream;         /* to stdout */
	struct publish publish;       /* to stdout, or by a carrier; idle: nowhere */
	struct publish_ask questions; /* to what is published */
	struct publish_stdin asker;
	struct publish_carried carried; /* where a carrier has what is published */
	struct metrics_feed *metrics;   /* for who collects them; borrowed; NULL: nobody */
	int recorder_err;
	bool wants_demo; /* when the run is over, the demo is to be played */
	bool streaming;  /* the stream takes events; else it only carries reports */
	bool stopping;   /* a signal has ended the run: no more patience with a sleeping reader */
	bool view_given; /* show_private was asked for here, not taken from a recording */
	bool show_private;
	struct clock_account clock; /* as was last said */
	usec_t next_tick;
	usec_t next_mark; /* one that is made by itself */
};

/* Somebody is to look at it here: nothing else takes its place. */
bool session_wants_console(const struct options *o);

/* Opens all that the options ask for. 0; -EINVAL when they ask for what cannot be; or another
 * negative errno. Then reason has the reason in words, to be shown after "nethergaze: ".
 * s must be given to session_done either way. */
int session_init(struct session *s, const struct session_doers *doers,
	const struct options_state *options, char reason[static 512]);

/* Begins to record, once nothing else can keep the run from starting: the file is made here.
 * Returns as session_init does. */
int session_begin(struct session *s, char reason[static 512]);
void session_done(struct session *s);

/* Has the loop (borrowed) watch the sources that have a descriptor; NULL: no loop does any more. 0,
 * or a negative errno. */
int session_watch(struct session *s, struct loop *loop);

/* Gives each source and each taker its turn. True when some source has more at once. */
bool session_poll(struct session *s, usec_t now);

/* False once every source has ended. */
bool session_is_alive(const struct session *s);

/* True while a source has not yet read all that was asked for, however long it takes. */
bool session_is_pending(const struct session *s);

/* Writes what waits for stdout. */
void session_flush(struct session *s);

/* Does what the operator asks for; what is for a replay is passed over in a live run. */
void session_command(struct session *s, const struct command *command);

/* What a row is: options name it for themselves, and know nothing of the model. */
enum group_by session_group(const struct session *s);

/* Looks the recording through while it is replayed. What is known so far, for as long as s is; NULL
 * in a live run, or when there is no memory for it. */
const struct overview *session_look_ahead(struct session *s);

/* Begins to record, or ends what was begun so. What has come of it in words; false when it could
 * not be. */
bool session_record(struct session *s, char said[static RECORDINGS_SAID]);

/* Reads now what would be read later, and tells in words what that is. */
void session_refresh(struct session *s, char said[static 256]);

/* SIGHUP does not end a run without a console that records: its file begins anew. */
bool session_reopens(const struct session *s);

/* False in a live run. */
bool session_replay_status(const struct session *s, struct replay_status *ret_status);

/* Says the last word: sources settle, time is told, files are flushed. */
void session_finish(struct session *s);

/* Marks this moment, to compare with later; in a replay, its own. name: absent, or as the operator
 * calls it. */
void session_mark(struct session *s, struct str name);

/* Says something to the operator; in a replay, at its own time. */
void session_note(struct session *s, const char *text);

#endif
