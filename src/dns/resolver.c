#include "dns/resolver.h"

#include "base/clock.h"
#include "base/hashtable.h"
#include "base/mem.h"
#include "dns/answer_cache.h"
#include "dns/question.h"
#include "dns/server.h"

/* Newer versions warn of functions that this one, of 2021, has no other word for. */
#define CARES_NO_DEPRECATED

#include <ares.h>
#include <arpa/nameser.h>
#include <assert.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* c-ares carries packets, one try at a time: it opens the sockets, makes the ids, matches answers to questions and
 * keeps the time. When to ask whom, and what an answer is worth, is decided here.
 *
 * A question is in one list at a time: asked -> waiting at a server -> in flight there, perhaps back to waiting, and
 * then it is delivered and gone. Nothing is sent and nobody is called from inside resolver_ask: it sets the timer
 * `work`, whose turn does both. Since nothing is sent from c-ares' callbacks either, one reading of a socket is bounded
 * by the window.
 *
 * Each server has two channels: UDP, which shows us truncated answers as they are, and TCP for those. One channel for
 * both would not do: when a TCP connection is refused c-ares also fails every UDP question to that server. */

enum {
    RECEIVE_BUFFER = 1 << 20,
    TRUNCATED = 0x02, /* in the third byte of a packet */
};

struct socket {
    int fd;
    short events;
};

struct channel {
    struct resolver *resolver;
    struct endpoint endpoint;
    ares_channel ares; /* NULL until needed */
    VEC(struct socket) sockets;
    struct timer timeout;
    size_t in_flight;
    bool tcp;
    bool spoilt; /* to be opened anew when nothing is in flight */
};

struct resolver {
    struct loop *loop;
    struct resolver_options options;
    struct server servers[RESOLVER_SERVERS];
    struct channel udp[RESOLVER_SERVERS], tcp[RESOLVER_SERVERS];
    struct questions asked;
    size_t asked_count;
    struct question *delivered; /* the one whose waiters are being called */
    struct hashtable under_way;
    struct answer_cache *answer_cache;
    struct timer work;
    struct resolver_counts counts;
    bool closing;
    struct answer_room room;
};

/* Due at once is 0: the loop takes a time that is past for now. */
static void
schedule(struct resolver *r, int64_t due_ms)
{
    if (!loop_timer_is_set(&r->work) || due_ms < r->work.due_ms)
        loop_timer_set(r->loop, &r->work, due_ms);
}

/* ---- a question and those who wait for it ---- */

static void
set_under_way(struct resolver *r, struct question *q, bool under_way)
{
    if (q->under_way == under_way)
        return;
    q->under_way = under_way;
    q->entry.key = q->key;
    q->entry.key_count = q->key_count;
    if (under_way)
        hashtable_add(&r->under_way, &q->entry);
    else
        hashtable_remove(&r->under_way, &q->entry);
}

static void
free_question(struct resolver *r, struct question *q)
{
    set_under_way(r, q, false);
    question_free(q);
}

/* Tells everybody and frees the question, which is in no list any more. A waiter may ask, and may make others forget.
 */
static void
deliver(struct resolver *r, struct question *q, const struct answer *answer)
{
    set_under_way(r, q, false);
    r->delivered = q;
    question_tell(q, answer);
    r->delivered = NULL;
    free_question(r, q);
}

/* Whether some server said something about it, be it SERVFAIL. */
static bool
has_word(const struct question *q)
{
    return q->last.server.addr.family != ADDR_NONE;
}

static void
conclude(struct resolver *r, struct question *q, struct answer *answer)
{
    answer->tries = q->packets;
    if (!(q->flags & RESOLVER_FORGET))
        answer_cache_keep(r->answer_cache, q->key, q->key_count, answer, clock_now_ms());
    deliver(r, q, answer);
}

/* The end without an answer, or with the word of a server that fails. */
static void
conclude_failed(struct resolver *r, struct question *q)
{
    if (!has_word(q)) {
        q->last.rtt_us = -1;
        q->last.at_ms = clock_wall_ms();
    }
    conclude(r, q, &q->last);
}

