/* SPDX-License-Identifier: MIT
 *
 * block_file: a block as a script of the shell, to be read and then run by hand, in the state
 * directory. It is made anew, only for its owner, and no file that is there is touched.
 */
#ifndef NG_APP_BLOCK_FILE_H
#define NG_APP_BLOCK_FILE_H

#include "action/ways.h"
#include "app/own_file.h"

/* Writes the commands, and what undoes them as comments. 0 with its path; or a negative errno. */
int block_file_write(const struct block_text *text, const char *who, usec_t now,
	char ret_path[static OWN_FILE_PATH_MAX]);

#endif
