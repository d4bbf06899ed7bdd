/* SPDX-License-Identifier: MIT
 *
 * journal_lib: libsystemd's functions that read a journal, sd-journal(3). The library is loaded
 * when it is there and not linked with: without it, or where nothing can be loaded (a static
 * build), `journalctl` is asked instead (log/journal_pipe.h).
 */
#ifndef NG_LOG_JOURNAL_LIB_H
#define NG_LOG_JOURNAL_LIB_H

#include <stddef.h>
#include <stdint.h>

#define JOURNAL_LIB_NAME "libsystemd.so.0"

/* sd-journal.h: these are of its stable interface. */
#define JOURNAL_LOCAL_ONLY 1 /* SD_JOURNAL_LOCAL_ONLY */
#define JOURNAL_INVALIDATE 2 /* sd_journal_process(): files were added or removed */

struct sd_journal;

/* As sd-journal(3) has them, without their sd_journal_. All return a negative errno for an error.
 * All but open_files_fd are in libsystemd 209. */
struct journal_lib {
	int (*open)(struct sd_journal **ret, int flags);
	int (*open_directory)(struct sd_journal **ret, const char *path, int flags);
	int (*open_files_fd)(struct sd_journal **ret, int fds[], unsigned n, int flags);
	void (*close)(struct sd_journal *j);
	int (*set_data_threshold)(struct sd_journal *j, size_t bytes);
	int (*add_match)(struct sd_journal *j, const void *data, size_t n);
	int (*add_disjunction)(struct sd_journal *j);
	void (*flush_matches)(struct sd_journal *j);
	int (*seek_head)(struct sd_journal *j);
	int (*seek_tail)(struct sd_journal *j);
	int (*seek_cursor)(struct sd_journal *j, const char *cursor);
	int (*test_cursor)(struct sd_journal *j, const char *cursor);
	int (*get_cursor)(struct sd_journal *j, char **ret);
	int (*next)(struct sd_journal *j);
	int (*previous)(struct sd_journal *j);
	void (*restart_data)(struct sd_journal *j);
	int (*enumerate_data)(struct sd_journal *j, const void **ret, size_t *ret_n);
	int (*get_realtime_usec)(struct sd_journal *j, uint64_t *ret);
	int (*get_fd)(struct sd_journal *j);
	int (*process)(struct sd_journal *j);
};

/* The library's, loaded at the first call and for good. NULL: it cannot be; then *ret_why says why
 * in words. */
const struct journal_lib *journal_lib_load(const char **ret_why);

#endif
