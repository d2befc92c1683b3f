# What a workspace from the FLEX template begins with.

Scenario: A Flex workspace has a workflow that assigns tasks to anyone
  Given workspace template FLEX
  And worker alice in Available with {"routing":{"skills":["Sales"],"levels":{}}}
  And worker bob in Break
  At 0 task t1
  Then t1 is reserved for alice
