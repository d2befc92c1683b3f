# Multitasking: capacity and availability per channel. https://www.twilio.com/docs/taskrouter/multitasking

Scenario: A worker takes as many tasks on a channel as it has capacity there
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 2
  At 0 task t1 on chat
  And task t2 on chat
  And task t3 on chat
  And task t4 on voice
  Then t1 is reserved for alice
  And t2 is reserved for alice
  And t3 is pending
  And t4 is reserved for alice
  At 1 alice accepts t1
  And alice completes t1
  Then t3 is reserved for alice

Scenario: Percentage and assigned tasks of a channel (B7)
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 3
  At 0 task t1 on chat
  And task t2 on chat
  And alice accepts t1
  Then alice on chat has capacity 3, assigned 1, active 2, free 33
  At 1 alice completes t1
  Then alice on chat has assigned 0, active 1, free 66
  At 2 alice rejects t2 into Offline
  Then alice on chat has assigned 0, active 0, free 100

Scenario: A channel with capacity 0 takes nothing and is 0 percent free
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 0
  At 0 task t1 on chat
  Then t1 is pending
  And alice on chat has free 0
  At 1 set alice on chat capacity 1
  Then t1 is reserved for alice

Scenario: Capacity may be lowered below the load, and nothing is taken away
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 3
  At 0 task t1 on chat
  And task t2 on chat
  And alice accepts t1
  And alice accepts t2
  At 1 set alice on chat capacity 1
  Then t1 is assigned for alice
  And t2 is assigned for alice
  And alice on chat has capacity 1, active 2, free 0
  At 2 task t3 on chat
  And set t1 to completed
  Then t3 is pending
  At 3 set t2 to completed
  Then t3 is reserved for alice
  And events of alice are
    0  reservation.created t1/alice, reservation.created t2/alice
    0  reservation.accepted t1/alice, reservation.accepted t2/alice
    1  worker.capacity.update alice chat
    2  reservation.completed t1/alice
    3  reservation.completed t2/alice, reservation.created t3/alice

Scenario: Capacity is 0 to 1,000
  Given worker alice
  At 0 set alice on chat capacity -1
  Then refused 400/20001
  At 1 set alice on chat capacity 1001
  Then refused 400/20001
  At 2 set alice on chat capacity 1000
  Then alice on chat has capacity 1000

Scenario: A closed channel keeps its work and gets no more
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And set alice on chat capacity 5
  At 0 task t1 on chat
  And alice accepts t1
  At 1 set alice on chat available no
  And task t2 on chat
  And task t3 on voice
  Then t1 is assigned for alice
  And t2 is pending
  And t3 is reserved for alice
  At 2 set alice on chat available yes
  Then t2 is reserved for alice
  And events of alice are
    0  reservation.created t1/alice, reservation.accepted t1/alice
    1  worker.channel.availability.update alice chat, reservation.created t3/alice
    2  worker.channel.availability.update alice chat, reservation.created t2/alice

Scenario: A new channel reaches every worker with capacity 1 and open
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 5 channel email
  Then alice on email has capacity 1, available yes, active 0
  And bob on email has capacity 1, available yes, active 0
  At 6 task t1 on email
  And task t2 on email
  Then t1 is reserved for alice
  And t2 is reserved for bob
  At 7 worker carol in Available
  Then carol on email has capacity 1

Scenario: A channel that is gone takes its part of idle times along
  Given channel email
  And queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 10 task t1 on voice
  And alice accepts t1
  And alice completes t1
  At 20 task t2 on chat
  And bob accepts t2
  And bob completes t2
  At 30 task t3 on email
  And alice accepts t3
  And alice completes t3
  At 40 delete email
  And task t4 on sms
  Then t4 is reserved for alice

Scenario: Longest idle is over all channels, or over the task's own when that is optimized (B6)
  Given channel shared
  And channel own optimized
  And queue Q1
  And workflow W to Q1
  And worker a in Available
  And worker b in Available
  At 9 task a1 on shared target a
  And task a2 on own target a
  And a accepts a1
  And a completes a1
  And a accepts a2
  And a completes a2
  At 30 task b1 on voice target b
  And b accepts b1
  And b completes b1
  At 50 task b2 on shared target b
  And task b3 on own target b
  And b accepts b2
  And b completes b2
  And b accepts b3
  And b completes b3
  At 60 task a3 on voice target a
  And a accepts a3
  And a completes a3
  At 70 task t1 on shared
  Then t1 is reserved for b
  At 71 task t2 on own
  Then t2 is reserved for a

Scenario: A channel that becomes optimized changes who is next
  Given queue Q1
  And workflow W to Q1
  And worker a in Available
  And worker b in Available
  At 10 task a1 on chat target a
  And a accepts a1
  And a completes a1
  At 20 task b1 on voice target b
  And b accepts b1
  And b completes b1
  At 30 set chat optimized yes
  And task t1 on chat
  Then t1 is reserved for b

Scenario: A new channel resets nobody's idle time
  Given queue Q1
  And workflow W to Q1
  And worker alice in Available
  And worker bob in Available
  At 1 task t1
  And alice accepts t1
  And alice completes t1
  At 5 channel email
  And task t2
  Then t2 is reserved for bob
