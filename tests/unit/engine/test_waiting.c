/* SPDX-License-Identifier: MIT */

/* The heap of jobs that wait to be tried again. */

#include "base/random.h"
#include "engine/job.h"
#include "engine/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define JOBS 1000

static struct job jobs[JOBS];

static struct job *take_first(struct waiting *w)
{
    struct job *first = waiting_first(w);
    if (first)
        waiting_remove(w, first);
    return first;
}

static void an_empty_heap_has_no_first(void **state)
{
    (void)state;
    struct waiting w = {0};
    assert_null(waiting_first(&w));
    waiting_free(&w);
}

static void the_one_that_is_due_first_comes_first(void **state)
{
    (void)state;
    struct waiting w = {0};
    waiting_add(&w, &jobs[0], 30);
    waiting_add(&w, &jobs[1], 10);
    waiting_add(&w, &jobs[2], 20);
    assert_ptr_equal(take_first(&w), &jobs[1]);
    assert_ptr_equal(take_first(&w), &jobs[2]);
    assert_ptr_equal(take_first(&w), &jobs[0]);
    assert_null(take_first(&w));
    waiting_free(&w);
}

static void equal_times_come_in_the_order_in_which_they_were_added(void **state)
{
    (void)state;
    struct waiting w = {0};
    for (size_t i = 0; i < JOBS; i++)
        waiting_add(&w, &jobs[i], 7);
    for (size_t i = 0; i < JOBS; i++)
        assert_ptr_equal(take_first(&w), &jobs[i]);
    waiting_free(&w);
}

static void a_job_that_is_added_again_goes_behind_those_of_its_time(void **state)
{
    (void)state;
    struct waiting w = {0};
    waiting_add(&w, &jobs[0], 5);
    waiting_add(&w, &jobs[1], 5);
    waiting_remove(&w, &jobs[0]);
    waiting_add(&w, &jobs[0], 5);
    assert_ptr_equal(take_first(&w), &jobs[1]);
    assert_ptr_equal(take_first(&w), &jobs[0]);
    waiting_free(&w);
}

/* A job taken from the middle is replaced by the last, which may belong above or below. */
static void any_job_can_be_removed_and_the_rest_stay_in_order(void **state)
{
    (void)state;
    struct random random = random_seeded(1);
    for (int round = 0; round < 200; round++) {
        struct waiting w = {0};
        bool removed[JOBS] = {false};
        size_t count = 1 + random_below(&random, 40), left = count;
        for (size_t i = 0; i < count; i++)
            waiting_add(&w, &jobs[i], random_below(&random, 15));
        for (size_t i = 0; i < count; i++) {
            removed[i] = random_below(&random, 3) == 0;
            if (removed[i]) {
                waiting_remove(&w, &jobs[i]);
                left--;
            }
        }
        assert_int_equal(waiting_count(&w), left);
        const struct job *before = NULL;
        for (struct job *job; (job = take_first(&w)); before = job, left--) {
            assert_false(removed[job - jobs]);
            if (before)
                assert_true(before->due.at_ns < job->due.at_ns ||
                            (before->due.at_ns == job->due.at_ns && before < job));
        }
        assert_int_equal(left, 0);
        waiting_free(&w);
    }
}

static void freeing_leaves_an_empty_heap_and_the_jobs_alone(void **state)
{
    (void)state;
    struct waiting w = {0};
    waiting_add(&w, &jobs[0], 1);
    waiting_free(&w);
    assert_null(waiting_first(&w));
    assert_int_equal(jobs[0].due.at_ns, 1);
    waiting_add(&w, &jobs[0], 2);
    assert_ptr_equal(waiting_first(&w), &jobs[0]);
    waiting_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_heap_has_no_first),
        cmocka_unit_test(the_one_that_is_due_first_comes_first),
        cmocka_unit_test(equal_times_come_in_the_order_in_which_they_were_added),
        cmocka_unit_test(a_job_that_is_added_again_goes_behind_those_of_its_time),
        cmocka_unit_test(any_job_can_be_removed_and_the_rest_stay_in_order),
        cmocka_unit_test(freeing_leaves_an_empty_heap_and_the_jobs_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
