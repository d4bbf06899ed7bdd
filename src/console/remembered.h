/* SPDX-License-Identifier: MIT
 *
 * remembered: what was chosen in the setup, and the filters that were saved under names: kept in
 * $XDG_CONFIG_HOME/nethergaze/console.toml, or ~/.config/nethergaze/console.toml, beside the config
 * file. The program writes it; who edits it by hand is met half-way: what is no setting is named
 * and left out, and a file that cannot be read as TOML is left as it is, never written over.
 */
#ifndef NG_CONSOLE_REMEMBERED_H
#define NG_CONSOLE_REMEMBERED_H

#include "base/reason.h"
#include "model/filter.h"
#include "model/layout.h"
#include "tui/palette.h"

#include <limits.h>
#include <stdio.h>

#define SAVED_FILTERS_MAX 32
#define SAVED_NAME_MAX    32
#define REMEMBERED_MOST   (1u << 16) /* bytes of the file */

enum {
	REMEMBERED_KINDS = GROUPS
}; /* of rows, each with columns of its own */

/* Settings that may stand in the file; each only counts once it was chosen. */
enum remembered_setting {
	SETTING_THEME = 1,
	SETTING_MOUSE = 2,
	SETTING_PRIVATE = 4,
	SETTING_WRAP = 8,
	SETTING_TAB = 16
};

struct saved_filter {
	char name[SAVED_NAME_MAX];
	char text[FILTER_TEXT_MAX];
};

struct remembered {
	unsigned set; /* enum remembered_setting */
	enum theme_choice theme;
	bool mouse, show_private, wrap;
	unsigned tab;                                   /* enum tab */
	struct layout_choice columns[REMEMBERED_KINDS]; /* by enum group_by; none: as they come */
	struct saved_filter filters[SAVED_FILTERS_MAX];
	size_t filter_count;
	bool broken;         /* the file is none of ours: it is not written over */
	char path[PATH_MAX]; /* ""; there is no home to keep it in */
};

/* Takes in the text of such a file. What is wrong with it, the first of it, stands in *reason,
 * which is "" when all is well. */
void remembered_parse(struct remembered *r, struct str text, struct reason *reason);

/* Writes what remembered_parse reads. */
void remembered_print(const struct remembered *r, FILE *out);

/* Anew, from the file where there is one; *reason is for the operator. */
void remembered_load(struct remembered *r, struct reason *reason);

/* Keeps it. 0, or a negative errno with the reason in words. */
int remembered_save(const struct remembered *r, struct reason *reason);

/* Saves a filter, in place of one of the same name; an empty text forgets it. 0; -EINVAL: a name is
 * 1 to 31 letters, digits, - or _; -ENOSPC: there are so many already. */
int remembered_save_filter(struct remembered *r, struct str name, struct str text);

/* A saved filter, or NULL. */
const char *remembered_filter(const struct remembered *r, struct str name);

extern const char *const remembered_themes[]; /* names, by enum theme_choice, up to NULL */
extern const char *const remembered_tabs[];   /* names, by enum tab, up to NULL */

#endif
