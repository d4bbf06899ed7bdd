/* SPDX-License-Identifier: MIT
 *
 * engine_files: files by which a carrier's process is let in: credentials, keys, certificates. They
 * are read while they may be, and given to the process as files without a name, as its libraries
 * want a path, and read it again for each connection.
 */
#ifndef NG_APP_ENGINE_FILES_H
#define NG_APP_ENGINE_FILES_H

#include "app/fleet_options.h"
#include "base/reason.h"
#include "fleet/engine.h"

struct engine_files {
	struct {
		char *text; /* owned; NULL: not given */
		size_t n;
		char path[32];
	} at[ENGINE_FILES];
};

/* False: what is wrong with which option. To be given to engine_files_done either way. */
bool engine_files_read(
	struct engine_files *files, const struct fleet_options *f, struct reason *ret_wrong);

/* Where they are to be opened: their paths, which are good for this process. What was read is wiped
 * out. 0 or a negative errno. */
int engine_files_put(struct engine_files *files, const char *ret_paths[static ENGINE_FILES]);

void engine_files_done(struct engine_files *files);

#endif
