/* A growable array of any type: VEC(struct net) nets = {0}; vec_push(&nets, net); vec_free(&nets); */
#ifndef VEC_H
#define VEC_H

#include "base/mem.h"

#include <stdlib.h>

#define VEC(type)                                                                                                      \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t count, room;                                                                                            \
    }

/* Makes room for one more; grows by halves, so that n pushes cost O(n). */
#define vec_reserve(v)                                                                                                 \
    ((v)->count < (v)->room ? (void)0                                                                                  \
                            : (void)((v)->room = (v)->room + (v)->room / 2 + 8,                                        \
                                     (v)->at = mem_grow((v)->at, (v)->room * sizeof *(v)->at)))

#define vec_push(v, item) (vec_reserve(v), (void)((v)->at[(v)->count++] = (item)))

#define vec_clear(v) ((void)((v)->count = 0))

#define vec_free(v) (free((v)->at), (void)((v)->at = NULL, (v)->count = (v)->room = 0))

#endif
