/* Private to dns: sends questions, and judges what comes back for each attempt. */
#ifndef ATTEMPTS_H
#define ATTEMPTS_H

#include "dns/server.h"

/* Sends what waits for the server, as far as its window, its pace and a question that must be in flight alone allow. */
void attempts_send(struct server *);

#endif
