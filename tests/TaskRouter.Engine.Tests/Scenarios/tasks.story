# What a task goes through, and what it refuses.
# https://www.twilio.com/docs/taskrouter/lifecycle-task-state

Scenario: A task is created, reserved, accepted, wrapped up and completed
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1 with {"type":"x"} priority 5
  Then t1 is reserved in Q1 for alice
  At 3 alice accepts t1
  Then t1 is assigned for alice
  At 60 alice wraps t1
  Then t1 is wrapping for alice
  At 90 alice completes t1
  Then t1 is completed
  And t1/alice is completed
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0   reservation.created t1/alice
    3   reservation.accepted t1/alice
    60  reservation.wrapup t1/alice, task.wrapup t1 by alice
    90  reservation.completed t1/alice, task.completed t1 by alice

Scenario: A task is completed without wrapping up
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 5 set t1 to completed because "solved"
  Then t1 is completed because "solved"
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.accepted t1/alice
    5  reservation.completed t1/alice, task.completed t1 by alice because "solved"

Scenario: A task that is wrapped up takes its accepted reservation along
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 5 set t1 to wrapping
  Then t1 is wrapping for alice
  And t1/alice is wrapping
  At 6 set t1 to completed
  Then t1/alice is completed
  And events of t1 are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.accepted t1/alice
    5  reservation.wrapup t1/alice, task.wrapup t1 by alice
    6  reservation.completed t1/alice, task.completed t1 by alice

Scenario: A pending task can be canceled, and not wrapped up or completed (B9)
  Given queue Q1
  And workflow W to Q1
  At 0 task t1
  At 1 set t1 to completed
  Then refused 400/20001 "Cannot complete task {t1} in workspace {workspace} for account {account} because it is not currently assigned."
  At 2 set t1 to wrapping
  Then refused 400/20001 "Cannot wrap up a task {t1} in workspace {workspace} for account {account} because it's not currently assigned"
  At 3 set t1 to reserved
  Then refused 400/20001
  At 4 set t1 to assigned
  Then refused 400/20001
  At 5 set t1 to canceled because "changed my mind"
  Then t1 is canceled because "changed my mind"
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    5  task.canceled t1 because "changed my mind"

Scenario: A reserved task can be canceled with its offers, and not wrapped up or completed (B9)
  Given queue Q1 max 2
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 0 task t1
  At 1 set t1 to completed
  Then refused 400/20001 "Cannot complete task {t1} in workspace {workspace} for account {account} because it is not currently assigned."
  At 2 set t1 to wrapping
  Then refused 400/20001 "Cannot wrap up a task {t1} in workspace {workspace} for account {account} because it's not currently assigned"
  At 3 set t1 to pending
  Then refused 400/20001
  At 4 set t1 to assigned
  Then refused 400/20001
  At 5 set t1 to canceled
  Then t1 is canceled
  And offers of t1 are alice canceled, bob canceled
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.created t1/bob
    5  reservation.canceled t1/alice, reservation.canceled t1/bob, task.canceled t1

Scenario: An assigned task can be wrapped up and completed, and not canceled (B9)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 1 set t1 to canceled
  Then refused 400/20001 "Cannot cancel task {t1} in workspace {workspace} for account {account} because it is not pending or reserved."
  At 2 set t1 to pending
  Then refused 400/20001
  At 3 set t1 to reserved
  Then refused 400/20001
  At 4 set t1 to wrapping
  Then t1 is wrapping

Scenario: A wrapping task can only be completed (B9)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And alice wraps t1
  At 1 set t1 to canceled
  Then refused 400/20001 "Cannot cancel task {t1} in workspace {workspace} for account {account} because it is not pending or reserved."
  At 2 set t1 to pending
  Then refused 400/20001
  At 3 set t1 to assigned
  Then refused 400/20001
  At 4 set t1 to wrapping
  Then refused 400/20001 "Cannot wrap up a task {t1} in workspace {workspace} for account {account} because it's not currently assigned"
  At 5 set t1 to completed
  Then t1 is completed

Scenario: A completed task stays as it is (B9)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And set t1 to completed
  At 1 set t1 to canceled
  Then refused 400/20001 "Cannot cancel task {t1} in workspace {workspace} for account {account} because it is not pending or reserved."
  At 2 set t1 to wrapping
  Then refused 400/20001 "Cannot wrap up a task {t1} in workspace {workspace} for account {account} because it's not currently assigned"
  At 3 set t1 to pending
  Then refused 400/20001
  At 4 set t1 to canceled because "again"
  Then refused 400/20001

Scenario: A canceled task stays as it is (B9)
  Given queue Q1
  And workflow W to Q1
  At 0 task t1
  And set t1 to canceled
  At 1 set t1 to completed
  Then refused 400/20001 "Cannot complete task {t1} in workspace {workspace} for account {account} because it is not currently assigned."
  At 2 set t1 to wrapping
  Then refused 400/20001 "Cannot wrap up a task {t1} in workspace {workspace} for account {account} because it's not currently assigned"
  At 3 set t1 to canceled
  Then refused 400/20001 "Cannot cancel task {t1} in workspace {workspace} for account {account} because it is not pending or reserved."

