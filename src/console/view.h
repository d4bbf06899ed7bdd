/* SPDX-License-Identifier: MIT
 *
 * view: what the files of the console share. Each panel is one file that ends in a const
 * struct panel_ops; panels[] in console.c lists them.
 */
#ifndef NG_CONSOLE_VIEW_H
#define NG_CONSOLE_VIEW_H

#include "console/console.h"
#include "console/keys.h"
#include "console/screen.h"
#include "model/query.h"

enum panel_id {
	PANEL_CONNECTIONS,
	PANEL_REQUESTS,
	PANEL_DETAIL,
	PANEL_SOURCES,
	PANEL_HELP,
	PANELS
};

#define PANEL_STACK_MAX 4 /* what may lie over the main view at once */

struct connections_view {
	const struct column *sort;
	bool reversed;
	bool pinned; /* the selection was moved: it stays with its address */
	struct addr selected;
	uint32_t rank, top; /* of the selection, of the first row on screen */
	uint32_t matched;
	int height, ip_width;
	struct rows rows;
};

struct requests_view {
	uint64_t *lines, *fresh; /* journal positions on screen, newest first; scratch */
	uint32_t n, cap;
	uint64_t bottom;            /* the newest line on screen while scrolled back; 0: follow */
	uint64_t cursor;            /* the selected line; 0 while following */
	uint64_t seen;              /* the newest position that lines[] takes account of */
	unsigned filter_generation; /* console.filter_generation that lines[] was gathered under */
	int height, ip_width;
};

struct detail_view {
	struct host host; /* as it was when last seen in the model */
	bool gone, all_conns;
	int row, rows;    /* the one under the cursor; how many it can stand on */
	int line, lines;  /* the cursor's; of the whole sheet, at the last draw */
	int top, height;  /* the first line on screen; how many fit */
	uint64_t request; /* the request under the cursor, or 0 */
};

struct page_view {
	int top, lines, height; /* of help or sources */
};

struct prompt_view {
	bool open;
	char text[FILTER_TEXT_MAX], before[FILTER_TEXT_MAX];
	const char *error;
};

struct console {
	const struct model *m;
	bool show_private, replaying;
	struct filter filter;
	struct addr wish;           /* to be asked about; unset: none */
	unsigned filter_generation; /* grows when the filter or show_private changes */

	enum panel_id focus; /* PANEL_CONNECTIONS or PANEL_REQUESTS */
	enum panel_id stack[PANEL_STACK_MAX];
	size_t depth;

	bool changed; /* by a key */
	bool resized, repaint;
	uint64_t drawn_version;
	usec_t drawn_clock; /* the model's minute on screen */
	usec_t last_frame;  /* when, by CLOCK_MONOTONIC */
	usec_t pause;       /* before the next one that no key asks for */

	struct connections_view connections;
	struct requests_view requests;
	struct detail_view detail;
	struct page_view page;
	struct prompt_view prompt;
};

struct panel_ops {
	const char *title;               /* of its heading; NULL: it has a better one */
	unsigned where;                  /* which keys of the key table hold here */
	void (*open)(struct console *c); /* it comes on top; may be NULL */
	void (*draw)(struct console *c, struct area a, bool focused);
	bool (*act)(struct console *c, enum action action); /* false: not for this panel */
};

extern const struct panel_ops connections_panel, requests_panel, detail_panel, sources_panel,
	help_panel;

/* console.c */
void console_push(struct console *c, enum panel_id id);
void console_pop(struct console *c);
unsigned console_where(const struct console *c);
int console_set_filter(struct console *c, struct str text, const char **ret_error);

/* connections.c: the address under the cursor; false when there is none. */
bool connections_selected(struct console *c, struct addr *ret_ip);
struct query connections_query(const struct console *c); /* the rows on screen */
void connections_done(struct console *c);

/* requests.c */
bool requests_selected(struct console *c, struct addr *ret_ip);
void requests_done(struct console *c);
unsigned status_style(unsigned status);

/* The virtual host of a request, and a blank; clients choose it, so it gets a quarter of the width
 * at most. Returns the columns taken. */
int draw_vhost(struct area a, int y, int x, unsigned selected, const struct journal_entry *e);

/* "failed password root x3" and its style, of a line of SSH. */
#define LOGIN_TEXT_MAX 128
struct str login_text(const struct journal_entry *e, char buf[static LOGIN_TEXT_MAX]);
unsigned login_style(const struct journal_entry *e);
/* "12:34:56" by local time. */
void clock_text(char buf[static 9], usec_t t);

/* detail.c: opens the sheet of an address. */
void detail_show(struct console *c, const struct addr *ip);

/* detail_who.c: whose address it is: where it is, who it is registered to, what it is called. At
 * most WHO_LINES lines; returns how many. */
#define WHO_LINES 4
struct who_line {
	unsigned style;
	char text[512];
};
int detail_who(
	const struct console *c, const struct host *h, struct who_line lines[static WHO_LINES]);

/* header.c: the lines around the panels. */
bool header_has_trouble(const struct console *c);
void header_draw(const struct console *c, struct area a);
void trouble_draw(const struct console *c, struct area a);
/* What is wrong with the host, in words. Returns the lines that it took. */
int alerts_draw(const struct console *c, struct area a);
void offenders_draw(const struct console *c, struct area a);
void stats_draw(const struct console *c, struct area a);
void footer_draw(const struct console *c, struct area a);

/* prompt.c */
void prompt_open(struct console *c);
void prompt_key(struct console *c, int key);
void prompt_draw(const struct console *c, struct area a);

#endif
