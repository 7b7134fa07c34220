#include "dns/resolver.h"

#include "base/clock.h"
#include "base/hashtable.h"
#include "base/queue.h"
#include "base/vec.h"
#include "dns/answer_cache.h"

/* Newer versions warn of functions that the oldest supported version (2021) cannot do without. */
#define CARES_NO_DEPRECATED

#include <ares.h>
#include <arpa/nameser.h>
#include <assert.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* c-ares carries packets, one try at a time: it opens sockets, makes ids, matches answers to questions and keeps the
 * time. This file decides which server to ask when, and what an answer is worth.
 *
 * A question is in one queue at a time: asked -> waiting at a server -> in flight there, perhaps back to waiting; then
 * it is delivered and freed. resolver_ask neither sends nor calls back: it sets the timer `work`, whose turn does both.
 * The callbacks of c-ares send nothing either, so that the window bounds the work of one reading of a socket.
 *
 * Each server has two channels: UDP, which passes truncated answers on as they are, and TCP for those. They are apart
 * because c-ares fails every UDP question to a server, too, when its TCP connection is refused. */

enum {
    RECEIVE_BUFFER = 1 << 20,
    TRUNCATED = 0x02, /* in the third byte of a packet */
    SHUNNED_MS = 30000,
    SLACK_US = 10000, /* lateness that a paced server may catch up with */
};

enum { UDP, TCP, CHANNELS };

struct waiter {
    resolver_done *done; /* NULL when the asker went away */
    void *arg;
};

struct question {
    struct queue_link link;
    struct hashtable_entry entry; /* in resolver.under_way, if `under_way` */
    bool under_way;
    VEC(struct waiter) waiters;
    struct resolver *resolver;
    struct server *server; /* at which it waits or is in flight */
    int64_t sent_us;
    int64_t until_us; /* end of this try, 0 = not begun */
    unsigned flags;   /* enum resolver_flags */
    unsigned packets;
    uint8_t failed[RESOLVER_SERVERS]; /* tries without a useful answer, by server */
    bool tcp;
    bool doubted;       /* met FORMERR and was asked again without EDNS */
    bool suspect;       /* was in flight when junk came, and must be in flight alone next time */
    struct answer last; /* delivered if no better answer comes */
    size_t key_count;
    uint8_t key[]; /* the type, then the name: lower case, without the final dot, NUL-terminated */
};

struct socket {
    int fd;
    short events;
};

struct channel {
    struct resolver *resolver;
    const struct endpoint *endpoint;
    ares_channel ares; /* NULL until needed */
    VEC(struct socket) sockets;
    struct timer timeout;
    size_t in_flight;
    bool tcp;
    bool spoilt; /* must be opened anew as soon as nothing is in flight */
};

struct server {
    struct channel channels[CHANNELS];
    struct queue waiting, in_flight;
    int64_t answered_us;      /* time of the last answer; 0 = none yet */
    int64_t shunned_until_ms; /* 0 = not shunned */
    int64_t next_us;          /* when a paced server may be asked again */
};

struct resolver {
    struct loop *loop;
    struct resolver_options options;
    struct server servers[RESOLVER_SERVERS];
    struct queue asked;
    struct question *delivered; /* whose waiters are being called */
    struct hashtable under_way;
    struct answer_cache *cache;
    struct timer work;
    struct resolver_counts counts;
    bool closing;
    struct answer_room room;
};

static struct question *
first_of(const struct queue *queue)
{
    struct queue_link *link = queue_first(queue);
    return link ? mem_container(link, struct question, link) : NULL;
}

/* Lets `work` run at `due_ms` at the latest; 0 is at once, because the loop takes a time in the past for now. */
static void
schedule(struct resolver *r, int64_t due_ms)
{
    if (!loop_timer_is_set(&r->work) || due_ms < r->work.due_ms)
        loop_timer_set(r->loop, &r->work, due_ms);
}

/* ---- a question and its waiters ---- */

