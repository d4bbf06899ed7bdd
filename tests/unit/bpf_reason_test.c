// SPDX-License-Identifier: MIT
#include "unit.h"

#include "kernel/bpf_load.h"
#include "kernel/bpf_reason.h"

#include <errno.h>

static const struct bpf_host fit = {
	.may_bpf = true, .has_btf = true, .unprivileged_disabled = 2, .lockdown = "none"};

static void expect(const struct bpf_host *host, int err, const char *log, const char *part)
{
	struct reason reason;

	bpf_reason(host, err, str_of(log), &reason);
	if (!strstr(reason.text, part))
		fail_msg("\"%s\" does not say \"%s\"", reason.text, part);
}

static void expect_not(const struct bpf_host *host, int err, const char *log, const char *part)
{
	struct reason reason;

	bpf_reason(host, err, str_of(log), &reason);
	assert_null(strstr(reason.text, part));
}

/* As libbpf prints it; the helper's number is what a locked-down kernel objects to. */
static const char verifier_log[] =
	"libbpf: prog 'on_set_state': BPF program load failed: Invalid argument\n"
	"libbpf: prog 'on_set_state': -- BEGIN PROG LOAD LOG --\n"
	"0: R1=ctx() R10=fp0\n"
	"50: (85) call bpf_probe_read_kernel#113\n"
	"unknown func bpf_probe_read_kernel#113\n"
	"processed 51 insns (limit 1000000) max_states_per_insn 0 total_states 4\n"
	"-- END PROG LOAD LOG --\n"
	"libbpf: prog 'on_set_state': failed to load: -22\n"
	"libbpf: failed to load object 'transitions_bpf'\n";

static void causes(void **state)
{
	struct bpf_host host = fit;

	(void)state;
	expect(&host, -ENOSYS, "", "without bpf(2)");
	expect(&host, -EPERM, "", "security module");
	expect(&host, -ESRCH, "", "no such function");
	host.is_filtered = true;
	expect(&host, -EPERM, "", "seccomp");
	host.is_filtered = false;
	expect(&host, -ENOMEM, "", "Cannot allocate memory");
	expect(&host, -EINVAL, verifier_log, "unknown func bpf_probe_read_kernel#113");

	strcpy(host.lockdown, "confidentiality");
	expect(&host, -EINVAL, verifier_log, "lockdown=confidentiality");
	expect(&host, -EINVAL, verifier_log, "unknown func");
	expect(&host, -EPERM, "", "lockdown=confidentiality");
	strcpy(host.lockdown, "integrity");
	expect(&host, -EPERM, "", "lockdown=integrity");
	expect(&host, -EPERM, "", "security module");
	expect(&host, -ENOMEM, "", "Cannot allocate memory");
	expect_not(&host, -ENOMEM, "", "lockdown");
	expect(&host, BPF_LOAD_UNSAFE, "", "e21aa341785c");

	host = fit;
	host.has_btf = false;
	expect(&host, -ESRCH, "", "/sys/kernel/btf/vmlinux is missing");

	host.may_bpf = false;
	expect(&host, -EPERM, "", "CAP_BPF");
	expect(&host, -EPERM, "", "kernel.unprivileged_bpf_disabled");
	host.unprivileged_disabled = -1;
	expect(&host, -EACCES, "", "needs root");
}

static void verifier_words(void **state)
{
	(void)state;
	assert_str(
		bpf_verifier_word(str_of(verifier_log)), "unknown func bpf_probe_read_kernel#113");
	assert_null(bpf_verifier_word(str_of("")).p);
	assert_null(bpf_verifier_word(str_of("libbpf: Error in finding vmlinux BTF\n")).p);
	assert_null(bpf_verifier_word(str_of("-- BEGIN PROG LOAD LOG --\n"
					     "processed 0 insns\n-- END PROG LOAD LOG --\n"))
			    .p);
}

static void lockdown_words(void **state)
{
	(void)state;
	assert_str(bpf_lockdown_word(STR_LIT("none [integrity] confidentiality\n")), "integrity");
	assert_str(bpf_lockdown_word(STR_LIT("[none] integrity confidentiality\n")), "none");
	assert_null(bpf_lockdown_word(STR_LIT("none")).p);
	assert_null(bpf_lockdown_word(STR_LIT("[none")).p);
	assert_null(bpf_lockdown_word(STR_ABSENT).p);
}

static void a_hostile_log_is_cleaned_and_cut(void **state)
{
	char log[2048] = "-- BEGIN PROG LOAD LOG --\n\x1b[2J";
	struct reason reason;
	size_t n = strlen(log);

	(void)state;
	memset(log + n, 'x', 1500);
	strcpy(log + n + 1500, "\n-- END PROG LOAD LOG --\n");
	bpf_reason(&fit, -EINVAL, str_of(log), &reason);
	assert_null(strchr(reason.text, '\x1b'));
	assert_in_range(strlen(reason.text), 20, REASON_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes),
		cmocka_unit_test(verifier_words),
		cmocka_unit_test(lockdown_words),
		cmocka_unit_test(a_hostile_log_is_cleaned_and_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
