// SPDX-License-Identifier: MIT
#include "console/console.h"

#include "base/text.h"
#include "console/answer.h"
#include "console/chosen.h"
#include "console/copying.h"
#include "console/explain.h"
#include "console/frame.h"
#include "console/freeze.h"
#include "console/hook_list.h"
#include "console/mouse.h"
#include "console/nav.h"
#include "console/opening.h"
#include "console/output.h"
#include "console/pace.h"
#include "console/panels.h"
#include "console/reporting.h"
#include "console/time_keys.h"

#include <stdlib.h>

#define QUIT_PATIENCE  (10 * USEC_PER_SEC) /* a second q quits, whatever would be lost */
#define INPUTS_AT_ONCE 256

static const struct panel_ops *const panels[PANELS] = {
	[PANEL_FINDINGS] = &findings_panel,
	[PANEL_CONNECTIONS] = &connections_panel,
	[PANEL_REQUESTS] = &requests_panel,
	[PANEL_TOPS] = &tops_panel,
	[PANEL_INSPECTOR] = &inspector_panel,
	[PANEL_DETAIL] = &detail_panel,
	[PANEL_SINCE] = &since_panel,
	[PANEL_BLOCK] = &block_panel,
	[PANEL_BLOCKS] = &blocks_panel,
	[PANEL_INPUTS] = &inputs_panel,
	[PANEL_HELP] = &help_panel,
	[PANEL_OUTPUT] = &output_panel,
	[PANEL_ANSWER] = &answer_panel,
	[PANEL_TIME] = &time_panel,
	[PANEL_PROMPT] = &prompt_panel,
	[PANEL_PICKER] = &picker_panel,
	[PANEL_COMMANDS] = &commands_panel,
	[PANEL_SETUP] = &setup_panel,
	[PANEL_DIALOG] = &dialog_panel,
	[PANEL_SEARCH] = &search_panel,
};

struct console {
	struct view view;
	struct spots spots;
	struct clicks clicks;
	bool resized, repaint;
	uint64_t drawn_version;
	usec_t drawn_clock; /* the model's second on screen */
	uint64_t drawn_overview;
	struct pace pace;
};

static bool make_panels(struct view *v)
{
	for (int i = 0; i < PANELS; i++) {
		struct panel *p = calloc(1, panels[i]->size);
		if (!p)
			return false;
		v->panels[i] = p;
		p->ops = panels[i];
		p->view = v;
		if (p->ops->start)
			p->ops->start(p);
	}
	return true;
}

static void free_panels(struct view *v)
{
	for (int i = 0; i < PANELS; i++) {
		struct panel *p = v->panels[i];
		if (p && p->ops->done)
			p->ops->done(p);
		free(p);
	}
}

/* What is remembered counts as far as the options leave it open. */
static bool open_screen(
	struct console *c, const struct console_options *options, char reason[static 256])
{
	unsigned given = (options->theme_given ? (unsigned)SETTING_THEME : 0) |
			 (options->private_given ? (unsigned)SETTING_PRIVATE : 0) |
			 (options->mouse ? (unsigned)SETTING_MOUSE : 0);

	chosen_load(&c->view, given);
	if (screen_open(reason) < 0)
		return false;
	screen_mouse(c->view.mouse);
	/* An incident may take the line that it has at the top; what is wrong with the file of
	 * settings is said first. */
	if (screen_notice()[0] && !c->view.said.text[0])
		view_say(&c->view, "%s", screen_notice());
	return true;
}

struct console *console_new(
	const struct model *m, const struct console_options *options, char reason[static 256])
{
	struct console *c = calloc(1, sizeof *c);

	if (!c) {
		strcpy(reason, "out of memory");
		return NULL;
	}
	c->view.m = c->view.live = m;
	c->view.detect = c->view.live_detect = options->detect;
	c->view.show_private = options->show_private;
	screen_theme(options->theme);
	c->view.replaying = options->replaying;
	c->view.ways = options->ways;
	c->view.runs_nothing = options->runs_nothing;
	c->view.jails = options->jails;
	c->view.looked = options->looked;
	c->view.looked_count = options->looked_count;
	c->view.bounds = options->bounds;
	c->view.lines_of_one = options->lines_of_one;
	c->view.hooks = options->hooks;
	c->view.hook_count = options->hook_count;
	c->view.changed = true;
	c->view.mouse = options->mouse;
	c->view.spots = &c->spots;
	if (options->bindings)
		c->view.bindings = *options->bindings;
	else
		bindings_reset(&c->view.bindings);
	nav_narrow(&c->view, str_of(options->filter));
	if (!make_panels(&c->view))
		strcpy(reason, "out of memory");
	else if (open_screen(c, options, reason))
		return c;
	free_panels(&c->view);
	free(c);
	return NULL;
}

