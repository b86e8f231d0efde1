import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PolywireError } from '@polywire/sdk/core';
import type { Answer } from './answer-parent.js';

/** What `npm start` gives to Node. */
const flags = ['--max-semi-space-size=64', '--max-inlined-bytecode-size-cumulative=4000'];

/** A process beside this one that answers questions, one at a time. It ends with this process at the latest. */
export class HelperProcess {
  readonly #child: ChildProcess;
  #errors = '';

  /** @param script a file of this folder, such as "load-process.js" */
  constructor(script: string) {
    this.#child = fork(fileURLToPath(new URL(script, import.meta.url)), {
      execArgv: flags,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2_000);
    });
  }

  /** @throws PolywireError what the answer failed with, Error when the process has ended */
  async ask<Value>(ask: string, value?: unknown): Promise<Value> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const onEnd = (): void => reject(new Error(`a process of the bench has ended: ${this.#errors}`));
      this.#child.once('close', onEnd).once('message', (message) => {
        this.#child.off('close', onEnd);
        resolve(message as Answer);
      });
      this.#child.send({ ask, value }, (error) => {
        if (error !== null) onEnd();
      });
    });
    // A value that is undefined does not travel.
    if (!('error' in answer)) return answer.value as Value;
    const { code, message } = answer.error;
    throw code === undefined ? new Error(message) : new PolywireError(code, message);
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
