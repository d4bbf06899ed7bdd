/* SPDX-License-Identifier: MIT
 *
 * segment_index: what a recording holds from end to end (event/overview.h), in a small file beside
 * it, so that nobody has to read all of it to know that. It only saves time: one that is missing,
 * damaged, of another file or of another state of it is as good as none, and no replay puts an
 *event more or less for its sake.
 *
 * Lines of text:
 *	nethergaze-index 1
 *	file SIZE CRC			of the recording
 *	time BEGIN END WIDTH		microseconds
 *	parts N N N ...			at most OVERVIEW_PARTS
 *	moment AT SEVERITY [NAME]	at most OVERVIEW_MOMENTS
 *	end
 */
#ifndef NG_RECORD_SEGMENT_INDEX_H
#define NG_RECORD_SEGMENT_INDEX_H

#include "event/overview.h"

#include "base/str.h"

#define SEGMENT_INDEX_ENDING ".index"
#define SEGMENT_INDEX_MAX    (64u << 10) /* bytes */

/* By which the recording is known: its size, and a checksum of its first and last bytes, which in a
 * compressed file have one of all of it. */
struct segment_print {
	uint64_t size;
	uint32_t crc;
};

/* 0 or a negative errno. */
int segment_print_of(int fd, struct segment_print *ret);

/* Writes the text, with a NUL that is not counted; returns its length. */
size_t segment_index_write(const struct overview *o, const struct segment_print *print,
	char buf[static SEGMENT_INDEX_MAX]);

/* Any bytes. False for what is not whole and in order; what it says of the recording's size and
 * checksum is in *ret_print, to be compared. */
bool segment_index_read(struct str text, struct overview *ret, struct segment_print *ret_print);

/* Reads the file that is open at `index`, of the recording that is open at `fd`, which begins at
 * that time. False when it is of no use. */
bool segment_index_of(int index, int fd, usec_t begin, struct overview *ret);

#endif