/* ---- which server next ---- */

static void
await(struct resolver *r, struct server *s, struct question *q)
{
    server_await(s, q, clock_now_ms());
    schedule(r, 0);
}

static void
route(struct resolver *r, struct question *q)
{
    struct server *s = server_best(r->servers, r->options.server_count, q, r->options.tries, clock_now_ms());
    q->tcp = q->doubted = q->suspect = false;
    q->until_us = 0;
    if (!question_is_wanted(q))
        free_question(r, q);
    else if (s)
        await(r, s, q);
    else
        conclude_failed(r, q);
}

/* A server has just been shunned: those who wait for it look for another. Each finds one, if only the same again, so
 * nobody is told anything here. */
static void
reroute_waiting(struct resolver *r, struct server *s)
{
    struct questions stranded = TAILQ_HEAD_INITIALIZER(stranded);
    struct question *q;
    TAILQ_CONCAT(&stranded, &s->waiting, link);
    s->waiting_count = 0;
    while ((q = TAILQ_FIRST(&stranded))) {
        TAILQ_REMOVE(&stranded, q, link);
        route(r, q);
    }
}

/* ---- what came back ---- */

static void
measure(struct resolver *r, int64_t rtt_us)
{
    int64_t *smoothed = &r->counts.rtt_us;
    *smoothed = *smoothed < 0 ? rtt_us : *smoothed + (rtt_us - *smoothed) / 8; /* RFC 6298 section 2 */
}

static bool
is_failing(const struct answer *answer)
{
    return answer->outcome == OUTCOME_SERVFAIL || answer->outcome == OUTCOME_REFUSED ||
           answer->outcome == OUTCOME_MALFORMED || answer->rcode == ns_r_notimpl;
}

/* FORMERR may mean EDNS, which c-ares 1.18 then switches off for the whole channel, and not only for this question. So
 * the question is put once more; if it was not EDNS then, the channel must be opened anew to have it back. */
static bool
is_doubtful(struct resolver *r, struct question *q, const struct answer *answer)
{
    if (answer->outcome != OUTCOME_FORMERR || q->tcp)
        return false;
    if (q->doubted)
        r->udp[q->server->index].spoilt = true;
    return !q->doubted;
}

