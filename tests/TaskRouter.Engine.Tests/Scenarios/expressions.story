# What expressions see of workers and tasks. https://www.twilio.com/docs/taskrouter/expression-syntax

Scenario: A queue's expression sees the worker's sid, friendly name and activity
  Given worker alice in Available
  And worker bob in Available
  And queue bySid for `sid == "{alice}"`
  And queue byName for `friendly_name == "bob"`
  And queue byActivity for `activity_sid == "{Available}" AND activity_name == "Available" AND friendly_name != "alice"`
  And workflow W
    filter sid when `by == "sid"`
      step bySid
    filter name when `by == "name"`
      step byName
    filter activity when `by == "activity"`
      step byActivity
  At 0 task t1 with {"by":"sid"}
  And task t2 with {"by":"name"}
  Then t1 is reserved for alice
  And t2 is reserved for bob
  At 1 set t2 to canceled
  And task t3 with {"by":"activity"}
  Then t3 is reserved for bob

Scenario: An expression follows a worker's new name
  Given worker alice in Available
  And queue Q1 for `friendly_name == "carol"`
  And workflow W to Q1
  At 0 task t1
  Then t1 is pending
  At 1 set alice name carol
  Then t1 is reserved for alice

Scenario: An expression follows an activity's new name
  Given activity Ready available
  And worker alice in Ready
  And queue Q1 for `activity_name == "Waiting"`
  And workflow W to Q1
  At 0 task t1
  Then t1 is pending
  At 1 set Ready name Waiting
  Then t1 is reserved for alice

Scenario: A built-in field wins over an attribute of the same name
  Given worker alice in Available with {"friendly_name":"boss","sid":"x"}
  And queue Q1 for `friendly_name == "boss" OR sid == "x"`
  And workflow W to Q1
  At 0 task t1
  Then t1 is pending

Scenario: Activity-based routing in a step needs the activity to be available as well
  Given activity Training available
  And activity Lunch
  And queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `worker.activity_name in ["Training", "Lunch"]`
  And worker alice in Available
  And worker bob in Lunch
  At 0 task t1
  Then t1 is pending
  At 1 set alice in Training
  Then t1 is reserved for alice

Scenario: A step's expression sees a channel's load, which counts accepted reservations as assigned
  Given queue Q1
  And workflow W
    filter all when 1==1
      step Q1 when `worker.channel.voice.assigned_tasks == 0`
  And worker alice in Available
  And set alice on chat capacity 5
  At 0 task v1 on voice
  And task c1 on chat
  Then c1 is reserved for alice
  At 1 alice accepts v1
  And task c2 on chat
  Then c2 is pending
  At 2 alice wraps v1
  Then c2 is reserved for alice

Scenario: A step's expression sees a channel's capacity and what of it is free
  Given queue Q1
  And workflow W
    filter big when `big == true`
      step Q1 when `worker.channel.chat.configured_capacity >= 3`
    filter idle when 1==1
      step Q1 when `worker.channel.chat.available_capacity_percentage >= 50`
  And worker alice in Available
  And set alice on chat capacity 2
  At 0 task t1 with {"big":true} on chat
  Then t1 is pending
  At 1 set alice on chat capacity 3
  Then t1 is reserved for alice
  And alice on chat has free 66
  At 2 task t2 on chat
  Then t2 is reserved for alice
  And alice on chat has free 33
  At 3 task t3 on chat
  Then t3 is pending
  At 4 set t2 to canceled
  Then t3 is reserved for alice

Scenario: A queue's expression sees a channel's load, and lets workers in and out with it
  Given queue Q1 for `channel.voice.assigned_tasks == 0`
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 2
  At 0 task v1 on voice
  And alice accepts v1
  And task c1 on chat
  Then c1 is pending
  At 1 alice completes v1
  Then c1 is reserved for alice

Scenario: Workers by skill, by level and by exclusion
  Given queue english for `skills HAS "english"`
  And queue experts for `skills HAS "english" AND level >= 5`
  And worker alice in Available with {"skills":["english"],"level":5}
  And worker bob in Available with {"skills":["english","french"],"level":1}
  And worker carol in Available with {"skills":["french"],"level":9}
  And workflow W
    filter experts when `vip == true`
      step experts
    filter exclusive when `excluded != null`
      step english when `worker.sid NOT IN task.excluded`
    default english
  At 0 task t1 with {"vip":true}
  Then t1 is reserved for alice
  At 1 set t1 to canceled
  And task t2 with {"excluded":["{alice}"]}
  Then t2 is reserved for bob
  At 2 task t3
  Then t3 is reserved for alice

Scenario: An empty TargetWorkers matches nobody, a missing one everybody
  Given worker alice in Available
  And queue nobody for ""
  And queue everybody
  And workflow W
    filter nobody when `to == "nobody"`
      step nobody
    default everybody
  At 0 task t1 with {"to":"nobody"}
  And task t2
  Then t1 is pending
  And t2 is reserved for alice

Scenario: A queue's new expression changes who is asked, and tells
  Given queue Q1 for `skills HAS "a"`
  And workflow W to Q1
  And worker alice in Available with {"skills":["b"]}
  At 0 task t1
  At 1 set Q1 for `skills HAS "b"`
  Then t1 is reserved for alice
  And events are
    0  task.created t1, workflow.entered t1, workflow.target-matched t1, task-queue.entered t1
    1  task-queue.expression.updated Q1, reservation.created t1/alice

Scenario: A worker's new attributes bring it into a queue
  Given queue Q1 for `skills HAS "a"`
  And workflow W to Q1
  And worker alice in Available with {"skills":[]}
  At 0 task t1
  At 1 set alice with {"skills":["a"]}
  Then t1 is reserved for alice
  And events of alice are
    1  worker.attributes.update alice, reservation.created t1/alice

Scenario: A malformed expression is refused
  At 0 queue Q1 for `skill-level > 3`
  Then refused 400/20001
  At 1 queue Q1 for `skills HAS`
  Then refused 400/20001
  At 2 queue Q1 for `name LIKE 'A%'`
  Then refused 400/20001

Scenario: Queues of one expression share their workers, and one outlives the other
  Given queue Q1 for `skills HAS "a"`
  And queue Q2 for `skills HAS "a"`
  And workflow W to Q2
  And worker alice in Available with {"skills":[]}
  At 0 delete Q1
  And task t1
  Then t1 is pending in Q2
  At 1 set alice with {"skills":["a"]}
  Then t1 is reserved for alice
