import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { WorkRequestInit, WorkTask } from '@polywire/protocol/polywire.io.v1';
import { ItemQueue, PolywireError } from '@polywire/sdk/core';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag } from '../../lib/flags.js';
import { follow } from '../../lib/follow.js';
import { runTask } from '../../lib/run-task.js';
import { oneLine } from '../../lib/show-text.js';
import { UsageError } from '../../lib/usage-error.js';

type Work = (task: WorkTask, signal: AbortSignal) => Promise<Uint8Array>;

export default class IoWork extends ClientCommand {
  static override summary = 'Offer work and do it, until Ctrl-C.';
  static override description =
    'Each task runs the command of --exec in a shell: what was asked is its stdin, its stdout is the result, and an exit code other than 0 is the error. POLYWIRE_TASK_ID, POLYWIRE_METHOD_ID and POLYWIRE_CLIENT_ID tell it more. A command is ended when nobody waits for its result any more. Prints a line about each task on stderr.';
  static override examples = [
    '<%= config.bin %> io work resize --exec "convert - -resize 50% -" --concurrency 4',
    '<%= config.bin %> io work echo --echo --client CS001',
  ];
  static override args = {
    worker: Args.string({ description: 'The kind of work.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    exec: Flags.string({ description: 'The command that does a task.', helpValue: 'COMMAND', exclusive: ['echo'] }),
    echo: Flags.boolean({ description: 'The result is what was asked.' }),
    concurrency: countFlag({ description: 'Tasks at once.', default: 1 }),
    count: countFlag({ description: 'Stop after so many tasks.' }),
    client: Flags.string({ description: 'Connect with this identity.', helpValue: 'ID' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IoWork);
    const { exec, concurrency } = flags;
    if (exec === undefined && !flags.echo) throw new UsageError('what is to be done is missing: give --exec or --echo');
    const work: Work =
      exec === undefined
        ? async ({ payload }) => payload
        : ({ payload, taskId, methodId, clientId }, signal) =>
            runTask(exec, payload, environmentOf(taskId, methodId, clientId), signal);
    await this.withClient(flags, async (client) => {
      const { checkResultSize } = await import('@polywire/sdk');
      const results = new ItemQueue<WorkRequestInit>();
      results.push({ event: { $case: 'offer', value: { worker: args.worker, concurrency } } }, 0);
      const running = new Map<string, AbortController>();
      let left = flags.count ?? Number.POSITIVE_INFINITY;
      const finish = (taskId: string, outcome: Uint8Array | PolywireError): void => {
        const value = PolywireError.is(outcome) ? { taskId, error: outcome.toMessage() } : { taskId, payload: outcome };
        results.push({ event: { $case: 'result', value } }, 0);
        this.progress(`${taskId} ${PolywireError.is(outcome) ? oneLine(`failed: ${outcome.message}`) : 'done'}`);
        if (--left === 0) results.end();
      };
      const start = (task: WorkTask): void => {
        const abort = new AbortController();
        running.set(task.taskId, abort);
        this.progress(`${task.taskId} begins${task.clientId === '' ? '' : ` for ${oneLine(task.clientId)}`}`);
        void work(task, abort.signal)
          .then((result) => {
            checkResultSize(client, result);
            return result;
          })
          .catch((thrown: unknown) => PolywireError.from(thrown))
          .then((outcome) => {
            // One that was cancelled is nobody's business any more.
            if (running.delete(task.taskId)) finish(task.taskId, outcome);
          });
      };
      try {
        await follow(
          (signal) => client.io.work(results, { signal }),
          async ({ event }) => {
            if (event?.$case === 'ready') this.progress(`ready to work as "${oneLine(args.worker)}"; Ctrl-C ends it`);
            else if (event?.$case === 'task') start(event.value);
            else if (event?.$case === 'cancel') {
              running.get(event.value.taskId)?.abort();
              running.delete(event.value.taskId);
              this.progress(`${event.value.taskId} cancelled`);
            } else if (event?.$case === 'late') this.progress(`${event.value.taskId} was too late`);
            return false;
          },
        );
      } finally {
        for (const abort of running.values()) abort.abort();
      }
    });
  }
}

function environmentOf(taskId: string, methodId: number, clientId: string): Record<string, string> {
  return {
    POLYWIRE_TASK_ID: taskId,
    POLYWIRE_METHOD_ID: String(methodId),
    POLYWIRE_CLIENT_ID: clientId,
  };
}
