# What surprises TaskRouter's users, where no other story shows it already; and what a restart must not change.

Scenario: HAS on an attribute that is no array is accepted, and never matches
  Given queue Q1 for `skills HAS "english"`
  And workflow W to Q1
  And worker alice in Available with {"skills":"english"}
  At 0 task t1
  Then t1 is pending

Scenario: A hyphen in an attribute's name is refused, in a value it works
  Given queue Q1 for `email == "a-b@c.org"`
  And workflow W to Q1
  And worker alice in Available with {"email":"a-b@c.org"}
  At 0 set Q1 for `skill-level > 3`
  Then refused 400/20001
  At 1 task t1
  Then t1 is reserved for alice

Scenario: NOT IN a list that the task does not have matches nobody
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `worker.sid NOT IN task.excluded`
  And worker alice in Available
  At 0 task t1
  Then t1 is pending
  At 1 set t1 with {"excluded":[]}
  Then t1 is reserved for alice

Scenario: Timeouts of offline workers reduce who is left, one after the other
  Given queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  At 10 nothing
  Then t1 is reserved for bob
  And alice is in Offline
  At 20 nothing
  Then t1 is pending
  And bob is in Offline

Scenario: order_by sends everything to the highest level first
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 order by `worker.level DESC`
  And worker high in Available with {"level":9}
  And set high on default capacity 2
  And worker low in Available with {"level":1}
  At 0 task t1
  And task t2
  And task t3
  Then t1 is reserved for high
  And t2 is reserved for high
  And t3 is reserved for low

Scenario: A task stuck in work after its worker went away is completed by request
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 1 set alice in Offline
  At 5000 set t1 to completed because "cleaned up"
  Then t1 is completed because "cleaned up"

Scenario: Offers that ran out while the server was down time out at its start
  Given queue Q1
  And workflow W reservation timeout 30 to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  Then t1 is reserved for alice
  At 10 the server stops
  At 100 the server restarts
  Then t1 is reserved for bob
  And alice is in Offline
  And events are
    0    task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0    reservation.created t1/alice
    100  reservation.timeout t1/alice, worker.activity.update alice Offline, reservation.created t1/bob

Scenario: Everything that fell due while the server was down happens in the order it was due
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 20
  At 0 task t1
  And task t2 timeout 15
  And task t3
  And set t3 to canceled
  At 5 the server stops
  At 20 the server restarts
  Then t1 is pending in Q2
  And t2 is canceled because "Task TTL Exceeded"
  And t3 is canceled
  At 30 nothing
  Then t1 is canceled because "Workflow timeout"
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   task.created t2, workflow.entered t2, workflow.target-matched t2, task-queue.entered t2
    0   task.created t3, workflow.entered t3, workflow.target-matched t3, task-queue.entered t3, task.canceled t3
    20  task-queue.timeout t1, workflow.target-matched t1, task-queue.moved t1, task-queue.entered t1
    20  task-queue.timeout t2, workflow.target-matched t2, task-queue.moved t2, task-queue.entered t2
    20  task.canceled t2
    30  task-queue.timeout t1, workflow.timeout t1, task.canceled t1

Scenario: A restart keeps the configuration that tasks entered with
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q1 priority 5
  At 0 task t1
  And set W to Q2
  At 1 the server stops
  And the server restarts
  At 10 nothing
  Then t1 is pending in Q1
  And t1 has priority 5, step 2