static struct question *
new_question(struct resolver *r, const char *name, enum record_type type, unsigned flags)
{
    size_t count = strlen(name);
    struct question *q = mem_alloc(sizeof *q + count + 2);
    *q = (struct question){.resolver = r, .flags = flags, .last = {.outcome = OUTCOME_TIMEOUT, .rcode = -1}};
    if (count > 1 && name[count - 1] == '.' && name[count - 2] != '\\')
        count--;
    q->key[0] = (uint8_t)type;
    for (size_t i = 0; i < count; i++)
        q->key[1 + i] = (uint8_t)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    q->key[1 + count] = '\0';
    q->key_count = 1 + count;
    return q;
}

/* The question must be in no queue any more. */
static void
free_question(struct question *q)
{
    if (q->under_way)
        hashtable_remove(&q->resolver->under_way, &q->entry);
    vec_free(&q->waiters);
    free(q);
}

static bool
is_wanted(const struct question *q)
{
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].done)
            return true;
    return false;
}

static void
leave(struct question *q, const void *arg)
{
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].arg == arg)
            q->waiters.at[i].done = NULL;
}

/* Calls the waiters and frees the question. A waiter may ask again and may make others leave. */
static void
deliver(struct question *q, const struct answer *answer)
{
    struct resolver *r = q->resolver;
    if (q->under_way)
        hashtable_remove(&r->under_way, &q->entry);
    q->under_way = false;
    r->delivered = q;
    for (size_t i = 0; i < q->waiters.count; i++)
        if (q->waiters.at[i].done)
            q->waiters.at[i].done(q->waiters.at[i].arg, answer);
    r->delivered = NULL;
    free_question(q);
}

/* Whether any server answered, be it with SERVFAIL. */
static bool
has_answer(const struct question *q)
{
    return q->last.server.addr.family != ADDR_NONE;
}

/* Remembers and delivers the answer; NULL: there is none, or that of a failing server. */
static void
conclude(struct question *q, struct answer *answer)
{
    if (!answer && !has_answer(q)) {
        q->last.rtt_us = -1;
        q->last.at_ms = clock_wall_ms();
    }
    if (!answer)
        answer = &q->last;
    answer->tries = q->packets;
    if (!(q->flags & RESOLVER_FORGET))
        answer_cache_add(q->resolver->cache, q->key, q->key_count, answer, clock_now_ms());
    deliver(q, answer);
}

/* ---- which server next ---- */

/* Appends the question to the server's queue. A shunned server whose time is up gets one question as a test; the others
 * do not follow before its answer. */
static void
await(struct question *q, struct server *s)
{
    if (s->shunned_until_ms)
        s->shunned_until_ms = clock_now_ms() + SHUNNED_MS;
    q->server = s;
    queue_add(&s->waiting, &q->link);
    schedule(q->resolver, 0);
}

/* Sends the question to the first server with the fewest failed tries at it, shunned servers last among equals; ends it
 * when all had their tries. */
static void
route(struct question *q)
{
    struct resolver *r = q->resolver;
    struct server *best = NULL;
    unsigned best_rank = 0;
    q->tcp = q->doubted = q->suspect = false;
    q->until_us = 0;
    if (!is_wanted(q)) {
        free_question(q);
        return;
    }
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        unsigned rank = 2 * q->failed[i] + (clock_now_ms() < s->shunned_until_ms);
        if (q->failed[i] < r->options.tries && (!best || rank < best_rank)) {
            best = s;
            best_rank = rank;
        }
    }
    if (best)
        await(q, best);
    else
        conclude(q, NULL);
}

/* Shuns a server that has answered nothing since the question was sent, and routes what waits for it anew when that
 * begins. Each of these questions finds a server, if only the same one, so that no waiter is called here. */
static void
shun(struct server *s, const struct question *q)
{
    struct queue stranded;
    if (s->answered_us > q->sent_us)
        return;
    bool is_new = s->shunned_until_ms == 0;
    s->shunned_until_ms = clock_now_ms() + SHUNNED_MS;
    if (!is_new)
        return;
    queue_init(&stranded);
    queue_move(&stranded, &s->waiting);
    for (struct question *next; (next = first_of(&stranded));) {
        queue_remove(&stranded, &next->link);
        route(next);
    }
}

