#pragma once

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#else
#include <sys/event.h>
#include <sys/time.h>
#endif

// Waits for the sockets of a multi handle, and can be woken. Unlike curl_multi_poll it leaves the handle to others meanwhile:
// the kernel holds the list of the sockets (epoll, or kqueue where there is none), so it may be changed under who waits.

typedef struct {
    int queue;
    // What wakes; kqueue has that built in.
    int bell;
} ccurl_poller;

// A socket that is ready, and for what: bits of CURL_CSELECT_*.
typedef struct {
    curl_socket_t socket;
    int what;
} ccurl_ready;

enum { CCURL_POLLER_ROOM = 128 };

static inline void ccurl_poller_close(ccurl_poller poller) {
    if (poller.bell >= 0) close(poller.bell);
    if (poller.queue >= 0) close(poller.queue);
}

#ifdef __linux__

static inline bool ccurl_poller_open(ccurl_poller *poller) {
    poller->queue = epoll_create1(EPOLL_CLOEXEC);
    poller->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // By its edge, so that nobody has to read it.
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.fd = poller->bell}};
    if (poller->queue >= 0 && poller->bell >= 0 &&
        epoll_ctl(poller->queue, EPOLL_CTL_ADD, poller->bell, &event) == 0)
        return true;
    ccurl_poller_close(*poller);
    return false;
}

static inline void ccurl_poller_wake(ccurl_poller poller) {
    uint64_t one = 1;
    while (write(poller.bell, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

// Returns how many sockets are ready, none when it was woken or the time is over.
static inline int ccurl_poller_wait(ccurl_poller poller, ccurl_ready *ready, int milliseconds) {
    struct epoll_event events[CCURL_POLLER_ROOM];
    int count = epoll_wait(poller.queue, events, CCURL_POLLER_ROOM, milliseconds), sockets = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == poller.bell) continue;
        uint32_t found = events[i].events;
        ready[sockets].socket = events[i].data.fd;
        ready[sockets].what = (found & (EPOLLIN | EPOLLHUP | EPOLLERR) ? CURL_CSELECT_IN : 0) |
                              (found & (EPOLLOUT | EPOLLERR) ? CURL_CSELECT_OUT : 0) |
                              (found & EPOLLERR ? CURL_CSELECT_ERR : 0);
        sockets++;
    }
    return sockets;
}

static inline int ccurl_poller_watch(int queue, curl_socket_t socket, int what) {
    struct epoll_event event = {
        .events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u), .data = {.fd = socket}};
    if (what == CURL_POLL_REMOVE) {
        // A socket that was closed is gone already.
        epoll_ctl(queue, EPOLL_CTL_DEL, socket, &event);
        return 0;
    }
    if (epoll_ctl(queue, EPOLL_CTL_ADD, socket, &event) == 0) return 0;
    return errno == EEXIST ? epoll_ctl(queue, EPOLL_CTL_MOD, socket, &event) : -1;
}

#else

static inline bool ccurl_poller_open(ccurl_poller *poller) {
    poller->queue = kqueue();
    poller->bell = -1;
    struct kevent event;
    EV_SET(&event, 0, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0, NULL);
    if (poller->queue >= 0 && kevent(poller->queue, &event, 1, NULL, 0, NULL) == 0) return true;
    ccurl_poller_close(*poller);
    return false;
}

static inline void ccurl_poller_wake(ccurl_poller poller) {
    struct kevent event;
    EV_SET(&event, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, NULL);
    kevent(poller.queue, &event, 1, NULL, 0, NULL);
}

static inline int ccurl_poller_wait(ccurl_poller poller, ccurl_ready *ready, int milliseconds) {
    struct kevent events[CCURL_POLLER_ROOM];
    struct timespec limit = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    int count = kevent(poller.queue, NULL, 0, events, CCURL_POLLER_ROOM, &limit), sockets = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].filter == EVFILT_USER) continue;
        ready[sockets].socket = (curl_socket_t)events[i].ident;
        ready[sockets].what = events[i].filter == EVFILT_READ ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
        sockets++;
    }
    return sockets;
}

static inline int ccurl_poller_watch(int queue, curl_socket_t socket, int what) {
    struct kevent changes[2];
    EV_SET(&changes[0], socket, EVFILT_READ, what & CURL_POLL_IN ? EV_ADD : EV_DELETE, 0, 0, NULL);
    EV_SET(&changes[1], socket, EVFILT_WRITE, what & CURL_POLL_OUT ? EV_ADD : EV_DELETE, 0, 0, NULL);
    bool is_removal = what == CURL_POLL_REMOVE;
    for (int i = 0; i < 2; i++) {
        // What was not watched, or was closed, need not be taken away.
        bool is_wanted = !is_removal && changes[i].flags == EV_ADD;
        if (kevent(queue, &changes[i], 1, NULL, 0, NULL) != 0 && is_wanted) return -1;
    }
    return 0;
}

#endif

static inline int ccurl_poller_on_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *known) {
    (void)easy;
    (void)known;
    return ccurl_poller_watch((int)(intptr_t)context, socket, what);
}

// Lets a multi handle tell the poller which sockets it waits for.
static inline void ccurl_multi_set_poller(CURLM *multi, ccurl_poller poller) {
    (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, (void *)(intptr_t)poller.queue);
    (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, ccurl_poller_on_socket);
}
