# How a task moves through its workflow: filters, steps, deadlines, the default filter, known workers.
# https://www.twilio.com/docs/taskrouter/workflow-configuration

Scenario: The first filter that matches takes the task
  Given queue Q1
  And queue Q2
  And workflow W
    filter sales when `type == "sales"`
      step Q1
    filter anything when 1==1
      step Q2
  At 0 task t1 with {"type":"sales"}
  And task t2 with {"type":"other"}
  Then t1 is pending in Q1
  And t1 has filter 1, step 1
  And t2 is pending in Q2
  And t2 has filter 2, step 1

Scenario: Step deadlines add up inside a filter (B1)
  Given queue Q1
  And queue Q2
  And queue Q3
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 10
      step Q3 timeout 10
  At 0 task t1
  Then t1 is pending in Q1
  At 9.999 nothing
  Then t1 is pending in Q1
  At 10 nothing
  Then t1 is pending in Q2
  At 20 nothing
  Then t1 is pending in Q3
  At 30 nothing
  Then t1 is canceled because "Workflow timeout"
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    10  task-queue.timeout t1 Q1, workflow.target-matched t1 Q2 because target_timeout
    10  task-queue.moved t1 Q2 because target_timeout, task-queue.entered t1 Q2
    20  task-queue.timeout t1 Q2, workflow.target-matched t1 Q3, task-queue.moved t1 Q3, task-queue.entered t1 Q3
    30  task-queue.timeout t1 Q3, workflow.timeout t1, task.canceled t1 because "Workflow timeout"

Scenario: After a failed offer the task stays in its step until the step's deadline (B1)
  Given queue Q1 for `skills HAS "one"`
  And queue Q2 for `skills HAS "two"`
  And workflow W reservation timeout 5
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 10
  And worker alice in Offline with {"skills":["one"]}
  At 0 task t1
  At 3 set alice in Available
  Then t1 is reserved for alice
  At 8 nothing
  Then t1 is pending in Q1
  And alice is in Offline
  At 10 nothing
  Then t1 is pending in Q2
  At 20 nothing
  Then t1 is canceled because "Workflow timeout"
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    3   reservation.created t1/alice
    8   reservation.timeout t1/alice
    10  task-queue.timeout t1 Q1, workflow.target-matched t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2
    20  task-queue.timeout t1 Q2, workflow.timeout t1, task.canceled t1

Scenario: A step's deadline does not cut an offer short, and the next deadline stays where it was (B1)
  Given queue Q1 for `skills HAS "one"`
  And queue Q2 for `skills HAS "two"`
  And workflow W reservation timeout 5
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 10
  And worker alice in Offline with {"skills":["one"]}
  At 0 task t1
  At 8 set alice in Available
  At 12 nothing
  Then t1 is reserved in Q1 for alice
  At 13 nothing
  Then t1 is pending in Q2
  At 19.999 nothing
  Then t1 is pending in Q2
  At 20 nothing
  Then t1 is canceled because "Workflow timeout"
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    8   reservation.created t1/alice
    13  reservation.timeout t1/alice, task-queue.timeout t1 Q1
    13  workflow.target-matched t1 Q2, task-queue.moved t1 Q2, task-queue.entered t1 Q2
    20  task-queue.timeout t1 Q2, workflow.timeout t1, task.canceled t1

Scenario: A long offer outlasts several steps, and each tells that its time is over
  Given queue Q1
  And queue Q2 for 1==0
  And queue Q3 for 1==0
  And workflow W reservation timeout 25
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 10
      step Q3 timeout 10
  And worker alice in Available
  At 0 task t1
  At 25 nothing
  Then t1 is pending in Q3
  At 30 nothing
  Then t1 is canceled because "Workflow timeout"
  And events of t1 are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    0   reservation.created t1/alice
    25  reservation.timeout t1/alice, task-queue.timeout t1, task-queue.timeout t1
    25  workflow.target-matched t1 Q3, task-queue.moved t1 Q3, task-queue.entered t1 Q3
    30  task-queue.timeout t1, workflow.timeout t1, task.canceled t1

Scenario: After the last step the task goes to the next later filter that matches too
  Given queue Q1
  And queue Q2
  And queue Q3
  And workflow W
    filter first when 1==1
      step Q1 timeout 10
    filter other when `type == "other"`
      step Q2 timeout 10
    filter last when 1==1
      step Q3 timeout 10
  At 0 task t1 with {"type":"x"}
  At 10 nothing
  Then t1 is pending in Q3
  And t1 has filter 3, step 1, entered 10
  At 19.999 nothing
  Then t1 is pending in Q3
  At 20 nothing
  Then t1 is canceled because "Workflow timeout"

