/* SPDX-License-Identifier: MIT
 *
 * console: the ncurses view of a model. It reads the model, owns the terminal between new and
 * free, and asks for nothing but keys and time.
 */
#ifndef NG_CONSOLE_CONSOLE_H
#define NG_CONSOLE_CONSOLE_H

#include "action/ways.h"
#include "console/command.h"
#include "console/hook_item.h"
#include "console/looked.h"
#include "console/output.h"
#include "event/event_fleet.h"
#include "event/overview.h"
#include "event/replay_status.h"
#include "model/query.h"
#include "tui/bindings.h"
#include "tui/palette.h"

struct console;

struct console_options {
	bool private_given, theme_given; /* by the operator: what is remembered does not count */
	bool mouse;                      /* taken from the start */
	bool show_private;               /* --show-private-ips: the start value of the toggle */
	bool replaying;                  /* said in the header */
	enum theme_choice theme;
	const char *filter;                 /* to begin with; NULL: none */
	const struct filter_bounds *bounds; /* what is hidden whatever the filter; NULL: nothing */
	uint32_t lines_of_one;              /* requests and logins that a detail shows */
	const struct detect *detect;        /* NULL: nothing is judged. Borrowed, as the model is */
	const struct bindings *bindings;    /* NULL: the default keys */
	/* The ways to block that this machine has (WAYS of them); NULL: it is not the one that is
	 * shown. And why nothing is run from here; NULL: it is. Borrowed. */
	const struct way_state *ways;
	const char *runs_nothing;
	const char *jails; /* of fail2ban, separated by blanks; its text may change. Borrowed */
	/* Where logs were looked for: said while there is none to show. Borrowed. */
	const struct looked *looked;
	size_t looked_count;
	const struct hook_item *hooks; /* the operator's own commands. Borrowed */
	size_t hook_count;
};

enum console_verdict {
	CONSOLE_GO_ON,
	CONSOLE_QUIT
};

/* Takes the terminal (keys from /dev/tty when stdin is not one). NULL with the reason in words when
 * there is no terminal fit for it (not a tty, TERM=dumb). The model is borrowed. */
struct console *console_new(
	const struct model *m, const struct console_options *options, char reason[static 256]);

/* Gives the terminal back as it was. Accepts NULL. */
void console_free(struct console *c);

/* Shows this model (borrowed) from now on: a replay has begun anew. What was known of the old one
 * is dropped; filter, order, and which address is selected or open stay. */
void console_set_model(struct console *c, const struct model *m);

/* How far the replay is. */
void console_set_replay(struct console *c, struct replay_status status);

/* What is known of the whole recording that is replayed (borrowed; it may grow). */
void console_set_overview(struct console *c, const struct overview *overview);

/* What of its privileges the program could not give up (borrowed). */
void console_set_unconfined(struct console *c, const char *text);

/* Since when the run is recorded (0: it is not), and how many bytes there are. */
void console_set_recording(struct console *c, usec_t since, uint64_t bytes);

/* What would be lost if the run ended now, and how it is saved: said by the first q, and the next
 * one quits. NULL: nothing would be lost. */
void console_set_unsaved(struct console *c, const char *text);

/* What has come of a command. */
void console_say(struct console *c, bool bad, const char *text);

/* A program that the operator asked for was started: opens a page for what it will write. The
 * page's number, for console_output_end. Texts are clean, and copied. */
uint32_t console_output_begin(struct console *c, const char *title, const char *command);

/* It has ended. */
void console_output_end(struct console *c, uint32_t id, const struct console_output *output);

/* A machine of the fleet has answered a question (COMMAND_ASK); the texts are copied. */
void console_answer(struct console *c, uint32_t member, const struct event_answer *answer);

/* What somebody looks at: the address that was opened or moved to (false: none), and the rows of
 * the connections on screen, as a query that borrows from c. */
bool console_selected(const struct console *c, struct addr *ret_ip);
void console_query(const struct console *c, struct query *ret_query);

/* What is shown, which while it is frozen is not what goes on. Borrowed until the next input. */
struct console_shown {
	const struct model *m;
	const struct detect *detect;
	const struct filter *filter; /* NULL: everything passes */
	bool show_private;
	usec_t frozen_at; /* the model's time; 0: it goes on */
};
struct console_shown console_shown(const struct console *c);

/* The next thing that the operator wants done by others. False when there is none. */
bool console_take_command(struct console *c, struct command *ret_command);

/* The descriptor to wait on for input. */
int console_fd(const struct console *c);

/* A terminal takes what it can: while something waits, no frame is drawn, and console_drain is to
 * be called when console_out_fd can be written. */
int console_out_fd(const struct console *c);
bool console_waits(const struct console *c);
void console_drain(struct console *c);

/* Takes all waiting input. */
enum console_verdict console_input(struct console *c);

/* SIGWINCH was seen. */
void console_resize(struct console *c);

/* Draws when something has changed: for input at once, for the rest four times a second (`now` is
 * CLOCK_MONOTONIC). Returns after how many microseconds it wants to be called again for a frame
 * that is due, or -1 when nothing is. */
usec_t console_draw(struct console *c, usec_t now);

#endif
