#pragma once

#include <zlib.h>

// zlib's own names are macros under some file offset settings, and its file type is a struct whose layout is nobody's
// business: functions over a plain pointer are the same on every platform.

static inline void *czlib_open(const char *path) {
    gzFile file = gzopen(path, "rb");
    if (file != NULL) {
        gzbuffer(file, 128 * 1024);
    }
    return (void *)file;
}

/// The number of bytes read, 0 at the end, -1 after an error.
static inline int czlib_read(void *file, void *buffer, unsigned int length) {
    return gzread((gzFile)file, buffer, length);
}

/// 1 if the file is not compressed and its bytes are passed on as they are.
static inline int czlib_is_direct(void *file) {
    return gzdirect((gzFile)file);
}

/// The code of the last error. An unexpected end of the file is told here, and by close, and nowhere else.
static inline int czlib_error(void *file) {
    int code = Z_OK;
    gzerror((gzFile)file, &code);
    return code;
}

static inline int czlib_close(void *file) {
    return gzclose((gzFile)file);
}
