// Runs a program and tells what it used: measure FILE PROGRAM [ARGUMENT …]
//
// The kernel counts what a process had before it became another program to that program's peak memory. Started by
// Python, everything would seem to need at least what Python needs; this program needs next to nothing.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count < 3) {
        fputs("usage: measure FILE PROGRAM [ARGUMENT ...]\n", stderr);
        return 2;
    }
    pid_t child = fork();
    if (child < 0) {
        perror("measure: fork");
        return 127;
    }
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        fprintf(stderr, "measure: %s: %s\n", arguments[2], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            perror("measure: wait4");
            return 127;
        }
    }
#ifdef __APPLE__
    long long bytes = usage.ru_maxrss;
#else
    long long bytes = (long long)usage.ru_maxrss * 1024;
#endif
    FILE *file = fopen(arguments[1], "w");
    if (!file) {
        perror("measure: the file for the result");
        return 127;
    }
    fprintf(file, "{\"peakBytes\": %lld, \"userSeconds\": %lld.%06lld, \"systemSeconds\": %lld.%06lld}\n", bytes,
            (long long)usage.ru_utime.tv_sec, (long long)usage.ru_utime.tv_usec, (long long)usage.ru_stime.tv_sec,
            (long long)usage.ru_stime.tv_usec);
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
