/* SPDX-License-Identifier: MIT
 *
 * nav: where the operator is. Panels lie over the main view in a stack; the one on top has the
 * keys. The two lists of the main view share it, and one of them has the focus.
 */
#ifndef NG_CONSOLE_NAV_H
#define NG_CONSOLE_NAV_H

#include "console/view.h"

/* The panel that has the keys. */
struct panel *nav_top(const struct view *v);

enum panel_id nav_id(const struct view *v, const struct panel *p);

/* The panel that fills the body: the highest that does, or the list that has the focus. */
struct panel *nav_body(const struct view *v);

/* True while nothing covers the main view's body. */
bool nav_is_main(const struct view *v);

/* Which bindings hold now. */
unsigned nav_where(const struct view *v);

/* Opens a panel on top, with the row that it is about (or NULL). One that lies there already comes
 * up again, and what lay over it is closed. */
void nav_open(struct view *v, enum panel_id id, const struct subject_key *of);

/* Closes what is on top. False when that is the main view. */
bool nav_close(struct view *v);

/* The keys go to the next panel of the main view, or to the one before. */
void nav_switch(struct view *v, bool back);

/* The lower part of the main view shows the next tab, or the one before, and has the keys. */
void nav_turn(struct view *v, bool back);

/* It shows this one. */
void nav_tab(struct view *v, enum tab tab);

/* An action of whoever has the keys once what is done now is over. */
void nav_ask(struct view *v, enum action action);

/* The panel of the lower part that the tab stands for, while there is room for one. */
enum panel_id nav_lower(const struct view *v);

/* Who the cursor is on, in the body. */
bool nav_selected(const struct view *v, struct subject_key *ret);

/* The cursor goes to a row; where it is not listed, what is known of it is opened. */
void nav_go_to(struct view *v, const struct subject_key *key);

/* What filters are compiled with. */
struct filter_env nav_filter_env(const struct view *v);

/* 0; or -EINVAL with what is wrong in *ret_error, and the filter as it was. */
int nav_set_filter(struct view *v, struct str text, struct filter_error *ret_error);

/* The filter is meant to stay; `before` is the one that it took the place of, to come back to. */
void nav_keep_filter(struct view *v, struct str before);

/* Another filter, to stay. 0, or -EINVAL as above. */
int nav_try_narrow(struct view *v, struct str text, struct filter_error *ret_error);
void nav_narrow(struct view *v, struct str text); /* which is one */

/* Only what is under the cursor, or all but it. */
void nav_narrow_to_selected(struct view *v, bool negated);

/* The filter before this one; once more, right after it: this one again. */
void nav_undo(struct view *v);

/* The filter before this one, one step further each time. */
void nav_widen(struct view *v);

/* Only suspicious rows; once more: without that word. */
void nav_flagged(struct view *v);

void nav_show_private(struct view *v, bool show);

#endif
