// Tells the thread sanitizer what Swift's Mutex orders.
//
// On Linux the uncontended part of Synchronization.Mutex is compiled into its user, where the sanitizer sees the atomic
// operations. The contended part is in the standard library, which is not instrumented: there the sanitizer misses that a
// lock was taken over from another thread, and reports what the lock guards as a race. This library stands in front of the
// contended part and adds what is missed, nothing else. `Tests/run` preloads it.
//
// The names are those of Synchronization._MutexHandle._lockSlow(UInt32), ._tryLockSlow() and ._unlockSlow() in Swift 6.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT_SELF __attribute__((swift_context))

// Only there in a process that runs under the sanitizer.
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) {
        fprintf(stderr, "mutex.c: this Swift has no %s\n", name);
        abort();
    }
    return function;
}

__attribute__((swiftcall)) void lock_slow(uint32_t value, SWIFT_SELF void *mutex) __asm__(LOCK_SLOW);
__attribute__((swiftcall)) bool try_lock_slow(SWIFT_SELF void *mutex) __asm__(TRY_LOCK_SLOW);
__attribute__((swiftcall)) void unlock_slow(SWIFT_SELF void *mutex) __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void lock_slow(uint32_t value, SWIFT_SELF void *mutex) {
    __attribute__((swiftcall)) void (*real)(uint32_t, SWIFT_SELF void *) = next(LOCK_SLOW);
    real(value, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) bool try_lock_slow(SWIFT_SELF void *mutex) {
    __attribute__((swiftcall)) bool (*real)(SWIFT_SELF void *) = next(TRY_LOCK_SLOW);
    bool is_locked = real(mutex);
    if (is_locked && __tsan_acquire) __tsan_acquire(mutex);
    return is_locked;
}

__attribute__((swiftcall)) void unlock_slow(SWIFT_SELF void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
    __attribute__((swiftcall)) void (*real)(SWIFT_SELF void *) = next(UNLOCK_SLOW);
    real(mutex);
}