Scenario: Status and attributes change in one request, and a refused one changes neither
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 set t1 to completed with {"done":true}
  Then refused 400/20001
  And t1 has attributes {}
  At 2 alice accepts t1
  And set t1 to completed with {"done":true}
  Then t1 is completed
  And t1 has attributes {"done":true}
  And events of t1 are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice
    2  reservation.accepted t1/alice, task.updated t1, reservation.completed t1/alice, task.completed t1

Scenario: A pending task can be deleted
  Given queue Q1
  And workflow W to Q1
  At 0 task t1
  At 1 delete t1
  Then t1 is gone
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    1  task.deleted t1

Scenario: A reserved task can be deleted, and its offer is canceled
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 delete t1
  Then t1 is gone
  And alice on default has active 0
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice
    1  reservation.canceled t1/alice, task.deleted t1

Scenario: An assigned task can be deleted, and its reservation is completed
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 1 delete t1
  Then t1 is gone
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.accepted t1/alice
    1  reservation.completed t1/alice, task.deleted t1

Scenario: A wrapping task can be deleted, and its reservation is completed
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And alice wraps t1
  At 1 delete t1
  Then t1 is gone
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.accepted t1/alice, reservation.wrapup t1/alice, task.wrapup t1
    1  reservation.completed t1/alice, task.deleted t1

Scenario: An ended task can be deleted
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  And task t2
  And set t1 to completed
  And set t2 to canceled
  At 1 delete t1
  And delete t2
  Then t1 is gone
  And t2 is gone
  And events of t1 are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    0  reservation.created t1/alice, reservation.accepted t1/alice
    0  reservation.completed t1/alice, task.completed t1
    1  task.deleted t1
  And events of t2 are
    0  task.created t2, workflow.entered t2, workflow.target-matched t2, task-queue.entered t2
    0  reservation.created t2/alice, reservation.canceled t2/alice, task.canceled t2
    1  task.deleted t2

Scenario: A new priority takes effect at once
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  At 0 task t1 priority 1
  And task t2 priority 2
  And set t1 priority 3
  At 1 set alice in Available
  Then t1 is reserved for alice
  And t2 is pending

Scenario: A pending task changes its channel, and finds a worker there
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 0
  At 0 task t1 on chat
  Then t1 is pending
  At 1 set t1 on voice
  Then t1 is reserved for alice
  And t1 has channel voice
  At 2 set t1 on chat
  Then refused 400/20001 "Cannot change the TaskChannel of task {t1} because it is not pending"
  At 3 set t1 on voice
  Then t1 has channel voice
  And events of t1 are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    1  task.updated t1, reservation.created t1/alice

Scenario: A task's channel is a SID or a unique name in any letter case, and default when it names none
  Given queue Q1
  And workflow W to Q1
  At 0 task t1
  And task t2 on CHAT
  And task t3 on nosuch
  Then refused 400/20001 "Invalid TaskChannel: 'nosuch' does not exist in this workspace"
  And t1 has channel default
  And t2 has channel chat

Scenario: Virtual start may lie in the past and orders the queue
  Given queue Q1
  And workflow W to Q1
  And worker alice in Offline
  At 0 task t1
  At 10 task t2 started -60
  And task t3
  And set alice in Available
  Then t2 is reserved for alice
  And t2 has started -60
  At 11 set t3 started -30
  And alice rejects t2 into Offline
  And set t2 to canceled
  And set alice in Available
  Then t3 is reserved for alice
  And t1 is pending

Scenario: Virtual start is refused in the future and before 1900
  Given queue Q1
  And workflow W to Q1
  At 10 task t1 started 11
  Then refused 400/20001 "Invalid VirtualStartTime: must not be in the future"
  At 10 task t1 started -3976300800
  Then refused 400/20001 "Invalid VirtualStartTime: must not be before 1900"
  At 10 task t1 started 10
  And set t1 started 11
  Then refused 400/20001

Scenario: The same attributes again raise no version and tell nothing
  Given queue Q1
  And workflow W to Q1
  At 0 task t1 with {"a":1}
  Then t1 has version 0
  At 1 set t1 with {"a":1}
  Then t1 has version 0
  At 2 set t1 with {"a": 1}
  Then t1 has version 1
  And t1 has attributes {"a": 1}
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    2  task.updated t1

Scenario: The workflow may be left out only when there is exactly one
  Given queue Q1
  At 0 task t1
  Then refused 400/20001
  At 1 workflow W to Q1
  And task t1
  Then t1 has workflow W
  At 2 workflow V to Q1
  And task t2
  Then refused 400/20001
  At 3 task t2 workflow V
  Then t2 has workflow V
  At 4 task t3 workflow WW00000000000000000000000000000000
  Then refused 400/20001 "Invalid WorkflowSid: Workflow WW00000000000000000000000000000000 does not exist in this workspace"

Scenario: A task's version grows with every change, and a stale one is refused (B10)
  Given queue Q1
  And workflow W to Q1
  At 0 task t1
  And set t1 with {"a":1} if version 0
  Then t1 has version 1
  At 1 set t1 with {"a":2} if version 0
  Then refused 412/20412
  And t1 has attributes {"a":1}
  At 2 delete t1 if version 0
  Then refused 412/20412
  At 3 delete t1 if version 1
  Then t1 is gone
