# An assigned task on its way to a queue's workers. https://www.twilio.com/docs/taskrouter/api/event/reference

Scenario: A transfer to a queue waits there for somebody, and never for who has the task
  Given queue Q1 for `team == "a"`
  And queue Q2
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And set alice on default capacity 2
  And worker bob in Offline
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  Then t1 is pending in Q2 for alice
  And transfer of t1 is initiated
  At 20 set bob in Available
  Then t1 is reserved in Q2 for alice and bob
  At 21 bob accepts t1
  Then t1 is assigned for alice and bob
  And transfer of t1 is complete
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 Q2, task-queue.moved t1 Q2 because task_transferred, task-queue.entered t1 Q2
    20  reservation.created t1/bob
    21  reservation.accepted t1/bob, task.transfer-completed t1 Q2

Scenario: A transfer to a queue goes to the next worker after a rejection, and waits when there is none
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  And worker carol in Available with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  Then t1 is reserved for alice and bob
  At 11 bob rejects t1 into Offline
  Then t1 is reserved for alice and carol
  And transfer of t1 is initiated because "Transfer attempt failed on reservation reject because there are no more pending reservations"
  At 12 carol rejects t1 into Offline
  Then t1 is pending in Q2 for alice
  And transfer of t1 is initiated
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2, reservation.created t1/bob
    11  reservation.rejected t1/bob, task.transfer-attempt-failed t1 Q2, reservation.created t1/carol
    12  reservation.rejected t1/carol, task.transfer-attempt-failed t1 Q2

Scenario: A transfer to a queue goes on after a timeout
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W reservation timeout 20 to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  At 30 nothing
  Then t1 is pending in Q2 for alice
  And transfer of t1 is initiated because "Transfer attempt failed on reservation timeout because there are no more pending reservations"

Scenario: A transfer to a queue can be canceled while it waits, and the task returns to its queue
  Given queue Q1
  And queue Q2 for 1==0
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  Then t1 is pending in Q2 for alice
  At 11 cancel transfer of t1
  Then t1 is assigned in Q1 for alice
  And transfer of t1 is canceled
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2
    11  task.transfer-canceled t1 Q2, task-queue.moved t1 Q1, task-queue.entered t1 Q1, task.updated t1

Scenario: Whoever hands over to a queue wraps up and completes alone while the task waits there
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Offline with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  And alice wraps t1
  Then t1 is pending in Q2 for alice
  At 20 alice completes t1
  Then t1 is pending in Q2
  And offers of t1 are alice completed
  At 30 set bob in Available
  And bob accepts t1
  Then t1 is assigned for bob
  And transfer of t1 is complete
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2, reservation.wrapup t1/alice
    20  reservation.completed t1/alice
    30  reservation.created t1/bob, reservation.accepted t1/bob, task.transfer-completed t1 Q2

Scenario: A task on its way to a queue can be canceled once nobody holds it, and its transfer ends with it
  Given queue Q1
  And queue Q2 for 1==0
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  And set t1 to canceled
  Then refused 400/20001 "Cannot set task {t1} in workspace {workspace} for account {account} to canceled because it is being transferred."
  At 11 set t1 to completed
  Then refused 400/20001 "Cannot set task {t1} in workspace {workspace} for account {account} to completed because it is being transferred."
  At 12 set t1 on chat
  Then refused 400/20001 "Cannot change the TaskChannel of task {t1} because it is being transferred"
  At 20 alice completes t1
  And set t1 to canceled because "nobody comes"
  Then t1 is canceled because "nobody comes"
  And transfer of t1 is canceled
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice, reservation.accepted t1/alice
    10  task.transfer-initiated t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2
    20  reservation.completed t1/alice, task.transfer-canceled t1 Q2, task.canceled t1

Scenario: A task that is offered on its way to a queue and held by nobody can be canceled
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  And alice completes t1
  Then t1 is reserved for bob
  At 11 set t1 to canceled
  Then t1 is canceled
  And offers of t1 are alice completed, bob canceled
  And bob on default has active 0

Scenario: The completion limit runs on through a transfer
  Given limit completion 100
  And queue Q1
  And queue Q2 for 1==0
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 50 alice transfers t1 to Q2
  At 100 nothing
  Then t1 is gone
  And alice on default has active 0

Scenario: Too many offers end a transfer to a queue, and the task stays with its worker
  Given limit assignments 3
  And queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  And bob rejects t1
  And bob rejects t1
  Then t1 is assigned in Q1 for alice
  And transfer of t1 is failed

Scenario: Of several offers in a transfer to a queue the first accepted has it
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"` max 2
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  And worker carol in Available with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  Then t1 is reserved for alice, bob and carol
  At 11 bob rejects t1
  Then t1 is reserved for alice and carol
  At 12 carol accepts t1
  Then offers of t1 are alice accepted, bob rejected, carol accepted
  And transfer of t1 is complete

Scenario: A transfer to the task's own queue offers it to the others there
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 timeout 5
      step Q1 timeout 5
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q1
  Then t1 is pending in Q1 for alice
  At 20 worker bob in Available
  Then t1 is reserved for alice and bob
  At 21 alice completes t1
  And set alice in Offline
  And bob rejects t1 into Offline
  Then t1 is pending in Q1
  At 22 set bob in Available
  And bob accepts t1
  Then t1 is assigned for bob

Scenario: A task routed to a worker can be transferred to a queue
  Given queue Q1
  And queue Q2
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1 target alice
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  Then t1 is pending in Q2 for alice
  At 11 alice completes t1
  Then t1 is reserved for alice
  At 12 alice rejects t1 into Offline
  Then t1 is pending in Q2

Scenario: The worker an offer in a transfer to a queue went to may be deleted
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  And delete bob
  Then t1 is pending in Q2 for alice
  And transfer of t1 is initiated because "Transfer attempt failed on reservation cancel because there are no more pending reservations"

Scenario: Whoever handed over and ended may be deleted before somebody takes the task
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W to Q1
  And worker alice in Available with {"team":"a"}
  And worker bob in Offline with {"team":"b"}
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2
  And alice completes t1
  And delete alice
  Then t1 is pending in Q2
  At 20 set bob in Available
  And bob accepts t1
  Then t1 is assigned for bob
  And transfer of t1 is complete
  At 30 bob completes t1
  Then t1 is completed

Scenario: A cold transfer to a queue that is canceled leaves the task wrapping
  Given queue Q1
  And queue Q2 for 1==0
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 10 alice transfers t1 to Q2 cold
  Then t1 is pending in Q2 for alice
  And t1/alice is wrapping
  At 11 cancel transfer of t1
  Then t1 is wrapping in Q1 for alice
