// SPDX-License-Identifier: MIT
#include "app/demo.h"

#include "base/file.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of the assemblers that there are, each knows .incbin. The path is from where make runs. */
__asm__(".pushsection .rodata\n"
	".globl nethergaze_demo, nethergaze_demo_end\n"
	".hidden nethergaze_demo, nethergaze_demo_end\n"
	"nethergaze_demo:\n"
	".incbin \"demo/incident.ndjson.gz\"\n"
	"nethergaze_demo_end:\n"
	".byte 0\n"
	".popsection\n");

extern const unsigned char nethergaze_demo[], nethergaze_demo_end[];

int demo_open(void)
{
	int fd = memfd_create("nethergaze-demo", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	int err = file_write_all(
		fd, nethergaze_demo, (uintptr_t)nethergaze_demo_end - (uintptr_t)nethergaze_demo);
	if (!err && lseek(fd, 0, SEEK_SET) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}