/* ---- answers ---- */

static void
receive(struct question *q, const uint8_t *packet, size_t count)
{
    struct resolver *r = q->resolver;
    struct server *s = q->server;
    int64_t now_us = clock_now_us(), *rtt_us = &r->counts.rtt_us;
    struct answer answer = {.rtt_us = now_us - q->sent_us, .tcp = q->tcp, .server = *s->channels[UDP].endpoint};

    s->answered_us = now_us;
    s->shunned_until_ms = 0;
    r->counts.answered++;
    *rtt_us = *rtt_us < 0 ? answer.rtt_us : *rtt_us + (answer.rtt_us - *rtt_us) / 8; /* RFC 6298 section 2 */
    if (!q->tcp && count > 2 && packet[2] & TRUNCATED) {
        q->tcp = true;
        q->until_us = 0;
        await(q, s);
        return;
    }
    answer.at_ms = clock_wall_ms();
    answer_parse(packet, count, (enum record_type)q->key[0], &r->room, &answer);
    if (answer.outcome == OUTCOME_FORMERR && !q->tcp) {
        /* The server may not know EDNS, which c-ares 1.18 then switches off for the whole channel. So the question is
         * sent once more; if EDNS was not the reason, the channel must be opened anew to have it back. */
        s->channels[UDP].spoilt |= q->doubted;
        if (!q->doubted) {
            q->doubted = true;
            await(q, s);
            return;
        }
    }
    if (answer.outcome == OUTCOME_SERVFAIL || answer.outcome == OUTCOME_REFUSED ||
        answer.outcome == OUTCOME_MALFORMED || answer.rcode == ns_r_notimpl) {
        q->last = answer;
        q->failed[s - r->servers] = (uint8_t)r->options.tries;
        route(q);
    } else {
        conclude(q, &answer);
    }
}

static enum outcome
outcome_of_status(int status)
{
    switch (status) {
    case ARES_ETIMEOUT:
        return OUTCOME_TIMEOUT;
    case ARES_EBADRESP:
        return OUTCOME_MALFORMED;
    case ARES_EBADNAME: /* a name that cannot be asked for; nothing was sent */
    case ARES_ENOTFOUND:
        return OUTCOME_FORMERR;
    default:
        return OUTCOME_UNREACHABLE;
    }
}

/* Handles a try that brought no packet. */
static void
miss(struct question *q, enum outcome outcome)
{
    struct resolver *r = q->resolver;
    struct server *s = q->server;
    if (outcome == OUTCOME_FORMERR) {
        q->last.outcome = outcome;
        q->packets--;
        r->counts.sent--;
        conclude(q, NULL);
        return;
    }
    r->counts.timeouts += outcome == OUTCOME_TIMEOUT;
    /* Later versions of c-ares shorten the time as they see fit, and junk from a server fails everything in flight
     * towards it. */
    if ((outcome == OUTCOME_TIMEOUT && clock_now_us() < q->until_us) || (outcome == OUTCOME_MALFORMED && !q->suspect)) {
        q->suspect = outcome == OUTCOME_MALFORMED;
        await(q, s);
        return;
    }
    if (!has_answer(q)) {
        q->last.outcome = outcome;
        q->last.tcp = q->tcp;
    }
    q->failed[s - r->servers]++;
    if (!q->tcp && outcome != OUTCOME_MALFORMED)
        shun(s, q);
    route(q);
}

static void
on_answer(void *arg, int status, int timeouts, unsigned char *packet, int count)
{
    (void)timeouts;
    struct question *q = arg;
    struct resolver *r = q->resolver;
    queue_remove(&q->server->in_flight, &q->link);
    q->server->channels[q->tcp].in_flight--;
    schedule(r, 0);
    if (r->closing)
        queue_add(&r->asked, &q->link);
    else if (packet)
        receive(q, packet, (size_t)count);
    else
        miss(q, outcome_of_status(status));
}

/* ---- channels ---- */

