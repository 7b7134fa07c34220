#include "base/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct item {
    int number;
    struct queue_link link;
};

static void
assert_numbers(const struct queue *queue, const int *numbers, size_t count)
{
    const struct queue_link *link = queue_first(queue);
    assert_int_equal(queue->count, count);
    for (size_t i = 0; i < count; i++, link = queue_next(queue, link))
        assert_int_equal(mem_container(link, const struct item, link)->number, numbers[i]);
    assert_null(link);
}

static void
queue_after_adds_and_removes_keeps_order(void **state)
{
    (void)state;
    struct queue queue;
    struct item items[] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};
    queue_init(&queue);
    assert_numbers(&queue, NULL, 0);
    for (int i = 0; i < 4; i++)
        queue_add(&queue, &items[i].link);
    assert_numbers(&queue, (int[]){0, 1, 2, 3}, 4);
    queue_remove(&queue, &items[2].link);
    queue_remove(&queue, &items[0].link);
    assert_numbers(&queue, (int[]){1, 3}, 2);
    queue_add(&queue, &items[0].link);
    assert_numbers(&queue, (int[]){1, 3, 0}, 3);
    queue_remove(&queue, &items[0].link);
    queue_remove(&queue, &items[3].link);
    queue_remove(&queue, &items[1].link);
    assert_numbers(&queue, NULL, 0);
}

static void
queue_move_appends_all_and_empties_source(void **state)
{
    (void)state;
    struct queue from, to;
    struct item items[] = {{.number = 0}, {.number = 1}, {.number = 2}};
    queue_init(&from);
    queue_init(&to);
    queue_move(&to, &from);
    assert_numbers(&to, NULL, 0);
    queue_add(&to, &items[2].link);
    queue_add(&from, &items[0].link);
    queue_add(&from, &items[1].link);
    queue_move(&to, &from);
    assert_numbers(&from, NULL, 0);
    assert_numbers(&to, (int[]){2, 0, 1}, 3);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(queue_after_adds_and_removes_keeps_order),
        cmocka_unit_test(queue_move_appends_all_and_empties_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