Scenario: The default filter does not catch a task whose steps ran out (B2)
  Given queue Q1
  And queue Q9
  And workflow W
    filter A when `type=='x'`
      step Q1 timeout 10
    default Q9
  At 0 task x with {"type":"x"}
  And task y with {"type":"y"} timeout 100
  Then x is pending in Q1
  And y is pending in Q9
  And y has filter none, step none
  At 10 nothing
  Then x is canceled in Q1 because "Workflow timeout"
  At 99 nothing
  Then y is pending in Q9
  At 100 nothing
  Then y is canceled because "Task TTL Exceeded"
  And events of y are
    0    task.created y, workflow.entered y, workflow.target-matched y Q9, task-queue.entered y Q9
    100  task.canceled y saying "Task TTL Exceeded"

Scenario: A last filter 1==1 catches a task whose steps ran out (B2)
  Given queue Q1
  And queue Q9
  And workflow W
    filter A when `type=='x'`
      step Q1 timeout 10
    filter rest when 1==1
      step Q9
    default Q9
  At 0 task x with {"type":"x"}
  At 10 nothing
  Then x is pending in Q9
  And x has filter 2

Scenario: A task that no filter matches is refused when there is no default filter
  Given queue Q1
  And workflow W
    filter A when `type=='x'`
      step Q1
  At 0 task t1 with {"type":"y"}
  Then refused 400/20001 "No workflow filter matched the task and no default filter is defined"
  And events are none

Scenario: A later step inherits the queue and only raises the priority
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step priority 5 timeout 10
      step priority 9
  At 0 task t1 priority 2
  Then t1 has priority 2, step 1
  At 10 nothing
  Then t1 has priority 5, step 2, entered 0
  At 20 nothing
  Then t1 has priority 9, step 3, queue Q1, entered 0
  And events are
    0   task.created t1, workflow.entered t1, workflow.target-matched t1 Q1, task-queue.entered t1 Q1
    10  task-queue.timeout t1, workflow.target-matched t1 Q1
    20  task-queue.timeout t1, workflow.target-matched t1 Q1

Scenario: A task's own priority holds until a step sets one
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
      step Q1 priority 5
  At 0 task t1 priority 2
  And set t1 priority 4
  Then t1 has priority 4
  At 10 nothing
  Then t1 has priority 5
  At 11 set t1 priority 1
  Then t1 has priority 1

Scenario: A step's expression narrows the queue by task and worker, and the next step relaxes it
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `worker.level >= task.level` timeout 10
      step Q1
  And worker junior in Available with {"level":1}
  At 0 task t1 with {"level":5}
  Then t1 is pending in Q1
  At 10 nothing
  Then t1 is reserved for junior

Scenario: An impossible first step parks a task for its timeout
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when 1==0 timeout 600
      step Q1
  And worker alice in Available
  At 0 task t1
  At 599 nothing
  Then t1 is pending
  At 600 nothing
  Then t1 is reserved for alice

Scenario: order_by sorts by several keys, whole numbers only, and those without the attribute last
  Given queue Q1 max 50
  And workflow W
    filter all when 1==1
      step Q1 order by `worker.level DESC, worker.cost ASC`
  And worker none in Available
  And worker text in Available with {"level":"9"}
  And worker decimal in Available with {"level":9.5}
  And worker dear in Available with {"level":5,"cost":9}
  And worker cheap in Available with {"level":5,"cost":1}
  And worker best in Available with {"level":7}
  And worker priceless in Available with {"level":5}
  At 0 task t1
  Then offers of t1 are best pending, cheap pending, dear pending, priceless pending, none pending, text pending, decimal pending

Scenario: order_by upwards still puts workers without the attribute last, and ties go to the longest idle
  Given queue Q1
  And queue Q2 max 50
  And workflow W
    filter single when `single == true`
      step Q1 when `worker.friendly_name == task.who`
    filter all when 1==1
      step Q2 order by `worker.level ASC`
  And worker none in Available
  And worker two in Available with {"level":2}
  And worker alsotwo in Available with {"level":2}
  And worker one in Available with {"level":1}
  At 5 task t0 with {"single":true,"who":"two"}
  And two accepts t0
  And two completes t0
  At 10 task t1
  Then offers of t1 are one pending, alsotwo pending, two pending, none pending

Scenario: order_by works in the default filter
  Given queue Q1
  And workflow W
    default Q1 order by `worker.level DESC`
  And worker low in Available with {"level":1}
  And worker high in Available with {"level":2}
  At 0 task t1
  Then t1 is reserved for high

Scenario: A known worker's step waits for that worker alone (B12)
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 known worker task.agent timeout 30
      step Q2
  And worker alice in Offline
  And worker bob in Available
  At 0 task t1 with {"agent":"{alice}"}
  Then t1 is pending in Q1
  At 5 set alice in Available
  Then t1 is reserved in Q1 for alice

