// How many jobs a second a queue in Node adds, fetches and completes, with the batching each project documents.
//   node cycle.js graphile|pgboss postgres://... SECONDS     prints a number
import process from 'node:process';

const [peer, connectionString, seconds] = process.argv.slice(2);
const addsInFlight = 32;
const warmUpMs = 2_000;

let done = 0;
const queues = { graphile, pgboss };
const queue = await queues[peer]();
let open = true;
const adders = Array.from({ length: addsInFlight }, async () => {
  while (open) {
    await queue.add({ customer: 'c123456', note: 'x'.repeat(40) });
  }
});

await new Promise((resolve) => setTimeout(resolve, warmUpMs));
const before = done;
const began = performance.now();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1_000));
console.log(((done - before) / (performance.now() - began)) * 1_000);
open = false;
await Promise.all(adders);
process.exit(0);

// https://worker.graphile.org/docs/performance
async function graphile() {
  const { run, makeWorkerUtils, Logger } = await import('graphile-worker');
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString, logger, maxPoolSize: addsInFlight });
  await utils.migrate();
  await run({
    connectionString,
    logger,
    maxPoolSize: 25,
    noHandleSignals: true,
    taskList: { job: async () => void done++ },
    preset: {
      worker: {
        concurrentJobs: 24,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  });
  return { add: (job) => utils.addJob('job', job) };
}

// Fetched in batches, without its polling: what its throughput would be if nobody ever waited for the next poll.
async function pgboss() {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString, max: addsInFlight + 4, schedule: false, supervise: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('job');
  (async () => {
    for (;;) {
      const jobs = (await boss.fetch('job', { batchSize: 500 })) ?? [];
      if (jobs.length > 0) {
        await boss.complete('job', jobs.map((job) => job.id));
        done += jobs.length;
      } else {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  })();
  return { add: (job) => boss.send('job', job) };
}
