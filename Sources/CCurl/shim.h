#pragma once

#include "poller.h"
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

// Swift imports no variadic functions: one function for each type of value that an option takes.

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, long long value) {
    return (curl_easy_setopt)(handle, option, (curl_off_t)value);
}

// Lets the end of a transfer not wait for the look-up of its name, which may take many seconds and would keep all others of the
// multi handle waiting; libcurl could not before 7.87.
static inline CURLcode ccurl_leave_lookups(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return (curl_easy_setopt)(handle, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)handle;
    return CURLE_OK;
#endif
}

// libcurl copies the text.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

// The list belongs to the caller, who keeps it until the transfer is over.
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(handle, option, value);
}

// libcurl copies the bytes, until they are replaced.
static inline CURLcode ccurl_set_body(CURL *handle, const void *bytes, size_t count) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code != CURLE_OK) return code;
    return count == 0 ? (curl_easy_setopt)(handle, CURLOPT_POSTFIELDS, "")
                      : (curl_easy_setopt)(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

// The caller keeps the bytes as long as the handle lives.
static inline CURLcode ccurl_set_authorities(CURL *handle, void *bytes, size_t count) {
    struct curl_blob blob = {bytes, count, CURL_BLOB_NOCOPY};
    return (curl_easy_setopt)(handle, CURLOPT_CAINFO_BLOB, &blob);
}

typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_receiver(CURL *handle, CURLoption option, ccurl_receiver receiver) {
    return (curl_easy_setopt)(handle, option, receiver);
}

typedef int (*ccurl_start)(void *context, char *remote, char *local, int remote_port, int local_port);

static inline CURLcode ccurl_set_start(CURL *handle, ccurl_start start) {
    return (curl_easy_setopt)(handle, CURLOPT_PREREQFUNCTION, start);
}

static inline long ccurl_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : 0;
}

static inline long long ccurl_size(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? value : 0;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

// The age to ask by is a macro, which Swift does not import.
static inline curl_version_info_data *ccurl_version(void) { return curl_version_info(CURLVERSION_NOW); }

// What was set as CURLOPT_PRIVATE at the next transfer that is over, or NULL.
static inline void *ccurl_next_ended(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        void *context = (void *)0;
        *result = message->data.result;
        if ((curl_easy_getinfo)(message->easy_handle, CURLINFO_PRIVATE, &context) == CURLE_OK) return context;
    }
    return (void *)0;
}

// TLS may write to a closed connection without the flag that keeps SIGPIPE away. On a thread that belongs to others it is held
// back while libcurl is at work, and taken away when it came meanwhile. Where a socket can be told to raise none, libcurl does.

typedef struct {
    sigset_t before;
    // One that waits already is not libcurl's.
    bool waits;
} ccurl_pipe_mask;

#ifdef __linux__

static inline bool ccurl_pipe_signal_waits(void) {
    sigset_t waiting;
    return sigpending(&waiting) == 0 && sigismember(&waiting, SIGPIPE) == 1;
}

static inline void ccurl_hold_pipe_signal(ccurl_pipe_mask *mask) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &mask->before);
    mask->waits = sigismember(&mask->before, SIGPIPE) == 1 && ccurl_pipe_signal_waits();
}

static inline void ccurl_release_pipe_signal(const ccurl_pipe_mask *mask) {
    if (!mask->waits) {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &mask->before, NULL);
}

#else

static inline void ccurl_hold_pipe_signal(ccurl_pipe_mask *mask) { (void)mask; }

static inline void ccurl_release_pipe_signal(const ccurl_pipe_mask *mask) { (void)mask; }

#endif
