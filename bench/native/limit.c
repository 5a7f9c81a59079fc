/*
 * What libzmq itself can do, as the limit of what any binding can: PUB to SUB over tcp, 80 bytes a message,
 * with the credit scheme of the other runs (see programs/credit.mjs), counted and added up.
 *
 *   limit pub <run ms>                             prints "<data endpoint> <credit endpoint>", then "<count> <sum>"
 *   limit sub <data> <credit> <window> <warm ms>   prints "<count> <sum> <messages a second>"
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { MESSAGE = 80, END = 8, GRANTS = 4, QUEUE = 1000000 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *open_socket(void *context, int type)
{
    void *socket = zmq_socket(context, type);
    int queue = QUEUE;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &queue, sizeof queue);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof queue);
    return socket;
}

static void bind_any(void *socket, char *endpoint, size_t size)
{
    if (zmq_bind(socket, "tcp://127.0.0.1:*") != 0) exit(1);
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
}

/* Takes all grants that are there; waits for one where `wait` says so. */
static uint64_t take_grants(void *grants, uint64_t granted, int wait)
{
    uint64_t total;
    while (zmq_recv(grants, &total, sizeof total, wait ? 0 : ZMQ_DONTWAIT) == sizeof total) {
        if (total > granted) granted = total;
        wait = 0;
    }
    return granted;
}

static int publish(void *context, double run_ms)
{
    char data[128], credit[128], message[MESSAGE] = {0};
    void *pub = open_socket(context, ZMQ_PUB), *grants = open_socket(context, ZMQ_PULL);
    uint64_t sent = 0, granted = 0, sum = 0;
    bind_any(pub, data, sizeof data);
    bind_any(grants, credit, sizeof credit);
    printf("%s %s\n", data, credit);
    fflush(stdout);
    while (granted == 0) {
        struct timespec pause = {0, 5000000};
        zmq_send(pub, "", 0, 0);
        nanosleep(&pause, NULL);
        granted = take_grants(grants, granted, 0);
    }
    for (double end_at = now_ms() + run_ms; now_ms() < end_at;) {
        for (int i = 0; i < 256; i++) {
            while (sent >= granted) granted = take_grants(grants, granted, 1);
            memcpy(message, &sent, sizeof sent);
            sum += sent++;
            zmq_send(pub, message, MESSAGE, 0);
        }
    }
    zmq_send(pub, &sent, END, 0);
    printf("%llu %llu\n", (unsigned long long)sent, (unsigned long long)sum);
    zmq_close(pub);
    zmq_close(grants);
    return 0;
}

static int subscribe(void *context, const char *data, const char *credit, uint64_t window, double warm_ms)
{
    void *sub = open_socket(context, ZMQ_SUB), *grants = open_socket(context, ZMQ_PUSH);
    uint64_t count = 0, sum = 0, warm = 0, last = 0, step = window / GRANTS;
    double begun_at = 0, warm_at = 0, last_at = 0;
    char message[MESSAGE];
    int length, is_open = 0;
    zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "", 0);
    if (zmq_connect(sub, data) != 0 || zmq_connect(grants, credit) != 0) return 1;
    while ((length = zmq_recv(sub, message, MESSAGE, 0)) != END) {
        uint64_t number, total = count + window;
        if (length == 0) {
            if (!is_open) zmq_send(grants, &total, sizeof total, 0);
            is_open = 1;
            continue;
        }
        memcpy(&number, message, sizeof number);
        sum += number;
        if (++count % step != 0) continue;
        total = count + window;
        zmq_send(grants, &total, sizeof total, 0);
        last_at = now_ms();
        last = count;
        if (begun_at == 0) begun_at = last_at;
        if (warm_at == 0 && last_at - begun_at >= warm_ms) warm_at = last_at, warm = count;
    }
    double rate = (double)(last - warm) / (last_at - warm_at) * 1e3;
    printf("%llu %llu %.0f\n", (unsigned long long)count, (unsigned long long)sum, rate);
    int linger = 0;
    zmq_setsockopt(grants, ZMQ_LINGER, &linger, sizeof linger);
    zmq_close(sub);
    zmq_close(grants);
    return 0;
}

int main(int argc, char **argv)
{
    void *context = zmq_ctx_new();
    int code = 2;
    if (argc == 3 && strcmp(argv[1], "pub") == 0) code = publish(context, atof(argv[2]));
    if (argc == 6 && strcmp(argv[1], "sub") == 0)
        code = subscribe(context, argv[2], argv[3], strtoull(argv[4], NULL, 10), atof(argv[5]));
    zmq_ctx_term(context);
    return code;
}
