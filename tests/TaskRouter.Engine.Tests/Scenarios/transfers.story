# An assigned task on its way to another worker, and what holds for every transfer. https://www.twilio.com/docs/taskrouter/api/event/reference

Scenario: A transfer to a worker who accepts leaves two workers with the task until the first one ends
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And worker bob in Available
  At 10 alice transfers t1 to bob
  Then t1 is reserved for alice and bob
  And transfer of t1 is initiated
  At 20 bob accepts t1
  Then t1 is assigned for alice and bob
  And transfer of t1 is complete
  At 30 alice wraps t1
  And alice completes t1
  Then t1 is assigned for bob
  At 40 bob completes t1
  Then t1 is completed
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 bob by alice, reservation.created t1/bob
    20  reservation.accepted t1/bob, task.transfer-completed t1 bob by alice
    30  reservation.wrapup t1/alice, reservation.completed t1/alice
    40  reservation.completed t1/bob, task.completed t1 by bob

Scenario: A cold transfer wraps up whoever hands over at once
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob cold
  Then t1/alice is wrapping
  And t1 is reserved for alice and bob
  At 11 bob accepts t1
  Then t1 is assigned for alice and bob
  At 12 alice completes t1
  Then t1 is assigned for bob
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 bob, reservation.wrapup t1/alice, reservation.created t1/bob
    11  reservation.accepted t1/bob, task.transfer-completed t1 bob
    12  reservation.completed t1/alice

Scenario: A transfer to a worker who rejects gives the task back
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  At 11 bob rejects t1
  Then t1 is assigned for alice
  And transfer of t1 is failed because "Transfer failed because the reservation was rejected"
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 bob, reservation.created t1/bob
    11  reservation.rejected t1/bob, task.transfer-failed t1 bob, task.updated t1

Scenario: A transfer to a worker who does not answer gives the task back
  Given queue Q1
  And workflow W reservation timeout 20 to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  At 30 nothing
  Then t1 is assigned for alice
  And bob is in Offline
  And transfer of t1 is failed because "Transfer failed because the reservation timed out"
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 bob, reservation.created t1/bob
    30  reservation.timeout t1/bob, worker.activity.update bob Offline
    30  task.transfer-failed t1 bob, task.updated t1

Scenario: A transfer to a worker can be canceled, once
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  At 11 cancel transfer of t1
  Then t1 is assigned for alice
  And t1/bob is canceled
  And transfer of t1 is canceled
  At 12 cancel transfer of t1
  Then refused 400/20001
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 bob, reservation.created t1/bob
    11  reservation.canceled t1/bob, task.transfer-canceled t1 bob, task.updated t1

Scenario: Whoever hands over to a worker wraps up and completes alone while the offer is open
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  And alice wraps t1
  And alice completes t1
  Then t1 is reserved for bob
  At 11 bob accepts t1
  Then t1 is assigned for bob

Scenario: A task that nobody holds any more waits again when its transfer fails
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  And alice completes t1
  At 11 bob rejects t1 into Offline
  Then t1 is reserved for alice
  And transfer of t1 is failed

Scenario: A task whose routing target is done with it waits in its queue when its transfer fails
  Given queue Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1 queue Q1 target alice
  And alice accepts t1
  At 10 alice transfers t1 to bob
  And alice completes t1
  And set alice in Offline
  At 11 bob rejects t1 into Offline
  Then t1 is pending in Q1
  And transfer of t1 is failed
  At 12 set bob in Available
  Then t1 is reserved in Q1 for bob

Scenario: Without a queue it is canceled
  Given worker alice in Available
  And worker bob in Available
  At 0 task t1 target alice
  And alice accepts t1
  At 10 alice transfers t1 to bob
  And alice completes t1
  At 11 bob rejects t1 into Offline
  Then t1 is canceled
  And events of t1 are
    0   task.created t1, reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1, reservation.created t1/bob, reservation.completed t1/alice
    11  reservation.rejected t1/bob, task.transfer-failed t1, task.canceled t1

