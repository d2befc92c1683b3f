# Steps that are skipped when nobody could be reserved at once. https://www.twilio.com/docs/taskrouter/worker-presence

Scenario: A step is skipped when its queue has nobody available (B3)
  Given queue Q1
  And queue Q2 for 1==0
  And workflow W
    filter all when 1==1
      step Q1 skip if `workers.available == 0`
      step Q2
  And worker alice in Offline
  At 0 task t1
  Then t1 is pending in Q2
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0  workflow.skipped t1, workflow.target-matched t1 Q2 because target_skipped
    0  task-queue.moved t1 Q2, task-queue.entered t1 Q2

Scenario: A step is not skipped while somebody is available, however busy (B3)
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 skip if `workers.available == 0`
      step Q2
  And worker alice in Available
  At 0 task t1
  And task t2
  Then t1 is reserved for alice
  And t2 is pending in Q1

Scenario: A step is not skipped when its task finds a worker at once
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 skip if 1==1
      step Q2
  And worker alice in Available
  At 0 task t1
  And task t2
  Then t1 is reserved in Q1 for alice
  And t2 is pending in Q2
  At 1 alice rejects t1 into Offline
  Then t1 is pending in Q1

Scenario: A task whose only filter is skipped whole goes to the default filter (B3)
  Given queue Q1
  And queue Q9
  And workflow W
    filter all when 1==1
      step Q1 skip if `workers.available == 0`
    default Q9 priority 7
  At 0 task t1
  Then t1 is pending in Q9
  And t1 has priority 7

Scenario: A filter that is skipped whole gives way to the next one that matches
  Given queue Q1
  And queue Q2
  And queue Q9
  And workflow W
    filter first when 1==1
      step Q1 skip if 1==1
      step Q1 skip if 1==1
    filter second when 1==1
      step Q2 timeout 10
    default Q9
  At 0 task t1
  Then t1 is pending in Q2
  At 10 nothing
  Then t1 is canceled because "Workflow timeout"

Scenario: A task that is skipped past everything is canceled when there is no default filter
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 skip if 1==1
  At 0 task t1
  Then t1 is canceled because "Workflow skipped"
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0  workflow.skipped t1, task.canceled t1 because "Workflow skipped"

Scenario: Steps skipped after a timeout end in the workflow's timeout, not in the default filter
  Given queue Q1
  And queue Q2
  And queue Q9
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 10 skip if 1==1
    default Q9
  At 0 task t1
  At 10 nothing
  Then t1 is canceled because "Workflow timeout"
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    10  task-queue.timeout t1, workflow.target-matched t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2
    10  workflow.skipped t1, workflow.timeout t1, task.canceled t1

Scenario: The time of a skipped step is not added to the deadlines after it
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 timeout 30 skip if 1==1
      step Q2 timeout 10
  At 0 task t1
  Then t1 is pending in Q2
  At 9.999 nothing
  Then t1 is pending in Q2
  At 10 nothing
  Then t1 is canceled because "Workflow timeout"

Scenario: The priority of a skipped step sticks
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 priority 8 skip if 1==1
      step Q2
  At 0 task t1 priority 3
  Then t1 is pending in Q2
  And t1 has priority 8

Scenario: skip_if counts the queue's workers in available, unavailable and single activities
  Given activity Break
  And queue Q1 for `team == "a"`
  And queue Q2
  And worker alice in Break with {"team":"a"}
  And worker bob in Offline with {"team":"a"}
  And worker carol in Break with {"team":"b"}
  And workflow W
    filter unavailable when `skip == "unavailable"`
      step Q1 skip if `workers.unavailable == 2`
      step Q2
    filter activity when `skip == "activity"`
      step Q1 skip if `workers.{Break} == 1 AND workers.{Offline} == 1`
      step Q2
    filter never when 1==1
      step Q1 skip if `workers.{Break} == 2 OR workers.unavailable > 2`
      step Q2
  At 0 task t1 with {"skip":"unavailable"}
  And task t2 with {"skip":"activity"}
  And task t3
  Then t1 is pending in Q2
  And t2 is pending in Q2
  And t3 is pending in Q1

Scenario: skip_if does not look at the step's own expression
  Given queue Q1
  And queue Q2
  And worker alice in Available
  And workflow W
    filter all when 1==1
      step Q1 when `worker.level > 5` skip if `workers.available == 0`
      step Q2
  At 0 task t1
  Then t1 is pending in Q1