static void
on_ready(void *arg, int fd, short revents)
{
    struct channel *c = arg;
    ares_process_fd(c->ares, revents & ~POLLOUT ? fd : ARES_SOCKET_BAD, revents & POLLOUT ? fd : ARES_SOCKET_BAD);
    schedule(c->resolver, 0);
}

static void
on_timeout(void *arg)
{
    on_ready(arg, ARES_SOCKET_BAD, 0);
}

static void
on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct channel *c = arg;
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    size_t place = 0;
    while (place < c->sockets.count && c->sockets.at[place].fd != fd)
        place++;
    if (place == c->sockets.count)
        vec_push(&c->sockets, (struct socket){.fd = fd});
    c->sockets.at[place].events = events;
    if (!events)
        c->sockets.at[place] = c->sockets.at[--c->sockets.count];
    loop_watch(c->resolver->loop, fd, events, on_ready, c);
}

/* Watches the sockets of a channel, and sets its timer, only while questions are in flight, so that an idle channel
 * causes no wake-ups. The timer fires when the oldest question needs it, or earlier: finding the earliest after each
 * answer would cost more. */
static void
watch_channel(struct channel *c)
{
    struct loop *loop = c->resolver->loop;
    for (size_t i = 0; i < c->sockets.count; i++)
        loop_watch(loop, c->sockets.at[i].fd, c->in_flight ? c->sockets.at[i].events : 0, on_ready, c);
    if (c->in_flight == 0) {
        loop_timer_clear(loop, &c->timeout);
    } else if (!loop_timer_is_set(&c->timeout)) {
        struct timeval wait;
        if (ares_timeout(c->ares, NULL, &wait))
            loop_timer_set(loop, &c->timeout, clock_now_ms() + wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1);
    }
}

static void
close_channel(struct channel *c)
{
    if (c->ares)
        ares_destroy(c->ares);
    c->ares = NULL;
    c->spoilt = false;
    loop_timer_clear(c->resolver->loop, &c->timeout);
    vec_free(&c->sockets);
}

/* Reads none of the system's resolver configuration, because a question with a server and an absolute name needs none.
 * NOCHECKRESP: otherwise SERVFAIL, NOTIMP and REFUSED would all look like an unreachable server. */
static void
open_channel(struct channel *c)
{
    struct ares_options options = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_EDNS |
                 (c->tcp ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC | ARES_FLAG_STAYOPEN),
        .timeout = (int)c->resolver->options.timeout_ms,
        .tries = 1,
        .lookups = (char[]){"b"},
        .resolvconf_path = (char[]){"/dev/null"},
        .socket_receive_buffer_size = RECEIVE_BUFFER,
        .sock_state_cb = on_socket,
        .sock_state_cb_data = c,
        .ednspsz = RESOLVER_EDNS_BYTES,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF |
               ARES_OPT_DOMAINS | ARES_OPT_SOCK_RCVBUF | ARES_OPT_SOCK_STATE_CB | ARES_OPT_EDNSPSZ;
#ifdef ARES_OPT_QUERY_CACHE
    mask |= ARES_OPT_QUERY_CACHE; /* with a longest TTL of 0, because answer_cache remembers */
#endif
    if (ares_init_options(&c->ares, &options, mask) != ARES_SUCCESS) {
        c->ares = NULL;
        return;
    }
    struct ares_addr_port_node node = {.udp_port = c->endpoint->port, .tcp_port = c->endpoint->port};
    bool v4 = c->endpoint->addr.family == ADDR_V4;
    node.family = v4 ? AF_INET : AF_INET6;
    memcpy(&node.addr, c->endpoint->addr.bytes, v4 ? sizeof node.addr.addr4 : sizeof node.addr.addr6);
    ares_set_servers_ports(c->ares, &node);
}

/* ---- sending ---- */

/* Whether window and pace let the server's next question go now. A question that must be in flight alone, or a channel
 * to be opened anew, waits until nothing is in flight. */
