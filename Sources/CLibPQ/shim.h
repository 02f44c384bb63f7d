#pragma once
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// prctl is variadic, and pthread_setname_np a GNU extension: neither reaches Swift.
static inline void name_this_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
