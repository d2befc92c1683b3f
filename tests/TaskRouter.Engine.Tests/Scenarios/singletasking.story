# Workspaces from before multitasking: one task at a time, and activities that follow it.
# https://www.twilio.com/docs/taskrouter/multitasking

Scenario: In single-tasking a worker is moved by reservation and assignment, and stays there on completion
  Given workspace single-tasking
  And queue Q1 reserved into Reserved assigned into Busy
  And workflow W to Q1
  And worker alice in Idle
  At 0 task t1
  Then alice is in Reserved
  At 1 alice accepts t1
  Then alice is in Busy
  At 2 alice completes t1
  Then t1 is completed
  And alice is in Busy
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, worker.activity.update alice Reserved
    1  reservation.accepted t1/alice, worker.activity.update alice Busy
    2  reservation.completed t1/alice, task.completed t1

Scenario: In single-tasking a rejecting worker goes back to what it did before
  Given workspace single-tasking
  And queue Q1 reserved into Reserved assigned into Busy
  And workflow W to Q1
  And worker alice in Idle
  And worker bob in Idle
  At 1 task t1
  At 2 alice rejects t1
  Then alice is in Idle
  And t1 is reserved for bob
  And events are
    1  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    1  reservation.created t1/alice, worker.activity.update alice Reserved
    2  reservation.rejected t1/alice, worker.activity.update alice Idle
    2  reservation.created t1/bob, worker.activity.update bob Reserved

Scenario: In single-tasking a rejecting worker may name its activity
  Given workspace single-tasking
  And queue Q1 reserved into Reserved assigned into Busy
  And workflow W to Q1
  And worker alice in Idle
  At 0 task t1
  At 1 alice rejects t1 into Offline
  Then alice is in Offline
  And t1 is pending

Scenario: In single-tasking a worker whose offer is canceled or rescinded goes back to what it did before
  Given workspace single-tasking
  And queue Q1 max 2 reserved into Reserved assigned into Busy
  And workflow W to Q1
  And worker alice in Idle
  And worker bob in Idle
  At 0 task t1
  Then alice is in Reserved
  And bob is in Reserved
  At 1 alice accepts t1
  Then alice is in Busy
  And bob is in Idle
  At 2 task t2
  Then t2 is reserved for bob
  At 3 set t2 to canceled
  Then bob is in Idle
  And events of bob are
    0  reservation.created t1/bob, worker.activity.update bob Reserved
    1  reservation.rescinded t1/bob, worker.activity.update bob Idle
    2  reservation.created t2/bob, worker.activity.update bob Reserved
    3  reservation.canceled t2/bob, worker.activity.update bob Idle

Scenario: In single-tasking a worker who does not answer goes to the timeout activity
  Given workspace single-tasking
  And queue Q1 reserved into Reserved assigned into Busy
  And workflow W reservation timeout 10 to Q1
  And worker alice in Idle
  At 0 task t1
  At 10 nothing
  Then alice is in Offline
  And t1 is pending

Scenario: In single-tasking a worker who left the reservation activity is not called back
  Given workspace single-tasking
  And activity Break
  And queue Q1 reserved into Reserved assigned into Busy
  And workflow W to Q1
  And worker alice in Idle
  At 0 task t1
  At 1 set alice in Break
  At 2 alice rejects t1
  Then alice is in Break

Scenario: In single-tasking a reserved worker is called back when the queue stops moving its workers
  Given workspace single-tasking
  And queue Q1 reserved into Reserved
  And queue Q2 reserved into Reserved for 1==0
  And workflow W to Q1
  And worker alice in Idle
  At 0 task t1
  Then alice is in Reserved
  At 1 set Q2 reserved into none
  Then alice is in Reserved
  At 1.5 set Q1 reserved into none for `skills HAS`
  Then refused 400/20001 "Invalid TargetWorkers: unexpected end at position 11"
  And alice is in Reserved
  At 2 set Q1 reserved into none
  Then alice is in Idle
  And t1 is reserved for alice
  At 3 set t1 to canceled
  Then alice is in Idle

Scenario: A reserved worker is called back when its workspace becomes multitasking
  Given workspace single-tasking
  And queue Q1 reserved into Reserved
  And workflow W to Q1
  And worker alice in Idle
  At 0 task t1
  Then alice is in Reserved
  At 1 set workspace multitasking
  Then alice is in Idle
  And t1 is reserved for alice

Scenario: In single-tasking one active reservation fills a worker on every channel, without activities too
  Given workspace single-tasking
  And queue Q1
  And workflow W to Q1
  And worker alice in Idle
  And set alice on chat capacity 5
  At 0 task t1 on chat
  And task t2 on chat
  And task t3 on voice
  Then t1 is reserved for alice
  And alice is in Idle
  And t2 is pending
  And t3 is pending
  At 1 alice accepts t1
  And alice wraps t1
  Then t2 is pending
  At 2 alice completes t1
  Then t2 is reserved for alice
  And t3 is pending

Scenario: Reservation and assignment activities do nothing in multitasking
  Given activity Reserved
  And activity Busy
  And queue Q1 reserved into Reserved assigned into Busy
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  Then alice is in Available

Scenario: A workspace may become multitasking, and not single-tasking again
  Given workspace single-tasking
  And queue Q1
  And workflow W to Q1
  And worker alice in Idle
  And set alice on chat capacity 2
  At 0 task t1 on chat
  And task t2 on chat
  Then t2 is pending
  At 1 set workspace multitasking
  Then t2 is reserved for alice
  And workspace has multitasking yes
  At 2 set workspace single-tasking
  Then refused 400/20001 "MultiTaskEnabled cannot be changed from true to false"

Scenario: The FIFO template of a single-tasking workspace uses Reserved and Busy
  Given workspace single-tasking template FIFO
  And worker alice in Idle
  At 0 task t1
  Then alice is in Reserved
  At 1 alice accepts t1
  Then alice is in Busy

Scenario: A new workspace has its activities, channels and, by the FIFO template, a way to work
  Given workspace template FIFO
  And worker alice in Available
  Then workspace has default Offline, timeout Offline, order FIFO, multitasking yes
  At 0 task t1
  Then t1 is reserved for alice
  And Offline is there
  And Available is there
  And Unavailable is there
  And default is there
  And voice is there
  And chat is there
  And sms is there
  And video is there