void console_free(struct console *c)
{
	if (!c)
		return;
	screen_close();
	freeze_end(&c->view);
	free_panels(&c->view);
	free(c);
}

int console_fd(const struct console *c)
{
	(void)c;
	return screen_fd();
}

int console_out_fd(const struct console *c)
{
	(void)c;
	return screen_out_fd();
}

bool console_waits(const struct console *c)
{
	(void)c;
	return screen_waits();
}

void console_drain(struct console *c)
{
	(void)c;
	screen_drain();
}

void console_resize(struct console *c)
{
	c->resized = true;
}

void console_set_model(struct console *c, const struct model *m)
{
	struct view *v = &c->view;

	freeze_end(v);
	headline_forget(&v->headline);
	v->m = v->live = m;
	v->filter_generation++; /* what was gathered under it is of the old model */
	v->matched = 0;
	v->changed = true;
	for (int i = 0; i < PANELS; i++)
		if (v->panels[i]->ops->forget)
			v->panels[i]->ops->forget(v->panels[i]);
}

void console_set_replay(struct console *c, struct replay_status status)
{
	c->view.changed |= status.state != c->view.replay.state;
	c->view.replay = status;
}

void console_set_overview(struct console *c, const struct overview *overview)
{
	c->view.overview = overview;
}

void console_set_unconfined(struct console *c, const char *text)
{
	c->view.unconfined = text;
}

void console_set_recording(struct console *c, usec_t since, uint64_t bytes)
{
	c->view.changed |= (since != 0) != (c->view.recording != 0);
	c->view.recording = since;
	c->view.recorded = bytes;
}

void console_set_unsaved(struct console *c, const char *text)
{
	text_copy(c->view.unsaved, sizeof c->view.unsaved, str_of(text ? text : ""));
}

void console_say(struct console *c, bool bad, const char *text)
{
	if (bad)
		view_refuse(&c->view, "%s", text);
	else
		view_say(&c->view, "%s", text);
}

uint32_t console_output_begin(struct console *c, const char *title, const char *command)
{
	return output_begin(&c->view, title, command);
}

void console_output_end(struct console *c, uint32_t id, const struct console_output *output)
{
	output_end(&c->view, id, output);
}

void console_answer(struct console *c, uint32_t member, const struct event_answer *answer)
{
	answer_take(&c->view, member, answer);
}

bool console_selected(const struct console *c, struct addr *ret_ip)
{
	const struct panel *p = nav_body(&c->view);

	return p->ops->watched && p->ops->watched(p, ret_ip);
}

void console_query(const struct console *c, struct query *ret_query)
{
	const struct panel *p = c->view.panels[PANEL_CONNECTIONS];

	p->ops->query(p, ret_query);
}

struct console_shown console_shown(const struct console *c)
{
	const struct view *v = &c->view;

	return (struct console_shown){v->m, v->detect, v->filter.count ? &v->filter : NULL,
		v->show_private, v->frozen_at};
}

bool console_take_command(struct console *c, struct command *ret_command)
{
	return commands_take(&c->view.commands, ret_command);
}

static void mark(struct view *v)
{
	commands_put(&v->commands, (struct command){.kind = COMMAND_MARK});
}

/* To the rows, also while another panel of the main view has the keys. */
static bool give_rows(struct view *v, enum action action)
{
	return connections_panel.act(v->panels[PANEL_CONNECTIONS], action);
}

/* To the log, likewise. */
static bool give_log(struct view *v, enum action action)
{
	return requests_panel.act(v->panels[PANEL_REQUESTS], action);
}