static void
receive(struct resolver *r, struct question *q, const uint8_t *packet, size_t count)
{
    struct server *s = q->server;
    int64_t now_us = clock_now_us();
    struct answer answer = {.rtt_us = now_us - q->sent_us, .tcp = q->tcp, .server = s->endpoint};

    server_answered(s, now_us);
    r->counts.answered++;
    measure(r, answer.rtt_us);
    if (!q->tcp && count > 2 && packet[2] & TRUNCATED) {
        q->tcp = true;
        q->until_us = 0;
        await(r, s, q);
        return;
    }
    answer.at_ms = clock_wall_ms();
    answer_parse(packet, count, question_type(q), &r->room, &answer);
    if (is_doubtful(r, q, &answer)) {
        q->doubted = true;
        await(r, s, q);
    } else if (is_failing(&answer)) {
        q->last = answer;
        q->failed[s->index] = r->options.tries;
        route(r, q);
    } else {
        conclude(r, q, &answer);
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

static void
miss(struct resolver *r, struct question *q, enum outcome outcome)
{
    struct server *s = q->server;
    if (outcome == OUTCOME_FORMERR) {
        q->last.outcome = outcome;
        q->packets--;
        r->counts.sent--;
        conclude_failed(r, q);
        return;
    }
    r->counts.timeouts += outcome == OUTCOME_TIMEOUT;
    /* Later versions of c-ares shorten the time as they see fit, and junk from a server fails everything in flight
     * towards it. */
    if ((outcome == OUTCOME_TIMEOUT && clock_now_us() < q->until_us) || (outcome == OUTCOME_MALFORMED && !q->suspect)) {
        q->suspect = outcome == OUTCOME_MALFORMED;
        await(r, s, q);
        return;
    }
    if (!has_word(q)) {
        q->last.outcome = outcome;
        q->last.tcp = q->tcp;
    }
    q->failed[s->index]++;
    if (!q->tcp && outcome != OUTCOME_MALFORMED && server_missed(s, q->sent_us, clock_now_ms()))
        reroute_waiting(r, s);
    route(r, q);
}

/* ---- channels ---- */

static struct channel *
channel_of(struct resolver *r, const struct question *q)
{
    return q->tcp ? &r->tcp[q->server->index] : &r->udp[q->server->index];
}

static void
on_answer(void *arg, int status, int timeouts, unsigned char *packet, int count)
{
    (void)timeouts;
    struct question *q = arg;
    struct resolver *r = q->resolver;
    server_land(q);
    channel_of(r, q)->in_flight--;
    schedule(r, 0);
    if (r->closing)
        TAILQ_INSERT_TAIL(&r->asked, q, link);
    else if (packet)
        receive(r, q, packet, (size_t)count);
    else
        miss(r, q, outcome_of_status(status));
}

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
    struct channel *c = arg;
    ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    schedule(c->resolver, 0);
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

/* An idle channel wakes nobody: its socket stays open, but is not watched. The timer is as early as the oldest question
 * in flight needs it, or earlier: looking for the earliest after each answer would cost more. */
static void
settle_channel(struct channel *c)
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

static void
set_server(ares_channel ares, const struct endpoint *endpoint)
{
    struct ares_addr_port_node node = {.udp_port = endpoint->port, .tcp_port = endpoint->port};
    bool v4 = endpoint->addr.family == ADDR_V4;
    node.family = v4 ? AF_INET : AF_INET6;
    memcpy(&node.addr, endpoint->addr.bytes, v4 ? sizeof node.addr.addr4 : sizeof node.addr.addr6);
    ares_set_servers_ports(ares, &node);
}

/* Nothing of the system's resolver configuration matters to a question with a server and a whole name, so none of it is
 * read. NOCHECKRESP: else SERVFAIL, NOTIMP and REFUSED would all look like an unreachable server. */
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
    mask |= ARES_OPT_QUERY_CACHE; /* with a longest TTL of 0: what is remembered is our business */
#endif
    if (ares_init_options(&c->ares, &options, mask) != ARES_SUCCESS)
        c->ares = NULL;
    else
        set_server(c->ares, &c->endpoint);
}

/* ---- sending ---- */

/* Whether the next in the queue must wait until nothing is in flight, or for the one that must be so alone. */
static bool
must_be_alone(struct resolver *r, struct server *s)
{
    return r->udp[s->index].spoilt || TAILQ_FIRST(&s->waiting)->suspect ||
           (s->in_flight_count > 0 && TAILQ_FIRST(&s->in_flight)->suspect);
}

static bool
may_send(struct resolver *r, struct server *s)
{
    int64_t free_us = server_free_us(s, r->options.window, r->options.per_second);
    if (free_us == INT64_MAX || (s->in_flight_count > 0 && must_be_alone(r, s)))
        return false;
    int64_t now_us = clock_now_us();
    if (free_us > now_us)
        schedule(r, free_us / 1000 + 1);
    else
        server_pace(s, r->options.per_second, now_us);
    return free_us <= now_us;
}

static void
send_question(struct resolver *r, struct question *q)
{
    struct channel *c = channel_of(r, q);
    if (c->spoilt)
        close_channel(c);
    if (!c->ares)
        open_channel(c);
    server_launch(q);
    c->in_flight++;
    q->packets++;
    r->counts.sent++;
    q->sent_us = clock_now_us();
    if (q->until_us == 0)
        q->until_us = q->sent_us + r->options.timeout_ms * 1000;
    if (c->ares)
        ares_query(c->ares, question_name(q), ns_c_in, (int)question_type(q), on_answer, q);
    else
        on_answer(q, ARES_ENOMEM, 0, NULL, 0);
}

static void
refill(struct resolver *r, struct server *s)
{
    while (!TAILQ_EMPTY(&s->waiting) && may_send(r, s))
        send_question(r, TAILQ_FIRST(&s->waiting));
    settle_channel(&r->udp[s->index]);
    settle_channel(&r->tcp[s->index]);
}

/* ---- asking ---- */

/* A question's first step: from memory, together with one that is under way, or on its own. */
static void
begin(struct resolver *r, struct question *q)
{
    const struct answer *known = NULL;
    struct hashtable_entry *same = NULL;
    if (!(q->flags & RESOLVER_FORGET)) {
        same = hashtable_find(&r->under_way, q->key, q->key_count);
        if (!(q->flags & RESOLVER_FRESH))
            known = answer_cache_find(r->answer_cache, q->key, q->key_count, clock_now_ms());
        r->counts.remembered += known || same;
    }
    if (known) {
        deliver(r, q, known);
    } else if (same) {
        question_join(table_item(same, struct question, entry), q->first);
        question_free(q);
    } else {
        set_under_way(r, q, !(q->flags & RESOLVER_FORGET));
        route(r, q);
    }
}

/* Only what was asked before it began: who asks again from a callback comes in the next turn. */
static void
work(void *arg)
{
    struct resolver *r = arg;
    for (size_t left = r->asked_count; left > 0 && r->asked_count > 0; left--) {
        struct question *q = TAILQ_FIRST(&r->asked);
        TAILQ_REMOVE(&r->asked, q, link);
        r->asked_count--;
        begin(r, q);
    }
    for (size_t i = 0; i < r->options.server_count; i++)
        refill(r, &r->servers[i]);
}

void
resolver_ask(struct resolver *r, const char *name, enum record_type type, unsigned flags, resolver_done *done,
             void *arg)
{
    struct question *q = question_new(name, type, flags, (struct waiter){done, arg});
    q->resolver = r;
    TAILQ_INSERT_TAIL(&r->asked, q, link);
    r->asked_count++;
    r->counts.asked++;
    schedule(r, 0);
}

static size_t
forget_in(struct resolver *r, struct questions *list, const void *arg)
{
    size_t freed = 0;
    for (struct question *q = TAILQ_FIRST(list), *next; q; q = next) {
        next = TAILQ_NEXT(q, link);
        question_leave(q, arg);
        if (question_is_wanted(q))
            continue;
        TAILQ_REMOVE(list, q, link);
        free_question(r, q);
        freed++;
    }
    return freed;
}

void
resolver_forget(struct resolver *r, const void *arg)
{
    r->asked_count -= forget_in(r, &r->asked, arg);
    if (r->delivered)
        question_leave(r->delivered, arg);
    for (size_t i = 0; i < r->options.server_count; i++) {
        struct server *s = &r->servers[i];
        s->waiting_count -= forget_in(r, &s->waiting, arg);
        for (struct question *q = TAILQ_FIRST(&s->in_flight); q; q = TAILQ_NEXT(q, link))
            question_leave(q, arg);
    }
}

/* ---- from beginning to end ---- */

void
resolver_options_default(struct resolver_options *options)
{
    *options =
        (struct resolver_options){.timeout_ms = 3000, .tries = 2, .window = RESOLVER_WINDOW, .answer_cache = 16 << 20};
}

static void
take_server(struct resolver_options *options, const struct ares_addr_port_node *node)
{
    struct endpoint *endpoint = &options->servers[options->server_count];
    bool v4 = node->family == AF_INET;
    *endpoint = (struct endpoint){.port = node->udp_port > 0 ? (uint16_t)node->udp_port : NS_DEFAULTPORT};
    endpoint->addr.family = v4 ? ADDR_V4 : ADDR_V6;
    memcpy(endpoint->addr.bytes, &node->addr, v4 ? sizeof node->addr.addr4 : sizeof node->addr.addr6);
    options->server_count++;
}

static bool
system_servers(struct resolver_options *options)
{
    ares_channel ares;
    struct ares_addr_port_node *nodes = NULL;
    if (ares_init(&ares) != ARES_SUCCESS)
        return false;
    ares_get_servers_ports(ares, &nodes);
    for (const struct ares_addr_port_node *node = nodes; node && options->server_count < RESOLVER_SERVERS;
         node = node->next)
        take_server(options, node);
    if (nodes)
        ares_free_data(nodes);
    ares_destroy(ares);
    return options->server_count > 0;
}

static void
init_channel(struct channel *c, struct resolver *r, struct endpoint endpoint, bool tcp)
{
    *c = (struct channel){.resolver = r, .endpoint = endpoint, .tcp = tcp, .timeout = {.fire = on_timeout, .arg = c}};
}

static void
init_server(struct resolver *r, size_t index)
{
    struct endpoint endpoint = r->options.servers[index];
    server_init(&r->servers[index], index, endpoint);
    init_channel(&r->udp[index], r, endpoint, false);
    init_channel(&r->tcp[index], r, endpoint, true);
}

static void
limit_options(struct resolver_options *options)
{
    struct resolver_options usual;
    resolver_options_default(&usual);
    if (options->window == 0)
        options->window = usual.window;
    if (options->tries == 0 || options->tries > UINT8_MAX)
        options->tries = usual.tries;
    if (options->timeout_ms <= 0 || options->timeout_ms > INT_MAX)
        options->timeout_ms = usual.timeout_ms;
}

struct resolver *
resolver_new(struct loop *loop, const struct resolver_options *options, struct fault *fault)
{
    struct resolver_options all = *options;
    limit_options(&all);
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS || (!all.server_count && !system_servers(&all))) {
        fault_set(fault, "no DNS resolver found: /etc/resolv.conf cannot be read or names none; name one with "
                         "--resolver ADDRESS");
        return NULL;
    }
    struct resolver *r = mem_zero(sizeof *r);
    r->loop = loop;
    r->options = all;
    r->work = (struct timer){.fire = work, .arg = r};
    r->counts.rtt_us = -1;
    r->answer_cache = answer_cache_new(all.answer_cache);
    TAILQ_INIT(&r->asked);
    for (size_t i = 0; i < all.server_count; i++)
        init_server(r, i);
    return r;
}

