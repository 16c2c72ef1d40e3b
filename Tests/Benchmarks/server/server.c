// A small HTTP/1.1 server for measuring clients: server PORT_FILE
//
// One thread and epoll, kept connections, no allocation for a request. GET answers 1 KB of JSON, GET /count how many POSTs
// there were, POST two bytes. It listens at a free port of 127.0.0.1, writes it to the file, and ends with a signal.
//
// It believes its clients: heads of up to 16 KB, bodies with a Content-Length, no chunks. Nothing else may reach it.
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD = 16384, BODY = 1024, CONNECTIONS = 4096, EVENTS = 256 };

struct connection {
    size_t have;       // bytes of the head, and what came behind it
    long long skip;    // bytes of a body that are still to come
    bool is_post;      // what is answered when the body has come
    char buffer[HEAD];
};

static struct connection *connections[CONNECTIONS];
static long long posts;
static char page[BODY + 256];
static size_t page_size;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void drop(int descriptor) {
    close(descriptor);
    free(connections[descriptor]);
    connections[descriptor] = NULL;
}

// Answers are far smaller than a socket's buffer, and a client of this server reads one before it asks again.
static bool reply(int descriptor, const char *bytes, size_t count) {
    return send(descriptor, bytes, count, MSG_NOSIGNAL) == (ssize_t)count;
}

static bool answer(int descriptor, bool is_post, bool is_count) {
    if (is_post) {
        static const char done[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        posts++;
        return reply(descriptor, done, sizeof done - 1);
    }
    if (is_count) {
        char text[160], number[32];
        int digits = snprintf(number, sizeof number, "%lld", posts);
        int size = snprintf(text, sizeof text,
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", digits,
                            number);
        return reply(descriptor, text, (size_t)size);
    }
    return reply(descriptor, page, page_size);
}

static long long content_length(const char *head) {
    for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "content-length:", 15) == 0) return atoll(line + 17);
    }
    return 0;
}

// Takes what has come; false where the connection is to be ended.
static bool take(int descriptor, struct connection *connection) {
    for (;;) {
        if (connection->skip > 0) {
            size_t part = connection->have < (size_t)connection->skip ? connection->have : (size_t)connection->skip;
            memmove(connection->buffer, connection->buffer + part, connection->have - part);
            connection->have -= part;
            connection->skip -= (long long)part;
            if (connection->skip > 0) return true;
            if (!answer(descriptor, connection->is_post, false)) return false;
        }
        connection->buffer[connection->have] = 0;
        char *end = strstr(connection->buffer, "\r\n\r\n");
        if (!end) return connection->have < HEAD - 1;
        size_t head = (size_t)(end - connection->buffer) + 4;
        end[2] = 0;
        long long length = content_length(connection->buffer);
        connection->is_post = strncmp(connection->buffer, "POST ", 5) == 0;
        bool is_count = strncmp(connection->buffer, "GET /count ", 11) == 0;
        memmove(connection->buffer, connection->buffer + head, connection->have - head);
        connection->have -= head;
        if (length > 0) {
            connection->skip = length;
        } else if (!answer(descriptor, connection->is_post, is_count)) {
            return false;
        }
    }
}

static void read_from(int descriptor) {
    struct connection *connection = connections[descriptor];
    ssize_t count = recv(descriptor, connection->buffer + connection->have, HEAD - 1 - connection->have, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        drop(descriptor);
        return;
    }
    connection->have += (size_t)count;
    if (!take(descriptor, connection)) drop(descriptor);
}

static int listen_at_free_port(const char *file) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024) ||
        getsockname(listener, (struct sockaddr *)&address, &size))
        die("server: listen");
    FILE *out = fopen(file, "w");
    if (!out || fprintf(out, "%d\n", ntohs(address.sin_port)) < 0 || fclose(out)) die("server: the file for the port");
    return listener;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: server PORT_FILE\n", stderr);
        return 2;
    }
    page_size = (size_t)snprintf(page, sizeof page,
                                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{\"text\":\"",
                                 BODY);
    memset(page + page_size, 'x', BODY - 11);
    page_size += BODY - 11;
    memcpy(page + page_size, "\"}", 2);
    page_size += 2;
    int poller = epoll_create1(0), listener = listen_at_free_port(arguments[1]);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
    if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event)) die("server: epoll");
    for (;;) {
        int ready = epoll_wait(poller, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) die("server: wait");
        for (int index = 0; index < ready; index++) {
            int descriptor = events[index].data.fd;
            if (descriptor != listener) {
                read_from(descriptor);
                continue;
            }
            int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            if (accepted < 0) continue;
            int on = 1;
            setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            event = (struct epoll_event){.events = EPOLLIN, .data.fd = accepted};
            if (accepted >= CONNECTIONS) {
                close(accepted);
                continue;
            }
            connections[accepted] = malloc(sizeof(struct connection));
            if (!connections[accepted] || epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event)) {
                drop(accepted);
                continue;
            }
            connections[accepted]->have = 0;
            connections[accepted]->skip = 0;
        }
    }
}
