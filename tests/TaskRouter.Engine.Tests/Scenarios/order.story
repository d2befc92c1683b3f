# Which task first, and which worker. https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo

Scenario: A FIFO queue goes by priority, then by age (B5)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  And set alice on default capacity 3
  At 1 task t1 priority 0
  At 2 task t2 priority 5
  At 3 task t3 priority 5
  At 4 set alice in Available
  Then events of alice are
    4  worker.activity.update alice Available
    4  reservation.created t2/alice, reservation.created t3/alice, reservation.created t1/alice

Scenario: A LIFO queue takes the newest first and ignores priority (B5)
  Given queue Q1 order LIFO
  And workflow W to Q1
  And worker alice in Offline
  And set alice on default capacity 3
  At 1 task t1 priority 0
  At 2 task t2 priority 5
  At 3 task t3 priority 4
  At 4 set alice in Available
  Then events of alice are
    4  worker.activity.update alice Available
    4  reservation.created t3/alice, reservation.created t2/alice, reservation.created t1/alice

Scenario: PrioritizeQueueOrder FIFO drains the FIFO queues first, whatever the priorities (B5)
  Given queue F
  And queue L order LIFO
  And workflow W
    filter lifo when `lifo == true`
      step L
    default F
  And worker alice in Offline
  And set alice on default capacity 4
  At 1 task f1
  At 2 task l1 with {"lifo":true} priority 9
  At 3 task l2 with {"lifo":true} priority 9
  At 4 task f2 priority 1
  At 5 set alice in Available
  Then events of alice are
    5  worker.activity.update alice Available
    5  reservation.created f2/alice, reservation.created f1/alice
    5  reservation.created l2/alice, reservation.created l1/alice

Scenario: PrioritizeQueueOrder LIFO drains the LIFO queues first
  Given workspace order LIFO
  And queue F
  And queue L order LIFO
  And workflow W
    filter lifo when `lifo == true`
      step L
    default F
  And worker alice in Offline
  And set alice on default capacity 2
  At 1 task f1 priority 9
  At 2 task l1 with {"lifo":true}
  At 3 task f2
  At 4 set alice in Available
  Then l1 is reserved for alice
  And f1 is reserved for alice
  And f2 is pending

Scenario: PrioritizeQueueOrder can change while tasks wait
  Given queue F
  And queue L order LIFO
  And workflow W
    filter lifo when `lifo == true`
      step L
    default F
  And worker alice in Offline
  At 1 task f1
  And task l1 with {"lifo":true}
  At 2 set workspace order LIFO
  And set alice in Available
  Then l1 is reserved for alice

Scenario: Priority and age count across all queues of the workspace
  Given queue Q1
  And queue Q2
  And workflow W
    filter first when `q == 1`
      step Q1
    default Q2
  And worker alice in Offline
  And set alice on default capacity 4
  At 1 task t1 with {"q":1} priority 1
  At 2 task t2 with {"q":2} priority 3
  At 3 task t3 with {"q":1} priority 3
  At 4 task t4 with {"q":2} priority 1
  At 5 set alice in Available
  Then events of alice are
    5  worker.activity.update alice Available
    5  reservation.created t2/alice, reservation.created t3/alice
    5  reservation.created t1/alice, reservation.created t4/alice

Scenario: Equal tasks go in order of creation
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  And set alice on default capacity 3
  At 1 task t1
  And task t2
  And task t3
  And set alice in Available
  Then events of alice are
    1  worker.activity.update alice Available
    1  reservation.created t1/alice, reservation.created t2/alice, reservation.created t3/alice

Scenario: A task that nobody can take blocks nothing
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `worker.skill == task.skill`
  And worker alice in Offline with {"skill":"b"}
  At 0 task t1 with {"skill":"a"} priority 9
  And task t2 with {"skill":"b"}
  At 1 set alice in Available
  Then t1 is pending
  And t2 is reserved for alice

Scenario: The worker who was reserved longest ago is next, whatever came of it
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  And worker carol in Available
  At 1 task t1
  And alice rejects t1
  Then t1 is reserved for bob
  At 2 bob accepts t1
  And bob completes t1
  And task t2
  Then t2 is reserved for carol
  At 3 carol accepts t2
  And carol completes t2
  And task t3
  Then t3 is reserved for alice

Scenario: Going away and coming back neither loses nor gains a place
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 1 task t1
  And alice accepts t1
  And alice completes t1
  At 2 set bob in Offline
  At 3 set bob in Available
  And task t2
  Then t2 is reserved for bob

Scenario: Equally idle workers go in order of creation
  Given queue Q1
  And workflow W to Q1
  And worker zoe in Available
  And worker amy in Available
  At 5 task t1
  And task t2
  Then t1 is reserved for zoe
  And t2 is reserved for amy

Scenario: A queue that changes its order reorders the tasks that wait
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  At 1 task t1
  At 2 task t2
  At 3 set Q1 order LIFO
  And set alice in Available
  Then t2 is reserved for alice