/* Closing the channels brings what is in flight back into `asked`. Who asks while being told joins the end. */
static void
cancel_all(struct resolver *r)
{
    struct question *q;
    r->closing = true;
    for (size_t i = 0; i < r->options.server_count; i++) {
        close_channel(&r->udp[i]);
        close_channel(&r->tcp[i]);
        TAILQ_CONCAT(&r->asked, &r->servers[i].waiting, link);
    }
    while ((q = TAILQ_FIRST(&r->asked))) {
        struct answer answer = {.outcome = OUTCOME_CANCELLED, .rcode = -1, .rtt_us = -1, .tries = q->packets};
        answer.at_ms = clock_wall_ms();
        TAILQ_REMOVE(&r->asked, q, link);
        deliver(r, q, &answer);
    }
}

void
resolver_free(struct resolver *r)
{
    if (!r)
        return;
    assert(!r->delivered);
    cancel_all(r);
    loop_timer_clear(r->loop, &r->work);
    hashtable_free(&r->under_way);
    answer_cache_free(r->answer_cache);
    free(r);
    ares_library_cleanup();
}

/* ---- telling ---- */

void
resolver_counts(const struct resolver *r, struct resolver_counts *out)
{
    *out = r->counts;
    out->waiting = r->asked_count;
    for (size_t i = 0; i < r->options.server_count; i++) {
        out->in_flight += r->servers[i].in_flight_count;
        out->waiting += r->servers[i].waiting_count;
    }
}

size_t
resolver_server_count(const struct resolver *r)
{
    return r->options.server_count;
}

struct endpoint
resolver_server_at(const struct resolver *r, size_t index)
{
    return r->servers[index].endpoint;
}
