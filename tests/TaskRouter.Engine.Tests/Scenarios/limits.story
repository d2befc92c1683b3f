# A task's limits in time and number. https://www.twilio.com/docs/taskrouter/limits

Scenario: An ended task is removed after 300 seconds, without an event (B9)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And task t2
  At 10 set t1 to completed
  And set t2 to canceled
  At 309.999 nothing
  Then t1 is completed
  And t1 has age 10
  And t2 is canceled
  At 310 nothing
  Then t1 is gone
  And t2 is gone
  At 311 set t1 to completed
  Then refused 404/20404
  At 312 delete t2
  Then refused 404/20404
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  reservation.completed t1/alice, task.completed t1

Scenario: Time-to-live cancels a pending task
  Given queue Q1
  And workflow W to Q1
  At 5 task t1 timeout 60
  At 64.999 nothing
  Then t1 is pending
  At 65 nothing
  Then t1 is canceled because "Task TTL Exceeded"
  And t1 has age 60
  And events are
    5   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    65  task.canceled t1 saying "Task TTL Exceeded"

Scenario: Time-to-live cancels a reserved task and its offer at once
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1 timeout 60
  At 60 nothing
  Then t1 is canceled because "Task TTL Exceeded"
  And t1/alice is canceled
  And alice is in Available
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice
    60  reservation.canceled t1/alice, task.canceled t1

Scenario: Time-to-live stops counting once a task is assigned
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1 timeout 60
  And alice accepts t1
  At 1000 nothing
  Then t1 is assigned

Scenario: A task lives a day unless it says otherwise, and two weeks at most
  Given queue Q1
  And workflow W to Q1
  At 0 task t1
  And task t2 timeout 1209600
  At 0 task t3 timeout 1209601
  Then refused 400/20001
  At 0 task t4 timeout 0
  Then refused 400/20001
  At 86400 nothing
  Then t1 is canceled because "Task TTL Exceeded"
  And t2 is pending

Scenario: A task is canceled when it has been offered too often
  Given limit assignments 3
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice rejects t1
  And alice rejects t1
  Then t1 is reserved for alice
  And t1 has assignments 3
  At 1 alice rejects t1
  Then t1 is canceled because "Max assignment count exceeded"
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.rejected t1/alice
    0  reservation.created t1/alice, reservation.rejected t1/alice
    0  reservation.created t1/alice
    1  reservation.rejected t1/alice, task.canceled t1 because "Max assignment count exceeded"

Scenario: The last of the offers allowed can still be accepted
  Given limit assignments 2
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice rejects t1
  And alice accepts t1
  Then t1 is assigned for alice

Scenario: An assigned task that nobody completes in a day is deleted by the system
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 10 alice accepts t1
  At 86409.999 nothing
  Then t1 is assigned
  At 86410 nothing
  Then t1 is gone
  And alice on default has active 0, free 100
  And events are
    0      task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0      reservation.created t1/alice
    10     reservation.accepted t1/alice
    86410  reservation.completed t1/alice, task.system-deleted t1

Scenario: Wrapping up does not prolong the completion limit
  Given limit completion 100
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 10 alice accepts t1
  At 50 alice wraps t1
  At 109 nothing
  Then t1 is wrapping
  At 110 nothing
  Then t1 is gone
  And events of t1 are
    0    task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0    reservation.created t1/alice
    10   reservation.accepted t1/alice
    50   reservation.wrapup t1/alice, task.wrapup t1
    110  reservation.completed t1/alice, task.system-deleted t1

Scenario: A priority is a whole number that is not negative
  Given queue Q1
  And workflow W to Q1
  At 0 task t1 priority -1
  Then refused 400/20001
  At 1 task t2 priority 2147483647
  And set t2 priority -1
  Then refused 400/20001
  And t2 has priority 2147483647

Scenario: Attributes are a JSON object of at most 4,096 characters
  Given queue Q1
  And workflow W to Q1
  At 0 task t1 with "[1]"
  Then refused 400/20001
  At 1 task t1 with "5"
  Then refused 400/20001
  At 2 task t1 with `{"a":`
  Then refused 400/20001
  At 3 task t1 with ""
  Then t1 has attributes {}