/* What concerns the main view as a whole. */
static bool act_in_lists(struct view *v, enum action action)
{
	switch (action) {
	case ACT_FOCUS_NEXT:
	case ACT_FOCUS_BACK:
		nav_switch(v, action == ACT_FOCUS_BACK);
		return true;
	case ACT_TAB_NEXT:
	case ACT_TAB_BACK:
		nav_turn(v, action == ACT_TAB_BACK);
		return true;
	case ACT_FILTER_DROP:
		nav_widen(v);
		return true;
	case ACT_WIDEN:
		nav_undo(v);
		return true;
	case ACT_FLAGGED:
		nav_flagged(v);
		return true;
	default:
		return nav_where(v) & IN_LISTS && (give_rows(v, action) || give_log(v, action));
	}
}

/* The answer is the app's. */
static void refresh(struct view *v)
{
	if (v->replaying)
		view_say(v, "repainted: a recording has nothing newer to read");
	else
		commands_put(&v->commands, (struct command){.kind = COMMAND_REFRESH});
}

/* Once is enough if nothing would be lost. */
static enum console_verdict quit(struct view *v)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);

	if (!v->unsaved[0] || now < v->quit_asked)
		return CONSOLE_QUIT;
	v->quit_asked = now + QUIT_PATIENCE;
	view_refuse(v, "%s", v->unsaved);
	return CONSOLE_GO_ON;
}

/* What no panel has taken. */
static enum console_verdict act(struct console *c, enum action action)
{
	struct view *v = &c->view;

	switch (action) {
	case ACT_QUIT:
		return quit(v);
	case ACT_BACK:
		nav_close(v);
		break;
	case ACT_ONLY:
	case ACT_NOT:
		nav_narrow_to_selected(v, action == ACT_NOT);
		break;
	case ACT_PRIVATE:
		nav_show_private(v, !v->show_private);
		break;
	case ACT_MARK:
		mark(v);
		break;
	case ACT_REFRESH:
		refresh(v);
		c->repaint = true;
		break;
	case ACT_REDRAW:
		c->repaint = true;
		break;
	case ACT_MOUSE:
		chosen_mouse_now(v, !v->mouse);
		break;
	case ACT_COPY:
		copy_selected(v);
		break;
	default:
		if (!opening_act(v, action) && !reporting_act(v, action) &&
			!act_in_lists(v, action))
			explain(v, action);
		break;
	}
	return CONSOLE_GO_ON;
}

static bool give(struct panel *p, const struct input *in)
{
	return p->ops->input && p->ops->input(p, in);
}

/* Whoever pastes into a list looks for it: an address is pasted to filter by it. */
static void filter_by(struct view *v, const struct input *paste)
{
	struct panel *prompt = v->panels[PANEL_PROMPT];

	nav_open(v, PANEL_PROMPT, NULL);
	prompt->ops->act(prompt, ACT_ERASE_LINE);
	give(prompt, paste);
}

static enum console_verdict do_action(struct console *c, enum action action)
{
	struct panel *top = nav_top(&c->view);
	bool over = c->view.depth > 0; /* what lies over the lists may have a meaning of its own */

	if ((over && top->ops->act(top, action)) || time_act(&c->view, action))
		return CONSOLE_GO_ON;
	return !over && top->ops->act(top, action) ? CONSOLE_GO_ON : act(c, action);
}

/* What a panel has asked for, which may ask for more in turn, but not for ever. */
static enum console_verdict do_asked(struct console *c)
{
	for (int i = 0; i < PANELS && c->view.asking.action != ACT_NONE; i++) {
		enum action action = c->view.asking.action;
		c->view.asking.action = ACT_NONE;
		if (do_action(c, action) != CONSOLE_GO_ON)
			return CONSOLE_QUIT;
	}
	return CONSOLE_GO_ON;
}

static void take_other(struct console *c, const struct input *in)
{
	struct view *v = &c->view;
	struct panel *top = nav_top(v);

	if (in->kind == INPUT_MOUSE)
		mouse_take(v, &c->clicks, in, clock_usec(CLOCK_MONOTONIC));
	else if (give(top, in) || !(top->ops->where & IN_LISTS))
		return;
	else if (in->kind == INPUT_PASTE)
		filter_by(v, in);
	else if (in->kind == INPUT_KEY)
		explain_key(v, in->code);
}

static enum console_verdict take(struct console *c, const struct input *in)
{
	struct view *v = &c->view;
	enum action action = in->kind != INPUT_KEY
				     ? ACT_NONE
				     : bindings_find(&v->bindings, in->code, nav_where(v));

