/* SPDX-License-Identifier: MIT
 *
 * view: what the panels of the console share, and what a panel is. Each panel is one file that ends
 * in a const struct panel_ops and keeps its state for itself; panels.h lists them. A panel reads
 * the view, asks nav to open and close, and never knows another panel or the console above it.
 *
 * What panels are made of: list (where somebody stands in something long), line_edit (a line that
 * is typed), page (a text that scrolls), sheet (a text with rows to stand on), bar (one line of
 * pieces, of which the least wanted give way), entry (a line of a log).
 */
#ifndef NG_CONSOLE_VIEW_H
#define NG_CONSOLE_VIEW_H

#include "action/ways.h"
#include "console/command.h"
#include "console/headline.h"
#include "console/hook_item.h"
#include "console/looked.h"
#include "console/narrowing.h"
#include "console/remembered.h"
#include "detect/detect.h"
#include "event/overview.h"
#include "event/replay_status.h"
#include "model/filter_edit.h"
#include "model/query.h"
#include "tui/bindings.h"
#include "tui/screen.h"
#include "tui/spots.h"

enum panel_id {
	/* Of the main view: the rows, which have the keys at first, the log, who is asked for most,
	 * all about the selected row, what is wrong. */
	PANEL_CONNECTIONS,
	PANEL_REQUESTS,
	PANEL_TOPS,
	PANEL_INSPECTOR,
	PANEL_FINDINGS,

	PANEL_DETAIL,
	PANEL_SINCE, /* what is new since the mark */
	PANEL_INPUTS,
	PANEL_HELP,
	PANEL_BLOCK,    /* what blocking would do, and how to */
	PANEL_BLOCKS,   /* what is blocked */
	PANEL_OUTPUT,   /* what a program wrote */
	PANEL_ANSWER,   /* what a machine of the fleet has answered */
	PANEL_SETUP,    /* columns, theme, mouse */
	PANEL_PICKER,   /* one of a list */
	PANEL_COMMANDS, /* everything that can be done, by name */
	PANEL_DIALOG,   /* a filter, field by field */
	PANEL_SEARCH,   /* what to look for in a page is typed */
	PANEL_TIME,     /* a time to go to is typed */
	PANEL_PROMPT,   /* a filter is typed */
	PANELS
};

/* What the lower part of the main view shows. The first is the log, which has its own place when
 * there is room for two. */
enum tab {
	TAB_LOG,
	TAB_PATHS,
	TAB_AGENTS,
	TAB_STATUSES,
	TAB_PORTS,
	TAB_HOSTS,
	TAB_REFERERS,
	TABS
};

#define SAID_MAX 200
#define SAID_FOR (5 * USEC_PER_SEC)

/* One sentence to the operator, where the footer stands, for some seconds: what a verb has done, or
 * why it could not. */
struct saying {
	char text[SAID_MAX]; /* "": nothing is said */
	bool bad;            /* it could not be done */
	usec_t until;        /* by CLOCK_MONOTONIC */
};

/* What one panel asks of another; who does it takes it away. */
struct asking {
	enum action action; /* of who has the keys once this input is done; ACT_NONE: nothing */
	const struct column *sort; /* the rows are to be sorted by it; NULL: as they are */
	bool group;                /* a row is to be .by */
	enum group_by by;
};

/* What is shown while it stands still; all NULL while it goes on. Owned; see freeze.h. */
struct frozen {
	struct model *m;
	struct detect *detect;
};

#define PANEL_STACK_MAX 8 /* what may lie over the main view at once */

struct panel;

