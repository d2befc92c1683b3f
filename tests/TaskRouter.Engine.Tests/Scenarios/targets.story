# Direct routing: to a worker, a queue or a workflow. https://www.twilio.com/docs/taskrouter/api/task

Scenario: RoutingTarget to a worker reserves it at once, though it is offline and full (B13)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  And set alice on default capacity 0
  At 0 task t1 target alice
  Then t1 is reserved for alice
  And t1 has queue none, workflow W
  And events are
    0  task.created t1, reservation.created t1/alice

Scenario: RoutingTarget to a worker bypasses filters, queue and expression
  Given queue Q1 for 1==0
  And workflow W
    filter none when 1==0
      step Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1 target bob queue Q1
  Then t1 is reserved in Q1 for bob

Scenario: RoutingTarget without IgnoreCapacity fails when no reservation is made within 10 seconds (B13)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  At 0 task t1 target alice within capacity
  Then t1 is pending
  At 9.999 nothing
  Then t1 is pending
  At 10 nothing
  Then t1 is canceled because "RoutingTarget SLA for Reservation creation was not met"
  And events are
    0   task.created t1
    10  reservation.failed t1 because "RoutingTarget SLA for Reservation creation was not met"
    10  task.canceled t1 because "RoutingTarget SLA for Reservation creation was not met"

Scenario: RoutingTarget without IgnoreCapacity is reserved when the worker comes free in time
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t0 target alice
  And alice accepts t0
  And task t1 target alice within capacity
  Then t1 is pending
  At 9 set t0 to completed
  Then t1 is reserved for alice
  At 60 alice accepts t1
  Then t1 is assigned for alice

Scenario: RoutingTarget ends when the worker rejects
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1 target alice
  At 1 alice rejects t1
  Then t1 is canceled because "RoutingTarget not available for Reservation acceptance: {alice}"
  And events are
    0  task.created t1, reservation.created t1/alice
    1  reservation.rejected t1/alice
    1  task.canceled t1 because "RoutingTarget not available for Reservation acceptance: {alice}"

Scenario: RoutingTarget ends when the worker does not answer
  Given queue Q1
  And workflow W reservation timeout 20 to Q1
  And worker alice in Available
  At 0 task t1 target alice
  At 20 nothing
  Then t1 is canceled because "RoutingTarget not available for Reservation acceptance: {alice}"
  And alice is in Offline
  And events are
    0   task.created t1, reservation.created t1/alice
    20  reservation.timeout t1/alice, worker.activity.update alice Offline, task.canceled t1

Scenario: RoutingTarget ends when its worker is deleted, offered or not
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  At 0 task t1 target alice
  And task t2 target alice within capacity
  At 1 delete alice
  Then t1 is canceled because "RoutingTarget not available for Reservation acceptance: {alice}"
  And t2 is canceled because "RoutingTarget not available for Reservation acceptance: {alice}"

Scenario: RoutingTarget to a queue puts the task there, past the workflow's filters
  Given queue Q1
  And queue Q2
  And workflow W
    filter none when 1==0
      step Q1
  And worker alice in Available
  At 0 task t1 target Q2 priority 4
  Then t1 is reserved in Q2 for alice
  And t1 has filter none, step none, priority 4
  At 1 alice rejects t1 into Offline
  And set t1 with {"a":1}
  Then t1 is pending in Q2
  And events of t1 are
    0  task.created t1, task-queue.entered t1 Q2, reservation.created t1/alice
    1  reservation.rejected t1/alice, task.updated t1

Scenario: RoutingTarget to a workflow is the same as naming it
  Given queue Q1
  And queue Q2
  And workflow V to Q1
  And workflow W to Q2
  At 0 task t1 target W
  Then t1 is pending in Q2
  And t1 has workflow W
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1 Q2, task-queue.entered t1 Q2

Scenario: RoutingTarget to something that is not there is refused
  Given queue Q1
  And workflow W to Q1
  And worker alice
  And delete alice
  At 0 task t1 target alice
  Then refused 400/20001 "Invalid RoutingTarget: Worker {alice} does not exist in this workspace"
  At 1 task t1 target WQ00000000000000000000000000000000
  Then refused 400/20001 "Invalid RoutingTarget: TaskQueue WQ00000000000000000000000000000000 does not exist in this workspace"
  At 2 task t1 target WW00000000000000000000000000000000
  Then refused 400/20001
  At 3 task t1 target Available
  Then refused 400/20001

Scenario: TaskQueueSid places a task in the queue when there is no workflow
  Given queue Q1
  And worker alice in Offline
  At 0 task t1 queue Q1
  Then t1 is pending in Q1
  And t1 has workflow none
  At 1 set alice in Available
  Then t1 is reserved for alice

Scenario: TaskQueueSid is ignored when a workflow places the task
  Given queue Q1
  And queue Q2
  And workflow W to Q1
  At 0 task t1 queue Q2
  Then t1 is pending in Q1
  At 1 task t2 queue WQ00000000000000000000000000000000
  Then refused 400/20001

Scenario: A worker who reserved by RoutingTarget above capacity takes nothing else until below it
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And task t2 target alice
  Then t1 is reserved for alice
  And t2 is reserved for alice
  And alice on default has capacity 1, active 2, free 0
  At 1 task t3
  And alice accepts t1
  And set t1 to completed
  Then t3 is pending
  At 2 alice accepts t2
  And set t2 to completed
  Then t3 is reserved for alice

Scenario: An offer by RoutingTarget owes the workflow's assignment callback as well
  Given queue Q1
  And workflow W callback https://example.com/assign reservation timeout 7 to Q1
  And worker alice in Offline
  At 0 task t1 target alice
  Then t1/alice has callback yes, timeout 7