Scenario: A known worker's step does not fall through when the attribute is missing, null, or no text (B12)
  Given queue Q1
  And queue Q2
  And workflow W
    filter all when 1==1
      step Q1 known worker task.agent timeout 30
      step Q2
  And worker alice in Available
  And worker bob in Available
  And worker carol in Available
  At 0 task t1
  And task t2 with {"agent":null}
  And task t3 with {"agent":5}
  At 29.999 nothing
  Then t1 is pending in Q1
  And t2 is pending in Q1
  And t3 is pending in Q1
  At 30 nothing
  Then t1 is reserved in Q2
  And t2 is reserved in Q2
  And t3 is reserved in Q2

Scenario: A known worker outside the step's queue is not offered the task
  Given queue Q1 for `team == "a"`
  And queue Q2 for `team == "b"`
  And workflow W
    filter all when 1==1
      step Q1 known worker task.agent timeout 30
      step Q2
  And worker alice in Available with {"team":"a"}
  And worker bob in Available with {"team":"b"}
  At 0 task t1 with {"agent":"{bob}"}
  Then t1 is pending in Q1
  At 30 nothing
  Then t1 is reserved in Q2 for bob

Scenario: A known worker is found by friendly name whatever its letter case
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 known worker name task.agent
  And worker Alice in Available
  And worker bob in Available
  At 0 task t1 with {"agent":"ALICE"}
  And task t2 with {"agent":"nobody"}
  Then t1 is reserved for Alice
  And t2 is pending
  At 1 set bob name Nobody
  Then t2 is reserved for bob

Scenario: A step's expression applies on top of its known worker
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 known worker task.agent when `worker.level > 3`
  And worker alice in Available with {"level":1}
  At 0 task t1 with {"agent":"{alice}"}
  Then t1 is pending
  At 1 set alice with {"level":4}
  Then t1 is reserved for alice

Scenario: The older way to a known worker, task.worker_sid = worker.sid in a step
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `task.worker_sid = worker.sid`
  And worker alice in Available
  And worker bob in Available
  At 0 task t1 with {"worker_sid":"{bob}"}
  Then t1 is reserved for bob

Scenario: A workflow is finished with a task once it is accepted
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 timeout 10
  And worker alice in Available
  At 0 task t1 timeout 20
  And alice accepts t1
  At 100 nothing
  Then t1 is assigned for alice

Scenario: A malformed configuration is refused
  Given queue Q1
  At 0 workflow W as `{"filters":[]}`
  Then refused 400/20001
  At 1 workflow W as `{"task_routing":{}}`
  Then refused 400/20001
  At 2 workflow W as `{"task_routing":{"filters":[{"expression":"1==1","targets":[]}]}}`
  Then refused 400/20001
  At 3 workflow W as `{"task_routing":{"filters":[{"expression":"1==1","targets":[{"timeout":5}]}]}}`
  Then refused 400/20001
  At 4 workflow W as `{"task_routing":{"filters":[{"expression":"level-a > 1","targets":[{"queue":"{Q1}"}]}]}}`
  Then refused 400/20001
  At 5 workflow W as `{"task_routing":{"filters":[{"expression":"1==1","targets":[{"queue":"{Q1}","known_worker_sid":"task.a","known_worker_friendly_name":"task.b"}]}]}}`
  Then refused 400/20001
  At 6 workflow W as `{"task_routing":{"filters":[{"expression":"1==1","targets":[{"queue":"{Q1}","timeout":0}]}]}}`
  Then refused 400/20001
  At 7 workflow W as `{"task_routing":{"default_filter":{"queue":"{Offline}"}}}`
  Then refused 400/20001
  And events are none

Scenario: A configuration may use the older names of its keys and numbers in text
  Given queue Q1
  And queue Q2
  And workflow W as `{"task_routing":{"filters":[{"friendly_name":"A","expression":"1==1","targets":[{"task_queue_sid":"{Q1}","priority":"10","timeout":"5"},{"queue":"{Q2}"}]}]}}`
  At 0 task t1
  Then t1 is pending in Q1
  And t1 has priority 10
  At 5 nothing
  Then t1 is pending in Q2

Scenario: An offer that ends in the very moment of the step's deadline moves the task on
  Given queue Q1 for `team == "one"`
  And queue Q2 for `team == "two"`
  And workflow W reservation timeout 10
    filter all when 1==1
      step Q1 timeout 10
      step Q2 timeout 10
  And worker alice in Available with {"team":"one"}
  And worker bob in Offline with {"team":"one"}
  At 0 task t1
  At 5 set bob in Available
  Then t1 is reserved for alice
  At 10 nothing
  Then t1 is pending in Q2
  And offers of t1 are alice timeout