struct view {
	/* What is shown: that which goes on, or while frozen copies of it. */
	const struct model *m;
	const struct detect *detect; /* NULL: nothing is judged */
	usec_t frozen_at;            /* the model's time; 0: it goes on */
	const struct model *live;    /* what goes on; borrowed, as the next */
	const struct detect *live_detect;
	struct frozen frozen;
	uint32_t seat;    /* the number of the machine that was entered (seat.h); 0: none was */
	size_t seat_undo; /* narrowings that there were then */
	bool show_private, replaying;
	bool notice_seen;            /* a key was pressed: what stood there at the start was read */
	struct replay_status replay; /* while replaying */
	const struct overview *overview; /* of what is replayed; borrowed; NULL: none */
	usec_t seeking_to;               /* where the last key went; good while it seeks */
	uint32_t lines_of_one;           /* that a detail shows at most */
	/* The ways to block that this machine has, WAYS of them; NULL: it is not the one that is
	 * shown. And why nothing is run from here; NULL: it is. Borrowed. */
	const struct way_state *ways;
	const char *runs_nothing;
	const char *unconfined;      /* what the program could not give up; NULL: it could */
	const char *jails;           /* of fail2ban, separated by blanks; NULL: none are known */
	const struct looked *looked; /* where logs were looked for; borrowed */
	size_t looked_count;
	const struct filter_bounds *bounds; /* of all filters; borrowed; NULL: nothing is hidden */
	const struct hook_item *hooks;      /* the operator's own commands; borrowed */
	size_t hook_count;
	struct filter filter;
	unsigned filter_generation; /* grows when the filter or show_private changes */
	struct narrowing narrowing; /* filters that were */
	struct filter highlight;    /* lines of the log to be marked; none: its count is 0 */
	enum tab tab;
	bool wrap;              /* long lines of the log stand on several, none is cut */
	bool wide;              /* the log and the tops stand side by side; set by the frame */
	size_t finding;         /* the one that was gone to last, counted from the gravest */
	usec_t asked_time;      /* the log is to show this time, and forgets it then; 0: none */
	usec_t recording;       /* since when R records, by the model; 0: it does not */
	uint64_t recorded;      /* bytes */
	char unsaved[SAID_MAX]; /* what would be lost, to be said before the run is ended; "" */
	usec_t quit_asked;  /* until when, by CLOCK_MONOTONIC, a second q quits; 0: at the first */
	struct saying said; /* to the operator, for some seconds */
	const struct column *rows_sort; /* what the rows are sorted by, at the last draw */
	enum group_by rows_by;          /* what a row is */
	uint32_t matched;               /* rows that pass the filter, at the last draw */
	uint32_t lines; /* that the rows would take if there were room, at the last draw; 0: one
			   each */
	bool changed;   /* by the operator, or for him: a frame is due at once */
	bool news;      /* what the model's changes have led to: with the next frame for the data */
	bool mouse;     /* the mouse is ours, not the terminal's */
	usec_t wake_at; /* by CLOCK_MONOTONIC: a frame is due then, whatever happens; 0: none */
	usec_t news_at; /* the same, for what the model's changes have led to */
	struct asking asking;
	struct headline headline; /* what header and findings say */
	struct commands commands; /* for the app */
	struct bindings bindings;
	struct remembered remembered;
	struct area areas[PANELS]; /* where each was drawn last; no lines: it was not */
	struct spots *spots;       /* what else can be clicked there; the console's */

	/* nav's */
	struct panel *panels[PANELS];
	enum panel_id focus; /* PANEL_CONNECTIONS, PANEL_REQUESTS or PANEL_TOPS */
	enum panel_id stack[PANEL_STACK_MAX];
	size_t depth;
};

struct panel_ops {
	const char *title; /* of its heading; NULL: it has a better one */
	unsigned where;    /* which bindings hold here */
	size_t size;       /* of its state, which begins with a struct panel and is zero at first */
	int lines;         /* at the bottom of the screen, what is below stays in sight; 0: it fills
			    * the body */
	/* All but draw and act may be NULL. */
	void (*start)(struct panel *p); /* once, when it is made */
	void (*done)(struct panel *p);  /* frees what its state owns */
	/* It comes on top; of whom it is to tell, or NULL. */
	void (*open)(struct panel *p, const struct subject_key *of);
	void (*forget)(struct panel *p);                        /* the view has another model */
	void (*fit)(struct panel *p);                           /* the terminal's size is another */
	bool (*input)(struct panel *p, const struct input *in); /* what no binding is for */
	bool (*selected)(struct panel *p, struct subject_key *ret); /* who the cursor is on */
	/* Moves the cursor by so many rows and tells who it is on; false: there is no such row. */
	bool (*step)(struct panel *p, int by, struct subject_key *ret);
	/* The cursor goes to this row; false: it is not listed. */
	bool (*go_to)(struct panel *p, const struct subject_key *key);
	/* What is under the cursor, to filter by. */
	bool (*target)(struct panel *p, char buf[static SUBJECT_NAME_MAX],
		struct filter_target *ret_target);
	bool (*watched)(const struct panel *p, struct addr *ret_ip);   /* who it was moved to */
	void (*query)(const struct panel *p, struct query *ret_query); /* the rows in sight */
	/* The mouse on the panel, which was drawn in this area. True: what is under it is selected
	 * (a second click opens it). */
	bool (*mouse)(struct panel *p, struct area a, const struct input *in);
	void (*search)(struct panel *p, struct str text); /* the next line that has it */
	/* The number of the machine of a fleet that the cursor is on, beside the row; 0: none. */
	uint32_t (*machine)(const struct panel *p);
	/* The judgement under the cursor, or NULL. */
	const struct flag *(*flag)(struct panel *p);
	/* The command that is shown, and what undoes it. False when there is none, or it must not
	 * be run. */
	bool (*command)(struct panel *p, struct str *ret_command, struct str *ret_undo);
	/* The request or login under the cursor, or NULL. */
	const struct journal_entry *(*entry)(struct panel *p);
	/* Goes on with what takes longer than a frame, for a few milliseconds. Returns when to be
	 * called again, by CLOCK_MONOTONIC; 0: not before something has changed. */
	usec_t (*work)(struct panel *p, usec_t now);
	void (*draw)(struct panel *p, struct area a, bool focused);
	bool (*act)(struct panel *p, enum action action); /* false: not for this panel */
};

struct panel {
	const struct panel_ops *ops;
	struct view *view;
};

void view_say(struct view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of what could not be done. */
void view_refuse(struct view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forgets what has been said for long enough. */
void view_say_expire(struct view *v, usec_t now);

#endif
