// SPDX-License-Identifier: MIT
/* Kernels are told apart by a type, here in files that have it or not. */
#include "unit.h"

#include "kernel/bpf_trampoline.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A file of types in which a struct has that name. */
static void write_types(char path[static 32], const char *name)
{
	struct btf *types = btf__new_empty();
	uint32_t size;
	int fd;

	snprintf(path, 32, "/tmp/ng-btf.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_non_null(types);
	assert_true(btf__add_struct(types, name, 8) > 0);
	const void *data = btf__raw_data(types, &size);
	assert_non_null(data);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
	btf__free(types);
}

static void by_a_type(void **state)
{
	char with[32], without[32];

	(void)state;
	write_types(with, "bpf_tramp_image");
	write_types(without, "bpf_trampoline");
	assert_true(bpf_trampolines_are_safe(with));
	assert_false(bpf_trampolines_are_safe(without));
	unlink(with);
	unlink(without);
}

static void without_types_the_loader_says_why(void **state)
{
	(void)state;
	assert_true(bpf_trampolines_are_safe("/nonexistent/btf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_a_type),
		cmocka_unit_test(without_types_the_loader_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