	v->changed = true;
	if (in->kind == INPUT_NONE) /* nobody did it */
		return CONSOLE_GO_ON;
	v->notice_seen = true;
	v->said.text[0] = '\0'; /* it answered the key before this one */
	if (action == ACT_NONE)
		take_other(c, in);
	else if (action == ACT_HOOK && hook_ask_by_key(v, in->code))
		return CONSOLE_GO_ON;
	else if (do_action(c, action) != CONSOLE_GO_ON)
		return CONSOLE_QUIT;
	return do_asked(c);
}

enum console_verdict console_input(struct console *c)
{
	struct input in;

	for (int i = 0; i < INPUTS_AT_ONCE && screen_input(&in); i++)
		if (take(c, &in) != CONSOLE_GO_ON)
			return CONSOLE_QUIT;
	return screen_is_gone() ? CONSOLE_QUIT : CONSOLE_GO_ON;
}

/* What is shown of the model's clock. */
static usec_t shown_clock(const struct view *v)
{
	return v->live->now / USEC_PER_SEC;
}

/* What grows while nothing is played. */
static uint64_t shown_overview(const struct view *v)
{
	return v->overview ? v->overview->version : 0;
}

static bool is_asked_for(const struct console *c)
{
	return c->view.changed || c->resized;
}

static bool needs_frame(const struct console *c)
{
	return is_asked_for(c) || c->view.news || c->view.m->version != c->drawn_version ||
	       shown_clock(&c->view) != c->drawn_clock ||
	       shown_overview(&c->view) != c->drawn_overview;
}

static void fit(struct console *c)
{
	screen_fit(true);
	for (int i = 0; i < PANELS; i++) {
		struct panel *p = c->view.panels[i];
		if (p->ops->fit)
			p->ops->fit(p);
	}
}

static void draw_frame(struct console *c, usec_t now)
{
	struct pace_frame frame = {.began = now, .asked = is_asked_for(c)};
	struct area all;

	if (c->resized || c->repaint)
		fit(c);
	c->view.changed = c->view.news = c->resized = c->repaint = false;
	c->drawn_version = c->view.m->version;
	c->drawn_clock = shown_clock(&c->view);
	c->drawn_overview = shown_overview(&c->view);

	usec_t start = clock_usec(CLOCK_MONOTONIC);
	if (!frame_draw(&c->view))
		*(frame.asked ? &c->view.changed : &c->view.news) = true;
	frame.took = clock_usec(CLOCK_MONOTONIC) - start;
	frame.bytes = screen_sent();
	all = screen_area();
	frame.cells = all.w * all.h;
	pace_drawn(&c->pace, &frame);
}

/* A panel may have asked for a frame at a time: some word of it waits for a pause. */
static usec_t wake(struct view *v, usec_t now)
{
	usec_t sleep = -1;

	v->news |= pace_has_come(&v->news_at, now, &sleep);
	if (pace_has_come(&v->wake_at, now, &sleep)) {
		v->changed = true;
		view_say_expire(v, now);
	}
	return sleep;
}

/* What takes longer than a frame goes on between frames. */
static usec_t work(struct console *c, usec_t now)
{
	usec_t sleep = -1;

	for (int i = 0; i < PANELS; i++) {
		struct panel *p = c->view.panels[i];
		usec_t next = p->ops->work ? p->ops->work(p, now) : 0;
		if (next)
			sleep = pace_sooner(sleep, next > now ? next - now : 0);
	}
	return sleep;
}

/* After how many microseconds a frame can be drawn that is wanted; -1: none is, or can. */
static usec_t frame_in(const struct console *c, usec_t now)
{
	usec_t due = pace_due(&c->pace, is_asked_for(c));

	if (!needs_frame(c) || screen_waits())
		return -1;
	return now < due ? due - now : 0;
}

usec_t console_draw(struct console *c, usec_t now)
{
	usec_t sleep = wake(&c->view, now);

	c->resized |= screen_continues();
	/* A key that waits for its answer waits for nothing else: the frame has a step in it. */
	if (frame_in(c, now) != 0)
		sleep = pace_sooner(sleep, work(c, now));
	usec_t next = frame_in(c, now);
	if (next != 0)
		return pace_sooner(sleep, next);
	draw_frame(c, now);
	sleep = pace_sooner(work(c, now), wake(&c->view, now));
	return c->view.changed ? pace_sooner(sleep, PACE_ASKED) : sleep;
}
