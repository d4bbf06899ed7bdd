/* SPDX-License-Identifier: MIT
 *
 * remove_tree: a directory of a test's own goes, with all that lies in it.
 */
#ifndef NG_TESTS_REMOVE_TREE_H
#define NG_TESTS_REMOVE_TREE_H

#include <ftw.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int remove_tree(const char *dir)
{
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