static bool
may_send(struct resolver *r, struct server *s)
{
    const struct question *next = first_of(&s->waiting), *oldest = first_of(&s->in_flight);
    if (!next || s->in_flight.count >= r->options.window ||
        (oldest && (oldest->suspect || next->suspect || s->channels[UDP].spoilt)))
        return false;
    if (r->options.per_second == 0)
        return true;
    int64_t now_us = clock_now_us();
    if (s->next_us > now_us) {
        schedule(r, s->next_us / 1000 + 1);
        return false;
    }
    if (s->next_us < now_us - SLACK_US)
        s->next_us = now_us - SLACK_US;
    s->next_us += 1000000 / r->options.per_second;
    return true;
}

static void
send_question(struct question *q)
{
    struct resolver *r = q->resolver;
    struct server *s = q->server;
    struct channel *c = &s->channels[q->tcp];
    if (c->spoilt)
        close_channel(c);
    if (!c->ares)
        open_channel(c);
    queue_remove(&s->waiting, &q->link);
    queue_add(&s->in_flight, &q->link);
    c->in_flight++;
    q->packets++;
    r->counts.sent++;
    q->sent_us = clock_now_us();
    if (q->until_us == 0)
        q->until_us = q->sent_us + r->options.timeout_ms * 1000;
    if (c->ares)
        ares_query(c->ares, (const char *)q->key + 1, ns_c_in, q->key[0], on_answer, q);
    else
        on_answer(q, ARES_ENOMEM, 0, NULL, 0);
}

/* Takes a question's first step: answers it from the cache, joins it to an equal one under way, or routes it. */
static void
begin(struct question *q)
{
    struct resolver *r = q->resolver;
    const struct answer *known = NULL;
    struct hashtable_entry *same = NULL;
    if (!(q->flags & RESOLVER_FORGET)) {
        same = hashtable_find(&r->under_way, q->key, q->key_count);
        if (!(q->flags & RESOLVER_FRESH))
            known = answer_cache_find(r->cache, q->key, q->key_count, clock_now_ms());
        r->counts.remembered += known || same;
    }
    if (known) {
        deliver(q, known);
    } else if (same) {
        vec_push(&mem_container(same, struct question, entry)->waiters, q->waiters.at[0]);
        free_question(q);
    } else {
        q->under_way = !(q->flags & RESOLVER_FORGET);
        q->entry = (struct hashtable_entry){.key = q->key, .key_count = q->key_count};
        if (q->under_way)
            hashtable_add(&r->under_way, &q->entry);
        route(q);
    }
}

/* Begins the questions asked before this turn, leaving those that callbacks add to the next one, and sends. */
static void
work(void *arg)
{
    struct resolver *r = arg;
    for (size_t left = r->asked.count; left > 0 && r->asked.count > 0; left--) {
        struct question *q = first_of(&r->asked);
        queue_remove(&r->asked, &q->link);
        begin(q);
    }
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        while (may_send(r, s))
            send_question(first_of(&s->waiting));
        for (int c = 0; c < CHANNELS; c++)
            watch_channel(&s->channels[c]);
    }
}

void
resolver_ask(struct resolver *r, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    struct question *q = new_question(r, name, type, flags);
    vec_push(&q->waiters, ((struct waiter){done, arg}));
    queue_add(&r->asked, &q->link);
    r->counts.asked++;
    schedule(r, 0);
}

static void
forget_in(struct queue *queue, const void *arg)
{
    for (struct queue_link *link = queue_first(queue), *next; link; link = next) {
        struct question *q = mem_container(link, struct question, link);
        next = queue_next(queue, link);
        leave(q, arg);
        if (!is_wanted(q)) {
            queue_remove(queue, link);
            free_question(q);
        }
    }
}

void
resolver_forget(struct resolver *r, const void *arg)
{
    forget_in(&r->asked, arg);
    if (r->delivered)
        leave(r->delivered, arg);
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        forget_in(&s->waiting, arg);
        for (struct queue_link *link = queue_first(&s->in_flight); link; link = queue_next(&s->in_flight, link))
            leave(mem_container(link, struct question, link), arg);
    }
}

/* ---- from beginning to end ---- */

