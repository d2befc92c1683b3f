# What tasks notice of a workflow's new configuration, and of their own new attributes.
# https://www.twilio.com/docs/taskrouter/api/workflow

Scenario: A task keeps the configuration it entered with
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q1 priority 5
  At 0 task t1
  At 1 set W
    filter all when 1==1
      step Q2
  And task t2
  Then t1 is pending in Q1
  And t2 is pending in Q2
  At 10 nothing
  Then t1 is pending in Q1
  And t1 has priority 5

Scenario: ReEvaluateTasks moves waiting tasks to the new configuration with a fresh clock
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
  At 0 task t1
  At 6 set W moving tasks
    filter all when 1==1
      step Q2 timeout 10
  Then t1 is pending in Q2
  At 15.999 nothing
  Then t1 is pending in Q2
  At 16 nothing
  Then t1 is canceled because "Workflow timeout"
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    6   workflow.target-matched t1 Q2 because workflow_updated, task-queue.moved t1 Q2 because workflow_updated
    6   task-queue.entered t1 Q2
    16  task-queue.timeout t1, workflow.timeout t1, task.canceled t1

Scenario: ReEvaluateTasks reaches a reserved task when its offer ends unaccepted
  Given queue Q1
  And queue Q2 for 1==0
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  At 1 set W to Q2 moving tasks
  Then t1 is reserved in Q1 for alice
  At 2 alice rejects t1
  Then t1 is pending in Q2
  And events of t1 are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0  reservation.created t1/alice
    2  reservation.rejected t1/alice
    2  workflow.target-matched t1 Q2 because workflow_updated, task-queue.moved t1 Q2, task-queue.entered t1 Q2

Scenario: ReEvaluateTasks leaves accepted tasks alone
  Given queue Q1
  And queue Q2
  And workflow W to Q1
  And worker alice in Available
  At 0 task t1
  And alice accepts t1
  At 1 set W to Q2 moving tasks
  Then t1 is assigned in Q1 for alice
  At 2 alice wraps t1
  And set W to Q1 moving tasks
  Then t1 is wrapping in Q1

Scenario: ReEvaluateTasks without a match leaves the task where it is
  Given queue Q1
  And queue Q2
  And workflow W to Q1
  At 0 task t1
  At 1 set W moving tasks
    filter vip when `vip == true`
      step Q2
  Then t1 is pending in Q1
  At 2 set W moving tasks
    filter all when 1==1
      step Q2
  Then t1 is pending in Q2

Scenario: A queue that only a replaced configuration uses cannot be deleted while a task follows it
  Given queue Q1
  And queue Q2
  And queue Q3
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q3
  At 0 task t1
  And set W to Q2
  At 1 delete Q3
  Then refused 400/20001 "Cannot delete TaskQueue {Q3} because Workflow {W} uses it"
  At 2 set t1 to canceled
  And delete Q3
  Then Q3 is gone

Scenario: New attributes that match the same filter keep step and clock
  Given queue Q1
  And queue Q2
  And workflow W
    filter sales when `type == "sales"`
      step Q1 timeout 10
      step Q2 timeout 10
  At 0 task t1 with {"type":"sales"}
  At 10 nothing
  Then t1 has step 2
  At 15 set t1 with {"type":"sales","more":1}
  Then t1 has step 2, queue Q2
  At 20 nothing
  Then t1 is canceled because "Workflow timeout"
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    10  task-queue.timeout t1, workflow.target-matched t1, task-queue.moved t1, task-queue.entered t1
    15  task.updated t1
    20  task-queue.timeout t1, workflow.timeout t1, task.canceled t1

Scenario: New attributes that match another filter enter it with a fresh clock
  Given queue Q1
  And queue Q2
  And workflow W
    filter sales when `type == "sales"`
      step Q1 timeout 10
    filter rest when 1==1
      step Q2 timeout 10
  At 0 task t1 with {"type":"other"}
  Then t1 is pending in Q2
  At 6 set t1 with {"type":"sales"}
  Then t1 is pending in Q1
  At 15.999 nothing
  Then t1 is pending in Q1
  At 16 nothing
  Then t1 is pending in Q2
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q2, task-queue.entered t1 Q2
    6   task.updated t1, workflow.target-matched t1 Q1 because task_updated, task-queue.moved t1 Q1
    6   task-queue.entered t1 Q1
    16  task-queue.timeout t1, workflow.target-matched t1 Q2, task-queue.moved t1, task-queue.entered t1

Scenario: New attributes do not throw a task back to a filter whose time it has waited out
  Given queue Q1
  And queue Q2
  And workflow W
    filter vip when vip==true
      step Q1 timeout 10 priority 1
    filter all when 1==1
      step Q2 priority 10
  At 0 task t1 with {"vip":true,"note":0}
  At 10 nothing
  Then t1 is pending in Q2
  At 11 set t1 with {"vip":true,"note":1}
  Then t1 is pending in Q2
  And t1 has priority 10
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    10  task-queue.timeout t1, workflow.target-matched t1 Q2, task-queue.moved t1, task-queue.entered t1 Q2
    11  task.updated t1
  At 12 set t1 with {"vip":false}
  Then t1 is pending in Q2
  At 13 set t1 with {"vip":true}
  Then t1 is pending in Q1
  And events are
    12  task.updated t1
    13  task.updated t1, workflow.target-matched t1 Q1 because task_updated, task-queue.moved t1 Q1
    13  task-queue.entered t1 Q1

Scenario: New attributes do not move a task from the default filter that all skipped steps have led to
  Given queue Q1 for 1==0
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 timeout 10 skip if `workers.available == 0`
    default Q2
  At 0 task t1
  Then t1 is pending in Q2
  At 5 set t1 with {"note":1}
  Then t1 is pending in Q2
  And t1 has entered 0
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0   workflow.skipped t1, workflow.target-matched t1 Q2, task-queue.moved t1, task-queue.entered t1 Q2
    5   task.updated t1

Scenario: New attributes without a match leave the task where it is
  Given queue Q1
  And workflow W
    filter sales when `type == "sales"`
      step Q1
  At 0 task t1 with {"type":"sales"}
  At 1 set t1 with {"type":"other"}
  Then t1 is pending in Q1
  And t1 has attributes {"type":"other"}

Scenario: New attributes of a reserved or assigned task are only stored
  Given queue Q1
  And queue Q2
  And workflow W
    filter sales when `type == "sales"`
      step Q1
    filter rest when 1==1
      step Q2
  And worker alice in Available
  At 0 task t1 with {"type":"sales"}
  And set t1 with {"type":"other"}
  Then t1 is reserved in Q1 for alice
  At 1 alice accepts t1
  And set t1 with {"type":"third"}
  Then t1 is assigned in Q1 for alice
  And t1 has attributes {"type":"third"}

Scenario: New attributes that a step's expression reads find a worker
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `worker.level >= task.level`
  And worker alice in Available with {"level":3}
  At 0 task t1 with {"level":5}
  Then t1 is pending
  At 1 set t1 with {"level":3}
  Then t1 is reserved for alice