Scenario: After a cold transfer that fails the task is wrapping
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob cold
  At 11 bob rejects t1
  Then t1 is wrapping for alice
  At 12 alice completes t1
  Then t1 is completed

Scenario: A task is transferred only while accepted, one transfer at a time, to an available other worker
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  And worker carol in Offline
  At 0 task t1
  At 1 alice transfers t1 to bob
  Then refused 400/20001 "Cannot transfer task {t1} because reservation {t1/alice} is pending"
  At 2 alice accepts t1
  And alice transfers t1 to carol
  Then refused 400/20001 "Cannot transfer task {t1} because worker {carol} is not available"
  At 3 alice transfers t1 to alice
  Then refused 400/20001 "Cannot transfer task {t1} to worker {alice}, which has it already"
  At 4 alice transfers t1 to WK00000000000000000000000000000000
  Then refused 400/20001
  At 5 alice transfers t1 to WQ00000000000000000000000000000000
  Then refused 400/20001
  At 6 alice transfers t1 to bob
  At 7 alice transfers t1 to Q1
  Then refused 400/20001
  At 8 set t1 to canceled
  Then refused 400/20001
  At 9 set t1 to completed
  Then refused 400/20001
  At 10 set t1 to wrapping
  Then refused 400/20001

Scenario: A transfer may bring new attributes and a priority
  Given queue Q1
  And queue Q2 for 1==0
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1 with {"a":1}
  And alice accepts t1
  At 10 alice transfers t1 to Q2 with {"a":2} priority 9
  Then t1 has attributes {"a":2}, priority 9, queue Q2

Scenario: Deleting the task cancels its transfer and both reservations
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  At 11 delete t1
  Then t1 is gone
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 bob, reservation.created t1/bob
    11  task.transfer-canceled t1, reservation.completed t1/alice, reservation.canceled t1/bob, task.deleted t1

Scenario: Deleting the worker a task is on its way to fails the transfer
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  At 11 delete bob
  Then t1 is assigned for alice
  And transfer of t1 is failed because "Transfer failed because the reservation was canceled"

Scenario: A task can be transferred again by whoever took it
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  And worker carol in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  And bob accepts t1
  At 20 bob transfers t1 to carol
  Then t1 is reserved for alice, bob and carol
  At 21 alice completes t1
  And carol accepts t1
  And bob completes t1
  Then t1 is assigned for carol
  At 400 set t1 to completed
  At 700 nothing
  Then t1 is gone

Scenario: Wrapping up and completing a task takes everybody along who has it
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  And alice transfers t1 to bob
  And bob accepts t1
  At 10 set t1 to wrapping
  Then offers of t1 are alice wrapping, bob wrapping
  At 20 set t1 to completed
  Then offers of t1 are alice completed, bob completed
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    0   task.transfer-initiated t1 bob, reservation.created t1/bob
    0   reservation.accepted t1/bob, task.transfer-completed t1 bob
    10  reservation.wrapup t1/alice, reservation.wrapup t1/bob, task.wrapup t1
    20  reservation.completed t1/alice, reservation.completed t1/bob, task.completed t1 by bob

Scenario: The last of two workers to wrap up takes the task along
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  And alice transfers t1 to bob
  And bob accepts t1
  At 1 bob wraps t1
  Then t1 is assigned
  At 2 alice wraps t1
  Then t1 is wrapping
  At 3 alice completes t1
  Then t1 is wrapping for bob
  At 4 bob completes t1
  Then t1 is completed

Scenario: Going away rejecting offers rejects a transfer too
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  And set bob in Offline rejecting offers
  Then t1 is assigned for alice
  And transfer of t1 is failed because "Transfer failed because the reservation was rejected"

Scenario: A task that has been offered as often as allowed is not transferred
  Given limit assignments 1
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to bob
  Then refused 400/20001 "Cannot transfer task {t1} because it was offered 1 times already"