/* Fills in the servers that the system's configuration names. Returns false when there are none. */
static bool
read_system_servers(struct resolver_options *options)
{
    ares_channel ares;
    struct ares_addr_port_node *nodes = NULL;
    if (ares_init(&ares) != ARES_SUCCESS)
        return false;
    ares_get_servers_ports(ares, &nodes);
    for (const struct ares_addr_port_node *node = nodes; node && options->server_count < RESOLVER_SERVERS;
         node = node->next) {
        struct endpoint *endpoint = &options->servers[options->server_count++];
        bool v4 = node->family == AF_INET;
        *endpoint = (struct endpoint){.port = node->udp_port > 0 ? (uint16_t)node->udp_port : NS_DEFAULTPORT};
        endpoint->addr.family = v4 ? ADDR_V4 : ADDR_V6;
        memcpy(endpoint->addr.bytes, &node->addr, v4 ? sizeof node->addr.addr4 : sizeof node->addr.addr6);
    }
    if (nodes)
        ares_free_data(nodes);
    ares_destroy(ares);
    return options->server_count > 0;
}

struct resolver *
resolver_new(struct loop *loop, const struct resolver_options *options, struct fault *fault)
{
    struct resolver_options all = *options, usual;
    resolver_options_default(&usual);
    if (all.window == 0)
        all.window = usual.window;
    if (all.tries == 0 || all.tries > UINT8_MAX)
        all.tries = usual.tries;
    if (all.timeout_ms <= 0 || all.timeout_ms > INT_MAX)
        all.timeout_ms = usual.timeout_ms;
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS || (!all.server_count && !read_system_servers(&all))) {
        fault_set(fault, "no DNS resolver found: /etc/resolv.conf cannot be read or names none; name one with "
                         "--resolver ADDRESS");
        return NULL;
    }
    struct resolver *r = mem_zero(sizeof *r);
    r->loop = loop;
    r->options = all;
    r->work = (struct timer){.fire = work, .arg = r};
    r->counts.rtt_us = -1;
    r->cache = answer_cache_new(all.answer_cache);
    queue_init(&r->asked);
    for (size_t i = 0; i < all.server_count; i++) {
        struct server *s = &r->servers[i];
        queue_init(&s->waiting);
        queue_init(&s->in_flight);
        for (int c = 0; c < CHANNELS; c++)
            s->channels[c] = (struct channel){.resolver = r,
                                              .endpoint = &r->options.servers[i],
                                              .tcp = c == TCP,
                                              .timeout = {.fire = on_timeout, .arg = &s->channels[c]}};
    }
    return r;
}

void
resolver_free(struct resolver *r)
{
    if (!r)
        return;
    assert(!r->delivered);
    r->closing = true; /* closing a channel moves what is in flight back into `asked` */
    for (size_t i = 0; i < r->options.server_count; i++) {
        for (int c = 0; c < CHANNELS; c++)
            close_channel(&r->servers[i].channels[c]);
        queue_move(&r->asked, &r->servers[i].waiting);
    }
    for (struct question *q; (q = first_of(&r->asked));) { /* callbacks may add questions */
        struct answer answer = {.outcome = OUTCOME_CANCELLED, .rcode = -1, .rtt_us = -1, .tries = q->packets};
        answer.at_ms = clock_wall_ms();
        queue_remove(&r->asked, &q->link);
        deliver(q, &answer);
    }
    loop_timer_clear(r->loop, &r->work);
    hashtable_free(&r->under_way);
    answer_cache_free(r->cache);
    free(r);
    ares_library_cleanup();
}

void
resolver_counts(const struct resolver *r, struct resolver_counts *out)
{
    *out = r->counts;
    out->waiting = r->asked.count;
    for (size_t i = 0; i < r->options.server_count; i++) {
        out->in_flight += r->servers[i].in_flight.count;
        out->waiting += r->servers[i].waiting.count;
    }
}

const struct endpoint *
resolver_servers(const struct resolver *r, size_t *count)
{
    *count = r->options.server_count;
    return r->options.servers;
}
