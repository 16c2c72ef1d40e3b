// Lets Foundation start processes where very many files are open, as tests do that run side by side.
//
// On Linux `Process.run()` reads /proc/self/fd, and copies of each entry all 256 bytes that a name may have, although
// the C library has room only for those that it has. From about 1,355 open files on, an entry stands so near to the end
// of the library's buffer that the copy goes beyond it, and where nothing is mapped behind it, the process dies of
// SIGSEGV. (Swift 6.3 does; https://github.com/swiftlang/swift-corelibs-foundation/pull/5472 mends it.)
//
// A function of the executable goes before that of a library. This one gives the entry in a place that has room for all
// of it.
#ifdef __linux__
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>

typedef struct dirent *(*reading)(DIR *);

struct dirent *readdir(DIR *directory) {
    static _Atomic(reading) found;
    static _Thread_local struct dirent whole;
    reading next = atomic_load(&found);
    if (!next) {
        next = (reading)dlsym(RTLD_NEXT, "readdir");
        atomic_store(&found, next);
    }
    struct dirent *entry = next(directory);
    if (!entry) return entry;
    memcpy(&whole, entry, entry->d_reclen < sizeof whole ? entry->d_reclen : sizeof whole);
    return &whole;
}
#endif
