# Offers: accepted, rejected, timed out, canceled, rescinded, wrapped up, completed.
# https://www.twilio.com/docs/taskrouter/api/reservations

Scenario: An offer that nobody answers times out and moves the worker to the timeout activity
  Given queue Q1
  And workflow W reservation timeout 30 to Q1
  And worker alice in Available
  At 0 task t1
  Then t1/alice has timeout 30, previous Available
  At 29.999 nothing
  Then t1 is reserved for alice
  At 30 nothing
  Then t1 is pending
  And t1/alice is timeout
  And alice is in Offline
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice
    30  reservation.timeout t1/alice, worker.activity.update alice Offline

Scenario: An offer lasts 120 seconds unless the workflow says otherwise, and a day at most
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 119.999 nothing
  Then t1 is reserved for alice
  At 120 nothing
  Then t1 is pending
  At 121 set W reservation timeout 86401
  Then refused 400/20001
  At 122 set W reservation timeout 0
  Then refused 400/20001
  At 123 set W reservation timeout 86400
  And set alice in Available
  Then t1/alice has timeout 86400

Scenario: A new reservation timeout is for offers made from then on
  Given queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  And worker bob in Offline
  At 0 task t1
  At 1 set W reservation timeout 100
  And set bob in Available
  And task t2
  At 10 nothing
  Then t1/alice is timeout
  And t2/bob is pending

Scenario: Another activity can be where workers go who do not answer
  Given activity Away
  And set workspace timeout Away
  And queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  At 0 task t1
  At 10 nothing
  Then alice is in Away

Scenario: A worker who is in the timeout activity already stays without an event
  Given queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  At 0 task t1
  At 5 set alice in Offline
  At 10 nothing
  Then alice is in Offline
  And alice has changed 5
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/alice
    5   worker.activity.update alice Offline
    10  reservation.timeout t1/alice

Scenario: A timeout leaves the worker's other reservations as they are
  Given queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  And set alice on default capacity 3
  At 0 task t1
  And alice accepts t1
  At 3 task t2
  At 5 task t3
  At 13 nothing
  Then alice is in Offline
  And t2 is pending
  And t1 is assigned for alice
  And t3 is reserved for alice
  At 14 alice accepts t3
  Then t3 is assigned for alice

Scenario: A rejected task is offered to the same worker again when there is no other
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 alice rejects t1
  Then t1 is reserved for alice
  And offers of t1 are alice rejected, alice pending
  And alice is in Available
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice
    1  reservation.rejected t1/alice, reservation.created t1/alice

Scenario: A rejected task goes to the next worker, who has been idle longer
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 1 task t1
  Then t1 is reserved for alice
  At 2 alice rejects t1
  Then t1 is reserved for bob

Scenario: A worker who rejects with an activity moves there
  Given activity Break
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 alice rejects t1 into Break
  Then t1 is pending
  And alice is in Break
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice
    1  reservation.rejected t1/alice, worker.activity.update alice Break

Scenario: A worker who rejects without an activity keeps its own later choice
  Given activity Break
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 set alice in Break
  At 2 alice rejects t1
  Then alice is in Break
  And t1/alice has previous Available

Scenario: Offers and work survive a change of activity
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on default capacity 2
  At 0 task t1
  And alice accepts t1
  And task t2
  At 1 set alice in Offline
  Then t1 is assigned for alice
  And t2 is reserved for alice
  At 2 alice accepts t2
  Then t2 is assigned for alice

Scenario: An offer survives the worker's new attributes, and an accepted channel being closed
  Given queue Q1 for `skills HAS "a"`
  And workflow W to Q1
  And worker alice in Available with {"skills":["a"]}
  At 0 task t1
  At 1 set alice with {"skills":[]}
  And set alice on default available no
  Then t1 is reserved for alice
  At 2 alice accepts t1
  Then t1 is assigned for alice

Scenario: RejectPendingReservations rejects what is offered and keeps what is accepted (B11)
  Given activity Break
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on default capacity 2
  At 0 task t1
  And alice accepts t1
  And task t2
  At 1 set alice in Break rejecting offers
  Then t1 is assigned for alice
  And t2 is pending
  And t2/alice is rejected
  And alice is in Break
  And events of alice are
    0  reservation.created t1/alice, reservation.accepted t1/alice, reservation.created t2/alice
    1  worker.activity.update alice Break, reservation.rejected t2/alice

Scenario: RejectPendingReservations is refused when the activity is available (B11)
  Given activity Ready available
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 set alice in Ready rejecting offers
  Then refused 400/20001 "Unable to reject pending reservations when updating to an Available activity state."
  And alice is in Available
  And t1 is reserved for alice
  At 2 set alice rejecting offers
  Then refused 400/20001

Scenario: MaxReservedWorkers offers a task to several, and the first to accept has it (B4)
  Given queue Q1 max 3
  And workflow W to Q1
  And worker a in Available
  And worker b in Available
  And worker c in Available
  And worker d in Available
  And worker e in Available
  At 1 task t1
  Then t1 is reserved for a, b and c
  And t1 has assignments 1
  At 2 b accepts t1
  Then t1 is assigned for b
  And offers of t1 are a rescinded, b accepted, c rescinded
  At 3 a accepts t1
  Then refused 410/20001 "Cannot set reservation {t1/a} to accepted because it is rescinded"
  At 4 a rejects t1
  Then refused 400/20001
  At 5 b completes t1
  Then events are
    1  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    1  reservation.created t1/a, reservation.created t1/b, reservation.created t1/c
    2  reservation.accepted t1/b, reservation.rescinded t1/a, reservation.rescinded t1/c
    5  reservation.completed t1/b, task.completed t1 by b

