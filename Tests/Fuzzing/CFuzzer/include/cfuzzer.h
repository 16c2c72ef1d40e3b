#pragma once

#include <stddef.h>
#include <stdint.h>

// libFuzzer as a library: it makes inputs and calls back with each of them, until its arguments say that it is enough.
// https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*check)(const uint8_t *bytes, size_t count));
