#pragma once

#include <sys/types.h>

// Starts a program, looked up in PATH: with these three files (below zero: /dev/null) and no others, no signal blocked or
// ignored. The words begin with its name and end with NULL. A folder of NULL is this process's own.
//
// In C, because a part of what it takes is hidden from Swift by glibc.
//
// Returns 0, or what went wrong, as errno has it.
int spawn_program(pid_t *pid, char *const words[], const char *folder, int input, int output, int errors);
