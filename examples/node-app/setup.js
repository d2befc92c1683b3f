/** A workspace with one agent, one queue and one workflow, all of whose callbacks come to this application. */
export async function setUp(taskrouter, publicUrl, friendlyName) {
  const workspace = await taskrouter.workspaces.create({ friendlyName, eventCallbackUrl: `${publicUrl}/events` });
  const api = taskrouter.workspaces(workspace.sid);
  const [available] = await api.activities.list({ friendlyName: 'Available' });
  await api.workers.create({
    friendlyName: 'Alice',
    activitySid: available.sid,
    attributes: JSON.stringify({ skills: ['billing'] }),
  });
  const queue = await api.taskQueues.create({ friendlyName: 'Billing', targetWorkers: "skills HAS 'billing'" });
  await api.workflows.create({
    friendlyName: 'Main',
    assignmentCallbackUrl: `${publicUrl}/assignment`,
    configuration: JSON.stringify({ task_routing: { default_filter: { queue: queue.sid } } }),
  });
  return workspace;
}