Scenario: When all of several offers are rejected the next go to the longest idle (B4)
  Given queue Q1 max 3
  And workflow W to Q1
  And worker a in Available
  And worker b in Available
  And worker c in Available
  And worker d in Available
  And worker e in Available
  At 1 task t1
  At 2 a rejects t1
  Then t1 is reserved for b and c
  At 3 c rejects t1
  And b rejects t1
  Then t1 has assignments 2
  And offers of t1 are a rejected, b rejected, c rejected, d pending, e pending, a pending

Scenario: Workers who come free are not added while offers are open
  Given queue Q1 max 3
  And workflow W reservation timeout 10 to Q1
  And worker a in Available
  And worker b in Offline
  At 0 task t1
  At 1 set b in Available
  Then t1 is reserved for a
  At 10 nothing
  Then t1 is reserved for b

Scenario: One of several offers timing out leaves the others open
  Given queue Q1 max 2
  And workflow W reservation timeout 10 to Q1
  And worker a in Available
  And worker b in Available
  At 0 task t1
  At 5 a rejects t1 into Offline
  Then t1 is reserved for b
  At 9 b accepts t1
  Then t1 is assigned for b

Scenario: Offers that time out together make one round, and then the task waits
  Given queue Q1 max 2
  And workflow W reservation timeout 10 to Q1
  And worker a in Available
  And worker b in Available
  At 0 task t1
  At 10 nothing
  Then t1 is pending
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0   reservation.created t1/a, reservation.created t1/b
    10  reservation.timeout t1/a, reservation.timeout t1/b

Scenario: MaxReservedWorkers is 1 to 50
  Given queue Q1 max 50
  At 0 queue Q2 max 51
  Then refused 400/20001
  At 1 queue Q2 max 0
  Then refused 400/20001
  At 2 set Q1 max 51
  Then refused 400/20001

Scenario: A pending reservation is accepted or rejected, nothing else
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 alice wraps t1
  Then refused 400/20001 "Cannot set reservation {t1/alice} to wrapping because it is pending"
  At 2 alice completes t1
  Then refused 400/20001 "Cannot set reservation {t1/alice} to completed because it is pending"
  At 3 set t1/alice to pending
  Then refused 400/20001
  At 4 set t1/alice to canceled
  Then refused 400/20001
  At 5 set t1/alice to timeout
  Then refused 400/20001
  At 6 set t1/alice to rescinded
  Then refused 400/20001

Scenario: An accepted reservation is wrapped up or completed, nothing else
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 1 alice accepts t1
  Then refused 400/20001 "Cannot set reservation {t1/alice} to accepted because it is accepted"
  At 2 alice rejects t1
  Then refused 400/20001 "Cannot set reservation {t1/alice} to rejected because it is accepted"
  At 3 set t1/alice to canceled
  Then refused 400/20001
  At 4 alice completes t1
  Then t1 is completed

Scenario: A wrapping reservation is completed, nothing else
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And alice wraps t1
  At 1 alice wraps t1
  Then refused 400/20001 "Cannot set reservation {t1/alice} to wrapping because it is wrapping"
  At 2 alice accepts t1
  Then refused 400/20001
  At 3 alice rejects t1
  Then refused 400/20001
  At 4 alice completes t1
  Then t1 is completed

Scenario: An ended reservation cannot be answered any more
  Given queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  And worker bob in Available
  And worker carol in Available
  And worker dave in Available
  At 0 task timedout
  And task rejected
  And task canceled
  And task completed
  And bob rejects rejected into Offline
  And set canceled to canceled
  And dave accepts completed
  And dave completes completed
  At 10 alice accepts timedout
  Then refused 400/20001 "Cannot set reservation {timedout/alice} to accepted because it is timeout"
  At 11 bob accepts rejected
  Then refused 400/20001 "Cannot set reservation {rejected/bob} to accepted because it is rejected"
  At 12 carol accepts canceled
  Then refused 400/20001 "Cannot set reservation {canceled/carol} to accepted because it is canceled"
  At 13 dave accepts completed
  Then refused 400/20001 "Cannot set reservation {completed/dave} to accepted because it is completed"
  At 14 dave completes completed
  Then refused 400/20001 "Cannot set reservation {completed/dave} to completed because it is completed"

Scenario: Acceptance at the very moment of the timeout comes too late
  Given queue Q1
  And workflow W reservation timeout 10 to Q1
  And worker alice in Available
  At 0 task t1
  At 10 alice accepts t1
  Then refused 400/20001
  And t1 is pending

Scenario: A wrapping task keeps its worker's capacity used
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And alice wraps t1
  And task t2
  Then t2 is pending
  And alice on default has assigned 1, active 1, free 0
  At 1 alice completes t1
  Then t2 is reserved for alice

Scenario: The assignment callback's answer accepts or rejects, and then nothing is owed
  Given queue Q1
  And workflow W callback https://example.com/assign to Q1
  And worker alice in Available
  At 0 task t1
  Then t1/alice has callback yes
  At 1 callback of t1/alice says nothing
  Then t1 is reserved for alice
  And t1/alice has callback no
  At 2 alice rejects t1
  Then t1/alice has callback yes
  At 3 callback of t1/alice says reject into Unavailable
  Then t1 is pending
  And alice is in Unavailable
  At 4 set alice in Available
  And callback of t1/alice says accept
  Then t1 is assigned for alice
  And t1/alice has callback no
  At 5 callback of t1/alice says accept
  Then refused 400/20001

Scenario: A reservation's version grows with its status, and a stale one is refused (B10)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  Then t1/alice has version 0
  At 1 set t1/alice to accepted if version 1
  Then refused 412/20412
  At 2 set t1/alice to accepted if version 0
  Then t1/alice has version 1
