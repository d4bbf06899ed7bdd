/* SPDX-License-Identifier: MIT
 *
 * bindings: which key does what, and where. They begin as the default table and can be changed at
 * run time.
 */
#ifndef NG_TUI_BINDINGS_H
#define NG_TUI_BINDINGS_H

#include "tui/actions.h"
#include "tui/input.h"

#define BINDINGS_MAX       192
#define BINDING_REASON_MAX 128

struct binding {
	uint32_t code;
	enum action action;
	unsigned where; /* of the places that know the action, those where this key does it */
};

/* Of two that hold in one place the first counts. */
struct bindings {
	struct binding at[BINDINGS_MAX];
	size_t n;
};

/* The default keys. */
void bindings_reset(struct bindings *b);

/* Binds an action to these keys, one or several with spaces between them ("s F6 ctrl-o"), and to
 * no other; "none": to no key. In the places that know the action, the keys do nothing else from
 * then on; while a line is typed, characters stay text. 0; or, with b untouched and the reason in
 * words, -EINVAL (no such key; a character for what is only done while typing) or -ENOSPC. */
int bindings_set(struct bindings *b, enum action action, struct str keys,
	char reason[static BINDING_REASON_MAX]);

/* Gives an action one key more, which must do nothing where the action is known. 0 or -ENOSPC. */
int bindings_add(struct bindings *b, uint32_t code, enum action action);

/* What a key does there, or ACT_NONE. */
enum action bindings_find(const struct bindings *b, uint32_t code, unsigned where);

/* The names of an action's keys there, "Up k" (at most `most` of them), into buf. */
void bindings_names(const struct bindings *b, enum action action, unsigned where, size_t most,
	char *buf, size_t cap);

/* "x", "Space", "^F", "PgUp", "F5": as footer and help call it. Returns its length. */
#define KEY_NAME_MAX 16
size_t key_name(uint32_t code, char buf[static KEY_NAME_MAX]);

/* The key of a name: one character, a name as above or "ctrl-f", "page-up", "escape", whatever the
 * case. False when there is none. */
bool key_parse(struct str text, uint32_t *ret_code);

#endif
