/** A workspace with two agents, a queue for both of them and one for each; the one that is there already, if any. */
export async function setUp(taskrouter, friendlyName) {
  const [known] = await taskrouter.workspaces.list({ friendlyName });
  if (known) {
    return known;
  }
  const workspace = await taskrouter.workspaces.create({ friendlyName });
  const api = taskrouter.workspaces(workspace.sid);
  for (const name of ['Alice', 'Bob']) {
    await api.workers.create({ friendlyName: name, attributes: JSON.stringify({ team: 'parcels' }) });
  }
  const queue = await api.taskQueues.create({ friendlyName: 'Parcels', targetWorkers: 'team == "parcels"' });
  await api.workflows.create({
    friendlyName: 'Main',
    taskReservationTimeout: 60,
    configuration: JSON.stringify({ task_routing: { default_filter: { queue: queue.sid } } }),
  });
  return workspace;
}
