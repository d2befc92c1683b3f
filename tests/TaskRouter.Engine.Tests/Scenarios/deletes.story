# What may be deleted, and what refuses because something uses it; names; limits.

Scenario: An activity in use is not deleted: as default or timeout activity, by workers, by queues
  Given activity Break
  And activity Away
  And activity Reserved
  And activity Busy
  And set workspace timeout Away
  And worker alice in Break
  And queue Q1 reserved into Reserved assigned into Busy
  At 0 delete Offline
  Then refused 400/20001 "Cannot delete Activity {Offline} because it is the workspace's default or timeout activity"
  At 1 delete Away
  Then refused 400/20001 "Cannot delete Activity {Away} because it is the workspace's default or timeout activity"
  At 2 delete Break
  Then refused 400/20001 "Cannot delete Activity {Break} because 1 worker is in it"
  At 3 delete Reserved
  Then refused 400/20001 "Cannot delete Activity {Reserved} because TaskQueue {Q1} uses it"
  At 4 delete Busy
  Then refused 400/20001 "Cannot delete Activity {Busy} because TaskQueue {Q1} uses it"
  At 5 set alice in Available
  And delete Break
  And set Q1 reserved into none assigned into none
  And delete Reserved
  And delete Busy
  Then Break is gone
  And Reserved is gone
  And Busy is gone

Scenario: A queue in use is not deleted: by tasks in any open state, or by a workflow
  Given queue Q1
  And queue Q2
  And queue free
  And workflow W
    filter all when 1==1
      step Q1
    default Q2
  And worker alice in Available
  At 0 delete Q2
  Then refused 400/20001 "Cannot delete TaskQueue {Q2} because Workflow {W} uses it"
  At 1 task t1
  And alice accepts t1
  And delete Q1
  Then refused 400/20001 "Cannot delete TaskQueue {Q1} because 1 task is in it"
  At 2 task t2 target free
  And delete free
  Then refused 400/20001 "Cannot delete TaskQueue {free} because 1 task is in it"
  At 3 set t2 to canceled
  And delete free
  Then free is gone

Scenario: A workflow with open tasks is not deleted
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And delete W
  Then refused 400/20001 "Cannot delete Workflow {W} because 1 task is in it"
  At 1 set t1 to completed
  And delete W
  Then W is gone
  And t1 is completed
  At 2 delete Q1
  Then Q1 is gone

Scenario: A worker with accepted or wrapping reservations is not deleted
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And delete alice
  Then refused 400/20001 "Cannot delete Worker {alice} because reservation {t1/alice} is accepted"
  At 1 alice wraps t1
  And delete alice
  Then refused 400/20001 "Cannot delete Worker {alice} because reservation {t1/alice} is wrapping"
  At 2 alice completes t1
  And delete alice
  Then alice is gone

Scenario: A worker's pending offers are canceled when it is deleted, and the task goes on
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  At 1 delete alice
  Then alice is gone
  And t1 is reserved for bob
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice
    1  reservation.canceled t1/alice, worker.deleted alice, reservation.created t1/bob

Scenario: A worker may be deleted in any activity, and only in the version that was seen
  Given worker alice in Available
  At 0 set alice with {"a":1} if version 0
  Then alice has version 1
  At 1 delete alice if version 0
  Then refused 412/20412
  At 2 set alice with {"a":2} if version 0
  Then refused 412/20412
  At 3 delete alice if version 1
  Then alice is gone

Scenario: A channel that open tasks use is not deleted, nor is the default one
  Given channel email
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1 on email
  And delete email
  Then refused 400/20001 "Cannot delete TaskChannel {email} because 1 task uses it"
  At 1 delete default
  Then refused 400/20001 "The default TaskChannel cannot be deleted"
  At 2 set t1 to canceled
  And delete email
  Then email is gone
  At 3 task t2 on email
  Then refused 400/20001 "Invalid TaskChannel: 'email' does not exist in this workspace"

Scenario: What is gone cannot be changed
  Given queue Q1
  And workflow W to Q1
  And worker alice
  And channel email
  And activity Break
  And delete W
  And delete Q1
  And delete alice
  And delete email
  And delete Break
  At 0 set W name V
  Then refused 404/20404
  At 0 set Q1 name Q2
  Then refused 404/20404
  At 0 set alice name bob
  Then refused 404/20404
  At 0 set email name mail
  Then refused 404/20404
  At 0 set Break name Pause
  Then refused 404/20404
  At 0 delete alice
  Then refused 404/20404

Scenario: A deleted workspace takes everything along
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And task t1
  At 1 delete workspace
  Then workspace is gone
  And events are
    1  workspace.deleted workspace

Scenario: Names are unique whatever their letter case
  Given worker alice
  And queue Q1
  And activity Break
  And workflow W to Q1
  At 0 worker ALICE
  Then refused 400/20001 "A Worker with FriendlyName 'ALICE' already exists"
  At 1 queue q1
  Then refused 400/20001 "A TaskQueue with FriendlyName 'q1' already exists"
  At 2 activity break
  Then refused 400/20001 "An Activity with FriendlyName 'break' already exists"
  At 3 workflow w to Q1
  Then refused 400/20001 "A Workflow with FriendlyName 'w' already exists"
  At 4 channel CHAT
  Then refused 400/20001 "A TaskChannel with UniqueName 'CHAT' already exists"
  At 5 worker bob
  And set bob name Alice
  Then refused 400/20001
  At 6 set alice name Alice
  Then alice has name Alice
  At 7 delete alice
  And set bob name ALICE
  Then bob has name ALICE

Scenario: A workspace has room for so many workers, queues and activities
  Given limit workers 1
  And limit queues 1
  And limit activities 4
  And worker alice
  And queue Q1
  And activity Break
  At 0 worker bob
  Then refused 400/20001 "This workspace already has its maximum of 1 workers"
  At 1 queue Q2
  Then refused 400/20001 "This workspace already has its maximum of 1 task queues"
  At 2 activity Lunch
  Then refused 400/20001 "This workspace already has its maximum of 4 activities"

Scenario: A friendly name has 1 to 64 characters
  At 0 worker ""
  Then refused 400/20002
  At 1 worker "0123456789012345678901234567890123456789012345678901234567890123"
  And worker "01234567890123456789012345678901234567890123456789012345678901234"
  Then refused 400/20002
